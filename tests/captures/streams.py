# SPDX-License-Identifier: MIT
"""What comes in pieces: TCP segments and IP fragments, and HTTP via proxies.

captures() gives their bytes by name; the same come out each time.
"""
import struct

from make_captures import (
    A, AAAA, ANSWER, BACK, ETH_VLAN, FIRST, HOST4, HOST6, LINK_ETHERNET,
    QUERY, ROUTER4, ROUTER6, SERVER4, SERVER6, Mix, dns, dotted, ethernet,
    ipv4, ipv6, packed, pcap, record, udp)
from services import Connection

WWW = dotted("www.example.com")
TXT = record(FIRST, 16, b"\xff" + b"t" * 255)


def framed(message):
    """As over TCP, RFC 1035 section 4.2.2."""
    return struct.pack("!H", len(message)) + message


def add_dns(m):
    c = Connection(m, 34000, 0.0, server_port=53)
    ask = [framed(dns(n, QUERY, WWW, kind))
           for n, kind in enumerate((A, AAAA))]
    c.send(0.1, True, ask[0] + ask[1][:9])
    c.send(0.11, True, ask[1][9:])
    answer = framed(dns(0, ANSWER, WWW, answers=(
        record(FIRST, A, packed(SERVER4)), *[TXT] * 9)))
    # The middle one comes last.
    c.send(0.2, False, answer[:1])
    c.send(0.23, False, answer[1:1400])
    c.send(0.22, False, answer[1400:] + framed(dns(
        1, ANSWER, WWW, AAAA, answers=(record(FIRST, AAAA,
                                              packed(SERVER6)),))))
    c.close(0.4)


def add_fragments(m):
    def pieces(data, size):
        """Offset, whether more follow, and bytes."""
        return [(at, at + size < len(data), data[at:at + size])
                for at in range(0, len(data), size)]

    message = dns(7, ANSWER, WWW, answers=(
        record(FIRST, A, packed("203.0.113.9")), *[TXT] * 9))
    datagram = udp(SERVER4, HOST4, 53, 35000, message)[20:]
    m.ip4(1.0, udp(HOST4, SERVER4, 35000, 53, dns(7, QUERY, WWW)))
    for seconds, (at, more, data) in zip((1.12, 1.11, 1.1),
                                         pieces(datagram, 1000)):
        m.ip4(seconds, ipv4(SERVER4, HOST4, 17, data, ident=9,
                            fragment=at // 8 | 0x2000 * more),
              tags=((ETH_VLAN, 7),), **BACK)
    datagram = udp(ROUTER6, HOST6, 53, 35001, message)[40:]
    for n, (at, more, data) in enumerate(pieces(datagram, 1200)):
        m.ip6(1.2 + n / 100, ipv6(ROUTER6, HOST6, 44, struct.pack(
            "!BBHI", 17, 0, at | more, 99) + data), **BACK)


def add_http(m):
    get = b"GET /%d HTTP/1.1\r\nHost: h.example\r\n\r\n"
    done = b"HTTP/1.1 204 No Content\r\n\r\n"
    # A head in two segments, the second of them first.
    c = Connection(m, 36000, 2.0)
    c.send(2.11, True, (get % 1)[:20])
    c.send(2.1, True, (get % 1)[20:])
    c.send(2.2, False, done)
    c.close(2.3)
    c = Connection(m, 36001, 3.0, server_port=8080)
    c.send(3.1, True, b"CONNECT h.example:443 HTTP/1.1\r\nHost: other\r\n\r\n")
    c.send(3.2, False, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    c.send(3.3, True, b"GET http://h.example:81/a?b HTTP/1.1\r\n"
           b"Host: other\r\n\r\n")
    c.send(3.4, False, done)
    c.close(3.5)
    c = Connection(m, 36002, 4.0, server_port=8090)
    c.send(4.1, True, b"PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\n" + get % 2)
    c.send(4.2, False, done)
    c.close(4.3)
    c = Connection(m, 36003, 5.0, server_port=1080)
    c.send(5.1, True, b"\5\1\0")
    c.send(5.11, False, b"\5\0")
    c.send(5.12, True, b"\5\1\0\1" + packed(ROUTER4) + b"\0\x50")
    c.send(5.13, False, b"\5\0\0\1" + packed(ROUTER4) + b"\0\x50")
    c.send(5.2, True, get % 3)
    c.send(5.3, False, done)
    c.close(5.4)


def captures():
    made = {}
    for name, add in (("dns-tcp", add_dns), ("fragments", add_fragments),
                      ("proxies", add_http)):
        m = Mix()
        add(m)
        made[f"{name}.pcap"] = pcap(LINK_ETHERNET, [
            (frame[0], ethernet(*frame[1:])) for frame in sorted(
                m.frames, key=lambda frame: frame[0])])
    return made
