# SPDX-License-Identifier: MIT
"""What nd-sniff makes of a capture, straight from its socket."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import msgpack
import zmq

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parent.parent
sys.path.append(str(TREE / 'tests/captures'))
BIN = pathlib.Path(os.environ.get('ND_BIN', TREE / 'build/release/bin'))
# Where the build has this folder's chef, and what failed is kept.
BUILT = pathlib.Path(os.environ.get('ND_CONFORMANCE',
                                    BIN.parent / 'tests/conformance'))
CHEF = BUILT / 'ConformanceChef.so'
# What the peer says is the same for all builds.
PEERS = TREE / 'build/tshark'
# Beside the test's own; options that tell all there is to compare.
BUNDLED = {'DNSChef': ':sections=all,limit=1000', 'TLSChef': '',
           'HTTPChef': ':path=8192'}
PATIENCE = 60
# A dumpling that could not be made is a chef's fault, whatever the packet.
FAILED = re.compile(r'\S+: [0-9]+ dumplings,.* [1-9][0-9]* errors')


class Failed(Exception):
    """nd-sniff crashed, hung, or said what it should not."""


def present():
    """The bundled chefs that this build has."""
    listed = subprocess.run([BIN / 'nd-sniff', '--chef-list'], text=True,
                            capture_output=True, check=True, timeout=PATIENCE)
    return {line.split()[0] for line in listed.stdout.splitlines()
            if line.startswith('  ')}


def make_captures(where):
    """All that the project's tests read, but for what is no capture."""
    import flows
    import make_captures as mixed
    import services
    import streams
    import tls_captures
    made = {'flows.pcap': flows.flows()}
    for module in (mixed, services, streams, tls_captures):
        made.update(module.captures())
    # One is no capture, and one is cut off where readers differ.
    del made['garbage.pcap'], made['truncated.pcap']
    where.mkdir()
    for name, data in made.items():
        (where / name).write_bytes(data)


def captures(folder):
    """The captures to read: those of ND_CAPTURES, or the project's own."""
    where = pathlib.Path(os.environ.get('ND_CAPTURES',
                                        TREE / '../shared/captures'))
    if not where.is_dir():
        where = pathlib.Path(folder) / 'captures'
        make_captures(where)
    found = sorted(p for p in where.iterdir()
                   if p.is_file() and p.name != 'INDEX.tsv')
    if not found:
        raise SystemExit(f'there are no captures in {where}')
    return found


class Kitchen:
    """A socket that an nd-sniff pushes its dumplings to, file after file."""

    def __init__(self):
        self.temp = tempfile.TemporaryDirectory(prefix='nd-conformance-')
        self.endpoint = f'ipc://{self.temp.name}/in'
        self.context = zmq.Context()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.destroy(linger=0)
        self.temp.cleanup()

    def cook(self, path, chefs, statuses=(0,)):
        """(stderr, {chef: [payloads]}) of a file, or Failed."""
        socket = self.context.socket(zmq.PULL)
        socket.set(zmq.RCVHWM, 0)
        socket.bind(self.endpoint)
        args = [BIN / 'nd-sniff', '--read', path, '--hub', self.endpoint,
                '--user', '', '-p', '0', '--kitchen-name', 'k']
        for chef in chefs:
            args += ['--chef', str(chef)]
        try:
            done = subprocess.run(args, capture_output=True, text=True,
                                  errors='replace', timeout=PATIENCE,
                                  stdin=subprocess.DEVNULL)
            bad = done.returncode not in statuses
            if bad or 'Sanitizer' in done.stderr or \
                    'runtime error' in done.stderr:
                raise Failed(f'{path}: nd-sniff ended with {done.returncode}:'
                             f' {done.stderr[-3000:]}')
            wrong = FAILED.search(done.stderr)
            if wrong:
                raise Failed(f'{path}: {wrong[0]}: {done.stderr[-3000:]}')
            # It has no word to say before it has a capture to read.
            refused = done.returncode and 'packets seen' not in done.stderr
            return done.stderr, {} if refused else self.receive(socket)
        except subprocess.TimeoutExpired:
            raise Failed(f'{path}: nd-sniff hangs') from None
        finally:
            socket.close()

    @staticmethod
    def receive(socket):
        """All up to the kitchen's last word."""
        made = {}
        while socket.poll(PATIENCE * 1000):
            topic, body = socket.recv_multipart()
            chef = topic.split(b'/')[0].decode()
            payloads = [dumpling[2] for dumpling in msgpack.unpackb(
                body, timestamp=2, strict_map_key=False,
                unicode_errors='surrogateescape')[3]]
            if chef != '!kitchen':
                made.setdefault(chef, []).extend(payloads)
            elif payloads[0].get('closing'):
                return made
        raise Failed('nd-sniff ended without a last word')
