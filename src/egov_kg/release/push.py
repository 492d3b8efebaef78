"""A release is given to a remote engine: graph by graph, beside what it holds, and put in place at the end.

`store.held` says where what goes. Until the last update, whoever asks the engine sees the release that it
held before. A push that ended early goes on where it was when it is begun again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from egov_kg.errors import WriteForbidden
from egov_kg.release.graph_files import GraphFile, graph_files
from egov_kg.release.published import Release
from egov_kg.release.pushed import MERGED, STAGED, Known, known, mark, require_size, size, swap, update
from egov_kg.release.steps import Progress, Steps
from egov_kg.settings import Settings
from egov_kg.store.endpoint import Endpoint
from egov_kg.store.held import APART, LIVE, held, merged_graph, staged_graph

PART_BYTES: Final = 4 * 1024 * 1024
"""Bytes that are sent at a time."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done about one graph.

    Attributes:
        file: its triples.
        place: where in the engine they are sent.
        target: where they will be in the end.
        first: the piece to begin with; as many as there are where all are there.
        parts: how many pieces there are.
        kept: it is in its place already.
    """

    file: GraphFile
    place: str
    target: str
    first: int
    parts: int
    kept: bool = False

    def known(self, parts: int) -> Known:
        """What is known of the graph once it has so many pieces."""
        role = STAGED if self.file.graph else MERGED
        return Known(self.place, role, self.target, self.file.digest, parts)

    @property
    def role(self) -> str:
        """The role of the graph in the end."""
        if not self.file.graph:
            return MERGED
        return LIVE if self.file.default else APART


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did, or would do.

    Attributes:
        before: the id of the release that the engine held; None for none.
        sent: graphs, and triples in them, that were sent.
        kept: graphs that were there already, in place or from a push that had ended early.
        gone: graphs that the release before had and this one has not.
        swapped: whether the engine holds another release now than before.
    """

    before: str | None
    sent: dict[str, int]
    kept: tuple[str, ...]
    gone: tuple[str, ...]
    swapped: bool


def push(
    release: Release,
    settings: Settings,
    *,
    progress: Progress | None = None,
    dry_run: bool = False,
    part_bytes: int = PART_BYTES,
) -> Pushed:
    """Have a remote engine hold a release.

    Args:
        release: what to give it; its files were verified.
        settings: the engine; `write_timeout` is for each request to it.
        progress: is told what is being done.
        dry_run: only find out what there is to do.
        part_bytes: bytes that are sent at a time.

    Raises:
        WriteForbidden: a graph of this name is there that no push has made.
        ReleaseError: the engine has not what it was given.
        EgovError: as `Endpoint.query`: what the engine held before is there still.
    """
    endpoint, timeout = Endpoint(settings), settings.write_timeout
    with TemporaryDirectory(prefix="egov-kg-push-") as folder:
        before, there = held(endpoint, timeout), known(endpoint, timeout)
        errands = [
            _errand(endpoint, release, file, there, part_bytes, timeout)
            for file in graph_files(release, Path(folder))
        ]
        _require_own(endpoint, errands, there, timeout)
        sent = [one for one in errands if not one.kept and one.first < one.parts]
        gone = _gone(errands, there)
        done = not gone and all(one.kept for one in errands)
        swapped = not (done and before is not None and before.release == release.id)
        if swapped and not dry_run:
            steps = Steps(progress, sum(one.parts - one.first for one in sent) + 1)
            if before is not None and merged_graph(before.release) in {one.place for one in sent}:
                endpoint.update(update("unpoint"), timeout, again=True)  # it is damaged: nobody may ask it
            for one in sent:
                _send(endpoint, one, steps, part_bytes, timeout)
            steps.next("Putting it in place", "切换版本")
            _put_in_place(endpoint, release.id, errands, gone, timeout)
    return Pushed(
        before.release if before else None,
        {one.target: one.file.triples for one in sent},
        tuple(one.target for one in errands if one not in sent),
        tuple(graph for graph in gone if graph in (before.graphs if before else ())),
        swapped,
    )


def _errand(
    endpoint: Endpoint,
    release: Release,
    file: GraphFile,
    there: dict[str, Known],
    part_bytes: int,
    timeout: float,
) -> Errand:
    """What is to be done: nothing where the same is in place, the rest where a push ended early."""
    target = file.graph or merged_graph(release.id)
    place = staged_graph(release.id, file.graph) if file.graph else target
    parts = file.part_count(part_bytes)
    if _has(endpoint, there.get(target), file, parts, timeout):
        return Errand(file, place, target, parts, parts, kept=True)
    begun = there.get(place)
    if begun is None or begun.digest != file.digest:
        return Errand(file, place, target, 0, parts)
    if begun.parts >= parts and size(endpoint, place, timeout) != file.triples:
        return Errand(file, place, target, 0, parts)
    return Errand(file, place, target, min(begun.parts, parts), parts)


def _has(endpoint: Endpoint, there: Known | None, file: GraphFile, parts: int, timeout: float) -> bool:
    if there is None or there.role == STAGED or there.digest != file.digest:
        return False
    if there.role == MERGED and there.parts < parts:
        return False
    return size(endpoint, there.graph, timeout) == file.triples


def _require_own(endpoint: Endpoint, errands: list[Errand], there: dict[str, Known], timeout: float) -> None:
    """See that no graph is replaced that somebody else made."""
    own = set(there) | {one.target for one in there.values()}
    for one in errands:
        if one.target not in own and one.file.graph and size(endpoint, one.target, timeout):
            raise WriteForbidden(
                f"The engine has a graph {one.target} that no push has made: it is not overwritten. Drop it "
                "yourself if nobody needs it, or push to another engine.",
                f"引擎中的图 {one.target} 不是由推送产生的，不予覆盖。若无人需要，请自行删除，"
                "或推送到其他引擎。",
                graph=one.target,
            )


def _gone(errands: list[Errand], there: dict[str, Known]) -> list[str]:
    stays = {one.target for one in errands} | {one.place for one in errands}
    return sorted(graph for graph in there if graph not in stays)


def _send(endpoint: Endpoint, one: Errand, steps: Steps, part_bytes: int, timeout: float) -> None:
    if not one.first:
        # Said first: a graph that is half there must not be taken for somebody else's.
        endpoint.update(mark(one.known(0)), timeout, again=True)
    name = one.file.graph or "default"
    for number, part in enumerate(one.file.parts(part_bytes)):
        if number < one.first:
            continue
        steps.next(f"Sending {name}", f"正在发送 {name}")
        endpoint.put(one.place, part, timeout, replace=number == 0)
        endpoint.update(mark(one.known(number + 1)), timeout, again=True)
    require_size(endpoint, one.place, one.file.triples, timeout)


def _put_in_place(
    endpoint: Endpoint, release: str, errands: list[Errand], gone: list[str], timeout: float
) -> None:
    staged = [one for one in errands if not one.kept and one.place != one.target]
    graphs = [Known(one.target, one.role, one.target, one.file.digest, one.parts) for one in errands]
    text = swap(release, graphs, [one.known(one.parts) for one in staged], gone)
    endpoint.update(text, timeout, again=False)
    for one in errands:
        require_size(endpoint, one.target, one.file.triples, timeout)
