"""The observations that pages show, read once for a release and kept while they are asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from egov_kg.publish.observations import Observation, read_observations
from egov_kg.web.service import service

_KEPT: Final = 256


def observations(focus: str) -> tuple[Observation, ...]:
    """The reported observations of something, as `read_observations` has them, of the release at hand."""
    return _read(service().release.id, focus)


@lru_cache(maxsize=_KEPT)
def _read(_: str, focus: str) -> tuple[Observation, ...]:
    """A release never changes, so that its id and the focus say all that matters."""
    return read_observations(service().store, focus)
