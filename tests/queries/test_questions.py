"""Each competency question gives its expected answer, on two engines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import pytest
import rdflib

from egov_kg.sparql.queries import Question
from egov_kg.store.base import Store
from support.questions import PAGE, QUESTIONS, answer, answer_of_rdflib, expected, names, page

each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TEXT_OR_IRI = re.compile(r'"[^"\n]*"|<[^<>\s]*>|#[^\n]*')


@each_question
def test_the_store_gives_the_expected_answer(question: Question, store: Store) -> None:
    assert answer(store, question.text) == expected(question)


@each_question
def test_rdflib_gives_the_expected_answer(question: Question, dataset: rdflib.Dataset) -> None:
    found = answer_of_rdflib(dataset, question.text)
    assert [_numbers(row) for row in found] == [_numbers(row) for row in expected(question)]


@each_question
def test_the_question_is_put_in_both_languages(question: Question) -> None:
    for text in (question.title_zh, question.question_zh):
        assert _CHINESE.search(text)
    for text in (question.title_en, question.question_en):
        assert not _CHINESE.search(text)
    assert question.question_en.count("?") >= 1
    assert question.question_zh.count("？") >= 1


@each_question
def test_the_expected_answer_has_rows_without_repetition(question: Question) -> None:
    header, *rows = expected(question)
    assert rows
    assert len(set(header)) == len(header)
    assert {len(row) for row in rows} == {len(header)}
    assert len(set(rows)) == len(rows), "two rows are alike: a column that tells them apart is missing"
    empty = [name for place, name in enumerate(header) if not any(row[place] for row in rows)]
    assert not [name for name in empty if not re.match("(lower|upper)", name)], "columns that are never bound"


@each_question
def test_labels_come_in_both_languages(question: Question) -> None:
    header, *rows = expected(question)
    labels = [name for name in header if name.endswith(("_zh", "_en"))]
    assert labels[0::2] == [f"{name[:-3]}_zh" for name in labels[1::2]], (
        "each name_zh stands before its name_en"
    )
    assert labels[1::2] == [f"{name[:-3]}_en" for name in labels[0::2]], (
        "each name_en stands after its name_zh"
    )
    for zh, en in zip(labels[0::2], labels[1::2], strict=True):
        place = header.index(zh)
        assert header[place + 1] == en
        for row in rows:
            assert bool(row[place]) == bool(row[place + 1]), f"{zh} and {en} are given together or not at all"
            assert not _CHINESE.search(row[place + 1]), f"{en} has a label that is not English"


@each_question
def test_the_question_names_nothing_that_the_graph_does_not_have(question: Question, iris: set[str]) -> None:
    missing = names(question.text) - iris
    assert not missing, "these are not in the data, so that a pattern with them never holds"


@each_question
def test_a_notation_is_cut_from_iris_that_the_graph_has(question: Question, iris: set[str]) -> None:
    for part in re.findall(r'STRAFTER\(.*?"(/[^"]+)"\)', question.text):
        assert any(part in iri for iri in iris), f"no IRI has {part}, so that its column is always empty"


def test_names_of_things_are_seen_wherever_they_stand() -> None:
    text = """# question_en: What of <https://example.org/a>, or p:in-header?
PREFIX p: <https://example.org/p/>
PREFIX q: <https://example.org/q#>
SELECT ?x WHERE { # not q:comment, though
  ?x q:Direct|p:path/q:other* "p:text" ; p:b "c"^^q:type . VALUES ?x { p:d } FILTER(?x<p:e && ?x != q:f.g) }
"""
    assert names(text) == {
        "https://example.org/a",
        *(f"https://example.org/p/{name}" for name in ("in-header", "path", "b", "d", "e")),
        *(f"https://example.org/q#{name}" for name in ("comment", "Direct", "other", "type", "f.g")),
    }


@each_question
def test_the_query_is_plain_and_ordered(question: Question) -> None:
    bare = _TEXT_OR_IRI.sub(" ", question.text)
    assert "ORDER BY" in bare or len(expected(question)) == 2
    assert not re.search(r"\[|\b(SERVICE|FROM|REDUCED|LIMIT|OFFSET|GROUP_CONCAT|SAMPLE)\b", bare)
    graphs = re.findall(r"\bGRAPH\s+(\S+)", bare)
    assert set(graphs) <= {"egraph:derived"}, "the default graph holds everything else"


def test_every_expected_answer_belongs_to_a_question() -> None:
    folder = QUESTIONS[0].expected.parent
    assert {path.stem for path in folder.iterdir()} == {question.name for question in QUESTIONS}


def test_the_page_lists_the_questions_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tests/support/questions.py"


def test_the_comparison_sees_numbers_and_nothing_else() -> None:
    assert _numbers(("1.50", "true", "a")) == _numbers(("1.5", "true", "a"))
    assert _numbers(("1.5",)) != _numbers(("1.6",))
    assert _numbers(("nan",)) == ("nan",)
    assert _numbers(("",)) == ("",)


def _numbers(row: Sequence[str]) -> tuple[str | Decimal, ...]:
    """Cells that are numbers by their value: SPARQL leaves their lexical form to the engine."""
    return tuple(_number(cell) for cell in row)


def _number(cell: str) -> str | Decimal:
    return Decimal(cell) if re.fullmatch(r"[+-]?\d+(\.\d+)?", cell) else cell
