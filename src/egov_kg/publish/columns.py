"""What the columns of the flat table are: one entry each, for CSV, CSVW, Parquet and XLSX alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["iri", "code", "codes", "text", "decimal", "integer", "boolean", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the flat table.

    Attributes:
        name: its header in every format.
        kind: what its cells are; `code` is the notation of a member of a code list, `codes` are several,
        joined
            by spaces.
        en, zh: what it holds, in a few words.
        predicate: the property that has the observation as its subject and this as its object,
        `prefix:local`;
            empty where the cell is about something else.
        value: what to put before a code to have the IRI it stands for, `prefix:local`; empty if it is none.
        label_of: the column with the IRI that this is the label of.
        required: whether every row has it.
    """

    name: str
    kind: Kind
    en: str
    zh: str
    predicate: str = ""
    value: str = ""
    label_of: str = ""
    required: bool = False

    @property
    def language(self) -> str:
        """`zh` or `en` for a label, else empty."""
        return (
            self.name.rpartition("_")[2] if self.kind == "text" and self.name[-3:] in ("_zh", "_en") else ""
        )


TABLE: Final[tuple[Column, ...]] = (
    Column("observation", "iri", "IRI of the figure", "数据的 IRI", required=True),
    Column("indicator", "iri", "Indicator", "指标", "egov:indicator"),
    Column("indicator_zh", "text", "Indicator, in Chinese", "指标（中文）", label_of="indicator"),
    Column("indicator_en", "text", "Indicator, in English", "指标（英文）", label_of="indicator"),
    Column(
        "area_code",
        "code",
        "Code of the area (GB/T 2260, 2012); none for the country and the Corps",
        "地区代码（GB/T 2260，2012 年）；全国与兵团没有代码",
        "sdmx-dimension:refArea",
        "eid:region/",
    ),
    Column("area_zh", "text", "Area, in Chinese", "地区（中文）"),
    Column("area_en", "text", "Area, in English", "地区（英文）"),
    Column("level", "code", "Level of the population", "统计层级", "egov:populationLevel", "ecode:level/"),
    Column("subject", "iri", "What is measured", "统计对象", "egov:subject"),
    Column("subject_zh", "text", "What is measured, in Chinese", "统计对象（中文）", label_of="subject"),
    Column("subject_en", "text", "What is measured, in English", "统计对象（英文）", label_of="subject"),
    Column(
        "condition", "iri", "Condition that the things counted meet", "所计事物满足的条件", "egov:condition"
    ),
    Column("condition_zh", "text", "Condition, in Chinese", "条件（中文）", label_of="condition"),
    Column("condition_en", "text", "Condition, in English", "条件（英文）", label_of="condition"),
    Column("period", "iri", "Time that the figure is about", "数据所属时间", "sdmx-dimension:refPeriod"),
    Column("period_start", "date", "First day, if stated", "起始日，未说明则空"),
    Column("period_end", "date", "Last day, if stated", "截止日，未说明则空"),
    Column(
        "value",
        "decimal",
        "The figure, in the unit",
        "数值（以单位计）",
        "sdmx-measure:obsValue",
        required=True,
    ),
    Column("unit", "code", "Unit (QUDT)", "单位（QUDT）", "sdmx-attribute:unitMeasure", "unit:"),
    Column(
        "unit_mult",
        "integer",
        "Power of ten that the printed figure is in",
        "印出数字所用的十的幂次",
        "sdmx-attribute:unitMult",
    ),
    Column("reported_value", "text", "The figure as printed", "原文所印的数字", "egov:reportedValue"),
    Column(
        "qualifier",
        "code",
        "How the figure is qualified (exact, about, over ...)",
        "数字的限定（exact 恰为、about 约、over 超过等）",
        "egov:qualifier",
        "ecode:qualifier/",
    ),
    Column("lower", "decimal", "Lower bound, if stated", "下界，未说明则空", "egov:lowerBound"),
    Column(
        "lower_inclusive",
        "boolean",
        "Whether the lower bound itself is possible",
        "是否含下界本身",
        "egov:lowerInclusive",
    ),
    Column("upper", "decimal", "Upper bound, if stated", "上界，未说明则空", "egov:upperBound"),
    Column(
        "upper_inclusive",
        "boolean",
        "Whether the upper bound itself is possible",
        "是否含上界本身",
        "egov:upperInclusive",
    ),
    Column("flags", "codes", "Flags, joined by spaces", "标记，以空格分隔", "egov:flag", "ecode:flag/"),
    Column("source_section", "iri", "Section of the report", "报告章节"),
    Column(
        "source_start",
        "integer",
        "Where the figure begins in the report, in code points",
        "数字在报告中的起始位置（码点）",
    ),
    Column(
        "source_end",
        "integer",
        "Where it ends, in code points, exclusive",
        "数字在报告中的结束位置（码点，不含）",
    ),
    Column("graph", "iri", "Named graph that states it", "所在命名图"),
)
"""The columns, in order."""

COLUMNS: Final[tuple[str, ...]] = tuple(column.name for column in TABLE)
"""Their names. They are a promise to users."""
