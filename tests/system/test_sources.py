"""Where packets come from: several files, compressed ones, folders, and
several interfaces."""
import bz2
import gzip
import lzma
import os
import shutil
import struct
import subprocess

import pytest

import test_gold
from harness import (Namespace, System, ip, made, run, said_once, status_of,
                     wait_for)

START = 1700000000


def question(name, ident=1):
    return made.dns(ident, 0x100, made.dotted(f'{name}.example'))


def pcap(times, name='', linktype=1):
    """A savefile of lookups at these seconds after START."""
    out = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, linktype)
    for at in times:
        frame = made.udp(made.HOST4, made.ROUTER4, 40000, 53,
                         question(f'{name}{at}', int(at)))
        if linktype == 1:
            frame = made.ROUTER + made.HOST + b'\x08\0' + frame
        out += struct.pack('<IIII', START + int(at), round(at % 1 * 10**6),
                           len(frame), len(frame)) + frame
    return out


def names(lines):
    return [d['payload']['lookup']['hostname'] for d in lines
            if 'lookup' in d['payload']]


def lookups(s, *args, **kwargs):
    lines, kitchen = test_gold.dumplings(s, '--chef', 'DNSLookupChef', '-p',
                                         0, *args, **kwargs)
    return names(lines), kitchen


def compress(kind, data):
    if kind in ('zstd', 'lz4'):
        if not shutil.which(kind):
            pytest.skip(f'there is no {kind}')
        return subprocess.run([kind, '-c'], input=data, check=True,
                              capture_output=True).stdout
    return {'gzip': gzip, 'bz2': bz2, 'xz': lzma}[kind].compress(data)


@pytest.mark.parametrize('kind', ['gzip', 'zstd', 'lz4', 'xz', 'bz2'])
def test_compressed(kind):
    with System() as s:
        hub = s.hub()
        path = s.folder / 'packed'  # its content tells, not its name
        path.write_bytes(compress(kind, s.capture('mix.pcap').read_bytes()))
        lines, _ = test_gold.dumplings(s, '--read', path, hub=hub)
        assert lines == test_gold.gold('mix')
        with subprocess.Popen(['cat', path], stdout=subprocess.PIPE) as cat:
            lines, _ = test_gold.dumplings(s, '--read', '-', hub=hub,
                                           stdin=cat.stdout)
        assert lines == test_gold.gold('mix')


def test_compressed_and_damaged():
    with System() as s:
        path = s.folder / 'cut.pcap.gz'
        whole = gzip.compress(pcap(range(20000)))
        path.write_bytes(whole[:len(whole) // 2])
        got, kitchen = lookups(s, '--read', path, status=1)
        assert got == [f'{n}.example' for n in range(len(got))]
        assert 1000 < len(got) < 20000
        assert kitchen.said(rf'cut.pcap.gz ends inside a packet or is damaged;'
                            rf' the {len(got)} packets before that were used')


def test_a_signal_ends_a_compressed_pipe_that_gives_nothing():
    with System() as s:
        s.hub()
        near, far = os.pipe()
        os.write(far, gzip.compress(pcap([1]))[:20])
        kitchen = s.kitchen('--read', '-', stdin=near)
        kitchen.wait_said('connected to the hub')
        assert kitchen.stop() == 0
        assert not kitchen.said('ERROR')
        os.close(near)
        os.close(far)


def test_several_files_are_merged_by_time():
    with System() as s:
        hub = s.hub()
        paths = [s.folder / f'{n}.pcap' for n in 'abc']
        paths[0].write_bytes(pcap([1, 4, 9], 'a'))
        paths[1].write_bytes(gzip.compress(pcap([2, 3, 10], 'b', 101)))
        paths[2].write_bytes(pcap([4, 5, 6, 11], 'c')[:-1])
        args = [x for path in paths for x in ('--read', path)]
        wanted = [f'{n}.example' for n in
                  ('a1 b2 b3 a4 c4 c5 c6 a9 b10'.split())]
        got, kitchen = lookups(s, *args, hub=hub, status=1)
        assert got == wanted
        assert len([x for x in kitchen.err.read_text().splitlines()
                    if 'ERROR' in x]) == 1
        assert kitchen.said(r'c.pcap ends inside a packet .* the 3 packets')
        got, kitchen = lookups(s, *args[:4], '--read', s.folder / 'none.pcap',
                               hub=hub, status=1)
        assert got == [x for x in wanted if x[0] != 'c']
        assert kitchen.said(r'cannot read .*none.pcap: No such file')


def test_filter_on_several_link_types():
    with System() as s:
        paths = [s.folder / f'{n}.pcap' for n in 'ab']
        paths[0].write_bytes(pcap([1, 3], 'a'))
        paths[1].write_bytes(pcap([2, 4], 'b', 101))
        got, _ = lookups(s, '--read', paths[0], '--read', paths[1],
                         '--filter', 'udp[8:2] > 1')
        assert got == ['b2.example', 'a3.example', 'b4.example']


def test_a_folder_is_read_in_order():
    with System() as s:
        hub = s.hub()
        folder = s.folder / 'captures'
        folder.mkdir()
        for n, name in enumerate(['z', 'b', 'a']):
            (folder / name).write_bytes(pcap([10 - n], name))
            os.utime(folder / name, (n // 2, n // 2))
        (folder / 'deeper').mkdir()
        wanted = ['b9.example', 'z10.example', 'a8.example']
        got, _ = lookups(s, '--read', folder, hub=hub)
        assert got == wanted
        (folder / 'notes.txt').write_text('no capture')
        got, kitchen = lookups(s, '--read', folder, hub=hub, status=1)
        assert got == wanted
        assert kitchen.said('notes.txt is no capture that can be read')


def test_follow_a_folder():
    """What programs finish in it is read; what they still write is not."""
    with System() as s:
        hub = s.hub()
        folder = s.folder / 'captures'
        folder.mkdir()
        (folder / 'first').write_bytes(pcap([1], 'first'))
        eater = s.printer('--chef', 'DNSLookupChef', hub=hub)
        kitchen = s.kitchen('--read', folder, '--follow', '-p', 0)

        def wait_names(*wanted):
            wanted = [f'{x}.example' for x in wanted]
            wait_for(lambda: names(eater.lines()) == wanted,
                     f'{wanted}, not {names(eater.lines())}')
        wait_names('first1')
        second = pcap([2, 3], 'second')
        with open(folder / 'second', 'wb') as out:
            out.write(second[:-30])
            out.flush()
            (folder / 'notes').write_text('no capture')
            (folder / 'third').write_bytes(gzip.compress(pcap([4], 'third')))
            wait_names('first1', 'third4')
            out.write(second[-30:])
        wait_names('first1', 'third4', 'second2', 'second3')
        kitchen.wait_said('notes is no capture that can be read')
        (s.folder / 'moved').write_bytes(pcap([5], 'moved'))
        os.rename(s.folder / 'moved', folder / 'moved')
        wait_names('first1', 'third4', 'second2', 'second3', 'moved5')
        assert kitchen.stop() == 0
        assert kitchen.said(r'\b5 packets seen')


@pytest.mark.skipif(os.geteuid() != 0, reason='only root can become another')
def test_follow_files_of_root_as_nobody():
    """As dumpcap leaves them: for their owner alone, one still written to."""
    with System() as s:
        hub = s.hub()
        folder = s.folder / 'captures'
        folder.mkdir(0o700)

        def leave(name, data):
            with open(folder / name, 'wb') as out:
                os.fchmod(out.fileno(), 0o600)
                out.write(data)
        leave('a', pcap([1], 'a'))
        eater = s.printer('--chef', 'DNSLookupChef', hub=hub)
        second = pcap([2, 3], 'b')
        with open(folder / 'b', 'wb') as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(second[:-30])
            out.flush()
            leave('c', pcap([4], 'c'))
            kitchen = s.start('nd-sniff', '--hub', s.bus_in, '-p', 0, '--read',
                              folder, '--follow', '--user', 'nobody')
            wait_for(lambda: len(names(eater.lines())) == 2, 'two files')
            leave('d', pcap([5], 'd'))
            wait_for(lambda: len(names(eater.lines())) == 3, 'a third')
            assert names(eater.lines()) == [f'{x}.example'
                                            for x in ('a1', 'c4', 'd5')]
            out.write(second[-30:])
        wait_for(lambda: len(names(eater.lines())) == 5, 'all')
        assert names(eater.lines())[3:] == ['b2.example', 'b3.example']
        with open(f'/proc/{kitchen.process.pid}/status') as status:
            uid = next(x.split()[1] for x in status if x.startswith('Uid:'))
        assert uid != '0'
        assert kitchen.stop() == 0


def test_what_is_no_capture_is_passed_over_and_a_folder_may_go():
    with System() as s:
        s.hub()
        folder = s.folder / 'captures'
        folder.mkdir()
        (folder / 'notes').write_text('no capture')
        kitchens = [s.kitchen('--read', folder, '--follow') for _ in 'ab']
        for kitchen in kitchens:
            kitchen.wait_said('notes is no capture that can be read')
        assert kitchens[0].stop() == 0
        shutil.rmtree(folder)
        assert kitchens[1].wait() == 1
        assert kitchens[1].said('cannot go on with .*captures: No such file')


def test_follow_needs_one_folder():
    with System() as s:
        path = s.capture('mix.pcap')
        said_once(run('nd-sniff', '--read', path, '--follow', '--hub',
                      s.bus_in), 1, 'mix.pcap is no directory', '--follow')
        said_once(run('nd-sniff', '--follow'), 2, 'follow', '--read')
        folder = s.folder
        said_once(run('nd-sniff', '--read', folder, '--read', folder,
                      '--follow'), 2, 'one directory')


def test_rotating_capture_is_followed_live():
    """tcpdump's -G and -C leave files that a kitchen reads as they come."""
    with System() as s, Namespace() as ns:
        hub = s.hub()
        folder = s.folder / 'captures'
        folder.mkdir()
        eater = s.printer('--chef', 'DNSLookupChef', hub=hub)
        kitchen = s.kitchen('--read', folder, '--follow', '-p', 0)
        tcpdump = subprocess.Popen(
            ['ip', 'netns', 'exec', ns.name, 'tcpdump', '-i', 'lo', '-U', '-Z',
             'root', '-w', folder / 'cap', '-C', '1', 'udp'],
            stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: (folder / 'cap').exists(), 'tcpdump')
            script = (
                'import socket, sys\n'
                's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n'
                'q = bytes.fromhex(sys.argv[1])\n'
                'for n in range(50):\n'
                '    s.sendto(q + bytes(4000), ("127.0.0.1", 53))\n')

            def third():
                ns.run('/usr/bin/python3', '-c', script,
                       question('rotated').hex())
                return (folder / 'cap2').exists()
            wait_for(third, 'a third file')
            wait_for(lambda: len(names(eater.lines())) > 300, 'two files')
        finally:
            tcpdump.terminate()
            tcpdump.wait(20)
        # All packets are as long as the first, whose length is there.
        first = (folder / 'cap').read_bytes()[:40]
        size = 16 + struct.unpack_from('<I', first, 32)[0]
        total = sum((path.stat().st_size - 24) // size
                    for path in folder.iterdir())
        wait_for(lambda: len(names(eater.lines())) == total, 'all packets')
        assert kitchen.stop() == 0
        assert not kitchen.said('ERROR')


def test_several_interfaces():
    with System() as s, Namespace() as ns:
        for n in (1, 2):
            ip('-n', ns.name, 'link', 'add', f'nd{n}', 'type', 'veth', 'peer',
               f'far{n}')
            for end in (f'nd{n}', f'far{n}'):
                ip('-n', ns.name, 'link', 'set', end, 'up', 'arp', 'off')
            ip('-n', ns.name, 'address', 'add', f'192.0.2.{n}/32', 'dev',
               f'nd{n}')
            ip('-n', ns.name, 'route', 'add', f'198.51.100.{n}', 'dev',
               f'nd{n}')
        hub = s.hub()
        eater = s.printer(hub=hub)
        kitchen = s.kitchen('-i', 'nd1', '-i', 'nd2', '-p', 0,
                            netns=ns.name)
        wait_for(lambda: status_of(eater)
                 and status_of(eater)['dumpling_kitchens'], 'the kitchen')
        info = status_of(eater)['dumpling_kitchens'][0]['info_from_kitchen']
        assert info['interface'] == 'nd1, nd2'
        kitchen.wait_said('connected')
        for n in (1, 2):
            ns.run('/usr/bin/python3', '-c', 'import socket, sys\n'
                   's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n'
                   's.sendto(bytes.fromhex(sys.argv[1]), (sys.argv[2], 53))',
                   question(f'on{n}').hex(), f'198.51.100.{n}')
        wait_for(lambda: sorted(names(eater.lines())) ==
                 ['on1.example', 'on2.example'], 'both lookups')
        assert kitchen.stop() == 0
        said_once(run('nd-sniff', '-i', 'nd1', '-i', 'nd9', '--user', '',
                      '--hub', s.bus_in,
                      before=['ip', 'netns', 'exec', ns.name]),
                  1, "no interface 'nd9'")
