#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures the built programs, each beside what else does such a thing.

usage: bench.py BUILD [PART]...

The parts: kitchen chefs workers bus gateway latency idle demo python eater
nmsg nmsg-wire nmsg-python pages.

BENCH_PACKETS (5000000) is how many packets the savefile has.  Figures decide
nothing: the exit status is 1 only if a count is wrong.
"""
import contextlib
import glob
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

import chefs
import demo
import nmsg
import nmsg_python
import nmsg_wire
import page_cost
import python_chefs
import python_eaters
from measure import (Program, Wrong, free_port, ratio, rounds, run, short,
                     spread, table)

PACKETS = int(os.environ.get("BENCH_PACKETS", 5000000))
EVERY = "EveryPacketChef"


class Bench:
    def __init__(self, build, directory):
        self.build, self.dir = build, directory
        self.captures = {}
        self.wrong = []

    def tool(self, name):
        return os.path.join(self.build, "tests/bench", name)

    def bin(self, name):
        return os.path.join(self.build, "bin", name)

    def endpoint(self, name):
        return f"ipc://{self.dir}/{name}"

    def capture(self, packets, maker="make-capture"):
        """A savefile's path, and what is in it; the page cache has it."""
        path = os.path.join(self.dir, f"{maker}-{packets}.pcap")
        if path not in self.captures:
            made = run(self.tool(maker), path, packets)
            self.captures[path] = made.answer()
        with open(path, "rb", buffering=0) as f:
            while f.read(1 << 20):
                pass
        return path, self.captures[path]

    def sessions(self, packets):
        return self.capture(packets, "make-sessions")

    def link(self):
        return Link()

    def gateway(self):
        """One that serves at a port that is free, told in its `port`."""
        return gateway_of(self, free_port())

    def check(self, is_right, what):
        if not is_right:
            self.wrong.append(what)
            print(f"WRONG: {what}", flush=True)

    def hub(self):
        hub = Program([self.bin("nd-hub"), "--user=", "--status-freq=0.2",
                       "--in", self.endpoint("in"),
                       "--out", self.endpoint("out")])
        hub.wait_for("initiated")
        return hub

    def sniff(self, path, chef, *options):
        return [self.bin("nd-sniff"), "--user=", "--poke-interval=0",
                "--hub", self.endpoint("in"), "--read", path,
                "--chef", chef, *options]

    def every(self, options=""):
        return self.tool(f"{EVERY}.so") + options


# --- the kitchen -------------------------------------------------------------


def dnscap_plugin():
    found = glob.glob("/usr/lib/*/dnscap/txtout.so")
    return found[0] if found and shutil.which("dnscap") else None


def rows_of(results, base, packets):
    def rate(r):
        return packets / r.wall

    return [[name, spread(map(rate, runs)), ratio(results, name, base, rate),
             spread((r.cpu * 1e9 / packets for r in runs), "{:.0f}".format),
             spread((r.rss for r in runs), "{:.0f}".format)]
            for name, runs in results.items()]


HEAD = ["", "packets/s", "ratio", "CPU ns/packet", "MB"]


def kitchen(b):
    path, made = b.capture(PACKETS)
    questions = made["questions"]
    ours = "nd-sniff, DNSLookupChef, to a hub"

    def pcap_loop(*buffer):
        r = run(b.tool("pcap-loop"), path, *buffer)
        b.check(r.answer()["packets"] == PACKETS, "pcap-loop's packets")
        return r

    def sniff():
        r = run(*b.sniff(path, "DNSLookupChef"))
        b.check(f"DNSLookupChef: {questions} dumplings, 0 dropped from a full "
                "queue, 0 not taken" in r.errors,
                f"nd-sniff's dumplings of {questions} questions: {r.errors}")
        return r

    with b.hub():
        results = rounds(5, {"pcap_loop": pcap_loop,
                             "pcap_loop, 128 KiB buffer":
                             lambda: pcap_loop(128 << 10),
                             "pcap_loop, 1 MiB buffer":
                             lambda: pcap_loop(1 << 20),
                             ours: sniff})
    table(f"The kitchen: {short(PACKETS)} packets, {short(made['bytes'])}B, "
          f"{short(questions)} DNS questions", HEAD,
          rows_of(results, "pcap_loop", PACKETS))
    extraction(b)


def extraction(b):
    count = min(PACKETS, 200000)
    path, made = b.capture(count)

    def lines(what, argv):
        def case():
            r = run(*argv)
            found = len([x for x in r.output.splitlines() if x.strip()])
            b.check(found == made["questions"],
                    f"{what}: {found} of {made['questions']} questions")
            return r
        return case

    def sniff():
        r = run(*b.sniff(path, "DNSLookupChef"))
        b.check(f"DNSLookupChef: {made['questions']} dumplings" in r.errors,
                "nd-sniff's questions")
        return r

    cases = {"nd-sniff, DNSLookupChef": sniff}
    plugin = dnscap_plugin()
    if plugin:
        cases["dnscap -P txtout"] = lines("dnscap", [
            "dnscap", "-r", path, "-s", "ir", "-P", plugin])
    if shutil.which("tshark"):
        cases["tshark -T fields"] = lines("tshark", [
            "tshark", "-n", "-r", path, "-Y", "dns.count.queries > 0",
            "-T", "fields", "-e", "frame.time_epoch", "-e", "ip.src",
            "-e", "dns.qry.name"])
    with b.hub():
        results = rounds(3, cases)
    rows = rows_of(results, "nd-sniff, DNSLookupChef", count)
    rows += [[name, "not installed", "", "", ""]
             for name, there in (("dnscap", plugin),
                                 ("tshark", shutil.which("tshark")))
             if not there]
    table(f"The same questions out of the first {short(count)} packets, start "
          "of the program included", HEAD, rows)


# --- the bus -----------------------------------------------------------------


class Delivered:
    """What a number of eaters got."""

    def __init__(self, answers, made, cpu):
        self.received = sum(a["received"] for a in answers)
        self.missing = sum(a["missing"] for a in answers)
        seconds = (max(a["last_ns"] for a in answers) -
                   min(a["first_ns"] for a in answers)) / 1e9
        self.rate = self.received / seconds
        self.made_rate = made / seconds
        self.cpu = cpu


def eaters(b, count, argv, feed):
    """Starts so many, feeds them when all are ready, and adds them up."""
    programs = [Program(argv) for _ in range(count)]
    try:
        for p in programs:
            p.wait_for("ready")
        feed()
        return [p.finish(60).answer() for p in programs]
    finally:
        for p in programs:
            p.__exit__()


def through_hub(b, count, packets, options=""):
    path, _ = b.capture(packets)
    argv = [b.tool("count"), b.endpoint("out"), EVERY, packets]
    with b.hub() as hub:
        answers = eaters(b, count, argv,
                         lambda: run(*b.sniff(path, b.every(options))))
        got = Delivered(answers, packets, hub.cpu_now())
    b.check(got.missing == 0 and got.received == count * packets,
            f"{got.received} of {count * packets} dumplings came")
    return got


def through_proxy(b, count, messages):
    ends = [b.endpoint("bare-in"), b.endpoint("bare-out")]
    with Program([b.tool("bare-bus"), "proxy", *ends]) as proxy, \
         Program([b.tool("bare-bus"), "push", ends[0], messages],
                 stdin=subprocess.PIPE) as push:
        proxy.wait_for("ready")

        def feed():
            push.process.stdin.write(b"\n")
            push.process.stdin.close()
            push.finish(60)

        argv = [b.tool("bare-bus"), "sub", ends[1], messages]
        answers = eaters(b, count, argv, feed)
        return Delivered(answers, messages, proxy.cpu_now())


def bus(b):
    for count in (1, 8):
        packets = max(PACKETS if count == 1 else PACKETS * 2 // 5, 1)
        single = max(packets // (5 * count), 1)
        bare = "zmq_proxy, one 200 B message each"
        results = rounds(3, {
            bare: lambda: through_proxy(b, count, single),
            "nd-hub, 2 fields a dumpling":
            lambda: through_hub(b, count, packets),
            "nd-hub, 10 fields a dumpling":
            lambda: through_hub(b, count, packets, ":full=yes")})
        rows = [[name, spread(r.made_rate for r in runs),
                 spread(r.rate for r in runs),
                 ratio(results, name, bare, lambda r: r.rate),
                 spread((r.cpu * 1e6 / r.received for r in runs),
                        "{:.2f}".format),
                 sum(r.missing for r in runs)]
                for name, runs in results.items()]
        table(f"The bus: a dumpling for every packet, to {count} "
              f"eater{'s' if count > 1 else ''}",
              ["", "dumplings/s", "deliveries/s", "ratio",
               "hub CPU us/delivery", "lost"], rows)


# --- the gateway -------------------------------------------------------------


def metrics(port):
    url = f"http://127.0.0.1:{port}/metrics"
    with urllib.request.urlopen(url, timeout=10) as page:
        lines = page.read().decode().splitlines()
    return dict(line.split(" ", 1) for line in lines if line[:1] != "#")


def wait_for_clients(port, program, count):
    """Until the gateway answers, and says that it has so many clients."""
    until = time.monotonic() + 20
    while True:
        try:
            if int(metrics(port)["netdumplings_gateway_clients"]) >= count:
                return
        except OSError:
            pass
        if time.monotonic() > until or program.process.poll() is not None:
            raise Wrong(f"nd-gateway has not got {count} clients")
        time.sleep(0.01)


@contextlib.contextmanager
def gateway_of(b, port):
    with Program([b.bin("nd-gateway"), "--user=", "--hub", b.endpoint("out"),
                  "--address=127.0.0.1", "--port", port]) as program:
        wait_for_clients(port, program, 0)
        program.port = port
        yield program


def words(line):
    """ws_clients' line: names and numbers."""
    w = line.split()
    return {w[i]: float(w[i + 1].rstrip("/s"))
            for i in range(len(w) - 1) if not w[i][0].isdigit()
            and w[i + 1][0].isdigit()}


def hello(chef, batch):
    return ('{"eater_name":"bench","chefs":["%s"],"batch":%s}'
            % (chef, "true" if batch else "false"))


def browsers(b, port, clients, batch, rate, gateway):
    """Clients take from a stream of so many dumplings a second."""
    path, _ = b.capture(min(PACKETS, 1000000))
    with Program([b.tool("ws_clients"), "-p", port, "-n", clients, "-s", 5,
                  "-m", hello(EVERY, batch)]) as load:
        wait_for_clients(port, gateway, clients)
        before = gateway.cpu_now()
        with Program(b.sniff(path, b.every(), "--speed", rate / 50000)):
            got = words(load.finish(60).output)
    got["cpu"] = (gateway.cpu_now() - before) / got["seconds"]
    return got


# Clients, and deliveries/s that they are offered: about what the gateway can
# do at most, when the load has a core of two.
OFFERED = {False: {1: 250000, 10: 5000000, 100: 2000000, 1000: 1000000},
           True: {1: 250000, 10: 5000000, 100: 6000000, 1000: 4000000}}


def gateway(b):
    rows = []
    port = free_port()
    for batch, loads in OFFERED.items():
        for clients, offered in loads.items():
            with b.hub(), gateway_of(b, port) as g:
                got = browsers(b, port, clients, batch, offered / clients, g)
            total = got["deliveries"] + got["lost"]
            b.check(got["least"] > 0, f"one of {clients} clients got nothing")
            rows.append([f"{clients} x {'batch' if batch else 'single'}",
                         short(offered), short(got["rate"]),
                         f"{100 * got['lost'] / max(total, 1):.1f}",
                         f"{got['cpu']:.2f}",
                         f"{got['cpu'] * 1e6 / max(got['rate'], 1):.2f}"])
    table("The gateway: WebSocket clients, each with every dumpling, one a "
          "frame and in batches", ["", "offered/s", "deliveries/s",
                                   "told lost %", "cores", "us/delivery"],
          rows)


# --- latency -----------------------------------------------------------------


def send(port, count, gap):
    """Datagrams that carry the time at which they were sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        start = time.monotonic()
        for i in range(count):
            time.sleep(max(0, start + i * gap - time.monotonic()))
            s.sendto(struct.pack(">Q", time.time_ns()), ("10.99.0.2", port))


class Link:
    """Two namespaces and a veth pair between them."""

    def __init__(self):
        self.near, self.far = (f"bench{os.getpid()}{x}" for x in "ab")

    def __enter__(self):
        def ip(*words):
            run("ip", *words)

        for name in (self.near, self.far):
            ip("netns", "add", name)
        ip("link", "add", "veth0", "netns", self.near, "type", "veth", "peer",
           "name", "veth0", "netns", self.far)
        for i, name in enumerate((self.near, self.far)):
            ip("-n", name, "address", "add", f"10.99.0.{i + 1}/24", "dev",
               "veth0")
            ip("-n", name, "link", "set", "veth0", "up")
            ip("-n", name, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        for name in (self.near, self.far):
            subprocess.run(["ip", "netns", "delete", name],
                           stderr=subprocess.DEVNULL)


def latency(b):
    if os.geteuid() != 0 or not shutil.which("ip"):
        print("\nLatency: not measured, it takes root and ip(8)")
        return
    count, gap, port = 500, 0.01, free_port()
    chef = "PayloadTimeChef"
    with Link() as link, b.hub(), gateway_of(b, port), Program(
            [b.tool("count"), b.endpoint("out"), chef, count, "sent"]
            ) as eater, Program(
            [b.tool("ws_clients"), "-p", port, "-n", 1, "-t", count, "-l",
             "-s", 30, "-m", hello(chef, True)]) as browser, Program(
            ["ip", "netns", "exec", link.far, b.bin("nd-sniff"), "--user=",
             "--interface=veth0", "--filter=udp port 9", "--hub",
             b.endpoint("in"), "--chef", b.tool(f"{chef}.so")]) as kitchen:
        eater.wait_for("ready")
        kitchen.wait_for("connected")
        run("ip", "netns", "exec", link.near, sys.executable, __file__,
            "send", 9, count, gap)
        near = eater.finish(30).answer()
        far = words(browser.finish(40).output)
    b.check(near["received"] == count, f"{near['received']} of {count} came")
    table(f"Latency: {count} packets at {1 / gap:.0f}/s on a veth pair, us "
          "from sendto()", ["", "p50", "p99"],
          [["to an eater", near["p50_us"], near["p99_us"]],
           ["to a browser, batch", far.get("p50", "-"), far.get("p99", "-")]])


# --- at rest -----------------------------------------------------------------


def idle(b):
    port = free_port()
    with b.hub() as hub, gateway_of(b, port) as g, Program(
            [b.tool("count"), b.endpoint("out"), EVERY, 1]) as eater:
        eater.wait_for("ready")
        programs = {"nd-hub": hub, "nd-gateway": g, "an eater": eater}
        before = {name: p.cpu_now() for name, p in programs.items()}
        time.sleep(5)
        rows = [[name, f"{(p.cpu_now() - before[name]) / 5 * 100:.1f}",
                 f"{p.rss_now():.0f}"] for name, p in programs.items()]
    table("At rest: 5 s, 5 status dumplings a second", ["", "% of a core",
                                                        "MB"], rows)


def main():
    sections = {"kitchen": kitchen, "chefs": chefs.chefs,
                "workers": chefs.workers, "bus": bus, "gateway": gateway,
                "latency": latency, "idle": idle, "demo": demo.demo,
                "nmsg": nmsg.nmsg,
                "nmsg-wire": nmsg_wire.nmsg_wire,
                "nmsg-python": nmsg_python.nmsg_python,
                "python": python_chefs.chefs, "eater": python_eaters.eaters,
                "pages": page_cost.pages}
    if sys.argv[1:2] == ["send"]:
        return send(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    chosen = sys.argv[2:] or list(sections)
    if len(sys.argv) < 2 or set(chosen) - set(sections):
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    directory = tempfile.mkdtemp(prefix="nd-bench-")
    try:
        b = Bench(os.path.abspath(sys.argv[1]), directory)
        for name in chosen:
            try:
                sections[name](b)
            except Wrong as wrong:
                b.check(False, f"{name}: {wrong}")
    finally:
        shutil.rmtree(directory)
    return 1 if b.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
