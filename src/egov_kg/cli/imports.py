"""`import`: graphs and tables from elsewhere, beside ours."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from egov_kg.cli.bilingual import Example, MistakeError, Session, command, option
from egov_kg.cli.console import Progress, remark
from egov_kg.cli.output import write_line
from egov_kg.cli.tables import listing
from egov_kg.errors import UsageError
from egov_kg.licences import BY_SHORT

if TYPE_CHECKING:
    from egov_kg.imports.kinds import Input
    from egov_kg.imports.mapping import Mapping
    from egov_kg.imports.work import Imported
    from egov_kg.release.imports import Importer
    from egov_kg.sparql.changes import Written

_KINDS: Final = ("cube", "cube-link", "rdf", "csvw", "csv")
_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")


@command(
    "import",
    en="""
Take in a graph or a table from elsewhere, in a named graph of its own, as a new release.

FILE is RDF (an RDF Data Cube, a cube of cube.link, or any), a CSV with CSVW metadata beside it, or a CSV that
a --map file describes; gzipped or not. Or give --endpoint and --query. What links or the mapping file tell is
mapped onto our regions, periods and units; the rest stays as published. The result has to keep the integrity
rules, or nothing changes and the report says why. The same input again changes nothing. Builds keep imports.

The default graph of a query has no imports: ask with GRAPH, see docs/importing.md.
""",
    zh="""
把外部的图或表作为新的发布版本导入，
各自置于独立的命名图中。

FILE 可为 RDF（RDF 数据立方体、cube.link 立方体或任意 RDF）、
旁有 CSVW 元数据的 CSV，或由 --map 文件描述的 CSV；
均可为 gzip 压缩。也可用 --endpoint 与 --query。
凡链接或映射文件说明的，映射到本图谱的地区、
时间与单位；其余按原样保留。结果须符合完整性规则，
否则不作任何更改，并报告原因。相同的输入再次导入
不产生变化。构建会保留已导入的内容。

查询的默认图不含导入：请用 GRAPH，
详见 docs/importing.md。
""",
    arguments={"[FILE]": ("What to import.", "要导入的文件。")},
    examples=(
        Example(
            "egov-kg import provinces.ttl --licence CC-BY-4.0 --publisher AgID "
            "--source https://example.org/provinces --dry-run",
            "See what would come of it",
            "先查看结果，不作更改",
        ),
        Example(
            "egov-kg import index.csv --map index.toml --name index", "A table, described in a file", "导入表"
        ),
        Example(
            "egov-kg import --endpoint https://example.org/sparql --query cube.rq --name other "
            "--licence CC0-1.0 --publisher 'Office of Examples'",
            "What another endpoint answers",
            "导入另一端点的查询结果",
        ),
        Example("egov-kg import --list", "See what there is", "查看已有的导入"),
        Example("egov-kg import --remove other", "Take one away", "移除一个导入"),
    ),
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@option(
    "--name",
    metavar="NAME",
    en="What to call it: the graph is graph/import-NAME. Default: from the file's name.",
    zh="导入的名称，图为 graph/import-NAME；默认取自文件名。",
)
@option(
    "--as",
    "kind",
    type=click.Choice(_KINDS),
    en="What it is, if its content should not say.",
    zh="指定类型；默认由内容判断。",
)
@option(
    "--metadata",
    metavar="FILE",
    type=click.Path(path_type=Path),
    en="CSVW metadata of the table.",
    zh="表的 CSVW 元数据。",
)
@option(
    "--map",
    "map_",
    metavar="FILE",
    type=click.Path(path_type=Path),
    en="The mapping file (TOML): what columns and properties are, what their values are of ours.",
    zh="映射文件（TOML）：说明各列与属性的含义，及其取值对应本图谱的什么。",
)
@option(
    "--licence",
    metavar="IRI",
    en=f"Its licence, an IRI or one of {', '.join(BY_SHORT)}.",
    zh=f"许可：IRI，或 {'、'.join(BY_SHORT)} 之一。",
)
@option("--publisher", metavar="NAME", en="Who publishes it: a name or an IRI.", zh="发布者：名称或 IRI。")
@option("--source", metavar="IRI", en="The address it is from.", zh="来源地址。")
@option("--reviewed", is_flag=True, en="A person has checked it.", zh="已经人工核对。")
@option("--endpoint", metavar="URL", en="A SPARQL endpoint to ask.", zh="要查询的 SPARQL 端点。")
@option(
    "--query",
    metavar="FILE",
    type=click.Path(path_type=Path),
    en="The query: CONSTRUCT, or SELECT with a --map file.",
    zh="查询文件：CONSTRUCT，或配合 --map 的 SELECT。",
)
@option(
    "--page",
    metavar="NUMBER",
    type=click.IntRange(min=1),
    en="Ask in pages of so many solutions; the query needs an ORDER BY.",
    zh="每页的结果数，分页查询；查询须有 ORDER BY。",
)
@option(
    "--dry-run", is_flag=True, en="Change nothing: say what would come of it.", zh="不作更改，仅报告结果。"
)
@option("--list", "listed", is_flag=True, en="List the imports.", zh="列出已有的导入。")
@option("--remove", metavar="NAME", en="Take an import away.", zh="移除一个导入。")
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path | None,
    name: str | None,
    kind: str | None,
    metadata: Path | None,
    map_: Path | None,
    listed: bool,
    remove: str | None,
    endpoint: str | None,
    query: Path | None,
    page: int | None,
    reviewed: bool,
    dry_run: bool,
    licence: str | None,
    publisher: str | None,
    source: str | None,
) -> None:
    """Import, list or remove."""
    said = {"licence": licence, "publisher": publisher, "source": source}
    session = ctx.ensure_object(Session)
    if sum((file is not None, endpoint is not None, listed, remove is not None)) != 1:
        raise MistakeError(
            "Give one of FILE, --endpoint, --list and --remove.",
            "请给出 FILE、--endpoint、--list 与 --remove 之一。",
            ctx,
        )
    if (endpoint is None) != (query is None):
        raise MistakeError("--endpoint and --query go together.", "--endpoint 与 --query 须同时给出。", ctx)
    if listed:
        _list(session)
        return
    from egov_kg.release.imports import Importer
    from egov_kg.resources import find_sources

    with Progress(session) as progress, tempfile.TemporaryDirectory(prefix="egov-kg-") as folder:
        importer = Importer(session.settings, find_sources(), progress)
        if remove is not None:
            _tell(session, importer.remove(remove), remove, None, dry=False)
            return
        from egov_kg.imports.kinds import find_input
        from egov_kg.imports.mapping import Mapping, read_mapping

        mapping = read_mapping(map_) if map_ else Mapping()
        if endpoint is not None and query is not None:
            data, shown = _asked(session, endpoint, query, page or 0, Path(folder)), endpoint
            said["source"] = said["source"] or endpoint
        else:
            assert file is not None  # noqa: S101 - one of the two was given
            data, shown = find_input(file, metadata, kind or ""), file.name
        called = name or _slug(query or file or Path())
        made, written = _run(importer, called, data, shown, kind or "", mapping, said, reviewed, dry_run)
    _tell(session, written, called, made, dry=dry_run)


def _run(
    importer: Importer,
    name: str,
    data: Input,
    shown: str,
    kind: str,
    mapping: Mapping,
    said: dict[str, str | None],
    reviewed: bool,
    dry: bool,
) -> tuple[Imported, Written]:
    from egov_kg.imports.licences import licence_iri
    from egov_kg.imports.terms import is_iri
    from egov_kg.release.imports import Order

    options: dict[str, Any] = {key: value for key, value in said.items() if value}
    if "licence" in options:
        options["licence"] = licence_iri(options["licence"])
    if "source" in options and not is_iri(options["source"]):
        raise UsageError(
            f"--source: {options['source']!r} is no absolute IRI such as https://example.org/x.",
            f"--source：{options['source']!r} 不是形如 https://example.org/x 的绝对 IRI。",
        )
    return importer.run(Order(name, data, shown, kind, mapping, options, reviewed), dry=dry)


def _asked(session: Session, endpoint: str, query: Path, page: int, folder: Path) -> Input:
    from egov_kg.imports.endpoint import Question, fetch

    settings = session.settings
    text = query.read_text(encoding="utf-8")
    return fetch(
        Question(endpoint, text, page, settings.write_timeout, settings.import_bytes, settings.contact),
        folder,
    )


def _slug(file: Path) -> str:
    """A name from that of a file: `it_provinces.ttl.gz` is `it-provinces`.

    Raises:
        UsageError: it has letters that a name cannot have, without which two files would be called the same.
    """
    stem = file.name.partition(".")[0]
    slug = _NO_SLUG.sub("-", stem.lower()).strip("-")
    if not slug or any(one.isalnum() and not one.isascii() for one in stem):
        raise UsageError(
            f"No name can be made of {file.name}: names of imports have the letters a to z, digits and "
            "hyphens. Give one with --name, such as --name index-2013.",
            f"无法由文件名 {file.name} 得出导入的名称：名称只能用小写字母 a 至 z、数字与连字符。"
            "请用 --name 给出，如 --name index-2013。",
        )
    return slug


def _tell(session: Session, written: Written, name: str, made: Imported | None, *, dry: bool) -> None:
    if made is not None:
        counted = session.say(
            f"{name}: {made.kind}, {made.triples:,} triples, {made.observations:,} observations.",
            f"{name}：{made.kind}，{made.triples:,} 个三元组，{made.observations:,} 个观测值。",
        )
        remark(counted)
        for en, zh in made.outcome:
            remark(f"  {session.say(en, zh)}")
        if made.replaces:
            en, zh = made.replaces
            remark(
                session.say(
                    f"It {'would replace' if dry else 'replaces'} import {name} ({en}).",
                    f"{'将替换' if dry else '已替换'}导入 {name}（{zh}）。",
                )
            )
    if dry:
        remark(session.say("It keeps the rules. Nothing was changed.", "符合规则。未作任何更改。"))
    elif written.release == written.before:
        remark(session.say("Nothing has changed: it is there already.", "没有变化：内容已存在。"))
    else:
        remark(session.say(f"Release {written.release} is current.", f"当前版本为 {written.release}。"))
    write_line(written.release)


def _list(session: Session) -> None:
    from egov_kg.release.imported import imports_of
    from egov_kg.release.registry import Registry

    release = Registry(session.settings.home).current()
    rows = [
        (
            one.name,
            one.title(session.lang),
            f"{one.triples:,}",
            one.publisher,
            one.licence,
            one.source,
            one.retrieved,
        )
        for one in imports_of(release)
    ]
    columns = (
        ["名称", "标题", "三元组", "发布者", "许可", "来源", "导入时间"]
        if session.lang == "zh"
        else ["name", "title", "triples", "publisher", "licence", "source", "retrieved"]
    )
    listing(columns, rows, session)
