# SPDX-License-Identifier: MIT
"""What an input or output of a file is opened with."""
from __future__ import annotations

import os
from typing import Protocol


class HasFileno(Protocol):
    def fileno(self) -> int: ...


# A path, or what has a descriptor.
File = str | bytes | os.PathLike[str] | HasFileno


def opened(file: File, mode: str) -> HasFileno:
    if isinstance(file, (str, bytes, os.PathLike)):
        return open(file, mode, buffering=0)
    return file
