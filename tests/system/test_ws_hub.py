"""Eaters that reach the hub through a WebSocket."""
import base64
import hashlib
import json
import re
import socket
import threading

from harness import (Namespace, Pusher, System, missing, run, said_once, seen,
                     wait_for)
from ws_server import Server, dumpling, sends


def printed(server, *args, count, more=''):
    """What nd-print --json prints of a server, up to so many, and its end."""
    told = run('nd-print', '--json', '--hub', server.uri + more, *args,
               '--count', count)
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in told.stdout.splitlines()], told.stderr


# --- through the gateway ----------------------------------------------------

def test_eaters_through_the_gateway():
    with System() as s:
        s.hub()
        gateway = s.gateway()
        uri = f'ws://{gateway.at}'
        eaters = {args: s.start('nd-print', '--json', '--hub', uri, *args)
                  for args in [(), ('-c', 'AChef'), ('-k', 'lab'),
                               ('-c', 'AChef', '-c', 'BChef', '-k', 'lab',
                                '-k', 'other')]}
        details = run('nd-hubdetails', '-h', uri)
        assert details.returncode == 0, details.stderr
        assert details.stdout.startswith(
            f'Connected to nd-hub at {uri}\nWaiting for a SystemStatus ')
        wait_for(lambda: any(
            d['metadata']['chef'] == 'SystemStatusChef'
            for d in eaters[()].lines()), 'nd-print to be served')
        pusher = Pusher(s.bus_in)
        seq = {}

        def push():
            for chef in 'AChef', 'BChef', 'CChef':
                for kitchen in 'lab', 'other', 'third':
                    n = seq.setdefault((chef, kitchen), 0)
                    pusher.batch(chef, n, [{'n': n, 'text': 'é "\\'}],
                                 kitchen)
                    seq[chef, kitchen] += 1

        def pairs(eater):
            return {(d['metadata']['chef'], d['metadata']['kitchen'])
                    for d in eater.lines()} - {('SystemStatusChef', None)}

        wanted = {
            (): {(c, k) for c, k in seq},
            ('-c', 'AChef'): {('AChef', k) for k in ('lab', 'other', 'third')},
            ('-k', 'lab'): {(c, 'lab') for c in ('AChef', 'BChef', 'CChef')},
            ('-c', 'AChef', '-c', 'BChef', '-k', 'lab', '-k', 'other'):
                {(c, k) for c in ('AChef', 'BChef')
                 for k in ('lab', 'other')}}

        def all_came():
            push()
            wanted[()] = set(seq)
            return all(pairs(eaters[args]) >= wanted[args] for args in eaters)
        wait_for(all_came, 'every chef and kitchen')
        for args, eater in eaters.items():
            assert eater.stop() == 0
            assert pairs(eater) == wanted[args]
            assert eater.said('none known to be missing')
            some = [d for d in eater.lines() if d['metadata']['kitchen']][-1]
            assert some['payload'] == {'n': some['metadata']['seq'],
                                       'text': 'é "\\'}
        pusher.close()


def test_the_gateway_goes_and_comes_again():
    with System() as s:
        s.hub()
        gateway = s.gateway()
        port = gateway.at.rpartition(':')[2]
        eater = s.start('nd-hubstatus', '--hub', f'ws://{gateway.at}/any/path')
        for times in 1, 2:
            wait_for(lambda: eater.out.read_bytes().split(b'\n')[-1].count(
                b'dumplings in: '), 'a status')
            assert gateway.stop() == 0
            wait_for(lambda: seen(eater, 'lost the hub') == times, 'the loss')
            gateway = s.gateway('--port', port)
            wait_for(lambda: seen(eater, 'is back') == times, 'the way back')
        assert eater.stop() == 0


def test_the_ports_of_the_original():
    with System() as s, Namespace() as net:
        s.hub()
        gateway = s.start('nd-gateway', '--hub', s.bus_out, '--user', '',
                          netns=net.name)
        gateway.wait_said('serving http')
        eater = s.start('nd-hubdetails', '-h', 'localhost:11348',
                        netns=net.name)
        assert eater.wait() == 0
        assert eater.out.read_text().startswith(
            'Connected to nd-hub at ws://localhost:11348\n')


def test_tls_is_refused():
    for name in 'nd-print', 'nd-hubstatus', 'nd-pcap', 'nd-sniff':
        args = ['--write', '/dev/null'] if name == 'nd-pcap' else []
        said_once(run(name, '--hub', 'wss://hub.example', *args), 2,
                  "hub: 'wss://hub.example' wants TLS")
    said_once(run('nd-print', '--hub', 'ws://a b/'), 2, 'is not an address')


# --- the original's hub -----------------------------------------------------

def test_a_hub_that_sends_everything_as_single_texts():
    status = dumpling('SystemStatusChef', None,
                      payload='{"server_uptime": 5.0}')
    with Server(sends(status, dumpling('AChef'), dumpling('BChef'),
                      dumpling('AChef', 'my kitchen'), status)) as server:
        lines, _ = printed(server, count=5)
        assert [(d['metadata']['chef'], d['metadata']['kitchen'])
                for d in lines] == [
            ('SystemStatusChef', None), ('AChef', 'lab'), ('BChef', 'lab'),
            ('AChef', 'my_kitchen'), ('SystemStatusChef', None)]
        assert lines[1]['metadata']['creation_time'] == 1795352291.7644823
        assert lines[0]['payload'] == {'server_uptime': 5.0}
        lines, _ = printed(server, '-c', 'SystemStatusChef', '-n', 'me',
                           count=2)
        assert len(lines) == 2
        lines, told = printed(server, '-c', 'AChef', '-k', 'lab', count=1)
        assert 'none known to be missing' in told
        wait_for(lambda: server.closed_with == [1000] * 3, 'the closes')
    assert server.hellos == [
        {'eater_name': 'printereater', 'chefs': [], 'kitchens': [],
         'batch': True},
        {'eater_name': 'me', 'chefs': ['SystemStatusChef'], 'kitchens': [],
         'batch': True},
        {'eater_name': 'printereater', 'chefs': ['AChef'],
         'kitchens': ['lab'], 'batch': True}]


def test_hub_commands_at_the_original_hub():
    status = dumpling('SystemStatusChef', None, payload=json.dumps(
        {'total_dumplings_in': 7, 'total_dumplings_out': 9,
         'server_uptime': 3723.5, 'dumpling_kitchen_count': 1,
         'dumpling_eater_count': 2}))
    with Server(sends(status)) as server, System() as s:
        told = run('nd-hubdetails', '-h', server.uri)
        assert told.stdout == (
            f'Connected to nd-hub at {server.uri}\n'
            'Waiting for a SystemStatus dumpling...\n\n'
            '{\n    "dumpling_eater_count": 2,\n'
            '    "dumpling_kitchen_count": 1,\n    "server_uptime": 3723.5,\n'
            '    "total_dumplings_in": 7,\n    "total_dumplings_out": 9\n}\n'
            '\n')
        eater = s.start('nd-hubstatus', '-h', server.uri, env={'TZ': 'UTC'})
        expected = (f'nd-hub status from {server.uri}\nWaiting for data... '
                    '\r2026-11-22 12:58:11  uptime: 01:02:03  dumplings in: 7'
                    '  out: 9  kitchens: 1  eaters: 2 ').encode()
        wait_for(lambda: eater.out.read_bytes() == expected, 'the status')


def test_what_is_missing():
    def lost(n):
        return dumpling('GatewayChef', None, 0, json.dumps({'lost': n}))
    cases = [
        ([dumpling(seq=5), dumpling(seq=6)], 0),
        ([dumpling(seq=5), dumpling(seq=8)], 2),
        # A kitchen that begins anew, and another, are no loss.
        ([dumpling(seq=5), dumpling(seq=0), dumpling(seq=1)], 0),
        ([dumpling(seq=5), dumpling(kitchen='k', seq=9)], 0),
        # What the gateway told is not counted again when the gap shows it.
        ([dumpling(seq=5), lost(3), dumpling(seq=9)], 3),
        ([dumpling(seq=5), lost(3), dumpling(seq=10)], 4),
        ([lost(3), dumpling()], 3),
    ]
    for texts, count in cases:
        kept = [text for text in texts if 'GatewayChef' not in text]
        for sent in texts, ['[' + ',\n '.join(texts) + ']']:
            with Server(sends(*sent)) as server:
                lines, told = printed(server, count=len(kept))
            assert [d['metadata'].get('seq') for d in lines] == [
                json.loads(text)['metadata'].get('seq', 0) for text in kept]
            assert f'{count or "none"} known to be missing' in told, sent


def test_texts_that_are_not_right():
    bad = ['', 'x', '7', 'null', '{}', '{"metadata": 1, "payload": 1}',
           '{"metadata": {}, "payload": 1}', dumpling(chef=''),
           dumpling(chef='x' * 65), dumpling(kitchen=7), dumpling(payload=''),
           dumpling()[:-1], dumpling() + '}', '[', '[[]]', '[,]',
           dumpling(payload='[' * 40 + ']' * 40),
           dumpling().replace('packet', 'rocket'),
           dumpling().replace('1795352291.7644823', '-1'),
           dumpling().replace('1795352291.7644823', '"soon"'),
           dumpling().replace('1795352291.7644823', '1e30'),
           b'\xff\x00']
    good = [dumpling(seq=n, payload=payload) for n, payload in enumerate(
        ['NaN', '"]}\\"[{,"', '{"a": [1, {"b": "\\\\"}]}', '[' * 32 + ']' * 32,
         '123456789012345678901234567890'])]
    texts = []
    for i, text in enumerate(bad):
        texts += [text, good[0].replace('"seq": 0', f'"seq": {i}')]
    array = '[' + ', '.join(good) + ', {"broken": ]'
    with Server(sends(*texts, ' [ ] ', '[]', array,
                      dumpling('End'))) as server:
        lines, told = printed(server, count=len(bad) + len(good) + 1)
        assert lines[-1]['metadata']['chef'] == 'End'
        assert [d['payload'] for d in lines[-6:-1]] == [
            None, ']}"[{,', {'a': [1, {'b': '\\'}]}, json.loads(
                '[' * 32 + ']' * 32), 123456789012345678901234567890.0]
        assert f'{len(bad) + 2} messages not well formed' in told


# --- servers that are none --------------------------------------------------

def accept(request):
    key = re.search(rb'Sec-WebSocket-Key: (\S+)', request)[1]
    return base64.b64encode(hashlib.sha1(
        key + b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest())


def answer(request, extra=b'', accepted=None):
    return (b'HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\n'
            b'Connection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: '
            + (accepted or accept(request)) + b'\r\n' + extra + b'\r\n')


def text_frame(text):
    text = text.encode()
    return b'\x81\x7e' + len(text).to_bytes(2, 'big') + text


def bad_servers():
    def framed(*frames):
        return lambda request: answer(request) + b''.join(frames)
    return [
        lambda request: b'',
        lambda request: b'HTTP/1.1 200 OK\r\n\r\nHello',
        lambda request: b'SSH-2.0-OpenSSH_9.2\r\n',
        lambda request: b'x' * 20000,
        lambda request: b'HTTP/1.1 101 x\r\n' + b'a: b\r\n' * 4000,
        lambda request: answer(request, accepted=b'AAAA'),
        lambda request: answer(request).replace(b'upgrade:', b'u:'),
        lambda request: answer(request).replace(b', Upgrade', b''),
        lambda request: answer(
            request, b'Sec-WebSocket-Extensions: permessage-deflate\r\n'),
        lambda request: answer(request, b'Sec-WebSocket-Protocol: x\r\n'),
        framed(b'\x81\x81\0\0\0\0x'),            # masked
        framed(b'\xc1\x01x'),                    # RSV1
        framed(b'\x83\x00'),                     # an opcode that is none
        framed(b'\x80\x00'),                     # continues nothing
        framed(b'\x01\x01[', b'\x81\x01]'),      # begins before the end
        framed(b'\x09\x00'),                     # a ping in fragments
        framed(b'\x89\x7e\x00\x80' + b'x' * 128),  # a long ping
        framed(b'\x81\x7f' + b'\xff' * 8),       # longer than can be
        framed(b'\x81\x7f\0\0\0\0\x10\0\0\0'),   # too long
        framed(b'\x88\x00'),
        framed(b'\x88\x01\x03'),
        framed(b'\x88\x08\x03\xf0\x1b[1mno'),    # 1008, a reason for a log
    ]


def request_of(peer):
    request = b''
    while b'\r\n\r\n' not in request:
        piece = peer.recv(4096)
        assert piece
        request += piece
    return request


def be_bad(peer, server):
    peer.sendall(server(request_of(peer)))
    peer.shutdown(socket.SHUT_WR)
    while peer.recv(4096):
        pass


def be_good(peer, requests):
    """In pieces, with a ping between a message's fragments."""
    long = json.dumps('x' * 126)  # whose length takes two bytes
    text = dumpling(payload=long).encode()
    requests.append(request_of(peer))
    peer.sendall(answer(requests[-1]) + b'\x01\x05' + text[:5])
    peer.sendall(b'\x89\x02hi\x80\x7e' + (len(text) - 5).to_bytes(2, 'big')
                 + text[5:])
    heard = b''
    while b'\x8a\x82' not in heard:  # the pong, masked
        piece = peer.recv(4096)
        assert piece
        heard += piece
    peer.sendall(text_frame(dumpling('Second', payload=long)))
    while peer.recv(4096):
        pass


def test_servers_that_break_the_protocol():
    """Each is left, and one that is right is heard."""
    servers = bad_servers()
    tried, requests = [], []
    good = threading.Event()

    def serve(listener):
        while True:
            try:
                peer = listener.accept()[0]
            except OSError:  # the test has ended
                return
            with peer:
                try:
                    if good.is_set():
                        be_good(peer, requests)
                    else:
                        tried.append(len(tried) % len(servers))
                        be_bad(peer, servers[tried[-1]])
                except (OSError, AssertionError):
                    pass  # it is left, as it should be

    with socket.create_server(('127.0.0.1', 0)) as listener:
        thread = threading.Thread(target=serve, args=[listener])
        thread.start()
        uri = f'ws://127.0.0.1:{listener.getsockname()[1]}/x?y=1'
        # Delays between attempts grow, so every few begin anew.
        while len(tried) < len(servers):
            enough = min(len(tried) + 4, len(servers))
            with System() as s:
                eater = s.start('nd-print', '--hub', uri)
                wait_for(lambda: len(tried) >= enough, 'it to try again')
                assert eater.stop() == 0
                assert missing(eater) == (0, 0)
        good.set()
        told = run('nd-print', '--hub', uri, '--count', 2, '--no-payload')
        assert re.search('SomeChef from lab\n.*Second from lab', told.stdout)
        assert requests[-1].startswith(
            b'GET /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:')
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
