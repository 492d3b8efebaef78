"""Writes applied to a store: the result is what the engine itself gives, the errors say where."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from egov_kg.errors import (
    EgovError,
    NotFound,
    QueryForbidden,
    QuerySyntaxError,
    SourceError,
    UnsupportedMediaType,
    UpstreamFailed,
    UsageError,
)
from egov_kg.sparql.changes import Change, Document, GraphChange, Update
from egov_kg.store.changes import apply
from egov_kg.store.difference import Watch

EX = "https://example.org/"
PREFIX = f"PREFIX : <{EX}>\n"
START = """
GRAPH :a { :s :p 1, 2 ; :q :o . } GRAPH :b { :s :p 2 . :t :p 3 } :d :p 1 . :d :p :s .
"""
TURTLE = b"<s> <p> 9 . [] <q> <s> ."
DOCUMENT = Document(TURTLE, "text/turtle", EX, "new.ttl")

UPDATES = (
    "INSERT DATA { :x :p :y }",
    "INSERT DATA { :d :p 1 . GRAPH :a { :s :p 1, 7 } GRAPH :new { :x :p :y } }",
    "INSERT DATA { GRAPH :new { } }",
    "INSERT DATA { }",
    "INSERT DATA { :x :p (1 2) ; :q [ :r 1 ] }",
    'INSERT DATA { :x :p "a;b" ; :q <urn:a;b> } # ; a comment',
    "DELETE DATA { :d :p 1 . :absent :p 1 }",
    "DELETE DATA { GRAPH :a { :s :p 1 } GRAPH :none { :s :p 1 } }",
    "DELETE DATA { GRAPH :a { :s :p 1, 2 ; :q :o } }",
    "DELETE WHERE { :d :p ?o }",
    "DELETE WHERE { GRAPH ?g { ?s :p 2 } }",
    "DELETE { ?s :p ?o } INSERT { ?s :q ?o } WHERE { ?s :p ?o }",
    "WITH :a DELETE { ?s :p ?o } INSERT { ?s :p ?n } WHERE { ?s :p ?o BIND(?o + 10 AS ?n) }",
    "INSERT { GRAPH ?g { ?s :seen true } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "INSERT { GRAPH :c { ?s :r _:n } } USING :a WHERE { ?s :p ?o }",
    "INSERT { :n :n ?s } USING NAMED :b WHERE { GRAPH ?g { ?s ?p ?o } }",
    "INSERT { ?s ?p ?o } WHERE { SELECT ?s ?p ?o WHERE { GRAPH :a { ?s ?p ?o } } LIMIT 1 }",
    "CREATE GRAPH :new",
    "CREATE SILENT GRAPH :a",
    "DROP GRAPH :a",
    "DROP SILENT GRAPH :none",
    "DROP DEFAULT",
    "DROP NAMED",
    "DROP ALL",
    "CLEAR GRAPH :a",
    "CLEAR DEFAULT",
    "CLEAR NAMED",
    "CLEAR ALL",
    "COPY :a TO :b",
    "COPY :a TO :new",
    "COPY DEFAULT TO :a",
    "COPY :a TO DEFAULT",
    "COPY :a TO :a",
    "MOVE :a TO :b",
    "MOVE DEFAULT TO :new",
    "MOVE :b TO DEFAULT",
    "ADD :a TO :b",
    "ADD DEFAULT TO :b",
    "ADD SILENT :none TO :b",
    "INSERT DATA { :x :p 1 } ; DELETE WHERE { :x ?p ?o } ; INSERT DATA { :y :p 1 }",
    "DROP GRAPH :a ; CREATE GRAPH :a ; INSERT DATA { GRAPH :a { :z :p 1 } }",
    "INSERT DATA { GRAPH :a { :s :p 1 } } ; DELETE DATA { GRAPH :a { :s :p 1 } }",
)


def no_network(url: str) -> Document:
    raise UpstreamFailed(f"{url} is not there.", f"{url} 不存在。")


def filled() -> ox.Store:
    store = ox.Store()
    store.update(PREFIX + "INSERT DATA {" + START + "}")
    return store


def content(store: ox.Store) -> tuple[ox.Dataset, set[str]]:
    quads = ox.Dataset(store)
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return quads, {graph.value for graph in store.named_graphs()}


def changed(store: ox.Store, change: Change) -> None:
    apply(store, change, union=False, load=no_network)


@pytest.mark.parametrize("text", UPDATES)
def test_an_update_does_what_the_engine_does(text: str) -> None:
    ours, theirs = filled(), filled()
    before = content(ours)
    watch = Watch(ours)
    apply(ours, Update(PREFIX + text), union=False, load=no_network, watch=watch)
    theirs.update(PREFIX + text)
    assert content(ours) == content(theirs)
    step = watch.difference()
    replayed = filled()
    for quad in step.removed:
        replayed.remove(quad)
    replayed.extend(step.added)
    for graph in step.graphs_removed:
        assert not isinstance(graph, ox.DefaultGraph)
        replayed.remove_graph(graph)
    for graph in step.graphs_added:
        assert not isinstance(graph, ox.DefaultGraph)
        replayed.add_graph(graph)
    assert content(replayed) == content(ours)
    assert bool(step) == (content(ours) != before)


def test_protocol_graphs_are_what_patterns_are_matched_against() -> None:
    store = filled()
    text = PREFIX + "INSERT { :found :p ?s } WHERE { ?s :q ?o }"
    changed(store, Update(text))
    assert not list(store.quads_for_pattern(ox.NamedNode(f"{EX}found"), None, None))
    changed(store, Update(text, using=(f"{EX}a",)))
    assert list(store.quads_for_pattern(ox.NamedNode(f"{EX}found"), None, None))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("INSERT DATA { :a :b }", 2, 21),
        ("INSERT DATA { :a :b 1 } ;\n  DELETE DATA { :a :b _:x }", 3, None),
        ("DROP ALL ;\n\n INSERT DATA { ex:a :b 1 }", 4, 16),
        ("DROP GRAPH", 2, 11),
    ],
)
def test_a_syntax_error_has_its_place_in_the_whole_request(text: str, line: int, column: int | None) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        changed(filled(), Update(PREFIX + text))
    assert caught.value.extra["line"] == line
    assert column is None or caught.value.extra["column"] == column
    assert str(line) in caught.value.detail_zh


@pytest.mark.parametrize("text", ["CREATE GRAPH :a", "DROP GRAPH :none", "CLEAR GRAPH :none"])
def test_graphs_must_exist_or_not(text: str) -> None:
    with pytest.raises(UsageError, match="SILENT"):
        changed(filled(), Update(PREFIX + text))
    words = text.split()
    changed(filled(), Update(PREFIX + " ".join([words[0], "SILENT", *words[1:]])))


def test_service_never_runs() -> None:
    text = "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    with pytest.raises(QueryForbidden):
        changed(filled(), Update(text))


def test_load_asks_for_the_document() -> None:
    store = filled()
    asked: list[str] = []

    def load(url: str) -> Document:
        asked.append(url)
        return DOCUMENT

    apply(store, Update(f"LOAD <{EX}new.ttl> INTO GRAPH <{EX}l>"), union=False, load=load)
    apply(store, Update(f"LOAD <{EX}new.ttl>"), union=False, load=load)
    assert asked == [f"{EX}new.ttl"] * 2
    nine = ox.Literal(9)
    found = store.quads_for_pattern(ox.NamedNode(f"{EX}s"), ox.NamedNode(f"{EX}p"), nine, None)
    assert {str(quad.graph_name) for quad in found} == {f"<{EX}l>", "DEFAULT"}


def test_load_that_fails_is_an_error_unless_silent() -> None:
    store = filled()
    with pytest.raises(UpstreamFailed):
        changed(store, Update(f"LOAD <{EX}none>"))
    before = content(store)
    changed(store, Update(f"LOAD SILENT <{EX}none> INTO GRAPH <{EX}a>"))
    assert content(store) == before


@pytest.mark.parametrize("graph", [f"{EX}a", f"{EX}new", None])
def test_put_replaces_post_merges_delete_removes(graph: str | None) -> None:
    name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    store = filled()
    old = len(list(store.quads_for_pattern(None, None, None, name)))
    changed(store, GraphChange("post", graph, (DOCUMENT, DOCUMENT)))
    # The triple with an IRI counts once; each document has a blank node of its own.
    assert len(list(store.quads_for_pattern(None, None, None, name))) == old + 3
    changed(store, GraphChange("put", graph, (DOCUMENT,)))
    assert len(list(store.quads_for_pattern(None, None, None, name))) == 2
    changed(store, GraphChange("delete", graph))
    assert not list(store.quads_for_pattern(None, None, None, name))
    assert name not in list(store.named_graphs())


def test_put_of_nothing_makes_an_empty_graph() -> None:
    store = filled()
    changed(store, GraphChange("put", f"{EX}empty", (Document(b"", "text/turtle"),)))
    assert store.contains_named_graph(ox.NamedNode(f"{EX}empty"))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (GraphChange("delete", f"{EX}none"), NotFound),
        (GraphChange("put", "not an iri", (DOCUMENT,)), UsageError),
        (GraphChange("put", f"{EX}a", (Document(b"x", "text/plain"),)), UnsupportedMediaType),
        (
            GraphChange("put", f"{EX}a", (Document(b"<a:a> <a:b> 1 <a:g> .", "application/n-quads"),)),
            SourceError,
        ),
    ],
)
def test_a_graph_that_cannot_be_written(change: GraphChange, error: type[EgovError]) -> None:
    with pytest.raises(error) as caught:
        changed(filled(), change)
    assert caught.value.detail_zh


def test_a_document_that_does_not_parse_has_a_place() -> None:
    document = Document(b"<a:s> <a:p> 1 .\n<a:s> <a:p> .", "text/turtle", "", "broken.ttl")
    with pytest.raises(SourceError) as caught:
        changed(filled(), GraphChange("post", f"{EX}a", (document,)))
    assert (caught.value.extra["file"], caught.value.extra["line"]) == ("broken.ttl", 2)


def release() -> ox.Store:
    """Graph c is not part of the union."""
    store = ox.Store()
    named = "GRAPH :a { :s :p 1 } GRAPH :b { :t :p 2 } GRAPH :c { :u :p 3 }"
    store.update(PREFIX + "INSERT DATA {" + named + " :s :p 1 . :t :p 2 }")
    return store


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { :x :p 1 }",
        "INSERT DATA { GRAPH :a { :x :p 1 } :x :p 1 }",
        "DELETE DATA { :s :p 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { GRAPH :a { ?s ?p ?o } } INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { [] :p 1 } USING :a WHERE { ?s ?p ?o }",
        "LOAD <https://example.org/x>",
        "LOAD SILENT <https://example.org/x>",
        "CLEAR DEFAULT",
        "DROP SILENT DEFAULT",
        "COPY :a TO DEFAULT",
        "MOVE DEFAULT TO :a",
    ],
)
def test_the_union_is_not_written(text: str) -> None:
    with pytest.raises(UsageError, match="Name the graph"):
        apply(release(), Update(PREFIX + text), union=True, load=no_network, apart=(f"{EX}c",))


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        ("INSERT DATA { GRAPH :a { :x :p 1 . :x :q 1 . } . GRAPH :b { :y :p 1 } }", {"a", "b"}),
        ("WITH :a DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", {"a"}),
        ("WITH :a INSERT { ?s :q ?o } WHERE { ?s ?p ?o }", {"a"}),
        ("INSERT { GRAPH :a { ?s :q ?o } } WHERE { ?s ?p ?o }", {"a"}),
        ("DELETE WHERE { GRAPH :a { ?s ?p ?o } }", {"a"}),
        ("COPY DEFAULT TO :new", {"new"}),
        ("DROP ALL", {"a", "b", "c"}),
        ("CLEAR ALL", {"a", "b", "c"}),
        ("CLEAR NAMED", {"a", "b", "c"}),
    ],
)
def test_the_union_is_read_and_named_graphs_are_written(text: str, graphs: set[str]) -> None:
    store = release()
    watch = Watch(store)
    apply(store, Update(PREFIX + text), union=True, load=no_network, apart=(f"{EX}c",), watch=watch)
    step = watch.difference(default_graph=False)
    assert set(step.counts()) == {EX + name for name in graphs}


def test_the_union_follows_each_operation() -> None:
    store = release()
    text = """
    INSERT DATA { GRAPH :new { :v :p 4 } } ; DROP GRAPH :a ;
    INSERT { GRAPH :seen { ?s :p ?o } } WHERE { ?s :p ?o }
    """
    apply(store, Update(PREFIX + text), union=True, load=no_network, apart=(f"{EX}c",))
    seen = store.quads_for_pattern(None, None, None, ox.NamedNode(f"{EX}seen"))
    assert {quad.subject for quad in seen} == {ox.NamedNode(f"{EX}t"), ox.NamedNode(f"{EX}v")}
