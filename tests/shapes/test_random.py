"""A law: on any small graph, shapes as SPARQL find what pySHACL finds."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.shacl import as_stored, by_queries, by_reference, snapshot, turtle

NODES = ("ex:a", "ex:b", "ex:c", "ex:d")
PROPERTIES = ("ex:p", "ex:q", "ex:r")
# Numbers are told from all else by the datatype alone: what pySHACL makes of comparisons across kinds of
# values is beside the recommendation (see test_core).
NUMBERS = ("1", "2", "2.5", "-3")
WORDS = ('"one"', '"a"@en', '"b"@en', '"c"@zh', '"TWO"', '""')
node = st.sampled_from(NODES)
path = st.sampled_from(
    (*PROPERTIES, "( ex:p ex:q )", "[ sh:inversePath ex:p ]", "[ sh:alternativePath ( ex:p ex:r ) ]",
     "[ sh:inversePath ( ex:p ex:q ) ]", "[ sh:zeroOrMorePath ex:p ]", "[ sh:oneOrMorePath ex:q ]")
)  # fmt: skip
value = st.sampled_from((*NODES, *NUMBERS, *WORDS))
link = st.tuples(node, st.sampled_from(PROPERTIES), value).map(lambda triple: f"{' '.join(triple)} .")
typing = st.tuples(node, st.sampled_from(("ex:C", "ex:D", "ex:E"))).map(
    lambda pair: f"{pair[0]} a {pair[1]} ."
)
data = st.lists(link | typing, max_size=14).map(
    lambda lines: "\n".join(["ex:D rdfs:subClassOf ex:C .", "ex:a ex:size 1 , 3 . ex:b ex:size 2 .", *lines])
)

of_value = st.one_of(
    st.sampled_from(
        ("sh:class ex:C", "sh:class ex:E", "sh:nodeKind sh:IRI", "sh:nodeKind sh:BlankNodeOrLiteral",
         "sh:datatype xsd:integer", "sh:datatype xsd:string", "sh:datatype rdf:langString", "sh:minLength 2",
         "sh:maxLength 3", 'sh:pattern "^[a-o]"', 'sh:pattern "t" ; sh:flags "i"', 'sh:languageIn ( "en" )',
         "sh:in ( ex:a ex:b 1 )", 'sh:in ( "one" "a"@en )')
    ),
)  # fmt: skip
of_set = st.sampled_from(
    ("sh:minCount 1", "sh:minCount 2", "sh:maxCount 0", "sh:maxCount 1", "sh:uniqueLang true",
     "sh:hasValue ex:a", "sh:hasValue 1", "sh:equals ex:q", "sh:disjoint ex:r",
     "sh:qualifiedValueShape [ sh:class ex:C ] ; sh:qualifiedMinCount 1",
     "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMaxCount 1")
)  # fmt: skip
of_focus = st.sampled_from(
    ("sh:hasValue ex:b", "sh:equals ex:p", "sh:disjoint ex:p",
     "sh:closed true ; sh:ignoredProperties ( rdf:type ex:p )")
)  # fmt: skip
pair = st.sampled_from(
    ("sh:property [ sh:path ex:size ; sh:lessThan ex:size ]",
     "sh:property [ sh:path ex:size ; sh:maxInclusive 2 ; sh:lessThanOrEquals ex:size ]")
)  # fmt: skip


def parameter(text: str) -> str:
    """The first parameter of a text: a shape has one value of it."""
    return text.split()[0]


def with_inner(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Constraints of shapes that have shapes within."""
    shape = inner.map(lambda text: f"[ {text} ]")
    shapes = st.lists(shape, min_size=1, max_size=3).map(" ".join)
    property_ = st.tuples(
        path, st.lists(of_value | of_set, min_size=1, max_size=2, unique_by=parameter), inner
    )
    return st.one_of(
        shape.map(lambda text: f"sh:not {text}"),
        st.tuples(st.sampled_from(("and", "or", "xone")), shapes).map(
            lambda pair: f"sh:{pair[0]} ( {pair[1]} )"
        ),
        shape.map(lambda text: f"sh:node {text}"),
        property_.map(
            lambda parts: (
                f"sh:property [ sh:path {parts[0]} ; {' ; '.join(parts[1])} ; sh:node [ {parts[2]} ] ]"
            )
        ),
    )


constraint = st.recursive(of_value | of_focus | pair, with_inner, max_leaves=5)
target = st.sampled_from(
    (
        "sh:targetClass ex:C",
        "sh:targetSubjectsOf ex:p",
        "sh:targetObjectsOf ex:q",
        "sh:targetNode ex:a , 1 , ex:z",
    )
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data, st.lists(st.tuples(target, constraint), min_size=1, max_size=4))
def test_queries_find_what_the_reference_finds(text: str, shapes: list[tuple[str, str]]) -> None:
    lines = [f"ex:s{number} {target} ; {body} ." for number, (target, body) in enumerate(shapes)]
    # A path of no step from a node that need not be there is refused.
    lines = [line.replace("zeroOrMore", "oneOrMore") if "targetNode" in line else line for line in lines]
    graph = turtle("\n".join(lines))
    with snapshot(turtle(text)) as store:
        assert by_queries(store, graph) == by_reference(as_stored(store), graph), "\n".join(lines)
