"""The tools that ask anything: `run_sparql`, bounded and read-only, and `describe`."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Annotated, Any, Final

import anyio
from anyio.to_thread import run_sync
from mcp.types import CallToolResult
from pydantic import Field

from egov_kg import formats
from egov_kg.errors import NotFound, ResultTooLarge
from egov_kg.intervals import Language
from egov_kg.mcp.figures import Lang
from egov_kg.mcp.models import Answer, Described, Fact
from egov_kg.mcp.source import Source
from egov_kg.mcp.telling import answered, told
from egov_kg.mcp.values import citation, inferred, line, value
from egov_kg.namespaces import expand, shrink
from egov_kg.publish import describe as descriptions
from egov_kg.publish.describe import Description
from egov_kg.publish.sentences import in_words
from egov_kg.publish.statements import read_statements
from egov_kg.publish.terms import as_iri
from egov_kg.sparql.guard import inspect
from egov_kg.sparql.protocol import GRAPH_FORMS, Operation
from egov_kg.store.base import Cancellation

MOST_BYTES: Final = 1024 * 1024
"""Of an answer, before it is cut to its rows."""

_FIGURES: Final = 50
_FACTS: Final = 200
_REFERENCES: Final = 50
_OBSERVATION: Final = expand("eid:observation/")
_NAMED: Final = re.compile(f"<({re.escape(_OBSERVATION)}[^>]*)>")
_MEASURES: Final = ("obsValue", "reportedValue", "lowerBound", "upperBound")


class Asking:
    """`run_sparql` and `describe`.

    Args:
        source: the release.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

    async def run_sparql(
        self,
        query: Annotated[str, Field(description="SPARQL 1.1: SELECT, ASK, CONSTRUCT or DESCRIBE.")],
        limit: Annotated[int, Field(ge=1, le=1000, description="Rows to give.")] = 100,
        timeout: Annotated[float, Field(gt=0, le=60, description="Seconds.")] = 20.0,
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, Answer]:
        """Answer a SPARQL query over the graph: read-only, with a deadline, without other endpoints.

        Select the observation with its value: then `figures` has it with its qualifier, in words. Declare
        prefixes; the resource egov-kg://prefixes has them, egov-kg://questions has queries that work.
        """
        cancellation = Cancellation()
        ask = partial(self._answer, query, limit, timeout, lang, cancellation)
        try:
            # The thread of a call that is cancelled is left: it ends with its evaluator, which is ended here.
            answer = await run_sync(ask, abandon_on_cancel=True)
        except anyio.get_cancelled_exc_class():
            cancellation.cancel()
            raise
        head = ["\t".join(answer.columns)] if answer.columns else []
        rows = ["\t".join(_cell(row.get(name, "")) for name in answer.columns) for row in answer.rows]
        said = [] if answer.boolean is None else [str(answer.boolean).lower()]
        graph = [answer.graph] if answer.graph else []
        note = [answer.note] if answer.note else []
        figures = [*map(line, answer.figures), *(f"- {text}" for text in answer.inferred)]
        return answered(answer, "\n".join([*note, *head, *rows, *said, *graph, *figures]))

    def _answer(
        self, query: str, limit: int, timeout: float, lang: Language, cancellation: Cancellation
    ) -> Answer:
        form = inspect(query).form
        is_graph = form in GRAPH_FORMS
        syntax = formats.NTRIPLES if is_graph else formats.JSON
        with told():
            body = self._read(Operation(query, timeout=timeout), syntax.media_type, cancellation)
            found = Answer(release=self._source.release.id, form=form or "")
            if is_graph:
                found.graph = body.decode()
                names = list(dict.fromkeys(_NAMED.findall(found.graph)))
            else:
                names = _fill(found, json.loads(body), limit)
            for iri in names[:_FIGURES]:
                if (one := self._source.observation(iri)) is not None:
                    found.figures.append(value(one, self._source, lang))
                else:
                    texts = inferred(iri, self._source, lang)
                    found.inferred += [f"{text} <{iri}>" for text in texts]
        found.note = _note(query, found, len(names), limit, lang)
        return found

    def _read(self, operation: Operation, media_type: str, cancellation: Cancellation) -> bytes:
        answer = self._source.store.respond(operation, media_type, cancellation)
        body = bytearray()
        try:
            for piece in answer:
                body += piece
                if len(body) > MOST_BYTES:
                    raise ResultTooLarge(
                        f"The answer has more than {MOST_BYTES // 1024} KiB: add LIMIT, or select less.",
                        f"结果超过 {MOST_BYTES // 1024} KiB：请加 LIMIT 或减少所选内容。",
                        limit=MOST_BYTES,
                        unit="bytes",
                    )
        finally:
            answer.close()
        return bytes(body)

    def describe(
        self,
        iri: Annotated[str, Field(description="An IRI, or one with a prefix: eid:region/440300.")],
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, Described]:
        """Say what the data have on anything that has an IRI: its triples with labels, and what refers to it.

        Of a figure the answer has the figure with its qualifier, of a statement the statement in words.
        """
        with told():
            answer = self._described(as_iri("thing", iri), lang)
        said = [line(answer.value)] if answer.value else [answer.sentence] if answer.sentence else []
        facts = [f"{one.property_label or one.property}: {_with_label(one)}" for one in answer.facts]
        others = [f"<- {one.property_label or one.property}: {_with_label(one)}" for one in answer.references]
        head = f"{answer.label} <{answer.iri}>"
        return answered(answer, "\n".join([head, *said, *facts, *others, answer.citation]))

    def _described(self, iri: str, lang: Language) -> Described:
        source = self._source
        about = descriptions.describe(source.store, iri)
        if about is None:
            raise NotFound(
                f"The release says nothing of <{iri}>: find_indicator and run_sparql find what there is.",
                f"该发布版本中没有 <{iri}> 的内容：可用 find_indicator 或 run_sparql 查找。",
            )
        one = source.observation(iri)
        statements = (found for found in read_statements(source.store, iri) if found.iri == iri)
        said = [*(in_words(found, lang) for found in statements), *inferred(iri, source, lang)]
        return Described(
            release=source.release.id,
            iri=iri,
            label=about.label(lang),
            citation=citation(about, source, lang),
            facts=[
                _fact(about, lang, fact.predicate, fact.value)
                for fact in about.facts[:_FACTS]
                if fact.subject == iri
            ],
            references=[
                _fact(about, lang, fact.predicate, fact.subject) for fact in about.references[:_REFERENCES]
            ],
            more=about.more or len(about.facts) > _FACTS or len(about.references) > _REFERENCES,
            value=value(one, source, lang) if one else None,
            sentence=next(iter(said), ""),
        )


def _fact(about: Description, lang: Language, predicate: str, thing: str) -> Fact:
    return Fact(
        property=shrink(predicate),
        property_label=about.label(lang, predicate),
        value=str(thing),
        value_label=about.label(lang, str(thing)),
        lang=getattr(thing, "language", None) or "",
    )


def _fill(answer: Answer, body: dict[str, Any], limit: int) -> list[str]:
    """Put SPARQL results in JSON into an answer; the observations that its rows name."""
    every = body.get("results", {}).get("bindings", [])
    answer.columns, answer.boolean = body["head"].get("vars", []), body.get("boolean")
    answer.rows = [{name: term["value"] for name, term in row.items()} for row in every[:limit]]
    answer.more = len(every) > limit
    texts = (text for row in answer.rows for text in row.values())
    return list(dict.fromkeys(text for text in texts if text.startswith(_OBSERVATION)))


def _note(query: str, found: Answer, named: int, limit: int, lang: Language) -> str:
    notes = []
    if found.more:
        notes.append({"en": f"Only {limit} rows are here.", "zh": f"此处只有 {limit} 行。"}[lang])
    if named > _FIGURES:
        notes.append(
            {
                "en": f"`figures` has {_FIGURES} of the {named} figures that the rows name.",
                "zh": f"各行涉及 {named} 个数值，`figures` 中有 {_FIGURES} 个。",
            }[lang]
        )
    if (
        not (found.figures or found.inferred)
        and any(name in query for name in _MEASURES)
        and (found.rows or found.graph)
    ):
        notes.append(
            {
                "en": "These numbers are without qualifiers: a figure may be a bound, such as “over 70%”. "
                "Select the observation too, and see `figures`, before you quote one.",
                "zh": "这些数字没有附带限定：数值可能只是界限，如“超过 70%”。"
                "引用之前请同时选出观测值，并查看 `figures`。",
            }[lang]
        )
    return " ".join(notes)


def _cell(text: str) -> str:
    return " ".join(text.split())


def _with_label(one: Fact) -> str:
    return f"{one.value_label} <{one.value}>" if one.value_label else one.value
