# SPDX-License-Identifier: MIT
"""Runs nd-hub, and nd-gateway for what speaks WebSocket."""
from __future__ import annotations

import os
import pathlib
import selectors
import shutil
import subprocess

# From an installation's library folder, where this package is when pip has
# not put it elsewhere.
_BESIDE = pathlib.Path(__file__).resolve().parents[4] / 'bin'


class DumplingHub:
    """What kitchens send dumplings to, and eaters take them from.

    address -- where to listen
    in_port, out_port -- the ports of WebSocket kitchens and eaters; those on
        ZeroMQ have nd-hub's own
    status_freq -- seconds from one status dumpling to the next
    """

    def __init__(self, address: str = 'localhost', in_port: int = 11347,
                 out_port: int = 11348, status_freq: int = 5) -> None:
        self.address = address
        self.in_port = in_port
        self.out_port = out_port
        self.status_freq = status_freq

    def run(self) -> None:
        """Runs both programs until one ends, or on Ctrl-C; ends both.

        subprocess.CalledProcessError if one failed.
        """
        programs: list[subprocess.Popen[bytes]] = []
        try:
            programs.append(_start('nd-hub', '--address', self.address,
                                   '--status-freq', self.status_freq))
            programs.append(_start('nd-gateway', '--address', self.address,
                                   '--in-port', self.in_port,
                                   '--port', self.out_port))
            _wait_for_one(programs)
        except KeyboardInterrupt:
            pass
        finally:
            for program in programs:
                program.terminate()
            for program in programs:
                program.wait()
        for program in programs:
            if program.returncode:
                raise subprocess.CalledProcessError(program.returncode,
                                                    program.args)


def _start(name: str, *args: object) -> subprocess.Popen[bytes]:
    where = shutil.which(name) or str(_BESIDE / name)
    return subprocess.Popen([where, *map(str, args)])


def _wait_for_one(programs: list[subprocess.Popen[bytes]]) -> None:
    """Until the first of them ends."""
    with selectors.DefaultSelector() as selector:
        descriptors = [os.pidfd_open(program.pid) for program in programs]
        try:
            for fd in descriptors:
                selector.register(fd, selectors.EVENT_READ)
            selector.select()
        finally:
            for fd in descriptors:
                os.close(fd)
