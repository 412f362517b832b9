# SPDX-License-Identifier: MIT
"""Where messages come from."""
from __future__ import annotations

from .. import _nmsg
from .._nmsg import message
from ._files import File, opened
from ._types import msgmod, type_numbers


class input(_nmsg.Input):
    """Messages from a file, a socket or a ZeroMQ endpoint; see open_*().

    Iterate over it, or read() until that gives None.  What is not well formed
    is counted, stats(), and passed over.
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._kind = args[0] if args else 'closed'
        self._filter = [0, 0, 0, 0, 0]

    def __repr__(self) -> str:
        return f'<nmsg input of type {self._kind}>'

    def __enter__(self) -> input:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @staticmethod
    def open_file(obj: File) -> input:
        """A file of containers: its path, or an object with fileno()."""
        file = opened(obj, 'rb')
        return input('fd', '', file.fileno(), file)

    @staticmethod
    def open_json(obj: File) -> input:
        """The same of messages as JSON, one a line."""
        file = opened(obj, 'rb')
        return input('json', '', file.fileno(), file)

    @staticmethod
    def open_sock(addr: str, port: int | str) -> input:
        """Datagrams that come to an address, IPv4 or IPv6, and port.

        Port 0 is any, `port` then says which; 'FIRST..LAST' are several.
        """
        return input('sock', f'{addr}/{port}')

    @staticmethod
    def open_zmq(endpoint: str) -> input:
        """ENDPOINT[,accept|connect][,pubsub|pushpull].

        accept and pubsub where it does not say.
        """
        return input('zmq', endpoint)

    def set_filter_msgtype(self, vid: int | str, msgtype: int | str) -> None:
        """Gives only messages of this type, by number or name; 0: any."""
        self._filter[:2] = type_numbers(vid, msgtype)
        self.set_filter(*self._filter)

    def set_filter_source(self, source: int) -> None:
        self._filter[2] = source
        self.set_filter(*self._filter)

    def set_filter_operator(self, operator: str | bytes | int) -> None:
        """By its name, or number."""
        self._filter[3] = (operator if isinstance(operator, int)
                           else msgmod.oname_to_oid(operator))
        self.set_filter(*self._filter)

    def set_filter_group(self, group: str | bytes | int) -> None:
        self._filter[4] = (group if isinstance(group, int)
                           else msgmod.grname_to_grid(group))
        self.set_filter(*self._filter)


class nullinput:
    """Messages of containers that came some other way."""

    def __init__(self) -> None:
        self._input = _nmsg.Input('memory')

    def read(self, buf: bytes, tv_sec: int | None = None,
             tv_nsec: int | None = None) -> list[message]:
        """Those of a container, or of the one that this fragment completes.

        ValueError for what is no container.  When it came does not matter.
        """
        before = self._bad()
        messages = self._input.read_bytes(buf)
        if self._bad() > before:
            raise ValueError('not a container of NMSG')
        return messages

    def stats(self) -> dict[str, int]:
        return self._input.stats()

    def _bad(self) -> int:
        stats = self._input.stats()
        return stats['containers_bad'] + stats['fragments_bad']
