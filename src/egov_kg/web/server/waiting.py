"""What the event loop waits for: a turn at what there is little of, and the next word of an evaluator."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Final
from weakref import WeakKeyDictionary

from egov_kg.store.frames import Wire

_SLICE: Final = 0.25


class Turns:
    """The right to one of several things, first come, first served; for one event loop.

    Args:
        number: how many may have it at a time.
        look: called about four times a second while somebody waits.
    """

    def __init__(self, number: int, look: Callable[[], None]) -> None:
        self._free, self._look = number, look
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, seconds: float) -> bool:
        """Wait for a turn; whether it came in time. `give` it back."""
        if self._free:
            self._free -= 1
            return True
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(turn)
        if self._timer is None:
            self._timer = loop.call_later(_SLICE, self._tick)
        late = loop.call_later(seconds, _settle, turn, False)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self.give()
            raise
        finally:
            late.cancel()

    def give(self) -> None:
        """Let the next have its turn."""
        while self._waiting:
            if _settle(self._waiting.popleft(), True):
                return
        self._free += 1

    def _tick(self) -> None:
        self._timer = None
        if any(not turn.done() for turn in self._waiting):
            self._look()
            self._timer = asyncio.get_running_loop().call_later(_SLICE, self._tick)


class UnderWay:
    """Answers that are being made: who asks the same meanwhile waits for them. For one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, list[asyncio.Future[bool]]] = {}

    async def ended(self, key: Hashable) -> bool:
        """Wait until the answer that is being made for a key is kept or never will be; false if none is."""
        waiting = self._waiting.get(key)
        if waiting is None:
            return False
        end: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        waiting.append(end)
        return await end

    def begin(self, key: Hashable) -> Callable[[], None]:
        """Have others wait for an answer until what is returned is called."""
        waiting = self._waiting[key] = []

        def done() -> None:
            if self._waiting.get(key) is waiting:
                del self._waiting[key]
            for end in waiting:
                _settle(end, True)

        return done


class Ears:
    """Waits until there is something to read on a wire; for one event loop.

    Watching a descriptor anew for each answer would cost as much as parsing its query: it is watched, by a
    copy that nobody else closes, until something comes that nobody here waits for.
    """

    def __init__(self) -> None:
        self._ears: WeakKeyDictionary[Wire, _Ear] = WeakKeyDictionary()

    def readable(self, wire: Wire, deadline: float) -> Awaitable[None]:
        """Wait until there is something to read, or the deadline (on the monotonic clock) has passed."""
        ear = self._ears.get(wire)
        if ear is None or ear.closed:
            ear = self._ears[wire] = _Ear(wire)
        return ear.hear(deadline)

    def close(self) -> None:
        """Watch nothing any more; called in the event loop, or after its end."""
        for ear in list(self._ears.values()):
            ear.close()


class _Ear:
    def __init__(self, wire: Wire) -> None:
        self.closed = False
        self._waiter: asyncio.Future[bool] | None = None
        self._deadline = 0.0
        self._due: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._descriptor = os.dup(wire.socket.fileno())
        self._loop.add_reader(self._descriptor, self._hear)

    async def hear(self, deadline: float) -> None:
        self._waiter, self._deadline = self._loop.create_future(), deadline
        if self._due is None or deadline < self._due:
            self._watch(deadline)
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _hear(self) -> None:
        if self._waiter is None:
            self.close()
        else:
            _settle(self._waiter, True)

    def _watch(self, deadline: float) -> None:
        """Look at the deadline when it has passed: one timer serves many answers, which come before it."""
        self._forget_timer()
        self._due = deadline
        self._timer = self._loop.call_later(max(0.0, deadline - time.monotonic()), self._look)

    def _look(self) -> None:
        self._due = self._timer = None
        if self._waiter is not None:
            if time.monotonic() < self._deadline:
                self._watch(self._deadline)
            else:
                _settle(self._waiter, False)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self._forget_timer()
            if not self._loop.is_closed():
                self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)


def _settle(future: asyncio.Future[bool], value: bool) -> bool:
    """Give a future its result, unless it has one; whether it had none."""
    if future.done():
        return False
    future.set_result(value)
    return True
