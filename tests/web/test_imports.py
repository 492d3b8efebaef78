"""Imports on the pages: beside ours, by their publisher's name, marked with their language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from egov_kg.release.registry import Registry
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from support.importing import Home

pytestmark = pytest.mark.xdist_group("importing")


@pytest.fixture(scope="module")
def client(importing: Home) -> Iterator[FlaskClient]:
    editions = Editions(Registry(importing.settings.home), importing.settings)
    editions.refresh()
    try:
        yield create_app(importing.settings, editions).test_client()
    finally:
        editions.close()


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_an_import_is_among_the_data_sets_with_its_publisher_and_source(client: FlaskClient) -> None:
    english = page(client, "/en/datasets")
    assert 'href="/en/id/dataset/import-broadband"' in english
    assert re.search(r"published by Office\s+· Source: <a href=\"https://e.org/x\">", english)
    assert "/cite/id/dataset/import-broadband" not in english
    chinese = page(client, "/zh/datasets")
    assert re.search(
        r'<h3 lang="en"><a href="/zh/id/dataset/import-broadband">Lines of broadband</a>', chinese
    )


def test_its_page_shows_its_first_figures_and_leads_to_all(client: FlaskClient) -> None:
    text = page(client, "/zh/id/dataset/import-broadband")
    assert '<th scope="col">年份</th>' in text
    assert '<th scope="col" lang="en">lines</th>' in text
    assert "<td>56</td>" in text
    assert '<h1 lang="en">Lines of broadband</h1>' in text
    with client.get("/download/import-broadband.csv") as table:
        assert table.status_code == 200
        assert table.get_data(as_text=True).startswith("observation,dataset,area,")


def test_its_graph_has_a_page_and_its_names_are_found(client: FlaskClient) -> None:
    assert "qb:Observation" in page(client, "/en/graph/import-broadband")
    assert "import-broadband" in page(client, "/en/search?q=broadband")


def test_the_catalogue_says_whose_it_is(client: FlaskClient) -> None:
    text = client.get("/catalog?format=ntriples").get_data(as_text=True)
    assert "dataset/import-broadband> <http://purl.org/dc/terms/publisher>" in text
    assert '<http://xmlns.com/foaf/0.1/name> "Office"' in text
