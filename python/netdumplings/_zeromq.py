# SPDX-License-Identifier: MIT
"""Dumplings over ZeroMQ, by libnetdumplings."""
from __future__ import annotations

import asyncio
import re
from typing import Any

from ._source import Lost, Wishes, turn
from .dumpling import Dumpling

try:
    from . import _bus
except ImportError as e:
    raise ImportError(
        'Eating over ZeroMQ needs the module netdumplings._bus, which is '
        'built where libnetdumplings, its headers and a C compiler are there '
        'when this package is installed; or eat over WebSocket, '
        f'ws://HOST:11348 ({e})') from e

# Dumplings at a time: more than these would only wait in memory.
BATCH_MAX = 1000

# How long a hub may take to be there, seconds; then the library is called
# again, which may have to make the connection anew.
PATIENCE = 1.0

# Where no kitchen made a dumpling, as the hub's status, on the bus.
NO_KITCHEN = '-'


class ZeroMQSource:
    def __init__(self, uri: str, wishes: Wishes) -> None:
        self.uri = uri
        self._wishes = wishes
        self._bus: Any = None
        self._missed = 0  # by those that are closed
        self._ready: list[Dumpling] = []
        # Connections that the library has told of; a dumpling may be earlier.
        self._connects = 0

    @property
    def connection(self) -> Any:
        return self._bus

    @property
    def missed(self) -> int:
        return self._missed + (self._bus.stats()['missing'] if self._bus
                               else 0)

    async def open(self) -> None:
        if self._bus is None:
            self._make()
        try:
            await asyncio.wait_for(self._wait_for_hub(), PATIENCE)
        except asyncio.TimeoutError:
            raise Lost(ConnectionError('nothing answers there')) from None

    async def take(self) -> list[Dumpling]:
        await turn()
        while not self._ready:
            self._take()
            if self._ready:
                break
            stats = self._bus.stats()
            if self._connects == 0:
                if stats['connected']:
                    self._connects = stats['connects']
            elif not stats['connected'] or stats['connects'] > self._connects:
                raise Lost(ConnectionError('the connection is gone'))
            await self._readable()
        ready, self._ready = self._ready, []
        return ready

    async def close(self, code: int, reason: str) -> None:
        if self._bus is not None:
            self._missed = self.missed
            self._bus.close()
            self._bus = None
            self._ready = []

    def _make(self) -> None:
        wishes = self._wishes
        name = re.sub('[^A-Za-z0-9_.-]', '_', str(wishes.name))[:64]
        self._bus = _bus.Eater(self.uri, name or 'eater')
        self._connects = 0
        if not wishes.chefs:
            self._bus.want(None)
            return
        for chef in wishes.chefs:
            if wishes.kitchens is None:
                self._bus.want(chef)
                continue
            for kitchen in [*wishes.kitchens, NO_KITCHEN]:
                self._bus.want(chef, kitchen)

    def _take(self) -> None:
        self._ready = [Dumpling._from_record(record)
                       for record in self._bus.take(BATCH_MAX)]

    async def _wait_for_hub(self) -> None:
        """Until it is connected, or gives something, which is connected."""
        self._connects = 0
        while not self._ready:
            self._take()
            stats = self._bus.stats()
            if stats['connected']:
                self._connects = stats['connects']
                return
            if not self._ready:
                await self._readable()

    async def _readable(self) -> None:
        """Until something may have come, since the last take() gave nothing.

        The descriptor is watched no longer than that: it stays readable, and
        a loop that watches it busy, until the next take().
        """
        loop = asyncio.get_running_loop()
        came = loop.create_future()
        fd = self._bus.fileno()
        loop.add_reader(fd, lambda: came.done() or came.set_result(None))
        try:
            await came
        finally:
            loop.remove_reader(fd)
