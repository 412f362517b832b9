"""NMSG, made and read byte by byte: what tests send, and look for."""
import struct
import zlib

ZLIB, FRAGMENT = 1, 2
BASE, IPCONN, LOGLINE, PKT, PACKET = 1, 5, 6, 8, 12


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def swapped(crc):
    return struct.unpack('>I', struct.pack('<I', crc))[0]


def varint(n):
    out = b''
    while n >= 0x80:
        out += bytes([n & 0x7f | 0x80])
        n >>= 7
    return out + bytes([n])


def number(field, n):
    return varint(field << 3) + varint(n)


def blob(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def message(payload, *, vid=BASE, msgtype=LOGLINE, sec=1, nsec=2, source=0,
            operator=0, group=0):
    """A NmsgPayload."""
    out = (number(1, vid) + number(2, msgtype) + number(3, sec)
           + b'\x25' + struct.pack('<I', nsec) + blob(5, payload))
    for field, n in ((7, source), (8, operator), (9, group)):
        if n:
            out += number(field, n)
    return out


def logline(text, category=b'test'):
    return blob(1, category + b'\0') + blob(2, text + b'\0')


def payload_of(packed):
    return fields(packed)[5][0]


def body(messages, *, sequence=None, crcs=True):
    out = b''.join(blob(1, m) for m in messages)
    if crcs:
        out += b''.join(number(2, swapped(crc32c(payload_of(m))))
                        for m in messages)
    if sequence:
        out += number(3, sequence[0]) + number(4, sequence[1])
    return out


def frame(packed, flags=0, version=2, length=None):
    return struct.pack('>4sBBI', b'NMSG', flags, version,
                       len(packed) if length is None else length) + packed


def container(*messages, **kwargs):
    return frame(body(messages, **kwargs))


def squeezed(*messages, told=None):
    """A compressed container, that may lie about its length."""
    packed = body(messages)
    return frame(struct.pack('>I', len(packed) if told is None else told)
                 + zlib.compress(packed), ZLIB)


def fragment(identity, current, last, data, crc=None):
    packed = (number(1, identity) + number(2, current) + number(3, last)
              + blob(4, data))
    if crc is not None:
        packed += number(5, crc)
    return frame(packed, FRAGMENT)


def read_varint(data, at):
    shift = n = 0
    while True:
        n |= (data[at] & 0x7f) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return n, at


def fields(data):
    """Every field of a protobuf message: number to list of values."""
    found, at = {}, 0
    while at < len(data):
        tag, at = read_varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = read_varint(data, at)
        elif kind == 2:
            size, at = read_varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = int.from_bytes(data[at:at + size], 'little'), at + size
        found.setdefault(tag >> 3, []).append(value)
    return found


def containers(data):
    """Flags and body of each container of a file."""
    at = 0
    while at < len(data):
        magic, flags, version, size = struct.unpack_from('>4sBBI', data, at)
        assert (magic, version) == (b'NMSG', 2), f'no container at {at}'
        at += 10 + size
        assert at <= len(data), 'a container is cut off'
        inner = data[at - size:at]
        if flags & ZLIB and not flags & FRAGMENT:
            inner = zlib.decompress(inner[4:])
        yield flags, inner


def messages(data):
    """Every message of a file without fragments, as fields()."""
    return [fields(m) for _, inner in containers(data)
            for m in fields(inner).get(1, [])]


def malformed():
    """Names, and bytes of which no message may come."""
    good = message(logline(b'good'))
    whole = body([good])
    crc = swapped(crc32c(whole))
    return {
        'empty': b'',
        'no magic': b'GARBAGE, and much more of it',
        'a version to come': frame(whole, version=9),
        'length that lies': frame(whole, length=len(whole) + 7),
        'no protobuf': frame(b'\xff' * 40),
        'payload without its required fields': frame(blob(1, b'\x08\x01')),
        'payload longer than all': frame(b'\x0a\xff\xff\xff\xff\x0f'),
        'no zlib': frame(struct.pack('>I', 100) + b'not zlib at all', ZLIB),
        'zlib cut': frame(squeezed(good)[10:-6], ZLIB),
        'zlib that lies': squeezed(good, told=7),
        'zlib bomb': frame(struct.pack('>I', 0xffffffff)
                           + zlib.compress(bytes(1 << 20)), ZLIB),
        'wrong crc': frame(blob(1, good) + number(2, crc)),
        'fragment beyond its last': fragment(5, 9, 2, whole, crc),
        'fragment of very many': fragment(6, 0, 0xffffffff, whole, crc),
        'fragment that is none': frame(b'\xff\xff', FRAGMENT),
    }
