"""SPARQL 1.1 Update over HTTP (SPARQL 1.1 Protocol, section 2.2)."""

from __future__ import annotations

from flask import Response

from egov_kg.sparql import guard, protocol
from egov_kg.sparql.protocol import HttpRequest
from egov_kg.web import writing
from egov_kg.web.service import service


def answer(asked: HttpRequest) -> Response:
    """Do an update, as one: all of its operations, or none of them.

    Args:
        asked: a request that `protocol.is_update`.

    Raises:
        EgovError: it may not be done, or cannot; then nothing has changed.
    """
    writer, who = writing.author()
    update = protocol.parse_update(asked)
    guard.check_update(update.text, service().settings)
    return writing.answered(writing.write(writer, update, who, writing.condition()))
