"""Headers of competency questions: what is read, and what is refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import NotFound, SourceError, UsageError
from egov_kg.resources import Sources, find_sources
from egov_kg.sparql.queries import TOPICS, find_question, load_questions, parse_question

HEADER = """\
# topic: regions
# title_en: Pilots by region
# title_zh: 各地区试点
# question_en: Which regions take part in which pilot,
#   and since when: month or year?
# question_zh: 哪些地区参加了哪些试点，
#   从何时开始？
"""
QUERY = "# not a header any more\nSELECT ?s WHERE { ?s ?p ?o } # title_en: no\n"


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    (tmp_path / "queries").mkdir()
    return Sources(tmp_path)


def write(sources: Sources, name: str, text: str) -> Path:
    path = sources.queries / f"{name}.rq"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_question_is_read_with_its_header_in_both_languages(sources: Sources) -> None:
    text = HEADER + "\n" + QUERY
    path = write(sources, "pilots", text)
    question = parse_question(path)
    assert question.name == "pilots"
    assert question.text == text
    assert question.topic == "regions"
    assert question.title("en") == "Pilots by region"
    assert question.title("zh") == "各地区试点"
    assert question.question("en") == "Which regions take part in which pilot, and since when: month or year?"
    assert question.question("zh") == "哪些地区参加了哪些试点，从何时开始？"
    assert question.expected == sources.queries / "expected" / "pilots.csv"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (HEADER.replace("title_zh", "titel_zh") + QUERY, 1, "title_zh"),
        (HEADER.replace("各地区试点", "") + QUERY, 1, "title_zh"),
        (HEADER + "# title_en: Again\n" + QUERY, 8, "twice"),
        (HEADER.replace("# topic: regions\n", "") + QUERY, 1, "topic"),
        (HEADER.replace("regions", "nothing") + QUERY, 1, "none of coverage"),
        (HEADER, 1, "no query"),
        (HEADER + "# only comments\n\n#\n", 1, "no query"),
        (QUERY, 1, "topic"),
    ],
)
def test_a_broken_header_is_refused_with_file_and_line(
    sources: Sources, text: str, line: int, reason: str
) -> None:
    path = write(sources, "broken", text)
    with pytest.raises(SourceError, match=reason) as caught:
        parse_question(path)
    assert caught.value.extra == {"file": str(path), "line": line}
    assert f"{path}:{line}" in caught.value.detail
    assert caught.value.detail_zh


def test_a_file_that_is_no_text_is_refused(sources: Sources) -> None:
    path = sources.queries / "bytes.rq"
    path.write_bytes(b"# title_en: \xff\n")
    with pytest.raises(SourceError, match=r"bytes\.rq"):
        parse_question(path)


def test_questions_are_found_by_name_or_its_beginning(sources: Sources) -> None:
    for name in ("pilots", "pilots-dated", "halls"):
        write(sources, name, HEADER + QUERY)
    questions = load_questions(sources)
    assert [question.name for question in questions] == ["halls", "pilots", "pilots-dated"]
    assert find_question(questions, "pilots").name == "pilots"
    assert find_question(questions, "ha").name == "halls"
    with pytest.raises(UsageError, match="pilots, pilots-dated"):
        find_question(questions, "pi")
    with pytest.raises(NotFound, match="egov-kg questions"):
        find_question(questions, "nothing")


def test_every_topic_has_questions_of_the_project() -> None:
    asked = {question.topic for question in load_questions(find_sources())}
    assert asked == set(TOPICS)
    assert all(set(names) == {"en", "zh"} for names in TOPICS.values())


def test_no_questions_at_all_is_an_error(sources: Sources) -> None:
    with pytest.raises(NotFound):
        load_questions(sources)
