# SPDX-License-Identifier: MIT
"""Chefs make dumplings of packets; eaters take them from a hub."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .chef import DumplingChef
from .dumpling import Dumpling, DumplingDriver
from .exceptions import (InvalidDumpling, InvalidDumplingPayload,
                         NetDumplingsError)
from .kitchen import DumplingKitchen

if TYPE_CHECKING:
    from .eater import DumplingEater
    from .hub import DumplingHub

__version__ = '1.0.0'

__all__ = ['Dumpling', 'DumplingChef', 'DumplingDriver', 'DumplingEater',
           'DumplingHub', 'DumplingKitchen', 'InvalidDumpling',
           'InvalidDumplingPayload', 'NetDumplingsError', '__version__']

# Those that bring asyncio and more with them; a kitchen needs none of it.
_LATER = {'DumplingEater': 'eater', 'DumplingHub': 'hub'}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from importlib import import_module
    value = getattr(import_module(f'.{_LATER[name]}', __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
