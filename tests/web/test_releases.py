"""The list of releases, one release, and the difference of two."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rdflib import RDF, Dataset, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT

from egov_kg.release.diff import diff
from egov_kg.release.prune import prune
from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from support.past import TIMES, Past
from support.releases import publish
from support.service import Server, browse, fetch, running

BROWSER = {"Accept": "text/html"}
RDF_TYPES = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}


class TestList:
    def test_newest_first(self, past: Past) -> None:
        listed = fetch(past.server, "/releases/").json
        assert [one["id"] for one in listed["releases"]] == list(reversed(past.ids))
        assert [one["current"] for one in listed["releases"]] == [True, False, False]
        assert [one["published"][:16] for one in listed["releases"]] == [
            time[:16] for time in reversed(TIMES)
        ]
        assert {one["kind"] for one in listed["releases"]} == {"build"}
        registry = Registry(past.settings.home)
        assert [one["triples"] for one in listed["releases"]] == [
            sum(registry.get(id_).graphs.values()) for id_ in reversed(past.ids)
        ]

    @pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
    def test_the_same_in_every_syntax(self, past: Past) -> None:
        graphs = []
        for accept, format_ in RDF_TYPES.items():
            reply = fetch(past.server, "/releases/", headers={"Accept": accept})
            assert reply.media_type == accept
            graphs.append(Graph().parse(data=reply.body, format=format_))
        assert {str(iri).rpartition("/")[2] for iri in graphs[0].subjects(RDF.type, DCAT.Dataset)} == set(
            past.ids
        )
        for graph in graphs[1:]:
            assert isomorphic(graph, graphs[0])

    @pytest.mark.parametrize(("lang", "word"), [("en", "Published"), ("zh", "发布时间")])
    def test_a_page_in_both_languages(self, past: Past, lang: str, word: str) -> None:
        reply = browse(past.server, "/releases/", lang=lang)
        text = reply.body.decode()
        assert word in text
        assert all(id_ in text for id_ in past.ids)
        assert "<script>" not in text

    @pytest.mark.parametrize(
        ("page", "status"), [("1", 200), ("2", 404), ("0", 400), ("-1", 400), ("x", 400), ("١", 400)]
    )
    def test_its_pages(self, past: Past, page: str, status: int) -> None:
        assert fetch(past.server, "/releases/", page=page).status == status

    def test_revalidation(self, past: Past) -> None:
        tag = fetch(past.server, "/releases/").headers["etag"]
        assert fetch(past.server, "/releases/", headers={"If-None-Match": tag}).status == 304

    def test_one_that_cannot_be_read_hides_no_other(self, tmp_path: Path) -> None:
        old, new = (publish(tmp_path, f"eid:a egov:value {n} .") for n in (1, 2))
        (old.path / "manifest.json").write_text("{")
        with running(Settings(home=tmp_path, evaluators=1), new) as server:
            assert [one["id"] for one in fetch(server, "/releases/").json["releases"]] == [new.id]


class TestOne:
    def test_its_files(self, past: Past) -> None:
        details = fetch(past.server, f"/releases/{past.ids[1]}").json
        release = Registry(past.settings.home).get(past.ids[1])
        offered = {name: facts["sha256"] for name, facts in release.offered.items()}
        assert {one["name"]: one["sha256"] for one in details["files"]} == offered
        assert (details["previous"], details["current"]) == (past.ids[0], False)
        assert fetch(past.server, details["difference"]).status == 200
        for file in details["files"]:
            assert len(fetch(past.server, file["url"]).body) == file["bytes"]

    def test_a_page(self, past: Past) -> None:
        text = browse(past.server, f"/releases/{past.ids[0]}").body.decode()
        assert f'href="/releases/{past.ids[0]}/graph.nq"' in text

    def test_short_ids_lead_to_the_full_one(self, past: Past) -> None:
        for wanted, id_ in (("current", past.ids[2]), (past.ids[0][:9], past.ids[0])):
            reply = fetch(past.server, f"/releases/{wanted}?lang=zh")
            assert (reply.status, reply.headers["location"]) == (302, f"/releases/{id_}?lang=zh")

    @pytest.mark.parametrize(
        ("wanted", "status"), [("rffffffffffff", 404), ("r", 400), ("x", 404), ("%00", 404)]
    )
    def test_others(self, past: Past, wanted: str, status: int) -> None:
        reply = fetch(past.server, f"/releases/{wanted}")
        assert reply.status == status
        assert str(past.settings.home) not in reply.body.decode()

    def test_the_project_s_own(self, complete: Server) -> None:
        details = fetch(complete, "/releases/current").headers["location"]
        found = fetch(complete, details).json
        assert found["validation"]["conforms"] is True
        assert not [one for one in found["files"] if one["name"].startswith("store")]
        assert len(found["files"]) > 10


class TestDifference:
    def path(self, past: Past) -> str:
        return f"/releases/{past.ids[0]}..{past.ids[1]}"

    def test_in_every_form(self, past: Past) -> None:
        registry = Registry(past.settings.home)
        expected = diff(registry.get(past.ids[0]), registry.get(past.ids[1]))
        for name, media_type, body in (
            ("text", "text/plain", expected.to_text("en")),
            ("nquads", "application/n-quads", expected.to_nquads()),
            ("patch", "application/rdf-patch", expected.to_patch()),
        ):
            for reply in (
                fetch(past.server, self.path(past), format=name),
                fetch(past.server, self.path(past), headers={"Accept": media_type}),
            ):
                assert (reply.status, reply.media_type) == (200, media_type)
                assert reply.body.decode() == body
        found = fetch(past.server, self.path(past)).json
        assert (found["old"], found["new"]) == past.ids[:2]
        assert (found["added"], found["removed"]) == (3, 3)
        (entity,) = found["entities"]
        assert entity["iri"].endswith("region/x1")
        assert json.dumps(entity, ensure_ascii=False).count("北2") >= 1

    def test_the_patch_turns_one_into_the_other(self, past: Past) -> None:
        registry = Registry(past.settings.home)
        lines = set(registry.get(past.ids[0]).nquads.read_text().splitlines())
        for line in fetch(past.server, self.path(past), format="patch").body.decode().splitlines():
            (lines.add if line[0] == "A" else lines.remove)(line[2:])
        assert lines == set(registry.get(past.ids[1]).nquads.read_text().splitlines())

    @pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
    def test_its_quads_say_what_is_added(self, past: Past) -> None:
        dataset = Dataset().parse(data=fetch(past.server, self.path(past), format="nq").body, format="nquads")
        names = {str(graph.identifier).rpartition("/")[2] for graph in dataset.graphs() if len(graph)}
        assert names == {"test-added", "test-removed"}
        assert URIRef("https://w3id.org/egov-kg/id/region/x1") in set(
            dataset.graph(URIRef("https://w3id.org/egov-kg/graph/test-added")).subjects()
        )

    @pytest.mark.parametrize(("lang", "word"), [("en", "What changed"), ("zh", "变化")])
    def test_a_page(self, past: Past, lang: str, word: str) -> None:
        reply = browse(past.server, self.path(past), lang=lang)
        assert word in reply.body.decode()
        assert reply.headers["content-language"] == lang

    def test_beginnings_and_current(self, past: Past) -> None:
        reply = fetch(past.server, f"/releases/{past.ids[0][:9]}..current")
        assert (reply.json["old"], reply.json["new"]) == (past.ids[0], past.ids[2])
        assert reply.headers["cache-control"] == "no-cache"
        assert "immutable" in fetch(past.server, self.path(past)).headers["cache-control"]
        again = fetch(
            past.server,
            self.path(past),
            headers={"If-None-Match": fetch(past.server, self.path(past)).headers["etag"]},
        )
        assert again.status == 304

    def test_nothing_changed(self, past: Past) -> None:
        assert fetch(past.server, "/releases/current..current").json["entities"] == []

    @pytest.mark.parametrize(
        "span", ["..", "current..", "..current", "x..current", "current..current..current"]
    )
    def test_what_names_no_two_releases(self, past: Past, span: str) -> None:
        assert fetch(past.server, f"/releases/{span}").status in (404,)


class TestPruned:
    """Releases that were removed while the service runs: they are known to have been there."""

    def test_they_are_gone_in_words_and_the_rest_goes_on(self, tmp_path: Path) -> None:
        releases = [publish(tmp_path, f'eid:region\\/x skos:notation "{n}" .') for n in range(3)]
        first, second, current = (release.id for release in releases)
        ask = "/sparql?query=ASK%7B%7D&asOf="
        with running(Settings(home=tmp_path, evaluators=1), releases[-1]) as server:
            assert fetch(server, f"{ask}{first}").status == 200  # loaded, and kept so
            prune(Registry(tmp_path), datetime.now(UTC), keep=1, older_than=None)
            known = (first, second[:8])
            for target in (f"{before}{id_}" for before in (ask, "/releases/") for id_ in known):
                for lang, words in (("en", "no longer kept"), ("zh", "已不再保留")):
                    reply = fetch(server, target, headers={"Accept-Language": lang})
                    assert reply.status == 410, target
                    assert words in reply.json["detail"], target
            assert fetch(server, f"{ask}r0123456789ab").status == 404
            assert fetch(server, "/releases/r0123456789ab").status == 404
            assert fetch(server, f"{ask}{current}").status == 200
            assert [one["id"] for one in fetch(server, "/releases/").json["releases"]] == [current]
            timemap = fetch(server, "/releases/timemap").body.decode()
            assert current in timemap
            assert first not in timemap
