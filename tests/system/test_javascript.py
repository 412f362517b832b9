"""netdumplings.js as its package, from npm's side and from the gateway's.

Needs node and npm; the page of the documents also chromium and root.
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import pytest

import browsers
from harness import (BIN, HERE, PATIENCE, TREE, Namespace, Pusher, System,
                     wait_for)
from test_examples import start

PACKAGE = TREE / 'eaters/javascript'
BUILD = pathlib.Path(os.environ.get('ND_BUILD', BIN.parent))
EXAMPLES = TREE / 'docs/examples'


def call(*command, cwd=None, patience=240):
    """What a program says that has to succeed."""
    done = subprocess.run(list(map(str, command)), cwd=cwd, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=patience)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope='module', name='app')
def packed():
    """A folder of somebody who has installed the package from its tarball.

    What it is made and tested with is installed once for each build.
    """
    for program in 'node', 'npm':
        assert shutil.which(program), f'{program} is not installed'
    folder = BUILD / 'javascript'
    folder.mkdir(exist_ok=True)
    for name in call('git', 'ls-files', '-co', '--exclude-standard',
                     cwd=PACKAGE).split():
        shutil.copy(PACKAGE / name, folder)
    if not (folder / 'node_modules/typescript').exists():
        call('npm', 'ci', '--no-audit', '--no-fund', cwd=folder)
    # Its prepack checks all types and writes them down.
    tarball = call('npm', 'pack', '--silent', cwd=folder).split()[-1]
    app = folder / 'app'
    shutil.rmtree(app, ignore_errors=True)
    app.mkdir()
    (app / 'package.json').write_text('{"private": true}')
    call('npm', 'install', '--offline', '--no-audit', '--no-fund',
         folder / tarball, cwd=app)
    for path in (HERE / 'javascript').iterdir():
        shutil.copy(path, app)
    return app


class Eater:
    """eater.mjs, which a test tells what to do and asks what it got."""

    def __init__(self, system, app, gateway, *flags, **options):
        self.out = system.folder / f'eater.{len(system.programs)}.out'
        with open(self.out, 'wb') as out:
            self.process = subprocess.Popen(
                ['node', *flags, 'eater.mjs', json.dumps(
                    {'url': f'http://{gateway.at}/', **options})],
                cwd=app, stdin=subprocess.PIPE, stdout=out, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def do(self, method, *args):
        self.process.stdin.write(json.dumps([method, *args]) + '\n')
        self.process.stdin.flush()

    def lines(self):
        return [json.loads(line) for line in
                self.out.read_text().splitlines(keepends=True)
                if line.endswith('\n')]

    def states(self):
        return [line['state'] for line in self.lines() if 'state' in line]

    def now(self):
        """What it has got, after its latest turn."""
        told = [line for line in self.lines() if 'numbers' in line]
        return told[-1] if told else {'numbers': {}, 'losses': [], 'told': 0,
                                      'leftOut': 0, 'received': 0}

    def until(self, fact, what):
        """Waits for a fact about that, and returns that."""
        def found():
            assert self.process.poll() is None, 'the eater ended'
            self.do('report')
            now = self.now()
            return fact(now) and now
        try:
            return wait_for(found, what)
        except AssertionError as e:
            raise AssertionError(f'{e}; last: {self.now()}') from None

    def until_last(self, chef, seq):
        return self.until(
            lambda now: now['numbers'].get(chef, [0, -1])[1] == seq,
            f'number {seq} of {chef}')


def loss(where, count, chef=None, kitchen='py'):
    return {'where': where, 'kitchen': kitchen if chef else None,
            'chef': chef, 'count': count}


def connected(system, app, gateway, pusher, *flags, **options):
    """An eater that has got the first of a chef named First."""
    eater = Eater(system, app, gateway, *flags, **options)
    try:
        seq = 0

        def came():
            nonlocal seq
            assert eater.process.poll() is None, 'the eater ended'
            pusher.batch('First', seq, [0])
            seq += 1
            return 'First' in eater.now()['numbers']
        wait_for(came, 'the first dumpling')
        return eater
    except BaseException:
        eater.__exit__()
        raise


@pytest.mark.parametrize('name', ['sequences', 'eater'])
def test_alone(app, name):
    call('node', '--test', f'{name}.test.mjs', cwd=app)


def test_the_package(app):
    package = json.loads((PACKAGE / 'package.json').read_text())
    project = re.search(r'project\(netdumplings VERSION (\S+)',
                        (TREE / 'CMakeLists.txt').read_text())[1]
    assert package['version'] == project
    installed = app / 'node_modules/netdumplings'
    assert sorted(p.name for p in installed.iterdir()) == [
        'README.md', 'netdumplings.d.ts', 'netdumplings.js', 'package.json',
        'sequences.d.ts', 'sequences.js']


def test_its_types(app):
    """use.mts says itself what has to be refused."""
    call('node', app.parent / 'node_modules/typescript/bin/tsc', '--strict',
         '--noEmit', '--target', 'es2022', '--module', 'nodenext', '--types',
         'ws', '--skipLibCheck', 'use.mts', cwd=app)


def test_the_gateway_serves_what_the_package_has(app):
    with System() as s:
        s.hub()
        host, port = s.gateway().at.rsplit(':', 1)
        for name in 'netdumplings.js', 'sequences.js':
            connection = http.client.HTTPConnection(host, int(port),
                                                    timeout=PATIENCE)
            connection.request('GET', f'/{name}')
            answer = connection.getresponse()
            assert answer.status == 200
            assert answer.headers['Content-Type'].startswith(
                'text/javascript')
            assert answer.read() == (
                app / 'node_modules/netdumplings' / name).read_bytes()
            connection.close()


def flags_for_a_websocket():
    """Of a node that has its own WebSocket, when asked for it or always."""
    version = [int(n) for n in call('node', '--version')[1:].split('.')]
    return ['--experimental-websocket'] if version[0] < 22 else []


@pytest.mark.parametrize('own', [False, True])
def test_dumplings_and_gaps(app, own):
    flags = flags_for_a_websocket() if own else []
    if flags and not call('node', '--help').count(flags[0]):
        pytest.skip('this node has no WebSocket of its own')
    with System() as s:
        hub = s.hub()
        pusher = Pusher(s.bus_in)
        with connected(s, app, s.gateway(), pusher, *flags,
                       chefs=['First', 'A', 'B'], name='my_page') as eater:
            hub.wait_said('eater connection from my_page')
            pusher.batch('C', 0, [0])
            pusher.batch('A', 0, list(range(500)))
            pusher.batch('A', 520, list(range(500)))
            pusher.batch('B', 7, [0])
            now = eater.until_last('B', 7)
            assert now['numbers']['A'] == [0, 1019, 1000]
            assert now['numbers']['B'] == [7, 7, 1]
            assert 'C' not in now['numbers']
            assert now['losses'] == [loss('gaps', 20, 'A')]
            eater.until(lambda now: now['told'] == 20, 'onLoss')
            eater.do('close')
            assert eater.process.wait(PATIENCE) == 0
            assert eater.states() == ['connecting', 'connected', 'closed']
        pusher.close()


def test_the_gateway_is_killed_and_comes_back(app):
    with System() as s:
        s.hub()
        gateway = s.gateway()
        port = gateway.at.rsplit(':', 1)[1]
        pusher = Pusher(s.bus_in)
        printer = s.printer('--chef', 'A')
        with connected(s, app, gateway, pusher) as eater:
            pusher.batch('A', 0, [0, 0, 0])
            eater.until_last('A', 2)
            gateway.process.kill()
            gateway.wait()
            wait_for(lambda: 'waiting' in eater.states(), 'the loss of it')
            pusher.batch('A', 3, [0] * 10)
            wait_for(lambda: printer.lines()[-1:] and
                     printer.lines()[-1]['metadata']['seq'] == 12,
                     'what passes meanwhile')
            s.gateway('--port', port)
            seq = 13

            def back():
                nonlocal seq
                eater.do('retry')
                pusher.batch('A', seq, [0])
                seq += 1
                return eater.now()['numbers']['A'][1] > 12
            wait_for(back, 'the first dumpling from the new one')
            now = eater.until_last('A', seq - 1)
            first = seq - now['numbers']['A'][2] + 3
            assert loss('away', first - 3, 'A') in now['losses']
            assert not [at for at in now['losses'] if at['where'] != 'away']
            assert eater.states()[-1] == 'connected'
        pusher.close()


def test_it_changes_its_mind(app):
    with System() as s:
        s.hub()
        gateway = s.gateway()
        pusher = Pusher(s.bus_in)
        with connected(s, app, gateway, pusher,
                       chefs=['First', 'A']) as eater:
            pusher.batch('A', 0, [0])
            pusher.batch('B', 0, [0])
            eater.until_last('A', 0)
            numbers = {'A': 1, 'B': 1}

            def turn_to(chef, other):
                """Until only this chef's come."""
                eater.do('subscribe', {'chefs': [chef]})

                def turned():
                    for name in chef, other:
                        pusher.batch(name, numbers[name], [0])
                        numbers[name] += 1
                    return eater.now()['numbers'].get(chef, [0, -1])[1] > (
                        before.get(chef, [0, -1])[1])
                before = eater.now()['numbers']
                wait_for(turned, f'{chef} and not {other}')
            for chef, other in ('B', 'A'), ('A', 'B'), ('B', 'A'):
                turn_to(chef, other)
            last = numbers['B']
            pusher.batch('B', last, [0])
            now = eater.until_last('B', last)
            # Much of both was not wanted, and nothing is lost.
            assert now['numbers']['B'][2] < last + 1
            assert now['losses'] == []
            assert eater.states() == ['connecting', 'connected']
        pusher.close()


class Flood:
    """Of one chef, as much as it takes."""

    def __init__(self, system, hub, gateway, pusher):
        self.gateway, self.pusher, self.total = gateway, pusher, 0
        self.watcher = system.printer('--chef', 'A', hub=hub)

    def until_dropped(self, eater):
        """Stops the eater until the gateway has dropped some for it."""
        before = dropped(self.gateway)

        def lost():
            self.pusher.batch('A', self.total, ['x' * 1000] * 200)
            self.total += 200
            wait_for(lambda: sum(1 for _ in open(self.watcher.out)) >=
                     self.total, 'a batch to pass')
            return dropped(self.gateway) > before
        eater.process.send_signal(signal.SIGSTOP)
        wait_for(lost, 'the gateway to drop some')
        eater.process.send_signal(signal.SIGCONT)


def test_who_lags_is_told_what_the_gateway_dropped(app):
    with System() as s:
        hub = s.hub()
        gateway = s.gateway('--queue', '2MiB')
        pusher = Pusher(s.bus_in)
        with connected(s, app, gateway, pusher, chefs=['First', 'A'],
                       queue=1000000) as eater:
            flood = Flood(s, hub, gateway, pusher)
            flood.until_dropped(eater)
            now = eater.until_last('A', flood.total - 1)
            [told] = now['losses']
            assert told == loss('gateway',
                                flood.total - now['numbers']['A'][2])
        pusher.close()


def dropped(gateway):
    host, port = gateway.at.rsplit(':', 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
    connection.request('GET', '/metrics')
    text = connection.getresponse().read().decode()
    connection.close()
    return float(re.search(r'^netdumplings_gateway_deliveries_lost_total (\S+)',
                           text, re.M)[1])


def whole(now, made, *gaps):
    """All that was made came, was left out, or is known to be lost."""
    came = sum(n for chef, (_, _, n) in now['numbers'].items()
               if chef != 'First')
    missing = sum(at['count'] for at in now['losses'])
    return came + now['leftOut'] + missing == made and sorted(
        now['losses'], key=str) == list(gaps)


def closing(pusher, eater, chefs):
    """Sends one more of each chef now and then, so that the last shows."""
    def sent():
        for chef in chefs:
            pusher.batch(chef, chefs[chef], [{'id': -1}])
            chefs[chef] += 1
        return all(eater.now()['numbers'].get(chef, [0, -1])[1] >= first
                   for chef, first in firsts.items())
    firsts = dict(chefs)
    wait_for(sent, 'one more of each')
    return sum(chefs.values())


LIMITS = [{'maxRate': 200}, {'latestPer': {'A': 'id', 'B': ''}},
          {'maxRate': 300, 'latestPer': {'A': 'id'}}]


@pytest.mark.parametrize('limits', LIMITS)
def test_what_is_left_out_is_not_lost(app, limits):
    with System() as s:
        s.hub()
        pusher = Pusher(s.bus_in)
        with connected(s, app, s.gateway(), pusher, **limits,
                       chefs=['First', 'A', 'B', 'C']) as eater:
            for turn in range(200):
                pusher.batch('A', turn * 100,
                             [{'id': n % 7} for n in range(100)])
                pusher.batch('B', turn * 10, [{'id': 0}] * 10)
            chefs = {'A': 20000, 'B': 2000, 'C': 0}
            # What is left out before the first of a stream could hide as
            # many that are lost, until it has gone on for a while.
            for _ in range(5):
                made = closing(pusher, eater, chefs)
                eater.until(lambda now: whole(now, made), f'{made} in all')
            # Three of each that nobody gets.
            made = closing(pusher, eater, {
                chef: seq + 3 for chef, seq in chefs.items()})
            gaps = [loss('gaps', 3, chef) for chef in 'ABC']
            now = eater.until(lambda now: whole(now, made, *gaps),
                              f'{made} in all')
            assert now['numbers']['A'][2] < 10000
            eater.until(lambda now: now['told'] == 9, 'onLoss')
        pusher.close()


def test_other_limits_are_no_loss(app):
    """From any limits to any other, while dumplings come."""
    with System() as s:
        s.hub()
        pusher = Pusher(s.bus_in)
        with connected(s, app, s.gateway(), pusher) as eater:
            seq = 0
            for wish in [{}, *LIMITS, *LIMITS[::-1], {}]:
                wants = {'chefs': ['First', 'A'], **wish}
                eater.do('subscribe', wants)
                before = eater.now()['received']

                def came():
                    nonlocal seq
                    pusher.batch('A', seq, [{'id': n % 5}
                                            for n in range(50)])
                    seq += 50
                    return eater.now()['received'] > before + 20
                wait_for(came, f'dumplings with {wish}')
            made = closing(pusher, eater, {'A': seq})
            now = eater.until_last('A', made - 1)
            assert now['losses'] == []
            assert now['leftOut'] > 0
            assert eater.states() == ['connecting', 'connected']
        pusher.close()


def test_who_lags_and_has_limits(app):
    """What the gateway's queue dropped and what was left out: both add up."""
    with System() as s:
        hub = s.hub()
        gateway = s.gateway('--queue', '2MiB')
        pusher = Pusher(s.bus_in)
        with connected(s, app, gateway, pusher, maxRate=5000,
                       chefs=['First', 'A']) as eater:
            flood = Flood(s, hub, gateway, pusher)
            flood.until_dropped(eater)
            made = closing(pusher, eater, {'A': flood.total})
            now = eater.until(lambda now: whole(now, made, *now['losses']),
                              f'{made} in all')
            assert {at['where'] for at in now['losses']} == {'gateway'}
        pusher.close()



# Serves a folder as any web server would, with a policy of its own.
SERVER = """
import functools, http.server, sys

class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header('Content-Security-Policy', sys.argv[2])
        super().end_headers()

with http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(
        Handler, directory=sys.argv[1])) as server:
    print(server.server_port, file=sys.stderr, flush=True)
    server.serve_forever()
"""


@pytest.mark.parametrize('elsewhere', [False, True])
def test_the_documents_page(elsewhere):
    """As one of the gateway's pages, and as one of another server's."""
    with System() as s, Namespace() as quiet:
        hub = s.hub()
        pages = s.folder / 'pages'
        pages.mkdir()
        for name in 'netdumplings.js', 'sequences.js':
            shutil.copy(PACKAGE / name, pages)
        shutil.copy(EXAMPLES / 'names.html', pages)
        shutil.copy(EXAMPLES / 'names.js', pages)
        inside = 'ip', 'netns', 'exec', quiet.name
        if elsewhere:
            gateway = s.gateway('--origin', '127.0.0.1', netns=quiet.name)
            other = start(s, [*inside, sys.executable, '-c', SERVER, pages,
                              "script-src 'self'; connect-src "
                              f'ws://{gateway.at}'])
            wait_for(lambda: other.err.read_text().endswith('\n'), 'its port')
            at = '127.0.0.1:' + other.err.read_text().split()[0]
            text = (pages / 'names.js').read_text()
            url = f'url: "http://{gateway.at}/",'
            (pages / 'names.js').write_text(
                text.replace('new Eater({', 'new Eater({ ' + url))
        else:
            gateway = s.gateway('--pages', pages, netns=quiet.name)
            at = gateway.at
        browser = browsers.node(
            'browse.mjs', f'http://{at}/names.html', '#names li',
            '<b>a.example</b>', '#names li', 'b.example', netns=quiet.name)
        try:
            wait_for(lambda: browser.poll() is not None or hub.said(
                'eater connection from netdumplings.js'), 'the page')
            pusher = Pusher(s.bus_in)
            pusher.batch('DNSLookupChef', 0, [
                {'lookup': {'hostname': name}}
                for name in ('<b>a.example</b>', 'b.example')]
                + [None, {'lookup': 5}])
            said = browser.communicate(timeout=2 * PATIENCE)[0]
            assert browser.returncode == 0, said
            pusher.close()
        finally:
            browser.kill()
            browser.wait()
