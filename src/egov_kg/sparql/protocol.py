"""SPARQL 1.1 Protocol, section 2: an HTTP request as an `Operation` or an `Update`.

No input or output happens here.
"""

from __future__ import annotations

import math
from typing import Final, Literal, NamedTuple

from egov_kg.errors import MethodNotAllowed, UnsupportedMediaType, UsageError
from egov_kg.sparql.changes import Update
from egov_kg.sparql.forms import Parameters, parameters
from egov_kg.sparql.iris import is_absolute_iri
from egov_kg.sparql.updates import require_absolute
from egov_kg.sparql.utf8 import require_plain_utf8, text

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

GRAPH_FORMS: Final[tuple[Form, ...]] = ("CONSTRUCT", "DESCRIBE")
"""Forms of a query whose answer is a graph."""

FORM_TYPE: Final = "application/x-www-form-urlencoded"
QUERY_TYPE: Final = "application/sparql-query"
UPDATE_TYPE: Final = "application/sparql-update"
BODY_TYPES: Final = (FORM_TYPE, QUERY_TYPE, UPDATE_TYPE)
"""Media types that a POST may carry (Accept-Post)."""

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST")

FORMAT_PARAMETERS: Final = ("format", "output", "results")
"""Names under which clients put the wanted format into the URL; not part of the Protocol."""


class Operation(NamedTuple):
    """One query to answer.

    Attributes:
        query: the text.
        default_graphs: `default-graph-uri` parameters; they override FROM (Protocol, section 2.1.4).
        named_graphs: `named-graph-uri` parameters; they override FROM NAMED.
        timeout: seconds the client is ready to wait, if it said so; never more than the service's own.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    timeout: float | None = None


class HttpRequest(NamedTuple):
    """What the Protocol looks at in an HTTP request.

    Attributes:
        method: GET, HEAD or POST.
        query_string: bytes after `?`, still percent-encoded.
        content_type: the Content-Type header, None if absent.
        content_encoding: the Content-Encoding header, None if absent.
        body: the content.
    """

    method: str
    query_string: bytes = b""
    content_type: str | None = None
    content_encoding: str | None = None
    body: bytes = b""


class Query(NamedTuple):
    """A request understood.

    Attributes:
        operation: what to evaluate.
        formats: wishes for a syntax from the URL or form, in the order of `FORMAT_PARAMETERS`.
    """

    operation: Operation
    formats: tuple[str, ...] = ()


def parse(request: HttpRequest, *, max_timeout: float) -> Query:
    """Read a query operation (Protocol, section 2.1).

    Args:
        request: the HTTP request.
        max_timeout: seconds the service grants at most.

    Raises:
        UsageError: no query, several, or a parameter or body that cannot be read.
        UnsupportedMediaType: a body of another type, charset or encoding.
        MethodNotAllowed: a method that the Protocol has no operation for, or an update by GET.
    """
    if request.method in ("GET", "HEAD"):
        values = parameters(request.query_string)
        if "update" in values and "query" not in values:
            raise MethodNotAllowed(
                f"An update is sent by POST, as the form field update or as a body of type {UPDATE_TYPE}.",
                f"更新须用 POST 发送：放在表单字段 update 中，或作为类型为 {UPDATE_TYPE} 的请求体。",
                allowed=list(METHODS),
            )
        return _query(values, max_timeout)
    if request.method != "POST":
        raise MethodNotAllowed(
            f"{request.method} is no operation of the SPARQL Protocol: use GET or POST.",
            f"SPARQL 协议没有 {request.method} 操作：请用 GET 或 POST。",
            allowed=list(METHODS),
        )
    media_type = _body_type(request)
    in_url = parameters(request.query_string)
    if media_type == UPDATE_TYPE:
        raise _both()
    if media_type == QUERY_TYPE:
        if "query" in in_url:
            raise UsageError(
                "There is a query in the URL and another in the body: send one.",
                "URL 与请求体中各有一个查询：请只发送一个。",
            )
        return _query({**in_url, "query": [text(request.body)]}, max_timeout)
    # Section 2.1.2 puts everything into the body; what clients add to the URL is taken as if it were there.
    return _query(_merged(in_url, parameters(request.body)), max_timeout)


def is_update(request: HttpRequest) -> bool:
    """Whether a request is an update operation (Protocol, section 2.2) and no query operation.

    Raises:
        UsageError: a form that cannot be read.
        UnsupportedMediaType: a body of a type that neither operation has.
    """
    if request.method != "POST":
        return False
    match _body_type(request):
        case "application/sparql-update":
            return True
        case "application/x-www-form-urlencoded":
            values = _merged(parameters(request.query_string), parameters(request.body))
            return "update" in values and "query" not in values
        case _:
            return False


def parse_update(request: HttpRequest) -> Update:
    """Read an update operation (Protocol, section 2.2): a request that `is_update`.

    Raises:
        UsageError: no update in the body, several, one besides a query, graphs that are no absolute IRIs,
            or given under the names of the query operation. Whether the text names graphs as well (section
            2.2.3) is seen where it is applied.
        UnsupportedMediaType: a body of another type, charset or encoding.
    """
    in_url = parameters(request.query_string)
    if "update" in in_url:
        raise UsageError(
            "The update is in the URL: send it in the body, by itself or as the form field update.",
            "更新写在了 URL 中：请放入请求体，或作为表单字段 update 发送。",
        )
    values: Parameters = in_url
    if _body_type(request) == UPDATE_TYPE:
        update_text = text(request.body)
    else:
        values = _merged(in_url, parameters(request.body))
        update_text = _single(values, "update") or ""
    if "query" in values:
        raise _both()
    for name in ("default-graph-uri", "named-graph-uri", "asOf"):
        if name in values:
            raise UsageError(
                f"{name} belongs to queries; an update takes using-graph-uri and using-named-graph-uri, and "
                "changes the current state.",
                f"{name} 只用于查询；更新使用 using-graph-uri 和 using-named-graph-uri，且只改变当前状态。",
                parameter=name,
            )
    update = Update(update_text, _graphs(values, "using-graph-uri"), _graphs(values, "using-named-graph-uri"))
    # The text is taken apart where it is applied, in a process of its own: it may be long.
    require_absolute((*update.using, *update.using_named))
    return update


def _merged(one: Parameters, other: Parameters) -> Parameters:
    return {name: [*one.get(name, ()), *other.get(name, ())] for name in {**one, **other}}


def _query(values: Parameters, max_timeout: float) -> Query:
    if "update" in values:
        raise _both()
    query = _single(values, "query")
    if query is None or not query.strip():
        raise UsageError(
            "There is no query: send one as ?query=, as the form field query, "
            f"or as a body of type {QUERY_TYPE}.",
            f"没有查询：请用 ?query=、表单字段 query，或类型为 {QUERY_TYPE} 的请求体发送。",
        )
    operation = Operation(
        query=query,
        default_graphs=_graphs(values, "default-graph-uri"),
        named_graphs=_graphs(values, "named-graph-uri"),
        timeout=_timeout(values, max_timeout),
    )
    return Query(operation, tuple([v for name in FORMAT_PARAMETERS for v in values.get(name, ()) if v]))


def _single(values: Parameters, name: str) -> str | None:
    found = values.get(name, ())
    if len(found) > 1:
        raise UsageError(
            f"The parameter {name} is given {len(found)} times: give it once.",
            f"参数 {name} 出现了 {len(found)} 次：请只给一次。",
        )
    return found[0] if found else None


def _graphs(values: Parameters, name: str) -> tuple[str, ...]:
    if name not in values:
        return ()
    found = tuple(dict.fromkeys(values[name]))
    for iri in found:
        if not is_absolute_iri(iri):
            raise UsageError(
                f"{name}={iri!r} is not an absolute IRI.", f"{name}={iri!r} 不是绝对 IRI。", parameter=name
            )
    return found


def _timeout(values: Parameters, most: float) -> float | None:
    text = _single(values, "timeout")
    if text is None or text == "":
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise UsageError(
            f"timeout={text!r} is not a positive number of seconds.",
            f"timeout={text!r} 不是正的秒数。",
            parameter="timeout",
        )
    return min(seconds, most)


def _body_type(request: HttpRequest) -> str:
    header = request.content_type or ""
    media_type = header.partition(";")[0].strip().lower()
    supported = list(BODY_TYPES)
    if media_type not in BODY_TYPES:
        raise UnsupportedMediaType(
            f"The body has the type {media_type or '(none)'}: send {' or '.join(BODY_TYPES)}.",
            f"请求体类型为 {media_type or '（无）'}：请发送 {' 或 '.join(BODY_TYPES)}。",
            supported=supported,
        )
    require_plain_utf8(header, request.content_encoding, supported, "The body", "请求体")
    return media_type


def _both() -> UsageError:
    return UsageError(
        "There is a query and an update in one request: send two requests.",
        "一个请求中既有查询又有更新：请分成两个请求发送。",
    )
