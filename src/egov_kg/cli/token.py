"""`token`: who may write to the releases, and who did."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import click

from egov_kg.cli.bilingual import Example, Group, Session, command, language_option, option
from egov_kg.cli.console import remark
from egov_kg.cli.output import write_line
from egov_kg.cli.tables import listing

_MOST_DAYS = 36_500


@click.group(
    "token",
    cls=Group,
    notes={},
    help="""
Make, list and revoke the tokens that writing needs, and show what was written.

A token reaches some graphs. A running service knows of a new or a revoked one at once. See docs/writing.md.
""",
    zh="""
创建、列出与撤销写入所需的令牌，并查看写入记录。

每个令牌可写入若干图。新建或撤销后，
运行中的服务立即生效。参见 docs/writing.md。
""",
    examples=(
        Example(
            "egov-kg token create editor --graph https://w3id.org/egov-kg/graph/notes",
            "Let somebody write to one graph",
            "允许写入一个图",
        ),
        Example("egov-kg token list", "See who may write", "查看可写入者"),
    ),
)
@language_option()
def token() -> None:
    """The commands on tokens; the help is given above in both languages."""


@command(
    "create",
    en="""
Make a token and write its secret to standard output, once.

The secret is kept nowhere: who loses it needs a new token. Send it as `Authorization: Bearer SECRET`.
""",
    zh="""
创建令牌，并将其密钥写到标准输出（仅此一次）。

密钥不会保存：遗失后须重新创建。
使用时随请求发送 Authorization: Bearer 密钥。
""",
    arguments={"NAME": ("Whose it is or what for.", "归属或用途。")},
    examples=(
        Example(
            "egov-kg token create editor --graph https://w3id.org/egov-kg/graph/notes --expires 30",
            "One graph, for 30 days",
            "一个图，有效 30 天",
        ),
        Example(
            "egov-kg token create all --graph 'https://w3id.org/egov-kg/graph/*'",
            "All graphs that begin so",
            "以此开头的所有图",
        ),
    ),
)
@click.argument("name")
@option(
    "--graph",
    "graphs",
    metavar="IRI",
    multiple=True,
    required=True,
    en="A graph it reaches, or, with * at the end, all that begin so. Any number of times.",
    zh="可写入的图；以 * 结尾表示以此开头的所有图。可多次给出。",
)
@option(
    "--expires",
    metavar="DAYS",
    type=click.IntRange(1, _MOST_DAYS),
    en="Days until it ends. Default: never.",
    zh="有效天数；默认永久有效。",
)
@click.pass_obj
def create(session: Session, name: str, graphs: tuple[str, ...], expires: int | None) -> None:
    """Make a token."""
    from egov_kg.release.tokens import Tokens

    end = None
    if expires is not None:
        end = datetime.now(UTC).replace(microsecond=0) + timedelta(days=expires)
    made, secret = Tokens(session.settings.home).create(name, graphs, end)
    until = f"{made.expires:%Y-%m-%d %H:%M} UTC" if made.expires else ""
    remark(
        session.say(
            f"Token {made.id}, valid {f'until {until}' if until else 'until it is revoked'}. Keep the line "
            f"that follows: it is shown only now. `egov-kg token revoke {made.id}` takes it back.",
            f"令牌 {made.id}，有效期至{until or '撤销为止'}。请保存下面一行，它只显示这一次。"
            f"可用 `egov-kg token revoke {made.id}` 撤销。",
        )
    )
    write_line(secret)


@command(
    "list",
    en="""
List the tokens, oldest first.

Columns: id, name, state, time of making and of ending (UTC), graphs.
""",
    zh="""
列出令牌，最早的在前。

各列：标识、名称、状态、创建与到期时间（UTC）、图。
""",
    examples=(
        Example("egov-kg token list", "List them", "列出全部"),
        Example("egov-kg token list --json", "For a program", "供程序读取"),
    ),
)
@option("--json", "as_json", is_flag=True, en="One JSON object a line.", zh="每行一个 JSON 对象。")
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the tokens."""
    from egov_kg.release.tokens import Token, Tokens

    now = datetime.now(UTC)
    say = session.say

    def state(one: Token) -> str:
        if one.revoked is not None:
            return say("revoked", "已撤销")
        return say("valid", "有效") if one.valid(now) else say("expired", "已过期")

    known = Tokens(session.settings.home).all()
    if as_json:
        for one in known:
            write_line(json.dumps(one.to_json() | {"valid": one.valid(now)}, ensure_ascii=True))
        return
    rows = [
        (
            one.id,
            one.name,
            state(one),
            _time(one.created),
            _time(one.expires) if one.expires else "",
            " ".join(one.graphs),
        )
        for one in known
    ]
    columns = (
        say("id", "标识"),
        say("name", "名称"),
        say("state", "状态"),
        say("made (UTC)", "创建时间（UTC）"),
        say("ends (UTC)", "到期时间（UTC）"),
        say("graphs", "图"),
    )
    listing(columns, rows, session)


@command(
    "revoke",
    en="Take a token back: from now on it counts no more.",
    zh="撤销令牌：立即失效。",
    arguments={"ID": ("Its id, as `egov-kg token list` shows it.", "标识，见 `egov-kg token list`。")},
    examples=(Example("egov-kg token revoke 1a2b3c4d", "Take one back", "撤销一个"),),
)
@click.argument("id_", metavar="ID")
@click.pass_obj
def revoke(session: Session, id_: str) -> None:
    """Take a token back."""
    from egov_kg.release.tokens import Tokens

    gone = Tokens(session.settings.home).revoke(id_)
    remark(
        session.say(f"Token {gone.id} ({gone.name}) is revoked.", f"令牌 {gone.id}（{gone.name}）已撤销。")
    )


@command(
    "log",
    en="""
Show the attempts to write, latest first, with what became of each.

Columns: time (UTC), outcome, token, kind, triples added and removed, release, error.
""",
    zh="""
显示写入记录及其结果，最新的在前。

各列：时间（UTC）、结果、令牌、类型、
增删的三元组数、版本、错误。
""",
    examples=(
        Example("egov-kg token log", "See them", "查看"),
        Example("egov-kg token log --json | head -1", "All that is known of the latest", "最近一次的详情"),
    ),
)
@option("--json", "as_json", is_flag=True, en="One JSON object a line.", zh="每行一个 JSON 对象。")
@click.pass_obj
def log(session: Session, as_json: bool) -> None:
    """Show the log of writes."""
    from egov_kg.release.audit import Audit

    attempts = list(Audit(session.settings.home).attempts())[::-1]
    if as_json:
        for one in attempts:
            write_line(json.dumps(one.to_json(), ensure_ascii=True))
        return
    say = session.say
    outcomes = {
        "accepted": say("accepted", "已接受"),
        "unchanged": say("unchanged", "无变化"),
        "refused": say("refused", "被拒绝"),
        "forbidden": say("forbidden", "无权限"),
        "conflict": say("conflict", "有冲突"),
        "failed": say("failed", "失败"),
    }
    rows = [
        (
            _time(one.time),
            outcomes[one.outcome],
            f"{one.token} {one.name}",
            one.kind,
            f"+{sum(added for added, _ in one.graphs.values())} "
            f"-{sum(removed for _, removed in one.graphs.values())}",
            one.release,
            one.error,
        )
        for one in attempts
    ]
    columns = (
        say("time (UTC)", "时间（UTC）"),
        say("outcome", "结果"),
        say("token", "令牌"),
        say("kind", "类型"),
        say("triples", "三元组"),
        say("release", "版本"),
        say("error", "错误"),
    )
    listing(columns, rows, session)


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


for _command in (create, list_, revoke, log):
    token.add_command(_command)
