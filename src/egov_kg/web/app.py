"""`create_app`: the Flask application over the current release."""

from __future__ import annotations

from typing import Final

from flask import Flask

from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings
from egov_kg.store.base import Store
from egov_kg.web import pages, responses, sparql
from egov_kg.web.service import Service

_BODY_OVERHEAD: Final = 64 * 1024


def body_limit(settings: Settings) -> int:
    """Bytes a request body may have: the longest query, every code point percent-encoded, and some more."""
    return 12 * settings.query_length + _BODY_OVERHEAD


def create_app(
    settings: Settings | None = None, *, release: Release | None = None, store: Store | None = None
) -> Flask:
    """The application.

    Args:
        settings: by default those of the environment.
        release: what to serve; by default the current release of `settings.home`.
        store: what answers queries over that release; by default evaluators started here, which end with
            the process.

    Raises:
        NotFound: there is no release; the message says how to make one.
        ReleaseError: the release cannot be read.
        UsageError: a setting that makes no sense.
    """
    settings = settings or Settings.from_environment()
    release = release or Registry(settings.home).current()
    if store is None:
        from egov_kg.store.evaluators import Evaluators

        store = evaluators = Evaluators(release.nquads, release.dataset, settings)
        evaluators.start()
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = body_limit(settings)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Service(release, store, settings).attach(app)
    responses.install(app)
    app.register_blueprint(sparql.blueprint)
    app.register_blueprint(pages.blueprint)
    return app
