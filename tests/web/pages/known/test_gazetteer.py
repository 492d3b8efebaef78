"""All regions at once: ancestors, children and facts agree with one another, and strange data end nowhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from support.strange import strange

__all__ = ["strange"]


@pytest.mark.parametrize("slug", ["one", "two", "bare", "self"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_regions_in_a_circle_have_pages(strange: FlaskClient, slug: str, lang: str) -> None:
    reply = strange.get(f"/{lang}/id/region/{slug}")
    assert reply.status_code == 200
    assert f"<code>https://w3id.org/egov-kg/id/region/{slug}</code>" in reply.text


def test_each_is_above_the_other_once(strange: FlaskClient) -> None:
    text = strange.get("/en/id/region/one").text
    crumbs = text.partition('<nav class="crumbs"')[2].partition("</nav>")[0]
    assert crumbs.count("<li>") == 2
    assert 'href="/en/id/region/two"' in crumbs


def test_the_list_has_them_by_level(strange: FlaskClient) -> None:
    assert ">one</a>" in strange.get("/en/regions?level=county").text
    assert strange.get("/en/regions").status_code == 200


def test_what_much_refers_to_is_not_shown_one_by_one(strange: FlaskClient) -> None:
    text = strange.get("/en/id/region/busy").text
    assert "250 things refer to it, too many" in text
    assert "Not in this source" not in text
    assert "&lt;b&gt;" in text
