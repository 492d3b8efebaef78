"""Clients that never read, on real sockets: together they may hold only so much."""

from __future__ import annotations

import asyncio
import socket

import pytest

from egov_kg.web.server.unread import LARGE, Unread

_ANSWER = b"x" * (4 * 1024 * 1024)


@pytest.mark.parametrize(("most", "broken"), [(64, 0), (10, 2)])
def test_past_the_bound_the_connection_that_waits_longest_is_broken(most: int, broken: int) -> None:
    async def run() -> None:
        unread, clients, transports = Unread(most * 1024 * 1024), list[socket.socket](), []
        for _ in range(4):
            client, end = socket.socketpair()
            clients.append(client)
            transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=end)
            transports.append(transport)
            unread.write(transport, _ANSWER)
            unread.write(transport, b"short")
            assert len(_ANSWER) > LARGE
        assert [each.is_closing() for each in transports] == [True] * broken + [False] * (4 - broken)
        for client in clients[broken:]:  # what is left is whole
            reading = asyncio.get_running_loop().run_in_executor(None, _read, client)
            assert await reading == len(_ANSWER) + len(b"short")
        for transport, client in zip(transports, clients, strict=True):
            transport.abort()
            client.close()
        await asyncio.sleep(0.01)

    asyncio.run(run())


def _read(client: socket.socket) -> int:
    taken = 0
    while taken < len(_ANSWER) + len(b"short"):
        taken += len(client.recv(1 << 20))
    return taken
