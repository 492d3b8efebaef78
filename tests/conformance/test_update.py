"""SPARQL 1.1 Update over HTTP, held to what the engine itself makes of each request (sections 3.1 and 3.2).

The requests follow one another. After each, the graphs that the service shows are those of a store that the
same requests were applied to directly.
"""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from support.writable import STAGING, Writable

ONE, TWO, THREE, _ = STAGING
PROLOGUE = f"PREFIX e: <http://e/> PREFIX g: <{ONE.removesuffix('one')}> "

REQUESTS = [
    # 3.1.1 INSERT DATA
    "INSERT DATA { GRAPH g:one { e:a e:p e:b ; e:q 1 , 2.5 , 'x'@en . } }",
    "INSERT DATA { GRAPH g:one { e:a e:p e:b } GRAPH g:two { e:b e:p e:c . e:c e:p e:a } }",
    "INSERT DATA { GRAPH g:two { e:a e:q '城市;}{#' , '''two\nlines''' , true , '2012-12-31'^^<http://t> } }",
    "INSERT DATA { GRAPH g:one { e:a e:p e:b } }",
    "INSERT DATA { }",
    # 3.1.2 DELETE DATA
    "DELETE DATA { GRAPH g:one { e:a e:q 1 } }",
    "DELETE DATA { GRAPH g:one { e:never e:was e:here } }",
    "DELETE DATA { GRAPH g:one { e:a e:q 2.5 } GRAPH g:two { e:c e:p e:a } }",
    # 3.1.3 DELETE/INSERT
    "WITH g:one INSERT { ?o e:back ?s } WHERE { ?s e:p ?o }",
    "WITH g:one DELETE { ?s e:back ?o } INSERT { ?s e:to ?o } WHERE { ?s e:back ?o }",
    "DELETE { GRAPH ?g { ?s e:p ?o } } INSERT { GRAPH ?g { ?s e:r ?o } } "
    "WHERE { GRAPH ?g { ?s e:p ?o } FILTER(?g = g:two) }",
    "INSERT { GRAPH g:three { ?s ?p ?o } } WHERE { GRAPH g:one { ?s ?p ?o } }",
    "INSERT { GRAPH g:three { ?s e:via ?o } } USING g:two WHERE { ?s e:r ?o }",
    "INSERT { GRAPH g:three { ?s e:named ?g } } USING NAMED g:two WHERE { GRAPH ?g { ?s e:r ?o } }",
    "WITH g:two INSERT { ?s e:size ?n } WHERE { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } }",
    "WITH g:two DELETE { ?s e:size ?n } INSERT { ?s e:size ?m } WHERE { ?s e:size ?n BIND(?n + 1 AS ?m) }",
    "WITH g:two INSERT { ?s e:flag ?unbound } WHERE { ?s e:size ?n }",
    "WITH g:two INSERT { ?x e:in 'values' } WHERE { VALUES ?x { e:one e:two } }",
    "WITH g:two DELETE { ?x e:in ?v } WHERE { ?x e:in ?v FILTER NOT EXISTS { ?x e:size ?n } }",
    "WITH g:one INSERT { ?a e:chain ?c } WHERE { GRAPH g:three { ?a (e:to|e:p|^e:to)+ ?c } }",
    "WITH g:one DELETE { ?s ?p ?o } USING g:two WHERE { ?s ?p ?o }",
    "WITH g:one INSERT { ?s e:x 1 } WHERE { ?s e:none ?o }",
    # 3.1.3.3 DELETE WHERE
    "DELETE WHERE { GRAPH g:three { ?s e:named ?g } }",
    "DELETE WHERE { GRAPH g:three { ?s e:via ?o } . GRAPH g:two { ?s e:r ?o } }",
    # 3.1.5 CLEAR, 3.2 graph management
    "CREATE SILENT GRAPH g:three",
    "COPY g:one TO g:three",
    "ADD GRAPH g:two TO GRAPH g:three",
    "MOVE g:three TO g:one",
    "COPY g:one TO g:one",
    "CLEAR GRAPH g:two",
    "CLEAR SILENT GRAPH g:nowhere",
    "INSERT DATA { GRAPH g:two { e:a e:p e:b } }",
    "ADD g:two TO g:three",
    "DROP GRAPH g:three",
    "DROP SILENT GRAPH g:three",
    "MOVE SILENT g:nowhere TO g:two",
    # 3: several operations, one after the other; declarations between them
    "INSERT DATA { GRAPH g:three { e:x e:p 1 } } ; "
    "WITH g:three DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 } ;",
    "BASE <http://b/> INSERT DATA { GRAPH g:three { <s> <p> <o> } } # ; the end\n",
    "DROP GRAPH g:one ; COPY g:three TO g:one ; CLEAR GRAPH g:three",
    # The default graph
    "INSERT DATA { e:a e:p e:b , 1 . GRAPH g:one { e:a e:p 2 } }",
    "INSERT { ?s e:seen ?o } WHERE { ?s e:p ?o }",
    "INSERT { GRAPH g:two { ?s ?p ?o } } WHERE { ?s ?p ?o }",
    "DELETE DATA { e:a e:p 1 }",
    "DELETE { ?s e:p ?o } INSERT { ?s e:q ?o } USING g:one WHERE { ?s e:p ?o }",
    "COPY DEFAULT TO g:three",
    "MOVE g:two TO DEFAULT",
    "ADD GRAPH g:three TO DEFAULT",
    "DELETE WHERE { ?s e:seen ?o . GRAPH g:three { ?s e:seen ?o } }",
    "CLEAR DEFAULT",
    "ADD g:three TO DEFAULT ; DROP NAMED",
    "INSERT DATA { GRAPH g:two { e:a e:p e:b } } ; CLEAR NAMED",
    "DROP DEFAULT",
    "INSERT DATA { e:a e:p e:b . GRAPH g:two { e:a e:p e:b } } ; CLEAR ALL",
    "INSERT DATA { e:a e:p e:b . GRAPH g:two { e:a e:p e:b } } ; DROP ALL",
    "CREATE GRAPH g:one",
]
REFUSED = [
    # 3.2: without SILENT these are errors, and nothing of the request is done
    "INSERT DATA { GRAPH g:one { e:lost e:p 1 } } ; DROP GRAPH g:nowhere",
    "INSERT DATA { GRAPH g:one { e:lost e:p 1 } } ; CREATE GRAPH g:one",
    # 3.1.1, 3.1.2, 3.1.3.3: what may not stand in data
    "INSERT DATA { GRAPH g:one { ?s e:p 1 } }",
    "DELETE DATA { GRAPH g:one { _:b e:p 1 } }",
    "DELETE WHERE { GRAPH g:one { _:b e:p ?o } }",
    "INSERT { GRAPH g:one { e:lost e:p 1 } }",
    "INSERT DATA { GRAPH g:one { e:lost e:p 1 } } ; SELECT * { ?s ?p ?o }",
    "INSERT DATA { GRAPH g:one { _:b e:p 1 } } ; INSERT DATA { GRAPH g:one { _:b e:p 2 } }",
    "INSERT DATA { GRAPH g:one { e:lost e:p 1 } INSERT",
    "INSERT DATA { GRAPH g:one { e:lost other:p 1 } }",
]


def graphs(service: Writable) -> dict[str, set[str]]:
    return {graph: service.triples(graph) for graph in ("", ONE, TWO, THREE)}


def model_graphs(model: ox.Store) -> dict[str, set[str]]:
    return {
        graph: {f"{quad.triple} ." for quad in model.quads_for_pattern(None, None, None, name)}
        for graph in ("", ONE, TWO, THREE)
        for name in [ox.NamedNode(graph) if graph else ox.DefaultGraph()]
    }


def test_the_service_does_what_the_engine_does(playing: Writable) -> None:
    model = ox.Store()
    assert playing.update("DROP ALL").status == 200
    for request in REQUESTS:
        reply = playing.update(PROLOGUE + request)
        assert reply.status == 200, (request, reply.body)
        model.update(PROLOGUE + request)
        assert graphs(playing) == model_graphs(model), request


@pytest.mark.parametrize("request_", REFUSED)
def test_a_request_that_fails_changes_nothing(playing: Writable, request_: str) -> None:
    before = graphs(playing)
    reply = playing.update(PROLOGUE + request_)
    assert reply.status == 400, reply.body
    assert reply.json["detail_zh"] != reply.json["detail_en"] or "syntax" in reply.json["type"]
    assert graphs(playing) == before


def test_declarations_between_operations(playing: Writable) -> None:
    """Rule 29 of the grammar: each operation may have declarations of its own."""
    reply = playing.update(
        f"PREFIX g: <{ONE}> DROP SILENT GRAPH g: ; "
        "PREFIX e: <http://new/> INSERT DATA { GRAPH g: { e:a e:b e:c } }"
    )
    assert reply.status == 200
    assert playing.triples(ONE) == {"<http://new/a> <http://new/b> <http://new/c> ."}
