"""`prune`: old releases go, when somebody says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from egov_kg.cli.bilingual import Example, Session, command, option
from egov_kg.cli.console import remark
from egov_kg.cli.tables import listing

_MOST_DAYS = 36_500
_MIB = 1024 * 1024


@command(
    "prune",
    en="""
Show which old releases could go, and with --yes remove them.

The current release and the build that it descends from always stay. With both --keep and --older-than, a
release has to meet both. A running service keeps in memory what it has loaded, and finishes downloads that
have begun. The history keeps the ids: whoever asks for one is told that it is no longer kept.

Columns: id, time when it was last made current (UTC), bytes.
""",
    zh="""
列出可删除的旧版本；加 --yes 则予以删除。

当前版本及其所依据的构建始终保留。
同时给出 --keep 与 --older-than 时，两者均须满足。
运行中的服务仍持有内存中已载入的版本，并完成已开始的下载。
历史仍记有其标识：再请求时会告知已不再保留。

各列：标识、最近一次成为当前版本的时间（UTC）、字节数。
""",
    examples=(
        Example("egov-kg prune --keep 10", "What would go", "查看可删除的版本"),
        Example("egov-kg prune --keep 10 --older-than 30 --yes", "Remove it", "删除"),
    ),
)
@option(
    "--keep",
    metavar="N",
    type=click.IntRange(1),
    en="Keep the newest N, the current one and its build included.",
    zh="保留最新 N 个，当前版本及其构建计算在内。",
)
@option(
    "--older-than",
    metavar="DAYS",
    type=click.IntRange(0, _MOST_DAYS),
    en="Only those that were made, and were last made current, so many days ago.",
    zh="仅限生成及最近一次成为当前版本均在若干天以前者。",
)
@option("--yes", is_flag=True, en="Remove them.", zh="予以删除。")
@click.pass_obj
def prune(session: Session, keep: int | None, older_than: int | None, yes: bool) -> None:
    """Remove old releases, or say which would go."""
    from egov_kg.release import prune as pruning
    from egov_kg.release.registry import Registry

    registry = Registry(session.settings.home)
    age = None if older_than is None else timedelta(days=older_than)
    find = pruning.prune if yes else pruning.old
    found = find(registry, datetime.now(UTC), keep=keep, older_than=age)
    say = session.say
    columns = (say("id", "标识"), say("last current (UTC)", "最近为当前版本（UTC）"), say("bytes", "字节"))
    listing(
        columns,
        [(one.release.id, f"{one.last:%Y-%m-%dT%H:%M:%SZ}", str(one.size)) for one in found],
        session,
    )
    mib = f"{sum(one.size for one in found) / _MIB:,.1f} MiB"
    if not found:
        remark(say("No release may go.", "没有可删除的版本。"))
    elif yes:
        remark(say(f"{len(found)} releases are removed: {mib}.", f"已删除 {len(found)} 个版本：{mib}。"))
    else:
        remark(
            say(
                f"{len(found)} releases would go: {mib}. Nothing is removed yet: add --yes.",
                f"可删除 {len(found)} 个版本：{mib}。尚未删除：请加 --yes。",
            )
        )
