"""Errors of arguments, sources and releases."""

from __future__ import annotations

from typing import Any, ClassVar


class EgovError(Exception):
    """Base of every error the package raises on purpose.

    Attributes:
        status: the HTTP status it maps to (RFC 9110).
        slug: the last part of the problem type IRI (RFC 9457, section 3.1.1).
        title_en, title_zh: a short summary of the kind of problem.
        meaning_en, meaning_zh: what it means and what to do, in a sentence or two.
        detail: what happened this time, where, and what to do, in English.
        detail_zh: the same in Chinese (empty where only an engine's own words are known).
        extra: members added to the problem document (line, column, limit ...).
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    title_en: ClassVar[str] = "Internal error"
    title_zh: ClassVar[str] = "内部错误"
    meaning_en: ClassVar[str] = (
        "The service met something it was not made for. The log has it under "
        "the number that the answer gives."
    )
    meaning_zh: ClassVar[str] = "服务遇到了未预料到的情况。日志中以结果所给的编号记录了详情。"

    def __init__(self, detail: str, detail_zh: str = "", **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.detail_zh = detail_zh
        self.extra = extra


class UsageError(EgovError):
    """A wrong argument, setting or file name."""

    status = 400
    slug = "bad-request"
    title_en = "Bad request"
    title_zh = "请求有误"
    meaning_en = (
        "An argument, a setting or a parameter is not as it should be. The answer "
        "names it and says what is accepted."
    )
    meaning_zh = "参数、设置或查询参数不符合要求。错误信息指出是哪一项，以及可接受的写法。"


class NotFound(UsageError):
    """No such release, graph, question or file."""

    status = 404
    slug = "not-found"
    title_en = "Not found"
    title_zh = "未找到"
    meaning_en = "There is nothing at this address: no such release, graph, question or file."
    meaning_zh = "此地址没有内容：没有相应的发布版本、图、问题或文件。"


class Gone(NotFound):
    """It was there once: `extra["release"]` has the last release that had it."""

    status = 410
    slug = "gone"
    title_en = "No longer there"
    title_zh = "已不存在"
    meaning_en = (
        "The current release does not have it any more. An earlier one does; "
        "the answer names the last of these."
    )
    meaning_zh = "当前发布版本已不再包含它，较早的版本中仍有；错误信息给出其中最近的一个。"


class SourceError(EgovError):
    """A source file that cannot be read: `extra` has `file` and, where known, `line` and `column`."""

    status = 422
    slug = "source-error"
    title_en = "A source file cannot be read"
    title_zh = "源文件无法读取"
    meaning_en = (
        "A source file cannot be parsed. The answer gives the file and, where they "
        "are known, the line and the column."
    )
    meaning_zh = "源文件无法解析。错误信息给出文件名，并在可知时给出行号和列号。"


class ShapeUnsupported(SourceError):
    """A shape that cannot be run as SPARQL: `extra` has `shape` and `construct`."""

    slug = "shape-unsupported"
    title_en = "A shape cannot be run as SPARQL"
    title_zh = "形状无法转为 SPARQL 执行"
    meaning_en = (
        "A SHACL shape has a part that cannot be written as a query. The answer names both; no shape was "
        "run, and nothing was found to conform."
    )
    meaning_zh = (
        "某个 SHACL 形状含有无法写成查询的部分。错误信息指出形状与该部分；未执行任何形状，也未认定数据合格。"
    )


class ImportRefused(SourceError):
    """A graph or table from elsewhere that cannot be taken in: too large, or not what it has to be."""

    slug = "import-refused"
    title_en = "The import is refused"
    title_zh = "导入被拒绝"
    meaning_en = (
        "What was to be taken in from elsewhere is too large, or is not what its kind has to be. "
        "The answer says where, and what to do; nothing was changed."
    )
    meaning_zh = "要导入的内容过大，或不符合其类型的要求。错误信息指出位置和处理办法；数据未作任何更改。"


class ValidationFailed(EgovError):
    """Data that break a shape or an integrity rule: `extra["report"]` has the report as text.

    Attributes:
        turtle: the report as a `sh:ValidationReport`, where there is one.
    """

    turtle: str = ""

    status = 422
    slug = "validation-failed"
    title_en = "The data break a rule"
    title_zh = "数据违反规则"
    meaning_en = (
        "The data break a rule, so that no release was made of them. The answer lists what breaks which rule."
    )
    meaning_zh = "数据违反规则，因此没有生成发布版本。错误信息列出违反的内容与对应的规则。"


class WritesLost(UsageError):
    """A build that would drop what was written: `extra` has `release` and `built`."""

    status = 409
    slug = "writes-lost"
    title_en = "The build would drop writes"
    title_zh = "构建会丢弃已有的写入"
    meaning_en = (
        "A build from the source files would drop what has been written to the current release since."
    )
    meaning_zh = "从源文件构建会丢弃此后写入当前发布版本的内容。"


class ReleaseError(EgovError):
    """A release that cannot be read or written."""

    slug = "release-error"
    title_en = "The release cannot be used"
    title_zh = "发布版本不可用"
    meaning_en = "A release cannot be read or written: a file is missing, damaged or of another version."
    meaning_zh = "发布版本无法读取或写入：文件缺失、损坏或版本不符。"
