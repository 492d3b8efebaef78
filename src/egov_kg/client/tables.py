"""What the columns of the client's other tables are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from egov_kg.publish.cards import Card
from egov_kg.publish.columns import Column
from egov_kg.publish.figures import notation

Columns = tuple[Column, ...]


def _in_both(name: str, en: str, zh: str) -> Columns:
    """Two columns for what is said in Chinese and in English."""
    return (
        Column(f"{name}_zh", "text", f"{en}, in Chinese", f"{zh}（中文）"),
        Column(f"{name}_en", "text", f"{en}, in English", f"{zh}（英文）"),
    )


_NAMES: Final = _in_both("label", "Name", "名称")

INDICATORS: Final[Columns] = (
    Column("indicator", "iri", "Indicator", "指标", required=True),
    *_NAMES,
    *_in_both("definition", "Definition", "定义"),
    Column("kind", "code", "Kind of indicator", "指标类型"),
    Column("topic", "code", "Topic", "主题"),
    Column("unit", "code", "Unit (QUDT)", "单位（QUDT）"),
    Column("direction", "code", "Which direction is better", "何种方向为优"),
    Column("figures", "integer", "Number of reported figures", "报告数值的个数"),
)
REGIONS: Final[Columns] = (
    Column("region", "iri", "Region", "地区", required=True),
    Column("code", "text", "Code (GB/T 2260, 2012), if it has one", "代码（GB/T 2260，2012 年），没有则空"),
    *_NAMES,
    Column("region_level", "code", "Level of the region", "行政层级"),
    Column("parent", "iri", "The region that it is part of", "上级地区"),
)
FOUND: Final[Columns] = (
    Column("thing", "iri", "What was found", "所找到的资源", required=True),
    *_NAMES,
)
SPANS: Final[Columns] = (
    Column("role", "code", "What the span is to the figure", "片段与数值的关系"),
    Column("section", "iri", "Section of the document", "文件的章节"),
    *_in_both("section", "Section", "章节"),
    Column("paragraph", "integer", "Paragraph of the section, from 1", "章节中的段落，从 1 起"),
    Column("start", "integer", "Where it begins, in code points", "起始位置（码点）"),
    Column("end", "integer", "Where it ends, in code points, exclusive", "结束位置（码点，不含）"),
    Column("span", "iri", "The span", "片段"),
    Column("sha256", "text", "SHA-256 of its text in UTF-8", "其文本（UTF-8）的 SHA-256"),
    Column("document", "iri", "The document", "文件"),
    Column("document_sha256", "text", "SHA-256 of the document's text", "文件文本的 SHA-256"),
)


def shortened(row: Mapping[str, str], columns: Columns) -> dict[str, str]:
    """A row with codes in place of the IRIs of members of code lists."""
    return {
        column.name: notation(row[column.name]) if column.kind == "code" else row[column.name]
        for column in columns
    }


def spans(card: Card) -> list[dict[str, str]]:
    """The rows of `SPANS`."""
    return [
        {
            "role": span.role,
            "section": span.place.section.iri,
            "section_zh": span.place.section.words.get("zh", ""),
            "section_en": span.place.section.words.get("en", ""),
            "paragraph": str(span.place.paragraph),
            "start": str(span.place.start),
            "end": str(span.place.end),
            "span": span.place.span,
            "sha256": span.sha256,
            "document": card.document.iri,
            "document_sha256": card.document_sha256,
        }
        for span in card.spans
    ]
