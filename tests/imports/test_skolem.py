"""Names for blank nodes: a function of the graph, not of its labels or of the order of its lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from egov_kg.imports.skolem import skolemised

NODE = st.sampled_from(["<urn:a>", "<urn:b>", "_:x", "_:y", "_:z", '"1"'])
SUBJECT = st.sampled_from(["<urn:a>", "_:x", "_:y", "_:z"])
TRIPLES = st.lists(
    st.tuples(SUBJECT, st.sampled_from(["<urn:p>", "<urn:q>"]), NODE), max_size=10, unique=True
)


def mint(word: str) -> str:
    return f"urn:genid:{word}"


@given(TRIPLES)
def test_nothing_blank_is_left_and_no_two_nodes_become_one(triples: list[tuple[str, str, str]]) -> None:
    made = skolemised(triples, mint)
    terms = {term for triple in triples for term in triple}
    assert len({term for triple in made for term in triple}) == len(terms)
    assert not any(term.startswith("_:") for triple in made for term in triple)


@given(TRIPLES, st.permutations(["_:1", "_:2", "_:3"]))
def test_other_labels_give_the_same_names(triples: list[tuple[str, str, str]], labels: list[str]) -> None:
    renamed = dict(zip(["_:x", "_:y", "_:z"], labels, strict=True))
    others = [(renamed.get(s, s), p, renamed.get(o, o)) for s, p, o in triples]
    assert skolemised(others, mint) == skolemised(triples, mint)


def test_the_order_of_lines_does_not_matter_where_nodes_can_be_told_apart() -> None:
    tree = [
        ("<urn:a>", "<urn:p>", "_:x"),
        ("_:x", "<urn:q>", "_:y"),
        ("_:y", "<urn:q>", '"1"'),
        ("<urn:a>", "<urn:p>", "_:z"),
        ("_:z", "<urn:q>", '"2"'),
    ]
    assert sorted(skolemised(tree[::-1], mint)) == sorted(skolemised(tree, mint))
