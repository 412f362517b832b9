# SPDX-License-Identifier: MIT
"""Farsight's network messages, as pynmsg has them, and a little more.

`input`, `output` and `io` shadow what Python calls so, as pynmsg's do: import
the module, not its names.
"""
from __future__ import annotations

try:
    from .._nmsg import message
except ImportError as e:
    raise ImportError(
        'NMSG needs the module netdumplings._nmsg, which is built in '
        "netdumplings' own folder where CPython's headers, a C compiler, "
        f'libzmq, zlib, libdeflate, xxhash and msgpack are there ({e})') from e
from ._inputs import input, nullinput
from ._loop import io
from ._outputs import output
from ._types import msgmod, msgtype
from ._util import ip_pton, print_nmsg_header

message_from_json = message.from_json

__all__ = ['input', 'io', 'ip_pton', 'message', 'message_from_json', 'msgmod',
           'msgtype', 'nullinput', 'output', 'print_nmsg_header']
