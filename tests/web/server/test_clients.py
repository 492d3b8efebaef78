"""Who asks, and how often: `egov_kg.web.server.clients`."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg.errors import TooManyRequests, UsageError
from egov_kg.settings import Settings
from egov_kg.web import problems
from egov_kg.web.server.clients import UNKNOWN, Clients, Window


def clients(**settings: object) -> Clients:
    return Clients(Settings(home=Path(), **settings))  # type: ignore[arg-type]


def forwarded(*, x: str | None = None, rfc: str | None = None) -> list[tuple[bytes, bytes]]:
    fields = [(b"x-forwarded-for", x), (b"forwarded", rfc)]
    return [(name, value.encode("latin-1")) for name, value in fields if value is not None]


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("::ffff:203.0.113.5", [], "203.0.113.5"),
        ("fe80::1%eth0", [], "fe80::1"),
        ("", [], UNKNOWN),
        # who is not trusted says what it likes
        ("203.0.113.5", forwarded(x="198.51.100.1"), "203.0.113.5"),
        # the right-most address that no trusted proxy has
        ("127.0.0.1", forwarded(x="198.51.100.1"), "198.51.100.1"),
        ("127.0.0.1", forwarded(x="1.1.1.1, 198.51.100.1"), "198.51.100.1"),
        ("127.0.0.1", forwarded(x="198.51.100.1, 10.0.0.7"), "198.51.100.1"),
        ("127.0.0.1", forwarded(x="10.0.0.9, 10.0.0.7"), "10.0.0.9"),
        ("127.0.0.1", forwarded(x="198.51.100.1:4711"), "198.51.100.1"),
        ("127.0.0.1", forwarded(x="[2001:db8::1]:4711"), "2001:db8::1"),
        ("::1", forwarded(x="2001:db8::1"), "2001:db8::1"),
        ("127.0.0.1", forwarded(rfc="for=198.51.100.1;proto=https"), "198.51.100.1"),
        ("127.0.0.1", forwarded(rfc='proto=http;For="[2001:db8::1]:4711"'), "2001:db8::1"),
        ("127.0.0.1", forwarded(rfc='for="1.1.1.1, 2.2.2.2", for=198.51.100.1'), "198.51.100.1"),
        # nothing usable
        ("127.0.0.1", forwarded(rfc="for=_hidden"), UNKNOWN),
        ("127.0.0.1", forwarded(rfc="proto=http"), UNKNOWN),
        ("127.0.0.1", forwarded(x="127.0.0.1"), UNKNOWN),
        ("127.0.0.1", forwarded(x="::"), UNKNOWN),
        ("127.0.0.1", forwarded(x=""), UNKNOWN),
        ("127.0.0.1", forwarded(x="\x00\xff'; DROP"), UNKNOWN),
        ("127.0.0.1", forwarded(x="198.51.100.1," * 5000), UNKNOWN),
        ("127.0.0.1", forwarded(rfc='"\\' * 2000), UNKNOWN),
        # two headers that agree, and two that do not
        ("127.0.0.1", forwarded(x="198.51.100.1", rfc="for=198.51.100.1"), "198.51.100.1"),
        ("127.0.0.1", forwarded(x="198.51.100.1", rfc="for=198.51.100.2"), UNKNOWN),
    ],
)
def test_the_address_behind_proxies(peer: str, headers: list[tuple[bytes, bytes]], address: str) -> None:
    trusted = ("127.0.0.0/8", "::1/128", "10.0.0.0/8")
    assert clients(trusted_proxies=trusted).address(peer, headers) == address


def test_fields_of_the_same_name_are_one_list() -> None:
    fields = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"198.51.100.2")]
    assert clients().address("127.0.0.1", fields) == "198.51.100.2"


@pytest.mark.parametrize("text", ["10.0.0.0/40", "proxy.example", ""])
def test_a_network_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError, match="EGOV_KG_TRUSTED_PROXIES") as caught:
        clients(trusted_proxies=(text,))
    assert "网段" in caught.value.detail_zh


@pytest.mark.parametrize("notation", ["many", "0/minute", "10 per fortnight", "5/minute;x"])
def test_a_limit_that_cannot_be_read(notation: str) -> None:
    with pytest.raises(UsageError, match=r"EGOV_KG_RATE_LIMIT.*1200/minute"):
        clients(rate_limit=notation)


def admitted(limited: Clients, address: str, times: int = 10) -> int:
    done = 0
    for _ in range(times):
        try:
            limited.admit(address)
        except TooManyRequests:
            continue
        done += 1
    return done


def test_each_client_has_its_own_limit() -> None:
    limited = clients(rate_limit="3/day")
    assert admitted(limited, "203.0.113.5") == 3
    assert admitted(limited, "203.0.113.6") == 3
    assert admitted(limited, UNKNOWN) == 3
    assert admitted(limited, "127.0.0.1") == admitted(limited, "::1") == 10
    assert admitted(clients(rate_limit=""), "203.0.113.5") == 10


def test_a_site_of_ipv6_is_one_client() -> None:
    limited = clients(rate_limit="3/day")
    assert admitted(limited, "2001:db8:0:1::1") == 3
    assert admitted(limited, "2001:db8:0:1:ffff::2") == 0
    assert admitted(limited, "2001:db8:0:2::1") == 3


def test_the_tightest_of_several_limits_holds() -> None:
    assert admitted(clients(rate_limit="9/day;2/hour"), "203.0.113.5") == 2


def test_the_refusal_says_when_to_come_again() -> None:
    limited = clients(rate_limit="1/day")
    limited.admit("203.0.113.9")
    with pytest.raises(TooManyRequests) as caught:
        limited.admit("203.0.113.9")
    fields = problems.headers(caught.value)
    assert 1 <= int(fields["Retry-After"]) <= 2 * 86400
    assert fields["RateLimit-Policy"] == '"client";q=1;w=86400'
    assert fields["RateLimit"] == f'"client";r=0;t={fields["Retry-After"]}'


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_window_slides_and_the_wait_is_true() -> None:
    clock = Clock()
    window = Window(4, 10, clock)
    for _ in range(4):
        window.count("a")
    with pytest.raises(TooManyRequests) as caught:
        window.count("a")
    wait = caught.value.extra["retry_after"]
    clock.now += wait - 1
    with pytest.raises(TooManyRequests):
        window.count("a")
    clock.now += 1
    window.count("a")
    clock.now += 100
    for _ in range(4):
        window.count("a")


def test_no_number_of_clients_takes_more_memory_than_is_meant() -> None:
    clock = Clock()
    window = Window(2, 10, clock, most=50)
    for number in range(50):
        window.count(f"client {number}")
    window.count("new")
    window.count("newer")
    with pytest.raises(TooManyRequests):
        window.count("newest")
    window.count("client 0")
    assert len(window._now) <= 51
    clock.now += 20
    window.count("newest")
    assert len(window._now) + len(window._before) <= 52


@pytest.mark.parametrize(
    "value", ['"' + r"\"" * 2000, 'for="a, for=192.0.2.1', 'for=192.0.2.1;x="' + r"\"" * 2000 + "\\"]
)
def test_a_quote_without_an_end_goes_to_the_end(value: str) -> None:
    assert clients().address("127.0.0.1", forwarded(rfc=value)) in (UNKNOWN, "192.0.2.1")
