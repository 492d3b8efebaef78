"""The server as assistants start it, and their client: the SDK's own, over real pipes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import CallToolResult

from egov_kg.publish.observations import Observation
from support.cli import COMMAND, Built, environment
from support.observed import observations, store

__all__ = ["observations", "store"]

Call = Callable[..., CallToolResult]


@pytest.fixture(scope="session")
def parameters(built: Built) -> StdioServerParameters:
    """How an assistant starts the server over the project's own release."""
    return StdioServerParameters(
        command=sys.executable, args=[*COMMAND[1:], "mcp"], env=environment(built.home)
    )


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """An event loop in a thread of its own."""
    with start_blocking_portal() as started:
        yield started


@pytest.fixture(scope="session")
def client(portal: BlockingPortal, parameters: StdioServerParameters) -> Iterator[Client]:
    """A client over standard input and output."""
    with portal.wrap_async_context_manager(Client(parameters)) as connected:
        yield connected


@pytest.fixture(scope="session")
def call(portal: BlockingPortal, client: Client) -> Call:
    """Calls a tool: its name, then its arguments."""

    def called(tool: str, **arguments: Any) -> CallToolResult:
        result: CallToolResult = portal.call(client.call_tool, tool, arguments)
        return result

    return called


def said(result: CallToolResult) -> str:
    """The text of an answer or of an error."""
    return "\n".join(part.text for part in result.content if part.type == "text")


@pytest.fixture(scope="session")
def samples(observations: dict[str, Observation]) -> list[Observation]:
    """One observation for each qualifier, unit and number of flags that there is."""
    found = {
        (
            one.qualifier,
            one.unit,
            one.has_condition,
            any(flag.notation == "ambiguous" for flag in one.flags),
        ): one
        for one in observations.values()
    }
    return list(found.values())
