"""Which figures are meant: terms as assistants write them, by IRI, code or exact name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egov_kg.errors import NotFound, UsageError
from egov_kg.intervals import Language
from egov_kg.match.hits import Hit
from egov_kg.mcp.source import Source
from egov_kg.namespaces import shrink
from egov_kg.publish.observations import Observation, Term
from egov_kg.publish.terms import as_iri

DIMENSIONS: Final = ("indicator", "area", "level", "subject", "qualifier")

_NEAR: Final = 5
_LONGEST: Final = 200


def chosen(source: Source, asked: dict[str, str | None], lang: Language) -> tuple[Observation, ...]:
    """The figures that have all that is asked for, in the order of the source.

    Args:
        source: the release.
        asked: by dimension; None and empty for anything.
        lang: of names that are suggested.

    Raises:
        NotFound: a term that the release does not have; with those that are nearly called so.
    """
    figures = source.every()
    for dimension, text in asked.items():
        if text:
            known = {_of(one, dimension).iri for one in figures}
            iri = find(source, dimension, text, lang)
            if iri not in known and iri not in {_of(one, dimension).iri for one in source.every()}:
                _require_thing(source, dimension, iri, text, lang)
            figures = tuple(one for one in figures if _of(one, dimension).iri == iri)
    return figures


def find(source: Source, dimension: str, text: str, lang: Language) -> str:
    """The IRI of a term: as it is, made of a code, or of the one thing of figures that is called so.

    Raises:
        NotFound: there is none.
    """
    if len(text) > _LONGEST:
        raise UsageError(
            f"{dimension} has {len(text)} characters; at most {_LONGEST} are allowed.",
            f"{dimension} 有 {len(text)} 个字符，最多 {_LONGEST} 个。",
        )
    terms = {term.iri: term for term in (_of(one, dimension) for one in source.every())}
    named = [term for term in terms.values() if _is_called(term, text)]
    if len(named) == 1:
        return named[0].iri
    try:
        return as_iri(dimension, text)
    except UsageError:
        raise _unknown(source, dimension, text, lang) from None


def suggestions(source: Source, dimension: str, text: str, lang: Language) -> tuple[Hit, ...]:
    """What is called nearly so."""
    kinds = {"indicator": {"indicator"}, "area": {"region"}}.get(dimension, set())
    found = source.index.search(text, lang=lang, facets={"kind": kinds} if kinds else {}, limit=_NEAR)
    return found.hits or source.index.nearest(text, lang, _NEAR)


def _require_thing(source: Source, dimension: str, iri: str, text: str, lang: Language) -> None:
    """That a term without figures is at least a thing: else it is misspelt."""
    if not any(hit.iri == iri for hit in source.index.suggest(iri, lang, 1)):
        raise _unknown(source, dimension, text, lang)


def _of(one: Observation, dimension: str) -> Term:
    if dimension == "qualifier":
        return Term(as_iri("qualifier", one.qualifier), {"en": one.qualifier})
    term: Term = getattr(one, dimension)
    return term


def _is_called(term: Term, text: str) -> bool:
    wanted = text.strip().casefold()
    return wanted == term.notation or any(wanted == name.casefold() for name in term.words.values())


def _unknown(source: Source, dimension: str, text: str, lang: Language) -> NotFound:
    names: Sequence[str] = [
        f"{hit.labels.get(lang) or shrink(hit.iri)} ({shrink(hit.iri)})"
        for hit in suggestions(source, dimension, text, lang)
    ]
    near, nah = (f" Perhaps: {', '.join(names)}.", f"是否指：{'、'.join(names)}。") if names else ("", "")
    return NotFound(
        f"There is no {dimension} {text!r} in this release.{near}",
        f"该发布版本中没有 {dimension} {text!r}。{nah}",
    )
