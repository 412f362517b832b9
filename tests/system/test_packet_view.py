"""The packet that chefs in Python are given: what can be asked, how long it
stays, and what hostile bytes do to it."""
import gc
import random
import tracemalloc

import pytest

from views import (ANSWER, ETHERNET, captures, ethernet, look,  # noqa: F401
                   make, query, udp, view_driver)
from netdumplings.packet import (ARP, DNS, DNSQR, DNSRR, ICMP, IP, TCP, UDP,
                                 Dot1Q, Ether, IPv6, NoPayload, Packet,
                                 Padding, Raw)


# --- what chefs do -------------------------------------------------------------

def test_layers_by_any_name():
    packet = look(query())
    for name in ('Ether', 'Ethernet', Ether, 'IP', IP, 'UDP', UDP, 'DNS', DNS,
                 'DNSQR', DNSQR, 'DNS Question Record', None):
        assert packet.haslayer(name) is True
        assert name is None or name in packet
    for name in ('TCP', TCP, 'DNSRR', DNSRR, 'IPv6', IPv6, 'Dot1Q', '802.1Q',
                 Dot1Q, 'Raw', Raw, 'NoPayload', NoPayload, Padding, 'x.y',
                 'IP.', '', 7, b'IP', object(), 'ip', int, ['IP']):
        assert packet.haslayer(name) is False and name not in packet
    assert packet[IP] is packet['IP'] is packet.getlayer(1)
    assert packet.getlayer(IP, 2) is packet.getlayer('IP', nb=2) is None
    assert packet.getlayer(4).qname == b'www.example.com.'
    assert packet.getlayer(5) is None
    assert packet['IP.src'] == packet.getlayer('IP.src') == make.HOST4
    with pytest.raises(IndexError, match=r'^Layer \[TCP\] not found$'):
        packet[TCP]
    with pytest.raises(IndexError, match=r"^Layer \['TCP'\] not found$"):
        packet['TCP']
    with pytest.raises(AttributeError, match='window'):
        packet.window
    assert not hasattr(packet, 'no_such_field')
    # from a layer on, what is before it does not count
    assert not packet[UDP].haslayer(IP) and packet[UDP][DNS] is packet[DNS]


def test_the_same_name_again_and_again():
    """Names are looked up by their address first."""
    packet = look(query())
    for i in range(3000):
        assert packet.haslayer(''.join(['D', 'NS']))
        assert not packet.haslayer(f'layer {i}')
        assert packet.haslayer(type('UDP', (), {}))


def test_two_of_a_kind():
    inner = make.udp('10.0.0.1', '10.0.0.2', 1, 9, b'inner')
    packet = look(ethernet(make.ipv4(make.HOST4, make.SERVER4, 4, inner)))
    assert packet[IP].dst == make.SERVER4
    assert packet.getlayer(IP, 2).dst == packet[IP:2].dst == '10.0.0.2'
    assert packet.getlayer(IP, dst='10.0.0.2').src == '10.0.0.1'
    assert packet.getlayer(IP, proto=99) is None
    assert packet.getlayer(IP, 3) is None
    assert packet.sport == 1  # of the first layer that has one


def test_a_walk_through_payloads():
    packet, seen = look(ANSWER), []
    assert packet.firstlayer() is packet[UDP].firstlayer() is packet
    while packet:
        seen.append(packet.name)
        assert packet.payload is packet.payload
        if packet.payload:
            assert packet.payload.underlayer is packet
        packet = packet.payload
    assert seen == ['Ethernet', 'IP', 'UDP', 'DNS']
    assert packet.name == 'NoPayload' and isinstance(packet, NoPayload)
    assert not packet and len(packet) == 0 and bytes(packet) == b''
    assert packet.haslayer(IP) is False and packet.getlayer(0) is None
    assert packet.layers() == [] and packet.lastlayer() is packet
    assert packet.payload is packet and packet.fields == {}
    assert packet.summary() == '' and repr(packet) == '<NoPayload>'
    assert packet.show(dump=True).strip() == ''


def test_dns_records():
    dns = look(ANSWER)[DNS]
    assert (dns.id, dns.qr, dns.qdcount, dns.ancount, dns.nscount) == \
        (7, 1, 1, 3, 1)
    assert dns.fields['qd'].qname == dns.qd.qname == b'www.example.com.'
    assert dns.qd[0].qtype == 1 and not dns.qd.payload
    assert dns.an.rdata == dns.an[0].rdata == b'edge.example.com.'
    assert dns.an[1].rdata == '198.51.100.7'
    assert dns.an.payload.payload.rdata == [b'ab', b'c']
    assert [r.type for r in dns.an.iterpayloads()] == [5, 1, 16]
    assert dns.an[2].underlayer == dns.an[1]
    assert dns.an.underlayer is None and dns.an[2].firstlayer() == dns.an
    with pytest.raises(IndexError):
        dns.an[3]
    assert dns.ns.rdata == b'ns.example.' and dns.ar is None
    assert dns.getlayer(DNSRR, 4) == dns.ns
    assert dns.getlayer(DNSRR, type=1).rdata == '198.51.100.7'
    assert isinstance(dns.an, DNSRR) and isinstance(dns.an, Packet)
    assert bytes(dns.an)[:2] == b'\xc0\x0c' and len(dns.qd) == 21
    assert dns.summary().startswith('DNS Ans "b\'edge.example.com.\'"')


def test_flags_are_numbers_and_letters():
    packet = look(ethernet(make.tcp(make.HOST4, make.SERVER4, 1, 80, 0x12, 5)))
    flags = packet[TCP].flags
    assert flags == 0x12 == flags == 'SA' and str(flags) == 'SA'
    assert flags != 'S' and flags & 2 and flags & 'S' == 'S' and flags.A
    assert not flags.F and 'S' in flags and 'F' not in flags
    assert flags != 'no flags' and flags != None  # noqa: E711
    assert f'{flags}' == 'SA' and flags | 'P' == 'SPA' and flags - 'S' == 'A'
    assert isinstance(flags, int) and {flags: 1}[0x12] == 1
    assert packet[IP].flags == 0 and str(packet[IP].flags) == ''
    assert packet.getlayer(TCP, flags='SA') is packet[TCP]
    assert look(ethernet(make.ipv4(make.HOST4, make.SERVER4, 99, b'',
                                   fragment=0x6000))).flags == 'MF+DF'


def test_summaries():
    assert look(query()).summary() == str(look(query())) == \
        'Ether / IP / UDP / DNS Qry "b\'www.example.com.\'" '
    assert look(ethernet(make.tcp('10.0.0.1', '10.0.0.2', 1234, 443, 2, 1))
                ).summary() == \
        'Ether / IP / TCP 10.0.0.1:1234 > 10.0.0.2:https S'
    arp = make.arp(1, make.HOST, '1.2.3.5', b'\0' * 6, '1.2.3.4')
    assert look(ethernet(arp, 0x0806)).summary() == \
        'Ether / ARP who has 1.2.3.4 says 1.2.3.5'
    assert '###[ DNS ]###' in look(query()).show(dump=True)
    assert repr(look(query())).startswith("<Ether  dst='02:00:5e:10:00:10'")


def test_it_does_not_change():
    packet = look(query())
    with pytest.raises(AttributeError, match=r'packet\.scapy\(\)'):
        packet.ttl = 3
    with pytest.raises(AttributeError):
        del packet.payload
    with pytest.raises(TypeError):
        IP(dst='1.2.3.4')
    with pytest.raises(TypeError):
        hash(packet)
    assert packet == look(query()) and packet != look(query('b.example'))
    assert packet != packet[IP] and packet != 'x' and packet.copy() is packet


def test_what_is_told_of_the_capture():
    packet = look(query())
    assert packet.time_ns == 1700000000123456789
    assert packet.time == packet[IP].time == 1700000000.123456789
    assert packet.sniffed_on == 'lo' and packet.wirelen == len(query())
    assert packet.linktype == ETHERNET
    assert bytes(packet) == packet.original == packet.raw == query()


# --- what is kept, and what is not ---------------------------------------------

def facts(packet):
    return [(layer.name, bytes(layer), str(layer.fields), layer.summary())
            for layer in packet.iterpayloads()] + [packet.time,
                                                   packet.sniffed_on]


def test_what_is_kept_stays(captures):
    kept, known = [], []

    def keep(packet):
        known.append(facts(packet))
        kept.append([packet, packet.lastlayer(), packet.payload][
            len(kept) % 3])

    for name in 'mix.pcap', 'dns.pcap':
        view_driver.read(str(captures / name), keep)
    assert len(kept) > 60
    gc.collect()
    for view, before in zip(kept, known):
        assert facts(view.firstlayer() if view else view)[:-1] in (
            before[:-1], [0.0])


def test_a_record_alone_is_kept():
    record = look(ANSWER, lambda packet: packet[DNS].an[1])
    address = look(ANSWER, lambda packet: packet[DNS].fields['an'])
    fields = look(ANSWER, lambda packet: packet[DNS].fields)
    for _ in range(100):
        look(query('other.example'))
    assert (record.rrname, record.rdata) == (b'www.example.com.',
                                             '198.51.100.7')
    assert address.rdata == b'edge.example.com.'
    assert fields['qd'].qname == b'www.example.com.'


def test_nothing_is_allocated_for_a_packet_that_nobody_keeps():
    def chef(packet):
        if packet.haslayer('TCP') or not packet.haslayer('DNS'):
            raise AssertionError
        packet[IP].payload[DNS].an

    view_driver.look(ANSWER, ETHERNET, chef, 1000)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        view_driver.look(ANSWER, ETHERNET, chef, 20000)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 2000 and peak - before < 20000


def test_an_exception_of_the_chef_is_no_harm():
    def chef(packet):
        kept.append(packet[DNS])
        raise ValueError('mine')

    kept = []
    for _ in range(10):
        with pytest.raises(ValueError):
            view_driver.look(query(), ETHERNET, chef)
    assert all(dns.qd.qname == b'www.example.com.' for dns in kept)


# --- hostile bytes ---------------------------------------------------------------

def everything(packet):
    """Asks for all there is; the fields must be what the bytes say."""
    facts(packet)
    repr(packet)
    packet.show(dump=True)
    packet.haslayer('DNSRR')
    packet.getlayer(200)
    for layer in packet.iterpayloads():
        for name, value in layer.fields.items():
            if isinstance(value, Packet):
                for i, record in enumerate(value.iterpayloads()):
                    repr(record.fields), bytes(record), record.summary()
                    if i < 8:
                        assert value[i] == record
                    getattr(record, 'rdata', None)


def mutations(frame, rng):
    for _ in range(12):
        data = bytearray(frame)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.choice(
                (0, 1, 0xc0, 0xff, rng.randrange(256)))
        yield bytes(data[:rng.randint(0, len(data))
                         if rng.random() < .3 else None])


def test_hostile_packets(captures):
    rng, frames = random.Random(4), []
    for name in 'mix.pcap', 'dns.pcap', 'tunnels.pcap', 'sll.pcap', 'ppp.pcap':
        view_driver.read(str(captures / name), lambda packet: frames.append(
            (packet.linktype, bytes(packet))))
    assert len(frames) > 150
    for linktype, frame in frames:
        for data in mutations(frame, rng):
            look(data, everything, linktype)


@pytest.mark.parametrize('linktype', [0, 1, 9, 12, 105, 108, 113, 127, 239,
                                      258, 276, 9999])
def test_frames_of_any_length(linktype):
    rng = random.Random(linktype)
    for length in range(0, 120):
        look(rng.randbytes(length), everything, linktype)
        look(bytes(length), everything, linktype)


def test_an_empty_frame():
    packet = look(b'')
    assert len(packet) == 0 and bytes(packet) == b'' and packet
    assert packet.haslayer(IP) is False and packet.payload.name == 'NoPayload'


@pytest.mark.parametrize('name', [
    b'\xc0\x0c', b'\x01a\xc0\x0c', b'\xc0\x0e\xc0\x0c', b'\xff\xff', b'\x3f',
    b'\x40a', b'\x80', b'\x01a' * 200, b'\xc0',
])
def test_hostile_names(name):
    body = b'\0\7\x81\x80\0\1\xff\xff\xff\xff\xff\xff' + name + b'\0\1\0\1'
    look(udp(body), everything)
    look(udp(body + 60 * (b'\xc0\x0c\0\5\0\1\0\0\0\0\0\2\xc0\x0c')),
         everything)


def test_many_records_are_walked_once_each():
    body = b'\0\7\x81\x80\0\0\x04\xb0\0\0\0\0' + 1200 * (
        b'\0\0\1\0\1\0\0\0\0\0\0')
    packet = look(udp(body))
    assert sum(1 for _ in packet[DNS].an.iterpayloads()) == 1200
    assert packet.getlayer(DNSRR, 1200) and not packet.getlayer(DNSRR, 1201)


def test_icmp_and_arp():
    packet = look(ethernet(make.arp(2, make.HOST, make.HOST4, make.ROUTER,
                                    make.ROUTER4), 0x0806))
    assert packet[ARP].fields == {
        'hwtype': 1, 'ptype': 2048, 'hwlen': 6, 'plen': 4, 'op': 2,
        'hwsrc': '02:00:5e:10:00:10', 'psrc': make.HOST4,
        'hwdst': '02:00:5e:10:00:01', 'pdst': make.ROUTER4}
    packet = look(ethernet(make.icmp(make.HOST4, make.SERVER4, 8, 0,
                                     b'\0\1\0\2abc')))
    assert (packet[ICMP].id, packet[ICMP].seq, packet[Raw].load) == \
        (1, 2, b'abc')
    assert packet.summary() == \
        f'Ether / IP / ICMP {make.HOST4} > {make.SERVER4} echo-request 0 / Raw'
