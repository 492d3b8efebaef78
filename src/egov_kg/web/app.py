"""`create_app`: the Flask application over one release."""

from __future__ import annotations

from typing import Final

from flask import Flask

from egov_kg.settings import Settings
from egov_kg.web import (
    assets,
    citations,
    definitions,
    discovery,
    downloads,
    graph_store,
    i18n,
    linked_data,
    openapi,
    paged,
    releases,
    responses,
    search,
    sparql,
    terms,
)
from egov_kg.web.editions import Editions
from egov_kg.web.operations import Operations
from egov_kg.web.pages import (
    compare,
    datasets,
    docs,
    find,
    home,
    indicators,
    links,
    maps,
    neighbourhood,
    regions,
    things,
)
from egov_kg.web.reconciliation import routes as reconciliation
from egov_kg.web.server.metrics import Metrics
from egov_kg.web.service import Service, Writer

_BODY_OVERHEAD: Final = 64 * 1024


def body_limit(settings: Settings) -> int:
    """Bytes a request body may have: the longest query, every code point percent-encoded, and some more."""
    return 12 * settings.query_length + _BODY_OVERHEAD


def create_app(
    settings: Settings, editions: Editions, metrics: Metrics | None = None, writer: Writer | None = None
) -> Flask:
    """The application.

    Args:
        settings: the service's bounds.
        editions: what to serve.
        metrics: the counts that `/metrics` shows; new ones by default.
        writer: what makes changes; None where nothing can be written.

    Raises:
        UsageError: a network in the settings cannot be read.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = max(body_limit(settings), settings.write_bytes)  # `Bodies` is exact
    app.url_map.merge_slashes = False  # it would redirect to whatever host the client names
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Service(editions, settings, writer).attach(app)
    Operations(settings, editions, metrics or Metrics()).attach(app)
    responses.install(app)
    paged.install(app)
    i18n.install(app)
    assets.install(app)
    app.register_blueprint(sparql.blueprint)
    app.register_blueprint(home.blueprint)
    app.register_blueprint(docs.blueprint)
    app.register_blueprint(find.blueprint)
    app.register_blueprint(indicators.blueprint)
    app.register_blueprint(compare.blueprint)
    app.register_blueprint(things.blueprint)
    app.register_blueprint(regions.blueprint)
    app.register_blueprint(maps.blueprint)
    app.register_blueprint(links.blueprint)
    app.register_blueprint(neighbourhood.blueprint)
    app.register_blueprint(releases.blueprint)
    app.register_blueprint(downloads.blueprint)
    app.register_blueprint(discovery.blueprint)
    app.register_blueprint(terms.blueprint)
    app.register_blueprint(search.blueprint)
    app.register_blueprint(reconciliation.blueprint)
    app.register_blueprint(openapi.blueprint)
    app.register_blueprint(linked_data.blueprint)
    app.register_blueprint(graph_store.blueprint)
    app.register_blueprint(citations.blueprint)
    app.register_blueprint(datasets.blueprint)
    app.register_blueprint(definitions.blueprint)
    return app


def warm_up(app: Flask) -> None:
    """Answer requests that ask nothing of the graph: what a first request imports or reads is loaded now.

    A server that is short of files or memory later then needs no new ones. What takes longer is
    `server.warming`'s.
    """
    client = app.test_client()
    for accepted in ("text/html", "application/json"):
        client.get("/nothing", headers={"Accept": accepted}).close()
