#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Captures that were changed at random, through all chefs.

    mutate.py [--count N] [--seed N] [--each N]

Packets of the captures (those of conformance.py) are changed: bits turned,
bytes set to values that are at the edge of something, lengths made wrong, cut
off, spliced with another packet, left out, sent twice, put in another order.
N such captures go through nd-sniff, --each of them in one process, as one
savefile of many packets; one of twenty is changed as a file, with its headers
and blocks, and goes through by itself.  A crash, a hang, a leak or a sanitizer's report
fails; what did it is kept.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import queue
import random
import struct
import subprocess
import sys
import tempfile

import ours

WORKERS = 2
EDGES = (0, 1, 2, 3, 4, 5, 7, 8, 0x0f, 0x10, 0x3f, 0x40, 0x7f, 0x80, 0xbf,
         0xc0, 0xc1, 0xfe, 0xff)
LARGEST = 65536
FILES = 20  # one of so many is changed as a file


# --- captures ------------------------------------------------------------------

def read_pcap(data):
    order = '<' if data[0] in (0xd4, 0x4d) else '>'
    unit = 1 if b'\x4d' in (data[:1], data[3:4]) else 1000
    linktype, = struct.unpack_from(order + 'I', data, 20)
    at, packets = 24, []
    while at + 16 <= len(data):
        seconds, rest, caplen, length = struct.unpack_from(order + '4I', data,
                                                           at)
        packets.append((seconds * 10**9 + rest * unit,
                        data[at + 16:at + 16 + caplen], length))
        at += 16 + caplen
    return linktype & 0xffff, packets


def packets_of(path):
    """(link type, [(ns, bytes, wire length)]) of a pcap; of others, none."""
    data = path.read_bytes()
    if len(data) < 24 or data[:4] not in (
            b'\xd4\xc3\xb2\xa1', b'\xa1\xb2\xc3\xd4', b'\x4d\x3c\xb2\xa1',
            b'\xa1\xb2\x3c\x4d'):
        return None
    return read_pcap(data)


def write_pcap(linktype, packets):
    parts = [struct.pack('<IHHiIII', 0xA1B23C4D, 2, 4, 0, 0, 262144,
                         linktype)]
    for time_ns, data, length in packets:
        seconds, rest = divmod(max(time_ns, 0), 10**9)
        parts.append(struct.pack('<4I', seconds & 0xffffffff, rest, len(data),
                                 max(length, len(data))) + data)
    return b''.join(parts)


# --- mutations -----------------------------------------------------------------

def flip(rng, data):
    for _ in range(rng.choice((1, 1, 2, 8))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def edge(rng, data):
    for _ in range(rng.choice((1, 1, 2, 4))):
        data[rng.randrange(len(data))] = rng.choice(EDGES)


def length16(rng, data):
    """A number of two bytes: a little off, or at an edge."""
    if len(data) < 2:
        return
    at = rng.randrange(len(data) - 1)
    value, = struct.unpack_from('!H', data, at)
    value = rng.choice((value + rng.choice((-1, 1, -8, 8)), 0, 1, 0x7fff,
                        0x8000, 0xffff, len(data), len(data) - at))
    struct.pack_into('!H', data, at, value & 0xffff)


def cut(rng, data):
    del data[rng.randrange(len(data)):]


def insert(rng, data):
    at = rng.randrange(len(data))
    data[at:at] = rng.randbytes(rng.choice((1, 2, 4, 40)))


def remove(rng, data):
    at = rng.randrange(len(data))
    del data[at:at + rng.choice((1, 2, 4, 40))]


def repeat(rng, data):
    """The same bytes again and again: headers in headers."""
    at = rng.randrange(len(data))
    piece = data[at:at + rng.choice((1, 4, 8, 20, 48))]
    data[at:at] = piece * rng.choice((1, 8, 60))


CHANGES = (flip, flip, edge, edge, length16, length16, cut, insert, remove,
           repeat)


def splice(rng, data, other):
    at, there = rng.randrange(len(data)), rng.randrange(len(other) or 1)
    if rng.random() < 0.5:
        there = min(at, len(other))
    data[at:] = other[there:]


def mutate(rng, packets, others):
    """A capture's packets, some of them changed."""
    packets = list(packets)
    share = rng.choice((0.05, 0.3, 1.0))
    mutated = []
    for time_ns, data, length in packets:
        data = bytearray(data)
        if data and rng.random() < share:
            for _ in range(rng.choice((1, 1, 3))):
                if data and rng.random() < 0.1:
                    splice(rng, data, rng.choice(others))
                elif data:
                    rng.choice(CHANGES)(rng, data)
            if rng.random() < 0.1:
                length = rng.choice((0, 1, len(data), 0xffff, 0xffffffff))
        mutated.append((time_ns, bytes(data[:LARGEST]), length))
    order = rng.random()
    if order < 0.15:
        rng.shuffle(mutated)
    elif order < 0.3:
        mutated = [p for p in mutated if rng.random() < 0.8]
    elif order < 0.4:
        mutated = [p for p in mutated for _ in range(rng.choice((1, 1, 2)))]
    return mutated


def jobs(paths, count, each, rng):
    """(how many, bytes, exit statuses) of savefiles to be read."""
    for _ in range(count // FILES):
        data = bytearray(rng.choice(paths).read_bytes())
        for _ in range(rng.choice((1, 3, 10))):
            if data:
                rng.choice(CHANGES)(rng, data)
        yield 1, bytes(data), (0, 1)
    count -= count // FILES
    by_link = collections.defaultdict(list)
    for path in paths:
        capture = packets_of(path)
        if capture and capture[1]:
            by_link[capture[0]].append(capture[1])
    everything = [c for captures in by_link.values() for c in captures]
    others = [p[1] for capture in everything for p in capture[:20]]
    chosen = collections.Counter(
        rng.choice([link for link, captures in by_link.items()
                    for _ in captures]) for _ in range(count))
    for link, n in sorted(chosen.items()):
        while n > 0:
            packets = []
            for _ in range(min(n, each)):
                packets += mutate(rng, rng.choice(by_link[link]), others)
            yield min(n, each), write_pcap(link, packets), (0,)
            n -= each


# --- running -------------------------------------------------------------------

def cook(job, kitchens, chefs, folder, number, keep):
    count, data, statuses = job
    path = pathlib.Path(folder) / f'{number}.pcap'
    path.write_bytes(data)
    kitchen = kitchens.get()
    try:
        kitchen.cook(path, chefs, statuses)
    except ours.Failed as failed:
        keep.mkdir(parents=True, exist_ok=True)
        kept = keep / path.name
        kept.write_bytes(data)
        return count, f'{failed}\nkept as {kept}'
    finally:
        kitchens.put(kitchen)
        path.unlink()
    return count, None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--count', type=int, default=500)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--each', type=int, default=25)
    args = parser.parse_args()
    os.environ.setdefault('ASAN_OPTIONS', 'detect_leaks=1')
    have = subprocess.run([ours.BIN / 'nd-sniff', '--chef-list'], text=True,
                          capture_output=True, check=True).stdout
    chefs = [ours.CHEF, *(line.split()[0] for line in have.splitlines()
                         if line.startswith('  '))]
    rng = random.Random(args.seed)
    done, bad = 0, []
    kitchens = queue.Queue()
    for _ in range(WORKERS):
        kitchens.put(ours.Kitchen())
    keep = ours.BUILT / 'mutations'
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        waiting = collections.deque()
        for number, job in enumerate(jobs(ours.captures(folder), args.count,
                                          args.each, rng)):
            waiting.append(pool.submit(cook, job, kitchens, chefs, folder,
                                       number, keep))
            if len(waiting) > 2 * WORKERS:
                count, failed = waiting.popleft().result()
                done += count
                bad += [failed] if failed else []
        for future in waiting:
            count, failed = future.result()
            done += count
            bad += [failed] if failed else []
    print('\n'.join(bad))
    print(f'{done} mutations with seed {args.seed}, chefs '
          f'{" ".join(map(str, chefs[1:]))}: {len(bad)} failed')
    return 1 if bad or done != args.count else 0


if __name__ == '__main__':
    sys.exit(main())
