#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every capture through nd-sniff and through tshark, subject by subject.

    conformance.py [--details] [--only SUBJECT] [FILE ...]

The captures are those of ND_CAPTURES, or what the project makes itself.  A
file agrees in a subject when both readers say the same of it.  It fails when
less than 99 of 100 files that have a subject agree, and when a difference that
differences.tsv explains is there no longer.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import sys
import tempfile

import ours
import peer
import subjects

WORKERS = 2
REACH = 0.99
DIFFERENCES = ours.HERE / 'differences.tsv'


def explained():
    """{(file, subject): reason}; a * in place of a file's name is all."""
    found = {}
    for line in DIFFERENCES.read_text().splitlines():
        if line and not line.startswith('#'):
            file, subject, reason = line.split('\t')
            found[file, subject] = reason
    return found


def look(path, kitchens, reader, chefs):
    """{subject: (ours, the peer's)} of what either finds in a file."""
    kitchen = kitchens.get()
    try:
        _, made = kitchen.cook(path, chefs, statuses=(0, 1))
    except ours.Failed as failed:
        return path.name, str(failed), {}
    finally:
        kitchens.put(kitchen)
    frames = reader.frames(path)
    return path.name, None, subjects.compare(made, frames)


class Table:
    def __init__(self):
        self.files = collections.Counter()
        self.agree = collections.Counter()
        self.known = collections.Counter()
        self.differ = []

    def add(self, name, found, reasons, used):
        for subject, (mine, other) in found.items():
            self.files[subject] += 1
            if mine == other:
                self.agree[subject] += 1
            elif (name, subject) in reasons:
                used.add((name, subject))
                self.known[subject] += 1
            else:
                self.differ.append((subject, name, mine, other))

    def reach(self, subject):
        return ((self.agree[subject] + self.known[subject])
                / self.files[subject])

    def show(self):
        print(f'{"subject":<16}{"files":>7}{"agree":>7}{"known":>7}'
              f'{"percent":>9}')
        for subject in subjects.NAMES:
            if self.files[subject]:
                print(f'{subject:<16}{self.files[subject]:>7}'
                      f'{self.agree[subject]:>7}{self.known[subject]:>7}'
                      f'{100 * self.reach(subject):>9.2f}')


def brief(mine, other, details):
    """Only what differs."""
    if isinstance(mine, collections.Counter):
        mine, other = mine - other, other - mine
        mine, other = sorted(mine.items()), sorted(other.items())
        limit = None if details else 4
        return f'{mine[:limit]} / {other[:limit]}'
    return f'{mine} / {other}'


def run(paths, chefs, folder):
    import queue
    reader = peer.Peer(ours.PEERS)
    kitchens = queue.Queue()
    for _ in range(WORKERS):
        kitchens.put(ours.Kitchen())
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        yield from pool.map(
            lambda path: look(path, kitchens, reader, chefs), paths)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--details', action='store_true')
    parser.add_argument('--only', action='append')
    parser.add_argument('files', nargs='*', type=pathlib.Path)
    args = parser.parse_args()
    bad = []
    have = ours.present()
    missing = sorted(set(ours.BUNDLED) - have)
    for chef in missing:
        bad.append(f'this build has no {chef}: '
                   + ', '.join(subjects.of_chef(chef)) + ' not compared')
    chefs = [ours.CHEF] + [name + options for name, options in
                           ours.BUNDLED.items() if name in have]
    reasons, used, table = explained(), set(), Table()
    with tempfile.TemporaryDirectory() as folder:
        paths = args.files or ours.captures(folder)
        for name, failed, found in run(paths, chefs, folder):
            if failed:
                bad.append(failed)
            table.add(name, {subject: both for subject, both in found.items()
                             if subjects.is_there(subject, have) and
                             (not args.only or subject in args.only)},
                      reasons, used)
    for subject, name, mine, other in sorted(table.differ, key=lambda d: d[:2]):
        print(f'{subject}\t{name}\t{brief(mine, other, args.details)}')
    table.show()
    names = {path.name for path in paths}
    for file, subject in sorted(set(reasons) - used):
        if file in names and subjects.is_there(subject, have) and \
                (not args.only or subject in args.only):
            bad.append(f'differences.tsv: {file} does not differ in '
                       f'{subject} any more')
    for subject in subjects.NAMES:
        if table.files[subject] and table.reach(subject) < REACH:
            bad.append(f'{subject}: only {100 * table.reach(subject):.2f} % '
                       'of files agree')
    print('\n'.join(bad) or f'{len(paths)} files: all subjects agree')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
