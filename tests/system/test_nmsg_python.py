"""netdumplings.nmsg: messages in Python, as pynmsg has them, and files."""
import io
import json
import math
import os
import pathlib
import random
import sys
import threading

import pytest

import nmsg_bytes as raw
from python_package import PACKAGE, output

sys.path.insert(0, str(PACKAGE))
pytest.importorskip('netdumplings._nmsg')
from netdumplings import nmsg  # noqa: E402

(ENUM, BYTES, STRING, MLSTRING, IP, UINT16, UINT32, UINT64, INT16, INT32,
 INT64, DOUBLE, BOOL) = range(13)

# By the kind of a field: what is set, and what is read.
VALUES = {
    ENUM: [(1, None)],
    BYTES: [(b'', b''), (b'\0\xff', b'\0\xff'), (bytearray(b'ab'), b'ab')],
    STRING: [(b'', b''), ('\xe9', b'\xc3\xa9'), (b'x\xff', b'x\xff')],
    MLSTRING: [('a\nb\n', b'a\nb\n')],
    IP: [('192.0.2.1', '192.0.2.1'), ('2001:db8::1', '2001:db8::1'),
         (bytes(4), '0.0.0.0')],
    UINT16: [(0, 0), (65535, 65535)],
    UINT32: [(2 ** 32 - 1, 2 ** 32 - 1), (7.0, 7)],
    UINT64: [(2 ** 64 - 1, 2 ** 64 - 1)],
    INT16: [(-2 ** 15, -2 ** 15)],
    INT32: [(-2 ** 31, -2 ** 31), (2 ** 31 - 1, 2 ** 31 - 1)],
    INT64: [(-2 ** 63, -2 ** 63)],
    DOUBLE: [(0.1, 0.1), (3, 3.0), (-math.inf, -math.inf)],
    BOOL: [(True, True), (0, False)],
}
TYPES = [(vendor, name) for vendor in ('base', 'sie')
         for name in vars(getattr(nmsg.msgtype, vendor))
         if not name.startswith('_')]


def ipconn(**fields):
    m = nmsg.msgtype.base.ipconn()
    for name, value in fields.items():
        m[name] = value
    return m


def written(*messages, zlib=False, buffered=True):
    """The bytes of a file of messages."""
    with open(os.memfd_create('nmsg'), 'w+b', buffering=0) as file:
        with nmsg.output.open_file(file) as out:
            out.set_zlibout(zlib)
            out.set_buffered(buffered)
            for m in messages:
                out.write(m)
        file.seek(0)
        return file.read()


def read(data):
    """The messages of a file, and what was counted."""
    with open(os.memfd_create('nmsg'), 'w+b', buffering=0) as file:
        file.write(data)
        file.seek(0)
        with nmsg.input.open_file(file) as messages:
            return list(messages), messages.stats()


# --- messages -----------------------------------------------------------------


def test_the_types_that_there_are():
    assert len(TYPES) == 20
    assert ('base', 'dnstap') in TYPES and ('sie', 'newdomain') in TYPES
    assert nmsg.msgtype.isc is nmsg.msgtype.base


@pytest.mark.parametrize('vendor, name', TYPES)
def test_every_field_of_a_type(vendor, name):
    """It is set, written to a file, and read from there."""
    kinds = getattr(getattr(nmsg.msgtype, vendor), name)().field_types
    for turn in range(3):
        m = getattr(getattr(nmsg.msgtype, vendor), name)()
        expected = {}
        for field, kind in kinds.items():
            value, seen = VALUES[kind][turn % len(VALUES[kind])]
            try:
                m[field] = value
            except ValueError as e:
                assert 'made of other' in str(e)
                continue
            expected[field] = seen
        [got], _ = read(written(m))
        assert (got.vid, got.msgtype) == (m.vid, m.msgtype)
        for field, seen in expected.items():
            value = got[field]
            if kinds[field] == ENUM:
                assert isinstance(value, (str, int)) and field in got
            elif isinstance(value, list):
                assert value == [seen] and type(value[0]) is type(seen)
            else:
                assert value == seen and type(value) is type(seen), field


def test_the_bytes_of_a_message():
    m = ipconn(dstport=22, dstip='2001:db8::1', srcport=61929,
               srcip='10.0.1.51', proto=6)
    assert m.payload.hex() == (
        '080612040a00013318e9e303221020010db80000000000000000000000012816')
    m.time_sec, m.time_nsec = 1704164645, 6007008
    m.source, m.operator, m.group = 0xa1ba02cf, 7, b'9'
    # As nmsgtool 1.3.3 has it.
    assert written(m).hex() == (
        '4e4d53470002000000430a3b0801100518a5facdac0625e0a85b002a20080612040a'
        '00013318e9e303221020010db8000000000000000000000001281638cf85e88d0a40'
        '07480910a087ffa105')
    [got], _ = read(written(m))
    assert (got.source, got.operator, got.group) == (0xa1ba02cf, b'7', b'9')
    assert got.has_source and got.has_operator and got.has_group
    assert json.loads(got.to_json()) == {
        'time': '2024-01-02 03:04:05.006007008', 'vname': 'base',
        'mname': 'ipconn', 'source': 'a1ba02cf', 'operator': 7, 'group': 9,
        'message': {'proto': 6, 'srcip': '10.0.1.51', 'srcport': 61929,
                    'dstip': '2001:db8::1', 'dstport': 22}}
    out = io.StringIO()
    nmsg.print_nmsg_header(got, out)
    assert out.getvalue() == ('[2024-01-02 03:04:05.006007008] [1:5 base '
                              'ipconn] [a1ba02cf] [7] [9] \n')
    again = nmsg.message.from_json(got.to_json().encode())
    assert written(again) == written(m)


def test_a_message_is_like_a_dict():
    m = ipconn(srcip='192.0.2.1', srcport=53)
    assert 'srcip' in m and 'dstip' not in m and 'nonsense' not in m
    assert sorted(m.keys()) == sorted(m) == ['srcip', 'srcport']
    assert dict(m.items()) == m.fields == {'srcip': '192.0.2.1',
                                           'srcport': 53}
    assert repr(m) == repr(m.fields)
    assert m.field_names == set(m.field_types) == {
        'proto', 'srcip', 'srcport', 'dstip', 'dstport'}
    assert (m.get('dstip'), m.get('dstip', 1), m.get('srcport')) == (
        None, 1, 53)
    for key in 'dstip', 'nonsense', 5, None:
        with pytest.raises(KeyError):
            m[key]
    with pytest.raises(KeyError):
        m['nonsense'] = 1
    del m['srcip']
    assert m.fields == {'srcport': 53}
    with pytest.raises(KeyError):
        del m['srcip']
    # Code asks `while m:`.
    assert nmsg.msgtype.base.ipconn()
    assert isinstance(m, nmsg.message)


def test_attributes():
    m = ipconn()
    assert (m.vid, m.msgtype, m.time_sec, m.time_nsec) == (1, 5, 0, 0)
    assert (m.source, m.operator, m.group) == (0, None, None)
    assert not (m.has_source or m.has_operator or m.has_group)
    m.time_sec, m.time_nsec = 12.9, 999999999
    assert (m.time_sec, m.time_nsec) == (12, 999999999)
    m.has_source = True
    m.source = 5
    assert m.has_source
    m.has_source = False
    assert (m.source, m.has_source) == (0, False)
    m.operator = '12'
    assert m.operator == b'12'
    m.operator = None
    assert not m.has_operator
    for name, value, error in (
            ('time_sec', 'now', TypeError), ('source', -1, OverflowError),
            ('source', 1 << 32, OverflowError), ('group', 'no', ValueError),
            ('time_sec', 1 << 70, OverflowError), ('vid', 1, AttributeError),
            ('fields', {}, AttributeError), ('group', [], TypeError)):
        with pytest.raises(error):
            setattr(m, name, value)
    with pytest.raises(AttributeError):
        del m.source


@pytest.mark.parametrize('field, value, error', [
    ('srcport', 65536, ValueError), ('srcport', -1, OverflowError),
    ('srcport', '53', TypeError), ('srcport', None, TypeError),
    ('proto', 1 << 32, ValueError), ('proto', 1 << 64, OverflowError),
    ('srcip', '1.2.3', ValueError), ('srcip', b'123', ValueError),
    ('srcip', 7, TypeError), ('srcip', '\ud800', UnicodeEncodeError)])
def test_values_that_a_field_cannot_have(field, value, error):
    m = ipconn(**{field: value})
    for use in m.to_json, lambda: m.payload, lambda: written(m):
        with pytest.raises(error):
            use()


def test_enums():
    m = nmsg.msgtype.base.http()
    for value, seen in ('sinkhole', 'sinkhole'), (b'unknown', 'unknown'), (
            1, 'sinkhole'), (77, 77):
        m['type'] = value
        [got], _ = read(written(m))
        assert got['type'] == seen
    m['type'] = 'nonsense'
    with pytest.raises(ValueError, match='type'):
        m.payload


def test_values_of_a_repeated_field():
    m = nmsg.msgtype.base.email()
    m['rcpt'] = ['a', b'b']
    m['rcpt'].append('c')
    assert read(written(m))[0][0]['rcpt'] == [b'a', b'b', b'c']
    m['rcpt'] = 'one'
    m['srchost'] = ['the last', 'counts']
    [got], _ = read(written(m))
    assert (got['rcpt'], got['srchost']) == ([b'one'], b'counts')


def test_fields_that_are_made_of_others():
    m = nmsg.msgtype.base.ncap()
    m['type'] = 'IPV4'
    m['payload'] = bytes.fromhex('450000280001000040067ccd7f0000017f000001'
                                 '04d2005000000000000000005002200000000000')
    assert 'proto' in m and m['proto'] == 6
    [got], _ = read(written(m))
    assert got['srcip'] == '127.0.0.1' and 'proto' in got.keys()
    before = got.payload
    got['lint0'] = 0
    del got['lint0']
    assert got.payload == before
    with pytest.raises(ValueError):
        got['proto'] = 17


def test_a_type_that_is_not_known():
    m = nmsg.message(9, 8, b'\x08\x01')
    [got], _ = read(written(m))
    assert (got.vid, got.msgtype, got.payload) == (9, 8, b'\x08\x01')
    assert not list(got) and got.field_types == {} and 'x' not in got
    assert nmsg.message.from_json(got.to_json()).payload == got.payload
    out = io.StringIO()
    nmsg.print_nmsg_header(got, out)
    assert '[9:8 <UNKNOWN>]' in out.getvalue()
    with pytest.raises(ValueError):
        nmsg.message(9, 8)
    with pytest.raises(TypeError):
        nmsg.message('base', 'ipconn')


def test_names_and_numbers():
    mod = nmsg.msgmod
    assert (mod.vid_to_vname(1), mod.vname_to_vid('BASE')) == ('base', 1)
    assert mod.vname_to_vid('isc') == 1 and mod.vid_to_vname(2) == 'SIE'
    assert mod.msgtype_to_mname(1, 12) == 'packet'
    assert mod.mname_to_msgtype(1, 'Packet') == 12
    assert mod.get_max_msgtype(1) == 14
    assert str(mod(1, 5)) == '[1:5 base ipconn] message module'
    for call in (lambda: mod.vid_to_vname(99), lambda: mod(1, 99),
                 lambda: mod.vname_to_vid('no'), lambda: mod.oname_to_oid('no'),
                 lambda: mod.mname_to_msgtype(1, 'no'),
                 lambda: mod.get_max_msgtype(99),
                 lambda: mod.grname_to_grid('no')):
        with pytest.raises(ValueError):
            call()
    assert nmsg.ip_pton('1.2.3.4') == b'\1\2\3\4'
    assert nmsg.ip_pton('::1') == bytes(15) + b'\1'
    with pytest.raises(OSError):
        nmsg.ip_pton('x')


def test_operators_and_groups_by_name(tmp_path):
    (tmp_path / 'op').write_text('7 SEVEN\n')
    (tmp_path / 'gr').write_text('9 NINE\n')
    script = '''
import sys
from netdumplings import nmsg
m = nmsg.msgtype.base.ipconn()
m.operator, m.group = 'SEVEN', b'NINE'
nmsg.print_nmsg_header(m, sys.stdout)
with nmsg.output.open_file(sys.argv[1]) as out:
    out.write(m)
    m.operator = 8
    out.write(m)
i = nmsg.input.open_file(sys.argv[1])
i.set_filter_operator(b'SEVEN')
i.set_filter_group('NINE')
print([(m.operator, m.group) for m in i], nmsg.msgmod.oname_to_oid('SEVEN'))
'''
    told = output('-c', f'import os\nos.environ.update(NMSG_OPALIAS_FILE='
                  f'"{tmp_path}/op", NMSG_GRALIAS_FILE="{tmp_path}/gr")\n'
                  + script, str(tmp_path / 'file'))
    assert '[] [SEVEN] [NINE]' in told
    assert "[(b'SEVEN', b'NINE')] 7" in told


# --- files --------------------------------------------------------------------


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
