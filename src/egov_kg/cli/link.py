"""`link`: candidates for links to another graph, and what a person decided on them as a linkset."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from egov_kg.cli.bilingual import Example, MistakeError, Session, command, option
from egov_kg.cli.console import remark, waiting
from egov_kg.cli.output import write_line
from egov_kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egov_kg.links.profiles import Profile
    from egov_kg.links.things import Thing

_PAGE: Final = 5_000


@command(
    "link",
    en="""
Find out what in another graph is the same as our regions, and link it once a person has agreed.

First, --endpoint is asked in pages for things with codes and names; each pair is scored by codes, names in
both languages and what it is in, and written into a table: SSSOM, tab-separated, for a spreadsheet. Nothing
is linked yet. Write approve or reject into its column `decision`.

Then, --approve makes a linkset of the table: a Turtle file for data/ttl/links. Ask again with the same table,
and your decisions stay in it; what you rejected is not proposed again. A run that is broken off goes on where
it was. See docs/linking.md.
""",
    zh="""
找出另一图中与本图谱地区相同的事物，
经人工认可后建立链接。

先按页向 --endpoint 查询带代码与名称的事物，
依代码、中英文名称与上级为每一对打分，写入一张表：
SSSOM 格式，以制表符分隔，可用电子表格打开。
此时尚未建立链接。请在 `decision` 列填写
approve 或 reject（通过或驳回）。

再用 --approve 将该表转为链接集：
一个供 data/ttl/links 使用的 Turtle 文件。
以同一张表再次查询时，已有决定会保留，
被驳回的不再提出。中断后再次运行会从断点继续。
详见 docs/linking.md。
""",
    examples=(
        Example("egov-kg link --profile wikidata", "Write links-wikidata.sssom.tsv", "生成待审核的表"),
        Example(
            "egov-kg link --approve links-wikidata.sssom.tsv --profile wikidata",
            "Make a linkset of what was approved",
            "将已通过的行转为链接集",
        ),
        Example(
            "egov-kg link --endpoint https://example.org/sparql --profile skos",
            "A thesaurus of somebody else",
            "与他人的叙词表匹配",
        ),
    ),
)
@option("--endpoint", metavar="URL", en="The SPARQL endpoint to ask.", zh="要查询的 SPARQL 端点。")
@option(
    "--profile",
    metavar="NAME",
    default="wikidata",
    show_default=True,
    en="What kind of graph: wikidata, skos, cube-link, egov-kg, or a .toml of your own.",
    zh="图的类型：wikidata、skos、cube-link、egov-kg，或自己的 .toml 文件。",
)
@option(
    "--approve",
    metavar="TABLE",
    type=click.Path(path_type=Path),
    en="Make a linkset of the decisions in this table.",
    zh="将此表中的决定转为链接集。",
)
@option(
    "--output",
    "-o",
    metavar="FILE",
    type=click.Path(path_type=Path),
    en="The table to write, or with --approve the Turtle file.",
    zh="要写出的表；与 --approve 连用时为 Turtle 文件。",
)
@option(
    "--page",
    metavar="NUMBER",
    type=click.IntRange(min=1),
    default=_PAGE,
    show_default=True,
    en="Rows to ask for at a time.",
    zh="每次查询的行数。",
)
@option(
    "--timeout",
    metavar="SECONDS",
    type=click.IntRange(min=1),
    default=60,
    show_default=True,
    en="How long to wait for each answer.",
    zh="等待每次回答的秒数。",
)
@click.pass_context
def link(
    ctx: click.Context,
    endpoint: str | None,
    profile: str,
    approve: Path | None,
    output: Path | None,
    page: int,
    timeout: int,
) -> None:
    """Find candidates, or make a linkset."""
    from egov_kg.links.profiles import read_profile

    session = ctx.ensure_object(Session)
    kind = read_profile(profile)
    if approve is not None and endpoint is not None:
        raise MistakeError(
            "--endpoint finds candidates, --approve makes links of them: give one.",
            "--endpoint 用于查找候选，--approve 用于建立链接：请只给出其一。",
            ctx,
        )
    if approve is not None:
        _approve(session, kind, approve, output or approve.with_name(f"{approve.name.partition('.')[0]}.ttl"))
        return
    asked = endpoint or kind.endpoint
    if not asked:
        raise MistakeError(
            f"The profile {kind.name} has no usual endpoint: give --endpoint URL.",
            f"配置 {kind.name} 没有默认端点：请给出 --endpoint URL。",
            ctx,
        )
    _find(session, kind, asked, output or Path(f"links-{kind.name}.sssom.tsv"), page, timeout)


def _find(session: Session, profile: Profile, endpoint: str, table: Path, page: int, timeout: int) -> None:
    from egov_kg.imports.endpoint import Question
    from egov_kg.links import review
    from egov_kg.links.ask import ask_pages, folder_for
    from egov_kg.links.score import candidates
    from egov_kg.links.table import read, write
    from egov_kg.links.things import read_theirs

    # Before anything is asked: a mistake costs nobody time.
    before = read(table, profile) if table.exists() else []
    ours = _ours(session)
    settings = session.settings
    question = Question(
        endpoint, profile.query, page, float(timeout), settings.import_bytes, settings.contact
    )
    folder = folder_for(question, settings.home)
    if folder.is_dir() and (there := len(list(folder.glob("*.csv")))):
        remark(
            session.say(
                f"Going on after {there} pages that an earlier run has fetched.",
                f"继续上次运行：已取得 {there} 页。",
            )
        )
    with waiting(session, f"Asking {endpoint}", f"正在查询 {endpoint}"):
        pages = ask_pages(question, folder, lambda _: None)
    theirs = read_theirs(pages, endpoint)
    found = review.merge(candidates(ours, theirs, profile.codes), before)
    write(table, found.rows, profile, endpoint)
    shutil.rmtree(folder)
    remark(
        session.say(
            f"{len(theirs):,} things; {found.new:,} new candidates, {found.decided:,} decided before, "
            f"{found.linked:,} linked already.",
            f"共 {len(theirs):,} 个事物；新候选 {found.new:,} 个，已有决定 {found.decided:,} 个，"
            f"已链接 {found.linked:,} 个。",
        )
    )
    remark(
        session.say(
            f"Write approve or reject into the column decision of {table}, then: egov-kg link --profile "
            f"{profile.name} --approve {table}",
            f"请在 {table} 的 decision 列填写 approve 或 reject，然后运行：egov-kg link --profile "
            f"{profile.name} --approve {table}",
        )
    )
    write_line(str(table))


def _approve(session: Session, profile: Profile, table: Path, target: Path) -> None:
    from egov_kg.links import review
    from egov_kg.links.stated import read_stated
    from egov_kg.links.table import read
    from egov_kg.resources import find_sources

    rows = read(table, profile)
    # The file that is to be written is replaced: what it says now is no matter.
    there = [path for path in find_sources().data.glob("links/*.ttl") if path.resolve() != target.resolve()]
    links = review.links_of(rows, _ours(session).keys(), table, profile, [*read_stated(sorted(there))])
    approved = sum(not one.denied for one in links)
    if not approved:
        raise UsageError(
            f"Nothing in {table} is approved: write approve into its column decision.",
            f"{table} 中没有已通过的行：请在 decision 列填写 approve。",
        )
    part = target.with_name(f"{target.name}.part")
    part.write_text(review.linkset(links, profile.name, profile), encoding="utf-8", newline="\n")
    part.replace(target)
    remark(
        session.say(
            f"{approved:,} links, {len(links) - approved:,} rejected, {len(rows) - len(links):,} undecided. "
            f"Put {target} into data/ttl/links and run egov-kg build.",
            f"链接 {approved:,} 条，驳回 {len(links) - approved:,} 条，未决定 {len(rows) - len(links):,} 条。"
            f"请将 {target} 放入 data/ttl/links 并运行 egov-kg build。",
        )
    )
    write_line(str(target))


def _ours(session: Session) -> Mapping[str, Thing]:
    from egov_kg.links.things import read_ours
    from egov_kg.release.registry import Registry
    from egov_kg.store.snapshot import Snapshot

    release = Registry(session.settings.home).current()
    with Snapshot.open(release.store, release.dataset) as store:
        return read_ours(store)
