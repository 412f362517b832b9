"""Starts the real programs, waits for facts, and ends what it started."""
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

import msgpack
import pytest
import zmq

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parent.parent
sys.path.append(str(TREE / 'tests/captures'))
import make_captures as made  # noqa: E402
BIN = pathlib.Path(os.environ.get('ND_BIN', TREE / 'build/release/bin'))
PROGRAMS = ['nd-hub', 'nd-sniff', 'nd-print', 'nd-hubstatus', 'nd-hubdetails',
            'nd-pcap', 'nd-gateway', 'netdumplings', 'nd-nmsg', 'nd-nmsgtool',
            'nd-nmsgpacket', 'nd-demo']
# What was built with sanitizers needs much more memory.
SANITIZED = bool(os.environ.get('ND_SANITIZE'))
# Sanitizers are slow, and so is a busy machine: facts come or they do not.
PATIENCE = 60


def wait_for(fact, what, patience=PATIENCE):
    """Calls fact() until it gives something true, and returns that."""
    deadline = time.monotonic() + patience
    while True:
        value = fact()
        if value:
            return value
        assert time.monotonic() < deadline, f'waited in vain for {what}'
        select.select([], [], [], 0.02)


class Program:
    """A running program, its stderr and stdout in files."""

    def __init__(self, folder, name, *args, netns=None, stdin=None, env=None,
                 before=(), programs=BIN):
        self.name = name
        self.out = folder / f'{name}.{len(list(folder.iterdir()))}.out'
        self.err = self.out.with_suffix('.err')
        command = [*before, str(programs / name), *map(str, args)]
        if netns:
            command = ['ip', 'netns', 'exec', netns, *command]
        with open(self.out, 'wb') as out, open(self.err, 'wb') as err:
            self.process = subprocess.Popen(
                command, stdin=stdin, stdout=out, stderr=err,
                env={**os.environ, **(env or {})})

    def said(self, pattern):
        return re.search(pattern, self.err.read_text(errors='replace'), re.M)

    def wait_said(self, pattern):
        wait_for(lambda: self.said(pattern) or self.gone(pattern),
                 f'{self.name} to say {pattern!r}; it said:\n'
                 + self.err.read_text(errors='replace'))

    def gone(self, pattern):
        assert self.process.poll() is None or self.said(pattern), (
            f'{self.name} ended with {self.process.returncode}:\n'
            + self.err.read_text(errors='replace'))

    def lines(self):
        return [json.loads(line) for line in
                self.out.read_text().splitlines(keepends=True)
                if line.endswith('\n')]

    def send_signal(self, number):
        self.process.send_signal(number)

    def wait(self, patience=PATIENCE):
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f'{self.name} does not end') from None

    def stop(self, number=signal.SIGINT):
        """Ends it as a user would; its exit status."""
        if self.process.poll() is None:
            self.send_signal(signal.SIGCONT)
            self.send_signal(number)
        return self.wait()


class System:
    """A folder, the programs that run in it, and the bus between them."""

    def __init__(self):
        self.temp = tempfile.TemporaryDirectory(prefix='nd-test-')
        self.folder = pathlib.Path(self.temp.name)
        os.chmod(self.folder, 0o777)
        self.bus_in = f'ipc://{self.folder}/in'
        self.bus_out = f'ipc://{self.folder}/out'
        self.programs = []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        bad = []
        for program in reversed(self.programs):
            if program.process.poll() is None:
                program.process.send_signal(signal.SIGCONT)
                program.process.terminate()
        for program in self.programs:
            try:
                program.process.wait(20)
            except subprocess.TimeoutExpired:
                program.process.kill()
                program.process.wait()
                bad.append(f'{program.name} did not end')
            err = program.err.read_text(errors='replace')
            if 'Sanitizer' in err or 'runtime error' in err:
                bad.append(f'{program.name}: {err}')
            if kind:
                print(f'--- {program.name}\n{err[-4000:]}', file=sys.stderr)
        self.temp.cleanup()
        assert kind or not bad, '\n'.join(bad)

    def start(self, name, *args, **kwargs):
        program = Program(self.folder, name, *args, **kwargs)
        self.programs.append(program)
        return program

    def hub(self, *args):
        hub = self.start('nd-hub', '--in', self.bus_in, '--out', self.bus_out,
                         '--status-freq', '0.2', '--user', '', *args)
        hub.wait_said('initiated')
        return hub

    def gateway(self, *args, **kwargs):
        """A gateway at a port that is free, told in its member `at`."""
        gateway = self.start('nd-gateway', '--hub', self.bus_out, '--user',
                             '', '--port', '0', *args, **kwargs)
        gateway.wait_said('serving http')
        gateway.at = gateway.said(r'serving http://(\S+)/')[1]
        return gateway

    def kitchen(self, *args, **kwargs):
        return self.start('nd-sniff', '--hub', self.bus_in, '--user', '',
                          *args, **kwargs)

    def printer(self, *args, hub=None, **kwargs):
        """nd-print --json; with its hub, once that has seen it."""
        before = seen(hub, 'eater connection from') if hub else 0
        eater = self.start('nd-print', '--json', '--hub', self.bus_out,
                           *args, **kwargs)
        if hub:
            wait_for(lambda: seen(hub, 'eater connection from') > before,
                     'the hub to see nd-print')
        return eater

    def capture(self, name):
        """A capture that the project's script makes."""
        folder = self.folder / 'captures'
        if not folder.exists():
            subprocess.run([sys.executable,
                            str(TREE / 'tests/captures/make_captures.py'),
                            str(folder)], check=True)
        return folder / name


class Namespace:
    """A network of its own, with nothing but its loopback interface."""
    count = 0

    def __init__(self):
        Namespace.count += 1
        self.name = f'nd-{os.getpid()}-{Namespace.count}'

    def __enter__(self):
        if os.geteuid() != 0:
            pytest.skip('only root can make network namespaces')
        ip('netns', 'add', self.name)
        ip('-n', self.name, 'link', 'set', 'lo', 'up')
        return self

    def __exit__(self, *_):
        ip('netns', 'del', self.name)

    def run(self, *command):
        return subprocess.run(['ip', 'netns', 'exec', self.name,
                               *map(str, command)], text=True, check=True,
                              capture_output=True, timeout=PATIENCE).stdout


def ip(*args):
    subprocess.run(['ip', *args], check=True, timeout=PATIENCE)


def run(name, *args, before=(), **kwargs):
    """Runs a program that ends by itself: status, stdout and stderr."""
    return subprocess.run([*before, str(BIN / name), *map(str, args)],
                          **{'stdin': subprocess.DEVNULL, 'text': True,
                             'capture_output': True, 'timeout': PATIENCE,
                             **kwargs})


def said_once(result, status, *words):
    """It ended with that status and one line that has all these words."""
    lines = result.stderr.splitlines()
    assert (result.returncode, len(lines)) == (status, 1), result
    for word in words:
        assert word in lines[0], lines[0]


def seen(program, pattern):
    return len(re.findall(pattern,
                          program.err.read_text(errors='replace')))


def missing(eater):
    """What nd-print said at its end: (dumplings, known to be missing)."""
    told = eater.said(r'(\d+) dumplings?, (none|\d+) known to be missing')
    assert told, eater.err.read_text()
    return int(told[1]), 0 if told[2] == 'none' else int(told[2])


class Pusher:
    """A kitchen written in Python: what it sends is as bad as it likes."""

    def __init__(self, endpoint):
        self.socket = zmq.Context.instance().socket(zmq.PUSH)
        self.socket.setsockopt(zmq.LINGER, 10000)
        self.socket.connect(endpoint)

    def send(self, *parts):
        self.socket.send_multipart(parts)

    def batch(self, chef, first_seq, payloads, kitchen='py', incarnation=7):
        self.send(f'{chef}/{kitchen}/'.encode(), msgpack.packb(
            [1, incarnation, first_seq,
             [[time.time_ns(), 0, payload] for payload in payloads]]))

    def announce(self, kitchen='py', incarnation=7, **fields):
        self.send(f'!kitchen/{kitchen}/'.encode(), msgpack.packb(
            [1, incarnation, 0, [[time.time_ns(), 1, {
                'kitchen_name': kitchen, 'interface': 'none', 'filter': '',
                'chefs': [], 'poke_interval': 5.0, **fields}]]]))

    def close(self):
        self.socket.close()


def status_of(eater):
    """The last status that an eater printed."""
    found = [d for d in eater.lines()
             if d['metadata']['chef'] == 'SystemStatusChef']
    return found[-1]['payload'] if found else None
