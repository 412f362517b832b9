"""nd-nmsgtool: messages between files, packets and texts."""
import hashlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import pytest

import nmsg_bytes as nmsg
from harness import BIN, TREE, System, run, wait_for
from nmsg_samples import lines, numbered, packets, texts, tool, well

VECTORS = pathlib.Path(os.environ.get(
    'ND_NMSG_VECTORS', TREE.parent / 'shared/nmsg-vectors'))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path, *containers):
    path.write_bytes(b''.join(containers))
    return path


# --- files and texts ---------------------------------------------------------

def test_file_to_file_is_the_same(folder):
    """One container stays one, byte by byte."""
    a = write(folder / 'a', nmsg.container(*packets(100)))
    well('-r', a, '-w', 'b')
    assert (folder / 'b').read_bytes() == a.read_bytes()
    # Files may be put behind one another.
    well('-r', a, '-r', a, '-w', 'c')
    assert len(nmsg.messages((folder / 'c').read_bytes())) == 200


def test_compressed_and_back(folder):
    a = write(folder / 'a', nmsg.container(*packets(100)))
    well('-r', a, '-z', '-w', 'z')
    squeezed = (folder / 'z').read_bytes()
    assert squeezed[4] == nmsg.ZLIB and len(squeezed) < a.stat().st_size
    well('-r', 'z', '-w', 'b')
    assert (folder / 'b').read_bytes() == a.read_bytes()


def test_json_and_back(folder):
    a = write(folder / 'a', nmsg.container(
        *packets(3), *lines(3),
        nmsg.message(nmsg.logline(b'who'), source=0xabc, operator=7, group=9)))
    shown = well('-r', a, '-J', '-')
    first, last = (json.loads(s) for s in shown.splitlines()[::6])
    assert first['time'] == '2023-11-14 22:13:20.000000007'
    assert (first['vname'], first['mname']) == ('base', 'packet')
    assert first['message']['payload_type'] == 'IP'
    assert last['source'] == '00000abc'
    (folder / 'j').write_text(shown)
    well('-j', 'j', '-w', 'b')
    assert (folder / 'b').read_bytes() == a.read_bytes()
    assert well('-j', 'j', '-J', '-') == shown
    # The last line may lack its end.
    (folder / 'j').write_text(shown.rstrip('\n'))
    assert well('-j', 'j', '-J', '-') == shown


def test_presentation_and_back(folder):
    write(folder / 'a', nmsg.container(*lines(20)))
    shown = well('-r', 'a')
    assert shown == well('-r', 'a', '-o', '-')
    assert shown.count('[1:6 base logline]') == 20
    (folder / 'o').write_text(shown)
    well('-f', 'o', '-w', 'b')
    assert (folder / 'b').read_bytes() == (folder / 'a').read_bytes()
    joined = well('-r', 'a', '-c', '1', '-o', '-', '-e', r'\t|\\')
    assert 'category: test\t|\\message: line 0\t|\\' in joined


def test_text_without_headers(folder):
    (folder / 'o').write_text('category: a\nmessage: b\n\n')
    shown = json.loads(well('-f', 'o', '-T', 'logline', '-J', '-'))
    assert shown['message'] == {'category': 'a', 'message': 'b'}


@pytest.mark.skipif(not VECTORS.is_dir(), reason='no vectors here')
def test_vectors(folder):
    seed = VECTORS / 'nmsgpacket.nmsg'
    well('-r', seed, '-w', 'b')
    assert (folder / 'b').read_bytes() == seed.read_bytes()
    assert (well('-r', seed, '-c', '10', '-o', '-')
            == (VECTORS / 'v10.pres').read_text())
    assert (well('-r', seed, '-c', '10', '-J', '-')
            == (VECTORS / 'v10.json').read_text())
    for option, wanted in [
            ('-J', 'e9d7c8dcc078eaeb91f1a0390a9de13f'
                   '90de3b209ffe1b6d962bff4a600d4c63'),
            ('-o', '4022ba5165438b3648969ddab64d2a19'
                   '38891f76b98f205b04d9621c4597b987')]:
        well('-r', seed, option, 'all')
        found = hashlib.sha256((folder / 'all').read_bytes()).hexdigest()
        assert found == wanted
    well('-r', seed, '-J', 'all')
    well('-j', 'all', '-w', 'b')
    assert (folder / 'b').read_bytes() == seed.read_bytes()


@pytest.mark.skipif(not VECTORS.is_dir(), reason='no vectors here')
def test_vectors_of_each_type(folder):
    well('-j', VECTORS / 'vec.json', '-w', 'a')
    shown = well('-r', 'a', '-J', '-')
    (folder / 'j').write_text(shown)
    well('-j', 'j', '-w', 'b')
    assert (folder / 'b').read_bytes() == (folder / 'a').read_bytes()
    assert well('-j', 'j', '-J', '-') == shown
    assert len(shown.splitlines()) == 15


@pytest.mark.skipif(not VECTORS.is_dir(), reason='no vectors here')
@pytest.mark.parametrize('name, mtu', [('cap512', 512), ('cap8192', 8192)])
def test_datagrams_of_vectors(folder, name, mtu):
    """The same messages in each datagram as nmsgtool sent."""
    def groups(datagrams):
        return [sorted((flags, len(nmsg.fields(body).get(1, [])))
                       for flags, body in nmsg.containers(d))
                for d in datagrams]

    with socket.socket(type=socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        s.bind(('127.0.0.1', 0))
        s.settimeout(60)
        well('-r', VECTORS / 'nmsgpacket.nmsg', '-m', str(mtu), '-s',
             f'127.0.0.1/{s.getsockname()[1]}')
        theirs = [nmsg.frame(body, flags) for flags, body in nmsg.containers(
            (VECTORS / f'{name}.bin').read_bytes())]
        ours = [s.recv(65535) for _ in theirs]
    assert groups(ours) == groups(theirs)


# --- choosing ----------------------------------------------------------------

def test_type_filter(folder):
    write(folder / 'a', nmsg.container(*packets(3), *lines(2)))
    well('-r', 'a', '-T', 'logline', '-w', 'b')
    assert texts((folder / 'b').read_bytes()) == numbered(2)
    assert well('-r', 'a', '-V', 'SIE', '-T', 'qr') == ''
    assert well('-r', 'a', '-V', 'BASE', '-T', 'Packet',
                '-J', '-').count('packet') == 3


def test_who_sent_it(folder, monkeypatch):
    (folder / 'op').write_text('7 acme\n8 other\n')
    (folder / 'gr').write_text('9 friends\n')
    monkeypatch.setenv('NMSG_OPALIAS_FILE', str(folder / 'op'))
    monkeypatch.setenv('NMSG_GRALIAS_FILE', str(folder / 'gr'))
    write(folder / 'a', nmsg.container(*(
        nmsg.message(nmsg.logline(b'line %d' % n), source=n, operator=7 + n % 2,
                     group=9 * (n % 3)) for n in range(6))))

    def left(*args):
        well('-r', 'a', *args, '-w', 'b')
        return texts((folder / 'b').read_bytes())

    assert left('--getsource', '0x5') == ['line 5']
    assert left('--getoperator', 'acme') == ['line 0', 'line 2', 'line 4']
    assert left('--getoperator', '8', '--getgroup', 'friends') == ['line 1']
    well('-r', 'a', '--setsource', '0xff', '--setoperator', 'other',
         '--setgroup', '3', '-w', 'b')
    assert {(m[7][0], m[8][0], m[9][0]) for m in nmsg.messages(
        (folder / 'b').read_bytes())} == {(255, 8, 3)}
    assert '[000000ff] [other] [3]' in well('-r', 'b', '-c', '1')
    done = tool('-r', 'a', '--getoperator', 'nobody')
    assert done.returncode == 2 and "'nobody' is no number" in done.stderr


# --- several outputs, counts, rotation ---------------------------------------

def test_stripe_and_mirror(folder):
    write(folder / 'a', nmsg.container(*lines(10)))
    well('-r', 'a', '-w', 'b', '-w', 'c')
    got = [texts((folder / x).read_bytes()) for x in 'bc']
    assert got == [numbered(10)[::2], numbered(10)[1::2]]
    well('-r', 'a', '--mirror', '-w', 'b', '-w', 'c', '-J', 'd')
    for x in 'bc':
        assert texts((folder / x).read_bytes()) == numbered(10)
    assert len((folder / 'd').read_text().splitlines()) == 10


def test_count(folder):
    write(folder / 'a', nmsg.container(*lines(50)))
    well('-r', 'a', '-c', '20', '-w', 'b')
    assert texts((folder / 'b').read_bytes()) == numbered(20)
    # Of each output.
    well('-r', 'a', '-c', '20', '-w', 'b', '-w', 'c')
    assert [len(texts((folder / x).read_bytes())) for x in 'bc'] == [20, 20]


def test_byterate(folder):
    """The clock may say more, never less."""
    a = write(folder / 'a', *[nmsg.container(*lines(10))] * 20)
    began = time.monotonic()
    well('-r', 'a', '-B', str(a.stat().st_size * 2), '-w', 'b')
    assert time.monotonic() - began > 0.45
    assert len(texts((folder / 'b').read_bytes())) == 200


def test_unbuffered(folder):
    write(folder / 'a', nmsg.container(*lines(5)))
    well('-r', 'a', '--unbuffered', '-w', 'b')
    assert len(list(nmsg.containers((folder / 'b').read_bytes()))) == 5


@pytest.mark.parametrize('option, suffix', [
    ('-w', r'\.nmsg'), ('-J', r'\.json'), ('-o', '')])
def test_rotation_by_count(folder, option, suffix):

    (folder / 'out').mkdir()
    write(folder / 'a', nmsg.container(*lines(25)))
    well('-r', 'a', '-c', '10', '-k', '', option, folder / 'out/it')
    names = sorted(p.name for p in (folder / 'out').iterdir())
    assert len(names) == 3
    for name in names:
        assert re.fullmatch(r'it\.\d{8}\.\d{4}\.\d+\.\d{9}' + suffix, name)
    if option == '-w':
        assert [texts((folder / 'out' / n).read_bytes()) for n in names] == [
            numbered(10), numbered(10, 10), numbered(5, 20)]


def test_kicker_gets_each_file(folder):
    write(folder / 'a', nmsg.container(*lines(20)))
    (folder / 'a b').mkdir()
    (folder / 'done').mkdir()
    # A shell's command, with the name behind it.
    well('-r', 'a', '-c', '10', '-k', 'cp -t "$PWD/done" --', '-w',
         folder / 'a b/it')
    there = sorted(p.name for p in (folder / 'a b').iterdir())
    assert len(there) == 2
    wait_for(lambda: sorted(p.name for p in (folder / 'done').iterdir())
             == there, 'the command to copy both files')


def test_rotation_by_time(folder):
    """A multiple of the interval begins a new file, though nothing comes."""
    with System() as system:
        pipe = subprocess.Popen(['cat'], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE)
        program = system.start('nd-nmsgtool', '-r', '-', '-t', '1', '-k', '',
                               '-w', folder / 'it', stdin=pipe.stdout)
        pipe.stdin.write(nmsg.container(*lines(3)))
        pipe.stdin.flush()
        wait_for(lambda: any(texts(p.read_bytes()) == numbered(3)
                             for p in folder.glob('it.*.nmsg')),
                 'a file that is finished')
        pipe.stdin.close()
        assert program.wait() == 0
        pipe.wait()
    assert not list(folder.glob('.it*'))


def test_interval_ends_it(folder):
    with System() as system:
        program = system.start('nd-nmsgtool', '-j', '-', '-t', '1', '-R',
                               '-w', folder / 'it', stdin=subprocess.PIPE)
        assert program.wait() == 0


def test_flush_by_time(folder):
    """What waits in memory comes, though the input goes on."""
    with System() as system:
        program = system.start('nd-nmsgtool', '-r', '-', '-w', folder / 'b',
                               stdin=subprocess.PIPE)
        program.process.stdin.write(nmsg.container(*lines(1)))
        program.process.stdin.flush()
        wait_for(lambda: (folder / 'b').exists()
                 and texts((folder / 'b').read_bytes()) == numbered(1),
                 'the message')
        # And Ctrl-C is no failure.
        program.process.stdin.write(nmsg.container(*lines(1, 1)))
        program.process.stdin.flush()
        assert program.stop(signal.SIGINT) == 0


# --- what goes wrong ---------------------------------------------------------

@pytest.mark.parametrize('args, sentence', [
    (['-w', 'x'], 'no input'),
    (['-p', 'x'], 'need --msgtype'),
    (['-r', 'x', '-T', 'nothing'], "no type 'nothing' of 'base'"),
    (['-r', 'x', '-V', 'base'], '--vendor: it needs --msgtype'),
    (['-r', 'x', '--readkafka', 'y'], 'does not speak Kafka'),
    (['-r', 'x', '--writekafka', 'y'], 'does not speak Kafka'),
    (['-r', 'x', '-F', 'sample'], 'plug-ins of nmsg cannot be loaded'),
    (['-r', 'x', '-M', 'sample'], 'plug-ins of nmsg cannot be loaded'),
    (['-r', 'x', '-k', 'y'], 'standard output cannot be renamed'),
    (['-r', 'x', '-w', 'z', '-k', 'y'], 'it needs --count or --interval'),
    (['-r', '-', '-j', '-'], 'can be read once only'),
    (['-r', 'x', '-m', 'y'], 'is not a whole number'),
])
def test_wrong_options(folder, args, sentence):
    done = tool(*args)
    assert done.returncode == 2 and sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_help_and_version():
    assert '-r, --readnmsg FILE' in well('-h')
    assert well('-h') == well('--help')
    assert well('-v').startswith('nd-nmsgtool, version ')


def test_what_cannot_be_opened(folder):
    write(folder / 'a', nmsg.container(*lines(1)))
    for args in (['-r', 'nowhere'], ['-r', folder], ['-j', 'nowhere'],
                 ['-r', 'a', '-w', 'no/where'], ['-r', 'a', '-J', folder],
                 ['-p', 'nowhere', '-T', 'pkt'], ['-C', 'nowhere']):
        done = tool(*args)
        assert done.returncode == 1, args
        assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize('option', ['-w', '-J', '-o'])
def test_full_disk(folder, option):
    write(folder / 'a', nmsg.container(*lines(1)))
    done = tool('-r', 'a', option, '/dev/full')
    assert done.returncode == 1
    assert '/dev/full: No space left on device' in done.stderr


def test_reader_that_goes(folder):
    write(folder / 'a', *[nmsg.container(*lines(500))] * 40)
    with System() as system:
        program = subprocess.Popen(
            [BIN / 'nd-nmsgtool', '-r', 'a', '-J', '-'],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        program.stdout.readline()
        program.stdout.close()
        assert program.wait(60) == 1
        assert b'nobody reads' in program.stderr.read()
        program.stderr.close()
        del system


@pytest.mark.parametrize('name', sorted(nmsg.malformed()))
def test_malformed_file(folder, name):
    """What is around it comes, what is wrong is told once."""
    bad = nmsg.malformed()[name]
    write(folder / 'a', nmsg.container(*lines(1)), bad,
          nmsg.container(*lines(1, 1)))
    done = tool('-r', 'a', '-w', 'b')
    got = texts((folder / 'b').read_bytes())
    # What lies about its length may be found all the same.
    assert [t for t in got if t != 'good'] == numbered(2), done.stderr
    assert got == numbered(2) or name == 'length that lies'
    if bad and 'fragment' not in name:
        assert done.stderr, name


def test_file_cut_off(folder):
    whole = nmsg.container(*lines(1))
    for end in range(1, len(whole)):
        write(folder / 'a', whole, whole[:end])
        done = tool('-r', 'a', '-w', 'b')
        assert texts((folder / 'b').read_bytes()) == numbered(1)
        if end not in (len(whole) // 2, 5):
            continue
        assert 'a' in done.stderr


def test_malformed_json(folder):
    good = well('-r', write(folder / 'a', nmsg.container(*lines(2))), '-J', '-')
    first, second = good.splitlines(keepends=True)
    (folder / 'j').write_text(first + '{"time":\n' + '[]\n' + 'x' * 9000
                              + '\n\n' + second)
    done = tool('-j', 'j', '-J', '-')
    assert done.stdout == good
    assert done.returncode == 1
    assert 'a line is no message' in done.stderr
    assert 'malformed messages: 3' in done.stderr


def test_pidfile_and_background(folder):
    write(folder / 'a', nmsg.container(*lines(1)))
    os.mkfifo(folder / 'pipe')
    keep = os.open(folder / 'pipe', os.O_RDWR)
    started = subprocess.run(
        [BIN / 'nd-nmsgtool', '-D', '-P', 'pid', '-r', 'pipe', '-w', 'b'],
        timeout=60, stdin=subprocess.DEVNULL)
    assert started.returncode == 0
    pid = int((folder / 'pid').read_text())
    os.write(keep, (folder / 'a').read_bytes())
    wait_for(lambda: (folder / 'b').stat().st_size, 'the message')
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not (folder / 'pid').exists(), 'its end')
    assert texts((folder / 'b').read_bytes()) == numbered(1)
    os.close(keep)
    failed = run('nd-nmsgtool', '-D', '-r', 'nowhere', '-w', 'b')
    assert failed.returncode == 1 and 'nowhere' in failed.stderr
