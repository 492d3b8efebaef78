"""How well a thing fits a query, in figures from 0 to 100 that can be explained.

| name | how the thing is called so |
|---|---|
| 100 | a label is the text |
| 98 | another of its names, a code or its IRI is |
| 90 | a name is the text and what kind of division it is |
| 85, 80 | the text is pinyin of a name: where the English name begins so as well, where it does not |
| 79 and less | 0.79 times how alike the name is; what `ranking` has, where a part of its pinyin was found |

With conditions the score is that of the name times 0.6 + 0.4 times the share of conditions that agree; one of
which nothing is known counts a half. Without a name it is that share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.match.called import Called, How
from egov_kg.match.hits import Hit
from egov_kg.match.ranking import NEAREST

BY_NAME: Final[Mapping[How, float]] = {
    "label": 100.0,
    "other": 98.0,
    "code": 98.0,
    "stem": 90.0,
    "sound": 80.0,
}
"""The score of the name by how a thing is called so."""

ALIKE: Final = 79.0
"""The score of a name that is only alike is at most this."""

SAME: Final = frozenset[How](("label", "other", "code"))
"""What is evidence by itself that a name means the thing."""

_LEAST: Final = 0.6

FEATURES: Final[Mapping[str, Mapping[str, str]]] = {
    "name": {"en": "How well the name fits, 0 to 100", "zh": "名称的吻合程度，0 至 100"},
    "same-name": {"en": "It is called so", "zh": "名称相同"},
    "without-kind": {"en": "It is called so without the kind of division", "zh": "省略通名后名称相同"},
    "sound": {"en": "It is pronounced so", "zh": "读音相同"},
    "namesakes": {"en": "Others that are called so", "zh": "其他同名者的个数"},
    "conditions": {"en": "Share of the properties that agree, 0 to 100", "zh": "相符属性所占的百分比"},
}
"""What is said of a candidate besides its score, by language; `agrees:<property>` is said of each as well."""


@dataclass(frozen=True, slots=True)
class Features:
    """What a score is made of.

    Attributes:
        name: how well the name fits; None where no name was asked for.
        how: in which way the thing is called so; None where it is not.
        namesakes: others of those asked for that are called so.
        agreements: whether each condition agrees, by its property; None where nothing is known.
    """

    name: float | None
    how: How | None
    namesakes: int
    agreements: Sequence[tuple[str, bool | None]]

    @property
    def share(self) -> float:
        """How much of what was asked agrees, 0 to 1; 1 where there are no conditions."""
        return share(agrees for _, agrees in self.agreements)

    @property
    def score(self) -> float:
        """From 0 to 100."""
        if self.name is None:
            return round(100 * self.share, 1)
        return round(self.name * (_LEAST + (1 - _LEAST) * self.share), 1)

    def values(self) -> dict[str, float | bool]:
        """As programs are told: by the names in `FEATURES`."""
        found: dict[str, float | bool] = {}
        if self.name is not None:
            found["name"] = round(self.name, 1)
            found["same-name"] = self.how in SAME
            found["without-kind"] = self.how == "stem"
            found["sound"] = self.how == "sound"
            found["namesakes"] = self.namesakes
        if self.agreements:
            found["conditions"] = round(100 * self.share, 1)
        for name, agrees in self.agreements:
            if agrees is not None:
                known = found.get(f"agrees:{name}", True)
                found[f"agrees:{name}"] = bool(known) and agrees
        return found


def share(agreements: Iterable[bool | None]) -> float:
    """The mean of what agrees (1), does not (0), or is not known (0.5); 1 of nothing."""
    values = [0.5 if agrees is None else float(agrees) for agrees in agreements]
    return sum(values) / len(values) if values else 1.0


def by_name(hit: Hit, called: Called | None, likeness: float) -> float:
    """How well a name fits.

    Args:
        hit: how the search found the thing.
        called: how it is called so; None where it is not.
        likeness: of the name that was found to the text, 0 to 100.
    """
    if called is not None and called.how != "sound":
        return BY_NAME[called.how]
    if called is not None:
        return max(BY_NAME["sound"], hit.score) if hit.why == "pinyin" else BY_NAME["sound"]
    if hit.why == "pinyin":
        return min(ALIKE, hit.score)
    if hit.why == "near":
        likeness = max(likeness, 100 * hit.score / NEAREST)
    return ALIKE * min(100.0, likeness) / 100


def decided(
    called: Mapping[int, Called], agreements: Mapping[int, Sequence[tuple[bool, bool | None]]], *, spelt: bool
) -> int | None:
    """The one thing that is meant beyond doubt, by its number; None where there is none.

    Nothing else may be called so, even without the kind of division: conditions that do not agree rule
    namesakes out. A name without its kind is enough only where a condition on a place agrees, and a sound
    never is. Of letters that are no name as they are written, case and all, whatever sounds so is in doubt as
    well: they may be pinyin.

    Args:
        called: everything that is called so, of the types asked for.
        agreements: of each of them: whether a condition is about a place, and whether it agrees.
        spelt: whether the text has only Latin letters.
    """
    doubtful = spelt and not any(one.as_written for one in called.values())
    left = [
        number
        for number, one in called.items()
        if (doubtful or one.how != "sound") and not any(agrees is False for _, agrees in agreements[number])
    ]
    if len(left) != 1:
        return None
    how = called[left[0]].how
    if how == "stem":
        return left[0] if any(place and agrees for place, agrees in agreements[left[0]]) else None
    return left[0] if how in SAME else None
