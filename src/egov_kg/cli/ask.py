"""`query` and `questions`: SPARQL from the command line, always evaluated in a child process."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egov_kg import formats
from egov_kg.cli.bilingual import Example, Session, command, option
from egov_kg.cli.console import is_terminal, remark, waiting
from egov_kg.cli.options import OUTPUT, RELEASE, STORE
from egov_kg.cli.output import write, write_line
from egov_kg.cli.tables import in_language, listing, table
from egov_kg.errors import NotFound, SourceError, UsageError
from egov_kg.namespaces import shrink
from egov_kg.sparql.protocol import GRAPH_FORMS, Form, Operation

if TYPE_CHECKING:
    from egov_kg.release.registry import Release
    from egov_kg.store.answering import Answering

_ROWS = ("table", "json", "xml", "csv", "tsv")
_GRAPHS = ("ttl", "nt", "jsonld", "rdfxml", "trig")

_FORMAT = option(
    "--format",
    "format_",
    type=click.Choice(_ROWS + _GRAPHS),
    en="How to write the answer. Default: a table on a terminal, TSV in a pipe; Turtle for a graph.",
    zh="答案的格式。默认：终端中为表格，管道中为 TSV；图为 Turtle。",
)


@command(
    "query",
    en="""
Answer a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT or DESCRIBE).

It is evaluated in a process of its own, which has a deadline and, on Linux, a memory limit and can open no
file and no connection. Without FROM, the default graph is the union of all graphs but the derived one.
""",
    zh="""
回答一个 SPARQL 1.1 查询
（SELECT、ASK、CONSTRUCT 或 DESCRIBE）。

查询在独立进程中执行：限时，不能访问文件与网络；
在 Linux 上还限内存。
不写 FROM 时，默认图为除推算图之外所有图的并集。
""",
    arguments={"FILE": ("The query; - reads standard input.", "查询文件；- 为标准输入。")},
    examples=(
        Example("egov-kg query pilots.rq", "Show the answer as a table", "以表格显示结果"),
        Example("egov-kg query pilots.rq --format csv -o pilots.csv", "Keep it as CSV", "存为 CSV"),
        Example(
            "echo 'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }' | egov-kg query -",
            "Ask from a pipe",
            "从管道读取查询",
        ),
        Example("egov-kg query slow.rq --timeout 120", "Give a long query two minutes", "允许运行两分钟"),
        Example(
            "egov-kg query pilots.rq --store http://127.0.0.1:7878/query",
            "Have an engine answer that a release was pushed to",
            "由已推送版本的引擎回答",
        ),
    ),
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@_FORMAT
@RELEASE
@STORE
@OUTPUT
@option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True, max=86_400),
    en="Deadline; else $EGOV_KG_QUERY_TIMEOUT, else 30.",
    zh="时限（秒）；默认取 $EGOV_KG_QUERY_TIMEOUT，再取 30。",
)
@click.pass_obj
def query(
    session: Session,
    file: Path,
    format_: str | None,
    release: str,
    output: Path | None,
    timeout: float | None,
) -> None:
    """Answer the query in a file."""
    if timeout is not None:
        session.settings = replace(session.settings, query_timeout=timeout)
    _answer(session, _read(file), release, format_, output)


@command(
    "questions",
    en="""
List the competency questions, or answer one.

Each is a SPARQL query in queries/ with a tested answer: what the graph was made to be asked, and examples to
start from.
""",
    zh="""
列出能力问题，或回答其中之一。

每个问题都是 queries/ 中的一个 SPARQL 查询，答案经过测试：
既是图谱的设计目标，也是编写查询的范例。
""",
    arguments={
        "[NAME]": ("The question, or the beginning of its name.", "问题的名称或其开头。"),
    },
    examples=(
        Example("egov-kg questions", "List them", "列出全部"),
        Example("egov-kg questions pilots", "Answer one", "回答一个"),
        Example("egov-kg questions pilots --sparql", "Show its query, to change it", "显示其查询，以便修改"),
    ),
)
@click.argument("name", required=False)
@option("--sparql", is_flag=True, en="Show the query itself.", zh="显示查询本身。")
@_FORMAT
@RELEASE
@STORE
@OUTPUT
@click.pass_obj
def questions(
    session: Session, name: str | None, sparql: bool, format_: str | None, release: str, output: Path | None
) -> None:
    """List the questions or answer one."""
    from egov_kg.resources import find_sources
    from egov_kg.sparql.queries import find_question, load_questions

    known = load_questions(find_sources())
    if name is None:
        if sparql or format_ or output:
            raise UsageError("Name a question to show or answer.", "请给出问题的名称。")
        columns = (session.say("name", "名称"), session.say("question", "问题"))
        listing(columns, [(q.name, q.question(session.lang)) for q in known], session)
        return
    question = find_question(known, name)
    if sparql:
        write([question.text.encode()], output)
        return
    if is_terminal() and output is None:
        remark(f"{question.title(session.lang)}\n{question.question(session.lang)}")
    _answer(session, question.text, release, format_, output, one_language=True)


def _read(file: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise NotFound(
            f"Cannot read {file}: {error.strerror}.", f"无法读取 {file}：{error.strerror}。"
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{file} is not UTF-8 (byte {error.start}).", f"{file} 不是 UTF-8（第 {error.start} 字节）。"
        ) from error


def _release(session: Session, wanted: str) -> Release:
    from egov_kg.release.chosen import registry_of

    return registry_of(session.settings).get(wanted)


def _answer(
    session: Session,
    text: str,
    release: str,
    name: str | None,
    output: Path | None,
    *,
    one_language: bool = False,
) -> None:
    """Evaluate a query in a child process and write the answer.

    Args:
        session: settings and language.
        text: the query.
        release: what is asked, as a registry knows it.
        name: the format, None for the one that fits.
        output: the file to write to, None for standard output.
        one_language: leave out of a table what a column in the session's language says, too.
    """
    from egov_kg.sparql.guard import inspect

    form = inspect(text).form
    graph = form in GRAPH_FORMS
    drawn = name == "table" or (name is None and is_terminal() and output is None and not graph)
    if form is None:
        name = output = None  # it is no query: the evaluator says what is wrong with it
    elif name is not None and name not in (_GRAPHS if graph else _ROWS):
        raise _misfit(form, f"--format {name}")
    if name == "table" and output is not None:
        raise UsageError(
            "A table is only drawn on standard output: choose another --format for a file.",
            "table 只用于标准输出：写入文件请另选 --format。",
        )
    syntax = formats.JSON if drawn else _syntax(name, output, form)
    with _pieces(session, text, release, syntax.media_type) as pieces:
        if not drawn:
            write(pieces, output)
            return
        answer = json.loads(b"".join(pieces))
    if "boolean" in answer:
        write_line(session.say("yes", "是") if answer["boolean"] else session.say("no", "否"))
        return
    names = answer["head"]["vars"]
    columns = in_language(names, session.lang) if one_language else names
    rows = [[_cell(row.get(column)) for column in columns] for row in answer["results"]["bindings"]]
    table([f"?{column}" for column in columns], rows, session)
    if len(columns) < len(names):
        remark(
            session.say(
                "Columns in Chinese are left out: --lang zh shows them, --format csv shows all.",
                "英文各列未显示：用 --lang en 可见，用 --format csv 可得全部。",
            )
        )


def _syntax(name: str | None, output: Path | None, form: Form | None) -> formats.Syntax:
    """What was asked for, else what the suffix of the output says, else Turtle or TSV.

    Raises:
        UsageError: the suffix is that of a format for queries of another form.
    """
    known, default = (formats.RDF, formats.TURTLE) if form in GRAPH_FORMS else (formats.RESULTS, formats.TSV)
    if name is not None:
        return formats.by_name(name, known)
    suffix = output.suffix[1:] if output is not None else ""
    found = formats.find(suffix, known) if suffix else None
    if form is not None and found is None and suffix and formats.find(suffix):
        raise _misfit(form, str(output))
    return found or default


def _misfit(form: Form, what: str) -> UsageError:
    """The error of a format or file name that is for queries of another form."""
    rows, graphs = ", ".join(_ROWS), ", ".join(_GRAPHS)
    return UsageError(
        f"{what} does not fit, as the query is {'an' if form == 'ASK' else 'a'} {form}. "
        f"A CONSTRUCT or DESCRIBE is written as {graphs}; a SELECT or ASK as {rows}.",
        f"{what} 不适用于 {form} 查询。"
        f"CONSTRUCT 与 DESCRIBE 的格式为 {graphs}；SELECT 与 ASK 的格式为 {rows}。",
    )


@contextmanager
def _pieces(session: Session, text: str, release: str, media_type: str) -> Iterator[Iterator[bytes]]:
    with _store(session, release) as store:
        with waiting(session, "Asking ...", "查询中……"):
            pieces = store.respond(Operation(text), media_type)
        yield pieces


def _store(session: Session, release: str) -> Answering:
    """What answers: a process with the release, or an engine that holds it."""
    from egov_kg.store.evaluators import Evaluators
    from egov_kg.store.remote import Remote

    settings = replace(session.settings, evaluators=1)
    if settings.is_remote:
        return Remote(None if release == "current" else release, settings)
    found = _release(session, release)
    return Evaluators(found.nquads, found.dataset, settings)


def _cell(term: Mapping[str, Any] | None) -> str:
    """A term of SPARQL 1.1 Query Results JSON (section 3.2.2) for people, its IRI with a prefix."""
    if term is None:
        return ""
    value = str(term["value"])
    return shrink(value) if term["type"] == "uri" else value
