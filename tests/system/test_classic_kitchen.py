"""Kitchens of netdumplings, by hand: what they send, well or badly."""
import asyncio
import itertools
import json
import math
import signal
import time
import urllib.error
import urllib.request

import msgpack
import pytest
import websockets

from harness import PATIENCE, System, run as run_program, said_once, \
    status_of, wait_for
from test_gateway import metric

HELLO = {'kitchen_name': 'default_kitchen', 'interface': 'lo',
         'filter': 'udp port 53 or arp',
         'chefs': ['netdumplings.dumplingchefs.ARPChef', '/tmp/a.py.MyChef'],
         'poke_interval': 5.0}


class Bus:
    """A hub, its gateway's port for kitchens, and what nd-print makes of it."""

    def __init__(self, *args):
        self.args = args

    def __enter__(self):
        self.system = System()
        self.system.__enter__()
        self.hub = self.system.hub()
        self.eater = self.system.printer(hub=self.hub)
        self.gateway = self.system.gateway('--hub-in', self.system.bus_in,
                                           '--in-port', '0', *self.args)
        self.at = self.gateway.said(r'from kitchens at ws://(\S+)/')[1]
        self.kitchens = []
        return self

    def __exit__(self, *reason):
        self.system.__exit__(*reason)

    async def kitchen(self, hello=HELLO, path='', **kwargs):
        ws = await websockets.connect(
            f'ws://{self.at}/{path}', max_size=None, ping_interval=None,
            close_timeout=1, **kwargs)
        self.kitchens.append(ws)
        if hello is not None:
            await ws.send(hello if isinstance(hello, (str, bytes))
                          else json.dumps(hello))
        return ws

    async def got(self, chef, count=1):
        """So many dumplings of a chef, once they have come."""
        def find():
            found = [d for d in self.eater.lines()
                     if d['metadata']['chef'] == chef]
            return found if len(found) >= count else None
        found = await asyncio.to_thread(wait_for, find, f'{count} of {chef}')
        return found[:count]

    async def status(self, fact):
        def find():
            status = status_of(self.eater)
            return status if status and fact(status) else None
        return await asyncio.to_thread(wait_for, find, 'a status')


def run(test, *args):
    async def whole(bus):
        try:
            await asyncio.wait_for(test(bus), PATIENCE)
        finally:
            for ws in bus.kitchens:
                await ws.close()
    with Bus(*args) as bus:
        asyncio.run(whole(bus))


def dumpling(payload, chef='MyChef', **metadata):
    return json.dumps({'metadata': {
        'chef': chef, 'kitchen': 'default_kitchen',
        'creation_time': 1795352291.7644823, 'driver': 'packet', **metadata},
        'payload': payload})


def names(status):
    return [k['info_from_kitchen']['kitchen_name']
            for k in status['dumpling_kitchens']]


async def closed(ws):
    """How the other side closed."""
    await asyncio.wait_for(ws.wait_closed(), PATIENCE)
    return ws.close_code


def test_dumplings_arrive_as_they_were_made():
    payloads = [{}, [], 0, '', False, None, {'a': {'b': [1, -2.5, 'é']}},
                2**64 - 1, -2**63, 'x' * 100000, {'\x00': '\ud83d'},
                1795352291.7644718]

    async def test(bus):
        ws = await bus.kitchen(path='some/path?x=1',
                               origin='http://elsewhere.example')
        for n, payload in enumerate(payloads):
            await ws.send(dumpling(payload, driver='interval' if n % 2
                                   else 'packet'))
        # As nobody's json.dumps() writes, and in fragments.
        await ws.send(' {\n"payload" :{"caf\u00e9":"\U0001f35a"} ,\t"metadata":'
                      '{"kitchen":"liar","chef":"Odd\\u0043hef","more":1}}\r\n')
        await ws.send(['{"metadata":{"chef":', '"OddChef"', '}}'])
        await ws.send(dumpling([math.nan, math.inf, -math.inf], 'OddChef'))
        got = await bus.got('MyChef', len(payloads))
        payloads[10] = {'\x00': '\ufffd'}
        assert [d['payload'] for d in got] == payloads
        assert json.dumps([d['payload'] for d in got[:6]]) == \
            json.dumps(payloads[:6])
        for n, d in enumerate(got):
            assert d['metadata'] == {
                'chef': 'MyChef', 'kitchen': 'default_kitchen', 'seq': n,
                'creation_time': 1795352291.7644823,
                'driver': 'interval' if n % 2 else 'packet'}
        raw, nothing, odd = await bus.got('OddChef', 3)
        assert raw['payload'] == {'caf\u00e9': '\U0001f35a'}
        assert raw['metadata']['kitchen'] == 'default_kitchen'
        assert raw['metadata']['driver'] == 'packet'
        assert abs(raw['metadata']['creation_time'] - time.time()) < PATIENCE
        assert nothing['payload'] is None
        assert odd['payload'] == [None] * 3
        assert odd['metadata']['seq'] == 2
    run(test)


def test_a_browser_gets_what_a_kitchen_sends():
    async def test(bus):
        ws = await bus.kitchen()
        async with websockets.connect(f'ws://{bus.gateway.at}/',
                                      close_timeout=1) as browser:
            await browser.send('{"eater_name":"webnom","chefs":["MyChef"]}')
            for n in itertools.count():
                await ws.send(dumpling({'n': n}))
                try:
                    d = json.loads(await asyncio.wait_for(browser.recv(), 0.5))
                    break
                except asyncio.TimeoutError:
                    continue  # what it wants is not known everywhere yet
        assert d['payload'] == {'n': d['metadata']['seq']}
        assert d['metadata']['kitchen'] == 'default_kitchen'
    run(test)


def test_kitchens_are_in_the_status_while_they_are_there():
    async def test(bus):
        one = await bus.kitchen({**HELLO, 'more': {'deep': [1, None]},
                                 'closing': True, 'chef_stats': 7})
        status = await bus.status(lambda s: len(s['dumpling_kitchens']) == 1)
        two = await bus.kitchen()
        odd = await bus.kitchen('{"kitchen_name":"a b","chefs":[1,"x"],'
                                '"poke_interval":"often","filter":null,'
                                '"deep":%s0%s}' % ('[' * 29, ']' * 29))
        status = await bus.status(lambda s: len(s['dumpling_kitchens']) == 3)
        first, second, third = status['dumpling_kitchens']
        for ws, shown in (one, first), (two, second):
            info = shown['info_from_kitchen']
            assert {key: info[key] for key in HELLO} == HELLO
            assert (shown['info_from_hub']['host'],
                    shown['info_from_hub']['port']) == ws.local_address
            assert shown['info_from_hub']['state'] == 'live'
        assert first['info_from_kitchen']['more'] == {'deep': [1, None]}
        info = third['info_from_kitchen']
        assert [info[key] for key in HELLO] == ['a b', '', '', ['x'], 0.0]
        assert status['total_dumplings_in'] == 0
        await one.close(4101, 'connection cancelled')
        two.transport.abort()
        await bus.status(lambda s: names(s) == ['a b'])
        await odd.close()
        await bus.status(lambda s: names(s) == [])
        assert metric(bus, 'netdumplings_gateway_kitchens') == 0
        assert metric(bus, 'netdumplings_gateway_kitchens_total') == 3
    run(test)


@pytest.mark.parametrize('hello,code', [
    ('not JSON', 1007), ('', 1007), ('{"kitchen_name":"k"', 1007),
    ('[' * 1000, 1007), (b'\x81\x02\xc3\x28', 1003), ('{}', 1008),
    ('["kitchen_name"]', 1008), ('5', 1008), ('null', 1008),
    ('{"eater_name":"k"}', 1008), ('{"kitchen_name":[]}', 1008),
    ('huge', 1009),
])
def test_hellos_that_are_not_right_leave_nothing(hello, code):
    async def test(bus):
        bad = await bus.kitchen(' ' * 1048577 if hello == 'huge' else hello)
        assert await closed(bad) == code
        assert len(bad.close_reason) > 8
        ws = await bus.kitchen({'kitchen_name': 'good'})
        status = await bus.status(lambda s: s['dumpling_kitchens'])
        assert names(status) == ['good']
        await ws.close()
    run(test)


def test_what_is_no_dumpling_is_dropped_and_the_rest_kept():
    invalid = [
        'nonsense', '', '5', 'null', '[]', '{}', '{"metadata":{}}',
        '{"metadata":5}', '{"payload":1}', '{"metadata":{"chef":[]}}',
        '{"metadata":{"chef":"MyChef"},"payload":tru}',
        dumpling(1) + ' x', dumpling(json.loads('[' * 33 + ']' * 33)),
        '[' * 100000, b'nonsense', b'', b'MyChef/other/' + msgpack.packb(
            [1, 7, 0, [[0, 0, 1]]]),
        b'!eater/default_kitchen/' + msgpack.packb([1, 7, 0, [[0, 0, 1]]]),
        b'MyChef/default_kitchen/' + msgpack.packb([2, 7, 0, [[0, 0, 1]]]),
        b'MyChef/default_kitchen/', b'MyChef/default_kitchen',
    ]

    async def test(bus):
        ws = await bus.kitchen()
        for n, bad in enumerate(invalid):
            await ws.send(bad)
            await ws.send(dumpling(n))
        deep = json.loads('[' * 32 + ']' * 32)
        await ws.send(dumpling(deep))
        got = await bus.got('MyChef', len(invalid) + 1)
        assert [d['payload'] for d in got] == [*range(len(invalid)), deep]
        assert [d['metadata']['seq'] for d in got] == \
            [*range(len(invalid) + 1)]
        assert metric(bus, 'netdumplings_gateway_kitchen_dumplings_invalid'
                      '_total') == len(invalid)
        assert metric(bus, 'netdumplings_gateway_kitchen_dumplings'
                      '_total') == len(invalid) + 1
        bus.gateway.wait_said('invalid dumpling from kitchen default_kitchen')
    run(test)


def test_what_cannot_go_on_closes():
    async def test(bus):
        for message, code in ((b'x' * 1048800, 1009), (' ' * 1048577, 1009)):
            ws = await bus.kitchen()
            await ws.send(message)
            assert await closed(ws) == code
        ws = await bus.kitchen()
        # A text frame whose bytes are no UTF-8.
        await ws.write_frame(True, 1, b'{"metadata":{"chef":"\xff"}}')
        assert await closed(ws) == 1007
        ws = await bus.kitchen()
        fits = 1048576 - len(dumpling('', 'BigChef'))
        await ws.send(dumpling('x' * fits, 'BigChef'))
        assert (await bus.got('BigChef'))[0]['payload'] == 'x' * fits
        await ws.send(dumpling('x' * (fits + 1), 'BigChef'))
        assert await closed(ws) == 1009
    run(test)


def test_names_that_no_topic_may_have():
    long = 'x' * 100
    chefs = {'a/b': 'a_b', '': '_', '!kitchen': '_kitchen', 'é x': '__x',
             long: long[:64], 'nul\x00': 'nul_', None: 'null', 7: '7',
             'Fine.Chef-1_': 'Fine.Chef-1_'}

    async def test(bus):
        kitchens = [('-', '_'), ('my kitchen!', 'my_kitchen_'),
                    (long, long[:64]), (7, '7')]
        for count, (name, clean) in enumerate(kitchens, 1):
            ws = await bus.kitchen({**HELLO, 'kitchen_name': name})
            await ws.send(dumpling(name, 'NameChef'))
            d = (await bus.got('NameChef', count))[-1]
            assert (d['payload'], d['metadata']['kitchen']) == (name, clean)
            await ws.close()
        ws = await bus.kitchen()
        for chef in chefs:
            await ws.send(dumpling({'of': chef}, chef))
        for chef, clean in chefs.items():
            assert (await bus.got(clean))[0]['payload'] == {'of': chef}
    run(test)


def test_no_more_chefs_than_the_hub_takes():
    async def test(bus):
        ws = await bus.kitchen()
        for n in range(300):
            await ws.send(dumpling(n, f'Chef{n}'))
        await ws.send(dumpling('end', 'Chef0'))
        assert (await bus.got('Chef0', 2))[1]['payload'] == 'end'
        await bus.got('Chef255')
        assert metric(bus, 'netdumplings_gateway_kitchen_dumplings_invalid'
                      '_total') == 44
        status = await bus.status(lambda s: s['total_dumplings_in'] == 257)
        assert status['messages_refused'] == 0
    run(test)


def test_messages_of_the_bus_go_on_as_they_are():
    def body(first, *payloads):
        return msgpack.packb([1, 77, first, [[5, 1, p] for p in payloads]])

    async def test(bus):
        ws = await bus.kitchen({'kitchen_name': 'ours'})
        await ws.send(b'!kitchen/ours/' + body(0, {
            'kitchen_name': 'ours', 'interface': 'eth9', 'filter': '',
            'chefs': ['RawChef'], 'poke_interval': 1.5}))
        await ws.send(b'RawChef/ours/' + body(40, 'a', {'b': 2}))
        got = await bus.got('RawChef', 2)
        assert [d['payload'] for d in got] == ['a', {'b': 2}]
        assert got[1]['metadata'] == {
            'chef': 'RawChef', 'kitchen': 'ours', 'creation_time': 0.000000005,
            'driver': 'interval', 'seq': 41}
        status = await bus.status(lambda s: [
            k['info_from_kitchen']['interface']
            for k in s['dumpling_kitchens']] == ['eth9'])
        chefs = status['dumpling_kitchens'][0]['info_from_hub']['chefs']
        assert chefs == {'RawChef': {'received': 2, 'missing': 0}}
        # As many as it left out are missing.
        await ws.send(b'RawChef/ours/' + body(52, 'c'))
        await bus.status(lambda s: s['dumplings_missing'] == 10)
        assert metric(bus, 'netdumplings_gateway_kitchen_dumplings_total') == 3
    run(test)


def test_kitchens_wait_while_the_hub_takes_nothing():
    async def test(bus):
        ws = await bus.kitchen()
        await bus.status(lambda s: s['dumpling_kitchens'])
        bus.hub.send_signal(signal.SIGSTOP)
        text, sent = dumpling('x' * 500000), 0

        async def push():
            nonlocal sent
            while True:
                await asyncio.wait_for(ws.send(text), 5)
                sent += 1
        # The gateway keeps 64 MiB of them, and what sockets hold comes on top.
        with pytest.raises(asyncio.TimeoutError):
            await push()
        assert 100 < sent < 300
        bus.hub.send_signal(signal.SIGCONT)
        await ws.send(dumpling('end'))
        total = await bus.status(lambda s: s['total_dumplings_in'] > sent)
        assert total['dumplings_missing'] == 0
        assert metric(bus, 'netdumplings_gateway_kitchen_dumplings_dropped'
                      '_total') == 0
    run(test)


def test_ten_seconds_are_too_long():
    async def test(bus):
        silent = await bus.kitchen(None)
        ws = await bus.kitchen()
        await bus.status(lambda s: s['dumpling_kitchens'])
        bus.hub.send_signal(signal.SIGSTOP)
        text, dropped = dumpling('x' * 500000), 0
        # A kitchen that is not read for longer ends its connection.
        while not dropped:
            await ws.send(text)
            dropped = metric(bus, 'netdumplings_gateway_kitchen_dumplings'
                             '_dropped_total')
        # As long, a kitchen may say nothing.
        assert await closed(silent) == 1008
        bus.hub.send_signal(signal.SIGCONT)
        # What was lost is known without another dumpling.  What was on its way
        # may still be dropped.
        status = await bus.status(
            lambda s: 0 < s['dumplings_missing'] == metric(
                bus, 'netdumplings_gateway_kitchen_dumplings_dropped_total'))
        assert len(status['dumpling_kitchens']) == 1
    run(test)


def test_the_end_is_told_and_all_is_delivered():
    async def test(bus):
        ws = await bus.kitchen()
        for n in range(1000):
            await ws.send(dumpling(n))
        await asyncio.wait_for(await ws.ping(), PATIENCE)
        bus.gateway.send_signal(signal.SIGINT)
        assert await closed(ws) == 1001
        assert bus.gateway.wait() == 0
        got = await bus.got('MyChef', 1000)
        assert [d['payload'] for d in got] == [*range(1000)]
        await bus.status(lambda s: s['dumpling_kitchens'] == [])
    run(test)


def test_no_pages_for_browsers_there():
    with Bus('--origin', 'good.example') as bus:
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f'http://{bus.at}/')
        assert answer.value.code == 426
        assert answer.value.headers['Upgrade'] == 'websocket'
        assert b'WebSocket' in answer.value.read()

        async def test():
            with pytest.raises(websockets.InvalidStatusCode) as refused:
                await bus.kitchen(origin='http://bad.example')
            assert refused.value.status_code == 403
            await (await bus.kitchen(origin='http://good.example')).close()
        asyncio.run(test())


def test_where_kitchens_are_taken():
    with System() as s:
        # Where that hub takes dumplings cannot be guessed.
        gateway = s.gateway()
        assert gateway.said('no dumplings are taken .*--hub-in')
        taken = s.gateway('--hub-in', s.bus_in, '--in-port', '0')
        port = taken.said(r'ws://127\.0\.0\.1:(\d+)/')[1]
        said_once(run_program('nd-gateway', '--port', 0, '--in-port', port),
                  1, port, 'Address already in use')
        without = s.gateway('--no-kitchens', '--in-port', port)
        assert not without.said('kitchens')
        told = s.gateway('--hub', '127.0.0.1:1', '--in-port', '0')
        told.wait_said(r'at tcp://127\.0\.0\.1:11357')
