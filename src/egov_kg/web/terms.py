"""`/api/terms`: what a query can be made of: prefixes, classes, properties, code lists and their members."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request

from egov_kg.errors import UsageError
from egov_kg.formats import DOCUMENT
from egov_kg.namespaces import PREFIXES, expand, folder, shrink
from egov_kg.web import parameters, tags
from egov_kg.web.kept import Kept
from egov_kg.web.service import service

KINDS: Final = ("class", "property", "codelist", "code")
MOST: Final = 1_000

_QUERIES: Final = Path(__file__).parent / "rq"
_DECLARED: Final = ("terms", "codes")
_USED: Final = {
    "class": "used-classes",
    "property": "used-properties",
    "codelist": "used-codes",
    "code": "used-concepts",
}
_COMMENTS: Final = (expand("rdfs:comment"), expand("skos:definition"))

blueprint = Blueprint("terms", __name__)


@dataclass
class Term:
    """A term of a query.

    Attributes:
        iri: the term.
        curie: the same with a prefix, where one fits.
        kind: one of `KINDS`.
        label, comment: text by language.
        domain, range: IRIs of classes, for properties.
        count: of a class, its things; of a property, its triples; of a code list, its concepts; of a code (a
            member of a code list), the triples that have it as their object.
    """

    iri: str
    curie: str
    kind: str
    label: dict[str, str] = field(default_factory=dict)
    comment: dict[str, str] = field(default_factory=dict)
    domain: list[str] = field(default_factory=list)
    range: list[str] = field(default_factory=list)
    count: int = 0


@blueprint.route("/api/terms", methods=["GET"])
def terms() -> Response:
    """The terms that fit `q` (the beginning or a part of a name or label), most used first."""
    kind, limit = _kind(), parameters.whole_number("limit", 100, 1, MOST)
    wanted = request.args.get("q", "").strip().casefold()
    release = service().release.id

    def made() -> Response:
        found = _fitting(_terms.get(release), wanted, kind)
        folders = (folder(term.iri) for term in found[:limit] if term.kind == "code")
        document = {
            "release": release,
            "prefixes": PREFIXES | dict(sorted(pair for pair in folders if pair)),
            "total": len(found),
            "terms": [asdict(term) for term in found[:limit]],
        }
        return Response(json.dumps(document, ensure_ascii=False), content_type=DOCUMENT.content_type)

    return tags.revalidated(tags.tag(release, "terms", wanted, kind, str(limit)), made)


def _kind() -> str:
    kind = request.args.get("kind", "")
    if kind and kind not in KINDS:
        raise UsageError(
            f"kind={kind[:40]!r} is none of {', '.join(KINDS)}.",
            f"kind={kind[:40]!r} 不是 {'、'.join(KINDS)} 之一。",
            parameter="kind",
        )
    return kind


def _fitting(every: Iterable[Term], wanted: str, kind: str) -> list[Term]:
    ranked = [
        (rank, -term.count, term.curie, term)
        for term in every
        if kind in ("", term.kind) and (rank := _rank(term, wanted)) is not None
    ]
    return [found[3] for found in sorted(ranked, key=lambda found: found[:3])]


def _rank(term: Term, wanted: str) -> int | None:
    """0 where a name begins so, 1 where it has it somewhere, None otherwise."""
    local = term.curie.rpartition(":")[2]
    names = [name.casefold() for name in (term.curie, local, *term.label.values())]
    if any(name.startswith(wanted) for name in names):
        return 0
    return 1 if any(wanted in name for name in (*names, term.iri.casefold())) else None


def _all() -> Sequence[Term]:
    """Every term that is declared or used."""
    store = service().store
    found: dict[tuple[str, str], Term] = {}

    def term(iri: str, kind: str) -> Term:
        return found.setdefault((kind, iri), Term(iri, _curie(iri, kind), kind))

    for row in (row for name in _DECLARED for row in store.select(_text(name))):
        one = term(str(row["term"]), str(row["kind"]))
        if "property" in row:
            _add(one, str(row["property"]), str(row["value"]), getattr(row["value"], "language", None) or "")
    for kind, name in _USED.items():
        for row in store.select(_text(name)):
            if "term" in row:
                term(str(row["term"]), kind).count = int(str(row["count"]))
    for one in found.values():
        one.domain.sort()
        one.range.sort()
    return tuple(found.values())


def _curie(iri: str, kind: str) -> str:
    """The name with a prefix that can stand in a query as it is: codes have prefixes of their own."""
    own = folder(iri) if kind == "code" else None
    return f"{own[0]}:{iri.removeprefix(own[1])}" if own else shrink(iri)


def _add(term: Term, name: str, value: str, lang: str) -> None:
    texts: Mapping[str, dict[str, str]] = {
        expand("rdfs:label"): term.label,
        **dict.fromkeys(_COMMENTS, term.comment),
    }
    if name in texts:
        texts[name][lang] = min(value, texts[name].get(lang, value))
    else:
        (term.domain if name == expand("rdfs:domain") else term.range).append(value)


def _text(name: str) -> str:
    return (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")


_terms: Final = Kept(_all)
