"""SERVICE, for endpoints that the operator lists: asked by us, before the query is evaluated.

An evaluator has no network and gets none. Each SERVICE clause is asked of its endpoint on its own, and its
solutions take its place as VALUES, which is what the clause means (SPARQL 1.1 Federated Query, section 4).
`docs/decisions/20261122-federation.md` has the reasons.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from egov_kg.errors import EgovError, QueryForbidden, QueryTimeout, QueryTooComplex, ServiceBusy, UsageError
from egov_kg.settings import Settings
from egov_kg.sparql.protocol import QUERY_TYPE, Operation
from egov_kg.sparql.service_clauses import ServiceClause, service_clauses
from egov_kg.store.addresses import Target, addresses, target
from egov_kg.store.http_client import exchange, failed
from egov_kg.store.values import NotATerm, term

MOST_CLAUSES: Final = 8
"""SERVICE clauses that a query may have."""

MOST_ROWS: Final = 50_000
"""Solutions that an endpoint may answer to one clause."""

MOST_BYTES: Final = 8 * 1024 * 1024
"""Bytes that it may answer."""

MOST_AT_ONCE: Final = 4
"""Queries that wait for other endpoints at a time: each holds a thread of the service while it does."""

_RETRY_SECONDS: Final = 5
_ASKING: Final = threading.BoundedSemaphore(MOST_AT_ONCE)
_RESULTS: Final = "application/sparql-results+json"
_GENID: Final = "https://w3id.org/egov-kg/.well-known/genid/"
_LONGEST: Final = 200


def expand(operation: Operation, settings: Settings) -> Operation:
    """The operation with VALUES in the place of each SERVICE clause. Waits for the endpoints.

    A blank node of an answer becomes an IRI that is new each time (RDF 1.1 Concepts, section 3.5), since
    VALUES has none: it joins with nothing but itself, and `isBlank` is false.

    Args:
        operation: a query that parses and uses SERVICE.
        settings: `service_allow` lists the endpoints, by their whole URL.

    Returns:
        It, with as much of its time as is left.

    Raises:
        QueryForbidden: an endpoint that is not listed, whether SILENT or not; or see `service_clauses`.
        QueryTooComplex: too many clauses.
        QueryTimeout: the query's time was used up by endpoints.
        UpstreamFailed: an endpoint failed, was too slow, or did not answer with solutions.
        ServiceBusy: as many queries as may are waiting for endpoints already.
    """
    granted = min(settings.query_timeout, operation.timeout or settings.query_timeout)
    deadline = time.monotonic() + granted
    clauses = service_clauses(operation.query)
    if len(clauses) > MOST_CLAUSES:
        raise QueryTooComplex(
            f"The query has {len(clauses)} SERVICE clauses; at most {MOST_CLAUSES} are taken. "
            "Use several queries.",
            f"查询有 {len(clauses)} 个 SERVICE 子句，最多接受 {MOST_CLAUSES} 个。请拆成多次查询。",
            limit=MOST_CLAUSES,
            value=len(clauses),
        )
    targets = [_allowed(clause, settings.service_allow) for clause in clauses]
    parts, end = [], 0
    with _turn():
        for clause, place in zip(clauses, targets, strict=True):
            parts += [operation.query[end : clause.start], _solutions(clause, place, deadline)]
            end = clause.end
    left = deadline - time.monotonic()
    if left <= 0:
        raise QueryTimeout(
            f"The endpoints that SERVICE names used up the query's {granted:g} s. Ask them for less.",
            f"SERVICE 所指的端点用尽了查询的 {granted:g} 秒。请缩小对它们的查询范围。",
            limit=granted,
        )
    return operation._replace(query="".join([*parts, operation.query[end:]]), timeout=left)


@contextmanager
def _turn() -> Iterator[None]:
    # Nobody waits for a turn: who waits would hold a thread, too.
    if not _ASKING.acquire(blocking=False):
        raise ServiceBusy(
            f"{MOST_AT_ONCE} queries with SERVICE are waiting for other endpoints already; queries without "
            "it are answered. Try again later.",
            f"已有 {MOST_AT_ONCE} 个含 SERVICE 的查询在等待其他端点；不含 SERVICE 的查询不受影响。"
            "请稍后再试。",
            retry_after=_RETRY_SECONDS,
        )
    try:
        yield
    finally:
        _ASKING.release()


def _allowed(clause: ServiceClause, allow: tuple[str, ...]) -> Target:
    try:
        place = target(clause.endpoint)
        if place in {target(listed) for listed in allow}:
            return place
    except UsageError:
        pass
    where = f"Line {clause.line}, column {clause.column}"
    raise QueryForbidden(
        f"{where}: the endpoint {clause.endpoint} is not on the list of those that this service asks. Ask it "
        "yourself, and bring its values in with VALUES; or have whoever runs the service add it to "
        "EGOV_KG_SERVICE_ALLOW.",
        f"第 {clause.line} 行第 {clause.column} 列：端点 {clause.endpoint} 不在本服务可访问的列表中。"
        "请自行查询后用 VALUES 引入其结果，或请服务的运行者将其加入 EGOV_KG_SERVICE_ALLOW。",
        line=clause.line,
        column=clause.column,
        endpoint=clause.endpoint,
    )


def _solutions(clause: ServiceClause, place: Target, deadline: float) -> str:
    """A group of VALUES: what an endpoint answers to a clause. Has no line breaks."""
    try:
        left = deadline - time.monotonic()
        found = addresses(place, trusted=True, timeout=left)
        answer = exchange(
            place,
            found,
            deadline=deadline,
            most_bytes=MOST_BYTES,
            headers={"Accept": _RESULTS, "Content-Type": QUERY_TYPE},
            body=clause.query.encode(),
        )
        if answer.status != 200:
            raise failed(place, f"it answered {answer.status}", f"对方返回 {answer.status}")
        return _values(answer.body, clause.variables)
    except _NotResults as error:
        if clause.silent:
            return "{}"
        raise failed(
            place, f"its answer is no SPARQL result: {error}", f"其结果不是 SPARQL 结果：{error}"
        ) from None
    except EgovError:
        if clause.silent:
            return "{}"
        raise


class _NotResults(Exception):
    """An answer is no SPARQL 1.1 Query Results JSON of solutions; the text says why."""


def _values(body: bytes, known: frozenset[str]) -> str:
    try:
        document: Any = json.loads(body)
        names = [name for name in document["head"]["vars"] if name in known]
        rows = document["results"]["bindings"]
        if not isinstance(rows, list):
            raise TypeError("bindings is no list")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _NotResults(str(error)[:_LONGEST] or type(error).__name__) from None
    if len(rows) > MOST_ROWS:
        raise _NotResults(f"{len(rows)} rows, more than {MOST_ROWS}")
    names = list(dict.fromkeys(names))
    blanks: dict[str, str] = {}
    try:
        lines = [f"({' '.join(_row(row, names, blanks))})" for row in rows]
    except (NotATerm, TypeError, AttributeError) as error:
        raise _NotResults(str(error)[:_LONGEST]) from None
    return f"{{ VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(lines)} }} }}"


def _row(row: Mapping[str, Any], names: list[str], blanks: dict[str, str]) -> Iterator[str]:
    for name in names:
        value = row.get(name)
        if value is None:
            yield "UNDEF"
        elif value.get("type") == "bnode":
            label = str(value.get("value"))
            yield blanks.setdefault(label, f"<{_GENID}{uuid.uuid4().hex}>")
        else:
            yield term(value)
