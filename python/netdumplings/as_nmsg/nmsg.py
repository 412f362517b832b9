# SPDX-License-Identifier: MIT
"""netdumplings.nmsg in pynmsg's place, where that is not installed.

Whichever of the two comes first on the path, a real pynmsg is what scripts get.
"""
import importlib
import importlib.machinery
import importlib.util
import os
import sys

OURS = 'netdumplings.nmsg in pynmsg'


def _pynmsg():
    """The spec of another module of this name, or None."""
    here = os.path.dirname(os.path.abspath(__file__))
    for entry in sys.path:
        if os.path.abspath(entry) == here:
            continue
        spec = importlib.machinery.PathFinder.find_spec('nmsg', [entry])
        # A folder of that name is none, and neither is a copy of this file.
        if spec is None or spec.loader is None:
            continue
        source = getattr(spec.loader, 'get_source', lambda name: None)('nmsg')
        if OURS not in (source or ''):
            return spec
    return None


def _stand_in():
    spec = _pynmsg()
    if spec is None:
        sys.modules[__name__] = importlib.import_module('netdumplings.nmsg')
        return
    sys.modules[__name__] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[__name__])


_stand_in()
