"""Writes to a release: each one that changes anything is a new release, validated, or it is refused whole."""

from __future__ import annotations

import logging
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from egov_kg.errors import EgovError, NotFound, PreconditionFailed, ReleaseError, WriteForbidden
from egov_kg.release.audit import Attempt, Audit, begun, outcome_of, recovered
from egov_kg.release.beside import Beside
from egov_kg.release.disk import writing_to
from egov_kg.release.recompile import ALL_STEPS, Recompilation, recompiling
from egov_kg.release.registry import DERIVED, Registry, Release
from egov_kg.release.steps import Progress, Steps
from egov_kg.release.tokens import Author, Token, Tokens, reaches
from egov_kg.resources import Sources
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Change, Written
from egov_kg.store import writer
from egov_kg.store.fetch import loader
from egov_kg.store.writer import WriteJob, WriteResult

__all__ = ["Author", "ReleaseWriter"]

WAIT_SECONDS: Final = 30.0
"""How long a write waits for others and for a build to end."""

_TAG: Final = re.compile(r'(?:W/)?"?(r[0-9a-f]{12})(?![0-9a-f]).*')
_log = logging.getLogger(__name__)


class ReleaseWriter:
    """Applies changes to the current release of a home folder, for any number of threads and processes.

    Args:
        settings: where the releases are, and the bounds of a write.
        sources: where the rules and shapes are.
        progress: is told of each step of each write.
    """

    def __init__(self, settings: Settings, sources: Sources, progress: Progress | None = None) -> None:
        self._settings = settings
        self._sources = sources
        self._progress = progress
        self._registry = Registry(settings.home)
        self._tokens = Tokens(settings.home)
        self._audit = Audit(settings.home)
        self._logged = ""

    @property
    def open(self) -> bool:
        """Whether anybody may write: a token was made."""
        return bool(self._tokens.all())

    def authenticate(self, secret: str) -> Token:
        """The token of a secret; see `Tokens.authenticate`."""
        return self._tokens.authenticate(secret)

    def write(self, change: Change, author: Author, *, if_match: frozenset[str] | None = None) -> Written:
        """Apply a change to the current release and publish the result, or refuse it and leave all as it was.

        When this returns, the new release is the current one, and it and the line in the log are on the disk.

        Args:
            change: what to do.
            author: who does it.
            if_match: ids of releases, or ETags of answers from them, of which one has to be the current one;
                `*` is any. None sets no condition.

        Raises:
            PreconditionFailed: another release is current; `extra["release"]` has its id.
            WriteForbidden: it changes a graph that the token does not reach, or that is computed.
            ValidationFailed: the result breaks a rule; `extra` has `report`, `report_zh` and `results`.
            QueryError, SourceError, UsageError: the change does not parse, or asks for what cannot be done.
            EvaluationError: a deadline, the memory limit or the engine ended it; ServiceBusy: others were
                writing for too long.
            ReleaseError: the release, or the log of writes, cannot be read or written.
        """
        start = time.monotonic()
        attempt = begun(change, author)
        # Before anything is done: what cannot be logged is not written.
        self._audit.require_writable()
        try:
            with self._registry.lock(timeout=WAIT_SECONDS):
                self._log_what_a_crash_left()
                current = self._registry.current()
                _require_match(current, if_match)
                written = self._apply(current, change, author, attempt)
                attempt = replace(
                    attempt,
                    outcome="accepted" if written.release != written.before else "unchanged",
                    before=written.before,
                    release=written.release,
                    graphs=written.graphs,
                )
                self._acknowledge(_ended(attempt, start))
        except Exception as error:
            if attempt.outcome == "failed":  # else it is published, and what failed is the log
                self._refuse(_ended(attempt, start), error)
            raise
        return written

    def _apply(self, current: Release, change: Change, author: Author, attempt: Attempt) -> Written:
        steps = Steps(self._progress, ALL_STEPS)
        with writing_to(self._settings.home):
            folder = self._registry.new_folder()
            try:
                (folder / "scratch").mkdir()
                # It makes itself ready while the change is applied.
                with Beside(recompiling, self._sources, self._settings.home) as compiling:
                    steps.next("Applying the change", "应用变更")
                    result = self._evaluate(current, change, folder / "scratch")
                    _require_scope(result.graphs, author)
                    compiling.start(
                        Recompilation(
                            current,
                            result.added,
                            result.removed,
                            folder,
                            self._settings.staging,
                            _what(current, author, attempt),
                        )
                    )
                    made = compiling.result(self._progress, self._settings.write_timeout)
                if made.id == current.id:
                    return Written(current.id, current.id)
                steps.done = ALL_STEPS - 2
                steps.next("Publishing", "发布")
                if made.there:
                    self._registry.make_current(self._registry.get(made.id))
                else:
                    self._registry.publish(folder)
                return Written(current.id, made.id, made.graphs, result.created)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def _evaluate(self, current: Release, change: Change, scratch: Path) -> WriteResult:
        return writer.write(
            WriteJob(
                nquads=current.nquads,
                default_graphs=current.dataset.default_graphs,
                change=change,
                target=scratch,
                timeout=self._settings.write_timeout,
                memory=self._settings.write_memory,
                load=loader(self._settings),
            )
        )

    def _acknowledge(self, attempt: Attempt) -> None:
        try:
            self._audit.record(attempt)
        except ReleaseError as error:
            raise ReleaseError(
                f"The change is made, release {attempt.release} is current, but {error.detail}",
                f"变更已完成，当前版本为 {attempt.release}，但{error.detail_zh}",
                release=attempt.release,
            ) from error
        self._logged = attempt.release

    def _refuse(self, attempt: Attempt, error: Exception) -> None:
        slug = error.slug if isinstance(error, EgovError) else EgovError.slug
        detail = error.detail if isinstance(error, EgovError) else f"{type(error).__name__}: {error}"
        try:
            self._audit.record(replace(attempt, outcome=outcome_of(error), error=slug, detail=detail))
        except ReleaseError as unlogged:
            _log.error("%s", unlogged.detail)

    def _log_what_a_crash_left(self) -> None:
        """Log the write that made the current release, if a crash came before its line. Within the lock."""
        try:
            current = self._registry.current()
        except (NotFound, ReleaseError):
            return
        if current.write is None or current.id == self._logged:
            return
        if not self._audit.knows(current.id):
            self._audit.record(recovered(current, current.write))
        self._logged = current.id


def _ended(attempt: Attempt, start: float) -> Attempt:
    return replace(attempt, time=datetime.now(UTC), seconds=time.monotonic() - start)


def _what(current: Release, author: Author, attempt: Attempt) -> dict[str, Any]:
    """Who wrote what, for the manifest."""
    return {
        "who": {"token": author.token_id, "name": author.name},
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "request_id": author.request_id,
        "what": {"kind": attempt.kind, "sha256": attempt.sha256},
        "base": current.id,
    }


def _require_match(current: Release, if_match: frozenset[str] | None) -> None:
    if if_match is None or "*" in if_match:
        return
    named = {match[1] for tag in if_match if (match := _TAG.fullmatch(tag.strip()))}
    if current.id not in named:
        raise PreconditionFailed(
            f"The current release is {current.id}, not the one that If-Match names: read the data again, and "
            "write again if it still applies.",
            f"当前版本为 {current.id}，与 If-Match 所指不符：请重新读取数据，确认后再写入。",
            release=current.id,
        )


def _require_scope(graphs: Mapping[str, tuple[int, int]], author: Author) -> None:
    """Refuse changes of graphs that are computed, or that the token does not reach."""
    if DERIVED in graphs:
        raise WriteForbidden(
            f"The change touches <{DERIVED}>, which is computed from the other graphs: leave it out, and "
            "change what its values are derived from.",
            f"该变更涉及由其他图计算得出的 <{DERIVED}>：请将其排除，改为修改其所依据的数据。",
            graphs=[DERIVED],
        )
    if beyond := [graph for graph in graphs if not reaches(author.graphs, graph)]:
        names = ", ".join(f"<{graph}>" for graph in beyond)
        raise WriteForbidden(
            f"The token {author.token_id} does not reach {names}: nothing was changed. "
            "`egov-kg token create --graph` makes one that does.",
            f"令牌 {author.token_id} 无权写入 {names}，未作任何更改。"
            "可用 `egov-kg token create --graph` 创建有权的令牌。",
            graphs=beyond,
        )
