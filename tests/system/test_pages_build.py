"""Pages that npm has fetched nothing for."""
import os
import subprocess

import pytest

from harness import BIN, TREE, System
from test_gateway_http import get

PAGES = BIN.parent / 'share/netdumplings/pages'


@pytest.mark.parametrize('npm', ['', '/bin/false'])
def test_without_libraries_a_plain_page_says_so(npm):
    with System() as s:
        folder = s.folder / 'pages'
        stamp = s.folder / 'stamp'
        subprocess.run(['cp', '-r', PAGES, folder], check=True)
        subprocess.run(['rm', '-r', folder / 'lib'], check=True)
        told = subprocess.run(
            ['cmake', '-D', f'NPM={npm}',
             '-D', f'FROM={TREE}/eaters/gateway', '-D', f'TO={folder}',
             '-D', f'WORK={s.folder}/npm', '-D', f'STAMP={stamp}',
             '-P', TREE / 'eaters/gateway/libraries.cmake'],
            text=True, capture_output=True, timeout=60)
        # The build goes on, says what is missing, and tries again later.
        assert told.returncode == 0 and 'npm' in told.stderr
        assert not stamp.exists()
        gateway = s.gateway('--pages', folder)
        status, _, body = get(gateway, '/')
        assert status == 200 and 'npm' in body and '<script' not in body
        for path in ('css/base.css', 'favicon.svg', 'netdumplings.js'):
            assert path in body and get(gateway, '/' + path)[0] == 200


def test_the_pages_are_whole():
    assert os.path.getsize(PAGES / 'lib/three.module.min.js') > 100000
    assert 'app.js' in (PAGES / 'index.html').read_text()
