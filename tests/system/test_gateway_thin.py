"""Clients of the gateway that do not want all of it: max_rate, latest_per."""
import asyncio
import json
import time

import msgpack
import pytest
import websockets

from harness import PATIENCE
from test_gateway import (Bus, frames, metric, one, raw_client, run,
                          subscribed, until)


class Ledger:
    """What a client got, was told to be left out, and was told to be lost.

    At each notice, of every chef in it: what came, what was left out and
    what was lost is as many as there were, by their numbers.  Those of the
    kitchen py go by their chef's name only.
    """

    def __init__(self):
        self.base = None
        self.total, self.of, self.got, self.last = {}, {}, {}, {}
        self.skipped, self.lost, self.losses = {}, 0, 0
        self.dumplings = []
        self.news = asyncio.Event()

    def take(self, text):
        self.news.set()
        got = json.loads(text, parse_constant=pytest.fail)
        for d in got if isinstance(got, list) else [got]:
            if d['metadata']['chef'] != 'GatewayChef':
                assert self.base is not None, 'the totals come first'
                self.dumpling(d)
            elif 'lost' in d['payload']:
                self.lost += d['payload']['lost']
                self.losses += 1
            else:
                self.notice(d['payload']['left_out'])

    @staticmethod
    def name(d):
        kitchen = d['kitchen']
        return d['chef'] if kitchen == 'py' else (d['chef'], kitchen)

    def dumpling(self, d):
        chef, seq = self.name(d['metadata']), d['metadata']['seq']
        self.got[chef] = self.got.get(chef, 0) + 1
        if chef in self.last:
            assert seq > self.last[chef], 'each comes once, in its order'
            self.skipped[chef] = (self.skipped.get(chef, 0) + seq
                                  - self.last[chef] - 1)
        self.last[chef] = seq
        self.dumplings.append(d)

    def notice(self, kinds):
        if self.base is None:
            self.base = {}
            for k in kinds:
                self.base[self.name(k)] = k['total'], k['of']
        else:
            assert kinds or self.losses
        for k in kinds:
            chef = self.name(k)
            assert set(k) == {'kitchen', 'chef', 'total', 'of'}
            assert k['total'] >= self.total.get(chef, 0)
            total, of = self.base.get(chef, (0, 0))
            self.total[chef] = k['total'] - total
            self.of[chef] = k['of'] - of
            known = self.got.get(chef, 0) + self.total[chef]
            if self.lost:
                # The loss is told as one for all chefs.
                assert known <= self.of[chef]
            else:
                assert known == self.of[chef]
                assert self.skipped.get(chef, 0) <= self.total[chef]


async def listen(ws, ledger):
    try:
        while True:
            ledger.take(await ws.recv())
    except websockets.ConnectionClosed:
        pass


async def thin(bus, hello):
    ws = await bus.client({'batch': True, **hello})
    ledger = Ledger()
    task = asyncio.ensure_future(listen(ws, ledger))
    return ws, ledger, task


async def holds(ledger, task, fact):
    """Until the fact holds; fails with the task that sees to it."""
    async def wait():
        while not fact():
            ledger.news.clear()
            await ledger.news.wait()
    waiting = asyncio.ensure_future(wait())
    done, _ = await asyncio.wait({waiting, task}, timeout=PATIENCE,
                                 return_when=asyncio.FIRST_COMPLETED)
    if task in done:
        task.result()
    assert waiting in done, 'waited in vain'
    waiting.result()


def push_interval(bus, chef, payload, kitchen='py'):
    seq = bus.seq.get((chef, kitchen), 0)
    bus.pusher.send(f'{chef}/{kitchen}/'.encode(), msgpack.packb(
        [1, 7, seq, [[time.time_ns(), 1, payload]]]))
    bus.seq[chef, kitchen] = seq + 1


class Flood:
    """Some seconds of many dumplings, as fast as a plain client takes."""

    def __init__(self, bus, plain, payload):
        self.bus, self.plain, self.payload = bus, plain, payload
        self.pushed = self.seen = 0

    async def push(self, count=500):
        self.bus.push('FloodChef', *(
            self.payload(n) for n in range(self.pushed, self.pushed + count)))
        self.pushed += count
        while self.seen < self.pushed - 2000:
            await self.see()

    async def see(self):
        for d in await one(self.plain):
            assert d['metadata']['chef'] != 'GatewayChef'
            if d['metadata']['chef'] == 'FloodChef':
                assert d['metadata']['seq'] == self.seen
                self.seen += 1

    async def go_on(self, seconds, each=None):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if each:
                each()
            await self.push()

    async def dumplings(self, count):
        while count > 0:
            await self.push()
            count -= 500
        await self.end()

    async def end(self):
        while self.seen < self.pushed:
            await self.see()


RATE = 200


def test_a_rate_holds_and_by_numbers_nothing_is_lost():
    async def test(bus):
        plain = await bus.client({'batch': True})
        await subscribed(bus, plain)
        flood = Flood(bus, plain, lambda n: {'n': n, 'pad': 'x' * 100})
        hello = {'max_rate': RATE}
        ws, ledger, task = await thin(bus, hello)
        await holds(ledger, task, lambda: ledger.base is not None)
        start = time.monotonic()
        quiet = 0

        def now_and_then():
            nonlocal quiet
            if time.monotonic() - start > quiet / 10:
                bus.push('QuietChef', quiet)
                push_interval(bus, 'IntervalChef', quiet)
                quiet += 1
        await flood.go_on(2, now_and_then)
        # Another one begins in the middle of it, and a third has all.
        _, later, later_task = await thin(bus, hello)
        await flood.go_on(2, now_and_then)
        await flood.end()
        # Of the last so many at once some are left out, which is told.
        await holds(ledger, task, lambda: ledger.of['FloodChef']
                    == flood.pushed)
        await holds(later, later_task, lambda: later.of['FloodChef']
                    + later.base['FloodChef'][1] == flood.pushed)
        assert ledger.lost == later.lost == 0
        assert flood.pushed > 20 * RATE
        packets = [d for d in ledger.dumplings
                   if d['metadata']['driver'] == 'packet']
        assert len(packets) <= RATE * 1.1 * (
            time.monotonic() - start) + RATE
        assert len(packets) >= RATE
        # The flood hides nobody, once it is known to be one.
        assert ledger.got['IntervalChef'] == quiet
        assert ledger.got['QuietChef'] >= quiet * 0.7
        assert later.base['FloodChef'][0] > 0
        assert later.base['IntervalChef'][0] == 0
        left_out = ledger.total['FloodChef'] + later.total['FloodChef']
        assert metric(bus, 'netdumplings_gateway_deliveries_left_out_total'
                      ) >= left_out
        assert metric(bus,
                      'netdumplings_gateway_deliveries_lost_total') == 0
        await ws.close()
        await task
    with Bus() as bus:
        run(test, bus)


def test_what_waits_for_its_time_is_not_lost_meanwhile():
    async def test(bus):
        plain = await bus.client({'batch': True})
        await subscribed(bus, plain)
        flood = Flood(bus, plain, lambda n: {'n': n, 'pad': 'x' * 1000})
        _, ledger, task = await thin(bus, {'max_rate': RATE})
        await holds(ledger, task, lambda: ledger.base is not None)
        # Many times what the gateway keeps.
        await flood.dumplings(40000)
        await holds(ledger, task, lambda: ledger.of['FloodChef']
                    == flood.pushed)
        assert ledger.lost == 0
    with Bus('--queue', '4MiB') as bus:
        run(test, bus)


DEVICES = 10


@pytest.mark.parametrize('batch', [True, False])
def test_only_the_latest_of_each_thing_comes(batch):
    async def test(bus):
        plain = await bus.client({'batch': True})
        await subscribed(bus, plain)
        flood = Flood(bus, plain, lambda n: {'who': {'mac': n % DEVICES},
                                             'n': n})
        _, ledger, task = await thin(bus, {
            'latest_per': {'FloodChef': 'who.mac', 'WholeChef': ''},
            'batch': batch})
        await holds(ledger, task, lambda: ledger.base is not None)
        start = time.monotonic()
        whole = 0

        def whole_too():
            nonlocal whole
            bus.push('WholeChef', whole)
            bus.push('OtherChef', {'who': {'mac': 1}})
            whole += 1
        await flood.go_on(2, whole_too)
        await flood.end()
        # The last of each is what comes last.
        last = {n % DEVICES: n for n in
                range(flood.pushed - DEVICES, flood.pushed)}

        def has_last():
            found = {d['payload']['who']['mac']: d['payload']['n']
                     for d in ledger.dumplings
                     if d['metadata']['chef'] == 'FloodChef'}
            return found == last
        await holds(ledger, task, lambda: ledger.last.get('FloodChef')
                    == flood.pushed - 1)
        assert has_last()
        slots = (time.monotonic() - start) / 0.25 + 2
        assert ledger.got['FloodChef'] <= DEVICES * slots
        assert ledger.got['WholeChef'] <= slots
        assert ledger.last['WholeChef'] == whole - 1
        assert ledger.got['OtherChef'] == whole
        assert ledger.total['FloodChef'] > 0
        assert ledger.lost == 0 and 'OtherChef' not in ledger.total
    # What is kept is too much to end a slot.
    with Bus('--queue', '256MiB') as bus:
        run(test, bus)


@pytest.mark.parametrize('add_up', [True, False])
def test_sums_have_the_numbers_of_what_they_are_made_of(add_up):
    async def test(bus):
        plain = await bus.client({'batch': True})
        await subscribed(bus, plain)
        flood = Flood(bus, plain, lambda n: n)
        _, ledger, task = await thin(bus, {
            'max_rate': 50, 'sum': add_up,
            'latest_per': {'DNSLookupChef': ''}})
        await holds(ledger, task, lambda: ledger.base is not None)
        n = 0

        def both():
            nonlocal n
            for kitchen in 'py', 'two':
                bus.push('DNSLookupChef', {'lookup': n}, {'lookup': n},
                         kitchen=kitchen)
                push_interval(bus, 'DNSLookupChef', {'lookups_seen': {
                    'name': {'count': n}}}, kitchen=kitchen)
            n += 1
        await flood.go_on(1, both)
        await flood.end()

        def last(kitchen):
            for d in reversed(ledger.dumplings):
                meta = d['metadata']
                if (meta['kitchen'], meta['chef'], meta['driver']) == (
                        kitchen, 'DNSLookupChef', 'interval'):
                    return d['payload']['lookups_seen']['name']['count']
        await holds(ledger, task, lambda: last('two') == (
            2 * n - 2 if add_up else n - 1))
        await holds(ledger, task, lambda: all(
            ledger.last.get(k) == 3 * n - 1
            for k in ('DNSLookupChef', ('DNSLookupChef', 'two'))))
        assert ledger.lost == 0
        assert ledger.total['DNSLookupChef'] > n
    with Bus() as bus:
        run(test, bus)


def test_who_lags_is_told_what_was_lost_and_what_was_left_out():
    async def test(bus):
        healthy = await bus.client({'batch': True})
        lagging = raw_client(bus, b'{"eater_name":"x","batch":true,"chefs":'
                             b'["FloodChef","OnceChef"],"max_rate":20000}')
        lagging.settimeout(PATIENCE / 3)
        await subscribed(bus, healthy)
        flood = Flood(bus, healthy, lambda n: {'n': n, 'pad': 'x' * 200})
        await flood.dumplings(60000)
        # What is told of these while it lags is gone when it reads.
        for _ in range(5):
            bus.push('OnceChef', *range(5000))
            await subscribed(bus, healthy)
        await flood.dumplings(60000)
        # It wakes up.
        ledger = Ledger()
        reader = asyncio.get_running_loop().run_in_executor(
            None, until_even, lagging, ledger)
        while not reader.done():
            bus.push('FloodChef', *({'n': 0} for _ in range(3000)))
            await subscribed(bus, healthy)
        reader.result()
        assert ledger.lost > 0
        assert ledger.total['FloodChef'] > 0
        lagging.close()
    with Bus('--queue', '2MiB', '--lag', '60', '--ping', '600') as bus:
        run(test, bus)


def until_even(sock, ledger):
    """Reads until all that did not come is left out or lost, of both chefs."""
    for kind, text in frames(sock):
        if kind != 1:
            continue
        ledger.take(text)
        if ledger.of.get('OnceChef') == 25000 and text.endswith(
                b']}}]') and ledger.lost == sum(
                of - ledger.got.get(chef, 0) - ledger.total[chef]
                for chef, of in ledger.of.items()):
            return


def test_a_hello_may_change_what_is_left_out():
    async def test(bus):
        ws = await bus.client({'chefs': ['ReadyChef'], 'max_rate': 1000})

        def totals(d):
            return 'left_out' in (d['payload'] or {})
        assert (await until(ws, totals))['payload'] == {'left_out': []}
        await subscribed(bus, ws)
        for hello in ({'max_rate': 1000}, {'max_rate': 10},
                      {'latest_per': {'ReadyChef': 'ready'}},
                      {'max_rate': 1e6, 'latest_per': {'X': ''}},
                      {'max_rate': None, 'latest_per': {}}, {'max_rate': 5}):
            await ws.send(json.dumps({'eater_name': 'x',
                                      'chefs': ['ReadyChef'], **hello}))
            if hello.get('max_rate') or hello.get('latest_per'):
                found = (await until(ws, totals))['payload']['left_out']
                # A filter nobody had is new; one that is the same goes on.
                assert found == [] or hello == {'max_rate': 1000}
            await subscribed(bus, ws)
    with Bus() as bus:
        run(test, bus)


def test_there_is_an_end_to_different_ones():
    async def test(bus):
        for n in range(1, 65):
            ws = await bus.client({'chefs': ['NoChef'], 'max_rate': n})
        await asyncio.gather(*map(one, bus.clients))
        same = await bus.client({'chefs': ['NoChef'], 'max_rate': 7})
        await one(same)
        plain = await bus.client({'chefs': ['ReadyChef']})
        await subscribed(bus, plain)
        more = await bus.client({'chefs': ['NoChef'], 'max_rate': 65})
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(more.recv(), PATIENCE)
        assert more.close_code == 1013 and 'later' in more.close_reason
        await ws.close()
        again = await bus.client({'chefs': ['NoChef'], 'max_rate': 65})
        await one(again)
    with Bus() as bus:
        run(test, bus)
