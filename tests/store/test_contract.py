"""The contract of `store.base.Store`, the same for every implementation."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from egov_kg.errors import EvaluationError, NotAcceptable, QueryError, QuerySyntaxError, UsageError
from egov_kg.sparql.protocol import Operation
from egov_kg.store.base import Store
from egov_kg.store.evaluators import Evaluators
from egov_kg.store.remote import Remote
from egov_kg.store.snapshot import Snapshot, create
from support.engines import ENGINES, engine_of, pushed, small_release
from support.graphs import CITIES, DATASET, DERIVED, EX, XSD, A, B, settings, write

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
RDF_XML = "application/rdf+xml"
PREFIX = f"PREFIX : <{EX}>\n"


@pytest.fixture(scope="module", params=["memory", "disk", "evaluators", *ENGINES])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp(request.param)
    path = write(folder)
    made: Store
    if request.param == "memory":
        made = Snapshot.memory([path], DATASET)
    elif request.param == "disk":
        create(folder / "store", path, DATASET)
        made = Snapshot.open(folder / "store", DATASET)
    elif request.param != "evaluators":
        release = small_release(path)
        made = Remote(release.id, pushed(engine_of(request.param, request), release, settings(folder)))
    else:
        made = Evaluators(path, DATASET, settings(folder))
    yield made
    made.close()
    gc.collect()  # answers in old tracebacks belong to this thread, and the next engine has others
    with pytest.raises(EvaluationError):
        made.ask("ASK {}")


def is_virtuoso(store: Store) -> bool:
    return isinstance(store, Remote) and store.settings.store.endswith("/sparql")


def answer(
    store: Store,
    query: str,
    media_type: str = JSON,
    default: tuple[str, ...] = (),
    named: tuple[str, ...] = (),
) -> bytes:
    return b"".join(store.respond(Operation(PREFIX + query, default, named), media_type))


def count(store: Store, query: str, default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> int:
    rows = json.loads(answer(store, query, JSON, default, named))["results"]["bindings"]
    return int(rows[0]["n"]["value"])


ALL = "SELECT (COUNT(*) AS ?n) %s WHERE { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) %s WHERE { GRAPH ?g { ?s ?p ?o } }"


def test_the_default_graph_is_the_merge_of_all_but_the_derived(store: Store) -> None:
    # 4 labels are in two graphs: a merge has each once.
    assert count(store, ALL % "") == 12
    assert not store.ask(PREFIX + "ASK { ?s :count ?n }")


def test_every_named_graph_can_be_reached(store: Store) -> None:
    assert count(store, NAMED % "") == 20
    assert store.ask(PREFIX + f"ASK {{ GRAPH <{DERIVED}> {{ ?s :count 10 }} }}")


@pytest.mark.parametrize(
    ("clause", "default", "named"),
    [
        (f"FROM <{A}>", 8, 0),
        (f"FROM <{A}> FROM <{A}>", 8, 0),
        (f"FROM <{A}> FROM <{B}>", 12, 0),
        (f"FROM <{A}> FROM <{DERIVED}>", 12, 0),
        (f"FROM NAMED <{DERIVED}>", 0, 4),
        (f"FROM <{A}> FROM <{B}> FROM NAMED <{A}> FROM NAMED <{B}>", 12, 16),
        ("FROM :graph\\/derived", 4, 0),
        ("FROM :graph\\/a FROM :graph\\/b", 12, 0),
        ("FROM <https://example.org/graph/\\u0061> FROM <https://example.org/graph/b>", 12, 0),
        ("FROM <https://example.org/graph/none>", 0, 0),
    ],
)
def test_from_makes_the_dataset(store: Store, clause: str, default: int, named: int) -> None:
    assert count(store, ALL % clause) == default
    assert count(store, NAMED % clause) == named


@pytest.mark.parametrize("clause", ["", f"FROM <{DERIVED}>", f"FROM NAMED <{DERIVED}>"])
@pytest.mark.parametrize(
    ("default", "named", "in_default", "in_named"),
    [((A,), (), 8, 0), ((A, B, A), (), 12, 0), ((), (A, B), 0, 16), ((A, B), (DERIVED,), 12, 4)],
)
def test_the_protocol_overrides_from(
    store: Store,
    clause: str,
    default: tuple[str, ...],
    named: tuple[str, ...],
    in_default: int,
    in_named: int,
) -> None:
    assert count(store, ALL % clause, default, named) == in_default
    assert count(store, NAMED % clause, default, named) == in_named


def test_select_gives_terms_and_leaves_unbound_variables_out(store: Store) -> None:
    rows = store.select(
        PREFIX
        + "SELECT ?label ?share ?none WHERE { ?c :label ?label ; :share ?share OPTIONAL { ?c :no ?none } } "
        "ORDER BY ?share LIMIT 1"
    )
    assert rows == [
        {"label": Literal("beijing", lang="en"), "share": Literal("90.5", datatype=URIRef(XSD + "decimal"))}
    ]


def test_lexical_forms_are_the_engines_in_terms_and_bytes(store: Store) -> None:
    (row,) = store.select(
        'SELECT ?x WHERE { VALUES ?x { "007"^^<http://www.w3.org/2001/XMLSchema#integer> } }'
    )
    assert str(row["x"]) == "7"


def test_select_gives_every_term_as_the_graph_has_it(store: Store) -> None:
    def typed(text: str, name: str) -> Literal:
        return Literal(text, datatype=URIRef(XSD + name), normalize=False)

    terms = [
        URIRef("urn:a"),
        *map(
            Literal, ("", "urn:a", "<urn:a>", "_:b", "true", "85", "a\tb\nc\rd\\e\"f'g", "\x01\x85\u2028𠮷")
        ),
        *(Literal("城市\t", lang=lang) for lang in ("zh", "en-gb")),
        *(typed("85", name) for name in ("integer", "decimal", "double", "anyURI")),
        *(typed(text, "decimal") for text in ("85.5", "-0.5")),
        *(typed(text, "double") for text in ("150", "INF", "-INF", "NaN")),
        *(typed(text, "boolean") for text in ("true", "false")),
        *(typed(text, "integer") for text in ("-7", "0", "12345678901234567890123")),
        *(typed(text, name) for text, name in (("2013-01-01", "date"), ("2013", "gYear"))),
        Literal("5\n", datatype=URIRef("urn:type")),
    ]
    if is_virtuoso(store):  # it knows no integer so long
        with pytest.raises(QueryError, match="engine does not take"):
            store.select("SELECT ?x WHERE {}", values=[{"x": term} for term in terms])
        return
    rows = store.select("SELECT ?x WHERE {}", values=[{"x": term} for term in terms])
    assert [(row["x"].n3(), type(row["x"])) for row in rows] == [(term.n3(), type(term)) for term in terms]


def test_select_tells_blank_nodes_apart(store: Store) -> None:
    query = "SELECT ?x ?y ?z WHERE { BIND(BNODE() AS ?x) BIND(?x AS ?y) BIND(BNODE() AS ?z) }"
    if is_virtuoso(store):  # it has no BNODE
        with pytest.raises(QueryError, match="engine does not take"):
            store.select(query)
        return
    rows = store.select(query)
    ((x, y, z),) = (row.values() for row in rows)
    assert x == y != z
    assert isinstance(x, BNode)


def test_a_solution_without_any_value_is_one(store: Store) -> None:
    if not is_virtuoso(store):  # it makes up a column
        assert store.select("SELECT * WHERE {}") == [{}]
    assert store.select("SELECT ?x WHERE { VALUES ?y { 1 2 } }") == [{}, {}]
    assert store.select("SELECT ?x WHERE { FILTER(false) }") == []
    assert store.select("SELECT ?x ?y WHERE { VALUES ?y { 1 } }") == [{"y": Literal(1)}]


@pytest.mark.parametrize("value", ['"} #', "\\", "城市 \n\t", "DROP ALL", "'''"])
def test_bindings_are_values_never_text(store: Store, value: str) -> None:
    query = "SELECT ?x WHERE { VALUES ?unused { 1 } }"
    assert store.select(query, {"x": Literal(value)}) == [{"x": Literal(value)}]


def test_bindings_restrict(store: Store) -> None:
    city = URIRef(f"{EX}city/{CITIES[2]}")
    rows = store.select(PREFIX + "SELECT ?c ?share WHERE { ?c :share ?share }", {"c": city})
    assert [str(row["share"]) for row in rows] == ["92.5"]
    number = Literal("93.5", datatype=URIRef(XSD + "decimal"))
    rows = store.select(PREFIX + "SELECT ?c ?share WHERE { ?c :share ?share }", {"share": number})
    assert [row["c"] for row in rows] == [URIRef(f"{EX}city/xi-an")]
    rows = store.select(PREFIX + "SELECT ?c ?l WHERE { ?c :label ?l }", {"l": Literal("xi-an", lang="en")})
    assert [row["c"] for row in rows] == [URIRef(f"{EX}city/xi-an")]


def test_a_blank_node_cannot_be_bound(store: Store) -> None:
    with pytest.raises(TypeError, match="IRI or a literal"):
        store.select("SELECT ?x WHERE {}", {"x": BNode()})


def test_rows_of_values_are_joined_with(store: Store) -> None:
    query = PREFIX + "SELECT ?c ?l WHERE { ?c :label ?l } ORDER BY ?l"
    cities = [{"c": URIRef(f"{EX}city/{name}")} for name in ("xi-an", "beijing", "nowhere")]
    assert [str(row["l"]) for row in store.select(query, values=cities)] == ["beijing", "xi-an"]
    pairs = [{"c": URIRef(f"{EX}city/{name}"), "l": Literal("xi-an", lang="en")} for name in CITIES]
    assert [row["c"] for row in store.select(query, values=pairs)] == [URIRef(f"{EX}city/xi-an")]
    assert len(store.select(query, values=())) == len(CITIES)


@pytest.mark.parametrize("text", ['" ) } SELECT', '\\"', "\n}\n#", "𠮷\u202e", "?c) (<urn:x>"])
def test_a_value_cannot_break_out_of_its_block(store: Store, text: str) -> None:
    found = store.select("SELECT ?x WHERE {}", values=[{"x": Literal(text)}])
    assert found == [{"x": Literal(text)}]


def test_a_value_that_is_no_iri_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="IRI"):
        store.select("SELECT ?x WHERE {}", values=[{"x": URIRef("urn:x> } #")}])


def test_ask(store: Store) -> None:
    assert store.ask(PREFIX + "ASK { ?c :share 91.5 }") is True
    assert store.ask(PREFIX + "ASK { ?c :share 1 }") is False


def test_construct_and_describe(store: Store) -> None:
    made = store.construct(PREFIX + "CONSTRUCT { ?c :is ?s } WHERE { ?c :share ?s }")
    assert len(made) == 4
    about = store.construct(PREFIX + f"DESCRIBE <{EX}city/beijing>")
    assert set(about.predicates()) == {URIRef(EX + name) for name in ("label", "share", "note")}


def test_a_door_takes_its_own_form_only(store: Store) -> None:
    for call, query in (
        (store.select, "ASK {}"),
        (store.ask, "SELECT * WHERE { ?s ?p ?o }"),
        (store.construct, "ASK {}"),
        (store.select, "CONSTRUCT WHERE { ?s ?p ?o }"),
    ):
        with pytest.raises((EvaluationError, NotAcceptable)):
            call(query)


def test_the_four_results_formats(store: Store) -> None:
    query = "SELECT ?c ?note WHERE { ?c :note ?note } ORDER BY ?c LIMIT 1"
    note = '城市0\n"#{'
    (row,) = json.loads(answer(store, query))["results"]["bindings"]
    assert row["note"] == {"type": "literal", "value": note}
    assert answer(store, query, "text/csv").decode() == f'c,note\r\n{EX}city/beijing,"城市0\n""#{{"\r\n'
    tsv = answer(store, query, "text/tab-separated-values").decode()
    assert tsv == f'?c\t?note\n<{EX}city/beijing>\t"城市0\\n\\"#{{"\n'
    xml = answer(store, query, "application/sparql-results+xml").decode()
    assert "城市0" in xml
    assert 'xmlns="http://www.w3.org/2005/sparql-results#"' in xml


def test_a_boolean_in_four_formats(store: Store) -> None:
    assert json.loads(answer(store, "ASK {}"))["boolean"] is True
    assert b"<boolean>true</boolean>" in answer(store, "ASK {}", "application/sparql-results+xml")
    assert answer(store, "ASK { :x :y :z }", "text/csv").strip() == b"false"
    assert answer(store, "ASK {}", "text/tab-separated-values").strip() == b"true"


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "turtle"),
        ("application/rdf+xml", "xml"),
        ("application/trig", "turtle"),
        ("application/n-quads", "turtle"),
    ],
)
def test_the_graph_formats_write_one_graph(store: Store, media_type: str, name: str) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    graph = Graph().parse(data=answer(store, query, media_type), format=name)
    assert len(graph) == 12
    assert isomorphic(graph, store.construct(PREFIX + query))


def test_an_empty_graph_is_an_answer(store: Store) -> None:
    empty = "CONSTRUCT WHERE { :x :y ?z }"
    assert answer(store, empty, "text/turtle") == answer(store, empty, "application/n-triples") == b""
    assert json.loads(answer(store, empty, "application/ld+json")) == []
    assert len(Graph().parse(data=answer(store, empty, "application/rdf+xml"), format="xml")) == 0


def test_json_ld_has_every_triple(store: Store) -> None:
    nodes = json.loads(answer(store, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "application/ld+json"))
    found = {
        (node["@id"], key, v["@value"]) for node in nodes for key in node if key != "@id" for v in node[key]
    }
    assert len(found) == 12
    assert (f"{EX}city/xi-an", f"{EX}share", "93.5") in found


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", JSON),
        ("ASK {}", "x/y"),
    ],
)
def test_a_form_has_its_media_types(store: Store, query: str, media_type: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        store.respond(Operation(query), media_type)
    assert caught.value.extra["available"]
    assert media_type not in caught.value.extra["available"]


@pytest.mark.parametrize(
    ("query", "line", "column", "words"),
    [
        ("SELECT * WHERE { ?s ?p }", 1, 24, "cannot go on with } here"),
        ("SELECT *\nWHERE {\n  ?s ?p ?o .\n  ?s ?p }", 4, 9, "cannot go on with } here"),
        ("SELECT * WHERE {\n  ?s ?p", 2, 8, "something is missing"),
        ("SELECT * WHERE { ?s ?p 'a ;\n ?p 1 }", 1, 24, "has no end"),
        ("ASK { ?s ?p ?o } #" + "x" * 10_000 + "\n }", 2, 3, "or a little before"),
        ("", 1, 1, "empty"),
        ("SELECT (1 AS ?x) (2 AS ?x) WHERE {}", 1, 36, "Duplicated variable"),
        ("SELECT * WHERE {\n  ?s egov:flag ?o }", 2, 6, "PREFIX egov: <https://w3id.org/egov-kg/ontology#>"),
        ("SELECT * WHERE { ?城 ?p '城' } 城", 1, 30, "cannot go on with 城 here"),
    ],
)
def test_syntax_errors_say_where_and_what_in_two_languages(
    store: Store, query: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.respond(Operation(query), JSON)
    assert (caught.value.extra["line"], caught.value.extra["column"]) == (line, column)
    assert words in caught.value.detail
    assert f"第 {line} 行第 {column} 列" in caught.value.detail_zh
    assert "[_]" not in caught.value.detail
    with pytest.raises(QuerySyntaxError):
        store.select(query)


def test_graphs_relative_to_a_base_are_merged(store: Store) -> None:
    query = f"BASE <{EX}graph/> SELECT (COUNT(*) AS ?n) FROM <a> FROM <./b> WHERE {{ ?s ?p ?o }}"
    if is_virtuoso(store):  # it wants BASE before PREFIX
        with pytest.raises(QueryError, match="engine does not take"):
            count(store, query)
    else:
        assert count(store, query) == 12


def test_graphs_that_cannot_be_told_are_not_merged_wrongly(store: Store) -> None:
    query = "BASE <u:a/> SELECT (COUNT(*) AS ?n) FROM <../b> %s WHERE { ?s ?p ?o }"
    if not isinstance(store, Remote):  # which has to know what it may let an engine see
        assert count(store, query % "") == 0
    with pytest.raises(QueryError, match="absolute IRI") as caught:
        store.respond(Operation(query % "FROM <c>"), JSON)
    assert caught.value.status == 400


@pytest.mark.parametrize("place", ["default_graphs", "named_graphs"])
@pytest.mark.parametrize("iri", ["http://[", "a", "", "http://e/ x"])
def test_a_graph_of_the_protocol_that_is_no_iri(store: Store, place: str, iri: str) -> None:
    with pytest.raises(UsageError, match="absolute IRIs") as caught:
        store.respond(Operation("ASK {}", **{place: (iri,)}), JSON)  # type: ignore[arg-type]
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "query",
    [
        "ASK FROM <http://[> {}",
        "PREFIX g: <./a:b> ASK FROM g:c {}",
        "PREFIX g: <http://[> ASK FROM g:c {}",
        "ASK FROM <u:a> FROM <u:\\UFFFFFFFF> {}",
    ],
)
def test_a_graph_of_the_query_that_is_no_iri(store: Store, query: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.respond(Operation(query), JSON)
    assert caught.value.extra["line"] == 1


def text(code: int) -> str:
    return f'"a\\u{code:04X}b"'


@pytest.mark.parametrize("code", [0x01, 0x08, 0x0B, 0x0C, 0x1F, 0xFFFE, 0xFFFF])
def test_characters_that_xml_does_not_have(store: Store, code: int) -> None:
    for query, media_type in (
        (f"SELECT ({text(code)} AS ?x) {{}}", XML),
        (f"CONSTRUCT {{ :a :b {text(code)} }} {{}}", RDF_XML),
    ):
        with pytest.raises(NotAcceptable) as caught:
            store.respond(Operation(PREFIX + query), media_type)
        others = caught.value.extra["available"]
        assert media_type not in others
        for other in others:
            assert answer(store, query, other)


@pytest.mark.parametrize("value", ["a\rb\r\nc\td\n", "城市 <&> ]]> \x7f\u0085\U0001f600\ufffd"])
def test_xml_carries_other_characters_as_they_are(store: Store, value: str) -> None:
    written = "".join(f"\\U{ord(character):08X}" for character in value)
    results = ElementTree.fromstring(answer(store, f'SELECT ("{written}" AS ?x) {{}}', XML))
    (literal,) = results.iter("{http://www.w3.org/2005/sparql-results#}literal")
    graph = ElementTree.fromstring(answer(store, f'CONSTRUCT {{ :a :b "{written}" }} {{}}', RDF_XML))
    (node,) = graph.iter(f"{{{EX}}}b")
    assert literal.text == node.text == value


@pytest.mark.parametrize("iri", ["http://e/123", "http://e/", "urn:1", "http://e/a?b=1", "http://e/%41"])
def test_properties_that_are_no_xml_names(store: Store, iri: str) -> None:
    query = f"CONSTRUCT {{ :a <{iri}> 1 }} {{}}"
    assert iri.encode() in answer(store, query, "application/n-triples")
    with pytest.raises(NotAcceptable, match="XML name"):
        store.respond(Operation(PREFIX + query), RDF_XML)
    for fine in (f"{EX}12a", f"{EX}a.b-c", f"{EX}城市", f"{EX}a?b=c"):
        ElementTree.fromstring(answer(store, f"CONSTRUCT {{ :a <{fine}> 1 }} {{}}", RDF_XML))


@pytest.mark.parametrize(
    ("template", "media_type"),
    [
        (":a :b <<( :c :d 1 )>>", "application/ld+json"),
        (":a <http://www.w3.org/1999/02/22-rdf-syntax-ns#li> 1", RDF_XML),
    ],
)
def test_an_answer_that_a_syntax_cannot_carry(store: Store, template: str, media_type: str) -> None:
    query = f"CONSTRUCT {{ {template} }} {{}}"
    if is_virtuoso(store) and "<<(" in template:  # it knows no triple terms
        with pytest.raises(QueryError, match="engine does not take"):
            store.respond(Operation(PREFIX + query), media_type)
        return
    with pytest.raises(NotAcceptable, match="cannot carry") as caught:
        store.respond(Operation(PREFIX + query), media_type)
    assert media_type not in caught.value.extra["available"]
    assert answer(store, query, "text/turtle")


def test_an_answer_that_xml_cannot_carry_to_its_end_is_visibly_broken(store: Store) -> None:
    """After the first piece there is no status left to say so."""
    query = (
        "SELECT ?x { { SELECT ?x { VALUES ?d { 0 1 2 3 4 5 6 7 8 9 } VALUES ?e { 0 1 2 3 4 5 6 7 8 9 } "
        'VALUES ?f { 0 1 2 3 4 5 6 7 8 9 } VALUES ?g { 0 1 2 3 4 5 6 7 8 9 } BIND("%s" AS ?x) } } '
        'UNION { BIND("\\u0001" AS ?x) } }'
    ) % ("x" * 50)
    with pytest.raises(NotAcceptable):
        answer(store, query, XML)


def test_a_failing_call_of_the_engine_is_ours(store: Store) -> None:
    with pytest.raises(EvaluationError, match="projection"):
        store.select("SELECT ?x WHERE {}", {"y": Literal(1)})
