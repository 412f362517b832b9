# SPDX-License-Identifier: MIT
"""FlowChef and ConnectionChef: what they tell of a capture, and its sums."""
import base64
import collections
import hashlib
import ipaddress
import json
import os
import random
import struct

import pytest

from harness import System, made
from test_gold import GOLD, dumplings
import flows as flow_capture
import mmdb


def cooked(chef, frames=None, *args, poke=5):
    """What the chef makes of frames, or of the capture of flows."""
    with System() as s:
        path = s.folder / 'flows.pcap'
        path.write_bytes(flow_capture.flows() if frames is None
                         else made.pcap(made.LINK_ETHERNET, frames,
                                        nanoseconds=True))
        return dumplings(s, '--read', path, '--chef', chef, '-p', poke,
                         *args)[0]


def told(lines):
    """The flows alone."""
    return [d['payload'] for d in lines if 'reason' in d['payload']]


@pytest.mark.parametrize('chef', ['FlowChef', 'ConnectionChef'])
def test_capture_makes_what_is_in_the_gold_file(chef):
    lines = cooked(chef)
    path = GOLD / f'{chef}.jsonl'
    if os.environ.get('GOLD_UPDATE') == '1':
        path.write_text(''.join(json.dumps(line, ensure_ascii=False) + '\n'
                                for line in lines))
    assert lines == [json.loads(line)
                     for line in path.read_text().splitlines()]


def flow(lines, port):
    [found] = [f for f in told(lines) if f['client'].get('port') == port]
    return found


def test_a_whole_connection():
    first, second = [f for f in told(cooked('FlowChef'))
                     if f['client'].get('port') == 33000]
    assert (first['state'], first['reason']) == ('closed', 'fin')
    client, server = first['client'], first['server']
    assert client['ip'] == made.HOST4 and server['ip'] == made.SERVER4
    assert (client['packets'], server['packets']) == (6, 5)
    assert (client['payload'], server['payload']) == (80, 200)
    assert (client['flags'], server['flags']) == ('SAFP', 'SAF')
    # What was sent again, and what only came late.
    assert client['retransmissions'] == 1
    assert server['retransmissions'] == 0
    assert first['rtt_server'] == pytest.approx(0.02)
    assert first['rtt_client'] == pytest.approx(0.01)
    assert first['duration'] == pytest.approx(0.52)
    assert (second['state'], second['reason']) == ('reset', 'rst')
    assert second['client']['packets'] == 3


def test_states():
    lines = cooked('FlowChef')
    assert flow(lines, 33001)['state'] == 'refused'
    assert flow(lines, 33002)['state'] == 'unanswered'
    assert flow(lines, 33002)['client']['retransmissions'] == 2
    assert flow(lines, 33003)['state'] == 'half-open'
    assert flow(lines, 33003)['server']['packets'] == 2
    assert flow(lines, 33004)['state'] == 'reset'
    assert flow(lines, 22)['state'] == 'established'


def test_parts_of_a_long_flow_add_up():
    parts = [f for f in told(cooked('FlowChef'))
             if f['client'].get('port') == 40001]
    assert [f['part'] for f in parts] == [0, 1, 2]
    assert [f['reason'] for f in parts] == ['active', 'active', 'idle']
    assert sum(f['client']['packets'] for f in parts) == 25
    assert [f['server']['packets'] for f in parts] == [0, 0, 1]
    assert sum(f['client']['payload'] for f in parts) == 100
    assert [f['last'] < g['first'] for f, g in zip(parts, parts[1:])] == [
        True, True]


def test_pings_are_one_flow():
    [ping] = [f for f in told(cooked('FlowChef'))
              if f.get('icmp') == {'type': 8, 'code': 0, 'id': 7}]
    assert ping['client']['packets'] == ping['server']['packets'] == 3
    assert (ping['client']['ttl'], ping['server']['ttl']) == (64, 57)


def test_vlans_are_apart():
    both = [f for f in told(cooked('FlowChef'))
            if f['client'].get('port') == 40000]
    assert [f.get('vlan') for f in both] == [20, None]
    assert both[0]['community_id'] == both[1]['community_id']


def community_id(f, seed):
    """Community ID, version 1, of a flow with ports."""
    ends = sorted((ipaddress.ip_address(f[end]['ip']).packed, f[end]['port'])
                  for end in ('client', 'server'))
    number = {'TCP': 6, 'UDP': 17}[f['protocol']]
    data = (struct.pack('!H', seed) + ends[0][0] + ends[1][0]
            + struct.pack('!BBHH', number, 0, ends[0][1], ends[1][1]))
    return '1:' + base64.b64encode(hashlib.sha1(data).digest()).decode()


def test_community_ids():
    for seed in (0, 7):
        found = [f for f in told(cooked(f'FlowChef:community_seed={seed}'))
                 if 'port' in f['client']]
        assert len(found) > 8
        for f in found:
            assert f['community_id'] == community_id(f, seed)
    assert not any('community_id' in f
                   for f in told(cooked('FlowChef:community_id=no')))


def random_frames(count, seconds=1.0):
    rng = random.Random(1)
    return [(made.START_NS + round(n * seconds / count * 1e9),
             made.ethernet(made.ROUTER, made.HOST, (), made.ETH_IPV4,
                           made.udp(f'198.18.{rng.randrange(256)}.'
                                    f'{rng.randrange(256)}', made.SERVER4,
                                    rng.randrange(65536), 53,
                                    bytes(rng.randrange(64))), False))
            for n in range(count)]


def late(seconds):
    return (made.START_NS + round(seconds * 10**9), made.ethernet(
        made.BROADCAST, made.HOST, (), made.ETH_ARP, made.arp(
            1, made.HOST, made.HOST4, bytes(6), made.ROUTER4), False))


@pytest.mark.parametrize('options', ['flows=100', 'flows=1', 'idle=0.01'])
def test_nothing_is_lost_in_a_flood(options):
    frames = random_frames(5000)
    lines = cooked(f'FlowChef:{options}', frames + [late(1000)])
    sums = collections.Counter()
    for f in told(lines):
        for end in ('client', 'server'):
            sums['packets'] += f[end]['packets']
            sums['bytes'] += f[end]['bytes']
    assert sums == {'packets': 5000,
                    'bytes': sum(len(data) for _, data in frames)}
    last = [d['payload'] for d in lines if 'busiest' in d['payload']][-1]
    assert last['flows'] == 0
    assert last['started'] == last['ended'] == len(told(lines))
    forgotten = sum(f['reason'] == 'forgotten' for f in told(lines))
    assert last['forgotten'] == forgotten
    if options.startswith('flows'):
        assert forgotten == len(told(lines)) - int(options[6:])


def test_busiest():
    def send(n, port, size):
        return (made.START_NS + n * 10**7, made.ethernet(
            made.ROUTER, made.HOST, (), made.ETH_IPV4, made.udp(
                made.HOST4, made.SERVER4, port, 53, bytes(size)), False))
    frames = [send(n, 1000 + n % 10, 10 + n % 10) for n in range(100)]
    frames += [send(200, 1003, 1000), send(201, 1009, 1), send(202, 1009, 1)]
    polls = [d['payload'] for d in
             cooked('FlowChef:top=3', frames + [late(1000)], poke=1.5)
             if 'busiest' in d['payload']]
    assert [b['client']['port'] for b in polls[1]['busiest']] == [
        1009, 1008, 1007]
    assert polls[1]['busiest'][0]['packets'] == 10
    assert polls[1]['flows'] == 10
    assert [(b['client']['port'], b['packets']) for b in
            polls[2]['busiest']] == [(1003, 1), (1009, 2)]
    assert polls[2]['busiest'][0]['bytes'] == 14 + 20 + 8 + 1000


# --- ConnectionChef ---------------------------------------------------------

COUNTRY = {'iso_code': 'CH', 'names': {'en': 'Switzerland', 'de': 'Schweiz'}}
CITY = {'country': COUNTRY, 'city': {'names': {'en': 'Zürich'}},
        'location': {'latitude': 47.4, 'longitude': 8.5}}
ASN = {'autonomous_system_number': 64496,
       'autonomous_system_organization': 'Example AG'}


def test_outcomes():
    lines = [d['payload'] for d in cooked('ConnectionChef')]
    assert [(c['client']['port'], c['outcome'], c['attempts'])
            for c in lines] == [
        (33000, 'accepted', 1), (33000, 'accepted', 1),
        (33001, 'refused', 1), (33003, 'accepted', 0),
        (33004, 'aborted', 1), (33002, 'unanswered', 3)]
    assert lines[0]['latency'] == pytest.approx(0.02)
    assert 'latency' not in lines[3]
    for c in lines:
        assert c['community_id'] == community_id({'protocol': 'TCP', **c}, 0)


def test_places():
    with System() as s:
        path = s.folder / 'flows.pcap'
        path.write_bytes(flow_capture.flows())
        city, asn = s.folder / 'city.mmdb', s.folder / 'asn.mmdb'
        city.write_bytes(mmdb.database({'192.0.2.0/24': CITY,
                                        '2001:db8:1::/48': {
                                            'country': COUNTRY}}))
        asn.write_bytes(mmdb.database({'198.51.100.0/24': ASN,
                                       '192.0.2.10/32': ASN}))
        lines, _ = dumplings(s, '--read', path, '--chef',
                             f'ConnectionChef:geoip={city},geoip={asn}')
    lines = [d['payload'] for d in lines]
    country = {'code': 'CH', 'name': 'Switzerland'}
    number = {'asn': 64496, 'organisation': 'Example AG'}
    assert lines[0]['client'] == {
        'ip': made.HOST4, 'port': 33000, 'country': country, 'city': 'Zürich',
        'latitude': 47.4, 'longitude': 8.5, **number}
    assert lines[0]['server'] == {'ip': made.SERVER4, 'port': 80, **number}
    refused = lines[2]
    assert refused['client'] == {'ip': made.HOST6, 'port': 33001}
    assert refused['server'] == {'ip': made.SERVER6, 'port': 443,
                                 'country': country}


@pytest.mark.parametrize('content,sentence', [
    (None, 'geoip=.*x.mmdb: No such file or directory'),
    (b'', 'geoip=.*x.mmdb: '),
    (bytes(1000), 'geoip=.*x.mmdb: .*metadata'),
])
def test_a_database_that_is_none(content, sentence):
    with System() as s:
        path = s.folder / 'x.mmdb'
        if content is not None:
            path.write_bytes(content)
        kitchen = s.kitchen('--read', s.capture('mix.pcap'), '--chef',
                            f'ConnectionChef:geoip={path}')
        assert kitchen.wait() == 1
        assert kitchen.said(f'chef ConnectionChef: {sentence}')
        assert len(kitchen.err.read_text().splitlines()) == 1


def test_a_damaged_database_is_no_danger():
    whole = mmdb.database({'192.0.2.0/24': CITY, '198.51.100.0/24': ASN})
    with System() as s:
        path = s.folder / 'flows.pcap'
        path.write_bytes(flow_capture.flows())
        hub = s.hub()
        rng = random.Random(2)
        for n in range(5):
            broken = bytearray(whole)
            for _ in range(20):
                broken[rng.randrange(len(whole) // 2)] = rng.randrange(256)
            database = s.folder / f'{n}.mmdb'
            database.write_bytes(broken)
            lines, _ = dumplings(s, '--read', path, '--chef',
                                 f'ConnectionChef:geoip={database}', hub=hub)
            assert len(lines) == 6


def test_a_flood_of_attempts_is_bounded():
    syns = [(made.START_NS + n * 1000, made.ethernet(
        made.ROUTER, made.HOST, (), made.ETH_IPV4, made.tcp(
            made.HOST4, made.SERVER4, 1024 + n, 80, 2, n), False))
        for n in range(5000)]
    lines = [d['payload'] for d in
             cooked('ConnectionChef:attempts=100', syns + [
                 (made.START_NS + 20 * 10**9, syns[0][1])])]
    outcomes = collections.Counter(c['outcome'] for c in lines)
    assert outcomes['forgotten'] == 4900
    assert outcomes['unanswered'] == 100
