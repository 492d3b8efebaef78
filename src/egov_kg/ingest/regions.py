"""Regions: two tables in, `data/ttl/regions.ttl` and links of theirs in `data/ttl/links` out.

The tables are `regions_2012.csv` (code, name, level and parent of every division from county up) and
`region_ids.csv` (ISO 3166-2, the English name in use and the Wikidata item of provinces and sub-provincial
cities). To make the files again: ``python -m egov_kg.ingest.regions FOLDER``, with the folder of the tables.

The files are written line by line in a fixed order, so that the same tables give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg import iris
from egov_kg.errors import SourceError, UsageError
from egov_kg.ingest import making, mappings, names
from egov_kg.ingest.tables import WORDS, read_table
from egov_kg.namespaces import PREFIXES
from egov_kg.resources import Sources, find_sources

REGION_COLUMNS = ("code", "name_zh", "level", "parent_code")
ID_COLUMNS = ("code", "name_zh", "kind", "iso_3166_2", "name_en", "pinyin", "wikidata")
LEVELS = ("province", "prefecture", "county")
PINYIN = "zh-Latn-pinyin"

_ISO3166_2: Final = "https://www.omg.org/spec/LCC/Countries/ISO3166-2-SubdivisionCodes-Adjunct/"

# The table of English names writes these otherwise than is usual.
_RESPELT = {"NanJing": "Nanjing"}
_FROM_TABLE = {"zh": "取自地区标识符表。", "en": "From the table of identifiers of regions."}
_SAME_CODE = {"zh": "代码同为 ISO 3166-2 的 {code}。", "en": "Both have the code {code} of ISO 3166-2."}


@dataclass(frozen=True, slots=True)
class Region:
    """One region, ready to be written.

    Attributes:
        slug: last part of its IRI: the GB/T 2260 code, `cn` or `xpcc`.
        zh, en: preferred labels.
        level: notation in `ecode:region-level`.
        broader: slug of the region above; empty for the country.
        alternatives: other labels, each with its language tag.
        published: whether the English name is one in use rather than made here.
        sub_provincial: whether it has sub-provincial rank.
        iso_3166_2: ISO 3166-2 code; empty if none.
        wikidata: Wikidata item (Q...); empty if none is known.
    """

    slug: str
    zh: str
    en: str
    level: str
    broader: str
    alternatives: tuple[tuple[str, str], ...]
    published: bool
    sub_provincial: bool = False
    iso_3166_2: str = ""
    wikidata: str = ""

    @property
    def iri(self) -> str:
        """Its IRI."""
        return iris.thing("region", self.slug)

    @property
    def code(self) -> str:
        """GB/T 2260 code; empty for a region that has none."""
        return self.slug if self.slug.isdigit() else ""


def read_regions(tables: Path) -> list[Region]:
    """All regions of 2012, ordered: country, Corps, then by code.

    Args:
        tables: folder of `regions_2012.csv` and `region_ids.csv`.

    Raises:
        NotFound: a table is not there.
        SourceError: a table that contradicts itself or the other one; the message names the code.
    """
    divisions = read_table(tables / "regions_2012.csv", REGION_COLUMNS, required=("code", "name_zh", "level"))
    named = {
        row["code"]: row
        for row in read_table(tables / "region_ids.csv", ID_COLUMNS, required=("code", "name_zh", "name_en"))
    }
    levels = {row["code"]: row["level"] for row in divisions}
    _check(divisions, levels, named)
    provinces = {
        names.split(row["name_zh"], "province").stem for row in divisions if row["level"] == "province"
    }
    regions = [
        _region(row, named.get(row["code"]), provinces)
        for row in sorted(divisions, key=lambda row: row["code"])
    ]
    return [_country(), _corps(), *regions]


def _check(
    divisions: Sequence[dict[str, str]], levels: dict[str, str], named: dict[str, dict[str, str]]
) -> None:
    seen: set[str] = set()
    for row in divisions:
        code, level, parent = row["code"], row["level"], row["parent_code"]
        problem = problem_zh = ""
        if len(code) != 6 or not code.isdigit():
            problem, problem_zh = "is not a code of six digits", "不是六位数字代码"
        elif code in seen:
            problem, problem_zh = "occurs twice", "重复出现"
        elif level not in LEVELS:
            problem, problem_zh = f"has the unknown level {level!r}", f"的层级 {level!r} 未知"
        elif (level == "province") is bool(parent):
            problem = "is a province with a parent, or another region without one"
            problem_zh = "是有上级的省级区划，或没有上级的其他区划"
        elif parent and (parent not in levels or LEVELS.index(levels[parent]) >= LEVELS.index(level)):
            problem = f"has the parent {parent!r}, which is not a region above it"
            problem_zh = f"的上级 {parent!r} 不是比它高的区划"
        if problem:
            raise SourceError(
                f"regions_2012.csv: {code!r} {problem}.",
                f"regions_2012.csv：{code!r} {problem_zh}。",
                file="regions_2012.csv",
                code=code,
            )
        seen.add(code)
    written = {row["code"]: row["name_zh"] for row in divisions}
    for code, row in named.items():
        other = written.get(code)
        if other != row["name_zh"]:
            raise SourceError(
                f"region_ids.csv names {code} {row['name_zh']!r}, regions_2012.csv {other!r}.",
                f"region_ids.csv 中 {code} 名为 {row['name_zh']!r}，regions_2012.csv 中为 {other!r}。",
                file="region_ids.csv",
                code=code,
            )


def _region(row: dict[str, str], known: dict[str, str] | None, provinces: set[str]) -> Region:
    code, zh, level = row["code"], row["name_zh"], row["level"]
    parts = names.split(zh, level)
    alternatives: list[tuple[str, str]] = []
    if level == "province" or (level == "prefecture" and len(parts.stem) > 1 and parts.stem not in provinces):
        alternatives.append((parts.stem, "zh"))
    if known is None:
        en = names.english(zh, level, code)
    else:
        en = _RESPELT.get(known["name_en"], known["name_en"])
        alternatives.append((names.compose(en.removesuffix(" SAR"), parts), "en"))
    alternatives += ((form, PINYIN) for form in names.search_forms(zh))
    ids = known or {}
    return Region(
        slug=code,
        zh=zh,
        en=en,
        level=level,
        broader=row["parent_code"] or "cn",
        alternatives=tuple(item for item in alternatives if item not in ((zh, "zh"), (en, "en"))),
        published=known is not None,
        sub_provincial=ids.get("kind") == "sub-provincial city",
        iso_3166_2=ids.get("iso_3166_2", ""),
        wikidata=ids.get("wikidata", ""),
    )


def _country() -> Region:
    others = (("中华人民共和国", "zh"), ("People's Republic of China", "en"), ("zhongguo", PINYIN))
    return Region("cn", "中国", "China", "country", "", others, published=True)


def _corps() -> Region:
    zh = "新疆生产建设兵团"
    others = (
        ("新疆兵团", "zh"),
        ("XPCC", "en"),
        ("Bingtuan", "en"),
        *((form, PINYIN) for form in names.search_forms(zh)),
    )
    en = "Xinjiang Production and Construction Corps"
    return Region("xpcc", zh, en, "other", "cn", others, published=True)


def regions_turtle(regions: Iterable[Region]) -> str:
    """The regions as Turtle, after a description of the data set they form."""
    head = (WORDS / "regions-dataset.ttl").read_text(encoding="utf-8")
    return "\n".join([head, *("".join(_lines(region)) for region in regions)])


def wikidata_turtle(regions: Iterable[Region]) -> str:
    """Links from the regions to Wikidata, as Turtle, each with its evidence."""
    return mappings.linkset(
        WORDS / "regions-wikidata.ttl",
        (
            _same(region, f"{PREFIXES['wd']}{region.wikidata}", _FROM_TABLE)
            for region in regions
            if region.wikidata
        ),
    )


def iso3166_turtle(regions: Iterable[Region]) -> str:
    """Links from the provinces to the IRIs that the OMG gives the codes of ISO 3166-2, as Turtle.

    Source: OMG, Languages, Countries and Codes (LCC) 1.2, ISO3166-2-SubdivisionCodes-Adjunct: the last part
    of an IRI is the code.
    """
    return mappings.linkset(
        WORDS / "regions-iso3166.ttl",
        (
            _same(
                region,
                f"{_ISO3166_2}{region.iso_3166_2}",
                {language: text.format(code=region.iso_3166_2) for language, text in _SAME_CODE.items()},
            )
            for region in regions
            if region.iso_3166_2
        ),
    )


def _same(region: Region, target: str, comment: Mapping[str, str]) -> mappings.Link:
    return mappings.Link(
        source=region.iri,
        predicate="skos:exactMatch",
        target=target,
        justification="UnspecifiedMatching",
        review="extracted",
        comment=comment,
    )


def write_regions(tables: Path, sources: Sources) -> tuple[Path, ...]:
    """Make the files anew and return their paths.

    Raises:
        NotFound, SourceError: as `read_regions`.
    """
    regions = read_regions(tables)
    texts = {
        sources.data / "regions.ttl": regions_turtle(regions),
        sources.data / "links" / "wikidata.ttl": wikidata_turtle(regions),
        sources.data / "links" / "iso3166-2.ttl": iso3166_turtle(regions),
    }
    return making.written(texts)


def _lines(region: Region) -> Iterator[str]:
    level = f"c-region-level:{region.level}"
    yield f"region:{region.slug} a egov:Region, skos:Concept, dcterms:Location ;\n"
    labels = f"{_literal(region.zh, 'zh')}, {_literal(region.en, 'en')}"
    yield f"    skos:prefLabel {labels} ;\n    rdfs:label {labels} ;\n"
    if region.alternatives:
        yield f"    skos:altLabel {', '.join(_literal(*item) for item in region.alternatives)} ;\n"
    origin = "published" if region.published else "romanised"
    yield f"    egov:labelOrigin c-label-origin:{origin} ;\n    egov:regionLevel {level} ;\n"
    if region.sub_provincial:
        yield "    egov:regionRank c-region-rank:sub-provincial ;\n"
    codes = ((region.code, "gbt2260-2012"), (region.iso_3166_2, "iso3166-2"))
    notations = ", ".join(f'"{code}"^^egov:{kind}' for code, kind in codes if code)
    if notations:
        yield f"    skos:notation {notations} ;\n"
    if region.broader:
        yield f"    skos:broader region:{region.broader} ;\n"
    yield "    skos:inScheme scheme:region .\n"


def _literal(text: str, language: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{language}'


def main(arguments: Sequence[str]) -> int:
    """Make the files from the tables in the folder that is the one argument; 1 if that fails."""

    def make() -> tuple[Path, ...]:
        if len(arguments) != 1:
            raise UsageError(
                "Usage: python -m egov_kg.ingest.regions FOLDER",
                "用法：python -m egov_kg.ingest.regions 文件夹",
            )
        return write_regions(Path(arguments[0]), find_sources())

    return making.named(make)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
