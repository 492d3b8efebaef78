"""How tools answer: text to read beside the structure, and errors as words in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel

from egov_kg.errors import EgovError


def answered(structure: BaseModel, text: str) -> CallToolResult:
    """The answer of a tool.

    Args:
        structure: for programs.
        text: the same for readers.
    """
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=structure.model_dump(mode="json")
    )


@contextmanager
def told() -> Iterator[None]:
    """Make errors of this package errors of the tool, which the assistant reads and can act on."""
    try:
        yield
    except EgovError as error:
        raise ToolError("\n".join(filter(None, (error.detail, error.detail_zh)))) from error
