"""What is worked out once for a release and kept for the last few releases. Safe to use from any thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

_RELEASES: Final = 4

T = TypeVar("T")


class Kept(Generic[T]):
    """A function of a release, called once for each.

    Args:
        make: works it out for the request at hand; two threads may do so at the same time.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._known: OrderedDict[str, T] = OrderedDict()

    def get(self, release: str) -> T:
        """The value for the release that the request is answered from; what `make` raises is raised."""
        with self._lock:
            if release in self._known:
                self._known.move_to_end(release)
                return self._known[release]
        value = self._make()
        with self._lock:
            self._known[release] = value
            while len(self._known) > _RELEASES:
                self._known.popitem(last=False)
        return value
