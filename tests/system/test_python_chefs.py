"""Chefs in Python, in our kitchen."""
import json
import os
import re

import pytest

from harness import HERE, TREE, Namespace, System, run, wait_for, status_of

CLASSIC = HERE / 'chefs/classic.py'
HEAD = 'from netdumplings import DumplingChef\n'


@pytest.fixture
def write(tmp_path):
    """Writes a module; root's kitchen reads it, whoever it is."""
    os.chmod(tmp_path, 0o755)

    def write_it(text, name='my_chefs.py'):
        path = tmp_path / name
        # Renamed into place, as editors save.
        part = path.with_suffix('.part')
        part.write_text(text)
        os.replace(part, path)
        return path
    return write_it


def dumplings_of(capture, *options, kitchen_env=None):
    """What a kitchen makes of one of our captures, and what it says."""
    with System() as s:
        hub = s.hub()
        eater = s.printer(hub=hub)
        kitchen = s.kitchen('--read', s.capture(capture), *options,
                            env=kitchen_env)
        assert kitchen.wait() == 0, kitchen.err.read_text()
        err = kitchen.err.read_text()
        told = re.findall(r'(\w+): (\d+) dumplings', err)
        count = sum(int(n) for _, n in told)

        def all_of_them():
            found = [d for d in eater.lines()
                     if d['metadata']['kitchen'] == 'default_kitchen']
            return found if len(found) >= count else None
        return wait_for(all_of_them, 'the dumplings'), err


def same(a, b):
    """Equal, and numbers as equal as two floats of one time can be."""
    if isinstance(a, float) or isinstance(b, float):
        return a == pytest.approx(b, abs=2e-6)
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(
            same(a[k], b[k]) for k in a)
    return a == b


@pytest.mark.parametrize('capture,names', [
    ('mix.pcap', ['ARPChef', 'PacketCountChef']),
    ('dns.pcap', ['DNSLookupChef', 'PacketCountChef']),
    ('sll.pcap', ['ARPChef', 'PacketCountChef']),
    ('tunnels.pcap', ['DNSLookupChef']),
])
def test_the_bundled_chefs_in_python_tell_the_same(capture, names):
    """But for names in mix.pcap that scapy does not tell apart: a dot in a
    label from one between two."""
    chefs = [word for name in names for word in ('--chef', name)]
    ours, _ = dumplings_of(capture, *chefs)
    theirs, _ = dumplings_of(capture, '--chef-module', CLASSIC, *chefs)
    for name in names:
        told = [[(d['metadata']['driver'], d['metadata']['creation_time'],
                  d['payload']) for d in side if d['metadata']['chef'] == name]
                for side in (ours, theirs)]
        assert len(told[0]) == len(told[1]) > 0
        for one, other in zip(*told):
            assert one[:2] == other[:2]
            assert same(one[2], other[2]), (name, one, other)


def test_the_chefs_that_the_documents_show():
    served, _ = dumplings_of('mix.pcap', '-p', 0, '-m',
                             TREE / 'docs/examples/long_chef.py')
    assert served
    for dumpling in served:
        assert dumpling['payload']['bytes'] >= 200
        assert dumpling['payload']['layers'].startswith('Ether / ')
    served, _ = dumplings_of('dns.pcap', '-m',
                             TREE / 'docs/examples/dns_chef.py')
    told = {d['payload']['name'] for d in served if 'name' in d['payload']}
    assert 'www.example.com' in told
    assert served[-1]['payload'] == {'names': len(told), 'seconds': 5.0}


VALUES = HEAD + '''
VALUES = [{}, [], 0, '', False, None, 'text', [1, (2, 3)], {1: 'a', None: 2},
          {True: {'deep': [None, -5, 2 ** 63, 2 ** 70]}}, float('nan'), 1.5,
          'h\\u00e9', True]

class ValuesChef(DumplingChef):
    def packet_handler(self, packet):
        return VALUES.pop(0) if VALUES else None
'''


def test_any_json_value_is_a_payload(write):
    served, err = dumplings_of('mix.pcap', '-m', write(VALUES))
    assert [d['payload'] for d in served] == [
        {}, [], 0, '', False, 'text', [1, [2, 3]], {'1': 'a', 'null': 2},
        {'true': {'deep': [None, -5, 2 ** 63, float(2 ** 70)]}}, None, 1.5,
        'h\u00e9', True]
    assert [d['metadata']['seq'] for d in served] == list(range(13))
    assert re.search('13 dumplings.* 0 errors', err)


WRONG = HEAD + '''
class WrongChef(DumplingChef):
    calls = 0
    def packet_handler(self, packet):
        self.calls += 1
        if self.calls % 3 == 0:
            raise ValueError('boom')
        if self.calls % 3 == 1:
            return {'bytes': object()}
        endless = []
        endless.append(endless)
        return endless if self.calls % 2 else self.calls
    def interval_handler(self, interval=None):
        return {'calls': self.calls, 'interval': interval}
'''


def test_an_error_costs_its_dumpling_and_is_told_once(write):
    served, err = dumplings_of('mix.pcap', '-m', write(WRONG))
    assert err.count('ValueError: boom\n') == 1  # of the traceback
    assert err.count("raise ValueError('boom')") == 1
    assert err.count('Object of type object is not JSON serializable') == 2
    assert err.count('nested too deep') == 2
    assert served[-1]['payload'] == {'calls': 69, 'interval': 5.0}
    packets = [d for d in served if d['metadata']['driver'] == 'packet']
    errors = int(re.search(r'WrongChef: .* (\d+) errors', err)[1])
    assert len(packets) + errors == 69 and len(packets) == 12


def test_a_chef_that_overrides_nothing_tells_of_each_packet(write):
    served, _ = dumplings_of('dns.pcap', '-p', 0, '-m', write(
        HEAD + 'class PlainChef(DumplingChef):\n    pass\n'))
    assert all(d['payload'].startswith('PlainChef: Ether / ')
               for d in served)


KNOWS = HEAD + '''
class KnowsChef(DumplingChef):
    def interval_handler(self, interval=None):
        return [self.name, self.kitchen.name, self.kitchen.interface,
                self.kitchen.filter, interval]
    def packet_handler(self, packet):
        return None
class LeftOut(DumplingChef):
    assignable_to_kitchen = False
'''


def test_a_chef_knows_its_kitchen(write):
    served, err = dumplings_of('mix.pcap', '-m', write(KNOWS), '-f', 'arp',
                                   '-p', 2.5)
    assert served[0]['payload'][0:2] == ['KnowsChef', 'default_kitchen']
    assert served[0]['payload'][3:] == ['arp', 2.5]
    assert 'LeftOut is marked as unassignable' in err
    assert {d['metadata']['chef'] for d in served} == {'KnowsChef'}


SCAPY = HEAD + '''
from scapy.all import DNS, IP
class ScapyChef(DumplingChef):
    def packet_handler(self, packet):
        if DNS in packet:
            return [type(packet).__module__, packet[IP].src,
                    packet[DNS].qd.qname.decode(), float(packet.time)]
'''


def test_a_chef_that_imports_scapy_gets_its_packets(write):
    # What scapy brings along leaks.
    served, err = dumplings_of('dns.pcap', '-m', write(SCAPY), '-p', 0,
                               kitchen_env={'ASAN_OPTIONS': 'detect_leaks=0'})
    assert served, err
    assert served[0]['payload'][0] == 'scapy.layers.l2'
    assert served[0]['payload'][2].endswith('.')


def test_modules_beside_bundled_chefs(write):
    served, _ = dumplings_of('mix.pcap', '-m', CLASSIC, '-c', 'ARPChef', '-c',
                             'DNSChef')
    assert {d['metadata']['chef'] for d in served} == {'ARPChef', 'DNSChef'}
    served, _ = dumplings_of('mix.pcap', '-m', 'netdumplings.dumplingchefs')
    assert {d['metadata']['chef'] for d in served} == {
        'ARPChef', 'DNSLookupChef', 'PacketCountChef'}


def test_a_chef_that_another_module_imports_works_once(write):
    base = write(HEAD + 'class FirstChef(DumplingChef):\n'
                 '    def packet_handler(self, packet):\n'
                 '        return self.name\n', 'base_chefs.py')
    more = write('from base_chefs import FirstChef\n'
                 'class SecondChef(FirstChef):\n'
                 '    pass\n', 'more_chefs.py')
    served, err = dumplings_of('dns.pcap', '-m', base, '-m', more, '-p', 0)
    told = [d['metadata']['chef'] for d in served]
    assert told.count('FirstChef') == told.count('SecondChef') > 0
    assert f'FirstChef of {more} is left out' in err


def test_chefs_derived_from_bundled_ones(write):
    module = write('from netdumplings.dumplingchefs import ARPChef as Base\n'
                   'class LoudChef(Base):\n'
                   '    def packet_handler(self, packet):\n'
                   '        made = super().packet_handler(packet)\n'
                   '        return made and str(made["operation"]).upper()\n')
    served, _ = dumplings_of('mix.pcap', '-m', module, '-c', 'LoudChef')
    assert {'REQUEST', 'REPLY'} <= {d['payload'] for d in served}


KEEPS = HEAD + '''
import atexit
import threading


class KeepsChef(DumplingChef):
    def __init__(self, kitchen=None):
        super().__init__(kitchen=kitchen)
        self.kept = []
        threading.Thread(target=self.look_back).start()
        atexit.register(self.say, 'atexit')

    def packet_handler(self, packet):
        self.kept.append(packet)

    def look_back(self):
        threading.main_thread().join()
        self.say('thread')

    def say(self, who):
        for packet in self.kept:
            told = packet.src, packet[1].src, packet.lastlayer().payload
            assert packet['IP'].flags is not None and packet['IP'].options == []
        print(who, len(self.kept), bool(told[2]), flush=True)
'''


def test_what_chefs_kept_is_there_while_python_ends(write):
    with System() as s:
        s.hub()
        kitchen = s.kitchen('--read', s.capture('dns.pcap'), '-f', 'ip', '-m',
                            write(KEEPS))
        assert kitchen.wait() == 0, kitchen.err.read_text()
        words = [line.split() for line in
                 kitchen.out.read_text().splitlines()]
    assert [word[0] for word in words] == ['thread', 'atexit']
    assert all(int(word[1]) > 0 and word[2] == 'False' for word in words)


def test_a_name_that_nothing_has_beside_others():
    served, err = dumplings_of('mix.pcap', '-c', 'NoChef', '-c', 'ARPChef')
    assert {d['metadata']['chef'] for d in served} == {'ARPChef'}
    assert 'Chef NoChef not found' in err
    none = run('nd-sniff', '--read', '/dev/null', '-c', 'A', '-c', 'B')
    assert none.returncode == 1 and 'no valid chefs' in none.stderr


def test_chefs_have_their_classes_names(write):
    served, _ = dumplings_of('mix.pcap', '-p', 0, '-m', write(
        HEAD + 'from netdumplings.dumplingchefs import ARPChef as Base\n'))
    assert {d['metadata']['chef'] for d in served} == {'ARPChef'}


def test_a_module_by_its_name(write):
    path = write(HEAD + 'from helper_of_mine import WORD\n'
                 'class NamedChef(DumplingChef):\n'
                 '    def packet_handler(self, packet):\n'
                 '        return WORD\n', 'named_chefs.py')
    write('WORD = "helped"\n', 'helper_of_mine.py')
    served, _ = dumplings_of('mix.pcap', '-m', 'named_chefs', '-p', 0,
                             kitchen_env={'PYTHONPATH': str(path.parent)})
    assert {d['payload'] for d in served} == {'helped'}
    served, _ = dumplings_of('mix.pcap', '-m', path, '-p', 0)
    assert {d['payload'] for d in served} == {'helped'}


def test_chef_list_in_the_original_form(write):
    good = write(KNOWS)
    bad = write('this is no Python', 'bad.py')
    listed = run('nd-sniff', '--chef-list', '-m', 'nosuch.module', '-m',
                 good, '-m', 'netdumplings.dumplingchefs', '-m', bad)
    assert listed.returncode == 1
    blocks = {block.splitlines()[0]: block.splitlines()[1:]
              for block in listed.stdout.strip('\n').split('\n\n')}
    assert list(blocks) == sorted(blocks)
    assert blocks[str(good)] == ['  KnowsChef', '  LeftOut  (unassignable)']
    assert blocks['netdumplings.dumplingchefs'] == [
        '  ARPChef', '  DNSLookupChef', '  PacketCountChef']
    assert blocks['nosuch.module'] == [
        "  error importing module: No module named 'nosuch'"]
    assert 'SyntaxError' in blocks[str(bad)][0]
    assert 'line 1' in blocks[str(bad)][0]


@pytest.mark.parametrize('text,words', [
    ('import nothing_like_it\n', ['nothing_like_it']),
    ('x = 1\n', ['no valid chefs']),
    ('raise RuntimeError("not today")\n', ['not today', 'line 1']),
    (HEAD + 'class BadChef(DumplingChef):\n    def __init__(self, kitchen):\n'
     '        raise KeyError("no key")\n', ['BadChef', 'KeyError', 'no key']),
])
def test_what_cannot_start_says_why(write, text, words):
    ended = run('nd-sniff', '--read', '/dev/null', '-m', write(text),
                '--user', '')
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert all(word in last for word in words), ended.stderr
    missing = run('nd-sniff', '--read', '/dev/null', '-m', '/no/file.py',
                  '--user', '')
    assert missing.returncode == 1 and '/no/file.py' in missing.stderr


SLOW = HEAD + '''
class SlowChef(DumplingChef):
    def packet_handler(self, packet):
        for _ in range(100000):
            pass
'''


def test_a_slow_chef_is_named(write):
    with System() as s:
        eater = s.printer(hub=s.hub())
        kitchen = s.kitchen('--read', s.capture('mix.pcap'), '--speed', 2,
                            '-m', write(SLOW), '-c', 'SlowChef', '-c',
                            'ARPChef')

        def named():
            for d in eater.lines():
                for one in d['payload'].get('dumpling_kitchens', ()):
                    info = one['info_from_kitchen']
                    if info.get('slow_chefs'):
                        return info
            return None
        info = wait_for(named, 'the status to name the slow chef')
        assert info['slow_chefs'] == ['SlowChef']
        assert info['chef_stats']['SlowChef']['packet_ns'] > 100000
        assert info['chef_stats']['ARPChef']['packet_ns'] < 100000
        assert kitchen.said(r'SlowChef is slow: it takes \d+ us')


COUNTING = HEAD + '''
class CountingChef(DumplingChef):
    def packet_handler(self, packet):
        return %d
'''
C_CHEF = '''#include <netdumplings/chef.h>
static int packet(void *self, const struct nd_packet *pkt,
                  struct nd_dumpling *out)
{
    (void)self; (void)pkt;
    nd_put_int(out, NULL, %d);
    return ND_SERVE;
}
ND_CHEF = {ND_CHEF_HEAD, .name = "SourceChef", .packet = packet};
'''


def test_reload_swaps_chefs_and_loses_no_packet(write):
    source = write(C_CHEF % 1, 'SourceChef.c')
    module = write(COUNTING % 1)
    with System() as s, Namespace() as ns:
        eater = s.printer(hub=s.hub())
        kitchen = s.kitchen('-i', 'lo', '-f', 'udp port 9', '-m', module, '-c',
                            'CountingChef', '-c', source, '--reload', '-p', 0,
                            netns=ns.name)
        kitchen.wait_said('connected to the hub')

        def served(chef):
            return [d['payload'] for d in eater.lines()
                    if d['metadata']['chef'] == chef]

        def send(times):
            ns.run('python3', '-c', 'import socket\n'
                   's = socket.socket(2, 2)\n'
                   f'for i in range({times}):\n'
                   '    s.sendto(b"x", ("127.0.0.1", 9))\n')

        send(3)
        wait_for(lambda: len(served('CountingChef')) >= 3, 'the old chef')
        write(COUNTING % 2)
        write(C_CHEF % 2, 'SourceChef.c')
        while not (kitchen.said(r'my_chefs.py was changed, and')
                   and kitchen.said(r'SourceChef.c was changed, and')):
            send(1)
        send(2)
        write('no Python at all\n')
        write('no C at all\n', 'SourceChef.c')
        kitchen.wait_said('my_chefs.py was changed, but.*SyntaxError')
        kitchen.wait_said('SourceChef.c was changed, but')
        send(2)
        assert kitchen.stop() == 0
        seen = int(kitchen.said(r'(\d+) packets seen, 0 dropped')[1])
        for chef in 'CountingChef', 'SourceChef':
            wait_for(lambda: len(served(chef)) >= seen, chef)
            told = served(chef)
            assert len(told) == seen and told == sorted(told)
            assert set(told) == {1, 2} and told[-4:] == [2] * 4
        seqs = [d['metadata']['seq'] for d in eater.lines()
                if d['metadata']['chef'] == 'SourceChef']
        assert seqs == list(range(seen))


def test_threads_of_chefs_run_while_the_kitchen_waits(write):
    module = write(HEAD + '''
import threading
class ThreadChef(DumplingChef):
    def __init__(self, kitchen=None):
        super().__init__(kitchen=kitchen)
        self.turns = 0
        threading.Thread(target=self.work, daemon=True).start()
    def work(self):
        event = threading.Event()
        while True:
            event.wait(0.01)
            self.turns += 1
    def packet_handler(self, packet):
        return None
    def interval_handler(self, interval=None):
        return self.turns
''')
    with System() as s, Namespace() as ns:
        eater = s.printer(hub=s.hub())
        kitchen = s.kitchen('-i', 'lo', '-m', module, '-p', 0.2,
                            netns=ns.name)
        wait_for(lambda: [d for d in eater.lines()
                          if d['metadata']['chef'] == 'ThreadChef'
                          and d['payload'] > 3], 'the thread to run')
        assert kitchen.stop() == 0


def test_workers_each_have_their_python(write):
    with System() as s:
        eater = s.printer(hub=s.hub())
        kitchen = s.kitchen('--read', s.capture('mix.pcap'), '-m', CLASSIC,
                            '-w', 2, '-p', 0)
        assert kitchen.wait() == 0
        served = wait_for(lambda: [d for d in eater.lines()
                                   if d['metadata']['chef'] == 'ARPChef'],
                          'a dumpling')
        assert served[0]['metadata']['kitchen'].startswith('default_kitchen.')


def test_a_kitchen_without_python_chefs_loads_none_of_it():
    with System() as s, Namespace() as ns:
        kitchen = s.kitchen('-i', 'lo', netns=ns.name)
        eater = s.printer(hub=s.hub())
        wait_for(lambda: (status_of(eater) or {}).get(
            'dumpling_kitchen_count') == 1, 'the kitchen')
        maps = open(f'/proc/{kitchen.process.pid}/maps').read()
        assert 'libzmq' in maps and 'libpython' not in maps
