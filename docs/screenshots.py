"""Make the pictures of the README anew: `make screenshots`, on a machine with Chromium.

It serves the current release of `EGOV_KG_HOME` on a free port of 127.0.0.1, and ends the service again.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from egov_kg.resources import find_sources
from egov_kg.sparql.queries import find_question, load_questions

FOLDER = Path(__file__).parent / "screenshots"
WIDTH = 1040
SHOTS = {
    "home-en": ("/en/", "light", "main", 760),
    "indicator-en": (
        "/en/code/indicator/main-business-coverage?op=gte&threshold=80",
        "light",
        "figure.chart svg",
        1120,
    ),
    "region-zh": ("/zh/id/region/610000", "light", "main", 900),
    "workbench-zh": ("/zh/sparql?{question}", "dark", "main", 1000),
}
"""Name to path, colours, what must be there before the picture is taken, and its height."""
PARTS = {"model-en": ("/en/docs/model", ".diagram")}
"""Name to path and what of the page is taken, in light colours."""


@contextmanager
def serving() -> Iterator[str]:
    """The address of a service over the current release."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "egov-kg"), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or not process.stdout.readline():
            raise SystemExit("The service did not start: run `egov-kg build` first.")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def question() -> str:
    """The query string of a question that has a chart's worth of rows."""
    text = find_question(load_questions(find_sources()), "levels-compared").text
    return urlencode({"query": text.partition("\n\n")[2]})


def opened(browser: Browser, url: str, scheme: str, height: int) -> Page:
    """A page, as it is when nothing is loaded any more."""
    page = browser.new_page(
        viewport={"width": WIDTH, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page.goto(url, wait_until="networkidle")
    return page


def main() -> None:
    """Take every picture."""
    programs = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, programs)), None)
    if chromium is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium fonts-noto-cjk")
    FOLDER.mkdir(exist_ok=True)
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        for name, (path, scheme, wanted, height) in SHOTS.items():
            page = opened(browser, address + path.replace("{question}", question()), scheme, height)
            page.wait_for_selector(wanted, timeout=10_000)
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
            sys.stdout.write(f"docs/screenshots/{name}.png\n")
        for name, (path, part) in PARTS.items():
            page = opened(browser, address + path, "light", 900)
            page.locator(part).screenshot(path=FOLDER / f"{name}.png")
            page.close()
            sys.stdout.write(f"docs/screenshots/{name}.png\n")
        browser.close()


if __name__ == "__main__":
    main()
