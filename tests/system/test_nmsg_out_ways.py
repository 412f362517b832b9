"""nd-nmsg's files, sockets and endpoints, and what it is told."""
import os
import socket
import subprocess

import msgpack
import pytest
import zmq

from harness import BIN, Pusher, System, run, said_once, seen, wait_for
from nmsg_out import Container, containers, eat, fields, read, send


# --- what is set, what is taken ---------------------------------------------

def test_source_operator_and_group():
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.nmsg'
        (s.folder / 'operators').write_text('7 seven\n')
        eater = eat(s, hub, '-w', out, '--count', 2, '--source', '0xa1ba02cf',
                    '--operator', 'seven', '--group', '9', '--zlib',
                    env={'NMSG_OPALIAS_FILE': str(s.folder / 'operators')})
        pusher = Pusher(s.bus_in)
        send(pusher, 'AnyChef', [1])
        send(pusher, 'nmsg.base.ipconn', [{'group': 3, 'source': '00000001'}])
        assert eater.wait() == 0
        pusher.close()
        container, = containers(out.read_bytes())
        assert container.flags == 1 and container.sequence is None
        assert [m[3:6] for m in container.messages] == [
            (0xa1ba02cf, 7, 9)] * 2


def test_chefs_and_kitchens():
    for args, wanted in [(['-c', 'A'], [1, 2]), (['-k', 'y'], [2, 4]),
                         (['-c', 'A', '-k', 'y'], [2])]:
        with System() as s:
            hub = s.hub()
            out = s.folder / 'out.nmsg'
            eater = eat(s, hub, '-w', out, '--count', len(wanted), *args)
            pusher = Pusher(s.bus_in)
            for n, (chef, kitchen) in enumerate(['Ax', 'Ay', 'Bx', 'By'], 1):
                pusher.batch(chef, 0, [n], kitchen=kitchen)
            assert eater.wait() == 0
            pusher.close()
            assert sorted(msgpack.unpackb(m.fields[2][0])['payload']
                          for m in read(out)) == wanted


def test_what_is_missing_is_told():
    with System() as s:
        hub = s.hub()
        eater = eat(s, hub, '-w', s.folder / 'out.nmsg', '--count', 2)
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', [1], 0)
        send(pusher, 'A', [1], 4)
        assert eater.wait() == 0
        pusher.close()
        assert eater.said('2 messages of 2 dumplings written, 3 known to be '
                          'missing$')


# --- files ------------------------------------------------------------------

def test_files_that_are_rotated_by_count_and_the_kicker():
    with System() as s:
        hub = s.hub()
        folder = s.folder / 'spool'
        folder.mkdir()
        kicked = s.folder / 'kicked'
        eater = eat(s, hub, '-w', folder / 'out', '--rotate-count', 2,
                    '--count', 5, '--kicker', f'echo >>{kicked} to')
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', range(5))
        assert eater.wait() == 0
        pusher.close()
        names = sorted(folder.iterdir())
        assert len(names) == 3
        assert all(n.name.startswith('out.2') and n.suffix == '.nmsg'
                   for n in names)
        assert [[msgpack.unpackb(m.fields[2][0])['payload'] for m in read(n)]
                for n in names] == [[0, 1], [2, 3], [4]]
        wait_for(lambda: kicked.exists() and
                 sorted(kicked.read_text().splitlines()) ==
                 [f'to {n}' for n in names], 'the command')


def test_files_that_are_rotated_by_size():
    with System() as s:
        hub = s.hub()
        folder = s.folder / 'spool'
        folder.mkdir()
        eater = eat(s, hub, '-w', folder / 'out', '--rotate-size', '4k',
                    '--count', 40)
        pusher = Pusher(s.bus_in)
        for n in range(40):
            send(pusher, 'A', [bytes([n]) * 500], n)
        assert eater.wait() == 0
        pusher.close()
        names = sorted(folder.iterdir())
        assert len(names) > 4
        assert all(4096 <= n.stat().st_size < 5200 for n in names[:-1])
        assert [msgpack.unpackb(m.fields[2][0])['payload'][0]
                for n in names for m in read(n)] == list(range(40))


def test_a_file_is_finished_when_its_time_is_up_though_nothing_comes():
    with System() as s:
        hub = s.hub()
        folder = s.folder / 'spool'
        folder.mkdir()
        eater = eat(s, hub, '-w', folder / 'out', '--rotate-time', '0.2',
                    '-c', 'A')
        assert [n.name for n in folder.iterdir()
                if n.name.startswith('.out.') and n.name.endswith('.part')]
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', [1])
        wait_for(lambda: list(folder.glob('out.*.nmsg')), 'the file')
        assert len(list(folder.iterdir())) == 1
        send(pusher, 'A', [2], 1)
        wait_for(lambda: len(list(folder.glob('out.*.nmsg'))) == 2, 'another')
        pusher.close()
        assert eater.stop() == 0
        # What would have been empty is not there.
        assert [len(read(n)) for n in folder.iterdir()] == [1, 1]


def test_a_file_that_stays_one_is_kicked_at_the_end():
    with System() as s:
        hub = s.hub()
        out, kicked = s.folder / 'out.nmsg', s.folder / 'kicked'
        kicked.mkdir()
        eater = eat(s, hub, '-w', out, '--kicker', f'cp -t {kicked}')
        assert eater.stop() == 0
        wait_for((kicked / 'out.nmsg').exists, 'the command')


def test_a_kicker_that_is_none_does_not_stop_it():
    with System() as s:
        hub = s.hub()
        folder = s.folder / 'spool'
        folder.mkdir()
        eater = eat(s, hub, '-q', '-w', folder / 'out', '--rotate-count', 1,
                    '--count', 3, '--kicker', 'oh no (')
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', range(3))
        assert eater.wait() == 1
        pusher.close()
        assert len(list(folder.glob('out.*.nmsg'))) == 3
        assert seen(eater, r"the command 'oh no \(' cannot be run") == 1


def test_a_slow_stream_arrives():
    """Each message, though its container is far from full."""
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.nmsg'
        eater = eat(s, hub, '-w', out, '--flush-interval', '0.05', '-c', 'A')
        pusher = Pusher(s.bus_in)
        for n in range(3):
            send(pusher, 'A', [n], n)
            wait_for(lambda: len(read(out)) == n + 1, 'a message')
        assert len(containers(out.read_bytes())) == 3
        pusher.close()
        assert eater.stop() == 0


def test_ctrl_c_delivers_what_is_in_hand():
    with System() as s:
        hub = s.hub()
        out = s.folder / 'out.nmsg'
        with socket.socket(type=socket.SOCK_DGRAM) as peer:
            peer.bind(('127.0.0.1', 0))
            peer.settimeout(30)
            eater = eat(s, hub, '-w', out, '-q', '--flush-interval', '0',
                        '--send', f'127.0.0.1/{peer.getsockname()[1]}')
            printer = s.printer('--count', 7, hub=hub)
            pusher = Pusher(s.bus_in)
            send(pusher, 'A', range(7))
            assert printer.wait() == 0
            wait_for(lambda: not waiting(eater), 'nd-nmsg to have read')
            assert out.stat().st_size == 0
            assert eater.stop() == 0
            pusher.close()
            assert eater.err.read_text() == ''
            assert len(Container(peer.recv(65536)).messages) == 7
        assert len(read(out)) == 7


def waiting(program):
    """Bytes that wait in the sockets a program has."""
    found = subprocess.run(['ss', '-xpn'], capture_output=True, text=True,
                           check=True).stdout
    return sum(int(line.split()[2]) for line in found.splitlines()
               if f'pid={program.process.pid},' in line)


def test_standard_output():
    with System() as s:
        hub = s.hub()
        eater = eat(s, hub, '--count', 3, '--flush-interval', '0.01')
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', range(2))
        wait_for(lambda: len(read(eater.out)) == 2, 'what came so far')
        send(pusher, 'A', [2], 2)
        assert eater.wait() == 0
        pusher.close()
        assert len(read(eater.out)) == 3


def test_a_reader_that_takes_nothing_does_not_hold_up_ctrl_c():
    with System() as s:
        hub = s.hub()
        read_end, write_end = os.pipe()
        before = seen(hub, 'eater connection from')
        with subprocess.Popen(
                [str(BIN / 'nd-nmsg'), '-q', '--hub', s.bus_out,
                 '--flush-interval', '0.01'], stdout=write_end,
                stderr=subprocess.PIPE, text=True) as eater:
            os.close(write_end)
            wait_for(lambda: seen(hub, 'eater connection from') > before,
                     'nd-nmsg')
            pusher = Pusher(s.bus_in)
            send(pusher, 'A', [bytes(100000)] * 5)
            wait_for(lambda: os.read(read_end, 1), 'it to write')
            eater.terminate()
            assert eater.wait(20) == 1
            said = eater.stderr.read().splitlines()
            assert len(said) == 1 and 'takes nothing' in said[0]
            pusher.close()
        os.close(read_end)


def test_a_reader_that_goes():
    with System() as s:
        hub = s.hub()
        read_end, write_end = os.pipe()
        before = seen(hub, 'eater connection from')
        with subprocess.Popen([str(BIN / 'nd-nmsg'), '-q', '--hub', s.bus_out],
                              stdout=write_end, stderr=subprocess.PIPE,
                              text=True) as eater:
            os.close(write_end)
            wait_for(lambda: seen(hub, 'eater connection from') > before,
                     'nd-nmsg')
            os.close(read_end)
            assert eater.wait(20) == 1
            said = eater.stderr.read().splitlines()
            assert len(said) == 1
            assert 'nobody reads standard output any more' in said[0]


def test_a_disk_that_is_full():
    with System() as s:
        hub = s.hub()
        eater = eat(s, hub, '-q', '-w', '/dev/full', '--flush-interval',
                    '0.01')
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', range(3))
        assert eater.wait() == 1
        pusher.close()
        said = eater.err.read_text().splitlines()
        assert len(said) == 2, said
        assert 'cannot write to /dev/full: No space left' in said[0]
        assert '3 messages not written to /dev/full' in said[1]


# --- UDP --------------------------------------------------------------------

class Peers:
    """UDP sockets at ports that follow each other."""

    def __init__(self, count, address='127.0.0.1'):
        while True:
            self.sockets = [self.bind(address, 0)]
            self.port = self.sockets[0].getsockname()[1]
            try:
                for n in range(1, count):
                    self.sockets.append(self.bind(address, self.port + n))
                return
            except (OSError, OverflowError):
                self.close()

    @staticmethod
    def bind(address, port):
        made_one = socket.socket(
            socket.AF_INET6 if ':' in address else socket.AF_INET,
            socket.SOCK_DGRAM)
        made_one.settimeout(30)
        made_one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        made_one.bind((address, port))
        return made_one

    def close(self):
        for one in self.sockets:
            one.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def payloads(self, count):
        """What each got, of datagrams that hold so many messages in all."""
        found = [[] for _ in self.sockets]
        for n, one in enumerate(self.sockets):
            while len(found[n]) < count:
                container = Container(one.recv(65536))
                assert not container.rest
                found[n] += [msgpack.unpackb(m.fields[2][0])['payload']
                             for m in container.messages]
        return found


def test_sockets_take_turns_and_a_file_has_all():
    with System() as s, Peers(3) as peers:
        hub = s.hub()
        out = s.folder / 'out.nmsg'
        eater = eat(s, hub, '--send', f'127.0.0.1/{peers.port}..'
                    f'{peers.port + 2}', '--count', 6, '-w', out)
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', range(6))
        assert eater.wait() == 0
        pusher.close()
        assert peers.payloads(2) == [[0, 3], [1, 4], [2, 5]]
        assert len(read(out)) == 6


def test_sockets_that_are_mirrored():
    with System() as s, Peers(1) as four, Peers(1, '::1') as six:
        hub = s.hub()
        eater = eat(s, hub, '--send', f'127.0.0.1/{four.port}', '--send',
                    f'::1/{six.port}', '--mirror', '--count', 3)
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', range(3))
        assert eater.wait() == 0
        pusher.close()
        assert four.payloads(3) == six.payloads(3) == [[0, 1, 2]]


def test_mtu_sequence_and_flush():
    with System() as s, Peers(1) as peers:
        hub = s.hub()
        eater = eat(s, hub, '--send', f'127.0.0.1/{peers.port}', '--mtu', 512,
                    '--rate', 1000, '--flush-interval', '0.05')
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', [bytes(60)] * 20)
        got, messages = [], 0
        while messages < 20:
            data = peers.sockets[0].recv(65536)
            assert len(data) <= 512
            got.append(Container(data))
            messages += len(got[-1].messages)
        assert messages == 20 and len(got) > 5
        assert [c.sequence for c in got] == list(range(len(got)))
        assert len({c.sequence_id for c in got}) == 1
        assert got[0].sequence_id > 0
        assert eater.stop() == 0
        pusher.close()


def test_a_message_that_is_cut_into_fragments():
    with System() as s, Peers(1) as peers:
        hub = s.hub()
        eater = eat(s, hub, '--send', f'127.0.0.1/{peers.port}', '--mtu', 512,
                    '--count', 1)
        pusher = Pusher(s.bus_in)
        send(pusher, 'A', ['x' * 3000])
        assert eater.wait() == 0
        pusher.close()
        parts = {}
        while not parts or len(parts) <= last:
            data = peers.sockets[0].recv(65536)
            assert data[:6] == b'NMSG\x02\x02'
            part = fields(data[10:])
            parts[part[2][0]], last = part[4][0], part[3][0]
        found = fields(b''.join(parts[n] for n in sorted(parts)))
        payload = fields(fields(found[1][0])[5][0])[2][0]
        assert msgpack.unpackb(payload)['payload'] == 'x' * 3000


def test_nobody_listens():
    with System() as s:
        hub = s.hub()
        with Peers(1) as peers:
            port = peers.port
        eater = eat(s, hub, '--send', f'127.0.0.1/{port}', '-q', '--mtu', 512,
                    '--flush-interval', '0.01')
        pusher = Pusher(s.bus_in)
        for n in range(5):
            send(pusher, 'A', [bytes(400)] * 20, n * 20)
        wait_for(lambda: not waiting(eater), 'nd-nmsg to have read')
        assert eater.stop() == 1
        pusher.close()
        said = eater.err.read_text().splitlines()
        assert len(said) == 1, said
        assert f'127.0.0.1/{port}: ' in said[0] and 'refused' in said[0]


# --- ZeroMQ -----------------------------------------------------------------

def payload(part):
    return [msgpack.unpackb(m.fields[2][0])['payload']
            for m in Container(part).messages]


def peer(kind, endpoint=None):
    made_one = zmq.Context.instance().socket(kind)
    made_one.setsockopt(zmq.RCVTIMEO, 30000)
    made_one.setsockopt(zmq.LINGER, 0)
    if kind == zmq.SUB:
        made_one.setsockopt(zmq.SUBSCRIBE, b'NMSG')
    if endpoint:
        made_one.connect(endpoint)
    return made_one


def test_zeromq_push_to_one_that_listens():
    with System() as s:
        hub = s.hub()
        endpoint = f'ipc://{s.folder}/peer'
        with peer(zmq.PULL) as puller:
            puller.bind(endpoint)
            eater = eat(s, hub, '--send-zmq', f'{endpoint},pushpull',
                        '--flush-interval', '0.05')
            pusher = Pusher(s.bus_in)
            send(pusher, 'A', range(3))
            assert payload(puller.recv()) == [0, 1, 2]
            send(pusher, 'A', [3], 3)
            assert payload(puller.recv()) == [3]
            assert eater.stop() == 0
            pusher.close()


def test_zeromq_publishes_where_it_listens():
    with System() as s:
        hub = s.hub()
        eater = eat(s, hub, '--send-zmq', 'tcp://127.0.0.1:*,accept',
                    '--flush-interval', '0.01')
        eater.wait_said('sends at tcp://')
        port = eater.said(r'sends at tcp://\S+:(\d+)$')[1]
        endpoint = f'tcp://127.0.0.1:{port}'
        pusher = Pusher(s.bus_in)
        with peer(zmq.SUB, endpoint) as subscriber:
            # What is published before it has subscribed goes by.
            first = 0
            while not subscriber.poll(50):
                send(pusher, 'A', [first], first)
                first += 1
            assert payload(subscriber.recv())
        pusher.close()
        assert eater.stop() == 0


def test_zeromq_waits_for_its_peer_and_says_what_it_keeps():
    """A peer that is not there costs nothing until there is no room."""
    with System() as s:
        hub = s.hub()
        endpoint = f'ipc://{s.folder}/peer'
        eater = eat(s, hub, '--send-zmq', f'{endpoint},pushpull', '-q')
        pusher = Pusher(s.bus_in)
        for n in range(40):
            send(pusher, 'A', [bytes(9000)] * 50, n * 50)
        eater.wait_said('takes nothing; waiting for it')
        assert eater.stop() == 1
        pusher.close()
        assert eater.said('1 message not delivered')
        assert eater.said(f'{endpoint},pushpull takes nothing: its last')


# --- what cannot be ---------------------------------------------------------

@pytest.mark.parametrize('args,words', [
    (['--rotate-count', 1, '--send', '127.0.0.1/9'], ['--rotate-...: it']),
    (['--kicker', 'x'], ['--kicker: it needs a file']),
    (['--encode', 'xml'], ['--encode: it is msgpack or json']),
    (['--as', 'A'], ["--as: 'A' is no CHEF"]),
    (['--as', 'A=b'], ["--as: 'A=b' is no CHEF"]),
    (['--as', '=pkt'], ["--as: '=pkt' is no CHEF"]),
    (['--source', '0'], ["--source: '0' is neither"]),
    (['--source', '123456789012'], ['--source: ']),
    (['--operator', 'nobody'], ["--operator: 'nobody' is neither"]),
    (['--chef', 'a/b'], ["--chef: a name is"]),
    (['--hub', ''], ["--hub: '' is not an address"])])
def test_settings_that_cannot_be(args, words):
    said_once(run('nd-nmsg', *args), 2, *words)


@pytest.mark.parametrize('args,words', [
    (['-w', '/nowhere/x'], ['cannot write to /nowhere/x: No such file']),
    (['--send', 'nonsense'], ['to nonsense: it is not well formed']),
    (['--send', '127.0.0.1/0'], ['127.0.0.1/0: it is not well formed']),
    (['--send', '127.0.0.1/1..999'], ['1..999: ']),
    (['--send-zmq', 'nonsense'], ['to nonsense: '])])
def test_outputs_that_cannot_be(args, words):
    said_once(run('nd-nmsg', *args), 1, *words)
