"""The originals' commands about a hub, byte by byte, and what they print."""
import datetime
import errno
import json
import os
import pty
import re
import signal
import socket
import subprocess
import time

import pytest

from harness import (BIN, Pusher, System, run, said_once, seen, wait_for)

STATUS_LINE = (r'\r(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)  uptime: (\d\d:\d\d:\d\d)'
               r'  dumplings in: (\d+)  out: (\d+)  kitchens: (\d+)'
               r'  eaters: (\d+) (?: missing: (\d+) )?')

# Half the world away from most machines' own.
ZONE = {'TZ': 'XXX-12:30'}


def local(ns, zone=datetime.timedelta(hours=12, minutes=30)):
    return datetime.datetime.fromtimestamp(
        ns / 1e9, datetime.timezone(zone)).replace(tzinfo=None)


def output_of(program):
    return program.out.read_bytes().decode()


def free_port():
    with socket.create_server(('127.0.0.1', 0)) as taken:
        return taken.getsockname()[1]


# --- nd-hubstatus -----------------------------------------------------------

def test_hubstatus_to_a_file_is_as_the_original_wrote_it():
    with System() as s:
        s.hub()
        pusher = Pusher(s.bus_in)
        pusher.batch('SomeChef', 0, [1, 2, 3])
        status = s.start('nd-hubstatus', '-h', s.bus_out, '-n', 'watcher',
                         env=ZONE)
        wait_for(lambda: len(re.findall(STATUS_LINE, output_of(status))) > 2,
                 'three status lines')
        assert status.stop() == 0
        whole = re.fullmatch(
            f'nd-hub status from {re.escape(s.bus_out)}\n'
            rf'Waiting for data\.\.\. ((?:{STATUS_LINE})+)',
            output_of(status))
        assert whole, output_of(status)
        lines = re.findall(STATUS_LINE, whole[1])
        when, _, came, _, kitchens, eaters, missing = lines[-1]
        assert (came, kitchens, eaters, missing) == ('3', '1', '1', '')
        told = datetime.datetime.strptime(when, '%Y-%m-%d %H:%M:%S')
        assert abs(told - local(time.time_ns())) < datetime.timedelta(
            minutes=5)
        pusher.close()


def test_hubstatus_tells_what_is_missing():
    with System() as s:
        s.hub()
        pusher = Pusher(s.bus_in)
        pusher.batch('SomeChef', 0, [1])
        pusher.batch('SomeChef', 8, [1])
        status = s.start('nd-hubstatus', '--hub', s.bus_out)
        wait_for(lambda: re.search(r'eaters: 1  missing: 7 ',
                                   output_of(status)), 'what is missing')
        pusher.close()


def read_terminal(fd, enough):
    """What comes from a terminal until that is enough."""
    text = ''
    deadline = time.monotonic() + 60
    while not enough(text):
        assert time.monotonic() < deadline, text
        try:
            text += os.read(fd, 65536).decode()
        except OSError as e:  # nobody has the other end any more
            assert e.errno == errno.EIO
            return text
    return text


@pytest.mark.parametrize('option,value', [('--color', '\033[1m0\033[0m'),
                                          ('--no-color', '0')])
def test_hubstatus_on_a_terminal(option, value):
    with System() as s:
        s.hub()
        fd, end = pty.openpty()
        status = subprocess.Popen(
            [BIN / 'nd-hubstatus', '--hub', s.bus_out, option], stdout=end,
            stderr=subprocess.DEVNULL,
            env={**os.environ, 'TERM': 'xterm', 'NO_COLOR': ''})
        os.close(end)
        wanted = f'  dumplings in: {value}  out: '
        text = read_terminal(fd, lambda text: wanted in text)
        assert wanted in text
        assert ('\033' in text) == (option == '--color')
        status.send_signal(signal.SIGINT)
        # The shell's prompt gets a line of its own.
        assert read_terminal(fd, lambda text: False).endswith('\r\n')
        assert status.wait(60) == 0
        os.close(fd)


def test_hubstatus_waits_for_a_hub_and_again():
    with System() as s:
        status = s.start('nd-hubstatus', '--hub', s.bus_out)
        status.wait_said('no hub at .* yet, waiting for it')
        assert output_of(status) == ''
        for times in 1, 2:
            hub = s.hub()
            wait_for(lambda: output_of(status).count('Waiting') == 1
                     and len(re.findall(STATUS_LINE,
                                        output_of(status).split('\n')[-1])),
                     'a status')
            assert output_of(status).count('\n') == times
            assert hub.stop() == 0
            wait_for(lambda: seen(status, 'lost the hub') == times, 'a loss')
            assert output_of(status).endswith('\n')
        assert status.stop() == 0
        assert seen(status, 'no hub at') == 1


# --- nd-hubdetails ----------------------------------------------------------

def test_hubdetails_is_as_the_original_wrote_it():
    with System() as s:
        s.hub()
        pusher = Pusher(s.bus_in)
        pusher.announce(kitchen='lab', filter='udp port 53')
        eater = s.printer('--chef', 'SystemStatusChef')
        wait_for(lambda: eater.lines() and eater.lines()[-1]['payload'][
            'dumpling_kitchens'], 'the kitchen in the status')
        told = run('nd-hubdetails', '-h', s.bus_out, '--no-color')
        assert (told.returncode, told.stderr) == (0, '')
        head = (f'Connected to nd-hub at {s.bus_out}\n'
                'Waiting for a SystemStatus dumpling...\n\n')
        # Our times are exact to the nanosecond, which no float is.
        shown = re.sub(r'\d+\.\d+', '1.5', told.stdout)
        assert shown.startswith(head)
        payload = json.loads(shown[len(head):])
        assert shown == head + json.dumps(
            payload, indent=4, sort_keys=True) + '\n\n'
        assert sorted(e['info_from_eater']['eater_name'] for e in
                      payload['dumpling_eaters']) == ['detailseater',
                                                      'printereater']
        assert payload['dumpling_kitchens'][0]['info_from_kitchen'][
            'filter'] == 'udp port 53'
        pusher.close()


def test_hubdetails_interrupted_has_shown_nothing():
    with System() as s:
        details = s.start('nd-hubdetails', '--hub', s.bus_out)
        details.wait_said('no hub at')
        assert details.stop() == 1
        assert output_of(details) == ''


@pytest.mark.parametrize('name', ['nd-hubstatus', 'nd-hubdetails'])
def test_to_a_full_disk_and_to_a_closed_pipe(name):
    with System() as s:
        hub = s.hub('--status-freq', '1')
        with open('/dev/full', 'wb') as full:
            told = run(name, '--hub', s.bus_out, capture_output=False,
                       stdout=full, stderr=subprocess.PIPE)
        assert told.returncode == 1
        assert 'standard output: No space left on device' in told.stderr
        hub.stop()
        hub = s.hub('--status-freq', '3600')
        with subprocess.Popen(
                [BIN / name, '--hub', s.bus_out, '-n', 'piped'], text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as eater:
            wait_for(lambda: hub.said('connection from piped'), name)
            eater.stdout.close()
            assert eater.wait(60) == 0
            assert 'rror' not in eater.stderr.read()


@pytest.mark.parametrize('name', ['nd-hubstatus', 'nd-hubdetails'])
def test_bad_values(name):
    said_once(run(name, '--hub', ''), 2, "--hub: '' is not an address")
    said_once(run(name, '-n', 'a b'), 2, "which 'a b' is not")


# --- nd-print ---------------------------------------------------------------

VALUES = {
    'zebra': None, 'Alpha': True, 'alpha': False, 'é': 'é\u2028\U0001f95f',
    'empty': [[], {}, ''], 'nested': {'b': {'y': 1, 'x': [1, [2]]}, 'a': 0},
    'text': 'quote " slash \\ / controls \b\f\n\r\t\x00\x1f\x7f',
    'numbers': [0, -1, 2**63, -2**63, 0.1, -0.0, 5.0, 1e-05, 0.0001, 1e+16,
                1e+15, 123456789012345.6, 1.7976931348623157e+308,
                2.5e-300, 1795352291.7644718, 9007199254740993.0],
}


def test_print_is_as_the_original_wrote_it():
    payloads = [VALUES, {}, [], 0, '', False, 'text', 1.5, [VALUES]]
    with System() as s:
        hub = s.hub()
        eater = s.start('nd-print', '-h', s.bus_out, '-c', 'SomeChef', '-k',
                        'lab', '-n', 'me', '--count', len(payloads), env=ZONE)
        wait_for(lambda: hub.said('connection from me'), 'nd-print')
        pusher = Pusher(s.bus_in)
        pusher.batch('SomeChef', 0, [1], kitchen='another')
        pusher.batch('AnotherChef', 0, [1], kitchen='lab')
        pusher.batch('SomeChef', 0, payloads, kitchen='lab')
        assert eater.wait() == 0
        pusher.close()
        summary = (r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?) '
                   r'\[packet  \] SomeChef from lab\n\n')
        expected = re.escape(f'Connected to nd-hub at {s.bus_out}\n'
                             'Waiting for dumplings...\n\n')
        for payload in payloads:
            expected += summary + re.escape(json.dumps(
                payload, indent=4, sort_keys=True)) + '\n\n'
        whole = re.fullmatch(expected, output_of(eater))
        assert whole, output_of(eater)
        told = datetime.datetime.fromisoformat(whole[1])
        assert abs(told - local(time.time_ns())) < datetime.timedelta(
            minutes=5)


def test_print_tells_a_dumpling_of_no_kitchen():
    with System() as s:
        s.hub()
        eater = s.start('nd-print', '--hub', s.bus_out, '--no-payload',
                        '--no-packet-dumplings', '--count', 2)
        assert eater.wait() == 0
        when = r'\S+ \[interval\] SystemStatusChef from None\n'
        assert re.fullmatch(r'.*\n.*\n\n' + when * 2, output_of(eater))


# --- nd-hub -----------------------------------------------------------------

def test_hub_takes_the_original_options():
    """A name may be several addresses: all that are here are listened at."""
    ports = free_port(), free_port()
    with System() as s:
        hub = s.start('nd-hub', '-a', 'localhost', '-i', ports[0], '-o',
                      ports[1], '-f', '1', '--user', '')
        hub.wait_said('initiated')
        for family, _, _, _, address in socket.getaddrinfo(
                'localhost', ports[1], type=socket.SOCK_STREAM):
            with socket.socket(family) as client:
                client.connect(address)
        told = run('nd-hubdetails', '-h', f'localhost:{ports[1]}')
        assert told.returncode == 0
        assert '"dumpling_eater_count": 1,' in told.stdout
        assert hub.stop() == 0
