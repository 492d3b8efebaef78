"""The competency questions: one `.rq` file each, with its topic, title and question in its leading comments.

::

    # topic: regions
    # title_en: Pilots by region
    # title_zh: 各地区试点
    # question_en: Which regions take part in which pilot, and since when?
    # question_zh: 哪些地区参加了哪些试点，从何时开始？
    PREFIX egov: ...
    SELECT ...

A comment line that begins with none of the five keys continues the one before it. The header ends at the
first line that is no comment. The file's stem is the question's name; its expected answer is
`expected/<name>.csv` beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg.errors import NotFound, SourceError, UsageError
from egov_kg.resources import Sources
from egov_kg.settings import Language

KEYS: Final = ("topic", "title_en", "title_zh", "question_en", "question_zh")

TOPICS: Final[Mapping[str, Mapping[Language, str]]] = {
    "coverage": {"en": "Coverage, level by level", "zh": "分级覆盖情况"},
    "thresholds": {"en": "Thresholds and comparisons", "zh": "门槛与比较"},
    "regions": {"en": "Regions and pilots", "zh": "地区与试点"},
    "savings": {"en": "Savings and efficiency", "zh": "节约与效率"},
    "systems": {"en": "Networks, platforms and systems", "zh": "网络、平台与系统"},
    "websites": {"en": "Websites, services and microblogs", "zh": "网站、服务与微博"},
    "assessments": {"en": "How the report judges", "zh": "报告的评价"},
    "qualifiers": {"en": "Qualifiers, dates and lists", "zh": "限定词、时间与列举"},
    "report": {"en": "The report and its sources", "zh": "报告与出处"},
}
"""The topics of the questions, in the order in which they are shown, and their names."""

_LINE = re.compile(rf"(?:(?P<key>{'|'.join(KEYS)}):)?\s*(?P<text>.*?)\s*")


@dataclass(frozen=True, slots=True)
class Question:
    """One competency question.

    Attributes:
        name: the stem of its file.
        path: its file.
        topic: one of `TOPICS`.
        title_en, title_zh: a short title.
        question_en, question_zh: the question in a sentence.
        text: the whole file, a SPARQL 1.1 query.
    """

    name: str
    path: Path
    topic: str
    title_en: str
    title_zh: str
    question_en: str
    question_zh: str
    text: str

    @property
    def expected(self) -> Path:
        """Where its expected answer lies, as CSV (SPARQL 1.1 Query Results CSV)."""
        return self.path.parent / "expected" / f"{self.name}.csv"

    def title(self, lang: Language) -> str:
        """The title in a language."""
        return self.title_zh if lang == "zh" else self.title_en

    def question(self, lang: Language) -> str:
        """The question in a language."""
        return self.question_zh if lang == "zh" else self.question_en


def parse_question(path: Path) -> Question:
    """Read one question.

    Raises:
        SourceError: the file is no UTF-8 text, lacks a key, repeats one, has a topic that is none, or holds
            no query.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: {error}", f"{path}：{error}", file=str(path)) from error
    header: dict[str, str] = {}
    last = ""
    for number, comment in _header(text):
        match = _LINE.fullmatch(comment)
        assert match is not None  # noqa: S101  # every line without a line break matches
        if key := match["key"]:
            if key in header:
                raise _broken(path, number, f"{key} is given twice", f"{key} 重复")
            header[key], last = match["text"], key
        elif last and match["text"]:
            header[last] = _joined(header[last], match["text"])
    for key in KEYS:
        if not header.get(key):
            raise _broken(path, 1, f"the header has no `# {key}: ...`", f"开头缺少 `# {key}: ...`")
    if (topic := header["topic"]) not in TOPICS:
        known = ", ".join(TOPICS)
        raise _broken(path, 1, f"the topic {topic} is none of {known}", f"主题 {topic} 不属于 {known}")
    if all(line.lstrip().startswith("#") or not line.strip() for line in text.splitlines()):
        raise _broken(path, 1, "there is no query below the header", "开头注释之后没有查询")
    return Question(path.stem, path, text=text, **header)


def _joined(first: str, second: str) -> str:
    """Two lines of a comment as one: ideographs and their punctuation have no space between them."""
    apart = first[-1:].isascii() or second[0].isascii()
    return f"{first}{' ' if apart else ''}{second}".strip()


def load_questions(sources: Sources) -> tuple[Question, ...]:
    """All questions, by name.

    Raises:
        NotFound: there are none.
        SourceError: as `parse_question`.
    """
    paths = sorted(sources.queries.glob("*.rq"), key=lambda path: path.stem)
    if not paths:
        raise NotFound(f"There are no questions in {sources.queries}.", f"{sources.queries} 中没有问题。")
    return tuple(parse_question(path) for path in paths)


def find_question(questions: tuple[Question, ...], wanted: str) -> Question:
    """The question of this name, or the only one whose name begins so.

    Raises:
        NotFound: there is none.
        UsageError: there are several.
    """
    found = [q for q in questions if q.name == wanted] or [q for q in questions if q.name.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(question.name for question in found)
        raise UsageError(
            f"{wanted!r} begins {names}: give more of the name.", f"{wanted!r} 不唯一：{names}。"
        )
    raise NotFound(
        f"There is no question {wanted!r}: `egov-kg questions` lists them.",
        f"没有名为 {wanted!r} 的问题：可用 `egov-kg questions` 查看列表。",
    )


def _header(text: str) -> Iterator[tuple[int, str]]:
    """Leading comment lines with their numbers, without `#`."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            return
        yield number, line[1:].strip()


def _broken(path: Path, line: int, en: str, zh: str) -> SourceError:
    return SourceError(f"{path}:{line}: {en}.", f"{path}:{line}：{zh}。", file=str(path), line=line)
