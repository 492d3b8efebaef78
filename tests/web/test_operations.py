"""`/health`, `/ready` and `/metrics` of a real server."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from egov_kg.errors import UsageError
from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings
from egov_kg.web.app import create_app
from egov_kg.web.editions import Editions
from egov_kg.web.operations import operations_of
from egov_kg.web.server.metrics import Metrics
from egov_kg.web.server.processes import use_of
from support.service import SLOW_QUERY, Server, descendants, eventually, fetch, running


def values(server: Server) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = fetch(server, "/metrics").body.decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_health_and_ready_name_the_release(server: Server) -> None:
    for path in ("/health", "/ready"):
        reply = fetch(server, path)
        assert (reply.status, reply.json) == (200, {"status": "ok", "release": server.release.id})
        assert reply.headers["cache-control"] == "no-store"


def test_what_is_counted_is_shown(settings: Settings, release: Release) -> None:
    with running(settings, release) as server:
        for number in range(3):
            fetch(server, query=f"ASK {{}} # {number}")
        for _ in range(5):
            fetch(server, query="ASK { ?again ?and ?again }")
        fetch(server, query="nonsense")
        fetch(server, "/nowhere/at/all")
        by_route = (
            "egov_kg_http_requests_total",
            (("method", "GET"), ("route", "/sparql"), ("status", "2xx")),
        )
        assert eventually(lambda: values(server).get(by_route, 0) == 8)
        found = values(server)
        assert found["egov_kg_cache_answers_total", (("result", "hit"),)] == 4
        names = {name for name, _ in found}
        assert (
            found["egov_kg_http_requests_total", (("method", "GET"), ("route", "/sparql"), ("status", "4xx"))]
            == 1
        )
        assert (
            found["egov_kg_http_requests_total", (("method", "GET"), ("route", "other"), ("status", "4xx"))]
            == 1
        )
        assert found["egov_kg_release_info", (("id", release.id),)] == 1
        assert found["egov_kg_release_triples", ()] == sum(release.graphs.values())
        assert found["egov_kg_evaluators", (("state", "idle"),)] == settings.evaluators
        assert found["egov_kg_evaluators_started_total", ()] >= settings.evaluators
        assert found["egov_kg_evaluators_processes", ()] == len(descendants(server.process.pid))
        assert found["egov_kg_evaluators_memory_bytes", ()] > 1_000_000
        assert {"process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"} <= names
        assert {
            "egov_kg_build_info",
            "egov_kg_http_request_seconds_bucket",
            "egov_kg_cache_answers_total",
        } <= names


def test_an_evaluator_that_is_ended_is_counted_by_why(settings: Settings, release: Release) -> None:
    with running(replace(settings, query_timeout=0.3), release) as server:
        assert fetch(server, query=SLOW_QUERY).status == 503
        assert values(server)["egov_kg_evaluators_ended_total", (("why", "timeout"),)] == 1


def test_metrics_come_in_the_format_that_is_asked_for(server: Server) -> None:
    plain = fetch(server, "/metrics")
    assert plain.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    accept = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"}
    open_ = fetch(server, "/metrics", headers=accept)
    assert open_.media_type == "application/openmetrics-text"
    assert open_.body.endswith(b"# EOF\n")


def test_metrics_are_not_for_strangers(server: Server) -> None:
    reply = fetch(server, "/metrics", headers={"X-Forwarded-For": "198.51.100.7"})
    assert reply.status == 404
    assert "EGOV_KG_METRICS_ALLOW" in reply.json["detail"]
    assert b"egov_kg_http" not in reply.body


def test_a_network_can_be_let_in(settings: Settings) -> None:
    editions = Editions(Registry(settings.home), settings)
    app = create_app(replace(settings, metrics_allow=("198.51.100.0/24",)), editions, Metrics())
    here = operations_of(app)
    assert here.may_read_metrics("198.51.100.7", [])
    assert not here.may_read_metrics("198.51.101.7", [])
    assert not here.may_read_metrics("127.0.0.1", [])
    assert not here.may_read_metrics("", [])
    with pytest.raises(UsageError, match="EGOV_KG_METRICS_ALLOW"):
        create_app(replace(settings, metrics_allow=("everybody",)), editions, Metrics())


def test_before_a_release_is_loaded_nothing_is_ready(settings: Settings) -> None:
    client = create_app(settings, Editions(Registry(settings.home), settings), Metrics()).test_client()
    for path in ("/ready", "/health"):
        reply = client.get(path)
        assert (reply.status_code, reply.json["status"]) == (503, "failing")  # type: ignore[index]
        assert "No release is loaded" in reply.json["detail"]  # type: ignore[index]
    assert client.get("/metrics").status_code == 200


def test_once_the_end_has_begun_it_is_alive_but_not_ready(settings: Settings) -> None:
    editions = Editions(Registry(settings.home), settings)
    editions.refresh()
    try:
        app = create_app(settings, editions, Metrics())
        client = app.test_client()
        assert client.get("/ready").status_code == 200
        operations_of(app).draining = True
        reply = client.get("/ready")
        assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
        assert reply.json["status"] == "draining"  # type: ignore[index]
        assert client.get("/health").status_code == 200
    finally:
        editions.close()


def test_metrics_are_told_at_once_while_everything_is_at_work(settings: Settings, release: Release) -> None:
    bounds = replace(settings, query_timeout=600.0, queue_timeout=600.0, threads=1)
    request = b"GET /sparql?query=" + SLOW_QUERY.replace(" ", "+").encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    with running(bounds, release) as server:
        clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(4)]
        try:
            for number, client in enumerate(clients):  # the same query would be evaluated once for all
                client.sendall(request.replace(b" HTTP", b"+%%23%d HTTP" % number))
            busy = ("egov_kg_evaluators", (("state", "busy"),))
            assert eventually(lambda: values(server)[busy] == bounds.evaluators)
            assert fetch(server, "/ready").json["status"] == "busy"
        finally:
            for client in clients:
                client.close()


def test_the_request_id_goes_in_and_out(server: Server) -> None:
    assert fetch(server, "/health", headers={"X-Request-Id": "mine-1"}).headers["x-request-id"] == "mine-1"
    made = fetch(server, "/health", headers={"X-Request-Id": "not mine!"}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]+", made)


def test_the_use_of_no_process_is_nothing() -> None:
    assert use_of([2**22 + 1]).processes == 0
    assert Path("/proc/self").exists()
