"""What `cmake --install` puts somewhere works there."""
import os
import pathlib
import subprocess
import tempfile

import pytest

from harness import BIN, PATIENCE, PROGRAMS, TREE, System, wait_for
from test_examples import names, start

BUILD = pathlib.Path(os.environ.get('ND_BUILD', BIN.parent))
EXAMPLES = TREE / 'docs/examples'
CMAKE = '''
cmake_minimum_required(VERSION 3.25)
project(names C)
find_package(netdumplings REQUIRED)
add_executable(names %s)
target_link_libraries(names netdumplings::netdumplings)
'''


def run(*command, **kwargs):
    return subprocess.run(list(map(str, command)), check=True, text=True,
                          capture_output=True, timeout=PATIENCE,
                          **kwargs).stdout


@pytest.fixture(scope='module', name='prefix')
def installed():
    """Where anybody may come."""
    with tempfile.TemporaryDirectory(prefix='nd-test-') as folder:
        prefix = pathlib.Path(folder)
        prefix.chmod(0o755)
        run('cmake', '--install', BUILD, '--prefix', prefix)
        yield prefix


def pkg_config(prefix, *args):
    [config] = (p.parent for p in prefix.rglob('netdumplings.pc'))
    return run('pkg-config', *args, 'netdumplings', env={
        **os.environ, 'PKG_CONFIG_PATH': str(config)}).split()


def works(prefix, eater_program):
    """The installed programs, with an eater that was built against them."""
    [library] = (p.parent for p in prefix.rglob('libnetdumplings.so'))
    with System() as s:
        hub = s.hub()
        eater = start(s, ['env', f'LD_LIBRARY_PATH={library}', eater_program,
                          s.bus_out])
        wait_for(lambda: hub.said('eater connection from names'), 'names')
        run(prefix / 'bin/nd-sniff', '--hub', s.bus_in, '--read',
            s.capture('mix.pcap'), '--user', '')
        wait_for(lambda: 'ext.example.com' in names(eater), 'the names')


def sanitizers():
    given = os.environ.get('ND_SANITIZE')
    return [f'-fsanitize={given}'] if given else []


def names_in(folder):
    return sorted(p.relative_to(folder) for p in folder.rglob('*.h'))


def test_what_is_installed(prefix):
    assert sorted(p.name for p in (prefix / 'bin').iterdir()) == (
        sorted(PROGRAMS))
    for program in PROGRAMS:
        assert (prefix / f'share/man/man1/{program}.1').exists()
        assert program in run(prefix / 'bin' / program, '--version')
    assert names_in(prefix / 'include') == names_in(TREE / 'common/include')
    told = run(prefix / 'bin/nd-sniff', '--chef-list')
    for chef in (TREE / 'chefs').glob('*Chef.c'):
        assert chef.stem in told


def test_an_eater_by_pkg_config(prefix, tmp_path):
    run('cc', *sanitizers(), '-o', tmp_path / 'names', EXAMPLES / 'names.c',
        *pkg_config(prefix, '--cflags', '--libs'))
    works(prefix, tmp_path / 'names')


def test_an_eater_by_cmake(prefix, tmp_path):
    (tmp_path / 'CMakeLists.txt').write_text(CMAKE % (EXAMPLES / 'names.c'))
    flags = ' '.join(sanitizers())
    run('cmake', '-S', tmp_path, '-B', tmp_path / 'build',
        f'-DCMAKE_PREFIX_PATH={prefix}', f'-DCMAKE_C_FLAGS={flags}')
    run('cmake', '--build', tmp_path / 'build')
    works(prefix, tmp_path / 'build/names')


def test_a_chef_by_pkg_config(prefix, tmp_path):
    chef = tmp_path / 'TTLChef.so'
    run('cc', '-shared', '-fPIC', *pkg_config(prefix, '--cflags'), '-o', chef,
        EXAMPLES / 'TTLChef.c')
    for what in chef, EXAMPLES / 'TTLChef.c':
        assert 'below=N' in run(prefix / 'bin/nd-sniff', '--chef-help', what)


def test_the_gateway_finds_its_pages(prefix):
    from test_gateway_http import get
    with System() as s:
        gateway = start(s, [prefix / 'bin/nd-gateway', '--port', 0, '--hub',
                            s.bus_out, '--user', ''])
        gateway.wait_said('serving http')
        gateway.at = gateway.said(r'serving http://(\S+)/')[1]
        status, headers, body = get(gateway, '/')
        assert status == 200 and '<script' in body
        assert headers['Content-Type'].startswith('text/html')
