# SPDX-License-Identifier: MIT
"""TLSChef: captures in, JSON out, as the gold files have it."""
import json
import os

import pytest

from harness import System
from test_gold import GOLD, dumplings, gold
import tls_captures


def cooked(name, *args):
    with System() as s:
        path = s.folder / f'{name}.pcap'
        path.write_bytes(tls_captures.captures()[f'{name}.pcap'])
        return dumplings(s, '--read', path, '--chef', 'TLSChef', *args)[0]


@pytest.mark.parametrize('name', ['quic', 'tls'])
def test_capture_makes_what_is_in_the_gold_file(name):
    lines = cooked(name)
    if os.environ.get('GOLD_UPDATE') == '1':
        (GOLD / f'{name}.jsonl').write_text(''.join(
            json.dumps(line, ensure_ascii=False) + '\n' for line in lines))
    assert lines == gold(name)


def test_each_hello_over_quic_is_told_once():
    told = [d['payload'] for d in cooked('quic')]
    assert sorted((p['client']['port'], p['sni'], 'latency' in p)
                  for p in told) == [
        (50001, 'example.com', True), (50002, 'example.com', False),
        (50003, 'www.example.com', False)]


@pytest.mark.parametrize('seconds', [0, 0.02])
def test_pokes_cut_no_handshake_in_two(seconds):
    assert [d['payload'] for d in cooked('quic', '-p', seconds)] == [
        d['payload'] for d in gold('quic')]
