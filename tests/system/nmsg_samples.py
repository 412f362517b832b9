"""Messages of NMSG for tests, and nd-nmsgtool to move them."""
import socket

import nmsg_bytes as nmsg
from harness import made, run

CLIENT, SERVER = '192.0.2.10', '198.51.100.7'
CLIENT6, SERVER6 = '2001:db8::10', '2001:db8:1::7'
HOUR = 1700000000


def packet(ip, **kwargs):
    """A base:packet message."""
    payload = nmsg.number(1, 1) + nmsg.blob(2, ip)
    return nmsg.message(payload, msgtype=nmsg.PACKET, **kwargs)


def udp(n, size=20):
    return made.udp(CLIENT, SERVER, 1024 + n, 53, bytes([n % 256]) * size)


def packets(count, size=20):
    return [packet(udp(n, size), sec=HOUR + n, nsec=n * 1001 + 7)
            for n in range(count)]


def lines(count, start=0):
    return [nmsg.message(nmsg.logline(b'line %d' % n), sec=HOUR + n, nsec=n)
            for n in range(start, start + count)]


def texts(data):
    """What the log lines of a file say."""
    return [nmsg.fields(m[5][0])[2][0].rstrip(b'\0').decode()
            for m in nmsg.messages(data)]


def numbered(count, start=0):
    return [f'line {n}' for n in range(start, start + count)]


def tool(*args, **kwargs):
    return run('nd-nmsgtool', *args, **kwargs)


def well(*args, **kwargs):
    """nd-nmsgtool, which ends well and silently; its stdout."""
    done = tool(*args, **kwargs)
    assert (done.returncode, done.stderr) == (0, ''), done.stderr
    return done.stdout


def udp_port():
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def send(port, *datagrams):
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        for datagram in datagrams:
            s.sendto(datagram, ('127.0.0.1', port))
