"""The citation of a page is copied with one click, or selected where a browser does not allow that."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from support.browser import View, opened
from support.service import Server

CARD = "/en/id/observation/2012-2013-extranet-coverage-county"


def test_a_citation_is_copied(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View()) as tab:
        tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=complete.url)
        tab.visit(CARD)
        tab.page.locator("details.cite > summary").click()
        button = tab.page.locator("#cite-bibtex + button")
        button.click()
        expect(button).to_have_text("Copied")
        copied = tab.page.evaluate("navigator.clipboard.readText()")
        assert copied == tab.page.locator("#cite-bibtex").input_value()
        assert copied.startswith("@misc{")
        tab.check()


def test_what_cannot_be_copied_is_selected(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View()) as tab:
        tab.visit(CARD)
        tab.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
        tab.page.locator("details.cite > summary").click()
        tab.page.locator("#cite-text + button").click()
        text = tab.page.locator("#cite-text")
        expect(text).to_be_focused()
        assert tab.page.evaluate("getSelection().toString()") == text.input_value()
        tab.check()


def test_the_text_is_there_without_scripts(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View(scripts=False)) as tab:
        tab.visit(CARD)
        tab.page.locator("details.cite > summary").click()
        assert tab.page.locator("#cite-text").is_visible()
        assert tab.page.locator("details.cite button").count() == 0
