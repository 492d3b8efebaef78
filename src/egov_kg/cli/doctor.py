"""`doctor`: say what is wrong with an installation, and what to do."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from egov_kg.cli.bilingual import Example, Session, command, option
from egov_kg.cli.exits import ExitCode
from egov_kg.cli.options import PORT
from egov_kg.cli.output import write_line

_WORDS = {"ok": ("ok", "正常"), "note": ("note", "注意"), "wrong": ("WRONG", "有误")}


@command(
    "doctor",
    en="""
Check the installation, the home folder, the current release and the machine.

One line for each finding: ok, note (worth knowing) or WRONG, with what to do. The exit code is 1 if something
is wrong.
""",
    zh="""
检查安装、数据目录、当前版本与运行环境。

每项一行：正常、注意或有误，并说明如何处理。
有误时退出码为 1。
""",
    examples=(
        Example("egov-kg doctor", "Check everything", "检查全部"),
        Example("egov-kg doctor --json", "For a program", "供程序读取"),
    ),
)
@option("--json", "as_json", is_flag=True, en="One JSON object a line.", zh="每行一个 JSON 对象。")
@PORT
@click.pass_obj
def doctor(session: Session, as_json: bool, port: int) -> None:
    """Check everything."""
    from egov_kg.release.doctor import examine

    wrong = False
    for finding in examine(session.settings, port):
        wrong = wrong or finding.verdict == "wrong"
        if as_json:
            write_line(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            verdict = session.say(*_WORDS[finding.verdict])
            write_line(f"{verdict}\t{finding.check}\t{session.say(finding.en, finding.zh)}")
    if wrong:
        raise click.exceptions.Exit(ExitCode.REFUSED)
