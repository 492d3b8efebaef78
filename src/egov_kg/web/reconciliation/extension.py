"""Data extension: the values of properties of some entities. A figure is never without its qualifier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egov_kg.errors import UsageError
from egov_kg.match.hits import Hit
from egov_kg.match.identifiers import resolved, shortened
from egov_kg.match.properties import PROPERTIES
from egov_kg.publish.observations import Observation, Term, read_observations
from egov_kg.settings import Language
from egov_kg.sparql.iris import is_absolute_iri
from egov_kg.web.label_index import said
from egov_kg.web.reconciliation import entities, reading
from egov_kg.web.service import service

if TYPE_CHECKING:
    from rdflib.term import Identifier

_VALUES: Final = Path(__file__).parent / "rq" / "values.rq"
_INDICATOR: Final = "code/indicator/"
_MOST: Final = 50
_SILENT: Final = frozenset(("none", "not-applicable", "not-stated", "total"))
_TYPES: Final = {"province": "region", "level": "code", "rank": "code", "topic": "code", "unit": "code"}

SETTING: Final[Mapping[Language, tuple[str, str]]] = {
    "en": ("Limit", "How many values of each entity at most; 0 for all there are"),
    "zh": ("上限", "每个实体最多取多少个值；0 表示全部"),
}
"""Name and help of the setting `limit` of a property, by language."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property that is asked for.

    Attributes:
        id: as it was given.
        limit: values of each entity.
    """

    id: str
    limit: int


@dataclass(frozen=True, slots=True)
class Extended:
    """What was found.

    Attributes:
        columns: the properties, as they are described.
        ids: the entities, as they were given.
        cells: by entity and property, each value as JSON, with its language where that is not `lang`.
    """

    columns: tuple[dict[str, Any], ...]
    ids: tuple[str, ...]
    cells: Mapping[str, Mapping[str, list[dict[str, Any]]]]


def extended(raw: object, lang: Language) -> Extended:
    """Answer a data extension query; its form is the same in both versions of the API (section 7.3).

    Args:
        raw: the JSON.
        lang: of names and figures.

    Raises:
        UsageError: it is no such query, or there is no such property.
        EvaluationError: the store failed.
    """
    query = reading.mapping(raw, "extend")
    ids = tuple(
        dict.fromkeys(
            reading.text(one, f"extend.ids[{place}]")
            for place, one in enumerate(reading.listed(query.get("ids"), "extend.ids", reading.MOST_IDS))
        )
    )
    listed = reading.listed(query.get("properties"), "extend.properties", reading.MOST_PROPERTIES)
    wanted = [_wanted(one, f"extend.properties[{place}]") for place, one in enumerate(listed)]
    indicators = _indicators(wanted, lang)
    columns = tuple(
        _column(one, f"extend.properties[{place}].id", indicators, lang) for place, one in enumerate(wanted)
    )
    iris = {id_: resolved(id_) for id_ in ids}
    facts = _facts([iri for iri in iris.values() if is_absolute_iri(iri)], wanted)
    names = _names(facts, lang)
    figured = any(one.id == "figure" or one.id not in PROPERTIES for one in wanted)
    figures = {iri: _observations(iri) if figured else () for iri in iris.values()}
    cells = {
        id_: {
            one.id: _cell(one.id, facts.get(iri, {}), figures[iri], names, lang)[: one.limit]
            for one in wanted
        }
        for id_, iri in iris.items()
    }
    return Extended(columns, ids, cells)


def _wanted(raw: object, where: str) -> Wanted:
    one = reading.mapping(raw, where)
    settings = reading.mapping(one.get("settings") or {}, f"{where}.settings")
    given = settings.get("limit") or None  # 0 is for all
    if isinstance(given, str):
        given = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else given
    limit = reading.limit(given or None, f"{where}.settings.limit", _MOST, _MOST)
    return Wanted(reading.text(one.get("id"), f"{where}.id"), limit)


def _indicators(wanted: Iterable[Wanted], lang: Language) -> Mapping[str, Hit]:
    asked = [resolved(one.id) for one in wanted if one.id not in PROPERTIES]
    return {
        iri: hit for iri, hit in entities.reconciler().known(asked, lang).items() if hit.kind == "indicator"
    }


def _column(one: Wanted, where: str, indicators: Mapping[str, Hit], lang: Language) -> dict[str, Any]:
    if known := PROPERTIES.get(one.id):
        found: dict[str, Any] = {"id": one.id, "name": known.name(lang)}
        if type_ := entities.reconciler().types.all.get(_TYPES.get(one.id, "")):
            found["type"] = {"id": type_.id, "name": said(type_.labels, lang)}
        return found
    if hit := indicators.get(resolved(one.id)):
        return {"id": one.id, "name": entities.name(hit, lang)}
    known_ids = ", ".join(PROPERTIES)
    raise UsageError(
        f"{where}: there is no property {one.id[:60]!r}; there are {known_ids}, and {_INDICATOR}… for each "
        "indicator.",
        f"{where}：没有属性 {one.id[:60]!r}；可用 {known_ids}，以及各指标的 {_INDICATOR}…。",
        parameter=where,
    )


def _facts(iris: Sequence[str], wanted: Sequence[Wanted]) -> dict[str, dict[str, list[Identifier]]]:
    """What the release says of things, by property."""
    from rdflib.term import URIRef

    stated = [one for one in wanted if one.id in PROPERTIES and one.id not in ("figure", "province")]
    found: dict[str, dict[str, list[Identifier]]] = {iri: {} for iri in iris}
    if stated and iris:
        query = _VALUES.read_text(encoding="utf-8")
        for row in service().store.select(query, values=[{"thing": URIRef(iri)} for iri in iris]):
            found[str(row["thing"])].setdefault(str(row["property"]), []).append(row["value"])
    if any(one.id == "province" for one in wanted):
        for iri, facts in found.items():
            facts["province"] = [URIRef(one) for one in entities.reconciler().provinces(iri)]
    return found


def _names(facts: Mapping[str, Mapping[str, Sequence[Identifier]]], lang: Language) -> Mapping[str, Hit]:
    """The things that are values, by their IRIs."""
    from rdflib.term import URIRef

    values = {
        str(one)
        for each in facts.values()
        for some in each.values()
        for one in some
        if isinstance(one, URIRef)
    }
    return entities.reconciler().known(sorted(values), lang)


def _cell(
    id_: str,
    facts: Mapping[str, Sequence[Identifier]],
    figures: Sequence[Observation],
    names: Mapping[str, Hit],
    lang: Language,
) -> list[dict[str, Any]]:
    """The values of one property of one thing."""
    if id_ == "figure":
        return [{"str": figure.label(lang)} for figure in figures]
    if id_ in ("name-zh", "name-en"):
        wanted = id_.removeprefix("name-")
        return [_text(one, lang) for one in _sorted(facts.get("name", ())) if _language(one) == wanted]
    if id_ == "definition":
        return [{"str": str(one)} for one in facts.get(id_, ()) if _language(one) in ("", lang)]
    if id_ in PROPERTIES:
        return [_value(one, names, lang) for one in _sorted(facts.get(id_, ()))]
    of_it = [figure for figure in figures if figure.indicator.iri == resolved(id_)]
    return [{"str": in_words(figure, lang, alone=len(of_it) == 1)} for figure in of_it]


def in_words(figure: Observation, lang: Language, *, alone: bool) -> str:
    """A figure in words, with its qualifier, its condition and its flags; of several what tells them apart.

    Args:
        figure: the observation.
        lang: of the words.
        alone: whether there is no other figure beside it.
    """
    terms: list[Term] = [figure.condition] if figure.has_condition else []
    if not alone:
        terms = [figure.subject, figure.level, *terms, figure.period]
    named = [term.name(lang) for term in (*terms, *figure.flags) if term.iri and term.notation not in _SILENT]
    phrase = figure.phrase(lang)
    if not named:
        return phrase
    return f"{phrase}（{'；'.join(named)}）" if lang == "zh" else f"{phrase} ({'; '.join(named)})"


def _observations(iri: str) -> tuple[Observation, ...]:
    return read_observations(service().store, iri) if is_absolute_iri(iri) else ()


def _value(value: Identifier, names: Mapping[str, Hit], lang: Language) -> dict[str, Any]:
    if hit := names.get(str(value)):
        return {"id": shortened(hit.iri)} | entities.named(hit, lang)
    return _text(value, lang)


def _text(value: Identifier, lang: Language) -> dict[str, str]:
    own = _language(value)
    return {"str": str(value)} | ({"lang": own} if own not in ("", lang) else {})


def _sorted(values: Sequence[Identifier]) -> list[Identifier]:
    return sorted(values, key=lambda value: (_language(value), str(value)))


def _language(value: Identifier) -> str:
    return getattr(value, "language", None) or ""
