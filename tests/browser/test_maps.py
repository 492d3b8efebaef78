"""The tile map taken away: as SVG with and without scripts, as PNG with them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from support.browser import View, opened
from support.service import Server

pytestmark = pytest.mark.xdist_group("browser")

PAGES = (
    "/en/regions",
    "/zh/code/indicator/saving-line-rent-per-year",
    "/zh/id/region/610000",
    "/en/id/pilot/cloud-platform-2012",
)


@pytest.mark.parametrize("path", PAGES)
def test_it_can_be_taken_away(browser: Browser, complete: Server, tmp_path: Path, path: str) -> None:
    with opened(browser, complete.url, View()) as tab:
        tab.visit(path)
        names = {"svg": "a[download$='.svg']", "png": "button[data-picture]"}
        for name, where in names.items():
            with tab.page.expect_download() as download:
                tab.page.locator(where).click()
            assert download.value.suggested_filename.endswith(f"map.{name}")
            download.value.save_as(tmp_path / f"map.{name}")
        assert tab.page.url.endswith(path)
    svg = ElementTree.parse(tmp_path / "map.svg").getroot()
    png = (tmp_path / "map.png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n")
    sizes = (int.from_bytes(png[16:20]), int.from_bytes(png[20:24]))
    assert sizes == (2 * int(svg.get("width", "0")), 2 * int(svg.get("height", "0")))


def test_without_scripts_there_is_svg_alone(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View(scripts=False)) as tab:
        tab.visit("/en/")
        assert tab.page.locator(".tiles + .tools button").is_hidden()
        with tab.page.expect_download() as download:
            tab.page.locator(".tiles + .tools a").click()
        assert b"hatch" in Path(download.value.path()).read_bytes()
