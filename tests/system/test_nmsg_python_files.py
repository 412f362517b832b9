"""netdumplings.nmsg: files of messages, good and bad."""
import os
import pathlib
import random
import threading

import pytest

import nmsg_bytes as raw
from nmsg_objects import ipconn, nmsg, read, written
from python_package import PACKAGE


@pytest.mark.parametrize('zlib', [False, True])
@pytest.mark.parametrize('buffered', [False, True])
def test_a_file(zlib, buffered):
    messages = [ipconn(srcport=i, srcip='10.0.0.1') for i in range(50)]
    data = written(*messages, zlib=zlib, buffered=buffered)
    flags = [flag for flag, _ in raw.containers(data)]
    assert flags == [int(zlib)] * (1 if buffered else 50)
    got, stats = read(data)
    assert [m['srcport'] for m in got] == list(range(50))
    assert (stats['payloads'], stats['containers']) == (50, len(flags))
    assert written(*got, zlib=zlib, buffered=buffered) == data


def test_a_file_of_nmsgtools():
    """One that it made, of the vectors beside the project, if there."""
    path = pathlib.Path(os.environ.get('ND_NMSG_VECTORS', ''),
                        'nmsgpacket.nmsg')
    if not path.is_file():
        pytest.skip('the vectors are not there')
    data = path.read_bytes()
    messages, _ = read(data)
    assert len(messages) == 100
    assert all(m['payload_type'] == 'IP' for m in messages)
    assert [m['payload'][9] for m in messages
            if m['payload'][0] >> 4 == 4].count(17) == 22
    assert written(*messages) == data
    again = [nmsg.message.from_json(m.to_json()) for m in messages]
    assert written(*again) == data


def test_ways_to_name_a_file(tmp_path):
    path = tmp_path / 'file.nmsg'
    for name in path, str(path), os.fsencode(path):
        with nmsg.output.open_file(name) as out:
            out.write(ipconn(proto=1))
        with nmsg.input.open_file(name) as messages:
            assert messages.read()['proto'] == 1
            assert messages.read() is None and messages.at_end
            assert messages.read() is None
    with open(path, 'wb') as file:
        file.write(raw.container(raw.message(raw.logline(b'before'))))
        out = nmsg.output.open_file(file)
        out.write(ipconn(proto=2))
        out.flush()
    with open(path, 'rb') as file:
        messages = nmsg.input.open_file(file)
        assert messages.fileno() == file.fileno()
        assert [m.msgtype for m in messages] == [6, 5]
    with pytest.raises(FileNotFoundError):
        nmsg.input.open_file(str(tmp_path / 'no'))
    with pytest.raises(OSError):
        nmsg.output.open_file(tmp_path)
    with pytest.raises(AttributeError):
        nmsg.input.open_file(None)


def test_a_message_longer_than_a_container():
    m = nmsg.msgtype.base.logline()
    m['message'] = random.Random(5).randbytes(3_000_000).replace(b'\0', b'x')
    data = written(m)
    assert len(list(raw.containers(data))) > 2
    [got], stats = read(data)
    assert got['message'] == m['message'] and stats['fragments'] > 2
    m['message'] = bytes(80_000_000)
    with pytest.raises(ValueError, match='long'):
        written(m)


def test_what_is_closed():
    for one in nmsg.input(), nmsg.output(), nmsg.output.open_file(
            '/dev/null'), nmsg.input.open_file('/dev/null'):
        one.close()
        one.close()
        assert one.closed and repr(one)
        uses = [one.stats]
        uses += ([lambda: one.write(ipconn()), one.flush]
                 if isinstance(one, nmsg.output) else
                 [one.read, one.fileno, lambda: next(one)])
        for use in uses:
            with pytest.raises(ValueError, match='closed'):
                use()


def test_a_full_disk():
    with open('/dev/full', 'wb', buffering=0) as file:
        for opened in nmsg.output.open_file, nmsg.output.open_json:
            out = opened(file)
            out.write(ipconn())
            with pytest.raises(OSError):
                out.flush()
            with pytest.raises(OSError):
                out.write(ipconn())
                out.close()


def test_what_is_no_message():
    with nmsg.output.open_file('/dev/null') as out:
        out.write(None)
        for what in 1, {}, 'x':
            with pytest.raises(TypeError):
                out.write(what)


def test_only_one_type_goes_out():
    with open(os.memfd_create('nmsg'), 'w+b', buffering=0) as file:
        with nmsg.output.open_file(file) as out:
            out.set_filter_msgtype('base', 'logline')
            out.write(ipconn())
            out.write(nmsg.msgtype.base.logline())
            assert out.stats()['payloads'] == 1
            with pytest.raises(ValueError):
                out.set_filter_msgtype('base', 'no such')


def test_filters():
    data = raw.container(*(raw.message(
        b'', msgtype=t, source=s, operator=o, group=g)
        for t in (5, 6) for s in (1, 2) for o in (1, 2) for g in (1, 2)))

    def passing(**filters):
        with open(os.memfd_create('nmsg'), 'w+b', buffering=0) as file:
            file.write(data)
            file.seek(0)
            messages = nmsg.input.open_file(file)
            for name, args in filters.items():
                getattr(messages, f'set_filter_{name}')(*args)
            return [(m.msgtype, m.source, m.operator, m.group)
                    for m in messages]

    assert len(passing()) == 16
    assert {m[0] for m in passing(msgtype=('base', 'logline'))} == {6}
    assert len(passing(msgtype=(1, 5), source=(2,))) == 4
    assert passing(msgtype=('base', 'ipconn'), source=(2,), operator=(1,),
                   group=(2,)) == [(5, 2, b'1', b'2')]
    with pytest.raises(ValueError):
        passing(operator=(b'nobody',))


# --- JSON ---------------------------------------------------------------------


def test_json_files(tmp_path):
    path = tmp_path / 'file.json'
    messages = [ipconn(srcip='10.0.0.1', srcport=i) for i in range(3000)]
    with nmsg.output.open_json(path) as out:
        for m in messages:
            out.write(m)
        assert out.stats()['payloads'] == 3000
    lines = path.read_text().splitlines()
    assert len(lines) == 3000 and lines == [m.to_json() for m in messages]
    path.write_bytes('\n'.join([*lines, 'no json', '{}', '', lines[5]])
                     .encode())
    with nmsg.input.open_json(path) as got:
        assert [m['srcport'] for m in got] == [*range(3000), 5]
        assert got.stats()['payloads_bad'] == 2
    with nmsg.input.open_json(path) as got:
        got.set_filter_msgtype('base', 'packet')
        assert got.read() is None


def test_a_line_that_does_not_end(tmp_path):
    path = tmp_path / 'file.json'
    line = ipconn(srcport=5).to_json().encode()
    with open(path, 'wb') as file:
        file.write(line + b'\n' + b'[' * (40 << 20) + b'\n' + line + b'\n')
    with nmsg.input.open_json(path) as got:
        assert [m['srcport'] for m in got] == [5, 5]
        assert got.stats()['payloads_bad'] == 1


@pytest.mark.parametrize('text', ['', '{}', '[', b'\xff', '{"vname":"base"}'])
def test_what_is_no_json(text):
    with pytest.raises(ValueError):
        nmsg.message.from_json(text)
    with pytest.raises(TypeError):
        nmsg.message.from_json(5)


# --- hostile ------------------------------------------------------------------


GOOD = raw.container(raw.message(raw.logline(b'good')))


@pytest.mark.parametrize('name', raw.malformed())
def test_malformed_containers(name):
    bad = raw.malformed()[name]
    messages, stats = read(GOOD * 3 + bad + GOOD * 3)
    got = [m['message'] for m in messages]
    assert set(got) == {b'good'} and len(got) >= 5
    assert not bad or 0 < sum(stats[what] for what in (
        'containers_bad', 'payloads_bad', 'fragments_bad', 'bytes_skipped'))


@pytest.mark.parametrize('payload', [
    b'\xff', b'\x0a\x7f', b'\x08\x01', bytes(100), b'\x0a' + b'\xff' * 9])
def test_a_payload_that_is_not_of_its_type(payload):
    """As with pynmsg there is a message then, but it has no fields."""
    [m], _ = read(raw.container(raw.message(payload, msgtype=9)))
    assert not list(m) and m.fields == {} and 'qname' not in m
    assert m.payload == payload
    with pytest.raises(ValueError):
        m.to_json()
    assert raw.payload_of(raw.fields(next(raw.containers(written(m)))[1])[1][
        0]) == payload


def test_bytes_that_fell_over():
    """Whatever comes, it is read to its end, and each field can be asked."""
    chance = random.Random(7)
    good = written(*(ipconn(srcip='10.0.0.1', srcport=i) for i in range(9)),
                   *(nmsg.message(1, t, chance.randbytes(40))
                     for t in range(1, 15)))
    for _ in range(400):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 9)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        packed = bytes(data[10:])
        for m in read(bytes(data) + good)[0] + read(raw.frame(packed))[0]:
            assert m.fields is not None
            repr(m), m.items(), m.payload


def test_a_container_in_memory():
    null = nmsg.nullinput()
    assert [m['message'] for m in null.read(GOOD)] == [b'good']
    assert [m['message'] for m in null.read(GOOD, 5, 6)] == [b'good']
    whole = raw.body([raw.message(raw.logline(b'in pieces'))])
    crc = raw.swapped(raw.crc32c(whole))
    assert null.read(raw.fragment(3, 0, 1, whole[:9], crc)) == []
    [m] = null.read(raw.fragment(3, 1, 1, whole[9:], crc))
    assert m['message'] == b'in pieces'
    for bad in b'', b'nonsense', GOOD[:-1], GOOD + b'x':
        with pytest.raises(ValueError):
            null.read(bad)
    assert null.stats()['payloads'] == 3
    with pytest.raises(TypeError):
        null.read('text')


def test_threads_that_share_an_input():
    data = written(*(ipconn(srcport=i) for i in range(20000)))
    with open(os.memfd_create('nmsg'), 'w+b', buffering=0) as file:
        file.write(data)
        file.seek(0)
        messages, got = nmsg.input.open_file(file), []
        threads = [threading.Thread(
            target=lambda: got.extend(m['srcport'] for m in messages))
            for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(got) == list(range(20000))


def test_the_folder_has_no_other_nmsg():
    """The tests are of what was built."""
    assert pathlib.Path(nmsg.__file__).is_relative_to(PACKAGE)
