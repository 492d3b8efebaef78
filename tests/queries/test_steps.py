"""Where queries go a number of steps instead of a path without an end, that many are enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.store.base import Store

SOURCE = Path(__file__).resolve().parents[2] / "src" / "egov_kg"
PREFIXES = (
    "PREFIX egov: <https://w3id.org/egov-kg/ontology#>\n"
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
)


PATH = "rdfs:subClassOf|rdfs:subClassOf/rdfs:subClassOf|rdfs:subClassOf/rdfs:subClassOf/rdfs:subClassOf"


@pytest.mark.parametrize(
    ("step", "end", "written"),
    [
        ("rdfs:subClassOf", "egov:Statement", PATH),
        ("rdfs:subClassOf", "egov:Statement", "|".join(f"a/{part}" for part in PATH.split("|"))),
    ],
    ids=["kinds", "kinds of things"],
)
def test_three_steps_reach_everything(store: Store, step: str, end: str, written: str) -> None:
    assert store.ask(f"{PREFIXES}ASK {{ ?x {step} {end} }}")
    assert not store.ask(f"{PREFIXES}ASK {{ ?x {'/'.join([step] * 4)} {end} }}")
    assert any(written in path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.rq"))
