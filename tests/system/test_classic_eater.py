"""netdumplings' eaters, as they speak: all that they see and may do."""
import asyncio
import json
import time

import msgpack
import pytest
import websockets

from harness import PATIENCE, run as run_program, said_once
from test_gateway import (Bus, frames, is_status, metric, one, raw_client,
                          run, subscribed, until, wait_for)


async def connect(bus, hello, uri=None, **kwargs):
    """An eater that says just this text, and has been registered."""
    before = metric(bus, 'netdumplings_gateway_clients')
    ws = await websockets.connect(uri or bus.uri, ping_interval=None,
                                  close_timeout=1, **kwargs)
    bus.clients.append(ws)
    await ws.send(hello)
    await subscribed(bus, ws)
    assert metric(bus, 'netdumplings_gateway_clients') == before + 1
    return ws


async def listed(ws, count=None):
    """The eaters in the next status, or in the first that has so many."""
    status = await until(ws, lambda d: is_status(d) and (
        count is None or d['payload']['dumpling_eater_count'] == count))
    return status['payload']['dumpling_eaters']


def peer(ws):
    host, port = ws.local_address[:2]
    return {'host': host, 'port': port}


def without(entry, *keys):
    return {k: v for k, v in entry.items() if k not in keys}


@pytest.mark.parametrize('hello', [
    '{"eater_name": "printereater"}', '{"eater_name":"netmomo"}',
    '{"eater_name":"packscape"}', '{"eater_name": "webnom"}',
    '{"eater_name": null}', '{"eater_name": ["a", {"b": 1.5}], "more": "é"}',
    ' {"eater_name" : "" , "pid": -12345678901, "x": {"y": [true]}} ',
])
def test_hellos_of_all_forms_are_taken_and_listed(hello):
    async def test(bus):
        began = time.time()
        ws = await connect(bus, hello)
        first = await listed(ws)
        # It is in the first status, or at the latest in the second.
        found = first if len(first) == 2 else await listed(ws)
        gateway, me = found
        assert gateway['info_from_eater']['eater_name'] == 'gateway'
        assert me['info_from_eater'] == json.loads(hello)
        assert list(me['info_from_eater']) == list(json.loads(hello))
        assert without(me['info_from_hub'], 'connected_at') == {
            **peer(ws), 'via': 'gateway'}
        assert began - 1 < me['info_from_hub']['connected_at'] < \
            time.time() + 1
    with Bus() as bus:
        run(test, bus)


@pytest.mark.parametrize('compression', [None, 'deflate'])
@pytest.mark.parametrize('host', ['127.0.0.1', '[::1]'])
def test_any_address_path_and_origin(host, compression):
    async def test(bus):
        port = bus.gateway.at.rsplit(':', 1)[1]
        ws = await connect(bus, '{"eater_name": "x"}',
                           f'ws://{host}:{port}/some/path?x=1&y',
                           compression=compression,
                           origin='http://localhost:3000')
        assert ws.subprotocol is None
        me = (await listed(ws, 2))[1]
        assert me['info_from_hub']['host'] == host.strip('[]')
    with Bus() as bus:
        run(test, bus)


def test_a_dumpling_is_one_text_as_the_original_writes_it():
    async def test(bus):
        ws = await connect(bus, '{"eater_name": "x"}')
        bus.push('ShapeChef', {'a': 1}, [], 0, '', False, {}, kitchen='k')
        for payload in {'a': 1}, [], 0, '', False, {}:
            d = await until(ws, lambda d: d['metadata']['chef'] == 'ShapeChef')
            assert list(d) == ['metadata', 'payload']
            assert list(d['metadata'])[:4] == ['chef', 'kitchen',
                                               'creation_time', 'driver']
            assert d['metadata']['kitchen'] == 'k'
            assert d['metadata']['driver'] == 'packet'
            assert isinstance(d['metadata']['creation_time'], float)
            assert d['payload'] == payload
    with Bus() as bus:
        run(test, bus)


def test_the_status_has_what_netmomo_needs():
    async def test(bus):
        bus.pusher.announce(kitchen='lab', interface='eth0', filter='arp',
                            chefs=['ARPChef'], poke_interval=2.5)
        ws = await connect(bus, '{"eater_name":"netmomo"}')
        d = await until(ws, lambda d: is_status(d) and d['payload'][
            'dumpling_eater_count'] == 2)
        assert list(d['metadata'])[:4] == ['chef', 'kitchen', 'creation_time',
                                           'driver']
        assert without(d['metadata'], 'creation_time', 'seq') == {
            'chef': 'SystemStatusChef', 'kitchen': None, 'driver': 'interval'}
        status = d['payload']
        assert isinstance(status['server_uptime'], float)
        for name in ('total_dumplings_in', 'total_dumplings_out',
                     'dumpling_kitchen_count', 'dumpling_eater_count'):
            assert isinstance(status[name], int)
        assert status['dumpling_kitchen_count'] == len(
            status['dumpling_kitchens'])
        assert status['dumpling_eater_count'] == len(status['dumpling_eaters'])
        lab, = (k for k in status['dumpling_kitchens']
                if k['info_from_kitchen']['kitchen_name'] == 'lab')
        info = lab['info_from_kitchen']
        assert info.items() >= {
            'kitchen_name': 'lab', 'interface': 'eth0', 'filter': 'arp',
            'chefs': ['ARPChef'], 'poke_interval': 2.5}.items()
        # One that never said who it is has the same keys.
        assert all(set(k['info_from_kitchen']) >= set(info) and
                   isinstance(k['info_from_kitchen']['chefs'], list)
                   for k in status['dumpling_kitchens'])
        for entry in status['dumpling_kitchens'] + status['dumpling_eaters']:
            assert isinstance(entry['info_from_hub']['host'], str)
            assert isinstance(entry['info_from_hub']['port'], int)
        assert all('eater_name' in e['info_from_eater']
                   for e in status['dumpling_eaters'])
    with Bus() as bus:
        run(test, bus)


@pytest.mark.parametrize('code', [4101, 4102, 1001, 1000])
def test_two_eaters_are_listed_until_they_close(code):
    async def test(bus):
        stays = await connect(bus, '{"eater_name": "same"}')
        goes = await connect(bus, '{"eater_name": "same"}')
        ports = [e['info_from_hub']['port'] for e in await listed(stays, 3)]
        assert ports[1:] == [peer(stays)['port'], peer(goes)['port']]
        await goes.close(code, 'connection cancelled')
        assert goes.close_code == code
        left = await listed(stays, 2)
        assert left[1]['info_from_hub']['port'] == peer(stays)['port']
        # One that goes without a word is seen to be gone, too.
        rude = await connect(bus, '{"eater_name": "rude"}')
        await listed(stays, 3)
        rude.transport.abort()
        await listed(stays, 2)
        await subscribed(bus, stays)
    with Bus() as bus:
        run(test, bus)


def test_a_hello_is_listed_as_far_as_it_has_room():
    async def test(bus):
        watcher = await connect(bus, '{"eater_name": "watcher"}')

        async def told(hello):
            ws = await connect(bus, json.dumps(hello))
            info = (await listed(watcher, 3))[2]['info_from_eater']
            await ws.close()
            await listed(watcher, 2)
            return info
        # Much beside the name, a long name, and one nested deep.
        assert await told({'eater_name': 'x', 'more': 'y' * 9000}) == {
            'eater_name': 'x'}
        assert await told({'eater_name': 'é' * 3000}) == {
            'eater_name': 'é' * 128}
        deep = []
        for _ in range(25):
            deep = [deep]
        assert await told({'eater_name': deep}) == {'eater_name': None}
        assert await told({'eater_name': -1.5, 'more': deep}) == {
            'eater_name': -1.5}
        # A client without a hello is no eater; who says another is listed so.
        await bus.client()
        await watcher.send('{"eater_name": "other", "batch": false}')
        assert (await until(watcher, lambda d: is_status(d) and d['payload'][
            'dumpling_eaters'][-1]['info_from_eater'] != {
                'eater_name': 'watcher'}))['payload']['dumpling_eaters'][-1][
                    'info_from_eater'] == {'eater_name': 'other',
                                           'batch': False}
        assert len(await listed(watcher)) == 2
    with Bus() as bus:
        run(test, bus)


def test_eaters_are_listed_again_by_a_hub_that_was_restarted():
    async def test(bus):
        all_ = [await connect(bus, '{"eater_name": "%d"}' % n)
                for n in range(4)]
        bus.hub.process.kill()
        bus.hub.wait()
        bus.hub = bus.system.hub()
        names = [e['info_from_eater']['eater_name']
                 for e in await listed(all_[0], 5)]
        assert [n for n in names if n != 'gateway'] == ['0', '1', '2', '3']
        bus.gateway.stop()
        eater = bus.system.printer('--chef', 'SystemStatusChef', hub=bus.hub)
        wait_for(lambda: any(d['payload']['dumpling_eater_count'] == 1
                             for d in eater.lines()), 'them to be gone')
    with Bus() as bus:
        run(test, bus)


@pytest.mark.parametrize('hello,code', [
    ('not JSON', 1007), ('{"name": "x"}', 1008), ('[]', 1008)])
def test_what_is_no_hello_leaves_nothing_behind(hello, code):
    async def test(bus):
        watcher = await connect(bus, '{"eater_name": "watcher"}')
        bad = await bus.client()
        await bad.send(hello)
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(bad.recv(), PATIENCE)
        assert bad.close_code == code
        # An eater that goes on sending hellos is heard each time, and served.
        talker = await connect(bus, '{"eater_name": "talker"}')
        for n in range(1000):
            await talker.send('{"eater_name": %d}' % n)
        await subscribed(bus, talker)
        assert (await until(watcher, lambda d: is_status(d) and d['payload'][
            'dumpling_eaters'][-1]['info_from_eater'] == {
                'eater_name': 999}))['payload']['dumpling_eater_count'] == 3
        await talker.close()
        assert len(await listed(watcher, 2)) == 2
    with Bus() as bus:
        run(test, bus)


def test_what_comes_after_the_hello_is_passed_over():
    async def test(bus):
        ws = await connect(bus, '{"eater_name": "talker"}')
        for message in 'not JSON', '{"more": 1}', '[]', b'\xff', '':
            await ws.send(message)
        assert len(await listed(ws, 2)) == 2
        await ws.send('{"eater_name": "talker", "chefs": 7}')
        with pytest.raises(websockets.ConnectionClosed):
            while True:
                await ws.recv()
        assert ws.close_code == 1008
    with Bus() as bus:
        run(test, bus)


def test_fragmented_hello_and_pings():
    async def test(bus):
        ws = await bus.client(compression=None)
        await ws.send(['{"eater', '_name": "', 'x"}'])
        await subscribed(bus, ws)
        assert (await listed(ws, 2))[1]['info_from_eater'] == {
            'eater_name': 'x'}
        # One at a time: libwebsockets answers the first of several.
        for data in b'', b'\0' * 125:
            await asyncio.wait_for(await ws.ping(data), PATIENCE)
    with Bus() as bus:
        run(test, bus)


def masked(opcode, data):
    return bytes([0x80 | opcode, 0x80 | len(data), 0, 0, 0, 0]) + data


class SlowReader:
    """Reads in a thread, and checks all that it gets; answers pings."""

    def __init__(self, bus):
        # Its window is small, so that writes are taken in parts.
        self.socket = raw_client(
            bus, b'{"eater_name":"x","chefs":["FloodChef"]}')
        self.pings, self.pongs, self.count = 0, 0, 0

    def send(self, opcode, data):
        self.socket.sendall(masked(opcode, data))

    def read(self):
        for kind, data in frames(self.socket):
            if kind == 9:
                self.pings += 1
                self.send(10, data)
            elif kind == 10:
                assert data == b'%d' % self.pongs
                self.pongs += 1
            elif kind == 1:
                n, text, size = json.loads(data)['payload']
                assert (n, len(text)) == (self.count, size)
                self.count += 1
        return kind, data


def test_frames_stay_whole_for_a_slow_reader_who_pings_and_is_pinged():
    sizes = [0, 1, 40, 125, 126, 1000, 65000, 70000]

    async def flood(bus, watcher, first, count):
        for n in range(first, first + count):
            size = sizes[n % 8] if n else 900000
            bus.push('FloodChef', [n, 'x' * size, size])
        # All of it is in the gateway.
        await subscribed(bus, watcher, 'ReadyChef')
        return first + count

    async def test(bus):
        reader = SlowReader(bus)
        wait_for(lambda: bus.hub.said('connection from x'), 'it to be seen')
        watcher = await connect(bus, '{"eater_name":"y","chefs":["ReadyChef"]}')
        count = await flood(bus, watcher, 0, 400)
        reading = asyncio.get_running_loop().run_in_executor(None, reader.read)
        for n in range(10):
            reader.send(9, b'%d' % n)
            count = await flood(bus, watcher, count, 40)
            while reader.pongs <= n and not reading.done():
                count = await flood(bus, watcher, count, 8)
        while not reader.pings and not reading.done():
            count = await flood(bus, watcher, count, 40)
        while reader.count < count and not reading.done():
            await subscribed(bus, watcher, 'ReadyChef')
        reader.send(8, (4102).to_bytes(2, 'big'))
        assert await reading == (8, (4102).to_bytes(2, 'big'))
        assert (reader.count, reader.pongs) == (count, 10)
        assert reader.pings
        reader.socket.close()
    with Bus('--queue', '1GiB', '--ping', '1') as bus:
        run(test, bus)


# --- several kitchens --------------------------------------------------------


def count(bus, kitchen, counts, chef='PacketCountChef', key='packet_counts'):
    """An interval dumpling of what a kitchen has counted."""
    seq = bus.seq.get((chef, kitchen), 0)
    bus.seq[chef, kitchen] = seq + 1
    bus.pusher.send(f'{chef}/{kitchen}/'.encode(), msgpack.packb(
        [1, 7, seq, [[time.time_ns(), 1, {key: counts}]]], datetime=True))


async def counts(ws, chef='PacketCountChef'):
    d = await until(ws, lambda d: d['metadata']['chef'] == chef)
    payload, = d['payload'].values()
    return d['metadata']['kitchen'], payload


def test_classic_eaters_get_all_kitchens():
    async def test(bus):
        ws = await connect(bus, '{"eater_name": "x"}')
        for kitchen, n in ('a', 1), ('b', 10), ('a', 2):
            count(bus, kitchen, {'IP': n})
            assert await counts(ws) == (kitchen, {'IP': n})
    with Bus('--classic', 'all') as bus:
        run(test, bus)


def test_classic_eaters_may_get_one_kitchens():
    async def test(bus):
        ws = await bus.client()
        await ws.send('{"eater_name": "x"}')
        await subscribed(bus, ws, kitchen='b')
        modern = await bus.client({'chefs': ['PacketCountChef'],
                                   'kitchens': ['a']})
        both = await bus.client({'batch': False})
        await subscribed(bus, both)
        for kitchen, n in ('a', 1), ('b', 10), ('a', 2), ('b', 20):
            count(bus, kitchen, {'IP': n})
        assert await counts(ws) == ('b', {'IP': 10})
        assert await counts(ws) == ('b', {'IP': 20})
        assert await counts(modern) == ('a', {'IP': 1})
        assert await counts(both) == ('a', {'IP': 1})
        assert await counts(both) == ('b', {'IP': 10})
        assert len(await listed(ws, 4)) == 4
    with Bus('--classic', 'kitchen=b') as bus:
        run(test, bus)


async def check_sums(bus, ws):
    plain = await bus.client({'chefs': ['PacketCountChef', 'ReadyChef'],
                              'sum': False})
    await subscribed(bus, plain)
    count(bus, 'a', {'IP': 1, 'ARP': 5})
    assert await counts(ws) == ('a', {'IP': 1, 'ARP': 5})
    count(bus, 'b', {'IP': 10, 'UDP': 3})
    assert await counts(ws) == ('b', {'IP': 11, 'UDP': 3, 'ARP': 5})
    count(bus, 'a', {'IP': 2, 'ARP': 5})
    assert await counts(ws) == ('a', {'IP': 12, 'ARP': 5, 'UDP': 3})
    assert [await counts(plain) for _ in range(3)][1:] == [
        ('b', {'IP': 10, 'UDP': 3}), ('a', {'IP': 2, 'ARP': 5})]
    for kitchen, seen in (('a', {'x': {'count': 1, 'latest': 7.5}}),
                          ('b', {'x': {'count': 2, 'latest': 6.5},
                                 'y': {'count': 1, 'latest': 6.0}})):
        count(bus, kitchen, seen, 'DNSLookupChef', 'lookups_seen')
    await counts(ws, 'DNSLookupChef')
    assert await counts(ws, 'DNSLookupChef') == ('b', {
        'x': {'count': 3, 'latest': 7.5}, 'y': {'count': 1, 'latest': 6.0}})
    # What is made of packets comes as it is.
    bus.push('DNSLookupChef', {'lookup': {'hostname': 'x', 'when': 1.5}})
    assert await counts(ws, 'DNSLookupChef') == ('py', {
        'hostname': 'x', 'when': 1.5})
    # A kitchen that has gone counts no more.
    bus.pusher.announce(kitchen='a', closing=True)
    await until(ws, lambda d: is_status(d) and not any(
        k['info_from_kitchen']['kitchen_name'] == 'a'
        for k in d['payload']['dumpling_kitchens']))
    count(bus, 'b', {'IP': 12, 'UDP': 3})
    assert await counts(ws) == ('b', {'IP': 12, 'UDP': 3})


def test_classic_eaters_may_get_sums():
    async def test(bus):
        ws = await connect(bus, '{"eater_name": "x"}')
        other = await connect(bus, '{"eater_name": "y"}')
        await check_sums(bus, ws)
        assert await counts(other) == ('a', {'IP': 1, 'ARP': 5})
        assert await counts(other) == ('b', {'IP': 11, 'UDP': 3, 'ARP': 5})
    with Bus('--classic', 'sum') as bus:
        run(test, bus)


def test_a_hello_may_ask_for_sums():
    async def test(bus):
        ws = await bus.client({'sum': True})
        await subscribed(bus, ws)
        await check_sums(bus, ws)
        bad = await bus.client({'sum': True, 'kitchens': ['a']})
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(bad.recv(), PATIENCE)
        assert bad.close_code == 1008
    with Bus() as bus:
        run(test, bus)


@pytest.mark.parametrize('what', ['', 'some', 'kitchen=', 'kitchen=a/b'])
def test_classic_that_is_nothing(what):
    said_once(run_program('nd-gateway', '--user', '', '--port', '0',
                          '--classic', what), 1, '--classic', f"'{what}'")
