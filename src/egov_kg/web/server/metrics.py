"""Counts of what the service does: plain numbers while it works, metrics when somebody asks for them."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the latency histogram, in seconds."""

OTHER: Final = "other"
"""The label of every route and method that is not known: strangers cannot make new time series."""

_ROUTES: Final = {
    name: f"/{name}"
    for name in (
        "sparql", "graphs", "graph", "id", "doc", "code", "ontology", "shape", "problem", "releases",
        "download", "catalog", "robots.txt", "sitemap.xml", "openapi.json", "api", "health", "ready",
        "metrics", "static", ".well-known", "",
    )
}  # fmt: skip
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"))
_OUTCOMES: Final = ("accepted", "refused")


def route_of(path: str) -> str:
    """The label of a path: its first segment, if the service has it.

    Args:
        path: of a request, or what this function made of one.
    """
    return _ROUTES.get(path[1:].partition("/")[0], OTHER) if path.startswith("/") else OTHER


class Series:
    """What is known of the answers of one route, method and class of status."""

    __slots__ = ("buckets", "count", "seconds", "sent")

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self.sent = 0
        self.buckets = [0] * (len(BUCKETS) + 1)

    def at_once(self, sent: int) -> None:
        """Count an answer that took no time worth measuring; called in the event loop only."""
        self.count += 1
        self.sent += sent
        self.buckets[0] += 1


class Metrics(Collector):
    """The counts of one service.

    Attributes:
        cache_hits: answers given from the cache.
        cache_misses: answers that could have been in the cache and were not.
        cache_revalidated: requests answered 304 from the cache.
        cache_bytes: bytes the cache holds.
        in_flight: requests that were begun and not ended.
        queued: requests that wait for a thread or an evaluator.
        connections: open connections.
        reloads: releases taken up while serving.
        failed_reloads: releases that could not be taken up.
    """

    def __init__(self) -> None:
        self.cache_hits = self.cache_misses = self.cache_revalidated = self.cache_bytes = 0
        self.in_flight = self.queued = self.connections = 0
        self.reloads = self.failed_reloads = 0
        self._writes: Counter[str] = Counter()
        self._series: dict[tuple[str, str, int], Series] = {}
        self._lock = threading.Lock()

    def observe(self, route: str, method: str, status: int, seconds: float, sent: int) -> None:
        """Count an answer.

        Args:
            route: the request's path, or the label that `route_of` makes of it.
            method: of the request.
            status: of the answer.
            seconds: from the request's head to the answer's last byte.
            sent: bytes of the body that were sent.
        """
        series = self.series(route, method, status)
        with self._lock:
            series.count += 1
            series.seconds += seconds
            series.sent += sent
            series.buckets[bisect_left(BUCKETS, seconds)] += 1

    def series(self, route: str, method: str, status: int) -> Series:
        """Where the answers of a route (or path), method and class of status are counted."""
        key = (route_of(route), method if method in _METHODS else OTHER, status // 100)
        series = self._series.get(key)
        if series is None:
            with self._lock:
                series = self._series.setdefault(key, Series())
        return series

    def wrote(self, *, accepted: bool) -> None:
        """Count a write, published or refused."""
        with self._lock:
            self._writes[_OUTCOMES[not accepted]] += 1

    def collect(self) -> Iterator[Metric]:
        """The counts as metrics, in the units that Prometheus recommends."""
        with self._lock:
            found = [
                (key, series.count, series.seconds, series.sent, tuple(series.buckets))
                for key, series in sorted(self._series.items())
            ]
            writes = dict(self._writes)
        labels = ["route", "method", "status"]
        requests = CounterMetricFamily("egov_kg_http_requests", "Answered requests.", labels=labels)
        sent = CounterMetricFamily("egov_kg_http_response_bytes", "Bytes of bodies sent.", labels=labels)
        by_route: dict[str, tuple[float, list[int]]] = {}
        for (route, method, status), count, seconds, size, buckets in found:
            values = [route, method, f"{status}xx"]
            requests.add_metric(values, count)
            sent.add_metric(values, size)
            total, merged = by_route.get(route, (0.0, [0] * len(buckets)))
            by_route[route] = (
                total + seconds,
                [one + other for one, other in zip(merged, buckets, strict=True)],
            )
        yield requests
        yield sent
        yield _latency(by_route)
        yield gauge("egov_kg_http_requests_in_flight", "Requests begun and not ended.", self.in_flight)
        yield gauge(
            "egov_kg_http_requests_queued", "Requests waiting for a thread or evaluator.", self.queued
        )
        yield gauge("egov_kg_http_connections", "Open connections.", self.connections)
        cache = CounterMetricFamily(
            "egov_kg_cache_answers", "Answers by use of the cache.", labels=["result"]
        )
        cache.add_metric(["hit"], self.cache_hits)
        cache.add_metric(["miss"], self.cache_misses)
        cache.add_metric(["revalidated"], self.cache_revalidated)
        yield cache
        yield gauge("egov_kg_cache_bytes", "Bytes held by the cache.", self.cache_bytes)
        outcomes = CounterMetricFamily("egov_kg_writes", "Writes by outcome.", labels=["outcome"])
        for outcome in _OUTCOMES:
            outcomes.add_metric([outcome], writes.get(outcome, 0))
        yield outcomes
        reloads = CounterMetricFamily("egov_kg_reloads", "Changes of the release served.", labels=["result"])
        reloads.add_metric(["done"], self.reloads)
        reloads.add_metric(["failed"], self.failed_reloads)
        yield reloads


def gauge(name: str, help_: str, value: float) -> GaugeMetricFamily:
    """A gauge without labels."""
    return GaugeMetricFamily(name, help_, value=value)


def _latency(by_route: dict[str, tuple[float, list[int]]]) -> HistogramMetricFamily:
    latency = HistogramMetricFamily(
        "egov_kg_http_request_seconds", "Time from a request's head to its last byte.", labels=["route"]
    )
    bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
    for route, (seconds, buckets) in by_route.items():
        sums, total = [], 0
        for bound, count in zip(bounds, buckets, strict=True):
            total += count
            sums.append((bound, total))
        latency.add_metric([route], sums, seconds)
    return latency
