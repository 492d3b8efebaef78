"""Turns, shared answers and ears, on a real event loop and real sockets."""

from __future__ import annotations

import asyncio
import socket
import time

import uvloop

from egov_kg.store.frames import DATA, Frame, Wire
from egov_kg.web.server.waiting import Ears, Turns, UnderWay


def test_turns_are_had_in_the_order_they_were_asked_for() -> None:
    async def run() -> None:
        turns, order = Turns(1, lambda: None), list[int]()

        async def work(number: int) -> None:
            assert await turns.take(60)
            order.append(number)
            await asyncio.sleep(0)
            turns.give()

        await asyncio.gather(*(work(number) for number in range(5)))
        assert order == [0, 1, 2, 3, 4]

    asyncio.run(run())


def test_who_waits_too_long_or_leaves_takes_no_turn_from_others() -> None:
    async def run() -> None:
        looks: list[int] = []
        turns = Turns(1, lambda: looks.append(1))
        assert await turns.take(60)
        assert not await turns.take(0.3)
        assert looks
        leaving = asyncio.create_task(turns.take(60))
        staying = asyncio.create_task(turns.take(60))
        await asyncio.sleep(0)
        turns.give()
        leaving.cancel()  # it has its turn already, and never learns
        assert await staying

    asyncio.run(run())


def test_an_answer_is_waited_for_until_it_has_ended_and_no_longer() -> None:
    async def run() -> None:
        shared = UnderWay()
        await shared.ended("q")
        done = shared.begin("q")
        waiting = asyncio.create_task(shared.ended("q"))
        other = asyncio.create_task(shared.ended("q"))
        await asyncio.sleep(0)
        other.cancel()
        await asyncio.sleep(0)
        assert not waiting.done()
        done()
        await waiting
        done()
        await shared.ended("q")

    asyncio.run(run())


def test_an_ear_hears_again_and_again_and_the_end_too() -> None:
    async def run() -> None:
        ears = Ears()
        ours, theirs = (Wire(each) for each in socket.socketpair())
        soon = time.monotonic() + 60
        for number in range(3):
            asyncio.get_running_loop().call_soon(theirs.send, DATA, b"%d" % number)
            await ears.readable(ours, soon)
            assert ours.take_in()
            assert ours.receive() == Frame(DATA, b"%d" % number)
        assert ours.take_in() is None
        await ears.readable(ours, time.monotonic() + 0.01)  # nothing comes
        assert ours.take_in() is None
        asyncio.get_running_loop().call_soon(theirs.close)
        await ears.readable(ours, soon)
        assert ours.take_in() is False
        ours.close()
        ears.close()

    asyncio.run(run())


def test_the_deadline_of_an_answer_that_came_ends_no_later_wait() -> None:
    async def run() -> None:
        ears, loop = Ears(), asyncio.get_running_loop()
        ours, theirs = (Wire(each) for each in socket.socketpair())
        theirs.send(DATA, b"at once")
        await ears.readable(ours, time.monotonic() + 0.05)
        assert ours.receive() == Frame(DATA, b"at once")
        loop.call_later(0.2, theirs.send, DATA, b"later")
        await ears.readable(ours, time.monotonic() + 60)
        assert ours.take_in()
        assert ours.receive() == Frame(DATA, b"later")
        await ears.readable(ours, time.monotonic() + 0.05)  # and its own deadline still does
        assert ours.take_in() is None
        ears.close()
        ours.close()
        theirs.close()

    uvloop.run(run())  # as the service does: it hears of what has been read already no second time


def test_an_ear_whose_wire_another_reader_uses_or_closes_is_given_up() -> None:
    async def run() -> None:
        ears = Ears()
        ours, theirs = (Wire(each) for each in socket.socketpair())
        await ears.readable(ours, time.monotonic())
        theirs.send(DATA, b"for a thread")
        await asyncio.sleep(0.01)
        assert ours.receive(time.monotonic() + 60) == Frame(DATA, b"for a thread")
        asyncio.get_running_loop().call_soon(theirs.send, DATA, b"for the loop")
        await ears.readable(ours, time.monotonic() + 60)
        assert ours.receive() == Frame(DATA, b"for the loop")
        ours.close()
        assert theirs.receive() is None  # the copy that is watched keeps nothing open
        theirs.close()
        await asyncio.sleep(0.01)
        ears.close()

    asyncio.run(run())
