"""click commands whose help is written in English and Chinese and ends in examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, TypeVar

import click

from egov_kg.settings import Language, Settings

AnyCallable = TypeVar("AnyCallable", bound=Callable[..., Any])


class Example(NamedTuple):
    """A command line that works, and what it does."""

    line: str
    en: str
    zh: str


@dataclass
class Session:
    """What every command is given: click's context object.

    Attributes:
        settings: as read from the environment, with what the options changed.
        debug: whether an error shows its traceback.
    """

    settings: Settings
    debug: bool = False

    @property
    def lang(self) -> Language:
        """The language of everything that is said."""
        return self.settings.lang

    def say(self, en: str, zh: str) -> str:
        """The one of two texts that is in the session's language."""
        return zh if self.lang == "zh" else en


_HEADINGS: Final[Mapping[str, str]] = {
    "Usage: ": "用法：",
    "Arguments": "参数",
    "Options": "选项",
    "Commands": "命令",
    "Examples": "示例",
}


def language(ctx: click.Context) -> Language:
    """The language of a context's session."""
    session = ctx.find_object(Session)
    return session.lang if session is not None else "en"


class MistakeError(click.UsageError):
    """A mistake in the arguments, said in two languages."""

    def __init__(self, en: str, zh: str, ctx: click.Context) -> None:
        super().__init__(en, ctx)
        self.zh = zh


class _Documented(click.Command):
    """The parts of help that commands and groups share."""

    def __init__(
        self,
        *args: Any,
        zh: str,
        examples: Sequence[Example] = (),
        notes: Mapping[str, tuple[str, str]],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.zh = zh
        self.examples = tuple(examples)
        self.notes = dict(notes)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does, but say in both languages that an option lacks a value or takes none."""
        try:
            return super().parse_args(ctx, args)
        except click.BadOptionUsage as error:
            flags = {name for param in self.params if getattr(param, "is_flag", False) for name in param.opts}
            zh = f"选项 {error.option_name} {'不接受值' if error.option_name in flags else '缺少值'}。"
            raise MistakeError(error.format_message(), zh, ctx) from error

    def summary(self, lang: Language) -> str:
        """The first sentence of the help."""
        text = (self.zh if lang == "zh" else self.help or "").strip()
        return text.partition("\n\n")[0].replace("\n", "" if lang == "zh" else " ").rstrip("。.")

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write usage, description, arguments, options, commands and examples."""
        lang = language(ctx)

        def heading(text: str) -> str:
            return _HEADINGS[text] if lang == "zh" else text

        usage = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, usage, prefix=heading("Usage: "))
        for paragraph in ((self.zh if lang == "zh" else self.help) or "").strip().split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                _write_text(formatter, paragraph, lang)
        arguments = [(name, zh if lang == "zh" else en) for name, (en, zh) in self.notes.items()]
        params = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        options = [_record(param, ctx, lang) for param in params]
        lists = [("Arguments", arguments), ("Options", [record for record in options if record])]
        if isinstance(self, click.Group):
            commands = ((name, self.commands[name]) for name in self.commands)
            lists.append(
                ("Commands", [(name, c.summary(lang)) for name, c in commands if isinstance(c, _Documented)])
            )
        for name, rows in lists:
            if rows:
                with formatter.section(heading(name)):
                    formatter.write_dl(rows)
        if self.examples:
            with formatter.section(heading("Examples")):
                for example in self.examples:
                    indent = " " * formatter.current_indent
                    formatter.write(f"{indent}# {example.zh if lang == 'zh' else example.en}\n")
                    formatter.write(f"{indent}{example.line}\n")


class Command(_Documented):
    """A command with help in two languages."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does, but refuse what is left over in both languages."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            extra = " ".join(rest)
            raise MistakeError(f"Nothing is known to do with {extra!r}.", f"多余的参数 {extra!r}。", ctx)
        return rest


class Group(_Documented, click.Group):
    """A group of such commands, listed in the order they were added."""


class Option(click.Option):
    """An option with help in two languages."""

    def __init__(self, *args: Any, zh: str = "", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.zh = zh

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """Convert as click does, but refuse a value in both languages."""
        try:
            return super().type_cast_value(ctx, value)
        except click.BadParameter as error:
            zh = f"参数 {self.get_error_hint(ctx)} 的值 {value!r} 无效：{_wanted(self.type)}。"
            raise MistakeError(error.format_message(), zh, ctx) from error


def _wanted(kind: click.ParamType[Any]) -> str:
    """What a value of a type has to be, in Chinese."""
    match kind:
        case click.Choice():
            return f"应为 {'、'.join(map(str, kind.choices))} 之一"
        case click.IntRange() | click.FloatRange():
            number = "整数" if isinstance(kind, click.IntRange) else "数"
            least = "" if kind.min is None else f"{'大于' if kind.min_open else '不小于'} {kind.min}"
            most = "" if kind.max is None else f"{'小于' if kind.max_open else '不大于'} {kind.max}"
            return f"应为{'、'.join(bound for bound in (least, most) if bound)} 的{number}"
        case _:
            return f"应为 {kind.name}"


def _record(param: click.Parameter, ctx: click.Context, lang: Language) -> tuple[str, str] | None:
    record = param.get_help_record(ctx)
    if record is None:
        return None
    if lang == "zh" and param.opts[-1:] == ["--help"]:
        return record[0], "显示本说明"
    if lang == "zh" and isinstance(param, Option) and param.zh and param.help:
        return record[0], record[1].replace(param.help, param.zh).replace("[default: ", "[默认：")
    return record


def _write_text(formatter: click.HelpFormatter, paragraph: str, lang: Language) -> None:
    if lang == "zh":
        # click counts a Chinese character as one column and would wrap at twice the width of the screen.
        for line in paragraph.splitlines():
            formatter.write(f"{' ' * formatter.current_indent}{line.strip()}\n")
    else:
        formatter.write_text(" ".join(paragraph.split()))


def option(*names: str, en: str, zh: str, **kw: Any) -> Callable[[AnyCallable], AnyCallable]:
    """`click.option` with help in two languages."""
    return click.option(*names, cls=Option, help=en, zh=zh, **kw)


def _set_language(ctx: click.Context, _param: click.Parameter, value: Language | None) -> None:
    session = ctx.find_object(Session)
    if value is not None and session is not None:
        session.settings = replace(session.settings, lang=value)


def language_option() -> Callable[[AnyCallable], AnyCallable]:
    """`--lang`, taken before or after the name of the command; eager, so that help obeys it."""
    return option(
        "--lang",
        type=click.Choice(["en", "zh"]),
        is_eager=True,
        expose_value=False,
        callback=_set_language,
        en="Language of messages and help; else $EGOV_KG_LANG, else that of the locale.",
        zh="提示与帮助的语言；默认取 $EGOV_KG_LANG，再取系统区域设置。",
    )


def command(
    name: str,
    *,
    en: str,
    zh: str,
    examples: Iterable[Example],
    arguments: Mapping[str, tuple[str, str]] | None = None,
) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command.

    Args:
        name: as typed.
        en: what it does, paragraphs divided by an empty line; the first is its line in the list of commands.
        zh: the same in Chinese, in lines of at most 38 characters.
        examples: at least one; a test runs them through the parser.
        arguments: what each positional argument is, in both languages.
    """

    def decorate(function: Callable[..., Any]) -> Command:
        made = click.command(
            name, cls=Command, help=en, zh=zh, examples=tuple(examples), notes=dict(arguments or {})
        )
        return made(language_option()(function))

    return decorate
