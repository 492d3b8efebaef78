"""RDF from another server, for LOAD (SPARQL 1.1 Update, section 3.1.4): never from an address of our own."""

from __future__ import annotations

import time
from functools import partial
from typing import Final
from urllib.parse import urljoin

from egov_kg import formats
from egov_kg.errors import UpstreamFailed
from egov_kg.settings import Settings
from egov_kg.sparql.changes import Document
from egov_kg.store.addresses import Target, addresses, is_under, target
from egov_kg.store.changes import Load
from egov_kg.store.http_client import Exchange, exchange, failed

_ACCEPT: Final = ", ".join(syntax.media_type for syntax in formats.RDF)
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_SAYS_NOTHING: Final = ("", "text/plain", "application/octet-stream", "binary/octet-stream")


def loader(settings: Settings) -> Load:
    """What gets the documents of LOAD, within the bounds of the settings; see `fetch`."""
    return partial(
        fetch, allow=settings.load_allow, timeout=settings.write_timeout, most_bytes=settings.write_bytes
    )


def fetch(url: str, *, allow: tuple[str, ...], timeout: float, most_bytes: int) -> Document:
    """Get an RDF document with HTTP GET.

    Each step of a redirect is checked as the URL itself was. The base IRI is the URL that answered in the end
    (RFC 3986, section 5.1.3). The `Content-Type` says which syntax it is; where that says nothing
    (`text/plain`, `application/octet-stream`, none), the suffix of the URL's path does.

    Args:
        url: http or https.
        allow: beginnings of URLs whose address and port may be any; all others must be public, on 80 or 443.
        timeout: seconds for everything together.
        most_bytes: of the document.

    Raises:
        UsageError: the URL is none that can be fetched.
        WriteForbidden: its address or port, or one that it redirects to, is closed.
        UpstreamFailed: the other server failed, was too slow or sent too much, or what it sent is no RDF.
    """
    deadline = time.monotonic() + timeout
    place = target(url)
    for _ in range(_MOST_REDIRECTS + 1):
        left = deadline - time.monotonic()
        found = addresses(place, trusted=is_under(place, allow), timeout=left)
        answer = exchange(place, found, deadline=deadline, most_bytes=most_bytes, headers={"Accept": _ACCEPT})
        if answer.status not in _REDIRECTS:
            return _document(place, answer)
        place = _next(place, answer)
    raise failed(
        place, f"there are more than {_MOST_REDIRECTS} redirects", f"重定向超过 {_MOST_REDIRECTS} 次"
    )


def _next(place: Target, answer: Exchange) -> Target:
    location = answer.headers.get("location", "")
    if not location:
        raise failed(place, "it redirects to nowhere", "重定向没有目标")
    following = target(urljoin(place.url, location))
    if place.scheme == "https" and following.scheme == "http":
        raise failed(place, "it redirects from https to http", "从 https 重定向到 http")
    return following


def _document(place: Target, answer: Exchange) -> Document:
    if answer.status != 200:
        raise failed(place, f"it answered {answer.status}", f"对方返回 {answer.status}")
    declared, _, rest = answer.headers.get("content-type", "").partition(";")
    media_type = declared.strip().lower()
    if media_type in _SAYS_NOTHING:
        syntax = formats.find(place.path.rpartition("/")[2].rpartition(".")[2], formats.RDF)
    else:
        syntax = formats.find(media_type, formats.RDF) if "/" in media_type else None
    if syntax is None:
        known = ", ".join(item.media_type for item in formats.RDF)
        raise UpstreamFailed(
            f"{place.url} is {media_type or 'of no stated type'}, which is no RDF syntax known here. Known "
            f"are {known}.",
            f"{place.url} 的类型为 {media_type or '（未注明）'}，不是已知的 RDF 语法。已知：{known}。",
            url=place.url,
        )
    for parameter in rest.split(";"):
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset not in ("utf-8", "utf8", "us-ascii"):
            raise failed(
                place, f"its charset is {charset[:40]}, not UTF-8", f"字符集为 {charset[:40]}，不是 UTF-8"
            )
    return Document(answer.body, syntax.canonical.media_type, place.url, place.url)
