"""Qualitative statements as sentences in both languages, built from their structure.

A sentence is a sequence of texts and things, so that a page can make links of the things. English is in the
past tense, which agrees with one and with many. Nothing is said that the structure does not say; a statement
of a class that has no pattern here is its own label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from egov_kg.intervals import Language
from egov_kg.publish.figures import notation
from egov_kg.publish.observations import Term
from egov_kg.publish.statements import Statement

Part = str | Term

# `{role}` stands for the things in a role. What is in brackets is left out where one of its roles is empty;
# of several patterns the first counts whose other roles are all there.
_PATTERNS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "PilotParticipation": (
        (
            "{participant} took part in {pilot}[, organised by {organiser}].",
            "{participant}参加了{pilot}[，组织者为{organiser}]。",
        ),
    ),
    "PlatformUse": (
        (
            "{user}[ ({share} of them)] used {resource}[ for {applicationDomain}][, with {system} on it].",
            "{user}[（{share}）]使用{resource}[，用于{applicationDomain}][，其上运行{system}]。",
        ),
    ),
    "NetworkCoverage": (("{network} reached {area}[ ({extent})].", "{network}通达{area}[（{extent}）]。"),),
    "Construction": (
        (
            "{builder}[ ({share} of them)] built {built}[ on {builtOn}].",
            "{builder}[（{share}）][在{builtOn}上]建设了{built}。",
        ),
        (
            "{within} included the building of {built}[ on {builtOn}].",
            "{within}包括[在{builtOn}上]建设{built}。",
        ),
    ),
    "Discontinuation": (("{actor} discontinued {discontinued}.", "{actor}停止了{discontinued}。"),),
    "ServiceProvision": (
        ("{provider} provided {service} to {recipient}.", "{provider}向{recipient}提供{service}。"),
    ),
    "ResourceSharing": (
        (
            "{sharer} shared {sharedResource}[ through {via}][ ({sharingScope})].",
            "{sharer}[通过{via}]共享{sharedResource}[（{sharingScope}）]。",
        ),
    ),
    "HallLeadership": (
        (
            "{hall} had {leader} as its leading account[ (in the report’s terms: {leadershipRole})].",
            "{hall}的牵头账号是{leader}[（报告的说法：{leadershipRole}）]。",
        ),
    ),
    "Membership": (
        ("{member} belonged to {organization}[ as {role}].", "{member}属于{organization}[，角色为{role}]。"),
    ),
    "Publication": (("{publisher} produced {document}.", "{publisher}制定了{document}。"),),
    "Proposal": (("{proposer} proposed {idea}.", "{proposer}提出了{idea}。"),),
    "QualitativeAssessment": (
        (
            "The report rates the {aspect} of {assessed}[ ({share} of them)][ on {publishedOn}]"
            "[ by {assessedBody}][ in {area}][ at {populationLevel} level] as “{rating}”"
            "[ compared with {comparedWith}][, owing to {usesTechnique}].",
            "报告评价[{publishedOn}上的][{assessedBody}的]{assessed}[（{share}）]的{aspect}[（地区：{area}）]"
            "[（层级：{populationLevel}）]为“{rating}”[（与{comparedWith}相比）][，依靠{usesTechnique}]。",
        ),
    ),
}
_PIECE: Final = re.compile(r"\[([^\]]*)\]")
_SLOT: Final = re.compile(r"\{(\w+)\}")


def sentence(statement: Statement, lang: Language) -> tuple[Part, ...]:
    """A statement as a sentence.

    Args:
        statement: what to say.
        lang: the language of the words; things have their own names.
    """
    for english, chinese in _PATTERNS.get(notation(statement.kind.iri), ()):
        pattern = chinese if lang == "zh" else english
        if all(statement.roles.get(role) for role in _SLOT.findall(_PIECE.sub("", pattern))):
            return tuple(_filled(_without_empty(pattern, statement), statement, lang))
    return (statement.label(lang),)


def in_words(statement: Statement, lang: Language) -> str:
    """The sentence as text alone."""
    return "".join(part if isinstance(part, str) else part.name(lang) for part in sentence(statement, lang))


def _without_empty(pattern: str, statement: Statement) -> str:
    def kept(piece: re.Match[str]) -> str:
        return piece[1] if all(statement.roles.get(role) for role in _SLOT.findall(piece[1])) else ""

    return _PIECE.sub(kept, pattern)


def _filled(pattern: str, statement: Statement, lang: Language) -> Iterator[Part]:
    for place, piece in enumerate(_SLOT.split(pattern)):
        if place % 2:
            yield from _listed(statement.roles[piece], lang)
        elif piece:
            yield piece


def _listed(terms: Sequence[Term], lang: Language) -> Iterator[Part]:
    comma, last = ("、", "和") if lang == "zh" else (", ", " and ")
    for place, term in enumerate(terms):
        if place:
            yield last if place == len(terms) - 1 else comma
        yield term
