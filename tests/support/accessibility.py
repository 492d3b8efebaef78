"""What a page has to be so that everybody can use it: axe, the keyboard, narrow windows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, Page

from support import node

_LEVEL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_COLOURS = ("color-contrast", "link-in-text-block")  # the rules of that level that read colours
_SCRIPTS = Path(__file__).parent / "accessibility"
_WIDE = (_SCRIPTS / "wide.js").read_text("utf-8")
_FOCUSED = (_SCRIPTS / "focused.js").read_text("utf-8")
_RING = (_SCRIPTS / "ring.js").read_text("utf-8")
_REACHABLE = (_SCRIPTS / "reachable.js").read_text("utf-8")


def axe(page: Page, rules: Literal["all", "colours"] = "all") -> list[str]:
    """Where a page breaks WCAG 2.2 A or AA, as far as axe can tell: one line for each element.

    axe is evaluated through the debugger, which the page's Content-Security-Policy does not bind.

    Args:
        page: in a browser.
        rules: those of that level, or of them those about colours alone.
    """
    modules = node.modules()
    if modules is None:
        pytest.skip(node.REASON)
    if not page.evaluate("'axe' in window"):
        page.evaluate((modules / "axe-core" / "axe.min.js").read_text("utf-8"))
    violations: list[dict[str, Any]] = page.evaluate(
        "async runOnly => (await axe.run(document, {runOnly, resultTypes: ['violations']})).violations",
        {"type": "rule", "values": _COLOURS} if rules == "colours" else {"type": "tag", "values": _LEVEL},
    )
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {' '.join(map(str, node['target']))}: "
        f"{' '.join(node['failureSummary'].split())}"
        for one in violations
        for node in one["nodes"]
    ]


def no_sideways_scroll(page: Page) -> None:
    """A window has to be scrolled in one direction only (WCAG 2.2, 1.4.10).

    Raises:
        AssertionError: with the elements that are too wide.
    """
    wide = page.evaluate(_WIDE)
    assert not wide, f"{page.url} is wider than its window: {'; '.join(wide)}"


@dataclass(frozen=True)
class Stop:
    """What Tab leads to.

    Attributes:
        index: among the elements of the document.
        name: tag, class and text.
        marked: whether it, or something around it, looks different than without the focus.
        covered: whether other content lies over all of it.
    """

    index: int
    name: str
    marked: bool
    covered: bool


def tab_through(page: Page, most: int = 200) -> list[Stop]:
    """Go through a page with Tab until the focus leaves it.

    Args:
        page: a page that nobody has clicked into.
        most: stops at most.

    Raises:
        AssertionError: something cannot be reached, keeps the focus, or does not show it (WCAG 2.2, 2.1.1,
            2.1.2, 2.4.7, 2.4.11).
    """
    stops: list[Stop] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUSED)
        if found is None:
            break
        stop = Stop(**found)
        assert stop not in stops, f"{page.url}: Tab leads back to {stop.name}, before it has left the page"
        stops.append(stop)
    else:
        return _shown(page, stops)
    reached = {stop.index for stop in stops}
    missed = [one["name"] for one in page.evaluate(_REACHABLE) if one["index"] not in reached]
    assert not missed, f"{page.url}: Tab does not lead to {'; '.join(missed)}"
    return _shown(page, stops)


@dataclass(frozen=True)
class Ring:
    """What shows the focus.

    Attributes:
        width: of the line, in CSS pixels.
        inside, outside: how it contrasts with what it lies between, 1 to 21.
        before: how it contrasts with what is there without the focus.
    """

    width: float
    inside: float
    outside: float
    before: float


def ring(element: Locator) -> Ring:
    """Give an element the focus, and look at its ring."""
    element.focus()
    return Ring(**element.evaluate(_RING))


def _shown(page: Page, stops: list[Stop]) -> list[Stop]:
    unmarked = [stop.name for stop in stops if not stop.marked]
    assert not unmarked, f"{page.url}: the focus cannot be seen on {'; '.join(unmarked)}"
    covered = [stop.name for stop in stops if stop.covered]
    assert not covered, f"{page.url}: something lies over the focus on {'; '.join(covered)}"
    return stops
