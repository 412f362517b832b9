"""One command for one machine: three programs that live and die together."""
import asyncio
import json
import os
import pathlib
import re
import signal
import socket
import urllib.request

import pytest
import websockets

from harness import PATIENCE, System, run, said_once, wait_for


def free_port():
    with socket.create_server(('127.0.0.1', 0)) as sock:
        return sock.getsockname()[1]


class Launched:
    """netdumplings with a kitchen that reads the mix of captures."""

    def __init__(self, system, *args):
        self.port = free_port()
        self.program = system.start('netdumplings', '--port', self.port,
                                    '--in-port', 0, '--user', '', '--read',
                                    system.capture('mix.pcap'), *args)

    def address(self):
        return wait_for(lambda: re.search(
            rf'^http://127\.0\.0\.1:{self.port}/$',
            self.program.out.read_text(), re.M), 'the address')[0]

    def children(self):
        """Its children's names and process ids."""
        pid = self.program.process.pid
        found = {}
        listed = pathlib.Path(f'/proc/{pid}/task/{pid}/children')
        for child in listed.read_text().split():
            command = pathlib.Path(f'/proc/{child}/cmdline').read_bytes()
            found[command.split(b'\0')[0].decode()] = int(child)
        return found

    def directory(self):
        """The private one, as the hub was told it."""
        pid = self.children()['nd-hub']
        command = pathlib.Path(f'/proc/{pid}/cmdline').read_bytes()
        return pathlib.Path(re.search(rb'ipc://(/[^\0]+)/in\0',
                                      command)[1].decode())

    def wait_for_all(self):
        self.address()
        # A child has its name once it has become the program.
        wait_for(lambda: set(self.children()) ==
                 {'nd-hub', 'nd-gateway', 'nd-sniff'}, 'three children')
        return self.children()


def is_gone(pid):
    return not os.path.exists(f'/proc/{pid}')


async def hostnames(address, wanted):
    """Until these have come; a client connects again as a page does."""
    async with websockets.connect(address.replace('http', 'ws'),
                                  close_timeout=1) as ws:
        await ws.send('{"eater_name":"x","chefs":["DNSLookupChef"]}')
        found = set()
        while not wanted <= found:
            payload = json.loads(await ws.recv())['payload']
            found |= set(payload.get('lookups_seen', ()))
            if 'lookup' in payload:
                found.add(payload['lookup']['hostname'])


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_pages_dumplings_and_the_end(number):
    with System() as s:
        launched = Launched(s, '--speed', '10')
        address = launched.address()
        with urllib.request.urlopen(address + 'healthz') as answer:
            assert answer.status == 200
        asyncio.run(asyncio.wait_for(hostnames(
            address, {'mail.example.net', 'no-such-host.example.org'}),
            PATIENCE))
        launched.program.wait_said(
            r'nd-sniff has ended with exit status 0.*until Ctrl-C')
        children = wait_for(lambda: len(launched.children()) == 2
                            and launched.children(), 'two to be left')
        directory = launched.directory()
        assert directory.stat().st_mode & 0o077 == 0
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
        assert launched.program.stop(number) == 0
        assert all(map(is_gone, children.values()))
        assert not directory.exists()


@pytest.mark.parametrize('victim', ['nd-hub', 'nd-gateway', 'nd-sniff'])
def test_a_child_that_is_killed_ends_all(victim):
    with System() as s:
        launched = Launched(s, '--speed', '0.01')
        children = launched.wait_for_all()
        directory = launched.directory()
        os.kill(children[victim], signal.SIGKILL)
        assert launched.program.wait() == 1
        assert launched.program.said(
            rf'{victim} has ended with signal 9.*all end')
        assert all(map(is_gone, children.values()))
        assert not directory.exists()


def test_killed_itself_it_leaves_no_process():
    with System() as s:
        launched = Launched(s, '--speed', '0.01')
        children = launched.wait_for_all()
        directory = launched.directory()
        launched.program.process.kill()
        launched.program.wait()
        wait_for(lambda: all(map(is_gone, children.values())),
                 'all to be gone')
        # Nobody was left to remove it.
        for file in directory.iterdir():
            file.unlink()
        directory.rmdir()


@pytest.mark.parametrize('wrong,sentence', [
    (['--no-such'], 'nd-sniff: no such option: --no-such'),
    (['--filter', 'not a filter'], "filter 'not a filter' is not right"),
    (['--chef', 'NoChef'], "no chef 'NoChef'"),
    (['--', '--port'], 'nd-sniff: no such option: --port'),
])
def test_a_kitchen_that_cannot_start_ends_all(wrong, sentence):
    with System() as s:
        launched = Launched(s, *wrong)
        assert launched.program.wait() == 1
        assert launched.program.said(re.escape(sentence))
        assert launched.program.said('nd-sniff has ended with exit status')
        # It would still be listening.
        socket.create_server(('127.0.0.1', launched.port)).close()


def test_a_port_that_is_in_use():
    with socket.create_server(('127.0.0.1', 0)) as taken:
        port = taken.getsockname()[1]
        told = run('netdumplings', '--port', port, '--user', '', '--read',
                   '/dev/null')
        assert told.returncode == 1
        assert f'127.0.0.1 port {port} already' in told.stderr
        assert '--port' in told.stderr and told.stdout == ''


def test_the_kitchens_questions():
    assert run('netdumplings', '--chef-list').stdout == run(
        'nd-sniff', '--chef-list').stdout
    said_once(run('netdumplings', '--hub', 'x'), 2, 'a hub of its own')
