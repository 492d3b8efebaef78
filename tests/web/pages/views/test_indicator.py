"""The page of an indicator: every figure as the release has it, answers to thresholds, where the data are."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from egov_kg.intervals import Interval, compare
from egov_kg.settings import Settings
from support import releases
from support.html import SVG, data, embedded, links, one, parameters, tree, words
from support.service import Server, fetch, running
from support.writable import Writable

MAIN = "/code/indicator/main-business-coverage"
EXTRANET = "/code/indicator/extranet-coverage"
LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


def table(server: Server) -> list[dict[str, str]]:
    text = (server.release.path / "observations.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def path_of(iri: str) -> str:
    return iri.removeprefix("https://w3id.org/egov-kg")


class TestFigures:
    @LANGUAGES
    def test_each_indicator_shows_all_that_the_release_has_of_it(self, complete: Server, lang: str) -> None:
        rows = table(complete)
        for indicator in sorted({row["indicator"] for row in rows}):
            page = tree(fetch(complete, f"/{lang}{path_of(indicator)}"))
            shown = {found["href"]: found for found in data(page)}
            expected = {
                f"/{lang}{path_of(row['observation'])}": row for row in rows if row["indicator"] == indicator
            }
            assert shown.keys() == expected.keys(), indicator
            for href, row in expected.items():
                found = shown[href]
                assert Decimal(found["value"]) == Decimal(row["value"])
                for name in ("qualifier", "unit"):
                    assert found[name] == row[name]
                for side in ("lower", "upper"):
                    bound, inclusive = found.get(side, ""), found.get(f"{side}-inclusive", "")
                    assert (bound and Decimal(bound)) == (row[side] and Decimal(row[side]))
                    assert inclusive == row[f"{side}_inclusive"]

    @LANGUAGES
    def test_a_row_says_what_it_is_about_and_where_it_stands(self, complete: Server, lang: str) -> None:
        (expected,) = [
            row for row in table(complete) if row["observation"].endswith("-main-business-central")
        ]
        page = tree(fetch(complete, f"/{lang}{MAIN}"))
        (row,) = [
            found
            for found in page.iter("tr")
            if found.get("data-href", "").endswith(path_of(expected["observation"]))
        ]
        text = words(row)
        assert expected[f"subject_{lang}"] in text
        assert {"en": "about 80%", "zh": "约 80%"}[lang] in text
        assert f"{expected['source_start']}–{expected['source_end']}" in text
        (bar,) = row.findall(f".//{SVG}svg[@role='img']")
        assert bar.get("aria-label", "?") in text

    def test_what_is_the_same_for_all_is_said_once(self, complete: Server) -> None:
        page = tree(fetch(complete, f"/en{EXTRANET}"))
        assert "Area: China · Period: Not stated" in words(one(page, ".//figcaption"))
        heads = [words(head) for head in page.findall(".//figure//thead//th")]
        assert heads == ["What is measured", "Figure", "Level", "In the report"]

    def test_nested_shares_are_told_apart_and_explained(self, complete: Server) -> None:
        page = tree(fetch(complete, "/en/code/indicator/departments-above-threshold"))
        labels = [found["label"] for found in data(page)]
        assert ["80%" in label for label in labels] == [True, False]
        assert ["85%" in label for label in labels] == [False, True]
        text = words(one(page, ".//section[@aria-labelledby='nested']"))
        assert "the share of: Provincial departments" in text
        assert "is at least 80%" in text
        counted = tree(fetch(complete, f"/en{MAIN}"))
        assert "/en/id/condition/main-business-at-least-80" in links(counted).values()

    def test_flags_are_words_with_their_meaning(self, complete: Server) -> None:
        page = tree(fetch(complete, "/en/code/indicator/saving-line-rent-per-year"))
        text = words(page)
        assert "preliminary estimate" in text
        assert "The source calls it a preliminary estimate." in text

    def test_a_map_where_provinces_have_figures(self, complete: Server) -> None:
        page = tree(fetch(complete, "/en/code/indicator/saving-line-rent-per-year"))
        section = one(page, ".//section[@aria-labelledby='map']")
        tiles = {words(tile.find(".//span")): tile for tile in section.findall("./ul//a")}
        assert len(tiles) == 34
        assert "Jiangxi: 1 fact" in tiles
        assert "Beijing: not in this source" in tiles
        assert not tree(fetch(complete, f"/en{EXTRANET}")).findall(".//section[@aria-labelledby='map']")

    def test_a_place_counts_for_its_province(self, complete: Server) -> None:
        page = tree(fetch(complete, "/en/code/indicator/saving-funds-per-year"))
        assert "Guangdong: 1 fact" in words(one(page, ".//section[@aria-labelledby='map']"))


class TestThreshold:
    @pytest.mark.parametrize(
        ("op", "sign"), [("gte", ">="), ("gt", ">"), ("lte", "<="), ("lt", "<"), ("eq", "=")]
    )
    @pytest.mark.parametrize("limit", ["60", "80", "100"])
    def test_every_row_is_answered_by_its_bounds(
        self, complete: Server, op: str, sign: str, limit: str
    ) -> None:
        page = tree(fetch(complete, f"/en{MAIN}", op=op, threshold=limit))
        found = list(data(page))
        assert len(found) == 11
        counts: Counter[str] = Counter()
        for row in found:
            lower, upper = row.get("lower"), row.get("upper")
            bounds = Interval(
                Decimal(lower) if lower else None,
                row.get("lower-inclusive") == "true",
                Decimal(upper) if upper else None,
                row.get("upper-inclusive") == "true",
            )
            expected = compare(bounds, sign, Decimal(limit), domain=Decimal(row["domain"]))  # type: ignore[arg-type]
            assert row["verdict"] == expected
            counts[expected] += 1
        said = {
            words(item.find("span")): words(item.find("strong"))
            for item in page.findall(".//ul[@class='verdicts']/li")
        }
        assert said == {name: str(counts[name]) for name in ("certain", "possible", "excluded")}

    def test_the_bound_that_decides_is_named(self, complete: Server) -> None:
        page = tree(fetch(complete, f"/en{MAIN}", op="gte", threshold="80"))
        why = {
            words(row.find("th")): words(row.find(".//*[@class='why']"))
            for row in page.findall(".//table[@class='figures']/tbody/tr")
        }
        assert why["Ministry of Public Security"] == "stated to be 100%"
        assert why["Central ministries"] == "“about” states no bound"

    def test_what_is_no_number_is_said_and_kept(self, complete: Server) -> None:
        page = tree(fetch(complete, f"/en{MAIN}", op="lt", threshold="lots"))
        field = one(page, ".//input[@name='threshold']")
        assert (field.get("value"), field.get("aria-invalid")) == ("lots", "true")
        assert words(page.find(f".//*[@id='{field.get('aria-describedby')}']"))
        assert not any("verdict" in row for row in data(page))
        assert len(list(data(page))) == 11

    @pytest.mark.parametrize("text", ["1e999999", "-1e-999999", "9" * 400, "<script>", "\u0000", "％"])
    def test_hostile_numbers_cost_nothing(self, complete: Server, text: str) -> None:
        reply = fetch(complete, f"/en{MAIN}", threshold=text)
        assert reply.status == 200
        assert len(reply.body) < 120_000
        tree(reply)

    def test_the_question_stays_in_the_other_language(self, complete: Server) -> None:
        page = tree(fetch(complete, f"/en{MAIN}", op="gt", threshold="60"))
        assert parameters(links(page)["中文"]) == {"op": ["gt"], "threshold": ["60"]}


class TestInference:
    @LANGUAGES
    def test_derived_values_stand_apart_and_say_how(self, complete: Server, lang: str) -> None:
        page = tree(fetch(complete, f"/{lang}{EXTRANET}"))
        section = one(page, ".//section[@aria-labelledby='derived']")
        text = words(section)
        assert {"en": "2,011 to 2,039", "zh": "2,011 至 2,039"}[lang] in text
        assert "ceil(2852 * 70.5 / 100) .. floor(2852 * 71.5 / 100)" in text
        assert "2,852" in text
        assert {"en": "Inferred, not stated", "zh": "这是推算，不是报告的陈述"}[lang] in text
        assert "derived" not in " ".join(found["href"] for found in data(page))

    def test_a_bound_on_one_side_is_said_so(self, complete: Server) -> None:
        page = tree(fetch(complete, "/en/code/indicator/regional-website-establishment"))
        assert "at least 2,567" in words(one(page, ".//section[@aria-labelledby='derived']"))

    def test_there_is_no_such_part_where_nothing_follows(self, complete: Server) -> None:
        assert not tree(fetch(complete, f"/en{MAIN}")).findall(".//section[@aria-labelledby='derived']")


class TestData:
    def test_the_data_bar_leads_to_the_figures(self, complete: Server) -> None:
        found = links(tree(fetch(complete, f"/en{EXTRANET}")))
        rows = list(csv.DictReader(io.StringIO(fetch(complete, found["CSV"]).body.decode())))
        assert {row["observation"] for row in rows} == {
            row["observation"] for row in table(complete) if row["indicator"].endswith("/extranet-coverage")
        }
        assert list(rows[0]) == list(table(complete)[0])
        assert urlsplit(found["Open as SPARQL"]).path == "/en/sparql"
        assert "extranet-coverage" in parameters(found["Open as SPARQL"])["query"][0]
        assert fetch(complete, found["Open as SPARQL"]).status == 200
        for name, media_type in (("JSON-LD", "application/ld+json"), ("Turtle", "text/turtle")):
            assert fetch(complete, found[name]).media_type == media_type

    def test_search_engines_are_told_the_same(self, complete: Server) -> None:
        page = tree(fetch(complete, f"/en{EXTRANET}"))
        nodes = {node["@id"]: node for node in embedded(page)["@graph"]}
        observed = {iri for iri, node in nodes.items() if "Observation" in node["@type"]}
        assert {f"/en{path_of(iri)}" for iri in observed} == {found["href"] for found in data(page)}
        assert [node["@type"] for node in nodes.values()].count("StatisticalVariable") == 1
        alternates = {link.get("type") for link in page.iter("link") if link.get("rel") == "alternate"}
        assert {"text/csv", "application/ld+json", "text/turtle"} <= alternates

    def test_everything_is_of_the_state_that_is_read(self, complete: Server) -> None:
        state = complete.release.id
        page = tree(fetch(complete, f"/en{EXTRANET}", asOf=state))
        found = links(page)
        for name in ("CSV", "Open as SPARQL", "71%", "government network"):
            assert parameters(found[name])["asOf"] == [state], name


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over indicators: one whose figure lacks all it can, one without figures, one with many."""
    home = tmp_path_factory.mktemp("strange")
    many = "".join(
        f"""
        <https://w3id.org/egov-kg/id/observation/m{n}> a qb:Observation ;
            qb:dataSet <https://w3id.org/egov-kg/id/dataset/d> ;
            egov:indicator <https://w3id.org/egov-kg/code/indicator/many> ;
            sdmx-measure:obsValue {n}.0 ; sdmx-attribute:unitMeasure unit:NUM ;
            egov:qualifier <https://w3id.org/egov-kg/code/qualifier/over> ;
            egov:lowerBound {n}.0 ; egov:lowerInclusive false .
        """
        for n in range(320)
    )
    turtle = """
        <https://w3id.org/egov-kg/code/indicator/x> a egov:Indicator ;
            rdfs:label "</script><b>x</b> & \\"y\\""@en ; skos:definition "<i>what</i>"@en .
        <https://w3id.org/egov-kg/code/indicator/empty> a egov:Indicator ; rdfs:label "Empty"@en, "空"@zh .
        <https://w3id.org/egov-kg/id/observation/o> a qb:Observation ; rdfs:label "</script>"@en ;
            qb:dataSet <https://w3id.org/egov-kg/id/dataset/d> ;
            egov:indicator <https://w3id.org/egov-kg/code/indicator/x> ;
            egov:subject <https://w3id.org/egov-kg/id/group/g> ;
            sdmx-measure:obsValue 12.5 ; sdmx-attribute:unitMeasure unit:PERCENT ;
            egov:qualifier <https://w3id.org/egov-kg/code/qualifier/exact> .
        <https://w3id.org/egov-kg/id/group/g> rdfs:label "' onclick='x\\" <svg>"@en .
        <https://w3id.org/egov-kg/code/indicator/many> a egov:Indicator ; rdfs:label "Many"@en .
    """
    release = releases.publish(Path(home), turtle + many)
    with running(Settings(home=home, evaluators=1), release) as server:
        yield server
        assert "Traceback" not in "".join(server.errors)


class TestStrange:
    def test_names_are_text_wherever_they_stand(self, strange: Server) -> None:
        page = tree(fetch(strange, "/en/code/indicator/x"))
        assert words(one(page, ".//h1")) == '</script><b>x</b> & "y"'
        assert words(one(page, ".//p[@class='lead']")) == "<i>what</i>"
        (found,) = data(page)
        assert found["label"] == "' onclick='x\" <svg>"
        assert not [element for element in page.iter() if "onclick" in element.attrib]
        (variable,) = [node for node in embedded(page)["@graph"] if node["@type"] == "StatisticalVariable"]
        assert variable["name"][0]["@value"] == '</script><b>x</b> & "y"'

    @LANGUAGES
    def test_no_figure_is_not_zero(self, strange: Server, lang: str) -> None:
        page = tree(fetch(strange, f"/{lang}/code/indicator/empty"))
        empty = one(page, ".//p[@class='empty']")
        assert {"en": "That is not zero.", "zh": "这并不等于零。"}[lang] in words(empty)
        assert not page.findall(".//figure")

    def test_very_many_figures_are_cut_and_that_is_said(self, strange: Server) -> None:
        page = tree(fetch(strange, "/en/code/indicator/many", op="gt", threshold="19"))
        assert len(list(data(page))) == 300
        text = words(page)
        assert "Only 300 of 320 figures are shown" in text
        assert words(one(page, ".//ul[@class='verdicts']")) == "certain 301possible 19excluded 0"
        rows = fetch(strange, links(page)["CSV"]).body.decode().splitlines()
        assert len(rows) == 321

    def test_a_playground_has_no_such_page(self, playing: Writable) -> None:
        """What is written there may lack anything: it is asked for by queries."""
        ontology, name = "https://w3id.org/egov-kg/ontology#", "https://w3id.org/egov-kg/code/indicator/half"
        facts = (
            f"<{name}> a <{ontology}Indicator> . <x:half> a <x:Observation> ; <{ontology}indicator> <{name}>"
        )
        reply = playing.update(f"INSERT DATA {{ GRAPH <https://w3id.org/egov-kg/graph/half> {{ {facts} }} }}")
        assert reply.status in (200, 201, 204), reply.body
        assert playing.ask("GET", "/en/code/indicator/half", token="").status == 404
        assert playing.ask("GET", "/doc/code/indicator/half.ttl", token="").status == 200
