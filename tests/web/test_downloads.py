"""Files of releases: whole, in parts, revalidated; and nothing that is no file of a release."""

from __future__ import annotations

import base64
import hashlib
import http.client
from pathlib import Path

import pytest

from egov_kg.release.registry import Registry
from egov_kg.settings import Settings
from support.past import Past
from support.releases import publish
from support.service import Server, browse, exchange, fetch, head_of, release, running

__all__ = ["release"]


def path_of(past: Past, place: int = 0) -> str:
    """The URL of a file."""
    return f"/releases/{past.ids[place]}/graph.nq"


def content(past: Past, place: int = 0) -> bytes:
    """What is in it."""
    return Registry(past.settings.home).get(past.ids[place]).nquads.read_bytes()


class TestWhole:
    def test_the_file_and_what_is_said_of_it(self, past: Past) -> None:
        reply, data = fetch(past.server, path_of(past)), content(past)
        assert (reply.status, reply.body, reply.media_type) == (200, data, "application/n-quads")
        digest = hashlib.sha256(data)
        assert reply.headers["etag"] == f'"{digest.hexdigest()}"'
        assert reply.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
        assert reply.headers["content-length"] == str(len(data))
        assert reply.headers["accept-ranges"] == "bytes"
        assert "immutable" in reply.headers["cache-control"]
        assert (
            reply.headers["content-disposition"] == f'attachment; filename="egov-kg-{past.ids[0]}-graph.nq"'
        )

    def test_it_is_not_compressed_on_the_way(self, past: Past) -> None:
        reply = fetch(past.server, path_of(past), headers={"Accept-Encoding": "gzip, zstd"})
        assert "content-encoding" not in reply.headers
        assert reply.body == content(past)

    def test_head(self, past: Past) -> None:
        reply = fetch(past.server, path_of(past), method="HEAD")
        assert (reply.status, reply.body, int(reply.headers["content-length"])) == (
            200,
            b"",
            len(content(past)),
        )

    def test_of_the_current_release(self, past: Past) -> None:
        reply = fetch(past.server, "/download/graph.nq")
        assert reply.body == content(past, 2)
        assert reply.headers["content-location"] == path_of(past, 2)
        assert "immutable" not in reply.headers["cache-control"]
        assert fetch(past.server, reply.headers["content-location"]).headers["etag"] == reply.headers["etag"]

    def test_of_an_earlier_state(self, past: Past) -> None:
        assert fetch(past.server, "/download/graph.nq", asOf=past.ids[0]).body == content(past, 0)

    def test_short_ids_lead_to_the_full_one(self, past: Past) -> None:
        reply = fetch(past.server, f"/releases/{past.ids[0][:9]}/graph.nq")
        assert (reply.status, reply.headers["location"]) == (302, path_of(past))

    def test_a_long_file_over_every_version_of_http(self, server: Server) -> None:
        data = server.release.nquads.read_bytes()
        assert len(data) > 2 * 1024 * 1024
        target = f"/releases/{server.release.id}/graph.nq"
        assert fetch(server, target).body == data
        for version in (b"1.0", b"1.1"):
            raw = exchange(
                server.port,
                b"GET " + target.encode() + b" HTTP/" + version + b"\r\nHost: x\r\nConnection: close\r\n\r\n",
            )
            status, headers, body = head_of(raw)
            assert (status, headers["content-length"]) == (200, str(len(data)))
            assert body == data

    def test_every_file_of_the_project_has_its_type(self, complete: Server) -> None:
        files = fetch(complete, fetch(complete, "/releases/current").headers["location"]).json["files"]
        for file in files:
            reply = fetch(complete, file["url"])
            assert hashlib.sha256(reply.body).hexdigest() == file["sha256"]
            assert reply.headers["content-type"] == file["type"] != "application/octet-stream"


class TestRanges:
    @pytest.mark.parametrize(
        ("wanted", "start", "end"),
        [
            ("bytes=0-0", 0, 1),
            ("bytes=5-9", 5, 10),
            ("bytes=7-", 7, None),
            ("bytes=-4", -4, None),
            ("bytes=3-999999999", 3, None),
        ],
    )
    def test_a_part(self, past: Past, wanted: str, start: int, end: int | None) -> None:
        reply, data = fetch(past.server, path_of(past), headers={"Range": wanted}), content(past)
        assert (reply.status, reply.body) == (206, data[start:end])
        first = start % len(data)
        assert reply.headers["content-range"] == f"bytes {first}-{first + len(reply.body) - 1}/{len(data)}"

    @pytest.mark.parametrize(
        "wanted", ["bytes=0-1,3-4", "lines=0-1", "bytes=x", "bytes=", "0-5", "bytes=5-2"]
    )
    def test_what_is_no_single_range_gets_all(self, past: Past, wanted: str) -> None:
        reply = fetch(past.server, path_of(past), headers={"Range": wanted})
        assert (reply.status, reply.body) == (200, content(past))

    def test_beyond_the_end(self, past: Past) -> None:
        reply = fetch(past.server, path_of(past), headers={"Range": "bytes=999999-"})
        assert (reply.status, reply.media_type) == (416, "application/problem+json")
        assert reply.headers["content-range"] == f"bytes */{len(content(past))}"

    def test_only_of_the_same_file(self, past: Past) -> None:
        whole = fetch(past.server, path_of(past))
        for condition, status in (
            (whole.headers["etag"], 206),
            (whole.headers["last-modified"], 206),
            ('"other"', 200),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ):
            reply = fetch(past.server, path_of(past), headers={"Range": "bytes=0-3", "If-Range": condition})
            assert reply.status == status
            assert reply.body == (whole.body if status == 200 else whole.body[:4])


class TestConditions:
    def test_a_file_that_is_known(self, past: Past) -> None:
        whole = fetch(past.server, path_of(past))
        for name, value in (
            ("If-None-Match", whole.headers["etag"]),
            ("If-Modified-Since", whole.headers["last-modified"]),
        ):
            reply = fetch(past.server, path_of(past), headers={name: value})
            assert (reply.status, reply.body) == (304, b"")
        assert fetch(past.server, path_of(past), headers={"If-None-Match": '"other"'}).status == 200

    def test_a_file_that_is_another(self, past: Past) -> None:
        assert fetch(past.server, path_of(past), headers={"If-Match": '"other"'}).status == 412
        assert fetch(past.server, path_of(past), headers={"If-Match": "*"}).status == 200
        old = {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}
        assert fetch(past.server, path_of(past), headers=old).status == 412


class TestNothingElse:
    @pytest.mark.parametrize(
        "name",
        [
            "manifest.json",
            "../../history.jsonl",
            "..%2F..%2Fhistory.jsonl",
            "%2e%2e/%2e%2e/history.jsonl",
            "%252e%252e%252f%252e%252e%252fhistory.jsonl",
            "..\\..\\history.jsonl",
            "..%5C..%5Chistory.jsonl",
            "graph.nq%00.txt",
            "graph.nq/",
            "./graph.nq",
            "%2Fetc%2Fpasswd",
            "/etc/passwd",
            "store/CURRENT",
            "",
            "graph.nq%0D%0AX-Injected:%20yes",
        ],
    )
    def test_paths_that_lead_elsewhere(self, past: Past, name: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", past.server.port, timeout=30)
        for start in (f"/releases/{past.ids[0]}/", "/download/"):
            if start + name == "/download/":
                continue  # the list of files
            connection.request("GET", start + name)  # sent as it is, unlike by clients that tidy paths
            response = connection.getresponse()
            body = response.read().decode()
            assert response.status == 404
            assert "release" not in response.headers.get("x-injected", "")
            assert '"time"' not in body
            assert "root:" not in body
        connection.close()

    def test_a_link_or_a_file_of_another_length(self, tmp_path: Path) -> None:
        old, middle, new = (publish(tmp_path, f"eid:a egov:value {n} .") for n in (1, 2, 3))
        secret = tmp_path / "secret"
        secret.write_bytes(b"x" * old.nquads.stat().st_size)
        old.nquads.unlink()
        old.nquads.symlink_to(secret)
        middle.nquads.write_bytes(b"short")
        with running(Settings(home=tmp_path, evaluators=1), new) as server:
            for one in (old, middle):
                reply = fetch(server, f"/releases/{one.id}/graph.nq")
                assert (reply.status, reply.media_type) == (500, "application/problem+json")
                assert str(tmp_path) not in reply.body.decode()
                assert "xxx" not in reply.body.decode()


class TestList:
    def test_every_file_with_size_type_and_meaning(self, complete: Server) -> None:
        reply = fetch(complete, "/download/")
        assert reply.media_type == "application/json"
        assert reply.json["release"] == complete.release.id
        files = {one["name"]: one for one in reply.json["files"]}
        assert files.keys() == {name for name in complete.release.manifest["files"] if "/" not in name}
        for name, one in files.items():
            head = fetch(complete, one["url"], method="HEAD")
            assert (head.headers["content-length"], head.headers["content-type"]) == (
                str(one["bytes"]),
                one["type"],
            ), name
        assert set(files["graph.nq"]["what"]) == {"en", "zh"}
        assert fetch(complete, "/download").json == reply.json

    @pytest.mark.parametrize(("lang", "words"), [("en", "all named graphs"), ("zh", "全部命名图")])
    def test_for_readers(self, complete: Server, lang: str, words: str) -> None:
        reply = browse(complete, "/download/", lang=lang)
        assert (reply.media_type, reply.headers["content-language"]) == ("text/html", lang)
        assert words in reply.body.decode()
        assert 'href="/download/observations.parquet"' in reply.body.decode()
        known = {"If-None-Match": reply.headers["etag"]}
        assert fetch(complete, f"/{lang}/download/", headers=known).status == 304

    def test_of_an_earlier_release(self, past: Past) -> None:
        assert fetch(past.server, "/download/", asOf=past.ids[0]).json["release"] == past.ids[0]
        page = browse(past.server, "/download/", asOf=past.ids[0])
        assert f'href="/download/graph.nq?asOf={past.ids[0]}"' in page.body.decode()
