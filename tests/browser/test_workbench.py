"""The SPARQL workbench in a browser: its editor, completion and keys; runs that end or are stopped; views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from egov_kg.sparql.queries import find_question
from support.accessibility import axe
from support.browser import Tab, View, opened
from support.questions import QUESTIONS
from support.service import SLOW_QUERY, Server, eventually, fetch

EGOV = "PREFIX egov: <https://w3id.org/egov-kg/ontology#>"
PILOTS = f"{EGOV}\nCONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s a egov:PilotParticipation ; ?p ?o }}"


@pytest.fixture
def tab(browser: Browser, complete: Server) -> Iterator[Tab]:
    with opened(browser, complete.url, View(lang="zh")) as tab:
        tab.page.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=complete.url)
        yield tab


# Where the names in a drawing are, and the drawing itself.
_NAMES = """(svg) => {
  const box = (one) => one.getBoundingClientRect().toJSON();
  const names = [...svg.querySelectorAll("text")].map((one) => [one.textContent, box(one)]);
  return Object.fromEntries([...names, ["", box(svg)]]);
}"""


def visit(tab: Tab, parameters: str = "", status: int = 200) -> None:
    """Open the workbench, with the editor in its place."""
    tab.visit(f"/zh/sparql{parameters}", status)
    expect(tab.page.locator(".editor .CodeMirror")).to_be_visible()


def text(tab: Tab) -> str:
    """What is in the editor."""
    value: str = tab.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    return value


def write(tab: Tab, query: str) -> None:
    """Type a query in the place of what is there."""
    tab.page.locator(".CodeMirror-line").first.click()
    tab.page.keyboard.press("Control+a")
    tab.page.keyboard.press("Delete")
    tab.page.keyboard.type(query)


def choose(tab: Tab, term: str) -> None:
    """Take the first term of the list. While the list is being renewed the editor only swallows the key."""

    def taken() -> bool:
        tab.page.keyboard.press("Enter")
        return eventually(lambda: term in text(tab), 1.0)

    assert eventually(taken), text(tab)


def put(tab: Tab, query: str) -> None:
    """Have a query in the editor, as if it were pasted."""
    tab.page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", query)


def test_a_selection_can_be_dragged(tab: Tab) -> None:
    visit(tab)
    put(tab, "SELECT ?dragged\nWHERE {\n}")
    first, last = tab.page.locator(".CodeMirror-line").nth(0), tab.page.locator(".CodeMirror-line").nth(2)
    start, end = first.bounding_box(), last.bounding_box()
    assert start
    assert end
    x, y = start["x"] + 20, start["y"] + start["height"] / 2
    selected = (
        "document.querySelector('.CodeMirror').CodeMirror.setSelection({line: 0, ch: 0}, {line: 0, ch: 6})"
    )
    tab.page.evaluate(selected)
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    tab.page.mouse.move(end["x"] + 80, end["y"] + 5, steps=8)
    tab.page.mouse.up()
    expect(last).to_have_text("}SELECT")
    assert text(tab) == " ?dragged\nWHERE {\n}SELECT"


def focused(tab: Tab) -> str:
    found: str = tab.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
    return found


class TestEditor:
    def test_words_in_either_language_find_terms_and_prefixes_are_declared(self, tab: Tab) -> None:
        visit(tab)
        hints = tab.page.locator(".CodeMirror-hint")
        write(tab, "SELECT ?s ?level WHERE {\n ?s a 地区")
        expect(hints.first).to_contain_text("egov:Region")
        expect(hints.first).to_contain_text("地区 · region")
        assert axe(tab.page) == []
        choose(tab, "egov:Region")
        tab.page.keyboard.type(" ; region lev")
        tab.page.keyboard.press("Escape")
        for _ in range(len("region lev")):
            tab.page.keyboard.press("Backspace")
        tab.page.keyboard.type("regionLev")
        expect(hints.first).to_contain_text("egov:regionLevel")
        choose(tab, "egov:regionLevel")
        tab.page.keyboard.type(" c-region-level:prov")
        expect(hints.first).to_contain_text("c-region-level:province")
        choose(tab, "c-region-level:province")
        tab.page.keyboard.type(" .\n}")
        expect(tab.page.locator("#editor-syntax")).to_be_empty()
        tab.page.keyboard.press("Control+Enter")
        expect(tab.page.locator("table.rows tbody tr")).to_have_count(34)
        declared = {line for line in text(tab).splitlines() if line.startswith("PREFIX")}
        assert declared == {EGOV, "PREFIX c-region-level: <https://w3id.org/egov-kg/code/region-level/>"}

    def test_nothing_is_offered_where_somebody_only_clicks(self, tab: Tab) -> None:
        visit(tab)
        tab.page.locator(".CodeMirror-line", has_text="GROUP BY").click()
        tab.page.keyboard.press("End")
        tab.page.wait_for_load_state("networkidle")
        expect(tab.page.locator(".CodeMirror-hint")).to_have_count(0)

    def test_tab_passes_it_and_indents_once_somebody_types(self, tab: Tab) -> None:
        visit(tab)
        tab.page.locator("#query-editor").focus()
        tab.page.keyboard.press("Tab")
        assert focused(tab) == "执行"
        tab.page.keyboard.press("Shift+Tab")
        assert focused(tab) == "query-editor"
        write(tab, "ASK {}")
        tab.page.keyboard.press("Tab")
        assert (focused(tab), text(tab).strip()) == ("query-editor", "ASK {}")
        assert text(tab) != "ASK {}"
        tab.page.keyboard.press("Escape")
        tab.page.keyboard.press("Tab")
        assert focused(tab) == "执行"

    def test_it_has_a_name_and_says_where_a_query_goes_wrong(self, tab: Tab) -> None:
        visit(tab)
        put(tab, "SELECT * {\n ?s ?p }")
        tab.page.locator(".CodeMirror-line").first.click()
        expect(tab.page.get_by_role("textbox", name="查询", exact=True)).to_be_focused()
        expect(tab.page.locator("#editor-syntax")).to_contain_text("第 2 行第 8 列")
        tab.page.locator(".parseErrorIcon").hover()
        assert tab.page.locator(".yasqe_tooltip").count() == 0
        tab.check()

    def test_without_its_files_the_form_stays_and_runs(self, tab: Tab) -> None:
        tab.page.route("**/static/vendor/yasqe/**", lambda route: route.abort("aborted"))
        tab.visit("/zh/sparql")
        field = tab.page.get_by_label("查询", exact=True)
        expect(field).to_be_visible()
        field.fill("ASK { ?s a egov:Region }")
        tab.page.get_by_role("button", name="执行").click()
        expect(tab.page.locator(".verdict-line")).to_contain_text("true")
        expect(field).to_have_value(f"{EGOV}\nASK {{ ?s a egov:Region }}")


class TestRuns:
    def test_the_address_has_what_is_shown(self, tab: Tab) -> None:
        visit(tab)
        query = f"{EGOV}\nSELECT ?s {{ ?s a egov:Pilot }}"
        put(tab, query)
        tab.page.get_by_role("button", name="执行").click()
        expect(tab.page.locator("table.rows tbody tr").first).to_be_visible()
        tab.page.get_by_role("button", name="复制链接").click()
        expect(tab.page.locator(".status")).to_contain_text("链接已复制")
        shared = tab.page.evaluate("navigator.clipboard.readText()")
        assert shared == tab.page.url
        assert parse_qs(urlsplit(shared).query)["query"] == [query]
        assert tab.page.locator("nav.languages a[hreflang=en]").get_attribute("href") == shared.replace(
            f"{tab.origin}/zh/", "/en/"
        )
        visit(tab, shared.removeprefix(f"{tab.origin}/zh/sparql"))
        assert text(tab) == query

    def test_a_refusal_is_beside_the_query_and_marked_in_it(self, tab: Tab) -> None:
        visit(tab, "?query=ASK%20%7B%7D")
        put(tab, "SELECT * {\n ?甲 ?p ?o } }")
        tab.page.locator("#query-editor").press("Control+Enter")
        problem = tab.page.locator("#problem")
        expect(problem).to_contain_text("查询语法错误")
        expect(problem).to_contain_text("第 2 行第 13 列")
        expect(tab.page.locator(".wrong-here")).to_have_text("}")
        expect(tab.page.locator("section.answer")).to_have_count(0)  # it was that of another query
        assert text(tab).startswith("SELECT * {")
        assert axe(tab.page) == []
        refused, tab.faults = tab.faults, []
        assert refused
        assert all("400" in fault for fault in refused)
        put(tab, "ASK {}")
        tab.page.locator("#query-editor").press("Control+Enter")
        expect(tab.page.locator(".verdict-line")).to_be_visible()
        expect(problem).to_have_count(0)

    def test_one_that_is_stopped_frees_the_service(self, tab: Tab, complete: Server) -> None:
        visit(tab)
        put(tab, SLOW_QUERY)
        tab.page.locator("#query-editor").press("Control+Enter")
        expect(tab.page.locator(".clock")).to_contain_text("最长 30 秒")
        tab.page.get_by_role("button", name="停止").click()
        expect(tab.page.locator(".status")).to_contain_text("已停止")
        expect(tab.page.get_by_role("button", name="停止")).to_have_count(0)
        assert fetch(complete, query="ASK {}").status == 200  # there is one evaluator
        assert text(tab) == SLOW_QUERY

    def test_a_query_that_no_address_can_hold(self, tab: Tab) -> None:
        visit(tab)
        long = "长" * 12_000
        put(tab, f"SELECT ('{long}' AS ?x) {{}}")
        tab.page.locator("#query-editor").press("Control+Enter")
        expect(tab.page.locator("table.rows tbody tr")).to_have_count(1)
        assert tab.page.url == f"{tab.origin}/zh/sparql"

    def test_queries_are_kept_if_somebody_wants_that(self, tab: Tab) -> None:
        visit(tab)
        kept = "localStorage.getItem('egov-kg.queries')"
        tab.page.locator("#history summary").click()
        assert tab.page.evaluate(kept) is None
        tab.page.get_by_label("在此浏览器中保留最近 20 次查询").check()
        for query in ("ASK {}", "ASK { <urn:a> ?p ?o }"):
            put(tab, query)
            tab.page.locator("#query-editor").press("Control+Enter")
            expect(tab.page.locator("#history li button")).to_have_count(1 if query == "ASK {}" else 2)
        tab.page.locator("#history li button").nth(1).click()
        assert text(tab) == "ASK {}"
        tab.page.get_by_role("button", name="清除记录").click()
        expect(tab.page.locator("#history li")).to_have_count(0)
        tab.page.get_by_label("在此浏览器中保留最近 20 次查询").uncheck()
        assert tab.page.evaluate(kept) is None


class TestViews:
    def test_a_table_is_sorted_and_turned_over(self, tab: Tab) -> None:
        visit(tab)
        number = "<http://www.w3.org/2001/XMLSchema#integer>"
        rows = " ".join(f'("{n}"^^{number} "x{n}")' for n in range(250))
        put(tab, f"SELECT ?n ?x {{ VALUES (?n ?x) {{ {rows} }} }}")
        tab.page.locator("#query-editor").press("Control+Enter")
        cells = tab.page.locator("table.rows tbody tr td:first-child")
        expect(cells).to_have_count(100)
        for _ in range(2):
            tab.page.get_by_role("button", name="n", exact=True).click()
        expect(cells.first).to_have_text("249")
        expect(tab.page.locator("th[aria-sort=descending]")).to_have_count(1)
        tab.page.get_by_role("button", name="下一页").click()
        expect(cells.first).to_have_text("149")
        assert axe(tab.page) == []

    def test_of_what_the_server_has_shown(self, tab: Tab) -> None:
        visit(tab, "?example=coverage-by-level")
        tab.page.locator("[data-view=chart]").click()
        expect(tab.page.locator("figure.chart svg").first).to_be_visible()
        bars = tab.page.locator("figure.chart tbody tr")
        expect(bars).to_have_count(25)
        expect(bars.filter(has_text="不低于 90%")).to_have_count(1)
        assert axe(tab.page) == []
        assert parse_qs(urlsplit(tab.page.url).query)["view"] == ["chart"]
        tab.page.get_by_label("标签").select_option("level_zh")
        expect(bars.first).to_contain_text("县级")
        assert parse_qs(urlsplit(tab.page.url).query)["view"] == ["chart"]

    def test_a_map(self, tab: Tab) -> None:
        visit(tab, "?example=regions-named&view=map")
        tiles = tab.page.locator(".tiles button")
        expect(tiles).to_have_count(34)
        tab.page.get_by_role("button", name="陕西省").click()
        expect(tab.page.locator("dl.facts").first).to_contain_text("陕西省")
        assert axe(tab.page) == []

    def test_a_network(self, tab: Tab) -> None:
        visit(tab, f"?view=graph&query={quote(PILOTS)}")
        expect(tab.page.locator(".network svg")).to_be_visible()
        tab.page.locator("summary", has_text="联系列表").click()
        expect(tab.page.locator("#pane li", has_text="陕西省").first).to_be_visible()
        assert axe(tab.page) == []

    @pytest.mark.parametrize("width", [320, 1280])
    def test_the_links_of_one_thing_are_around_it(self, tab: Tab, width: int) -> None:
        tab.page.set_viewport_size({"width": width, "height": 900})
        visit(tab, f"?view=graph&query={quote('DESCRIBE <https://w3id.org/egov-kg/id/region/610000>')}")
        drawing = tab.page.locator(".network svg")
        boxes: dict[str, dict[str, float]] = drawing.evaluate(_NAMES)
        whole = boxes.pop("")
        assert all(whole["left"] <= box["left"] and box["right"] <= whole["right"] for box in boxes.values())
        middle = boxes.pop("陕西省")
        for edge, least_or_most in (("left", min), ("top", min), ("right", max), ("bottom", max)):
            assert least_or_most(middle[edge], *(box[edge] for box in boxes.values())) != middle[edge]

    @pytest.mark.parametrize("example", ["trends", "website-functions"])
    def test_what_an_answer_has_nothing_for_is_not_offered(self, tab: Tab, example: str) -> None:
        visit(tab, f"?example={example}&view=map")
        expect(tab.page.locator(".status")).to_contain_text("表格")
        offered: list[Any] = tab.page.locator(".views button").all_text_contents()
        assert offered == ["表格", "原始数据"]

    def test_as_it_came(self, tab: Tab) -> None:
        visit(tab, "?example=regions-by-level&view=raw")
        expect(tab.page.locator(".json")).to_contain_text('"vars"')
        assert axe(tab.page) == []

    def test_markup_in_an_answer_stays_text(self, tab: Tab) -> None:
        visit(tab)
        markup = "<img src=x onerror=alert(1)>"
        put(tab, f"SELECT ('{markup}' AS ?x) (IRI('javascript:alert(1)') AS ?y) {{}}")
        tab.page.locator("#query-editor").press("Control+Enter")
        expect(tab.page.locator("table.rows td").first).to_have_text(markup)
        assert tab.page.locator("#pane img, #pane a[href^=javascript]").count() == 0
        tab.page.locator("[data-view=raw]").click()
        tab.page.locator(".json summary").last.click()
        assert tab.page.locator("#pane img").count() == 0

    def test_examples_are_found(self, tab: Tab) -> None:
        visit(tab)
        title = find_question(QUESTIONS, "microblog-halls").title("zh")
        tab.page.get_by_label("查找问题").fill("发布厅 牵头")
        shown = tab.page.locator(".examples li:visible a")
        expect(shown).to_have_text([title])
