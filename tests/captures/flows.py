# SPDX-License-Identifier: MIT
"""The packets of a capture of flows.

The last one is ARP, and so late that every flow before it is over.
"""
import struct

from make_captures import (BACK, BROADCAST, ETH_ARP, ETH_VLAN, HOST, HOST4,
                           HOST6, LINK_ETHERNET, Mix, SERVER4, SERVER6, arp,
                           ethernet, icmp, icmpv6, ipv4, pcap, tcp, udp)

F, S, R, P, A = 1, 2, 4, 8, 16
MSS = b"\x02\x04\x05\xb4"


def whole_connection(m):
    """Handshake, a request sent twice, an answer out of order, FIN."""
    def go(seconds, flags, seq, ack=0, data=b""):
        m.ip4(seconds, tcp(HOST4, SERVER4, 33000, 80, flags, seq, ack, data))

    def back(seconds, flags, seq, ack, data=b""):
        m.ip4(seconds, tcp(SERVER4, HOST4, 80, 33000, flags, seq, ack, data),
              **BACK)

    go(1.0, S, 100)
    back(1.02, S | A, 900, 101)
    go(1.03, A, 101, 901)
    go(1.04, P | A, 101, 901, b"q" * 40)
    go(1.3, P | A, 101, 901, b"q" * 40)
    back(1.4, A, 1001, 141, b"a" * 100)
    back(1.41, A, 901, 141, b"a" * 100)
    go(1.42, A, 141, 1101)
    back(1.5, F | A, 1101, 141)
    go(1.51, F | A, 141, 1102)
    back(1.52, A, 1102, 142)
    # The same ports at once again; this one is broken off.
    go(2.0, S, 50000)
    back(2.01, S | A, 70000, 50001)
    go(2.02, A, 50001, 70001)
    go(2.03, R | A, 50001, 70001)


def attempts(m):
    m.ip6(3.0, tcp(HOST6, SERVER6, 33001, 443, S, 7))
    m.ip6(3.01, tcp(SERVER6, HOST6, 443, 33001, R | A, 0, 8), **BACK)
    for again in (4.0, 5.0, 7.0):  # nobody answers
        m.ip4(again, tcp(HOST4, SERVER4, 33002, 81, S, 9, options=MSS))
    # The answer alone was seen, and it came twice.
    for again in (8.0, 9.0):
        m.ip4(again, tcp(SERVER4, HOST4, 82, 33003, S | A, 5, 11), **BACK)
    # Given up before an answer.
    m.ip4(10.0, tcp(HOST4, SERVER4, 33004, 83, S, 9))
    m.ip4(10.1, tcp(HOST4, SERVER4, 33004, 83, R, 10))
    # Begun before the capture.
    m.ip4(11.0, tcp(SERVER4, HOST4, 22, 33005, P | A, 77, 1, b"x" * 10),
          **BACK)


def others(m):
    for n in range(3):
        echo = struct.pack("!HH", 7, n) + bytes(24)
        m.ip4(12 + n, icmp(HOST4, SERVER4, 8, 0, echo))
        m.ip4(12.01 + n, icmp(SERVER4, HOST4, 0, 0, echo, ttl=57), **BACK)
    m.ip4(15.0, icmp(SERVER4, HOST4, 3, 3, b"\0" * 4
                     + udp(HOST4, SERVER4, 40200, 9, b"discard me")), **BACK)
    m.ip6(15.1, icmpv6(HOST6, SERVER6, 135, 0, b"\0" * 4 + bytes(16)))
    m.ip4(16.0, udp(HOST4, SERVER4, 40000, 9999, b"in a vlan"),
          tags=((ETH_VLAN, 20),))
    m.ip4(16.1, udp(HOST4, SERVER4, 40000, 9999, b"in none"))
    m.ip4(16.2, ipv4(HOST4, SERVER4, 112, b"\x21\1\x64\1\0\1\0\0"))
    m.ip4(16.3, ipv4(HOST4, SERVER4, 253, b"for experiments"))


def long_one(m):
    """Twelve minutes, a datagram each half minute, answered at the end."""
    for n in range(25):
        m.ip4(20 + 30 * n, udp(HOST4, SERVER4, 40001, 9998, b"tick"))
    m.ip4(741, udp(SERVER4, HOST4, 9998, 40001, b"enough"), **BACK)


def flows():
    m = Mix()
    whole_connection(m)
    attempts(m)
    others(m)
    long_one(m)
    m.add(2000, ETH_ARP, arp(1, HOST, HOST4, b"\0" * 6, "192.0.2.1"),
          dst=BROADCAST)
    frames = [(f[0], ethernet(*f[1:])) for f in sorted(m.frames)]
    return pcap(LINK_ETHERNET, frames)
