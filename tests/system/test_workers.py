"""Several processes that share a kitchen's packets."""
import os
import pathlib
import re
import signal

import pytest

from harness import (Namespace, System, ip, made, seen, status_of, wait_for)

COUNT = 400
# Sanitizers are not to make an exit status of a signal.
DEADLY = os.environ.get('ASAN_OPTIONS', '') + ':handle_segv=0'


def lookups():
    """Lookups of many clients, each asked and answered once."""
    frames = []
    for n in range(COUNT):
        name = made.dotted(f'{n}.example')
        client = f'192.0.2.{2 + n % 200}'
        frames.append((made.START_NS + n * 1000, made.ethernet(
            made.ROUTER, made.HOST, (), made.ETH_IPV4,
            made.udp(client, made.ROUTER4, 40000 + n, 53,
                     made.dns(n, made.QUERY, name)), False)))
    return made.pcap(made.LINK_ETHERNET, frames, nanoseconds=True)


def names(eater):
    return [line['payload']['lookup']['hostname'] for line in eater.lines()
            if 'lookup' in line['payload']]


def kitchens(eater):
    status = status_of(eater) or {}
    return {k['info_from_kitchen']['kitchen_name']: k['info_from_kitchen']
            for k in status.get('dumpling_kitchens', ())}


def test_a_file_is_shared_by_flow():
    with System() as s:
        path = s.folder / 'lookups.pcap'
        path.write_bytes(lookups())
        hub = s.hub()
        eater = s.printer('--chef', 'DNSLookupChef', hub=hub)
        kitchen = s.kitchen('--read', path, '--workers', '2', '-p', '0',
                            '--kitchen-name', 'shared', '--chef',
                            'DNSLookupChef')
        assert kitchen.wait() == 0
        wait_for(lambda: len(names(eater)) == COUNT, 'all lookups')
        assert sorted(names(eater)) == sorted(
            f'{n}.example' for n in range(COUNT))
        by = [line['metadata']['kitchen'] for line in eater.lines()]
        assert set(by) == {'shared.0', 'shared.1'}
        assert min(by.count('shared.0'), by.count('shared.1')) > COUNT / 4


def test_status_has_one_total():
    with System() as s:
        path = s.folder / 'lookups.pcap'
        path.write_bytes(lookups())
        hub = s.hub()
        watcher = s.printer('--chef', 'SystemStatusChef', hub=hub)
        kitchen = s.kitchen('--read', path, '--workers', '2', '--speed',
                            '1e-9', '--kitchen-name', 'shared')
        status = wait_for(lambda: len(kitchens(watcher)) == 2
                          and status_of(watcher), 'both workers')
        total = status['kitchen_totals']['shared']
        assert total['kitchens'] == 2
        assert all(k['worker_of'] == 'shared'
                   for k in kitchens(watcher).values())
        assert total['packets_seen'] == sum(
            k['packets_seen'] for k in kitchens(watcher).values())
        kitchen.stop()


class Shared:
    """Two workers on a veth pair, all that they make, and their pids."""

    def __init__(self, system, net, *args):
        for line in ('link add nd0 type veth peer name nd1',
                     'link set nd0 up', 'link set nd1 up'):
            ip('-n', net.name, *line.split())
        self.net = net
        self.path = system.folder / 'lookups.pcap'
        self.path.write_bytes(lookups())
        hub = system.hub()
        # The workers become nobody before they connect.
        os.chmod(system.folder / 'in', 0o777)
        self.eater = system.printer('--chef', 'DNSLookupChef', hub=hub)
        self.watcher = system.printer('--chef', 'SystemStatusChef', hub=hub)
        self.kitchen = system.start(
            'nd-sniff', '--hub', system.bus_in, '-i', 'nd1', '--workers', '2',
            '-p', '0', '--kitchen-name', 'shared', '--filter', 'port 53',
            *args, netns=net.name, env={'ASAN_OPTIONS': DEADLY})
        wait_for(lambda: len(kitchens(self.watcher)) == 2, 'both workers')

    def pid(self, worker):
        return kitchens(self.watcher).get(worker, {}).get('pid')

    def pids(self):
        return {worker: self.pid(worker) for worker in
                ('shared.0', 'shared.1')}

    def replay(self):
        self.net.run('tcpreplay', '-q', '-i', 'nd0', '--topspeed', self.path)

    def wait_names(self, times):
        wait_for(lambda: len(names(self.eater)) >= times * COUNT, 'lookups')
        assert sorted(names(self.eater)) == sorted(
            [f'{n}.example' for n in range(COUNT)] * times)


def ended(pid):
    """Whether there is no such process, or only what its parent left of it."""
    try:
        status = pathlib.Path(f'/proc/{pid}/status').read_text()
    except FileNotFoundError:
        return True
    return 'State:\tZ' in status


def test_live_packets_are_shared_and_a_dead_worker_comes_back():
    with Namespace() as net, System() as s:
        shared = Shared(s, net)
        shared.replay()
        shared.wait_names(1)
        by = [line['metadata']['kitchen'] for line in shared.eater.lines()]
        assert min(by.count('shared.0'), by.count('shared.1')) > COUNT / 4
        dead, lives = shared.pids().values()
        os.kill(dead, signal.SIGSEGV)
        shared.kitchen.wait_said('worker shared.0 died of signal 11')
        wait_for(lambda: shared.pid('shared.0') not in (None, dead),
                 'another worker')
        assert shared.pid('shared.1') == lives
        shared.replay()
        shared.wait_names(2)
        assert shared.kitchen.stop() == 0


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_workers_when_all_is_delivered(number):
    with Namespace() as net, System() as s:
        # What they make is on its way for long, if nobody hurries it.
        shared = Shared(s, net, '--batch-delay', '60000')
        pids = shared.pids().values()
        shared.replay()
        assert shared.kitchen.stop(number) == 0
        told = dict(re.findall(
            r'(shared\.\d): DNSLookupChef: (\d+) dumplings, 0 dropped from a '
            r'full queue, 0 not taken by the hub, 0 errors',
            shared.kitchen.err.read_text()))
        assert set(told) == {'shared.0', 'shared.1'}
        made_ = sum(map(int, told.values()))
        wait_for(lambda: len(names(shared.eater)) >= made_, 'all lookups')
        assert len(names(shared.eater)) == made_
        assert all(map(ended, pids))


def test_a_second_signal_ends_the_workers_waiting():
    with Namespace() as net, System() as s:
        kitchen = s.kitchen('-i', 'lo', '--workers', '2', '--linger', '86400',
                            '--kitchen-name', 'shared', netns=net.name)
        wait_for(lambda: seen(kitchen, r'shared\.\d: no hub at') == 2,
                 'both workers')
        # Two that differ, as of equal ones that wait there is but one.
        kitchen.send_signal(signal.SIGINT)
        assert kitchen.stop(signal.SIGTERM) == 1
        assert seen(kitchen, r'shared\.\d: \d+ dumplings were not delivered: '
                    'there is no hub') == 2


@pytest.mark.parametrize('user', ['', 'nobody'])
def test_workers_end_with_their_parent(user):
    with Namespace() as net, System() as s:
        shared = Shared(s, net, '--user', user)
        pids = shared.pids().values()
        shared.kitchen.process.kill()
        shared.kitchen.wait()
        wait_for(lambda: all(map(ended, pids)), 'the workers to end')
        wait_for(lambda: not status_of(shared.watcher)['dumpling_kitchens'],
                 'the hub to know it')


def test_workers_that_cannot_start_end_all():
    with System() as s:
        kitchen = s.kitchen('--interface', 'nosuch0', '--workers', '2')
        assert kitchen.wait() == 1
        kitchen.wait_said("there is no interface 'nosuch0'")
        kitchen = s.kitchen('--read', '-', '--workers', '2')
        assert kitchen.wait() == 2
