"""What the gateway serves to browsers, Prometheus and who tries tricks."""
import http.client
import re
import socket
import urllib.parse

from harness import BIN, Pusher, System, run, said_once, wait_for


def get(gateway, path, method='GET', **headers):
    """Status, headers and body."""
    host, port = gateway.at.rsplit(':', 1)
    connection = http.client.HTTPConnection(host.strip('[]'), int(port),
                                            timeout=60)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace('_', '-'), value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, body


SAMPLE = re.compile(r'([a-z][a-z0-9_]*)(\{\w+="(?:[^"\\]|\\["\\n])*"'
                    r'(?:,\w+="(?:[^"\\]|\\["\\n])*")*\})? (\d+(?:\.\d+)?)')


def samples(text):
    """Name and labels to value; each as Prometheus's text format has it."""
    found, helped, typed = {}, set(), {}
    for line in text.splitlines():
        if line.startswith('# HELP '):
            assert re.fullmatch(r'# HELP [a-z0-9_]+ [ -~]+', line)
            assert line.split()[2] not in helped
            helped.add(line.split()[2])
        elif line.startswith('# TYPE '):
            name, kind = line.split()[2:]
            assert kind in ('counter', 'gauge') and name not in typed
            assert (kind == 'counter') == name.endswith('_total')
            typed[name] = kind
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] in helped and match[1] in typed, line
            key = match[1] + (match[2] or '')
            assert key not in found, line
            found[key] = float(match[3])
    assert text.endswith('\n') and found
    return found


def test_metrics():
    with System() as s:
        hub = s.hub()
        gateway = s.gateway()
        status, headers, body = get(gateway, '/metrics')
        assert status == 200
        assert headers['Content-Type'] == (
            'text/plain; version=0.0.4; charset=utf-8')
        samples(body)
        pusher = Pusher(s.bus_in)
        pusher.batch('SomeChef', 0, range(5))
        pusher.announce(host='a "host" \\ \n\xff', packets_seen=7,
                        chef_stats={'SomeChef': {'next_seq': 9},
                                    'a"} 1\nevil 2': {'next_seq': 1}})

        def told():
            found = samples(get(gateway, '/metrics')[2])
            return any('chef="SomeChef"' in key for key in found) and found
        found = wait_for(told, 'the kitchen')
        wait_for(lambda: samples(get(gateway, '/metrics')[2]).get(
            'netdumplings_hub_dumplings_in_total') == 5, 'the dumplings')
        assert found['netdumplings_gateway_hub_connected'] == 1
        kitchen = [key for key in found
                   if key.startswith('netdumplings_kitchen_packets_seen')]
        assert len(kitchen) == 1 and found[kitchen[0]] == 7
        assert 'kitchen="py"' in kitchen[0]
        assert not any('evil' in key for key in found)
        pusher.close()
        hub.stop()
        wait_for(lambda: samples(get(gateway, '/metrics')[2])[
            'netdumplings_gateway_hub_connected'] == 0, 'the hub to be gone')


def test_health_is_the_hubs():
    with System() as s:
        gateway = s.gateway()
        status, _, body = get(gateway, '/healthz')
        assert status == 503 and s.bus_out in body
        for _ in range(2):
            hub = s.hub()
            wait_for(lambda: get(gateway, '/healthz')[0] == 200, 'the hub')
            hub.stop()
            wait_for(lambda: get(gateway, '/healthz')[0] == 503, 'its end')


TYPES = {'html': 'text/html', 'css': 'text/css', 'js': 'text/javascript',
         'svg': 'image/svg+xml', 'txt': 'text/plain'}


def test_the_pages_and_their_modules():
    with System() as s:
        gateway = s.gateway()
        pages = BIN.parent / 'share/netdumplings/pages'
        files = [p for p in pages.rglob('*') if p.is_file()]
        assert pages / 'index.html' in files and len(files) > 3
        for path in ['', *(str(p.relative_to(pages)) for p in files)]:
            status, headers, body = get(gateway, '/' + path)
            name = path or 'index.html'
            assert (status, body) == (200, (pages / name).read_text())
            kind = TYPES[name.rsplit('.')[-1]]
            assert headers['Content-Type'].split(';')[0] == kind
            assert headers['X-Content-Type-Options'] == 'nosniff'
            policy = headers['Content-Security-Policy']
            assert "default-src 'none'" in policy
            assert 'unsafe' not in policy and 'http' not in policy
            # HEAD is GET without the body; what has not changed is not sent.
            head = get(gateway, '/' + path, 'HEAD')
            assert head[0] == 200 and head[2] == ''
            assert head[1]['Content-Length'] == headers['Content-Length']
            again = get(gateway, '/' + path, If_None_Match=headers['ETag'])
            assert (again[0], again[2]) == (304, '')
            # What a page asks for is there.
            for wanted in re.findall(
                    r'''(?:from|import\(|src=|href=)\s*"([\w./-]+)"''',
                    '' if path.startswith('lib/') else body):
                where = urllib.parse.urljoin('/' + path, wanted)
                assert get(gateway, where)[0] == 200, (path, wanted)


def test_what_is_not_there():
    with System() as s:
        gateway = s.gateway()
        for path in ('/nothing', '/../etc/passwd', '/%2e%2e/etc/passwd',
                     '/..%2f..%2fetc/passwd', '//etc/passwd',
                     '/index.html/', '/index.html%00.js', '/' + 'x' * 2000,
                     '/js', '/%', '/%zz', '/\\..\\..\\etc\\passwd'):
            try:
                status, _, body = get(gateway, path)
            except http.client.RemoteDisconnected:
                # What is no path at all may end the connection.
                assert '%' in path or len(path) > 1000, path
                continue
            assert status in (400, 403, 404), path
            assert 'root:' not in body
        assert get(gateway, '/nothing')[0] == 404
        for method in ('POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'):
            status, headers, _ = get(gateway, '/', method, Content_Length='0')
            assert status == 405, method
            assert headers['Allow'] == 'GET, HEAD'
        assert get(gateway, '/healthz')[0] == 503


OUI = '''OUI/MA-L                Organization

00-22-72   (hex)\t\tAmerican Micro-Fuel Device Corp.\r
002272     (base 16)\t\tAmerican Micro-Fuel Device Corp.\r
00-D0-EF   (hex)\t\t<b>IGT</b> \u00e9\r
'''


def test_vendors_of_addresses(tmp_path):
    file = tmp_path / 'oui.txt'
    file.write_text(OUI)
    with System() as s:
        gateway = s.gateway('--oui', file)
        for path in ('00-22-72', '002272', '00:22:72', '00%3A22%3a72',
                     '00:22:72:aa:bb:cc', '00-22-72-AA-BB-CC-DD-EE'):
            status, headers, body = get(gateway, '/oui/' + path)
            assert (status, body) == (200,
                                      'American Micro-Fuel Device Corp.\n')
            assert headers['Content-Type'] == 'text/plain; charset=utf-8'
            assert headers['Cache-Control'] == 'max-age=86400'
            assert headers['X-Content-Type-Options'] == 'nosniff'
        assert get(gateway, '/oui/00d0ef')[2] == '<b>IGT</b> \u00e9\n'
        for path in ('00-22-73', '02-22-72', 'ff:ff:ff:ff:ff:ff'):
            status, headers, body = get(gateway, '/oui/' + path)
            assert (status, body) == (204, '')
            assert headers['Cache-Control'] == 'max-age=86400'
        for path in ('x', '00', '00:22', '00-22-72-', '../00-22-72x',
                     '00' * 100):
            status, headers, body = get(gateway, '/oui/' + path)
            assert status in (400, 404) and 'American' not in body
            assert headers['Cache-Control'] == 'no-cache'
        assert get(gateway, '/oui/')[::2] == (200, f'{file}\n')
        assert get(gateway, '/')[1]['Cache-Control'] == 'no-cache'
        none = s.gateway('--oui', '')
        for path in ('', '00-22-72', 'x'):
            status, headers, body = get(none, '/oui/' + path)
            assert (status, body) == (204, '')
            assert headers['Cache-Control'] == 'no-cache'


def test_a_file_of_vendors_that_is_none(tmp_path):
    empty = tmp_path / 'empty'
    empty.write_text('nothing\n')
    for path in (empty, tmp_path / 'none', tmp_path):
        said_once(run('nd-gateway', '--port', '0', '--no-kitchens',
                      '--oui', path), 1, str(path), 'MAC addresses')


def test_half_open_connections_keep_nobody_out():
    with System() as s:
        s.hub()
        gateway = s.gateway('--max-clients', '10')
        host, port = gateway.at.rsplit(':', 1)
        half = []
        for n in range(100):
            half.append(socket.create_connection((host, int(port))))
            # Some say nothing, some the beginning of a request.
            half[-1].sendall(b'GET / HTTP/1.1\r\nX-A: b'[:n % 20])
        wait_for(lambda: get(gateway, '/healthz')[0] == 200, 'the hub')
        assert get(gateway, '/')[0] == 200
        for sock in half:
            sock.close()


def test_garbage_on_the_port():
    with System() as s:
        s.hub()
        gateway = s.gateway()
        host, port = gateway.at.rsplit(':', 1)
        for junk in (b'\0' * 100, b'\xff' * 100000, b'\r\n' * 1000,
                     b'GET ' + b'/' * 100000, b'GET / HTTP/9.9\r\n\r\n',
                     b'GET / HTTP/1.1\r\n' + b'A: b\r\n' * 10000,
                     b'\x16\x03\x01\x02\x00\x01\x00'):
            with socket.create_connection((host, int(port))) as sock:
                try:
                    sock.sendall(junk)
                except OSError:
                    pass
        wait_for(lambda: get(gateway, '/healthz')[0] == 200, 'the hub')


def test_loopback_only_unless_told():
    with System() as s:
        gateway = s.gateway()
        port = int(gateway.at.rsplit(':', 1)[1])
        found = []
        for name in ('tcp', 'tcp6'):
            with open(f'/proc/{gateway.process.pid}/net/{name}') as table:
                found += [line.split()[1].split(':')[0] for line in table
                          if line.split()[3] == '0A'
                          and line.split()[1].endswith(f':{port:04X}')]
        assert '0100007F' in found
        assert set(found) <= {'0100007F',
                              '00000000000000000000000001000000'}
