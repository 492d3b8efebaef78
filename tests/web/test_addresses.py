"""The address that the service gives itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from egov_kg.release.registry import Registry
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from support.past import Past


def robots(past: Past, host: str, public_url: str = "") -> tuple[int, str]:
    """Status and text of a document that has the address in it."""
    settings = replace(past.settings, public_url=public_url)
    app = create_app(settings, Editions(Registry(settings.home), settings))
    response = app.test_client().get("/robots.txt", headers={"Host": host})
    return response.status_code, response.get_data(as_text=True)


def test_that_of_the_request(past: Past) -> None:
    assert "Sitemap: http://e.example:81/sitemap.xml\n" in robots(past, "e.example:81")[1]


def test_the_setting_decides(past: Past) -> None:
    status, text = robots(past, "e.example", "https://data.example/kg")
    assert (status, "Sitemap: https://data.example/kg/sitemap.xml\n" in text) == (200, True)
    assert "e.example/" not in text.replace("data.example", "")


@pytest.mark.parametrize("host", ['a<b>"c', "a b", "a\\b"])
def test_a_host_that_is_none(past: Past, host: str) -> None:
    assert robots(past, host)[0] == 400
