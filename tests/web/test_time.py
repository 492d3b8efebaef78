"""`asOf`, `Accept-Datetime` and time maps: which state answers, and what the answer says of it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from egov_kg.errors import EgovError, Gone, NotFound, UsageError
from egov_kg.release.registry import Registry
from egov_kg.web import time
from support.past import THING, VALUE_QUERY, Past
from support.releases import publish
from support.service import Reply, fetch

FIRST, SECOND, THIRD = (
    "Sat, 10 Jan 2026 08:00:00 GMT",
    "Tue, 10 Feb 2026 08:00:00 GMT",
    "Tue, 10 Mar 2026 08:00:00 GMT",
)


def value(reply: Reply) -> str:
    """Which of the three releases answered."""
    assert reply.status == 200, reply.body
    (row,) = reply.json["results"]["bindings"]
    return str(row["n"]["value"])


class TestResolve:
    @pytest.mark.parametrize(
        ("as_of", "place"),
        [
            ("2026-01-10", 0),
            ("2026-02-09", 0),
            ("2026-02-10", 1),
            ("2026-01-10T08:00:00Z", 0),  # the whole second
            ("2026-02-10T08:00:00.400Z", 0),
            ("2026-02-10T08:00:00.600Z", 1),
            ("2026-02-10T16:00:01+08:00", 1),
            ("2026-02-10T16:00:01 08:00", 1),  # an unescaped plus
            ("2026-02-10T08:00:01", 1),
            ("9999-12-31", 2),
            ("9999-12-31T23:59:59Z", 2),
        ],
    )
    def test_a_date_or_time(self, past: Past, as_of: str, place: int) -> None:
        assert time.resolve(Registry(past.settings.home), as_of, None) == past.ids[place]

    def test_an_id_or_its_beginning(self, past: Past) -> None:
        registry = Registry(past.settings.home)
        for id_ in past.ids:
            assert time.resolve(registry, id_, FIRST) == id_
            assert time.resolve(registry, id_[:10], None) == id_

    def test_nothing_is_the_current_one(self, past: Past) -> None:
        assert time.resolve(Registry(past.settings.home), None, None) is None

    @pytest.mark.parametrize(
        ("as_of", "error"),
        [
            ("2026-01-09", NotFound),
            ("0001-01-01T00:00:00+14:00", UsageError),
            ("rffffffffffff", NotFound),
            ("r", UsageError),
            ("2026-02-30", UsageError),
            ("2026", UsageError),
            ("10/01/2026", UsageError),
            ("٢٠٢٦-٠١-١٠", UsageError),
            ("../../etc/passwd", UsageError),
            ("", UsageError),
        ],
    )
    def test_what_names_no_state(self, past: Past, as_of: str, error: type[EgovError]) -> None:
        with pytest.raises(error) as caught:
            time.resolve(Registry(past.settings.home), as_of, None)
        assert type(caught.value) is error
        assert caught.value.detail_zh
        assert str(past.settings.home) not in caught.value.detail

    @pytest.mark.parametrize(
        ("header", "place"),
        [
            (FIRST, 0),
            (SECOND, 1),
            ("Mon, 09 Feb 2026 08:00:00 GMT", 0),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            (THIRD, 2),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 2),
        ],
    )
    def test_accept_datetime(self, past: Past, header: str, place: int) -> None:
        assert time.resolve(Registry(past.settings.home), None, header) == past.ids[place]

    @pytest.mark.parametrize(
        "header",
        ["yesterday", "2026-01-10", "Sat, 10 Jan 2026 08:00:00", "Sat, 40 Jan 2026 08:00:00 GMT", ""],
    )
    def test_accept_datetime_that_is_none(self, past: Past, header: str) -> None:
        with pytest.raises(UsageError):
            time.resolve(Registry(past.settings.home), None, header)

    def test_a_release_that_is_not_kept(self, tmp_path: Path) -> None:
        release = publish(tmp_path, "eid:a a egov:Region .")
        line = json.dumps({"time": "2020-01-01T00:00:00+00:00", "release": "r000000000000"})
        history = tmp_path / "history.jsonl"
        history.write_text(f"{line}\n{history.read_text()}")
        registry = Registry(tmp_path)
        with pytest.raises(Gone):
            time.resolve(registry, "2020-01-02", None)
        assert [one.release for one in time.timeline(registry)] == [release.id]


class TestTimeline:
    def test_a_release_that_came_back_is_one_memento(self, tmp_path: Path) -> None:
        old, new = (publish(tmp_path, f"eid:a egov:value {n} .") for n in (1, 2))
        registry = Registry(tmp_path)
        registry.make_current(old)
        found = time.timeline(registry)
        assert [one.release for one in found] == [old.id, new.id]
        newest = publish(tmp_path, "eid:a egov:value 3 .")
        assert [one.release for one in time.timeline(registry)] == [old.id, new.id, newest.id]
        later = max(moment.time for moment in registry.history())
        assert time.resolve(registry, later.isoformat(), None) == newest.id


class TestWithAsOf:
    @pytest.mark.parametrize(
        ("target", "expected"),
        [
            ("/", "/?asOf=r1"),
            ("/x?asOf=r0", "/x?asOf=r1"),
            ("/x?a=1&asOf=r0&b=2", "/x?a=1&b=2&asOf=r1"),
            ("/x?q=%3E%0D%0A", "/x?q=%3E%0D%0A&asOf=r1"),
        ],
    )
    def test_replaces_what_was_there(self, target: str, expected: str) -> None:
        assert time.with_as_of(target, "r1") == expected


class TestQueries:
    def test_each_state_gives_its_own_answer(self, past: Past) -> None:
        for place, id_ in enumerate(past.ids):
            assert value(fetch(past.server, query=VALUE_QUERY, asOf=id_)) == str(place + 1)
        assert value(fetch(past.server, query=VALUE_QUERY)) == "3"

    def test_by_post(self, past: Past) -> None:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"query": VALUE_QUERY, "asOf": past.ids[0]}).encode()
        assert value(fetch(past.server, method="POST", body=body, headers=form)) == "1"
        plain = {"Content-Type": "application/sparql-query"}
        path = f"/sparql?asOf={past.ids[1]}"
        assert value(fetch(past.server, path, method="POST", body=VALUE_QUERY.encode(), headers=plain)) == "2"

    def test_by_accept_datetime(self, past: Past) -> None:
        for place, header in enumerate((FIRST, SECOND, THIRD)):
            reply = fetch(past.server, query=VALUE_QUERY, headers={"Accept-Datetime": header})
            assert value(reply) == str(place + 1)
            assert reply.headers["memento-datetime"] == header
            assert "accept-datetime" in reply.headers["vary"].lower()
            again = fetch(past.server, reply.headers["content-location"])
            assert again.body == reply.body

    def test_tags_of_states_differ(self, past: Past) -> None:
        tags = {fetch(past.server, query=VALUE_QUERY, asOf=id_).headers["etag"] for id_ in past.ids}
        assert len(tags) == 3
        for id_ in past.ids:
            assert any(id_ in tag for tag in tags)

    def test_an_encoded_name_is_the_same_name(self, past: Past) -> None:
        query = urlencode({"query": VALUE_QUERY})
        for _ in range(2):
            assert value(fetch(past.server, f"/sparql?{query}&%61sOf={past.ids[0]}")) == "1"
            assert value(fetch(past.server, f"/sparql?{query}")) == "3"

    def test_what_may_be_kept_for_good(self, past: Past) -> None:
        in_full = fetch(past.server, query=VALUE_QUERY, asOf=past.ids[0])
        assert "immutable" in in_full.headers["cache-control"]
        same = fetch(
            past.server,
            query=VALUE_QUERY,
            asOf=past.ids[0],
            headers={"If-None-Match": in_full.headers["etag"]},
        )
        assert (same.status, same.body) == (304, b"")
        for as_of in (past.ids[0][:9], "2026-01-11"):
            assert (
                "immutable" not in fetch(past.server, query=VALUE_QUERY, asOf=as_of).headers["cache-control"]
            )
        volatile = fetch(past.server, query="SELECT (NOW() AS ?n) {}", asOf=past.ids[0])
        assert volatile.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        ("query", "status"),
        [("asOf=2026-01-01", 404), ("asOf=x", 400), ("asOf=2026-03-01&asOf=2026-03-02", 400)],
    )
    def test_errors(self, past: Past, query: str, status: int) -> None:
        for path in (f"/sparql?query=ASK%7B%7D&{query}", f"/?{query}", f"/doc/id/region/x1?{query}"):
            reply = fetch(past.server, path)
            assert reply.status == status
            assert reply.json["detail_zh"] != reply.json["detail_en"]

    def test_the_past_is_not_written_to(self, past: Past) -> None:
        headers = {"Content-Type": "application/sparql-update"}
        path = f"/sparql?asOf={past.ids[0]}"
        reply = fetch(past.server, path, method="POST", body=b"DROP ALL", headers=headers)
        assert (reply.status, reply.json["parameter"]) == (400, "asOf")
        reply = fetch(
            past.server,
            f"/graph/test?asOf={past.ids[0]}",
            method="PUT",
            body=b"",
            headers={"Content-Type": "text/turtle"},
        )
        assert (reply.status, reply.json["parameter"]) == (400, "asOf")


class TestPages:
    def test_the_start_page(self, past: Past) -> None:
        for id_ in past.ids:
            assert fetch(past.server, "/", asOf=id_).json["release"] == id_

    def test_a_document(self, past: Past) -> None:
        path = "/doc" + THING.removeprefix("https://w3id.org/egov-kg") + ".nt"
        for place, id_ in enumerate(past.ids):
            assert f"North {place + 1}" in fetch(past.server, path, asOf=id_).body.decode()

    def test_links_to_neighbours(self, past: Past) -> None:
        reply = fetch(past.server, query=VALUE_QUERY, asOf=past.ids[1])
        link = reply.headers["link"]
        found = {
            relation: target
            for target, names in re.findall(r'<([^>]*)>; rel="([^"]*)"', link)
            for relation in names.split()
            if relation != "memento"
        }
        assert found["original"] == found["timegate"] == "/sparql?" + urlencode({"query": VALUE_QUERY})
        for relation, id_ in (
            ("first", past.ids[0]),
            ("prev", past.ids[0]),
            ("next", past.ids[2]),
            ("last", past.ids[2]),
        ):
            assert found[relation].endswith(f"asOf={id_}")
            assert value(fetch(past.server, found[relation])) == str(past.ids.index(id_) + 1)
        assert reply.headers["memento-datetime"] == SECOND
        assert past.ids[0] in fetch(past.server, found["timemap"]).body.decode()

    def test_a_long_query_does_not_burst_the_headers(self, past: Past) -> None:
        query = VALUE_QUERY + "#" * 4000
        reply = fetch(past.server, query=query, asOf=past.ids[0])
        assert value(reply) == "1"
        assert len(reply.headers["link"]) < 200
        assert reply.headers["memento-datetime"] == FIRST

    def test_the_present_says_nothing_of_the_past(self, past: Past) -> None:
        reply = fetch(past.server, query=VALUE_QUERY)
        assert "memento-datetime" not in reply.headers


class TestTimemap:
    def test_lists_every_state(self, past: Past) -> None:
        reply = fetch(past.server, "/releases/timemap", url="/sparql?query=ASK{}")
        assert reply.media_type == "application/link-format"
        text = reply.body.decode()
        found = re.findall(r'<([^>]*)>; rel="([a-z ]*memento)"; datetime="([^"]*)"', text)
        assert [
            datetime.strptime(when, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC).month
            for *_, when in found
        ] == [1, 2, 3]
        assert [relation for _, relation, _ in found] == ["first memento", "memento", "last memento"]
        for target, _, when in found:
            assert fetch(past.server, target).headers["memento-datetime"] == when
        tag = {"If-None-Match": reply.headers["etag"]}
        assert fetch(past.server, "/releases/timemap", url="/sparql?query=ASK{}", headers=tag).status == 304

    def test_of_a_public_name(self, past: Past) -> None:
        text = fetch(past.server, "/releases/timemap", url=THING).body.decode()
        assert text.startswith('</id/region/x1>; rel="original timegate"')

    @pytest.mark.parametrize("url", ["//evil.example/", "http://evil.example/", "x", "/" + "a" * 3000])
    def test_of_what_is_not_here(self, past: Past, url: str) -> None:
        assert fetch(past.server, "/releases/timemap", url=url).status == 400

    def test_nothing_breaks_out_of_a_link(self, past: Past) -> None:
        reply = fetch(
            past.server, f"/releases/timemap?url={quote('/a>; rel=evil,<b' + chr(13) + chr(10) + 'X: y')}"
        )
        assert reply.status == 200
        assert b"\r" not in reply.body
        assert reply.body.count(b"<") == reply.body.count(b">") == 5
