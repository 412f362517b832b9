"""Debian's Chromium, and what drives it from npm, for the pages' tests."""
import os
import pathlib
import shutil
import subprocess

from harness import HERE


def installed():
    """Where the packages are, installed once for each build."""
    for program in ('chromium', 'node', 'npm'):
        assert shutil.which(program), (
            f'{program} is not installed: pages are tested with Debian\'s '
            'chromium, nodejs and npm')
    build = os.environ.get('ND_BUILD')
    assert build, 'ND_BUILD has to name the build directory'
    folder = pathlib.Path(build) / 'browser'
    wanted = (HERE / 'browser/package-lock.json').read_text()
    done = folder / 'installed.json'
    if not done.exists() or done.read_text() != wanted:
        folder.mkdir(exist_ok=True)
        for name in ('package.json', 'package-lock.json'):
            shutil.copy(HERE / 'browser' / name, folder)
        subprocess.run(['npm', 'ci', '--no-audit', '--no-fund'], cwd=folder,
                       check=True, timeout=240)
        done.write_text(wanted)
    return folder


def node(script, *args, netns, **kwargs):
    """A script of browser/ that runs, its output in a pipe.

    It has a network of its own, which never changes: Chromium gives up what
    it loads when an interface comes or gets its address.
    """
    return subprocess.Popen(
        ['ip', 'netns', 'exec', netns, 'node',
         str(HERE / 'browser' / script), *map(str, args)],
        env={**os.environ, 'BROWSER_DIR': str(installed())}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, **kwargs)
