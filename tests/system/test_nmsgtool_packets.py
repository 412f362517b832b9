"""nd-nmsgtool makes messages of captured packets."""
import base64
import os
import subprocess
import sys

import pytest

import nmsg_bytes as nmsg
from harness import Namespace, System, made, wait_for
from nmsg_samples import CLIENT, HOUR, SERVER, packets, tool, udp, well

ETHERNET, TAG, SERVICE = made.LINK_ETHERNET, 0x8100, 0x88a8


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ip_of(message):
    return nmsg.fields(message[5][0])[2][0]


@pytest.mark.parametrize('wrap, linktype', [
    (made.ethernet, ETHERNET), (made.raw, made.LINK_RAW),
    (made.sll, made.LINK_SLL), (made.sll2, made.LINK_SLL2),
    (made.null, made.LINK_NULL)])
def test_packets_of_each_link(folder, wrap, linktype):
    sent = [udp(n) for n in range(4)]
    frames = [(HOUR * 10**9 + 123456789 + n, wrap(
        made.HOST, made.ROUTER, [], made.ETH_IPV4, ip, False))
              for n, ip in enumerate(sent)]
    (folder / 'p').write_bytes(made.pcap(linktype, frames, nanoseconds=True))
    well('-p', 'p', '-V', 'base', '-T', 'packet', '-w', 'b')
    got = nmsg.messages((folder / 'b').read_bytes())
    assert [ip_of(m) for m in got] == sent
    assert [(m[3][0], m[4][0]) for m in got] == [
        (HOUR, 123456789 + n) for n in range(4)]


def test_tags_and_what_is_no_ip(folder):
    ip = udp(1)
    frames = [(n, made.ethernet(made.HOST, made.ROUTER, tags, kind, data, True))
              for n, (tags, kind, data) in enumerate([
                  ([(TAG, 5)], made.ETH_IPV4, ip),
                  ([(SERVICE, 7), (TAG, 5)], made.ETH_IPV4, ip),
                  ([(TAG, 1), (TAG, 2), (TAG, 3)], made.ETH_IPV4, ip),
                  ([], made.ETH_ARP, bytes(28))])]
    (folder / 'p').write_bytes(made.pcap(ETHERNET, frames))
    done = tool('-p', 'p', '-T', 'packet', '-w', 'b')
    assert done.returncode == 0
    assert '1 packet passed over' in done.stderr
    got = nmsg.messages((folder / 'b').read_bytes())
    assert [ip_of(m)[:len(ip)] for m in got] == [ip] * 3


def test_cut_packets_stay(folder):
    frame = made.ethernet(made.HOST, made.ROUTER, [], made.ETH_IPV4,
                          udp(1, 400), False)
    (folder / 'p').write_bytes(made.pcap(ETHERNET, [(0, frame)], snap=100))
    well('-p', 'p', '-T', 'packet', '-w', 'b')
    message, = nmsg.messages((folder / 'b').read_bytes())
    assert ip_of(message) == frame[14:100]
    well('-p', 'p', '-T', 'pkt', '-w', 'b')
    message, = nmsg.messages((folder / 'b').read_bytes())
    assert nmsg.fields(message[5][0]) == {1: [frame[:100]], 2: [len(frame)]}


def test_ncap_is_put_together(folder):
    whole = udp(1, 64)
    parts = [made.ipv4(CLIENT, SERVER, 17, whole[20:60], fragment=0x2000),
             made.ipv4(CLIENT, SERVER, 17, whole[60:], fragment=5)]
    frames = [(n, made.ethernet(made.HOST, made.ROUTER, [], made.ETH_IPV4,
                                ip, True)) for n, ip in enumerate(parts)]
    (folder / 'p').write_bytes(made.pcap(ETHERNET, frames))
    well('-p', 'p', '-T', 'ncap', '-w', 'b')
    message, = nmsg.messages((folder / 'b').read_bytes())
    assert message[2] == [1]
    found = nmsg.fields(message[5][0])
    assert found[1] == [0] and found[2][0][20:26] == whole[20:26]
    assert len(found[2][0]) == len(whole)


def test_bpf_filters_what_it_says(folder):
    frames = []
    for n, (kind, ip) in enumerate([
            (made.ETH_IPV4, udp(1)), (made.ETH_IPV4, made.tcp(
                CLIENT, SERVER, 1, 53, 2, 0)),
            (made.ETH_IPV6, made.tcp('2001:db8::1', '2001:db8::2', 1, 2, 2, 0)),
            (made.ETH_IPV4, made.ipv4(CLIENT, SERVER, 6, bytes(40),
                                      fragment=0x2000))]):
        frames.append((n, made.ethernet(made.HOST, made.ROUTER, [], kind, ip,
                                        False)))
    (folder / 'p').write_bytes(made.pcap(ETHERNET, frames))
    for kwargs in ({}, {'env': {**os.environ, 'NMSG_BPF': 'udp port 53'}}):
        args = [] if kwargs else ['-b', 'udp port 53']
        well('-p', 'p', '-T', 'packet', *args, '-w', 'b', **kwargs)
        assert [ip_of(m) for m in nmsg.messages(
            (folder / 'b').read_bytes())] == [udp(1)]
    done = tool('-p', 'p', '-T', 'packet', '-b', 'no such filter')
    assert done.returncode == 1 and 'no such filter' in done.stderr


def test_packets_from_a_pipe(folder):
    """What came is passed on while more is waited for, others have a turn."""
    frames = [(n, made.ethernet(made.HOST, made.ROUTER, [], made.ETH_IPV4,
                                udp(n), False)) for n in range(3)]
    os.mkfifo(folder / 'pipe')
    keep = os.open(folder / 'pipe', os.O_RDWR)
    with System() as system:
        program = system.start(
            'nd-nmsgtool', '-p', '-', '-T', 'packet', '-r', folder / 'pipe',
            '-w', folder / 'b', stdin=subprocess.PIPE)
        pipe = program.process.stdin
        pipe.write(made.pcap(ETHERNET, frames))
        pipe.flush()
        os.write(keep, nmsg.container(*packets(1)))
        wait_for(lambda: (folder / 'b').exists() and len(
            nmsg.messages((folder / 'b').read_bytes())) == 4, 'all four')
        os.close(keep)
        pipe.close()
        assert program.wait() == 0


def test_packets_of_an_interface(folder):
    with Namespace() as net, System() as system:
        program = system.start(
            'nd-nmsgtool', '-d', '-i', 'lo+,100', '-T', 'packet', '-b',
            'udp dst port 9', '-J', '-', '-c', '1', netns=net.name)
        program.wait_said('output')
        net.run(sys.executable, '-c', 'import socket; s = socket.socket('
                'type=socket.SOCK_DGRAM); s.sendto(b"x" * 500, '
                '("127.0.0.1", 8)); s.sendto(b"y" * 500, ("127.0.0.1", 9))')
        assert program.wait() == 0
        line, = program.lines()
        ip = base64.b64decode(line['message']['payload'])
        assert ip[16:20] == made.packed('127.0.0.1') and ip[28:] == b'y' * 58
