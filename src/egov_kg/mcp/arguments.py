"""What is wrong with the arguments of a call, in both languages; the SDK says it in English alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

_SHOWN: Final = 80
_NAMED: Final = 5

_Words = Callable[[Mapping[str, Any]], tuple[str, str]]

# By pydantic's name of the error; what it compared with is in its context.
_WORDS: Final[Mapping[str, _Words]] = {
    "missing": lambda _: ("is missing", "缺失"),
    "string_type": lambda _: ("has to be a text", "应为文本"),
    "list_type": lambda _: ("has to be a list", "应为列表"),
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_from_float"), lambda _: ("has to be a whole number", "应为整数")
    ),
    **dict.fromkeys(("float_type", "float_parsing"), lambda _: ("has to be a number", "应为数字")),
    "literal_error": lambda about: (
        f"has to be one of: {str(about['expected']).replace(' or ', ', ')}",
        f"应为以下之一：{str(about['expected']).replace(' or ', '、')}",
    ),
    "greater_than": lambda about: (f"has to be more than {about['gt']}", f"应大于 {about['gt']}"),
    "greater_than_equal": lambda about: (f"has to be at least {about['ge']}", f"应不小于 {about['ge']}"),
    "less_than_equal": lambda about: (f"has to be at most {about['le']}", f"应不大于 {about['le']}"),
    "string_too_long": lambda about: (
        f"has to be of at most {about['max_length']} characters",
        f"至多 {about['max_length']} 个字符",
    ),
    "too_long": lambda about: (
        f"has to be of at most {about['max_length']}",
        f"至多 {about['max_length']} 项",
    ),
}
_OTHER: Final = ("is not what the tool takes", "不是该工具可接受的值")


class Server(MCPServer[Any]):
    """A server that says what is wrong with a call in both languages."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context | None = None) -> Any:
        """As the SDK's.

        Raises:
            ToolError: there is no such tool, it does not take these arguments, or it says so itself.
        """
        tools = {tool.name: tool.input_schema for tool in await self.list_tools()}
        if name not in tools:
            raise ToolError(_unknown(name, list(tools)))
        if strange := [one for one in arguments if one not in tools[name]["properties"]]:
            missing = [one for one in tools[name].get("required", ()) if one not in arguments]
            raise ToolError(_strange(name, strange, missing, list(tools[name]["properties"])))
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_wrong(name, error.__cause__)) from error.__cause__
            raise


def _strange(tool: str, strange: list[str], missing: list[str], known: list[str]) -> str:
    """Arguments that a tool has not; the SDK would pass them over, and answer what was not asked."""
    names = [repr(one[:_SHOWN]) for one in strange[:_NAMED]]
    en, zh = _WORDS["missing"]({})
    return "\n".join(
        (
            f"{tool}: there is no argument {', '.join(names)}; there are: {', '.join(known)}.",
            *(f"{tool}: {one} {en}." for one in missing),
            f"{tool}：没有参数 {'、'.join(names)}；可用的参数有：{'、'.join(known)}。",
            *(f"{tool}：{one} {zh}。" for one in missing),
        )
    )


def _wrong(tool: str, errors: ValidationError) -> str:
    lines: list[str] = []
    for error in errors.errors(include_url=False):
        where = ".".join(map(str, error["loc"]))
        say = _WORDS.get(error["type"])
        en, zh = say(error.get("ctx", {})) if say else _OTHER
        given, given_zh = "", ""
        if error["type"] != "missing":
            shown = f"{error['input']!r}"[:_SHOWN]
            given, given_zh = f", not {shown}", f"，而不是 {shown}"
        lines += (f"{tool}: {where} {en}{given}.", f"{tool}：{where} {zh}{given_zh}。")
    return "\n".join((*lines[::2], *lines[1::2]))


def _unknown(name: str, known: list[str]) -> str:
    listed = sorted(known)
    return (
        f"There is no tool {name[:_SHOWN]!r}; there are: {', '.join(listed)}.\n"
        f"没有名为 {name[:_SHOWN]!r} 的工具；可用的工具有：{'、'.join(listed)}。"
    )
