"""nd-nmsgtool over UDP and ZeroMQ: everything comes, or its loss is told."""
import signal
import socket
import subprocess
import time

import pytest
import zmq

import nmsg_bytes as nmsg
from harness import System, wait_for
from nmsg_samples import (lines, numbered, packets, send, texts, tool,
                          udp_port, well)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def count(path):
    return len(nmsg.messages(path.read_bytes())) if path.exists() else 0


def receiver(system, folder, *args):
    """nd-nmsgtool that writes what it receives to a file, at once."""
    program = system.start('nd-nmsgtool', '-d', *args, '--flush', '0.01',
                           '-w', folder / 'got')
    program.wait_said('output: .*got')
    return program


@pytest.mark.parametrize('options', [
    [], ['-m', '512'], ['-m', '1280', '-z'], ['--unbuffered']])
def test_udp_there_and_back(folder, options):
    (folder / 'a').write_bytes(nmsg.container(*packets(200, 40),
                                              *packets(1, 3000)))
    port = udp_port()
    with System() as system:
        program = receiver(system, folder, '-l', f'127.0.0.1/{port}')
        well('-r', 'a', *options, '-s', f'127.0.0.1/{port}')
        wait_for(lambda: count(folder / 'got') == 201, 'all messages')
        assert program.stop() == 0
        assert not program.said('lost|malformed')
    well('-r', 'got', '-w', 'b')
    assert (folder / 'b').read_bytes() == (folder / 'a').read_bytes()


def test_udp_by_name_and_range(folder):
    (folder / 'a').write_bytes(nmsg.container(*lines(30)))
    port = udp_port()
    with System() as system:
        program = receiver(system, folder, '-l', f'localhost/{port}')
        well('-r', 'a', '-s', f'127.0.0.1/{port}')
        wait_for(lambda: count(folder / 'got') == 30, 'all messages')
        assert program.stop() == 0


def test_zeromq_there_and_back(folder):
    first = f'ipc://{folder}/end,accept,pushpull'
    second = f'ipc://{folder}/end,connect,pushpull'
    (folder / 'a').write_bytes(nmsg.container(*lines(300)))
    with System() as system:
        program = receiver(system, folder, '-L', first)
        well('-r', 'a', '-S', second)
        wait_for(lambda: count(folder / 'got') == 300, 'all messages')
        assert program.stop() == 0
    well('-r', 'got', '-w', 'b')
    assert (folder / 'b').read_bytes() == (folder / 'a').read_bytes()


@pytest.mark.parametrize('first, second', [
    ('', ''), (',accept,pubsub', ',connect,pubsub'),
    (',connect,pubsub', ',accept,pubsub'),
    (',connect,pushpull', ',accept,pushpull')])
def test_zeromq_whoever_accepts(folder, first, second):
    """A publisher's first messages have no subscriber yet."""
    end = f'ipc://{folder}/end'
    with System() as system:
        program = receiver(system, folder, '-L', end + first)
        sender = system.start('nd-nmsgtool', '-r', '-', '--unbuffered', '-S',
                              end + second, stdin=subprocess.PIPE)
        pipe = sender.process.stdin

        def knock():
            pipe.write(nmsg.container(nmsg.message(nmsg.logline(b'knock'))))
            pipe.flush()
            return count(folder / 'got')

        wait_for(knock, 'the first message')
        pipe.write(nmsg.container(*lines(300)))
        pipe.close()
        assert sender.wait() == 0
        wait_for(lambda: texts((folder / 'got').read_bytes())[-300:]
                 == numbered(300), 'all messages')
        assert program.stop() == 0


def test_channels(folder, monkeypatch):
    port, end = udp_port(), f'ipc://{folder}/end'
    (folder / 'aliases').write_text(
        f'other 127.0.0.1/1\nch 127.0.0.1/{port}\nzch {end},accept,pushpull\n')
    monkeypatch.setenv('NMSG_CHALIAS_FILE', str(folder / 'aliases'))
    (folder / 'a').write_bytes(nmsg.container(*lines(4)))
    with System() as system:
        program = receiver(system, folder, '-C', 'ch', '-Z', 'zch')
        well('-r', 'a', '-s', f'127.0.0.1/{port}')
        well('-r', 'a', '-S', f'{end},connect,pushpull')
        wait_for(lambda: count(folder / 'got') == 8, 'all messages')
        assert program.stop() == 0
    done = tool('-C', 'nobody')
    assert done.returncode == 1 and "no addresses for 'nobody'" in done.stderr


def test_gaps_are_told(folder):
    port, end = udp_port(), f'ipc://{folder}/end'
    for args in ['-l', f'127.0.0.1/{port}'], ['-L', f'{end},accept,pushpull']:
        with System() as system, zmq.Context() as context:
            program = receiver(system, folder, *args)
            push = context.socket(zmq.PUSH)
            push.connect(end)
            sent = [nmsg.container(*lines(1, n), sequence=(n, 77))
                    for n in (0, 1, 5, 6)]
            if args[0] == '-l':
                send(port, *sent)
            else:
                for one in sent:
                    push.send(one)
            wait_for(lambda: count(folder / 'got') == 4, 'all messages')
            assert program.stop() == 0
            assert program.said('lost containers: 3'), \
                program.err.read_text()
            push.close()


@pytest.mark.parametrize('way', ['udp', 'zmq'])
def test_malformed_is_passed_over(folder, way):
    port, end = udp_port(), f'ipc://{folder}/end'
    args = (['-l', f'127.0.0.1/{port}'] if way == 'udp'
            else ['-L', f'{end},accept,pushpull'])
    with System() as system, zmq.Context() as context:
        program = receiver(system, folder, *args)
        push = context.socket(zmq.PUSH)
        push.connect(end)

        def give(data):
            if way == 'udp':
                send(port, data)
            else:
                push.send(data)

        for n, bad in enumerate(nmsg.malformed().values()):
            give(bad)
            give(nmsg.container(*lines(1, n)))
            wait_for(lambda: count(folder / 'got') == n + 1, 'what is good')
        assert program.stop() == 0
        assert texts((folder / 'got').read_bytes()) == numbered(
            len(nmsg.malformed()))
        assert program.said(r'malformed containers: \d+')
        # Told, but not each time.
        assert len(program.err.read_text().splitlines()) < 12
        push.close()


def test_nobody_listens(folder):
    """The first refusals end nothing."""
    (folder / 'a').write_bytes(nmsg.container(*lines(300)))
    done = tool('-r', 'a', '--unbuffered', '-s', f'127.0.0.1/{udp_port()}')
    assert len(done.stderr.splitlines()) <= 2


def test_datagrams_of_each_size(folder):
    (folder / 'a').write_bytes(nmsg.container(*packets(400, 60)))
    for mtu in 512, 1280, 8192:
        with socket.socket(type=socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            s.bind(('127.0.0.1', 0))
            s.settimeout(60)
            well('-r', 'a', '-m', str(mtu), '-s',
                 f'127.0.0.1/{s.getsockname()[1]}')
            got = []
            while sum(len(b.get(1, [])) for b in got) < 400:
                data = s.recv(65535)
                assert len(data) <= mtu
                (flags, body), = nmsg.containers(data)
                assert flags == 0
                got.append(nmsg.fields(body))
        assert [b[3][0] for b in got] == list(range(len(got)))
        assert len({b[4][0] for b in got}) == 1 and got[0][4][0] != 0
        # Full but for less than one more message.
        assert all(len(b[1]) == len(got[0][1]) for b in got[:-1])


def test_stripe_over_ports(folder):
    first = udp_port()
    (folder / 'a').write_bytes(nmsg.container(*lines(10)))
    with socket.socket(type=socket.SOCK_DGRAM) as a, \
            socket.socket(type=socket.SOCK_DGRAM) as b:
        try:
            a.bind(('127.0.0.1', first))
            b.bind(('127.0.0.1', first + 1))
        except OSError:
            pytest.skip('no two ports side by side')
        for s in a, b:
            s.settimeout(60)
        well('-r', 'a', '-s', f'127.0.0.1/{first}..{first + 1}')
        got = [nmsg.fields(next(nmsg.containers(s.recv(65535)))[1])
               for s in (a, b)]
        assert [len(g[1]) for g in got] == [5, 5]


def test_rate(folder):
    """So many datagrams a second: the clock may say more, never less."""
    (folder / 'a').write_bytes(nmsg.container(*lines(11)))
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        s.settimeout(60)
        began = time.monotonic()
        well('-r', 'a', '--unbuffered', '-s',
             f'127.0.0.1/{s.getsockname()[1]},20')
        assert time.monotonic() - began > 0.45
        assert [len(nmsg.messages(s.recv(65535))) for _ in range(11)] == [
            1] * 11


def test_signal_while_nobody_takes(folder):
    """A ZeroMQ peer that is not there does not keep it from ending."""
    (folder / 'a').write_bytes(nmsg.container(*lines(3)))
    with System() as system:
        program = system.start(
            'nd-nmsgtool', '-d', '-r', 'a', '-S',
            f'ipc://{folder}/nobody,connect,pushpull')
        program.wait_said('output')
        program.send_signal(signal.SIGTERM)
        program.wait()
