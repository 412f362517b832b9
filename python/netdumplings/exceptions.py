# SPDX-License-Identifier: MIT
"""What can be wrong with a dumpling."""


class NetDumplingsError(Exception):
    """The base of this package's exceptions."""


class InvalidDumpling(NetDumplingsError):
    """A text that should be a dumpling is none."""


class InvalidDumplingPayload(NetDumplingsError):
    """A payload cannot be written as JSON."""
