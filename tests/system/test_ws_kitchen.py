"""Kitchens that reach the hub through a WebSocket."""
import re
import socket
import threading

import msgpack
import pytest

from harness import Namespace, System, run, status_of, wait_for
from ws_server import Server


class Counter:
    """A gateway's side of kitchens: what came, as the hub would count it."""

    def __init__(self, drop_after=None, stall=None):
        self.next = {}
        self.drop_after = drop_after
        self.stall = stall
        self.missing = self.count = 0
        self.last_words = []

    async def __call__(self, ws, times):
        if self.stall:
            self.stall.wait(20)
        messages = 0
        async for message in ws:
            assert isinstance(message, bytes)
            chef, kitchen, body = message.split(b'/', 2)
            self.take(chef.decode(), msgpack.unpackb(body, timestamp=1))
            messages += 1
            if self.drop_after == messages and times == 1:
                ws.transport.abort()
                return

    def take(self, chef, body):
        version, _, first, dumplings = body
        assert version == 1
        if chef.startswith('!'):
            self.last_words.append(dumplings[0][2])
            return
        self.missing += first - self.next.get(chef, 0)
        self.next[chef] = first + len(dumplings)
        self.count += len(dumplings)


def sniffed(s, server, *args):
    kitchen = s.start('nd-sniff', '--hub', server.uri, '--user', '', '-n',
                      'lab', '--read', s.capture('mix.pcap'), '-p', 1, *args)
    assert kitchen.wait() == 0, kitchen.err.read_text()
    return kitchen, {chef: int(n) for chef, n in re.findall(
        r'(\w+): (\d+) dumplings', kitchen.err.read_text())}


def test_a_kitchen_tells_who_it_is_and_delivers_all():
    counter = Counter()
    with Server(counter) as server, System() as s:
        _, made = sniffed(s, server, '-c', 'DNSLookupChef', '-c', 'ARPChef')
        wait_for(lambda: server.closed_with, 'the close')
        assert server.hellos == [{
            'kitchen_name': 'lab', 'interface': str(s.capture('mix.pcap')),
            'filter': '', 'chefs': ['DNSLookupChef', 'ARPChef'],
            'poke_interval': 1.0}]
        assert server.closed_with == [1000]
        assert counter.missing == 0
        assert made == counter.next and made['ARPChef'] == 6
        assert counter.last_words[-1]['closing']


def test_a_kitchen_waits_for_a_server_that_is_slow():
    """The close is answered when all was read, and the kitchen waits."""
    stall = threading.Event()
    counter = Counter(stall=stall)
    with Server(counter) as server, System() as s:
        kitchen = s.start('nd-sniff', '--hub', server.uri, '--user', '',
                          '--read', s.capture('mix.pcap'))
        wait_for(lambda: server.hellos, 'the hello')
        stall.set()
        assert kitchen.wait() == 0
        wait_for(lambda: server.closed_with, 'the close')
        assert counter.missing == 0
        assert counter.last_words[-1]['closing']


def test_a_kitchen_whose_connection_is_cut():
    """It connects again, and what was lost is known by the numbers."""
    counter = Counter(drop_after=2)
    with Server(counter) as server, System() as s:
        kitchen, made = sniffed(s, server, '--speed', 20)
        assert kitchen.said('lost the hub at ws://')
        wait_for(lambda: len(server.closed_with) == 2, 'the close')
        assert len(server.hellos) == 2
        assert counter.count + counter.missing == sum(made.values())


def test_a_kitchen_waits_for_a_gateway():
    with socket.create_server(('127.0.0.1', 0)) as taken:
        port = taken.getsockname()[1]
    counter = Counter()
    with System() as s:
        kitchen = s.start('nd-sniff', '--hub', f'ws://127.0.0.1:{port}',
                          '--user', '', '--read', s.capture('mix.pcap'),
                          '--linger', 30)
        kitchen.wait_said('no hub at .* yet: Connection refused; waiting for '
                          r'it \(nd-gateway is one\)')
        with Server(counter, port) as server:
            assert kitchen.wait() == 0
            wait_for(lambda: server.closed_with, 'the close')
        assert counter.missing == 0 and counter.count > 100


def test_a_kitchen_without_any_server():
    with System() as s, socket.create_server(('127.0.0.1', 0)) as mute:
        port = mute.getsockname()[1]
        told = run('nd-sniff', '--hub', f'ws://127.0.0.1:{port}', '--user',
                   '', '--read', s.capture('mix.pcap'), '--linger', 0.2)
        assert told.returncode == 1
        assert 'dumplings were not delivered: there is no hub' in told.stderr


def test_a_kitchen_through_the_gateway():
    """From nd-sniff to the hub, and from there to nd-print, by WebSocket."""
    with System() as s:
        hub = s.hub()
        gateway = s.gateway('--in-port', 0, '--hub-in', s.bus_in)
        there = gateway.said(r'kitchens at (ws://[^\s/]+)')[1]
        eater = s.printer('--chef', 'SystemStatusChef', hub=hub)
        through = s.start('nd-print', '--json', '--hub',
                          f'ws://{gateway.at}', '-c', 'SystemStatusChef',
                          '-c', 'ARPChef')
        wait_for(through.lines, 'the way to nd-print to be open')
        kitchen = s.start('nd-sniff', '--hub', there, '--user', '', '-n',
                          'lab', '--read', s.capture('mix.pcap'), '-p', 0)
        assert kitchen.wait() == 0, kitchen.err.read_text()
        made = {chef: int(n) for chef, n in re.findall(
            r'(\w+): (\d+) dumplings', kitchen.err.read_text())}

        def received():
            for k in (status_of(eater) or {}).get('dumpling_kitchens', []):
                if k['info_from_kitchen']['kitchen_name'] == 'lab':
                    return {chef: counts['received'] for chef, counts
                            in k['info_from_hub']['chefs'].items()}
            return None
        # All of it, from a kitchen that the hub knows as any other.
        expected = {chef: n for chef, n in made.items() if n}
        wait_for(lambda: len(
            [d for d in through.lines()
             if d['metadata']['chef'] == 'ARPChef']) == made['ARPChef'],
            'the dumplings')
        assert through.stop() == 0
        assert through.said('none known to be missing')
        assert status_of(eater)['dumplings_missing'] == 0
        wait_for(lambda: status_of(eater)['total_dumplings_in']
                 == sum(expected.values()), 'the count')
        seen = received()
        assert seen is None or seen == expected  # it may have gone already


@pytest.mark.parametrize('name', ['nd-print', 'nd-sniff'])
def test_the_original_port_is_a_websocket(name):
    """A bare HOST:PORT, where PORT is one that the original had."""
    with Namespace() as net, System() as s:
        port = 11347 if name == 'nd-sniff' else 11348
        args = (['--read', s.capture('mix.pcap'), '--linger', 1]
                if name == 'nd-sniff' else [])
        program = s.start(name, '-h', f'localhost:{port}', *args,
                          netns=net.name)
        program.wait_said(f'no hub at ws://localhost:{port} yet')
