"""The rows of the table of routes that say which things the names of a table mean."""

from __future__ import annotations

from typing import Final

from egov_kg.sparql.protocol import FORM_TYPE
from egov_kg.web.api_model import Operation, Parameter, Words, asked, get, in_path

_JSON: Final = "application/json"
_LIMIT: Final = asked(
    "limit", "How many at most", "最多个数", {"type": "integer", "minimum": 1, "maximum": 100}
)
_OFFSET: Final = {"type": "integer", "minimum": 0, "maximum": 10_000}
_PREFIX: Final = asked("prefix", "The beginning of a name, or an id", "名称的开头或标识")
_TYPE: Final = asked("type", "A type of entity", "实体类型")
_ID: Final = asked("id", "Of an entity: id/region/610000", "实体的标识：id/region/610000")
_WHAT: Final = in_path("what", "entity, type or property", "entity、type 或 property")
_QUERIES: Final = (
    asked("queries", "A batch of queries, in JSON", "一批查询，JSON"),
    asked("extend", "A data extension query, in JSON", "数据扩充查询，JSON"),
)


def _sent(id_: str, path: str, en: str, zh: str, body: str) -> Operation:
    """What is asked by a POST of something that can be read only."""
    return Operation(
        id_,
        path,
        "post",
        Words(en, zh),
        (_JSON,),
        ("asOf", "lang"),
        statuses=("200",),
        errors=("413", "415"),
        bodies=(body,),
    )


def _preview(id_: str, path: str) -> Operation:
    return get(
        id_,
        path,
        "A small page of an entity, for frames",
        "实体的小页面，供嵌入框架",
        ("text/html",),
        _ID,
        "asOf",
        "lang",
    )


def _suggest(id_: str, path: str, offset: str) -> Operation:
    parameters: tuple[str | Parameter, ...] = (
        *(_WHAT, _PREFIX, _TYPE, _LIMIT, asked(offset, "How many to pass over", "跳过的个数", _OFFSET)),
        *("asOf", "lang"),
    )
    words = ("Suggestions while one types", "输入时的建议")
    return get(id_, path, *words, (_JSON,), *parameters)


def _propose(id_: str, path: str) -> Operation:
    words = ("Properties that entities of a type have", "某类实体所具有的属性")
    return get(id_, path, *words, (_JSON,), _TYPE, _LIMIT, "asOf", "lang")


RECONCILIATION: Final[tuple[Operation, ...]] = (
    get(
        "reconcile",
        "/reconcile",
        "Reconciliation Service API 0.2: the manifest, or the answer to a batch",
        "名称对齐服务 API 0.2：清单，或一批查询的结果",
        (_JSON,),
        *_QUERIES,
        "asOf",
        "lang",
    ),
    _sent(
        "reconcileBatch",
        "/reconcile",
        "What the names of a batch mean, or values of entities",
        "一批名称所指的实体，或实体的属性值",
        FORM_TYPE,
    ),
    _suggest("reconcileSuggest", "/reconcile/suggest/{what}", "cursor"),
    get(
        "reconcileFlyout",
        "/reconcile/flyout/{what}",
        "A few words beside a suggestion",
        "建议旁的简短说明",
        (_JSON,),
        _WHAT,
        asked("id", "Of what was suggested", "所建议之物的标识"),
        "asOf",
        "lang",
    ),
    Operation(
        "reconcileView",
        "/reconcile/view",
        "get",
        Words("Lead to the page of an entity", "引向实体的页面"),
        (),
        (_ID, "asOf", "lang"),
        ("303",),
    ),
    _preview("reconcilePreview", "/reconcile/preview"),
    _propose("reconcilePropose", "/reconcile/propose"),
    get(
        "reconcileDraft",
        "/reconcile/1.0",
        "Reconciliation Service API 1.0-draft: the manifest",
        "名称对齐服务 API 1.0-draft：清单",
        (_JSON,),
        "asOf",
        "lang",
    ),
    _sent(
        "reconcileMatch",
        "/reconcile/1.0/match",
        "What the names of a batch mean",
        "一批名称所指的实体",
        _JSON,
    ),
    _suggest("reconcileDraftSuggest", "/reconcile/1.0/suggest/{what}", "offset"),
    _preview("reconcileDraftPreview", "/reconcile/1.0/preview"),
    _sent(
        "reconcileExtend", "/reconcile/1.0/extend", "Values of properties of entities", "实体的属性值", _JSON
    ),
    _propose("reconcileDraftPropose", "/reconcile/1.0/extend/propose"),
)
"""Routes of the Reconciliation Service API; each is below `/en` and `/zh` as well."""
