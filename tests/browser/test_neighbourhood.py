"""What only a browser shows of a neighbourhood: it is drawn from its list, which needs no drawing."""

from __future__ import annotations

from playwright.sync_api import Browser

from support.browser import View, opened
from support.service import Server, eventually

PATH = "/en/id/region/610000/neighbourhood"


def test_everything_in_the_list_is_drawn(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View()) as tab:
        tab.visit(PATH)
        drawing = tab.page.locator(".drawing svg")
        drawing.wait_for()
        listed = tab.page.locator(".lists [data-node]").count()
        properties = tab.page.locator(".bundle").count()
        assert listed > 20
        assert drawing.locator("text").count() >= listed + properties + 1
        assert tab.page.locator(".drawing").get_attribute("aria-label")


def test_a_click_leads_to_the_neighbourhood_of_a_node(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View()) as tab:
        tab.visit(PATH)
        tab.page.locator(".drawing svg text", has_text="Xi'an").click()
        tab.page.wait_for_url("**/en/id/region/610100/neighbourhood")


def test_the_list_lights_up_with_the_drawing(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View()) as tab:
        tab.visit(PATH)
        tab.page.locator(".drawing svg text", has_text="Xi'an").hover()
        tab.page.locator(".lists a.lit", has_text="Xi'an").wait_for()


def test_colours_follow_the_reader(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View()) as tab:
        tab.visit(PATH)
        text = tab.page.locator(".drawing svg text", has_text="Xi'an")
        light = text.get_attribute("fill")
        tab.page.emulate_media(color_scheme="dark")
        other = (
            "light => [...document.querySelectorAll('.drawing svg text')]"
            ".some(one => one.textContent === \"Xi'an\" && one.getAttribute('fill') !== light)"
        )
        assert eventually(lambda: tab.page.evaluate(other, light))


def test_a_phone_has_the_list_alone_and_fetches_no_library(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View(width=375)) as tab:
        asked: list[str] = []
        tab.page.on("request", lambda request: asked.append(request.url))
        tab.visit(PATH)
        assert any("neighbourhood.js" in url for url in asked)
        assert not any("echarts" in url for url in asked)
        assert tab.page.locator(".drawing").count() == 0
        assert tab.page.locator(".lists [data-node]").count() > 20


def test_without_the_library_the_list_stands_alone(browser: Browser, complete: Server) -> None:
    with opened(browser, complete.url, View()) as tab:
        tab.page.route(
            "**/echarts*", lambda route: route.fulfill(content_type="text/javascript", body="export {};")
        )
        with tab.page.expect_console_message(lambda message: "No drawing" in message.text):
            tab.visit(PATH)
        assert tab.page.locator(".drawing").count() == 0
        assert tab.page.locator(".lists [data-node]").count() > 20
