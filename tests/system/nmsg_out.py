"""A small reader of NMSG, and dumplings for nd-nmsg to make it of."""
import collections
import ipaddress
import struct
import zlib

import msgpack

from harness import Pusher, System, seen, wait_for

IPCONN, DNS, PKT, DNSQR, ENCODE, PACKET = 5, 7, 8, 9, 11, 12
NS = 1700000001_234567891


# --- a reader of NMSG -------------------------------------------------------

def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x82f63b78 * (crc & 1)
    return crc ^ 0xffffffff


def varint(data, at):
    n = shift = 0
    while True:
        n |= (data[at] & 0x7f) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return n, at


def fields(data):
    """A message of protobuf: each field's values, by its number."""
    found, at = collections.defaultdict(list), 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
            assert len(value) == size
        else:
            assert tag & 7 == 5
            value, at = struct.unpack_from('<I', data, at)[0], at + 4
        found[tag >> 3].append(value)
    return found


Message = collections.namedtuple(
    'Message', 'msgtype time_ns fields source operator group vid',
    defaults=[0, 0, 0, 1])


class Container:
    """One, with its header; `rest` is what follows it."""

    def __init__(self, data):
        magic, self.flags, version, size = struct.unpack_from('>4sBBI', data)
        assert (magic, version) == (b'NMSG', 2)
        body, self.rest = data[10:10 + size], data[10 + size:]
        assert len(body) == size
        if self.flags & 1:
            length, = struct.unpack_from('>I', body)
            body = zlib.decompress(body[4:])
            assert len(body) == length
        found = fields(body)
        self.sequence = found[3][0] if found[3] else None
        self.sequence_id = found[4][0] if found[4] else None
        assert len(found[1]) == len(found[2]) > 0
        self.messages = []
        for packed, crc in zip(found[1], found[2]):
            m = fields(packed)
            payload = m[5][0]
            assert struct.pack('<I', crc) == struct.pack('>I', crc32c(payload))
            self.messages.append(Message(
                m[2][0], m[3][0] * 10**9 + m[4][0], dict(fields(payload)),
                *((m[n] or [0])[0] for n in (7, 8, 9, 1))))


def containers(data):
    found = []
    while data:
        found.append(Container(data))
        data = found[-1].rest
    return found


def read(path):
    return [m for c in containers(path.read_bytes()) for m in c.messages]


def packed_ip(text):
    return ipaddress.ip_address(text).packed


def ipconn(proto, src, src_port, dst, dst_port):
    wanted = {1: [proto], 2: [packed_ip(src)], 3: [src_port],
              4: [packed_ip(dst)], 5: [dst_port]}
    return {n: v for n, v in wanted.items() if v != [None]}


def name(text):
    return b''.join(bytes([len(label)]) + label.encode()
                    for label in text.split('.') if label) + b'\0'


# --- what sends to it -------------------------------------------------------

CHEFS = ['A', 'AnyChef', 'MyChef', 'FlowChef', 'ConnectionChef', 'TLSChef',
         'PacketChef', 'DNSChef', 'nmsg.base', 'nmsg.base.ipconn',
         'nmsg.base.logline', 'nmsg.SIE.dnsdedupe', 'nmsg.9.8']


def eat(system, hub, *args, **kwargs):
    """nd-nmsg, once its hub has seen it."""
    before = seen(hub, 'eater connection from')
    if not {'-c', '-k', '--chef'} & set(args):
        # All but the hub's status.
        for chef in CHEFS:
            args += '-c', chef
    eater = system.start('nd-nmsg', '--hub', system.bus_out, *args, **kwargs)
    wait_for(lambda: seen(hub, 'eater connection from') > before,
             'the hub to see nd-nmsg')
    return eater


def send(pusher, chef, payloads, first=0, time_ns=NS, driver=0):
    pusher.send(f'{chef}/py/'.encode(), msgpack.packb(
        [1, 7, first, [[time_ns, driver, p] for p in payloads]],
        datetime=True))


def time_of(ns):
    return msgpack.Timestamp.from_unix_nano(ns)


def given(dumplings, *args):
    """The messages that (chef, payload)s become."""
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.nmsg'
        eater = eat(s, hub, '-w', out, '--count', len(dumplings), *args)
        pusher = Pusher(s.bus_in)
        firsts = collections.Counter()
        for chef, payload in dumplings:
            send(pusher, chef, [payload], firsts[chef])
            firsts[chef] += 1
        assert eater.wait() == 0, eater.err.read_text()
        pusher.close()
        return read(out)


def ends(**more):
    return {'client': {'ip': '192.0.2.10', 'port': 33000},
            'server': {'ip': '198.51.100.7', 'port': 80}, **more}
