"""What the regions of 2012 were called in GB/T 2260 in other years: one table in, code lists and links out.

The table is `words/region_changes.csv`: in which year the code of a division became another, from county up,
from 2006 to 2021; only where one division became one. Source: the code tables of each year by the Ministry of
Civil Affairs, compared by lizy14/division-changes (MIT). To make the files again:
``python -m egov_kg.ingest.changes``.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg import iris
from egov_kg.ingest import making, mappings, names
from egov_kg.ingest.mappings import literal
from egov_kg.ingest.tables import WORDS, words
from egov_kg.namespaces import PREFIXES
from egov_kg.resources import Sources, find_sources

EDITION: Final = 2012
"""The year whose codes the regions have."""
SCHEMES: Final = ("gbt2260-earlier", "gbt2260-later")

_KINDS: Final = {"区": "district", "市": "city", "县": "county"}
_COLUMNS: Final = ("year", "code", "name_zh", "new_code", "new_name_zh")


@dataclass(frozen=True, slots=True)
class Change:
    """A division whose code became another.

    Attributes:
        year: from when the new code holds.
        code, name: before, the name in Chinese.
        new_code, new_name: after.
        region: the code that the division has in the edition of 2012.
    """

    year: int
    code: str
    name: str
    new_code: str
    new_name: str
    region: str

    @property
    def scheme(self) -> str:
        """The code list of the code that is not that of 2012."""
        return SCHEMES[self.year > EDITION]

    @property
    def other(self) -> tuple[str, str]:
        """The code that is not that of 2012, and the name with it."""
        return (self.new_code, self.new_name) if self.year > EDITION else (self.code, self.name)

    @property
    def words(self) -> dict[str, str]:
        """What happened, by language."""
        en, zh = self._happened()
        return {
            "en": f"In {self.year} {en}: the code {self.new_code} instead of {self.code}.",
            "zh": f"{self.year}年{zh}，代码由 {self.code} 改为 {self.new_code}。",
        }

    def _happened(self) -> tuple[str, str]:
        if self.name == self.new_name:
            return "the prefecture around it changed", f"{self.name}的上级区划变更"
        if self.name[-1] == self.new_name[-1]:
            return "it got another name", f"{self.name}更名为{self.new_name}"
        zh = f"{self.name}改设{self.new_name}"
        if self.new_code.endswith("00"):
            return "it became a prefecture-level city", zh
        return f"it became a {_KINDS[self.new_name[-1]]}", zh


def read_changes() -> list[Change]:
    """All changes by year and code.

    Raises:
        SourceError: the table is not as it should be.
    """
    rows = sorted(words("region_changes", _COLUMNS), key=lambda row: (int(row["year"]), row["code"]))
    later: dict[str, str] = {}
    for row in rows:
        if int(row["year"]) > EDITION:
            later[row["new_code"]] = later.get(row["code"], row["code"])
    earlier: dict[str, str] = {}
    for row in reversed(rows):
        if int(row["year"]) <= EDITION:
            earlier[row["code"]] = earlier.get(row["new_code"], row["new_code"])
    return [
        Change(
            year := int(row["year"]),
            *(row["code"], row["name_zh"], row["new_code"], row["new_name_zh"]),
            region=later[row["new_code"]] if year > EDITION else earlier[row["code"]],
        )
        for row in rows
    ]


def codes_turtle(scheme: str, changes: Iterable[Change]) -> str:
    """The code list of other years, as Turtle.

    Args:
        scheme: one of `SCHEMES`.
        changes: those whose other code is in it.
    """
    head = (WORDS / f"codes-{scheme}.ttl").read_text(encoding="utf-8")
    some = list(changes)
    called = Counter(map(_english, some))
    # 蓟州 and 冀州 are written alike in Latin letters; labels of a code list are unique.
    marks = [f" ({one.other[0]})" if called[_english(one)] > 1 else "" for one in some]
    concepts = ("".join(_concept(one, _english(one) + mark)) for one, mark in zip(some, marks, strict=True))
    return "\n".join([head, *concepts])


def links_turtle(scheme: str, changes: Iterable[Change]) -> str:
    """Links from the regions to their codes of other years, as Turtle, each with its evidence.

    Args:
        scheme: one of `SCHEMES`.
        changes: those whose other code is in it.
    """
    links = (
        mappings.Link(
            source=iris.thing("region", change.region),
            predicate="skos:closeMatch",
            target=f"{PREFIXES['ecode']}{scheme}/{change.other[0]}",
            justification="UnspecifiedMatching",
            review="extracted",
            comment=change.words,
        )
        for change in changes
    )
    return mappings.linkset(WORDS / f"regions-{scheme}.ttl", links)


def _english(change: Change) -> str:
    code, name = change.other
    return names.english(name, "prefecture" if code.endswith("00") else "county", code)


def _concept(change: Change, english: str) -> Iterator[str]:
    code, name = change.other
    labels = f"{literal(name)}@zh , {literal(english)}@en"
    if change.year > EDITION:
        en = f"The code of a division since {change.year}; before that, it had the code {change.code}."
        zh = f"{change.year}年起的代码；此前为{change.name}（{change.code}）。"
    else:
        en = f"The code of a division until {change.year}; since then it has had the code {change.new_code}."
        zh = f"{change.year}年以前的代码；此后为{change.new_name}（{change.new_code}）。"
    yield f"c-{change.scheme}:{code} a skos:Concept ;\n"
    yield f"    skos:notation {literal(code)} ;\n"
    yield f"    skos:prefLabel {labels} ;\n"
    yield f"    rdfs:label {labels} ;\n"
    yield f"    skos:definition {literal(zh)}@zh , {literal(en)}@en ;\n"
    yield f"    skos:inScheme scheme:{change.scheme} ;\n"
    yield f"    skos:topConceptOf scheme:{change.scheme} .\n"


def write_changes(sources: Sources) -> tuple[Path, ...]:
    """Make the files anew and return their paths; raises as `read_changes`."""
    changes = read_changes()
    texts: dict[Path, str] = {}
    for scheme in SCHEMES:
        some = [change for change in changes if change.scheme == scheme]
        texts[sources.ontology / "codelists" / f"{scheme}.ttl"] = codes_turtle(scheme, some)
        texts[sources.data / "links" / f"{scheme}.ttl"] = links_turtle(scheme, some)
    return making.written(texts)


if __name__ == "__main__":
    sys.exit(making.named(lambda: write_changes(find_sources())))
