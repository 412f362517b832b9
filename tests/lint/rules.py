"""The rules of docs/architecture.md that a script can check.

    rules.py SOURCE_TREE BIN_DIR
"""
import pathlib
import re
import subprocess
import sys

TREE = pathlib.Path(sys.argv[1])
BIN = pathlib.Path(sys.argv[2])
BUILD = BIN.parent

LINES_MAX = 500
FUNCTION_MAX = 60

# Each library is included by these files only.
DOORS = {
    'pcap': {'kitchen/capture/live.c', 'kitchen/capture/bpf.c'},
    'archive': {'kitchen/capture/decompress.c'},
    'zmq': {'common/bus.c', 'common/push_zmq.c', 'common/nmsg/nmsg_zmq.c'},
    'zlib': {'common/nmsg/nmsg_zlib.c'},
    'libdeflate': {'common/nmsg/nmsg_zlib.c'},
    'msgpack': {'common/put.c'},
    'libwebsockets': {'eaters/gateway/server.c', 'eaters/gateway/client.c',
                      'eaters/gateway/door.c', 'eaters/gateway/http.c',
                      'eaters/gateway/kitchen.c'},
    'dlfcn': {'kitchen/chef_file.c', 'kitchen/python.c'},
    'Python': {'kitchen/python/packet.h', 'python/netdumplings/_bus.c',
               'python/nmsg/py_nmsg.h'},
    'xxhash': {'common/table.c', 'kitchen/reassembly/hash.c'},
    'maxminddb': {'chefs/ConnectionChef.c'},
    'wslay': {'common/websocket_frames.c'},
    'openssl': {'common/protocol/crypto.c',
                'common/protocol/tls_certificate.c'},
}

# Names that another project's interface demands.
FOREIGN = {'main', 'LLVMFuzzerTestOneInput', 'LLVMFuzzerInitialize',
           'PyInit__bus', 'PyInit__nmsg'}

# Programs that print to their user by themselves.
SPEAKERS = {'common/log.c', 'common/log.h', 'common/command_line.c',
            'common/command_line.h'}

problems = []


def problem(where, what):
    problems.append(f'{where}: {what}')


def files(*patterns):
    listed = subprocess.run(
        ['git', 'ls-files', '-co', '--exclude-standard', *patterns],
        cwd=TREE, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if (TREE / name).is_file()]


def text(name):
    return (TREE / name).read_text(errors='replace')


def check_sizes(name):
    lines = text(name).splitlines()
    if len(lines) > LINES_MAX:
        problem(name, f'{len(lines)} lines, more than {LINES_MAX}')
    start = None
    for number, line in enumerate(lines, 1):
        if line == '{':
            start = number
        elif line == '}' and start:
            if number - start - 1 > FUNCTION_MAX:
                problem(f'{name}:{start}', f'a function of '
                        f'{number - start - 1} lines, more than '
                        f'{FUNCTION_MAX}')
            start = None


def check_doors(name):
    if name.startswith('tests/'):
        return
    for header in re.findall(r'#include <([A-Za-z_]+)[./]', text(name)):
        if header in DOORS and name not in DOORS[header]:
            problem(name, f'includes {header}, which is the door of '
                    + ', '.join(sorted(DOORS[header])))


def check_words(name):
    body = text(name)
    if not name.startswith('tests/bench/') and \
            re.search(r'\b(u|nano)?sleep\s*\(|time\.sleep', body):
        problem(name, 'sleeps; wait for a fact')
    if name.startswith('common/') and name not in SPEAKERS and \
            re.search(r'\bstderr\b|\blog_(info|error)\s*\(', body):
        problem(name, 'the library never logs')


def check_everywhere(name):
    body = text(name)
    for forbidden in ('/' + 'work/', 'registry.' + 'npmjs', 'deb.' + 'debian',
                      'pypi.' + 'org'):
        if forbidden in body:
            problem(name, f'says {forbidden}')


def check_symbols():
    """A symbol names its file."""
    for obj in BUILD.rglob('*.c.o'):
        stem = obj.name[:-len('.c.o')]
        where = str(obj.relative_to(BUILD))
        if where.startswith('tests/'):
            continue
        nm = subprocess.run(['nm', '-g', '--defined-only', str(obj)],
                            capture_output=True, text=True, check=True)
        for line in nm.stdout.splitlines():
            symbol = line.split()[-1]
            if line.split()[-2] in 'uVW' or symbol.startswith('__'):
                continue
            if not symbol.startswith((stem + '_', 'nd_')) and \
                    symbol != stem and symbol not in FOREIGN:
                problem(where, f'exports {symbol}, not {stem}_*')


def check_help():
    """What --help offers is in the manual page, and is understood."""
    for program in sorted(BIN.glob('n*')):
        def run(*args):
            return subprocess.run([str(program), *args], capture_output=True,
                                  text=True, timeout=20)
        shown = run('--help')
        manual = run('--man').stdout.replace('\\-', '-')
        options = re.findall(r'^  (?:-\w, )?--([a-z0-9-]+)',
                             shown.stdout.partition('\nOptions:\n')[2], re.M)
        if shown.returncode or len(options) < 4:
            problem(program.name, '--help fails')
        for option in options:
            if not re.search(rf'^\.B .*--{option}\b', manual, re.M):
                problem(program.name, f'--{option} is not in the manual')
        if program.name != 'netdumplings' and \
                run('--no-such-option').returncode != 2:
            problem(program.name, 'takes an unknown option')


def check_headers():
    """Every public header is compiled as C11 and as C++17."""
    for test in 'tests/unit/header_c11.c', 'tests/unit/header_cpp17.cc':
        for header in files('common/include/netdumplings/*.h'):
            name = header.removeprefix('common/include/')
            if f'#include <{name}>' not in text(test):
                problem(test, f'does not include {name}')


def check_examples():
    """Code that the documents show is a file that the build compiles."""
    for name in files('docs/*.md', 'README.md'):
        for path, code in re.findall(
                r'<!-- file: (\S+) -->\n```\w*\n(.*?)```', text(name), re.S):
            if not (TREE / path).is_file():
                problem(name, f'shows {path}, which is not there')
            elif code.strip() not in text(path):
                problem(name, f'shows {path}, but not as it is')


for source in files('*.c', '*.h', '*.py', '*.js', '*.mjs'):
    check_sizes(source)
    check_words(source)
for source in files('*.c', '*.h'):
    check_doors(source)
for source in files():
    check_everywhere(source)
check_symbols()
check_help()
check_headers()
check_examples()
print('\n'.join(problems) or 'all rules hold')
sys.exit(1 if problems else 0)
