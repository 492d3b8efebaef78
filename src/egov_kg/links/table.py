"""The review table: SSSOM/TSV, which opens in a spreadsheet; a person writes into its column `decision`.

Specification: SSSOM 1.0, TSV serialisation, with `decision` declared as an extension slot. IRIs are written
whole. What a spreadsheet does to it is undone: quotes around the lines of the head, commas instead of tabs.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from egov_kg import __version__, iris
from egov_kg.errors import NotFound, SourceError, UsageError
from egov_kg.ingest.mappings import PREDICATES
from egov_kg.links.profiles import Profile
from egov_kg.links.score import Candidate
from egov_kg.links.things import LANGUAGES, Thing
from egov_kg.namespaces import PREFIXES

COLUMNS: Final = (
    "decision",
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "reviewer_label",
    "comment",
)
_HEAD: Final = """\
#sssom_version: "1.0"
#mapping_set_id: {set}
#mapping_set_title: {title}
#license: {licence}
#mapping_tool: egov-kg link
#mapping_tool_version: "{version}"
#subject_source: {ours}
#object_source: {theirs}
#curie_map:
#  skos: {skos}
#  semapv: {semapv}
#extension_definitions:
#  - slot_name: decision
#    property: {decision}
#    type_hint: xsd:string
"""
_SET: Final = f"{iris.BASE}id/linkset/regions-"
"""How the IRI of a table begins; the name of the profile follows."""

_NAMED: Final = re.compile(r"[\"\s]*#(mapping_set_id|object_source):[\s\"']*([^\s\"']+?)[\"',;\s]*")
Decision = Literal["", "approve", "reject"]
_DECISIONS: Final[Mapping[str, Decision]] = {
    "": "",
    **dict.fromkeys(("approve", "approved", "yes", "y", "是", "通过", "批准"), "approve"),
    **dict.fromkeys(("reject", "rejected", "no", "n", "否", "驳回", "拒绝"), "reject"),
}
BOTH: Final = " / "
"""What is between the English and the Chinese of a comment."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Attributes:
        number: where it is in the file, from 1; 0 for one that was never written.
        decision: what was decided; empty if nothing was.
        values: the cells by column.
    """

    number: int
    decision: Decision
    values: Mapping[str, str]

    @property
    def pair(self) -> tuple[str, str]:
        """What is linked: IRIs of ours and theirs."""
        return self.values["subject_id"], self.values["object_id"]


def row_of(candidate: Candidate) -> Row:
    """A candidate as a line that nobody has decided on."""
    kind = "UnspecifiedMatching" if candidate.by_code else "LexicalMatching"
    why = list(candidate.why)
    if candidate.rivals:
        why.append((f"other candidates: {candidate.rivals}", f"另有候选 {candidate.rivals} 个"))
    return Row(
        0,
        "",
        {
            "decision": "",
            "subject_id": candidate.ours.iri,
            "subject_label": _label(candidate.ours),
            "predicate_id": candidate.predicate,
            "object_id": candidate.theirs.iri,
            "object_label": _label(candidate.theirs),
            "mapping_justification": f"semapv:{kind}",
            "confidence": f"{candidate.score:.2f}",
            "reviewer_label": "",
            "comment": BOTH.join(("; ".join(en for en, _ in why), "；".join(zh for _, zh in why))),
        },
    )


def read(path: Path, profile: Profile) -> list[Row]:
    """The lines of a table.

    Args:
        path: the file.
        profile: what it was made with; a table that has lost its head may be of any.

    Raises:
        NotFound: there is no such file.
        UsageError: its head names another profile, or another source than the profile's.
        SourceError: it cannot be read, lacks a column, or has a line that is not understood, by its number.
    """
    if not path.exists():
        raise NotFound(f"There is no file {path}.", f"文件 {path} 不存在。")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(
            path, 0, f"it cannot be read as UTF-8 ({error})", f"无法以 UTF-8 读取（{error}）"
        ) from error
    lines = text.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if line.strip() and line.lstrip('"')[0] != "#"), None)
    if start is None:
        raise _wrong(path, 0, "it has no header", "缺少表头")
    _require_head(path, lines[:start], profile)
    delimiter = max("\t,;", key=lines[start].count)
    reader = csv.DictReader(lines[start:], delimiter=delimiter)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise _wrong(
            path, start + 1, f"columns are missing: {', '.join(missing)}", f"缺少列：{'、'.join(missing)}"
        )
    found = []
    for cells in reader:
        values = {name: (cells[name] or "").strip() for name in COLUMNS}
        if any(values.values()):
            found.append(_row(path, start + reader.line_num, values))
    return found


def write(path: Path, rows: Iterable[Row], profile: Profile, endpoint: str) -> None:
    """Write a table in one step: it is there whole, or as it was.

    Args:
        path: the file.
        rows: its lines.
        profile: what was asked.
        endpoint: who was asked.
    """
    out = io.StringIO()
    out.write(
        _HEAD.format(
            set=f"{_SET}{profile.name}",
            title=f"Regions and {profile.title_en or profile.name}",
            licence=iris.LICENCE,
            version=__version__,
            ours=iris.thing("dataset", "regions-2012"),
            theirs=profile.dataset or endpoint,
            skos=PREFIXES["skos"],
            semapv=PREFIXES["semapv"],
            decision=f"{PREFIXES['egov']}reviewState",
        )
    )
    writer = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row.values for row in rows)
    part = path.with_name(f"{path.name}.part")
    part.write_text(out.getvalue(), encoding="utf-8", newline="")
    part.replace(path)


def _require_head(path: Path, head: Iterable[str], profile: Profile) -> None:
    for number, text in enumerate(head, start=1):
        if (match := _NAMED.fullmatch(text)) is None:
            continue
        name, said = match.groups()
        other = said.removeprefix(_SET)
        if name == "mapping_set_id" and other not in (said, profile.name):
            raise UsageError(
                f"{path.name}, line {number}: the table was made with the profile {other}, not "
                f"{profile.name}: give --profile {other}.",
                f"{path.name}第 {number} 行：此表由配置 {other} 生成，而不是 {profile.name}："
                f"请给出 --profile {other}。",
            )
        if name == "object_source" and profile.dataset not in ("", said):
            raise UsageError(
                f"{path.name}, line {number}: the table is about <{said}>, the profile {profile.name} about "
                f"<{profile.dataset}>: give the --profile that it was made with.",
                f"{path.name}第 {number} 行：此表的对象来源是 <{said}>，而配置 {profile.name} 的是 "
                f"<{profile.dataset}>：请给出生成此表的 --profile。",
            )


def _row(path: Path, number: int, values: dict[str, str]) -> Row:
    decision = _DECISIONS.get(values["decision"].casefold())
    if decision is None:
        raise _wrong(
            path,
            number,
            f"decision is {values['decision']!r}: write approve or reject, or leave it empty",
            f"decision 为 {values['decision']!r}：请填写 approve 或 reject（通过或驳回），或留空",
        )
    if values["predicate_id"] not in PREDICATES:
        raise _wrong(
            path,
            number,
            f"predicate_id is {values['predicate_id']!r}, none of {', '.join(PREDICATES)}",
            f"predicate_id 为 {values['predicate_id']!r}，不是 {'、'.join(PREDICATES)} 之一",
        )
    return Row(number, decision, values)


def _label(thing: Thing) -> str:
    """The names in both languages; a spreadsheet must not take them for a formula."""
    text = " / ".join(thing.labels[one] for one in LANGUAGES if one in thing.labels)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _wrong(path: Path, line: int, en: str, zh: str) -> SourceError:
    where = (f", line {line}", f"第 {line} 行") if line else ("", "")
    return SourceError(
        f"{path.name}{where[0]}: {en}.", f"{path.name}{where[1]}：{zh}。", file=str(path), line=line
    )
