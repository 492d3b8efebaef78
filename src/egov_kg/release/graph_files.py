"""The graphs of a release one by one, as files of N-Triples: what is sent to another engine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from egov_kg.errors import ReleaseError
from egov_kg.release.published import Release


@dataclass(frozen=True, slots=True)
class GraphFile:
    """The triples of one graph.

    Attributes:
        graph: its IRI; empty for the merge of the release's default graphs.
        default: it is part of that merge.
        path: N-Triples, sorted, each once.
        triples: how many there are.
        digest: SHA-256 of the file, in hexadecimal.
    """

    graph: str
    default: bool
    path: Path
    triples: int
    digest: str

    def parts(self, most: int) -> Iterator[bytes]:
        """The file in pieces that end with a line.

        Args:
            most: bytes of a piece; only a line that is longer makes it longer.
        """
        with self.path.open("rb") as file:
            while piece := file.read(most):
                yield piece + (file.readline() if not piece.endswith(b"\n") else b"")

    def part_count(self, most: int) -> int:
        """How many pieces `parts` gives."""
        return sum(1 for _ in self.parts(most))


class _Writing:
    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path, self.file = path, file
        self.count, self.hash, self.last = 0, hashlib.sha256(), b""

    def write(self, line: bytes) -> None:
        if line == self.last:
            return
        self.file.write(line)
        self.hash.update(line)
        self.count, self.last = self.count + 1, line


def graph_files(release: Release, folder: Path) -> list[GraphFile]:
    """Write the graphs of a release, and the merge of its default graphs, into a folder.

    Args:
        release: its `graph.nq` is sorted, so that triples which several graphs have stand together.
        folder: an empty one.

    Returns:
        Of each graph that has triples one, and the merge, which comes last.

    Raises:
        ReleaseError: a line of the release has no graph, or a graph that its manifest does not know.
    """
    defaults = set(release.dataset.default_graphs)
    with ExitStack() as stack:

        def writing(name: str) -> _Writing:
            path = folder / f"{name}.nt"
            return _Writing(path, stack.enter_context(path.open("wb")))

        merged = writing("merged")
        graphs = {graph: writing(str(number)) for number, graph in enumerate(release.graphs)}
        named = {
            f"<{graph}>".encode(): [one, merged] if graph in defaults else [one]
            for graph, one in graphs.items()
        }
        with release.nquads.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                triple, _, graph = line.rstrip().removesuffix(b" .").rpartition(b" ")
                if graph not in named:
                    raise ReleaseError(
                        f"Line {number} of {release.nquads} is in no graph of the release: build it again.",
                        f"{release.nquads} 第 {number} 行不属于该版本的任何图：请重新构建。",
                    )
                for one in named[graph]:
                    one.write(triple + b" .\n")
    files = [*graphs.items(), ("", merged)]
    return [
        GraphFile(graph, graph in defaults, one.path, one.count, one.hash.hexdigest())
        for graph, one in files
        if one.count or not graph
    ]
