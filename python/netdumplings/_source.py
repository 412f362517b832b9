# SPDX-License-Identifier: MIT
"""What an eater takes dumplings from: a hub, in one of two ways.

A source is opened, gives dumplings until it raises Lost, and may be opened
again.  What it says of itself is in its members.
"""
from __future__ import annotations

import asyncio
import types
from typing import Any, Protocol

from .dumpling import Dumpling

# Where hubs are, if nothing else is said.
PORT_WEBSOCKET = 11348
PORT_ZEROMQ = 11358


class Lost(Exception):
    """The connection is gone, or cannot be had; args[0] says why."""


class Wishes:
    """What an eater asks for; None means all."""

    def __init__(self, name: str, chefs: list[str] | None,
                 kitchens: list[str] | None) -> None:
        self.name = name
        self.chefs = chefs
        self.kitchens = kitchens


class Source(Protocol):
    uri: str       # of the hub
    missed: int    # dumplings known to be missing
    connection: Any

    async def open(self) -> None:
        """Connects; raises Lost."""

    async def take(self) -> list[Dumpling]:
        """Some dumplings, at least one; raises Lost."""

    async def close(self, code: int, reason: str) -> None:
        """Ends the connection, if there is one."""


@types.coroutine
def turn():
    """Lets the event loop do what else is waiting."""
    yield


async def pause(seconds: float) -> None:
    """Until another attempt may be made."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    timer = loop.call_later(seconds, over.set_result, None)
    try:
        await over
    finally:
        timer.cancel()


def source_of(hub: str, wishes: Wishes) -> Source:
    """The way to a hub that its address means."""
    if '://' not in hub:
        host, port = _split(hub)
        if port != PORT_ZEROMQ:
            hub = f'ws://{host}:{port}'
        else:
            hub = f'tcp://{host}:{port}'
    scheme = hub.partition('://')[0]
    if scheme in ('ws', 'wss'):
        from ._websocket import WebSocketSource
        return WebSocketSource(hub, wishes)
    if scheme in ('tcp', 'ipc'):
        from ._zeromq import ZeroMQSource
        return ZeroMQSource(hub, wishes)
    raise ValueError(f'{hub!r} is no address of a hub: give HOST:PORT, or '
                     'one with ws://, tcp:// or ipc://')


def _split(hub: str) -> tuple[str, int]:
    """HOST, HOST:PORT, [IPV6] or [IPV6]:PORT."""
    host, colon, port = hub.rpartition(':')
    if not colon or hub.endswith(']'):
        host, port = hub, str(PORT_WEBSOCKET)
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f'{hub!r} is not HOST:PORT')
    return host, int(port)
