"""Where the service may connect to for a stranger: URLs, lists of allowed ones, addresses on the open net.

A name is resolved once and every address it has is checked; who connects uses a checked address, so that the
name cannot mean another one a moment later.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from egov_kg.errors import EgovError, UpstreamFailed, UsageError, WriteForbidden

_PORTS: Final = {"http": 80, "https": 443}
_NO_URL: Final = re.compile(r'[\x00-\x20\x7f-\x9f\\<>"{}|^`]|%(?![0-9A-Fa-f]{2})')
_HOST: Final = re.compile(r"[0-9A-Za-z_-]+(?:\.[0-9A-Za-z_-]+)*")
_PATH_SAFE: Final = "/:@!$&'()*+,;=~%?-._"
_NAT64: Final = IPv6Network("64:ff9b::/96")
_CLOSED: Final = frozenset({IPv4Address("168.63.129.16")})  # a cloud's own, though it looks public


@dataclass(frozen=True, slots=True)
class Target:
    """An http or https URL taken apart.

    Attributes:
        scheme: `http` or `https`.
        host: a name in ASCII and lower case, or an address without brackets.
        port: as given, or the scheme's own.
        path: percent-encoded, beginning with a slash.
        query: with its question mark, or empty.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def origin(self) -> str:
        """Scheme, host, and the port if it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != _PORTS[self.scheme] else "")

    @property
    def url(self) -> str:
        """The URL without a fragment."""
        return self.origin + self.path + self.query


def target(url: str) -> Target:
    """Take a URL apart.

    Raises:
        UsageError: it is no http or https URL, holds a user name, or has characters that no URL has.
    """
    try:
        if _NO_URL.search(url):
            raise ValueError("a character that no URL has")
        parts = urlsplit(url)
        if parts.scheme not in _PORTS:
            raise ValueError("neither http nor https")
        if "@" in parts.netloc:
            raise ValueError("a user name or password in it")
        port = parts.port
        if port == 0 or parts.netloc.endswith(":"):
            raise ValueError("no port where one is announced")
        host = _host(parts.hostname or "")
    except ValueError as error:
        raise UsageError(
            f"{url[:200]!r} cannot be fetched ({error}): give an http or https URL without a user name.",
            f"无法获取 {url[:200]!r}（{error}）：请给出不含用户名的 http 或 https 网址。",
            url=url[:200],
        ) from None
    query = "?" + quote(parts.query, safe=_PATH_SAFE) if parts.query else ""
    return Target(
        parts.scheme, host, port or _PORTS[parts.scheme], quote(parts.path, safe=_PATH_SAFE) or "/", query
    )


def check_lists(service_allow: Iterable[str], load_allow: Iterable[str]) -> None:
    """See that every entry of the operator's lists is a URL.

    Raises:
        UsageError: one is not, named with its variable.
    """
    for variable, entries in (("EGOV_KG_SERVICE_ALLOW", service_allow), ("EGOV_KG_LOAD_ALLOW", load_allow)):
        for entry in entries:
            try:
                target(entry)
            except UsageError as error:
                raise UsageError(
                    f"{variable}: {error.detail}", f"{variable}：{error.detail_zh}", **error.extra
                ) from None


def _host(text: str) -> str:
    if ":" in text:
        if "%" in text:
            raise ValueError("an address with a zone")
        return str(IPv6Address(text))
    name = text.rstrip(".")
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    if not _HOST.fullmatch(name) or len(name) > 253:
        raise ValueError("no host")
    return name.lower()


def is_under(place: Target, beginnings: Iterable[str]) -> bool:
    """Whether a URL begins as one of a list does: same scheme, host and port, and a path at or below its own.

    A path that steps upwards (`..`, however it is encoded) is below nothing.

    Raises:
        UsageError: an entry of the list is no URL.
    """
    segments = unquote(unquote(place.path)).replace("\\", "/").split("/")
    if not {".", ".."}.isdisjoint(segments):
        return False
    for text in beginnings:
        start = target(text)
        same = (start.scheme, start.host, start.port) == (place.scheme, place.host, place.port)
        if same and (place.path == start.path or place.path.startswith(start.path.rstrip("/") + "/")):
            return True
    return False


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open internet: no host, network or tunnel of our own."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address.sixtofour is not None or address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address in _CLOSED
    )


def addresses(place: Target, *, trusted: bool, timeout: float) -> tuple[str, ...]:
    """The addresses to connect to, each checked.

    Args:
        place: where to.
        trusted: the operator's list names it, so that its address and port may be any.
        timeout: seconds to wait for the name service.

    Raises:
        WriteForbidden: one of its addresses is not public, or its port is neither 80 nor 443.
        UpstreamFailed: the name has no address, or the name service does not answer.
    """
    if not trusted and place.port not in _PORTS.values():
        raise _closed(
            place, f"its port is {place.port}, not 80 or 443", f"端口为 {place.port}，不是 80 或 443"
        )
    found = _resolve(place, timeout)
    for text in () if trusted else found:
        if not is_public(ip_address(text.partition("%")[0])):
            raise _closed(place, f"its address {text} is not public", f"其地址 {text} 不是公网地址")
    return found


def _resolve(place: Target, timeout: float) -> tuple[str, ...]:
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            answers.put([str(row[4][0]) for row in rows])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # A thread, because the name service cannot be told a deadline.
    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        found = answers.get(timeout=max(0.001, timeout))
    except Empty:
        found = TimeoutError("the name service did not answer in time")
    if isinstance(found, Exception) or not found:
        raise UpstreamFailed(
            f"{place.host} has no address that is known here ({found}). Check the name.",
            f"无法解析 {place.host}（{found}）。请检查名称。",
            url=place.url,
        )
    return tuple(dict.fromkeys(found))


def _closed(place: Target, why: str, why_zh: str) -> EgovError:
    return WriteForbidden(
        f"{place.url} is not fetched: {why}. Whoever runs the service can allow it with EGOV_KG_LOAD_ALLOW.",
        f"不获取 {place.url}：{why_zh}。服务的运行者可用 EGOV_KG_LOAD_ALLOW 允许。",
        url=place.url,
    )
