"""Imports on the pages: beside ours, by their publisher's name, marked with their language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from egov_kg import iris
from egov_kg.release.registry import Registry
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from support.engines import oxigraph, pushed
from support.importing import Home
from support.service import BROWSER, Reply, fetch, running

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
    assert re.search(r"published by Office\s*&nbsp;· Source: <a href=\"https://e.org/x\">", english)
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
    assert re.search(r'<td><a href="/zh/id/region/110000">北京市</a></td>', text)
    assert '<th scope="col">观测值</th>' in text
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
    assert '/id/rights/with-imports> <http://www.w3.org/2000/01/rdf-schema#label> "Imports have lic' in text
    rights = re.findall(r"distribution/egov-kg-(\S+)> <http://purl.org/dc/terms/rights>", text)
    assert {"nq", "trig", "jsonld"} <= set(rights)
    assert "ttl" not in rights


@pytest.mark.parametrize("path", ["id/dataset/import-broadband", "graph/import-broadband"])
def test_the_footer_names_the_licence_of_an_import(client: FlaskClient, path: str) -> None:
    own = "Data: CC BY 4.0"
    text = page(client, f"/en/{path}").partition("<footer")[2]
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license">CC-BY-4.0</a>' in text
    assert own not in text
    assert "数据：导入，许可为" in page(client, f"/zh/{path}").partition("<footer")[2]
    assert own in page(client, "/en/id/region/cn").partition("<footer")[2]


def test_the_downloads_say_that_imports_have_their_own_licences(client: FlaskClient) -> None:
    assert re.search(
        r"own licences: <a [^>]+>Lines of broadband</a> \(CC-BY-4.0\)", page(client, "/en/download/")
    )
    assert "各有其自身的许可：" in page(client, "/zh/download/")


def test_its_table_and_what_its_columns_are_have_their_types(client: FlaskClient) -> None:
    for name, wanted in (
        ("import-broadband.csv", "text/csv; charset=utf-8"),
        ("import-broadband.csv-metadata.json", "application/csvm+json"),
    ):
        with client.get(f"/download/{name}") as reply:
            assert (reply.status_code, reply.content_type) == (200, wanted)


QUERY = """
SELECT ?graph ?s ?p ?o WHERE { GRAPH ?graph { ?s ?p ?o } FILTER(CONTAINS(STR(?graph), "/graph/import-")) }
ORDER BY ?graph ?s ?p ?o
"""


def test_over_an_engine_that_they_were_pushed_to_they_are_the_same(importing: Home) -> None:
    release = importing.current
    with oxigraph() as engine:
        remote = pushed(engine, release, importing.settings)
        with running(importing.settings, release) as here, running(remote, release) as there:
            rows = fetch(here, query=QUERY, headers={"Accept": "text/csv"})
            assert rows.body.count(b"\n") > release.graphs[f"{iris.BASE}graph/import-broadband"]
            assert fetch(there, query=QUERY, headers={"Accept": "text/csv"}).body == rows.body
            count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
            assert fetch(there, query=count).body == fetch(here, query=count).body
            for path in (
                "/zh/datasets",
                "/en/id/dataset/import-broadband",
                "/en/graph/import-broadband",
                "/en/search?q=broadband",
                "/download/import-broadband.csv",
            ):
                ours, theirs = fetch(here, path, headers=BROWSER), fetch(there, path, headers=BROWSER)
                assert (ours.status, theirs.status) == (200, 200), path
                assert words(theirs) == words(ours), path


def words(reply: Reply) -> str:
    """A page without the addresses of who serves it and what is made anew for each answer."""
    text = re.sub(r"http://127\.0\.0\.1:\d+", "", reply.body.decode())
    return re.sub(r'nonce="[^"]*"', "", text)
