# SPDX-License-Identifier: MIT
"""Dumplings over WebSocket: of nd-gateway, or of netdumplings' own hub.

A gateway filters, and sends arrays of dumplings, when it is asked; a hub
that knows nothing of that sends all, one a text.
"""
from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import Any

import websockets.client
import websockets.exceptions

from ._source import Lost, Wishes
from .dumpling import Dumpling
from .exceptions import InvalidDumpling

logger = logging.getLogger('netdumplings.eater')

# A gateway's array of dumplings, or one that the bus took at its largest, as
# JSON.
MESSAGE_MAX = 16 * 1024 * 1024

# Seconds that a hub has to answer a close.
CLOSE_PATIENCE = 1

# Kitchens and chefs whose numbers are followed; the longest unheard go.
SEQUENCES_MAX = 4096

# Where a gateway says what it dropped.
GATEWAY_CHEF = 'GatewayChef'


class WebSocketSource:
    def __init__(self, uri: str, wishes: Wishes) -> None:
        self.uri = uri
        self.connection: Any = None
        hello: dict[str, Any] = {'eater_name': wishes.name}
        if wishes.chefs is not None:
            hello['chefs'] = wishes.chefs
        if wishes.kitchens is not None:
            hello['kitchens'] = wishes.kitchens
        hello['batch'] = True
        self._hello = json.dumps(hello)
        self._next_seq: dict[tuple[str, str], int] = {}
        self._gaps = self._told = 0

    @property
    def missed(self) -> int:
        # What a gateway dropped is a gap as well, at the latest when that
        # chef's next dumpling comes.
        return max(self._gaps, self._told)

    async def open(self) -> None:
        try:
            self.connection = await websockets.client.connect(
                self.uri, max_size=MESSAGE_MAX, compression=None,
                close_timeout=CLOSE_PATIENCE)
            await self.connection.send(self._hello)
        except (OSError, asyncio.TimeoutError,
                websockets.exceptions.InvalidHandshake,
                websockets.exceptions.ConnectionClosed) as e:
            raise Lost(e) from e

    async def take(self) -> list[Dumpling]:
        while True:
            try:
                text = await self.connection.recv()
            except websockets.exceptions.ConnectionClosed as e:
                raise Lost(e) from e
            dumplings = self._read(text)
            if dumplings:
                return dumplings

    async def close(self, code: int, reason: str) -> None:
        connection, self.connection = self.connection, None
        self._next_seq.clear()  # what comes until it is opened is no loss
        if connection is None:
            return
        closing = asyncio.ensure_future(connection.close(code, reason))
        # What is on its way is taken, or the hub's answer would wait for it.
        with contextlib.suppress(websockets.exceptions.ConnectionClosed):
            while True:
                await connection.recv()
        await closing

    def _read(self, text: str | bytes) -> list[Dumpling]:
        """The dumplings in a text that came."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as e:
            logger.error('Received invalid dumpling: not JSON: %s', e)
            return []
        dumplings = []
        for one in value if isinstance(value, list) else [value]:
            try:
                dumpling = Dumpling._from_value(one)
                if self._follow(dumpling):
                    dumplings.append(dumpling)
            except InvalidDumpling as e:
                logger.error('Received invalid dumpling: %s', e)
        return dumplings

    def _follow(self, dumpling: Dumpling) -> bool:
        """Counts what is missing before it.  False: it only tells of that."""
        if dumpling.chef == GATEWAY_CHEF and dumpling.kitchen is None:
            self._told += _lost(dumpling.payload)
            return False
        seq = dumpling.seq
        if isinstance(seq, int):
            key = str(dumpling.kitchen), str(dumpling.chef)
            # A number below the one that is due: the kitchen began anew.
            self._gaps += max(0, seq - self._next_seq.pop(key, seq))
            if len(self._next_seq) >= SEQUENCES_MAX:
                del self._next_seq[next(iter(self._next_seq))]
            self._next_seq[key] = seq + 1
        return True


def _lost(payload: Any) -> int:
    lost = payload.get('lost') if isinstance(payload, dict) else None
    return lost if isinstance(lost, int) else 0
