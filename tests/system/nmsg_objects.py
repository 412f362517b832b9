"""NMSG in Python: messages, files of them, and the module to test."""
import os
import sys

import pytest

from python_package import PACKAGE

sys.path.insert(0, str(PACKAGE))
pytest.importorskip('netdumplings._nmsg')
from netdumplings import nmsg  # noqa: E402


def ipconn(**fields):
    m = nmsg.msgtype.base.ipconn()
    for name, value in fields.items():
        m[name] = value
    return m


def written(*messages, zlib=False, buffered=True):
    """The bytes of a file of messages."""
    with open(os.memfd_create('nmsg'), 'w+b', buffering=0) as file:
        with nmsg.output.open_file(file) as out:
            out.set_zlibout(zlib)
            out.set_buffered(buffered)
            for m in messages:
                out.write(m)
        file.seek(0)
        return file.read()


def read(data):
    """The messages of a file, and what was counted."""
    with open(os.memfd_create('nmsg'), 'w+b', buffering=0) as file:
        file.write(data)
        file.seek(0)
        with nmsg.input.open_file(file) as messages:
            return list(messages), messages.stats()
