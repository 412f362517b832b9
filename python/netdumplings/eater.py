# SPDX-License-Identifier: MIT
"""What an eater is derived from, or made of."""
from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, AsyncIterator, Awaitable, Callable, Iterable

from ._source import Lost, Source, Wishes, pause, source_of
from .dumpling import Dumpling, DumplingDriver

logger = logging.getLogger('netdumplings.eater')

# How long after one attempt to connect the next is made: seconds, doubled
# each time.
RETRY_FIRST = 0.1
RETRY_LAST = 1.0

# What is said when a connection is closed.
CANCELLED = 4101, 'connection cancelled'
FULL = 4102, 'dumpling eater is full'
DONE = 1000, 'done'

OnConnect = Callable[[str, Any], Awaitable[None]]
OnDumpling = Callable[[Dumpling], Awaitable[None]]
OnConnectionLost = Callable[[Exception], Awaitable[None]]


class DumplingEater:
    """Takes dumplings from a hub.

    name -- how the hub's status names it
    hub -- HOST:PORT or HOST: over WebSocket, but at port 11358 over ZeroMQ;
        ws://HOST:PORT, tcp://HOST:PORT and ipc:///PATH say which
    chef_filter, kitchens -- only the dumplings of these; None: of all.  One
        without a kitchen, as the hub's status, then comes only if its chef
        is named.
    packet, interval -- whether dumplings with these drivers come
    reconnect -- whether to connect again, and wait for a hub that is not
        there yet; else run() returns
    on_connect, on_dumpling, on_connection_lost -- coroutine functions called
        instead of the methods of these names

    Use it as `eater.run()`, with handlers, or as an asynchronous iterator,
    `async for dumpling in eater`, best within `async with eater`, which
    closes the connection at the end.
    """

    def __init__(self, name: str = 'nameless_eater',
                 hub: str = 'localhost:11348', *,
                 chef_filter: Iterable[str] | None = None,
                 on_connect: OnConnect | None = None,
                 on_dumpling: OnDumpling | None = None,
                 on_connection_lost: OnConnectionLost | None = None,
                 kitchens: Iterable[str] | None = None,
                 packet: bool = True, interval: bool = True,
                 reconnect: bool = True) -> None:
        self.name = name
        self.hub = hub
        self.chef_filter = _names(chef_filter)
        self.kitchens = _names(kitchens)
        self.reconnect = reconnect
        self._drivers = {driver for driver, take in (
            (DumplingDriver.packet, packet),
            (DumplingDriver.interval, interval)) if take}
        self._filters = (chef_filter is not None or kitchens is not None
                         or not (packet and interval))
        # An argument wins over a method.
        if on_connect:
            self.on_connect = on_connect  # type: ignore[method-assign]
        if on_dumpling:
            self.on_dumpling = on_dumpling  # type: ignore[method-assign]
        if on_connection_lost:
            self.on_connection_lost = (  # type: ignore[method-assign]
                on_connection_lost)
        self._source: Source | None = None
        self._iteration: object = None  # the latest
        self._retry = RETRY_FIRST
        self._warned = False

    @property
    def missed(self) -> int:
        """Dumplings that are known to be missing from what came."""
        return self._source.missed if self._source else 0

    def run(self, dumpling_count: int | None = None) -> None:
        """Eats, until it had so many dumplings (None: for ever).

        Also ends on Ctrl-C and, with reconnect=False, when the hub is not
        there or has gone.  What a handler raises is raised here.
        """
        eating = self._eat(dumpling_count)
        try:
            asyncio.run(eating)
        except KeyboardInterrupt:
            logger.warning('%s: cancelled', self.name)
        finally:
            eating.close()

    async def on_connect(self, hub_uri: str, websocket: Any) -> None:
        """Called when the hub was reached, the first time and again.

        websocket is the connection, over ZeroMQ of another kind.
        """
        logger.info('%s: connected to %s', self.name, hub_uri)

    async def on_dumpling(self, dumpling: Dumpling) -> None:
        """Called with each dumpling."""
        if not self._warned:
            self._warned = True
            logger.warning('%s: no on_dumpling handler; ignoring dumplings',
                           self.name)

    async def on_connection_lost(self, e: Exception) -> None:
        """Called when the hub closed a connection, or it broke."""
        logger.warning('%s: lost the connection to the hub: %s', self.name, e)

    async def close(self) -> None:
        """Ends the connection.  Eating again makes another."""
        await self._close(DONE)

    async def __aenter__(self) -> DumplingEater:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def __aiter__(self) -> AsyncIterator[Dumpling]:
        """Each dumpling; on_dumpling is not called, other handlers are."""
        self._iteration = this = object()
        await self.close()
        try:
            async with contextlib.aclosing(self._batches()) as batches:
                async for batch in batches:
                    for dumpling in batch:
                        yield dumpling
        finally:
            # Left by `break` it comes here at some time, maybe after another
            # has begun.
            if self._iteration is this:
                await self.close()

    async def _eat(self, count: int | None) -> None:
        how = DONE
        eaten = 0
        try:
            async with contextlib.aclosing(self._batches()) as batches:
                async for batch in batches:
                    on_dumpling = self.on_dumpling
                    for dumpling in batch[:count and count - eaten]:
                        await on_dumpling(dumpling)
                    eaten += len(batch)
                    if count and eaten >= count:
                        how = FULL
                        return
        except asyncio.CancelledError:
            how = CANCELLED
            raise
        finally:
            await self._close(how)

    async def _batches(self) -> AsyncIterator[list[Dumpling]]:
        """What comes, over connections as they come and go."""
        while source := await self._connect():
            # What handlers raise is no trouble with the connection, whatever
            # it is: only the source raises Lost.
            await self.on_connect(source.uri, source.connection)
            try:
                while True:
                    batch = await source.take()
                    self._retry = RETRY_FIRST
                    yield self._wanted(batch) if self._filters else batch
            except Lost as lost:
                why = lost.args[0]
            await self.on_connection_lost(why)
            if not self.reconnect:
                return
            await self._pause()

    async def _connect(self) -> Source | None:
        """Opens the source, however long it takes; None if it gave up."""
        if self._source is None:
            self._source = source_of(self.hub, Wishes(
                self.name, self.chef_filter, self.kitchens))
        source = self._source
        is_told = False
        while True:
            try:
                await source.open()
                return source
            except Lost as lost:
                why = lost.args[0]
            if not self.reconnect:
                logger.warning('%s: no hub at %s: %s', self.name, source.uri,
                               why)
                return None
            if not is_told:
                logger.warning('%s: no hub at %s yet (%s); waiting for it',
                               self.name, source.uri, why)
                is_told = True
            await self._pause()

    async def _pause(self) -> None:
        await pause(self._retry)
        self._retry = min(2 * self._retry, RETRY_LAST)

    async def _close(self, how: tuple[int, str]) -> None:
        if self._source is not None:
            await self._source.close(*how)

    def _wanted(self, batch: list[Dumpling]) -> list[Dumpling]:
        chefs, kitchens = self.chef_filter, self.kitchens
        return [d for d in batch if d.driver in self._drivers
                and (chefs is None or d.chef in chefs)
                and (kitchens is None or d.kitchen in kitchens
                     or d.kitchen is None and chefs is not None)]


def _names(given: Iterable[str] | None) -> list[str] | None:
    if given is None:
        return None
    return [given] if isinstance(given, str) else list(given)
