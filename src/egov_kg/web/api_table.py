"""The table of all routes: what each is for, in both languages, what it takes and what it gives."""

from __future__ import annotations

from typing import Final

from egov_kg.formats import RDF, RESULTS
from egov_kg.publish import citations
from egov_kg.sparql import protocol
from egov_kg.web.api_model import TEXT, Operation, Parameter, Words, asked, get, in_path
from egov_kg.web.api_names import NAMES
from egov_kg.web.api_reconciliation import RECONCILIATION

_HTML: Final = "text/html"
_JSON: Final = "application/json"
_LINKS: Final = "application/link-format"
_UPDATE: Final = "application/sparql-update"
_GRAPHS: Final = tuple(syntax.media_type for syntax in RDF)
_ANSWERS: Final = (*(syntax.media_type for syntax in RESULTS), *_GRAPHS, _HTML)
_PAGES: Final = (*_GRAPHS, _HTML)

_PAST: Final = ("asOf", "acceptDatetime")
_DOCUMENT: Final = (*_PAST, "format", "lang")
_SLUG: Final = in_path("slug", "Its name", "名称")
_RELEASE: Final = in_path(
    "id",
    "A release's id, its beginning or current; or two with .. between",
    "发布版本的标识、其开头或 current；或以 .. 相连的两个",
)
_ONE_RELEASE: Final = in_path(
    "id", "A release's id, its beginning or current", "发布版本的标识、其开头或 current"
)
_FILE: Final = in_path("name", "The file's name", "文件名")
_VERSION: Final = in_path("version", "Its version", "其版本")
_NAME: Final = in_path("name", "Its name", "名称")
_GRAPH: Final = asked(
    "graph", "The IRI of a named graph", "命名图的 IRI", {"type": "string", "format": "iri"}
)
_DEFAULT: Final = asked("default", "The default graph, without a value", "默认图，不带值")
_SPARQL: Final = (
    asked(
        "default-graph-uri",
        "Graphs of the default graph",
        "默认图所含的图",
        {"type": "array", "items": TEXT},
    ),
    asked("named-graph-uri", "Named graphs", "命名图", {"type": "array", "items": TEXT}),
    asked("timeout", "Seconds to wait at most", "最多等待的秒数", {"type": "number", "exclusiveMinimum": 0}),
)
_FIGURES: Final = ("text/plain", "application/openmetrics-text")
_LISTED: Final = ("The files of the current release", "当前版本的文件")
_REFUSED: Final = ("401", "403", "409", "412", "413", "415", "422")


def _graph_store(path: str, which: tuple[Parameter, ...], suffix: str) -> tuple[Operation, ...]:
    """Graph Store HTTP Protocol, sections 5.2 to 5.7."""

    def writing(method: str, en: str, zh: str, bodies: tuple[str, ...] = ()) -> Operation:
        statuses = ("200", "204") if method in ("delete", "patch") else ("200", "201", "204")
        return Operation(
            f"{method}{suffix}",
            path,
            method,
            Words(en, zh),
            (_JSON,),
            (*which, "ifMatch"),
            statuses,
            (*_REFUSED, "405"),  # of the default graph of a release, and of PATCH
            bodies,
            True,
        )

    return (
        Operation(
            f"get{suffix}",
            path,
            "get",
            Words("Read a graph", "读取图"),
            _GRAPHS,
            (*which, *_PAST, "format"),
            ("200", "303", "304") if _GRAPH in which else ("200", "304"),
        ),
        writing("put", "Replace a graph", "替换图", _GRAPHS),
        writing("post", "Add to a graph", "并入图", _GRAPHS),
        writing("delete", "Remove a graph", "删除图"),
        writing("patch", "Change a graph by an update", "以更新修改图", (_UPDATE,)),
    )


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation(
        "start",
        "/",
        "get",
        Words("What there is here; RDF: see the VoID description", "本服务的内容；RDF 见 VoID 描述"),
        (_JSON, _HTML),
        (*_PAST, "lang"),
        ("200", "303", "304"),
    ),
    Operation(
        "query",
        "/sparql",
        "get",
        Words("SPARQL query; without one, the service description", "SPARQL 查询；不带查询时为服务描述"),
        _ANSWERS,
        (asked("query", "The query", "查询"), *_SPARQL, *_DOCUMENT),
        errors=("403", "414"),
    ),
    Operation(
        "queryOrUpdate",
        "/sparql",
        "post",
        Words("SPARQL query, or update with a token", "SPARQL 查询，或凭令牌更新"),
        _ANSWERS,
        (*_SPARQL, *_DOCUMENT, "ifMatch"),
        ("200", "204"),
        ("408", *_REFUSED),
        (protocol.QUERY_TYPE, protocol.FORM_TYPE, _UPDATE),
    ),
    *_graph_store("/graphs", (_GRAPH, _DEFAULT), "GraphByName"),
    *_graph_store("/graph/{name}", (_NAME,), "Graph"),
    *(
        Operation(
            id_,
            path,
            "get",
            Words(f"Lead to {en}", f"引向{zh}"),
            (),
            (*which, *_PAST),
            ("301", "303"),
            ("410",),
        )
        for id_, path, en, zh, which in (
            (
                "thing",
                "/id/{type}/{slug}",
                "a thing's document",
                "事物的文档",
                (in_path("type", "Its type", "类型"), _SLUG),
            ),
            (
                "codeList",
                "/code/{scheme}",
                "a code list's document",
                "代码表的文档",
                (in_path("scheme", "Its name", "名称"),),
            ),
            (
                "code",
                "/code/{scheme}/{notation}",
                "a code's document",
                "代码的文档",
                (in_path("scheme", "The code list", "代码表"), in_path("notation", "The code", "代码")),
            ),
            ("ontologyVersion", "/ontology/{version}", "the ontology", "本体", (_VERSION,)),
        )
    ),
    Operation(
        "document",
        "/doc/{name}",
        "get",
        Words(
            "The document of a thing or code; a suffix fixes the format", "事物或代码的文档；后缀可指定格式"
        ),
        _PAGES,
        (_NAME, *_DOCUMENT, asked("_profile", "The view wanted", "所需视图")),
        errors=("410",),
    ),
    get("ontology", "/ontology", "The ontology", "本体", _PAGES, *_DOCUMENT),
    get(
        "ontologyFile",
        "/ontology.{suffix}",
        "The ontology in one format",
        "某一格式的本体",
        _PAGES,
        in_path("suffix", "A file suffix", "文件后缀"),
        *_PAST,
    ),
    get(
        "shape",
        "/shape/{name}",
        "A shape that the data are held to",
        "数据须遵守的形状",
        _PAGES,
        _NAME,
        "lang",
    ),
    get(
        "problem",
        "/problem/{name}",
        "What a kind of problem means",
        "某类问题的含义",
        (_HTML, _JSON),
        _NAME,
        "lang",
    ),
    *(
        get(
            id_,
            path,
            "Every release, newest first",
            "全部发布版本，新的在前",
            (_JSON, _HTML, *_GRAPHS),
            "format",
            "lang",
            asked("page", "From 1", "从 1 起", {"type": "integer", "minimum": 1}),
        )
        for id_, path in (("releases", "/releases/"), ("releasesToo", "/releases"))
    ),
    get(
        "timemap",
        "/releases/timemap",
        "The time map of a resource (RFC 7089)",
        "资源的时间图（RFC 7089）",
        (_LINKS,),
        asked("url", "Path and query, or address", "路径与查询串，或地址"),
    ),
    Operation(
        "release",
        "/releases/{id}",
        "get",
        Words("One release, or what changed between two", "某一发布版本，或两个版本间的变化"),
        (_JSON, _HTML, *_GRAPHS, "text/plain", "application/rdf-patch"),
        (_RELEASE, "format", "lang"),
        ("200", "302", "304"),
    ),
    *(
        Operation(
            id_,
            path,
            "get",
            Words(en, zh),
            ("application/octet-stream",),
            (*which, "range"),
            statuses,
            ("412", "416"),
        )
        for id_, path, en, zh, which, statuses in (
            (
                "file",
                "/releases/{id}/{name}",
                "A file of a release; it never changes",
                "发布版本的文件，不再改变",
                (_ONE_RELEASE, _FILE),
                ("200", "206", "302", "304"),
            ),
            (
                "download",
                "/download/{name}",
                "A file of the current release",
                "当前版本的文件",
                (_FILE, *_PAST),
                ("200", "206", "304"),
            ),
        )
    ),
    get("downloads", "/download/", *_LISTED, (_JSON, _HTML), *_DOCUMENT),
    get("downloadsToo", "/download", *_LISTED, (_JSON, _HTML), *_DOCUMENT),
    get("void", "/.well-known/void", "VoID description", "VoID 描述", _PAGES, *_DOCUMENT),
    get("catalog", "/catalog", "Data catalogue (DCAT-AP)", "数据目录（DCAT-AP）", _PAGES, *_DOCUMENT),
    get(
        "citation",
        "/cite/{name}",
        "How to cite a thing, a data set or the release: txt, bib, ris or json",
        "事物、数据集或发布版本的引用格式：txt、bib、ris 或 json",
        tuple(form.media_type for form in citations.FORMATS),
        in_path("name", "The path of its IRI, with the suffix of the form", "其 IRI 的路径，加上格式的后缀"),
        *_PAST,
        "lang",
    ),
    get("robots", "/robots.txt", "Rules for robots", "机器人规则", ("text/plain",)),
    get("sitemap", "/sitemap.xml", "Sitemap", "站点地图", ("application/xml",), "asOf"),
    get(
        "sitemapPart",
        "/sitemap-{number}.xml",
        "A part of it",
        "站点地图的一部分",
        ("application/xml",),
        in_path("number", "From 1", "从 1 起"),
        "asOf",
    ),
    get("openapi", "/openapi.json", "This document", "本文档", (_JSON,), "lang"),
    *NAMES,
    *RECONCILIATION,
    get("health", "/health", "Whether it lives", "是否存活", (_JSON,)),
    get("ready", "/ready", "Whether it answers", "是否可用", (_JSON,)),
    get("metrics", "/metrics", "Figures for monitoring", "监测指标", _FIGURES),
    get(
        "static",
        "/static/{filename}",
        "Style sheet",
        "样式表",
        ("text/css",),
        in_path("filename", "A file", "文件"),
    ),
)
"""Every route of the service."""
