"""netdumplings.nmsg on sockets and ZeroMQ, in loops, and in pynmsg's place."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading

import pytest

import nmsg_bytes as raw
from harness import SANITIZED, TREE, wait_for
from nmsg_objects import nmsg
from python_package import BUILD, PACKAGE, environment, output

HOSTS = ['127.0.0.1', '::1']


def logline(text):
    m = nmsg.msgtype.base.logline()
    m['message'] = text
    return m


def texts(messages):
    return [m['message'] for m in messages]


def take(i, count):
    """So many messages, once they are there."""
    got = []

    def came():
        got.extend(i.take(count - len(got)))
        return len(got) >= count
    wait_for(came, f'{count} messages')
    return got


def datagrams_to(host, port):
    s = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET,
                      socket.SOCK_DGRAM)
    s.connect((host, port))
    return s


# --- sockets ------------------------------------------------------------------


@pytest.mark.parametrize('host', HOSTS)
def test_a_socket(host):
    with nmsg.input.open_sock(host, 0) as i:
        with nmsg.output.open_sock(host, str(i.port)) as o:
            for n in range(100):
                o.write(logline(f'{n:0>500}'))
            o.flush()
            assert len(take(i, 100)) == 100
            stats = o.stats()
            assert stats['payloads'] == 100 and stats['containers'] == 50
        assert i.stats()['containers_lost'] == 0
        # pynmsg's size of a container, unless another is asked for.
        with nmsg.output.open_sock(host, i.port, 8192) as o:
            for n in range(30):
                o.write(logline(f'{n:0>500}'))
        take(i, 30)
        assert i.stats()['containers'] < 55


def test_a_message_at_once():
    with nmsg.input.open_sock('127.0.0.1', 0) as i:
        o = nmsg.output.open_sock('127.0.0.1', i.port, broadcast=True)
        o.set_buffered(False)
        o.set_zlibout(True)
        for n in range(5):
            o.write(logline(b'x' * 1000))
            assert i.read()['message'] == b'x' * 1000
        assert o.stats()['containers'] == 5 and o.stats()['bytes'] < 1000


def test_what_was_lost_is_counted():
    with nmsg.input.open_sock('127.0.0.1', 0) as i:
        s = datagrams_to('127.0.0.1', i.port)
        for sequence in 0, 1, 5, 6:
            s.send(raw.container(raw.message(raw.logline(b'x')),
                                 sequence=(sequence, 99)))
        for bad in raw.malformed().values():
            s.send(bad)
        s.send(raw.container(raw.message(raw.logline(b'last'))))
        assert set(texts(take(i, 5))) >= {b'x', b'last'}
        assert i.stats()['containers_lost'] == 3
        assert i.stats()['containers_bad'] > 5


def test_sockets_that_cannot_be():
    for host, port in (('127.0.0.1', 'x'), ('127.0.0.1', 70000),
                       ('', 5), ('127.0.0.1', '9..5')):
        for opened in nmsg.input.open_sock, nmsg.output.open_sock:
            with pytest.raises((ValueError, OSError)):
                opened(host, port)
    with pytest.raises(OSError):
        nmsg.input.open_sock('192.0.2.1', 0)
    with pytest.raises(ValueError):
        nmsg.output.open_sock('127.0.0.1', 5, -1)


def test_reading_without_waiting():
    with nmsg.input.open_sock('127.0.0.1', 0) as i:
        i.set_blocking_io(False)
        assert i.read() is None and not i.at_end
        assert i.take(5) == []
        i.set_filter_msgtype('base', 'packet')
        datagrams_to('127.0.0.1', i.port).send(
            raw.container(raw.message(raw.logline(b'x'))))
        wait_for(lambda: i.read() or i.stats()['payloads'], 'the datagram')
        assert i.read() is None


def test_reading_is_interrupted():
    """By a signal's handler that raises, as of control and c."""
    class Rang(Exception):
        pass

    def ring(*_):
        raise Rang

    before = signal.signal(signal.SIGALRM, ring)
    try:
        with nmsg.input.open_sock('127.0.0.1', 0) as i:
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(Rang):
                i.read()
    finally:
        signal.signal(signal.SIGALRM, before)


def test_another_thread_closes_or_works():
    i = nmsg.input.open_sock('127.0.0.1', 0)
    said = []

    def reads():
        try:
            i.read()
        except ValueError as e:
            said.append(str(e))
    thread = threading.Thread(target=reads)
    thread.start()
    i.close()
    thread.join()
    assert said == ['the input is closed']


# --- ZeroMQ -------------------------------------------------------------------


def test_push_and_pull(tmp_path):
    at = f'ipc://{tmp_path}/zmq'
    with nmsg.input.open_zmq(f'{at},accept,pushpull') as i:
        assert i.endpoint == at
        with nmsg.output.open_zmq(f'{at},connect,pushpull') as o:
            for n in range(20000):
                o.write(logline(f'{n}'))
            o.flush()
            got = take(i, 20000)
        assert texts(got) == [b'%d' % n for n in range(20000)]
        assert i.stats()['containers_lost'] == 0


def test_publish_and_subscribe():
    with nmsg.output.open_zmq('tcp://127.0.0.1:*,accept,pubsub') as o:
        o.set_buffered(False)
        with nmsg.input.open_zmq(f'{o.endpoint},connect') as i:
            i.set_blocking_io(False)

            def came():
                o.write(logline('again'))
                return i.read()
            assert wait_for(came, 'a message')['message'] == b'again'


def test_a_peer_that_is_not_there(tmp_path):
    """Writing waits for it, and hears of signals."""
    class Rang(Exception):
        pass

    def ring(*_):
        raise Rang

    before = signal.signal(signal.SIGALRM, ring)
    o = nmsg.output.open_zmq(f'ipc://{tmp_path}/zmq,connect,pushpull')
    o.set_buffered(False)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(Rang):
            while True:
                o.write(logline('x'))
    finally:
        signal.signal(signal.SIGALRM, before)
        for opened in nmsg.input.open_zmq, nmsg.output.open_zmq:
            for bad in 'x', 'tcp://', f'ipc://{tmp_path}/x,accept,connect':
                with pytest.raises((ValueError, OSError)):
                    opened(bad)


# --- several at once ----------------------------------------------------------


def filled(tmp_path, name, *lines):
    path = tmp_path / name
    with nmsg.output.open_file(path) as o:
        for line in lines:
            o.write(logline(line))
    return path


def test_inputs_to_outputs_in_turn(tmp_path):
    io, got = nmsg.io(), ([], [])
    lines = [b'%d' % n for n in range(3000)]
    io.add_input(nmsg.input.open_file(filled(tmp_path, 'a', *lines)))
    io.add_input(nmsg.input.open_file(filled(tmp_path, 'b', *lines)))
    for into in got:
        io.add_output_callback(into.append)
    io.add_output(nmsg.output.open_json(tmp_path / 'json'))
    io.loop()
    assert [len(into) for into in got] == [2000, 2000]
    rest = texts(nmsg.input.open_json(tmp_path / 'json'))
    assert sorted(texts(got[0]) + texts(got[1]) + rest) == sorted(lines * 2)


def test_filters_of_a_loop(tmp_path):
    io, got = nmsg.io(), []
    path = filled(tmp_path, 'a', 'x')
    path.write_bytes(path.read_bytes() + raw.container(
        raw.message(b'', msgtype=5), raw.message(b'', source=4)))
    io.set_filter_msgtype('base', 'logline')
    io.set_filter_source(4)
    with pytest.raises(ValueError):
        io.set_filter_operator('nobody')
    io.add_input(nmsg.input.open_file(path))
    io.add_output_callback(got.append)
    io.loop()
    assert [(m.msgtype, m.source) for m in got] == [(6, 4)]
    for closed, add in (nmsg.input(), io.add_input), (nmsg.output(),
                                                      io.add_output):
        with pytest.raises(ValueError):
            add(closed)


@pytest.mark.parametrize('who', ['callback', 'thread', 'error'])
def test_a_loop_is_broken(who):
    """Of a socket, which never ends."""
    io, got = nmsg.io(), []
    i = nmsg.input.open_sock('127.0.0.1', 0)
    s = datagrams_to('127.0.0.1', i.port)

    def take_one(m):
        got.append(m)
        if who == 'callback':
            io.break_loop()
        if who == 'error':
            raise KeyError('mine')
        thread.start()
    thread = threading.Thread(target=io.break_loop)
    io.add_input(i)
    io.add_output_callback(take_one)
    s.send(raw.container(raw.message(raw.logline(b'x'))))
    if who == 'error':
        with pytest.raises(KeyError, match='mine'):
            io.loop()
    else:
        io.loop()
    assert len(got) == 1 and i.closed


def test_channels(tmp_path, monkeypatch):
    spare = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
             for _ in range(2)]
    for s in spare:
        s.bind(('127.0.0.1', 0))
    ports = [s.getsockname()[1] for s in spare]
    for s in spare:
        s.close()
    (tmp_path / 'channels').write_text(
        f'other 127.0.0.1/1\n\nmine 127.0.0.1/{ports[0]} '
        f'127.0.0.1/{ports[1]}..{ports[1]}\n')
    monkeypatch.setenv('NMSG_CHALIAS_FILE', str(tmp_path / 'channels'))
    io, got = nmsg.io(), []

    def take_one(m):
        got.append(m)
        if len(got) == 2:
            io.break_loop()
    io.add_input_channel('mine')
    io.add_output_callback(take_one)
    for port in ports:
        datagrams_to('127.0.0.1', port).send(
            raw.container(raw.message(raw.logline(b'x'))))
    io.loop()
    assert len(got) == 2
    with pytest.raises(ValueError):
        io.add_input_channel('nobodys')


# --- in pynmsg's place --------------------------------------------------------

# As such scripts are written: conversations of packets, told and sent on.
SCRIPT = '''
import argparse, struct, sys, time
import nmsg

def address(packet, at):
    return '.'.join(str(byte) for byte in packet[at:at + 4])

parser = argparse.ArgumentParser()
parser.add_argument('input', nargs='?')
parser.add_argument('-c', '--count', type=int, default=0)
parser.add_argument('-s', '--socket')
args = parser.parse_args()
target = None
if args.socket:
    host, port = args.socket.split('/')
    target = nmsg.output.open_sock(host, int(port))
    target.set_buffered(False)
source = nmsg.input.open_file(args.input or sys.stdin)
source.set_filter_msgtype('base', 'packet')
seen = 0
while True:
    m = source.read()
    if not m:
        break
    if m['payload_type'] == 'IP':
        packet = m['payload']
        proto = packet[9]
        if packet[0] >> 4 == 4 and proto in (6, 17):
            head = (packet[0] & 15) * 4
            sport, dport = struct.unpack('!HH', packet[head:head + 4])
            nmsg.print_nmsg_header(m, sys.stdout)
            print('%s.%d --> %s.%d (%d)' % (
                address(packet, 12), sport, address(packet, 16), dport,
                proto))
            if target:
                c = nmsg.msgtype.base.ipconn()
                c['srcip'] = address(packet, 12)
                c['dstip'] = address(packet, 16)
                c['srcport'], c['dstport'] = sport, dport
                c['proto'] = proto
                now = time.time()
                c.time_sec = int(now)
                c.time_nsec = int((now - int(now)) * 1e9)
                target.write(c)
    seen += 1
    if seen == args.count:
        break
'''


def packet(proto, port, version=4):
    head = bytes([version << 4 | 5, 0, 0, 28, 0, 0, 0, 0, 64, proto, 0, 0,
                  10, 0, 0, 1, 10, 0, 0, 2])
    return raw.message(
        raw.number(1, 1) + raw.blob(2, head + port.to_bytes(2) + b'\0\x35'
                                    + bytes(4)),
        msgtype=raw.PACKET, sec=1424588310, nsec=32007000)


@pytest.fixture(name='packets', scope='module')
def file_of_packets(tmp_path_factory):
    path = tmp_path_factory.mktemp('packets') / 'file.nmsg'
    path.write_bytes(raw.container(
        packet(17, 1000), packet(6, 1001), packet(1, 1002),
        packet(17, 1003, version=6), raw.message(raw.logline(b'x')),
        packet(6, 1004)))
    return path


def test_a_script_of_pynmsg(packets):
    with nmsg.input.open_sock('127.0.0.1', 0) as i:
        told = output('-c', SCRIPT, str(packets), '-s',
                      f'127.0.0.1/{i.port}')
        header = '[2015-02-22 06:58:30.032007000] [1:12 base packet] [] [] []'
        assert told.splitlines()[:2] == [
            header + ' ', '10.0.0.1.1000 --> 10.0.0.2.53 (17)']
        assert told.count(header) == 3
        got = take(i, 3)
        assert [(m['srcip'], m['srcport'], m['dstip'], m['dstport'],
                 m['proto'], m.msgtype) for m in got] == [
            ('10.0.0.1', port, '10.0.0.2', 53, proto, 5)
            for port, proto in ((1000, 17), (1001, 6), (1004, 6))]
        assert all(m.time_sec > 1e9 for m in got)
        assert i.stats()['containers'] == 3
    assert output('-c', SCRIPT, str(packets), '-c', '1').count('-->') == 1


def test_a_script_of_pynmsg_in_a_pipe(packets):
    told = subprocess.run(
        [sys.executable, '-c', SCRIPT], input=packets.read_bytes(),
        capture_output=True, check=True, timeout=60,
        env={**os.environ, **environment()}).stdout
    assert told.count(b'-->') == 3


@pytest.mark.parametrize('before', [False, True])
def test_a_real_pynmsg_is_not_hidden(tmp_path, before):
    (tmp_path / 'nmsg.py').write_text('real = True\n')
    path = [str(PACKAGE), str(tmp_path)]
    told = output('-c', 'import sys; sys.path[1:1] = sys.argv[1:]; import nmsg; '
                  'print(nmsg.real)', *(path[::-1] if before else path))
    assert told == 'True\n'


def test_whose_name_it_is(tmp_path):
    """A folder, or a copy of ours, is no pynmsg."""
    (tmp_path / 'a/nmsg').mkdir(parents=True)
    (tmp_path / 'b').mkdir()
    shutil.copy(PACKAGE / 'nmsg.py', tmp_path / 'b')
    script = ('import sys; sys.path[1:1] = sys.argv[1:]; import nmsg; '
              'import netdumplings.nmsg; '
              'print(nmsg is netdumplings.nmsg, nmsg.__name__)')
    for folders in ['a'], ['b'], ['a', 'b']:
        told = output('-c', script, *(str(tmp_path / f) for f in folders))
        assert told == 'True netdumplings.nmsg\n'


def test_where_cmake_installs_it(tmp_path):
    subprocess.run(['cmake', '--install', BUILD, '--prefix', tmp_path],
                   check=True, stdout=subprocess.DEVNULL)
    [package] = (p.parent for p in tmp_path.rglob('netdumplings/nmsg'))
    told = output('-c', 'import nmsg, netdumplings; print(nmsg.__file__, '
                  'nmsg.msgtype.base.ipconn().payload)',
                  package=package.parent)
    assert told == f"{package}/nmsg/__init__.py b''\n"


@pytest.mark.skipif(SANITIZED, reason='it builds without sanitizers')
def test_pip_in_the_projects_folder(tmp_path):
    """In a site of its own, where `nmsg` is on the path, but behind pynmsg."""
    for folder in 'python', 'common':
        shutil.copytree(TREE / folder, tmp_path / 'source' / folder)
    env = {**os.environ, 'PYTHONUSERBASE': str(tmp_path / 'base')}
    subprocess.run(
        ['/usr/bin/python3', '-m', 'pip', 'install', '--no-index', '--user',
         '--no-build-isolation', '--no-deps', '--quiet',
         '--break-system-packages', '--root-user-action', 'ignore',
         tmp_path / 'source/python'], check=True, timeout=200, env=env)

    def told():
        return subprocess.run(
            ['/usr/bin/python3', '-c', 'import nmsg; print(nmsg.__file__)'],
            check=True, capture_output=True, text=True, env=env,
            cwd=tmp_path).stdout
    assert told().startswith(str(tmp_path / 'base'))
    assert 'netdumplings/nmsg' in told()
    [site] = pathlib.Path(tmp_path / 'base').rglob('netdumplings-nmsg.pth')
    (site.parent / 'nmsg.py').write_text('')
    assert told() == f'{site.parent}/nmsg.py\n'
