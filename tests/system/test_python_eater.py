"""Eaters in Python, over ZeroMQ and WebSocket."""
import asyncio
import inspect
import json
import re
import signal
import sys

import msgpack
import pytest

from harness import TREE, Namespace, Pusher, System, wait_for
from old_hub import OldHub, text_of
from python_package import PACKAGE, python

sys.path.insert(0, str(PACKAGE))
from netdumplings import DumplingEater  # noqa: E402

EXAMPLES = TREE / 'docs/examples'
WAYS = 'zeromq', 'websocket'

# An eater that prints what it is called with.  Its last arguments, if there
# are any, are DumplingEater's and run()'s.
EATER = '''
import logging, json, sys
from netdumplings import DumplingEater
logging.basicConfig(level=logging.INFO)

class Eater(DumplingEater):
    async def on_connect(self, hub_uri, websocket):
        print(json.dumps({'connected': hub_uri}), flush=True)

    async def on_dumpling(self, dumpling):
        print(dumpling.to_json(), flush=True)

    async def on_connection_lost(self, e):
        print(json.dumps({'lost': repr(e)}), flush=True)

eater = Eater('py-eater', sys.argv[1], **eval(sys.argv[2]))
eater.run(*eval(sys.argv[3]))
print(json.dumps({'missed': eater.missed}), flush=True)
'''


class Bus(System):
    """A system with a hub, and a gateway if eaters go through that."""

    def __init__(self, way):
        super().__init__()
        self.way = way

    def __enter__(self):
        super().__enter__()
        self.the_hub = self.hub()
        self.where = self.bus_out
        if self.way == 'websocket':
            self.the_gateway = self.gateway()
            self.where = f'ws://{self.the_gateway.at}'
        self.pusher = Pusher(self.bus_in)
        return self

    def __exit__(self, *args):
        self.pusher.close()
        super().__exit__(*args)

    def eater(self, run=(), **options):
        """One that has been seen to get dumplings, or wants none of these."""
        eater = python(self, EATER, self.where, repr(options), repr(run))
        wait_for(lambda: told(eater, 'connected') or eater.gone('$'),
                 'the eater to connect')
        return eater

    def feed(self, eater, chef='FeedChef', kitchen='py'):
        """Sends dumplings until one arrives; the next one's number."""
        seq = 0

        def came():
            nonlocal seq
            self.pusher.batch(chef, seq, [{'n': seq}], kitchen)
            seq += 1
            return of(eater, chef)
        wait_for(came, 'a dumpling')
        return seq


@pytest.fixture(name='bus', params=WAYS)
def the_bus(request):
    with Bus(request.param) as bus:
        yield bus


@pytest.fixture(name='zeromq')
def the_bus_over_zeromq():
    with Bus('zeromq') as bus:
        yield bus


def told(eater, key):
    return [line[key] for line in eater.lines() if key in line]


def of(eater, chef, kitchen=None):
    return [line for line in eater.lines() if 'metadata' in line
            and line['metadata']['chef'] == chef
            and kitchen in (None, line['metadata']['kitchen'])]


def payloads(eater, chef, kitchen=None):
    return [d['payload'] for d in of(eater, chef, kitchen)]


def rounded(value):
    """Without what is below a microsecond."""
    return json.loads(json.dumps(value), parse_float=lambda text: round(
        float(text), 6))


def test_its_signature():
    def parameters(f):
        return {p.name: (p.kind, p.default)
                for p in inspect.signature(f).parameters.values()}
    given = parameters(DumplingEater)
    by_place, by_name = (inspect.Parameter.POSITIONAL_OR_KEYWORD,
                         inspect.Parameter.KEYWORD_ONLY)
    assert list(given)[:2] == ['name', 'hub']
    for name, expected in {
            'name': (by_place, 'nameless_eater'),
            'hub': (by_place, 'localhost:11348'),
            'chef_filter': (by_name, None), 'on_connect': (by_name, None),
            'on_dumpling': (by_name, None),
            'on_connection_lost': (by_name, None)}.items():
        assert given.pop(name) == expected
    assert {kind for kind, _ in given.values()} <= {by_name}
    assert parameters(DumplingEater().run) == {
        'dumpling_count': (by_place, None)}
    for handler in 'on_connect', 'on_dumpling', 'on_connection_lost':
        assert inspect.iscoroutinefunction(getattr(DumplingEater, handler))


def test_it_gets_what_nd_print_gets(bus):
    printer = bus.printer(hub=bus.the_hub)
    eater = bus.eater()
    bus.feed(eater)
    wait_for(lambda: of(printer, 'FeedChef'), 'a dumpling at nd-print')
    kitchen = bus.kitchen('--read', bus.capture('mix.pcap'), '-p', 1000,
                          '--kitchen-name', 'lab')
    assert kitchen.wait() == 0
    made = sum(map(int, re.findall(r'Chef: (\d+) dumplings',
                                   kitchen.err.read_text())))
    assert made > 20

    def of_lab(program):
        return rounded(sorted((d for d in program.lines()
                               if d.get('metadata', {}).get('kitchen')
                               == 'lab'), key=lambda d: (
            d['metadata']['chef'], d['metadata']['seq'])))
    for program in printer, eater:
        wait_for(lambda: len(of_lab(program)) == made, 'all dumplings')
    assert of_lab(printer) == of_lab(eater)
    assert eater.stop() == 0
    assert told(eater, 'missed') == [0]


def test_values_over_zeromq(zeromq):
    eater = python(zeromq, '''
import sys
from netdumplings import DumplingEater
class Eater(DumplingEater):
    async def on_dumpling(self, dumpling):
        print(repr(dumpling.payload), flush=True)
Eater('x', sys.argv[1], chef_filter=['FeedChef', 'ValueChef']).run()
''', zeromq.where)

    def came():
        zeromq.pusher.batch('FeedChef', came.seq, [0])
        came.seq += 1
        return eater.out.read_text()
    came.seq = 0
    wait_for(came, 'a dumpling')
    sent = [{'a': [1, -2, 1.5, None, True, 2**64 - 1, -2**63]},
            {'x': b'\xff\0', 'e': msgpack.ExtType(5, b'ab')},
            {'t': msgpack.Timestamp(1700000000, 500000000)},
            {1: 'one', None: 'nil', b'b': 'bin', False: 'false'},
            'é\U0001f95f', [], {}, False]
    zeromq.pusher.batch('ValueChef', 0, sent)
    zeromq.pusher.send(b'ValueChef/py/', msgpack.packb(
        [1, 7, len(sent), [[1, 0, ['last']]]]).replace(
            b'\xa4last', b'\xa4l\xffst'))
    wait_for(lambda: 'st' in eater.out.read_text(), 'the last')
    lines = eater.out.read_text().splitlines()
    assert [eval(line) for line in lines if line != '0'] == [
        sent[0], {'x': b'\xff\0', 'e': b'ab'}, {'t': 1700000000.5},
        {'1': 'one', 'null': 'nil', "b'b'": 'bin', 'false': 'false'},
        'é\U0001f95f', [], {}, False, ['l\ufffdst']]


def test_filters(bus):
    eaters = {
        'chef': bus.eater(chef_filter=['FeedChef', 'OneChef']),
        'kitchen': bus.eater(kitchens=['lab']),
        'both': bus.eater(chef_filter=['OneChef', 'SystemStatusChef'],
                          kitchens=['lab']),
        'interval': bus.eater(packet=False),
        'none': bus.eater(chef_filter=[])}
    for eater in list(eaters.values())[:2]:
        bus.feed(eater, kitchen='lab')
    for eater in eaters['both'], eaters['interval']:
        wait_for(lambda: of(eater, 'SystemStatusChef'), 'a status')
    for kitchen in 'lab', 'den':
        for chef in 'OneChef', 'TwoChef', 'FeedChef':
            bus.pusher.batch(chef, 1000, [chef], kitchen)
    bus.pusher.batch('OneChef', 1001, ['end'], 'lab')
    for name in 'chef', 'kitchen', 'both':
        wait_for(lambda: 'end' in payloads(eaters[name], 'OneChef'), name)
    assert payloads(eaters['chef'], 'OneChef') == ['OneChef', 'OneChef',
                                                   'end']
    assert not of(eaters['chef'], 'TwoChef')
    assert not of(eaters['chef'], 'SystemStatusChef')
    assert of(eaters['kitchen'], 'TwoChef', 'lab')
    for name in 'kitchen', 'both':
        assert payloads(eaters[name], 'OneChef') == ['OneChef', 'end']
    assert not of(eaters['kitchen'], 'SystemStatusChef')
    assert not of(eaters['both'], 'TwoChef')
    assert not of(eaters['interval'], 'OneChef')
    assert eaters['none'].stop() == 0
    assert [list(line) for line in eaters['none'].lines()] == [
        ['connected'], ['missed']]


def test_a_count(bus):
    eater = bus.eater(run=(3,), chef_filter=['FeedChef'])
    bus.feed(eater)
    bus.pusher.batch('FeedChef', 1000, [1, 2, 3, 4])
    assert eater.wait() == 0
    assert len(of(eater, 'FeedChef')) == 3
    assert not told(eater, 'lost')


def test_what_is_missed(bus):
    eater = bus.eater(chef_filter=['FeedChef', 'GapChef'])
    seq = bus.feed(eater)
    bus.pusher.batch('FeedChef', seq, [0])
    bus.pusher.batch('GapChef', 0, [0, 1, 2])
    bus.pusher.batch('GapChef', 10, [10])
    bus.pusher.batch('GapChef', 12, ['end'])
    wait_for(lambda: 'end' in payloads(eater, 'GapChef'), 'the end')
    assert payloads(eater, 'GapChef') == [0, 1, 2, 10, 'end']
    assert eater.stop() == 0
    assert told(eater, 'missed') == [8]


def restart(bus):
    """The hub, and what is between it and the eater, goes and comes."""
    assert bus.the_hub.stop() == 0
    if bus.way == 'websocket':
        port = bus.the_gateway.at.rpartition(':')[2]
        assert bus.the_gateway.stop() == 0
    yield
    bus.hub()
    if bus.way == 'websocket':
        bus.gateway('--address', '127.0.0.1', '--port', port)
    yield


def test_it_connects_again(bus):
    eater = bus.eater()
    bus.feed(eater)
    restarting = restart(bus)
    next(restarting)
    wait_for(lambda: told(eater, 'lost'), 'the loss')
    assert len(told(eater, 'connected')) == 1
    eater.wait_said('waiting for it')
    next(restarting)
    bus.feed(eater, 'AgainChef')
    assert len(told(eater, 'connected')) == 2
    assert len(told(eater, 'lost')) == 1
    assert eater.err.read_text().count('waiting for it') == 1
    assert eater.stop() == 0


def test_it_does_not_if_told_so(bus):
    eater = bus.eater(reconnect=False)
    next(restart(bus))
    assert eater.wait() == 0
    assert len(told(eater, 'lost')) == 1
    eater = python(bus, EATER, bus.where, "{'reconnect': False}", '()')
    assert eater.wait() == 0
    assert told(eater, 'missed') == [0] and not told(eater, 'lost')
    assert eater.said('py-eater: no hub at ')


def test_it_waits_for_a_hub_that_is_not_there():
    with System() as s:
        eater = python(s, EATER, s.bus_out, '{}', '()')
        eater.wait_said('no hub at .* yet')
        s.hub()
        wait_for(lambda: of(eater, 'SystemStatusChef'), 'a status')


@pytest.mark.parametrize('handler', ['on_connect', 'on_dumpling'])
def test_what_handlers_raise(bus, handler):
    eater = python(bus, f'''
import sys
from netdumplings import DumplingEater
async def handler(*args):
    raise OSError(5, 'of mine')
try:
    DumplingEater('x', sys.argv[1], {handler}=handler).run()
except OSError as e:
    print(e)
''', bus.where)
    assert eater.wait() == 0
    assert eater.out.read_text() == '[Errno 5] of mine\n'


def test_an_argument_wins_over_a_method(bus):
    eater = python(bus, '''
import sys
from netdumplings import DumplingEater
class Eater(DumplingEater):
    async def on_connect(self, hub_uri, websocket):
        print('method', hub_uri == sys.argv[1], websocket is not None)
    async def on_dumpling(self, dumpling):
        print('no')
async def on_dumpling(dumpling):
    print('argument', dumpling.chef)
Eater('x', sys.argv[1], on_dumpling=on_dumpling).run(1)
''', bus.where)
    assert eater.wait() == 0
    assert eater.out.read_text().splitlines() == [
        'method True True', 'argument SystemStatusChef']


def test_async_for(bus):
    eater = python(bus, EXAMPLES / 'names_eater.py', bus.where)
    seq = 0

    def came():
        nonlocal seq
        bus.pusher.batch('DNSLookupChef', seq, [
            {'lookup': {'hostname': 'a.example', 'when': 1}}, {}])
        seq += 2
        return eater.out.read_text()
    wait_for(came, 'a name')
    assert set(eater.out.read_text().split()) == {'a.example'}


def test_async_for_ends_and_begins_again(bus):
    eater = python(bus, '''
import asyncio, sys
from netdumplings import DumplingEater
async def main():
    eater = DumplingEater('x', sys.argv[1])
    for _ in range(3):
        async with eater:
            async for dumpling in eater:
                print(dumpling.chef)
                break
    for _ in range(3):
        async for dumpling in eater:
            print(dumpling.chef)
            break
asyncio.run(main())
eater = DumplingEater('x', sys.argv[1])
eater.run(1)
eater.run(1)
''', bus.where)
    assert eater.wait() == 0
    assert eater.out.read_text().split() == ['SystemStatusChef'] * 6
    assert eater.said('no on_dumpling handler')


@pytest.mark.parametrize('hub', ['', 'h:', ':1', 'h:x', 'h:70000', 'ftp://h'])
def test_what_is_no_hub(hub):
    with pytest.raises(ValueError, match='hub|HOST:PORT'):
        DumplingEater(hub=hub).run()


def test_not_within_a_loop():
    async def main():
        with pytest.raises(RuntimeError):
            DumplingEater().run()
    asyncio.run(main())


def test_the_examples_eater_at_the_default_port():
    """As it is written, it wants a hub at localhost:11348."""
    with Namespace() as ns, System() as s:
        s.hub()
        s.start('nd-gateway', '--hub', s.bus_out, '--user', '',
                netns=ns.name).wait_said('serving http')
        eater = python(s, EXAMPLES / 'printer_eater.py',
                       before=['ip', 'netns', 'exec', ns.name])
        wait_for(lambda: '"server_uptime":' in eater.out.read_text(),
                 'a status')
        assert eater.out.read_text().startswith(
            'Connected to ws://localhost:11348\n{\n    "')
        assert eater.stop() == 0


def test_a_hub_of_old():
    texts = (text_of('OneChef', 1), '{', '[' * 100000, '{}', 'null',
             text_of('OneChef', 2, driver='nothing'),
             text_of('OneChef', 3, kitchen={'odd': []}, seq=1),
             text_of('TwoChef', 4), b'\xff', text_of('OneChef', 5).encode(),
             text_of('OneChef', 6), text_of('OneChef', 7))
    with OldHub(*texts) as hub, System() as s:
        eater = python(s, EATER, hub.where, "{'chef_filter': ['OneChef'], "
                       "'kitchens': ['lab']}", '(3,)')
        wait_for(lambda: hub.hellos, 'its hello')
        assert hub.hellos == [{'eater_name': 'py-eater', 'batch': True,
                               'chefs': ['OneChef'], 'kitchens': ['lab']}]
        assert eater.wait() == 0, eater.err.read_text()
        assert payloads(eater, 'OneChef') == [1, 5, 6]
        wait_for(lambda: hub.closed, 'its end')
        assert hub.closed == [(4102, 'dumpling eater is full')]
        assert told(eater, 'connected') == [f'ws://{hub.where}']
        assert seen_errors(eater) == 6


def seen_errors(eater):
    return eater.err.read_text().count('Received invalid dumpling')


def test_it_is_cancelled():
    with OldHub(text_of('OneChef', 1)) as hub, System() as s:
        eater = python(s, EATER, hub.where, '{}', '()')
        wait_for(lambda: of(eater, 'OneChef'), 'a dumpling')
        assert eater.stop(signal.SIGINT) == 0
        wait_for(lambda: hub.closed, 'its end')
        assert hub.closed == [(4101, 'connection cancelled')]
        assert not told(eater, 'lost')


@pytest.mark.parametrize('texts, missed', [
    ([text_of('A', 0, seq=5), text_of('A', 0, seq=6)], 0),
    ([text_of('A', 0, seq=5), text_of('A', 0, seq=9)], 3),
    # A kitchen that began anew, another kitchen, another chef.
    ([text_of('A', 0, seq=5), text_of('A', 0, seq=0)], 0),
    ([text_of('A', 0, seq=5), text_of('A', 0, 'lab', seq=9)], 0),
    ([text_of('A', 0, seq=5), text_of('B', 0, seq=9)], 0),
    # What the gateway tells is the gap that comes after, or more.
    ([text_of('A', 0, seq=5), text_of('GatewayChef', {'lost': 3}),
      text_of('A', 0, seq=9)], 3),
    ([text_of('A', 0, seq=5), text_of('GatewayChef', {'lost': 7}),
      text_of('A', 0, seq=9)], 7),
    ([text_of('A', 0), text_of('GatewayChef', {'lost': 'x'}),
      text_of('GatewayChef', [])], 0)])
def test_what_a_gateway_tells_of_losses(texts, missed):
    end = text_of('End', 0)
    batch = f'[{", ".join([*texts, end])}]'
    for sent in [*texts, end], [batch]:
        with OldHub(*sent) as hub, System() as s:
            eater = python(s, EATER, hub.where, '{}', '()')
            wait_for(lambda: of(eater, 'End'), 'the end')
            assert eater.stop() == 0
            assert told(eater, 'missed') == [missed]
            assert not of(eater, 'GatewayChef')
