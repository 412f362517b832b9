#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write the small captures that the tests read into a directory.

    make_captures.py DIRECTORY

The same bytes come out each time.  The packets lie within 12.5 seconds from
1700000000 on, so a poke every 5 seconds of packet time comes twice.

mix.pcap        Ethernet, microseconds, little-endian: one or more of every
                kind that the decoder knows (see mix() below)
mix-ns.pcap     the same with the magic number of nanoseconds
mix-be.pcap     the same, written by a big-endian machine
mix.pcapng      the same as pcapng: one interface, if_tsresol 9
snap.pcap       the same, each packet cut off after 68 bytes
sll.pcap        the same as LINKTYPE_LINUX_SLL, tags and 802.3 frames included
sll2.pcap       the same as LINKTYPE_LINUX_SLL2
null.pcap       those of them that are IP as LINKTYPE_NULL, little-endian
raw.pcap        those of them that are IP as LINKTYPE_RAW
dns.pcap        DNS records of many types, queries without an answer, one
                asked twice, some over TCP; services offered and withdrawn
                by mDNS
truncated.pcap  mix.pcap without its last 10 bytes: it ends inside a packet
empty.pcap      a file header and no packet
garbage.pcap    no capture at all
tunnels.pcap    packets in packets, and with them radiotap.pcap, ppp.pcap and
                nflog.pcap: see tunnels.py
"""

import ipaddress
import os
import struct
import sys

START_NS = 1700000000 * 10**9

HOST, ROUTER, OTHER = (bytes.fromhex(h) for h in
                       ("02005e100010", "02005e100001", "02005e1000fe"))
BROADCAST = b"\xff" * 6
HOST4, ROUTER4, SERVER4 = "192.0.2.10", "192.0.2.1", "198.51.100.7"
HOST6, ROUTER6, SERVER6 = "2001:db8::10", "2001:db8::1", "2001:db8:1::7"
LINK6, ALL_NODES6, MDNS6 = "fe80::10", "ff02::1", "ff02::fb"

ETH_IPV4, ETH_ARP, ETH_VLAN, ETH_QINQ, ETH_IPV6 = (
    0x0800, 0x0806, 0x8100, 0x88A8, 0x86DD)
A, NS, CNAME, SOA, PTR, AAAA, SRV = 1, 2, 5, 6, 12, 28, 33


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return ipaddress.ip_address(address).packed


# --- network layer ----------------------------------------------------------

def ipv4(src, dst, protocol, data, *, options=b"", fragment=0, ident=1,
         ttl=64):
    words = 5 + len(options) // 4
    head = struct.pack("!BBHHHBBH4s4s", 0x40 | words, 0, words * 4 + len(data),
                       ident, fragment, ttl, protocol, 0, packed(src),
                       packed(dst)) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data


def ipv6(src, dst, protocol, data, *, hops=64):
    return struct.pack("!IHBB16s16s", 6 << 28, len(data), protocol, hops,
                       packed(src), packed(dst)) + data


def with_checksum(src, dst, protocol, data, at):
    """Fill in the checksum at an offset, RFC 9293 3.1, RFC 8200 8.1."""
    pseudo = packed(src) + packed(dst)
    pseudo += struct.pack("!II", len(data), protocol)
    value = checksum(pseudo + data) or 0xFFFF
    return data[:at] + struct.pack("!H", value) + data[at + 2:]


def ip(src, dst, protocol, data, at, **more):
    data = with_checksum(src, dst, protocol, data, at)
    make = ipv6 if ":" in src else ipv4
    return make(src, dst, protocol, data, **more)


def udp(src, dst, sport, dport, data, **more):
    head = struct.pack("!HHHH", sport, dport, 8 + len(data), 0)
    return ip(src, dst, 17, head + data, 6, **more)


def tcp(src, dst, sport, dport, flags, seq, ack=0, data=b"", options=b""):
    words = 5 + len(options) // 4
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, words << 4, flags,
                       64240, 0, 0)
    return ip(src, dst, 6, head + options + data, 16)


def icmp(src, dst, kind, code, data, **more):
    message = struct.pack("!BBH", kind, code, 0) + data
    message = (message[:2] + struct.pack("!H", checksum(message))
               + message[4:])
    return ipv4(src, dst, 1, message, **more)


def icmpv6_message(src, dst, kind, code, data):
    message = struct.pack("!BBH", kind, code, 0) + data
    return with_checksum(src, dst, 58, message, 2)


def icmpv6(src, dst, kind, code, data, hops=255):
    return ipv6(src, dst, 58, icmpv6_message(src, dst, kind, code, data),
                hops=hops)


def arp(operation, src_hw, src, dst_hw, dst):
    return struct.pack("!HHBBH6s4s6s4s", 1, ETH_IPV4, 6, 4, operation, src_hw,
                       packed(src), dst_hw, packed(dst))


# --- names ------------------------------------------------------------------

def name(*labels):
    labels = [s if isinstance(s, bytes) else s.encode() for s in labels]
    return b"".join(bytes([len(s)]) + s for s in labels) + b"\0"


def dotted(text):
    return name(*text.split(".")) if text else b"\0"


def record(owner, kind, data, ttl=300, klass=1):
    return owner + struct.pack("!HHIH", kind, klass, ttl, len(data)) + data


def dns(ident, flags, question, kind=A, answers=(), authorities=(), klass=1):
    """A message; `question` None is one that asks nothing."""
    body = b""
    if question is not None:
        body = question + struct.pack("!HH", kind, klass)
    return (struct.pack("!HHHHHH", ident, flags, 1 if body else 0,
                        len(answers), len(authorities), 0)
            + body + b"".join(answers) + b"".join(authorities))


QUERY, ANSWER, NXDOMAIN, MDNS_ANSWER = 0x0100, 0x8180, 0x8183, 0x8400
FIRST = b"\xc0\x0c"  # a pointer to the first question's name


# --- the mix ----------------------------------------------------------------

class Mix:
    """Frames: time, MAC addresses, tags, EtherType (None: 802.3), data."""

    def __init__(self):
        self.frames = []

    def add(self, seconds, kind, data, src=HOST, dst=ROUTER, tags=(),
            pad=False):
        time_ns = START_NS + round(seconds * 10**9) + 123
        self.frames.append((time_ns, dst, src, tags, kind, data, pad))

    def ip4(self, seconds, data, **more):
        self.add(seconds, ETH_IPV4, data, **more)

    def ip6(self, seconds, data, **more):
        self.add(seconds, ETH_IPV6, data, **more)


BACK = {"src": ROUTER, "dst": HOST}


def add_arp(m):
    m.add(0.0, ETH_ARP, arp(1, HOST, HOST4, b"\0" * 6, ROUTER4), dst=BROADCAST)
    m.add(0.001, ETH_ARP, arp(2, ROUTER, ROUTER4, HOST, HOST4), pad=True,
          **BACK)
    m.add(6.2, ETH_ARP, arp(1, HOST, HOST4, b"\0" * 6, ROUTER4), dst=BROADCAST,
          tags=((ETH_QINQ, 100), (ETH_VLAN, 20)))
    # The router's address has moved to another device.
    m.add(8.0, ETH_ARP, arp(2, OTHER, ROUTER4, HOST, HOST4), src=OTHER,
          dst=HOST, pad=True)
    m.add(8.1, ETH_ARP, arp(2, OTHER, ROUTER4, HOST, HOST4), src=OTHER,
          dst=HOST, pad=True)
    m.add(11.5, ETH_ARP, arp(9, OTHER, "0.0.0.0", OTHER, "0.0.0.0"),
          src=OTHER, dst=BROADCAST)


def add_dns(m):
    www = dotted("www.example.com")
    m.ip4(0.1, udp(HOST4, ROUTER4, 40001, 53, dns(1, QUERY, www)))
    m.ip4(0.12, udp(ROUTER4, HOST4, 53, 40001, dns(
        1, ANSWER, www, answers=(
            record(FIRST, CNAME, b"\x04edge\xc0\x10"),
            record(b"\x04edge\xc0\x10", A, packed(SERVER4))))), **BACK)
    m.ip6(0.5, udp(HOST6, ROUTER6, 40002, 53, dns(2, QUERY, www, AAAA)))
    m.ip6(0.52, udp(ROUTER6, HOST6, 53, 40002, dns(
        2, ANSWER, www, AAAA, answers=(
            record(FIRST, AAAA, packed(SERVER6)),))), **BACK)
    m.ip4(5.6, udp(HOST4, ROUTER4, 40003, 53, dns(3, QUERY, www)))
    m.ip4(6.0, udp(HOST4, ROUTER4, 40004, 53,
                   dns(4, QUERY, dotted("mail.example.net"))),
          tags=((ETH_VLAN, 20),))
    missing = dotted("no-such-host.example.org")
    m.ip4(7.4, udp(HOST4, ROUTER4, 40005, 53, dns(5, QUERY, missing)))
    m.ip4(7.42, udp(ROUTER4, HOST4, 53, 40005, dns(
        5, NXDOMAIN, missing, authorities=(
            record(b"\xc0\x19", SOA, b"\x02ns\xc0\x19\x04mail\xc0\x19"
                   + struct.pack("!5I", 1, 2, 3, 4, 60)),))), **BACK)
    message = dns(6, QUERY, dotted("tcp.example.com"))
    m.ip4(8.5, tcp(HOST4, ROUTER4, 40006, 53, 0x18, 1001, 2001,
                   struct.pack("!H", len(message)) + message))
    m.ip4(8.51, tcp(HOST4, ROUTER4, 40006, 53, 0x18, 1034, 2001,
                    struct.pack("!H", 200) + message))


def add_odd_names(m):
    def ask(seconds, ident, question, kind=A):
        m.ip4(seconds, udp(HOST4, ROUTER4, 40100 + ident, 53,
                           dns(ident, QUERY, question, kind)))

    ask(10.0, 10, b"\0", NS)
    ask(10.01, 11, name(b"a.b", b"c\\d", "example"))
    ask(10.02, 12, name(b"tab\there", b"\xff\xfe", "example"))
    ask(10.03, 13, name("bücher", "example"))
    ask(10.04, 14, name(b"<script>\"'&", "example"))
    ask(10.05, 15, name("x" * 63, "y" * 63, "z" * 63, "w" * 61))
    ask(10.06, 16, name(b"\0" * 63, b"\x01" * 63, b"\x7f" * 63, b"\xff" * 61))
    ask(10.07, 17, None)
    # Broken: a name that points to itself, and one that is cut off.
    ask(10.08, 18, b"\x03www\xc0\x0c")
    m.ip4(10.09, udp(HOST4, ROUTER4, 40119, 53,
                     struct.pack("!6H", 19, QUERY, 1, 0, 0, 0) + b"\x09ab"))
    m.ip4(10.1, udp(HOST4, ROUTER4, 40120, 53, b"short"))


def add_neighbours(m):
    ipp = dotted("_ipp._tcp.local")
    printer = name("Büro Drucker", "_ipp", "_tcp", "local")
    m.ip4(1.0, udp(HOST4, "224.0.0.251", 5353, 5353, dns(0, 0, ipp, PTR),
                   ttl=255), dst=bytes.fromhex("01005e0000fb"))
    m.ip6(1.05, udp(LINK6, MDNS6, 5353, 5353, dns(0, 0, ipp, PTR), hops=255),
          dst=bytes.fromhex("3333000000fb"))
    m.ip4(1.1, udp("192.0.2.30", "224.0.0.251", 5353, 5353, dns(
        0, MDNS_ANSWER, None, answers=(
            record(ipp, PTR, printer),)), ttl=255),
          src=OTHER, dst=bytes.fromhex("01005e0000fb"))
    m.ip4(1.15, udp(HOST4, "224.0.0.251", 5353, 5353, dns(
        0, 0, printer, SRV, klass=0x8001), ttl=255),
          dst=bytes.fromhex("01005e0000fb"))
    host = dotted("fileserver")
    m.ip4(1.5, udp(HOST4, "224.0.0.252", 50001, 5355, dns(7, 0, host), ttl=1),
          dst=bytes.fromhex("01005e0000fc"))
    m.ip6(1.51, udp(LINK6, "ff02::1:3", 50001, 5355, dns(7, 0, host, AAAA),
                    hops=1), dst=bytes.fromhex("333300010003"))
    m.ip4(1.52, udp("192.0.2.40", HOST4, 5355, 50001, dns(
        7, 0x8000, host, answers=(record(FIRST, A, packed("192.0.2.40")),))),
          src=OTHER, dst=HOST)


def add_tcp(m):
    ports, mss = (33000, 80), b"\x02\x04\x05\xb4\x01\x03\x03\x07"
    m.ip4(2.0, tcp(HOST4, SERVER4, *ports, 0x02, 100, options=mss))
    m.ip4(2.02, tcp(SERVER4, HOST4, 80, 33000, 0x12, 900, 101, options=mss),
          **BACK)
    m.ip4(2.03, tcp(HOST4, SERVER4, *ports, 0x10, 101, 901), pad=True)
    m.ip4(2.04, tcp(HOST4, SERVER4, *ports, 0x18, 101, 901,
                    b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"))
    m.ip4(2.1, tcp(SERVER4, HOST4, 80, 33000, 0x19, 901, 142,
                   b"HTTP/1.1 204 No Content\r\n\r\n"), **BACK)
    m.ip6(2.5, tcp(HOST6, SERVER6, 33001, 443, 0xC2, 7, options=mss))
    m.ip4(12.3, tcp(SERVER4, HOST4, 80, 33000, 0x14, 928, 142), **BACK)


def add_icmp(m):
    echo = struct.pack("!HH", 7, 1) + bytes(range(56))
    m.ip4(3.0, icmp(HOST4, SERVER4, 8, 0, echo))
    m.ip4(3.02, icmp(SERVER4, HOST4, 0, 0, echo), **BACK)
    quote = udp(HOST4, SERVER4, 40200, 9, b"discard me")
    m.ip4(3.1, icmp(SERVER4, HOST4, 3, 3, b"\0" * 4 + quote), **BACK)
    quote = tcp(HOST4, SERVER4, 33000, 80, 0x10, 101, 901)
    m.ip4(3.2, icmp(ROUTER4, HOST4, 11, 0, b"\0" * 4 + quote[:28]), **BACK)
    quote = icmp(HOST4, SERVER4, 8, 0, echo)
    m.ip4(3.3, icmp(ROUTER4, HOST4, 5, 1, packed(ROUTER4) + quote[:28]),
          **BACK)
    m.ip4(3.4, icmp(HOST4, SERVER4, 13, 0, struct.pack("!HHIII", 7, 1, 1, 0,
                                                       0)))


def add_icmpv6(m):
    to_all = {"dst": bytes.fromhex("333300000001")}
    source, target = b"\x01\x01" + HOST, b"\x02\x01" + ROUTER
    m.ip6(4.0, icmpv6(LINK6, "ff02::1:ff00:1", 135, 0, b"\0" * 4
                      + packed(ROUTER6) + source),
          dst=bytes.fromhex("3333ff000001"))
    m.ip6(4.01, icmpv6(ROUTER6, LINK6, 136, 0, b"\xe0\0\0\0" + packed(ROUTER6)
                       + target), **BACK)
    m.ip6(4.1, icmpv6(LINK6, "ff02::2", 133, 0, b"\0" * 4 + source),
          dst=bytes.fromhex("333300000002"))
    prefix = struct.pack("!BBBBIII16s", 3, 4, 64, 0xC0, 86400, 14400, 0,
                         packed("2001:db8::"))
    rdnss = struct.pack("!BBHI16s", 25, 3, 0, 3600, packed(ROUTER6))
    dnssl = struct.pack("!BBHI", 31, 4, 0, 3600) + name("example", "com")
    m.ip6(4.11, icmpv6("fe80::1", ALL_NODES6, 134, 0, struct.pack(
        "!BBHII", 64, 0, 1800, 0, 0) + b"\x01\x01" + ROUTER + prefix
        + struct.pack("!BBHI", 5, 1, 0, 1500) + rdnss
        + dnssl.ljust(32, b"\0") + b"\x0e\x01nonce!"), src=ROUTER, **to_all)
    report = icmpv6_message(LINK6, "ff02::16", 143, 0, struct.pack(
        "!HHBBH16s", 0, 1, 4, 0, 0, packed(MDNS6)))
    m.ip6(4.2, ipv6(LINK6, "ff02::16", 0, b"\x3a\0\x05\x02\0\0\x01\0" + report,
                    hops=1), dst=bytes.fromhex("333300000016"))
    m.ip6(4.3, icmpv6(HOST6, SERVER6, 128, 0, struct.pack("!HH", 8, 1)
                      + bytes(range(32))))
    m.ip6(4.32, icmpv6(SERVER6, HOST6, 129, 0, struct.pack("!HH", 8, 1)
                       + bytes(range(32))), **BACK)
    quote = udp(HOST6, SERVER6, 40201, 9, b"discard me")
    m.ip6(4.4, icmpv6(SERVER6, HOST6, 1, 4, b"\0" * 4 + quote), **BACK)
    m.ip6(4.5, icmpv6(ROUTER6, HOST6, 200, 0, b"private"), **BACK)


def add_odd_headers(m):
    whole = udp(HOST4, SERVER4, 40300, 9999, bytes(range(200)))[20:]
    m.ip4(7.0, ipv4(HOST4, SERVER4, 17, whole[:96], fragment=0x2000, ident=77))
    m.ip4(7.01, ipv4(HOST4, SERVER4, 17, whole[96:192], fragment=0x200C,
                     ident=77))
    m.ip4(7.02, ipv4(HOST4, SERVER4, 17, whole[192:], fragment=24, ident=77),
          pad=True)
    whole = udp(HOST6, SERVER6, 40301, 9999, bytes(range(200)))[40:]
    m.ip6(7.1, ipv6(HOST6, SERVER6, 44, struct.pack("!BBHI", 17, 0, 1, 78)
                    + whole[:96]))
    m.ip6(7.11, ipv6(HOST6, SERVER6, 44, struct.pack("!BBHI", 17, 0, 96, 78)
                     + whole[96:]))
    # IGMP behind a router alert.
    m.ip4(9.0, ipv4(HOST4, "224.0.0.22", 2, b"\x22\0\xf9\x02\0\0\0\1\4\0\0\0"
                    + packed("224.0.0.251"), options=b"\x94\4\0\0", ttl=1),
          dst=bytes.fromhex("01005e000016"))
    m.add(9.5, None, b"\x42\x42\x03" + bytes(35), src=OTHER,
          dst=bytes.fromhex("0180c2000000"), pad=True)
    m.add(9.6, None, b"\xaa\xaa\x03\0\0\0" + struct.pack("!H", ETH_IPV4)
          + udp(HOST4, SERVER4, 40302, 9, b"snap"), pad=True)
    message = with_checksum(HOST6, SERVER6, 17, struct.pack(
        "!HHHH", 40303, 53, 8 + 33, 0) + dns(
            20, QUERY, dotted("ext.example.com")), 6)
    routing = struct.pack("!BBBBI16s", 60, 2, 0, 0, 0, packed(SERVER6))
    options = b"\x11\0\x01\x04\0\0\0\0"
    m.ip6(11.0, ipv6(HOST6, SERVER6, 43, routing + options + message))
    ah = struct.pack("!BBHII12s", 17, 4, 0, 99, 1, b"\xa5" * 12)
    m.ip6(11.1, ipv6(HOST6, SERVER6, 51, ah + message))
    m.ip6(11.2, ipv6(HOST6, SERVER6, 50, struct.pack("!II", 99, 2)
                     + b"\x5a" * 32))
    m.ip6(11.3, ipv6(HOST6, SERVER6, 59, b""), pad=True)
    m.add(11.4, 0x88B5, b"for experiments", src=OTHER, dst=BROADCAST)


def mix():
    m = Mix()
    for add in (add_arp, add_dns, add_odd_names, add_neighbours, add_tcp,
                add_icmp, add_icmpv6, add_odd_headers):
        add(m)
    return sorted(m.frames)


# --- link layers ------------------------------------------------------------

def tagged(tags, kind, data):
    """EtherType and data of what stands behind the MAC addresses."""
    if kind is None:
        kind = len(data)
    for tpid, vlan in reversed(tags):
        data = struct.pack("!HH", vlan, kind) + data
        kind = tpid
    return kind, data


def ethernet(dst, src, tags, kind, data, pad):
    kind, data = tagged(tags, kind, data)
    frame = dst + src + struct.pack("!H", kind) + data
    return frame.ljust(60, b"\0") if pad else frame


def cooked_parts(dst, tags, kind, data):
    if kind is None:
        kind = 4  # LLC
    where = 1 if dst == BROADCAST else 2 if dst[0] & 1 else 0
    return (where, *tagged(tags, kind, data))


def sll(dst, src, tags, kind, data, pad):
    where, kind, data = cooked_parts(dst, tags, kind, data)
    return struct.pack("!HHH6s2xH", where, 1, 6, src, kind) + data


def sll2(dst, src, tags, kind, data, pad):
    where, kind, data = cooked_parts(dst, tags, kind, data)
    return struct.pack("!HHIHBB6s2x", kind, 0, 2, 1, where, 6, src) + data


def null(dst, src, tags, kind, data, pad):
    return struct.pack("<I", 30 if kind == ETH_IPV6 else 2) + data


def raw(dst, src, tags, kind, data, pad):
    return data


# --- files ------------------------------------------------------------------

LINK_NULL, LINK_ETHERNET, LINK_RAW, LINK_SLL, LINK_SLL2 = 0, 1, 101, 113, 276


def pcap(linktype, frames, *, order="<", nanoseconds=False, snap=262144):
    magic, unit = (0xA1B23C4D, 1) if nanoseconds else (0xA1B2C3D4, 1000)
    parts = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, linktype)]
    for time_ns, data in frames:
        seconds, rest = divmod(time_ns, 10**9)
        parts.append(struct.pack(order + "IIII", seconds, rest // unit,
                                 min(len(data), snap), len(data))
                     + data[:snap])
    return b"".join(parts)


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def pcapng(linktype, frames):
    tsresol = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
    parts = [
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
        block(1, struct.pack("<HHI", linktype, 0, 262144) + tsresol),
    ]
    for time_ns, data in frames:
        parts.append(block(6, struct.pack(
            "<IIIII", 0, time_ns >> 32, time_ns & 0xFFFFFFFF, len(data),
            len(data)) + data))
    return b"".join(parts)


def captures():
    import tunnels  # which takes what it needs from here

    frames = mix()

    def as_link(link, wanted=lambda frame: True):
        return [(f[0], link(*f[1:])) for f in frames if wanted(f)]

    def is_ip(frame):
        return frame[4] in (ETH_IPV4, ETH_IPV6) and not frame[3]

    # It imports this file.
    from dns_captures import add_all
    transactions = Mix()
    add_all(transactions)
    wire = as_link(ethernet)
    whole = pcap(LINK_ETHERNET, wire)
    return {
        "mix.pcap": whole,
        "mix-ns.pcap": pcap(LINK_ETHERNET, wire, nanoseconds=True),
        "mix-be.pcap": pcap(LINK_ETHERNET, wire, order=">"),
        "mix.pcapng": pcapng(LINK_ETHERNET, wire),
        "snap.pcap": pcap(LINK_ETHERNET, wire, snap=68),
        "sll.pcap": pcap(LINK_SLL, as_link(sll)),
        "sll2.pcap": pcap(LINK_SLL2, as_link(sll2)),
        "null.pcap": pcap(LINK_NULL, as_link(null, is_ip)),
        "raw.pcap": pcap(LINK_RAW, as_link(raw, is_ip)),
        "dns.pcap": pcap(LINK_ETHERNET, [
            (f[0], ethernet(*f[1:]))
            for f in sorted(transactions.frames)]),
        "truncated.pcap": whole[:-10],
        "empty.pcap": pcap(LINK_ETHERNET, []),
        "garbage.pcap": bytes((i * 167 + 13) & 0xFF for i in range(1000)),
        **tunnels.captures(),
    }


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_captures.py DIRECTORY")
    os.makedirs(sys.argv[1], exist_ok=True)
    for file, data in captures().items():
        with open(os.path.join(sys.argv[1], file), "wb") as out:
            out.write(data)


if __name__ == "__main__":
    main()
