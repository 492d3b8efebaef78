"""Differences of releases: laws that hold for any two, and the words for known ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egov_kg import iris
from egov_kg.errors import ResultTooLarge
from egov_kg.release.diff import count, diff
from egov_kg.release.registry import Registry, Release
from support.releases import publish
from support.sources import observation

ID = "https://w3id.org/egov-kg/id"
CODE = "https://w3id.org/egov-kg/code"
LABELS = """
<https://w3id.org/egov-kg/code/qualifier/exact> rdfs:label "exact"@en , "确切"@zh .
<https://w3id.org/egov-kg/code/qualifier/over> rdfs:label "over"@en , "超过"@zh .
sdmx-measure:obsValue rdfs:label "value"@en , "数值"@zh .
"""


def lines(release: Release) -> set[str]:
    return set(release.nquads.read_text("utf-8").splitlines(keepends=True))


# Names that begin with one another, so that grouping by subject is put to the test.
NAMES = st.sampled_from(["urn:a", "urn:a/b", "urn:a-b", "urn:ab", "urn:b", "urn:b#c"])
TRIPLES = st.frozensets(
    st.tuples(
        NAMES, NAMES, st.sampled_from(['"x y"', '"a . \\"b\\" <c> ."@en', '"é\\n"', "<urn:a>", "5", "05"])
    ),
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TRIPLES, after=TRIPLES)
def test_what_is_removed_and_added_turns_one_into_the_other(
    before: frozenset[tuple[str, str, str]],
    after: frozenset[tuple[str, str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("home")
    old, new = (
        publish(home, "\n".join(f"<{s}> <{p}> {o} ." for s, p, o in facts)) for facts in (before, after)
    )
    difference = diff(old, new)
    assert (lines(old) - set(difference.removed)) | set(difference.added) == lines(new)
    assert set(difference.removed) <= lines(old)
    assert not set(difference.added) & lines(old)
    assert count(old.nquads, new.nquads) == (len(difference.added), len(difference.removed))
    back = diff(new, old)
    assert (back.added, back.removed) == (difference.removed, difference.added)
    subjects = [entity.iri for entity in difference.entities]
    assert len(subjects) == len(set(subjects))
    assert set(subjects) == {line[1 : line.index(">")] for line in (*difference.added, *difference.removed)}
    for entity in difference.entities:
        was, is_ = (any(line.startswith(f"<{entity.iri}> ") for line in lines(one)) for one in (old, new))
        assert (
            entity.kind
            == {(True, True): "changed", (True, False): "removed", (False, True): "added"}[was, is_]
        )
    for lang in ("en", "zh"):
        text = difference.to_text(lang)
        assert text.endswith("\n")
        for subject in subjects:
            assert subject in text


def test_a_release_does_not_differ_from_itself(tmp_path: Path) -> None:
    release = publish(tmp_path, observation("one", "71"))
    difference = diff(release, release)
    assert difference.entities == ()
    assert difference.to_nquads() == difference.to_patch() == ""
    assert difference.to_text("en") == f"{release.id} and {release.id} say the same.\n"
    assert "相同" in difference.to_text("zh")


def test_the_words(tmp_path: Path) -> None:
    old = publish(tmp_path, LABELS + observation("one", "71") + observation("two", "5"))
    new = publish(
        tmp_path, LABELS + observation("one", "72", "over", printed="71") + observation("three", "60", "over")
    )
    text = diff(old, new).to_text("en")
    assert "3 facts and 0 other entities differ" in text
    assert "  added: Coverage three: over 60% [eid:observation/three]\n" in text
    assert "  removed: Coverage two: 5% [eid:observation/two]\n" in text
    assert "  changed: Coverage one: over 72% [eid:observation/one]\n" in text
    assert "    value: 71 -> 72\n" in text
    assert "    egov:qualifier: exact -> over\n" in text
    text = diff(old, new).to_text("zh")
    assert "新增：覆盖率 three：" in text
    assert "    数值：71 -> 72\n" in text
    assert "确切 -> 超过" in text


def test_one_is_said_in_the_singular(tmp_path: Path) -> None:
    old = publish(tmp_path, observation("one", "71"))
    new = publish(tmp_path, observation("one", "71") + "<urn:a> <urn:p> 1 .")
    assert "0 facts and 1 other entity differ (1 triple added, 0 removed)." in diff(old, new).to_text("en")
    changed = publish(tmp_path, observation("one", "71", "over"))
    assert ": 1 fact and 0 other entities differ (1 triple added, 1 removed)." in diff(old, changed).to_text(
        "en"
    )
    assert "1 条事实、0 个其他实体有变化（新增 1 个三元组，删除 1 个）" in diff(old, changed).to_text("zh")


def test_the_rdf_keeps_the_graph_and_the_direction(tmp_path: Path) -> None:
    old = publish(tmp_path, "<urn:a> <urn:p> 1 .", graph=iris.graph("one"))
    new = publish(tmp_path, "<urn:a> <urn:p> 2 .", graph=iris.graph("one"))
    difference = diff(old, new)
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert difference.to_nquads() == (
        f'<urn:a> <urn:p> "1"^^<{integer}> <{iris.graph("one-removed")}> .\n'
        f'<urn:a> <urn:p> "2"^^<{integer}> <{iris.graph("one-added")}> .\n'
    )
    assert difference.to_patch() == (
        f'D <urn:a> <urn:p> "1"^^<{integer}> <{iris.graph("one")}> .\n'
        f'A <urn:a> <urn:p> "2"^^<{integer}> <{iris.graph("one")}> .\n'
    )


def test_places_in_the_source_are_only_counted(tmp_path: Path) -> None:
    old = publish(tmp_path, f"<{ID}/span/x-0001-0002> a oa:SpecificResource ; egov:paragraph 1 .")
    new = publish(tmp_path, f"<{ID}/span/x-0003-0004> a oa:SpecificResource ; egov:paragraph 1 .")
    text = diff(old, new).to_text("en")
    assert "Places in the source: 1 added, 1 removed, 0 changed." in text
    assert "x-0003" not in text


def test_the_catalogue_is_left_out(tmp_path: Path) -> None:
    old = publish(tmp_path, "<urn:a> <urn:p> 1 .", graph=iris.graph("catalogue"))
    new = publish(tmp_path, "<urn:a> <urn:p> 2 .", graph=iris.graph("catalogue"))
    assert old.id != new.id
    assert Registry(tmp_path).current() == new
    assert diff(old, new).entities == ()


def test_a_difference_past_its_bound_is_refused(tmp_path: Path) -> None:
    old, new = (publish(tmp_path, f"eid:a egov:value {number} .") for number in (1, 2))
    assert len(diff(old, new, most=2).entities) == 1
    with pytest.raises(ResultTooLarge) as caught:
        diff(old, new, most=1)
    assert caught.value.extra["limit"] == 1
