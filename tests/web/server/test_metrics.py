"""The counts: `egov_kg.web.server.metrics`."""

from __future__ import annotations

import threading

import pytest
from prometheus_client import CollectorRegistry

from egov_kg.web.server.metrics import BUCKETS, OTHER, Metrics, route_of


def registry(metrics: Metrics) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(metrics)
    return made


def test_an_answer_is_counted_once_in_each_metric() -> None:
    metrics = Metrics()
    metrics.observe("/sparql", "GET", 200, 0.002, 100)
    metrics.observe("/sparql", "GET", 204, 40.0, 50)
    metrics.observe("/sparql", "POST", 503, 0.001, 10)
    value = registry(metrics).get_sample_value
    labels = {"route": "/sparql", "method": "GET", "status": "2xx"}
    assert value("egov_kg_http_requests_total", labels) == 2
    assert value("egov_kg_http_response_bytes_total", labels) == 150
    assert value("egov_kg_http_requests_total", {**labels, "method": "POST", "status": "5xx"}) == 1
    route = {"route": "/sparql"}
    assert value("egov_kg_http_request_seconds_count", route) == 3
    assert value("egov_kg_http_request_seconds_sum", route) == pytest.approx(40.003)
    bucket = "egov_kg_http_request_seconds_bucket"
    assert value(bucket, {**route, "le": "0.001"}) == 1
    assert value(bucket, {**route, "le": "0.0025"}) == 2
    assert value(bucket, {**route, "le": str(BUCKETS[-1])}) == 2
    assert value(bucket, {**route, "le": "+Inf"}) == 3


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/", "/"),
        ("/sparql", "/sparql"),
        ("/id/region/beijing", "/id"),
        ("/.well-known/void", "/.well-known"),
        ("/sparqlx", OTHER),
        ("//evil", "/"),
        ("*", OTHER),
        ("", OTHER),
        ("/\udcff/\x00", OTHER),
    ],
)
def test_a_path_becomes_one_of_a_few_labels(path: str, label: str) -> None:
    assert route_of(path) == label
    assert label == OTHER or route_of(label) == label


def test_strangers_make_no_new_series() -> None:
    metrics = Metrics()
    for number in range(1000):
        metrics.observe(f"/{number}", f"METHOD{number}", 404, 0.1, 1)
    assert len(metrics._series) == 1


def test_the_plain_counts_are_shown() -> None:
    metrics = Metrics()
    metrics.cache_hits, metrics.cache_misses, metrics.cache_revalidated = 3, 2, 1
    metrics.in_flight, metrics.cache_bytes, metrics.reloads = 7, 1000, 4
    metrics.wrote(accepted=True)
    metrics.wrote(accepted=False)
    metrics.wrote(accepted=False)
    value = registry(metrics).get_sample_value
    assert [value("egov_kg_cache_answers_total", {"result": r}) for r in ("hit", "miss", "revalidated")] == [
        3, 2, 1,
    ]  # fmt: skip
    assert value("egov_kg_http_requests_in_flight") == 7
    assert value("egov_kg_cache_bytes") == 1000
    assert value("egov_kg_reloads_total", {"result": "done"}) == 4
    assert value("egov_kg_writes_total", {"outcome": "accepted"}) == 1
    assert value("egov_kg_writes_total", {"outcome": "refused"}) == 2


def test_no_count_is_lost_between_threads() -> None:
    metrics = Metrics()

    def work() -> None:
        for _ in range(5000):
            metrics.observe("/sparql", "GET", 200, 0.001, 1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    labels = {"route": "/sparql", "method": "GET", "status": "2xx"}
    assert registry(metrics).get_sample_value("egov_kg_http_requests_total", labels) == 20_000
