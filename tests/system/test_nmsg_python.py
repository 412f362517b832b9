"""netdumplings.nmsg: messages in Python, as pynmsg has them."""
import io
import json
import math

import pytest

from nmsg_objects import ipconn, nmsg, read, written
from python_package import output

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
    got.time_sec = 1 << 62
    nmsg.print_nmsg_header(got, out)
    assert out.getvalue().count('[9:8 <UNKNOWN>]') == 2
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
