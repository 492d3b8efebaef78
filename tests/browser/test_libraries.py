"""ECharts and YASQE under the policy of the pages: which of their options break it, and which keep it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from egov_kg.assets import VENDOR
from support.accessibility import axe
from support.browser import Tab, View, opened
from support.made_up import Site, serving
from support.service import eventually

CHARTS = """
import * as echarts from "/static/vendor/echarts/echarts.esm.min.js";
const data = ["北京", "b", "c"];
window.charts = ["bar", "graph"].map(id => echarts.init(document.getElementById(id), null, {renderer: "svg"}));
charts[0].setOption({
  aria: {enabled: true, decal: {show: true}}, legend: {}, xAxis: {type: "category", data}, yAxis: {},
  tooltip: {renderMode: "MODE"}, dataZoom: [{type: "slider"}],
  series: [{type: "bar", data: [1, 2, 3], name: "one"}, {type: "custom", data: [[0, 2]], name: "two", renderItem: () => ({
    type: "line", shape: {x1: 0, y1: 0, x2: 100, y2: 100}, style: {stroke: {type: "linear", x: 0, y: 0, x2: 1, y2: 0,
      colorStops: [{offset: 0, color: "red"}, {offset: 1, color: "blue"}]}}})}],
});
charts[1].setOption({tooltip: {renderMode: "MODE"}, series: [{type: "graph", layout: "force", roam: true,
  data: data.map(name => ({name})), links: [{source: "b", target: "c"}], label: {show: true}}]});
window.tooltip = (options) => { charts[0].setOption({tooltip: options});
  charts[0].dispatchAction({type: "showTip", seriesIndex: 0, dataIndex: 1}); };
"""  # noqa: E501
SIZE = ".chart { width: 640px; height: 320px }"
PLACES = "<main><h1>Charts</h1><div id=bar class=chart></div><div id=graph class=chart></div></main>"

EDITOR = """
await import("/static/vendor/yasqe/yasqe.min.js");
Yasqe.defaults.autocompleters = COMPLETERS;
window.editor = new Yasqe(document.getElementById("editor"), OPTIONS);
editor.getInputField().setAttribute("aria-label", "SPARQL");
editor.setValue("SELECT ?who WHERE { ?who a ?what }");
"""
KEPT = """{
  persistenceId: null, createShareableLink: null, consumeShareLink: null,
  showQueryButton: false, resizeable: false, requestConfig: {endpoint: "/sparql"},
  extraKeys: {Tab: false, "Shift-Tab": false},
}"""
OWN_MESSAGE = """
editor.on("changes", () => { for (const icon of document.querySelectorAll(".parseErrorIcon")) {
  icon.onmouseover = icon.onmouseout = null; icon.title = "this line"; } });
"""
PLACE = "<main><h1>Editor</h1><div id=editor></div><p><a href=/after>after</a></p></main>"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The libraries, and pages made for a test."""
    with serving() as site:
        for path in VENDOR.rglob("*.min.*"):
            site.files[f"/static/vendor/{path.relative_to(VENDOR).as_posix()}"] = path.read_bytes()
        yield site


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Tab]:
    """A tab whose faults the test itself looks at."""
    with opened(browser, site.origin, View()) as tab:
        yield tab
        tab.faults.clear()


def module(site: Site, body: str, style: str, script: str) -> str:
    """A page whose script is a module."""
    path = site.page(body, style, script)
    site.files[path] = str(site.files[path]).replace("<script ", '<script type="module" ')
    return path


def editor(
    tab: Tab, site: Site, options: str = KEPT, more: str = "", completers: str = '["variables"]'
) -> None:
    """Visit a page with an editor."""
    script = EDITOR.replace("OPTIONS", options).replace("COMPLETERS", completers) + more
    style = '@import "/static/vendor/yasqe/yasqe.min.css";'
    tab.visit(module(site, PLACE, style, f"{script} window.ready = true;"))
    assert eventually(lambda: tab.page.evaluate("window.ready"))


class TestCharts:
    def drawn(self, tab: Tab, site: Site, mode: str) -> None:
        tab.visit(module(site, PLACES, SIZE, CHARTS.replace("MODE", mode)))
        assert eventually(lambda: tab.page.evaluate("'tooltip' in window"))
        assert tab.page.locator("svg").count() == 2

    def test_text_as_tooltip_keeps_the_policy(self, tab: Tab, site: Site) -> None:
        self.drawn(tab, site, "richText")
        tab.page.locator("#graph").hover()
        tab.page.evaluate("tooltip({})")
        tab.page.locator("#bar svg text", has_text="2").first.wait_for()
        tab.page.evaluate("charts[0].showLoading(); charts[0].hideLoading(); charts[0].resize({width: 300})")
        assert str(tab.page.evaluate("charts[0].renderToSVGString()")).startswith("<svg")
        assert axe(tab.page) == []
        tab.check()

    def test_html_made_of_strings_breaks_it(self, tab: Tab, site: Site) -> None:
        self.drawn(tab, site, "html")
        tab.page.evaluate("tooltip({className: 'tip'})")
        tab.page.locator(".tip").wait_for()
        with pytest.raises(AssertionError, match="inline style"):
            tab.check()

    def test_html_made_of_elements_keeps_it_without_an_arrow(self, tab: Tab, site: Site) -> None:
        self.drawn(tab, site, "html")
        made = "() => { const one = document.createElement('b'); one.textContent = 'own'; return one; }"
        tab.page.evaluate(f"tooltip({{className: 'tip', confine: true, formatter: {made}}})")
        tab.page.locator(".tip b", has_text="own").wait_for()
        tab.check()


class TestEditor:
    def test_our_options_keep_the_policy_and_nothing_is_asked_or_stored(self, tab: Tab, site: Site) -> None:
        editor(tab, site, more=OWN_MESSAGE)
        tab.page.locator(".CodeMirror").click()
        tab.page.keyboard.press("Control+End")
        tab.page.keyboard.type("\nSELECT { ?w")
        tab.page.locator(".parseErrorIcon").hover()
        tab.page.keyboard.press("Control+Space")
        tab.page.locator(".CodeMirror-hint", has_text="?who").wait_for()
        tab.page.keyboard.press("Escape")
        assert tab.page.locator(".yasqe_tooltip").count() == 0
        assert tab.page.evaluate("[Object.entries(localStorage), document.cookie]") == [[], ""]
        tab.check()

    def test_tab_leaves_it(self, tab: Tab, site: Site) -> None:
        editor(tab, site)
        for expected in ("TEXTAREA", "A"):
            tab.page.keyboard.press("Tab")
            assert tab.page.evaluate("document.activeElement.tagName") == expected

    def test_tab_does_not_leave_it_by_default(self, tab: Tab, site: Site) -> None:
        editor(tab, site, KEPT.replace("extraKeys", "unused"))
        for _ in range(2):
            tab.page.keyboard.press("Tab")
            assert tab.page.evaluate("document.activeElement.tagName") == "TEXTAREA"

    def test_its_own_message_of_an_error_breaks_the_policy(self, tab: Tab, site: Site) -> None:
        editor(tab, site)
        tab.page.evaluate("editor.setValue('SELECT { ?w')")
        tab.page.locator(".parseErrorIcon").hover()
        tab.page.locator(".yasqe_tooltip").wait_for()
        with pytest.raises(AssertionError, match="inline style"):
            tab.check()

    def test_its_own_completers_ask_other_hosts(self, tab: Tab, site: Site) -> None:
        editor(tab, site, completers='["class"]')
        tab.page.evaluate("editor.setValue('SELECT * { ?s a fo')")
        tab.page.locator(".CodeMirror").click()
        tab.page.keyboard.press("Control+End")
        with tab.page.expect_console_message(lambda one: "connect-src" in one.text):
            tab.page.keyboard.press("Control+Space")
        with pytest.raises(AssertionError, match="connect-src"):
            tab.check()

    def test_a_list_of_completers_among_the_options_does_not_replace_its_own(
        self, tab: Tab, site: Site
    ) -> None:
        """It merges lists by index: those who want others set `Yasqe.defaults.autocompleters`."""
        options = KEPT.replace("{", '{ autocompleters: ["variables"],', 1)
        editor(tab, site, options, completers="Yasqe.defaults.autocompleters")
        found = tab.page.evaluate("editor.config.autocompleters")
        assert found[0] == "variables"
        assert "class" in found
