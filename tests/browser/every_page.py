"""What holds of every page: for the eye, the keyboard, phones, paper, without scripts.

A file of tests for each language has these tests, so that two can run at a time.
"""

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
_CUT_OFF = """[...document.querySelectorAll("main .scroll")]
  .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
  .map(one => one.innerText.slice(0, 60))"""
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
        look(self.tab, width, paper=paper)


def look(tab: Tab, width: int, *, paper: bool = False) -> None:
    """Set a window."""
    tab.page.set_viewport_size({"width": width, "height": HEIGHT})
    tab.page.emulate_media(media="print" if paper else "screen")


@dataclass(frozen=True)
class Tabs:
    """Tabs in which one page is opened after the other: on a phone in dark colours, and without scripts."""

    dark: Tab
    bare: Tab


class EveryPage:
    """Tests of every page in one language."""

    # Pytest orders the tests by this, so that a page is opened once.
    @pytest.fixture(scope="class", params=PAGES, ids=lambda kind: kind.name)
    @classmethod
    def kind(cls, request: pytest.FixtureRequest) -> PageKind:
        """One of all pages."""
        found: PageKind = request.param
        return found

    @pytest.fixture(scope="class")
    @classmethod
    def tabs(cls, browser: Browser, complete: Server, lang: str) -> Iterator[Tabs]:
        """Opened once."""
        phone = View(lang, PHONES[0], HEIGHT, scheme="dark")
        with (
            opened(browser, complete.url, phone) as dark,
            opened(browser, complete.url, View(lang, scripts=False)) as bare,
        ):
            yield Tabs(dark, bare)

    @pytest.fixture(scope="class")
    @classmethod
    def visits(
        cls, browser: Browser, tabs: Tabs, complete: Server, kind: PageKind, lang: str
    ) -> Iterator[tuple[Visit, Visit]]:
        """The page in light colours at a desk, and in dark ones on a phone, as if it were the first seen."""
        name, path = f"{kind.name}-{lang}", kind.url(lang, complete)
        tabs.dark.forget()
        look(tabs.dark, PHONES[0])
        # The light one is gone through with the keyboard, which starts where nothing ever had the focus.
        with opened(browser, complete.url, View(lang, DESK, HEIGHT, motion="reduce")) as light:
            with counted(light) as at_desk, counted(tabs.dark) as on_phone:
                # Both are opened before either is waited for.
                answers = light.go(path), tabs.dark.go(path)
                light.settle()
                tabs.dark.settle()
            yield Visit(name, light, answers[0], at_desk), Visit(name, tabs.dark, answers[1], on_phone)
        tabs.dark.check()

    @pytest.fixture(scope="class")
    @classmethod
    def light(cls, visits: tuple[Visit, Visit]) -> Visit:
        """The page at a desk, in light colours, for somebody who wants little movement."""
        return visits[0]

    @pytest.fixture(scope="class")
    @classmethod
    def dark(cls, visits: tuple[Visit, Visit]) -> Visit:
        """The page on a phone, in dark colours."""
        return visits[1]

    def test_nothing_goes_wrong(self, light: Visit, dark: Visit, kind: PageKind, lang: str) -> None:
        for visit in (light, dark):
            visit.tab.check(visit.response, kind.status, framed=kind.framed)
            assert visit.tab.page.locator("html").get_attribute("lang") == lang
            assert visit.tab.page.locator("h1").count() == 1

    def test_in_light_colours_it_keeps_wcag(self, light: Visit) -> None:
        light.look()
        light.tab.screenshot(f"{light.name}-light")
        assert axe(light.tab.page) == []

    # Structure is the same in all colours: rules that do not read them are held at a desk in light ones, and
    # on a phone in dark ones.
    def test_on_a_phone_in_dark_colours_it_keeps_wcag(self, dark: Visit) -> None:
        dark.look(PHONES[0])
        dark.tab.screenshot(f"{dark.name}-phone")
        assert axe(dark.tab.page) == []

    def test_on_a_phone_its_light_colours_keep_wcag(self, light: Visit) -> None:
        light.look(PHONES[1])
        light.tab.screenshot(f"{light.name}-phone-light")
        assert axe(light.tab.page, "colours") == []

    def test_at_a_desk_its_dark_colours_keep_wcag(self, dark: Visit) -> None:
        dark.look()
        dark.tab.screenshot(f"{dark.name}-dark")
        assert axe(dark.tab.page, "colours") == []

    def test_it_fits_a_phone(self, light: Visit, dark: Visit) -> None:
        for width in PHONES:
            for visit in (light, dark):
                visit.look(width)
                no_sideways_scroll(visit.tab.page)

    def test_it_can_be_printed(self, light: Visit) -> None:
        light.look(PAPER, paper=True)
        light.tab.screenshot(f"{light.name}-print")
        no_sideways_scroll(light.tab.page)
        assert light.tab.page.evaluate(_CUT_OFF) == []
        assert axe(light.tab.page, "colours") == []

    def test_the_keyboard_is_enough(self, light: Visit, kind: PageKind) -> None:
        light.look()
        assert len(tab_through(light.tab.page, most=100)) >= kind.stops

    def test_full_width_marks_have_no_space_behind_them(self, light: Visit) -> None:
        text = light.tab.page.locator("main").inner_text()
        assert re.findall(r".{0,12}[：；，、] .{0,12}", text) == []

    def test_nothing_moves_for_those_who_do_not_want_it(self, light: Visit) -> None:
        # What follows a scroll bar stands still by itself.
        moving = """document.getAnimations().filter(one => one.timeline === document.timeline)
            .map(one => one.effect.target.outerHTML.slice(0, 100))"""
        assert light.tab.page.evaluate(moving) == []

    def test_it_is_light_and_does_not_jump(self, light: Visit, dark: Visit) -> None:
        for cost in (light.cost, dark.cost):
            assert sum(cost.bytes.values()) < BYTES, cost.bytes
            assert 1 < len(cost.bytes) <= REQUESTS, cost.bytes
            assert cost.blocking == []
            assert cost.shift < SHIFT

    def test_it_says_the_same_without_scripts(
        self, tabs: Tabs, complete: Server, light: Visit, kind: PageKind, lang: str
    ) -> None:
        light.look()
        bare = tabs.bare
        bare.check(bare.go(kind.url(lang, complete)), kind.status, framed=kind.framed)
        seen = words(bare, "visible")
        # A script may fold a table away, since its chart is shown; it is still there.
        assert seen
        assert seen <= words(light.tab, "all")


def words(tab: Tab, which: Literal["visible", "all"]) -> set[str]:
    """The words of a page's main part, but for the ids of errors."""
    text: str = tab.page.locator("main").evaluate(_TEXT, which)
    return set(re.sub(r"urn:uuid:\S+", "", text).split())
