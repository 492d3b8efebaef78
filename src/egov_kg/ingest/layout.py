"""Sections and paragraphs of a report, by the conventions of its text.

A section begins at a heading 【…】 that opens a line; what stands before the first heading is the overview.
Within a line, a run of three or more spaces (no-break ones too) begins a new paragraph. Headings are
paragraph 0 of their section; the others count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BREAK = re.compile(r"[ \u00a0\u3000\t]*[\r\n][ \u00a0\u3000\t\r\n]*|[ \u00a0\u3000\t]{3,}")
_HEADING = re.compile(r"【(?P<title>[^】\r\n]*)】[ \u00a0\u3000\t]*")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a report.

    Attributes:
        start, end: code points, end exclusive.
        section: order of its section, from 1 (the overview, or the first section of a text without one).
        heading: the section's heading; empty for the overview.
        number: from 1 in the section; 0 for the heading itself.
    """

    start: int
    end: int
    section: int
    heading: str
    number: int


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a text, in order."""
    found: list[Paragraph] = []
    section, heading, number, position = 1, "", 0, 0
    for stop in (*(match.span() for match in _BREAK.finditer(text)), (len(text), len(text))):
        start, end = position, stop[0]
        position = stop[1]
        if match := _HEADING.match(text, start, end):
            section += bool(found)
            heading, number = match["title"], 0
            found.append(Paragraph(start, start + len(match["title"]) + 2, section, heading, 0))
            start = match.end()
        if start < end:
            number += 1
            found.append(Paragraph(start, end, section, heading, number))
    return tuple(found)


def paragraph_at(offset: int, among: Sequence[Paragraph]) -> Paragraph | None:
    """The paragraph that holds an offset; None between paragraphs."""
    return next((one for one in among if one.start <= offset < one.end), None)
