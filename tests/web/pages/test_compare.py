"""The page that compares: all of its state is in the URL, what cannot be had is said, the rest is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element

import pytest
from rdflib import RDF, RDFS, Graph, URIRef

from egov_kg.namespaces import expand
from egov_kg.settings import Settings
from support import releases
from support.html import data, embedded, links, one, parameters, tree, words
from support.service import Server, fetch, running
from support.writable import Writable

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])
SAVINGS = ("110000", "360000", "440300", "610000")


Asked = dict[str, str | list[str]]


def compare(server: Server, asked: Asked, lang: str = "en") -> Element:
    return tree(fetch(server, f"/{lang}/compare?{urlencode(asked, doseq=True)}"))


def warnings(page: Element) -> list[str]:
    return [words(item) for item in page.findall(".//p[@class='warning']")]


def before(page: Element) -> str:
    found = page.findall(".//section[@aria-labelledby='before']")
    return words(found[0]) if found else ""


def sent(page: Element, form: str) -> dict[str, list[str]]:
    """What a form sends as it stands."""
    found: dict[str, list[str]] = {}
    for field in one(page, form).iter():
        name, value = field.get("name"), field.get("value", "")
        if field.tag == "input" and name and (field.get("type") != "checkbox" or "checked" in field.attrib):
            found.setdefault(name, []).append(value)
        if field.tag == "select" and name:
            chosen = [
                option.get("value", "") for option in field.iter("option") if "selected" in option.attrib
            ]
            found.setdefault(name, []).extend(chosen)
    return {name: values for name, values in found.items() if any(values)}


class TestStart:
    @LANGUAGES
    def test_there_are_examples_that_work(self, complete: Server, lang: str) -> None:
        page = compare(complete, {}, lang)
        examples = list(links(one(page, ".//section[@aria-labelledby='examples']")).values())
        assert len(examples) == 5
        for href in examples:
            shown = tree(fetch(complete, href))
            assert not warnings(shown), href
            assert len(list(data(shown))) > 1, href

    def test_a_playground_has_no_such_page(self, playing: Writable) -> None:
        assert playing.ask("GET", "/en/compare", token="").status == 404


class TestLevels:
    @LANGUAGES
    def test_one_indicator_on_several_levels(self, complete: Server, lang: str) -> None:
        page = compare(complete, {"by": "levels", "indicator": "extranet-coverage"}, lang)
        assert [(found["value"], found["qualifier"]) for found in data(page)] == [
            ("93", "exact"),
            ("71", "exact"),
        ]
        (row,) = page.findall(".//table/tbody/tr")
        assert {"en": "certain prefecture", "zh": "确定 地市级"}[lang] in words(row)
        assert one(page, ".//figure").get("data-chart") == "levels"

    def test_categories_by_level_with_what_is_missing(self, complete: Server) -> None:
        page = compare(complete, {"by": "levels", "indicator": "information-resource-utilisation"})
        figure = one(page, ".//figure")
        assert figure.get("data-chart") == "multiples"
        rows = page.findall(".//table/tbody/tr")
        assert len(list(data(page))) == 20
        assert len(figure.findall(".//td[@data-none]")) == 3 * len(rows) - 20
        first = words(rows[0])
        assert "possible provincial, sub-provincial city, prefecture" in first
        assert any("equal" in words(row) for row in rows)

    def test_levels_can_be_ticked(self, complete: Server) -> None:
        page = compare(
            complete,
            {"by": "levels", "indicator": "vertical-system-coverage", "level": ["county", "provincial"]},
        )
        assert [words(head) for head in page.findall(".//thead//th")] == [
            "What is measured",
            "provincial",
            "county",
            "The highest",
        ]
        assert sent(page, ".//section[@class='choose']/form")["level"] == ["provincial", "county"]

    def test_a_level_without_figures_is_not_zero(self, complete: Server) -> None:
        page = compare(complete, {"by": "levels", "indicator": "extranet-coverage", "level": "central"})
        assert "That is not zero." in words(one(page, ".//p[@class='empty']"))
        assert not page.findall(".//figure")

    def test_shares_behind_different_thresholds_are_warned_of(self, complete: Server) -> None:
        page = compare(complete, {"by": "levels", "indicator": "departments-above-threshold"})
        assert "The thresholds behind the shares differ." in before(page)
        assert "What is measured differs." in before(page)
        assert "The highest" not in words(one(page, ".//thead"))


class TestIndicators:
    def test_indicators_of_one_level(self, complete: Server) -> None:
        page = compare(
            complete,
            {"indicator": ["online-query-provision", "online-application-provision"], "level": "central"},
        )
        assert [found["value"] for found in data(page)] == ["88", "56"]
        assert "Definitions differ: these are different indicators." in before(page)
        assert "Units differ." not in before(page)
        assert "2 of 2 have no stated date" in before(page)

    def test_different_units_are_warned_of_and_asked_apart(self, complete: Server) -> None:
        chosen = ["extranet-coverage", "extranet-units-covered"]
        page = compare(
            complete, {"by": "indicators", "indicator": chosen, "op": "gte", "threshold": "31", "unit": "NUM"}
        )
        assert "Units differ. per cent (2); number (1)" in before(page)
        assert [found.get("verdict") for found in data(page)] == [None, None, "certain"]
        verdicts = words(one(page, ".//ul[@class='verdicts']"))
        assert verdicts == "certain 1possible 0excluded 0"
        assert one(page, ".//figure").get("data-threshold-unit") == "NUM"
        other = compare(complete, {"by": "indicators", "indicator": chosen, "op": "gte", "threshold": "80"})
        assert [found.get("verdict") for found in data(other)] == ["certain", "excluded", None]

    def test_one_can_be_added_and_taken_away(self, complete: Server) -> None:
        page = compare(
            complete, {"by": "indicators", "indicator": ["extranet-coverage", "hall-member-units"]}
        )
        assert sent(page, ".//section[@class='choose']/form")["indicator"] == [
            "extranet-coverage",
            "hall-member-units",
        ]
        remove = links(page)["remove Extranet coverage"]
        assert parameters(remove) == {"by": ["indicators"], "indicator": ["hall-member-units"]}
        options = {option.get("value") for option in page.iter("option")}
        assert "website-establishment" in options
        assert "extranet-coverage" not in options


class TestRegions:
    def test_savings_of_regions(self, complete: Server) -> None:
        page = compare(complete, {"region": list(SAVINGS)})
        heads = [words(head) for head in page.findall(".//thead//th")]
        assert heads == ["Indicator", "Beijing", "Jiangxi", "Shenzhen", "Shaanxi"]
        panels = {found["panel"] for found in data(page)}
        assert {"Yuan, each year", "Yuan, in all", "Per cent"} <= panels
        said = before(page)
        for sentence in (
            "Units differ.",
            "The kinds of amount differ.",
            "Qualifiers differ",
            "Periods differ.",
        ):
            assert sentence in said

    def test_columns_keep_the_order_of_the_url(self, complete: Server) -> None:
        page = compare(complete, {"by": "regions", "region": ["610000", "110000", "610000"]})
        assert [words(head) for head in page.findall(".//thead//th")] == ["Indicator", "Shaanxi", "Beijing"]


class TestUrl:
    @pytest.mark.parametrize(
        ("asked", "kept", "message"),
        [
            (
                {"by": "levels", "indicator": "extranet-coverage", "level": ["county", "moon"]},
                {"by": ["levels"], "indicator": ["extranet-coverage"], "level": ["county"]},
                "There is no level “moon”: it was left out.",
            ),
            (
                {"by": "indicators", "indicator": ["extranet-coverage", "x<y>"]},
                {"by": ["indicators"], "indicator": ["extranet-coverage"]},
                "This source has no figure of the indicator “x<y>”: it was left out.",
            ),
            (
                {"by": "regions", "region": ["610000", "130000"]},
                {"by": ["regions"], "region": ["610000"]},
                "This source has no figure about the region “130000”: it was left out.",
            ),
            (
                {"by": "colours", "indicator": "extranet-coverage"},
                {"by": ["levels"], "indicator": ["extranet-coverage"]},
                "“colours” is no way to compare: levels, indicators or regions are.",
            ),
            (
                {"by": "levels", "indicator": ["extranet-coverage", "website-establishment"]},
                {"by": ["levels"], "indicator": ["extranet-coverage"]},
                "Levels are compared of one indicator: the first was taken.",
            ),
        ],
    )
    def test_what_is_wrong_is_said_and_the_rest_is_kept(
        self, complete: Server, asked: Asked, kept: dict[str, list[str]], message: str
    ) -> None:
        page = compare(complete, asked)
        assert warnings(page) == [message]
        assert sent(page, ".//form[@class='threshold']").items() >= kept.items()
        assert list(data(page))

    def test_there_is_a_most_of_everything(self, complete: Server) -> None:
        here = tree(fetch(complete, "/en/compare?by=indicators"))
        names = [option.get("value", "") for option in one(here, ".//select[@id='indicator']").iter("option")]
        page = compare(complete, {"by": "indicators", "indicator": [name for name in names if name]})
        assert warnings(page) == ["At most 12 can be compared: the first 12 were taken."]
        assert len(page.findall(".//ul[@class='taken']/li")) == 12
        assert not page.findall(".//select[@id='indicator']")

    def test_much_nonsense_gets_a_short_answer(self, complete: Server) -> None:
        query = urlencode([("indicator", f"nonsense-{n}") for n in range(400)])
        reply = fetch(complete, f"/en/compare?by=indicators&{query}")
        page = tree(reply)
        assert len(reply.body) < 60_000
        assert warnings(page)[-1] == "397 more values are unknown."

    def test_the_threshold_keeps_what_is_compared_and_the_other_way_round(self, complete: Server) -> None:
        asked: Asked = {"by": "regions", "region": list(SAVINGS)}
        page = compare(complete, asked | {"op": "gt", "threshold": "1 billion", "unit": "CCY_CNY"})
        form = sent(page, ".//form[@class='threshold']")
        assert form["region"] == list(SAVINGS)
        assert form["unit"] == ["CCY_CNY"]
        assert parameters(links(page)["Clear"]) == {"by": ["regions"], "region": list(SAVINGS)}
        assert parameters(links(page)["中文"])["threshold"] == ["1 billion"]

    def test_the_state_that_is_read_is_kept(self, complete: Server) -> None:
        state = complete.release.id
        page = compare(
            complete,
            {"by": "indicators", "indicator": ["extranet-coverage", "hall-member-units"], "asOf": state},
        )
        for form in (".//section[@class='choose']/form", ".//form[@class='threshold']"):
            assert sent(page, form)["asOf"] == [state]
        assert parameters(links(page)["remove Extranet coverage"])["asOf"] == [state]
        assert parameters(links(page)["CSV"])["asOf"] == [state]


class TestData:
    @pytest.mark.parametrize(
        "asked",
        [
            {"by": "levels", "indicator": "information-resource-utilisation"},
            {"by": "indicators", "indicator": ["extranet-coverage", "hall-member-units"]},
            {"by": "regions", "region": list(SAVINGS)},
            {"by": "levels", "indicator": "extranet-coverage", "level": ["county"]},
        ],
    )
    @pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # rdflib's own use
    def test_the_table_can_be_had(self, complete: Server, asked: Asked) -> None:
        page = compare(complete, asked)
        rows = list(csv.DictReader(io.StringIO(fetch(complete, links(page)["CSV"]).body.decode())))
        path = urlsplit(rows[0]["observation"]).path.removeprefix("/egov-kg")
        shown = {found["href"] for found in data(page)}
        assert f"/en{path}" in shown
        assert len({row["observation"] for row in rows}) == len(shown)
        assert fetch(complete, links(page)["Open as SPARQL"]).status == 200
        offered = {link.get("href") for link in page.iter("link") if link.get("rel") == "alternate"}
        for name, syntax in (("JSON-LD", "json-ld"), ("Turtle", "turtle")):
            assert links(page)[name] in offered
            graph = Graph().parse(data=fetch(complete, links(page)[name]).body, format=syntax)
            found = {str(one) for one in graph.subjects(RDF.type, URIRef(expand("qb:Observation")))}
            assert found == {row["observation"] for row in rows}
            for indicator in graph.objects(None, URIRef(expand("egov:indicator"))):
                names = graph.objects(indicator, RDFS.label)
                assert {getattr(name, "language", "") for name in names} == {"en", "zh"}
        observed = [node for node in embedded(page)["@graph"] if "Observation" in node["@type"]]
        assert len(observed) == len(shown)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a release without any figure."""
    home = tmp_path_factory.mktemp("bare")
    release = releases.publish(Path(home), "egov:Region a owl:Class .")
    with running(Settings(home=home, evaluators=1), release) as server:
        yield server
        assert "Traceback" not in "".join(server.errors)


@pytest.mark.parametrize("path", ["/en/compare", "/zh/compare?region=610000&indicator=x", "/en/indicators"])
def test_a_release_without_figures_has_nothing_to_compare(bare: Server, path: str) -> None:
    page = tree(fetch(bare, path))
    assert not list(data(page))
    assert not page.findall(".//ul[@class='cards']/li")
