"""The start page of the project's own data."""

from __future__ import annotations

import re

import pytest

from egov_kg.web.pages.figures import tiles
from support.service import Server, fetch


@pytest.fixture(scope="module")
def text(complete: Server) -> str:
    return fetch(complete, "/en/").body.decode()


def test_numbers_are_those_of_the_release(complete: Server, text: str) -> None:
    counts = fetch(complete, "/").json["counts"]
    for name in ("observations", "statements", "regions"):
        assert f"<strong>{counts[name]:,}</strong>" in text


def test_all_observations_have_a_topic(complete: Server, text: str) -> None:
    figures = [int(number) for number in re.findall(r"(\d+) figures?</span></a>", text)]
    assert len(figures) == 6
    assert sum(figures) == fetch(complete, "/").json["counts"]["observations"]


def test_the_map_has_all_provinces_once(text: str) -> None:
    places = re.findall(r'<li class="c(\d) r(\d)"><a class="s(\d)" href="/en/id/region/(\d{6})"', text)
    assert len(places) == len({place[:2] for place in places}) == len({place[3] for place in places}) == 34
    shades = {code: int(shade) for _, _, shade, code in places}
    assert shades["610000"] > 0
    assert shades["140000"] == 0  # Shanxi is not Shaanxi
    assert text.count("not in this source") > 20


def test_every_place_of_the_grid_is_taken_once() -> None:
    assert len(set(tiles._PLACES.values())) == len(tiles._PLACES) == 34


def test_the_three_answers_of_the_example(text: str) -> None:
    found = dict(re.findall(r'class="verdict (\w+)">\w+</span> <strong>(\d+)</strong>', text))
    assert found == {"certain": "9", "possible": "1", "excluded": "1"}  # as queries/expected has it


def test_a_release_without_facts_has_a_start_page(server: Server) -> None:
    assert fetch(server, "/zh/").status == 200
