"""The documents' examples are run; what they say of bytes is true."""
import json
import os
import pathlib
import re
import subprocess
import sys

import msgpack

from harness import BIN, TREE, Program, Pusher, System, wait_for
from services import captures

BUILD = pathlib.Path(os.environ.get('ND_BUILD', BIN.parent))
DOCS = TREE / 'docs'


def start(system, command):
    """Any program, ended as the system's own are."""
    program = Program.__new__(Program)
    program.name = pathlib.Path(command[0]).name
    count = len(list(system.folder.iterdir()))
    program.out = system.folder / f'{program.name}.{count}.out'
    program.err = program.out.with_suffix('.err')
    with open(program.out, 'wb') as out, open(program.err, 'wb') as err:
        program.process = subprocess.Popen(list(map(str, command)),
                                           stdin=subprocess.DEVNULL,
                                           stdout=out, stderr=err)
    system.programs.append(program)
    return program


def told(system, capture, chef):
    """What nd-print has of a chef that is compiled from the documents."""
    hub = system.hub()
    eater = system.printer('--chef', chef, hub=hub)
    kitchen = system.kitchen('--read', capture, '-p', 0, '--chef',
                             DOCS / f'examples/{chef}.c')
    assert kitchen.wait() == 0, kitchen.err.read_text()
    made = int(kitchen.said(rf'{chef}: (\d+) dumplings')[1])
    wait_for(lambda: len(eater.lines()) == made, 'all dumplings')
    return [line['payload'] for line in eater.lines()]


def names(program):
    return program.out.read_text().split()


def test_an_eater_in_c():
    with System() as s:
        hub = s.hub()
        eater = start(s, [BUILD / 'docs/names', s.bus_out])
        wait_for(lambda: hub.said('eater connection from names'), 'names')
        s.kitchen('--read', s.capture('mix.pcap'), '-p', 0).wait()
        # A name of no labels is an empty line, one has a space in it.
        wait_for(lambda: 'ext.example.com' in names(eater), 'the names')
        assert names(eater)[:4] == ['www.example.com'] * 4
        assert 'no-such-host.example.org' in names(eater)


def test_an_eater_in_python():
    with System() as s:
        hub = s.hub()
        gateway = s.gateway()
        eater = start(s, [sys.executable, DOCS / 'examples/websocket_eater.py',
                          f'ws://{gateway.at}/'])
        pusher = Pusher(s.bus_in)
        seq = 0

        def came():
            nonlocal seq
            pusher.batch('DNSLookupChef', seq, [
                {'lookup': {'hostname': 'a.example', 'when': 1}}])
            seq += 1
            return names(eater)
        wait_for(came, 'a name')
        assert set(names(eater)) == {'a.example'}
        pusher.close()
        assert hub.process.poll() is None


def test_a_chef_that_was_compiled_with_the_tree():
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'TTLChef', '--count', '3', hub=hub)
        s.kitchen('--read', s.capture('mix.pcap'), '-p', 1000, '--chef',
                  f'{BUILD}/docs/TTLChef.so:below=2').wait()
        assert eater.wait() == 0
        assert [d['payload'] for d in eater.lines()] == [
            {'packets': 0, 'hosts': 0},
            {'host': '192.0.2.10', 'ttl': 1, 'when': 1700000001.5},
            {'host': 'fe80::10', 'ttl': 1, 'when': 1700000001.51}]


def test_the_readmes_chef_compiled_on_the_spot():
    with System() as s:
        payloads = told(s, s.capture('mix.pcap'), 'LongChef')
        assert payloads
        for payload in payloads:
            assert payload['bytes'] >= 200
            assert set(payload) == {'bytes', 'from'}


def test_a_chef_of_streams_compiled_on_the_spot():
    with System() as s:
        path = s.folder / 'banners.pcap'
        path.write_bytes(captures()[path.name])
        assert told(s, path, 'BannerChef') == [
            {'server': '198.51.100.7', 'port': 22,
             'banner': 'SSH-2.0-OpenSSH_9.2p1 Debian'},
            {'server': '198.51.100.7', 'port': 2525,
             'banner': '220 mail.example.com ESMTP ready'}]


def hex_of(block):
    """The bytes at the beginnings of lines of a hex example."""
    return bytes.fromhex(''.join(
        re.match(r'(?:[0-9a-f]{2}(?: |$))+', line)[0]
        for line in block.splitlines()))


def test_the_protocols_example():
    text = (DOCS / 'protocol.md').read_text()
    topic, batch = map(hex_of, re.findall(
        r'^```\n((?:[0-9a-f]{2}[ \n].*\n?)+?)```', text, re.M))
    told = json.loads(re.search(r'^```json\n(.*)\n```', text, re.M)[1])
    assert topic == b'DNSLookupChef/lab/'
    version, incarnation, first_seq, dumplings = msgpack.unpackb(
        batch, timestamp=0)
    assert (version, incarnation, first_seq) == (1, 1795352289 * 10**9, 17)
    [[time_ns, driver, payload]] = dumplings
    assert (time_ns, driver) == (1795352291764482300, 0)
    when = payload['lookup']['when']
    assert (when.seconds, when.nanoseconds) == (1795352291, 764471800)
    assert payload['lookup']['hostname'] == 'example.com'
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'DNSLookupChef', '--count', '1', hub=hub)
        pusher = Pusher(s.bus_in)
        pusher.send(topic, batch)
        assert eater.wait() == 0
        assert eater.lines() == [told]
        assert json.dumps(told, separators=(',', ':')) + '\n' == (
            eater.out.read_text())
        pusher.close()
