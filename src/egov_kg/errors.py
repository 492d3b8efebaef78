"""One hierarchy of errors; each knows its HTTP status and a title in both languages.

::

    EgovError                      500
    ├── UsageError                 400   a wrong argument, setting or file name
    │   └── NotFound               404   no such release, graph or question
    ├── SourceError                422   a source file that does not parse (file, line, column)
    ├── ValidationFailed           422   data break a shape or an integrity rule
    ├── ReleaseError               500   a release cannot be read or written
    ├── QueryError                 400   the query cannot be answered as it stands
    │   ├── QuerySyntaxError       400   with line and column
    │   ├── QueryForbidden         403   it asks for something that is switched off (SERVICE, LOAD ...)
    │   ├── QueryTooComplex        400   past a bound on length or nesting
    │   └── UpdateForbidden        403   an update sent to a read-only service
    ├── EvaluationError            500   the engine failed
    │   ├── QueryTimeout           503   the deadline passed
    │   ├── QueryOutOfMemory       503   the memory limit was reached
    │   ├── EvaluatorCrashed       500   the evaluating process died
    │   └── ServiceBusy            503   no evaluator came free in time
    ├── NotAcceptable              406   no representation the client accepts
    ├── UnsupportedMediaType       415   a request body of a kind that is not understood
    ├── MethodNotAllowed           405   with the methods that are
    ├── RequestTimeout             408   a request that did not arrive in time
    └── RequestTooLarge            413   past a bound on the request's size
"""

from __future__ import annotations

from typing import Any, ClassVar


class EgovError(Exception):
    """Base of every error the package raises on purpose.

    Attributes:
        status: the HTTP status it maps to (RFC 9110).
        slug: the last part of the problem type IRI (RFC 9457, section 3.1.1).
        title_en, title_zh: a short summary of the kind of problem.
        detail: what happened this time, where, and what to do, in English.
        detail_zh: the same in Chinese (empty where only an engine's own words are known).
        extra: members added to the problem document (line, column, limit ...).
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    title_en: ClassVar[str] = "Internal error"
    title_zh: ClassVar[str] = "内部错误"

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


class NotFound(UsageError):
    """No such release, graph, question or file."""

    status = 404
    slug = "not-found"
    title_en = "Not found"
    title_zh = "未找到"


class SourceError(EgovError):
    """A source file that cannot be read: `extra` has `file` and, where known, `line` and `column`."""

    status = 422
    slug = "source-error"
    title_en = "A source file cannot be read"
    title_zh = "源文件无法读取"


class ValidationFailed(EgovError):
    """Data that break a shape or an integrity rule: `extra["report"]` has the report as text."""

    status = 422
    slug = "validation-failed"
    title_en = "The data break a rule"
    title_zh = "数据违反规则"


class ReleaseError(EgovError):
    """A release that cannot be read or written."""

    slug = "release-error"
    title_en = "The release cannot be used"
    title_zh = "发布版本不可用"


class QueryError(EgovError):
    """A query that cannot be answered as it stands."""

    status = 400
    slug = "query-error"
    title_en = "The query cannot be answered"
    title_zh = "查询无法回答"


class QuerySyntaxError(QueryError):
    """A query that does not parse: `extra` has `line` and `column` (both from 1) where known."""

    slug = "query-syntax"
    title_en = "The query has a syntax error"
    title_zh = "查询语法错误"


class QueryForbidden(QueryError):
    """A query that asks for something switched off here, such as SERVICE."""

    status = 403
    slug = "query-forbidden"
    title_en = "The query asks for something that is switched off"
    title_zh = "查询使用了已关闭的功能"


class QueryTooComplex(QueryError):
    """A query past a bound on length or nesting: `extra` has `limit` and `value`."""

    slug = "query-too-complex"
    title_en = "The query is too long or too deeply nested"
    title_zh = "查询过长或嵌套过深"


class UpdateForbidden(QueryError):
    """An update sent to a service that only reads."""

    status = 403
    slug = "update-forbidden"
    title_en = "This service is read-only"
    title_zh = "本服务为只读"


class EvaluationError(EgovError):
    """The engine failed while it evaluated a query."""

    slug = "evaluation-error"
    title_en = "The query failed"
    title_zh = "查询执行失败"


class QueryTimeout(EvaluationError):
    """The deadline passed: `extra` has `limit` in seconds."""

    status = 503
    slug = "query-timeout"
    title_en = "The query took too long"
    title_zh = "查询超时"


class QueryOutOfMemory(EvaluationError):
    """The memory limit was reached: `extra` has `limit` in bytes."""

    status = 503
    slug = "query-memory"
    title_en = "The query needs too much memory"
    title_zh = "查询占用内存过多"


class EvaluatorCrashed(EvaluationError):
    """The process that evaluated the query died."""

    slug = "evaluator-crashed"
    title_en = "The query stopped the process that evaluated it"
    title_zh = "查询使其执行进程中止"


class ServiceBusy(EvaluationError):
    """No evaluator came free in time: `extra` has `retry_after` in seconds."""

    status = 503
    slug = "service-busy"
    title_en = "The service is busy"
    title_zh = "服务繁忙"


class NotAcceptable(EgovError):
    """No representation that the client accepts: `extra` has `available`."""

    status = 406
    slug = "not-acceptable"
    title_en = "None of the accepted formats is available"
    title_zh = "没有可接受的格式"


class UnsupportedMediaType(EgovError):
    """A request body of a kind that is not understood: `extra` has `supported`."""

    status = 415
    slug = "unsupported-media-type"
    title_en = "The request body has an unsupported type"
    title_zh = "请求体类型不受支持"


class MethodNotAllowed(EgovError):
    """A method that the resource does not have: `extra` has `allowed`."""

    status = 405
    slug = "method-not-allowed"
    title_en = "Method not allowed"
    title_zh = "不允许的请求方法"


class RequestTooLarge(EgovError):
    """A request past a bound on its size: `extra` has `limit` in bytes."""

    status = 413
    slug = "request-too-large"
    title_en = "The request is too large"
    title_zh = "请求过大"


class RequestTimeout(EgovError):
    """A request that did not arrive in time."""

    status = 408
    slug = "request-timeout"
    title_en = "The request did not arrive in time"
    title_zh = "请求未及时到达"


class HttpVersionNotSupported(EgovError):
    """An answer that the client's version of HTTP cannot carry: `extra` has `limit` in bytes."""

    status = 505
    slug = "http-version"
    title_en = "The answer needs a newer version of HTTP"
    title_zh = "该结果需要更新版本的 HTTP"
