# SPDX-License-Identifier: MIT
"""What chefs cost, beside programs that look for the same, and workers."""
import glob
import os
import re
import shutil
import tempfile

from measure import Program, ratio, rounds, run, short, spread, table

PACKETS = int(os.environ.get("BENCH_SESSION_PACKETS", 2000000))
ON_REQUEST = "PacketChef"
HEAD = ["", "packets/s", "ratio", "CPU ns/packet", "MB"]


def bundled(b):
    """The chefs, and those that work where none is named."""
    listed = run(b.bin("nd-sniff"), "--chef-list").output.splitlines()
    chefs = [line.split()[0] for line in listed if line.startswith("  ")]
    return chefs, [c for c in chefs if c != ON_REQUEST]


def sniff(b, path, chefs, *options):
    named = [word for chef in chefs for word in ("--chef", chef)]
    return [b.bin("nd-sniff"), "--user=", "--hub", b.endpoint("in"), "--read",
            path, *named, *options]


def check_packets(b, r, count, what):
    seen = sum(map(int, re.findall(r"(\d+) packets seen", r.errors)))
    b.check(seen == count, f"{what}: {seen} of {count} packets")
    b.check(not re.search(r"[1-9]\d* (not taken|dropped from a)", r.errors),
            f"{what}: something was lost: {r.errors}")


def case(b, path, count, chefs, *options):
    def measure():
        r = run(*sniff(b, path, chefs, *options))
        check_packets(b, r, count, " ".join(chefs))
        return r
    return measure


def rate_rows(results, base, count):
    def rate(r):
        return count / r.wall

    return [[name, spread(map(rate, runs)), ratio(results, name, base, rate),
             spread((r.cpu * 1e9 / count for r in runs), "{:.0f}".format),
             spread((r.rss for r in runs), "{:.0f}".format)]
            for name, runs in results.items()]


def chefs(b):
    """Each by itself, and all together, on one core's worth of loop."""
    path, made = b.sessions(PACKETS)
    every, default = bundled(b)
    base = "PacketCountChef"
    cases = {base: case(b, path, PACKETS, [base])}
    cases.update({name: case(b, path, PACKETS, [name])
                  for name in every if name != base})
    cases["the default chefs together"] = case(b, path, PACKETS, default)
    cases["all bundled chefs together"] = case(b, path, PACKETS, every)
    with b.hub():
        results = rounds(3, cases)
    table(f"Chefs: {short(PACKETS)} packets of {short(made['connections'])} "
          f"TCP connections and {short(made['lookups'])} lookups, to a hub",
          HEAD, rate_rows(results, base, PACKETS))
    peers(b)
    flood(b)


# --- others on the same file -------------------------------------------------


def others(path, scratch):
    """Programs of Debian's, as far as they are installed."""
    plugin = glob.glob("/usr/lib/*/dnscap/txtout.so")
    argvs = {
        "tcpdump -w": ["tcpdump", "-r", path, "-w", "/dev/null"],
        "nfpcapd (flows)": ["nfpcapd", "-r", path, "-l", scratch],
        "argus (flows)": ["argus", "-r", path, "-w", "/dev/null"],
        "ndpiReader (flows, names)": ["ndpiReader", "-q", "-i", path],
        "dnscap -g (DNS)": ["dnscap", "-r", path, "-g"],
    }
    if plugin:
        argvs["dnscap -P txtout (DNS)"] = ["dnscap", "-r", path, "-P",
                                           plugin[0]]
    for name, argv in argvs.items():
        found = shutil.which(argv[0], path=os.environ["PATH"] + ":/usr/sbin")
        yield name, found and [found, *argv[1:]]


def peers(b):
    path, _ = b.sessions(PACKETS)
    ours = "nd-sniff, FlowChef"
    cases = {ours: case(b, path, PACKETS, ["FlowChef"]),
             "nd-sniff, DNSChef": case(b, path, PACKETS, ["DNSChef"])}
    missing = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, argv in others(path, scratch):
            if argv:
                cases[name] = lambda argv=argv: run(*argv)
            else:
                missing.append([name, "not installed", "", "", ""])
        with b.hub():
            results = rounds(3, cases)
    table("The same file, other programs", HEAD,
          rate_rows(results, ours, PACKETS) + missing)
    if shutil.which("tshark"):
        few = 100000
        path, _ = b.sessions(few)
        with b.hub():
            results = rounds(2, {
                "nd-sniff, all bundled chefs":
                case(b, path, few, bundled(b)[0]),
                "tshark -T fields": lambda: run(
                    "tshark", "-n", "-r", path, "-T", "fields", "-e",
                    "dns.qry.name", "-e", "http.host", "-e",
                    "tls.handshake.extensions_server_name")})
        table(f"The first {short(few)} packets, start-up included", HEAD,
              rate_rows(results, "tshark -T fields", few))


def flood(b):
    """Every packet of another flow: what is remembered must have a bound."""
    rows = {}
    _, default = bundled(b)
    with b.hub():
        for count in (PACKETS // 2, PACKETS):
            path, _ = b.capture(count)
            for name, who in (("FlowChef", ["FlowChef"]),
                              ("the default chefs", default)):
                rows[f"{name}, {short(count)} packets"] = [
                    case(b, path, count, who)()]
    table("A flood: nearly every packet is of a flow of its own",
          ["", "seconds", "MB"],
          [[name, f"{r[0].wall:.1f}", f"{r[0].rss:.0f}"]
           for name, r in rows.items()])


# --- workers -----------------------------------------------------------------


def workers(b):
    path, _ = b.sessions(PACKETS)
    _, default = bundled(b)
    with b.hub():
        results = rounds(3, {
            "1 worker": case(b, path, PACKETS, default),
            "2 workers, each reads the file and takes its flows":
            case(b, path, PACKETS, default, "--workers", 2)})
    # The memory would be the parent's alone.
    table("One file, the default chefs", HEAD[:-1],
          [row[:-1] for row in rate_rows(results, "1 worker", PACKETS)])
    live(b)


def drops(errors):
    seen = sum(map(int, re.findall(r"(\d+) packets seen", errors)))
    lost = sum(map(int, re.findall(r"(\d+) dropped by the kernel", errors)))
    return seen, lost


def live_once(b, link, path, pps, options):
    """What a kitchen at one end of a veth pair sees of a sender's packets."""
    with Program(["ip", "netns", "exec", link.far, b.bin("nd-sniff"),
                  "--user=", "--interface=veth0", "--hub", b.endpoint("in"),
                  *options]) as kitchen:
        expected = 2 if "--workers" in options else 1
        kitchen.wait_for("connected to the hub", expected)
        sent = run("ip", "netns", "exec", link.near, "tcpreplay", "-q", "-K",
                   "-i", "veth0", *(["--topspeed"] if pps is None else
                                    ["--pps", pps]), path)
        rate = float(re.search(r"([\d.]+) pps", sent.output)[1])
        packets = int(re.search(r"Actual: (\d+) packets", sent.output)[1])
        kitchen.process.terminate()
        kitchen.finish(60)
        seen, lost = drops(kitchen.errors)
    return packets, rate, seen, lost, kitchen.cpu


def live(b):
    if os.geteuid() != 0 or not shutil.which("tcpreplay"):
        print("\nLive: not measured, it takes root and tcpreplay")
        return
    count = min(PACKETS, 1000000)
    path, _ = b.sessions(count)
    rows = []
    with b.link() as link, b.hub():
        for pps in (500000, None):
            for name, options in (("1 worker", []),
                                  ("2 workers", ["--workers", 2])):
                packets, rate, seen, lost, cpu = live_once(
                    b, link, path, pps, options)
                b.check(seen + lost >= packets,
                        f"live, {name}: {seen} + {lost} of {packets}")
                rows.append([f"{name}, {'topspeed' if pps is None else pps}",
                             short(rate), seen, lost,
                             f"{cpu * 1e9 / packets:.0f}"])
    table(f"Live, the default chefs, {short(count)} packets by tcpreplay on "
          "a veth pair", ["", "sent/s", "seen", "dropped by the kernel",
                          "CPU ns/packet"], rows)
