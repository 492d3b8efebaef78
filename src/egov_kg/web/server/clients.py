"""Who asks, seen through the proxies in front of the service, and how often one client may ask.

The library `limits` reads the notation of the limit. The counting is done here: the library's own memory
store starts a thread for each hundredth of a second with requests, and walks all addresses in it.
"""

from __future__ import annotations

import ipaddress
import math
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

import limits

from egov_kg.errors import TooManyRequests, UsageError
from egov_kg.settings import Settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = Iterable[tuple[bytes, bytes]]
"""Header fields as ASGI gives them: names in lower case, in the order they came."""

UNKNOWN: Final = "unknown"
"""The address of a client whose proxy says nothing usable of it (RFC 7239, section 6.2)."""

_MOST_CHARACTERS: Final = 4096
_MOST_PROXIES: Final = 32
_MOST_CLIENTS: Final = 100_000
_SITE: Final = 64
# What begins with a quote without its end goes to the end of the text: nothing is read twice.
_ELEMENT: Final = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*+(?:"|\\?\Z))++')
_FOR: Final = re.compile(r'(?:^|;)[ \t]*for=(?:"((?:\\.|[^"\\])*)"|([^;,"\s]*))', re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\[([^\]]*)\](?::[0-9A-Za-z._-]+)?")


class Networks:
    """Some networks.

    Args:
        variable: the setting that names them, for the error.
        texts: networks or single addresses.

    Raises:
        UsageError: one of them is neither.
    """

    def __init__(self, variable: str, texts: Iterable[str]) -> None:
        self._networks = tuple(_network(variable, text) for text in texts)

    def __contains__(self, address: Address | str) -> bool:
        found = _parsed(address) if isinstance(address, str) else address
        return found is not None and any(found in network for network in self._networks)


class Clients:
    """Tells clients apart, and refuses those that ask too much. Safe to use from any thread.

    Args:
        settings: `trusted_proxies` and `rate_limit`.

    Raises:
        UsageError: one of the two settings cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._trusted = Networks("EGOV_KG_TRUSTED_PROXIES", settings.trusted_proxies)
        self._windows = tuple(_windows(settings.rate_limit))

    def address(self, peer: str, headers: Headers) -> str:
        """The client's address, for limits and logs.

        `Forwarded` (RFC 7239) and `X-Forwarded-For` are read from the right, as far as each proxy is
        trusted. Where both are there and say different things, or what they say is no address that can
        come from outside, the client is `UNKNOWN`: whoever writes such a header gains nothing by it.

        Args:
            peer: the address at the other end of the connection.
            headers: of the request.
        """
        nearest = _parsed(peer)
        if nearest is None:
            return UNKNOWN
        if nearest not in self._trusted:
            return str(nearest)
        fields = list(headers)
        chains = (
            _chain(fields, b"forwarded", _of_forwarded),
            _chain(fields, b"x-forwarded-for", _of_x_forwarded_for),
        )
        found = {self._walk(nearest, chain) for chain in chains if chain is not None}
        if not found:
            return str(nearest)
        return found.pop() if len(found) == 1 else UNKNOWN

    def admit(self, address: str) -> None:
        """Count an evaluation.

        Args:
            address: what `address` said. An address of this machine itself is never limited; those of one
                IPv6 site (/64) count as one.

        Raises:
            TooManyRequests: it is one too many, with `limit`, `window` (seconds) and `retry_after`.
        """
        if not self._windows:
            return
        parsed = _parsed(address)
        if parsed is not None and parsed.is_loopback:
            return
        client = address
        if isinstance(parsed, ipaddress.IPv6Address):
            client = str(ipaddress.IPv6Network((parsed, _SITE), strict=False))
        for window in self._windows:
            window.count(client)

    def _walk(self, nearest: Address, chain: Iterable[str]) -> str:
        for hop in islice(chain, _MOST_PROXIES):
            if nearest not in self._trusted:
                return str(nearest)
            parsed = _parsed(hop)
            # A proxy's own loopback address is not this machine's, and must not pass for it.
            if parsed is None or parsed.is_loopback or parsed.is_unspecified:
                return UNKNOWN
            nearest = parsed
        return str(nearest)


class Window:
    """A limit for each client over a sliding window: two counters a client, the earlier one weighted.

    Args:
        amount: requests in a window.
        seconds: its length.
        clock: seconds that never go back.
        most: clients that are told apart in one window; all others share a count.
    """

    def __init__(
        self,
        amount: int,
        seconds: int,
        clock: Callable[[], float] = time.monotonic,
        most: int = _MOST_CLIENTS,
    ) -> None:
        self.amount, self.seconds = amount, seconds
        self._clock, self._most = clock, most
        self._lock = threading.Lock()
        self._number = 0
        self._before: Counter[str] = Counter()
        self._now: Counter[str] = Counter()

    def count(self, client: str) -> None:
        """Count a request of a client.

        Raises:
            TooManyRequests: it is one too many; it is then not counted.
        """
        with self._lock:
            number, passed = divmod(self._clock() / self.seconds, 1)
            if number != self._number:
                self._before = self._now if number == self._number + 1 else Counter()
                self._now, self._number = Counter(), int(number)
            if client not in self._now and len(self._now) >= self._most:
                client = ""
            before, now = self._before[client], self._now[client]
            if before * (1 - passed) + now + 1 <= self.amount:
                self._now[client] = now + 1
                return
        raise self._refusal(self._wait(before, now, passed))

    def _wait(self, before: int, now: int, passed: float) -> int:
        """Whole seconds until one more request of this client would be counted, if no other comes."""
        if now + 1 <= self.amount:
            share = 1 - (self.amount - 1 - now) / before - passed
        else:
            share = 1 - passed + 1 - (self.amount - 1) / now
        return max(1, math.ceil(share * self.seconds))

    def _refusal(self, wait: int) -> TooManyRequests:
        return TooManyRequests(
            f"More than {self.amount} requests in {self.seconds} s from one address. Try again in {wait} s; "
            "answers that have an ETag and are asked for again unchanged do not count.",
            f"同一地址在 {self.seconds} 秒内的请求超过 {self.amount} 次。请在 {wait} 秒后重试；"
            "缓存中未变的结果不计入次数。",
            limit=self.amount,
            window=self.seconds,
            retry_after=wait,
        )


def _network(variable: str, text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise UsageError(
            f"{variable}: {text!r} is no address or network such as 10.0.0.0/8 or ::1.",
            f"{variable}：{text!r} 不是地址或网段（如 10.0.0.0/8 或 ::1）。",
        ) from None


def _windows(notation: str) -> Iterator[Window]:
    if not notation:
        return
    try:
        items = limits.parse_many(notation)
        if not items or any(item.amount < 1 or item.get_expiry() < 1 for item in items):
            raise ValueError(notation)
    except ValueError:
        raise UsageError(
            f"EGOV_KG_RATE_LIMIT={notation!r} is no limit: write 1200/minute, or 20/second;1200/minute.",
            f"EGOV_KG_RATE_LIMIT={notation!r} 不是有效的限额：请写成 1200/minute 或 20/second;1200/minute。",
        ) from None
    for item in items:
        yield Window(item.amount, item.get_expiry())


def _chain(
    fields: Iterable[tuple[bytes, bytes]], name: bytes, read: Callable[[str], list[str]]
) -> list[str] | None:
    """What a header field says of the way a request came, the nearest first; None where it is not there."""
    values = [value for key, value in fields if key == name]
    if not values:
        return None
    text = b",".join(values).decode("latin-1")
    return read(text)[::-1] if len(text) <= _MOST_CHARACTERS else [UNKNOWN]


def _of_x_forwarded_for(text: str) -> list[str]:
    return text.split(",")


def _of_forwarded(text: str) -> list[str]:
    hops = []
    for element in _ELEMENT.findall(text):
        match = _FOR.search(element.strip())
        quoted, token = match.groups() if match else (None, UNKNOWN)
        hops.append(token if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
    return hops


def _parsed(text: str) -> Address | None:
    """An address with or without brackets, port or zone; an IPv4 one written as IPv6 is that IPv4 one."""
    text = text.strip()
    if match := _BRACKETED.fullmatch(text):
        text = match[1]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
