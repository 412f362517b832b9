# SPDX-License-Identifier: MIT
"""What nd-sniff has Python do for it: finds chefs in modules, makes them, makes
them again when their file has changed, and says what went wrong.

Only nd-sniff calls this, from one thread; see kitchen/python/host.h.
"""
from __future__ import annotations

import sys
import traceback
from types import ModuleType
from typing import Callable

from ._modules import chefs_of, load, load_again, why
from .chef import DumplingChef
from .kitchen import DumplingKitchen

# Kinds of errors that are told with their traceback; more are only counted.
KINDS_MAX = 256

kitchen: DumplingKitchen
modules: dict[str, ModuleType] = {}
made: dict[str, list[str]] = {}
told: set[tuple] = set()


def open_kitchen(name: str, interface: str, sniffer_filter: str,
                 poke_interval: float) -> None:
    """Makes the kitchen that chefs are told of."""
    global kitchen
    kitchen = DumplingKitchen(None, name=name, interface=interface,
                              sniffer_filter=sniffer_filter,
                              chef_poke_interval=poke_interval or None)


def classes(name: str) -> list[tuple[str, bool]]:
    """A module's chefs: each one's name, and whether a kitchen may have it."""
    if name not in modules:
        modules[name] = load(name)
    return [(chef, bool(cls.assignable_to_kitchen))
            for chef, cls in chefs_of(modules[name]).items()]


def file_of(name: str) -> str | None:
    """The file that a module was loaded from, if it is one."""
    return getattr(modules[name], '__file__', None)


def _uses_scapy(module: ModuleType) -> bool:
    """Whether it has imported scapy, or something of it."""
    return any(
        (value.__name__ if isinstance(value, ModuleType)
         else str(getattr(value, '__module__', ''))).partition('.')[0]
        == 'scapy' for value in list(vars(module).values()))


Chef = tuple[DumplingChef, Callable, 'Callable | None', bool]


def _make(module: ModuleType, name: str) -> Chef:
    """The chef, its two handlers, and whether it wants packets of scapy."""
    cls = chefs_of(module)[name]
    chef = cls(kitchen=kitchen)
    pokes = (getattr(chef.interval_handler, '__func__', None)
             is not DumplingChef.interval_handler)
    home = sys.modules.get(cls.__module__, module)
    return (chef, chef.packet_handler,
            chef.interval_handler if pokes else None, _uses_scapy(home))


def make(module: str, name: str) -> Chef:
    """A chef of a module that classes() has loaded."""
    chef = _make(modules[module], name)
    made.setdefault(module, []).append(name)
    return chef


def reload(name: str) -> list[Chef]:
    """Loads a module anew and makes all its chefs again, in their order."""
    module = load_again(name)
    missing = [chef for chef in made.get(name, ())
               if chef not in chefs_of(module)]
    if missing:
        raise ImportError(f'{", ".join(missing)} is no longer in it')
    chefs = [_make(module, chef) for chef in made.get(name, ())]
    modules[name] = module
    told.clear()  # what the new ones do wrong is news
    return chefs


def explain(error: BaseException, chef: str, call: str) -> list[str]:
    """The lines that tell of a handler's error; none if its kind was told."""
    frames = traceback.extract_tb(error.__traceback__)
    kind = (chef, call, type(error),
            frames[-1][:2] if frames else str(error))
    if kind in told or len(told) == KINDS_MAX:
        return []
    told.add(kind)
    lines = ''.join(traceback.format_exception(error)).splitlines()
    return [f'Error invoking {call} handler for chef {chef}: '
            f'{why(error)}; the same error is not told again', *lines]
