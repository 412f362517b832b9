# SPDX-License-Identifier: MIT
"""nd-nmsgtool's conversions, with nmsgtool beside it where there is one."""
import os
import shutil

from measure import rounds, run, short, spread, ratio, table

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
