"""The tools that find figures and say what stands behind them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final

from mcp.types import CallToolResult
from pydantic import Field
from rdflib.term import Identifier

from egov_kg.errors import NotFound
from egov_kg.intervals import Language
from egov_kg.match.hits import Hit
from egov_kg.mcp.choosing import chosen
from egov_kg.mcp.models import Explained, Indicator, Indicators, Page, Reading, SourceSpan
from egov_kg.mcp.source import Source
from egov_kg.mcp.telling import answered, told
from egov_kg.mcp.values import line, named, place, value
from egov_kg.namespaces import expand
from egov_kg.publish import wording
from egov_kg.publish.about import in_language
from egov_kg.publish.cards import read_card
from egov_kg.publish.derivations import read_derivations
from egov_kg.publish.describe import describe
from egov_kg.publish.figures import notation
from egov_kg.publish.terms import as_iri
from egov_kg.publish.unsaid import unsaid

Lang = Annotated[
    Language,
    Field(description="Language of sentences, labels and citations; by default that of EGOV_KG_LANG."),
]
Filter = Annotated[str | None, Field(description="An IRI, a code (the end of an IRI) or an exact name.")]

_FLAT: Final = ("indicatorUnit", "indicatorKind", "topic", "direction")


class Figures:
    """`find_indicator`, `get_observations` and `explain_value`.

    Args:
        source: the release.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

    def find_indicator(
        self,
        text: Annotated[str, Field(description="Part of a name: Chinese, pinyin, English; empty for all.")],
        lang: Lang = "en",
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> Annotated[CallToolResult, Indicators]:
        """Find what is measured, by name. Start here: the other tools take the codes that this gives.

        Each indicator comes with its definition, its unit and how many figures there are at which level.
        """
        with told():
            index, facets = self._source.index, {"kind": {"indicator"}}
            found = index.search(text, lang=lang, facets=facets, limit=limit)
            hits = found.hits or tuple(
                hit for hit in index.nearest(text, lang, limit) if hit.kind == "indicator"
            )
            some = [self._indicator(hit, lang) for hit in hits]
        total = found.total
        answer = Indicators(release=self._source.release.id, total=total, indicators=some)
        if not total:
            answer.note = (
                {"en": "Nothing is called so; these are nearest.", "zh": "没有同名的指标；以下最接近。"}
                if some
                else {"en": "Nothing is called so, or nearly.", "zh": "没有同名或近似的指标。"}
            )[lang]
        lines = [
            f"- {one.label} [{one.code}; {one.unit}; {_counted(one)}] <{one.iri}>\n  {one.definition}"
            for one in some
        ]
        return answered(answer, "\n".join(filter(None, (answer.note, *lines))))

    def get_observations(
        self,
        indicator: Filter = None,
        area: Filter = None,
        level: Filter = None,
        subject: Filter = None,
        qualifier: Filter = None,
        lang: Lang = "en",
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
        offset: Annotated[int, Field(ge=0)] = 0,
    ) -> Annotated[CallToolResult, Page]:
        """Get reported figures by indicator, area, level, subject or qualifier.

        Every figure has a qualifier and bounds: "over 70%" is not 70%. Quote `sentence`, or `figure`, and not
        the bare `value`; give `citation` or `iri` with it.
        """
        asked = {
            "indicator": indicator,
            "area": area,
            "level": level,
            "subject": subject,
            "qualifier": qualifier,
        }
        with told():
            figures = chosen(self._source, asked, lang)
            some = [value(one, self._source, lang) for one in figures[offset : offset + limit]]
        total = len(figures)
        answer = Page(release=self._source.release.id, total=total, offset=offset, values=some)
        if not total:
            answer.note = {
                "en": "The source has no such figure. That is no zero.",
                "zh": "来源中没有这样的数值。这不等于零。",
            }[lang]
        elif offset + len(some) < total:
            first, last = offset + 1, offset + len(some)
            answer.note = {
                "en": f"{first} to {last} of {total}: ask again with offset={last}.",
                "zh": f"共 {total} 个，此处为第 {first} 至 {last} 个：其余请用 offset={last}。",
            }[lang]
        return answered(answer, "\n".join(filter(None, (answer.note, *map(line, some)))))

    def explain_value(
        self,
        observation: Annotated[str, Field(description="The IRI of a figure, or the end of it.")],
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, Explained]:
        """Explain one figure: where it is stated, how it may be read, what it leaves open, what follows.

        Places are offsets and hashes: the text of the source is not in the data.
        """
        with told():
            answer = self._explained(as_iri("observation", observation), lang)
        heads = (
            {"en": "Can be read as", "zh": "可以理解为"}[lang],
            {"en": "Not said by the source", "zh": "来源未说明"}[lang],
            {"en": "Inferred; no source states it", "zh": "推算所得，来源未陈述"}[lang],
        )
        parts = ([one.meaning for one in answer.readings], answer.not_said, answer.inferred)
        text = [line(answer.value)]
        for head, part in zip(heads, parts, strict=True):
            text += [f"{head}:", *(f"- {said}" for said in part)] if part else []
        text += [
            f"{one.role}: {one.place.section.label}, {one.place.paragraph}, "
            f"{one.place.start}-{one.place.end}, sha256 {one.sha256}"
            for one in answer.spans
        ]
        return answered(answer, "\n".join([*text, answer.value.citation]))

    def _explained(self, iri: str, lang: Language) -> Explained:
        source = self._source
        one = source.observation(iri)
        if one is None:
            raise NotFound(
                f"<{iri}> is no reported figure of this release: get_observations lists them.",
                f"<{iri}> 不是该发布版本中的报告数值：可用 get_observations 列出。",
            )
        card = read_card(source.store, one)
        checked = source.release.manifest.get("validation") or {}
        return Explained(
            value=value(one, source, lang),
            document=named(card.document, lang),
            document_sha256=card.document_sha256,
            spans=[
                SourceSpan(role=span.role, place=place(span.place, lang), sha256=span.sha256)
                for span in card.spans
            ],
            readings=[
                Reading(rank=reading.rank, meaning=in_language(reading.words, lang))
                for reading in card.readings
            ],
            not_said=list(unsaid(one, card, lang)),
            inferred=[
                wording.inferred(derived, lang) for derived in read_derivations(source.store, iri, (one,))
            ],
            notes=list(card.notes.get(lang, ())),
            review=card.review,
            validation={
                name: checked[name] for name in ("conforms", "engine", "rules", "remarks") if name in checked
            },
        )

    def _indicator(self, hit: Hit, lang: Language) -> Indicator:
        about = describe(self._source.store, hit.iri, alone=True)

        def values(curie: str) -> tuple[Identifier, ...]:
            return about.values(expand(curie)) if about else ()

        codes = {name: notation(str(next(iter(values(f"egov:{name}")), ""))) for name in _FLAT}
        definitions = {getattr(one, "language", None) or "": str(one) for one in values("skos:definition")}
        levels = Counter(one.level.notation for one in self._source.observations(hit.iri))
        return Indicator(
            iri=hit.iri,
            code=notation(hit.iri),
            label=in_language(hit.labels, lang),
            definition=in_language(definitions, lang),
            unit=codes["indicatorUnit"],
            kind=codes["indicatorKind"],
            topic=codes["topic"],
            direction=codes["direction"],
            figures=dict(levels),
            found_by=hit.why,
        )


def _counted(one: Indicator) -> str:
    return ", ".join(f"{level}: {count}" for level, count in one.figures.items()) or "0"
