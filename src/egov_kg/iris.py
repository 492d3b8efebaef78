"""Mint and parse the project's own IRIs.

Five forms, all below `BASE`:

- `ontology#<Term>`
- `id/<type>/<slug>`: a thing; `type` is a lower-case word, `slug` lower-case words joined by hyphens
- `code/<scheme>/<notation>`: a concept of a code list
- `code/<scheme>`: the code list itself
- `graph/<name>`: a named graph
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from egov_kg.errors import UsageError

BASE = "https://w3id.org/egov-kg/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Under which the data are published (CC BY 4.0)."""

IMPORT = "import-"
"""How the last part of the IRI begins of an import's graph, and of all that is made for it."""

Kind = Literal["ontology", "id", "code", "scheme", "graph"]

_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_FORMS: dict[Kind, re.Pattern[str]] = {
    "ontology": re.compile(r"ontology#(?P<slug>[A-Za-z][A-Za-z0-9-]*)"),
    "id": re.compile(rf"id/(?P<type>{_SLUG})/(?P<slug>{_SLUG})"),
    "code": re.compile(rf"code/(?P<type>{_SLUG})/(?P<slug>{_SLUG})"),
    "scheme": re.compile(rf"code/(?P<slug>{_SLUG})"),
    "graph": re.compile(rf"graph/(?P<slug>{_SLUG})"),
}
_SHAPES: dict[Kind, str] = {
    "ontology": "ontology#{slug}",
    "id": "id/{type}/{slug}",
    "code": "code/{type}/{slug}",
    "scheme": "code/{slug}",
    "graph": "graph/{slug}",
}


@dataclass(frozen=True, slots=True)
class Name:
    """An own IRI in its parts; `type` is empty except for `id` (its type) and `code` (its scheme)."""

    kind: Kind
    slug: str
    type: str = ""


def mint(name: Name) -> str:
    """The IRI of a name.

    Raises:
        UsageError: a part that the form does not allow.
    """
    path = _SHAPES[name.kind].format(type=name.type, slug=name.slug)
    match = _FORMS[name.kind].fullmatch(path)
    wants_type = name.kind in ("id", "code")
    if match is None or bool(name.type) is not wants_type:
        form = BASE + _SHAPES[name.kind]
        raise UsageError(
            f"{name} does not make an IRI of the form {form}", f"{name} 不能构成形如 {form} 的 IRI。"
        )
    return BASE + path


def parse(iri: str) -> Name:
    """The name of an IRI: the inverse of `mint`.

    Raises:
        UsageError: not one of the project's own IRIs.
    """
    if iri.startswith(BASE):
        path = iri[len(BASE) :]
        for kind, form in _FORMS.items():
            if match := form.fullmatch(path):
                return Name(kind, match["slug"], match.groupdict().get("type") or "")
    raise UsageError(
        f"<{iri}> is not an IRI of this project (they start with {BASE})",
        f"<{iri}> 不是本项目的 IRI（均以 {BASE} 开头）。",
    )


def thing(type_: str, slug: str) -> str:
    """`id/<type>/<slug>`."""
    return mint(Name("id", slug, type_))


def concept(scheme: str, notation: str) -> str:
    """`code/<scheme>/<notation>`."""
    return mint(Name("code", notation, scheme))


def graph(name: str) -> str:
    """`graph/<name>`."""
    return mint(Name("graph", name))


def imported(type_: str, name: str, rest: str = "") -> str:
    """`id/<type>/import-<name>[-<rest>]`: what is made for the import of that name."""
    return thing(type_, f"{IMPORT}{name}-{rest}" if rest else f"{IMPORT}{name}")


def import_graph(name: str) -> str:
    """`graph/import-<name>`: the named graph of an import."""
    return graph(IMPORT + name)


def import_name(graph_: str) -> str:
    """The name of the import that a graph holds; nothing if it holds none."""
    start = f"{BASE}graph/{IMPORT}"
    return graph_.removeprefix(start) if graph_.startswith(start) else ""


def term(name: str) -> str:
    """`ontology#<Term>`."""
    return mint(Name("ontology", name))


def local(iri: str) -> str:
    """Where to go for a resource: a path here for our own IRIs, else the IRI; nothing if no web address."""
    if iri.startswith(BASE) and not iri.startswith(f"{BASE}/"):  # two slashes would lead to another host
        return "/" + iri.removeprefix(BASE)
    return iri if iri.partition(":")[0].lower() in ("http", "https") else ""
