"""JSON-stat 2.0: the rules of https://json-stat.org/full/ by a checker, and every figure back again."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from egov_kg.publish.figures import Figures
from egov_kg.publish.jsonstat import categories, dataset
from egov_kg.release.registry import Release

Document = dict[str, Any]


def faults(document: Document) -> Iterator[str]:
    """What is wrong with a document of class `dataset`, by the rules of the format."""
    for name in ("version", "class", "id", "size", "dimension", "value"):
        if name not in document:
            yield f"no {name}"
            return
    if (document["version"], document["class"]) != ("2.0", "dataset"):
        yield "not a dataset of version 2.0"
    ids, size, dimensions = document["id"], document["size"], document["dimension"]
    if len(ids) != len(size) or len(set(ids)) != len(ids):
        yield "id and size do not go together"
    if set(ids) != set(dimensions):
        yield "id and dimension do not go together"
        return
    for name, count in zip(ids, size, strict=False):
        category = dimensions[name]["category"]
        index = category["index"]
        if isinstance(index, dict):
            if sorted(index.values()) != list(range(count)):
                yield f"the index of {name} does not count"
        elif len(set(index)) != count:
            yield f"{name} has not as many categories as its size"
        for part in ("label", "unit"):
            if not set(category.get(part, {})) <= set(index):
                yield f"{part} of {name} is about no category"
    roles = [name for names in document.get("role", {}).values() for name in names]
    if not set(document.get("role", {})) <= {"time", "geo", "metric"} or not set(roles) <= set(ids):
        yield "a role that there is not, or of no dimension"
    cells = math.prod(size)
    for part in ("value", "status"):
        for key, value in document.get(part, {}).items():
            if not (key.isdecimal() and str(int(key)) == key and int(key) < cells):
                yield f"{part} {key} is outside of the cube"
            if part == "value" and (isinstance(value, bool) or not isinstance(value, int | float | None)):
                yield f"value {key} is no number"


@pytest.fixture(params=["zh", "en"])
def document(request: pytest.FixtureRequest, own: Release) -> Document:
    path = own.path / f"observations.{request.param}.jsonstat.json"
    found: Document = json.loads(path.read_text("utf-8"))
    return found


def test_the_document_keeps_the_rules(document: Document) -> None:
    assert list(faults(document)) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda d: d.pop("version"), "no version"),
        (lambda d: d["size"].__setitem__(1, 1), "index of indicator"),
        (lambda d: d["value"].__setitem__("999999999", 1), "outside"),
        (lambda d: d["value"].__setitem__("1", "71"), "no number"),
        (lambda d: d["role"].__setitem__("space", ["area"]), "role"),
        (lambda d: d["dimension"].pop("area"), "do not go together"),
        (lambda d: d["dimension"]["area"]["category"]["label"].__setitem__("x", "x"), "about no category"),
    ],
)
def test_the_checker_finds_faults(spoil: Callable[[Document], Any], said: str, document: Document) -> None:
    spoilt = copy.deepcopy(document)
    spoil(spoilt)
    assert said in "; ".join(faults(spoilt))


def cell(document: Document, at: int) -> dict[str, str]:
    """The categories of a cell, by dimension."""
    found: dict[str, str] = {}
    for name, size in reversed(list(zip(document["id"], document["size"], strict=True))):
        at, position = divmod(at, size)
        index = document["dimension"][name]["category"]["index"]
        found[name] = list(index)[position]
    return found


def test_every_figure_comes_back(document: Document, own_rows: dict[str, dict[str, str]]) -> None:
    extension = document["extension"]
    assert extension["unplaced"] == []
    back: dict[str, dict[str, Any]] = {}
    for key, described in extension["observation"].items():
        place = cell(document, int(key))
        assert place["measure"] == "value"
        iris = {
            name: document["dimension"][name]["extension"]["iri"][code]
            for name, code in place.items()
            if name != "measure"
        }
        back[described["iri"]] = {**described, **place, "iris": iris, "at": int(key)}
    assert back.keys() == own_rows.keys()
    counted = 0
    for iri, row in own_rows.items():
        found = back[iri]
        for name in ("indicator", "subject", "condition", "period"):
            assert found["iris"][name] == row[name]
        assert (found["level"], found["unit"]) == (row["level"], row["unit"])
        assert found["reported_value"] == row["reported_value"]
        assert found["unit_mult"] == int(row["unit_mult"])
        assert " ".join(found.get("flags", [])) == row["flags"]
        for offset, name in enumerate(("value", "lower", "upper")):
            key = str(found["at"] + offset)
            stated = document["value"].get(key)
            assert (stated is None) == (row[name] == "")
            if stated is not None:
                counted += 1
                assert Decimal(str(stated)) == Decimal(row[name])
                inclusive = {"true": "inclusive", "false": "exclusive"}
                wanted = row["qualifier"] if name == "value" else inclusive[row[f"{name}_inclusive"]]
                assert document["status"][key] == wanted
                assert wanted in extension["status"]["label"]
    assert counted == len(document["value"])


def test_labels_are_in_the_language_of_the_file(own_figures: Figures) -> None:
    labels = {}
    for language in ("zh", "en"):
        document = dataset(own_figures, language)
        names = document["dimension"]["indicator"]["category"]["label"].values()
        labels[language] = set(names)
        assert document["label"] == own_figures.about.whole.title[language]
    assert all(name.isascii() for name in labels["en"])
    assert not any(name.isascii() for name in labels["zh"])


def test_a_second_figure_at_the_same_place_is_not_lost(own_figures: Figures) -> None:
    first = next(figure for figure in own_figures.all if figure.lower)
    second = replace(first, iri="urn:second", value="12.5", upper="")
    document = dataset(replace(own_figures, all=(first, second)), "en")
    assert list(faults(document)) == []
    (unplaced,) = document["extension"]["unplaced"]
    assert (unplaced["iri"], unplaced["value"]) == ("urn:second", 12.5)
    assert unplaced["lower"] == float(first.lower)
    assert set(unplaced["status"]) == {"value", "lower"}
    assert unplaced["place"]["level"] == first.place["level"].rpartition("/")[2]


def test_no_observations_make_an_empty_cube(own_figures: Figures) -> None:
    document = dataset(replace(own_figures, all=()), "en")
    assert list(faults(document)) == []
    assert document["value"] == {}


def test_codes_are_short_and_tell_apart() -> None:
    assert categories(["urn:a/x", "urn:a/y"]) == {"urn:a/x": "x", "urn:a/y": "y"}
    assert categories(["urn:a/x", "urn:b/x", ""]) == {
        "urn:a/x": "urn:a/x",
        "urn:b/x": "urn:b/x",
        "": "not-given",
    }
    assert categories(["e/id/condition/none", "e/code/condition/none"]) == {
        "e/id/condition/none": "e/id/condition/none",
        "e/code/condition/none": "e/code/condition/none",
    }
