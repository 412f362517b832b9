# SPDX-License-Identifier: MIT
"""Builds the parts in C: _bus, if libnetdumplings is there, and _nmsg."""
import os
import pathlib
import shlex
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_py import build_py

PATH_FILE = 'netdumplings-nmsg.pth'

# What netdumplings._nmsg is made of, but its own files.
COMMON = pathlib.Path('../common')
PARTS = ['loop.c', 'put.c', 'stats.c', 'table.c', 'text.c',
         'protocol/dns_extended.c', 'protocol/dns_text.c']
NOT_PARTS = {'nmsg_dumpling.c'}
LIBRARIES = ['libzmq', 'zlib', 'libdeflate', 'libxxhash', 'msgpack']


def pkg_config(names, what):
    """What a compiler must be told for libraries, or None."""
    try:
        flags = shlex.split(subprocess.run(
            ['pkg-config', '--cflags', '--libs', *names], check=True,
            capture_output=True, text=True).stdout)
    except (OSError, subprocess.CalledProcessError):
        print(f'not installed: {" ".join(names)}: no {what}', file=sys.stderr)
        return None
    return {'extra_compile_args': [f for f in flags if f[:2] not in
                                   ('-L', '-l')],
            'library_dirs': [f[2:] for f in flags if f[:2] == '-L'],
            'runtime_library_dirs': [f[2:] for f in flags if f[:2] == '-L'],
            'libraries': [f[2:] for f in flags if f[:2] == '-l']}


def bus():
    """Eaters over ZeroMQ."""
    found = pkg_config(['netdumplings'], 'ZeroMQ, only WebSocket, for eaters')
    if found is not None:
        # Without a compiler, too, the rest is of use.
        yield Extension('netdumplings._bus', ['netdumplings/_bus.c'],
                        optional=True, **found)


def nmsg():
    """NMSG, of the project's own files around this folder."""
    if not (COMMON / 'nmsg').is_dir():
        print('not in the project\'s folder: no NMSG', file=sys.stderr)
        return
    found = pkg_config(LIBRARIES, 'NMSG')
    if found is None:
        return
    sources = [*pathlib.Path('nmsg').glob('*.c'),
               *(path for path in (COMMON / 'nmsg').glob('*.c')
                 if path.name not in NOT_PARTS),
               *(COMMON / part for part in PARTS)]
    yield Extension(
        'netdumplings._nmsg', sorted(map(str, sources)), optional=True,
        include_dirs=[str(COMMON / folder) for folder in
                      ('', 'nmsg', 'include', 'protocol')],
        define_macros=[('_GNU_SOURCE', None)],
        **{**found, 'extra_compile_args': [
            *found['extra_compile_args'], '-std=c17', '-fvisibility=hidden',
            '-O2']})


class BuildPy(build_py):
    """Adds the folder of `nmsg` to the end of Python's path."""

    def run(self):
        super().run()
        self.mkpath(self.build_lib)
        self.copy_file(PATH_FILE, os.path.join(self.build_lib, PATH_FILE))


setup(ext_modules=[*bus(), *nmsg()], cmdclass={'build_py': BuildPy})
