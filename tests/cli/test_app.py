"""Help in two languages, mistakes in one line, exit codes as documented."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from egov_kg import __version__
from egov_kg.cli.app import app
from egov_kg.cli.bilingual import Command, Group, Option, Session
from egov_kg.cli.exits import ExitCode
from egov_kg.settings import Settings
from support.cli import COMMAND, egov, environment

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
GROUPS = {name: group for name, group in app.commands.items() if isinstance(group, Group)}
COMMANDS = {name: command for name, command in app.commands.items() if isinstance(command, Command)} | {
    f"{name} {part}": command
    for name, group in GROUPS.items()
    for part, command in group.commands.items()
    if isinstance(command, Command)
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_command_is_documented_in_two_languages() -> None:
    assert {name.split()[0] for name in COMMANDS} == set(app.commands)
    assert len(COMMANDS) == len(app.commands) + sum(len(group.commands) - 1 for group in GROUPS.values())
    for name, command in (*COMMANDS.items(), *GROUPS.items()):
        assert command.help, name
        assert CHINESE.search(command.zh), name
        assert not CHINESE.search(command.help), name
        assert command.examples, name
        for param in command.params:
            if isinstance(param, click.Argument):
                argument = (param.name or "").rstrip("_").upper()
                assert any(argument in label for label in command.notes), (name, param.name)
            else:
                assert isinstance(param, Option), (name, param.name)
                assert param.help, (name, param.name)
                assert CHINESE.search(param.zh), (name, param.name)


def test_arguments_are_not_listed_as_options() -> None:
    session = Session(Settings(Path("home"), lang="en"))
    for name, command in COMMANDS.items():
        shown = command.get_help(click.Context(command, info_name=name, obj=session))
        options = shown.partition("Options:\n")[2].partition("\n\n")[0]
        assert "--help" in options, name
        assert all(line.lstrip().startswith("-") for line in options.splitlines() if line[2:3] != " "), name


def every_example() -> list[str]:
    return [
        example.line
        for command in (app, *GROUPS.values(), *COMMANDS.values())
        for example in command.examples
    ]


def in_the_manual() -> list[str]:
    return re.findall(r"^\$ (.*)$", MANUAL, flags=re.MULTILINE)


@pytest.mark.parametrize("line", sorted({*every_example(), *in_the_manual()}))
def test_every_example_is_understood(line: str) -> None:
    words = shlex.split(line)
    session = Session(Settings(home=Path("unused")))
    stages: list[list[str]] = [[]]
    for word in words:
        if word == "|":
            stages.append([])
        else:
            stages[-1].append(word)
    ours = [stage[1:] for stage in stages if stage[0] == "egov-kg"]
    if not ours:
        assert words[0] in ("make", "curl", "export", "set"), f"{line}: what is this an example of?"
    for args in ours:
        with app.make_context("egov-kg", list(args), obj=session) as ctx:
            rest = [*ctx._protected_args, *ctx.args]
            name, command, rest = app.resolve_command(ctx, rest)
            while isinstance(command, click.Group):
                name, command, rest = command.resolve_command(ctx, rest)
            assert name is not None
            assert command is not None
            with contextlib.suppress(click.exceptions.Exit):  # --help; a mistake is a UsageError
                command.make_context(name, rest, parent=ctx)


def test_the_manual_has_every_command_option_and_exit_code() -> None:
    sections = dict(re.findall(r"^## `egov-kg (\w+)[^`]*`\n(.*?)(?=^## |\Z)", MANUAL, flags=re.M | re.S))
    assert set(sections) == set(app.commands)
    for name, command in COMMANDS.items():
        for param in command.params:
            if isinstance(param, Option) and param.name != "lang":
                for spelling in param.opts:
                    section = sections[name.split()[0]]
                    assert f"`{spelling}" in section, f"docs/cli.md: {name} lacks {spelling}"
    for code in ExitCode:
        assert re.search(rf"^\| {code.value} \|", MANUAL, flags=re.M), (
            f"docs/cli.md lacks exit code {code.value}"
        )
    variables = re.findall(r"`(EGOV_KG_\w+)`", Settings.__doc__ or "")
    assert len(variables) == len(dataclasses.fields(Settings))
    for variable in variables:
        assert f"`{variable}`" in SETTINGS, f"docs/operations.md lacks {variable}"


def test_help_is_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    for args in (("--lang", "zh", "build", "--help"), ("build", "--lang", "zh", "--help")):
        answer = egov(*args, home=tmp_path)
        assert answer.returncode == 0
        text = answer.stdout.decode()
        assert text.startswith("用法：egov-kg build")
        assert "示例" in text
        assert "Usage" not in text
    by_locale = egov("--help", home=tmp_path, env={"LANG": "zh_CN.UTF-8"})
    assert by_locale.stdout.decode().startswith("用法：")
    assert egov("--help", home=tmp_path).stdout.decode().startswith("Usage: ")
    over_locale = egov("--help", home=tmp_path, env={"LANG": "zh_CN.UTF-8", "EGOV_KG_LANG": "en"})
    assert over_locale.stdout.decode().startswith("Usage: ")


def test_the_installed_command_says_its_version(tmp_path: Path) -> None:
    script = Path(COMMAND[0]).with_name("egov-kg")
    answer = subprocess.run(
        [script, "--version"], capture_output=True, env=environment(tmp_path), check=False, text=True
    )
    assert (answer.returncode, answer.stdout) == (0, f"egov-kg {__version__}\n")


@pytest.mark.parametrize(
    ("args", "en", "zh"),
    [
        (("nothing",), "nothing", "没有命令 nothing"),
        (("build", "--nothing"), "--nothing", "没有选项 --nothing"),
        (("query",), "FILE", "缺少参数"),
        (("build", "--engine", "other"), "other", "'other' 无效：应为 pyshacl、shacl、sparql 之一。"),
        (("build", "--engine"), "requires an argument", "选项 --engine 缺少值。"),
        (("questions", "--sparql=1"), "not take a value", "选项 --sparql 不接受值。"),
        (("build", "too", "much"), "'too much'", "多余的参数 'too much'。"),
        (("query", "a.rq", "--timeout", "0"), "range", "'0' 无效：应为大于 0、不大于 86400 的数。"),
        (("query", "a.rq", "--timeout", "soon"), "'soon'", "'soon' 无效：应为大于 0、不大于 86400 的数。"),
        (("query", "absent.rq"), "Cannot read absent.rq", "无法读取 absent.rq"),
        (("export", "--format", "nt"), "egov-kg build", "egov-kg build"),
        (("export",), "--format", "--format"),
        (("diff", "r1", "r2"), "no release 'r1'", "没有发布版本 'r1'"),
        (("questions", "no-such-question"), "egov-kg questions", "egov-kg questions"),
        (("serve", "--port", "70000"), "70000", "'70000' 无效：应为不小于 1、不大于 65535 的整数。"),
    ],
)
def test_a_mistake_is_one_line_and_code_2(args: tuple[str, ...], en: str, zh: str, tmp_path: Path) -> None:
    for lang, expected, head in (("en", en, "egov-kg: error: "), ("zh", zh, "egov-kg：错误：")):
        answer = egov("--lang", lang, *args, home=tmp_path, cwd=tmp_path)
        said = answer.stderr.decode()
        assert answer.returncode == ExitCode.USAGE, said
        assert answer.stdout == b""
        assert said.startswith(head)
        assert expected in said
        assert said.count("\n") == 1
        if lang == "zh":
            told = re.sub(
                r"`[^`]*`|'[^']*'|--\w+", "", said.removeprefix(head).replace(os.strerror(errno.ENOENT), "")
            )
            assert not re.search(r"[a-z]+ [a-z]+", told), f"English in {said}"


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    answer = egov("releases", home=tmp_path, env={"EGOV_KG_QUERY_TIMEOUT": "soon"})
    assert answer.returncode == ExitCode.USAGE
    assert b"EGOV_KG_QUERY_TIMEOUT='soon'" in answer.stderr
    chinese = egov("releases", home=tmp_path, env={"EGOV_KG_LANG": "zh", "EGOV_KG_QUERY_TIMEOUT": "soon"})
    assert chinese.returncode == ExitCode.USAGE
    assert chinese.stderr.decode() == (
        "egov-kg：错误：EGOV_KG_QUERY_TIMEOUT='soon' 不是正数；默认值为 30。\n"
    )


def test_a_memory_limit_is_promised_for_linux_only() -> None:
    query = COMMANDS["query"]
    for text in (query.help or "", query.zh, *re.findall(r"(?s)## `egov-kg query.*?```", MANUAL)):
        assert "memory limit" in text or "限内存" in text
        assert "Linux" in text
    assert re.search(r"EGOV_KG_QUERY_MEMORY_MB.*Linux only", MANUAL)


def test_without_a_command_help_is_shown_as_a_mistake(tmp_path: Path) -> None:
    answer = egov(home=tmp_path)
    assert answer.returncode == ExitCode.USAGE
    assert b"Commands:" in answer.stderr


def test_a_home_that_cannot_be_written_is_said_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = egov("build", home=tmp_path / "file")
    assert answer.returncode == ExitCode.FAILED
    assert b"Traceback" not in answer.stderr
    assert str(tmp_path / "file") in answer.stderr.decode()


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    assert b"Traceback" in egov("--debug", "diff", "r1", "r2", home=tmp_path).stderr
