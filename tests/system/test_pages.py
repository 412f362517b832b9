"""The pages in a real browser, with the demo's traffic behind them.

Needs chromium, node and npm.
"""
import re
import socket

import pytest

import browsers
from harness import HERE, Pusher, System

PAGES = sorted(f.stem for f in (HERE / 'browser/pages').glob('*.mjs'))


def free_ports(n):
    """Ports that are free now, and most likely in a moment, too."""
    taken = [socket.create_server(('127.0.0.1', 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in taken]
    for s in taken:
        s.close()
    return ports


@pytest.fixture(scope='module')
def demo():
    with System() as s:
        port, in_port = free_ports(2)
        program = s.start('netdumplings', '--demo', '--port', port,
                          '--in-port', in_port)
        program.wait_said('serving http')
        yield f'http://127.0.0.1:{port}/'
        assert program.stop() == 0


def test_each_page_has_checks():
    pages = (HERE.parents[1] / 'eaters/gateway/pages/pages.js').read_text()
    listed = re.search(r'pages = \[([^]]*)\]', pages)[1]
    assert len(PAGES) == len(listed.split(','))


@pytest.mark.parametrize('name', PAGES)
def test_page(demo, name):
    browser = browsers.node('pages.mjs', demo, name)
    told, _ = browser.communicate(timeout=280)
    assert browser.returncode == 0, told
    assert told.count('ok ') >= 10, told
    print(told)


class Session:
    """session.mjs, told what happens."""

    def __init__(self, url):
        self.process = browsers.node('session.mjs', url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait(60) == 0
        self.process.stdout.close()

    def sees(self, *words):
        self.process.stdin.write(' '.join(map(str, words)) + '\n')
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line == 'ok\n', line + self.process.stdout.read()


def test_a_gateway_that_comes_back():
    with System() as s:
        s.hub()
        [port] = free_ports(1)
        gateway = s.gateway('--port', port, '--no-kitchens')
        with Session(f'http://127.0.0.1:{port}/') as page:
            page.sees('connected')
            page.sees('complete')
            gateway.stop()
            page.sees('waiting')
            s.gateway('--port', port, '--no-kitchens')
            page.sees('back')


def test_a_loss_is_told_where_it_was():
    with System() as s:
        s.hub()
        gateway = s.gateway('--no-kitchens')
        pusher = Pusher(s.bus_in)
        with Session(f'http://{gateway.at}/') as page:
            pusher.announce(chefs=['PacketCountChef'])
            pusher.batch('PacketCountChef', 0, [{'packet_counts': {'IP': n}}
                                                for n in range(5)])
            page.sees('connected')
            page.sees('complete')
            # Seven numbers are skipped on the way to the hub.
            pusher.batch('PacketCountChef', 12, [{'packet_counts': {'IP': 9}}])
            page.sees('lost', 7, 'on the way to the hub')
        pusher.close()
