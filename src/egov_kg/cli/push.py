"""`push`: give a release to a remote SPARQL engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from egov_kg.cli.bilingual import Example, Session, command, option
from egov_kg.cli.console import Progress, remark
from egov_kg.cli.options import RELEASE
from egov_kg.cli.output import write_line
from egov_kg.errors import UsageError

if TYPE_CHECKING:
    from egov_kg.release.push import Pushed
    from egov_kg.settings import Settings


@command(
    "push",
    en="""
Give a release to a SPARQL engine, so that `egov-kg serve --store` can have it answer.

Graphs are sent beside what the engine holds, by the Graph Store Protocol, and put in place by one update at
the end: until then it answers as before. What is there already is not sent again, so that a push which broke
off goes on where it was. A graph that no push has made is never overwritten.

Credentials are taken from $EGOV_KG_STORE_USER and $EGOV_KG_STORE_PASSWORD, or $EGOV_KG_STORE_TOKEN, never
from the command line. docs/engines.md has the addresses of each engine.
""",
    zh="""
把一个发布版本推送到 SPARQL 引擎，
供 `egov-kg serve --store` 由其回答。

各图经图存储协议发送，与引擎现有数据并存，
最后以一次更新切换；在此之前引擎照旧回答。
已有的内容不再发送，中断后可从断点继续。
不是由推送产生的图绝不覆盖。

凭据取自 $EGOV_KG_STORE_USER 与
$EGOV_KG_STORE_PASSWORD，或 $EGOV_KG_STORE_TOKEN，
不在命令行中给出。各引擎的地址见 docs/engines.md。
""",
    examples=(
        Example(
            "egov-kg push --to http://127.0.0.1:7878/query --update http://127.0.0.1:7878/update "
            "--graphs http://127.0.0.1:7878/store",
            "To `oxigraph serve`",
            "推送到 oxigraph serve",
        ),
        Example("egov-kg push --dry-run", "What would be sent to $EGOV_KG_STORE", "查看将发送的内容"),
    ),
)
@option(
    "--to",
    metavar="URL",
    en="Where the engine answers queries; else $EGOV_KG_STORE.",
    zh="引擎的查询地址；默认取 $EGOV_KG_STORE。",
)
@option(
    "--update",
    metavar="URL",
    en="Where it takes updates; else $EGOV_KG_STORE_UPDATE.",
    zh="引擎的更新地址；默认取 $EGOV_KG_STORE_UPDATE。",
)
@option(
    "--graphs",
    metavar="URL",
    en="Where it speaks the Graph Store Protocol; else $EGOV_KG_STORE_GRAPHS.",
    zh="引擎的图存储协议地址；默认取 $EGOV_KG_STORE_GRAPHS。",
)
@RELEASE
@option("--dry-run", is_flag=True, en="Only say what would be sent.", zh="仅说明将发送的内容。")
@click.pass_obj
def push(
    session: Session, to: str | None, update: str | None, graphs: str | None, release: str, dry_run: bool
) -> None:
    """Push a release."""
    from egov_kg.release.push import push as push_release
    from egov_kg.release.registry import Registry

    settings = _addressed(session.settings, to, update, graphs)
    found = Registry(settings.home).get(release)
    found.verify()
    with Progress(session) as progress:
        pushed = push_release(found, settings, progress=progress, dry_run=dry_run)
    _tell(session, found.id, pushed, dry_run=dry_run)
    write_line(found.id)


def _addressed(settings: Settings, to: str | None, update: str | None, graphs: str | None) -> Settings:
    """The settings with the addresses that were given.

    Raises:
        UsageError: one is missing.
    """
    settings = replace(
        settings,
        store=to or settings.store,
        store_update=update or settings.store_update,
        store_graphs=graphs or settings.store_graphs,
    )
    given = {
        "--to": settings.is_remote,
        "--update": bool(settings.store_update),
        "--graphs": bool(settings.store_graphs),
    }
    missing = [name for name, there in given.items() if not there]
    if missing:
        raise UsageError(
            f"An address of the engine is missing: give {', '.join(missing)} (http or https). "
            "docs/engines.md has those of each engine.",
            f"缺少引擎的地址：请给出 {'、'.join(missing)}（http 或 https）。各引擎的地址见 docs/engines.md。",
        )
    return settings


def _tell(session: Session, release: str, pushed: Pushed, *, dry_run: bool) -> None:
    triples, count = sum(pushed.sent.values()), len(pushed.sent)
    kept, gone = len(pushed.kept), len(pushed.gone)
    if not pushed.swapped:
        remark(session.say(f"The engine holds {release} already.", f"引擎已持有 {release}。"))
    elif dry_run:
        remark(
            session.say(
                f"Would send {count} graphs with {triples:,} triples; {kept} are there already, {gone} would "
                f"go. The engine holds {pushed.before or 'no release'} now.",
                f"将发送 {count} 个图、{triples:,} 个三元组；{kept} 个图已存在，{gone} 个图将删除。"
                f"引擎现持有 {pushed.before or '（无）'}。",
            )
        )
    else:
        remark(
            session.say(
                f"Sent {count} graphs with {triples:,} triples; {kept} were there already, {gone} went. The "
                f"engine held {pushed.before or 'no release'} before.",
                f"已发送 {count} 个图、{triples:,} 个三元组；{kept} 个图已存在，{gone} 个图已删除。"
                f"引擎此前持有 {pushed.before or '（无）'}。",
            )
        )
