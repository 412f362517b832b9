"""Packets through a kitchen, a hub and nd-pcap: the same bytes and times."""
import os
import shutil
import struct
import subprocess
import time
import sys

import msgpack
import pytest

from harness import (BIN, TREE, Namespace, Pusher, System, made, run, said_once,
                     seen, wait_for)

SECTION, INTERFACE, STATISTICS, PACKET = 0x0A0D0D0A, 1, 5, 6
RAW = 101

SEND = '''
import socket
socket.socket(type=socket.SOCK_DGRAM).sendto(b'hello', ('127.0.0.1', 9))
'''


def options(data):
    found = {}
    while data:
        code, length = struct.unpack_from('=HH', data)
        if code == 0:
            assert length == 0 and len(data) == 4
            break
        found.setdefault(code, data[4:4 + length])
        data = data[4 + (length + 3) // 4 * 4:]
    return found


class Reader:
    """A pcapng savefile, read as strictly as its draft is written."""

    def __init__(self, data):
        self.packets, self.interfaces, self.statistics = [], [], []
        self.sections = 0
        while data:
            kind, length = struct.unpack_from('=II', data)
            assert length % 4 == 0 and 12 <= length <= len(data)
            assert struct.unpack_from('=I', data, length - 4)[0] == length
            self.block(kind, data[8:length - 4])
            data = data[length:]

    def block(self, kind, body):
        if kind == SECTION:
            magic, major, minor, size = struct.unpack_from('=IHHq', body)
            assert (magic, major, minor, size) == (0x1A2B3C4D, 1, 0, -1)
            assert options(body[16:])[4].startswith(b'nd-pcap ')
            self.sections += 1
            self.here = []
        elif kind == INTERFACE:
            linktype, zero, snaplen = struct.unpack_from('=HHI', body)
            told = options(body[8:])
            assert zero == 0 and told[9] == b'\x09'
            self.here.append((told[2].decode(), linktype, snaplen))
            self.interfaces.append(self.here[-1])
        elif kind == PACKET:
            where, high, low, caplen, length = struct.unpack_from('=5I', body)
            end = 20 + (caplen + 3) // 4 * 4
            dropped = options(body[end:]).get(4, bytes(8))
            name, linktype, _ = self.here[where]
            self.packets.append((high << 32 | low, body[20:20 + caplen],
                                 length, linktype, name))
            if any(dropped):
                self.packets[-1] += struct.unpack('=Q', dropped)
        else:
            assert kind == STATISTICS
            where, = struct.unpack_from('=I', body)
            told = options(body[12:])
            self.statistics.append(
                (self.here[where][0], *struct.unpack('=Q', told[4]),
                 *struct.unpack('=Q', told[5]), told.get(1, b'').decode()))


def record(system, hub, *args, **kwargs):
    """nd-pcap, once its hub has seen it."""
    before = seen(hub, 'eater connection from')
    eater = system.start('nd-pcap', '--hub', system.bus_out, *args, **kwargs)
    wait_for(lambda: seen(hub, 'eater connection from') > before,
             'the hub to see nd-pcap')
    return eater


def cook(system, path, *args, options=''):
    kitchen = system.kitchen('--read', path, '--chef',
                             f'PacketChef{options}', *args)
    assert kitchen.wait() == 0, kitchen.err.read_text()
    return kitchen


def frames(name='wire'):
    link = {'wire': made.ethernet, 'sll': made.sll, 'raw': made.raw}[name]
    return [(f[0], link(*f[1:])) for f in made.mix()
            if name != 'raw' or
            f[4] in (made.ETH_IPV4, made.ETH_IPV6) and not f[3]]


def test_packets_are_sent_only_where_that_is_asked_for():
    with System() as s:
        kitchen = s.kitchen('--read', s.capture('mix.pcap'), '--linger', 0)
        kitchen.wait()
        # Of every other chef there is a line.
        assert seen(kitchen, r'\w+Chef: \d+ dumplings') == len(
            list((TREE / 'chefs').glob('*Chef.c'))) - 1
        assert not kitchen.said('PacketChef:')
        assert 'PacketChef' in run('nd-sniff', '--chef-list').stdout


def facts(read):
    """Times, bytes and lengths alone."""
    return [packet[:3] for packet in read.packets]


@pytest.mark.parametrize('capture,link,linktype', [
    ('mix-ns.pcap', 'wire', 1), ('mix.pcapng', 'wire', 1),
    ('sll.pcap', 'sll', 113), ('raw.pcap', 'raw', RAW)])
def test_what_is_written_is_what_was_captured(capture, link, linktype):
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.pcapng'
        wanted = [(time_ns, data, len(data)) for time_ns, data in frames(link)]
        if not capture.startswith('mix'):
            wanted = [(t // 1000 * 1000, *rest) for t, *rest in wanted]
        eater = record(s, hub, '-w', out, '--count', len(wanted))
        cook(s, s.capture(capture), '-n', 'lab')
        assert eater.wait() == 0
        assert eater.said(rf'{len(wanted)} packets written, none known to be '
                          'missing$')
        read = Reader(out.read_bytes())
        assert facts(read) == wanted
        assert [i[1] for i in read.interfaces] == [linktype]
        assert read.interfaces[0][0].split(':')[0] == 'lab'
        assert [line[1:] for line in read.statistics] == [
            (len(wanted), 0, '')]


def test_programs_read_what_comes_live():
    """The reader of a pipe has a packet as soon as it was captured."""
    with System() as s, Namespace() as netns:
        hub = s.hub()
        read_end, write_end = os.pipe()
        before = seen(hub, 'eater connection from')
        eater = subprocess.Popen([str(BIN / 'nd-pcap'), '-q', '--hub',
                                  s.bus_out], stdout=write_end)
        os.close(write_end)
        out = s.folder / 'tcpdump.out'
        with open(out, 'wb') as to:
            reader = subprocess.Popen(
                ['tcpdump', '-l', '-n', '-r', '-'], stdin=read_end, stdout=to,
                stderr=subprocess.DEVNULL)
        os.close(read_end)
        try:
            wait_for(lambda: seen(hub, 'eater connection from') > before,
                     'nd-pcap')
            kitchen = s.kitchen('-i', 'lo', '--chef', 'PacketChef',
                                netns=netns.name)
            kitchen.wait_said('connected to the hub')
            netns.run(sys.executable, '-c', SEND)
            wait_for(lambda: '127.0.0.1.9: UDP, length 5' in out.read_text(),
                     'the packet')
            assert kitchen.stop() == 0
            eater.terminate()
            assert eater.wait(20) == 0
            assert reader.wait(20) == 0
        finally:
            eater.kill()
            eater.wait()
            reader.kill()
            reader.wait()


@pytest.mark.skipif(not shutil.which('tshark'), reason='needs tshark')
def test_another_reader_understands_it():
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.pcapng'
        eater = record(s, hub, '-w', out, '--count', len(frames()))
        cook(s, s.capture('mix.pcapng'), '-n', 'lab')
        assert eater.wait() == 0

        def dump(path):
            return subprocess.run(
                ['tshark', '-n', '-r', str(path), '-T', 'fields', '-e',
                 'frame.time_epoch', '-e', 'frame.len', '-e',
                 'frame.protocols', '-e', 'ip.id', '-e', 'tcp.seq'],
                capture_output=True, check=True, timeout=60).stdout
        assert dump(out) == dump(s.capture('mix.pcapng'))


def test_snap_length_and_sampling():
    wire = frames()
    with System() as s:
        hub = s.hub()
        path = s.capture('mix-ns.pcap')
        # By the chef.
        out = s.folder / 'chef.pcapng'
        eater = record(s, hub, '-w', out, '--count', (len(wire) + 2) // 3)
        cook(s, path, options=':snaplen=60,sample=3')
        assert eater.wait() == 0
        assert facts(Reader(out.read_bytes())) == [
            (time_ns, data[:60], len(data)) for time_ns, data in wire[::3]]
        # By nd-pcap, after the chef's.
        out = s.folder / 'eater.pcapng'
        eater = record(s, hub, '-w', out, '--count', len(wire), '--snaplen',
                       40)
        cook(s, path, options=':snaplen=60')
        assert eater.wait() == 0
        read = Reader(out.read_bytes())
        assert facts(read) == [(time_ns, data[:40], len(data))
                               for time_ns, data in wire]
        assert read.interfaces[0][2] == 40


def test_a_packet_larger_than_a_message_may_be():
    big = made.udp(made.HOST4, made.SERVER4, 1, 2, bytes(2000))
    small = made.udp(made.HOST4, made.SERVER4, 1, 2, b'small')
    packets = [(made.START_NS + n, data) for n, data in
               enumerate((small, big, small))]
    with System() as s:
        hub = s.hub()
        path, out = s.folder / 'big.pcap', s.folder / 'out.pcapng'
        path.write_bytes(made.pcap(RAW, packets, nanoseconds=True))
        eater = record(s, hub, '-w', out)
        kitchen = cook(s, path, '--max-message', 1024, '-p', 0)
        assert kitchen.said('PacketChef: packet.. failed: Message too long')
        assert kitchen.said('PacketChef: 2 dumplings.* 1 errors')
        cook(s, path, '--max-message', 1024, options=':snaplen=500')
        cook(s, path)
        wait_for(lambda: len(Reader(out.read_bytes()).packets) == 8, 'packets')
        assert eater.stop() == 0
        assert facts(Reader(out.read_bytes())) == [
            *[(t, data, len(data)) for t, data in packets if data is small],
            *[(t, data[:500], len(data)) for t, data in packets],
            *[(t, data, len(data)) for t, data in packets]]


def packet(data, interface='eth0', time_ns=made.START_NS, **more):
    told = {'time': msgpack.Timestamp.from_unix_nano(time_ns), 'linktype': 1,
            'len': len(data), 'bytes': data, 'interface': interface, **more}
    return {key: value for key, value in told.items() if value is not None}


def test_interfaces_of_kitchens_and_what_was_lost():
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.pcapng'
        eater = record(s, hub, '-w', out)
        kitchen = Pusher(s.bus_in)
        kitchen.announce(kitchen='a')
        kitchen.batch('PacketChef', 0, [packet(b'one'), packet(b'two', 'wlan0')
                                        ], kitchen='a')
        kitchen.batch('PacketChef', 0, [packet(b'three', None, linktype=113)],
                      kitchen='b')
        # Three are lost, then the kitchen starts anew: no loss.
        kitchen.batch('PacketChef', 5, [packet(b'four')], kitchen='a')
        kitchen.batch('PacketChef', 0, [packet(b'five')], kitchen='a',
                      incarnation=8)
        wait_for(lambda: len(Reader(out.read_bytes()).packets) == 5, 'all')
        kitchen.close()
        assert eater.stop() == 0
        assert eater.said('5 packets written, 3 known to be missing$')
        read = Reader(out.read_bytes())
        t = made.START_NS
        assert sorted(read.packets, key=lambda p: p[4] == 'b') == [
            (t, b'one', 3, 1, 'a:eth0'), (t, b'two', 3, 1, 'a:wlan0'),
            (t, b'four', 4, 1, 'a:eth0', 3), (t, b'five', 4, 1, 'a:eth0'),
            (t, b'three', 5, 113, 'b')]
        comment = ('3 packets of all kitchens are known to be missing in this '
                   'section')
        assert sorted(read.statistics) == [
            ('a:eth0', 3, 3, comment), ('a:wlan0', 1, 0, comment),
            ('b', 1, 0, comment)]


def test_one_kitchen_of_two():
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.pcapng'
        eater = record(s, hub, '-w', out, '-k', 'b', '--count', 1)
        kitchen = Pusher(s.bus_in)
        for name in 'ab':
            kitchen.batch('PacketChef', 0, [packet(name.encode())],
                          kitchen=name)
        assert eater.wait() == 0
        kitchen.close()
        assert [p[1] for p in Reader(out.read_bytes()).packets] == [b'b']


def test_dumplings_that_are_no_packets():
    bad = [17, {}, {'time': 1}, [], packet(b'x', bytes='text'),
           packet(b'x', linktype=70000), packet(b'x', len=-1),
           packet(b'x', len=1 << 40), packet(b'x', time=1.5),
           packet(b'x', time_ns=-1), packet(bytes(262145))]
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.pcapng'
        eater = record(s, hub, '-w', out, '--count', 2)
        kitchen = Pusher(s.bus_in)
        kitchen.batch('PacketChef', 0, [
            *bad, packet(b'long name', 'x' * 5000), packet(b'short', len=1)])
        assert eater.wait() == 0
        kitchen.close()
        assert eater.said(rf'2 packets written.* {len(bad)} messages not well')
        read = Reader(out.read_bytes())
        assert [p[1:3] for p in read.packets] == [
            (b'long name', 9), (b'short', 5)]
        assert read.interfaces[0][0] == 'py:' + 'x' * 255


def test_more_interfaces_than_a_section_has():
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.pcapng'
        eater = record(s, hub, '-w', out, '--count', 2500)
        kitchen = Pusher(s.bus_in)
        kitchen.batch('PacketChef', 0, [packet(b'%d' % n, f'eth{n}')
                                        for n in range(2500)])
        assert eater.wait() == 0
        kitchen.close()
        read = Reader(out.read_bytes())
        assert read.sections == 3
        assert [(p[1], p[4]) for p in read.packets] == [
            (b'%d' % n, f'py:eth{n}') for n in range(2500)]
        assert len(read.statistics) == 2500


def test_files_that_are_rotated():
    wire = frames()
    with System() as s:
        hub = s.hub()
        path = s.capture('mix-ns.pcap')
        folder = s.folder / 'ring'
        folder.mkdir()
        eater = record(s, hub, '-w', folder / 'trace.pcapng', '--count',
                       len(wire), '--rotate-size', '2KiB')
        cook(s, path)
        assert eater.wait() == 0
        names = sorted(p.name for p in folder.iterdir())
        assert names == [f'trace.{n:05}.pcapng' for n in range(len(names))]
        assert len(names) > 3
        parts = [Reader((folder / name).read_bytes()) for name in names]
        assert [p for part in parts for p in facts(part)] == [
            (t, data, len(data)) for t, data in wire]
        for name in names[:-1]:
            assert 2048 <= (folder / name).stat().st_size < 4096
        # A ring of two keeps the last ones.
        ring = s.folder / 'two'
        ring.mkdir()
        eater = record(s, hub, '-w', ring / 'trace', '--count', len(wire),
                       '--rotate-size', '2KiB', '--files', 2)
        cook(s, path)
        assert eater.wait() == 0
        assert sorted(p.name for p in ring.iterdir()) == [
            f'trace.{n:05}' for n in range(len(names) - 2, len(names))]


def test_files_that_are_rotated_by_time():
    with System() as s:
        hub = s.hub()
        folder = s.folder / 'ring'
        folder.mkdir()
        eater = record(s, hub, '-w', folder / 'trace.pcapng',
                       '--rotate-seconds', '0.001')
        kitchen = Pusher(s.bus_in)
        for n in range(3):
            kitchen.batch('PacketChef', n, [packet(b'%d' % n)])
            wait_for(lambda: sum(len(Reader(p.read_bytes()).packets) for p in
                                 folder.iterdir()) == n + 1, 'a packet')
            seen = time.monotonic()
            wait_for(lambda: time.monotonic() > seen + 0.002, 'the next file')
        kitchen.close()
        assert eater.stop() == 0
        assert [[p[1] for p in Reader(path.read_bytes()).packets]
                for path in sorted(folder.iterdir())] == [[b'0'], [b'1'],
                                                          [b'2']]


def test_ctrl_c_leaves_a_whole_file():
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.pcapng'
        eater = record(s, hub, '-w', out, '-q')
        cook(s, s.capture('mix-ns.pcap'))
        wait_for(lambda: len(Reader(out.read_bytes()).packets) ==
                 len(frames()), 'all packets')
        assert eater.stop() == 0
        assert eater.err.read_text() == ''
        assert Reader(out.read_bytes()).statistics[0][1] == len(frames())


def test_a_disk_that_is_full():
    with System() as s:
        eater = s.start('nd-pcap', '--hub', s.bus_out, '-q', '-w',
                        '/dev/full')
        assert eater.wait() == 1
        assert eater.said('cannot write to /dev/full: No space left on device')
        assert len(eater.err.read_text().splitlines()) == 1


def test_a_reader_that_goes():
    with System() as s:
        hub = s.hub()
        read_end, write_end = os.pipe()
        before = seen(hub, 'eater connection from')
        with subprocess.Popen([str(BIN / 'nd-pcap'), '-q', '--hub', s.bus_out],
                              stdout=write_end, stderr=subprocess.PIPE,
                              text=True) as eater:
            os.close(write_end)
            wait_for(lambda: seen(hub, 'eater connection from') > before,
                     'nd-pcap')
            os.close(read_end)
            assert eater.wait(20) == 1
            said = eater.stderr.read().splitlines()
            assert len(said) == 1
            assert 'nobody reads standard output any more' in said[0]


def test_what_cannot_be():
    said_once(run('nd-pcap', '-w', '/no-such-folder/x'), 1,
              'cannot write to /no-such-folder/x: No such file or directory')
    said_once(run('nd-pcap', '--rotate-size', '1MiB'), 2, 'rotated', '--write')
    said_once(run('nd-pcap', '-w', 'x', '--files', '2'), 2, '--rotate-size')
    said_once(run('nd-pcap', '-k', 'a b'), 2, '--kitchen', 'a b')
    said_once(run('nd-pcap', '--hub', ''), 2, 'not an address')
