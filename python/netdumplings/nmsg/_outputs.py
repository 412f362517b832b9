# SPDX-License-Identifier: MIT
"""Where messages go."""
from __future__ import annotations

import os
from typing import Callable

from .. import _nmsg
from .._nmsg import message
from ._files import File, HasFileno, opened
from ._types import type_numbers

# As pynmsg's, of a container.
FILE_MAX = 1048576
SOCK_MAX = 1280


class output(_nmsg.Output):
    """Messages to a file, a socket, a ZeroMQ endpoint, a function: open_*().

    They wait for others to share a container with until that is full, or
    flush(), or close(); unless set_buffered(False).
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._kind = args[0] if args else 'closed'

    def __repr__(self) -> str:
        return f'<nmsg output of type {self._kind}>'

    def __enter__(self) -> output:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @staticmethod
    def open_file(obj: File, bufsz: int = FILE_MAX) -> output:
        """A file of containers: its path, or an object with fileno()."""
        file = _for_writing(obj)
        return output('fd', '', file.fileno(), file, bufsz)

    @staticmethod
    def open_json(obj: File) -> output:
        """The same of messages as JSON, one a line."""
        file = _for_writing(obj)
        return output('json', '', file.fileno(), file)

    @staticmethod
    def open_sock(addr: str, port: int | str, bufsz: int = SOCK_MAX,
                  broadcast: bool = False) -> output:
        """Datagrams of up to bufsz bytes to an address, IPv4 or IPv6.

        It may be one of broadcast, whatever is said.
        """
        return output('sock', f'{addr}/{port}', -1, None, bufsz)

    @staticmethod
    def open_zmq(endpoint: str) -> output:
        """ENDPOINT[,accept|connect][,pubsub|pushpull].

        connect and pubsub where it does not say.
        """
        return output('zmq', endpoint)

    @staticmethod
    def open_callback(func: Callable[[message], object]) -> output:
        """A function that is called with each message."""
        return _callback(func)

    def set_filter_msgtype(self, vid: int | str, msgtype: int | str) -> None:
        """Takes only messages of this type, by number or name; 0: any."""
        self.set_filter(*type_numbers(vid, msgtype))


def _for_writing(obj: File) -> HasFileno:
    file = opened(obj, 'wb')
    # What the caller wrote by itself comes first.
    if not isinstance(obj, (str, bytes, os.PathLike)):
        getattr(obj, 'flush', lambda: None)()
    return file


class _callback(output):
    def __init__(self, func: Callable[[message], object]) -> None:
        super().__init__()
        self._kind = 'callback'
        self.func: Callable[[message], object] | None = func
        self._type = 0, 0
        self._payloads = 0

    def write(self, message: message | None) -> None:
        if self.func is None:
            raise ValueError('the output is closed')
        if message is None or any(
                want not in (0, has) for want, has in
                zip(self._type, (message.vid, message.msgtype))):
            return
        self._payloads += 1
        self.func(message)

    def set_filter(self, vid: int, msgtype: int) -> None:
        self._type = vid, msgtype

    def flush(self) -> None:
        pass

    def stats(self) -> dict[str, int]:
        return {'payloads': self._payloads}

    def close(self) -> None:
        self.func = None

    @property
    def closed(self) -> bool:
        return self.func is None
