"""Charts: drawn from the table, by pointer and keyboard, in all colours, on paper, as files; never alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from support.accessibility import axe
from support.browser import PHONES, Tab, View, opened
from support.service import Server, eventually

# Texts that leave the drawing, and pairs of texts that lie on each other.
_CLOSE = """(svg) => {
  const whole = svg.getBoundingClientRect(), found = [];
  const texts = [...svg.querySelectorAll("text")].filter((one) => one.textContent.trim());
  const boxes = texts.map((one) => [one.textContent, one.getBoundingClientRect()]);
  for (const [text, box] of boxes)
    if (box.top < whole.top - 1 || box.left < whole.left - 1 || box.right > whole.right + 1) found.push(text);
  for (const [at, [one, first]] of boxes.entries())
    for (const [other, second] of boxes.slice(at + 1)) {
      const across = Math.min(first.right, second.right) - Math.max(first.left, second.left);
      const down = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
      if (across > 1 && down > 3) found.push(`${one} / ${other}`);
    }
  return found;
}"""
MAIN = "/en/code/indicator/main-business-coverage?op=gte&threshold=80"
KINDS = {
    "bounds": MAIN,
    "levels": "/en/code/indicator/extranet-coverage",
    "magnitudes": "/en/code/indicator/saving-line-rent-per-year",
    "multiples": "/en/compare?by=levels&indicator=information-resource-utilisation",
}


def drawn(tab: Tab, path: str) -> Page:
    """A page whose chart has been drawn."""
    tab.visit(path)
    tab.page.locator("figure.chart").scroll_into_view_if_needed()
    tab.page.locator("figure.chart.drawn .drawing svg").wait_for()
    return tab.page


@pytest.fixture
def tab(browser: Browser, complete: Server) -> Iterator[Tab]:
    with opened(browser, complete.url, View()) as tab:
        yield tab


def words(page: Page) -> str:
    """The text of the drawing, without what wraps it into lines."""
    return " ".join(" ".join(page.locator(".drawing svg text").all_text_contents()).split())


@pytest.mark.parametrize(("kind", "path"), KINDS.items(), ids=list(KINDS))
def test_every_figure_of_the_table_is_drawn(tab: Tab, kind: str, path: str) -> None:
    page = drawn(tab, path)
    assert page.locator("figure.chart").get_attribute("data-chart") == kind
    rows = page.locator("figure table [data-value]")
    text = words(page)
    assert rows.count() > 1
    for phrase in {rows.nth(place).get_attribute("data-phrase") or "?" for place in range(rows.count())}:
        assert phrase in text
    assert page.locator(".drawing").get_attribute("aria-label") == page.locator("figure").get_attribute(
        "data-alt"
    )
    assert page.locator("div.drawn:visible").count() == 0
    assert page.evaluate("window.layoutShift") < 0.01


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", KINDS.values(), ids=list(KINDS))
def test_it_keeps_wcag(browser: Browser, complete: Server, path: str, scheme: str) -> None:
    with opened(browser, complete.url, View(scheme=scheme)) as tab:  # type: ignore[arg-type]
        page = drawn(tab, path)
        tab.screenshot(f"chart-{path.split('/')[-1].split('?')[0]}-{scheme}")
        assert axe(page) == []


def test_the_keys_go_through_its_figures(tab: Tab) -> None:
    page = drawn(tab, MAIN)
    surface, readout = page.locator(".drawing"), page.locator(".readout")
    surface.focus()
    for key, said in (
        ("ArrowDown", "Central · Ministry of Public Security: 100% · certain"),
        ("End", "Prefecture · Main functional domains"),
        ("ArrowDown", "Prefecture · Main functional domains"),
        ("ArrowUp", "Provincial · "),
        ("Home", "Central · Ministry of Public Security: 100% · certain"),
    ):
        page.keyboard.press(key)
        expect(readout).to_contain_text(said)
    page.keyboard.press("Escape")
    expect(readout).to_be_empty()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/en/id/observation/"))


def test_the_pointer_says_the_same(tab: Tab) -> None:
    page = drawn(tab, KINDS["levels"])
    page.locator(".drawing svg text", has_text="Prefecture").hover(force=True)
    expect(page.locator(".readout")).to_have_text("Prefecture: 93%")
    page.mouse.move(0, 0)
    expect(page.locator(".readout")).to_be_empty()


def test_its_colours_follow_the_reader(tab: Tab) -> None:
    page = drawn(tab, KINDS["levels"])
    texts = "[...document.querySelectorAll('.drawing svg text')]"
    fills = f"[...new Set({texts}.map(one => one.getAttribute('fill')))]"
    light = page.evaluate(fills)
    page.emulate_media(color_scheme="dark")
    expect(page.locator(f".drawing svg text[fill='{light[0]}']")).to_have_count(0)
    assert not set(page.evaluate(fills)) & set(light)
    page.emulate_media(color_scheme="light")
    expect(page.locator(f".drawing svg text[fill='{light[0]}']").first).to_be_attached()


def test_it_fits_windows_of_any_width(tab: Tab) -> None:
    page = drawn(tab, MAIN)
    box = "(() => { const a = document.querySelector('.canvas').getBoundingClientRect(), b = document.querySelector('.drawing svg').getBoundingClientRect(); return [a.width, b.width]; })()"  # noqa: E501
    for width in (320, 900, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert eventually(lambda: page.evaluate(f"(([a, b]) => Math.abs(a - b) < 2)({box})"))
        outside = page.evaluate(
            "[...document.querySelectorAll('.drawing svg text')].map(one => one.getBoundingClientRect())"
            ".filter(one => one.left < -1 || one.right > innerWidth + 1).length"
        )
        assert outside == 0


def test_its_words_stay_inside_and_apart_on_a_phone(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View(width=PHONES[0])) as tab:
        for path in ("/en/code/indicator/budget-disclosure", "/zh/compare?region=360000&region=610000"):
            page = drawn(tab, path)
            assert page.locator(".drawing svg").evaluate(_CLOSE) == []


def test_on_paper_it_is_light(browser: Browser, complete: Server, tmp_path: Path) -> None:
    with opened(browser, complete.url, View(scheme="dark")) as tab:
        page = drawn(tab, KINDS["levels"])
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        on_paper = page.locator(".drawing svg text").first.get_attribute("fill")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        on_screen = page.locator(".drawing svg text").first.get_attribute("fill")
        assert on_paper != on_screen
        page.emulate_media(media="print", color_scheme="light")
        assert page.locator(".tools").is_hidden()
        assert len(page.pdf()) > 1000


@pytest.mark.parametrize("path", KINDS.values(), ids=list(KINDS))
def test_it_can_be_taken_away(tab: Tab, complete: Server, tmp_path: Path, path: str) -> None:
    page = drawn(tab, path)
    title = page.locator("figure").get_attribute("data-title") or "?"
    sizes = {}
    for name in ("svg", "png"):
        with page.expect_download() as download:
            page.locator(f"[data-as={name}]").click()
        assert download.value.suggested_filename.endswith(f".{name}")
        download.value.save_as(tmp_path / f"chart.{name}")
    svg = ElementTree.parse(tmp_path / "chart.svg").getroot()
    text = " ".join(element.text or "" for element in svg.iter("{http://www.w3.org/2000/svg}text"))
    for part in (title.split()[0], complete.release.id, "report on e-government 2012-2013", "CC BY 4.0"):
        assert part in text
    sizes["svg"] = (int(svg.get("width", "0")), int(svg.get("height", "0")))
    png = (tmp_path / "chart.png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n")
    sizes["png"] = (int.from_bytes(png[16:20]), int.from_bytes(png[20:24]))
    assert sizes["png"] == (2 * sizes["svg"][0], 2 * sizes["svg"][1])


def test_the_threshold_is_drawn_with_its_words(tab: Tab) -> None:
    assert "at least 80%" in words(drawn(tab, MAIN))
    assert "at least" not in words(drawn(tab, MAIN.split("?")[0]))


def test_without_the_library_the_table_has_its_bars(tab: Tab) -> None:
    tab.page.route(
        "**/vendor/echarts/**",
        lambda route: route.fulfill(status=200, content_type="text/javascript", body="x("),
    )
    tab.visit(KINDS["levels"])
    tab.page.locator("figure.chart:not(.live)").wait_for()
    assert tab.page.locator("div.drawn:visible svg").count() == 2
    assert tab.page.locator(".canvas").is_hidden()
    assert tab.page.locator(".tools").is_hidden()


def test_without_scripts_the_table_has_its_bars(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View(scripts=False)) as tab:
        tab.visit(KINDS["levels"])
        assert tab.page.locator("div.drawn:visible svg").count() == 2
        assert tab.page.locator(".canvas").is_hidden()
        assert tab.page.locator(".tools").is_hidden()


def test_the_library_is_loaded_where_a_chart_is_near_and_nowhere_else(tab: Tab) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.visit("/en/indicators")
    assert not [url for url in asked if "echarts" in url or "chart.js" in url]
    drawn(tab, KINDS["levels"])
    assert len([url for url in asked if "echarts" in url]) == 1
