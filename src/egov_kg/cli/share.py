"""`export`, `releases` and `diff`: what there is, to take along and to compare."""

from __future__ import annotations

from pathlib import Path

import click

from egov_kg.cli.bilingual import Example, Session, command, option
from egov_kg.cli.console import is_terminal, remark, waiting
from egov_kg.cli.options import OUTPUT, RELEASE
from egov_kg.cli.output import write
from egov_kg.cli.tables import listing
from egov_kg.errors import NotFound, ReleaseError, UsageError
from egov_kg.publish.export import FORMATS, format_named, format_of
from egov_kg.publish.export import export as export_release

_EXPORTS = tuple(known.name for known in FORMATS)


@command(
    "export",
    en="""
Write a whole release in one format.

nq, trig and jsonld hold every named graph; nt, ttl and rdfxml the triples of all graphs but the derived one;
each also compressed (ttl.gz, ttl.zst). The observations: csv, parquet and xlsx as one flat table, csvw what
its columns are, jsonstat-zh and jsonstat-en, cube. schema is for search engines. See docs/downloads.md.
""",
    zh="""
以一种格式导出整个发布版本。

nq、trig、jsonld 含全部命名图；nt、ttl、rdfxml
为除推算图之外所有图的三元组；均有压缩版（ttl.gz、ttl.zst）。
观测值：csv、parquet、xlsx 为平面表，csvw 说明各列，
另有 jsonstat-zh、jsonstat-en、cube；schema 供搜索引擎使用。
详见 docs/downloads.md。
""",
    examples=(
        Example("egov-kg export --format ttl | head", "Look at it", "查看开头"),
        Example("egov-kg export -o report.ttl.gz", "The suffix names the format", "由后缀确定格式"),
        Example("egov-kg export --format nq --release r1a2b -o old.nq", "An earlier release", "较早的版本"),
        Example(
            "egov-kg export --import index --format csv", "What was imported as index", "名为 index 的导入"
        ),
    ),
)
@option(
    "--format",
    "format_",
    type=click.Choice(_EXPORTS),
    en="The format; needed unless the suffix of FILE names it.",
    zh="格式；FILE 的后缀能说明时可省略。",
)
@option(
    "--import",
    "import_",
    metavar="NAME",
    en="Only this import: csv, nt, ttl, rdfxml.",
    zh="仅此导入：csv、nt、ttl、rdfxml。",
)
@OUTPUT
@RELEASE
@click.pass_obj
def export(
    session: Session, format_: str | None, import_: str | None, output: Path | None, release: str
) -> None:
    """Export a release."""
    from egov_kg.release.registry import Registry

    chosen = format_named(format_) if format_ else format_of(output.name) if output else None
    if chosen is None:
        raise UsageError(
            f"Name a --format: {', '.join(_EXPORTS)}.", f"请给出 --format：{'、'.join(_EXPORTS)}。"
        )
    if chosen.binary and output is None and is_terminal():
        raise UsageError(
            f"{chosen.name} is binary: write it to a file (-o) or a pipe.",
            f"{chosen.name} 为二进制：请用 -o 写入文件或用管道。",
        )
    found = Registry(session.settings.home).get(release)
    if import_ is not None:
        from egov_kg.release.imported import export_import

        write(export_import(found, import_, chosen.name), output)
        return
    write(export_release(found, chosen.name), output)


@command(
    "releases",
    en="""
List the releases, newest first.

Columns: id, time of making (UTC), triples, graphs, * for the current one, and for one that has writes the
id of the build that they were made to.
""",
    zh="""
列出发布版本，最新的在前。

各列：标识、生成时间（UTC）、三元组数、图数；
* 表示当前版本；含有写入的版本另列其所依据的构建。
""",
    examples=(
        Example("egov-kg releases", "List them", "列出全部"),
        Example("egov-kg releases | cut -f 1 | head -1", "The newest id, for a script", "脚本中取最新标识"),
    ),
)
@click.pass_obj
def releases(session: Session) -> None:
    """List the releases."""
    from egov_kg.release.registry import Registry

    registry = Registry(session.settings.home)
    current, broken = "", None
    try:
        current = registry.current().id
    except NotFound:
        pass
    except ReleaseError as error:
        broken = error
    rows = [
        (
            release.id,
            f"{release.created:%Y-%m-%dT%H:%M:%SZ}",
            str(sum(release.graphs.values())),
            str(len(release.graphs)),
            "*" if release.id == current else "",
            release.built if release.write else "",
        )
        for release in registry.all()
    ]
    say = session.say
    columns = (
        say("id", "标识"),
        say("made (UTC)", "生成时间（UTC）"),
        say("triples", "三元组"),
        say("graphs", "图"),
        say("current", "当前"),
        say("writes to", "写入于"),
    )
    if broken is not None and not rows:
        raise broken
    if broken is not None:
        remark(say(f"None is current: {broken.detail}", f"没有当前版本：{broken.detail_zh}"))
    if not rows and is_terminal():
        raise NotFound(
            f"There is no release in {session.settings.home}: run `egov-kg build`.",
            f"{session.settings.home} 中还没有发布版本：请运行 `egov-kg build`。",
        )
    listing(columns, rows, session)


@command(
    "diff",
    en="""
Say what changed from release A to release B.

As text: facts added, removed and changed, entity by entity. As nq: RDF, in graphs named graph/NAME-added and
graph/NAME-removed. As patch: an RDF Patch, which turns A into B.
""",
    zh="""
说明从发布版本 A 到 B 的变化。

text：逐个实体列出新增、删除与改变的事实；
nq：RDF，分列于 graph/NAME-added 与 graph/NAME-removed；
patch：把 A 变成 B 的 RDF Patch。
""",
    arguments={
        "A": ("An id, its beginning, or the word current.", "标识、其开头或 current。"),
        "B": ("The same.", "同上。"),
    },
    examples=(
        Example("egov-kg diff r1a2b current", "What is new since r1a2b", "自 r1a2b 以来的变化"),
        Example("egov-kg diff r1a2b r3c4d --format nq", "The same as RDF", "以 RDF 给出"),
    ),
)
@click.argument("a")
@click.argument("b")
@option(
    "--format",
    "format_",
    type=click.Choice(["text", "nq", "patch"]),
    default="text",
    show_default=True,
    en="In words, or as RDF.",
    zh="文字或 RDF。",
)
@click.pass_obj
def diff(session: Session, a: str, b: str, format_: str) -> None:
    """Compare two releases."""
    from egov_kg.release.diff import diff as compare
    from egov_kg.release.registry import Registry

    registry = Registry(session.settings.home)
    old, new = registry.get(a), registry.get(b)
    with waiting(session, "Comparing ...", "比较中……"):
        difference = compare(old, new)
    match format_:
        case "nq":
            answer = difference.to_nquads()
        case "patch":
            answer = difference.to_patch()
        case _:
            answer = difference.to_text(session.lang)
    write([answer.encode()], None)
