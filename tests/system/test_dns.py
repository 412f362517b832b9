"""The chefs of DNS: a capture of their own in, every dumpling in a gold file.

GOLD_UPDATE=1 writes the gold file anew, as in test_gold.py.
"""
import json
import os

import pytest

from harness import System
from test_gold import GOLD, dumplings, gold

CHEFS = {'dns': 'DNSChef:sections=all', 'mdns': 'MDNSChef:asks=yes'}


@pytest.mark.parametrize('name', CHEFS)
def test_dns_capture_makes_what_is_in_the_gold_file(name):
    with System() as s:
        lines, _ = dumplings(s, '--read', s.capture('dns.pcap'), '--chef',
                             CHEFS[name])
    if os.environ.get('GOLD_UPDATE') == '1':
        (GOLD / f'{name}.jsonl').write_text(''.join(
            json.dumps(line, ensure_ascii=False) + '\n' for line in lines))
    assert lines == gold(name)


def test_every_query_and_response_is_told_once():
    """The totals say the same as the dumplings, and all of it is there."""
    told = [d['payload'] for d in gold('dns')]
    totals = [p['totals'] for p in told if 'totals' in p][-1]
    answered = [p for p in told if p.get('latency') is not None]
    unasked = [p for p in told if 'latency' in p and p['latency'] is None]
    given_up = [p for p in told if p.get('unanswered')]
    waiting = [p for p in told if p.get('waiting')]
    assert len(answered) == totals['answered']
    assert len(unasked) == totals['without_query']
    assert len(given_up) == totals['unanswered']
    assert len(waiting) == totals['waiting'] == 1
    assert totals['queries'] == sum(
        p['queries'] for p in answered + given_up + waiting)
    assert totals['responses'] == len(answered) + len(unasked)
