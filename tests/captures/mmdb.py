# SPDX-License-Identifier: MIT
"""Writes a small database in MaxMind's format, version 2.

https://maxmind.github.io/MaxMind-DB/ has the format.
"""
import ipaddress
import struct

MARKER = b"\xab\xcd\xefMaxMind.com"
STRING, DOUBLE, UINT16, UINT32, MAP, UINT64, ARRAY = 2, 3, 5, 6, 7, 9, 11


def control(kind, size):
    assert size < 29 + 256
    low = min(size, 29)
    head = bytes([kind << 5 | low]) if kind < 8 else bytes([low, kind - 7])
    return head + (bytes([size - 29]) if low == 29 else b"")


def unsigned(kind, number):
    data = number.to_bytes(8, "big").lstrip(b"\0")
    return control(kind, len(data)) + data


def encoded(value):
    if isinstance(value, str):
        data = value.encode()
        return control(STRING, len(data)) + data
    if isinstance(value, float):
        return control(DOUBLE, 8) + struct.pack("!d", value)
    if isinstance(value, int):
        return unsigned(UINT32, value)
    if isinstance(value, bytes):  # made already
        return value
    if isinstance(value, list):
        return control(ARRAY, len(value)) + b"".join(map(encoded, value))
    return control(MAP, len(value)) + b"".join(
        encoded(k) + encoded(v) for k, v in value.items())


def bits_of(network):
    """An IPv6 prefix; IPv4 lies in ::/96."""
    net = ipaddress.ip_network(network)
    number, length = int(net.network_address), net.prefixlen
    if net.version == 4:
        length += 96
    return [number >> (127 - i) & 1 for i in range(length)]


def database(entries, kind="Test"):
    """The bytes of a database; `entries` maps networks to what is there."""
    nodes, data, leaves = [[None, None]], b"", {}
    for network, value in entries.items():
        at, *rest = 0, *bits_of(network)
        for bit in rest[:-1]:
            if nodes[at][bit] is None:
                nodes.append([None, None])
                nodes[at][bit] = len(nodes) - 1
            at = nodes[at][bit]
        leaves[at, rest[-1]] = len(data)
        data += encoded(value)

    def record(at, bit):
        if (at, bit) in leaves:
            return len(nodes) + 16 + leaves[at, bit]
        return len(nodes) if nodes[at][bit] is None else nodes[at][bit]
    tree = b"".join(record(at, bit).to_bytes(3, "big")
                    for at in range(len(nodes)) for bit in (0, 1))
    about = {
        "node_count": len(nodes),
        "record_size": unsigned(UINT16, 24),
        "ip_version": unsigned(UINT16, 6),
        "database_type": kind,
        "languages": ["en"],
        "binary_format_major_version": unsigned(UINT16, 2),
        "binary_format_minor_version": unsigned(UINT16, 0),
        "build_epoch": unsigned(UINT64, 1700000000),
        "description": {"en": "made by a test"},
    }
    return tree + bytes(16) + data + MARKER + encoded(about)
