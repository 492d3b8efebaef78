"""What holds of every page, in both languages: for the eye, the keyboard, phones, paper, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import Browser, Response

from browser.pages import PAGES, PageKind
from support.accessibility import axe, no_sideways_scroll, tab_through
from support.browser import PAPER, PHONES, Tab, View, opened
from support.budget import Cost, counted
from support.service import Server

BYTES = 150 * 1024
REQUESTS = 24  # a chart comes as a dozen small modules
SHIFT = 0.1  # what Core Web Vitals calls good
DESK = 1280
_TEXT = """(main, which) => {
  const found = [], walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode())
    if (which === "all" || text.parentElement.checkVisibility()) found.push(text.data);
  return found.join(" ");
}"""
HEIGHT = 900


@dataclass(frozen=True)
class Visit:
    """A page that was opened once for several tests; each of them sets the window as it needs it."""

    name: str
    tab: Tab
    response: Response
    cost: Cost

    def look(self, width: int = DESK, *, paper: bool = False) -> None:
        """Set the window."""
        self.tab.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.tab.page.emulate_media(media="print" if paper else "screen")


# Pytest orders the tests by these, so that a page is opened once.
@pytest.fixture(scope="module", params=PAGES, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> PageKind:
    """One of all pages."""
    found: PageKind = request.param
    return found


@pytest.fixture(scope="module", params=["en", "zh"])
def lang(request: pytest.FixtureRequest) -> str:
    """The language of the page."""
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def light(browser: Browser, complete: Server, kind: PageKind, lang: str) -> Iterator[Visit]:
    """The page at a desk, in light colours, for somebody who wants little movement."""
    with opened(browser, complete.url, View(lang, DESK, HEIGHT, motion="reduce")) as tab:
        yield visited(tab, kind.url(lang, complete), f"{kind.name}-{lang}")


@pytest.fixture(scope="module")
def dark(browser: Browser, complete: Server, kind: PageKind, lang: str) -> Iterator[Visit]:
    """The page on a phone, in dark colours."""
    with opened(browser, complete.url, View(lang, PHONES[0], HEIGHT, scheme="dark")) as tab:
        yield visited(tab, kind.url(lang, complete), f"{kind.name}-{lang}")


def visited(tab: Tab, path: str, name: str) -> Visit:
    """Open a page."""
    with counted(tab) as cost:
        response = tab.open(path)
    return Visit(name, tab, response, cost)


def test_nothing_goes_wrong(light: Visit, dark: Visit, kind: PageKind, lang: str) -> None:
    for visit in (light, dark):
        visit.tab.check(visit.response, kind.status, framed=kind.framed)
        assert visit.tab.page.locator("html").get_attribute("lang") == lang
        assert visit.tab.page.locator("h1").count() == 1


def test_in_light_colours_it_keeps_wcag(light: Visit) -> None:
    light.look()
    light.tab.screenshot(f"{light.name}-light")
    assert axe(light.tab.page) == []


def test_in_dark_colours_it_keeps_wcag(dark: Visit) -> None:
    dark.look()
    dark.tab.screenshot(f"{dark.name}-dark")
    assert axe(dark.tab.page) == []


def test_it_fits_a_phone(light: Visit, dark: Visit) -> None:
    for width in PHONES:
        light.look(width)
        no_sideways_scroll(light.tab.page)
    assert axe(light.tab.page) == []
    dark.look(PHONES[0])
    dark.tab.screenshot(f"{dark.name}-phone")
    no_sideways_scroll(dark.tab.page)


def test_it_can_be_printed(light: Visit) -> None:
    light.look(PAPER, paper=True)
    light.tab.screenshot(f"{light.name}-print")
    no_sideways_scroll(light.tab.page)
    assert axe(light.tab.page) == []


def test_the_keyboard_is_enough(light: Visit, kind: PageKind) -> None:
    light.look()
    assert len(tab_through(light.tab.page, most=100)) >= kind.stops


def test_full_width_marks_have_no_space_behind_them(light: Visit) -> None:
    text = light.tab.page.locator("main").inner_text()
    assert re.findall(r".{0,12}[：；，、] .{0,12}", text) == []


def test_nothing_moves_for_those_who_do_not_want_it(light: Visit) -> None:
    moving = "document.getAnimations().map(one => one.effect.target.outerHTML.slice(0, 100))"
    assert light.tab.page.evaluate(moving) == []


def test_it_is_light_and_does_not_jump(light: Visit, dark: Visit) -> None:
    for cost in (light.cost, dark.cost):
        assert sum(cost.bytes.values()) < BYTES, cost.bytes
        assert 1 < len(cost.bytes) <= REQUESTS, cost.bytes
        assert cost.blocking == []
        assert cost.shift < SHIFT


def test_it_says_the_same_without_scripts(
    browser: Browser, complete: Server, light: Visit, kind: PageKind, lang: str
) -> None:
    light.look()
    with opened(browser, complete.url, View(lang, scripts=False)) as tab:
        tab.visit(kind.url(lang, complete), kind.status, framed=kind.framed)
        seen = words(tab, "visible")
    # A script may fold a table away, since its chart is shown; it is still there.
    assert seen
    assert seen <= words(light.tab, "all")


def words(tab: Tab, which: Literal["visible", "all"]) -> set[str]:
    """The words of a page's main part, but for the ids of errors."""
    text: str = tab.page.locator("main").evaluate(_TEXT, which)
    return set(re.sub(r"urn:uuid:\S+", "", text).split())
