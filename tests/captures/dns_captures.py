# SPDX-License-Identifier: MIT
"""What make_captures.py puts into dns.pcap."""

import struct

from make_captures import (
    A, AAAA, ANSWER, BACK, CNAME, FIRST, HOST4, HOST6, LINK6, MDNS_ANSWER, NS,
    OTHER, PTR, QUERY, ROUTER4, ROUTER6, SERVER4, SERVER6, SRV, dns, dotted,
    name, packed, record, udp)


def add_transactions(m):
    """One for each type of data that is read, all of one name."""
    www, port = dotted("www.example.com"), 41000

    def exchange(seconds, kind, *answers, ask=HOST4, server=ROUTER4, **more):
        nonlocal port
        port += 1
        add = m.ip6 if ":" in ask else m.ip4
        add(seconds, udp(ask, server, port, 53, dns(port, QUERY, www, kind)))
        add(seconds + 0.01, udp(server, ask, 53, port, dns(
            port, ANSWER, www, kind, answers=answers, **more)), **BACK)

    def one(kind, data):
        exchange(one.at, kind, record(FIRST, kind, data))
        one.at += 0.1

    one.at = 0.1
    exchange(0.0, A, record(FIRST, CNAME, b"\x01w\xc0\x10"),
             record(b"\x01w\xc0\x10", A, packed(SERVER4)),
             ask=HOST6, server=ROUTER6,
             authorities=(record(b"\xc0\x10", NS, b"\x02ns\xc0\x10"),))
    one(AAAA, packed(SERVER6))
    one(15, b"\0\x0a\x04mail\xc0\x10")
    one(16, b"\x06v=spf1\x04-all")
    one(SRV, struct.pack("!HHH", 1, 2, 443) + dotted("a.example.net"))
    one(257, b"\0\x05issueca.example.net")
    one(65, b"\0\x01\0" + b"\0\x01\0\x06\x02h2\x02h3"
        + b"\0\x04\0\x04" + packed(SERVER4))
    one(43, struct.pack("!HBB", 20326, 13, 2) + bytes(range(32)))
    one(48, struct.pack("!HBB", 257, 3, 13) + bytes(range(64)))
    one(46, struct.pack("!HBBIIIH", A, 13, 3, 300, 1700600000, 1699900000,
                        20326) + dotted("example.com") + bytes(range(64)))
    one(47, dotted("x.example.com") + b"\0\x06\x40\x01\0\0\0\x03")
    one(65280, b"of nobody's type")
    one(A, b"no address")


def add_odd_transactions(m):
    slow = dotted("slow.example.com")
    for seconds in (2.0, 3.0):
        m.ip4(seconds, udp(HOST4, ROUTER4, 42000, 53, dns(1, QUERY, slow)))
    m.ip4(3.5, udp(ROUTER4, HOST4, 53, 42000, dns(1, 0x8182, slow)), **BACK)
    m.ip4(4.0, udp(HOST4, ROUTER4, 42001, 53, dns(2, QUERY, slow)))
    m.ip4(4.1, udp(ROUTER4, HOST4, 53, 42002, dns(3, ANSWER, slow)), **BACK)
    # A server that asks another one from its own port.
    m.ip4(4.2, udp(ROUTER4, SERVER4, 53, 53, dns(4, 0, slow)))
    m.ip4(4.3, udp(SERVER4, ROUTER4, 53, 53, dns(4, 0x8480, slow)), **BACK)


def add_connections(m):
    """Over TCP: the answers in another order, messages in two segments."""
    from connection import Connection  # which imports make_captures, too

    def framed(*args, **more):
        message = dns(*args, **more)
        return struct.pack("!H", len(message)) + message

    names = [dotted(f"{n}.tcp.example.com") for n in range(3)]
    asks = b"".join(framed(7, QUERY, one) for one in names)
    gives = b"".join(
        framed(7, ANSWER, names[n], answers=(record(FIRST, A, packed(
            SERVER4)),)) for n in (1, 0))
    c = Connection(m, 43000, 7.0, server_port=53)
    c.send(7.1, True, asks[:60])
    c.send(7.11, True, asks[60:])
    c.send(7.2, False, gives[:70])
    c.send(7.25, False, gives[70:])
    c.close(7.3)


def add_services(m):
    group = {"src": OTHER, "dst": bytes.fromhex("01005e0000fb")}
    kind, host = dotted("_ipp._tcp.local"), dotted("printer.local")
    printer = name("Second. Printer", "_ipp", "_tcp", "local")

    def offer(seconds, port, ttl):
        m.ip4(seconds, udp("192.0.2.30", "224.0.0.251", 5353, 5353, dns(
            0, MDNS_ANSWER, None, answers=(
                record(kind, PTR, printer, ttl),
                record(printer, SRV, struct.pack("!HHH", 0, 0, port) + host,
                       ttl, 0x8001),
                record(printer, 16, b"\x06rp=ipp\x05Color\x02a=", ttl,
                       0x8001),
                record(host, A, packed("192.0.2.30"), ttl, 0x8001),
                record(host, AAAA, packed(LINK6), ttl, 0x8001)))), **group)

    m.ip4(5.0, udp(HOST4, "224.0.0.251", 5353, 5353, dns(
        0, 0, kind, PTR, klass=0x8001)), **group)
    offer(5.1, 631, 120)
    offer(5.2, 631, 120)
    offer(6.0, 8631, 120)
    offer(9.9, 8631, 0)
    # The time goes on, so that what waits is given up.
    m.ip4(12.4, udp(HOST4, ROUTER4, 42003, 53,
                    dns(5, QUERY, dotted("late.example.com"))))


def add_all(m):
    for add in (add_transactions, add_odd_transactions, add_connections,
                add_services):
        add(m)
