"""How likely it is that two things are the same, in figures that can be explained.

| what agrees | points |
|---|---|
| a code of a system that the profile trusts | 0.60, a second one 0.15 more |
| a Chinese name | 0.40 |
| an English name | 0.15 |
| what it is in | 0.15 |
| a code of an unknown system | 0.10 |

| what does not | points |
|---|---|
| both have codes of one system, and none is the same | they are two things |
| both have Chinese names, and none is the same | -0.30 |
| it ended before the year of the regions | -0.30 |
| both say what they are in, and nothing is the same | -0.20 |

Names are compared folded and whole: nothing is thought the same because it is nearly so, or sounds so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from egov_kg.links.profiles import SYSTEMS
from egov_kg.links.things import LANGUAGES, Thing

LEAST: Final = 0.5
"""What scores less is not proposed."""

EXACT: Final = 0.85
"""What scores as much is proposed as `skos:exactMatch`, else as `skos:closeMatch`."""

_YEAR: Final = 2012
_NAMES: Final = {"zh": 0.40, "en": 0.15}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that may be the same.

    Attributes:
        ours, theirs: the two.
        score: 0 to 1.
        why: what was compared, a few words each, in English and Chinese.
        by_code: a code of a trusted system is the same.
        rivals: how many other candidates, as good or better, either of them has.
    """

    ours: Thing
    theirs: Thing
    score: float
    why: Sequence[tuple[str, str]] = field(default=())
    by_code: bool = False
    rivals: int = 0

    @property
    def predicate(self) -> str:
        """What is proposed."""
        return "skos:exactMatch" if self.score >= EXACT and not self.rivals else "skos:closeMatch"


def candidates(
    ours: Mapping[str, Thing], theirs: Mapping[str, Thing], trusted: Iterable[str]
) -> list[Candidate]:
    """The pairs that are likely enough, best first, then by IRI.

    Args:
        ours: what there is to link, by IRI.
        theirs: what there may be links to, by IRI.
        trusted: systems of codes that are proof enough by themselves.
    """
    trusted = frozenset(trusted)
    index = _Index(ours.values())
    found = []
    for thing in theirs.values():
        if thing.iri in ours:
            continue  # another service with the same data
        for one in index.near(thing, trusted):
            candidate = _compare(one, thing, trusted, index)
            if candidate is not None and candidate.score >= LEAST:
                found.append(candidate)
    return sorted(_with_rivals(found), key=lambda one: (-one.score, one.ours.iri, one.theirs.iri))


class _Index:
    """Our things by code and by name."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._codes: dict[tuple[str, str], list[Thing]] = {}
        self._names: dict[str, list[Thing]] = {}
        for thing in things:
            for system, codes in thing.codes.items():
                for code in codes:
                    self._codes.setdefault((system, code), []).append(thing)
            for name in {name for language in LANGUAGES for name in thing.names.get(language, ())}:
                self._names.setdefault(name, []).append(thing)

    def near(self, thing: Thing, trusted: frozenset[str]) -> list[Thing]:
        """What has a code or a name in common with a thing."""
        found: dict[str, Thing] = {}
        for system in trusted:
            for code in thing.codes.get(system, ()):
                found |= {one.iri: one for one in self._codes.get((system, code), ())}
        for language in LANGUAGES:
            for name in thing.names.get(language, ()):
                found |= {one.iri: one for one in self._names.get(name, ())}
        return list(found.values())

    def shared(self, names: Iterable[str]) -> bool:
        """Whether each of some names is the name of several things."""
        return all(len(self._names.get(name, ())) > 1 for name in names)


def _compare(ours: Thing, theirs: Thing, trusted: frozenset[str], index: _Index) -> Candidate | None:
    """A candidate, or None for two things that cannot be the same."""
    score = 0.0
    by_code = False
    why: list[tuple[str, str]] = []
    for system in SYSTEMS:
        if system not in trusted or not (ours.codes.get(system) and theirs.codes.get(system)):
            continue
        same = ours.codes[system] & theirs.codes[system]
        if not same:
            return None
        score += 0.15 if by_code else 0.60
        by_code = True
        why.append((f"code {min(same)} ({system})", f"代码相同：{min(same)}（{system}）"))
    if theirs.codes.get("code", set()) & {one for codes in ours.codes.values() for one in codes}:
        score += 0.10
        why.append(("a code", "代码相同"))
    same_names: set[str] = set()
    for language, words in (("zh", ("Chinese name", "中文名")), ("en", ("English name", "英文名"))):
        mine, others = ours.names.get(language, set()), theirs.names.get(language, set())
        if mine & others:
            score += _NAMES[language]
            same_names |= mine & others
            why.append((words[0], f"{words[1]}相同"))
        elif mine and others and language == "zh":
            score -= 0.30
            why.append(("another Chinese name", "中文名不同"))
    inside = bool(ours.parents & theirs.parents)
    if inside:
        score += 0.15
        why.append(("in the same place", "上级相同"))
    elif ours.parents and theirs.parents:
        score -= 0.20
        why.append(("in another place", "上级不同"))
    if theirs.until and theirs.until < _YEAR:
        score -= 0.30
        why.append((f"ended in {theirs.until}", f"已于 {theirs.until} 年撤销"))
    if not by_code and not inside and index.shared(same_names):
        return None  # a name that several places have says nothing by itself
    return Candidate(ours, theirs, round(max(0.0, min(1.0, score)), 2), tuple(why), by_code)


def _with_rivals(found: list[Candidate]) -> Iterator[Candidate]:
    by_thing: dict[str, list[Candidate]] = {}
    for one in found:
        for thing in (one.ours, one.theirs):
            by_thing.setdefault(thing.iri, []).append(one)
    for one in found:
        others = [*by_thing[one.ours.iri], *by_thing[one.theirs.iri]]
        rivals = sum(other is not one and other.score >= one.score for other in others)
        yield replace(one, rivals=rivals)
