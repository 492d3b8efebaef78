"""The figures that were asked for, and the three answers to a threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from egov_kg.client.frames import Frame
from egov_kg.client.spoken import require_language, spoken
from egov_kg.errors import UsageError
from egov_kg.intervals import Interval, Language, Verdict, compare, format_value
from egov_kg.publish.columns import TABLE
from egov_kg.publish.table import TableRow
from egov_kg.publish.thresholds import read_condition


class Observations(Frame):
    """Reported figures, one a row, with the columns of the flat table (docs/downloads.md).

    A figure is an interval: what its source states of it. So a condition has three answers, and each figure
    has one of them: `certain` (all its possible values fulfil it), `possible` (some do), `excluded` (none).

    Args:
        rows: as `publish.table` has them.
        domains: the largest value that a figure can have, by its IRI, where logic sets one: 100 of a share.
        lang: the language of labels.
        release: the id of the release that they are from.
    """

    def __init__(
        self, rows: Sequence[TableRow], domains: Mapping[str, Decimal], *, lang: Language, release: str
    ) -> None:
        super().__init__(TABLE, rows, lang=lang, release=release)
        self._domains = domains

    @property
    def iris(self) -> tuple[str, ...]:
        """The IRIs of the figures, in order."""
        return tuple(row["observation"] for row in self._rows)

    @spoken
    def phrases(self, lang: Language | None = None) -> tuple[str, ...]:
        """The figures in words, with their qualifiers: `over 70%`, `约 80%`.

        Raises:
            UsageError: there is no such language.
        """
        chosen = self.lang if lang is None else lang
        require_language("lang", chosen)
        return tuple(
            format_value(Decimal(row["value"]), row["qualifier"], row["unit"], chosen) for row in self._rows
        )

    def intervals(self) -> tuple[Interval, ...]:
        """The bounds that the source states."""
        return tuple(_interval(row) for row in self._rows)

    @spoken
    def verdicts(self, condition: str) -> tuple[Verdict, ...]:
        """The answer of each figure to a condition, in order: a column to add to a table.

        Args:
            condition: a comparison and a number in the unit of the figures: `>= 80`, `< 1.2 billion`.

        Raises:
            UsageError: it is no condition, or the figures have several units.
        """
        asked = read_condition(condition)
        units = sorted({row["unit"] for row in self._rows})
        if len(units) > 1:
            raise UsageError(
                f"These figures are in {', '.join(units)}: take those of one unit first, with unit=.",
                f"这些数值的单位有 {'、'.join(units)}：请先用 unit= 取其一。",
            )
        assert asked.value is not None  # noqa: S101 - read_condition has read a number
        return tuple(
            compare(_interval(row), asked.symbol, asked.value, domain=self._domains.get(row["observation"]))
            for row in self._rows
        )

    def certain(self, condition: str) -> Observations:
        """The figures that fulfil a condition whatever they are within their bounds; see `verdicts`."""
        return self._that_are(Verdict.CERTAIN, condition)

    def possible(self, condition: str) -> Observations:
        """Those that may fulfil it and may not; the certain ones are not among them. See `verdicts`."""
        return self._that_are(Verdict.POSSIBLE, condition)

    def excluded(self, condition: str) -> Observations:
        """Those that cannot fulfil it; see `verdicts`."""
        return self._that_are(Verdict.EXCLUDED, condition)

    def _that_are(self, verdict: Verdict, condition: str) -> Observations:
        verdicts = self.verdicts(condition)
        kept = [row for row, found in zip(self._rows, verdicts, strict=True) if found is verdict]
        return Observations(kept, self._domains, lang=self.lang, release=self.release)


def _interval(row: TableRow) -> Interval:
    def bound(name: str) -> Decimal | None:
        return Decimal(row[name]) if row[name] else None

    return Interval(
        bound("lower"),
        row["lower_inclusive"] in ("true", "1"),
        bound("upper"),
        row["upper_inclusive"] in ("true", "1"),
    )
