# SPDX-License-Identifier: MIT
"""The images and both networks, built and run by a real Docker engine."""
import asyncio
import bz2
import collections
import gzip
import json
import lzma
import os
import re
import subprocess
import sys
import urllib.request

import pytest
import websockets

from engine import TREE, Engine, free_port, wait_for

NETWORK, CLUSTER = 'compose.yaml', 'compose.cluster.yaml'
BY_COMPOSE = ['kitchen', 'hub', 'gateway']
TARGETS = [*BY_COMPOSE, 'eater', 'netdumplings']
SIZE_MAX = 120_000_000
# A health check comes half a minute after the start, at worst.
PATIENCE = 120
LOCKED = ['--read-only', '--cap-drop', 'ALL',
          '--security-opt', 'no-new-privileges']
TOOLS = 'gcc cc g++ c++ clang ld as make cmake npm node python3 curl'
KITCHENS = {'dns', 'web', 'client'}

pytestmark = pytest.mark.skipif(os.geteuid() != 0,
                                reason='only root can run an engine')


@pytest.fixture(scope='module')
def engine():
    with Engine() as e:
        e.compose(NETWORK, 'build')
        for target in set(TARGETS) - set(BY_COMPOSE):
            e.run('build', '-f', TREE / 'docker/Dockerfile', '--target',
                  target, '-t', f'netdumplings-{target}', TREE)
        yield e


class Up:
    """A compose file, running; what went on is told if the test fails."""

    def __init__(self, engine, file, *args):
        self.engine, self.file = engine, file
        self.args = args

    def __enter__(self):
        try:
            self.compose('up', '-d', *self.args)
        except BaseException:
            self.__exit__(True)
            raise
        return self

    def __exit__(self, kind, *_):
        if kind:
            print(self.compose('ps'), self.compose('logs', '--tail', '30'))
        self.compose('down', '--volumes')

    def compose(self, *command):
        return self.engine.compose(self.file, *command)

    def address(self):
        """As it is printed for people."""
        said = wait_for(lambda: re.search(r'The pages are at (http://\S+/)',
                                          self.compose('logs', 'gateway')),
                        'the address of the pages')
        return said[1]

    def eat(self, chefs, enough):
        return eat(self.address(), chefs, enough)

    def wait_for_kitchens(self, enough):
        """Until the hub's status has the states that enough() wants."""
        def take(dumpling):
            payload = dumpling['payload']
            states = {k['info_from_kitchen']['kitchen_name']:
                      k['info_from_hub']['state']
                      for k in payload['dumpling_kitchens']}
            return enough(states) and payload
        return self.eat(['SystemStatusChef'], take)

    def wait_for_health(self):
        def healthy():
            states = [self.engine.ask(container, '{{if .State.Health}}'
                                      '{{.State.Health.Status}}{{end}}')
                      for container in self.compose('ps', '-q').split()]
            return set(states) <= {'healthy', ''} and 'healthy' in states
        wait_for(healthy, 'all to be healthy', PATIENCE)

    def container(self, service):
        return self.engine.container(self.file, service)


def answers(address):
    try:
        with urllib.request.urlopen(address + 'healthz', timeout=5):
            return True
    except OSError:
        # The gateway, or its hub, is not there yet; its port is.
        return False


def eat(address, chefs, enough):
    """Gives dumplings to enough(), until that is true."""
    async def until_enough():
        async with websockets.connect(address.replace('http', 'ws', 1),
                                      close_timeout=1) as ws:
            await ws.send(json.dumps({'eater_name': 'test', 'chefs': chefs}))
            found = None
            while not found:
                found = enough(json.loads(await ws.recv()))
            return found
    wait_for(lambda: answers(address), 'the gateway', PATIENCE)
    return asyncio.run(asyncio.wait_for(until_enough(), PATIENCE))


def image(target):
    return f'netdumplings-{target}'


def shell(engine, target, script, *args):
    """What a script says in an image, locked as it is to run."""
    return engine.run('run', '--rm', *LOCKED, *args, '--entrypoint', 'bash',
                      image(target), '-ec', script)


# --- images ---


@pytest.mark.parametrize('target', TARGETS)
def test_an_image_is_small_and_says_what_it_is(engine, target):
    told = json.loads(engine.run('image', 'inspect', image(target)))[0]
    assert told['Size'] < SIZE_MAX, told['Size']
    print(f'{target}: {told["Size"] / 1e6:.1f} MB')
    config = told['Config']
    assert config['Healthcheck']['Test'][1] == 'healthy'
    assert config['StopSignal'] == 'SIGTERM'
    assert config['User'] == ('root' if target == 'kitchen' else 'nobody')
    for label in ('title', 'description', 'version', 'licenses'):
        assert config['Labels'][f'org.opencontainers.image.{label}']


@pytest.mark.parametrize('target', TARGETS)
def test_an_image_has_its_programs_and_no_tools(engine, target):
    assert shell(engine, target, f'command -v bash {TOOLS} || true'
                 ).split() == ['/usr/bin/bash']
    assert 'Read-only' in shell(engine, target, 'touch /tmp/x 2>&1 || true')
    # Each starts, with every library it needs.
    said = shell(engine, target, 'cd /usr/local/bin; for program in nd-* '
                 'netdumplings; do [ ! -e $program ] || '
                 './$program --version; done')
    expected = {'kitchen': {'nd-sniff'}, 'hub': {'nd-hub', 'nd-print'},
                'gateway': {'nd-gateway'},
                'eater': {'nd-print', 'nd-pcap', 'nd-hubstatus'},
                'netdumplings': {'nd-sniff', 'nd-hub', 'nd-gateway',
                                 'nd-print', 'netdumplings'}}[target]
    assert expected <= set(re.findall(r'^\S+(?=, version)', said, re.M)), said


@pytest.mark.parametrize('target', ['gateway', 'netdumplings'])
def test_the_pages_are_whole(engine, target):
    said = shell(engine, target, 'wc -c /usr/share/ieee-data/oui.txt; '
                 'cd /usr/local/share/netdumplings/pages; find -type f')
    assert int(said.split()[0]) > 1_000_000
    pages = TREE / 'eaters/gateway/pages'
    for file in pages.rglob('*.*'):
        assert f'./{file.relative_to(pages)}' in said.splitlines()
    # And not what stands in for them where npm got nothing.
    assert shell(engine, target, 'cat /usr/local/share/netdumplings/pages/'
                 'index.html') == (pages / 'index.html').read_text().strip()


def test_compressed_captures_are_read(engine, tmp_path):
    """libarchive is inside nd-sniff there."""
    subprocess.run([sys.executable, TREE / 'tests/captures/make_captures.py',
                    tmp_path], check=True)
    tmp_path.chmod(0o755)
    plain = (tmp_path / 'mix.pcap').read_bytes()
    (tmp_path / 'gz').write_bytes(gzip.compress(plain))
    (tmp_path / 'bz2').write_bytes(bz2.compress(plain))
    (tmp_path / 'xz').write_bytes(lzma.compress(plain))
    for tool, to in (('zstd', 'zst'), ('lz4', 'lz4')):
        (tmp_path / to).write_bytes(subprocess.run(
            [tool, '-c'], input=plain, capture_output=True,
            check=True).stdout)
    counts = set()
    for name in ('mix.pcap', 'gz', 'bz2', 'xz', 'zst', 'lz4'):
        said = shell(engine, 'kitchen', f'nd-sniff --hub 127.0.0.1:1 '
                     f'--linger 0 --read /captures/{name} 2>&1 || true',
                     '--user', 'nobody', '-v', f'{tmp_path}:/captures:ro')
        counts.add(re.search(r'(\d+) packets seen', said)[1])
    assert len(counts) == 1 and int(counts.pop()) > 10


# --- a network to watch ---


@pytest.fixture(scope='class')
def network(engine):
    with Up(engine, NETWORK) as up:
        yield up


class TestNetwork:
    """In this order: the last ones stop kitchens."""

    def test_every_kitchen_is_heard(self, network):
        seen = collections.defaultdict(set)

        def take(dumpling):
            meta, payload = dumpling['metadata'], dumpling['payload']
            if meta['driver'] != 'packet':
                return False
            seen[meta['kitchen']].add(meta['chef'])
            if meta['chef'] == 'DNSChef':
                seen['names'].add((payload['name'], payload.get('rcode')))
            elif meta['chef'] == 'HTTPChef':
                seen['answers'].add((meta['kitchen'], payload.get('status')))
            elif meta['chef'] == 'TLSChef':
                seen['servers'].add(payload.get('sni'))
            return (seen['dns'] >= {'DNSChef', 'DNSLookupChef'} and
                    seen['client'] >= {'DNSChef', 'HTTPChef', 'TLSChef'} and
                    seen['web'] >= {'HTTPChef', 'TLSChef', 'FlowChef'} and
                    ('no-such-host.example', 'NXDOMAIN') in seen['names'] and
                    ('www.shop.example', 'NOERROR') in seen['names'] and
                    'www.shop.example' in seen['servers'] and
                    {('web', 200), ('web', 404)} <= seen['answers'])
        assert network.eat([], take)

    def test_all_become_healthy(self, network):
        network.wait_for_health()

    def test_nobody_may_do_more_than_needed(self, network, engine):
        for container in network.compose('ps', '-q').split():
            told = json.loads(engine.run('inspect', container))[0]
            host = told['HostConfig']
            assert host['ReadonlyRootfs'] and not host['Privileged']
            assert host['CapDrop'] == ['ALL']
            assert host['SecurityOpt'] == ['no-new-privileges:true']
            assert host['Memory'] <= 128 << 20
            # Also a kitchen, once its capture is open.
            status = engine.run('exec', container, 'cat', '/proc/1/status')
            assert re.search(r'^Uid:(\t65534){4}$', status, re.M), status
            for kind in ('Prm', 'Eff'):
                assert re.search(rf'^Cap{kind}:\t0+$', status, re.M), status

    def test_nothing_is_missing(self, network):
        status = network.wait_for_kitchens(
            lambda states: states == dict.fromkeys(KITCHENS, 'live'))
        assert status['dumplings_missing'] == 0

    def test_a_kitchen_that_is_stopped_is_reported(self, network):
        network.compose('stop', 'kitchen-web')
        assert network.wait_for_kitchens(
            lambda states: states.get('web', 'gone') == 'gone' and
            {states.get('dns'), states.get('client')} == {'live'})
        assert 'kitchen web connection closed' in network.compose('logs',
                                                                  'hub')

    def test_a_kitchen_that_is_killed_is_reported(self, network):
        network.compose('kill', 'kitchen-dns')
        assert network.wait_for_kitchens(
            lambda states: states.get('dns', 'gone') != 'live' and
            states.get('client') == 'live')
        network.compose('start', 'kitchen-dns', 'kitchen-web')
        assert network.wait_for_kitchens(
            lambda states: states == dict.fromkeys(KITCHENS, 'live'))

    def test_a_kitchen_goes_with_its_service(self, network):
        """Started again, that has another network, of the same address."""
        container = network.container('kitchen-web')
        network.compose('restart', 'web')
        wait_for(lambda: network.engine.ask(container, '{{.RestartCount}}')
                 != '0', 'the kitchen to start again', PATIENCE)
        assert network.eat(['HTTPChef'], lambda dumpling:
                           dumpling['metadata']['kitchen'] == 'web')


# --- a cluster ---


def test_eight_kitchens(engine):
    with Up(engine, CLUSTER, '--scale', 'kitchen=8') as up:
        assert up.wait_for_kitchens(
            lambda states: list(states.values()) == ['live'] * 8)
        pinged = set()

        def take(dumpling):
            meta = dumpling['metadata']
            if meta['driver'] == 'packet':
                pinged.add(meta['kitchen'])
            return len(pinged) == 8
        assert up.eat(['ICMPChef'], take)
        names = {engine.ask(c, '{{.Config.Hostname}}')
                 for c in up.compose('ps', '-q', 'kitchen').split()}
        assert pinged == names
        up.compose('up', '-d', '--scale', 'kitchen=3')
        assert up.wait_for_kitchens(
            lambda states: list(states.values()) == ['live'] * 3)
        up.wait_for_health()


# --- all in one ---


def kitchens_of(engine, wanted, *args):
    """Runs netdumplings until these kitchens have counted packets."""
    port = free_port()
    container = engine.run('run', '-d', '--read-only', '--security-opt',
                           'no-new-privileges', '-p',
                           f'127.0.0.1:{port}:11348', *args)
    found = set()

    def take(dumpling):
        if dumpling['payload'].get('packet_counts'):
            found.add(dumpling['metadata']['kitchen'])
        return found >= wanted
    try:
        assert eat(f'http://127.0.0.1:{port}/', ['PacketCountChef'], take)
        wait_for(lambda: engine.ask(container, '{{.State.Health.Status}}') ==
                 'healthy', 'it to be healthy', PATIENCE)
        engine.run('stop', container)
        assert engine.ask(container, '{{.State.ExitCode}}') == '0'
    finally:
        print(engine.run('logs', container))
        engine.run('rm', '--force', container)


def test_the_demo(engine):
    """It needs no right at all."""
    kitchens_of(engine, {'office', 'datacentre'}, '--cap-drop', 'ALL',
                '--tmpfs', '/tmp', image('netdumplings'))


def test_one_machine(engine):
    kitchens_of(engine, {'default_kitchen'}, '--user', 'root',
                '--tmpfs', '/run', image('netdumplings'),
                '--address', '0.0.0.0', '--interface', 'eth0')
