"""What the names in reports and errors mean: `/shape/<rule>` and `/problem/<kind>`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response

from egov_kg import iris
from egov_kg.errors import EgovError, NotFound
from egov_kg.formats import Syntax
from egov_kg.namespaces import PREFIXES
from egov_kg.publish.describe import Description, Fact
from egov_kg.publish.views import QB
from egov_kg.web import documents, problems
from egov_kg.web.paged import PAGE, wanted
from egov_kg.web.pages.views import entity

if TYPE_CHECKING:
    from rdflib.term import Identifier

_RDFS: Final = PREFIXES["rdfs"]
_SHACL: Final = PREFIXES["sh"]

blueprint = Blueprint("definitions", __name__)


@blueprint.route("/shape/<name>", methods=["GET"])
@blueprint.route(f"{PAGE}/shape/<name>", methods=["GET"])
def shape(name: str) -> Response:
    """What a rule of validation says."""
    from egov_kg.release.rules import Check, Shape, load_checks, load_shapes
    from egov_kg.resources import find_sources

    path, syntax = documents.split(name)
    iri = f"{iris.BASE}shape/{path}"
    sources = find_sources()
    rules: list[Shape | Check] = [*load_shapes(sources).rules.values(), *load_checks(sources)]
    for rule in rules:
        if rule.iri == iri:
            titles = (rule.title_en, rule.title_zh) if isinstance(rule, Check) else (path, path)
            severity = "Violation" if isinstance(rule, Check) else rule.severity
            facts = [
                (_SHACL + "severity", _iri(_SHACL + severity)),
                *_words(_SHACL + "message", rule.message_en, rule.message_zh),
                *_words(_RDFS + "label", *titles),
                (PREFIXES["rdf"] + "type", _iri(_SHACL + "Shape")),
            ]
            return _answer(iri, f"/shape/{path}", facts, syntax)
    raise NotFound(f"There is no rule called {path}.", f"没有名为 {path} 的规则。")


@blueprint.route("/problem/<name>", methods=["GET"])
@blueprint.route(f"{PAGE}/problem/<name>", methods=["GET"])
def problem(name: str) -> Response:
    """What a kind of problem document means (RFC 9457, section 4)."""
    path, syntax = documents.split(name)
    for kind in _kinds(EgovError):
        if kind.slug == path:
            facts = [
                *_words(_RDFS + "label", kind.title_en, kind.title_zh),
                *_words(_RDFS + "comment", kind.meaning_en, kind.meaning_zh),
                (PREFIXES["schema"] + "identifier", _text(str(kind.status), "")),
            ]
            return _answer(problems.TYPES + path, f"/problem/{path}", facts, syntax)
    raise NotFound(f"There is no problem called {path}.", f"没有名为 {path} 的问题类型。")


def _kinds(kind: type[EgovError]) -> Iterator[type[EgovError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


def _words(predicate: str, en: str, zh: str) -> list[tuple[str, Identifier]]:
    return [(predicate, _text(en, "en")), (predicate, _text(zh, "zh"))]


def _text(text: str, lang: str) -> Identifier:
    from rdflib.term import Literal

    return Literal(text, lang=lang or None)


def _iri(text: str) -> Identifier:
    from rdflib.term import URIRef

    return URIRef(text)


_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    _RDFS + "label": {"en": "Name", "zh": "名称"},
    _SHACL + "message": {"en": "Message", "zh": "消息"},
    _SHACL + "severity": {"en": "Severity", "zh": "严重程度"},
    _SHACL + "Violation": {"en": "Violation", "zh": "违规"},
    _SHACL + "Warning": {"en": "Warning", "zh": "警告"},
    _SHACL + "Info": {"en": "Information", "zh": "提示"},
    _SHACL + "Shape": {"en": "Rule", "zh": "规则"},
    PREFIXES["rdf"] + "type": {"en": "Kind", "zh": "类型"},
    PREFIXES["schema"] + "identifier": {"en": "HTTP status", "zh": "HTTP 状态码"},
}


def _answer(iri: str, path: str, facts: list[tuple[str, Identifier]], syntax: Syntax | None) -> Response:
    titles = {
        getattr(value, "language", "") or "": str(value)
        for predicate, value in facts
        if predicate == _RDFS + "label"
    }
    described = Description(
        iri,
        tuple(Fact(iri, predicate, value) for predicate, value in facts),
        (),
        more=False,
        labels={**_LABELS, iri: titles},
    )
    document = documents.Document(described, path, (QB,), lambda _profile, _iri: ())
    return entity.page(document, in_graph=False) if wanted() else documents.answer(document, syntax)
