"""The reported observations as JSON-stat 2.0 (https://json-stat.org/full/), one document per language.

One `dataset`. Its dimensions are the data set, those of the structure, and `measure`, by which a figure has
up to three cells: `value`, `lower` and `upper`. A value has its qualifier as its status, a bound whether it
is itself possible. Cells that are not stated are absent (`value` is an object). The indicators are the
metrics; their units are in `category.unit`. Not part of the standard, in `extension`:

- `status`: what each status means;
- `observation`: by index of the cell of the value, the observation's IRI, unit, printed figure and flags;
- `unplaced`: observations whose place another one has already, with the same members and their own bounds.

Numbers are JSON numbers, which most readers take for doubles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from egov_kg import iris
from egov_kg.namespaces import expand
from egov_kg.publish.figures import DIMENSIONS, Figure, Figures, notation

MEASURES: Final[Mapping[str, Mapping[str, str]]] = {
    "value": {"zh": "数值", "en": "value"},
    "lower": {"zh": "下界", "en": "lower bound"},
    "upper": {"zh": "上界", "en": "upper bound"},
}
INCLUSIVE: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "true": ("inclusive", {"zh": "含界本身", "en": "the bound itself is possible"}),
    "false": ("exclusive", {"zh": "不含界本身", "en": "the bound itself is not possible"}),
}
_MEASURE_LABEL: Final[Mapping[str, str]] = {"zh": "度量", "en": "measure"}
_DATASET_LABEL: Final[Mapping[str, str]] = {"zh": "数据集", "en": "data set"}
_NOT_STATED: Final[Mapping[str, str]] = {"zh": "未给出", "en": "not given"}
_ROLES: Final[Mapping[str, list[str]]] = {"time": ["period"], "geo": ["area"], "metric": ["indicator"]}


def dataset(figures: Figures, language: str) -> dict[str, Any]:
    """The document in a language.

    Args:
        figures: what to say.
        language: `zh` or `en`.
    """
    about = figures.about
    members = {name: categories(codes) for name, codes in _members(figures.all).items()}
    size = [len(codes) for codes in members.values()]
    cells = _Cells(members, size)
    for figure in figures.all:
        cells.add(figure)
    dimension = {name: _dimension(figures, name, codes, language) for name, codes in members.items()}
    dimension["measure"] = {
        "label": _MEASURE_LABEL[language],
        "category": {
            "index": list(MEASURES),
            "label": {code: words[language] for code, words in MEASURES.items()},
        },
    }
    issued = max((work.issued for work in about.datasets.values()), default="")
    sources = {source.name(language) for work in about.datasets.values() for source in work.sources}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": about.whole.name(language),
        **({"source": "; ".join(sorted(sources))} if sources else {}),
        **({"updated": issued} if issued else {}),
        "link": {
            "describes": [{"href": about.whole.iri}],
            "license": [{"href": iris.LICENCE}],
        },
        "note": [about.citation(language)],
        "id": [*members, "measure"],
        "size": [*size, len(MEASURES)],
        "role": dict(_ROLES),
        "dimension": dimension,
        "value": cells.value,
        "status": cells.status,
        "extension": {
            "release": about.release,
            "status": {"label": _statuses(figures, language)},
            "observation": cells.observation,
            "unplaced": cells.unplaced,
        },
    }


class _Cells:
    """Cells of the cube as they fill.

    Args:
        members: IRI to code of the categories of each dimension but the last, which is `measure`.
        size: how many they are.
    """

    def __init__(self, members: Mapping[str, Mapping[str, str]], size: Sequence[int]) -> None:
        self._members = members
        self._positions = {name: {code: at for at, code in enumerate(all_)} for name, all_ in members.items()}
        self._size = size
        self.value: dict[str, int | float] = {}
        self.status: dict[str, str] = {}
        self.observation: dict[str, dict[str, Any]] = {}
        self.unplaced: list[dict[str, Any]] = []

    def add(self, figure: Figure) -> None:
        """Put a figure in its place, or among the unplaced where the place is taken."""
        at = self._index(figure)
        numbers = {"value": figure.value, "lower": figure.lower, "upper": figure.upper}
        stated = {name: number(text) for name, text in numbers.items() if text}
        statuses = {
            "value": notation(figure.qualifier),
            "lower": INCLUSIVE[figure.lower_inclusive][0] if figure.lower_inclusive else "",
            "upper": INCLUSIVE[figure.upper_inclusive][0] if figure.upper_inclusive else "",
        }
        described = _described(figure)
        if str(at) in self.value:
            place = {name: codes[_code(figure, name)] for name, codes in self._members.items()}
            stated_statuses = {name: status for name, status in statuses.items() if status and name in stated}
            self.unplaced.append({**described, "place": place, **stated, "status": stated_statuses})
            return
        for offset, name in enumerate(MEASURES):
            if name in stated:
                self.value[str(at + offset)] = stated[name]
                if statuses[name]:
                    self.status[str(at + offset)] = statuses[name]
        self.observation[str(at)] = described

    def _index(self, figure: Figure) -> int:
        at = 0
        for (name, positions), size in zip(self._positions.items(), self._size, strict=True):
            at = at * size + positions[_code(figure, name)]
        return at * len(MEASURES)


def number(text: str) -> int | float:
    """A decimal as a JSON number, whole where it is whole."""
    value = float(text)
    return int(value) if value.is_integer() else value


def categories(all_: Sequence[str]) -> dict[str, str]:
    """A short code for each IRI: its last part, or as much of it as tells them apart; `not-given` for
    none."""
    found: dict[str, str] = {}
    for parts in (1, 2, 99):
        codes = {one: "/".join(one.split("/")[-parts:]) or "not-given" for one in all_ if one not in found}
        used = Counter([*codes.values(), *found.values()])
        found.update({one: code for one, code in codes.items() if used[code] == 1})
    return {one: found[one] for one in all_}


def _code(figure: Figure, name: str) -> str:
    return figure.dataset if name == "dataset" else figure.place[name]


def _members(all_: Iterable[Figure]) -> dict[str, list[str]]:
    names = ("dataset", *DIMENSIONS)
    return {name: sorted({_code(figure, name) for figure in all_}) for name in names}


def _dimension(figures: Figures, name: str, codes: Mapping[str, str], language: str) -> dict[str, Any]:
    if name == "dataset":
        label = _DATASET_LABEL[language]
        datasets = figures.about.datasets
        names = {
            code: datasets[code].name(language) if code in datasets else notation(code) for code in codes
        }
    else:
        label = figures.label(DIMENSIONS[name], language)
        names = {code: figures.label(code, language) if code else _NOT_STATED[language] for code in codes}
    found: dict[str, Any] = {
        "index": {code: at for at, code in enumerate(codes.values())},
        "label": {code: names[one] for one, code in codes.items()},
    }
    if name == "indicator":
        found["unit"] = _units(figures, codes, language)
    extension = {"property": DIMENSIONS[name]} if name in DIMENSIONS else {}
    return {
        "label": label,
        "category": found,
        "extension": {**extension, "iri": {code: one for one, code in codes.items() if one}},
    }


def _units(figures: Figures, codes: Mapping[str, str], language: str) -> dict[str, dict[str, Any]]:
    used: dict[str, set[str]] = {}
    for figure in figures.all:
        used.setdefault(figure.place["indicator"], set()).add(figure.unit)
    found: dict[str, dict[str, Any]] = {}
    for indicator, code in codes.items():
        if len(used[indicator]) == 1 and (unit := next(iter(used[indicator]))):
            symbol = {"symbol": "%"} if unit == expand("unit:PERCENT") else {}
            found[code] = {"label": figures.label(unit, language), **symbol, "iri": unit}
    return found


def _described(figure: Figure) -> dict[str, Any]:
    return {
        "iri": figure.iri,
        "unit": notation(figure.unit),
        "unit_mult": int(figure.unit_mult or 0),
        "reported_value": figure.reported_value,
        **({"flags": [notation(flag) for flag in figure.flags]} if figure.flags else {}),
    }


def _statuses(figures: Figures, language: str) -> dict[str, str]:
    qualifiers = sorted({figure.qualifier for figure in figures.all} - {""})
    found = {notation(one): figures.label(one, language) for one in qualifiers}
    return {**found, **{code: words[language] for code, words in INCLUSIVE.values()}}
