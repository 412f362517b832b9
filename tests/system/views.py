"""Views as chefs in Python are given them, without a kitchen.

What tests/python/view_driver.c makes of the kitchen's reader and decoder.
"""
import os
import pathlib
import subprocess
import sys

import pytest

TREE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('ND_BUILD', TREE / 'build/release'))
sys.path[:0] = [str(TREE / 'python'), str(BUILD / 'tests/python'),
                str(TREE / 'tests/captures')]
import make_captures as make  # noqa: E402
import view_driver  # noqa: E402

ETHERNET = 1  # libpcap's DLT_


def look(frame, see=lambda packet: packet, linktype=ETHERNET):
    """What `see` returns of a frame's view; its bytes are gone by then."""
    seen = []
    view_driver.look(frame, linktype, lambda packet: seen.append(see(packet)))
    return seen[0]


def ethernet(data, kind=0x0800):
    return make.HOST + make.ROUTER + kind.to_bytes(2, 'big') + data


def udp(data, dport=53):
    return ethernet(make.udp(make.HOST4, make.SERVER4, 1234, dport, data))


def query(name='www.example.com'):
    return udp(make.dns(7, 0x0100, make.dotted(name)))


WWW = make.dotted('www.example.com')
ANSWER = udp(make.dns(7, 0x8180, WWW, answers=[
    make.record(b'\xc0\x0c', make.CNAME, b'\x04edge\xc0\x10'),
    make.record(b'\xc0\x0c', make.A, b'\xc6\x33\x64\x07'),
    make.record(b'\xc0\x0c', 16, b'\x02ab\x01c'),
], authorities=[make.record(b'\xc0\x10', make.NS, make.dotted('ns.example'))]))


@pytest.fixture(scope='module')
def captures(tmp_path_factory):
    folder = tmp_path_factory.mktemp('captures')
    subprocess.run([sys.executable, TREE / 'tests/captures/make_captures.py',
                    folder], check=True)
    return folder
