"""What has the focus has a ring that can be seen, whatever it is on (WCAG 2.2, 1.4.11 and 2.4.13)."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser

from support.accessibility import ring
from support.browser import View, opened
from support.service import Server

pytestmark = pytest.mark.xdist_group("browser")

LEAST = 3
PLACES = {
    "/en/": (
        "a.brand",
        "nav.main a",
        "nav.languages a",
        "form.find input",
        "form.find button",
        "ul.cards a",
        "ul.verdicts a",
        ".tiles a.s0",
        ".tiles a.s1",
        ".tiles a.s4",
        ".tools a",
        "footer a",
    ),
    "/zh/regions": ("nav.main a[aria-current]", ".choices a[aria-current]", "a.sort", "th a", "nav.data a"),
    "/en/id/region/610000": (".tiles .here a", ".tiles.small a.s0", "a.badge, td a", "summary", ".class"),
    "/en/indicators?topic=website": (".facets a.chosen", ".facets a:not(.chosen)", ".what a"),
    "/zh/compare?by=indicators&indicator=extranet-coverage": (
        ".ways a[aria-current]",
        ".ways a:not([aria-current])",
        "select",
        ".tick input",
        ".threshold input:not([type=hidden])",
        ".threshold button",
        ".remove",
    ),
    "/en/sparql?query=SELECT+%2A+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+3": (
        ".views button",
        "main summary",
        "main td a",
        "main button.second",
    ),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PLACES)
def test_the_ring_stands_out(
    browser: Browser, complete: Server, path: str, scheme: Literal["light", "dark"]
) -> None:
    faint = {}
    with opened(browser, complete.url, View(scheme=scheme)) as tab:
        tab.visit(path)
        tab.page.keyboard.press("Tab")  # from now on the focus is shown
        for where in PLACES[path]:
            found = ring(tab.page.locator(where).locator("visible=true").first)
            if found.width < 2 or min(found.inside, found.outside, found.before) < LEAST:
                faint[where] = found
        tab.screenshot(f"focus-{path.split('?')[0].strip('/').replace('/', '-')}-{scheme}")
    assert faint == {}
