"""Shapes that have no query: each is an error that names it, in both languages, before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

from egov_kg.errors import ShapeUnsupported
from egov_kg.shapes.read import read_shapes
from egov_kg.shapes.run import run
from egov_kg.store.base import Row
from support.shacl import turtle

if TYPE_CHECKING:
    from rdflib.term import Identifier

S = "ex:s sh:targetClass ex:C"
SELECT = 'sh:sparql [ sh:select """%s""" ]'
NOT_READ = {
    "recursion": (f"{S} ; sh:property [ sh:path ex:p ; sh:node ex:s ] .", "recursion"),
    "recursion-through-or": (f"{S} ; sh:or ( [ sh:not ex:t ] ) . ex:t sh:and ( ex:s ) .", "recursion"),
    "advanced-target": ("ex:s sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this {}' ] .", "sh:target"),
    "javascript": (f"{S} ; sh:js [] .", "sh:js"),
    "expression": (f"{S} ; sh:expression [] .", "sh:expression"),
    "property-of-later-versions": (f"{S} ; sh:memberShape [] .", "sh:memberShape"),
    "component-of-ones-own": (
        f"ex:c a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] . {S} ; ex:most 3 .", "/most",
    ),
    "path-that-is-none": (f"{S} ; sh:property [ sh:path 3 ; sh:minCount 1 ] .", "sh:path"),
    "two-paths": (f"{S} ; sh:property [ sh:path ex:p , ex:q ; sh:minCount 1 ] .", "sh:path"),
    "property-without-path": (f"{S} ; sh:property [ sh:minCount 1 ] .", "sh:minCount at a node shape"),
    "property-without-path-or-count": (f"{S} ; sh:property [ sh:nodeKind sh:IRI ] .", "sh:property without"),
    "node-with-path": (f"{S} ; sh:node [ sh:path ex:p ] .", "sh:node"),
    "count-of-words": (f'{S} ; sh:property [ sh:path ex:p ; sh:minCount "one" ] .', "sh:minCount one"),
    "count-below-zero": (f"{S} ; sh:property [ sh:path ex:p ; sh:minCount -1 ] .", "sh:minCount -1"),
    "two-counts": (f"{S} ; sh:property [ sh:path ex:p ; sh:minCount 1 , 2 ] .", "several"),
    "kind-unknown": (f"{S} ; sh:nodeKind ex:Some .", "sh:nodeKind"),
    "range-of-iri": (f"{S} ; sh:property [ sh:path ex:p ; sh:minInclusive ex:low ] .", "sh:minInclusive"),
    "list-that-is-none": (f"{S} ; sh:in ex:list .", "sh:in"),
    "list-without-end": (f"{S} ; sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .", "leads into itself"),
    "or-of-nothing": (f"{S} ; sh:or () .", "empty list"),
    "blank-value": (f"{S} ; sh:hasValue [] .", "blank node"),
    "blank-target": ("ex:s sh:targetNode [] ; sh:nodeKind sh:IRI .", "blank node"),
    "class-that-is-text": ("ex:s sh:targetClass 'C' ; sh:nodeKind sh:IRI .", "target"),
    "xone-of-many": (f"{S} ; sh:xone ( {'[ sh:nodeKind sh:IRI ] ' * 9}) .", "sh:xone"),
    "count-within-of-many": (f"{S} ; sh:not [ sh:property [ sh:path ex:p ; sh:minCount 6 ] ] .", "count of"),
    "node-perhaps-not-there": (
        f"{S} ; sh:targetNode ex:x ; sh:not [ sh:property [ sh:path [ sh:zeroOrOnePath ex:p ] ] ] .",
        "sh:targetNode with",
    ),
    "nested-too-deep": (f"{S} ; {'sh:not [ ' * 20} sh:nodeKind sh:IRI {']' * 20} .", "within one another"),
    "deactivated-perhaps": (f"{S} ; sh:deactivated 'perhaps' .", "sh:deactivated"),
    "ask": (f"{S} ; sh:sparql [ sh:ask 'ASK {{}}' ] .", "sh:select"),
    "sparql-no-select": (f"{S} ; {SELECT % 'CONSTRUCT WHERE { $this ?p ?o }'} .", "CONSTRUCT"),
    "sparql-no-end": (f"{S} ; {SELECT % 'SELECT $this WHERE { $this ?p ?o'} .", "WHERE"),
    "sparql-prefix-unknown": (f"{S} ; {SELECT % 'SELECT $this { $this e:p ?o }'} .", "e:p"),
    "sparql-renames-this": (f"{S} ; {SELECT % 'SELECT (?x AS $this) { ?x ?p ?o }'} .", "AS $this"),
    "sparql-failure": (f"{S} ; {SELECT % 'SELECT $this ?failure { $this ?p ?failure }'} .", "?failure"),
    "sparql-shapes-graph": (f"{S} ; {SELECT % 'SELECT $this { $this ?p $shapesGraph }'} .", "$shapesGraph"),
    "sparql-path-at-node": (f"{S} ; {SELECT % 'SELECT $this { $this $PATH ?o }'} .", "$PATH"),
    "sparql-nested-this": (
        f"{S} ; {SELECT % 'SELECT $this { $this ?p ?o { ?a ?b ?c FILTER(?c = $this) } }'} .", "nested group",
    ),
    **{
        f"sparql-{word}": (f"{S} ; {SELECT % text} .", word.upper())
        for word, text in {
            "minus": "SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }",
            "values": "SELECT $this { $this ?p ?o VALUES ?o { 1 } }",
            "service": "SELECT $this { $this ?p ?o SERVICE <http://x/> { ?o ?q ?r } }",
            "graph": "SELECT $this { GRAPH ?g { $this ?p ?o } }",
            "group": "SELECT $this { $this ?p ?o } GROUP BY $this",
            "limit": "SELECT $this { $this ?p ?o } LIMIT 1",
            "select": "SELECT $this { { SELECT $this { $this ?p ?o } } }",
        }.items()
    },
}  # fmt: skip


class Untouched:
    """A store that only has classes: any other question is one too many."""

    def select(
        self, query: str, bindings: Mapping[str, Identifier] | None = None, *, values: Sequence[Row] = ()
    ) -> list[Row]:
        assert "subClassOf" in query
        return []


@pytest.mark.parametrize("case", NOT_READ)
def test_it_is_refused_by_name_before_anything_is_asked(case: str) -> None:
    text, words = NOT_READ[case]
    before = "ex:a-good-one sh:targetClass ex:C ; sh:class ex:D . "
    with pytest.raises(ShapeUnsupported) as caught:
        run(Untouched(), read_shapes(turtle(before + text)))
    error = caught.value
    assert words in error.detail
    assert error.extra["shape"] in ("https://example.org/s", "https://example.org/t")
    assert f"/{error.extra['shape'][-1]} " in error.detail
    assert f"/{error.extra['shape'][-1]} " in error.detail_zh
    assert "无法转为 SPARQL" in error.detail_zh
    assert error.status == 422


def test_no_shape_of_the_project_is_refused() -> None:
    from support.rules import SHAPE_SET

    assert len(read_shapes(SHAPE_SET.graph)) == len(SHAPE_SET.rules)
