"""The checks themselves: each finds what it is for on a page made for it, and lets a good page pass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from support.accessibility import axe, no_sideways_scroll, tab_through
from support.browser import Tab, View, opened, policy_faults
from support.budget import counted
from support.made_up import POLICY, Site, serving

GOOD = "<main><h1>Good</h1><p><a href='/one'>one</a> <button>two</button></p></main>"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Pages made for a test."""
    with serving() as site:
        yield site


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Tab]:
    """A tab whose faults the test itself looks at."""
    site.policy = POLICY
    with opened(browser, site.origin, View()) as tab:
        yield tab
        tab.faults.clear()


def test_a_good_page_passes_all(tab: Tab, site: Site) -> None:
    with counted(tab) as cost:
        tab.visit(site.page(GOOD))
    assert axe(tab.page) == []
    no_sideways_scroll(tab.page)
    assert [stop.name for stop in tab_through(tab.page)] == ['<a class=""> one', '<button class=""> two']
    assert (cost.blocking, cost.shift) == ([], 0)
    # The browser asks for the icon when it likes, perhaps after all is counted.
    asked = {*cost.bytes, f"{tab.origin}/icon.svg"}
    assert asked == {tab.origin + path for path in ("/page", "/page.css", "/icon.svg")}


@pytest.mark.parametrize(
    ("body", "script", "said"),
    [
        (GOOD, "console.error('alas')", "console: alas"),
        (GOOD, "throw new Error('alas')", "exception: alas"),
        (GOOD, "fetch('http://192.0.2.1/x').catch(() => 0)", r"192\.0\.2\.1"),
        (GOOD, "document.body.setAttribute('style', 'color: red')", "."),
        (f"<div style='color: red'>{GOOD}</div>", "", "Content Security Policy"),
        (f"{GOOD}<script>1</script>", "", "Content Security Policy"),
        (f"{GOOD}<img src='/nothing-here' alt=''>", "", r"request failed: .*/nothing-here \(404\)"),
        (f"{GOOD}<img src='http://elsewhere.example/x.png' alt=''>", "", r"elsewhere\.example"),
        (f"{GOOD}<img src='data:,' alt=''>", "", "Content Security Policy"),
    ],
)
def test_faults_are_told(tab: Tab, site: Site, body: str, script: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        tab.visit(site.page(body, script=script))


def test_a_request_to_another_host_is_a_fault_where_the_policy_lets_it_pass(tab: Tab, site: Site) -> None:
    site.policy = POLICY.replace("img-src 'self'", "img-src *")
    with pytest.raises(AssertionError, match=r"request to another host: http://elsewhere\.example/x\.png"):
        tab.visit(site.page(f"{GOOD}<img src='http://elsewhere.example/x.png' alt=''>"))


def test_another_status_than_expected_is_a_fault(tab: Tab, site: Site) -> None:
    site.page(GOOD)
    tab.visit("/nothing-here", 404)
    with pytest.raises(AssertionError, match="404"):
        tab.visit("/nothing-here")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("script-src 'self' 'unsafe-inline'", "script-src allows 'unsafe-inline'"),
        ("script-src 'self' 'unsafe-eval'", "script-src allows 'unsafe-eval'"),
        ("style-src 'self' 'unsafe-hashes'", "style-src allows 'unsafe-hashes'"),
        ("script-src data:", "script-src allows data:"),
        ("script-src 'nonce-abc'", "script-src allows 'nonce-abc'"),
        ("img-src *", r"img-src allows \*"),
        ("img-src https:", "img-src allows https:"),
        ("connect-src elsewhere.example", "connect-src allows elsewhere.example"),
    ],
)
def test_what_no_policy_may_allow(rule: str, said: str) -> None:
    assert policy_faults(POLICY) == []
    name = rule.split()[0]
    others = [one for one in POLICY.split("; ") if not one.startswith(name + " ")]
    assert policy_faults("; ".join([*others, rule])) == [f"Content-Security-Policy: {said}".replace("\\", "")]
    assert len(policy_faults("")) == 4


def test_axe_finds_what_is_wrong(tab: Tab, site: Site) -> None:
    tab.visit(site.page(f"{GOOD}<img src='/icon.svg'><p class=pale>pale</p>", ".pale { color: #ccc }"))
    found = axe(tab.page)
    assert [one.split()[0] for one in found] == ["color-contrast", "image-alt"]
    assert "img" in found[1]
    assert axe(tab.page, "colours") == found[:1]


def test_what_a_page_stored_is_forgotten(tab: Tab, site: Site) -> None:
    tab.visit(site.page(GOOD))
    tab.page.evaluate("localStorage.setItem('a', 'b'); document.cookie = 'a=b'")
    tab.forget()
    tab.visit(site.page(GOOD))
    assert tab.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def test_a_wide_page_is_found(tab: Tab, site: Site) -> None:
    tab.visit(site.page(f"{GOOD}<div class=wide>wide</div>", ".wide { width: 2000px }"))
    with pytest.raises(AssertionError, match="wide"):
        no_sideways_scroll(tab.page)


def test_a_wide_table_that_scrolls_by_itself_is_none(tab: Tab, site: Site) -> None:
    style = ".scroll { overflow-x: auto } .wide { width: 2000px }"
    tab.visit(site.page(f"{GOOD}<div class=scroll tabindex=0><div class=wide>wide</div></div>", style))
    no_sideways_scroll(tab.page)


class TestKeyboard:
    def test_a_focus_that_cannot_be_seen(self, tab: Tab, site: Site) -> None:
        tab.visit(site.page(GOOD, "a:focus { outline: none }"))
        with pytest.raises(AssertionError, match=r"cannot be seen on <a"):
            tab_through(tab.page)

    @pytest.mark.parametrize(
        "style",
        [
            "outline: none; box-shadow: 0 0 0 3px gold",
            "outline: none; background: gold",
            "outline: 3px solid gold",
        ],
    )
    def test_another_mark_will_do(self, tab: Tab, site: Site, style: str) -> None:
        tab.visit(site.page(GOOD, f"a:focus {{ {style} }}"))
        assert tab_through(tab.page)

    def test_the_mark_may_be_around_it(self, tab: Tab, site: Site) -> None:
        tab.visit(site.page(GOOD, "a:focus { outline: none } p:focus-within { outline: 3px solid gold }"))
        assert tab_through(tab.page)

    def test_something_lies_over_it(self, tab: Tab, site: Site) -> None:
        style = "div { position: fixed; inset: 0; background: white }"
        tab.visit(site.page(f"{GOOD}<div>over all</div>", style))
        with pytest.raises(AssertionError, match="lies over the focus"):
            tab_through(tab.page)

    def test_something_keeps_the_focus(self, tab: Tab, site: Site) -> None:
        script = (
            "addEventListener('keydown', event => { if (event.key === 'Tab') { event.preventDefault(); "
            "document.querySelector('a').focus(); } })"
        )
        tab.visit(site.page(GOOD, script=script))
        with pytest.raises(AssertionError, match="Tab leads back"):
            tab_through(tab.page)

    def test_something_cannot_be_reached(self, tab: Tab, site: Site) -> None:
        script = (
            "addEventListener('focusin', event => { if (event.target.localName === 'button') "
            "{ event.target.nextElementSibling.focus(); } })"
        )
        tab.visit(site.page(GOOD.replace("</button>", "</button> <button>three</button>"), script=script))
        with pytest.raises(AssertionError, match=r"Tab does not lead to <button.* two"):
            tab_through(tab.page)

    def test_it_goes_no_further_than_asked(self, tab: Tab, site: Site) -> None:
        tab.visit(site.page(f"<main><h1>Many</h1>{'<a href=/>x</a> ' * 20}</main>"))
        assert len(tab_through(tab.page, most=5)) == 5


class TestBudget:
    def test_a_script_that_holds_up_drawing(self, tab: Tab, site: Site) -> None:
        with counted(tab) as cost:
            tab.visit(site.page(GOOD, script="1"))
        assert cost.blocking == [f"{tab.origin}/page.js"]

    def test_a_page_that_jumps(self, tab: Tab, site: Site) -> None:
        script = (
            "addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() => {"
            "const one = document.createElement('p'); one.className = 'tall'; document.body.prepend(one) })))"
        )
        with counted(tab) as cost:
            tab.visit(
                site.page(
                    f"<main><h1>Jump</h1>{'<p>words</p>' * 20}</main>", ".tall { height: 400px }", script
                )
            )
        assert cost.shift > 0.1


def test_a_picture_leaves_colours_and_medium_as_they_were(browser: Browser, site: Site) -> None:
    site.policy = POLICY
    with opened(browser, site.origin, View(scheme="dark")) as tab:
        tab.visit(site.page(GOOD))
        tab.page.emulate_media(media="print")
        tab.forget()
        tab.screenshot("made-up")
        asked = "matchMedia('print and (prefers-color-scheme: dark)').matches"
        assert tab.page.evaluate(asked) is True
