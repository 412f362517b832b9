# SPDX-License-Identifier: MIT
from __future__ import annotations

import socket
import time
from typing import Protocol

from .._nmsg import message
from ._types import msgmod


class _Writes(Protocol):
    def write(self, text: str, /) -> object: ...


def ip_pton(ip: str) -> bytes:
    """The 4 or 16 bytes of an address."""
    try:
        return socket.inet_pton(socket.AF_INET, ip)
    except OSError:
        return socket.inet_pton(socket.AF_INET6, ip)


def print_nmsg_header(m: message, out: _Writes) -> None:
    """Writes a line that says when, what and from whom a message is."""
    try:
        when = time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(m.time_sec))
    except (OSError, OverflowError, ValueError):  # it may come from anyone
        when = f'{m.time_sec}'
    try:
        names = (f'{msgmod.vid_to_vname(m.vid)} '
                 f'{msgmod.msgtype_to_mname(m.vid, m.msgtype)}')
    except ValueError:
        names = '<UNKNOWN>'
    source = f'{m.source:08x}' if m.has_source else ''
    operator = (m.operator or b'').decode(errors='replace')
    group = (m.group or b'').decode(errors='replace')
    out.write(f'[{when}.{m.time_nsec:09d}] [{m.vid}:{m.msgtype} {names}] '
              f'[{source}] [{operator}] [{group}] \n')
