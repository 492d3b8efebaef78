"""The server: which tools, resources and prompts there are, and how it is run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from mcp.types import ToolAnnotations

from egov_kg import __version__
from egov_kg.mcp.arguments import Server
from egov_kg.mcp.asking import Asking
from egov_kg.mcp.comparing import Comparing
from egov_kg.mcp.current import Current, tool
from egov_kg.mcp.figures import Figures
from egov_kg.mcp.reading import add_prompts, add_resources
from egov_kg.settings import Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

PATH: Final = "/mcp"
"""Where the server answers over HTTP."""

_INSTRUCTIONS: Final = """
Figures of a report on e-government in China, 2012-2013. Each is an interval with a qualifier: "over 70%" is
not 70%. Always quote a figure with its qualifier (`sentence` or `figure`, never the bare `value`), and give
its citation or IRI. Begin with find_indicator. A threshold has three answers: certain, possible, excluded.
What the source does not say is not known: never fill it in, and never take "no such figure" for zero.

数据来自 2012—2013 年中国电子政务的一份报告。每个数值都是带有限定的区间：“超过 70%”并不是 70%。
引用时务必保留限定（用 `sentence` 或 `figure`，不要只用 `value`），并给出引文或 IRI。
请从 find_indicator 开始。门槛问题有三种答案：certain（肯定）、possible（可能）、excluded（排除）。
来源没有说明的就是未知：不要补充，也不要把“没有该数值”当作零。
""".strip()


def make(current: Current) -> Server:
    """A server over a home folder.

    Args:
        current: has the release that a call is answered from.
    """
    server = Server(
        "egov-kg",
        title="egov-kg",
        description="E-government in China 2012-2013: figures with qualifiers, bounds and sources.",
        instructions=_INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
    )
    reads = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    for kind, method in (
        (Figures, Figures.find_indicator),
        (Figures, Figures.get_observations),
        (Comparing, Comparing.compare),
        (Figures, Figures.explain_value),
        (Asking, Asking.run_sparql),
        (Asking, Asking.describe),
    ):
        server.add_tool(tool(current, kind, method), annotations=reads)
    add_resources(server, current)
    add_prompts(server)
    return server


def run(settings: Settings, release: str) -> None:
    """Serve standard input and output until the client closes its end, or until the process is told to end.

    Args:
        settings: where releases are, and bounds of queries.
        release: an id, its beginning, or `current`, which is followed as it changes.

    Raises:
        NotFound, ReleaseError: there is no such release, or it cannot be read.
    """
    current = Current(settings, release)
    try:
        server = make(current)
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda number, _: _end(current, number))
        # Evaluators start with the first query: by then the client's pipes are out of their reach.
        server.run("stdio")
    finally:
        current.close()


@contextmanager
def http_app(settings: Settings, release: str, host: str) -> Iterator[Starlette]:
    """What answers over HTTP, with the release loaded; its processes end with the context.

    Args:
        settings, release: as for `run`.
        host: the address of this machine at which it will be reached.

    Raises:
        NotFound, ReleaseError: there is no such release, or it cannot be loaded.
    """
    current = Current(settings, release)
    try:
        current.start()
        yield make(current).streamable_http_app(streamable_http_path=PATH, host=host)
    finally:
        current.close()


def _end(current: Current, number: int) -> None:
    """End now: the thread that reads the client's lines cannot be interrupted, and would be waited for."""
    current.close()
    os._exit(128 + number)
