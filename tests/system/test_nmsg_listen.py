"""Where a kitchen takes messages of NMSG from, and how that ends."""
import signal
import socket
import subprocess
import sys

import pytest
import zmq

import nmsg_bytes as nmsg
from harness import Namespace, System, made, run, said_once, wait_for
from test_nmsg_in import hostnames, lookup, told


def udp(port, family=socket.AF_INET):
    to = socket.socket(family, socket.SOCK_DGRAM)
    to.connect(('::1' if family == socket.AF_INET6 else '127.0.0.1', port))
    return to


def free_range():
    """Two neighbouring ports that nobody has."""
    while True:
        with udp_socket() as one, udp_socket() as two:
            one.bind(('127.0.0.1', 0))
            port = one.getsockname()[1]
            try:
                two.bind(('127.0.0.1', port + 1))
            except (OSError, OverflowError):
                continue
            return port


def udp_socket():
    return socket.socket(type=socket.SOCK_DGRAM)


def test_one_kitchen_listens_at_many_places():
    with System() as s, zmq.Context() as context:
        port = free_range()
        publisher = context.socket(zmq.PUB)
        publisher.setsockopt(zmq.LINGER, 0)
        publisher.bind(f'ipc://{s.folder}/pub')
        eater = s.printer(hub=s.hub())
        kitchen = s.kitchen(
            '-p', 0, '--chef', 'DNSLookupChef', '-f', 'udp port 53',
            '--listen', f'127.0.0.1/{port}..{port + 1}', '--listen', '::1/0',
            '--listen-zmq', f'ipc://{s.folder}/pub,connect',
            '--listen-zmq', 'tcp://127.0.0.1:*,pushpull')
        kitchen.wait_said(r'listening for NMSG at tcp:\S+:\d+')
        six = kitchen.said(r'at ::1/0, from port (\d+)')[1]
        pusher = context.socket(zmq.PUSH)
        pusher.connect('tcp://127.0.0.1:'
                       + kitchen.said(r'at tcp:\S+:(\d+)')[1])

        def came(n):
            return f'{n}.example' in hostnames(eater.lines())
        whole = nmsg.body([lookup(4)])
        crc = nmsg.swapped(nmsg.crc32c(whole))
        with udp(port) as one, udp(port + 1) as two, udp(
                int(six), socket.AF_INET6) as three:
            one.send(nmsg.container(lookup(1)))
            two.send(nmsg.squeezed(lookup(2)))
            three.send(nmsg.container(lookup(3)))
            one.send(nmsg.fragment(9, 1, 1, whole[30:], crc))
            one.send(nmsg.fragment(9, 0, 1, whole[:30], crc))
        pusher.send(nmsg.container(lookup(5)))
        for n in range(1, 6):
            wait_for(lambda: came(n), f'what place {n} was sent')

        def published():
            publisher.send(nmsg.container(lookup(6)))
            return came(6)
        wait_for(published, 'what was published')
        pusher.close()
        publisher.close()
        assert kitchen.stop() == 0
        assert told(kitchen)['bad'] == 0


def test_beside_an_interface():
    with System() as s, Namespace() as net:
        eater = s.printer('--kitchen', 'both', hub=s.hub())
        kitchen = s.kitchen(
            '-n', 'both', '-p', 0, '-i', 'lo', '--chef', 'DNSLookupChef',
            '--listen-zmq', f'ipc://{s.folder}/zmq,pushpull',
            netns=net.name)
        kitchen.wait_said('listening for NMSG')
        with zmq.Context() as context:
            pusher = context.socket(zmq.PUSH)
            pusher.connect(f'ipc://{s.folder}/zmq')
            pusher.send(nmsg.container(lookup(1)))
            wait_for(lambda: hostnames(eater.lines()) == ['1.example'],
                     'the message')
            question = made.dns(2, 0x100, made.dotted('2.example'))
            net.run(sys.executable, '-c', 'import socket; socket.socket('
                    'type=socket.SOCK_DGRAM).sendto(bytes.fromhex('
                    f'"{question.hex()}"), ("127.0.0.1", 53))')
            wait_for(lambda: '2.example' in hostnames(eater.lines()),
                     'the packet')
            pusher.send(nmsg.container(lookup(3)))
            wait_for(lambda: '3.example' in hostnames(eater.lines()),
                     'a message more')
            pusher.close()
        assert kitchen.stop() == 0


# --- ends -------------------------------------------------------------------

def test_a_signal_ends_what_waits():
    with System() as s:
        s.hub()
        with subprocess.Popen(['cat'], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as cat:
            kitchen = s.kitchen('--read-nmsg', '-', stdin=cat.stdout)
            kitchen.wait_said('connected to the hub')
            assert kitchen.stop(signal.SIGINT) == 0
            cat.stdin.close()
        with open('/dev/zero', 'rb') as zeros:
            kitchen = s.kitchen('--read-nmsg', '-', stdin=zeros)
            kitchen.wait_said('connected to the hub')
            kitchen.stop(signal.SIGINT)
            assert kitchen.said('NMSG: 0 messages')


@pytest.mark.parametrize('args, words', [
    (['--listen', 'nonsense'], ['ADDR/PORT', 'nonsense']),
    (['--listen', '127.0.0.1/99999'], ['ADDR/PORT', '99999']),
    (['--listen', '127.0.0.1/9..7'], ['ADDR/PORT']),
    (['--listen', '192.0.2.1/9'], ['cannot listen at 192.0.2.1/9']),
    (['--listen-zmq', 'nonsense'], ['endpoint', 'nonsense']),
    (['--listen-zmq', 'tcp://127.0.0.1:*,acept'], ['acept', 'accept']),
    (['--listen-zmq', 'tcp://127.0.0.1:*,accept,connect'], ['endpoint']),
    (['--read-nmsg', '/nowhere'], ['cannot read /nowhere']),
    (['--read-nmsg', '/'], ['cannot read /']),
])
def test_what_cannot_be_opened_is_told(args, words):
    said_once(run('nd-sniff', *args), 1, *words)


@pytest.mark.parametrize('args, words', [
    (['--read-nmsg', 'a', '-i', 'lo'], ['read-nmsg:', '--interface']),
    (['--read-nmsg', 'a', '--listen', '::1/0'], ['read-nmsg:', '--listen']),
    (['--read', 'a', '--listen-zmq', 'x'], ['read:', '--listen-zmq']),
    (['--read', '/', '--read-nmsg', 'a', '--follow'], ['follow:']),
    (['--listen', '::1/0', '--workers', '2'], ['workers:', '--listen']),
    (['--read-nmsg', '-', '--workers', '2'], ['workers:', 'pipe']),
])
def test_what_does_not_go_together_is_told(args, words):
    said_once(run('nd-sniff', *args), 2, *words)
