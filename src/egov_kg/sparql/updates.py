"""SPARQL 1.1 Update requests taken apart: one text for each operation (sections 3 and 19.8, rules 29 to 48).

What stands between braces is left to the engine, which knows best what is wrong there. All else is read here:
which kind of operation it is, which graphs and documents it names, where it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from egov_kg.errors import UsageError
from egov_kg.sparql.iris import is_absolute_iri
from egov_kg.sparql.prologue import Prologue
from egov_kg.sparql.tokens import place, tokens
from egov_kg.sparql.update_parts import Lines, Reader, parts, syntax

Management = Literal["LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"]
Kind = Literal["INSERT DATA", "DELETE DATA", "DELETE WHERE", "MODIFY"] | Management

_BEGINNINGS: Final = (
    "INSERT",
    "DELETE",
    "WITH",
    "LOAD",
    "CLEAR",
    "DROP",
    "CREATE",
    "ADD",
    "MOVE",
    "COPY",
)
_LINE_BREAKS: Final = {ord("\n"): "\\n", ord("\r"): "\\r"}


@dataclass(frozen=True, slots=True)
class Graphs:
    """What an operation names: one graph, or a kind of graphs (rules 45 to 47).

    Attributes:
        which: `graph` for the one called `iri`, the default graph, all named graphs, or all graphs.
        iri: absolute; empty unless `which` is `graph`.
    """

    which: Literal["graph", "default", "named", "all"]
    iri: str = ""


@dataclass(frozen=True, slots=True)
class UpdateOperation:
    """One operation of an update request.

    Attributes:
        kind: what it does; MODIFY is DELETE and INSERT with a WHERE (section 3.1.3).
        body: it alone, as written, without the declarations that hold for it.
        line, column: where it begins in the request (both from 1).
        declarations: those of the request.
        declared: how many of them hold for this operation.
        silent: SILENT is there.
        document: what LOAD loads, an absolute IRI.
        source: what ADD, MOVE and COPY take triples from.
        target: what LOAD, ADD, MOVE and COPY fill, CREATE makes, CLEAR and DROP empty.
    """

    kind: Kind
    body: str
    line: int = 1
    column: int = 1
    declarations: tuple[str, ...] = ()
    declared: int = 0
    silent: bool = False
    document: str = ""
    source: Graphs | None = None
    target: Graphs | None = None

    @property
    def text(self) -> str:
        """A request of this operation alone: on its first line the declarations, then it."""
        return f"{' '.join(self.declarations[: self.declared])}\n{self.body}"

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Where a line and column of `text` are in the request; for a declaration, where the operation is."""
        if line <= 1:
            return self.line, self.column
        return self.line + line - 2, column + (self.column - 1 if line == 2 else 0)


def operations(text: str) -> tuple[UpdateOperation, ...]:
    """The operations of an update request, in order; none for an empty one.

    Declarations hold from where they stand to the end of the request, so each operation gets those before it.

    Raises:
        QuerySyntaxError: an operation that begins as none does, a management operation with a mistake, an IRI
            that cannot be made absolute, or a blank node shared by two INSERT DATA; with `line` and `column`.
        QueryTooComplex: more than 100,000 terminals outside braces in one operation.
    """
    prologue = Prologue()
    declarations: list[str] = []
    found: list[dict[str, object]] = []
    labels: set[str] = set()
    lines = Lines(text)
    for part in parts(text):
        reader = Reader(text, part, prologue)
        declarations += reader.declarations()
        if reader.at_end:
            if part.ends_request:  # rule 29: the last semicolon, and declarations, may stand alone
                continue
            raise reader.expected("an operation", "一个操作")
        first = reader.peek()
        facts = _facts(reader)
        line, column = lines.place(first.start)
        if facts["kind"] == "INSERT DATA":
            if shared := labels & part.labels:
                raise syntax(
                    text,
                    first.start,
                    f"the blank node {min(shared)} stands in another INSERT DATA too; give it another label",
                    f"空白节点 {min(shared)} 已在另一个 INSERT DATA 中出现，请换用其他标签",
                )
            labels |= part.labels
        body = text[first.start : part.end].rstrip()
        found.append(facts | {"body": body, "line": line, "column": column, "declared": len(declarations)})
    all_declarations = tuple(declarations)
    return tuple(UpdateOperation(declarations=all_declarations, **cast("dict[str, Any]", f)) for f in found)


def with_using(text: str, using: Sequence[str], using_named: Sequence[str]) -> str:
    """A request whose patterns are matched against the graphs of the protocol (Protocol, section 2.2.3).

    Args:
        text: the request.
        using: IRIs of `using-graph-uri`.
        using_named: IRIs of `using-named-graph-uri`.

    Returns:
        The text, with USING and USING NAMED before each outermost WHERE; no line is added. Without graphs,
        the text as it is.

    Raises:
        UsageError: the request has USING, USING NAMED or WITH of its own, or a graph is no absolute IRI.
        QuerySyntaxError, QueryTooComplex: as `operations`.
    """
    if not using and not using_named:
        return text
    require_absolute((*using, *using_named))
    operations(text)  # where it is no update request, say so
    clause = "".join([f"USING <{iri}> " for iri in using] + [f"USING NAMED <{iri}> " for iri in using_named])
    pieces: list[str] = []
    done = 0
    for part in parts(text):
        words = [token for token in part.outside if token.kind == "word"]
        own = next((t for t in words if t.text.upper().startswith("USING") or t.text.upper() == "WITH"), None)
        if own is not None:
            line, column = place(text, own.start)
            raise UsageError(
                f"Line {line}, column {column}: the request has {own.text.upper()}, and the parameters "
                "using-graph-uri or using-named-graph-uri as well: use one of the two.",
                f"第 {line} 行第 {column} 列：请求中有 {own.text.upper()}，又带有参数 using-graph-uri 或 "
                "using-named-graph-uri：请只用其一。",
            )
        where = next((token for token in words if token.text.upper() == "WHERE"), None)
        if where is None:
            continue
        pieces.append(text[done : where.start])
        before = words[words.index(where) - 1].text.upper() if words.index(where) else ""
        closing = part.outside[-1]
        if before == "DELETE" and part.outside[part.outside.index(where) - 1].kind == "word":
            pattern = text[where.start + len(where.text) : closing.start + 1]
            pieces.append(_on_one_line(pattern) + " ")
        pieces.append(clause)
        done = where.start
    return "".join(pieces) + text[done:]


def require_absolute(iris: Iterable[str]) -> None:
    """See that what the protocol's parameters name can be graphs.

    Raises:
        UsageError: one is no absolute IRI.
    """
    for iri in iris:
        if not is_absolute_iri(iri):
            raise UsageError(f"{iri!r} is not an absolute IRI.", f"{iri!r} 不是绝对 IRI。")


def _facts(reader: Reader) -> dict[str, object]:
    """The kind of an operation, and what a management operation names."""
    match reader.keyword(*_BEGINNINGS):
        case "INSERT" if reader.word("DATA"):
            return {"kind": "INSERT DATA"}
        case "DELETE" if rest := reader.word("DATA", "WHERE"):
            return {"kind": f"DELETE {rest}"}
        case "INSERT" | "DELETE" | "WITH":
            return {"kind": "MODIFY"}
        case management:
            facts = {"kind": management, "silent": bool(reader.word("SILENT")), **_named(reader, management)}
            reader.end()
            return facts


def _named(reader: Reader, kind: str) -> dict[str, object]:
    if kind == "LOAD":
        document = reader.iri()
        into = reader.keyword("GRAPH") and Graphs("graph", reader.iri()) if reader.word("INTO") else None
        return {"document": document, "target": into or Graphs("default")}
    if kind == "CREATE":
        reader.keyword("GRAPH")
        return {"target": Graphs("graph", reader.iri())}
    if kind in ("CLEAR", "DROP"):
        which = reader.keyword("GRAPH", "DEFAULT", "NAMED", "ALL")
        if which == "GRAPH":
            return {"target": Graphs("graph", reader.iri())}
        return {"target": Graphs(cast("Literal['default', 'named', 'all']", which.lower()))}
    source = _graph_or_default(reader)
    reader.keyword("TO")
    return {"source": source, "target": _graph_or_default(reader)}


def _graph_or_default(reader: Reader) -> Graphs:
    if reader.word("DEFAULT"):
        return Graphs("default")
    reader.word("GRAPH")
    return Graphs("graph", reader.iri())


def _on_one_line(pattern: str) -> str:
    """A pattern without comments and line breaks."""
    written: list[str] = []
    end = 0
    for token in tokens(pattern):
        gap = " " if token.start > end else ""
        written.append(gap + token.text.translate(_LINE_BREAKS))
        end = token.start + len(token.text)
    return "".join(written).strip()
