"""The audit: proof that an edition holds all of its report, and only that.

    checks = document, spans, references, coverage, tightness, figures, labels, thresholds, provenance, copies

Each check is a function that yields gaps; an edition passes when none of them does.
A file that is not the edition's fails the first check, and the others are not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Final

from egov_kg.errors import NotFound, SourceError
from egov_kg.ingest.agreement import check_figures, check_labels, check_provenance, check_thresholds
from egov_kg.ingest.audit_text import to_text
from egov_kg.ingest.copies import check_copies, text_files
from egov_kg.ingest.coverage import check_coverage, check_tightness, rows
from egov_kg.ingest.edition import Edition, find_edition
from egov_kg.ingest.findings import Check, Gap, Row, Status
from egov_kg.ingest.layout import paragraphs
from egov_kg.ingest.places import check_document, check_references, check_spans
from egov_kg.ingest.text import candidates
from egov_kg.resources import Sources

CHECKS: Final[dict[str, tuple[str, str]]] = {
    "document": ("The report is the one the edition was made from", "报告即该版本所依据的文件"),
    "spans": ("Every span is where it says, and hashes to its sum", "每个片段位置正确、摘要相符"),
    "references": (
        "Every span that is pointed at is described, and every span is used",
        "片段引用完整，且无多余片段",
    ),
    "coverage": (
        "Every numeral and quantity word is bound or left out with a reason",
        "每个数字与数量词均已绑定或说明排除理由",
    ),
    "tightness": ("The span of a figure holds that figure and no more", "数值片段只含该数值"),
    "figures": ("Every fact says what its figure says", "每条事实与其数值一致"),
    "labels": ("The labels of every fact hold its figure", "每条事实的标签含有其数值"),
    "thresholds": ("Every threshold says what the text says", "每个阈值与原文一致"),
    "provenance": ("Every fact says where it is from", "每条事实都有出处"),
    "copies": ("No sentence of the report is repeated", "未复制报告语句"),
}
"""What is checked, in order, each with a title in English and Chinese."""


@dataclass(frozen=True, slots=True)
class Audit:
    """The outcome of an audit.

    Attributes:
        edition: name of the edition.
        checks: every check, in order; only the first where the report is another file.
        gaps: everything found, by check.
        rows: what became of each candidate, in the order of the report; none where it is another file.
    """

    edition: str
    checks: tuple[Check, ...]
    gaps: tuple[Gap, ...]
    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no gap."""
        return not self.gaps

    def count(self, status: Status) -> int:
        """How many candidates have a status."""
        return sum(row.status == status for row in self.rows)

    def to_text(self, lang: str = "en") -> str:
        """The outcome as plain text; see `audit_text.to_text`."""
        return to_text(self, lang)


def audit(report: Path, sources: Sources) -> Audit:
    """Check an edition against its report.

    The edition is the one whose source document has the report's SHA-256. Where there is only one edition, it
    is taken in any case, and a different file is the one gap.

    Args:
        report: the report, UTF-8 text.
        sources: where the editions are.

    Raises:
        NotFound: no such file, or no edition for it.
        SourceError: the report is not UTF-8, or a file of the edition does not parse.
    """
    raw, text = _read(report)
    checksum = sha256(raw).hexdigest()
    edition = find_edition(sources, checksum)
    if edition.sha256 != checksum:
        wrong = tuple(check_document(edition, raw, text))
        return Audit(edition.name, (Check("document", *CHECKS["document"], 1, len(wrong)),), wrong, ())
    layout, found = paragraphs(text), candidates(text)
    table = rows(edition, found)
    files = text_files(sources.ontology, sources.shapes, sources.data, sources.queries)
    gaps = tuple(
        chain(
            check_document(edition, raw, text),
            check_spans(edition, text, layout),
            check_references(edition),
            check_coverage(table),
            check_tightness(edition, found),
            check_figures(edition, found),
            check_labels(edition),
            check_thresholds(edition, found),
            check_provenance(edition),
            check_copies(text, files, sources.root),
        )
    )
    examined = dict(_examined(edition, len(table), len(files)))
    checks = tuple(
        Check(name, en, zh, examined[name], sum(gap.check == name for gap in gaps))
        for name, (en, zh) in CHECKS.items()
    )
    return Audit(edition.name, checks, gaps, tuple(table))


def _read(report: Path) -> tuple[bytes, str]:
    if not report.is_file():
        raise NotFound(f"There is no report {report}.", f"没有报告文件 {report}。")
    raw = report.read_bytes()
    try:
        return raw, raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{report}, line {line}: not UTF-8 ({error.reason}); save the report as UTF-8 text.",
            f"{report} 第 {line} 行：不是 UTF-8；请将报告另存为 UTF-8 文本。",
            file=str(report),
            line=line,
        ) from error


def _examined(edition: Edition, found: int, files: int) -> Iterator[tuple[str, int]]:
    facts = len(edition.graph.of_type("qb:Observation"))
    statements = sum("/id/statement/" in node for node in edition.graph.subjects())
    yield "document", 1
    yield "spans", len(edition.spans)
    yield "references", len(edition.spans)
    yield "coverage", found
    yield "tightness", len({span for pairs in edition.tight.values() for _, span in pairs})
    yield "figures", len(edition.tight["figureSpan"])
    yield "labels", facts
    yield "thresholds", len(edition.tight["thresholdSpan"])
    yield "provenance", facts + statements
    yield "copies", files
