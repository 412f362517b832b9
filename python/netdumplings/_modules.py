# SPDX-License-Identifier: MIT
"""Finds chefs in modules and files."""
from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from importlib.machinery import ModuleSpec
from types import ModuleType

from .chef import DumplingChef

_NOT_TO_BLAME = ('<frozen ', *(os.path.dirname(file) + os.sep
                               for file in (__file__, os.__file__)))


def is_file(name: str) -> bool:
    return os.path.isfile(name)


def load(name: str) -> ModuleType:
    """Imports a module by its name, or runs a Python file anew.

    Raises whatever the module does, and ImportError.
    """
    if is_file(name):
        return _run_file(os.path.abspath(name))
    if os.sep in name:
        raise ImportError(f'no such file: {name}')
    _add_to_path(os.getcwd())
    return importlib.import_module(name)


def load_again(name: str) -> ModuleType:
    """The same for a module that was loaded before, as it is now."""
    if is_file(name):
        return load(name)
    importlib.invalidate_caches()
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f'No module named {name!r}', name=name)
    return _run(spec)


def _add_to_path(folder: str) -> None:
    if folder not in sys.path:
        sys.path.append(folder)


def _run_file(path: str) -> ModuleType:
    """The file may import what is beside it."""
    stem = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(f'chefs_in_{stem}', path)
    if spec is None:
        raise ImportError('does not appear to be an importable Python file')
    _add_to_path(os.path.dirname(path))
    return _run(spec)


def _run(spec: ModuleSpec) -> ModuleType:
    """A module that is new; where it fails, the one before stays."""
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(spec.name)
    # Some decorators look their class's module up.
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if before is None:
            sys.modules.pop(spec.name, None)
        else:
            sys.modules[spec.name] = before
        raise
    return module


def chefs_of(module: ModuleType) -> dict[str, type[DumplingChef]]:
    """The chefs in a module by their classes' names, alphabetically.

    Those that it imports, too, but not what all chefs are derived from.
    """
    found = {value for value in vars(module).values()
             if isinstance(value, type) and issubclass(value, DumplingChef)
             and value is not DumplingChef}
    return {chef.__name__: chef
            for chef in sorted(found, key=lambda chef: chef.__name__)}


def why(error: BaseException) -> str:
    """One line about an exception that load() raised, and where it was."""
    if isinstance(error, SyntaxError):
        return (f'{type(error).__name__}: {error.msg} '
                f'({error.filename}, line {error.lineno})')
    # Neither this package's lines nor the standard library's are to blame.
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if not frame.filename.startswith(_NOT_TO_BLAME)]
    text = str(error)
    if not isinstance(error, ImportError):
        text = f'{type(error).__name__}: {text}' if text else (
            type(error).__name__)
    if frames:
        text += f' ({frames[-1].filename}, line {frames[-1].lineno})'
    return text
