"""The pages in a real browser, with the demo's traffic behind them.

Needs root, chromium, node and npm.
"""
import re

import pytest

import browsers
from harness import HERE, Namespace, Pusher, System

PAGES = sorted(f.stem for f in (HERE / 'browser/pages').glob('*.mjs'))


@pytest.fixture(scope='module')
def quiet():
    """A network that never changes, whatever other tests do."""
    with Namespace() as namespace:
        yield namespace.name


@pytest.fixture(scope='module')
def demo(quiet):
    with System() as s:
        program = s.start('netdumplings', '--demo', netns=quiet)
        program.wait_said('serving http')
        yield 'http://127.0.0.1:11348/'
        assert program.stop() == 0


def test_each_page_has_checks():
    pages = (HERE.parents[1] / 'eaters/gateway/pages/pages.js').read_text()
    listed = re.search(r'pages = \[([^]]*)\]', pages)[1]
    assert len(PAGES) == len(listed.split(','))


@pytest.mark.parametrize('name', PAGES)
def test_page(demo, quiet, name):
    browser = browsers.node('pages.mjs', demo, name, netns=quiet)
    told, _ = browser.communicate(timeout=280)
    print(told)
    # Whoever has but the end of what was told has why.
    assert browser.returncode == 0, told[told.find('FAIL'):]
    assert told.count('ok ') >= 10


class Session:
    """session.mjs, told what happens."""

    def __init__(self, gateway, netns):
        self.process = browsers.node('session.mjs', f'http://{gateway.at}/',
                                     netns=netns)

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


def test_a_gateway_that_comes_back(quiet):
    with System() as s:
        s.hub()
        args = '--port', 21348, '--no-kitchens'
        gateway = s.gateway(*args, netns=quiet)
        with Session(gateway, quiet) as page:
            page.sees('connected')
            page.sees('complete')
            gateway.stop()
            page.sees('waiting')
            s.gateway(*args, netns=quiet)
            page.sees('back')


def test_a_loss_is_told_where_it_was(quiet):
    with System() as s:
        s.hub()
        gateway = s.gateway('--no-kitchens', netns=quiet)
        pusher = Pusher(s.bus_in)
        with Session(gateway, quiet) as page:
            pusher.announce(chefs=['PacketCountChef'])
            pusher.batch('PacketCountChef', 0, [{'packet_counts': {'IP': n}}
                                                for n in range(5)])
            page.sees('connected')
            page.sees('complete')
            # Seven numbers are skipped on the way to the hub.
            pusher.batch('PacketCountChef', 12, [{'packet_counts': {'IP': 9}}])
            page.sees('lost', 7, 'on the way to the hub')
        pusher.close()
