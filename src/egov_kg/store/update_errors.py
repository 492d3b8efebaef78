"""What goes wrong in one operation of an update, in words and with its place in the whole request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from egov_kg.errors import QuerySyntaxError, UsageError
from egov_kg.sparql.updates import UpdateOperation
from egov_kg.store.engine import failures
from egov_kg.store.syntax_errors import parse_update, syntax_error


@contextmanager
def problems(operation: UpdateOperation) -> Iterator[None]:
    """The engine's complaints about one operation, with places in the whole request."""
    with failures():
        try:
            yield
        except SyntaxError as error:
            raise _placed(operation, error) from None
        except RuntimeError as error:
            if operation.target is None:
                raise
            raise _existence(operation, error) from None


def _placed(operation: UpdateOperation, error: SyntaxError) -> QuerySyntaxError:
    found = syntax_error(operation.text, error, parse_update)
    if "line" not in found.extra:
        return found
    at, at_zh = "Line {}, column {}", "第 {} 行第 {} 列"
    before = found.extra["line"], found.extra["column"]
    line, column = after = operation.place(*before)
    return QuerySyntaxError(
        found.detail.replace(at.format(*before), at.format(*after), 1),
        found.detail_zh.replace(at_zh.format(*before), at_zh.format(*after), 1),
        **found.extra | {"line": line, "column": column},
    )


def _existence(operation: UpdateOperation, error: RuntimeError) -> UsageError:
    """A graph is there that should not be, or the other way round (section 3.2)."""
    graph = f"<{operation.target.iri}>" if operation.target else ""
    where, where_zh = f"Line {operation.line}: ", f"第 {operation.line} 行："
    if operation.kind == "CREATE":
        return UsageError(
            f"{where}the graph {graph} exists already. CREATE SILENT accepts that.",
            f"{where_zh}图 {graph} 已存在。可用 CREATE SILENT 忽略。",
        )
    return UsageError(
        f"{where}{str(error)[:1].lower()}{str(error)[1:]}. {operation.kind} SILENT accepts that.",
        f"{where_zh}图 {graph} 不存在。可用 {operation.kind} SILENT 忽略。",
    )


def default_is_union(where: str = "", where_zh: str = "") -> UsageError:
    """What to say to who writes to the default graph of a release."""
    return UsageError(
        f"{where}the default graph of a release is the union of its graphs and cannot be written. Name the "
        "graph: GRAPH <...>, WITH <...>, INTO GRAPH <...>, or graph=... in the URL.",
        f"{where_zh}发布版本的默认图是各图的并集，不能写入。请指明图：GRAPH <...>、WITH <...>、"
        "INTO GRAPH <...>，或网址中的 graph=...。",
    )
