# SPDX-License-Identifier: MIT
"""NMSG's wire with nothing around it: files, compression, UDP and ZeroMQ."""
import os

from measure import Program, Wrong, rounds, run, short, spread, table

COUNT = int(os.environ.get("BENCH_NMSG", 2000000))
HEAD = ["", "messages/s", "CPU ns/message", "receiver's", "lost"]


class Way:
    """Messages of a file to somewhere, and from there to nothing."""

    def __init__(self, b, path, where, to, options):
        tool = b.tool("nmsg-wire")
        with Program([tool, where, "nothing:"]) as receiver:
            receiver.wait_for("\n")
            there = receiver.text(receiver.out).split()[0]
            sent = run(tool, f"file:{path}", to(there), *options)
            receiver.finish()
        came = receiver.answer()
        b.check(sent.answer()["count"] == COUNT, f"sent to {where}")
        self.wall, self.cpu = sent.wall, sent.cpu
        self.receiver_cpu = receiver.cpu
        self.lost = COUNT - came["count"]


def copy(b, start, end, *options):
    r = run(b.tool("nmsg-wire"), start, end, *options)
    b.check(r.answer()["count"] == COUNT, f"{start} to {end}")
    r.lost, r.receiver_cpu = 0, 0
    return r


def nmsg_wire(b):
    plain, default, fast, copied = (
        os.path.join(b.dir, name) for name in ("plain", "z", "z1", "copied"))
    copy(b, f"make:{COUNT}", f"file:{plain}")

    def udp(*options):
        return lambda: Way(b, plain, "udp:127.0.0.1/0",
                           lambda port: f"udp:127.0.0.1/{port}", options)

    def zeromq(kind, *options):
        return lambda: Way(
            b, plain, f"zmq:tcp://127.0.0.1:*,accept,{kind}",
            lambda there: f"zmq:{there},connect,{kind}", options)

    cases = {
        "file to file": lambda: copy(b, f"file:{plain}", f"file:{copied}"),
        "zlib out, nmsgtool's bytes":
            lambda: copy(b, f"file:{plain}", f"file:{default}", "zlib"),
        "zlib out, level 1":
            lambda: copy(b, f"file:{plain}", f"file:{fast}", "zlib=1"),
        "zlib in": lambda: copy(b, f"file:{default}", "nothing:"),
        "UDP, 8192 bytes": udp(),
        "UDP, 1280 bytes": udp("mtu=1280"),
        "UDP, 1280 bytes, many a call": udp("mtu=1280", "batch=64"),
        "UDP, unbuffered": udp("unbuffered"),
        "UDP, unbuffered, many a call": udp("unbuffered", "batch=64"),
        "ZeroMQ, push and pull": zeromq("pushpull"),
        "ZeroMQ, pub and sub, patient": zeromq("pubsub", "patient"),
    }
    results = rounds(3, cases)
    with open(plain, "rb") as a, open(copied, "rb") as c:
        b.check(a.read() == c.read(), "a copy is another file")
    for name, runs in results.items():
        if name.endswith("push and pull") and any(r.lost for r in runs):
            raise Wrong(f"{name} loses")
    sizes = [os.path.getsize(path) for path in (plain, default, fast)]
    table(f"NMSG's wire: {short(COUNT)} messages of "
          f"{sizes[0] / COUNT:.0f} bytes; {sizes[1] / COUNT:.0f} "
          f"compressed, {sizes[2] / COUNT:.0f} at level 1", HEAD,
          [[name, spread(COUNT / r.wall for r in runs),
            spread((r.cpu * 1e9 / COUNT for r in runs), "{:.0f}".format),
            spread((r.receiver_cpu * 1e9 / COUNT for r in runs),
                   "{:.0f}".format),
            spread((r.lost for r in runs), "{:.0f}".format)]
           for name, runs in results.items()])
