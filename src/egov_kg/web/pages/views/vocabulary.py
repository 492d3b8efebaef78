"""The view of the ontology: an index of its terms by theme. The anchor of each is its IRI's own fragment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg.iris import BASE
from egov_kg.namespaces import PREFIXES, expand, shrink
from egov_kg.publish.about import Words, in_language
from egov_kg.publish.describe import Description, describe_ontology
from egov_kg.publish.observations import Term
from egov_kg.web.documents import Document
from egov_kg.web.kept import Kept
from egov_kg.web.service import service

THEMES: Final = ("things", "statements", "figures", "source", "codes", "others")
"""What the terms of the ontology are about, in the order of the page."""

_RQ: Final = Path(__file__).parent / "rq"
_TERMS: Final = BASE + "ontology#"
_CODES: Final = PREFIXES["ecode"]
_CLASS, _DATATYPE = expand("owl:Class"), expand("rdfs:Datatype")
_DEFINITIONS: Final = tuple(map(expand, ("skos:definition", "rdfs:comment")))

# The first theme counts that one of a class's superclasses, or itself, is named in.
_ROOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "things": ("egov:Entity", "egov:DisclosureItem", "egov:Survey"),
    "statements": ("egov:Statement",),
    "figures": ("qb:Observation", "egov:Condition", "egov:Indicator", "egov:Reading", "egov:RegionSet"),
    "source": ("oa:SpecificResource", "egov:SourceDocument", "egov:Section", "egov:SourceExclusion"),
    "codes": ("skos:Concept",),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of the ontology.

    Attributes:
        term: its IRI and names.
        curie: its name with a prefix.
        kind: `class`, `property` or `datatype`.
        definition: what it means, by language.
        above: the classes or properties that it is a kind of.
        domain, range: of a property.
        lists: code lists that its values come from.
        theme: one of `THEMES`.
        things: how many there are of a class; None for others.
    """

    term: Term
    curie: str
    kind: str
    definition: Words
    above: tuple[Term, ...]
    domain: tuple[Term, ...]
    range: tuple[Term, ...]
    lists: tuple[Term, ...]
    theme: str
    things: int | None

    @property
    def anchor(self) -> str:
        """The fragment of its IRI."""
        return self.term.iri.removeprefix(_TERMS)

    def meaning(self, lang: str) -> str:
        """Its definition in a language, else in another."""
        return in_language(self.definition, lang)


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list: its IRI and names, what it is for, how many codes it has."""

    term: Term
    definition: Words
    codes: int

    def meaning(self, lang: str) -> str:
        """Its definition in a language, else in another."""
        return in_language(self.definition, lang)


def context(document: Document) -> Mapping[str, Any]:
    """What the template of the ontology needs."""
    release = service().release.id
    entries = _entries.get(release)
    version = next((str(one) for one in document.about.values(expand("owl:versionInfo"))), "")
    return {
        "themes": [(theme, [one for one in entries if one.theme == theme]) for theme in THEMES],
        "entries": entries,
        "lists": _lists.get(release),
        "version": version,
        "kinds_of_it": (),
    }


def description() -> Description:
    """The description of the ontology of the release at hand."""
    return _description.get(service().release.id)


def read_entries(about: Description, sizes: Mapping[str, int]) -> tuple[Entry, ...]:
    """The terms of the ontology by name, classes before properties.

    Args:
        about: the description of the ontology.
        sizes: how many things there are of each class.
    """
    said: dict[str, dict[str, list[Any]]] = {}
    for fact in about.facts:
        if fact.subject.startswith(_TERMS):
            said.setdefault(fact.subject, {}).setdefault(fact.predicate, []).append(fact.value)
    parents = {
        iri: {str(one) for one in known.get(expand("rdfs:subClassOf"), ())} for iri, known in said.items()
    }

    def terms(iri: str, *curies: str) -> tuple[Term, ...]:
        values = {str(one) for curie in curies for one in said[iri].get(expand(curie), ())}
        return tuple(Term(one, about.labels.get(one) or {"": shrink(one)}) for one in sorted(values))

    def entry(iri: str) -> Entry:
        types = {str(one) for one in said[iri].get(expand("rdf:type"), ())}
        kind = "class" if _CLASS in types else "datatype" if _DATATYPE in types else "property"
        domain = terms(iri, "rdfs:domain")
        definitions = (said[iri][name] for name in _DEFINITIONS if name in said[iri])
        return Entry(
            term=Term(iri, about.labels.get(iri, {})),
            curie=shrink(iri),
            kind=kind,
            definition={
                getattr(one, "language", None) or "": str(one) for one in next(iter(definitions), ())
            },
            above=terms(iri, "rdfs:subClassOf", "rdfs:subPropertyOf"),
            domain=domain,
            range=terms(iri, "rdfs:range"),
            lists=tuple(
                one for one in terms(iri, "qb:codeList", "rdfs:seeAlso") if one.iri.startswith(_CODES)
            ),
            theme=_theme(iri if kind == "class" else domain[0].iri if domain else "", parents),
            things=sizes.get(iri, 0) if kind == "class" else None,
        )

    found = map(entry, said)
    return tuple(sorted(found, key=lambda one: (_KINDS.index(one.kind), one.anchor.casefold())))


_KINDS: Final = ("class", "property", "datatype")


def _theme(class_: str, parents: Mapping[str, Iterable[str]]) -> str:
    above: set[str] = set()
    waiting = [class_]
    while waiting:
        one = waiting.pop()
        if one not in above:
            above.add(one)
            waiting.extend(parents.get(one, ()))
    return next(
        (theme for theme, roots in _ROOTS.items() if above & {expand(root) for root in roots}), "others"
    )


def _read_sizes() -> dict[str, int]:
    rows = service().store.select((_RQ / "class-sizes.rq").read_text(encoding="utf-8"))
    return {str(row["class"]): int(str(row["things"])) for row in rows if "class" in row}


def _read_lists() -> tuple[CodeList, ...]:
    found = []
    for row in service().store.select((_RQ / "code-lists.rq").read_text(encoding="utf-8")):
        names, about = (
            {lang: str(row[f"{name}_{lang}"]) for lang in ("en", "zh") if f"{name}_{lang}" in row}
            for name in ("list", "about")
        )
        found.append(CodeList(Term(str(row["list"]), names), about, int(str(row["codes"]))))
    return tuple(found)


def _read_description() -> Description:
    return describe_ontology(service().store)


def _read_entries() -> tuple[Entry, ...]:
    return read_entries(description(), _read_sizes())


_description: Final = Kept(_read_description)
_entries: Final = Kept(_read_entries)
_lists: Final = Kept(_read_lists)
