"""An audit as plain text, in English or Chinese."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol

from egov_kg.ingest.findings import Check, Gap, Row, Status


class Outcome(Protocol):
    """What is written: an `audit.Audit`."""

    @property
    def edition(self) -> str:
        """Name of the edition."""
        ...

    @property
    def checks(self) -> Sequence[Check]:
        """Every check, in order."""
        ...

    @property
    def gaps(self) -> Sequence[Gap]:
        """Everything found."""
        ...

    @property
    def rows(self) -> Sequence[Row]:
        """What became of each candidate."""
        ...

    def count(self, status: Status) -> int:
        """How many candidates have a status."""
        ...


def to_text(outcome: Outcome, lang: str = "en") -> str:
    """The checks, what was left out and why, and every gap; one line each.

    Args:
        outcome: of an audit.
        lang: `en` or `zh`.
    """
    return "\n".join(_lines(outcome, lang == "zh")) + "\n"


def _lines(outcome: Outcome, zh: bool) -> Iterator[str]:
    if not outcome.rows:
        yield f"版本 {outcome.edition}" if zh else f"Edition {outcome.edition}"
    else:
        yield _counted(outcome, zh)
    yield ""
    for check in outcome.checks:
        mark = "ok " if not check.gaps else "GAP"
        yield f"{mark} {check.examined:>5} {check.gaps:>4}  {check.zh if zh else check.en}"
    yield from _left_out(outcome.rows, zh)
    yield ""
    if not outcome.gaps:
        yield "没有缺口。" if zh else "No gaps."
        return
    yield f"缺口 {len(outcome.gaps)} 处：" if zh else f"Gaps ({len(outcome.gaps)}):"
    for gap in outcome.gaps:
        yield f"  {gap.check}  {gap.where}  {gap.zh if zh else gap.en}"


def _counted(outcome: Outcome, zh: bool) -> str:
    bound, excluded, lexical = (outcome.count(status) for status in ("bound", "excluded", "lexical"))
    total = len(outcome.rows)
    if zh:
        return (
            f"版本 {outcome.edition}：数字与数量词 {total} 处，"
            f"已绑定 {bound}，已排除 {excluded}，非数量 {lexical}"
        )
    return (
        f"Edition {outcome.edition}: {total} numerals and quantity words; "
        f"{bound} bound to facts, {excluded} excluded, {lexical} no quantity of their own"
    )


def _left_out(rows: Sequence[Row], zh: bool) -> Iterator[str]:
    """What is no fact: each word once, with its reason and where it stands."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row.status in ("excluded", "lexical"):
            places[row.printed, row.reason_zh if zh else row.reason_en].append(f"{row.start}-{row.end}")
    if places:
        yield ""
        yield "未作为事实：" if zh else "Left out:"
    for (printed, reason), where in places.items():
        yield f"  {printed}  {reason}  ({', '.join(where)})"
