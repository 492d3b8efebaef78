"""`mcp`: the tools for assistants."""

from __future__ import annotations

import re
from typing import Final

import click

from egov_kg.cli.bilingual import Example, Session, command, option
from egov_kg.cli.console import remark
from egov_kg.cli.options import RELEASE
from egov_kg.errors import UsageError

_ADDRESS: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):([0-9]{1,5})")


@command(
    "mcp",
    en="""
Answer assistants by the Model Context Protocol, on standard input and output.

Tools: find_indicator, get_observations, compare, explain_value, run_sparql, describe. Every figure has its
qualifier, bounds, IRI and citation. It only reads, each call one release: the current one, or that of
--release. It ends when its client does. Needs egov-kg[mcp]. See docs/mcp.md for what to write into an
assistant's configuration.
""",
    zh="""
以模型上下文协议（MCP）为智能助手提供工具，
使用标准输入与输出。

工具：find_indicator、get_observations、compare、
explain_value、run_sparql、describe。
每个数值都附有限定、上下界、IRI 与引文。
只读，每次调用只用一个发布版本：
当前版本，或 --release 指定的版本。
客户端结束时随之结束。
需要 egov-kg[mcp]。助手的配置写法见 docs/mcp.md。
""",
    examples=(
        Example("egov-kg mcp", "For an assistant that starts it itself", "由助手自行启动"),
        Example("egov-kg mcp --http 127.0.0.1:8001", "Over HTTP, at /mcp", "通过 HTTP，位于 /mcp"),
    ),
)
@option(
    "--http",
    metavar="HOST:PORT",
    en="Answer over HTTP instead, on this machine only.",
    zh="改用 HTTP，仅限本机。",
)
@RELEASE
@click.pass_obj
def mcp(session: Session, http: str | None, release: str) -> None:
    """Serve the tools."""
    address = _address(http) if http is not None else None
    try:
        from egov_kg.mcp.server import PATH, http_app, run
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "pydantic", "anyio"):
            raise
        raise UsageError(
            "The library mcp is not installed: pip install 'egov-kg[mcp]'.",
            "尚未安装 mcp 库：请运行 pip install 'egov-kg[mcp]'。",
        ) from error
    if address is None:
        run(session.settings, release)
        return
    from egov_kg.web.server.serve import listening, run_app

    with (
        listening(*address, options=("--http",)) as listener,
        http_app(session.settings, release, address[0]) as app,
    ):
        url = f"http://{http}{PATH}"
        remark(session.say(f"Answering on {url} until Ctrl-C.", f"服务地址 {url}，按 Ctrl-C 结束。"))
        run_app(app, listener)


def _address(text: str) -> tuple[str, int]:
    """A host of this machine and a port.

    Raises:
        UsageError: it is another host, or no port.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found[2]) < 65536:
        raise UsageError(
            f"--http {text}: write 127.0.0.1:PORT, localhost:PORT or [::1]:PORT. There is no login, so other "
            "machines are let in by a proxy that has one.",
            f"--http {text}：请写 127.0.0.1:端口、localhost:端口或 [::1]:端口。此服务没有登录，"
            "如需对外开放，请使用带身份验证的代理。",
        )
    return found[1].strip("[]"), int(found[2])
