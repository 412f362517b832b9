# SPDX-License-Identifier: MIT
"""From several inputs to several outputs."""
from __future__ import annotations

import contextlib
import os
import select
from typing import Callable, Iterator

from .._nmsg import message
from ._inputs import input
from ._outputs import output
from ._types import msgmod, type_numbers

# Messages that one input may give before the others have their turn.
TURN = 1000

# How long it waits at most though nothing tells of more, milliseconds.
PATIENCE = 500

CHANNELS = ('/etc/nmsg.chalias', '/etc/nmsgtool.chalias',
            '/usr/local/etc/nmsg.chalias', '/usr/local/etc/nmsgtool.chalias')


class io:
    """Takes messages from inputs, and gives each to the next of the outputs.

    Inputs and outputs that were added are its own, and are closed when loop()
    ends.  Filters are those of all inputs.
    """

    def __init__(self) -> None:
        self._inputs: list[input] = []
        self._outputs: list[output] = []
        self._filters: list[Callable[[input], None]] = []
        self._next = 0
        self._broken = False
        self._waker = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError, OSError):
            os.close(self._waker)

    def add_input(self, i: input) -> None:
        if i.closed:
            raise ValueError('the input is closed')
        self._inputs.append(i)

    def add_input_channel(self, name: str) -> None:
        """The sockets that a file of channels has for a name."""
        for addr, port in _channel(name):
            self.add_input(input.open_sock(addr, port))

    def add_output(self, o: output) -> None:
        if o.closed:
            raise ValueError('the output is closed')
        self._outputs.append(o)

    def add_output_callback(self, fn: Callable[[message], object]) -> None:
        self.add_output(output.open_callback(fn))

    def set_filter_msgtype(self, vid: int | str, msgtype: int | str) -> None:
        numbers = type_numbers(vid, msgtype)
        self._filters.append(lambda i: i.set_filter_msgtype(*numbers))

    def set_filter_source(self, source: int) -> None:
        self._filters.append(lambda i: i.set_filter_source(source))

    def set_filter_operator(self, operator: str | bytes) -> None:
        number = msgmod.oname_to_oid(operator)
        self._filters.append(lambda i: i.set_filter_operator(number))

    def set_filter_group(self, group: str | bytes) -> None:
        number = msgmod.grname_to_grid(group)
        self._filters.append(lambda i: i.set_filter_group(number))

    def loop(self) -> None:
        """Until all inputs are at their end, or break_loop()."""
        for i in self._inputs:
            for set_filter in self._filters:
                set_filter(i)
        try:
            self._loop()
        finally:
            inputs, self._inputs = self._inputs, []
            outputs, self._outputs = self._outputs, []
            with contextlib.ExitStack() as stack:
                for one in [*inputs, *outputs]:
                    stack.callback(one.close)

    def break_loop(self) -> None:
        """Ends loop(); from anywhere, a signal's handler or a thread too."""
        self._broken = True
        os.eventfd_write(self._waker, 1)

    def _loop(self) -> None:
        poll = select.poll()
        poll.register(self._waker, select.POLLIN)
        for i in self._inputs:
            poll.register(i.fileno(), select.POLLIN)
        live = list(self._inputs)
        while live and not self._broken:
            busy = False
            for i in list(live):
                messages = i.take(TURN)
                busy = busy or bool(messages)
                self._give(messages)
                if i.at_end:
                    live.remove(i)
                    poll.unregister(i.fileno())
            if not busy and live and not self._broken:
                poll.poll(PATIENCE)

    def _give(self, messages: list[message]) -> None:
        for m in messages:
            if self._broken:
                return
            if self._outputs:
                self._outputs[self._next % len(self._outputs)].write(m)
                self._next += 1


def _channel(name: str) -> Iterator[tuple[str, str]]:
    paths = [os.environ.get('NMSG_CHALIAS_FILE', ''), *CHANNELS]
    path = next(filter(os.path.isfile, paths), None)
    if path is None:
        raise ValueError('no file of channels is there')
    with open(path, encoding='utf-8', errors='replace') as lines:
        for line in lines:
            channel, *sockets = line.split() or ['']
            if channel == name:
                for socket in sockets:
                    addr, _, port = socket.partition('/')
                    yield addr, port
                return
    raise ValueError(f'no channel is called {name}')
