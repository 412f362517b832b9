# SPDX-License-Identifier: MIT
"""Vendors and their types of messages."""
from __future__ import annotations

from typing import Any

from .. import _nmsg
from .._nmsg import message

_TYPES = _nmsg.types()


class msgmod:
    """A type of messages, by its numbers; what it and others are called."""

    def __init__(self, vid: int, msgtype: int) -> None:
        self._names = (msgmod.vid_to_vname(vid),
                       msgmod.msgtype_to_mname(vid, msgtype))
        self.vid = vid
        self.msgtype = msgtype

    def __str__(self) -> str:
        vname, mname = self._names
        return f'[{self.vid}:{self.msgtype} {vname} {mname}] message module'

    @staticmethod
    def vid_to_vname(vid: int) -> str:
        name = _nmsg.vendor(vid)
        if name is None:
            raise ValueError(f'unknown vendor ID {vid}')
        return name

    @staticmethod
    def vname_to_vid(vname: str) -> int:
        vid = _nmsg.vendor_id(vname)
        if not vid:
            raise ValueError(f'unknown vendor name {vname}')
        return vid

    @staticmethod
    def msgtype_to_mname(vid: int, msgtype: int) -> str:
        for of, _, number, name in _TYPES:
            if (of, number) == (vid, msgtype):
                return name
        raise ValueError(f'unknown message type {vid}:{msgtype}')

    @staticmethod
    def mname_to_msgtype(vid: int, mname: str) -> int:
        for of, _, number, name in _TYPES:
            if of == vid and name.lower() == mname.lower():
                return number
        raise ValueError(f'unknown message type {mname}')

    @staticmethod
    def get_max_msgtype(vid: int) -> int:
        msgmod.vid_to_vname(vid)
        return max((number for of, _, number, _ in _TYPES if of == vid),
                   default=0)

    @staticmethod
    def oname_to_oid(oname: str | bytes) -> int:
        oid = _nmsg.operator_id(oname)
        if not oid:
            raise ValueError(f'unknown operator name {oname!r}')
        return oid

    @staticmethod
    def grname_to_grid(grname: str | bytes) -> int:
        grid = _nmsg.group_id(grname)
        if not grid:
            raise ValueError(f'unknown group name {grname!r}')
        return grid


def type_numbers(vid: int | str, msgtype: int | str) -> tuple[int, int]:
    """The numbers of what is given by name or number."""
    if isinstance(vid, str):
        vid = msgmod.vname_to_vid(vid)
    if isinstance(msgtype, str):
        msgtype = msgmod.mname_to_msgtype(vid, msgtype)
    return vid, msgtype


def _class_of(vname: str, mname: str, vid: int, number: int) -> type[message]:
    def __init__(self: message) -> None:
        message.__init__(self, vid, number)
    return type(f'{vname}_{mname}', (message,),
                {'__init__': __init__, '__slots__': (),
                 '__module__': __name__})


class _msgtype:
    """A member for each vendor, with a class for each of its types."""

    base: Any
    isc: Any
    sie: Any

    def __init__(self) -> None:
        vendors: dict[str, dict[str, Any]] = {}
        for vid, vendor, number, name in _TYPES:
            vname, mname = vendor.lower(), name.lower()
            members = vendors.setdefault(vname, {'_vname': vname, '_vid': vid})
            members[mname] = _class_of(vname, mname, vid, number)
        for vname, members in vendors.items():
            setattr(self, vname, type(vname, (), members))
        self.isc = self.base  # as it was called once


msgtype = _msgtype()
