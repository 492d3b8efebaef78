"""The cache by itself: what it keeps, what it forgets, how much it takes."""

from __future__ import annotations

from egov_kg.web.server.cache import Cache, Entry, Ready
from egov_kg.web.server.metrics import Series

HEADERS = [(b"etag", b'W/"a"')]


def put(cache: Cache, key: str, size: int = 1000) -> Entry | None:
    return cache.put(cache.generation, key, HEADERS, b"x" * size, 'W/"a"')


def ready(entry: Entry, size: int = 100) -> Ready:
    return Ready(b"HTTP/1.1 200 OK\r\n", b"\r\n" + b"x" * size, entry, 200, size, Series())


def test_what_is_kept_is_found_under_its_key() -> None:
    cache = Cache(100_000)
    entry = put(cache, "a")
    assert entry is not None
    assert cache.get("a") is entry
    assert cache.get("b") is None


def test_it_never_takes_more_than_its_capacity() -> None:
    cache = Cache(20_000)
    for number in range(500):
        entry = put(cache, f"key {number}")
        assert entry is not None
        cache.remember(cache.generation, b"GET /%d" % number, entry, ready(entry))
        assert cache.size <= 20_000
    assert 0 < len(cache) < 20
    assert len(cache.ready) <= len(cache)
    assert cache.get("key 499") is not None
    assert cache.get("key 0") is None


def test_what_is_asked_for_stays_longer() -> None:
    cache = Cache(20_000)
    put(cache, "asked for")
    for number in range(100):
        assert cache.get("asked for") is not None
        put(cache, f"key {number}")
    assert cache.get("key 0") is None


def test_what_takes_too_large_a_share_is_not_kept() -> None:
    cache = Cache(20_000)
    assert put(cache, "large", 2_600) is None
    assert put(cache, "small", 1_500) is not None


def test_the_forms_of_one_answer_are_bounded() -> None:
    cache = Cache(10_000_000)
    entry = put(cache, "a")
    assert entry is not None
    for number in range(1000):
        cache.remember(cache.generation, b"%d" % number, entry, ready(entry))
    assert len(cache.ready) == len(entry.forms) <= 32
    assert b"999" in cache.ready


def test_what_was_made_before_the_data_changed_is_not_kept() -> None:
    cache = Cache(100_000)
    before = cache.generation
    entry = put(cache, "a")
    assert entry is not None
    cache.remember(before, b"GET /", entry, ready(entry))
    cache.clear()
    assert (cache.get("a"), cache.ready, cache.size, len(cache)) == (None, {}, 0, 0)
    assert cache.put(before, "a", HEADERS, b"", 'W/"a"') is None
    cache.remember(before, b"GET /", entry, ready(entry))
    assert cache.ready == {}


def test_an_answer_that_was_replaced_takes_its_requests_with_it() -> None:
    cache = Cache(100_000)
    entry = put(cache, "a")
    assert entry is not None
    taken = cache.size
    cache.remember(cache.generation, b"GET /", entry, ready(entry))
    put(cache, "a")
    assert cache.ready == {}
    assert cache.size == taken


def test_a_page_is_found_by_the_fields_it_varies_by() -> None:
    cache = Cache(100_000)
    assert cache.variant("/", {b"accept": b"a"}) is None
    key = cache.vary(cache.generation, "/", (b"accept",), {b"accept": b"a", b"user-agent": b"x"})
    assert cache.variant("/", {b"accept": b"a", b"user-agent": b"y"}) == key
    assert cache.variant("/", {b"accept": b"b"}) != key
    assert cache.variant("/", {}) != key
    wider = cache.vary(cache.generation, "/", (b"accept-language",), {b"accept": b"a"})
    assert wider != key
    assert cache.variant("/", {b"accept": b"a"}) == wider
