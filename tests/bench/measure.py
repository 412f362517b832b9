# SPDX-License-Identifier: MIT
"""Runs programs, takes their time and memory, and prints tables."""
import json
import os
import re
import select
import socket
import statistics
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Wrong(Exception):
    """A program failed, or its answer is not right."""


class Program:
    """A program that was started; its output goes to files."""

    def __init__(self, argv, stdin=None):
        self.argv = [str(a) for a in argv]
        self.out = tempfile.TemporaryFile("w+")
        self.err = tempfile.TemporaryFile("w+")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.argv, stdin=stdin or subprocess.DEVNULL, stdout=self.out,
            stderr=self.err)
        self.pid = self.process.pid

    def text(self, file):
        return os.pread(file.fileno(), 1 << 24, 0).decode()

    def wait_for(self, text, times=1, timeout=20):
        """Waits until the program has said so, on either output."""
        until = time.monotonic() + timeout
        while (self.text(self.out) + self.text(self.err)).count(text) < times:
            if self.process.poll() is not None or time.monotonic() > until:
                raise Wrong(f"{self.argv[0]}: no '{text}': "
                            + self.text(self.err)[-500:])
            time.sleep(0.005)

    def finish(self, timeout=120):
        """Waits for its end.  Sets wall and cpu, in s, and rss, in MB."""
        until, self.rss = self.started + timeout, 0
        fd = os.pidfd_open(self.pid)
        while not select.select([fd], [], [], 0.01)[0]:
            # The kernel's own maximum counts in what we were at the fork.
            self.rss = self.rss_now() or self.rss
            if time.monotonic() > until:
                self.process.kill()
        self.wall = time.monotonic() - self.started
        os.close(fd)
        _, status, usage = os.wait4(self.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
        self.errors = self.text(self.err)
        self.output = self.text(self.out)
        if self.process.returncode != 0:
            raise Wrong(f"{' '.join(self.argv)}: exit status "
                        f"{self.process.returncode}: {self.errors[-500:]}")
        return self

    def answer(self):
        """The JSON in its last line."""
        return json.loads(self.output.splitlines()[-1])

    def cpu_now(self):
        with open(f"/proc/{self.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss_now(self):
        with open(f"/proc/{self.pid}/status") as f:
            found = re.search(r"VmHWM:\s+(\d+)", f.read())
        return int(found[1]) / 1024 if found else 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Ends it, if it has not ended."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.out.close()
        self.err.close()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*argv, timeout=120):
    with Program(argv) as program:
        return program.finish(timeout)


def rounds(count, cases):
    """Each case once a round, so that all meet the same neighbours."""
    results = {name: [] for name in cases}
    for _ in range(count):
        for name, case in cases.items():
            results[name].append(case())
    return results


def short(n):
    for limit, divisor, unit in ((1e6, 1e6, " M"), (1e4, 1e3, " k")):
        if n >= limit:
            return f"{n / divisor:.2f}{unit}"
    return f"{n:.0f}"


def spread(values, form=short):
    values = list(values)
    middle = form(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} [{form(min(values))}-{form(max(values))}]"


def ratio(results, name, base, key):
    """The median of each round's own ratio."""
    pairs = zip(results[name], results[base])
    return f"{statistics.median(key(a) / key(b) for a, b in pairs):.2f}"


def table(title, head, rows):
    rows = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    print(f"\n{title}")
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width)
                  for cell, width in zip(row[1:], widths[1:])]
        print("  " + "  ".join(cells).rstrip(), flush=True)
