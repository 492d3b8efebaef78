"""`/graphs` and `/graph/<name>`: the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Blueprint, Response, request

from egov_kg.errors import (
    EgovError,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    SourceError,
    UsageError,
)
from egov_kg.formats import HTML, RDF
from egov_kg.release.registry import Release
from egov_kg.sparql import graph_store
from egov_kg.sparql.changes import Action, Document, GraphChange, Written
from egov_kg.sparql.graph_store import Target
from egov_kg.sparql.protocol import FORMAT_PARAMETERS, Operation
from egov_kg.web import tags, writing
from egov_kg.web.paged import PAGE, lead, negotiated, page
from egov_kg.web.pages.views import graphs
from egov_kg.web.responses import language
from egov_kg.web.server.asgi import CANCELLATION
from egov_kg.web.service import service
from egov_kg.web.streaming import streamed

if TYPE_CHECKING:
    from egov_kg.release.tokens import Author
    from egov_kg.web.service import Writer

_QUERY: Final = Path(__file__).parent / "rq" / "graph.rq"
_METHODS: Final = ["GET", "PUT", "POST", "DELETE", "PATCH"]
_TRIES: Final = 5
_IN_IRI: Final = "%/:=&?~#+!$,;'@()*[]"

blueprint = Blueprint("graph_store", __name__)


@blueprint.route("/graphs", methods=_METHODS)
@blueprint.route(f"{PAGE}/graphs", methods=["GET"])
def indirect() -> Response:
    """A graph named in the query string (section 4.2); by POST without a name, a new one (section 5.5)."""
    asked = graph_store.indirect(request.query_string)
    if asked is not None:
        return _answer(asked)
    if request.method == "POST":
        return _write(graph_store.mint())
    if request.method == "PATCH":
        raise _no_patch()
    if request.method in ("GET", "HEAD") and not request.query_string:
        return lead("/datasets")  # it lists the graphs
    raise UsageError(
        "Name a graph: ?graph=<iri>, or ?default.",
        "请指定一个图：?graph=<iri> 或 ?default。",
        parameter="graph",
    )


@blueprint.route("/graph/<path:name>", methods=_METHODS)
@blueprint.route(f"{PAGE}/graph/<path:name>", methods=["GET"])
def direct(name: str) -> Response:
    """A graph at its own address (section 4.1)."""
    return _answer(graph_store.direct(name))


def _answer(target: Target) -> Response:
    if request.method in ("GET", "HEAD"):
        return _read(target)
    if request.method == "PATCH":
        raise _no_patch()
    return _write(target)


def _no_patch() -> MethodNotAllowed:
    return MethodNotAllowed(
        "PATCH is not taken here: change parts of a graph by a SPARQL update at /sparql.",
        "此处不支持 PATCH：要修改图的一部分，请向 /sparql 发送 SPARQL 更新。",
        allowed=list(graph_store.METHODS),
    )


def _read(target: Target) -> Response:
    """The triples of a graph (section 5.2)."""
    here, graph = service(), target.graph
    if graph is not None and graph not in here.release.graphs:
        raise _absent(graph)
    hints = [value for name in FORMAT_PARAMETERS for value in request.args.getlist(name)]
    syntax = negotiated((*RDF, HTML), hints)
    if syntax == HTML:
        return _page(graph)

    def made() -> Response:
        operation = Operation(_QUERY.read_text(encoding="utf-8"), (graph,) if graph is not None else ())
        cancellation = request.environ.get(CANCELLATION)
        response = streamed(here.store.respond(operation, syntax.canonical.media_type, cancellation))
        response.content_type = syntax.content_type
        return response

    tag = tags.tag(here.release.id, "graph", graph or "", syntax.media_type, language())
    response = tags.revalidated(tag, made)
    response.vary.update(("Accept", "Accept-Language"))
    if graph is not None:
        response.headers["Link"] = f'<{quote(graph, safe=_IN_IRI)}>; rel="cite-as"'
    return response


def _page(graph: str | None) -> Response:
    return page("pages/graph.html", **graphs.context(graph))


def _absent(graph: str) -> NotFound:
    return NotFound(
        f"There is no graph <{graph}>: the start page lists those there are.",
        f"没有图 <{graph}>：首页列出了现有的图。",
    )


def _write(target: Target) -> Response:
    """PUT, POST and DELETE (sections 5.3 to 5.5)."""
    writer, who = writing.author()
    if target.graph is None and isinstance(service().release, Release):
        raise MethodNotAllowed(
            "The default graph here is the union of the named ones: write to one of those, by ?graph=<iri>.",
            "此处的默认图是各命名图的并集：请用 ?graph=<iri> 写入其中某个图。",
            allowed=list(graph_store.READING),
        )
    action: Action = "put" if request.method == "PUT" else "post" if request.method == "POST" else "delete"
    if "Content-Range" in request.headers:  # RFC 9110, section 14.5: a part must not pass for the whole
        raise UsageError(
            "A graph is written whole: leave out Content-Range.",
            "图只能整体写入：请去掉 Content-Range。",
            parameter="Content-Range",
        )
    documents = () if action == "delete" else _documents(target)
    written = _written(writer, who, GraphChange(action, target.graph, documents))
    response = writing.answered(written, 201 if written.created else 200, validator=action != "put")
    if written.created and target.graph is not None and (path := graph_store.path(target.graph)):
        response.headers["Location"] = path
    return response


def _written(writer: Writer, who: Author, change: GraphChange) -> Written:
    """Write under the conditions of the request; what they say of a state binds the write to that state."""
    given = writing.condition()
    for last in (False,) * (_TRIES - 1) + (True,):
        with suppress(EgovError):  # another process may have written; the writer says what is wrong
            service().editions.refresh()
        state = service().editions.current.state
        exists = change.graph is None or change.graph in state.graphs
        if change.action == "delete" and not exists and change.graph is not None:
            raise _absent(change.graph)
        new, old = request.headers.get("If-None-Match", ""), request.headers.get("If-Match", "")
        if (new.strip() == "*" and exists) or (old.strip() == "*" and not exists):
            raise PreconditionFailed(
                "The graph is there already." if exists else "The graph is not there.",
                "该图已存在。" if exists else "该图不存在。",
                release=state.id,
            )
        bound = "*" in (new.strip(), old.strip())
        try:
            return writing.write(
                writer, change, who, frozenset((state.id,)) if bound and given is None else given
            )
        except PreconditionFailed:
            if given is not None or not bound or last:
                raise
        except SourceError as error:
            raise UsageError(error.detail, error.detail_zh, **error.extra) from error
    raise AssertionError("the last try returns or raises")


def _documents(target: Target) -> tuple[Document, ...]:
    base = target.graph or request.base_url
    encoding = request.headers.get("Content-Encoding")
    if request.mimetype != graph_store.MULTIPART:
        content = request.get_data(cache=False)
        return (graph_store.document(content, request.headers.get("Content-Type"), encoding, base),)
    request.max_form_parts = 1000
    if request.form:
        name = next(iter(request.form))
        raise UsageError(
            f"The part {name!r} has no file name: send each file as a file.",
            f"{name!r} 部分没有文件名：请将每个文件作为文件上传。",
        )
    files = [file for _, file in request.files.items(multi=True)]
    if not files:
        raise UsageError("There is no file in the form.", "表单中没有文件。")
    return tuple(
        graph_store.document(
            file.read(), file.headers.get("Content-Type"), encoding, base, file.filename or ""
        )
        for file in files
    )
