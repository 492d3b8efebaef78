"""The group of commands, and the one place where errors become a line and an exit code."""

from __future__ import annotations

import logging
import os
import signal
import sys
import traceback
from typing import NoReturn

import click

from egov_kg import __version__
from egov_kg.cli import ask, check, doctor, imports, keep, link, make, mcp, prune, push, share, token
from egov_kg.cli.bilingual import Example, Group, MistakeError, Session, language_option, option
from egov_kg.cli.console import remark
from egov_kg.cli.exits import ExitCode
from egov_kg.cli.output import OutputClosedError
from egov_kg.errors import EgovError, QueryError, SourceError, UsageError, ValidationFailed
from egov_kg.settings import Language, Settings, environment_language


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"egov-kg {__version__}")
        ctx.exit()


@click.group(
    "egov-kg",
    cls=Group,
    notes={},
    help="""
A knowledge graph of the state of e-government in China 2012-2013, and a SPARQL service for it.

A release is one immutable, validated compilation of the data. `egov-kg serve` builds the first one by
itself; releases lie in $EGOV_KG_HOME, else in your user data folder.

Exit codes: 0 done; 1 the data, the query or the audit says no; 2 wrong usage; 3 could not be finished; 130
interrupted.
""",
    zh="""
2012—2013 年中国电子政务状况的知识图谱及其 SPARQL 服务。

一个发布版本是数据经校验后的一次不可变的编译结果。
`egov-kg serve` 会在尚无版本时先行构建；
版本存放在 $EGOV_KG_HOME，默认为用户数据目录。

退出码：0 完成；1 数据、查询或核查未通过；
2 用法有误；3 未能完成；130 被中断。
""",
    examples=(
        Example("egov-kg serve", "Answer SPARQL on http://127.0.0.1:8000/sparql", "提供 SPARQL 服务"),
        Example("egov-kg questions", "See what the graph can be asked", "查看可以提出的问题"),
        Example("egov-kg export --format csv -o report.csv", "Take all figures along", "导出全部数据"),
        Example("egov-kg --lang zh build --help", "Help in Chinese", "以中文显示帮助"),
    ),
)
@language_option()
@option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    en="Show the version and exit.",
    zh="显示版本号并退出。",
)
@option("--debug", is_flag=True, en="Show the traceback of an error.", zh="出错时显示调用栈。")
@click.pass_obj
def app(session: Session, debug: bool) -> None:
    """The root of all commands; its help is given above in both languages."""
    session.debug = debug
    if not debug:  # rdflib tells of each ill-typed literal with a traceback; reports name them in words
        logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)


for _command in (make.build, check.validate, check.audit, ask.query, ask.questions, share.export):
    app.add_command(_command)
for _command in (imports.import_, link.link, make.serve, share.releases, share.diff, mcp.mcp):
    app.add_command(_command)
app.add_command(token.token)


for _command in (push.push, keep.backup, keep.restore, prune.prune, doctor.doctor):
    app.add_command(_command)


def main() -> NoReturn:
    """Run the command line of this process and exit with an `ExitCode`."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.TERMINATED))
    session: Session | None = None
    try:
        session = Session(Settings.from_environment())
        code = app.main(prog_name="egov-kg", obj=session, standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:  # outside of any command
        code = ExitCode.INTERRUPTED
    except Exception as error:
        code = _report(error, session)
    sys.exit(code if isinstance(code, int) else ExitCode.OK)


def _report(error: Exception, session: Session | None) -> int:
    """Say on standard error what went wrong and give the exit code."""
    lang = session.lang if session is not None else environment_language()
    if session is not None and session.debug:
        traceback.print_exception(error)
    match error:
        case OutputClosedError() | BrokenPipeError():
            # What is left in the buffer has no reader: without this, closing it would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.CLOSED
        case click.exceptions.NoArgsIsHelpError():
            remark(error.format_message())
            return ExitCode.USAGE
        case click.Abort():
            remark("已中断。" if lang == "zh" else "Interrupted.")
            return ExitCode.INTERRUPTED
        case click.ClickException():
            remark(_line(_usage(error, lang), lang))
            return ExitCode.USAGE
        case EgovError():
            remark(_line(_detail(error, lang), lang))
            if report := error.extra.get("report_zh" if lang == "zh" else "report"):
                remark(f"\n{str(report).rstrip()}")
            return _code(error)
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            remark(_line(f"{where}{error.strerror or error}", lang))
            return ExitCode.FAILED
        case _:
            said = f"{type(error).__name__}: {error}"
            remark(
                _line(
                    f"程序内部错误：{said}（加 --debug 可见调用栈）"
                    if lang == "zh"
                    else f"this is a fault of the program: {said} (--debug shows the traceback)",
                    lang,
                )
            )
            return ExitCode.FAILED


def _code(error: EgovError) -> ExitCode:
    match error:
        case UsageError():
            return ExitCode.USAGE
        case SourceError() | ValidationFailed() | QueryError():
            return ExitCode.REFUSED
        case _:
            return ExitCode.FAILED


def _line(text: str, lang: Language) -> str:
    return (
        f"egov-kg：错误：{' '.join(text.split())}"
        if lang == "zh"
        else f"egov-kg: error: {' '.join(text.split())}"
    )


def _detail(error: EgovError, lang: Language) -> str:
    if lang == "zh":
        return error.detail_zh or f"{error.title_zh}：{error.detail}"
    return error.detail


def _usage(error: click.ClickException, lang: Language) -> str:
    """A mistake in the arguments, with the command whose help is worth reading."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    path = ctx.command_path if ctx is not None else "egov-kg"
    if lang == "en":
        return f"{error.format_message()} See `{path} --help`."
    match error:
        case MistakeError():
            said = error.zh
        case click.NoSuchOption():
            said = f"没有选项 {error.option_name}。"
        case click.exceptions.NoSuchCommand():
            said = f"没有命令 {error.command_name}。"
        case click.MissingParameter():
            name = error.param.get_error_hint(ctx) if error.param is not None and ctx is not None else ""
            said = f"缺少参数 {name}。"
        case _:
            said = error.format_message()
    return f"{said} 参见 `{path} --help`。"
