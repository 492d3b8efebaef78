"""What people call the terms that they ask for: an IRI, the same with a prefix, or a code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from egov_kg import iris
from egov_kg.errors import UsageError
from egov_kg.namespaces import PREFIXES, expand

_SCHEMES: Final = {"indicator": "indicator", "level": "level", "qualifier": "qualifier"}
_THINGS: Final = {"area": "region", "period": "period", "observation": "observation"}
_EXAMPLES: Final = {
    "indicator": "extranet-coverage",
    "area": "610000",
    "level": "county",
    "subject": "eid:group/departments",
    "period": "2012",
    "unit": "PERCENT",
    "qualifier": "over",
    "observation": "2012-2013-budget-disclosure",
}

Asked = str | Iterable[str] | None
"""One term, several, or all."""


def as_iris(dimension: str, asked: Asked) -> tuple[str, ...]:
    """The IRIs of what was asked for; none for all.

    Args:
        dimension: what it is: `indicator`, `area`, `level`, `subject`, `period`, `unit`, `qualifier` or
            `observation`.
        asked: IRIs, IRIs with a prefix (`ecode:level/county`), or codes: `county` of levels, `610000` or `cn`
            of areas, `PERCENT` of units.

    Raises:
        UsageError: it is none of these.
    """
    if asked is None:
        return ()
    several = (asked,) if isinstance(asked, str) else tuple(asked)
    if not several:
        raise UsageError(
            f"No {dimension} is left to ask for: leave {dimension}= out to ask for all.",
            f"{dimension} 为空：若要全部，请省略 {dimension}=。",
        )
    return tuple(dict.fromkeys(as_iri(dimension, one) for one in several))


def as_iri(dimension: str, text: str) -> str:
    """The IRI of one term; see `as_iris`."""
    prefix, colon, _ = text.partition(":")
    if text.startswith(("http://", "https://")):
        return _required(text)
    if colon and prefix in PREFIXES:
        return _required(expand(text))
    try:
        if dimension in _SCHEMES:
            return iris.concept(_SCHEMES[dimension], text)
        if dimension in _THINGS:
            return iris.thing(_THINGS[dimension], text)
    except UsageError:
        pass
    if dimension == "unit" and text.replace("_", "").isalnum():
        return PREFIXES["unit"] + text
    example = _EXAMPLES.get(dimension, "eid:region/440300")
    raise UsageError(
        f"{text!r} is no {dimension}: write an IRI, or for example {example!r}.",
        f"{text!r} 不是 {dimension}：请写 IRI，或如 {example!r}。",
    )


def _required(iri: str) -> str:
    """The IRI, if it can stand in a query."""
    from rdflib.term import URIRef

    from egov_kg.store.terms import from_rdflib

    try:
        from_rdflib(URIRef(iri))
    except ValueError as error:
        raise UsageError(f"{iri!a} is no IRI: {error}.", f"{iri!a} 不是 IRI：{error}。") from error
    return iri
