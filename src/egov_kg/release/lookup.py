"""Whether a release says anything of a resource, from its sorted N-Quads, without loading it."""

from __future__ import annotations

import mmap
from pathlib import Path


def describes(nquads: Path, iri: str) -> bool:
    """Whether some line has the resource as its subject: a binary search over the file.

    Args:
        nquads: lines sorted by their bytes, as every release has them.
        iri: the resource.

    Raises:
        OSError: the file cannot be read.
    """
    wanted = f"<{iri}> ".encode()
    with nquads.open("rb") as handle:
        if not nquads.stat().st_size:
            return False
        with mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
            low, high = 0, len(data)  # a line that starts in [low, high) may be the first not below `wanted`
            while low < high:
                middle = data.rfind(b"\n", 0, (low + high) // 2) + 1
                if middle < low:
                    middle = low
                if data[middle : middle + len(wanted)] < wanted:
                    low = data.find(b"\n", middle) + 1 or len(data)
                else:
                    high = middle
            return data[low : low + len(wanted)] == wanted
