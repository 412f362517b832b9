# SPDX-License-Identifier: MIT
"""Captures of one protocol each, for the chef that reads it.

captures() gives their bytes by name; the same come out each time.
"""
import struct

from connection import Connection
from make_captures import (
    BACK, BROADCAST, HOST, HOST4, HOST6, LINK6, LINK_ETHERNET, ROUTER,
    ROUTER4, ROUTER6, SERVER4, SERVER6, Mix, ethernet, icmp, icmpv6, packed,
    pcap, tcp, udp)

LAPTOP = bytes.fromhex("02005e100020")


# --- DHCP -------------------------------------------------------------------

def option(code, data):
    return bytes([code, len(data)]) + data


def dhcp(op, kind, options=b"", *, given="0.0.0.0", relay="0.0.0.0",
         client="0.0.0.0", sname=b"", file=b"", mac=LAPTOP):
    return (struct.pack("!BBBBIHH4s4s4s4s", op, 1, 6, 0, 0x12345678, 0, 0,
                        packed(client), packed(given), packed("0.0.0.0"),
                        packed(relay))
            + mac.ljust(16, b"\0") + sname.ljust(64, b"\0")
            + file.ljust(128, b"\0") + b"\x63\x82\x53\x63"
            + option(53, bytes([kind])) + options + b"\xff")


def add_dhcp(m):
    def ask(seconds, *args, src="0.0.0.0", dst="255.255.255.255", **more):
        m.ip4(seconds, udp(src, dst, 68, 67, dhcp(1, *args, **more)),
              src=more.get("mac", LAPTOP), dst=BROADCAST)

    def give(seconds, *args, dst="255.255.255.255", **more):
        m.ip4(seconds, udp(ROUTER4, dst, 67, 68, dhcp(2, *args, **more)),
              src=ROUTER, dst=BROADCAST)

    name = (option(61, b"\1" + LAPTOP) + option(12, b"laptop")
            + option(60, b"MSFT 5.0") + option(55, bytes([1, 3, 6, 15, 119])))
    server = option(54, packed(ROUTER4))
    lease = (server + option(51, struct.pack("!I", 3600))
             + option(1, packed("255.255.255.0")) + option(3, packed(ROUTER4))
             + option(6, packed(ROUTER4) + packed(SERVER4))
             + option(15, b"example.net"))
    ask(0.0, 1, name)
    give(0.1, 2, lease, given="192.0.2.77")
    ask(0.2, 3, name + server + option(50, packed("192.0.2.77"))
        + option(81, b"\4\0\0\6laptop\7example\3net\0"))
    give(0.3, 5, lease, given="192.0.2.77")
    # It renews, and the server says more in the fields of old.
    ask(6.0, 3, client="192.0.2.77", src="192.0.2.77", dst=ROUTER4)
    give(6.1, 5, server + option(52, b"\3") + option(15, b"exam"),
         given="192.0.2.77", dst="192.0.2.77", file=option(15, b"ple.") +
         b"\xff", sname=option(15, b"org") + b"\xff")
    ask(7.0, 8, client="192.0.2.77", src="192.0.2.77")
    give(7.1, 5, lease, dst="192.0.2.77")
    ask(8.0, 3, option(50, packed("198.51.100.1")), mac=HOST)
    give(8.1, 6, server + option(56, b"wrong network"), mac=HOST)
    ask(9.0, 7, server, client="192.0.2.77", src="192.0.2.77", dst=ROUTER4)
    ask(9.5, 1, relay="203.0.113.1", mac=HOST)


def option6(code, data):
    return struct.pack("!HH", code, len(data)) + data


def add_dhcp6(m):
    def send(seconds, kind, options, src=LINK6, dst="ff02::1:2", ports=(
            546, 547), wrap=lambda message: message):
        m.ip6(seconds, udp(src, dst, *ports, wrap(
            bytes([kind, 1, 2, 3]) + options)), src=LAPTOP)

    duid = option6(1, b"\0\1\0\1\x2a\0\0\0" + LAPTOP)
    server = option6(2, b"\0\3\0\1" + ROUTER)
    fqdn = option6(39, b"\0\6laptop\7example\3net\0")
    address = option6(3, struct.pack("!III", 1, 0, 0) + option6(
        5, packed("2001:db8::77") + struct.pack("!II", 3600, 7200)))
    prefix = option6(25, struct.pack("!III", 1, 0, 0) + option6(
        26, struct.pack("!IIB", 3600, 7200, 56) + packed("2001:db8:7700::")))
    send(10.0, 1, duid + fqdn + option6(6, struct.pack("!HH", 23, 24)))
    send(10.1, 7, duid + server + address + prefix
         + option6(23, packed(ROUTER6)) + option6(24, b"\7example\3net\0"),
         src="fe80::1", dst=LINK6, ports=(547, 546))

    def relayed(message):
        for hop in range(2):
            message = (bytes([12, hop]) + packed(f"2001:db8:{hop}::1")
                       + packed(LINK6) + option6(9, message)
                       + option6(79, b"\0\1" + LAPTOP))
        return message
    send(10.2, 11, duid, src=ROUTER6, dst=SERVER6, ports=(547, 547),
         wrap=relayed)
    send(10.3, 7, duid + server + option6(13, b"\0\2no addresses"),
         src="fe80::1", dst=LINK6, ports=(547, 546))


# --- ICMP -------------------------------------------------------------------

def add_pings(m):
    def echo(seconds, kind, seq, size=56, **more):
        src, dst = (HOST4, SERVER4) if kind else (SERVER4, HOST4)
        m.ip4(seconds, icmp(src, dst, kind, 0, struct.pack("!HH", 7, seq)
                            + bytes(size), **more), **({} if kind else BACK))

    def echo6(seconds, kind, seq):
        src, dst = (HOST6, SERVER6) if kind == 128 else (SERVER6, HOST6)
        m.ip6(seconds, icmpv6(src, dst, kind, 0, struct.pack("!HH", 8, seq)
                              + bytes(32)))
    for seq, latency in enumerate((0.02, 0.03, None, 0.25), 1):
        echo(seq, 8, seq)
        if latency:
            echo(seq + latency, 0, seq, ttl=57)
    echo6(1.5, 128, 1)
    echo6(1.51, 129, 1)
    echo6(1.52, 129, 1)
    echo6(11.0, 128, 2)
    quote = udp(HOST4, SERVER4, 40200, 9, b"discard me")
    m.ip4(5.0, icmp(SERVER4, HOST4, 3, 3, b"\0" * 4 + quote), **BACK)
    m.ip4(5.1, icmp(ROUTER4, HOST4, 3, 4, b"\0\0" + struct.pack("!H", 1400)
                    + quote[:28]), **BACK)
    quote = tcp(HOST4, SERVER4, 33000, 80, 0x10, 101, 901)
    m.ip4(5.2, icmp(ROUTER4, HOST4, 11, 0, b"\0" * 4 + quote[:28]), **BACK)
    m.ip4(5.3, icmp(ROUTER4, HOST4, 5, 1, packed(ROUTER4) + quote[:28]),
          **BACK)
    m.ip4(5.4, icmp(SERVER4, HOST4, 12, 0, b"\x14\0\0\0" + quote[:28]),
          **BACK)
    quote = udp(HOST6, SERVER6, 40201, 9, b"discard me")
    m.ip6(5.5, icmpv6(ROUTER6, HOST6, 2, 0, struct.pack("!I", 1280) + quote),
          **BACK)
    m.ip6(5.6, icmpv6(SERVER6, HOST6, 1, 4, b"\0" * 4 + quote), **BACK)
    m.ip6(6.0, icmpv6(LINK6, "ff02::1:ff00:1", 135, 0, b"\0" * 4
                      + packed(ROUTER6)))


# --- HTTP -------------------------------------------------------------------

def add_http(m):
    c = Connection(m, 33000, 0.0)
    c.send(0.1, True, b"GET /a?b=c HTTP/1.1\r\nHost: www.example.com\r\n"
           b"User-Agent: test/1\r\nAuthorization: Basic c2VjcmV0\r\n\r\n")
    c.send(0.15, False, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
           b"Content-Length: 10\r\n\r\n01234")
    c.send(0.16, False, b"56789")
    # Pipelined; a head in two segments, an interim response, chunks.
    c.send(0.3, True, b"POST /form HTTP/1.1\r\nHost: www.example.com\r\nContent"
           b"-Length: 3\r\n\r\nabcHEAD /h HTTP/1.1\r\nHost: www.exa")
    c.send(0.31, True, b"mple.com\r\nReferer: http://u:p@example.net/\r\n\r\n")
    c.send(0.4, False, b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"
           b"Transfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\n\r\nHTTP/1")
    c.send(0.5, False, b".1 200 OK\r\nContent-Length: 99\r\n\r\n")
    c.send(0.6, True, b"GET /last HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    c.close(0.7)
    # A part of a body is lost, then a whole response.
    c = Connection(m, 33001, 1.0, server_port=8081)
    for n, lost in enumerate((True, False)):
        c.send(1.1 + n, True, b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % n)
        c.send(1.2 + n, False,
               b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n01234")
        c.send(1.3 + n, False, b"56789", lost=lost)
        c.send(1.4 + n, False, b"abcde")
    c.send(3.0, True, b"GET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
    c.send(3.1, False, b"HTTP/1.1 204 No Content\r\n\r\n", lost=True)
    c.send(3.2, True, b"GET /3 HTTP/1.1\r\nHost: h\r\n\r\n")
    c.send(3.3, False, b"HTTP/1.1 404 Not Found\r\n\r\nuntil the end")
    c.close(3.4)
    # Its beginning was not seen, and it ends as a WebSocket.
    c = Connection(m, 33002, 4.0, opened=False)
    c.send(4.1, True, b"GET http://u:p@chat.example/ws HTTP/1.1\r\n"
           b"Upgrade: websocket\r\n\r\n")
    c.send(4.2, False, b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x01x")
    c.send(4.3, True, b"\x81\x81\0\0\0\0x")
    c = Connection(m, 33003, 5.0)
    c.send(5.1, True, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
    c.close(5.2)
    c = Connection(m, 33004, 6.0, server_port=443)
    c.send(6.1, True, b"\x16\x03\x01\0\x05\x01\0\0\1\0")
    c.close(6.2)
    # The capture ends before the answer.
    c = Connection(m, 33005, 7.0)
    c.send(7.1, True, b"GET /waits HTTP/1.1\r\nHost: h\r\n\r\n")


# --- a server that speaks first -----------------------------------------------

def add_banners(m):
    c = Connection(m, 33000, 0.0, server_port=22)
    c.send(0.1, False, b"SSH-2.0-Open")
    c.send(0.1, False, b"SSH_9.2p1 Debian\r\n")
    c.send(0.2, True, b"SSH-2.0-Client\r\n")
    c.close(0.3)
    # Its halves come in the wrong order.
    c = Connection(m, 33001, 1.0, server_port=2525)
    c.send(1.2, False, b"220 mail.example.com ")
    c.send(1.1, False, b"ESMTP ready\r\n250 not asked\r\n")
    c.close(1.3)
    c = Connection(m, 33002, 2.0)
    c.send(2.1, True, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    c.send(2.2, False, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    c.close(2.3)
    # A line without an end.
    c = Connection(m, 33003, 3.0, server_port=22)
    c.send(3.1, False, b"SSH-2.0-" + b"x" * 300)
    c.close(3.2)


def captures():
    made = {}
    for name, parts in (("dhcp", (add_dhcp, add_dhcp6)),
                        ("icmp", (add_pings,)), ("http", (add_http,)),
                        ("banners", (add_banners,))):
        m = Mix()
        for add in parts:
            add(m)
        made[f"{name}.pcap"] = pcap(LINK_ETHERNET, [
            (frame[0], ethernet(*frame[1:])) for frame in sorted(
                m.frames, key=lambda frame: frame[0])])
    return made
