"""The gateway's WebSocket eaters, good and bad."""
import asyncio
import json
import math
import signal
import socket

import msgpack
import pytest
import websockets

from harness import PATIENCE, Pusher, System, status_of, wait_for


class Bus:
    """A hub, a gateway behind it, and a kitchen that the test plays."""

    def __init__(self, *args):
        self.args = args

    def __enter__(self):
        self.system = System()
        self.system.__enter__()
        self.hub = self.system.hub()
        self.gateway = self.system.gateway(*self.args)
        self.uri = f'ws://{self.gateway.at}/'
        self.pusher = Pusher(self.system.bus_in)
        self.seq = {}
        self.clients = []
        return self

    def __exit__(self, *reason):
        self.pusher.close()
        self.system.__exit__(*reason)

    def push(self, chef, *payloads, kitchen='py'):
        seq = self.seq.get((chef, kitchen), 0)
        self.pusher.batch(chef, seq, payloads, kitchen)
        self.seq[chef, kitchen] = seq + len(payloads)

    async def client(self, hello=None, path='', **kwargs):
        ws = await websockets.connect(
            self.uri + path, max_size=None, ping_interval=None,
            close_timeout=1, **kwargs)
        self.clients.append(ws)
        if hello is not None:
            await ws.send(json.dumps({'eater_name': 'test', **hello}))
        return ws


def run(test, bus):
    """Runs the test, and closes what clients it has made."""
    async def whole():
        try:
            await asyncio.wait_for(test(bus), PATIENCE)
        finally:
            for ws in bus.clients:
                await ws.close()
    asyncio.run(whole())


async def one(ws):
    """The next text; it is valid JSON as RFC 8259 has it."""
    text = await asyncio.wait_for(ws.recv(), PATIENCE)
    assert isinstance(text, str)
    return json.loads(text, parse_constant=pytest.fail)


async def until(ws, fact):
    while True:
        got = await one(ws)
        for d in got if isinstance(got, list) else [got]:
            if fact(d):
                return d


def is_status(d):
    return d['metadata']['chef'] == 'SystemStatusChef'


async def subscribed(bus, ws, chef='ReadyChef', kitchen='py'):
    """Pushes until it comes: whatever ws wants is on its way from now on."""
    nonce = len(bus.seq) + sum(bus.seq.values())
    while True:
        bus.push(chef, {'ready': nonce}, kitchen=kitchen)
        try:
            await asyncio.wait_for(until(ws, lambda d: (
                d['payload'] or {}) == {'ready': nonce}), 0.5)
            return
        except asyncio.TimeoutError:
            continue


def test_classic_hello_gets_every_dumpling_alone():
    async def test(bus):
        ws = await bus.client({})
        await subscribed(bus, ws)
        bus.push('OneChef', *range(100))
        bus.push('OtherChef', {'a': [1, None, 'é']}, kitchen='two')
        got = []
        while len(got) < 101:
            d = await one(ws)
            assert isinstance(d, dict)
            if d['metadata']['chef'] in ('OneChef', 'OtherChef'):
                got.append(d)
        assert [d['payload'] for d in got] == [*range(100),
                                               {'a': [1, None, 'é']}]
        assert [d['metadata']['seq'] for d in got[:100]] == [*range(100)]
        meta = got[100]['metadata']
        assert meta['creation_time'] > 1.7e9
        assert {**meta, 'creation_time': 0} == {
            'chef': 'OtherChef', 'kitchen': 'two', 'creation_time': 0,
            'driver': 'packet', 'seq': 0}
        status = await until(ws, is_status)
        assert status['metadata']['kitchen'] is None
        assert status['metadata']['driver'] == 'interval'
        assert [e['info_from_eater']['eater_name'] for e in
                status['payload']['dumpling_eaters']] == ['gateway', 'test']
    with Bus() as bus:
        run(test, bus)


def test_hello_may_choose_and_change_its_mind():
    async def test(bus):
        ws = await bus.client({'chefs': ['A', 'ReadyChef'],
                               'kitchens': ['one'], 'batch': True})
        await subscribed(bus, ws, kitchen='one')
        for chef in 'A', 'B':
            for kitchen in 'one', 'two':
                bus.push(chef, f'{chef} {kitchen}', kitchen=kitchen)
        bus.push('A', 'end', kitchen='one')
        got = []
        while 'end' not in got:
            batch = await one(ws)
            assert isinstance(batch, list)
            got += [d['payload'] for d in batch]
        assert got == ['A one', 'end']
        # The other chef, any kitchen, one by one.
        await ws.send('{"eater_name":{},"chefs":["B","AgainChef"]}')
        await subscribed(bus, ws, 'AgainChef')
        for chef in 'A', 'B':
            for kitchen in 'one', 'two':
                bus.push(chef, f'{chef} {kitchen} again', kitchen=kitchen)
        assert (await one(ws))['payload'] == 'B one again'
        assert (await one(ws))['payload'] == 'B two again'
        # Names a chef that no kitchen has made.
        await ws.send('{"eater_name":0,"kitchens":["two"],'
                      '"chefs":["SystemStatusChef"]}')
        assert is_status(await until(ws, is_status))
    with Bus() as bus:
        run(test, bus)


def test_whatever_is_on_the_bus_is_valid_json():
    odd = [math.nan, math.inf, -math.inf, b'\xff\x00', {1: 2, None: 3},
           ''.join(map(chr, range(256))), {'\x00"\\\u2028': '</script>'},
           msgpack.ExtType(7, b'x'), 2**64 - 1, -2**63, 1e308, [[[[]]]]]
    raw = [b'\xa4\xff\xfe\xc0\x80', b'\xa3\xed\xa0\x80', b'\xca\x7f\xc0\0\0']

    async def test(bus):
        ws = await bus.client({'chefs': ['OddChef', 'ReadyChef']})
        await subscribed(bus, ws)
        bus.push('OddChef', *odd)
        bus.pusher.send(b'OddChef/py/', b'\x94\x01\x07' + msgpack.packb(
            len(odd)) + bytes([0x90 + len(raw)]) + b''.join(
                b'\x93\x01\x00' + r for r in raw))
        got = [(await one(ws))['payload'] for _ in odd + raw]
        assert got[:3] == [None] * 3
        assert got[3] == '/wA='
        assert got[4] == {'1': 2, 'null': 3}
        assert got[5:7] == odd[5:7]
        assert got[7] == 'eA=='
        assert got[8:12] == odd[8:]
        assert set(got[12]) == set(got[13]) == {'\ufffd'}
        assert got[14] is None
    with Bus() as bus:
        run(test, bus)


@pytest.mark.parametrize('hello,code', [
    ('not JSON', 1007), ('', 1007), ('{"eater_name":1', 1007),
    ('{"eater_name":"x"} more', 1007), ('[' * 100000, 1009),
    ('[' * 1000, 1007), ('{}', 1008), ('{"name":"x"}', 1008),
    ('["eater_name"]', (1007, 1008)), ('5', (1007, 1008)),
    ('null', (1007, 1008)), ('"eater_name"', (1007, 1008)),
    ('{"eater_name":"x","chefs":"A"}', 1008),
    ('{"eater_name":"x","chefs":[1]}', 1008),
    ('{"eater_name":"x","batch":1}', 1008),
    ('{"eater_name":"x","max_rate":0}', 1008),
    ('{"eater_name":"x","latest_per":{"A":1}}', 1008),
    ('{"eater_name":"%s"}' % ('x' * 70000), 1009),
    (b'{"eater_name":"x"}', 1003),
])
def test_hellos_that_are_not_right_are_told_why(hello, code):
    # After a good one, what is no hello at all is passed over.
    counts_later = code == 1009 or code == 1008 and 'eater_name' in hello

    async def test(bus):
        good = await bus.client({'chefs': ['ReadyChef']})
        await subscribed(bus, good)
        for first in (False, True) if counts_later else (False,):
            bad = await bus.client({'chefs': ['NoChef']} if first else None)
            await bad.send(hello)
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(bad.recv(), PATIENCE)
            assert bad.close_code in (code if isinstance(code, tuple)
                                      else (code,))
            assert len(bad.close_reason) > 8
        await subscribed(bus, good)
    with Bus() as bus:
        run(test, bus)


def test_fragments_any_path_and_any_origin():
    async def test(bus):
        ws = await bus.client(path='any/path?x=1',
                              origin='http://elsewhere.example')
        await ws.send(['{"eater_', 'name":"x","che', 'fs":["ReadyChef"]}'])
        await subscribed(bus, ws)
        # Pings are answered while it is idle.
        await asyncio.wait_for(await ws.ping(), PATIENCE)
        # As netdumplings' eaters do when they have had enough.
        await ws.close(4102, 'dumpling eater is full')
    with Bus() as bus:
        run(test, bus)


def test_only_told_origins():
    async def test(bus):
        own = f'http://{bus.gateway.at}'
        for origin in (own, 'http://good.example', None):
            await (await bus.client(origin=origin)).close()
        for origin in ('http://bad.example', 'http://good.example.bad'):
            with pytest.raises(websockets.InvalidStatusCode) as refused:
                await bus.client(origin=origin)
            assert refused.value.status_code == 403
    with Bus('--origin', 'good.example') as bus:
        run(test, bus)


def raw_client(bus, hello):
    """A WebSocket client that says hello and then never reads."""
    host, port = bus.gateway.at.rsplit(':', 1)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect((host, int(port)))
    sock.sendall(b'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n'
                 b'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
                 b'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n')
    answer = b''
    while b'\r\n\r\n' not in answer:
        answer += sock.recv(1)
    assert answer.startswith(b'HTTP/1.1 101 ')
    assert len(hello) < 126
    sock.sendall(bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello)
    return sock


def frames(sock):
    """Opcode and payload of what comes; a close frame is the last."""
    stream = sock.makefile('rb')
    while head := stream.read(2):
        size = head[1] & 127
        if size > 125:
            size = int.from_bytes(stream.read(2 if size == 126 else 8), 'big')
        yield head[0] & 15, stream.read(size)
        if head[0] & 15 == 8:
            return


TOTAL = 200000


async def flood(bus, healthy):
    """Has the healthy client get every one of many dumplings."""
    await subscribed(bus, healthy)
    got = 0
    for first in range(0, TOTAL, 1000):
        bus.push('FloodChef', *({'n': n, 'pad': 'x' * 200}
                                for n in range(first, first + 1000)))
        # Never so far ahead that the healthy one would lag.
        while got < first - 4000:
            for d in await one(healthy):
                if d['metadata']['chef'] == 'FloodChef':
                    assert d['payload']['n'] == got
                    got += 1
    while got < TOTAL:
        for d in await one(healthy):
            if d['metadata']['chef'] == 'FloodChef':
                assert d['payload']['n'] == got
                got += 1


@pytest.mark.parametrize('batch', ['false', 'true'])
def test_a_client_that_never_reads_is_told_what_it_lost(batch):
    async def test(bus):
        healthy = await bus.client({'batch': True})
        lagging = raw_client(bus, b'{"eater_name":"x","chefs":["FloodChef"],'
                             b'"batch":%s}' % batch.encode())
        await flood(bus, healthy)
        # It wakes up: the oldest in its socket, what was lost, the latest.
        next_, lost = 0, 0
        for kind, text in frames(lagging):
            if kind != 1:
                continue
            got = json.loads(text)
            for d in got if isinstance(got, list) else [got]:
                if d['metadata']['chef'] == 'GatewayChef':
                    assert d['metadata']['seq'] == 0 or lost
                    lost += d['payload']['lost']
                    next_ += d['payload']['lost']
                    continue
                assert d['payload']['n'] == next_
                next_ += 1
            if next_ == TOTAL:
                break
        assert lost > 0
        lagging.close()
    with Bus('--queue', '2MiB') as bus:
        run(test, bus)


def test_a_client_that_lags_too_long_is_closed():
    async def test(bus):
        healthy = await bus.client({'batch': True})
        lagging = raw_client(bus, b'{"eater_name":"x"}')
        await flood(bus, healthy)
        await until(healthy, lambda d: is_status(d) and metric(
            bus, 'netdumplings_gateway_clients_closed_lagging_total') == 1)
        *_, last = frames(lagging)
        if last[0] == 8:
            assert last[1][:2] == (1008).to_bytes(2, 'big')
            assert b'lagged too long' in last[1]
        lagging.close()
    with Bus('--queue', '2MiB', '--lag', '0.5') as bus:
        run(test, bus)


def metric(bus, name):
    from test_gateway_http import get, samples
    return samples(get(bus.gateway, '/metrics')[2])[name]


def test_a_killed_client_costs_nobody_else():
    async def test(bus):
        healthy = await bus.client({'chefs': ['ReadyChef'], 'batch': True})
        for _ in range(20):
            gone = raw_client(bus, b'{"eater_name":"x"}')
            # Closed with data unread, this resets the connection.
            gone.close()
            await subscribed(bus, healthy)
        wait_for(lambda: metric(bus, 'netdumplings_gateway_clients') == 1,
                 'the others to be forgotten')
    with Bus() as bus:
        run(test, bus)


def test_hub_is_started_again_behind_the_gateway():
    async def test(bus):
        ws = await bus.client({'chefs': ['ReadyChef']})
        await subscribed(bus, ws)
        bus.hub.process.kill()
        bus.hub.wait()
        bus.hub = bus.system.hub()
        await subscribed(bus, ws)
    with Bus() as bus:
        run(test, bus)


def test_takes_from_the_hub_only_what_someone_wants():
    async def test(bus):
        watcher = bus.system.printer('--chef', 'SystemStatusChef',
                                     hub=bus.hub)
        fan = await bus.client({'chefs': ['FloodChef']})
        other = await bus.client({'chefs': ['ReadyChef']})
        await subscribed(bus, other)
        await subscribed(bus, fan, 'FloodChef')

        def delivered(count):
            """How many times the hub sent these, which nobody else gets."""
            def numbers():
                s = wait_for(lambda: status_of(watcher), 'a status')
                return s['total_dumplings_in'], s['total_dumplings_out']
            before = numbers()
            bus.push('FloodChef', *range(count))
            wait_for(lambda: numbers()[0] >= before[0] + count, 'a status')
            return numbers()[1] - before[1]
        assert delivered(1000) >= 1000
        await fan.close()
        wait_for(lambda: metric(bus, 'netdumplings_gateway_clients') == 1,
                 'the client to go')
        # Its unsubscription is on the way.
        wait_for(lambda: delivered(1000) < 1000, 'no more of it')
        assert delivered(1000) < 1000
        await subscribed(bus, other)
    with Bus() as bus:
        run(test, bus)


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_the_end_is_told(number):
    async def test(bus):
        clients = [await bus.client(hello) for hello in
                   ({}, {'batch': True}, None)]
        await subscribed(bus, clients[0])
        lagging = raw_client(bus, b'{"eater_name":"x"}')
        bus.gateway.send_signal(number)
        for ws in clients:
            with pytest.raises(websockets.ConnectionClosed):
                while True:
                    await asyncio.wait_for(ws.recv(), PATIENCE)
            assert ws.close_code == 1001
            assert ws.close_reason
        assert bus.gateway.wait() == 0
        lagging.close()
    with Bus() as bus:
        run(test, bus)
