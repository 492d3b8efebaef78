"""The log of writes: one line of JSON for each attempt, in `<home>/audit.jsonl`.

A line is on the disk before the write is acknowledged. Secrets are never in it: who wrote is told by the id
and the name of the token. JSON escapes control characters, so that what somebody sent cannot forge a line,
nor do anything to a terminal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final, Literal

from egov_kg.errors import (
    PreconditionFailed,
    QueryError,
    ReleaseError,
    SourceError,
    UsageError,
    ValidationFailed,
    WriteForbidden,
)
from egov_kg.release.disk import append_line
from egov_kg.release.published import Release
from egov_kg.release.tokens import Author
from egov_kg.sparql.changes import Change, Update

Outcome = Literal["accepted", "unchanged", "refused", "forbidden", "conflict", "failed"]
"""What became of a write: published; it changed nothing; its data or its text were refused; the token does
not reach so far; `If-Match` named another release; it could not be finished."""

_FILE: Final = "audit.jsonl"
_MOST_TEXT: Final = 2_000
"""Characters that are kept of an update's text, and of any other text that a client sent."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One write, whatever became of it.

    Attributes:
        time: when it ended, in UTC.
        outcome: what became of it.
        token, name: the id and the name of the token.
        client: the address that it came from.
        request: the id of the request.
        kind: `update`, `put`, `post` or `delete`.
        what: the text of an update, or the graph of another change; cut at 2,000 characters.
        sha256: of all that was sent, in hexadecimal.
        before: the release that it was applied to; empty if it did not come so far.
        release: the release that holds the result; empty if there is none.
        graphs: triples added and removed, by graph IRI.
        error: the slug of the error; empty if there was none.
        detail: the error in words.
        seconds: how long it took.
    """

    time: datetime
    outcome: Outcome
    token: str
    name: str
    client: str
    request: str
    kind: str
    what: str
    sha256: str
    before: str = ""
    release: str = ""
    graphs: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    error: str = ""
    detail: str = ""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The members of its line."""
        return {
            "time": self.time.isoformat(timespec="milliseconds"),
            "outcome": self.outcome,
            "token": self.token,
            "name": self.name,
            "client": _cut(self.client),
            "request": _cut(self.request),
            "kind": self.kind,
            "what": _cut(self.what),
            "sha256": self.sha256,
            "before": self.before,
            "release": self.release,
            "graphs": {graph: list(counts) for graph, counts in self.graphs.items()},
            "error": self.error,
            "detail": _cut(self.detail),
            "seconds": round(self.seconds, 3),
        }


class Audit:
    """The log of a home folder.

    Args:
        home: the folder.
    """

    def __init__(self, home: Path) -> None:
        self._file = home / _FILE

    def record(self, attempt: Attempt) -> None:
        """Add an attempt; it is on the disk when this returns.

        Raises:
            ReleaseError: the log cannot be written.
        """
        line = json.dumps(attempt.to_json(), ensure_ascii=True).encode("ascii")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            append_line(self._file, line, mode=0o600)
        except OSError as error:
            raise ReleaseError(
                f"The log of writes, {self._file}, cannot be written ({error.strerror}).",
                f"无法写入写操作日志 {self._file}（{error.strerror}）。",
            ) from error

    def require_writable(self) -> None:
        """Make sure that a line can be added, before something is done that has to be logged.

        Raises:
            ReleaseError: the log cannot be opened.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("ab"):
                self._file.chmod(0o600)
        except OSError as error:
            raise ReleaseError(
                f"Nothing is written while the log of writes, {self._file}, cannot be ({error.strerror}).",
                f"写操作日志 {self._file} 无法写入（{error.strerror}），因此不接受写入。",
            ) from error

    def attempts(self) -> Iterator[Attempt]:
        """Every attempt, oldest first; a line that a crash cut off is left out.

        Raises:
            ReleaseError: the log cannot be read.
        """
        try:
            with self._file.open("rb") as handle:
                for line in handle:
                    if (attempt := _parse(line)) is not None:
                        yield attempt
        except FileNotFoundError:
            return
        except OSError as error:
            raise ReleaseError(
                f"The log of writes, {self._file}, cannot be read ({error.strerror}).",
                f"无法读取写操作日志 {self._file}（{error.strerror}）。",
            ) from error

    def knows(self, release: str) -> bool:
        """Whether the log tells of a write that gave this release; the latest lines are looked at first."""
        try:
            with self._file.open("rb") as handle, mmap(handle.fileno(), 0, access=ACCESS_READ) as text:
                end = len(text)
                while (place := text.rfind(f'"{release}"'.encode(), 0, end)) >= 0:
                    end = text.rfind(b"\n", 0, place) + 1
                    text.seek(end)
                    attempt = _parse(text.readline())
                    if attempt is not None and attempt.release == release:
                        return True
        except (OSError, ValueError):  # not there, or empty
            return False
        return False


def begun(change: Change, author: Author) -> Attempt:
    """A write that has begun; it has failed until something better is known."""
    digest = hashlib.sha256()
    if isinstance(change, Update):
        kind, what = "update", change.text
        for text in (change.text, *change.using, *change.using_named):
            digest.update(text.encode("utf-8", "surrogatepass"))
    else:
        kind, what = change.action, change.graph or "default"
        for document in change.documents:
            digest.update(document.content)
    return Attempt(
        time=datetime.now(UTC),
        outcome="failed",
        token=author.token_id,
        name=author.name,
        client=author.client,
        request=author.request_id,
        kind=kind,
        what=what,
        sha256=digest.hexdigest(),
    )


def recovered(release: Release, write: Mapping[str, Any]) -> Attempt:
    """The write that made a release, by what its manifest says; the text of an update is lost."""
    what = write["what"]
    return Attempt(
        time=datetime.fromisoformat(write["when"]),
        outcome="accepted",
        token=write["who"]["token"],
        name=write["who"]["name"],
        client="",  # an address is no part of a published release
        request=write["request_id"],
        kind=what["kind"],
        what="",
        sha256=what["sha256"],
        before=write["base"],
        release=release.id,
        graphs={graph: (added, removed) for graph, (added, removed) in what["graphs"].items()},
        detail="Logged afterwards: the process ended before it could.",
    )


def outcome_of(error: Exception) -> Outcome:
    """What became of a write that ended in an error."""
    match error:
        case WriteForbidden():
            return "forbidden"
        case PreconditionFailed():
            return "conflict"
        case ValidationFailed() | SourceError() | QueryError() | UsageError():
            return "refused"
        case _:
            return "failed"


def _parse(line: bytes) -> Attempt | None:
    try:
        members = json.loads(line)
        return Attempt(
            **{
                **members,
                "time": datetime.fromisoformat(members["time"]).astimezone(UTC),
                "graphs": {graph: (int(a), int(r)) for graph, (a, r) in members["graphs"].items()},
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…"
