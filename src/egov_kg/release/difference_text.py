"""A `Difference` in words, English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal

from egov_kg.errors import UsageError
from egov_kg.intervals import format_value
from egov_kg.namespaces import expand, shrink
from egov_kg.release.diff import Difference, EntityChange
from egov_kg.release.words import counted

Language = Literal["en", "zh"]

_TYPE: Final = expand("rdf:type")
_OBSERVATION: Final = f"<{expand('qb:Observation')}>"
_PLUMBING: Final = {f"<{expand(name)}>" for name in ("oa:SpecificResource", "oa:TextPositionSelector")}
_REVIEW_STATE: Final = expand("egov:reviewState")
"""What reported facts have and entities have not."""

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "same": "{old} and {new} say the same.",
        "head": "From {old} to {new}: {facts} and {others} differ ({added} added, {removed} removed).",
        "facts": "Facts",
        "others": "Other entities",
        "spans": "Places in the source: {added} added, {removed} removed, {changed} changed.",
        "added": "added",
        "removed": "removed",
        "changed": "changed",
        "nothing": "(nothing)",
        "colon": ": ",
        "comma": ", ",
    },
    "zh": {
        "same": "{old} 与 {new} 内容相同。",
        "head": "从 {old} 到 {new}：{facts} 条事实、{others} 个其他实体有变化"
        "（新增 {added} 个三元组，删除 {removed} 个）。",
        "facts": "事实",
        "others": "其他实体",
        "spans": "来源位置：新增 {added}，删除 {removed}，改变 {changed}。",
        "added": "新增",
        "removed": "删除",
        "changed": "改变",
        "nothing": "（无）",
        "colon": "：",
        "comma": "、",
    },
}


def difference_text(difference: Difference, lang: Language) -> str:
    """The text: a summary, then each entity with what became of it; ends with a newline."""
    return "".join(f"{line}\n" for line in _lines(difference, lang))


def _lines(difference: Difference, lang: Language) -> Iterator[str]:
    words = _WORDS[lang]
    ids = {"old": difference.old, "new": difference.new}
    if not difference.entities:
        yield words["same"].format(**ids)
        return
    groups: dict[str, list[EntityChange]] = {"facts": [], "others": [], "spans": []}
    for entity in difference.entities:
        groups[group_of(entity)].append(entity)
    facts, others, added = len(groups["facts"]), len(groups["others"]), len(difference.added)
    yield words["head"].format(
        **ids,
        facts=counted(facts, "fact") if lang == "en" else facts,
        others=counted(others, "other entity", "other entities") if lang == "en" else others,
        added=counted(added, "triple") if lang == "en" else added,
        removed=len(difference.removed),
    )
    for name in ("facts", "others"):
        if groups[name]:
            yield ""
            yield words[name]
            for entity in groups[name]:
                yield from _entity(entity, difference, lang)
    if groups["spans"]:
        kinds = [entity.kind for entity in groups["spans"]]
        yield ""
        yield words["spans"].format(
            added=kinds.count("added"), removed=kinds.count("removed"), changed=kinds.count("changed")
        )


def group_of(entity: EntityChange) -> str:
    """What an entity is to readers: `facts`, `spans` (places in the source) or `others`."""
    types = set(entity.facts.get(_TYPE, ()))
    if types & _PLUMBING:
        return "spans"
    return "facts" if _OBSERVATION in types or _REVIEW_STATE in entity.facts else "others"


def _entity(entity: EntityChange, difference: Difference, lang: Language) -> Iterator[str]:
    words = _WORDS[lang]
    name = name_of(entity.iri, difference, lang)
    value = figure_of(entity, lang)
    about = f"{words['colon']}{value}" if value else ""
    where = f" [{shrink(entity.iri)}]" if name != shrink(entity.iri) else ""
    yield f"  {words[entity.kind]}{words['colon']}{name}{about}{where}"
    if entity.kind != "changed":
        return
    for change in entity.changes:
        before, after = (
            words["comma"].join(object_text(term, difference, lang) for term in terms) or words["nothing"]
            for terms in (change.removed, change.added)
        )
        yield f"    {name_of(change.predicate, difference, lang)}{words['colon']}{before} -> {after}"


def figure_of(entity: EntityChange, lang: Language) -> str:
    """The figure with its qualifier, for an observation."""

    def one(curie: str) -> str:
        return next(iter(entity.facts.get(expand(curie), ())), "")

    figure = one("sdmx-measure:obsValue")
    if not figure:
        return ""
    value = _text(figure)
    qualifier = one("egov:qualifier").strip("<>").rpartition("/")[2]
    unit = one("sdmx-attribute:unitMeasure").strip("<>").rpartition("/")[2]
    try:
        return format_value(Decimal(value), qualifier or "exact", unit, lang)
    except (UsageError, ArithmeticError):
        return " ".join(part for part in (qualifier, value, unit) if part)


def object_text(term: str, difference: Difference, lang: Language) -> str:
    """The object of a triple (in N-Triples syntax) in words: a label, or a text with its language."""
    if term.startswith("<"):
        return name_of(term[1:-1], difference, lang)
    text = _text(term)
    language = term.rpartition('"')[2]
    return f"{text} ({language[1:]})" if language.startswith("@") else text


def _text(term: str) -> str:
    from rdflib.util import from_n3

    # rdflib's own reading of a number would print it anew: only strings and escapes are left to it.
    return str(from_n3(term[: term.rindex('"') + 1]))


def name_of(iri: str, difference: Difference, lang: Language) -> str:
    """What a term is called in a language, else in English, else its CURIE."""
    labels = difference.labels.get(iri, {})
    return labels.get(lang) or labels.get("en") or shrink(iri)
