"""A release that calls are answered from, and what is read of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Final

from egov_kg.errors import NotFound
from egov_kg.iris import BASE
from egov_kg.match.labels import LabelIndex
from egov_kg.publish.about import About, read_about
from egov_kg.publish.observations import Observation, read_observations
from egov_kg.release.registry import Release
from egov_kg.settings import Settings
from egov_kg.store.evaluators import Evaluators

_KEPT: Final = 256


class Source:
    """One release, with processes that answer for it. Safe to use from any thread.

    Args:
        release: what is asked; it never changes.
        settings: bounds of the evaluators. No query may ask other endpoints.
    """

    def __init__(self, release: Release, settings: Settings) -> None:
        self.release, self.settings = release, replace(settings, service_allow=(), load_allow=())
        self.store = Evaluators(release.nquads, release.dataset, self.settings)
        self.observations = lru_cache(maxsize=_KEPT)(self._observations)

    @property
    def root(self) -> str:
        """Where the service is reached that serves the pages of this release."""
        return self.settings.public_url or BASE.rstrip("/")

    @cached_property
    def about(self) -> About:
        """The release in words."""
        return read_about(self.store, self.release.id)

    @cached_property
    def index(self) -> LabelIndex:
        """The search index.

        Raises:
            NotFound: the release was made without one.
        """
        if self.release.labels is None:
            raise NotFound(
                f"Release {self.release.id} has no search index: `egov-kg build` makes one that has.",
                f"发布版本 {self.release.id} 没有检索索引：请用 `egov-kg build` 重新构建。",
            )
        return LabelIndex.open(self.release.labels)

    def every(self) -> tuple[Observation, ...]:
        """All reported observations, in the order of their data sets and of the source."""
        return tuple(one for iri in self.about.datasets for one in self.observations(iri))

    def observation(self, iri: str) -> Observation | None:
        """One reported observation; None where nothing like it is in the release."""
        return next((one for one in self.observations(iri) if one.iri == iri), None)

    def _observations(self, focus: str) -> tuple[Observation, ...]:
        return read_observations(self.store, focus)
