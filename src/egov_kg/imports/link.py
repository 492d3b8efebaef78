"""An import mapped onto ours where links allow: areas, periods, units; and what is declared of values.

What is published stays as it is. What is found out is said besides: `skos:exactMatch` between the members,
`sdmx-dimension:refArea` and `refPeriod` of each observation, so that one pattern finds their figures and
ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as AnyMapping
from typing import Final

from egov_kg.errors import ImportRefused
from egov_kg.imports import periods
from egov_kg.imports.cells import WrongValueError
from egov_kg.imports.cube import DATASET, Structure
from egov_kg.imports.cubelink import is_undefined
from egov_kg.imports.mapping import About, Mapping
from egov_kg.imports.members import require_member
from egov_kg.imports.ours import Ours
from egov_kg.imports.outcome import Outcome
from egov_kg.imports.terms import LABEL, TYPE, XSD, TextGraph, bare, iri, literal, name, text_of

Mint = Callable[[str, str], str]

AREA, PERIOD = name("sdmx-dimension:refArea"), name("sdmx-dimension:refPeriod")
_INHERENT: Final = {AREA: "area", PERIOD: "period", name("sdmx-dimension:timePeriod"): "period"}
_MATCH: Final = name("skos:exactMatch")
_SAME: Final = (_MATCH, name("owl:sameAs"))
_UNITS: Final = (name("sdmx-attribute:unitMeasure"), name("qudt:hasUnit"), name("qudt:unit"))
_QUDT: Final = re.compile(r"https?://(?:www\.)?qudt\.org/(?:\d\.\d/)?vocab/unit[/#]([A-Za-z0-9_-]+)")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")


def link(
    graph: TextGraph,
    cubes: Iterable[Structure],
    mapping: Mapping,
    ours: Ours,
    mint: Mint,
    names: AnyMapping[tuple[str, str], str],
) -> Outcome:
    """Add to a graph what links tell and what the mapping says.

    Args:
        graph: normalised, without blank nodes.
        cubes: the structures of its data sets.
        mapping: what the steward says.
        ours: what there is to link with.
        mint: makes an IRI of a kind of thing and a word.
        names: the name of a member, by dimension and member, where a table has it in another column.

    Returns:
        What was mapped, and what was not.

    Raises:
        ImportRefused: a member is not what the mapping says of its dimension.
    """
    outcome = Outcome()
    linker = _Linker(graph, mapping, ours, mint, outcome, names)
    linker.same_things()
    for cube in cubes:
        observations = graph.subjects(DATASET, cube.dataset)
        for dimension in cube.dimensions:
            linker.dimension(dimension, observations)
        linker.units([cube.dataset, *cube.measures, *observations])
        for measure in cube.measures:
            linker.measure(measure, observations, alone=len(cube.measures) == 1)
    return outcome


class _Linker:
    """One import on its way."""

    def __init__(
        self,
        graph: TextGraph,
        mapping: Mapping,
        ours: Ours,
        mint: Mint,
        outcome: Outcome,
        names: AnyMapping[tuple[str, str], str],
    ) -> None:
        self._graph, self._mapping, self._ours, self._mint = graph, mapping, ours, mint
        self._outcome, self._names = outcome, names
        self._made: set[str] = set()

    def same_things(self) -> None:
        """Link what the import says is the same as a region of ours, or as what a region of ours is."""
        found: dict[str, str] = {}
        for predicate in _SAME:
            for subject, value in self._graph.pairs(predicate):
                if value.startswith("<") and (region := self._ours.region(bare(value))):
                    found[subject] = region
        for key, target in self._mapping.members.items():
            if self._graph.facts(iri(key)):
                found[iri(key)] = target
        for subject, target in found.items():
            self._graph.add(subject, _MATCH, iri(target))
        self._outcome.linked = len(found)

    def dimension(self, dimension: str, observations: list[str]) -> None:
        """Map the members of a dimension of areas or periods."""
        about = self._mapping.of(bare(dimension))
        values = {one: self._graph.objects(one, dimension) for one in observations}
        members = sorted({value for found in values.values() for value in found})
        role = about.role if about.role in ("area", "period") else self._inherent(dimension, members)
        if role not in ("area", "period"):
            self._outcome.published.append(bare(dimension))
            return
        self._require(dimension, values, about)
        target = AREA if role == "area" else PERIOD
        mapped = {one: self._member(role, dimension, one, about) for one in members}
        self._outcome.member(role, bare(dimension), mapped, self._made)
        for member, found in mapped.items():
            if found and member.startswith("<") and found != member:
                self._graph.add(member, _MATCH, found)
        if dimension == target:
            return
        for observation, found_values in values.items():
            # A cube that has the standard dimension, too, has said it already.
            if not self._graph.objects(observation, target):
                for value in found_values:
                    # A text that nobody can read as a period is none.
                    if role == "area" or mapped[value] or value.startswith("<"):
                        self._graph.add(observation, target, mapped[value] or value)

    def _require(self, dimension: str, values: AnyMapping[str, list[str]], about: About) -> None:
        for observation, members in values.items():
            for member in members:
                try:
                    require_member(self._graph, member, about, self._mapping.members)
                except WrongValueError as error:
                    parts = text_of(member)
                    where = bare(dimension), bare(observation), parts.value if parts else bare(member)
                    raise ImportRefused(
                        f"{where[0]} of {where[1]}: {where[2]!r}: {error}.",
                        f"{where[1]} 的 {where[0]}：{where[2]!r}：{error.zh}。",
                    ) from None

    def _inherent(self, dimension: str, members: list[str]) -> str:
        seen, waiting = set(), [dimension]
        while waiting:
            one = waiting.pop()
            if one in _INHERENT:
                return _INHERENT[one]
            if one not in seen:
                seen.add(one)
                waiting += self._graph.objects(one, name("rdfs:subPropertyOf"))
        datable = bool(members) and all(periods.span_of(self._graph, one) for one in members)
        return "period" if datable else ""

    def _member(self, role: str, dimension: str, member: str, about: About) -> str:
        """What of ours a member is, or what is made for it, as a term; empty where it stays as published."""
        parts = text_of(member)
        text = parts.value if parts else bare(member)
        if said := self._mapping.members.get(text):
            return iri(said)
        if role == "period":
            span = periods.span_of(self._graph, member, role, about.codes)
            if span is None:
                return ""
            found = periods.period(self._graph, span, self._ours, self._mint)
            if span not in self._ours.periods:
                self._made.add(found)
            return found
        if parts is None:
            matches = [bare(one) for one in self._graph.objects(member, *_SAME) if one.startswith("<")]
            for known in (text, *matches):
                if region := self._ours.region(known):
                    return iri(region)
        if not about.codes:
            return ""
        for code in self._codes(member, text):
            if own := self._ours.codes.get((about.codes, code)):
                return iri(own)
        return "" if parts is None else self._area(text, self._names.get((dimension, member)))

    def _codes(self, member: str, text: str) -> list[str]:
        notations = [
            found.value
            for one in self._graph.objects(member, name("skos:notation"))
            if (found := text_of(one))
        ]
        return [text, *notations, re.split(r"[/#]", text)[-1]]

    def _area(self, code: str, named: str | None) -> str:
        """A concept for an area that has a code, and perhaps a name."""
        slug = _NO_SLUG.sub("-", code.lower()).strip("-")
        if not slug:
            return ""
        made = iri(self._mint("area", slug))
        self._graph.add(made, TYPE, name("skos:Concept"))
        self._graph.add(made, TYPE, name("dcterms:Location"))
        self._graph.add(made, name("skos:notation"), literal(code))
        self._graph.add(made, LABEL, named or literal(code))
        self._made.add(made)
        return made

    def units(self, holders: Iterable[str]) -> None:
        """Say units as QUDT does."""
        for holder in holders:
            for property_ in _UNITS:
                for value in list(self._graph.objects(holder, property_)):
                    parts = text_of(value)
                    text = parts.value if parts else bare(value)
                    match = _QUDT.fullmatch(text)
                    unit = self._mapping.units.get(text) or (
                        f"http://qudt.org/vocab/unit/{match[1]}" if match else ""
                    )
                    self._outcome.units[text] = unit
                    if unit and property_ != _UNITS[0]:
                        self._graph.add(holder, _UNITS[0], iri(unit))
                    elif unit and unit != text:
                        self._graph.add(holder, _UNITS[1], iri(unit))

    def measure(self, measure: str, observations: list[str], *, alone: bool) -> None:
        """Add the unit and the qualifier that the mapping declares for a measure."""
        about = self._mapping.of(bare(measure))
        if about.unit:
            self._graph.add(measure, _UNITS[0], iri(about.unit))
            self._outcome.units[about.unit] = about.unit
        if about.qualifier != "exact" or not alone:
            return
        for observation in observations:
            values = [one for one in self._graph.objects(observation, measure) if not is_undefined(one)]
            parts = text_of(values[0]) if len(values) == 1 else None
            if parts is None or not _NUMBER.fullmatch(parts.value):
                continue
            self._graph.add(observation, name("egov:qualifier"), iri(_EXACT))
            number = literal(parts.value, datatype=f"{XSD}decimal")
            for edge in ("lower", "upper"):
                self._graph.add(observation, name(f"egov:{edge}Bound"), number)
                self._graph.add(
                    observation, name(f"egov:{edge}Inclusive"), literal("true", datatype=f"{XSD}boolean")
                )
            self._outcome.exact += 1


_EXACT: Final = "https://w3id.org/egov-kg/code/qualifier/exact"
