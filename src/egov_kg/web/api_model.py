"""What the table of routes is made of, and what its rows share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from egov_kg.settings import Language


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    en: str
    zh: str

    def of(self, lang: Language) -> str:
        """In one of them."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name, where it stands, what it means, and a JSON Schema of its values."""

    name: str
    place: Literal["path", "query", "header"]
    words: Words
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a route.

    Attributes:
        id: unique.
        path: with `{name}` for what varies.
        method: in lower case.
        words: what it does.
        types: media types of the answer; the first is the default.
        parameters: names of shared ones (`PARAMETERS`), or its own.
        statuses: of answers that are no errors.
        errors: statuses of errors besides those that any route may have.
        bodies: media types of the request's body.
        writes: whether it needs a token.
    """

    id: str
    path: str
    method: str
    words: Words
    types: tuple[str, ...] = ()
    parameters: tuple[str | Parameter, ...] = ()
    statuses: tuple[str, ...] = ("200", "304")
    errors: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    writes: bool = False


TEXT: Final[Mapping[str, Any]] = {"type": "string"}


def in_path(name: str, en: str, zh: str) -> Parameter:
    """A part of the path, any text."""
    return Parameter(name, "path", Words(en, zh), TEXT)


def asked(name: str, en: str, zh: str, schema: Mapping[str, Any] = TEXT) -> Parameter:
    """A parameter of the query string."""
    return Parameter(name, "query", Words(en, zh), schema)


def get(
    id_: str, path: str, en: str, zh: str, types: tuple[str, ...], *parameters: str | Parameter
) -> Operation:
    """The GET of a route that answers 200 or 304."""
    return Operation(id_, path, "get", Words(en, zh), types, parameters)


STATUSES: Final[Mapping[str, Words]] = {
    "200": Words("The answer", "结果"),
    "201": Words("Created", "已创建"),
    "204": Words("Done", "已完成"),
    "206": Words("A part of the file", "文件的一段"),
    "301": Words("Replaced by another", "已被替代"),
    "302": Words("Found under its full id", "见其完整标识"),
    "303": Words("Described there", "描述见该处"),
    "304": Words("Not changed", "未改变"),
}

PARAMETERS: Final[Mapping[str, Parameter]] = {
    "asOf": asked(
        "asOf",
        "Answer from an earlier state: a release's id or its beginning, a date or a time",
        "从以前的状态回答：发布版本的标识或其开头、日期或时间",
    ),
    "acceptDatetime": Parameter(
        "Accept-Datetime",
        "header",
        Words("The same, as Memento has it (RFC 7089)", "同上，按 Memento（RFC 7089）"),
        TEXT,
    ),
    "lang": asked("lang", "Language of pages and messages", "页面与消息的语言", {"enum": ["en", "zh"]}),
    "format": asked("format", "The format wanted, where Accept allows it", "所需格式，须为 Accept 所允许"),
    "range": Parameter(
        "Range", "header", Words("A part of the file, in bytes", "文件的一段，以字节计"), TEXT
    ),
    "ifMatch": Parameter(
        "If-Match",
        "header",
        Words("Only if the data are still of this release", "仅当数据仍属该发布版本时"),
        TEXT,
    ),
}
