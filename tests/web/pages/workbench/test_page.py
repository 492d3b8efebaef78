"""`/en/sparql` without scripts: the form, answers in the reader's words, errors in place, what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import html5rdf
import pytest
from rdflib import Graph
from rdflib.namespace import RDFS

from egov_kg.settings import Settings
from egov_kg.web.pages.workbench.page import COUNTED, PAGE_ROWS
from egov_kg.web.pages.workbench.results import LONGEST
from egov_kg.web.pages.workbench.snippets import visible
from support import crawler
from support.playground import PlaygroundServer, playground
from support.service import (
    BREAKING_QUERY,
    EX,
    GRAPHS,
    MANY,
    MANY_QUERY,
    SLOW_QUERY,
    Reply,
    Server,
    browse,
    fetch,
)

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORM = {**BROWSER, "Content-Type": "application/x-www-form-urlencoded"}
LABELS = f"SELECT ?s ?name WHERE {{ ?s <{RDFS.label}> ?name }} ORDER BY ?name"
EGOV = "PREFIX egov: <https://w3id.org/egov-kg/ontology#>\n"


class Page:
    """A page as a browser reads it; what it has is whole and well-formed."""

    def __init__(self, reply: Reply, lang: str = "en") -> None:
        assert reply.headers["content-type"] == "text/html; charset=utf-8"
        parser = html5rdf.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(reply.body, transport_encoding="utf-8")
        assert not parser.errors
        for parent in list(tree.iter()):
            for template in parent.findall("template"):
                parent.remove(template)  # for scripts: none of it is shown
        self.elements = [element for element in tree.iter() if isinstance(element.tag, str)]
        assert not list(crawler.faults(self.elements, lang))

    def all(self, tag: str, **attributes: str) -> list[Any]:
        """Elements with these attributes (`_` for `-`)."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag and all(element.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Any:
        (element,) = self.all(tag, **attributes)
        return element

    def rows(self) -> list[list[str]]:
        """The texts of the answer's cells, without its head."""
        return [
            [words(cell) for cell in row if cell.tag == "td"]
            for row in self.one("table", class_="rows").iter("tr")
        ][1:]

    def foreign(self) -> list[Any]:
        """Elements that no template of ours has: markup of data or parameters that was not escaped."""
        own = [one for one in self.all("script") if one.get("src") or one.get("id") == "workbench-data"]
        return [one for tag in ("script", "img", "b", "i") for one in self.all(tag) if one not in own]

    @property
    def words(self) -> str:
        return words(self.one("main"))


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def ask(server: Any, lang: str = "en", **parameters: str | list[str]) -> Page:
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    reply = fetch(server, f"/{lang}/sparql?{urlencode(named, doseq=True)}", headers=BROWSER)
    assert reply.status == 200, reply.body
    assert reply.headers["content-language"] == lang
    return Page(reply, lang)


class TestForm:
    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_begins_with_a_query_that_runs(self, complete: Server, lang: str) -> None:
        page = ask(complete, lang)
        form = page.one("form", class_="workbench")
        assert (form.get("method"), form.get("action")) == ("get", f"/{lang}/sparql")
        query = page.one("textarea", name="query").text
        assert query.startswith("PREFIX")
        assert len(ask(complete, lang, query=query).rows()) > 10

    def test_readers_are_led_to_it(self, server: Server) -> None:
        asked = urlencode({"query": "ASK {}", "timeout": "1"})
        reply = fetch(server, f"/sparql?{asked}", headers={**BROWSER, "Accept-Language": "zh"})
        assert (reply.status, reply.headers["location"]) == (303, f"/zh/sparql?{asked}")

    def test_every_question_is_an_example(self, complete: Server) -> None:
        links = [link.get("href") for link in ask(complete).one("details", class_="examples").iter("a")]
        assert len(links) == len(set(links)) > 50
        page = Page(browse(complete, links[0]))
        assert page.one("textarea", name="query").text.startswith("PREFIX")
        assert page.rows()
        assert [
            link.get("href") for link in page.all("a", aria_current="true") if not link.get("lang")
        ] == links[:1]

    def test_an_example_that_there_is_not(self, complete: Server) -> None:
        assert fetch(complete, "/en/sparql", example="no-such", headers=BROWSER).status == 404

    @pytest.mark.parametrize("query", ["ASK { ?s ?p ?o }", "ASK {"], ids=["answered", "refused"])
    def test_asks_the_same_dataset_again(self, server: Server, query: str) -> None:
        graphs = [f"{GRAPHS}regions", f"{GRAPHS}report", "urn:other"]
        asked = {"default-graph-uri": graphs, "named-graph-uri": graphs[:1], "timeout": ["1.5"]}
        reply = browse(server, "/sparql?" + urlencode({"query": query, **asked}, doseq=True))
        form = Page(reply).one("form", class_="workbench")
        sent: dict[str, list[str]] = {}
        for element in form.iter("input"):
            if element.get("type") != "checkbox" or element.get("checked") is not None:
                sent.setdefault(element.get("name"), []).append(element.get("value"))
        assert sent == asked
        for link in downloads(Page(reply)) if reply.status == 200 else ():
            assert {name: parse_qs(urlsplit(link).query)[name] for name in asked} == asked

    def test_a_graph_can_be_chosen(self, server: Server) -> None:
        boxes = ask(server).all("input", type="checkbox", name="default-graph-uri")
        assert {box.get("value") for box in boxes} == set(server.release.graphs)
        page = ask(server, query="SELECT * { ?s ?p ?o }", default_graph_uri=f"{GRAPHS}derived")
        assert len(page.rows()) == 1

    def test_does_not_repeat_a_parameter_that_was_refused(self, server: Server) -> None:
        asked = {"query": "ASK {}", "timeout": "soon", "default-graph-uri": f"{GRAPHS}regions"}
        reply = fetch(server, "/en/sparql?" + urlencode(asked), headers=BROWSER)
        assert reply.status == 400
        page = Page(reply)
        assert page.one("input", name="timeout").get("value") == ""
        assert [box.get("value") for box in page.all("input", type="checkbox", checked="")] == [
            f"{GRAPHS}regions"
        ]

    def test_a_query_keeps_its_first_empty_line(self, server: Server) -> None:
        body = fetch(server, "/en/sparql", query="\nASK {}", headers=BROWSER).body.decode()
        assert "\n\nASK {}</textarea>" in body  # HTML drops the first of them

    def test_line_ends_of_forms_are_those_of_texts(self, server: Server) -> None:
        query = "SELECT ?x\r\nWHERE {\r\n BIND('''a\r\nb''' AS ?x) }"
        page = ask(server, query=query)
        assert page.one("textarea", name="query").text == query.replace("\r\n", "\n")
        (link,) = [link for link in downloads(page) if link.endswith("format=csv")]
        assert fetch(server, link).body == b'x\r\n"a\nb"\r\n'

    def test_a_release_of_the_past_is_kept(self, complete: Server) -> None:
        page = ask(complete, query="ASK {}", asOf=complete.release.id)
        assert page.one("form", class_="workbench").find("input[@name='asOf']") is not None
        assert all(f"asOf={complete.release.id}" in link for link in downloads(page))


def downloads(page: Page) -> list[str]:
    links = [link.get("href") for link in page.all("a")]
    return [link for link in links if "format=" in link]


class TestTable:
    def test_names_instead_of_iris(self, complete: Server) -> None:
        query = EGOV + "SELECT ?s ?p { VALUES ?s { <https://w3id.org/egov-kg/id/region/610000> } ?s ?p [] }"
        for lang, region in (("en", "Shaanxi"), ("zh", "陕西省")):
            link = next(a for a in ask(complete, lang, query=query).one("table", class_="rows").iter("a"))
            assert words(link) == region
            assert link.get("href") == f"/{lang}/id/region/610000"
            assert link.get("title") == "https://w3id.org/egov-kg/id/region/610000"

    def test_or_iris(self, complete: Server) -> None:
        query = "SELECT ?s { VALUES ?s { <https://w3id.org/egov-kg/id/region/610000> } }"
        page = ask(complete, query=query, show="iris")
        assert page.rows() == [["eid:region/610000"]]
        (back,) = [link for link in page.all("a") if words(link) == "Show names"]
        assert Page(browse(complete, back.get("href"))).rows() == [["Shaanxi"]]

    def test_names_in_derived_values(self, complete: Server) -> None:
        graph = "https://w3id.org/egov-kg/graph/derived"
        query = EGOV + f"SELECT ?o {{ GRAPH <{graph}> {{ ?o a egov:DerivedObservation }} }}"
        assert not [row for row in ask(complete, query=query).rows() if row[0].startswith("eid:")]

    def test_literals_with_their_languages(self, server: Server) -> None:
        page = ask(server, query=LABELS)
        assert ["Alpha", "甲 zh"] in page.rows()
        assert "甲" in [span.text for span in page.all("span", lang="zh")]

    def test_numbers_line_up(self, server: Server) -> None:
        page = ask(server, query="SELECT ?n ?m { VALUES (?n ?m) { (1 2) (2.5 'x') (1e3 UNDEF) } }")
        first, second = [cell.get("class") for cell in page.one("table", class_="rows").iter("th")]
        assert (first, second) == ("number", None)
        assert page.rows() == [["1", "2"], ["2.5", "x"], ["1000", "–no value"]]

    def test_every_kind_of_term(self, server: Server) -> None:
        terms = "(BNODE() AS ?b) (<<( <urn:a> <urn:b> 'c' )>> AS ?t) (<mailto:a@b> AS ?m) (true AS ?f)"
        (row,) = ask(server, query=f"SELECT {terms} {{}}").rows()
        assert row[0].startswith("_:")
        assert row[1:] == ['<urn:a> <urn:b> "c"', "mailto:a@b", "true"]

    def test_no_rows_say_so_and_help(self, server: Server) -> None:
        page = ask(server, query="SELECT ?x WHERE { ?x <urn:none> ?y }")
        assert "0 rows" in page.words
        assert "Nothing in the graph fits all of the pattern." in page.words
        assert not page.all("table", class_="rows")

    def test_one_row_without_values_or_variables(self, server: Server) -> None:
        assert ask(server, query="SELECT ?x WHERE {}").rows() == [["–no value"]]
        assert ask(server, query="SELECT * WHERE {}").rows() == [["a solution"]]

    def test_pages(self, server: Server) -> None:
        query = f"SELECT ?n {{ ?row <{EX}number> ?n FILTER(?n < 250) }} ORDER BY ?n"
        numbers = []
        page = ask(server, query=query)
        while True:
            assert "250 rows" in page.words
            numbers += [int(row[0]) for row in page.rows()]
            if not (more := page.all("a", rel="next")):
                break
            page = Page(browse(server, more[0].get("href")))
        assert numbers == list(range(250))
        assert "Rows 201 to 250" in page.words
        back = Page(browse(server, page.one("a", rel="prev").get("href")))
        assert back.rows()[0] == [str(PAGE_ROWS)]

    def test_a_page_behind_the_end(self, server: Server) -> None:
        page = ask(server, query=LABELS, page="9")
        assert "it ended before" in page.words
        (first,) = [link for link in page.all("a") if words(link) == "First rows"]
        assert len(Page(browse(server, first.get("href"))).rows()) == 6

    @pytest.mark.parametrize("number", ["0", "-1", "x", str(COUNTED // PAGE_ROWS + 1), "1" * 50, "١"])
    def test_a_page_that_cannot_be(self, server: Server, number: str) -> None:
        reply = fetch(server, "/en/sparql", query=LABELS, page=number, headers=BROWSER)
        assert reply.status == 400
        assert Page(reply).one("textarea", name="query").text == LABELS

    def test_a_long_answer_is_cut_and_says_so(self, server: Server) -> None:
        assert MANY > COUNTED
        page = ask(server, query=MANY_QUERY)
        assert len(page.rows()) == PAGE_ROWS
        assert "more than 10,000 rows" in page.words
        assert "Only the beginning is here." in page.words
        last = ask(server, query=MANY_QUERY, page=str(COUNTED // PAGE_ROWS))
        assert len(last.rows()) == PAGE_ROWS
        assert not last.all("a", rel="next")

    def test_an_answer_that_stalls_keeps_its_rows(self, server: Server) -> None:
        query = BREAKING_QUERY.replace("?row ?n WHERE", "?row WHERE", 1)
        page = ask(server, "zh", query=BREAKING_QUERY)
        assert len(page.rows()) == PAGE_ROWS
        assert query != BREAKING_QUERY

    def test_a_long_text_is_cut(self, server: Server) -> None:
        page = ask(server, query=f"SELECT ('{'长' * 1_000}' AS ?x) {{}}")
        assert page.rows() == [["长" * (LONGEST - 1) + "…(shortened)"]]


class TestOtherForms:
    @pytest.mark.parametrize(
        ("query", "word", "sentence"),
        [
            ("ASK {}", "true", "Yes (true): the graph has something that fits the pattern."),
            ("ASK { <urn:a> ?p ?o }", "false", "No (false): nothing in the graph fits the pattern."),
        ],
    )
    def test_an_answer_of_one_word(self, server: Server, query: str, word: str, sentence: str) -> None:
        page = ask(server, query=query)
        assert sentence in page.words
        assert not page.all("table", class_="rows")
        assert [words(code) for code in page.all("code")].count(word) == 1

    def test_a_graph(self, server: Server) -> None:
        query = f"DESCRIBE <{EX}alpha>"
        page = ask(server, "zh", query=query)
        assert [words(cell) for cell in page.one("table", class_="rows").iter("th")] == [
            "主语",
            "谓语",
            "宾语",
        ]
        assert ["甲", "rdfs:label", "Alpha en"] in page.rows()
        shown = next(words(code) for code in page.all("code") if "@prefix" in words(code))
        turtle = fetch(server, query=query, headers={"Accept": "text/turtle"}).body
        assert set(Graph().parse(data=shown, format="turtle")) == set(
            Graph().parse(data=turtle, format="turtle")
        )

    def test_files_of_the_whole_answer(self, server: Server) -> None:
        for query, kinds in ((LABELS, 4), (f"DESCRIBE <{EX}alpha>", 6)):
            links = downloads(ask(server, query=query))
            assert len(links) == kinds
            replies = [fetch(server, link, headers=BROWSER) for link in links]
            assert {reply.status for reply in replies} == {200}
            assert len({reply.media_type for reply in replies}) == kinds

    def test_a_query_by_post(self, server: Server) -> None:
        query = "SELECT ('" + "x" * 15_000 + "' AS ?x) {}"
        for body, type_ in (
            (urlencode({"query": query}).encode(), FORM),
            (query.encode(), {**BROWSER, "Content-Type": "application/sparql-query"}),
        ):
            reply = fetch(server, method="POST", body=body, headers=type_)
            assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
            page = Page(reply)
            assert page.one("textarea", name="query").text == query
            assert page.rows()
        refused = fetch(server, method="POST", body=urlencode({"query": "ASK {"}).encode(), headers=FORM)
        assert refused.status == 400
        assert Page(refused).one("textarea", name="query").text == "ASK {"


class TestErrors:
    def test_a_syntax_error_is_shown_where_it_is(self, server: Server) -> None:
        query = "SELECT *\nWHERE { 甲甲甲 ?s ?p ?o }"
        reply = fetch(server, "/zh/sparql", query=query, headers=BROWSER)
        assert reply.status == 400
        page = Page(reply, "zh")
        assert page.one("textarea", name="query").text == query
        place = page.one("pre", class_="spot")
        told = fetch(server, query=query).json
        line, column = told["line"], told["column"]
        mark = place.find("mark")
        assert mark.text == query.split("\n")[line - 1][column - 1 : column]
        assert f"第 {line} 行第 {column} 列" in words(page.one("section", role="alert"))

    def test_at_the_end_of_the_text(self, server: Server) -> None:
        page = Page(fetch(server, "/en/sparql", query="ASK {\n ?s ?p\n\n", headers=BROWSER))
        place = page.one("pre", class_="spot")
        assert words(place).endswith("2 ?s ?p")
        assert place.find("mark").text == " "

    def test_a_long_line_is_shown_around_the_place(self, server: Server) -> None:
        query = "SELECT * { " + "?s ?p ?o . " * 500 + "} }" + " ?x" * 1_000
        place = Page(fetch(server, "/en/sparql", query=query, headers=BROWSER)).one("pre", class_="spot")
        assert place.find("mark").text == "}"
        assert len(words(place)) < 200

    def test_a_query_that_takes_too_long(self, server: Server, settings: Settings) -> None:
        reply = fetch(server, "/en/sparql", query=SLOW_QUERY, headers=BROWSER)
        assert (reply.status, reply.headers["cache-control"]) == (503, "no-store")
        assert int(reply.headers["retry-after"]) > 0
        page = Page(reply)
        told = words(page.one("section", role="alert"))
        assert f"did not end within {settings.query_timeout:g} s" in told
        assert page.one("textarea", name="query").text == SLOW_QUERY
        assert "EGOV_KG_QUERY_TIMEOUT" in page.words
        (more,) = [link.get("href") for link in page.all("a") if "/problem/" in link.get("href")]
        assert browse(server, more).status == 200

    def test_a_form_says_what_a_query_may_take(self, server: Server) -> None:
        limits = words(ask(server).one("details", class_="limits"))
        assert "20,000 characters" in limits
        assert ask(server).one("textarea", name="query").get("maxlength") == "20000"

    @pytest.mark.parametrize(
        ("parameters", "status"),
        [
            ({"query": "INSERT DATA { <urn:a> <urn:b> 1 }"}, 403),
            ({"query": "SELECT * { SERVICE <urn:a> {} }"}, 403),
            ({"query": "ASK " + "{" * 100 + "}" * 100}, 400),
            ({"query": "ASK {}", "default-graph-uri": "no iri"}, 400),
            ({"query": "ASK {}", "asOf": "r000000000000"}, 404),
            ({"query": "ASK {} #" + "x" * 20_000}, 400),
        ],
    )
    def test_keep_the_query(self, server: Server, parameters: dict[str, str], status: int) -> None:
        reply = fetch(server, "/en/sparql?" + urlencode(parameters), headers=BROWSER)
        assert reply.status == status
        assert Page(reply).one("textarea", name="query").text == parameters["query"]

    @pytest.mark.parametrize("path", ["/sparql", "/en/sparql"])
    def test_are_problem_documents_for_programs(self, server: Server, path: str) -> None:
        reply = fetch(server, path, query="ASK {")
        assert (reply.status, reply.media_type) == (400, "application/problem+json")

    def test_without_a_query_are_as_elsewhere(self, server: Server) -> None:
        reply = fetch(server, "/en/sparql?query=%FF", headers=BROWSER)
        assert reply.status == 400
        assert not Page(reply).all("textarea")
        update = fetch(server, method="POST", body=b"update=CLEAR+ALL", headers=FORM)
        assert update.status == 403
        assert not Page(update).all("textarea")


class TestCaching:
    def test_an_answer_is_revalidated(self, server: Server) -> None:
        reply = fetch(server, "/en/sparql", query=LABELS, headers=BROWSER)
        assert reply.headers["cache-control"] == "no-cache"
        known = {**BROWSER, "If-None-Match": reply.headers["etag"]}
        assert fetch(server, "/en/sparql", query=LABELS, headers=known).status == 304

    @pytest.mark.parametrize("query", ["SELECT (RAND() AS ?x) {}", "SELECT (NOW() AS ?x) {}"])
    def test_an_answer_that_changes_is_not_kept(self, server: Server, query: str) -> None:
        replies = [fetch(server, "/en/sparql", query=query, headers=BROWSER) for _ in range(2)]
        assert [reply.headers["cache-control"] for reply in replies] == ["no-store"] * 2
        assert "etag" not in replies[0].headers
        assert Page(replies[0]).rows() != Page(replies[1]).rows()


HOSTILE = [
    "<script>alert(1)</script>",
    "\"' onmouseover='x",
    "</textarea><img src=x>",
    "</code></pre><b>",
    "]]><!--",
    "{{ 7 * 7 }} {% raw %}",
    "&lt;i&gt;\u202e\u0007",
]


class TestHostile:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_text_of_data_and_queries_stays_text(self, server: Server, text: str) -> None:
        escaped = "".join(f"\\u{ord(one):04X}" for one in text)
        query = f"SELECT ('{escaped}' AS ?a) ('{escaped}'@en AS ?b) ('x'^^<urn:x> AS ?c) {{}} # {text}"
        page = ask(server, query=query, timeout="2")
        assert page.one("textarea", name="query").text == visible(query)
        assert page.rows()[0][0] == " ".join(text.replace("\u0007", "\\u0007").split())
        assert page.foreign() == []
        assert "49" not in page.rows()[0][0]

    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize(
        "name", ["named-graph-uri", "timeout", "show", "view", "page", "example", "asOf"]
    )
    def test_parameters_stay_text(self, server: Server, name: str, text: str) -> None:
        reply = fetch(server, "/en/sparql?" + urlencode({"query": "ASK {", name: text}), headers=BROWSER)
        assert reply.status in (400, 404)
        assert Page(reply).foreign() == []

    @pytest.mark.parametrize(
        ("iri", "href"),
        [
            ("javascript:alert(1)", None),
            ("JAVASCRIPT:alert(1)", None),
            ("data:text/html,x", None),
            ("http://[v1.x]/", "http://[v1.x]/"),
            ("HTTPS://e.example/?a=1&b='2'", "HTTPS://e.example/?a=1&b='2'"),
            ("https://w3id.org/egov-kg//evil.example", "https://w3id.org/egov-kg//evil.example"),
            ("https://w3id.org/egov-kg/id/x/%22%3E", "/en/id/x/%22%3E"),
        ],
    )
    def test_an_iri_leads_to_the_web_or_nowhere(self, server: Server, iri: str, href: str | None) -> None:
        page = ask(server, query=f"SELECT ?x {{ VALUES ?x {{ <{iri}> }} }}")
        links = [link.get("href") for link in page.one("table", class_="rows").iter("a")]
        assert links == ([href] if href else [])

    def test_variables_with_odd_names(self, server: Server) -> None:
        page = ask(
            server,
            query="SELECT ?__proto__ ?constructor ?甲 { VALUES (?__proto__ ?constructor ?甲) { (1 2 3) } }",
        )
        assert page.rows() == [["1", "2", "3"]]

    def test_many_columns(self, server: Server) -> None:
        query = "SELECT " + " ".join(f"(<urn:{n}> AS ?x{n})" for n in range(600)) + " {}"
        (row,) = ask(server, query=query).rows()
        assert len(row) == 600


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaygroundServer]:
    with playground(tmp_path_factory.mktemp("playground")) as started:
        yield started


class TestPlayground:
    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_queries_and_says_how_to_write(self, empty: PlaygroundServer, lang: str) -> None:
        written = empty.update('INSERT DATA { <urn:a> <urn:b> "c" . GRAPH <urn:g> { <urn:a> <urn:b> 2 } }')
        assert written.status == 200
        page = ask(empty, lang)
        assert f"curl http://127.0.0.1:{empty.port}/sparql" in page.words
        assert not page.all("details", class_="examples")
        boxes = page.all("input", type="checkbox", name="default-graph-uri")
        assert [box.get("value") for box in boxes] == ["urn:g"]
        found = ask(empty, lang, query=page.one("textarea", name="query").text)
        assert sorted(row[3] for row in found.rows()) == ["2", "c"]

    def test_has_no_examples(self, empty: PlaygroundServer) -> None:
        reply = fetch(empty, "/en/sparql", example="region-profile", headers=BROWSER)  # type: ignore[arg-type]
        assert reply.status == 404

    def test_says_what_was_refused(self, empty: PlaygroundServer) -> None:
        reply = fetch(empty, "/en/sparql", query="ASK {", headers=BROWSER)  # type: ignore[arg-type]
        assert reply.status == 400
        assert Page(reply).all("pre", class_="spot")


def test_the_service_itself_does_not_say_how_to_write(server: Server) -> None:
    assert "Authorization" not in ask(server).words


def test_the_address_keeps_what_was_asked_in_the_other_language(server: Server) -> None:
    page = ask(server, query=LABELS, page="1", show="iris")
    (other,) = [a.get("href") for a in page.all("a", hreflang="zh")]
    assert dict(parse_qsl(urlsplit(other).query)) == {"query": LABELS, "page": "1", "show": "iris"}
