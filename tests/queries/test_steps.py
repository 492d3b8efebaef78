"""Where queries go a number of steps instead of a path without an end, that many are enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.store.base import Store

SOURCE = Path(__file__).resolve().parents[2] / "src" / "egov_kg"
PREFIXES = (
    "PREFIX c-region-level: <https://w3id.org/egov-kg/code/region-level/>\n"
    "PREFIX egov: <https://w3id.org/egov-kg/ontology#>\n"
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
)


@pytest.mark.parametrize(
    ("step", "end"),
    [
        ("rdfs:subClassOf", "egov:Statement"),
        ("skos:broader", "?region . ?region egov:regionLevel c-region-level:province"),
    ],
)
def test_three_steps_reach_everything(store: Store, step: str, end: str) -> None:
    assert store.ask(f"{PREFIXES}ASK {{ ?x {step} {end} }}")
    assert not store.ask(f"{PREFIXES}ASK {{ ?x {'/'.join([step] * 4)} {end} }}")
    written = "|".join("/".join([step] * count) for count in (1, 2, 3))
    typed = "|".join(f"a/{part}" for part in written.split("|"))
    assert any(
        written in text or typed in text
        for path in SOURCE.rglob("*.rq")
        for text in [path.read_text(encoding="utf-8")]
    )
