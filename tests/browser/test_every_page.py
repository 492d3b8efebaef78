"""What holds of every page, in both languages: for the eye, the keyboard, phones, paper, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
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
        look(self.tab, width, paper=paper)


def look(tab: Tab, width: int, *, paper: bool = False) -> None:
    """Set a window."""
    tab.page.set_viewport_size({"width": width, "height": HEIGHT})
    tab.page.emulate_media(media="print" if paper else "screen")


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


@dataclass(frozen=True)
class Tabs:
    """The tabs of one language, in which one page is opened after the other."""

    dark: Tab
    bare: Tab


@pytest.fixture(scope="module")
def tabs(browser: Browser, complete: Server) -> Iterator[Mapping[str, Tabs]]:
    """The tabs of each language: on a phone in dark colours, and without scripts."""
    with ExitStack() as stack:

        def tab(view: View) -> Tab:
            return stack.enter_context(opened(browser, complete.url, view))

        yield {
            lang: Tabs(
                dark=tab(View(lang, PHONES[0], HEIGHT, scheme="dark")), bare=tab(View(lang, scripts=False))
            )
            for lang in ("en", "zh")
        }


@pytest.fixture(scope="module")
def visits(
    browser: Browser, tabs: Mapping[str, Tabs], complete: Server, kind: PageKind, lang: str
) -> Iterator[tuple[Visit, Visit]]:
    """The page in light colours at a desk, and in dark ones on a phone, as if it were the first one seen."""
    name, path = f"{kind.name}-{lang}", kind.url(lang, complete)
    dark = tabs[lang].dark
    dark.forget()
    look(dark, PHONES[0])
    # The light one is gone through with the keyboard, which starts where nothing ever had the focus.
    with opened(browser, complete.url, View(lang, DESK, HEIGHT, motion="reduce")) as light:
        with counted(light) as at_desk, counted(dark) as on_phone:
            # Both are opened before either is waited for.
            answers = light.go(path), dark.go(path)
            light.settle()
            dark.settle()
        yield Visit(name, light, answers[0], at_desk), Visit(name, dark, answers[1], on_phone)
    dark.check()


@pytest.fixture(scope="module")
def light(visits: tuple[Visit, Visit]) -> Visit:
    """The page at a desk, in light colours, for somebody who wants little movement."""
    return visits[0]


@pytest.fixture(scope="module")
def dark(visits: tuple[Visit, Visit]) -> Visit:
    """The page on a phone, in dark colours."""
    return visits[1]


def test_nothing_goes_wrong(light: Visit, dark: Visit, kind: PageKind, lang: str) -> None:
    for visit in (light, dark):
        visit.tab.check(visit.response, kind.status, framed=kind.framed)
        assert visit.tab.page.locator("html").get_attribute("lang") == lang
        assert visit.tab.page.locator("h1").count() == 1


def test_in_light_colours_it_keeps_wcag(light: Visit) -> None:
    light.look()
    light.tab.screenshot(f"{light.name}-light")
    assert axe(light.tab.page) == []


# Structure is the same in all colours: rules that do not read them are held at a desk in light ones, and on
# a phone in dark ones.
def test_on_a_phone_in_dark_colours_it_keeps_wcag(dark: Visit) -> None:
    dark.look(PHONES[0])
    dark.tab.screenshot(f"{dark.name}-phone")
    assert axe(dark.tab.page) == []


def test_at_a_desk_its_dark_colours_keep_wcag(dark: Visit) -> None:
    dark.look()
    assert axe(dark.tab.page, "colours") == []


def test_it_fits_a_phone(light: Visit, dark: Visit) -> None:
    for width in PHONES:
        for visit in (light, dark):
            visit.look(width)
            no_sideways_scroll(visit.tab.page)


def test_it_can_be_printed(light: Visit) -> None:
    light.look(PAPER, paper=True)
    light.tab.screenshot(f"{light.name}-print")
    no_sideways_scroll(light.tab.page)
    assert axe(light.tab.page, "colours") == []


def test_the_keyboard_is_enough(light: Visit, kind: PageKind) -> None:
    light.look()
    assert len(tab_through(light.tab.page, most=100)) >= kind.stops


def test_full_width_marks_have_no_space_behind_them(light: Visit) -> None:
    text = light.tab.page.locator("main").inner_text()
    assert re.findall(r".{0,12}[：；，、] .{0,12}", text) == []


def test_nothing_moves_for_those_who_do_not_want_it(light: Visit) -> None:
    # What follows a scroll bar stands still by itself.
    moving = """document.getAnimations().filter(one => one.timeline === document.timeline)
        .map(one => one.effect.target.outerHTML.slice(0, 100))"""
    assert light.tab.page.evaluate(moving) == []


def test_it_is_light_and_does_not_jump(light: Visit, dark: Visit) -> None:
    for cost in (light.cost, dark.cost):
        assert sum(cost.bytes.values()) < BYTES, cost.bytes
        assert 1 < len(cost.bytes) <= REQUESTS, cost.bytes
        assert cost.blocking == []
        assert cost.shift < SHIFT


def test_it_says_the_same_without_scripts(
    tabs: Mapping[str, Tabs], complete: Server, light: Visit, kind: PageKind, lang: str
) -> None:
    light.look()
    bare = tabs[lang].bare
    bare.check(bare.go(kind.url(lang, complete)), kind.status, framed=kind.framed)
    seen = words(bare, "visible")
    # A script may fold a table away, since its chart is shown; it is still there.
    assert seen
    assert seen <= words(light.tab, "all")


def words(tab: Tab, which: Literal["visible", "all"]) -> set[str]:
    """The words of a page's main part, but for the ids of errors."""
    text: str = tab.page.locator("main").evaluate(_TEXT, which)
    return set(re.sub(r"urn:uuid:\S+", "", text).split())
