"""The questions that reason with bounds: what they say when a threshold or a bound is another."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from egov_kg.intervals import compare, from_qualifier
from egov_kg.sparql.queries import find_question
from egov_kg.store.base import Store
from support.questions import QUESTIONS, Row, answer, column, open_store

OBSERVATION = "https://w3id.org/egov-kg/id/observation/2012-2013-"
GRAPH = "https://w3id.org/egov-kg/graph/report-2012-2013"
TERM = "https://w3id.org/egov-kg/ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"

Ask = Callable[[str, str], list[Row]]


def text(name: str) -> str:
    return find_question(QUESTIONS, name).text


def by_fact(rows: list[Row], name: str) -> dict[str, str]:
    """One column of an answer, by the fact of its row."""
    return {row[0]: row[1] for row in column(rows, "fact", name)}


@pytest.fixture
def ask_with(graph_file: Path, tmp_path: Path) -> Ask:
    """Answers a question after facts, as N-Quads, are added to the graph."""

    def ask(name: str, facts: str) -> list[Row]:
        more = tmp_path / "more.nq"
        more.write_text(facts, encoding="utf-8")
        with open_store([graph_file, more]) as store:
            return answer(store, text(name))

    return ask


def bound(fact: str, side: str, value: str, *, inclusive: bool) -> str:
    """A stated bound of an observation, as N-Quads."""
    subject = f"<{OBSERVATION}{fact}>"
    return (
        f'{subject} <{TERM}{side}Bound> "{value}"^^<{XSD}decimal> <{GRAPH}> .\n'
        f'{subject} <{TERM}{side}Inclusive> "{str(inclusive).lower()}"^^<{XSD}boolean> <{GRAPH}> .\n'
    )


@pytest.mark.parametrize(
    ("threshold", "domains", "ministries"),
    [
        ("69.0", "certain", "possible"),
        ("69.1", "excluded", "possible"),
        ("100.0", "excluded", "possible"),
        ("100.1", "excluded", "excluded"),
    ],
)
def test_a_threshold_has_three_answers(store: Store, threshold: str, domains: str, ministries: str) -> None:
    query = text("main-business-at-least-80").replace("{ 80 }", f"{{ {threshold} }}")
    verdicts = by_fact(answer(store, query), "verdict")
    assert verdicts[OBSERVATION + "main-business-prefecture-domains"] == domains
    assert verdicts[OBSERVATION + "main-business-central"] == ministries


@pytest.mark.parametrize(
    "threshold", ["0.0", "22.4", "50.0", "70.0", "71.0", "90.0", "99.9", "100.0", "100.1"]
)
def test_the_answers_are_those_of_the_reference(store: Store, threshold: str) -> None:
    query = text("shares-at-least-90").replace("{ 90 }", f"{{ {threshold} }}")
    rows = column(answer(store, query), "fact", "qualifier", "value", "verdict")
    assert len({qualifier for _, qualifier, _, _ in rows}) >= 4
    for fact, qualifier, value, verdict in rows:
        stated = from_qualifier(qualifier, Decimal(value))
        assert compare(stated, ">=", Decimal(threshold), domain=Decimal(100)) == verdict, fact


def test_the_bound_of_logic_excludes_but_is_said_to_be_of_logic(store: Store) -> None:
    query = text("shares-at-least-90").replace("{ 90 }", "{ 100.5 }")
    rows = column(answer(store, query), "fact", "verdict", "upper", "upper_from")
    assert {verdict for _, verdict, _, _ in rows} == {"excluded"}
    assert (OBSERVATION + "website-provincial", "excluded", "100", "logic") in rows
    assert (OBSERVATION + "extranet-coverage-county", "excluded", "71", "source") in rows


@pytest.mark.parametrize(
    ("inclusive", "at_limit"), [(True, "possible"), (False, "excluded")], ids=["inclusive", "exclusive"]
)
def test_an_exclusive_upper_bound_at_the_threshold_excludes(
    ask_with: Ask, inclusive: bool, at_limit: str
) -> None:
    rows = ask_with(
        "main-business-at-least-80", bound("main-business-central", "upper", "80.0", inclusive=inclusive)
    )
    verdicts = by_fact(rows, "verdict")
    assert verdicts[OBSERVATION + "main-business-central"] == at_limit


@pytest.mark.parametrize(
    ("lower", "lower_inclusive", "upper", "upper_inclusive", "verdict"),
    [
        ("400000000", True, "300000000", True, "certain"),
        ("300000000", True, "300000000", True, "possible"),
        ("300000000", False, "300000000", True, "certain"),
        ("300000000", True, "300000000", False, "certain"),
        ("200000000", True, "300000000", True, "possible"),
    ],
)
def test_one_saving_is_certainly_higher_when_the_bounds_do_not_meet(
    ask_with: Ask, lower: str, lower_inclusive: bool, upper: str, upper_inclusive: bool, verdict: str
) -> None:
    facts = bound("shaanxi-investment-saving", "lower", lower, inclusive=lower_inclusive)
    facts += bound("shenzhen-funds-saving", "upper", upper, inclusive=upper_inclusive)
    rows = column(ask_with("savings-compared-pairwise", facts), "higher", "lower", "verdict")
    assert (
        OBSERVATION + "shaanxi-investment-saving",
        OBSERVATION + "shenzhen-funds-saving",
        verdict,
    ) in rows
    rows = ask_with("savings-ranked-by-region", facts)
    ranks = {fact: (best, worst) for fact, best, worst in column(rows, "fact", "best_rank", "worst_rank")}
    # Either way the lower bound is above Jiangxi's exact figure; Shenzhen has no lower bound to be above it.
    certain = verdict == "certain"
    assert ranks[OBSERVATION + "shaanxi-investment-saving"] == ("1", "1" if certain else "2")
    assert ranks[OBSERVATION + "shenzhen-funds-saving"] == ("2" if certain else "1", "3")
    assert ranks[OBSERVATION + "saving-jiangxi-line-rent"] == ("2", "3")
