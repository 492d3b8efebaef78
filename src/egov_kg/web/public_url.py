"""Where the service is reached: as it says of itself in documents that others read."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from egov_kg.errors import UsageError
from egov_kg.sparql.iris import is_absolute_iri
from egov_kg.web.service import service


def own() -> str:
    """The public URL of the setting, else that of the request; without a slash at the end.

    Raises:
        UsageError: a malformed Host header.
    """
    address = service().settings.public_url or request.host_url.rstrip("/")
    if not is_absolute_iri(address) or not urlsplit(address).netloc:
        raise UsageError(
            "The Host header is malformed: the URL of this service cannot be told.",
            "Host 头有误：无法得知本服务的 URL。",
        )
    return address
