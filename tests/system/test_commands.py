"""What the programs say when they are called, rightly and wrongly."""
import os
import re
import socket
import subprocess

import pytest

from harness import (BIN, PROGRAMS, TREE, Pusher, System, run, said_once,
                     wait_for)


# --- every program ----------------------------------------------------------

def options_of(help_text):
    return set(re.findall(r'^  (?:-\w, )?--([a-z0-9-]+)', help_text, re.M))


@pytest.mark.parametrize('name', PROGRAMS)
def test_help_version_and_man_page(name):
    told = run(name, '--help')
    assert (told.returncode, told.stderr) == (0, '')
    assert told.stdout.startswith(f'Usage: {name} [OPTIONS]')
    assert all(len(line) < 80 for line in told.stdout.splitlines())
    assert {'config', 'version', 'help', 'man'} < options_of(told.stdout)
    version = run(name, '--version')
    assert version.returncode == 0
    assert re.fullmatch(rf'{name}, version \d+\.\d+\.\d+\n', version.stdout)
    page = (BIN.parent / f'share/man/man1/{name}.1').read_text()
    assert page == run(name, '--man').stdout
    assert page.startswith(f'.TH {name} 1 ')
    for option in options_of(told.stdout):
        assert '\\-\\-' + option.replace('-', '\\-') in page
    for section in ('NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS',
                    'EXIT STATUS'):
        assert re.search(rf'^\.SH {section}$', page, re.M)


@pytest.mark.parametrize('name', PROGRAMS)
@pytest.mark.parametrize('args,sentence', [
    (['--no-such-option=1'], 'no such option: --no-such-option'),
    (['--hel'], 'no such option: --hel'),
    (['-?'], 'no such option: -?'),
    (['--config'], 'an argument is missing'),
    (['--config', '/nonexistent'], 'cannot open /nonexistent'),
])
def test_unknown_options(name, args, sentence):
    if name == 'netdumplings' and '--config' not in args:
        pytest.skip('it passes them on to nd-sniff: test_netdumplings.py')
    said_once(run(name, *args), 2, sentence, f'{name}: ')


@pytest.mark.parametrize('name,args,sentence', [
    ('nd-hub', ['--in-port', '0'], 'in-port: 0 is not between 1 and 65535'),
    ('nd-hub', ['--in-port', 'x'], "in-port: 'x' is not a whole number"),
    ('nd-hub', ['-f', '0'], 'status-freq: 0 is not between'),
    ('nd-hub', ['-f', 'nan'], "status-freq: 'nan' is not a number"),
    ('nd-hub', ['--max-message', '1Q'], "max-message: '1Q' is not a size"),
    ('nd-hub', ['operand'], 'unexpected argument: operand'),
    ('nd-sniff', ['--speed', 'fast'], "speed: 'fast' is neither max nor"),
    ('nd-sniff', ['--speed', '-1'], "speed: '-1' is neither max nor"),
    ('nd-sniff', ['-n', 'a/b'], "kitchen-name: 'a/b' is not 1 to 64"),
    ('nd-sniff', ['-n', '-'], "kitchen-name: '-' is not 1 to 64"),
    ('nd-sniff', ['-p', '-1'], 'poke-interval: -1 is not between'),
    ('nd-sniff', ['--promiscuous=maybe'], "'maybe' is not yes or no"),
    ('nd-sniff', ['--no-read'], 'no such option: --no-read'),
    ('nd-sniff', ['--snaplen', '1'], 'snaplen: 1 is not between 64'),
    ('nd-sniff', ['--hub', ''], "hub: '' is not an address"),
    ('nd-print', ['--chef', 'a b'], "which 'a b' is not"),
    ('nd-print', ['--kitchen', ''], "which '' is not"),
    ('nd-print', ['--count', '0'], 'count: 0 is not between'),
    ('nd-print', ['--hub', ''], "--hub: '' is not an address"),
    ('nd-gateway', ['--port', '65536'], 'port: 65536 is not between'),
    ('nd-gateway', ['--queue', '1'], 'queue: 1 is not between'),
    ('netdumplings', ['--port', '0'], 'port: 0 is not between'),
    ('netdumplings', ['--hub', 'x'], 'a hub of its own'),
])
def test_bad_values(name, args, sentence):
    said_once(run(name, *args), 2, sentence, f'{name}: ')


@pytest.mark.parametrize('name', PROGRAMS)
def test_a_bad_line_in_a_config_file_is_told_with_its_number(name, tmp_path):
    config = tmp_path / 'config'
    for line, sentence in [('nonsense = 1', 'no such option: nonsense'),
                           ('nonsense', "no '=' in the line: nonsense")]:
        config.write_text(f'# a comment\n\n{line}\nuser = nobody\n')
        said_once(run(name, '--config', config), 2, sentence, 'line 3')
    told = options_of(run(name, '--help').stdout)
    good = next(o for o in ('user', 'hub', 'vendor', 'socket') if o in told)
    config.write_text(f'# fine\n{good}=x\n')
    assert run(name, '--config', config, '--version').returncode == 0


def test_config_comes_before_the_command_line(tmp_path):
    config = tmp_path / 'config'
    with System() as s:
        config.write_text(
            f'kitchen-name = filed\n  read={s.capture("mix.pcap")}  \n'
            f'linger = 0\nhub = {s.bus_in}\nuser =\npoke-interval = 1\n'
            'promiscuous = no\nchef = ARPChef\n')
        told = run('nd-sniff', f'--config={config}').stderr
        assert ' filed: 69 packets seen' in told
        assert ' filed: ARPChef: 6 dumplings' in told
        assert 'DNSLookupChef' not in told
        # Wherever it stands, what the command line says counts.
        for args in (['-n', 'told', '--config', config],
                     ['--config', config, '-n', 'told']):
            told = run('nd-sniff', *args).stderr
            assert ' told: ARPChef: 6 dumplings' in told
        told = run('nd-sniff', '--config', config, '-c',
                   'PacketCountChef').stderr
        pokes = int(re.search(r'PacketCountChef: (\d+)', told)[1])
        assert 'ARPChef' in told
        told = run('nd-sniff', '--config', config, '-c', 'PacketCountChef',
                   '-p5').stderr
        assert int(re.search(r'PacketCountChef: (\d+)', told)[1]) < pokes


# --- nd-sniff's chefs -------------------------------------------------------

TTL = TREE / 'docs/examples/TTLChef.c'

CHEF = '''
#include <netdumplings/chef.h>
static int packet(void *self, const struct nd_packet *p, struct nd_dumpling *d)
{
	(void) self;
	nd_put_uint(d, "len", p->len);
	return ND_SERVE;
}
ND_PUBLIC const struct nd_chef nd_chef = {
	.abi = %s, .size = %s, .name = "%s", .packet = packet,
};
'''


def chef(folder, abi='ND_CHEF_ABI', size='sizeof(struct nd_chef)',
         name='LenChef'):
    path = folder / 'LenChef.c'
    path.write_text(CHEF % (abi, size, name))
    return path


def shared_object(source):
    out = source.with_suffix('.so')
    subprocess.run(['cc', '-shared', '-fPIC', '-I',
                    TREE / 'common/include', '-o', out, source], check=True)
    return out


def refused(system, *args, **kwargs):
    """nd-sniff, which is to fail before it reads the capture."""
    return run('nd-sniff', '--read', system.capture('mix.pcap'), '--hub',
               system.bus_in, '--user', '', '--linger', 0, *args, **kwargs)


def test_chef_list_and_help():
    listed = run('nd-sniff', '--chef-list')
    assert listed.returncode == 0
    lines = listed.stdout.splitlines()
    assert lines[:2] == ['', 'netdumplings.dumplingchefs'] and not lines[-1]
    assert [line.split()[0] for line in lines[2:-1]] == sorted(
        source.stem for source in (TREE / 'chefs').glob('*Chef.c'))
    assert all(line.startswith('  ') and len(line.split()) > 2
               for line in lines[2:-1])
    told = run('nd-sniff', '--chef-help', 'DNSLookupChef').stdout
    assert 'names=N' in told and 'top=N' in told and '10000' in told
    assert 'no options' in run('nd-sniff', '--chef-help',
                               'PacketCountChef').stdout
    assert 'below=N' in run('nd-sniff', '--chef-help', TTL).stdout
    said_once(run('nd-sniff', '--chef-help', 'NoChef'), 1, "'NoChef'")


def test_a_chef_from_source_and_from_a_shared_object(tmp_path):
    with System() as s:
        hub = s.hub()
        eater = s.printer('--chef', 'TTLChef', '--chef', 'LenChef', '--count',
                          '71', hub=hub)
        for chef_ in (f'{TTL}:below=2', shared_object(chef(tmp_path))):
            kitchen = s.kitchen('--read', s.capture('mix.pcap'), '-p', 0,
                                '--chef', chef_)
            assert kitchen.wait() == 0, kitchen.err.read_text()
        assert eater.wait() == 0
        lines = eater.lines()
        assert [d['payload']['host'] for d in lines
                if d['metadata']['chef'] == 'TTLChef'] == [
                    '192.0.2.10', 'fe80::10']
        assert [d['payload']['len'] for d in lines
                if d['metadata']['chef'] == 'LenChef'][:2] == [42, 60]
        assert not [name for name in os.listdir('/tmp')
                    if name.startswith('nd-chef-')]


def test_chefs_that_are_not_to_be_had(tmp_path):
    broken = tmp_path / 'Broken.c'
    broken.write_text('int f(void) { return missing; }\n')
    plain = tmp_path / 'Plain.c'
    plain.write_text('int f(void) { return 1; }\n')
    text = tmp_path / 'Text.so'
    text.write_text('no shared object\n')
    with System() as s:
        for args, words in [
                (['-c', 'NoChef'], ["no chef 'NoChef'", '--chef-list']),
                (['-c', '../ARPChef'], ['cannot read ../ARPChef']),
                (['-c', 'ARPChef', '-c', 'ARPChef'], ['given twice']),
                (['-c', f'{TTL}:below=0'], ['TTLChef', 'below: 0 is not']),
                (['-c', f'{TTL}:above=1'], ['TTLChef', "option 'above'"]),
                (['-c', f'{TTL}:below'], ['TTLChef', 'below needs a value']),
                (['-c', tmp_path / 'None.c'], ['cannot read', 'None.c']),
                (['-c', tmp_path / 'None.so'], ['cannot read', 'None.so']),
                (['-c', text], ['cannot load', 'Text.so']),
                (['-c', plain], ['Plain.c has no chef in it'])]:
            said_once(refused(s, *args), 1, *words)
        failed = refused(s, '-c', broken)
        assert failed.returncode == 1
        assert 'Broken.c could not be compiled' in failed.stderr
        # The compiler's own words come before.
        assert 'missing' in failed.stderr
        said_once(refused(s, '-c', TTL, env={**os.environ,
                                             'CC': '/nonexistent'}),
                  1, "no C compiler '/nonexistent'", 'install gcc')
    assert not [name for name in os.listdir('/tmp')
                if name.startswith('nd-chef-')]


def test_chefs_of_other_versions(tmp_path):
    with System() as s:
        for fields, words in [
                ({'abi': '0'}, ['chef ABI 0', 'the chef is the older']),
                ({'abi': '2'}, ['chef ABI 2', 'the kitchen is the older']),
                ({'size': '16'}, ['chef.h that is older']),
                ({'size': '4096'}, ['chef.h that is newer']),
                ({'name': 'a/b'}, ['has a name that is not'])]:
            said_once(refused(s, '-c', chef(tmp_path, **fields)), 1, *words)


# --- what the machine does not allow ----------------------------------------

def test_bad_filter_and_interface():
    with System() as s:
        said_once(refused(s, '--filter', 'not a filter'), 1,
                  "the filter 'not a filter' is not right")
        said_once(refused(s, '--user', 'no-such-user'), 1,
                  "no user 'no-such-user'")
    # Without the right to capture this is as far as it gets.
    said_once(run('nd-sniff', '--interface', 'no-such0', '--hub',
                  'ipc:///tmp/none'), 1, "no interface 'no-such0'", 'ip link')


def test_without_the_right_to_capture():
    # Root without capabilities, who may still read the programs anywhere.
    powerless = (['setpriv', '--bounding-set', '-all', '--inh-caps', '-all']
                 if os.geteuid() == 0 else [])
    for interface in ('lo', 'all'):
        said_once(run('nd-sniff', '-i', interface, before=powerless), 1,
                  'no right to capture', 'sudo', 'setcap', '--read')


def test_a_port_that_is_in_use():
    with socket.create_server(('127.0.0.1', 0)) as taken:
        port = taken.getsockname()[1]
        said_once(run('nd-hub', '--in-port', port), 1, f':{port}',
                  'Address already in use')
        said_once(run('nd-gateway', '--port', port), 1, str(port),
                  'Address already in use')
    said_once(run('nd-hub', '--in', 'tcp://192.0.2.1:5000'), 1, '192.0.2.1')
    said_once(run('nd-hub', '--in', 'nonsense'), 1, 'nonsense')


# --- nd-print's output ------------------------------------------------------

def test_print_to_a_full_disk():
    with System() as s:
        hub = s.hub()
        pusher = Pusher(s.bus_in)
        with open('/dev/full', 'wb') as full:
            eater = subprocess.Popen(
                [BIN / 'nd-print', '--hub', s.bus_out, '--json'], stdout=full,
                stderr=subprocess.PIPE, text=True)
        wait_for(lambda: hub.said('eater connection from'), 'nd-print')
        pusher.batch('SomeChef', 0, [1])
        told = eater.communicate(timeout=60)[1]
        assert eater.returncode == 1
        assert 'standard output: No space left on device' in told
        pusher.close()


def test_print_to_a_closed_pipe():
    """As in `nd-print | head`: it ends, and quietly."""
    with System() as s:
        hub = s.hub('--status-freq', '3600')
        with subprocess.Popen(
                [BIN / 'nd-print', '--hub', s.bus_out], text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as eater:
            wait_for(lambda: hub.said('eater connection from'), 'nd-print')
            # No dumpling is needed for it to notice.
            eater.stdout.close()
            assert eater.wait(60) == 0
            assert 'rror' not in eater.stderr.read()
