"""SPARQL 1.1 Protocol, section 2: an HTTP request as an `Operation`. No input or output happens here."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl

from egov_kg.errors import MethodNotAllowed, UnsupportedMediaType, UpdateForbidden, UsageError

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

FORM_TYPE: Final = "application/x-www-form-urlencoded"
QUERY_TYPE: Final = "application/sparql-query"
UPDATE_TYPE: Final = "application/sparql-update"
BODY_TYPES: Final = (FORM_TYPE, QUERY_TYPE)
"""Media types that a POST may carry (Accept-Post)."""

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST")

FORMAT_PARAMETERS: Final = ("format", "output", "results")
"""Names under which clients put the wanted format into the URL; not part of the Protocol."""

_MAX_PARAMETERS = 1000
# RFC 3987 with its exclusions of SPARQL's IRIREF (SPARQL 1.1 Query, rule 139), and a scheme.
_ABSOLUTE_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Operation:
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


@dataclass(frozen=True, slots=True)
class HttpRequest:
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


@dataclass(frozen=True, slots=True)
class Query:
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
        UpdateForbidden: an update operation (Protocol, section 2.2).
        MethodNotAllowed: a method that the Protocol has no operation for.
    """
    if request.method in ("GET", "HEAD"):
        return _query(parameters(request.query_string), max_timeout)
    if request.method != "POST":
        raise MethodNotAllowed(
            f"{request.method} is no operation of the SPARQL Protocol: use GET or POST.",
            f"SPARQL 协议没有 {request.method} 操作：请用 GET 或 POST。",
            allowed=list(METHODS),
        )
    media_type = _body_type(request)
    in_url = parameters(request.query_string)
    if "update" in in_url or media_type == UPDATE_TYPE:
        raise _read_only()
    if media_type == QUERY_TYPE:
        if "query" in in_url:
            raise UsageError(
                "There is a query in the URL and another in the body: send one.",
                "URL 与请求体中各有一个查询：请只发送一个。",
            )
        return _query({**in_url, "query": [_text(request.body, "body", "请求体")]}, max_timeout)
    form = parameters(request.body)
    # Section 2.1.2 puts everything into the body; what clients add to the URL is taken as if it were there.
    merged = {name: [*in_url.get(name, ()), *form.get(name, ())] for name in {**in_url, **form}}
    return _query(merged, max_timeout)


def parameters(encoded: bytes) -> dict[str, list[str]]:
    """The parameters of a query string or form, as UTF-8; several values of one name keep their order.

    Raises:
        UsageError: percent-encoding that is not UTF-8, or too many parameters.
    """
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except UnicodeDecodeError:
        raise UsageError(
            "The parameters are not UTF-8: percent-encode UTF-8.",
            "参数不是 UTF-8：请对 UTF-8 作百分号编码。",
        ) from None
    except ValueError:
        raise UsageError(
            f"More than {_MAX_PARAMETERS} parameters.", f"参数多于 {_MAX_PARAMETERS} 个。"
        ) from None
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def is_absolute_iri(text: str) -> bool:
    """Whether a text can stand as an IRI with a scheme."""
    return _ABSOLUTE_IRI.fullmatch(text) is not None


def _query(values: Parameters, max_timeout: float) -> Query:
    if "update" in values:
        raise _read_only()
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
    return Query(operation, tuple(v for name in FORMAT_PARAMETERS for v in values.get(name, ()) if v))


def _single(values: Parameters, name: str) -> str | None:
    found = values.get(name, ())
    if len(found) > 1:
        raise UsageError(
            f"The parameter {name} is given {len(found)} times: give it once.",
            f"参数 {name} 出现了 {len(found)} 次：请只给一次。",
        )
    return found[0] if found else None


def _graphs(values: Parameters, name: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(values.get(name, ())))
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
    media_type, _, rest = header.partition(";")
    media_type = media_type.strip().lower()
    supported = list(BODY_TYPES)
    if media_type not in (*BODY_TYPES, UPDATE_TYPE):
        raise UnsupportedMediaType(
            f"The body has the type {media_type or '(none)'}: send {' or '.join(BODY_TYPES)}.",
            f"请求体类型为 {media_type or '（无）'}：请发送 {' 或 '.join(BODY_TYPES)}。",
            supported=supported,
        )
    for parameter in rest.split(";"):
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType(
                f"The body has the charset {charset}: send UTF-8.",
                f"请求体的字符集为 {charset}：请发送 UTF-8。",
                supported=supported,
            )
    encoding = (request.content_encoding or "identity").strip().lower()
    if encoding != "identity":
        raise UnsupportedMediaType(
            f"The body is encoded as {encoding}: send it as it is.",
            f"请求体的编码为 {encoding}：请不作压缩直接发送。",
            supported=supported,
        )
    return media_type


def _text(body: bytes, what: str, what_zh: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The {what} is not UTF-8 (byte {error.start}).",
            f"{what_zh}不是 UTF-8（第 {error.start} 字节）。",
        ) from None


def _read_only() -> UpdateForbidden:
    return UpdateForbidden(
        "Updates are not accepted here: the data change only by a new release.",
        "此处不接受更新：数据只随新的发布版本而变。",
    )
