"""Audit: are the report's sentences nowhere in the project?

Two tests, both blind to white space: no 12 running Chinese characters of the report, and no 26 running
characters of any kind. Names of documents and bodies that long are listed in `words/proper_names.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from egov_kg.ingest.findings import Gap
from egov_kg.ingest.tables import words

HAN_RUN = 12
ANY_RUN = 26

_HAN = re.compile(rf"[\u3400-\u4dbf\u4e00-\u9fff]{{{HAN_RUN},}}")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_BLANK = re.compile(r"[\s\u00a0\u3000]+")


def check_copies(report: str, files: Iterable[Path], root: Path) -> Iterator[Gap]:
    """No file repeats a run of the report.

    Args:
        report: its text.
        files: text files to look through.
        root: what the names in messages are relative to.
    """
    names = [row["name"] for row in words("proper_names", ("name", "reason"))]
    allowed = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or "(?!)")
    body = _BLANK.sub("", report)
    han = {run for text in _HAN.findall(body) for run in _windows(text, HAN_RUN)}
    whole = set(_windows(body, ANY_RUN))
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), line)
            plain = _BLANK.sub("", allowed.sub("\x00", plain))
            repeated = any(
                run in han for part in _HAN.findall(plain) for run in _windows(part, HAN_RUN)
            ) or any(run in whole for run in _windows(plain, ANY_RUN))
            if repeated:
                where = f"{path.relative_to(root)}:{number}"
                yield Gap(
                    "copies",
                    where,
                    f"repeats {HAN_RUN} or more running characters of the report; say it in other words, or "
                    "list the name in words/proper_names.csv",
                    f"与报告有 {HAN_RUN} 个以上连续相同的字；请改写，或将专名列入 words/proper_names.csv",
                )


def text_files(*folders: Path) -> list[Path]:
    """The text files below some folders, sorted."""
    kinds = {".ttl", ".rq", ".md", ".csv", ".json", ".py", ".toml", ".txt", ".html", ".svg", ".trig", ".nq"}
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in kinds)


def _windows(text: str, length: int) -> Iterator[str]:
    return (text[start : start + length] for start in range(len(text) - length + 1))
