"""Update requests taken apart, and held to what the engine makes of the whole."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.errors import QuerySyntaxError, QueryTooComplex, UsageError
from egov_kg.sparql.updates import Graphs, operations, with_using

G = "http://g/1"
GRAPH = Graphs("graph", G)
DATA = (
    "<http://e/a> <http://e/p> <http://e/b> .\n"
    "<http://e/a> <http://e/p> <http://e/c> <http://g/1> .\n"
    "<http://e/x> <http://e/p> <http://e/y> <http://g/2> ."
)


def quads(*updates: str) -> set[str]:
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.N_QUADS)
    for update in updates:
        store.update(update)
    return {str(quad) for quad in store} | {f"named {graph}" for graph in store.named_graphs()}


@pytest.mark.parametrize(
    ("text", "kind", "source", "target", "silent"),
    [
        ("INSERT DATA { <a:s> <a:p> 1 }", "INSERT DATA", None, None, False),
        ("insert\ndata{}", "INSERT DATA", None, None, False),
        ("DELETE DATA { GRAPH <a:g> { <a:s> <a:p> ';' } }", "DELETE DATA", None, None, False),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE WHERE", None, None, False),
        ("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "MODIFY", None, None, False),
        ("INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }", "MODIFY", None, None, False),
        ("DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } USING <a:g> WHERE { ?s ?p 1 }", "MODIFY", None, None, False),
        ("WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "MODIFY", None, None, False),
        (f"CLEAR GRAPH <{G}>", "CLEAR", None, GRAPH, False),
        ("CLEAR SILENT DEFAULT", "CLEAR", None, Graphs("default"), True),
        ("CLEAR NAMED", "CLEAR", None, Graphs("named"), False),
        ("DROP ALL", "DROP", None, Graphs("all"), False),
        (f"DROP SILENT GRAPH <{G}>", "DROP", None, GRAPH, True),
        (f"CREATE GRAPH <{G}>", "CREATE", None, GRAPH, False),
        (f"CREATE SILENT GRAPH <{G}>", "CREATE", None, GRAPH, True),
        (f"ADD <{G}> TO DEFAULT", "ADD", GRAPH, Graphs("default"), False),
        (f"MOVE SILENT DEFAULT TO GRAPH <{G}>", "MOVE", Graphs("default"), GRAPH, True),
        (f"COPY GRAPH <{G}> TO <{G}>", "COPY", GRAPH, GRAPH, False),
        ("PREFIX g: <http://g/> CLEAR GRAPH g:1", "CLEAR", None, GRAPH, False),
        ("BASE <http://g/0> DROP GRAPH <1>", "DROP", None, GRAPH, False),
    ],
)
def test_every_form_of_operation(
    text: str, kind: str, source: Graphs | None, target: Graphs | None, silent: bool
) -> None:
    (one,) = operations(text)
    assert (one.kind, one.source, one.target, one.silent) == (kind, source, target, silent)
    assert quads(text) == quads(one.text) if kind != "CREATE" else True


@pytest.mark.parametrize(
    ("text", "target", "silent"),
    [
        ("LOAD <http://e/d.ttl>", Graphs("default"), False),
        (f"LOAD SILENT <http://e/d.ttl> INTO GRAPH <{G}>", GRAPH, True),
        (f"PREFIX e: <http://e/> LOAD e:d.ttl INTO GRAPH <{G}>", GRAPH, False),
        ("BASE <http://e/a/b> LOAD <../d.ttl>", Graphs("default"), False),
    ],
)
def test_load_names_a_document_and_a_graph(text: str, target: Graphs, silent: bool) -> None:
    (one,) = operations(text)
    assert (one.kind, one.document, one.target, one.silent) == ("LOAD", "http://e/d.ttl", target, silent)


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("", []),
        ("# nothing; at all", []),
        ("PREFIX a: <b:c>", []),
        ("CLEAR ALL;", ["CLEAR ALL"]),
        ("CLEAR ALL ; PREFIX a: <b:c>", ["CLEAR ALL"]),
        ("CLEAR ALL # ; {\n; DROP ALL", ["CLEAR ALL # ; {", "DROP ALL"]),
        ('INSERT DATA { <a:;> <a:p> \';\' ; <a:q> """};""" } ; DROP ALL', None),
        ("DELETE WHERE { ?s ?p ?o ; ?q ?r OPTIONAL { ?s ?p [ ?q 1 ; ?r 2 ] } }; DROP ALL", None),
        ("INSERT { ?s ?p ?o } WHERE { { SELECT * { ?s ?p ?o ; ?q 1 } } FILTER(?o<?q) }; DROP ALL", None),
    ],
)
def test_only_a_semicolon_outside_braces_divides(text: str, bodies: list[str] | None) -> None:
    found = [one.body for one in operations(text)]
    assert found == bodies if bodies is not None else len(found) == 2 and found[1] == "DROP ALL"


def test_declarations_hold_from_where_they_stand() -> None:
    found = operations(
        'VERSION "1.2" PREFIX a: <http://x/> BASE <http://b/c/> INSERT DATA { a:s a:p <o> } ;\n'
        "PREFIX a: <http://y/> BASE <d/> INSERT DATA { a:s a:p <o> }"
    )
    store = ox.Store()
    for one in found:
        store.update(one.text)
    assert {str(quad) for quad in store} == {
        "<http://x/s> <http://x/p> <http://b/c/o>",
        "<http://y/s> <http://y/p> <http://b/c/d/o>",
    }
    assert "http://y/" not in found[0].text


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("CLEAR", 1, 6),
        ("CLEAR GRAPH", 1, 12),
        ("CLEAR GRAPH DEFAULT", 1, 13),
        ("CLEAR ALL ALL", 1, 11),
        ("DROP <a:g>", 1, 6),
        ("CREATE DEFAULT", 1, 8),
        ("ADD <a:g> <a:h>", 1, 11),
        ("COPY ALL TO <a:h>", 1, 6),
        ("LOAD 'x'", 1, 6),
        ("LOAD <a:b> INTO <a:g>", 1, 17),
        ("LOADSILENT <a:b>", 1, 1),
        ("CLEAR ALL;\nSELECT * {}", 2, 1),
        ("CLEAR ALL;;", 1, 11),
        (";", 1, 1),
        ("CLEAR GRAPH <relative>", 1, 13),
        ("CLEAR GRAPH ex:g", 1, 13),
        ("PREFIX ex <a:b> CLEAR ALL", 1, 8),
        ("PREFIX ex:y <a:b> CLEAR ALL", 1, 8),
        ("PREFIX ex: CLEAR ALL", 1, 12),
        ("BASE ex: CLEAR ALL", 1, 6),
        ("INSERT DATA { _:b <a:p> 1 };\n INSERT DATA { _:b <a:p> 2 }", 2, 2),
    ],
)
def test_mistakes_have_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        operations(text)
    assert (caught.value.extra["line"], caught.value.extra["column"]) == (line, column)
    assert caught.value.detail_zh


def test_templates_may_share_a_blank_node_label() -> None:
    text = "INSERT { _:b ?p ?o } WHERE { ?s ?p ?o }"
    assert len(operations(f"{text} ; {text}")) == 2


def test_the_engines_places_are_those_of_the_request() -> None:
    request = "PREFIX e: <http://e/>\nCLEAR ALL ;\n\n  INSERT DATA { e:a e:b\n   ! }; DROP ALL"
    one = operations(request)[1]
    with pytest.raises(SyntaxError) as caught:
        ox.Store().update(one.text)
    line, column = (int(part) for part in str(caught.value).split("error at ")[1].split(":")[:2])
    assert one.place(line, column) == (5, 4)
    assert one.place(2, 1) == (4, 3)
    assert one.place(1, 7) == (4, 3)


def test_terminals_outside_braces_are_bounded() -> None:
    with pytest.raises(QueryTooComplex):
        operations("CLEAR " + "a " * 100_001)


@pytest.mark.parametrize(
    ("text", "using", "named", "same"),
    [
        (
            "INSERT { ?s <a:q> ?o } WHERE { ?s ?p ?o }",
            ("http://g/1",),
            (),
            "INSERT { ?s <a:q> ?o } USING <http://g/1> WHERE { ?s ?p ?o }",
        ),
        (
            "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
            (),
            ("http://g/2",),
            "DELETE { GRAPH ?g { ?s ?p ?o } } USING NAMED <http://g/2> WHERE { GRAPH ?g { ?s ?p ?o } }",
        ),
        (
            "DELETE WHERE { GRAPH ?g { ?s ?p ?o } # all; of it }\n }",
            ("http://g/1",),
            ("http://g/1",),
            "DELETE { GRAPH ?g { ?s ?p ?o } } USING <http://g/1> USING NAMED <http://g/1> "
            "WHERE { GRAPH ?g { ?s ?p ?o } }",
        ),
        (
            "DELETE WHERE { ?s ?p -1 . ?s ?q '''a\nb''' }",
            ("http://g/1",),
            (),
            "CREATE SILENT GRAPH <http://g/1>",
        ),
        (
            "INSERT DATA { <a:s> <a:p> 1 } ; DELETE {?s ?p ?o} INSERT {?s <a:q> 'WHERE {'} WHERE {?s ?p ?o}",
            ("http://g/2",),
            (),
            "INSERT DATA { <a:s> <a:p> 1 } ; DELETE {?s ?p ?o} INSERT {?s <a:q> 'WHERE {'} "
            "USING <http://g/2> WHERE {?s ?p ?o}",
        ),
        ("CLEAR GRAPH <http://g/1>", ("http://g/1",), (), "CLEAR GRAPH <http://g/1>"),
        ("DROP ALL", (), (), "DROP ALL"),
    ],
)
def test_graphs_of_the_protocol_are_where_patterns_match(
    text: str, using: tuple[str, ...], named: tuple[str, ...], same: str
) -> None:
    rewritten = with_using(text, using, named)
    assert quads(rewritten) == quads(same)
    assert rewritten.count("\n") >= text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "INSERT {?s ?p ?o} USING <a:g> WHERE {?s ?p ?o}",
        "INSERT {?s ?p ?o} using named <a:g> WHERE {?s ?p ?o}",
        "CLEAR ALL; WITH <a:g> DELETE {?s ?p ?o} WHERE {?s ?p ?o}",
    ],
)
def test_the_protocol_and_the_request_may_not_both_name_graphs(text: str) -> None:
    with pytest.raises(UsageError):
        with_using(text, ("http://g/1",), ())
    assert with_using(text, (), ()) == text


def test_graphs_of_the_protocol_are_absolute_iris() -> None:
    with pytest.raises(UsageError):
        with_using("CLEAR ALL", ("http://g/> WHERE {}",), ())


STRINGS = st.text(st.sampled_from(list(";{}()#'\"\\\n<>a?:. ")), max_size=8)
IRIS = st.from_regex(r"[;()'a.&/?=]{0,6}(#[;()'a]{0,2})?", fullmatch=True).map(
    lambda text: f"<http://e/{text}>"
)


def literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


TERMS = st.one_of(
    IRIS, STRINGS.map(literal), STRINGS.map(lambda t: '""' + literal(t) + '""'), st.just("-1.5")
)
GAPS = st.sampled_from([" ", "\n", "\t", " # ; } {\n", "#'\n"])
TRIPLES = st.tuples(IRIS, GAPS, IRIS, GAPS, TERMS).map(lambda t: "".join(t) + " . ")
OPERATIONS = st.one_of(
    st.tuples(GAPS, TRIPLES).map(lambda t: f"INSERT{t[0]}DATA{{{t[1]}}}"),
    st.tuples(GAPS, TRIPLES).map(lambda t: f"DELETE{t[0]}WHERE{{{t[1]}}}"),
    st.tuples(TRIPLES, GAPS, TRIPLES).map(
        lambda t: f"INSERT{{{t[0]}}}{t[1]}WHERE{{{{?s ?p ?o;?q ?r}} UNION {{{t[2]}}}}}"
    ),
    st.tuples(GAPS, IRIS).map(lambda t: f"CLEAR{t[0]}SILENT GRAPH {t[1]}"),
    st.tuples(IRIS, GAPS, IRIS).map(lambda t: f"COPY SILENT {t[0]}{t[1]}TO {t[2]}"),
)


@given(st.lists(st.tuples(OPERATIONS, GAPS), min_size=1, max_size=5))
def test_one_after_the_other_is_the_same_as_all_at_once(found: list[tuple[str, str]]) -> None:
    request = ";".join(operation + gap for operation, gap in found)
    apart = operations(request)
    assert [one.body for one in apart] == [
        operation + gap.rstrip() if "#" in gap else operation for operation, gap in found
    ]
    assert quads(request) == quads(*(one.text for one in apart))


@given(st.lists(st.tuples(OPERATIONS, GAPS), min_size=1, max_size=3))
def test_graphs_of_the_protocol_break_no_request(found: list[tuple[str, str]]) -> None:
    request = ";".join(operation + gap for operation, gap in found)
    rewritten = with_using(request, ("http://g/1",), ())
    quads(rewritten)
    assert [one.kind for one in operations(request)] == [
        "DELETE WHERE" if "DELETE" in one.body else one.kind for one in operations(rewritten)
    ]


@given(st.text(st.sampled_from(list(" ;{}<>'\"#\nabINSERTDATAWHERE:?.")), max_size=60))
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    try:
        found = operations(text)
    except QuerySyntaxError as error:
        place = error.extra["line"], error.extra["column"]
    else:
        place = (1, 1)
        assert all(one.body in text for one in found)
    assert min(place) >= 1
