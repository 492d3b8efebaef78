"""An end in good time where memory runs short.

The engine's parser cannot go on without memory, and how it then ends is not in our hands. So what it gives is
taken only while there is room.
"""

from __future__ import annotations

import resource
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")

_EVERY: Final = 1_000
_LEAST: Final = 64 * 1024**2
_SIZE: Final = Path("/proc/self/statm")


def while_there_is_room(items: Iterable[T]) -> Iterator[T]:
    """The same items.

    Raises (from the iterator):
        MemoryError: less than 64 MiB are left of what this process may have (RLIMIT_AS), on Linux.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    bounded = limit != resource.RLIM_INFINITY and _SIZE.exists()
    for number, item in enumerate(items):
        if bounded and number % _EVERY == 0:
            size = int(_SIZE.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
            if size > limit - _LEAST:
                raise MemoryError
        yield item
