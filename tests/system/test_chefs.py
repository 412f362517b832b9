"""Chefs under a flood, chefs that fail, and when they are poked."""
import random
import struct
import subprocess

from harness import (SANITIZED, Namespace, System, made, missing, status_of,
                     wait_for)


def frame(seconds, data, kind=made.ETH_IPV4):
    return (made.START_NS + round(seconds * 10**9),
            made.ethernet(made.ROUTER, made.HOST, (), kind, data, False))


def lookup(seconds, hostname):
    return frame(seconds, made.udp(
        made.HOST4, made.ROUTER4, 40000, 53,
        made.dns(1, made.QUERY, made.dotted(hostname))))


def reply(seconds, mac, address):
    return frame(seconds, made.arp(2, mac, address, made.HOST, made.HOST4),
                 made.ETH_ARP)


def capture(frames):
    return made.pcap(made.LINK_ETHERNET, frames, nanoseconds=True)


def peak_kib(kitchen):
    with open(f'/proc/{kitchen.process.pid}/status') as status:
        return next(int(line.split()[1]) for line in status
                    if line.startswith('VmHWM'))


def random_names(count):
    rng = random.Random(1)
    return ['.'.join(f'{rng.getrandbits(240):060x}' for _ in range(3))
            for _ in range(count)]


def flooded(names):
    """The last poke and the most memory of a kitchen that sees these."""
    frames = [lookup(n * 1e-6, name) for n, name in enumerate(names)]
    frames.append(lookup(100, 'last.example'))
    with System() as s:
        hub = s.hub()
        eater = s.printer('--no-packet-dumplings', '--chef', 'DNSLookupChef',
                          hub=hub)
        kitchen = s.kitchen('--read', '-', '--queue-size', '1MiB', '--chef',
                            'DNSLookupChef:names=100,top=10',
                            stdin=subprocess.PIPE)
        with kitchen.process.stdin as pipe:
            pipe.write(capture(frames))
            pipe.flush()
            # The last packet is later than the first by many pokes.
            wait_for(lambda: len(eater.lines()) == 2, 'the second poke')
            peak = peak_kib(kitchen)
        assert kitchen.wait() == 0
        return eater.lines()[1]['payload'], peak


def test_random_names_cost_no_memory():
    few, few_kib = flooded(random_names(1000))
    many, many_kib = flooded(random_names(50000))
    for payload, seen in ((few, 1000), (many, 50000)):
        assert len(payload['lookups_seen']) == 10
        assert payload['forgotten'] == seen - 100
    # The names alone are 9 MB.
    if not SANITIZED:
        assert many_kib < few_kib + 4096
        assert many_kib < 50 * 1024


def test_names_looked_up_most_are_told():
    frames = [lookup(n * 1e-6, f'{name}.example')
              for n, name in enumerate([7] * 9 + list(range(99)) + [8] * 5)]
    with System() as s:
        hub = s.hub()
        eater = s.printer('--no-packet-dumplings', '--count', '2', '--chef',
                          'DNSLookupChef', hub=hub)
        path = s.folder / 'names.pcap'
        path.write_bytes(capture(frames))
        s.kitchen('--read', path, '--chef', 'DNSLookupChef:top=2').wait()
        assert eater.wait() == 0
        last = eater.lines()[1]['payload']
        assert {name: told['count'] for name, told in
                last['lookups_seen'].items()} == {
                    '7.example': 10, '8.example': 6}
        assert 'forgotten' not in last


def test_random_addresses_are_forgotten_the_oldest_first():
    macs = [b'\2\0' + struct.pack('!I', n) for n in range(1000)]
    hosts = [f'198.18.{n >> 8}.{n & 255}' for n in range(1000)]
    frames = [reply(n * 1e-3, macs[n], hosts[n]) for n in range(1000)]
    again = [999, 901, 0, 899]
    frames += [reply(1 + n * 1e-3, macs[n], hosts[n]) for n in again]
    frames.append(reply(2, macs[1], hosts[999]))
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'ARPChef', '--count', len(frames),
                          hub=hub)
        path = s.folder / 'arp.pcap'
        path.write_bytes(capture(frames))
        s.kitchen('--read', path, '--chef', 'ARPChef:devices=100').wait()
        assert eater.wait() == 0
        notes = [d['payload']['notes'] for d in eater.lines()]
        new = 'source device is new'
        assert notes[:1000] == [new] * 1000
        assert notes[1000:] == [None, None, new, new,
                                'source device has new IP address']


CHEF = '''
#include <errno.h>
#include <netdumplings/chef.h>
static int packet(void *self, const struct nd_packet *p, struct nd_dumpling *d)
{
	unsigned *count = self;
	unsigned n = (*count)++;

	nd_put_uint(d, "n", n);
%s
	return ND_SERVE;
}
static int interval(void *self, int64_t now, struct nd_dumpling *d)
{
	nd_put_uint(d, "seen", *(unsigned *) self);
	nd_put_time(d, "now", now);
	return ND_SERVE;
}
ND_CHEF = {ND_CHEF_HEAD, .name = "TestChef", .state_size = sizeof(unsigned),
	   .packet = packet, .interval = interval};
'''


def cooked(body, *args):
    """What comes of packets from such a chef, and how many errors."""
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'TestChef', hub=hub)
        chef = s.folder / 'TestChef.c'
        chef.write_text(CHEF % body)
        kitchen = s.kitchen('--read', s.capture('mix.pcap'), '--chef', chef,
                            *args)
        assert kitchen.wait() == 0
        told = kitchen.said(r'TestChef: (\d+) dumplings.* (\d+) errors')
        wait_for(lambda: len(eater.lines()) == int(told[1]), 'all dumplings')
        eater.stop()
        # What failed has no number, and so is not missing.
        assert missing(eater) == (int(told[1]), 0)
        return [d['payload'] for d in eater.lines()
                if d['metadata']['driver'] == 'packet'], int(told[2])


def test_several_dumplings_of_one_packet():
    payloads, errors = cooked("""
	for (unsigned i = 0; i < 2; i++) {
		if (nd_serve(d) < 0)
			return -EIO;
		nd_put_uint(d, "n", n);
		nd_put_uint(d, "more", i);
	}""")
    assert errors == 0
    assert payloads[:4] == [{'n': 0}, {'n': 0, 'more': 0},
                            {'n': 0, 'more': 1}, {'n': 1}]
    assert len(payloads) == 3 * 69


def test_what_fails_costs_one_dumpling():
    odd = [{'n': n} for n in range(69) if n % 2 == 0]
    for body in (
            # By its own word, after something was put.
            'if (n % 2) return -EINVAL;',
            # Put wrongly: a key where there can be none, one that lacks.
            'if (n % 2) { nd_put_array(d, "a"); nd_put_uint(d, "k", 1); }',
            'if (n % 2) nd_put_uint(d, NULL, 1);',
            # Ends what was not begun.
            'if (n % 2) { nd_end(d); nd_end(d); }'):
        assert cooked(f'\t{body}') == (odd, 34), body


def test_a_dumpling_larger_than_may_be_costs_itself():
    odd = [{'n': n} for n in range(69) if n % 2 == 0]
    body = '\tstatic char x[2000]; if (n % 2) nd_put_bin(d, "x", x, 2000);'
    assert cooked(body, '--max-message', 1024) == (odd, 34)


def test_errors_are_in_the_status():
    with System() as s:
        hub = s.hub()
        watcher = s.printer('--chef', 'SystemStatusChef', hub=hub)
        chef = s.folder / 'TestChef.c'
        chef.write_text(CHEF % '\tif (n % 2) return -EINVAL;')
        # Four packets come in 1.2 seconds, the fifth much later.
        kitchen = s.kitchen('--read', s.capture('mix.pcap'), '--speed', 0.1,
                            '-p', 0, '--chef', chef)

        def stats():
            kitchens = (status_of(watcher) or {}).get('dumpling_kitchens')
            return (kitchens and kitchens[0]['info_from_kitchen']
                    ['chef_stats']['TestChef'])
        wait_for(lambda: (stats() or {}).get('errors') == 2, 'two errors')
        assert stats()['next_seq'] == 2
        assert kitchen.said('TestChef: packet.. failed: Invalid argument')
        assert kitchen.stop() == 0


def test_pokes_on_packet_time():
    frames = [lookup(t, 'a.example') for t in (0, 0.9, 1.1, 3.0, 7.5, 8.2)]
    with System() as s:
        hub = s.hub()
        eater = s.printer('--no-packet-dumplings', '--chef', 'TestChef',
                          hub=hub)
        (s.folder / 'TestChef.c').write_text(CHEF % '')
        path = s.folder / 'pokes.pcap'
        path.write_bytes(capture(frames))
        s.kitchen('--read', path, '-p', 1, '--chef',
                  s.folder / 'TestChef.c').wait()
        lines = wait_for(lambda: len(eater.lines()) == 5 and eater.lines(),
                         'five pokes')
        # Before the packet that is due; once for a gap; and at the end.
        assert [(round(d['metadata']['creation_time'] - 1700000000, 3),
                 d['payload']['seen']) for d in lines] == [
                     (0, 0), (1, 2), (3, 3), (7.5, 4), (8.2, 6)]
        for d in lines:
            assert d['payload']['now'] == d['metadata']['creation_time']


def test_pokes_come_without_packets():
    """Also when the hub is not there yet, as their creation times show."""
    with Namespace() as netns, System() as s:
        kitchen = s.kitchen('-i', 'lo', '-p', 0.2, '--chef',
                            'PacketCountChef', netns=netns.name)
        kitchen.wait_said('waiting for it')
        eater = s.printer('--chef', 'PacketCountChef')
        hub = s.hub()
        wait_for(lambda: hub.said('eater connection from'), 'the eater')
        lines = wait_for(lambda: len(eater.lines()) >= 4 and eater.lines(),
                         'pokes')
        assert kitchen.stop() == 0
        assert all(d['payload'] == {'packet_counts': {}, 'byte_counts': {}}
                   for d in lines)
        times = [d['metadata']['creation_time'] for d in lines]
        assert times == sorted(times)
        # Never early; a busy machine may leave some out.
        for earlier, later in zip(times, times[2:]):
            assert later - earlier > 0.2
