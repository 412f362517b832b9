"""Several processes that share a kitchen's packets."""
import os
import signal

from harness import (Namespace, System, ip, made, seen, status_of, wait_for)

COUNT = 400


def lookups():
    """Lookups of many clients, each asked and answered once."""
    frames = []
    for n in range(COUNT):
        name = made.dotted(f'{n}.example')
        client = bytes((192, 0, 2, 1 + n % 200))
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


def test_live_packets_are_shared_and_a_dead_worker_comes_back():
    with Namespace() as net, System() as s:
        ip('-n', net.name, 'link', 'add', 'nd0', 'type', 'veth', 'peer',
           'name', 'nd1')
        for name in ('nd0', 'nd1'):
            ip('-n', net.name, 'link', 'set', name, 'up')
        path = s.folder / 'lookups.pcap'
        path.write_bytes(lookups())
        hub = s.hub()
        eater = s.printer('--chef', 'DNSLookupChef', hub=hub)
        watcher = s.printer('--chef', 'SystemStatusChef', hub=hub)
        kitchen = s.start('nd-sniff', '--hub', s.bus_in, '--user', '', '-i',
                          'nd1', '--workers', '2', '-p', '0', '--kitchen-name',
                          'shared', '--filter', 'port 53', netns=net.name)
        wait_for(lambda: len(kitchens(watcher)) == 2, 'both workers')
        first = {k['pid'] for k in kitchens(watcher).values()}
        net.run('tcpreplay', '-q', '-i', 'nd0', '--topspeed', path)
        wait_for(lambda: len(names(eater)) >= COUNT, 'all lookups')
        assert sorted(names(eater)) == sorted(
            f'{n}.example' for n in range(COUNT))

        dead = kitchens(watcher)['shared.0']['pid']
        os.kill(dead, signal.SIGSEGV)
        kitchen.wait_said('worker shared.0 died of signal 11')
        wait_for(lambda: kitchens(watcher).get('shared.0', {}).get('pid')
                 not in (None, dead), 'another worker')
        assert {k['pid'] for k in kitchens(watcher).values()} != first
        net.run('tcpreplay', '-q', '-i', 'nd0', '--topspeed', path)
        wait_for(lambda: len(names(eater)) >= 2 * COUNT, 'all of them again')
        assert len(names(eater)) == 2 * COUNT
        assert kitchen.stop() == 0


def test_workers_that_cannot_start_end_all():
    with System() as s:
        kitchen = s.kitchen('--interface', 'nosuch0', '--workers', '2')
        assert kitchen.wait() == 1
        kitchen.wait_said("there is no interface 'nosuch0'")
        kitchen = s.kitchen('--read', '-', '--workers', '2')
        assert kitchen.wait() == 2
