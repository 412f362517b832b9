"""Messages of NMSG into a kitchen: over files, UDP and ZeroMQ."""
import signal
import socket
import struct
import subprocess

import pytest
import zmq

import nmsg_bytes as nmsg
import test_gold
from harness import System, made, run, said_once, status_of, wait_for
from test_gateway_http import get, samples

NCAP = 1
START = 1700000000
# What they make depends on the packet alone, not on when it came.
CHEFS = ('--chef', 'DNSLookupChef', '--chef', 'ARPChef', '--chef', 'ICMPChef',
         '-p', 0)


def frames(path):
    """Time in ns, length on the wire and bytes of each packet."""
    data = path.read_bytes()
    unit = {0xa1b2c3d4: 1000, 0xa1b23c4d: 1}[struct.unpack('<I', data[:4])[0]]
    at = 24
    while at < len(data):
        sec, part, caplen, length = struct.unpack_from('<IIII', data, at)
        at += 16 + caplen
        yield sec * 10**9 + part * unit, length, data[at - caplen:at]


def stamped(payload, time_ns, msgtype):
    return nmsg.message(payload, msgtype=msgtype, sec=time_ns // 10**9,
                        nsec=time_ns % 10**9)


def as_pkt(time_ns, length, data):
    return stamped(nmsg.blob(1, data) + nmsg.number(2, length), time_ns,
                   nmsg.PKT)


def as_packet(time_ns, _, data):
    return stamped(nmsg.number(1, 1) + nmsg.blob(2, data), time_ns,
                   nmsg.PACKET)


def as_ncap(time_ns, _, data):
    kind = 0 if data[0] >> 4 == 4 else 1
    return stamped(nmsg.number(1, kind) + nmsg.blob(2, data), time_ns, NCAP)


def containers(capture, carry, each=10):
    all_of_it = [carry(*frame) for frame in frames(capture)]
    return [nmsg.container(*all_of_it[i:i + each], sequence=(i // each, 77))
            for i in range(0, len(all_of_it), each)]


def ipconn(n, **more):
    payload = (nmsg.number(1, 6) + nmsg.blob(2, bytes([192, 0, 2, n % 256]))
               + nmsg.number(3, 1000 + n) + nmsg.blob(4, bytes(15) + b'\1')
               + nmsg.number(5, 80))
    return nmsg.message(payload, msgtype=nmsg.IPCONN,
                        **{'sec': START + n, 'nsec': n, **more})


def lookup(n):
    return as_packet((START + n) * 10**9, 0, made.udp(
        made.HOST4, made.ROUTER4, 40000, 53,
        made.dns(n, 0x100, made.dotted(f'{n}.example'))))


def hostnames(lines):
    return [d['payload']['lookup']['hostname'] for d in lines
            if 'lookup' in d['payload']]


def told(kitchen):
    """What it counted, as it says at its end."""
    found = kitchen.said(
        r'NMSG: (\d+) messages of (\d+) containers, (\d+) containers lost, '
        r'(\d+) of them late; (\d+) containers, (\d+) fragments and (\d+) '
        r'messages bad')
    assert found, kitchen.err.read_text()
    return dict(zip(['messages', 'containers', 'lost', 'late', 'bad',
                     'fragments', 'messages_bad'], map(int, found.groups())))


class Kitchen:
    """A kitchen that listens, and an eater of what it makes."""

    def __init__(self, system, way, *args):
        self.hub = system.hub()
        self.eater = system.printer('--kitchen', 'live', hub=self.hub)
        at = {'udp': ('--listen', '127.0.0.1/0'),
              'zmq': ('--listen-zmq',
                      f'ipc://{system.folder}/zmq,accept,pushpull')}[way]
        self.program = system.kitchen('-n', 'live', *at, *args)
        self.program.wait_said('connected to the hub')
        self.program.wait_said('listening for NMSG')
        if way == 'udp':
            port = self.program.said(r'from port (\d+)')[1]
            self.socket = socket.socket(type=socket.SOCK_DGRAM)
            self.socket.connect(('127.0.0.1', int(port)))
        else:
            self.socket = zmq.Context.instance().socket(zmq.PUSH)
            self.socket.setsockopt(zmq.LINGER, 10000)
            self.socket.connect(f'ipc://{system.folder}/zmq')

    def send(self, *messages):
        for message in messages:
            self.socket.send(message)

    def lines(self, count):
        """The dumplings, once there are as many."""
        wait_for(lambda: len(self.eater.lines()) >= count,
                 f'{count} dumplings')
        return self.eater.lines()

    def stop(self):
        self.socket.close()
        assert self.program.stop(signal.SIGINT) == 0
        return told(self.program)


# --- packets ----------------------------------------------------------------

@pytest.mark.parametrize('name, carry', [
    ('mix-ns', as_pkt), ('mix', as_pkt), ('snap', as_pkt), ('raw', as_packet),
    ('raw', as_ncap)])
def test_a_file_makes_what_the_capture_makes(name, carry):
    with System() as s:
        path = s.folder / 'a.nmsg'
        path.write_bytes(b''.join(containers(s.capture(f'{name}.pcap'),
                                             carry)))
        hub = s.hub()
        lines, kitchen = test_gold.dumplings(s, '--read-nmsg', path, hub=hub)
        assert lines == test_gold.gold(name)
        assert told(kitchen)['messages'] == len(
            list(frames(s.capture(f'{name}.pcap'))))
        with subprocess.Popen(['cat', path], stdout=subprocess.PIPE) as cat:
            lines, _ = test_gold.dumplings(s, '--read-nmsg', '-', hub=hub,
                                           stdin=cat.stdout)
        assert lines == test_gold.gold(name)


@pytest.mark.parametrize('way', ['udp', 'zmq'])
def test_the_same_comes_live(way):
    with System() as s:
        capture = s.capture('mix.pcap')
        wanted, _ = test_gold.dumplings(s, '--read', capture, *CHEFS)
    with System() as s:
        kitchen = Kitchen(s, way, *CHEFS)
        kitchen.send(*containers(capture_of(s), as_pkt))
        lines = kitchen.lines(len(wanted))
        counted = kitchen.stop()
        assert test_gold.payloads(sorted(lines, key=test_gold.order)) == (
            test_gold.payloads(wanted))
        assert (counted['messages'], counted['lost'], counted['bad']) == (
            len(list(frames(capture_of(s)))), 0, 0)


def capture_of(system):
    return system.capture('mix.pcap')


def test_files_of_both_kinds_are_merged_by_time():
    with System() as s:
        first, second = s.folder / 'first', s.folder / 'second'
        first.write_bytes(nmsg.container(*(lookup(n) for n in (1, 3, 5))))
        second.write_bytes(made.pcap(101, [
            ((START + n) * 10**9, nmsg.fields(nmsg.fields(
                lookup(n))[5][0])[2][0]) for n in (2, 4, 6)]))
        lines, _ = test_gold.dumplings(
            s, '--read-nmsg', first, '--read', second, '--chef',
            'DNSLookupChef', '-p', 0)
        assert hostnames(lines) == [f'{n}.example' for n in range(1, 7)]


def test_a_filter_is_for_packets_of_each_kind():
    with System() as s:
        path = s.folder / 'a'
        frame = made.ROUTER + made.HOST + b'\x08\0' + made.udp(
            made.HOST4, made.ROUTER4, 40000, 53,
            made.dns(9, 0x100, made.dotted('pkt.example')))
        path.write_bytes(nmsg.container(
            lookup(1), as_pkt((START + 2) * 10**9, len(frame), frame),
            as_packet(START * 10**9, 0, made.udp(
                made.HOST4, made.ROUTER4, 40000, 5353,
                made.dns(9, 0x100, made.dotted('no.example'))))))
        lines, _ = test_gold.dumplings(
            s, '--read-nmsg', path, '-f', 'port 53', '-p', 0, '--chef',
            'DNSLookupChef')
        assert hostnames(lines) == ['1.example', 'pkt.example']
        result = run('nd-sniff', '--read-nmsg', path, '-f', 'nonsense')
        said_once(result, 1, "the filter 'nonsense' is not right")


def test_workers_share_a_file():
    with System() as s:
        path = s.folder / 'a'
        path.write_bytes(nmsg.container(
            *(lookup(n) for n in range(40)), *(ipconn(n) for n in range(40))))
        hub = s.hub()
        eater = s.printer(hub=hub)
        kitchen = s.kitchen('--read-nmsg', path, '--workers', 2, '-p', 0,
                            '--chef', 'DNSLookupChef')
        assert kitchen.wait() == 0
        lines = wait_for(lambda: len(eater.lines()) >= 80 and eater.lines(),
                         'all dumplings')
        assert sorted(hostnames(lines)) == sorted(
            f'{n}.example' for n in range(40))
        ports = [d['payload']['srcport'] for d in lines
                 if d['metadata']['chef'] == 'nmsg.base.ipconn']
        assert sorted(ports) == list(range(1000, 1040))
        assert len({d['metadata']['kitchen'] for d in lines}) == 2


# --- other messages ---------------------------------------------------------

def check_others(lines):
    found = {d['metadata']['chef']: d for d in lines}
    assert sorted(found) == ['nmsg.77.5', 'nmsg.base.ipconn',
                             'nmsg.base.logline', 'nmsg.base.ncap']
    conn = [d for d in lines if d['metadata']['chef'] == 'nmsg.base.ipconn']
    assert [d['metadata']['seq'] for d in conn] == [0, 1, 2]
    assert [d['payload']['srcport'] for d in conn] == [1000, 1001, 1002]
    assert conn[1]['metadata']['creation_time'] == START + 1
    assert conn[1]['metadata']['driver'] == 'packet'
    assert conn[2]['payload'] == {
        'proto': 6, 'srcip': '192.0.2.2', 'srcport': 1002, 'dstip': '::1',
        'dstport': 80, 'source': 'cafe0123', 'operator': 7, 'group': 9}
    assert found['nmsg.base.logline']['payload']['message'] == 'hello'
    assert found['nmsg.77.5']['payload'] == {'payload': 'AP8='}
    # It has ports and addresses, and no header of IP.
    assert found['nmsg.base.ncap']['payload']['type'] == 'Legacy'


OTHERS = [
    ipconn(0, nsec=0), ipconn(1, nsec=0),
    ipconn(2, source=0xcafe0123, operator=7, group=9),
    nmsg.message(nmsg.logline(b'hello')),
    nmsg.message(b'\0\xff', vid=77, msgtype=5),
    nmsg.message(nmsg.number(1, 2) + nmsg.blob(2, b'x') + nmsg.number(3, 0),
                 msgtype=NCAP),
]


def test_other_messages_become_dumplings():
    with System() as s:
        path = s.folder / 'a'
        path.write_bytes(nmsg.container(*OTHERS))
        eater = s.printer(hub=s.hub())
        assert s.kitchen('--read-nmsg', path, '-p', 0).wait() == 0
        check_others(wait_for(lambda: len(eater.lines()) >= len(OTHERS)
                              and eater.lines(), 'the dumplings'))


@pytest.mark.parametrize('way', ['udp', 'zmq'])
def test_other_messages_become_dumplings_live(way):
    with System() as s:
        status = None
        kitchen = Kitchen(s, way, '-p', 0)
        kitchen.send(nmsg.container(*OTHERS, sequence=(0, 1)))
        check_others(kitchen.lines(len(OTHERS)))
        status = s.printer('--chef', 'SystemStatusChef', hub=kitchen.hub)

        def announced():
            said = status_of(status)
            info = said and said['dumpling_kitchens'][0]['info_from_kitchen']
            return info and 'nmsg.base.ipconn' in info['chefs'] and info
        info = wait_for(announced, 'the chefs to be announced')
        assert info['chef_stats']['nmsg.base.ipconn']['next_seq'] == 3
        kitchen.stop()


def test_one_bad_message_is_its_chefs_error_and_no_more():
    with System() as s:
        path = s.folder / 'a'
        path.write_bytes(nmsg.container(
            ipconn(0), nmsg.message(b'\xff\xff', msgtype=nmsg.IPCONN),
            ipconn(1), nmsg.message(b'\xff', msgtype=nmsg.PACKET), lookup(1)))
        eater = s.printer(hub=s.hub())
        kitchen = s.kitchen('--read-nmsg', path, '-p', 0, '--chef',
                            'DNSLookupChef')
        assert kitchen.wait() == 1  # a message was no packet
        lines = wait_for(lambda: len(eater.lines()) >= 3 and eater.lines(),
                         'the dumplings')
        assert len(lines) == 3 and hostnames(lines) == ['1.example']
        assert kitchen.said(r'nmsg.base.ipconn: 2 dumplings, .* 1 errors')
        assert told(kitchen)['messages_bad'] == 1


def test_types_are_bounded():
    with System() as s:
        path = s.folder / 'a'
        path.write_bytes(nmsg.container(
            *(nmsg.message(b'', vid=99, msgtype=n) for n in range(1000)),
            ipconn(1)))
        eater = s.printer(hub=s.hub())
        kitchen = s.kitchen('--read-nmsg', path, '-p', 0)
        assert kitchen.wait() == 0
        lines = wait_for(lambda: len(eater.lines()) >= 33 and eater.lines(),
                         'the dumplings')
        # What is known has room all the same.
        assert len(lines) == 33
        assert any(d['metadata']['chef'] == 'nmsg.base.ipconn' for d in lines)
        assert len(set(d['metadata']['chef'] for d in lines)) == 33
        assert kitchen.said('too many types')


# --- what is lost, and what is bad ------------------------------------------

@pytest.mark.parametrize('way', ['udp', 'zmq'])
def test_losses_are_told(way):
    with System() as s:
        kitchen = Kitchen(s, way, '-p', 0)
        gateway = s.gateway()
        status = s.printer('--chef', 'SystemStatusChef', hub=kitchen.hub)
        for number in (0, 1, 5, 6, 9):
            kitchen.send(nmsg.container(ipconn(number), sequence=(number, 3)))
        kitchen.lines(5)

        def lost():
            said = status_of(status)
            info = said and said['dumpling_kitchens'][0]['info_from_kitchen']
            return info and info['nmsg_containers_lost'] == 5 and info
        info = wait_for(lost, 'the loss')
        assert (info['nmsg_containers'], info['nmsg_messages']) == (5, 5)

        def measured():
            return [n for key, n in samples(get(gateway,
                                                '/metrics')[2]).items()
                    if 'nmsg_containers_lost' in key] == [5]
        wait_for(measured, 'the metrics')
        assert kitchen.stop()['lost'] == 5


def hostile():
    return [data for name, data in nmsg.malformed().items()]


def test_hostile_files():
    with System() as s:
        path = s.folder / 'a'
        path.write_bytes(nmsg.container(lookup(1)) + b''.join(
            data + nmsg.container(lookup(n))
            for n, data in enumerate(hostile(), 2)))
        lines, kitchen = test_gold.dumplings(
            s, '--read-nmsg', path, '--chef', 'DNSLookupChef', '-p', 0,
            status=1)
        assert hostnames(lines) == [f'{n}.example' for n in
                                    range(1, len(hostile()) + 2)]
        assert kitchen.said(rf'{path} is damaged: \d+ containers, \d+ '
                            rf'fragments and 1 messages were not well formed')
        counted = told(kitchen)
        assert counted['bad'] > 4 and counted['messages_bad'] == 1


@pytest.mark.parametrize('way', ['udp', 'zmq'])
def test_hostile_senders(way):
    with System() as s:
        kitchen = Kitchen(s, way, '--chef', 'DNSLookupChef', '-p', 0)
        kitchen.send(nmsg.container(lookup(1)))
        for n, data in enumerate(hostile(), 2):
            kitchen.send(data, nmsg.container(lookup(n)))
        lines = kitchen.lines(len(hostile()) + 1)
        kitchen.program.wait_said('not all that comes to .* is well formed')
        counted = kitchen.stop()
        assert hostnames(lines) == [f'{n}.example' for n in
                                    range(1, len(hostile()) + 2)]
        assert counted['bad'] >= 9 and counted['messages_bad'] == 1
        assert counted['fragments'] >= 2
        said = kitchen.program.err.read_text()
        assert said.count('well formed NMSG') == 1


def test_times_of_messages_are_not_trusted():
    with System() as s:
        path = s.folder / 'a'
        times = [0, 2**63 - 1, START, 2**64 - 5, 2**40]
        path.write_bytes(nmsg.container(*(
            ipconn(n, sec=sec, nsec=2**32 - 1)
            for n, sec in enumerate(times)), *(
            nmsg.message(nmsg.payload_of(lookup(n)), msgtype=nmsg.PACKET,
                         sec=sec, nsec=2**32 - 1)
            for n, sec in enumerate(times))))
        eater = s.printer(hub=s.hub())
        assert s.kitchen('--read-nmsg', path).wait() == 0
        wait_for(lambda: sum(d['metadata']['chef'] == 'nmsg.base.ipconn'
                             for d in eater.lines()) == 5, 'the dumplings')


def test_what_stands_behind_bad_containers_is_not_kept():
    with System() as s, subprocess.Popen(
            ['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:
        eater = s.printer(hub=s.hub())
        s.kitchen('--read-nmsg', '-', '-p', 0, stdin=cat.stdout)
        cat.stdin.write(nmsg.frame(b'bad') * 3000
                        + nmsg.container(ipconn(1)))
        cat.stdin.flush()
        wait_for(eater.lines, 'what stands behind them')
        cat.stdin.close()
