"""The releases that a service answers from: the current one, swapped as it changes, and some earlier ones.

A request borrows an edition and gives it back, so that a release which is replaced meanwhile still answers
the requests that began with it, and its processes end with the last of them.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from egov_kg.errors import EgovError, NotFound, ServiceBusy
from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings
from egov_kg.store.answering import Answering, answering
from egov_kg.store.base import Dataset
from egov_kg.store.evaluators import Evaluators
from egov_kg.store.remote import Remote
from egov_kg.store.tally import Tally

_log = logging.getLogger(__name__)


class State(Protocol):
    """What the service needs to know of what it serves: a release has it, and a playground."""

    @property
    def id(self) -> str:
        """Names exactly this content."""
        ...

    @property
    def created(self) -> datetime:
        """When it came to be, in UTC."""
        ...

    @property
    def graphs(self) -> Mapping[str, int]:
        """Triples by graph IRI."""
        ...

    @property
    def dataset(self) -> Dataset:
        """What a query sees that names no graphs."""
        ...


class Edition:
    """One state with the processes that answer for it.

    Args:
        state: what is served; it never changes.
        store: answers queries over it.
    """

    def __init__(self, state: State, store: Answering) -> None:
        self.state = state
        self.store = store
        self._users = 0
        self._retired = False
        self._lock = threading.Lock()

    @property
    def release(self) -> Release:
        """The release on disk.

        Raises:
            NotFound: this is no release but a playground.
        """
        if not isinstance(self.state, Release):
            raise NotFound("A playground has no releases.", "试验模式没有发布版本。")
        return self.state

    def borrow(self) -> Edition:
        """Keep its processes until `give_back`."""
        with self._lock:
            self._users += 1
        return self

    def give_back(self) -> None:
        """The counterpart of `borrow`."""
        with self._lock:
            self._users -= 1
            last = self._retired and not self._users
        if last:
            self._end()

    def retire(self) -> None:
        """End its processes as soon as nobody uses them."""
        with self._lock:
            already, self._retired = self._retired, True
            idle = not already and not self._users
        if idle:
            self._end()

    def _end(self) -> None:
        # Ending processes waits for them; who gave back the edition should not.
        threading.Thread(target=self.store.close, name=f"end-{self.state.id}", daemon=True).start()


class Editions:
    """The editions of the releases below a home folder. Safe to use from any thread.

    Args:
        registry: where the releases are.
        settings: bounds of the evaluators; `past_releases` is how many earlier releases stay loaded.

    Attributes:
        tally: counts the processes of all editions.
    """

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self.registry = registry
        self.tally = Tally()
        self._settings = settings
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._loading_past = threading.Lock()
        self._closed = False
        self._current: Edition | None = None
        self._past: OrderedDict[str, Edition] = OrderedDict()
        self._listeners: list[Callable[[Edition], None]] = []

    @property
    def current(self) -> Edition:
        """The current edition, without borrowing it: for its id, its counts."""
        if self._current is None:
            raise EgovError("No release is loaded yet.", "尚未载入任何发布版本。")
        return self._current

    def on_change(self, listener: Callable[[Edition], None]) -> None:
        """Have `listener` called, in some thread, with each edition that becomes the current one."""
        self._listeners.append(listener)

    def loaded(self) -> tuple[Edition, ...]:
        """The editions that have processes for new requests: the current one first."""
        with self._lock:
            return (*([self._current] if self._current else []), *self._past.values())

    def borrow(self, release: str | None = None) -> Edition:
        """An edition to answer one request from; `give_back` must follow.

        Args:
            release: an id as `Registry.get` knows them, or None for the current one.

        Raises:
            NotFound: there is no such release.
            ReleaseError: it cannot be loaded.
            ServiceBusy: other earlier releases are being loaded.
            EgovError: the service ends, or has not begun.
        """
        if (edition := self._borrow_loaded(release)) is not None:
            return edition
        assert release is not None  # noqa: S101 - the current edition is always loaded
        wanted = self.registry.get(release)
        # One load at a time: whoever asks for many releases must not take the machine from everybody.
        if not self._loading_past.acquire(timeout=self._settings.queue_timeout):
            wait = self._settings.queue_timeout
            raise ServiceBusy(
                "Other earlier releases are being loaded. Try again.",
                "正在载入其他历史版本。请重试。",
                retry_after=wait,
            )
        try:
            return self._borrow_loaded(wanted.id) or self._borrow_new(wanted)
        finally:
            self._loading_past.release()

    def _borrow_loaded(self, release: str | None) -> Edition | None:
        with self._lock:
            if self._closed:
                raise EgovError("The service is ending.", "服务正在停止。")
            if release is None or release == self.current.state.id:
                return self.current.borrow()
            if release in self._past:
                self._past.move_to_end(release)
                return self._past[release].borrow()
        return None

    def _borrow_new(self, release: Release) -> Edition:
        store = Evaluators(release.nquads, release.dataset, self._settings, self.tally)
        edition = self._load(release, store).borrow()
        with self._lock:
            # What became current or was closed meanwhile needs no second set of processes that stays.
            kept = not self._closed and self.current.state.id != release.id
            if kept:
                self._past[release.id] = edition
            excess = range(len(self._past) - self._settings.past_releases)
            dropped = [self._past.popitem(last=False)[1] for _ in excess]
        for one in dropped if kept else (edition,):
            one.retire()
        return edition

    def refresh(self) -> bool:
        """Load the current release if it is not the one that is served; whether it was not.

        Raises:
            NotFound, ReleaseError, EvaluationError: it cannot be loaded; what was served before is served on.
        """
        with self._refreshing:
            release = self.registry.current()
            if self._closed or (self._current is not None and self._current.state.id == release.id):
                return False
            with self._lock:
                # Of the past answers what is on disk; of the present an engine may.
                edition = None if self._settings.is_remote else self._past.pop(release.id, None)
            if edition is None:
                edition = self._load(release, answering(release, self._settings, self.tally))
            if not self._replace(edition):
                return False
            for listener in self._listeners:
                try:
                    listener(edition)
                except Exception:
                    _log.exception("A listener failed on release %s", release.id)
            return True

    def _replace(self, edition: Edition) -> bool:
        """Make an edition the current one, unless the service has ended meanwhile."""
        with self._lock:
            if not self._closed:
                former, self._current = self._current, edition
            else:
                former = edition
        if former is not None:
            former.retire()
        return former is not edition

    @property
    def outdated(self) -> bool:
        """Whether the current edition's engine was found to hold another release."""
        return isinstance(self.current.store, Remote) and self.current.store.outdated

    def _load(self, release: Release, store: Answering) -> Edition:
        try:
            store.start()
        except BaseException:
            store.close()
            raise
        return Edition(release, store)

    def close(self) -> None:
        """End every process. Requests that still read an answer get an error; new ones are refused."""
        with self._lock:
            self._closed = True
            editions = [*self._past.values(), *([self._current] if self._current else [])]
            self._past.clear()
        for edition in editions:
            edition.store.close()
