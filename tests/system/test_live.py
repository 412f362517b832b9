"""Live capture between two namespaces, with a real DNS server.

Needs root; the page's test also chromium, node and npm.
"""
import contextlib
import os
import pathlib
import pwd
import subprocess
import sys
import time

import pytest

import browsers
from harness import HERE, Namespace, System, ip, status_of, wait_for

ADDRESSES = '192.0.2.1', '192.0.2.2'


class Wire:
    """Two namespaces and a veth pair; a DNS server in the far one."""

    def __init__(self, system):
        self.system = system
        self.near, self.far = Namespace(), Namespace()
        self.server = None

    def __enter__(self):
        self.near.__enter__()
        self.far.__enter__()
        ip('-n', self.near.name, 'link', 'add', 'nd0', 'type', 'veth', 'peer',
           'nd1', 'netns', self.far.name)
        for ns, device, address in zip((self.near, self.far), ('nd0', 'nd1'),
                                       ADDRESSES):
            ip('-n', ns.name, 'address', 'add', f'{address}/24', 'dev',
               device)
            ip('-n', ns.name, 'link', 'set', device, 'up')
        log = self.system.folder / 'dnsmasq'
        with open(log, 'wb') as out:
            self.server = subprocess.Popen(
                ['ip', 'netns', 'exec', self.far.name, 'dnsmasq',
                 '--no-daemon', '--no-resolv', '--no-hosts', '--conf-file',
                 '--user=', '--pid-file', '--bind-interfaces',
                 f'--listen-address={ADDRESSES[1]}',
                 '--address=/example/198.51.100.7'],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_for(lambda: b'started' in log.read_bytes(), 'dnsmasq')
        return self

    def __exit__(self, *reason):
        self.server.terminate()
        self.server.wait(20)
        self.far.__exit__(*reason)
        self.near.__exit__(*reason)

    def dig(self, *names):
        for name in names:
            told = self.near.run('dig', '+short', '+tries=5', '+time=3',
                                 f'@{ADDRESSES[1]}', name)
            assert told == '198.51.100.7\n'

    def arping(self):
        self.near.run('arping', '-c', '1', '-I', 'nd0', ADDRESSES[1])


def uid_of(kitchen):
    """The user of the kitchen itself, whom `ip netns exec` has become."""
    status = pathlib.Path(f'/proc/{kitchen.process.pid}/status').read_text()
    fields = dict(line.split(':', 1) for line in status.splitlines())
    return ([int(n) for n in fields['Uid'].split()],
            int(fields['CapEff'], 16), int(fields['NoNewPrivs']))


@pytest.mark.parametrize('interface', ['nd0', 'all'])
def test_lookups_and_arp_on_a_wire(interface):
    names = [f'host{n}.example' for n in range(20)]
    with System() as s, Wire(s) as wire:
        hub = s.hub()
        # The kitchen becomes nobody before it connects.
        os.chmod(s.folder / 'in', 0o777)
        eater = s.printer(hub=hub)
        kitchen = s.kitchen('-i', interface, '-p', 0.2, '--user', 'nobody',
                            netns=wire.near.name)
        wait_for(lambda: [d for d in eater.lines()
                          if d['metadata']['chef'] == 'PacketCountChef'],
                 'the first poke')
        nobody = pwd.getpwnam('nobody').pw_uid
        assert uid_of(kitchen) == ([nobody] * 4, 0, 1)
        began = time.time()
        wire.dig(*names)
        wire.arping()

        def made(chef, driver):
            return [d['payload'] for d in eater.lines()
                    if (d['metadata']['chef'], d['metadata']['driver']) ==
                    (chef, driver)]
        # Each twice: asked, and answered.
        lookups = wait_for(lambda: len(made('DNSLookupChef', 'packet')) == 40
                           and made('DNSLookupChef', 'packet'), 'lookups')
        assert sorted(p['lookup']['hostname'] for p in lookups) == (
            sorted(names * 2))
        assert all(began - 1 < p['lookup']['when'] < time.time() + 1
                   for p in lookups)
        wait_for(lambda: any(
            p['operation'] == 'reply' and p['src_ip'] == ADDRESSES[1]
            for p in made('ARPChef', 'packet')), 'an ARP reply')
        counts = wait_for(lambda: [
            p['packet_counts'] for p in made('PacketCountChef', 'interval')
            if p['packet_counts'].get('DNS') == 40
            and p['packet_counts'].get('ARP', 0) >= 2], 'the counts')[-1]
        link = 'Ethernet' if interface == 'nd0' else 'cooked linux'
        assert sum(n for name, n in counts.items()
                   if name.startswith(link)) >= 42
        kitchens = status_of(eater)['dumpling_kitchens']
        assert kitchens[0]['info_from_kitchen']['interface'] == interface
        assert kitchens[0]['info_from_kitchen']['packets_dropped_kernel'] == 0
        assert kitchen.stop() == 0
        assert kitchen.said(r'packets seen, 0 dropped by the kernel')


def test_what_comes_while_it_lingers_is_not_called_dropped():
    with System() as s, Wire(s) as wire:
        kitchen = s.kitchen('-i', 'nd0', '--linger', 60, '--buffer-size',
                            65536, netns=wire.near.name)
        kitchen.wait_said('waiting for it')
        wire.dig('a.example')
        kitchen.send_signal(2)
        # Nobody reads these 80 packets any more; the kernel did not lose them.
        # So small a buffer may really lose one of the few before.
        wire.dig(*(f'late{n}.example' for n in range(40)))
        assert kitchen.stop() == 1
        told = kitchen.said(r'packets seen, (\d+) dropped by the kernel')
        assert int(told[1]) < 20


# What is done in the near namespace again and again, for two minutes at most.
BUSY = f"""
i=0
while [ $i -lt 400 ]; do
    i=$((i + 1))
    dig +short +tries=1 +time=1 @{ADDRESSES[1]} $((i % 7)).busy.example
    curl -s -m 2 http://{ADDRESSES[1]}:8000/
    arping -c 1 -w 1 -I nd0 {ADDRESSES[1]}
    ping -c 1 -W 1 {ADDRESSES[1]}
    sleep 0.2
done
"""


@contextlib.contextmanager
def busy(wire):
    """A web server in the far namespace, and somebody who uses all there."""
    serve = ['ip', 'netns', 'exec', wire.far.name, sys.executable, '-m',
             'http.server', '8000', '--directory', wire.system.folder]
    use = ['ip', 'netns', 'exec', wire.near.name, 'sh', '-c', BUSY]
    with open(os.devnull, 'wb') as null:
        running = [subprocess.Popen(argv, stdin=subprocess.DEVNULL,
                                    stdout=null, stderr=null)
                   for argv in (serve, use)]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)


def test_the_pages_show_what_is_on_the_wire():
    folder = browsers.installed()
    far = ADDRESSES[1]
    # A network that never changes for the browser, which gives up when one
    # does, as when a new interface gets its address.
    with System() as s, Wire(s) as wire, Namespace() as quiet:
        hub = s.hub()
        gateway = s.gateway(netns=quiet.name)
        eater = s.printer('--chef', 'DNSLookupChef', hub=hub)
        s.kitchen('-i', 'nd0', '-p', 0.5, netns=wire.near.name)
        wait_for(eater.lines, 'the kitchen')
        with busy(wire):
            told = subprocess.run(
                ['ip', 'netns', 'exec', quiet.name, 'node',
                 HERE / 'browser/live.mjs', f'http://{gateway.at}/',
                 'dns', '3.busy.example', 'devices', far, 'flows', far,
                 '3d', far, 'landscape', 'DNS',
                 'dumplings?chef=DNSLookupChef', 'busy.example',
                 'system', 'nd0', '', 'TCP'],
                env={**os.environ, 'BROWSER_DIR': str(folder)}, text=True,
                capture_output=True, timeout=120)
        assert told.returncode == 0, told.stderr
        assert told.stdout.strip()
