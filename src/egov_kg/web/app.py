"""`create_app`: the Flask application over one release."""

from __future__ import annotations

from typing import Final

from flask import Flask

from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from egov_kg.store.evaluators import Evaluators
from egov_kg.web import pages, responses, sparql
from egov_kg.web.service import Service

_BODY_OVERHEAD: Final = 64 * 1024


def body_limit(settings: Settings) -> int:
    """Bytes a request body may have: the longest query, every code point percent-encoded, and some more."""
    return 12 * settings.query_length + _BODY_OVERHEAD


def create_app(settings: Settings, release: Release, store: Evaluators) -> Flask:
    """The application.

    Args:
        settings: the service's bounds.
        release: what to serve.
        store: what answers queries over that release.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = body_limit(settings)
    app.url_map.merge_slashes = False  # it would redirect to whatever host the client names
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Service(release, store, settings).attach(app)
    responses.install(app)
    app.register_blueprint(sparql.blueprint)
    app.register_blueprint(pages.blueprint)
    return app


def warm_up(app: Flask) -> None:
    """Answer one request of each kind: what is imported or read at a first request is loaded now.

    A server that is short of files or memory later then needs no new ones.
    """
    client = app.test_client()
    for path in ("/", "/sparql", "/nothing"):
        for accepted in ("text/html", "text/turtle, application/json"):
            client.get(path, headers={"Accept": accepted}).close()
