"""The Python package's dumplings, chefs and kitchens; how it is installed."""
import enum
import json
import math
import os
import shutil
import subprocess
import sys
import time

import pytest

from harness import BIN, TREE
from python_package import BUILD, PACKAGE, output

sys.path.insert(0, str(PACKAGE))
import netdumplings  # noqa: E402
from netdumplings import (  # noqa: E402
    Dumpling, DumplingChef, DumplingDriver, DumplingKitchen, InvalidDumpling,
    InvalidDumplingPayload, NetDumplingsError)


class OneChef(DumplingChef):
    pass


def test_what_it_exports():
    for name in netdumplings.__all__:
        assert getattr(netdumplings, name) is not None
    for name in 'InvalidDumpling', 'InvalidDumplingPayload':
        error = getattr(netdumplings.exceptions, name)
        assert issubclass(error, NetDumplingsError)
    assert issubclass(DumplingDriver, enum.Enum)
    assert [(d.name, d.value) for d in DumplingDriver] == [
        ('packet', 1), ('interval', 2)]
    with pytest.raises(AttributeError, match='NoSuch'):
        netdumplings.NoSuch


def test_its_version_is_the_programs():
    told = subprocess.run([BIN / 'nd-hub', '--version'], text=True,
                          check=True, capture_output=True).stdout
    assert netdumplings.__version__ in told


def test_importing_it_brings_little():
    loaded = output('-c', 'import netdumplings, sys; print(*sys.modules)')
    assert not {'asyncio', 'websockets', 'netdumplings._bus'} & set(
        loaded.split())


def test_a_dumpling_of_a_chef():
    kitchen = DumplingKitchen(name='lab')
    before = time.time()
    d = Dumpling(chef=OneChef(kitchen), payload={'a': (1, 2), 3: None})
    assert (d.chef_name, d.kitchen, d.driver, d.seq) == (
        'OneChef', kitchen, DumplingDriver.packet, None)
    assert before <= d.creation_time <= time.time()
    assert d.to_json() == (
        '{"metadata": {"chef": "OneChef", "kitchen": "lab", "creation_time": '
        f'{d.creation_time!r}, "driver": "packet"}}, '
        '"payload": {"a": [1, 2], "3": null}}')


@pytest.mark.parametrize('payload', [None, 0, '', [], {}, 1.5, 'é', [[]]])
def test_a_round_trip(payload):
    kitchen = DumplingKitchen(name='lab')
    for chef in OneChef(kitchen), OneChef(), 'NameOnly':
        text = Dumpling(chef=chef, driver=DumplingDriver.interval,
                        creation_time=0, payload=payload).to_json()
        again = Dumpling.from_json(text)
        assert again.to_json() == text
        assert again.chef == again.chef_name
        assert again.kitchen == ('lab' if getattr(chef, 'kitchen', None)
                                 else None)
        assert (again.driver, again.creation_time, again.payload) == (
            DumplingDriver.interval, 0, payload)


def test_numbers_stay_and_nan_is_as_json_dumps_has_it():
    text = Dumpling(chef='X', payload=float('nan')).to_json()
    assert text.endswith('"payload": NaN}')
    assert math.isnan(Dumpling.from_json(text).payload)
    numbered = json.loads(text)
    numbered['metadata']['seq'] = 17
    d = Dumpling.from_json(json.dumps(numbered))
    assert d.seq == 17 and json.loads(d.to_json())['metadata']['seq'] == 17


GOOD = {'metadata': {'chef': 'X', 'kitchen': None, 'creation_time': 1.5,
                     'driver': 'packet'}, 'payload': 1}


def bad_texts():
    yield from ('', '{', 'null', '1', '"x"', '[]', '[1]', '{}', '[' * 100000,
                '1' * 5000, b'\xff')
    for key in GOOD:
        yield json.dumps({k: v for k, v in GOOD.items() if k != key})
    for key in GOOD['metadata']:
        yield json.dumps({**GOOD, 'metadata': {
            k: v for k, v in GOOD['metadata'].items() if k != key}})
    for metadata in None, [], 'chef', 1:
        yield json.dumps({**GOOD, 'metadata': metadata})
    for driver in 'Packet', '', None, 1, [], {}:
        yield json.dumps({**GOOD, 'metadata': {**GOOD['metadata'],
                                               'driver': driver}})


@pytest.mark.parametrize('text', bad_texts(), ids=lambda text: text[:30])
def test_what_is_no_dumpling(text):
    assert Dumpling.from_json(json.dumps(GOOD)).payload == 1
    with pytest.raises(InvalidDumpling):
        Dumpling.from_json(text)


def test_payloads_that_are_no_json():
    loop = []
    loop.append(loop)
    for payload in {1}, b'x', object(), loop, {(1,): 2}:
        with pytest.raises(InvalidDumplingPayload, match='X'):
            Dumpling(chef='X', payload=payload).to_json()


def test_a_chef():
    class Packet:
        def summary(self):
            return 'Ether / IP'

    kitchen = DumplingKitchen()
    chef = OneChef(kitchen=kitchen)
    assert kitchen.chefs == [chef]
    assert (chef.kitchen, chef.name, chef.dumplings_sent_count,
            chef.assignable_to_kitchen) == (kitchen, 'OneChef', 0, True)
    assert chef.packet_handler(Packet()) == 'OneChef: Ether / IP'
    assert chef.interval_handler() is None
    assert chef.interval_handler(interval=5.0) is None
    assert OneChef().kitchen is None


def test_the_examples_chef():
    class Packet:
        def __init__(self, fields):
            self.fields = fields

        def haslayer(self, name):
            return name == 'DNS' and self.fields is not None

        def getlayer(self, name):
            return self

    class Question:
        qname = b'www.example.com.'

    path = str(TREE / 'docs/examples/dns_chef.py')
    assert look(path)['chef_classes'] == ['NameChef']
    chef = sys.modules['chefs_in_dns_chef'].NameChef(DumplingKitchen())
    assert chef.packet_handler(Packet(None)) is None
    assert chef.packet_handler(Packet({'qd': None})) is None
    assert chef.packet_handler(Packet({'qd': Question})) == {
        'name': 'www.example.com'}
    assert chef.interval_handler(5.0) == {'names': 1, 'seconds': 5.0}


def test_a_kitchen():
    k = DumplingKitchen()
    assert (k.name, k.interface, k.filter, k.chef_poke_interval) == (
        'default', 'all', 'tcp', 5)
    k = DumplingKitchen(None, 'lab', 'eth0', 'udp', None)
    assert (k.name, k.interface, k.filter, k.chef_poke_interval) == (
        'lab', 'eth0', 'udp', None)


CHEFS = '''
import dataclasses
from netdumplings import DumplingChef
import netdumplings

@dataclasses.dataclass
class NoChef:
    a: "int"

class ZChef(DumplingChef):
    pass

class AChef(ZChef):
    assignable_to_kitchen = False

a_chef = AChef()
'''


@pytest.fixture(name='folder')
def current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, 'path', list(sys.path))
    modules = dict(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - set(modules):
        del sys.modules[name]


def look(name):
    [(key, info)] = DumplingKitchen.get_chefs_in_modules([name]).items()
    assert key == name
    return info


def test_chefs_in_modules_and_files(folder):
    (folder / 'some_chefs.py').write_text(CHEFS)
    (folder / 'more_chefs.py').write_text('from some_chefs import ZChef\n')
    assert look('some_chefs') == {'chef_classes': ['AChef', 'ZChef'],
                                  'import_error': False, 'is_py_file': False}
    for path in 'some_chefs.py', str(folder / 'some_chefs.py'):
        assert look(path) == {'chef_classes': ['AChef', 'ZChef'],
                              'import_error': False, 'is_py_file': True}
    assert look('more_chefs')['chef_classes'] == ['ZChef']
    (folder / 'some_chefs.py').write_text('')
    assert look('some_chefs.py')['chef_classes'] == []


@pytest.mark.parametrize('text, words', [
    ('x = (\n', ['SyntaxError', 'bad_chefs.py', 'line 1']),
    ('\n1 / 0\n', ['ZeroDivisionError', 'bad_chefs.py', 'line 2']),
    ('import json\njson.loads("{")\n', ['bad_chefs.py', 'line 2']),
    ('import no_such_module\n', ['no_such_module', 'line 1']),
    ('import sys\nsys.exit(3)\n', ['SystemExit', 'line 2']),
    ('raise KeyError\n', ['KeyError', 'line 1'])])
def test_chefs_that_do_not_load(folder, text, words):
    (folder / 'bad_chefs.py').write_text(text)
    for name in 'bad_chefs', 'bad_chefs.py':
        info = look(name)
        assert info['chef_classes'] == []
        for word in words:
            assert word in info['import_error'], info


def test_what_is_no_module(folder):
    (folder / 'notes.txt').write_text('notes\n')
    assert 'importable Python file' in look('notes.txt')['import_error']
    assert look('notes.txt')['is_py_file']
    assert look('nosuch.module')['import_error'] == (
        "No module named 'nosuch'")
    for name in '', '.x', '/no/such.py':
        assert look(name)['import_error']


def pip(folder, **env):
    """Installs a copy of the package as anyone would, without a network."""
    source = folder / 'source'
    shutil.copytree(TREE / 'python', source)
    subprocess.run(['/usr/bin/python3', '-m', 'pip', 'install', '--no-index',
                    '--no-build-isolation', '--no-deps', '--quiet',
                    '--root-user-action', 'ignore', '--target',
                    folder / 'target', source], check=True, timeout=120,
                   env={**os.environ, **env})
    return folder / 'target'


def test_pip_with_the_library(tmp_path):
    prefix = tmp_path / 'prefix'
    subprocess.run(['cmake', '--install', BUILD, '--prefix', prefix],
                   check=True, stdout=subprocess.DEVNULL)
    [config] = (p.parent for p in prefix.rglob('netdumplings.pc'))
    target = pip(tmp_path, PKG_CONFIG_PATH=str(config))
    assert (target / 'netdumplings/py.typed').exists()
    [installed] = prefix.rglob('netdumplings/python')
    for package in target, installed:
        told = output('-c', 'from netdumplings import _bus\n'
                      'print(_bus.__file__, _bus.Eater("127.0.0.1").stats())',
                      package=package)
        assert told.startswith(str(package)) and "'missing': 0" in told


def test_pip_without_the_library(tmp_path):
    target = pip(tmp_path, PKG_CONFIG_LIBDIR=str(tmp_path))
    assert not list((target / 'netdumplings').glob('*.so'))
    told = output('-c', '''
from netdumplings import DumplingEater, DumplingHub
try:
    DumplingEater(hub='tcp://127.0.0.1:1').run()
except ImportError as e:
    print(e)
''', package=target)
    assert 'libnetdumplings' in told and 'ws://' in told


def test_a_hub_is_our_programs(tmp_path):
    scripts = {
        # Fails once the other has started.
        'nd-hub': f'while [ ! -e {tmp_path}/up ]; do :; done; exit 3',
        'nd-gateway': f': > {tmp_path}/up; exec tail -f /dev/null'}
    for name, script in scripts.items():
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho {name} "$@"\n{script}\n')
        program.chmod(0o755)
    told = output('-c', f'''
import os, subprocess
from netdumplings import DumplingHub
os.environ['PATH'] = {str(tmp_path)!r} + ':' + os.environ['PATH']
try:
    DumplingHub('127.0.0.1', 1, 2, 3).run()
except subprocess.CalledProcessError as e:
    print(e)
''')
    assert 'nd-hub --address 127.0.0.1 --status-freq 3' in told
    assert 'nd-gateway --address 127.0.0.1 --in-port 1 --port 2' in told
    assert 'exit status 3' in told
