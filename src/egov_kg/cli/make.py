"""`build` and `serve`."""

from __future__ import annotations

import time

import click

from egov_kg.cli.apart import run_apart
from egov_kg.cli.bilingual import Example, Session, command, option
from egov_kg.cli.console import Progress, remark
from egov_kg.cli.options import ENGINE, PORT, STORE
from egov_kg.cli.output import write_line
from egov_kg.errors import NotFound


@command(
    "build",
    en="""
Compile and validate the data into a new release and make it the current one.

Writes the release's id to standard output. The same data give the same id. Data that break a rule publish
nothing: the file, node and rule are named, and the release before stays current. So it does if it has writes
that the sources lack.
""",
    zh="""
把数据编译并校验为新的发布版本，并设为当前版本。

版本标识写到标准输出；相同的数据得到相同的标识。
违反规则的数据不会发布：会指出文件、节点与规则，
原有版本保持不变。若当前版本含有来源中没有的
写入，也不会发布。
""",
    examples=(
        Example("egov-kg build", "Build with the reference validator", "用参考校验器构建"),
        Example("egov-kg build --engine shacl", "Build with the fast one", "用快速校验器构建"),
    ),
)
@ENGINE
@option(
    "--discard-writes",
    is_flag=True,
    en="Build even if the current release has writes that the sources lack.",
    zh="即使当前版本含有来源中没有的写入也构建。",
)
@click.pass_obj
def build(session: Session, engine: str, discard_writes: bool) -> None:
    """Build a release."""
    from egov_kg.release.build import build as build_release
    from egov_kg.resources import find_sources

    start = time.monotonic()
    with Progress(session) as progress:
        release = build_release(
            find_sources(),
            session.settings,
            engine=engine,
            progress=progress,
            discard_writes=discard_writes,
        )
    seconds = time.monotonic() - start
    graphs, triples = len(release.graphs), sum(release.graphs.values())
    remark(
        session.say(
            f"Release {release.id}: {triples:,} triples in {graphs} graphs, built in {seconds:.1f} s.",
            f"发布版本 {release.id}：{graphs} 个图，{triples:,} 个三元组，用时 {seconds:.1f} 秒。",
        )
    )
    write_line(release.id)


@command(
    "serve",
    en="""
Answer SPARQL over HTTP until Ctrl-C.

Builds a release first if there is none. The endpoint is /sparql (SPARQL 1.1 Protocol). With --store, another
release is served, or an engine answers that holds the current one; then nothing can be written.
""",
    zh="""
通过 HTTP 提供 SPARQL 服务，按 Ctrl-C 结束。

尚无发布版本时先行构建。端点为 /sparql
（SPARQL 1.1 协议）。用 --store 可改为提供另一版本，
或由持有当前版本的引擎回答；此时不可写入。
""",
    examples=(
        Example("egov-kg serve", "On this machine only", "仅限本机"),
        Example("egov-kg serve --host 0.0.0.0 --port 80", "For others, too", "对外提供"),
        Example("egov-kg serve --playground", "To try updates out", "试用更新操作"),
        Example(
            "egov-kg serve --store http://127.0.0.1:7878/query",
            "Over an engine that the release was pushed to",
            "由已推送版本的引擎回答",
        ),
        Example(
            "curl -d 'query=ASK {}' http://127.0.0.1:8000/sparql",
            "Ask it, from another terminal",
            "在另一终端中查询",
        ),
    ),
)
@option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    en="Address to listen on.",
    zh="监听的地址。",
)
@PORT
@STORE
@option(
    "--playground",
    is_flag=True,
    en="Serve an empty graph that takes writes and keeps nothing.",
    zh="提供空的可写图，不保存任何数据。",
)
@click.pass_obj
def serve(session: Session, host: str, port: int, playground: bool) -> None:
    """Serve the current release, or a playground."""
    if playground:
        from egov_kg.web.playground import serve as serve_playground

        serve_playground(session.settings, host, port)
        return
    from egov_kg.release.chosen import registry_of

    try:
        registry_of(session.settings).current()
    except NotFound:
        _build_apart(session)
    from egov_kg.web.server.serve import serve as serve_web

    serve_web(session.settings, host, port)


def _build_apart(session: Session) -> None:
    """Build in a process of its own: the memory that validation takes is not the service's."""
    remark(session.say("There is no release yet: building one.", "尚无发布版本：正在构建。"))
    if code := run_apart(["--lang", session.lang, "build"]):
        raise click.exceptions.Exit(code)
