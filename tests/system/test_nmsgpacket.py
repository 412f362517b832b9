"""nd-nmsgpacket: the packets of base:packet messages, and to a socket."""
import os
import pathlib
import socket
import subprocess

import pytest

import nmsg_bytes as nmsg
from harness import BIN, TREE, made, run
from nmsg_samples import (CLIENT, CLIENT6, HOUR, SERVER, SERVER6, lines,
                          packet, packets, udp)

SEED = pathlib.Path(os.environ.get(
    'ND_NMSG_VECTORS', TREE.parent / 'shared/nmsg-vectors')) / 'nmsgpacket.nmsg'
# A pipe that was closed with nothing in it is no input.
QUIET = {'stdin': subprocess.DEVNULL}


def first_lines(n):
    when = f'2023-11-14 22:13:{20 + n:02}.{n * 1001 + 7:09}'
    return (f'[{when}] [1:12 base packet] [] [] [] \n'
            f'{CLIENT}.{1024 + n} --> {SERVER}.53 (17)\n')


def shown(path, *args, **kwargs):
    done = run('nd-nmsgpacket', *args, path, **{**QUIET, **kwargs})
    assert (done.returncode, done.stderr) == (0, ''), done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def write(path, *messages):
    path.write_bytes(nmsg.container(*messages))
    return path


def test_both_lines(folder):
    a = write(folder / 'a', *packets(3), *lines(2), packet(
        udp(3), sec=HOUR + 3, nsec=3010, source=0xab, operator=3, group=4))
    assert shown(a) == ''.join(first_lines(n) for n in range(3)) + first_lines(
        3).replace('[] [] []', '[000000ab] [3] [4]')


def test_count_is_of_what_is_read(folder):
    """As there: also what is not printed counts, but for other types."""
    other = packet(made.icmp(CLIENT, SERVER, 8, 0, bytes(8)))
    a = write(folder / 'a', *lines(3), other, *packets(5))
    assert shown(a, '-c', '3') == first_lines(0) + first_lines(1)
    for args in ['-c', '0', a], []:
        done = run('nd-nmsgpacket', *args, stdin=subprocess.DEVNULL)
        if args:
            assert done.returncode == 1 and 'Usage: ' in done.stdout


def test_from_a_pipe(folder):
    a = write(folder / 'a', *packets(2))
    want = first_lines(0) + first_lines(1)
    with open(a, 'rb') as file:
        done = run('nd-nmsgpacket', stdin=file)
        assert (done.returncode, done.stdout) == (0, want)
    with subprocess.Popen(['cat', a], stdout=subprocess.PIPE) as cat:
        # It comes before the file that is named.
        done = run('nd-nmsgpacket', write(folder / 'b', *packets(1)),
                   stdin=cat.stdout)
        assert done.stdout == want
    with subprocess.Popen(['true'], stdout=subprocess.PIPE) as nothing:
        done = run('nd-nmsgpacket', a, stdin=nothing.stdout)
        assert done.stdout == want


def test_what_is_no_such_packet(folder):
    """IP's version, options and fragments are looked at."""
    good = made.udp(CLIENT, SERVER, 5, 6, b'', options=b'\1' * 8)
    a = write(folder / 'a', *(packet(ip) for ip in (
        good,
        made.udp(CLIENT6, SERVER6, 7, 8, b''),
        made.ipv4(CLIENT, SERVER, 17, good[28:], fragment=0x2000),
        made.ipv4(CLIENT, SERVER, 17, bytes(40), fragment=3),
        made.ipv4(CLIENT, SERVER, 47, bytes(40)),
        made.tcp(CLIENT, SERVER, 9, 10, 2, 0)[:24],
        made.tcp(CLIENT, SERVER, 9, 10, 2, 0)[:23],
        b'\x44' + good[1:], b'\x55' + good[1:], b'\x45', b'')))
    flows = [s for s in shown(a).splitlines() if '-->' in s]
    assert flows == [f'{CLIENT}.5 --> {SERVER}.6 (17)',
                     f'{CLIENT}.5 --> {SERVER}.6 (17)',
                     f'{CLIENT}.9 --> {SERVER}.10 (6)']
    flows = [s for s in shown(a, '--ipv6').splitlines() if '-->' in s]
    assert flows[1] == f'{CLIENT6}.7 --> {SERVER6}.8 (17)' and len(flows) == 4


def test_ipv6_extension_headers(folder):
    inner = made.udp(CLIENT6, SERVER6, 7, 8, b'')[40:]
    hop = b'\x2c\0\1\4\0\0\0\0'
    first, later = b'\x11\0\0\1\0\0\0\1', b'\x11\0\0\x09\0\0\0\1'
    a = write(folder / 'a', *(packet(made.ipv6(CLIENT6, SERVER6, kind, data))
                              for kind, data in (
        (0, hop + first + inner), (44, later + inner), (59, inner),
        (0, b'\x11\xff\0\0\0\0\0\0'), (58, inner))))
    assert shown(a, '--ipv6').count('.7 --> ') == 1


def test_to_a_socket(folder):
    """A base:ipconn for each packet, each by itself."""
    a = write(folder / 'a', *packets(20))
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        s.settimeout(60)
        shown(a, '-s', f'127.0.0.1/{s.getsockname()[1]}', '-c', '10')
        for n in range(10):
            data = s.recv(65535)
            message, = nmsg.messages(data)
            assert (message[1], message[2]) == ([1], [nmsg.IPCONN])
            assert message[3][0] > HOUR
            assert nmsg.fields(message[5][0]) == {
                1: [17], 2: [made.packed(CLIENT)], 3: [1024 + n],
                4: [made.packed(SERVER)], 5: [53]}
    for wrong in '127.0.0.1', '127.0.0.1/x', 'nowhere.invalid/1':
        done = run('nd-nmsgpacket', '-s', wrong, a, stdin=subprocess.DEVNULL)
        assert done.returncode in (1, 2) and done.stderr


@pytest.mark.skipif(not SEED.is_file(), reason='no vectors here')
def test_seed():
    flows = [s for s in shown(SEED).splitlines() if '-->' in s]
    assert len(flows) == 99
    assert sum(s.endswith('(6)') for s in flows) == 77
    assert len([s for s in shown(SEED, '--ipv6').splitlines()
                if '-->' in s]) == 100


def test_errors(folder):
    a = write(folder / 'a', *packets(2))
    done = run('nd-nmsgpacket', folder / 'nowhere', stdin=subprocess.DEVNULL)
    assert done.returncode == 1 and 'nowhere' in done.stderr
    with open('/dev/full', 'w') as full:
        done = subprocess.run([BIN / 'nd-nmsgpacket', a], stdout=full,
                              stdin=subprocess.DEVNULL, text=True,
                              stderr=subprocess.PIPE)
    assert done.returncode == 1 and 'No space left' in done.stderr
    garbage = folder / 'g'
    garbage.write_bytes(a.read_bytes() + b'GARBAGE' + a.read_bytes())
    done = run('nd-nmsgpacket', garbage, stdin=subprocess.DEVNULL)
    assert done.stdout.count('-->') == 4 and done.stderr
