"""nd-demo's packets, and netdumplings --demo, which shows them."""
import asyncio
import collections
import ipaddress
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import time

import pytest
import websockets

from harness import (BIN, PATIENCE, SANITIZED, System, run, said_once,
                     wait_for)
from test_gold import dumplings
from test_install import installed
from test_netdumplings import free_port, is_gone

SITES = ['office', 'datacentre']
START = 1800000000
CHEFS = {'ARPChef', 'ConnectionChef', 'DHCPChef', 'DNSChef', 'DNSLookupChef',
         'FlowChef', 'HTTPChef', 'ICMPChef', 'MDNSChef', 'PacketCountChef',
         'TLSChef'}
# What only counts, or may have nothing to tell of single packets.
COUNTERS = {'PacketCountChef'}
PRIVATE = [ipaddress.ip_network(net) for net in (
    '10.0.0.0/8', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32',
    '0.0.0.0/32', '255.255.255.255/32', '224.0.0.251/32')]


def demo(*args):
    return [str(BIN / 'nd-demo'), '--user', '', *map(str, args)]


def made(*args):
    """A savefile, as fast as it goes."""
    return subprocess.run(demo('--speed', 'max', '--start', START, *args),
                          stdout=subprocess.PIPE, check=True,
                          timeout=PATIENCE).stdout


def packets(savefile):
    """Each packet's time in ns, and its bytes."""
    assert struct.unpack('<IHHIIII', savefile[:24]) == (
        0xa1b23c4d, 2, 4, 0, 0, 262144, 1)
    at = 24
    while at < len(savefile):
        seconds, ns, caplen, length = struct.unpack_from('<IIII', savefile, at)
        assert caplen == length
        yield seconds * 10**9 + ns, savefile[at + 16:at + 16 + caplen]
        at += 16 + caplen


# --- the packets -------------------------------------------------------------


def test_the_same_seed_makes_the_same_packets():
    first = made('--duration', 20)
    assert made('--duration', 20) == first
    assert made('--duration', 20, '--seed', 2) != first
    assert len(made('--duration', 20, '--rate', 4)) > 2 * len(first)
    times = [t for t, _ in packets(first)]
    assert times == sorted(times)
    assert START * 10**9 <= times[0] and times[-1] < (START + 20) * 10**9
    assert 300 < len(times) / 20 < 1200


@pytest.mark.parametrize('site', SITES)
def test_tshark_finds_nothing_wrong(site, tmp_path):
    path = tmp_path / 'demo.pcap'
    path.write_bytes(made('--site', site, '--duration', 150))
    wrong = ('_ws.malformed || _ws.expert.severity >= "Warning" || '
             'ip.checksum.status == 0 || tcp.checksum.status == 0 || '
             'udp.checksum.status == 0 || icmp.checksum.status == 0 || '
             'icmpv6.checksum.status == 0')
    told = subprocess.run(
        ['tshark', '-n', '-r', path, '-o', 'ip.check_checksum:TRUE',
         '-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE',
         '-Y', wrong, '-T', 'fields', '-e', 'frame.number',
         '-e', '_ws.expert.message'],
        capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    # These are meant: a scan, a slow resolver, a device that moves.
    meant = re.compile(r'\d+\t.*(Connection reset \(RST\)|'
                       r'DNS query retransmission|'
                       r'Duplicate IP address configured)')
    lines = told.splitlines()
    assert len(lines) > 50
    assert not [line for line in lines if not meant.match(line)]


def addresses(frame):
    kind, = struct.unpack_from('>H', frame, 12)
    if kind == 0x0800:
        return frame[26:30], frame[30:34]
    if kind == 0x86dd:
        return frame[22:38], frame[38:54]
    assert kind == 0x0806
    return frame[28:32], frame[38:42]


def test_addresses_are_for_private_use_or_documentation():
    found = {address for _, frame in packets(made('--duration', 150))
             for address in addresses(frame)}
    assert len(found) > 100
    assert not [ip for ip in map(ipaddress.ip_address, found)
                if not any(ip in net for net in PRIVATE)]


@pytest.mark.parametrize('site', SITES)
def test_every_chef_has_something_to_tell_in_a_minute(site):
    with System() as s, subprocess.Popen(
            demo('--speed', 'max', '--duration', 60, '--site', site),
            stdout=subprocess.PIPE) as source:
        lines, _ = dumplings(s, '--read', '-', stdin=source.stdout)
    told = collections.defaultdict(list)
    for line in lines:
        if line['metadata']['driver'] == 'packet':
            told[line['metadata']['chef']].append(line['payload'])
    assert set(told) == CHEFS - COUNTERS
    notes = {p['notes'] for p in told['ARPChef']}
    assert 'source device has new IP address' in notes
    rcodes = {p.get('rcode') for p in told['DNSChef']}
    assert {'NOERROR', 'NXDOMAIN'} <= rcodes
    assert any('joined' in p for p in told['DHCPChef'])
    outcomes = {p['outcome'] for p in told['ConnectionChef']}
    assert {'accepted', 'refused', 'unanswered'} <= outcomes
    assert {p['client'].get('retransmissions', 0) > 0
            or p['server'].get('retransmissions', 0) > 0
            for p in told['FlowChef']} == {True, False}
    assert {p.get('error', {}).get('type') for p in told['ICMPChef']} >= {
        None, 'unreachable'}


# --- the program -------------------------------------------------------------


def test_packets_come_when_it_is_their_time():
    with subprocess.Popen(demo(), stdout=subprocess.PIPE) as process:
        read = process.stdout.read
        began = int.from_bytes(read(24)[:4], 'little')
        assert began == 0xa1b23c4d
        first = None
        while True:
            seconds, ns, length, _ = struct.unpack('<IIII', read(16))
            read(length)
            at = seconds + ns / 1e9
            first = first or at
            # Clocks may be set a little; the packets are not from tomorrow.
            assert at < time.time() + 0.1
            if at > first + 1.5:
                break
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(PATIENCE) == 0


def test_it_ends_with_its_reader():
    for args in (), ('--speed', 'max'):
        with subprocess.Popen(demo(*args), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            assert len(process.stdout.read(5000)) == 5000
            process.stdout.close()
            assert process.wait(PATIENCE) == 0
            assert process.stderr.read() == b''


def test_it_ends_on_a_signal_though_nobody_reads():
    with subprocess.Popen(demo('--speed', 'max'),
                          stdout=subprocess.PIPE) as process:
        # As full as a pipe gets.
        select.select([process.stdout], [], [], PATIENCE)
        wait_for(lambda: 'pipe' in pathlib.Path(
            f'/proc/{process.pid}/wchan').read_text() or pathlib.Path(
            f'/proc/{process.pid}/stat').read_text().split()[2] == 'S',
            'it to wait')
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_it_stays_small():
    with subprocess.Popen(demo('--speed', 'max', '--rate', 5),
                          stdout=subprocess.PIPE) as process:
        for _ in range(200):
            assert process.stdout.read(1 << 20)
        status = pathlib.Path(f'/proc/{process.pid}/status').read_text()
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
    if not SANITIZED:
        assert int(re.search(r'VmHWM:\s+(\d+)', status)[1]) < 5000


def test_wrong_use():
    said_once(run('nd-demo', '--site', 'x'), 2, 'site', "'x'", 'datacentre')
    said_once(run('nd-demo', '--speed', '2'), 2, 'speed', "'2'", 'max')
    ours, theirs = pty.openpty()
    with subprocess.Popen(demo(), stdout=theirs, stderr=subprocess.PIPE,
                          text=True) as process:
        assert process.wait(PATIENCE) == 2
        assert 'terminal' in process.stderr.read()
    os.close(ours)
    os.close(theirs)


# --- netdumplings --demo -----------------------------------------------------


class Demo:
    def __init__(self, system, *args, **kwargs):
        self.port = free_port()
        self.program = system.start(
            'netdumplings', '--demo', '--port', self.port, '--in-port', 0,
            *args, **kwargs)
        wait_for(lambda: f':{self.port}/' in self.program.out.read_text(),
                 'the address')

    def children(self):
        pid = self.program.process.pid
        listed = pathlib.Path(f'/proc/{pid}/task/{pid}/children')
        found = collections.defaultdict(list)
        for child in listed.read_text().split():
            command = pathlib.Path(f'/proc/{child}/cmdline').read_bytes()
            found[command.split(b'\0')[0].decode()].append(int(child))
        return found

    def wait_for_all(self):
        wanted = {'nd-hub': 1, 'nd-gateway': 1, 'nd-sniff': 2, 'nd-demo': 2}
        # A child has its name once it has become the program.
        return wait_for(lambda: {
            name: len(pids) for name, pids in self.children().items()
            } == wanted and self.children(), 'all to be there')

    def listen(self, is_enough):
        """All dumplings, one after the other, until that is true of them."""
        async def connected():
            async with websockets.connect(f'ws://127.0.0.1:{self.port}',
                                          max_size=None) as ws:
                await ws.send('{"eater_name": "x", "batch": true}')
                heard = []
                while not is_enough(heard):
                    heard += json.loads(await ws.recv())
                return heard
        return asyncio.run(asyncio.wait_for(connected(), PATIENCE))


def told(heard):
    return {(d['metadata']['kitchen'], d['metadata']['chef']) for d in heard
            if d['metadata']['driver'] == 'packet'}


def is_complete(heard):
    """Each chef of both kitchens has been heard of, of a packet."""
    wanted = {(kitchen, chef) for kitchen in SITES
              for chef in CHEFS - COUNTERS}
    return wanted <= told(heard)


def check_numbers(heard):
    numbers = collections.defaultdict(list)
    for d in heard:
        m = d['metadata']
        numbers[m['kitchen'], m['chef']].append(m['seq'])
    for key, seqs in numbers.items():
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), key
    assert (None, 'GatewayChef') not in numbers


def as_nobody(prefix):
    """From where it is installed: a build may be in a home of someone's."""
    return {'programs': prefix / 'bin', 'before': (
        'setpriv', '--reuid', '65534', '--regid', '65534',
        '--clear-groups') if os.geteuid() == 0 else ()}


@pytest.mark.parametrize('who', ['nobody', 'whoever this is'])
def test_both_kitchens_chefs_are_heard_and_nothing_is_lost(who, prefix):
    with System() as s:
        # On a busy machine any chef is slow now and then.
        d = Demo(s, '--slow-chef', 0,
                 **(as_nobody(prefix) if who == 'nobody' else {}))
        heard = d.listen(is_complete)
        check_numbers(heard)
        status = [line['payload'] for line in heard
                  if line['metadata']['chef'] == 'SystemStatusChef'][-1]
        assert status['dumplings_missing'] == 0
        kitchens = {k['info_from_kitchen']['kitchen_name']:
                    (k['info_from_kitchen']['interface'],
                     k['info_from_hub']['state'])
                    for k in status['dumpling_kitchens']}
        assert kitchens == {'office': ('demo: office', 'live'),
                            'datacentre': ('demo: data centre', 'live')}
        children = d.wait_for_all()
        for pids in children.values():
            for pid in pids:
                assert os.stat(f'/proc/{pid}').st_uid != 0
        assert d.program.stop() == 0
        assert all(map(is_gone, sum(children.values(), [])))
        err = d.program.err.read_text()
        assert len(re.findall('0 not taken by the hub, 0 errors', err)) == (
            2 * len(CHEFS))
        assert ' ERROR ' not in err


def test_dumplings_come_while_it_happens():
    def is_enough(heard):
        return len(heard) > 0 and heard[-1]['metadata']['kitchen'] in SITES

    with System() as s:
        d = Demo(s)
        # A dumpling that is made now, and not when a buffer is full.
        late = []
        for _ in range(5):
            last = d.listen(is_enough)[-1]
            late.append(time.time() - last['metadata']['creation_time'])
        assert min(late) < (5 if SANITIZED else 0.5)
        assert d.program.stop() == 0


def test_the_kitchens_options_go_to_both():
    def is_enough(heard):
        status = [h['payload'] for h in heard
                  if h['metadata']['chef'] == 'SystemStatusChef']
        return status and {
            (k['info_from_kitchen']['kitchen_name'],
             *k['info_from_kitchen']['chefs'])
            for k in status[-1]['dumpling_kitchens']} == {
                ('office', 'DNSLookupChef'), ('datacentre', 'DNSLookupChef')}

    with System() as s:
        d = Demo(s, '--chef', 'DNSLookupChef')
        d.listen(is_enough)
        assert d.program.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize('victim', ['nd-sniff', 'nd-demo'])
def test_when_one_dies_all_end(victim):
    with System() as s:
        d = Demo(s)
        children = d.wait_for_all()
        os.kill(children[victim][0], signal.SIGKILL)
        assert d.program.wait() == 1
        assert d.program.said(f'{victim} has ended with signal 9.*all end')
        assert all(map(is_gone, sum(children.values(), [])))


@pytest.mark.parametrize('args', [
    ['--read', 'x'], ['-r', 'x'], ['--interface=lo'], ['-ilo'],
    ['--listen', '127.0.0.1/9'], ['--kitchen-name', 'x'], ['--workers', 2]])
def test_what_does_not_go_with_a_demo(args):
    said_once(run('netdumplings', '--demo', *args), 2, 'demo', 'leave out')
