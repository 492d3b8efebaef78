"""The competency questions as examples for the workbench, by topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from egov_kg.errors import NotFound
from egov_kg.release.registry import Release
from egov_kg.settings import Language
from egov_kg.sparql.queries import TOPICS, Question
from egov_kg.web.service import service

PARAMETER = "example"
"""Names an example in the URL of the workbench."""


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of a topic."""

    title: str
    questions: Sequence[Question]


def groups(lang: Language) -> tuple[Group, ...]:
    """All questions, in the order of the topics; a playground has none."""
    asked = service().questions if isinstance(service().release, Release) else ()
    return tuple(
        Group(names[lang], found)
        for topic, names in TOPICS.items()
        if (found := sorted((one for one in asked if one.topic == topic), key=lambda one: one.title(lang)))
    )


def find(name: str) -> Question:
    """The question of a name.

    Raises:
        NotFound: there is none.
    """
    for question in service().questions if isinstance(service().release, Release) else ():
        if question.name == name:
            return question
    raise NotFound(
        f"There is no example {name[:80]!r}: /en/sparql lists them.",
        f"没有名为 {name[:80]!r} 的示例：/zh/sparql 列出了全部示例。",
        parameter=PARAMETER,
    )
