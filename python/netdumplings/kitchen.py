# SPDX-License-Identifier: MIT
"""A kitchen, as its chefs see it."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, TypedDict

from . import _modules

if TYPE_CHECKING:
    from .chef import DumplingChef


class ChefInfo(TypedDict):
    """What get_chefs_in_modules() tells of a module."""
    chef_classes: list[str]
    import_error: str | bool
    is_py_file: bool


class DumplingKitchen:
    """Sniffs packets, which its chefs make dumplings of.

    nd-sniff does the work.  In a chef that it runs, self.kitchen is one of
    these and tells what nd-sniff was told.
    """

    def __init__(self, dumpling_queue: Any = None, name: str = 'default',
                 interface: str = 'all', sniffer_filter: str = 'tcp',
                 chef_poke_interval: float | None = 5) -> None:
        self.dumpling_queue = dumpling_queue
        self.name = name
        self.interface = interface
        self.filter = sniffer_filter
        self.chef_poke_interval = chef_poke_interval
        #: Those that registered, in that order.
        self.chefs: list[DumplingChef] = []

    def register_chef(self, chef: DumplingChef) -> None:
        """Called by a chef when it is made for this kitchen."""
        self.chefs.append(chef)

    @staticmethod
    def get_chefs_in_modules(
            chef_modules: Iterable[str]) -> dict[str, ChefInfo]:
        """The names of the chefs in each module, or why it has none.

        A module is a name that can be imported, also from the current
        folder, or the path of a Python file.
        """
        return {name: _look_into(name) for name in chef_modules}

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(name={self.name!r}, '
                f'interface={self.interface!r}, '
                f'sniffer_filter={self.filter!r}, '
                f'chef_poke_interval={self.chef_poke_interval!r})')


def _look_into(name: str) -> ChefInfo:
    info: ChefInfo = {'chef_classes': [], 'import_error': False,
                      'is_py_file': _modules.is_file(name)}
    try:
        info['chef_classes'] = list(_modules.chefs_of(_modules.load(name)))
    except (Exception, SystemExit) as e:
        info['import_error'] = _modules.why(e)
    return info
