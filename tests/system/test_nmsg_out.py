"""Dumplings through a hub and nd-nmsg: the types of messages they become."""
import json
import struct

import msgpack
import pytest

from harness import Pusher, System, made
from nmsg_out import (DNS, DNSQR, ENCODE, IPCONN, NS, PACKET, PKT, Message,
                      eat, ends, given, ipconn, name, packed_ip, read, send,
                      time_of)

ANSWER, UNANSWERED, UNSOLICITED, OVER_TCP, QUERY_ONLY = 1, 2, 3, 4, 6


# --- base:ipconn ------------------------------------------------------------

@pytest.mark.parametrize('chef,payload,wanted,time_ns', [
    ('FlowChef', ends(protocol='TCP', part=0),
     (6, '192.0.2.10', 33000, '198.51.100.7', 80), NS),
    ('ConnectionChef', ends(time=time_of(NS - 5), outcome='accepted'),
     (6, '192.0.2.10', 33000, '198.51.100.7', 80), NS - 5),
    ('TLSChef', ends(transport='quic'),
     (17, '192.0.2.10', 33000, '198.51.100.7', 80), NS),
    ('FlowChef', {'protocol': 'ICMPv6', 'client': {'ip': '2001:db8::1'},
                  'server': {'ip': '2001:db8::2'}},
     (58, '2001:db8::1', None, '2001:db8::2', None), NS),
    ('MyChef', {'src': {'ip': '10.0.0.1', 'port': 1}, 'proto': 132,
                'dst': {'ip': '10.0.0.2', 'port': 65535}},
     (132, '10.0.0.1', 1, '10.0.0.2', 65535), NS),
    ('MyChef', {'srcip': '10.0.0.1', 'srcport': 1, 'proto': 'udp',
                'dstip': '::1', 'dstport': 2}, (17, '10.0.0.1', 1, '::1', 2),
     NS),
    ('MyChef', {'src_ip': '10.0.0.1', 'src_port': 1, 'protocol': 6,
                'dst_ip': '10.0.0.2', 'dst_port': 2},
     (6, '10.0.0.1', 1, '10.0.0.2', 2), NS),
])
def test_five_tuples(chef, payload, wanted, time_ns):
    assert given([(chef, payload)]) == [
        Message(IPCONN, time_ns, ipconn(*wanted))]


NO_TUPLES = [
    ends(), ends(protocol='nonsense'), ends(protocol=256),
    ends(protocol='TCP', client={'ip': 'x', 'port': 1}),
    ends(protocol='TCP', server=None), ends(protocol='TCP', client=[]),
    {'protocol': 'TCP'}, [], 7, None, 'text', {'time': time_of(5)}]


def test_what_is_no_five_tuple_is_encoded():
    found = given([('MyChef', p) for p in NO_TUPLES])
    assert [m.msgtype for m in found] == [ENCODE] * len(NO_TUPLES)
    for m, payload in zip(found, NO_TUPLES):
        assert msgpack.unpackb(m.fields[2][0])['payload'] == payload


def test_a_port_that_is_none_is_left_out():
    found, = given([('MyChef', ends(protocol='UDP', client={
        'ip': '192.0.2.1', 'port': 65536}))])
    assert found.fields == ipconn(17, '192.0.2.1', None, '198.51.100.7', 80)


# --- base:packet and base:pkt -----------------------------------------------

IP = made.udp(made.HOST4, made.SERVER4, 1, 2, b'hello')
IP6 = made.udp(made.HOST6, made.SERVER6, 1, 2, b'hello')


def packet(data, linktype=1, length=None):
    return {'time': time_of(NS - 9), 'linktype': linktype, 'bytes': data,
            'len': len(data) if length is None else length}


def ethernet(packed, kind=b'\x08\x00'):
    return bytes(12) + kind + packed


PACKETS = [
    packet(ethernet(IP)),
    packet(ethernet(IP6, b'\x86\xdd')),
    packet(ethernet(b'\x00\x07\x08\x00' + IP, b'\x81\x00')),
    packet(ethernet(b'\x00\x07\x81\x00\x00\x08\x08\x00' + IP, b'\x88\xa8')),
    packet(IP, 101),
    packet(ethernet(IP)[:40], length=1500)]


def test_packets():
    found = given([('PacketChef', p) for p in PACKETS])
    assert found == [Message(PACKET, NS - 9, {1: [1], 2: [ip]})
                     for ip in (IP, IP6, IP, IP, IP, IP[:26])]


def test_frames():
    arp = ethernet(b'\0' * 28, b'\x08\x06')
    wanted = [Message(PKT, NS - 9, {1: [p['bytes']], 2: [p['len']]})
              for p in (*PACKETS, packet(arp)) if p['linktype'] == 1]
    found = given([('PacketChef', p) for p in (*PACKETS, packet(arp))],
                  '--as', 'PacketChef=pkt')
    assert [m for m in found if m.msgtype == PKT] == wanted
    # That one is IP without Ethernet.
    assert [m.fields for m in found if m.msgtype != PKT] == [
        {1: [1], 2: [IP]}]


def test_frames_without_ip():
    arp = ethernet(b'\0' * 28, b'\x08\x06')
    found = given([('PacketChef', packet(arp)),
                   ('PacketChef', packet(arp, 113)),
                   ('PacketChef', {'bytes': b'no more'})])
    assert [m.msgtype for m in found] == [PKT, ENCODE, ENCODE]
    assert found[0].fields == {1: [arp], 2: [42]}


def test_a_capture_comes_out_as_packets():
    """As nd-pcap has them: the same bytes at the same nanoseconds."""
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.nmsg'
        wire = [(f[0], made.ethernet(*f[1:])) for f in made.mix()]
        eater = eat(s, hub, '-w', out, '--count', len(wire), '--as',
                    'PacketChef=pkt')
        kitchen = s.kitchen('--read', s.capture('mix-ns.pcap'), '--chef',
                            'PacketChef')
        assert kitchen.wait() == 0
        assert eater.wait() == 0
        assert eater.said(rf'{len(wire)} messages of {len(wire)} dumplings '
                          'written, none known to be missing$')
        assert [(m.time_ns, m.fields[1][0], m.fields[2][0])
                for m in read(out)] == [(t, d, len(d)) for t, d in wire]


# --- base:dnsqr and base:dns ------------------------------------------------

def lookup(**more):
    return {**ends(transport='udp', id=4660, name='www.example.com',
                   type='AAAA', query_time=time_of(NS - 20)),
            **more}


ANSWERED = {'response_time': time_of(NS - 10), 'rcode': 'NXDOMAIN'}
ASKED = {1: None, 2: [packed_ip('192.0.2.10')],
         3: [packed_ip('198.51.100.7')], 4: [17], 5: [33000], 6: [80],
         7: [4660], 8: [name('www.example.com')], 9: [28], 10: [1],
         13: [(NS - 20) // 10**9], 14: [(NS - 20) % 10**9]}


def without(d, *keys):
    return {k: v for k, v in d.items() if k not in keys}


@pytest.mark.parametrize('payload,wanted,ago', [
    (lookup(**ANSWERED),
     {**ASKED, 1: [ANSWER], 11: [3], 16: [(NS - 10) // 10**9],
      17: [(NS - 10) % 10**9]}, 20),
    (lookup(unanswered=True), {**ASKED, 1: [UNANSWERED]}, 20),
    (lookup(waiting=True), {**ASKED, 1: [QUERY_ONLY]}, 20),
    (without(lookup(latency=None, **ANSWERED), 'query_time'),
     {**without(ASKED, 13, 14), 1: [UNSOLICITED], 11: [3],
      16: [(NS - 10) // 10**9], 17: [(NS - 10) % 10**9]}, 10),
    (lookup(transport='tcp', type='TYPE65280', **{'class': 'CH'}),
     {**ASKED, 1: [OVER_TCP], 4: [6], 9: [65280], 10: [3]}, 20),
    (lookup(name='', type='TYPE0'), {**without(ASKED, 8, 9, 10),
                                     1: [UNANSWERED]}, 20),
    (lookup(name='', type='NS', rcode='BADVERS'),
     {**ASKED, 1: [UNANSWERED], 8: [b'\0'], 9: [2], 11: [16]}, 20),
    (lookup(name='a\\046b.\\001', rcode='RCODE12'),
     {**ASKED, 1: [UNANSWERED], 8: [b'\3a.b\1\1\0'], 11: [12]}, 20),
])
def test_dns(payload, wanted, ago):
    assert given([('DNSChef', payload)]) == [
        Message(DNSQR, NS - ago, wanted)]


def test_what_dnsqr_cannot_hold():
    bad = [{'totals': {'queries': 1}}, lookup(id=65536), lookup(name='a..b'),
           lookup(name='x' * 64), without(lookup(), 'query_time')]
    assert [m.msgtype for m in given([('DNSChef', p) for p in bad])] == [
        ENCODE, *[IPCONN] * 4]


def records(*data):
    return lookup(**ANSWERED, answers=[
        {'name': 'a.example', 'type': kind, 'ttl': ttl, 'data': value}
        for kind, ttl, value in data])


DATA = [
    ('A', '192.0.2.1', b'\xc0\0\2\1'),
    ('AAAA', '2001:db8::1', packed_ip('2001:db8::1')),
    ('CNAME', 'b.example', name('b.example')),
    ('NS', '', b'\0'),
    ('MX', {'preference': 10, 'exchange': 'mail.example'},
     b'\0\x0a' + name('mail.example')),
    ('TXT', ['a "b" \\', 'é', ''],
     b'\7a "b" \\\2\xc3\xa9\0'),
    ('SOA', {'mname': 'm.example', 'rname': 'r.example', 'serial': 1,
             'refresh': 2, 'retry': 3, 'expire': 4, 'minimum': 2**32 - 1},
     name('m.example') + name('r.example')
     + struct.pack('>5I', 1, 2, 3, 4, 2**32 - 1)),
    ('SRV', {'priority': 1, 'weight': 2, 'port': 3, 'target': 't.example'},
     struct.pack('>3H', 1, 2, 3) + name('t.example')),
    ('CAA', {'flags': 128, 'tag': 'issue', 'value': 'ca "x" é;'},
     b'\x80\5issueca "x" \xc3\xa9;'),
    ('TYPE65280', b'\1\2\3', b'\1\2\3')]
TYPES = {'A': 1, 'NS': 2, 'CNAME': 5, 'SOA': 6, 'MX': 15, 'TXT': 16,
         'AAAA': 28, 'SRV': 33, 'CAA': 257, 'TYPE65280': 65280}


def test_records():
    found = given([('DNSChef', records(*((kind, 60, value)
                                         for kind, value, _ in DATA)))],
                  '--as', 'DNSChef=dns')
    assert found == [
        Message(DNS, NS - 10, {
            1: [name('a.example')], 2: [TYPES[kind]], 3: [1], 4: [60],
            5: [wire], 6: [1], 7: [name('www.example.com')], 8: [28], 9: [1]})
        for kind, _, wire in DATA]


def test_records_of_one_set_are_together():
    found = given([('DNSChef', records(
        ('CNAME', 60, 'b.example'), ('A', 5, '192.0.2.1'),
        ('A', 5, '192.0.2.2'), ('A', 6, '192.0.2.3')))],
        '--as', 'DNSChef=dns')
    assert [(m.fields[2], m.fields[4], m.fields[5]) for m in found] == [
        ([5], [60], [name('b.example')]),
        ([1], [5], [b'\xc0\0\2\1', b'\xc0\0\2\2']),
        ([1], [6], [b'\xc0\0\2\3'])]


def test_records_that_dns_cannot_hold():
    """All of an answer or nothing: dnsqr has what there is then."""
    found = given([('DNSChef', records(('A', 5, '192.0.2.1'), bad)) for bad in [
        ('A', 5, '192.0.2.256'), ('A', 5, 7), ('MX', 5, {'preference': 1}),
        ('DS', 5, {'key_tag': 1}), ('TXT', 5, ['x' * 256]), ('A', -1, '::')]],
        '--as', 'DNSChef=dns')
    assert [m.msgtype for m in found] == [DNSQR] * 6


def test_dnschef_itself():
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.nmsg'
        eater = eat(s, hub, '-w', out, '--chef', 'DNSChef')
        printer = s.printer('--chef', 'DNSChef', hub=hub)
        kitchen = s.kitchen('--read', s.capture('dns.pcap'), '--chef',
                            'DNSChef')
        assert kitchen.wait() == 0
        assert printer.stop() == 0
        assert eater.stop() == 0
        told = [d['payload'] for d in printer.lines()]
        found = read(out)
        assert len(found) == len(told) > 10
        for m, payload in zip(found, told):
            if 'totals' in payload:
                assert m.msgtype == ENCODE
                continue
            assert m.msgtype == DNSQR
            assert m.fields[7] == [payload['id']]
            seconds = payload.get('query_time') or payload['response_time']
            assert m.time_ns == pytest.approx(seconds * 1e9, abs=1000)


# --- messages that were NMSG before -----------------------------------------

def test_what_was_nmsg_is_that_again():
    found = given([
        ('nmsg.base.ipconn', {
            'source': 'a1ba02cf', 'operator': 7, 'group': 9, 'proto': 6,
            'srcip': '10.0.1.51', 'srcport': 61929, 'dstip': '2001:db8::1',
            'dstport': 22}),
        ('nmsg.base.logline', {'category': 'a', 'message': 'b c'}),
        ('nmsg.SIE.dnsdedupe', {'rrname': 'a.example.', 'count': 3}),
        ('nmsg.9.8', {'payload': b'\x08\x07'})])
    assert found[0] == Message(IPCONN, NS, ipconn(
        6, '10.0.1.51', 61929, '2001:db8::1', 22), 0xa1ba02cf, 7, 9)
    assert found[1:3] == [
        Message(6, NS, {1: [b'a\0'], 2: [b'b c\0']}),
        Message(1, NS, {1: [name('a.example')], 10: [3]}, vid=2)]
    assert found[3] == Message(8, NS, {1: [7]}, vid=9)


def test_what_only_looks_as_if_is_encoded():
    found = given([('nmsg.base.ipconn', 17),
                   ('nmsg.base.ipconn', {'srcip': 'no address'}),
                   ('nmsg.base', {})])
    assert [m.msgtype for m in found] == [ENCODE] * 3


# --- base:encode ------------------------------------------------------------

PAYLOAD = {'text': 'é', 'list': [1, -2, 1.5, None, True], 'bytes': b'\0\xff',
           'time': time_of(NS)}


def test_encode_as_msgpack():
    found, = given([('AnyChef', PAYLOAD)])
    assert (found.msgtype, found.time_ns) == (ENCODE, NS)
    assert found.fields[1] == [3]
    assert msgpack.unpackb(found.fields[2][0]) == {
        'metadata': {'chef': 'AnyChef', 'kitchen': 'py',
                     'creation_time': NS / 1e9, 'driver': 'packet', 'seq': 0},
        'payload': PAYLOAD}


def test_encode_as_json_is_what_nd_print_prints():
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.nmsg'
        eater = eat(s, hub, '-w', out, '--count', 1, '--encode', 'json',
                    '--as', 'FlowChef=encode', '--chef', 'FlowChef')
        printer = s.printer('--count', 1, '--chef', 'FlowChef', hub=hub)
        pusher = Pusher(s.bus_in)
        send(pusher, 'FlowChef', [{**PAYLOAD, **ends(protocol='TCP')}])
        assert eater.wait() == printer.wait() == 0
        pusher.close()
        found, = read(out)
        assert found.fields[1] == [1]
        assert found.fields[2][0].decode() == printer.out.read_text().rstrip()
        assert json.loads(found.fields[2][0])['payload']['text'] == 'é'
