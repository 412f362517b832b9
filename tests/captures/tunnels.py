# SPDX-License-Identifier: MIT
"""Packets in packets: each is a DNS question that names what it came in."""

import struct

import make_captures as made

INNER4, INNER6 = "10.0.0.2", "fd00::2"
INNER_MACS = bytes.fromhex("0a0000000001" "0a0000000002")
ID = 777


def question(label, six=False):
    """An IP packet, whose question tells the tunnel."""
    message = made.dns(len(label), made.QUERY,
                       made.dotted(f"{label}.example.com"))
    if six:
        return made.udp(INNER6, "fd00::1", 40500, 53, message)
    return made.udp(INNER4, "10.0.0.1", 40500, 53, message)


def frame(label, six=False):
    kind = made.ETH_IPV6 if six else made.ETH_IPV4
    return INNER_MACS + struct.pack("!H", kind) + question(label, six)


def over_ip(protocol, data):
    return made.ipv4(made.HOST4, made.SERVER4, protocol, data)


def over_udp(port, data):
    return made.udp(made.HOST4, made.SERVER4, 50000, port, data)


def gre(flags, kind, optional, data):
    return over_ip(47, struct.pack("!HH", flags, kind) + optional + data)


def erspan(kind, version, data):
    head = struct.pack("!HHI", version << 12 | 1, ID, 0)
    if version == 2:
        head += b"\0" * 4
    return gre(0x1000, kind, struct.pack("!I", 1), head + data)


def over_ipv4():
    key = struct.pack("!I", ID)
    yield over_ip(4, question("ipip"))
    yield over_ip(41, question("6in4", six=True))
    yield gre(0, 0x0800, b"", question("gre"))
    yield gre(0xB000, 0x0800, b"\0" * 4 + key + b"\0\0\0\1",
              question("gre-all"))
    yield gre(0x2000, 0x6558, struct.pack("!I", ID << 8), frame("nvgre"))
    yield gre(0x3081, 0x880B, struct.pack("!HHII", 0, ID, 1, 2),
              b"\xff\x03\0\x21" + question("pptp"))
    yield gre(0, 0x88BE, b"", frame("erspan-1"))
    yield erspan(0x88BE, 1, frame("erspan-2"))
    yield erspan(0x22EB, 2, frame("erspan-3"))
    vni = struct.pack("!I", ID << 8)
    yield over_udp(4789, b"\x08\0\0\0" + vni + frame("vxlan"))
    yield over_udp(6081, b"\1\0\x65\x58" + vni + b"\1\2\x80\0"
                   + frame("geneve", six=True))
    inside = question("gtp")
    yield over_udp(2152, struct.pack("!BBHI", 0x30, 255, len(inside), ID)
                   + inside)
    yield over_udp(1701, struct.pack("!HHH", 2, 7, ID) + b"\xff\x03\0\x21"
                   + question("l2tp"))
    yield over_udp(3544, question("teredo", six=True))
    yield over_ip(51, struct.pack("!BBHII12s", 17, 4, 0, 99, 1, b"\xa5" * 12)
                  + question("ah")[20:])
    yield over_ip(132, struct.pack("!HHII", 9899, 9899, 1, 0) + b"\0" * 16)


def over_ethernet():
    """EtherType and data."""
    for data in over_ipv4():
        yield made.ETH_IPV4, data
    yield made.ETH_IPV6, made.ipv6(made.HOST6, made.SERVER6, 4,
                                   question("4in6"))
    label, bottom = struct.pack("!I", 16 << 12), struct.pack(
        "!I", ID << 12 | 0x140)
    yield 0x8847, label + bottom + question("mpls")
    yield 0x8847, bottom + b"\0" * 4 + frame("pseudowire")
    session = b"\0\x21" + question("pppoe")
    yield 0x8864, struct.pack("!BBHH", 0x11, 0, ID, len(session)) + session
    yield 0x8863, struct.pack("!BBHH", 0x11, 9, 0, 4) + b"\1\1\0\0"
    yield 0x9100, struct.pack("!HH", 5, made.ETH_VLAN) + struct.pack(
        "!HH", 6, made.ETH_IPV4) + question("tags")


def times(packets):
    return [(made.START_NS + i * 10**8, data)
            for i, data in enumerate(packets)]


def wlan(label):
    """A station's frame with QoS, after radiotap that tells of a checksum."""
    return (b"\0\0\x09\0\2\0\0\0\x10" + b"\x88\1\0\0" + made.ROUTER
            + made.HOST + made.OTHER + b"\x10\0\0\0" + b"\xaa\xaa\3\0\0\0\x08\0"
            + question(label) + b"\xde\xad\xbe\xef")


def captures():
    macs = made.ROUTER + made.HOST
    return {
        "tunnels.pcap": made.pcap(made.LINK_ETHERNET, times(
            macs + struct.pack("!H", kind) + data
            for kind, data in over_ethernet())),
        "radiotap.pcap": made.pcap(127, times(
            [wlan("radiotap"), wlan("radiotap")[:60]])),
        "ppp.pcap": made.pcap(9, times([
            b"\xff\x03\0\x21" + question("ppp"),
            b"\x57" + question("ppp6", six=True),
            b"\x0f\0\x08\0" + question("hdlc")])),
        "nflog.pcap": made.pcap(239, times([
            b"\2\0\0\1" + struct.pack("=HH", len(question("nflog")) + 4, 9)
            + question("nflog")])),
    }
