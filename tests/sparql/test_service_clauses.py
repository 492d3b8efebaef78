"""SERVICE clauses found in the text of a query."""

from __future__ import annotations

import pytest

from egov_kg.errors import QueryForbidden
from egov_kg.sparql.service_clauses import service_clauses

URL = "http://other.example/sparql"


@pytest.mark.parametrize(
    ("query", "silent"),
    [
        (f"SELECT * {{ SERVICE <{URL}> {{ ?s ?p ?o }} }}", False),
        (f"SELECT * {{ ?s ?q ?r . service silent <{URL}> {{ ?s ?p ?o }} }}", True),
        ("PREFIX e: <http://other.example/> SELECT * { SERVICE e:sparql { ?s ?p ?o } }", False),
        ("BASE <http://other.example/> SELECT * { SERVICE<sparql>{ ?s ?p ?o } }", False),
        (f"SELECT * {{ SERVICE # why }}\n <{URL}> {{ ?s ?p ?o FILTER(?o != '}}') {{}} # }}\n }} }}", False),
    ],
)
def test_a_clause_is_found_with_what_it_asks(query: str, silent: bool) -> None:
    (clause,) = service_clauses(query)
    assert (clause.endpoint, clause.silent) == (URL, silent)
    assert clause.variables == {"s", "p", "o"}
    text = query[clause.start : clause.end]
    assert text.upper().startswith("SERVICE")
    assert text.endswith("}")
    assert clause.query.endswith("SELECT * WHERE " + text[text.rindex("{", 0, text.index("?s")) :])


def test_declarations_go_along_and_places_are_told() -> None:
    declared = "PREFIX a: <http://a/> # x\nPREFIX b: <http://b/>\n"
    query = f"{declared}SELECT * {{\n  SERVICE <{URL}> {{ ?s a:p b:o }}\n}}"
    (clause,) = service_clauses(query)
    assert clause.query == declared + "SELECT * WHERE { ?s a:p b:o }"
    assert (clause.line, clause.column) == (4, 3)


def test_several_stand_side_by_side() -> None:
    query = (
        f"SELECT * {{ {{ SERVICE <{URL}> {{ ?a ?b ?c }} }} UNION {{ SERVICE <http://b/> {{ ?d ?e ?f }} }} }}"
    )
    assert [clause.endpoint for clause in service_clauses(query)] == [URL, "http://b/"]


@pytest.mark.parametrize(
    "query",
    ["SELECT ?SERVICE { }", "SELECT * { ?s <http://SERVICE> 'SERVICE <x> {}' } # SERVICE <x> {}", "ASK {}"],
)
def test_the_word_elsewhere_is_none(query: str) -> None:
    assert service_clauses(query) == ()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o SERVICE ?o { ?a ?b ?c } }",
        "SELECT * { SERVICE <relative> { ?a ?b ?c } }",
        "SELECT * { SERVICE unknown:x { ?a ?b ?c } }",
        f"SELECT * {{ SERVICE <{URL}> {{ SERVICE <http://b/> {{ ?a ?b ?c }} }} }}",
        f"SELECT * {{ SERVICESILENT<{URL}> {{ ?a ?b ?c }} }}",
        f"SELECT * {{ SERVICE <{URL}> {{ SERVICESILENT<http://b/> {{ ?a ?b ?c }} }} }}",
    ],
)
def test_what_cannot_be_asked_is_forbidden(query: str) -> None:
    with pytest.raises(QueryForbidden) as caught:
        service_clauses(query)
    assert "SERVICE" in caught.value.detail_zh
