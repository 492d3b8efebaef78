"""Terms as text, and the graph of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from egov_kg.imports.terms import Text, TextGraph, literal, text_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LANG = st.sampled_from(["", "en", "zh", "zh-Hans"])


@given(TEXT, LANG, st.sampled_from(["", "urn:type"]))
def test_a_literal_is_read_as_it_was_written(value: str, lang: str, datatype: str) -> None:
    datatype = "" if lang else datatype
    assert text_of(literal(value, lang, datatype)) == Text(value, lang, datatype)


def test_other_terms_are_no_literals() -> None:
    assert text_of("<urn:a>") is None
    assert text_of("_:b0") is None
    assert text_of('"\\u0041\\U0001F600"') == Text("A\U0001f600")


TERM = st.sampled_from(["<a>", "<b>", "<c>", "<d>"])


@given(st.lists(st.tuples(TERM, TERM, TERM), max_size=40))
def test_the_graph_is_the_set_of_its_triples(triples: list[tuple[str, str, str]]) -> None:
    graph = TextGraph(triples)
    assert sorted(graph) == sorted(set(triples))
    assert len(graph) == len(set(triples))
    for subject, predicate, value in triples:
        assert value in graph.objects(subject, predicate)
        assert subject in graph.subjects(predicate, value)
        assert (subject, value) in graph.pairs(predicate)
