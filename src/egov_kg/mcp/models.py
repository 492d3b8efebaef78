"""The structured answers of the tools. What is here is a promise to those who program against them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from egov_kg.intervals import Verdict


class Named(BaseModel):
    """Something with an IRI."""

    iri: str
    code: str = Field(description="The last part of the IRI, which the tools accept as well.")
    label: str


class Bound(BaseModel):
    """A bound that the source states."""

    value: float = Field(description="In the unit of the figure.")
    inclusive: bool = Field(description="Whether the bound itself is a possible value.")


class Place(BaseModel):
    """Where a figure stands in its source. The text of the source is not in the data."""

    section: Named
    paragraph: int = Field(description="In the section, from 1.")
    start: int = Field(description="In code points of the document.")
    end: int = Field(description="In code points of the document, exclusive.")
    span: str = Field(description="IRI of the span.")


class Value(BaseModel):
    """A reported figure. Never repeat the number without its qualifier."""

    iri: str
    sentence: str = Field(description="What is measured, of whom, where, when, and the figure, qualified.")
    remarks: list[str] = Field(description="Reservations that go with the sentence.")
    figure: str = Field(description="The figure with its qualifier in words.")
    qualifier: str = Field(description="exact, about, over, at-least, at-most, nearly, under or hedged.")
    value: float = Field(description="The printed figure in the unit; a bound unless the qualifier is exact.")
    reported: str = Field(description="The figure as printed, without unit, sign or qualifier.")
    unit: str = Field(description="PERCENT, NUM (a count), CCY_CNY (yuan) or YR (years).")
    lower: Bound | None = Field(description="The lower bound that the source states; null if it states none.")
    upper: Bound | None = Field(description="The upper bound that the source states; null if it states none.")
    largest: float | None = Field(description="The largest value by logic: 100 of a share. No statement.")
    indicator: Named
    area: Named
    level: Named
    subject: Named
    period: Named
    condition: Named
    flags: list[Named]
    source: Place | None
    citation: str
    release: str = Field(description="The release of the data that says so.")


class Judged(Value):
    """A figure with its answer to a threshold."""

    verdict: Verdict | None = Field(
        description="certain: true of every value within the bounds; possible: of some; excluded: of none."
    )
    reason: str = Field(description="The bound that decides, or why nothing does.")


class Page(BaseModel):
    """Figures, and how many there are."""

    release: str
    total: int
    offset: int
    values: list[Value]
    note: str = ""


class Indicator(BaseModel):
    """What is measured."""

    iri: str
    code: str
    label: str
    definition: str
    unit: str
    kind: str
    topic: str
    direction: str
    figures: dict[str, int] = Field(description="How many figures there are, by level.")
    found_by: str = Field(description="Why: exact, short name, code, pinyin, prefix, part or near.")


class Indicators(BaseModel):
    """Indicators that fit a text, best first."""

    release: str
    total: int
    indicators: list[Indicator]
    note: str = ""


class Difference(BaseModel):
    """A feature in which compared figures differ."""

    feature: str
    sentence: str
    values: dict[str, int] = Field(description="What the figures have, with how many have it.")


class Line(BaseModel):
    """What is compared with one another."""

    about: Named | None
    values: list[Judged]
    highest: str = Field(description="By the stated bounds; empty where it is no question.")


class Compared(BaseModel):
    """Figures side by side, with what makes them hard to compare."""

    release: str
    by: Literal["levels", "indicators", "regions"]
    threshold: str = Field(description="What was asked, in words; empty where nothing was.")
    counts: dict[str, int] = Field(description="How many figures are certain, possible, excluded.")
    warnings: list[Difference] = Field(description="Say these before you compare.")
    notes: list[str]
    lines: list[Line]


class SourceSpan(BaseModel):
    """A span of the source behind a figure."""

    role: str = Field(description="figure, clause, period or threshold.")
    place: Place
    sha256: str = Field(description="Of the span's text in UTF-8.")


class Reading(BaseModel):
    """One way to read an ambiguous statement."""

    rank: int = Field(description="1 is preferred.")
    meaning: str


class Explained(BaseModel):
    """What stands behind a figure."""

    value: Value
    document: Named
    document_sha256: str
    spans: list[SourceSpan]
    readings: list[Reading]
    not_said: list[str] = Field(description="What the source leaves open.")
    inferred: list[str] = Field(description="What follows from the figure. No source states these.")
    notes: list[str]
    review: str
    validation: dict[str, str | int | bool | None] = Field(description="How the release was checked.")


class Fact(BaseModel):
    """A triple."""

    property: str
    property_label: str
    value: str
    value_label: str
    lang: str = ""


class Described(BaseModel):
    """What the data say of a thing."""

    release: str
    iri: str
    label: str
    citation: str
    facts: list[Fact]
    references: list[Fact] = Field(description="Things that name it: `value` is the thing.")
    more: bool = Field(description="There are more facts or references than are here.")
    value: Value | None = Field(description="The figure, where the thing is one.")
    sentence: str = Field(description="The statement or the derived value in words, where the thing is one.")


class Answer(BaseModel):
    """The answer to a SPARQL query."""

    release: str
    form: str
    columns: list[str] = []
    rows: list[dict[str, str]] = []
    boolean: bool | None = Field(default=None, description="The answer to ASK.")
    graph: str = Field(default="", description="The answer to CONSTRUCT or DESCRIBE, in N-Triples.")
    more: bool = Field(default=False, description="There are more rows than were asked for.")
    figures: list[Value] = Field(default=[], description="Those that the answer names, with qualifiers.")
    inferred: list[str] = Field(default=[], description="Derived values in words. No source states these.")
    note: str = ""
