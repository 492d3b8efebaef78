"""What an observation does not say follows from its structure; what stands behind it is read whole."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from egov_kg import iris
from egov_kg.publish.cards import Card, read_card
from egov_kg.publish.observations import Observation, Term
from egov_kg.publish.unsaid import unsaid
from egov_kg.store.snapshot import Snapshot

DATE, METHOD = "When the figure held.", "How the figure was collected."
DENOMINATOR = "What the share is a share of, as a number: the denominator."


def left_open(store: Snapshot, one: Observation) -> tuple[str, ...]:
    return unsaid(one, read_card(store, one), "en")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("extranet-units-covered", (DATE, METHOD)),
        ("extranet-coverage-county", (DATE, DENOMINATOR, METHOD)),
        ("saving-beijing-direct-benefit", ("When the period that the figure covers ended.", METHOD)),
        (
            "saving-central-line-rent",
            (
                DATE,
                "How far from 140 million yuan it may have been: “about” has no tolerance here.",
                METHOD,
                "How the estimate was made.",
            ),
        ),
        (
            "sub-provincial-departments-above-85",
            (
                DATE,
                "How many were counted, and how many of them pass the threshold.",
                "How far above 60% it was.",
                METHOD,
                "Which of its readings is meant.",
            ),
        ),
        (
            "online-query-central",
            (DATE, DENOMINATOR, "How large the sample was, and how it was drawn."),
        ),
        (
            "served-websites",
            ("How far below 400 it was.", METHOD, "Which of its readings is meant."),
        ),
        (
            "website-provincial",
            (
                DENOMINATOR,
                "Which are the exceptions that the reservation leaves room for.",
                METHOD,
                "Which of its readings is meant.",
            ),
        ),
    ],
)
def test_what_is_left_open(
    store: Snapshot, observations: dict[str, Observation], name: str, expected: tuple[str, ...]
) -> None:
    assert left_open(store, observations[name]) == expected


def test_both_languages_leave_the_same_open(store: Snapshot, observations: dict[str, Observation]) -> None:
    for one in observations.values():
        card = read_card(store, one)
        english, chinese = unsaid(one, card, "en"), unsaid(one, card, "zh")
        assert len(english) == len(chinese) >= 1
        loose = re.compile(r"[\u4e00-\u9fff] [\u4e00-\u9fff]|[{}]")
        assert not any(loose.search(text) for text in (*english, *chinese))


def test_what_is_said_is_not_left_open(store: Snapshot, observations: dict[str, Observation]) -> None:
    one = observations["extranet-coverage-county"]
    dated = replace(one, period=Term(iris.thing("period", "2012"), {}))
    assert DATE not in left_open(store, dated)
    surveyed = replace(one, survey=Term(iris.thing("survey", "local-categories"), {}))
    card = replace(read_card(store, one), method="sample")
    assert METHOD not in unsaid(surveyed, card, "en")
    assert "How large the sample was, and how it was drawn." in unsaid(surveyed, card, "en")
    assert "By which method the survey was made." in unsaid(
        surveyed, replace(card, method="not-stated"), "en"
    )


def test_a_card_has_the_spans_the_readings_and_the_source(
    store: Snapshot, observations: dict[str, Observation]
) -> None:
    one = observations["sub-provincial-departments-above-85"]
    card = read_card(store, one)
    assert [span.role for span in card.spans] == ["figure", "clause", "threshold"]
    figure, clause, threshold = (span.place for span in card.spans)
    assert one.place == figure
    assert clause.start <= figure.start < figure.end <= clause.end
    assert threshold.span.endswith(f"-{threshold.start:04d}-{threshold.end:04d}")
    assert all(len(span.sha256) == 64 for span in card.spans)
    assert [reading.rank for reading in card.readings] == [1, 2]
    assert card.readings[1].counted is not None
    assert card.readings[1].counted.name("en") == "Sub-provincial cities"
    assert card.document.iri == iris.thing("document", "report-2012-2013")
    assert card.review == "reviewed"


def test_every_card_is_read_whole(store: Snapshot, observations: dict[str, Observation]) -> None:
    cards: list[tuple[Observation, Card]] = [(one, read_card(store, one)) for one in observations.values()]
    assert all([span.role for span in card.spans][:2] == ["figure", "clause"] for _, card in cards)
    assert all(
        (len(card.readings) > 1) == any(flag.notation == "ambiguous" for flag in one.flags)
        for one, card in cards
    )
    assert {card.method for _, card in cards} == {"", "sample", "not-stated"}
    assert sum(card.has_open_end for _, card in cards) == 1
    assert any(card.notes for _, card in cards)


def test_hashes_are_those_of_the_report(store: Snapshot, observations: dict[str, Observation]) -> None:
    source = Path(__file__).resolve().parents[3] / "shared" / "source" / "report-2012-2013.txt"
    if not source.is_file():
        pytest.skip("the report is not beside the project (../shared/source)")
    text = source.read_text(encoding="utf-8")
    for one in observations.values():
        card = read_card(store, one)
        assert hashlib.sha256(text.encode()).hexdigest() == card.document_sha256
        for span in card.spans:
            part = text[span.place.start : span.place.end]
            assert hashlib.sha256(part.encode()).hexdigest() == span.sha256
