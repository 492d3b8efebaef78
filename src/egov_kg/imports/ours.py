"""What of ours an import can be linked with: regions and periods, and what others call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egov_kg import iris

if TYPE_CHECKING:
    from egov_kg.store.base import Store

_QUERIES: Final = Path(__file__).parent / "rq"
_CHINA: Final = iris.thing("region", "cn")
_COUNTRIES: Final = {
    ("iso3166-1-alpha-2", "CN"): _CHINA,
    ("iso3166-1-alpha-3", "CHN"): _CHINA,
    ("un-m49", "156"): _CHINA,
}
"""The one country of the graph, by codes that are no notations in the graph: ISO 3166-1 and UN M49."""

Span = tuple[str, str]
"""First and last day of a period, as xsd:date has them."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What an import can be linked with.

    Attributes:
        regions: IRIs.
        links: our region for an IRI of another graph that is the same.
        codes: our region for a system of codes and a code.
        periods: our period for its first and last day.
    """

    regions: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    periods: Mapping[Span, str] = field(default_factory=dict)

    def region(self, iri: str) -> str:
        """Our region that an IRI names, be it ours or another's; empty if there is none."""
        return iri if iri in self.regions else self.links.get(iri, "")


def read_ours(store: Store) -> Ours:
    """What a release has to link with.

    Args:
        store: its graphs.
    """
    regions: set[str] = set()
    links: dict[str, str] = {}
    codes: dict[tuple[str, str], str] = {}
    for row in store.select(_text("regions")):
        region = str(row["region"])
        regions.add(region)
        if "same" in row:
            links[str(row["same"])] = region
        if "notation" in row:
            system = "iso3166-2" if str(row["system"]).endswith("iso3166-2") else "gbt2260"
            codes[system, str(row["notation"])] = region
    periods = {
        (str(row["begin"]), str(row["end"])): str(row["period"]) for row in store.select(_text("periods"))
    }
    countries = {code: region for code, region in _COUNTRIES.items() if region in regions}
    return Ours(frozenset(regions), links, codes | countries, periods)


def _text(name: str) -> str:
    return (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")
