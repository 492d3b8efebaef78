"""Answers kept ready, in memory: by what was asked, and by the very bytes that asked for it.

Two levels share one budget of bytes. The first maps the bytes of a whole request to the bytes of a whole
response, so that a request that is repeated costs one look-up. The second maps what a request means (for
queries), or its path and the header fields that its answer varies by (RFC 9111, section 4.1; for pages), to
an answer. Whatever is here is forgotten as a whole when the data change.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final

from egov_kg.web.server.metrics import Series
from egov_kg.web.server.wsgi_side import Headers

_OVERHEAD: Final = 512
_READY_OVERHEAD: Final = 256
_MOST_FORMS: Final = 32
_LARGEST_SHARE: Final = 8


@dataclass(eq=False, slots=True)
class Ready:
    """A response as it goes out, but for the fields that each response has for itself.

    Attributes:
        head: the status line and the fields, up to where those of its own belong.
        rest: what follows them: the empty line, and the content.
        entry: what it was made from.
        status: of the response.
        sent: bytes of content.
        series: where it is counted.
    """

    head: bytes
    rest: bytes
    entry: Entry
    status: int
    sent: int
    series: Series


@dataclass(eq=False, slots=True)
class Entry:
    """A whole answer (200) to a GET.

    Attributes:
        key: its place in the second level.
        headers: its fields, with its ETag and its length, without those that each response has for itself.
        body: its content, perhaps compressed.
        tag: its ETag as it is written in the field.
        forms: the requests of the first level that it answers.
        size: bytes it takes, all told.
        used: asked for since it was last looked at for eviction.
    """

    key: Hashable
    headers: Headers
    body: bytes
    tag: str
    size: int
    forms: dict[bytes, Ready] = field(default_factory=dict)
    used: bool = False


class Cache:
    """Answers by what was asked. Safe to use from any thread; a look-up takes no lock.

    Eviction is by second chance: the oldest goes, unless it was asked for since its turn last came.

    Args:
        capacity: bytes that everything together may take, keys and fields included.

    Attributes:
        ready: the first level.
        generation: rises when everything is forgotten. Who makes an answer reads it before it looks at the
            data, and gives it back with the answer.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.ready: dict[bytes, Ready] = {}
        self.generation = 0
        self._entries: dict[Hashable, Entry] = {}
        self._varies: dict[Hashable, tuple[bytes, ...]] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes taken now."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> Entry | None:
        """The answer to what was asked, if it is kept."""
        entry = self._entries.get(key)
        if entry is not None:
            entry.used = True
        return entry

    def variant(self, place: Hashable, fields: Mapping[bytes, bytes]) -> Hashable | None:
        """The key of the answer that a request for a page would get.

        Args:
            place: what is asked for, whatever its form.
            fields: of the request, names in lower case.

        Returns:
            None if it is not known by which fields the answers vary.
        """
        names = self._varies.get(place)
        return None if names is None else self._variant(place, names, fields)

    def vary(
        self, generation: int, place: Hashable, names: tuple[bytes, ...], fields: Mapping[bytes, bytes]
    ) -> Hashable:
        """Note by which fields of a request the answers at a place vary; the key of this one."""
        with self._lock:
            if generation == self.generation and self._varies.get(place) != names:
                if place in self._varies:
                    names = tuple(sorted({*names, *self._varies[place]}))
                self._varies[place] = names
        return self._variant(place, names, fields)

    @staticmethod
    def _variant(place: Hashable, names: tuple[bytes, ...], fields: Mapping[bytes, bytes]) -> Hashable:
        return (place, *((name, fields.get(name, b"")) for name in names))

    def put(self, generation: int, key: Hashable, headers: Headers, body: bytes, tag: str) -> Entry | None:
        """Keep an answer.

        Args:
            generation: as it was before the answer was made: an older one is of data that have changed.
            key: what was asked.
            headers: its fields.
            body: its content.
            tag: its ETag.

        Returns:
            The entry; None if it is too large (an eighth of the capacity) or too old to be kept.
        """
        size = (
            _OVERHEAD
            + 2 * _weight(key)
            + len(body)
            + sum([len(name) + len(value) for name, value in headers])
        )
        if size > self.capacity // _LARGEST_SHARE:
            return None
        entry = Entry(key, headers, body, tag, size)
        with self._lock:
            if generation != self.generation:
                return None
            self._drop(key)
            self._entries[key] = entry
            self._bytes += size
            self._evict()
        return entry

    def remember(self, generation: int, request: bytes, entry: Entry, ready: Ready) -> None:
        """Have the very same bytes of a request answered at once from now on."""
        size = _READY_OVERHEAD + len(request) + len(ready.head) + len(ready.rest)
        with self._lock:
            if generation != self.generation or self._entries.get(entry.key) is not entry:
                return
            if request in self.ready or entry.size + size > self.capacity // _LARGEST_SHARE:
                return
            while len(entry.forms) >= _MOST_FORMS:
                self._forget(entry, next(iter(entry.forms)))
            entry.forms[request] = self.ready[request] = ready
            entry.size += size
            self._bytes += size
            self._evict()

    def clear(self) -> None:
        """Forget everything: the data have changed."""
        with self._lock:
            self.generation += 1
            self.ready.clear()
            self._entries.clear()
            self._varies.clear()
            self._bytes = 0

    def _evict(self) -> None:
        while self._bytes > self.capacity:
            key, entry = next(iter(self._entries.items()))
            if entry.used:
                entry.used = False
                del self._entries[key]
                self._entries[key] = entry
            else:
                self._drop(key)
        if len(self._varies) > 2 * len(self._entries) + _MOST_FORMS:
            self._varies.clear()

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            for request in list(entry.forms):
                self._forget(entry, request)
            self._bytes -= entry.size

    def _forget(self, entry: Entry, request: bytes) -> None:
        ready = entry.forms.pop(request)
        self.ready.pop(request, None)
        size = _READY_OVERHEAD + len(request) + len(ready.head) + len(ready.rest)
        entry.size -= size
        self._bytes -= size


def _weight(key: Hashable) -> int:
    """Bytes of the texts in a key, and a few more."""
    return len(repr(key))
