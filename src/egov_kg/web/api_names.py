"""The rows of the table of routes that look things up by name."""

from __future__ import annotations

from typing import Final

from egov_kg.match.labels import DEEPEST, MOST
from egov_kg.match.query import LONGEST
from egov_kg.web.api_model import TEXT, Operation, Parameter, asked, get

_JSON: Final = "application/json"
_QUERY: Final = asked(
    "q",
    "What is looked for: names in Chinese and English, pinyin, codes, IRIs",
    "检索词：中英文名称、拼音、代码、IRI",
    {"type": "string", "maxLength": LONGEST},
)


def _limit(most: int) -> Parameter:
    schema = {"type": "integer", "minimum": 1, "maximum": most}
    return asked("limit", "How many at most", "最多个数", schema)


def _facet(name: str, en: str, zh: str) -> Parameter:
    return asked(
        name, f"{en}; any of several", f"{zh}；可有多个，满足其一即可", {"type": "array", "items": TEXT}
    )


NAMES: Final[tuple[Operation, ...]] = (
    get(
        "terms",
        "/api/terms",
        "Terms for completion",
        "供补全的术语",
        (_JSON,),
        asked("q", "The beginning or a part of a name", "名称的开头或一部分"),
        asked("kind", "Of which kind", "种类", {"enum": ["class", "property", "codelist", "code"]}),
        _limit(1000),
        "asOf",
    ),
    get(
        "search",
        "/api/search",
        "Everything that has such a name, with facets; the nearest names where there is none",
        "具有该名称的事物及分面；没有时给出相近的名称",
        (_JSON,),
        _QUERY,
        _facet("kind", "A kind of thing", "事物的种类"),
        _facet(
            "type", "A class, as prefix:name or IRI, as all that follow", "类，写作 前缀:名称 或 IRI，下同"
        ),
        _facet("topic", "A topic", "主题"),
        _facet("populationLevel", "An administrative level", "行政层级"),
        _facet("regionLevel", "The level of a region", "地区的层级"),
        _facet("area", "The country or a province-level unit", "全国或省级单位"),
        _facet("qualifier", "The qualifier of a figure", "数值的限定词"),
        _facet("section", "A section of the report", "报告的章节"),
        _limit(MOST),
        asked(
            "offset",
            "How many to pass over",
            "跳过的个数",
            {"type": "integer", "minimum": 0, "maximum": DEEPEST},
        ),
        "lang",
        "asOf",
    ),
    get(
        "suggest",
        "/api/suggest",
        "Suggestions while one types (OpenSearch Suggestions 1.1)",
        "输入时的建议（OpenSearch Suggestions 1.1）",
        ("application/x-suggestions+json",),
        _QUERY,
        _limit(MOST),
        "lang",
        "asOf",
    ),
    get(
        "openSearch",
        "/opensearch.xml",
        "How browsers search here (OpenSearch 1.1)",
        "浏览器在此检索的方式（OpenSearch 1.1）",
        ("application/opensearchdescription+xml",),
        "lang",
        "asOf",
    ),
)
"""Routes that look things up by name."""
