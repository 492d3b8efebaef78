"""From candidates to a table, and from a table to a linkset."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from egov_kg import iris
from egov_kg.errors import SourceError
from egov_kg.ingest.mappings import Link, head, literal, turtle
from egov_kg.links import table
from egov_kg.links.profiles import Profile
from egov_kg.links.score import Candidate
from egov_kg.links.stated import Stated

_NO_IRI: Final = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_KINDS: Final = {
    "exact": ("Regions that are the same", "与{}中相同的地区"),
    "close": ("Regions that are nearly the same", "与{}中近似的地区"),
    "broad": ("Regions that are part of others", "{}中范围更大的对应地区"),
    "narrow": ("Regions that others are part of", "{}中范围更小的对应地区"),
    "related": ("Regions that are related to others", "与{}中相关的地区"),
}
_LINKSET: Final = """\
# Made by egov-kg link from a table that a person has reviewed: change that, and make this anew.

{head}@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .

"""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a search.

    Attributes:
        rows: the lines of the table, those decided first.
        new: how many were not in the table before.
        decided: how many a person has decided on before.
        linked: how many candidates are links already.
    """

    rows: tuple[table.Row, ...]
    new: int
    decided: int
    linked: int


def merge(found: Iterable[Candidate], before: Iterable[table.Row]) -> Found:
    """Candidates beside what was decided before: decisions stay, and what was rejected is not proposed again.

    Args:
        found: the candidates.
        before: the lines of the table as it is.
    """
    kept = [row for row in before if row.decision]
    decided = {row.pair for row in kept}
    known = {row.pair for row in before}
    rows, new, linked = list(kept), 0, 0
    for one in found:
        if one.theirs.iri in one.ours.links:
            linked += 1
            continue
        row = table.row_of(one)
        if row.pair not in decided:
            rows.append(row)
            new += row.pair not in known
    return Found(tuple(rows), new, len(kept), linked)


def links_of(
    rows: Iterable[table.Row],
    ours: Collection[str],
    path: Path,
    profile: Profile,
    stated: Collection[Stated],
) -> list[Link]:
    """What was decided, as links; what was rejected is denied.

    Args:
        rows: the lines of a table.
        ours: the IRIs that there are.
        path: the table, for messages.
        profile: what was asked.
        stated: the exact matches of the linksets that are there.

    Raises:
        SourceError: a line that links what there is not, no http IRI, or one outside the profile's space; one
            that is approved by nobody; or one that says of different things that they are exactly one, with
            another line or with a linkset.
    """
    found: list[Link] = []
    exact: dict[str, table.Row] = {}
    for row in rows:
        if not row.decision:
            continue
        _require_linkable(row, ours, path, profile)
        if row.decision == "approve" and not row.values["reviewer_label"]:
            raise _wrong(
                path,
                row,
                "it is approved, but nobody says who did: write your name into reviewer_label",
                "该行已通过但未写明审核人：请在 reviewer_label 列填写姓名",
            )
        if row.decision == "approve" and row.values["predicate_id"] == "skos:exactMatch":
            for one in row.pair:
                if (other := exact.setdefault(one, row)) is not row:
                    raise _wrong(
                        path,
                        row,
                        f"<{one}> is approved as an exact match in line {other.number}, too: reject one, or "
                        "write skos:closeMatch",
                        f"<{one}> 在第 {other.number} 行也被批准为精确匹配："
                        "请驳回其一，或改为 skos:closeMatch",
                    )
            _require_unstated(row, path, profile, stated)
        found.append(_link(row))
    return found


def linkset(links: Iterable[Link], name: str, profile: Profile) -> str:
    """A Turtle file: the linkset and what it links to, the links with their evidence.

    Args:
        links: at least one.
        name: the last part of the linkset's IRI.
        profile: what was asked.
    """
    links = sorted(links, key=lambda one: (one.source, one.target))
    spaces = {profile.space} if profile.space else {_space(one.target) for one in links}
    dataset = profile.dataset or min(spaces)
    theirs = {"en": profile.title_en or name, "zh": profile.title_zh or name}
    parts = [_LINKSET.format(head=head())]
    stated = sorted({one.predicate for one in links if not one.denied})
    for predicate in stated:
        # A linkset has one kind of link (VoID, section 5).
        kind = predicate.removeprefix("skos:").removesuffix("Match")
        slug = f"regions-{name}" if kind == "exact" else f"regions-{name}-{kind}"
        titles = {
            "en": f"{_KINDS[kind][0]} in {theirs['en']}",
            "zh": _KINDS[kind][1].format(theirs["zh"]),
        }
        parts.append(f"<{iris.thing('linkset', slug)}> a void:Linkset ;\n{_titles(titles)}")
        parts.append(f"    dcterms:license <{iris.LICENCE}> ;\n    void:linkPredicate {predicate} ;\n")
        parts.append(f"    void:subjectsTarget <{iris.thing('dataset', 'regions-2012')}> ;\n")
        parts.append(f"    void:objectsTarget <{dataset}> .\n\n")
    if stated:
        parts.append(f"<{dataset}> a void:Dataset ;\n{_titles(theirs)}")
        if profile.endpoint:
            parts.append(f"    void:sparqlEndpoint <{profile.endpoint}> ;\n")
        spaced = " , ".join(literal(space) for space in sorted(spaces))
        parts.append(f"    void:uriSpace {spaced} .\n\n")
    return "".join([*parts, *turtle(links)]).rstrip("\n") + "\n"


def _require_linkable(row: table.Row, ours: Collection[str], path: Path, profile: Profile) -> None:
    source, target = row.pair
    if source not in ours:
        raise _wrong(path, row, f"the release has no region <{source}>", f"当前版本中没有地区 <{source}>")
    if not target.startswith(("http://", "https://")) or _NO_IRI.search(target):
        raise _wrong(path, row, f"{target!r} is no http IRI", f"{target!r} 不是 http IRI")
    if not target.startswith(profile.space):
        raise _wrong(
            path,
            row,
            f"<{target}> does not begin with {profile.space}, as all does that the profile {profile.name} "
            "links to: correct object_id, or give another --profile",
            f"<{target}> 不以 {profile.space} 开头，不属于配置 {profile.name} 的链接对象："
            "请更正 object_id，或改用其他 --profile",
        )


def _require_unstated(row: table.Row, path: Path, profile: Profile, stated: Iterable[Stated]) -> None:
    """That no linkset has another exact match for either end, in the graph that the line links to."""
    source, target = row.pair
    for one in stated:
        if (one.source == source) == (one.target == target):
            continue
        if not (
            one.target.startswith(profile.space) if profile.space else _space(one.target) == _space(target)
        ):
            continue
        of, new, old = (source, target, one.target) if one.source == source else (target, source, one.source)
        raise _wrong(
            path,
            row,
            f"<{new}> would be an exact match of <{of}>, which has one already, <{old}>, by {one.file.name}: "
            f"reject this line, write skos:closeMatch, or take the other out of {one.file} first",
            f"<{new}> 与 <{of}> 精确匹配，而 {one.file.name} 已将后者与 <{old}> 精确匹配："
            f"请驳回此行，改为 skos:closeMatch，或先从 {one.file} 中删除原有链接",
        )


def _link(row: table.Row) -> Link:
    said, who = row.values["comment"], row.values["reviewer_label"]
    comment = {}
    if said or who:
        en, between, zh = said.partition(table.BOTH)
        comment = {
            "en": "; ".join(part for part in (en, f"reviewed by {who}" if who else "") if part),
            "zh": "；".join(
                part for part in (zh if between else en, f"审核人：{who}" if who else "") if part
            ),
        }
    confidence = row.values["confidence"]
    source, target = row.pair
    return Link(
        source=source,
        predicate=row.values["predicate_id"],
        target=target,
        justification="ManualMappingCuration",
        review="reviewed",
        confidence=confidence if re.fullmatch(r"0\.\d+|1\.0+", confidence) else "",
        comment=comment,
        denied=row.decision == "reject",
    )


def _titles(words: Mapping[str, str]) -> str:
    texts = " , ".join(f"{literal(words[language])}@{language}" for language in ("en", "zh"))
    return f"    dcterms:title {texts} ;\n    rdfs:label {texts} ;\n"


def _space(iri: str) -> str:
    """How the IRIs of a graph begin: up to the last `/` or `#`."""
    end = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:end] if urlsplit(iri).netloc and end > len("https://") else iri


def _wrong(path: Path, row: table.Row, en: str, zh: str) -> SourceError:
    return SourceError(
        f"{path.name}, line {row.number}: {en}.",
        f"{path.name}第 {row.number} 行：{zh}。",
        file=str(path),
        line=row.number,
    )
