"""`/health`, `/ready` and `/metrics`: for those who watch the service."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, cast

from flask import Blueprint, Flask, Request, Response, current_app, jsonify, request
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from egov_kg import __version__
from egov_kg.errors import EgovError, EvaluationError, NotFound, ServiceBusy
from egov_kg.settings import Settings
from egov_kg.store.tally import ENDINGS
from egov_kg.web.editions import Editions
from egov_kg.web.problems import RETRY_SECONDS
from egov_kg.web.responses import in_full
from egov_kg.web.server.clients import Clients, Networks
from egov_kg.web.server.metrics import Metrics, gauge
from egov_kg.web.server.processes import use_of
from egov_kg.web.service import service

PATHS: Final = ("/health", "/ready", "/metrics")
"""Paths that must be answered however many requests wait."""

_EXTENSION: Final = "egov_kg.operations"

_log = logging.getLogger(__name__)

blueprint = Blueprint("operations", __name__)


class Operations:
    """What a service tells of itself.

    Args:
        settings: `metrics_allow`, and `trusted_proxies` to tell who asks.
        editions: what is served.
        metrics: the counts.

    Attributes:
        draining: the service is about to end: it answers, but wants no new clients.

    Raises:
        UsageError: a network in the settings cannot be read.
    """

    def __init__(self, settings: Settings, editions: Editions, metrics: Metrics) -> None:
        self.metrics = metrics
        self.draining = False
        self._clients = Clients(settings)
        self._allowed = Networks("EGOV_KG_METRICS_ALLOW", settings.metrics_allow)
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(metrics)
        self._registry.register(_Served(editions))
        ProcessCollector(registry=self._registry)

    def attach(self, app: Flask) -> None:
        """Have a Flask application answer `PATHS`."""
        app.extensions[_EXTENSION] = self
        app.register_blueprint(blueprint)

    def client(self, asked: Request) -> str:
        """The address of who asks, seen through the proxies that are trusted."""
        return self._clients.address(asked.remote_addr or "", _fields(asked))

    def may_read_metrics(self, peer: str, headers: list[tuple[bytes, bytes]]) -> bool:
        """Whether who asks is in one of the networks that metrics are for."""
        return self._clients.address(peer, headers) in self._allowed

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All metrics and their media type.

        Args:
            accept: the Accept header: OpenMetrics for whom names it, else Prometheus' text format 0.0.4.
        """
        encode, content_type = choose_encoder(accept)
        return encode(cast("Collector", self._registry)), content_type


class _Served(Collector):
    """Metrics of the release and of its evaluators."""

    def __init__(self, editions: Editions) -> None:
        self._editions = editions

    def collect(self) -> Iterator[Metric]:
        build = InfoMetricFamily("egov_kg_build", "The program.")
        build.add_metric([], {"version": __version__})
        yield build
        loaded = self._editions.loaded()
        yield gauge("egov_kg_editions", "Releases with processes for new requests.", len(loaded))
        if loaded:
            state = loaded[0].state
            info = InfoMetricFamily("egov_kg_release", "The release that is served.")
            info.add_metric([], {"id": state.id})
            yield info
            yield gauge(
                "egov_kg_release_created_timestamp_seconds",
                "When the release that is served was made.",
                state.created.timestamp(),
            )
            yield gauge("egov_kg_release_triples", "Triples of it.", sum(state.graphs.values()))
        evaluators = GaugeMetricFamily("egov_kg_evaluators", "Evaluators, by state.", labels=["state"])
        busy = sum(edition.store.busy for edition in loaded)
        total = sum(edition.store.settings.evaluators for edition in loaded)
        evaluators.add_metric(["busy"], busy)
        evaluators.add_metric(["idle"], total - busy)
        yield evaluators
        tally = self._editions.tally
        yield CounterMetricFamily(
            "egov_kg_evaluators_started", "Evaluating processes started.", value=tally.started
        )
        yield CounterMetricFamily("egov_kg_graph_loads", "Times that a graph was loaded.", value=tally.loads)
        ended = CounterMetricFamily("egov_kg_evaluators_ended", "Those that ended, by why.", labels=["why"])
        for why in ENDINGS:
            ended.add_metric([why], tally.ended[why])
        yield ended
        use = use_of(pid for edition in loaded if (pid := edition.store.zygote) is not None)
        yield gauge("egov_kg_evaluators_processes", "Processes that hold or ask graphs.", use.processes)
        yield gauge("egov_kg_evaluators_memory_bytes", "Their memory, shared parts once.", use.memory)
        yield gauge(
            "egov_kg_evaluators_processor_seconds", "Their processor time, of those that live.", use.processor
        )


def operations_of(app: Flask) -> Operations:
    """What was attached to an application."""
    return cast("Operations", app.extensions[_EXTENSION])


@blueprint.route("/health", methods=["GET"])
def health() -> Response:
    """200 while queries are answered, or only too many are under way; 503 otherwise."""
    return _told(*_state())


@blueprint.route("/ready", methods=["GET"])
def ready() -> Response:
    """200 while new clients are welcome; 503 before a release is loaded, and once the end has begun."""
    here = operations_of(current_app)
    if here.draining:
        return _told("draining", "The service is about to end.")
    return _told(*_state())


def _fields(asked: Request) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in asked.headers]


@blueprint.route("/metrics", methods=["GET"])
def metrics() -> Response:
    """The counts, for the addresses that may have them; for others, there is nothing here."""
    here = operations_of(current_app)
    if not here.may_read_metrics(request.remote_addr or "", _fields(request)):
        raise NotFound(
            "Metrics are not open to this address: see EGOV_KG_METRICS_ALLOW.",
            "此地址不能读取运行指标：参见 EGOV_KG_METRICS_ALLOW。",
        )
    body, content_type = here.exposition(request.headers.get("Accept", ""))
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _state() -> tuple[str, str]:
    """`ok`, `busy` or `failing`, and why."""
    try:
        if not service().alive():
            raise EvaluationError("A trivial query had a wrong answer.", "一个最简单的查询得到了错误的结果。")
    except ServiceBusy:
        return "busy", ""
    except EgovError as error:
        _log.warning("%s: %s", request.path, in_full(error))
        return "failing", error.detail
    return "ok", ""


def _told(state: str, detail: str) -> Response:
    told = {"status": state}
    with suppress(EgovError):  # none is loaded: `detail` says so
        told["release"] = service().release.id
    if detail:
        told["detail"] = detail
    response = jsonify(told)
    if state not in ("ok", "busy"):
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response
