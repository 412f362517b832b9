"""Captures in, JSON out: every dumpling of each is in a gold file.

With GOLD_UPDATE=1 in the environment the gold files are written anew; what
has changed in them must then be looked at.
"""
import json
import os
import re
import subprocess

import pytest

from harness import HERE, System, wait_for

GOLD = HERE / 'gold'
# The same packets: with the same bytes and, but for mix-ns, the same times.
NAMES = ['mix', 'mix-ns', 'mix-be', 'mix-pcapng', 'snap', 'sll', 'sll2',
         'null', 'raw']
# Packets in packets, and other links.
CARRIED = ['tunnels', 'radiotap', 'ppp', 'nflog']


def capture(system, name):
    return system.capture('mix.pcapng' if name == 'mix-pcapng'
                          else f'{name}.pcap')


def order(dumpling):
    return dumpling['metadata']['chef'], dumpling['metadata']['seq']


def taken(kitchen):
    """How many dumplings the kitchen says it made and delivered."""
    told = re.findall(r'Chef: (\d+) dumplings, 0 dropped from a full queue, '
                      r'0 not taken by the hub, 0 errors',
                      kitchen.err.read_text())
    assert told, kitchen.err.read_text()
    return sum(map(int, told))


def dumplings(system, *args, status=0, hub=None, **kwargs):
    """What comes to an eater when a kitchen has these arguments."""
    hub = hub or system.hub()
    eater = system.printer('--kitchen', 'gold', hub=hub)
    kitchen = system.kitchen('--kitchen-name', 'gold', *args, **kwargs)
    assert kitchen.wait() == status, kitchen.err.read_text()
    made = taken(kitchen)
    wait_for(lambda: len(eater.lines()) >= made, f'{made} dumplings')
    eater.stop()
    lines = eater.lines()
    assert len(lines) == made
    return sorted(lines, key=order), kitchen


def payloads(lines):
    return [(d['metadata']['chef'], d['metadata']['seq'],
             d['metadata']['driver'], d['payload']) for d in lines]


def gold(name):
    return [json.loads(line) for line in
            (GOLD / f'{name}.jsonl').read_text().splitlines()]


@pytest.mark.parametrize('name', NAMES + CARRIED)
def test_capture_makes_what_is_in_the_gold_file(name):
    with System() as s:
        lines, _ = dumplings(s, '--read', capture(s, name))
    if os.environ.get('GOLD_UPDATE') == '1':
        (GOLD / f'{name}.jsonl').write_text(''.join(
            json.dumps(line, ensure_ascii=False) + '\n' for line in lines))
    assert lines == gold(name)


def test_the_format_of_the_file_makes_no_difference():
    mix = payloads(gold('mix'))
    assert payloads(gold('mix-be')) == mix
    # Nanoseconds differ from microseconds in the times alone.
    assert gold('mix-pcapng') == gold('mix-ns')
    assert gold('mix-ns') != gold('mix')
    assert [p[:3] for p in payloads(gold('mix-ns'))] == [p[:3] for p in mix]


def hostnames(lines):
    return [d['payload']['lookup']['hostname'] for d in lines
            if 'lookup' in d['payload']]


def test_the_same_file_makes_the_same_dumplings_from_a_pipe_too():
    with System() as s:
        hub = s.hub()
        path = s.capture('mix.pcap')
        for _ in range(2):
            assert dumplings(s, '--read', path, hub=hub)[0] == gold('mix')
        with subprocess.Popen(['cat', path], stdout=subprocess.PIPE) as cat:
            lines, _ = dumplings(s, '--read', '-', hub=hub, stdin=cat.stdout)
        assert lines == gold('mix')


def test_snaplen_is_not_for_files():
    with System() as s:
        lines, _ = dumplings(s, '--read', s.capture('mix.pcap'),
                             '--snaplen', 64)
        assert lines == gold('mix')


def test_filter_is_libpcaps():
    with System() as s:
        hub = s.hub()
        path = s.capture('mix.pcap')
        lines, kitchen = dumplings(s, '--read', path, '--filter', 'arp',
                                   hub=hub)
        # One of the six is inside VLANs, which libpcap's arp is not.
        wanted = [d['payload'] for d in gold('mix')
                  if d['metadata']['chef'] == 'ARPChef']
        assert [d['payload'] for d in lines
                if d['metadata']['chef'] == 'ARPChef'] == (
                    wanted[:2] + wanted[3:])
        assert not hostnames(lines)
        assert lines[-1]['payload'] == {
            'packet_counts': {'Ethernet': 5, 'ARP': 5, 'Padding': 3},
            'byte_counts': {'Ethernet': 264, 'ARP': 264, 'Padding': 180}}
        assert kitchen.said(r'\b5 packets seen')
        lines, kitchen = dumplings(
            s, '--read', path, '--chef', 'DNSLookupChef', '-p', 0,
            '--filter', 'src host 192.0.2.10 and udp dst port 53 and '
            'udp[8:2] < 10', hub=hub)
        assert hostnames(lines) == [
            'www.example.com', 'www.example.com', 'no-such-host.example.org']
        assert kitchen.said(r'\b3 packets seen')


def test_a_file_that_ends_inside_a_packet():
    with System() as s:
        lines, kitchen = dumplings(s, '--read', s.capture('truncated.pcap'),
                                   status=1)
        whole = gold('mix')
        told = [line for line in kitchen.err.read_text().splitlines()
                if 'truncated' in line]
        assert len(told) == 1 and 'truncated.pcap' in told[0]
        # All packets but the last, which is a TCP one and so in no dumpling.
        seen = int(kitchen.said(r'(\d+) packets seen')[1])
        last = max(d['payload']['packet_counts']['Ethernet'] +
                   d['payload']['packet_counts']['802.3'] for d in whole
                   if d['metadata']['chef'] == 'PacketCountChef'
                   and '802.3' in d['payload']['packet_counts'])
        assert seen == last - 1
        for chef in ('ARPChef', 'DNSLookupChef'):
            made, wanted = ([d for d in x if d['metadata']['chef'] == chef
                             and d['metadata']['driver'] == 'packet']
                            for x in (lines, whole))
            assert made == wanted


def test_a_file_without_packets():
    with System() as s:
        lines, kitchen = dumplings(s, '--read', s.capture('empty.pcap'))
        assert lines == []
        assert kitchen.said(r'\b0 packets seen')


@pytest.mark.parametrize('name,sentence', [
    ('garbage.pcap', 'is no capture that can be read'),
    ('none.pcap', 'No such file or directory'),
])
def test_a_file_that_is_no_capture(name, sentence):
    with System() as s:
        kitchen = s.kitchen('--read', s.capture(name))
        assert kitchen.wait() == 1
        assert len(kitchen.err.read_text().splitlines()) == 1
        assert kitchen.said(sentence)


def test_in_a_multiple_of_real_time():
    """Its dumplings were made as far apart as it says, the payloads equal."""
    speed = 20
    with System() as s:
        lines, _ = dumplings(s, '--read', s.capture('mix.pcap'), '--speed',
                             speed, '--chef', 'DNSLookupChef', '--chef',
                             'ARPChef')

    def of_packets(dumplings_):
        return [d for d in dumplings_
                if d['metadata']['driver'] == 'packet'
                and d['metadata']['chef'] in ('DNSLookupChef', 'ARPChef')]
    got, wanted = of_packets(lines), of_packets(gold('mix'))
    assert [d['payload'] for d in got] == [d['payload'] for d in wanted]

    def times(dumplings_):
        return sorted(d['metadata']['creation_time'] for d in dumplings_)
    # Never earlier than its packet's turn; how much later is chance.
    began = times(got)[0] - times(wanted)[0] / speed
    for made, packet in zip(times(got), times(wanted)):
        assert made >= began + packet / speed - 0.001
