"""Which release a call is answered from: the one that is current when it begins, until it ends."""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

from anyio.to_thread import run_sync

from egov_kg.errors import EgovError
from egov_kg.intervals import Language
from egov_kg.mcp.source import Source
from egov_kg.release.registry import Registry, Release
from egov_kg.settings import Settings

CURRENT: Final = "current"

_log = logging.getLogger(__name__)


class Borrowed:
    """A source, with how many calls use it."""

    def __init__(self, source: Source) -> None:
        self.source, self.users, self.retired = source, 0, False


class Current:
    """The current release of a home folder, taken up as it changes; or one. Safe to use from any thread.

    A release that cannot be loaded is logged, and the one before answers on until there is another.

    Args:
        settings: with the home folder, and bounds of the evaluators.
        wanted: an id, its beginning, or `current`; only with this last are other releases taken up.

    Raises:
        NotFound: there is no such release.
        ReleaseError: it cannot be read.
    """

    def __init__(self, settings: Settings, wanted: str = CURRENT) -> None:
        self._settings, self._registry = settings, Registry(settings.home)
        self._follows = wanted == CURRENT
        self._lock = threading.Lock()
        self._closed = False
        self._failed = ""
        self._now = Borrowed(Source(self._registry.get(wanted), settings))
        self._before: list[Borrowed] = []

    @property
    def lang(self) -> Language:
        """The language of answers where a call names none."""
        return self._settings.lang

    def start(self) -> None:
        """Load the release now, rather than at the first call; raises as `Evaluators.start`."""
        self._now.source.store.start()

    def take(self) -> Borrowed:
        """What to answer one call from; `give_back` must follow."""
        with self._lock:
            if self._follows and not self._closed:
                self._follow()
            self._now.users += 1
            return self._now

    def give_back(self, one: Borrowed) -> None:
        """The counterpart of `take`."""
        with self._lock:
            one.users -= 1
            last = one.retired and not one.users
            if last:
                self._before.remove(one)
        if last:
            one.source.store.close()

    @contextmanager
    def borrow(self) -> Iterator[Source]:
        """`take` and `give_back`."""
        one = self.take()
        try:
            yield one.source
        finally:
            self.give_back(one)

    def close(self) -> None:
        """End every process; calls that use one end with an error. Safe to call from a signal handler."""
        self._closed = True
        for one in (*self._before, self._now):
            one.source.store.close()

    def _follow(self) -> None:
        try:
            release = self._registry.current()
            if release.id in (self._now.source.release.id, self._failed):
                return
            self._failed = release.id
            fresh = Borrowed(self._loaded(release))
        except EgovError as error:
            _log.error("The new release is not taken up, the one before answers on: %s", error.detail)
            return
        former, self._now, self._failed = self._now, fresh, ""
        former.retired = True
        if former.users:
            self._before.append(former)
        else:
            former.source.store.close()

    def _loaded(self, release: Release) -> Source:
        source = Source(release, self._settings)
        try:
            source.store.start()
        except BaseException:
            source.store.close()
            raise
        return source


def tool(current: Current, make: Callable[[Source], Any], method: Callable[..., Any]) -> Callable[..., Any]:
    """A tool of which every call has a source of its own.

    Args:
        current: where that is from.
        make: makes what has the method, of a source.
        method: a method of that; its signature, but for `self`, is that of the tool, whose language is by
            default that of the settings.
    """
    if inspect.iscoroutinefunction(method):

        @wraps(method)
        async def called(*args: Any, **named: Any) -> Any:
            one = await run_sync(current.take)
            try:
                return await method(make(one.source), *args, **named)
            finally:
                current.give_back(one)

    else:

        @wraps(method)
        def called(*args: Any, **named: Any) -> Any:
            with current.borrow() as source:
                return method(make(source), *args, **named)

    signature = inspect.signature(method, eval_str=True)
    _, *parameters = (
        one.replace(default=current.lang) if one.name == "lang" else one
        for one in signature.parameters.values()
    )
    called.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return called
