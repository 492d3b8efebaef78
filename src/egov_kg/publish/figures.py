"""The reported observations as values, with every term as its IRI and what the terms are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from egov_kg.namespaces import expand
from egov_kg.publish.about import About, Words, in_language, read_about
from egov_kg.publish.table import answers

if TYPE_CHECKING:
    from egov_kg.store.base import Store

DIMENSIONS: Final[Mapping[str, str]] = {
    "indicator": expand("egov:indicator"),
    "area": expand("sdmx-dimension:refArea"),
    "level": expand("egov:populationLevel"),
    "subject": expand("egov:subject"),
    "period": expand("sdmx-dimension:refPeriod"),
    "condition": expand("egov:condition"),
}
"""The dimensions in the order of the structure: short name to property."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A reported observation; what is not stated is empty.

    Attributes:
        iri: its IRI.
        dataset: the IRI of its data set.
        place: dimension (its short name) to IRI.
        value: xsd:decimal, in the unit.
        unit: IRI of the unit.
        unit_mult: the power of ten that the printed figure is in.
        reported_value: the figure as printed.
        qualifier: IRI of the qualifier.
        lower, upper: xsd:decimal, the bounds that the source states.
        lower_inclusive, upper_inclusive: `true` or `false`.
        flags: IRIs.
    """

    iri: str
    dataset: str
    place: Mapping[str, str]
    value: str
    unit: str
    unit_mult: str
    reported_value: str
    qualifier: str
    lower: str
    lower_inclusive: str
    upper: str
    upper_inclusive: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All reported observations of a release.

    Attributes:
        about: the release in words.
        all: the observations, by IRI.
        labels: names of terms, by IRI.
        definitions: definitions of terms, by IRI.
    """

    about: About
    all: tuple[Figure, ...]
    labels: Mapping[str, Words]
    definitions: Mapping[str, Words]

    def label(self, iri: str, language: str) -> str:
        """What a term is called in a language, else in another, else the end of its IRI."""
        return in_language(self.labels.get(iri, {}), language) or notation(iri)


def notation(iri: str) -> str:
    """The last part of an IRI: the code of a concept or a unit."""
    return iri.rpartition("/")[2].rpartition("#")[2]


def read_figures(store: Store, release: str) -> Figures:
    """Read the observations of a release.

    Args:
        store: the release's graphs.
        release: its id.
    """
    figures = []
    for iri, group in groupby(answers(store, "figures.rq"), key=lambda row: row["observation"]):
        lines = list(group)
        first = lines[0]
        figures.append(
            Figure(
                iri=iri,
                dataset=first["dataset"],
                place={name: first[name] for name in DIMENSIONS},
                **{name: first[name] for name in _TEXTS},
                flags=tuple(sorted({line["flag"] for line in lines} - {""})),
            )
        )
    labels: dict[str, dict[str, str]] = {}
    definitions: dict[str, dict[str, str]] = {}
    for row in answers(store, "labels.rq"):
        words = labels if row["kind"] == "label" else definitions
        words.setdefault(row["thing"], {}).setdefault(row["language"], row["label"])
    return Figures(read_about(store, release), tuple(figures), labels, definitions)


_TEXTS: Final = (
    "value",
    "unit",
    "unit_mult",
    "reported_value",
    "qualifier",
    "lower",
    "lower_inclusive",
    "upper",
    "upper_inclusive",
)
