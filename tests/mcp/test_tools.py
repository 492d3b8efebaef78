"""The tools over real pipes: no answer drops a qualifier, mistakes are said, nothing gets out of hand."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import anyio
import pytest
from anyio.from_thread import BlockingPortal
from mcp.client.client import Client

from egov_kg.intervals import Language, Verdict
from egov_kg.publish.observations import Observation
from egov_kg.publish.wording import statement
from support.cli import Built
from support.service import SLOW_QUERY

from .conftest import Call, said

TOOLS = {"find_indicator", "get_observations", "compare", "explain_value", "run_sparql", "describe"}
LANGUAGES: list[Language] = ["en", "zh"]


def whole(given: dict[str, Any], one: Observation, lang: Language, release: str) -> None:
    """That a value says all that must go with it."""

    def bound(value: Decimal | None, inclusive: bool) -> dict[str, Any] | None:
        return None if value is None else {"value": float(value), "inclusive": inclusive}

    assert given["iri"] == one.iri
    assert given["qualifier"] == one.qualifier
    assert given["figure"] == one.phrase(lang)
    assert given["sentence"] == statement(one, lang)
    assert given["reported"] == one.reported
    assert given["unit"] == one.unit
    assert given["lower"] == bound(one.bounds.lower, one.bounds.lower_inclusive)
    assert given["upper"] == bound(one.bounds.upper, one.bounds.upper_inclusive)
    assert given["release"] == release
    assert one.place is not None
    assert (given["source"]["start"], given["source"]["end"]) == (one.place.start, one.place.end)
    assert one.iri in given["citation"]
    assert release in given["citation"]


def in_text(text: str, one: Observation, lang: Language) -> None:
    """That the same can be read."""
    assert f"[{one.qualifier}; {one.phrase(lang)}; " in text
    assert statement(one, lang) in text
    assert f"<{one.iri}>" in text


class TestQualifiers:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_of_all_figures(
        self, call: Call, observations: dict[str, Observation], built: Built, lang: Language
    ) -> None:
        answer = call("get_observations", limit=100, lang=lang)
        given = {one["iri"]: one for one in answer.structured_content["values"]}
        assert len(given) == answer.structured_content["total"] == len(observations) >= 82
        for one in observations.values():
            whole(given[one.iri], one, lang, built.id)
            in_text(said(answer), one, lang)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_of_what_each_tool_says(
        self, call: Call, samples: list[Observation], built: Built, lang: Language
    ) -> None:
        assert {one.qualifier for one in samples} >= {
            "exact",
            "about",
            "over",
            "at-least",
            "nearly",
            "hedged",
        }
        for one in samples:
            explained = call("explain_value", observation=one.iri, lang=lang)
            described = call("describe", iri=one.iri, lang=lang)
            compared = call("compare", indicators=[one.indicator.iri], threshold=">= 80", lang=lang)
            values = [judged for line in compared.structured_content["lines"] for judged in line["values"]]
            judged = next(found for found in values if found["iri"] == one.iri)
            whole(explained.structured_content["value"], one, lang, built.id)
            whole(described.structured_content["value"], one, lang, built.id)
            whole(judged, one, lang, built.id)
            for answer in (explained, described, compared):
                in_text(said(answer), one, lang)
            if judged["verdict"]:
                assert judged["verdict"] == one.verdict(">=", Decimal(80))
                assert judged["reason"]

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_of_figures_that_queries_name(
        self, call: Call, observations: dict[str, Observation], built: Built, lang: Language
    ) -> None:
        known = {one.iri: one for one in observations.values()}
        pattern = "?o <http://purl.org/linked-data/sdmx/2009/measure#obsValue> ?v"
        for query in (
            f"SELECT ?o ?v {{ {pattern} }} ORDER BY ?o LIMIT 40",
            f"CONSTRUCT WHERE {{ {pattern} }} LIMIT 40",
        ):
            answer = call("run_sparql", query=query, lang=lang)
            figures = answer.structured_content["figures"]
            assert len(figures) == 40
            for given in figures:
                whole(given, known[given["iri"]], lang, built.id)
                in_text(said(answer), known[given["iri"]], lang)

    def test_numbers_alone_come_with_a_warning(self, call: Call) -> None:
        query = "SELECT ?v { ?o <http://purl.org/linked-data/sdmx/2009/measure#obsValue> ?v } LIMIT 3"
        assert "without qualifiers" in said(call("run_sparql", query=query))
        assert "没有附带限定" in said(call("run_sparql", query=query, lang="zh"))

    @pytest.mark.parametrize(("lang", "word"), [("en", "Inferred"), ("zh", "推算")])
    def test_derived_values_are_said_to_be_inferred(self, call: Call, lang: str, word: str) -> None:
        query = (
            "SELECT ?o ?v { GRAPH <https://w3id.org/egov-kg/graph/derived> "
            "{ ?o <http://purl.org/linked-data/sdmx/2009/measure#obsValue> ?v } } LIMIT 2"
        )
        answer = call("run_sparql", query=query, lang=lang).structured_content
        assert len(answer["inferred"]) == 2
        assert not answer["figures"]
        described = call("describe", iri=answer["rows"][0]["o"], lang=lang).structured_content
        assert answer["inferred"][0] == f"{described['sentence']} <{described['iri']}>"
        assert all(word in text for text in answer["inferred"])

    def test_more_figures_than_are_given(self, call: Call) -> None:
        query = "SELECT ?o { ?o a <http://purl.org/linked-data/cube#Observation> }"
        answer = call("run_sparql", query=query, limit=60)
        assert (len(answer.structured_content["figures"]), answer.structured_content["more"]) == (50, True)
        assert "50 of the 60" in answer.structured_content["note"]


class TestFinding:
    @pytest.mark.parametrize(
        "text", ["extranet coverage", "政务外网覆盖率", "zhengwu waiwang", "extranet-coverage"]
    )
    def test_by_any_of_its_names(self, call: Call, text: str) -> None:
        answer = call("find_indicator", text=text)
        first = answer.structured_content["indicators"][0]
        assert first["code"] == "extranet-coverage"
        assert first["definition"]
        assert first["unit"] == "PERCENT"
        assert first["figures"] == {"prefecture": 1, "county": 1}

    def test_the_nearest(self, call: Call) -> None:
        answer = call("find_indicator", text="extrenat coverage", lang="zh")
        assert answer.structured_content["total"] == 0
        assert "extranet-coverage" in said(answer)
        assert "没有同名" in said(answer)

    @pytest.mark.parametrize("level", ["county", "ecode:level/county", "County", "县级"])
    def test_a_term_by_any_of_its_names(
        self, call: Call, observations: dict[str, Observation], level: str
    ) -> None:
        answer = call("get_observations", level=level, limit=100)
        expected = {one.iri for one in observations.values() if one.level.notation == "county"}
        assert {one["iri"] for one in answer.structured_content["values"]} == expected

    def test_pages(self, call: Call, observations: dict[str, Observation]) -> None:
        found: list[str] = []
        while True:
            answer = call("get_observations", limit=30, offset=len(found))
            found += [one["iri"] for one in answer.structured_content["values"]]
            if not answer.structured_content["note"]:
                break
            assert f"offset={len(found)}" in answer.structured_content["note"]
        assert sorted(found) == sorted(one.iri for one in observations.values())

    def test_nothing_is_not_zero(self, call: Call) -> None:
        answer = call("get_observations", level="central", area="440300")
        assert answer.structured_content["total"] == 0
        assert "no zero" in said(answer)

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (
                {"indicator": "extranet coverag"},
                ["Extranet coverage (ecode:indicator/extranet-coverage)", "没有 indicator"],
            ),
            ({"indicator": "https://example.org/x"}, ["https://example.org/x"]),
            ({"area": "999999"}, ["999999"]),
            ({"level": "x" * 300}, ["at most 200", "最多 200"]),
        ],
    )
    def test_mistakes_are_said(self, call: Call, arguments: dict[str, Any], words: list[str]) -> None:
        answer = call("get_observations", **arguments)
        assert answer.is_error
        assert [word for word in words if word not in said(answer)] == []


class TestComparing:
    def test_warnings_come_first(self, call: Call) -> None:
        answer = call("compare", areas=["440300", "110000"])
        features = {one["feature"] for one in answer.structured_content["warnings"]}
        assert features >= {"unit", "definition", "period", "qualifier"}
        assert said(answer).startswith("! Units differ.")

    def test_the_three_answers(self, call: Call, observations: dict[str, Observation]) -> None:
        indicator = "information-resource-utilisation"
        answer = call("compare", indicators=[indicator], threshold="> 60%").structured_content
        expected = [
            one.verdict(">", Decimal(60))
            for one in observations.values()
            if one.indicator.notation == indicator
        ]
        assert len(expected) > 5
        assert answer["counts"] == {verdict.value: expected.count(verdict) for verdict in Verdict}
        assert answer["threshold"] == "over 60%"

    def test_one_indicator_within_levels(self, call: Call) -> None:
        answer = call("compare", indicators=["extranet-coverage"], levels=["county"]).structured_content
        assert answer["by"] == "levels"
        assert [one["level"]["code"] for line in answer["lines"] for one in line["values"]] == ["county"]

    def test_a_threshold_is_of_one_unit(self, call: Call) -> None:
        answer = call("compare", areas=["440300", "110000"], threshold=">= 1 billion").structured_content
        values = [one for line in answer["lines"] for one in line["values"]]
        assert {one["unit"] for one in values if one["verdict"]} == {"CCY_CNY"}
        assert sum(answer["counts"].values()) == sum(one["unit"] == "CCY_CNY" for one in values)

    @pytest.mark.parametrize(
        ("arguments", "word"),
        [
            ({}, "find_indicator"),
            ({"indicators": ["extranet-coverage"], "threshold": "many"}, "no condition"),
            ({"indicators": ["extranet-coverage"], "unit": "YR"}, "PERCENT"),
            ({"indicators": ["nothing-like-it"]}, "no zero"),
            ({"indicators": ["x"] * 13}, "12"),
        ],
    )
    def test_mistakes_are_said(self, call: Call, arguments: dict[str, Any], word: str) -> None:
        answer = call("compare", **arguments)
        assert answer.is_error
        assert word in said(answer)


class TestExplaining:
    def test_what_stands_behind_a_figure(self, call: Call) -> None:
        answer = call("explain_value", observation="2012-2013-budget-disclosure").structured_content
        assert [one["role"] for one in answer["spans"]] == ["figure", "clause", "period"]
        assert [one["rank"] for one in answer["readings"]] == [1, 2]
        assert answer["not_said"]
        assert answer["validation"]["conforms"] is True
        assert len(answer["document_sha256"]) == 64

    def test_what_is_inferred_is_apart(self, call: Call) -> None:
        answer = call("explain_value", observation="2012-2013-extranet-coverage-county").structured_content
        assert answer["inferred"]
        assert not any(text in answer["value"]["sentence"] for text in answer["inferred"])

    def test_what_is_no_figure(self, call: Call) -> None:
        answer = call("explain_value", observation="eid:region/cn")
        assert answer.is_error
        assert "no reported figure" in said(answer)

    def test_anything_can_be_described(self, call: Call, observations: dict[str, Observation]) -> None:
        region = call("describe", iri="eid:region/440300", lang="zh").structured_content
        assert region["label"] == "深圳市"
        assert any(one["value_label"] for one in region["references"])
        indicator = call("describe", iri="egov:qualifier").structured_content
        assert indicator["facts"]
        nothing = call("describe", iri="eid:region/000000")
        assert nothing.is_error
        assert "says nothing of" in said(nothing)
        for text in ("http://a> } DROP ALL", "region", ""):
            answer = call("describe", iri=text)
            assert answer.is_error
            assert "IRI" in said(answer)


class TestStrangers:
    @pytest.mark.parametrize(
        ("query", "word"),
        [
            ("INSERT DATA { <a:b> <a:b> <a:b> }", "takes no updates"),
            ("DROP ALL", "takes no updates"),
            ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is switched off"),
            ("SELECT * " + "{" * 5_000 + "}" * 5_000, "nest"),
            ("SELECT * { " + " " * 200_000 + "}", "100000"),
            ("SELECT ?s { ?s ?p", "Line 1"),
            ("", "Line 1"),
            ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "1024 KiB"),
        ],
        ids=["insert", "drop", "service", "deep", "long", "cut off", "empty", "huge"],
    )
    def test_a_query_is_refused_in_words(self, call: Call, query: str, word: str) -> None:
        answer = call("run_sparql", query=query)
        assert answer.is_error
        assert word in said(answer).replace(",", "").replace("100 000", "100000")
        assert "Traceback" not in said(answer)

    def test_an_endless_query_ends(self, call: Call) -> None:
        answer = call("run_sparql", query=SLOW_QUERY, timeout=0.5)
        assert answer.is_error
        assert "0.5 s" in said(answer)

    def test_a_query_that_is_given_up_frees_its_evaluator(
        self, portal: BlockingPortal, client: Client, call: Call
    ) -> None:
        async def give_up() -> None:
            with anyio.move_on_after(0.5):
                await client.call_tool("run_sparql", {"query": SLOW_QUERY, "timeout": 60})

        for _ in range(3):  # more than there are evaluators
            portal.call(give_up)
        assert call("run_sparql", query="ASK {}").structured_content["boolean"] is True

    def test_an_unknown_tool(self, call: Call) -> None:
        answer = call("write_graph")
        assert answer.is_error
        lines = said(answer).splitlines()
        assert [line.partition(";")[0].partition("；")[0] for line in lines] == [
            "There is no tool 'write_graph'",
            "没有名为 'write_graph' 的工具",
        ]
        assert all(tool in line for line in lines for tool in TOOLS)


def test_what_there_is(portal: BlockingPortal, client: Client) -> None:
    tools = {tool.name: tool for tool in portal.call(client.list_tools).tools}
    assert set(tools) == TOOLS
    for tool in tools.values():
        assert tool.description
        assert tool.output_schema
        assert tool.input_schema["properties"]["lang"]["enum"] == ["en", "zh"]
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True


def test_what_can_be_read(portal: BlockingPortal, client: Client, built: Built, call: Call) -> None:
    listed = {one.uri for one in portal.call(client.list_resources).resources}
    assert listed == {f"egov-kg://{name}" for name in ("release", "ontology", "prefixes", "questions")}

    def text(uri: str) -> str:
        return str(portal.call(client.read_resource, uri).contents[0].text)  # type: ignore[union-attr]

    assert text("egov-kg://release").startswith(built.id)
    assert "owl:Ontology" in text("egov-kg://ontology")
    name = text("egov-kg://questions").partition("\t")[0]
    query = text(f"egov-kg://questions/{name}")
    assert not call("run_sparql", query=query).is_error
    assert not call(
        "run_sparql", query=f"{text('egov-kg://prefixes')} SELECT ?r {{ ?r a egov:Region }} LIMIT 1"
    ).is_error
    with pytest.raises(Exception, match="nothing-like-it"):
        text("egov-kg://questions/nothing-like-it")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_people_begin_with(portal: BlockingPortal, client: Client, lang: str) -> None:
    arguments = {"indicator": "X{}", "condition": ">= 80", "lang": lang}
    ask: Callable[[], Any] = lambda: client.get_prompt("threshold", arguments)  # noqa: E731
    text = portal.call(ask).messages[0].content.text
    assert "X{}" in text
    assert ">= 80" in text
