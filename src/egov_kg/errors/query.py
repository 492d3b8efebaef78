"""Errors of queries and of what evaluates them."""

from __future__ import annotations

from egov_kg.errors.base import EgovError


class QueryError(EgovError):
    """A query that cannot be answered as it stands."""

    status = 400
    slug = "query-error"
    title_en = "The query cannot be answered"
    title_zh = "查询无法回答"
    meaning_en = (
        "The query is written correctly, but cannot be answered as it stands. The answer says what to change."
    )
    meaning_zh = "查询书写无误，但照此无法回答。错误信息说明应如何修改。"


class QuerySyntaxError(QueryError):
    """A query that does not parse: `extra` has `line` and `column` (both from 1) where known."""

    slug = "query-syntax"
    title_en = "The query has a syntax error"
    title_zh = "查询语法错误"
    meaning_en = (
        "The query is not SPARQL as its grammar has it. The answer gives the "
        "line and the column, both from 1."
    )
    meaning_zh = "查询不符合 SPARQL 语法。错误信息给出行号和列号，均从 1 起。"


class QueryForbidden(QueryError):
    """A query that asks for something switched off here, such as SERVICE."""

    status = 403
    slug = "query-forbidden"
    title_en = "The query asks for something that is switched off"
    title_zh = "查询使用了已关闭的功能"
    meaning_en = "The query asks for something that is switched off here, such as SERVICE."
    meaning_zh = "查询使用了此处已关闭的功能，例如 SERVICE。"


class QueryTooComplex(QueryError):
    """A query past a bound on length or nesting: `extra` has `limit` and `value`."""

    slug = "query-too-complex"
    title_en = "The query is too long or too deeply nested"
    title_zh = "查询过长或嵌套过深"
    meaning_en = (
        "The query is longer, or nested more deeply, than the service takes. The answer gives the limit."
    )
    meaning_zh = "查询的长度或嵌套深度超过服务的上限。错误信息给出该上限。"


class ResultTooLarge(QueryError):
    """An answer past a bound on its rows or bytes: `extra` has `limit` and `unit` (`rows` or `bytes`)."""

    slug = "result-too-large"
    title_en = "The answer is too large"
    title_zh = "结果过大"
    meaning_en = "The answer has more rows or bytes than the service sends. LIMIT makes it smaller."
    meaning_zh = "结果的行数或字节数超过服务的上限。可用 LIMIT 缩小结果。"


class UpdateForbidden(QueryError):
    """An update sent to a service that only reads."""

    status = 403
    slug = "update-forbidden"
    title_en = "This service is read-only"
    title_zh = "本服务为只读"
    meaning_en = "An update was sent to a service that only reads."
    meaning_zh = "向只读服务发送了更新请求。"


class EvaluationError(EgovError):
    """The engine failed while it evaluated a query."""

    slug = "evaluation-error"
    title_en = "The query failed"
    title_zh = "查询执行失败"
    meaning_en = "The engine failed while it evaluated the query. The query may be correct."
    meaning_zh = "引擎在执行查询时出错。查询本身未必有误。"


class QueryTimeout(EvaluationError):
    """The deadline passed: `extra` has `limit` in seconds."""

    status = 503
    slug = "query-timeout"
    title_en = "The query took too long"
    title_zh = "查询超时"
    meaning_en = (
        "The query was stopped when its time was up. A narrower pattern, fewer OPTIONALs or a LIMIT "
        "make it quicker; the answer gives the limit in seconds."
    )
    meaning_zh = (
        "查询到时仍未完成，已被中止。"
        "缩小匹配范围、减少 OPTIONAL 或加上 LIMIT 可以加快；错误信息给出以秒计的时限。"
    )


class QueryOutOfMemory(EvaluationError):
    """The memory limit was reached: `extra` has `limit` in bytes."""

    status = 503
    slug = "query-memory"
    title_en = "The query needs too much memory"
    title_zh = "查询占用内存过多"
    meaning_en = (
        "The query was stopped when it had used the memory that one query may take. "
        "Smaller groups, less sorting or a LIMIT need less."
    )
    meaning_zh = "查询用尽了单次查询可用的内存，已被中止。减少分组、排序或加上 LIMIT 可以降低占用。"


class EvaluatorCrashed(EvaluationError):
    """The process that evaluated the query died."""

    slug = "evaluator-crashed"
    title_en = "The query stopped the process that evaluated it"
    title_zh = "查询使其执行进程中止"
    meaning_en = (
        "The process that evaluated the query ended before it had answered. Other queries are not concerned."
    )
    meaning_zh = "执行查询的进程在给出结果之前中止。其他查询不受影响。"


class ServiceBusy(EvaluationError):
    """No evaluator came free in time: `extra` has `retry_after` in seconds."""

    status = 503
    slug = "service-busy"
    title_en = "The service is busy"
    title_zh = "服务繁忙"
    meaning_en = "All that evaluate queries were occupied. The answer says how long to wait."
    meaning_zh = "所有查询进程都在忙。错误信息给出需等待的时间。"


class UpstreamFailed(EgovError):
    """Another endpoint, asked on behalf of a query or an update, did not answer as it should."""

    status = 502
    slug = "upstream-failed"
    title_en = "Another endpoint failed"
    title_zh = "外部端点出错"
    meaning_en = "Another endpoint, which the query or the update asks, did not answer as it should."
    meaning_zh = "查询或更新所访问的外部端点没有正常应答。"
