"""What may run, and what a query says about itself."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import QueryForbidden, QueryTooComplex, UpdateForbidden
from egov_kg.settings import Settings
from egov_kg.sparql.guard import asks_service, check, check_update, depth, inspect, undeclared
from egov_kg.sparql.prologue import Prologue
from egov_kg.sparql.tokens import place, tokens

SETTINGS = Settings(home=Path("unused"), query_length=2_000, query_nesting=8)


@pytest.mark.parametrize("form", ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
@pytest.mark.parametrize(
    "prologue",
    [
        "",
        "# SELECT INSERT\n",
        "PREFIX ask: <http://x/#> BASE <http://y/> ",
        "prefix select: <u:insert> PREFIX : <u:> base <u:>\n",
        'VERSION "1.2"\n',
    ],
)
def test_the_form_comes_after_the_prologue(form: str, prologue: str) -> None:
    assert inspect(f"{prologue}{form} ").form == form
    assert inspect(f"{prologue}{form.lower()}{{}}").form == form


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <u:a> <u:b> 1 }",
        "PREFIX : <u:> DELETE WHERE { :a ?p ?o }",
        "load <http://x/>",
        "CLEAR ALL",
        "drop all",
        "ADD <u:a> TO <u:b>",
        "MOVE <u:a> TO <u:b>",
        "COPY <u:a> TO <u:b>",
        "CREATE GRAPH <u:a>",
        "# c\nWITH <u:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_known_and_refused(update: str) -> None:
    facts = inspect(update)
    assert facts.is_update
    assert facts.form is None
    with pytest.raises(UpdateForbidden):
        check(update, SETTINGS)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?insert { ?insert <u:DELETE> 'LOAD' }",
        "ASK { <u:a> <u:drop> 'CLEAR' }",
        "PREFIX insert: <u:insert#> ASK { insert:a ?p ?o }",
    ],
)
def test_words_of_updates_elsewhere_are_no_update(query: str) -> None:
    assert not check(query, SETTINGS).is_update


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "SELECT * { ?s ?p true.SERVICE<http://x/>{} }",
        "SELECT * { ?s ?p ?o } # \nVALUES ?x { 1 }\nSERVICE <x:y> {}",
        "ASK { { { OPTIONAL { SERVICE <http://x/> {} } } } }",
        "ASK { SERVICESILENT<http://x/>{} }",
        "PREFIX ex: <u:> ASK { SERVICEex:a{} }",
        # Readings that would hide the word in a string:
        'ASK { FILTER(1<2#>"""\n) SERVICE <http://x/> {} } #"""',
        "ASK { FILTER('a'<'x>') SERVICE <http://x/> {} } #'",
        'ASK { VALUES ?x { """a" } SERVICE <http://x/> {} }',
    ],
)
def test_service_is_refused_in_every_disguise(query: str) -> None:
    assert inspect(query).has_service
    with pytest.raises(QueryForbidden) as caught:
        check(query, SETTINGS)
    assert "SERVICE" in caught.value.detail_zh


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?service ?p 'SERVICE <http://x/> {}' }",
        "ASK { ?s ?p ?o } # SERVICE <http://x/> {}",
        "ASK { <u:SERVICE> ?p ?o }",
        'ASK { ?s ?p """ SERVICE <http://x/> {} """ }',
        "PREFIX service: <u:> ASK { service:a service:service ?o }",
        "PREFIX egov: <u:> ASK { ?a egov:service ?o FILTER(?o IN (<u:#a>, <u:#b>)) }",
        "PREFIX egov: <u:> ASK { ?a egov:service ?o VALUES (?x ?y) { (<u:#a> <u:#b>) } }",
        "PREFIX serviceprovider: <u:> ASK { serviceprovider:x ?p ?o }",
    ],
)
def test_the_word_elsewhere_is_no_service(query: str) -> None:
    assert not check(query, SETTINGS).has_service


@pytest.mark.parametrize(
    ("query", "default", "named", "clause"),
    [
        ("SELECT * { ?s ?p ?o }", (), (), False),
        ("SELECT * FROM <u:a> FROM NAMED <u:b> FROM <u:c> FROM <u:a> { }", ("u:a", "u:c"), ("u:b",), True),
        ("PREFIX g: <u:g/> ASK from g:a from named g:b {}", ("u:g/a",), ("u:g/b",), True),
        ("CONSTRUCT { ?s ?p ?o } FROM <u:a> WHERE { ?s ?p ?o }", ("u:a",), (), True),
        ("DESCRIBE ?x FROM <u:a> { ?x ?p ?o }", ("u:a",), (), True),
        ("BASE <u:> ASK FROM <a> {}", ("u:a",), (), True),
        (
            "BASE <http://e/a/b> BASE <c/> ASK FROM <d> FROM NAMED </d> {}",
            ("http://e/a/c/d",),
            ("http://e/d",),
            True,
        ),
        ("BASE <http://e/a/> PREFIX g: <g#> BASE <http://f/> ASK FROM g:a {}", ("http://e/a/g#a",), (), True),
        ("ASK FROM <u:\\u0061> FROM <u:a> FROM <\\U00000075:b> {}", ("u:a", "u:b"), (), True),
        ("ASK FROM <u:\\UFFFFFFFF> {}", None, (), True),
        ("ASK FROM <a> FROM NAMED <u:b> {}", None, ("u:b",), True),
        ("PREFIX g: <./a:b> ASK FROM g:c {}", None, (), True),
        ("ASK FROM g:a {}", None, (), True),
        ("PREFIX g: <u:> ASK FROM g:a\\/b {}", ("u:a/b",), (), True),
        ("ASK { <u:FROM> ?from 'FROM <u:x>' }", (), (), False),
    ],
)
def test_the_dataset_clause(
    query: str, default: tuple[str, ...] | None, named: tuple[str, ...] | None, clause: bool
) -> None:
    facts = inspect(query)
    assert (facts.default_graphs, facts.named_graphs) == (default, named)
    assert facts.has_dataset_clause is clause


@pytest.mark.parametrize(
    ("query", "levels"),
    [
        ("ASK {}", 1),
        ("ASK { { [ ( ) ] } }", 4),
        ("ASK { ?s ?p '{{{{{{' } # {{{{", 1),
        ("ASK { FILTER(!!!?x) }", 5),
        ("ASK { FILTER(-?x + -?y) }", 4),
        ("}}}ASK{}", 1),
    ],
)
def test_depth(query: str, levels: int) -> None:
    assert depth(query) == levels


@pytest.mark.parametrize(
    "inner", ["{" * 8 + "}" * 8, "(" * 8 + ")" * 8, "[" * 8 + "]" * 8, "FILTER(" + "!" * 8 + "true)"]
)
def test_too_deep(inner: str) -> None:
    with pytest.raises(QueryTooComplex) as caught:
        check("ASK {" + inner + "}", SETTINGS)
    assert caught.value.extra == {"limit": 8, "value": caught.value.extra["value"]}
    assert caught.value.extra["value"] > 8
    assert "8" in caught.value.detail_zh


def test_at_the_bound_is_within_it() -> None:
    check("ASK " + "{" * 8 + "}" * 8, SETTINGS)
    check("ASK {}".ljust(2_000), SETTINGS)
    with pytest.raises(QueryTooComplex) as caught:
        check("ASK {}".ljust(2_001), SETTINGS)
    assert caught.value.extra == {"limit": 2_000, "value": 2_001}


@pytest.mark.parametrize(
    ("clauses", "merges"), [("", False), ("FROM <a>", False), ("FROM <a> FROM g:b", True)]
)
def test_a_merge_is_known_even_of_unknown_graphs(clauses: str, merges: bool) -> None:
    assert inspect(f"ASK {clauses} FROM NAMED <a> FROM NAMED <b> {{}}").merges is merges


def test_what_is_resolved_is_bounded() -> None:
    grown = inspect("BASE <http://e/>" + "BASE <a/>" * 5_000 + "ASK FROM <x> {}")
    assert grown.default_graphs is None
    prefix = f"PREFIX p: <u:{'a' * 2_000}> ASK "
    few, many = (inspect(prefix + "".join(f"FROM p:{i} " for i in range(n))) for n in (1_000, 20_000))
    assert few.default_graphs is not None
    assert len(few.default_graphs) == 1_000
    assert many.default_graphs is None


def test_a_query_is_read_once() -> None:
    """The endpoint asks, then its store: of the same text, for the same facts."""
    query = "SELECT * { " + " ".join(f"p{number}:" for number in range(1_000)) + " }"
    assert check(query, SETTINGS.__class__(home=Path("unused"))) is inspect(query)


def test_only_the_first_undeclared_prefix_is_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place costs a reading of the text before it."""
    placed: list[int] = []

    def counted(query: str, offset: int) -> tuple[int, int]:
        placed.append(offset)
        return place(query, offset)

    monkeypatch.setattr("egov_kg.sparql.guard.place", counted)
    query = "SELECT*{" + " ".join(f"p{number}:" for number in range(30_000)) + "}"
    assert undeclared(query) == ("p0", 1, 9)
    assert placed == [8]


def test_undeclared_prefixes_have_a_place() -> None:
    query = "PREFIX a: <u:>\nASK { a:x b:y _:z ; :c 'd:e' }"
    assert undeclared(query) == ("b", 2, 11)
    assert undeclared("ASK { _:a ?p ?o ; :c 1 }") == ("", 1, 19)
    assert undeclared("PREFIX : <relative> ASK { _:a :b 1 }") is None


PIECES = (
    *"{}()[]!+-^:;.#'\"\n<>@",
    *("SELECT ", "ASK ", "INSERT ", "PREFIX ", "PREFIX a: <u:> ", "BASE ", "BASE <u:> ", "VERSION ", "FROM "),
    *("x ", "a:b ", "<u:x> ", "'s' ", "1 ", "?v ", "# c\n", '"""'),
)
TEXTS = st.text() | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(TEXTS)
def test_any_text_has_facts(text: str) -> None:
    facts = inspect(text)
    assert depth(text) >= 0
    assert not (facts.is_update and facts.form)


@given(TEXTS)
def test_the_form_is_the_first_word_after_the_whole_prologue(text: str) -> None:
    """Though no more of a query is tokenized than is needed to find it."""
    terminals = list(tokens(text))
    body = terminals[Prologue().read(terminals) :]
    first = next((token.text.upper() for token in body if token.kind == "word"), None)
    facts = inspect(text)
    assert facts.form == (first if first in ("SELECT", "ASK") else None)
    assert facts.is_update is (first == "INSERT")


@given(TEXTS.map(lambda text: text + "{" * (len(text) % 12)))
def test_a_text_is_refused_for_its_depth_alone(text: str) -> None:
    """However many brackets and operators there are in its strings, IRIs and comments."""
    levels = depth(text)
    too_deep = {"limit": SETTINGS.query_nesting, "value": levels} if levels > SETTINGS.query_nesting else None
    assert refusal(check, text) == refusal(check_update, text) == too_deep


def refusal(see: Callable[[str, Settings], object], text: str) -> dict[str, object] | None:
    """What a text is refused with for being too complex, None where it is not."""
    try:
        see(text, SETTINGS)
    except QueryTooComplex as error:
        return error.extra
    except (QueryForbidden, UpdateForbidden):
        return None
    return None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("INSERT { ?s ?p 1 } WHERE { SERVICE <http://a/> { ?s ?p 1 } }", True),
        ("INSERT { ?s ?p 1 } WHERE { service silent <http://a/> { ?s ?p 1 } }", True),
        ('INSERT DATA { <a:a> <a:b> "SERVICE" }', False),
        ("CLEAR ALL", False),
    ],
)
def test_whether_an_update_asks_elsewhere(text: str, asks: bool) -> None:
    assert asks_service(text) is asks
    assert inspect(text).has_service is asks


def test_long_texts_are_not_kept() -> None:
    """What is kept is as long as a query may be by default, however long the text of an update."""
    text = f"INSERT DATA {{ <a:a> <a:b> '{'x' * Settings.query_length}' }}"
    before = sys.getrefcount(text)
    assert inspect(text).is_update
    assert sys.getrefcount(text) == before
    short = f"ASK {{ <a:a> <a:b> {uuid.uuid4().int} }}"
    before = sys.getrefcount(short)
    assert inspect(short).form == "ASK"
    assert sys.getrefcount(short) > before
