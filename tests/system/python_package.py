"""The Python package, as it was built, for tests of it."""
import os
import pathlib
import subprocess
import sys

from harness import BIN, SANITIZED
from test_examples import start

BUILD = pathlib.Path(os.environ.get('ND_BUILD', BIN.parent))
[PACKAGE] = (path.parent for path in
             BUILD.glob('lib*/**/netdumplings/python/netdumplings'))


def environment(package=PACKAGE):
    """What a Python needs to import it, sanitized or not."""
    env = {'PYTHONPATH': str(package)}
    if SANITIZED:
        env['LD_PRELOAD'] = subprocess.run(
            ['gcc', '-print-file-name=libasan.so'], check=True, text=True,
            capture_output=True).stdout.strip()
        env['ASAN_OPTIONS'] = 'detect_leaks=0'
    return env


def python(system, script, *args, package=PACKAGE, before=()):
    """Starts a script, given by its path or its text."""
    if not isinstance(script, pathlib.Path):
        path = system.folder / f'script{len(list(system.folder.iterdir()))}.py'
        path.write_text(script)
        script = path
    settings = [f'{k}={v}' for k, v in environment(package).items()]
    return start(system, [*before, 'env', *settings, sys.executable, script,
                          *args])


def output(*args, package=PACKAGE):
    """What a short program prints."""
    result = subprocess.run([sys.executable, *args], text=True,
                            env={**os.environ, **environment(package)},
                            capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout
