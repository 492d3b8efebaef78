"""A page for an error shows even where the Host header names no host, whoever looks at the header first."""

from __future__ import annotations

import pytest

from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from egov_kg.web.app import create_app
from support.service import Server, exchange, head_of

BAD = ["a..b", "x" * 64 + ".example"]


@pytest.mark.parametrize("path", ["/", "/sparql", "/sparql?query=ASK%7B%7D", "/nothing-here"])
@pytest.mark.parametrize("host", BAD)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_over_a_socket(server: Server, path: str, host: str, accept: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\nConnection: close\r\n\r\n"
    status, headers, body = head_of(exchange(server.port, request.encode()))
    assert status == 400, body
    assert headers["content-type"] in ("text/html; charset=utf-8", "application/problem+json")


@pytest.mark.parametrize("host", BAD)
def test_from_the_application_itself(settings: Settings, release: Release, host: str) -> None:
    """The adapter in front may refuse such a request; the application does not rely on it."""
    from egov_kg.release.registry import Registry
    from egov_kg.web.editions import Editions

    editions = Editions(Registry(settings.home), settings)
    try:
        editions.refresh()
        client = create_app(settings, editions).test_client()
        reply = client.get("/catalog", headers={"Host": host, "Accept": "text/html"})
    finally:
        editions.close()
    assert reply.status_code == 400
    assert reply.content_type == "text/html; charset=utf-8"
    assert 'href="/static/css/base.css?v=' in reply.text
    assert 'href="/en/sparql"' in reply.text
