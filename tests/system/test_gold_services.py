"""Captures of one protocol each, and what its chef makes of them."""
import json
import os

import pytest

from harness import System
from test_gold import GOLD, dumplings, gold
from services import captures

CHEFS = {'dhcp': 'DHCPChef', 'http': 'HTTPChef',
         'icmp': 'ICMPChef:neighbours=yes'}


@pytest.mark.parametrize('name', CHEFS)
def test_capture_makes_what_is_in_the_gold_file(name):
    with System() as s:
        path = s.folder / f'{name}.pcap'
        path.write_bytes(captures()[path.name])
        lines, _ = dumplings(s, '--read', path, '--chef', CHEFS[name])
    if os.environ.get('GOLD_UPDATE') == '1':
        (GOLD / f'{name}.jsonl').write_text(''.join(
            json.dumps(line, ensure_ascii=False) + '\n' for line in lines))
    assert lines == gold(name)
