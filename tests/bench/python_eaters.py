# SPDX-License-Identifier: MIT
"""Eaters in Python: this project's, and one as it was done before."""
import glob
import os
import signal

from measure import Program, ratio, rounds, run, short, spread, table

PACKETS = int(os.environ.get("BENCH_EATER_PACKETS", 1000000))
CHEF = "EveryPacketChef"
PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "python_eater.py")


class Eaten:
    """What an eater in Python took, and what it cost."""

    def __init__(self, program):
        answer = program.answer()
        self.received = answer["received"]
        self.rate = self.received / (answer["last"] - answer["first"])
        self.cpu = program.cpu


def eater(b, kind, hub, feed, *count):
    """One that ends after so many dumplings or, without, when fed."""
    library, = glob.glob(b.build + "/lib*/**/netdumplings/python",
                         recursive=True)
    os.environ["PYTHONPATH"] = library
    with Program(["/usr/bin/python3", "-B", PROGRAM, kind, hub, CHEF,
                  *count]) as program:
        program.wait_for("ready")
        run(*feed)
        if not count:
            program.process.send_signal(signal.SIGINT)
        return Eaten(program.finish())


def eaters(b):
    count = PACKETS
    path, _ = b.capture(count)
    feed = b.sniff(path, b.every())

    def by_bus():
        with b.hub():
            got = eater(b, "ours", b.endpoint("out"), feed, count)
        b.check(got.received == count,
                f"a Python eater got {got.received} of {count}")
        return got

    def by_gateway(kind, offered):
        def case():
            with b.hub(), b.gateway() as gateway:
                return eater(b, kind, f"ws://127.0.0.1:{gateway.port}",
                             [*feed, "--speed", offered / 50000])
        return case

    base = "as it was: a text, a dumpling, WebSocket"
    results = rounds(3, {
        base: by_gateway("classic", 200000),
        "DumplingEater, WebSocket": by_gateway("ours", 1000000),
        "DumplingEater, ZeroMQ": by_bus})
    table("Eaters in Python: a dumpling for every packet to an awaited "
          "on_dumpling()", ["", "dumplings/s", "ratio", "CPU us/dumpling"],
          [[name, spread(r.rate for r in runs),
            ratio(results, name, base, lambda r: r.rate),
            spread((r.cpu * 1e6 / r.received for r in runs), "{:.2f}".format)]
           for name, runs in results.items()])
