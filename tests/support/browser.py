"""A real browser for tests: Chromium, driven by Playwright; it reaches nothing but this machine."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

SCREENSHOTS = Path(__file__).resolve().parents[2] / "artefacts" / "screenshots"

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_LOCALES = {"en": "en-GB", "zh": "zh-CN"}
_DATA = ("data:", "blob:", "about:")
# Adds up what moves without having been asked to (Layout Instability).
_SHIFT = """
window.layoutShift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@dataclass(frozen=True)
class View:
    """How somebody looks at a page.

    Attributes:
        lang: the language asked for.
        width, height: of the window, in CSS pixels.
        scheme: the colours preferred.
        scripts: whether scripts run.
        motion: whether as little as possible is to move.
        media: a screen or paper.
    """

    lang: str = "en"
    width: int = 1280
    height: int = 900
    scheme: Literal["light", "dark"] = "light"
    scripts: bool = True
    motion: Literal["no-preference", "reduce"] = "no-preference"
    media: Literal["screen", "print"] = "screen"


PHONES = (320, 375)
"""Widths of windows: the narrowest that WCAG 2.2, 1.4.10 asks for, and a usual one."""
PAPER = 718
"""Width of A4 without margins of 1 cm, in CSS pixels."""
_FRAMED = ("frame-ancestors", "*")


@dataclass
class Tab:
    """A page and what went wrong on it.

    Attributes:
        page: for everything that is not here.
        origin: of the server; anything else is a fault.
        faults: errors and warnings on the console (broken rules of the Content-Security-Policy among them),
            exceptions, requests that failed, requests to other hosts.
    """

    page: Page
    origin: str
    faults: list[str]

    def __post_init__(self) -> None:
        self._document = ""  # what was opened, after redirects
        # Kept: with a session that ends, the medium that was set for its page is gone.
        self._protocol = self.page.context.new_cdp_session(self.page)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    def visit(self, path: str, status: int = 200, *, framed: bool = False) -> Response:
        """Open a page, and look at what went wrong.

        Raises:
            AssertionError: it has faults, another status than expected, or a policy that allows too much.
        """
        response = self.open(path)
        self.check(response, status, framed=framed)
        return response

    def open(self, path: str) -> Response:
        """Open a page and wait until all of it is there."""
        response = self.go(path)
        self.settle()
        return response

    def go(self, path: str) -> Response:
        """Open a page; what its scripts load may be missing still."""
        response = self.page.goto(self.origin + path, wait_until="load")
        assert response is not None
        return response

    def settle(self) -> None:
        """Wait until scripts have loaded what they need."""
        if self.page.locator("script[src]").count():
            self.page.wait_for_load_state("networkidle")

    def forget(self) -> None:
        """Drop what pages have stored."""
        self.page.context.clear_cookies()
        self._protocol.send("Storage.clearDataForOrigin", {"origin": self.origin, "storageTypes": "all"})

    def check(self, response: Response | None = None, status: int = 200, *, framed: bool = False) -> None:
        """Say what went wrong since this was asked last. `framed`: the page is for frames of any other.

        Raises:
            AssertionError: something did.
        """
        faults, self.faults = list(dict.fromkeys(self.faults)), []
        if response is not None:
            faults += policy_faults(response.headers.get("content-security-policy", ""), framed=framed)
            if response.status != status:
                faults.append(f"status {response.status} instead of {status}")
        assert not faults, f"{self.page.url}\n" + "\n".join(faults)

    def screenshot(self, name: str) -> None:
        """Keep a picture of the whole page, for people."""
        # By the protocol: Playwright has no option for files that are larger and take half the time.
        size = self._protocol.send("Page.getLayoutMetrics")["cssContentSize"]
        taken = self._protocol.send(
            "Page.captureScreenshot",
            {"clip": {**size, "scale": 1}, "captureBeyondViewport": True, "optimizeForSpeed": True},
        )
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(taken["data"]))

    def _console(self, message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        refused = url == self._document and "the server responded with a status of" in message.text
        if message.type in ("error", "warning") and not refused:  # `visit` looks at the status
            self.faults.append(f"console: {message.text} ({url})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", *_DATA)):
            self.faults.append(f"request to another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a download, or the page was left
            self.faults.append(f"request failed: {request.url} ({request.failure})")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._document = response.url
        elif response.status >= 400:
            self.faults.append(f"request failed: {response.url} ({response.status})")


def policy_faults(policy: str, *, framed: bool = False) -> list[str]:
    """What a Content-Security-Policy allows that no page needs: a default, eval, inline code, other hosts.

    One that is `framed` may be in any page.
    """
    rules = {
        name: sources
        for name, *sources in (rule.split() for rule in policy.lower().split(";") if rule.strip())
    }
    faults = [
        f"Content-Security-Policy: {name} allows {source}"
        for name, sources in rules.items()
        for source in sources
        if (
            not re.fullmatch(r"'none'|'self'|data:|blob:", source)
            and not (framed and (name, source) == _FRAMED)
        )
        or (source == "data:" and name not in ("img-src", "font-src"))
        or (source == "blob:" and name not in ("img-src", "worker-src"))
    ]
    for name in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        if name not in rules:
            faults.append(f"Content-Security-Policy: there is no {name}")
    return faults


@contextmanager
def opened(browser: Browser, origin: str, view: View) -> Iterator[Tab]:
    """A tab without a past; in the end, nothing may have gone wrong on it.

    Args:
        browser: the browser.
        origin: of the server, without a slash at the end.
        view: how it is looked at.
    """
    context = browser.new_context(
        viewport={"width": view.width, "height": view.height},
        color_scheme=view.scheme,
        java_script_enabled=view.scripts,
        locale=_LOCALES[view.lang],
        reduced_motion=view.motion,
    )
    try:
        context.add_init_script(_SHIFT)
        page = context.new_page()
        page.emulate_media(media=view.media)
        tab = Tab(page, origin, [])
        yield tab
        tab.check()
    finally:
        context.close()


# Not for a session: while Playwright runs, this thread has an event loop, and other tests start their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    if _CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        yield started
        started.close()
