"""What happens when parts of the system come late, die, freeze or lie."""
import signal

from harness import Pusher, System, missing, seen, status_of, wait_for

def read(system, name='mix.pcap'):
    return '--read', system.capture(name)


def test_hub_starts_after_kitchen_and_eater():
    with System() as s:
        eater = s.printer('--chef', 'ARPChef', '--count', '6')
        kitchen = s.kitchen(*read(s), '--speed', '1000', '--linger', '60')
        kitchen.wait_said('waiting for it')
        hub = s.hub()
        # Whether the eater is heard of first is chance: play it again.
        kitchen.wait()
        assert seen(kitchen, 'no hub at') == 1
        wait_for(lambda: hub.said('eater connection'), 'the eater')
        s.kitchen(*read(s)).wait()
        assert eater.wait() == 0
        assert len(eater.lines()) == 6


def test_everything_arrives_from_a_savefile():
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'DNSLookupChef', hub=hub)
        kitchen = s.kitchen(*read(s))
        assert kitchen.wait() == 0
        made = int(kitchen.said(r'DNSLookupChef: (\d+) dumplings')[1])
        wait_for(lambda: len(eater.lines()) == made, 'all dumplings')
        eater.stop()
        assert missing(eater) == (made, 0)


def flood(pusher, first, count, per_batch=100):
    for seq in range(first, first + count, per_batch):
        pusher.batch('FloodChef', seq,
                     [{'n': n, 'pad': 'x' * 100}
                      for n in range(seq, seq + per_batch)])


def test_hub_is_killed_and_started_again_under_load():
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'FloodChef', hub=hub)
        pusher = Pusher(s.bus_in)
        flood(pusher, 0, 20000)
        wait_for(lambda: len(eater.lines()) > 100, 'the first dumplings')
        hub.process.kill()
        hub.wait()
        flood(pusher, 20000, 20000)
        hub = s.hub()
        wait_for(lambda: hub.said('eater connection'), 'the eater again')
        wait_for(lambda: hub.said('kitchen connection'), 'the kitchen again')
        flood(pusher, 40000, 1000)
        wait_for(lambda: eater.lines()[-1]['payload']['n'] == 40999,
                 'the last dumpling')
        eater.stop()
        got = [d['payload']['n'] for d in eater.lines()]
        assert got == sorted(set(got))
        # It knows what it missed, to the dumpling.
        assert missing(eater) == (len(got), 41000 - len(got))
        pusher.close()


def test_a_stopped_eater_costs_only_itself():
    """All of a file reaches one eater while another one is frozen."""
    with System() as s:
        hub = s.hub('--queue', '10')
        healthy = s.printer('--chef', 'FloodChef', hub=hub)
        frozen = s.printer('--chef', 'FloodChef', '--eater-name', 'frozen',
                           hub=hub)
        frozen.send_signal(signal.SIGSTOP)
        pusher = Pusher(s.bus_in)
        pusher.announce(patient=True)
        total = 200000
        flood(pusher, 0, total)
        wait_for(lambda: hub.said('disconnected eater frozen'),
                 'the frozen eater to be disconnected')
        wait_for(lambda: healthy.lines()[-1]['payload']['n'] == total - 1,
                 'the last dumpling')
        healthy.stop()
        assert missing(healthy) == (total, 0)
        # Back in life it says what it lost.
        frozen.send_signal(signal.SIGCONT)
        wait_for(lambda: seen(hub, 'connection from frozen') == 2,
                 'the frozen eater to come back')
        flood(pusher, total, 100)
        wait_for(lambda: frozen.lines()[-1]['payload']['n'] == total + 99,
                 'the frozen eater to go on')
        frozen.stop()
        got, lost = missing(frozen)
        assert got + lost == total + 100 and lost > 0
        pusher.close()


def test_a_live_kitchen_does_not_wait_for_a_stopped_eater():
    with System() as s:
        hub = s.hub('--queue', '10')
        healthy = s.printer('--chef', 'SystemStatusChef', hub=hub)
        frozen = s.printer('--chef', 'FloodChef', hub=hub)
        frozen.send_signal(signal.SIGSTOP)
        pusher = Pusher(s.bus_in)
        flood(pusher, 0, 200000)
        wait_for(lambda: (status_of(healthy) or {}).get('total_dumplings_in')
                 == 200000, 'the hub to have forwarded everything')
        assert not hub.said('disconnected')
        frozen.send_signal(signal.SIGCONT)
        wait_for(lambda: frozen.lines(), 'the frozen eater to go on')
        # What comes after the queue has emptied tells it what it lost.
        seq = 200000

        def caught_up():
            nonlocal seq
            flood(pusher, seq, 100)
            seq += 100
            return frozen.lines()[-1]['payload']['n'] >= 200000
        wait_for(caught_up, 'new dumplings')
        wait_for(lambda: frozen.lines()[-1]['payload']['n'] == seq - 1,
                 'the last one')
        frozen.stop()
        got, lost = missing(frozen)
        assert got + lost == seq and lost > 0
        pusher.close()


def test_a_killed_kitchen_is_noticed():
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'SystemStatusChef', hub=hub)
        kitchen = s.kitchen(*read(s), '--speed', '0.001')

        def state():
            kitchens = (status_of(eater) or {}).get('dumpling_kitchens')
            return kitchens and kitchens[0]['info_from_hub']['state']
        wait_for(lambda: state() == 'live', 'the kitchen in the status')
        kitchen.process.kill()
        wait_for(lambda: state() == 'gone', 'the kitchen to be gone')


def test_a_lost_tail_is_known():
    """Nothing follows the loss but the kitchen's own count."""
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'FloodChef', hub=hub)
        watcher = s.printer('--chef', 'SystemStatusChef', hub=hub)
        pusher = Pusher(s.bus_in)
        flood(pusher, 0, 100)
        pusher.announce(chef_stats={'FloodChef': {'next_seq': 130}})
        wait_for(lambda: (status_of(watcher) or {}).get('dumplings_missing')
                 == 30, 'the hub to know')
        wait_for(lambda: len(eater.lines()) == 100, 'the dumplings')
        flood(pusher, 130, 1, 1)
        wait_for(lambda: len(eater.lines()) == 101, 'one more')
        eater.stop()
        assert missing(eater) == (101, 30)
        pusher.close()


BAD = [
    (b'DNSLookupChef/k/',),
    (b'DNSLookupChef/k/', b'', b''),
    (b'', b''),
    (b'/', b'\x94'),
    (b'no slash', b'\x94\x01\x00\x00\x91\x93\x00\x00\xc0'),
    (b'a/b/c/', b'\x94\x01\x00\x00\x91\x93\x00\x00\xc0'),
    (b'a/-/', b'\x94\x01\x00\x00\x91\x93\x00\x00\xc0'),
    (b'!eater/x/', b'\x94\x01\x00\x00\x91\x93\x00\x00\xc0'),
    (b'!kitchen/x/', b'\x94\x01\x00\x00\x91\x93\x00\x00\xc0'),
    (b'!kitchen/x/', b'\x94\x01\x00\x00\x91\x93\x00\x00\x81\x01'),
    (b'a/b/', b''),
    (b'a/b/', b'\x94'),
    (b'a/b/', b'\x94\x02\x00\x00\x91\x93\x00\x00\xc0'),
    (b'a/b/', b'\x94\x01\x00\x00\x90'),
    (b'a/b/', b'\x94\x01\xcf' + b'\xff' * 8 + b'\xcf' + b'\xff' * 8
     + b'\xdd\xff\xff\xff\xff'),
    (b'a/b/', b'\xff' * 1000),
    (b'x' * 65 + b'/b/', b'\x94\x01\x00\x00\x91\x93\x00\x00\xc0'),
    (b'a/b/', b'\x94\x01\x00\x00\x91' + b'x' * (1 << 20)),
]


def test_garbage_is_refused_and_counted():
    with System() as s:
        hub = s.hub()
        watcher = s.printer('--chef', 'SystemStatusChef', hub=hub)
        eater = s.printer('--chef', 'a', '--chef', 'GoodChef', hub=hub)
        pusher = Pusher(s.bus_in)
        for parts in BAD:
            pusher.send(*parts)
        # Its head is right, its dumplings are not: only eaters can tell.
        pusher.send(b'a/b/', b'\x94\x01\x00\x00\x92\x93\x00\x00\xc0\x93\x00')
        pusher.batch('GoodChef', 0, [{}, [], 0, '', False, None, b'\xff',
                                     'x' * 70000])
        wait_for(lambda: (status_of(watcher) or {}).get('messages_refused')
                 == len(BAD), 'all to be refused')
        wait_for(lambda: len(eater.lines()) == 9, 'the good ones')
        eater.stop()
        assert eater.said('1 invalid|1 message')
        assert [d['payload'] for d in eater.lines()
                if d['metadata']['chef'] == 'GoodChef'] == [
                    {}, [], 0, '', False, None, '/w==', 'x' * 70000]
        # One that libzmq itself cuts off harms nobody else.
        huge = Pusher(s.bus_in)
        huge.send(b'a/b/', b'\x94\x01\x00\x00\x91' + b'x' * (3 << 20))
        pusher.batch('GoodChef', 8, ['still here'])
        wait_for(lambda: (status_of(watcher) or {})['total_dumplings_in']
                 == 11, 'the good ones to go on')
        huge.socket.close(0)
        # At most a line a second, however many there were.
        assert seen(hub, 'refused a message') < len(BAD)
        pusher.close()


def test_garbage_to_the_sockets_themselves():
    """Bytes that are no ZeroMQ at all, and an eater that talks."""
    import socket

    import zmq
    with System() as s:
        hub = s.hub()
        for name in ('in', 'out'):
            for junk in (b'\0', b'GET / HTTP/1.1\r\n\r\n', b'\xff' * 100000):
                raw = socket.socket(socket.AF_UNIX)
                raw.connect(str(s.folder / name))
                try:
                    raw.sendall(junk)
                except BrokenPipeError:
                    pass
                raw.close()
        talker = zmq.Context.instance().socket(zmq.XSUB)
        talker.connect(s.bus_out)
        for message in (b'', b'\x01', b'\x01!eater/', b'\x01!eater/a/b/c/d',
                        b'\x01' + b'x' * 900, b'\x02huh', b'\x00never'):
            talker.send(message)
        eater = s.printer('--chef', 'SystemStatusChef', hub=hub)
        status = wait_for(lambda: status_of(eater), 'a status')
        assert [e['info_from_eater']['eater_name']
                for e in status['dumpling_eaters']] == ['printereater']
        talker.close(0)


def test_ctrl_c_delivers_what_is_in_hand():
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'PacketCountChef', hub=hub)
        kitchen = s.kitchen(*read(s), '--speed', '1')
        wait_for(eater.lines, 'the first poke')
        assert kitchen.stop() == 0
        made = int(kitchen.said(r'PacketCountChef: (\d+) dumplings')[1])
        wait_for(lambda: len(eater.lines()) == made, 'the last poke')
        assert made >= 2
        assert hub.stop(signal.SIGTERM) == 0
        eater.stop()
        assert missing(eater) == (made, 0)
