"""The properties by which namesakes are told apart, and with which tables are extended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

How = Literal["place", "facet", "name", "code"]
"""How values are compared: with what a thing lies in, with a facet, with names, or with codes."""

DIRECT: Final = "direct"
ANYWHERE: Final = "anywhere"
"""Whether a thing has to lie in a place itself, or in whatever lies in it: the qualifiers of `place`."""

QUALIFIERS: Final[Mapping[str, Mapping[str, str]]] = {
    ANYWHERE: {"en": "In it, or in what lies in it", "zh": "在其内，或在其下辖之内"},
    DIRECT: {"en": "Directly in it", "zh": "直接隶属"},
}
"""What the qualifiers mean, by language; the first holds where none is given."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property.

    Attributes:
        id: as clients write it.
        en, zh: its name.
        about_en, about_zh: what its values are.
        kinds: what has it, names in `kinds.KINDS`.
        how: how a value is compared; None of what tells nothing apart.
        facet: whose values are compared, where that is how.
    """

    id: str
    en: str
    zh: str
    about_en: str
    about_zh: str
    kinds: tuple[str, ...]
    how: How | None = None
    facet: str = ""

    def name(self, lang: str) -> str:
        """Its name in a language."""
        return self.zh if lang == "zh" else self.en

    def about(self, lang: str) -> str:
        """What its values are, in a language."""
        return self.about_zh if lang == "zh" else self.about_en


_NAMED: Final = (
    *("region", "organisation", "group", "platform", "indicator", "document", "dataset", "person", "entity"),
    "code",
)
"""The kinds of things that names in tables may mean; of facts there are no names."""

KINDS: Final = frozenset(_NAMED)
"""The same as a set."""

PROPERTIES: Final = {
    one.id: one
    for one in (
        Property(
            *("within", "Part of", "隶属"),
            *(
                "What a region lies in, a body belongs to, or a platform is run in.",
                "地区、机构或平台所属的上级。",
            ),
            kinds=("region", "organisation", "platform", "document", "dataset", "code"),
            how="place",
        ),
        Property(
            *("province", "Province-level unit", "省级单位"),
            *(
                "The province, municipality, autonomous region or corps it lies in.",
                "所在的省、自治区、直辖市或兵团。",
            ),
            kinds=("region", "platform"),
            how="facet",
            facet="area",
        ),
        Property(
            *("level", "Level of a region", "地区级别"),
            *("Country, province, prefecture or county level.", "国家、省级、地级或县级。"),
            kinds=("region",),
            how="facet",
            facet="regionLevel",
        ),
        Property(
            *("rank", "Rank of a city", "城市等级"),
            *("Whether a city is of sub-provincial rank.", "是否为副省级城市。"),
            kinds=("region",),
        ),
        Property(
            *("code", "Code", "代码"),
            *(
                "Codes of GB/T 2260 and ISO 3166-2, or the notation of a concept.",
                "GB/T 2260、ISO 3166-2 代码或概念的记号。",
            ),
            kinds=("region", "indicator", "code"),
            how="code",
        ),
        Property(
            *("name-zh", "Chinese name", "中文名"),
            *("The preferred name in Chinese.", "首选的中文名称。"),
            kinds=_NAMED,
            how="name",
        ),
        Property(
            *("name-en", "English name", "英文名"),
            *("The preferred name in English.", "首选的英文名称。"),
            kinds=_NAMED,
            how="name",
        ),
        Property(
            *("other-name", "Other names", "其他名称"),
            *("Short names, former names and pinyin.", "简称、旧称与拼音。"),
            kinds=_NAMED,
            how="name",
        ),
        Property(
            *("topic", "Topic", "主题"),
            *("What an indicator is about.", "指标所属主题。"),
            kinds=("indicator",),
            how="facet",
            facet="topic",
        ),
        Property(
            *("definition", "Definition", "定义"),
            *("What an indicator or a code means.", "指标或代码的含义。"),
            kinds=("indicator", "code"),
        ),
        Property(
            *("unit", "Unit", "单位"),
            *("In what an indicator is measured.", "指标的计量单位。"),
            kinds=("indicator",),
        ),
        Property(
            *("same-as", "The same elsewhere", "外部对应项"),
            *("The same thing in other graphs, such as Wikidata.", "其他图谱（如维基数据）中的同一事物。"),
            kinds=("region",),
        ),
        Property(
            *("figure", "Figures", "数值"),
            *(
                "Every figure that the report has for it, in words, with its qualifier.",
                "报告给出的全部数值，以文字表述，保留其限定词。",
            ),
            kinds=("region", "indicator", "group", "platform", "entity", "organisation"),
        ),
    )
}
"""Every property, by its id, in the order in which they are proposed."""
