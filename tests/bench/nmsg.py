# SPDX-License-Identifier: MIT
"""nd-nmsgtool's conversions, with nmsgtool beside it where there is one."""
import os
import re
import shutil
import signal
import socket
import time

from measure import Program, ratio, rounds, run, short, spread, table

COUNT = int(os.environ.get("BENCH_PACKETS", 5000000)) * 2 // 5


def convert(tool, *args):
    return lambda: run(tool, *args)


def cases(path, of, tool, out):
    """Name, options in, options out."""
    nmsg, squeezed, text = (f"{out}.{x}" for x in ("nmsg", "z", "json"))
    return {
        "capture to file": ["-p", path, "-V", "base", "-T", "packet", "-w",
                            nmsg],
        "file to file": ["-r", of("nmsg"), "-w", nmsg],
        "file to JSON": ["-r", of("nmsg"), "-J", text],
        "file to JSON, /dev/null": ["-r", of("nmsg"), "-J", "/dev/null"],
        "JSON to file": ["-j", of("json"), "-w", nmsg],
        "file to text, /dev/null": ["-r", of("nmsg"), "-o", "/dev/null"],
        "compressed": ["-r", of("nmsg"), "-z", "-w", squeezed],
        "uncompressed": ["-r", of("z"), "-w", "/dev/null"],
    }


def nmsg(b):
    path, _ = b.capture(COUNT)
    ours = b.bin("nd-nmsgtool")
    tools = {"nd-nmsgtool": ours}
    if shutil.which("nmsgtool"):
        tools["nmsgtool"] = "nmsgtool"

    def of(kind):
        return os.path.join(b.dir, f"messages.{kind}")

    run(ours, "-p", path, "-T", "packet", "-w", of("nmsg"))
    run(ours, "-r", of("nmsg"), "-J", of("json"))
    run(ours, "-r", of("nmsg"), "-z", "-w", of("z"))
    with open(of("json"), "rb") as file:
        count = sum(1 for _ in file)
    rows = []
    for name in cases(path, of, ours, ""):
        results = rounds(3, {tool: convert(argv, *cases(
            path, of, argv, os.path.join(b.dir, tool))[name])
            for tool, argv in tools.items()})
        for tool, runs in results.items():
            rows.append([f"{name}, {tool}",
                         spread(count / r.wall for r in runs),
                         f"{min(r.cpu for r in runs):.2f}",
                         f"{max(r.rss for r in runs):.0f}",
                         ratio(results, tool, "nd-nmsgtool",
                               lambda r: 1 / r.wall)])
        check(b, name, of, tools)
    table(f"NMSG: {short(count)} messages of packets",
          ["", "messages/s", "CPU s", "MB", "ratio"], rows)
    ways(b, of("nmsg"), count)


def udp_port():
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def quiet(program):
    """Waits until a program has nothing more to do."""
    before, until = -1, time.monotonic() + 20
    while program.cpu_now() != before and time.monotonic() < until:
        before = program.cpu_now()
        time.sleep(0.3)


class Way:
    """What one nd-nmsgtool sends to another."""

    def __init__(self, tool, path, listen, send, to):
        with Program([tool, "-d", *listen, *to]) as receiver:
            receiver.wait_for("output:")
            sender = run(tool, "-r", path, *send)
            quiet(receiver)
            os.kill(receiver.pid, signal.SIGINT)
            receiver.finish()
        self.came = int(re.search(r"(\d+) messages in", receiver.errors)[1])
        self.wall, self.cpu = sender.wall, sender.cpu
        self.receiver_cpu = receiver.cpu


def ways(b, path, count):
    ours, end = b.bin("nd-nmsgtool"), f"ipc://{b.dir}/way"
    binary, text = ["-w", "/dev/null"], ["-J", "/dev/null"]

    def udp(to, *options):
        where = f"127.0.0.1/{udp_port()}"
        return Way(ours, path, ["-l", where], ["-s", where, *options], to)

    def zeromq(to):
        return Way(ours, path, ["-L", end + ",accept,pushpull"],
                   ["-S", end + ",connect,pushpull"], to)

    results = rounds(3, {
        "UDP of 8192 bytes": lambda: udp(binary),
        "UDP of 1280 bytes": lambda: udp(binary, "-m", "1280"),
        "UDP unbuffered": lambda: udp(binary, "--unbuffered"),
        "UDP of 8192 bytes, to JSON": lambda: udp(text),
        "ZeroMQ push, pull": lambda: zeromq(binary),
        "ZeroMQ push, pull, to JSON": lambda: zeromq(text)})
    table("NMSG between two nd-nmsgtool on one machine",
          ["", "sent/s", "lost %", "CPU s sender", "receiver"],
          [[name, spread(count / r.wall for r in runs),
            spread((100 * (1 - r.came / count) for r in runs), "{:.1f}".format),
            f"{min(r.cpu for r in runs):.2f}",
            f"{min(r.receiver_cpu for r in runs):.2f}"]
           for name, runs in results.items()])
    for name, runs in results.items():
        if name.startswith("ZeroMQ"):
            b.check(all(r.came == count for r in runs), f"{name}: some lost")


def check(b, name, of, tools):
    """What came out is what went in."""
    for tool in tools:
        if name in ("capture to file", "file to file", "JSON to file"):
            b.check(same(of("nmsg"), os.path.join(b.dir, f"{tool}.nmsg")),
                    f"{name}, {tool}: another file")
        if name == "file to JSON":
            b.check(same(of("json"), os.path.join(b.dir, f"{tool}.json")),
                    f"{name}, {tool}: another text")


def same(one, other):
    with open(one, "rb") as a, open(other, "rb") as b:
        while True:
            block = a.read(1 << 20)
            if block != b.read(1 << 20):
                return False
            if not block:
                return True
