"""Files of `/static/`: their addresses name their content, so that browsers keep them for good."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, request

from egov_kg.web import tags
from egov_kg.web.past import FOREVER

FOLDER: Final = Path(__file__).parent / "static"
_VERSION: Final = "v"


def install(app: Flask) -> None:
    """Give templates `asset(name)`, and let what it names be kept."""
    app.context_processor(lambda: {"asset": asset, "has_asset": has_asset})

    def kept(response: Response) -> Response:
        name = request.path.removeprefix("/static/")
        named = name != request.path and response.status_code in (200, 304)
        if named and request.args.get(_VERSION) == _version(name):
            response.headers["Cache-Control"] = FOREVER
        return response

    app.after_request(kept)


def asset(name: str) -> str:
    """The address of a file below `static/`."""
    return f"/static/{name}?{_VERSION}={_version(name)}"


def has_asset(name: str) -> bool:
    """Whether there is such a file: what npm brings is missing where a build had no network."""
    return (FOLDER / name).is_file()


@cache
def _version(name: str) -> str:
    path = FOLDER / name
    return tags.digest(path.read_bytes()) if path.is_file() else ""
