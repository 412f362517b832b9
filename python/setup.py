# SPDX-License-Identifier: MIT
"""Builds netdumplings._bus, if libnetdumplings is there."""
import shlex
import subprocess
import sys

from setuptools import Extension, setup


def pkg_config():
    """What a compiler must be told for libnetdumplings, or None."""
    try:
        flags = shlex.split(subprocess.run(
            ['pkg-config', '--cflags', '--libs', 'netdumplings'], check=True,
            capture_output=True, text=True).stdout)
    except (OSError, subprocess.CalledProcessError):
        print('libnetdumplings is not installed: eaters get no ZeroMQ, only '
              'WebSocket', file=sys.stderr)
        return None
    return {'extra_compile_args': [f for f in flags if f[:2] not in
                                   ('-L', '-l')],
            'library_dirs': [f[2:] for f in flags if f[:2] == '-L'],
            'runtime_library_dirs': [f[2:] for f in flags if f[:2] == '-L'],
            'libraries': [f[2:] for f in flags if f[:2] == '-l']}


found = pkg_config()
setup(ext_modules=[] if found is None else [
    # Without a compiler, too, the rest is of use.
    Extension('netdumplings._bus', ['netdumplings/_bus.c'], optional=True,
              **found)])
