"""What is measured: the indicators with their figures in short, read once for a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from egov_kg.intervals import Language, format_value
from egov_kg.namespaces import expand
from egov_kg.publish.about import Words
from egov_kg.publish.figures import notation
from egov_kg.publish.observations import LEVELS, Term
from egov_kg.web.kept import Kept
from egov_kg.web.pages.known.queries import query
from egov_kg.web.service import service

_CLASSES: Final = {
    expand("egov:Topic"): "topic",
    expand("egov:IndicatorKind"): "kind",
    expand("egov:PopulationLevel"): "level",
}
_PROPERTIES: Final = {
    expand("egov:topic"): "topic",
    expand("egov:indicatorKind"): "kind",
    expand("egov:indicatorUnit"): "unit",
}
_LABEL: Final = expand("rdfs:label")


@dataclass(frozen=True, slots=True)
class Short:
    """A figure in short.

    Attributes:
        iri: the observation.
        level: notation of its level.
        value: in the unit.
        qualifier: notation of its qualifier.
        unit: the local name of the QUDT unit.
        readings: how many ways there are to read it, as an `Observation` has them.
    """

    iri: str
    level: str
    value: Decimal
    qualifier: str
    unit: str
    readings: int

    def phrase(self, lang: Language) -> str:
        """The figure in words, with its qualifier."""
        return format_value(self.value, self.qualifier, self.unit, lang)


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator.

    Attributes:
        term: the indicator.
        definition: by language.
        topic, kind: notations, empty where not said.
        unit: the local name of the QUDT unit, empty where not said.
        figures: by level, the largest first.
    """

    term: Term
    definition: Words
    topic: str
    kind: str
    unit: str
    figures: tuple[Short, ...]

    @property
    def levels(self) -> frozenset[str]:
        """Notations of the levels that it has figures of."""
        return frozenset(one.level for one in self.figures)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All indicators.

    Attributes:
        indicators: by IRI.
        topics, kinds, levels: what they are sorted by: notation to concept, levels in order.
    """

    indicators: tuple[Measured, ...]
    topics: Mapping[str, Term]
    kinds: Mapping[str, Term]
    levels: Mapping[str, Term]

    def find(self, notation_: str) -> Measured | None:
        """The indicator with a notation, if there is one."""
        return next((one for one in self.indicators if one.term.notation == notation_), None)


def catalogue() -> Catalogue:
    """The indicators of the release at hand."""
    return _catalogue.get(service().release.id)


def _read() -> Catalogue:
    concepts = _concepts()
    levels = {name: concepts["level"][name] for name in LEVELS if name in concepts["level"]}
    order = {name: place for place, name in enumerate(levels | concepts["level"])}
    figures: dict[str, list[Short]] = {}
    for row in service().store.select(query("figures-in-short")):
        figures.setdefault(str(row["indicator"]), []).append(
            Short(
                str(row["observation"]),
                notation(str(row["level"])),
                Decimal(str(row["value"])),
                notation(str(row["qualifier"])),
                notation(str(row["unit"])),
                int(str(row["readings"])),
            )
        )
    for some in figures.values():
        some.sort(key=lambda one: (order.get(one.level, len(order)), -one.value))
    return Catalogue(
        _indicators({iri: tuple(some) for iri, some in figures.items()}),
        concepts["topic"],
        concepts["kind"],
        levels | concepts["level"],
    )


def _concepts() -> dict[str, dict[str, Term]]:
    words: dict[tuple[str, str], dict[str, str]] = {}
    for row in service().store.select(query("facets")):
        label, key = row["label"], (_CLASSES[str(row["class"])], str(row["concept"]))
        words.setdefault(key, {})[getattr(label, "language", None) or ""] = str(label)
    found: dict[str, dict[str, Term]] = {name: {} for name in _CLASSES.values()}
    for (name, iri), texts in words.items():
        found[name][notation(iri)] = Term(iri, texts)
    return found


def _indicators(figures: Mapping[str, tuple[Short, ...]]) -> tuple[Measured, ...]:
    words: dict[str, dict[str, dict[str, str]]] = {}
    codes: dict[str, dict[str, str]] = {}
    for row in service().store.select(query("indicators")):
        iri, name, value = str(row["indicator"]), str(row["property"]), row["value"]
        if name in _PROPERTIES:
            codes.setdefault(iri, {})[_PROPERTIES[name]] = notation(str(value))
        else:
            texts = words.setdefault(iri, {}).setdefault("name" if name == _LABEL else "definition", {})
            texts[getattr(value, "language", None) or ""] = str(value)
    return tuple(
        Measured(
            Term(iri, words.get(iri, {}).get("name", {})),
            words.get(iri, {}).get("definition", {}),
            **{name: codes.get(iri, {}).get(name, "") for name in _PROPERTIES.values()},
            figures=figures.get(iri, ()),
        )
        for iri in sorted(words.keys() | codes.keys())
    )


_catalogue: Final = Kept(_read)
