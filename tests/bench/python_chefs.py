# SPDX-License-Identifier: MIT
"""A chef in Python: in our kitchen, and the same under scapy's sniff()."""
import os
import re

from measure import run, short, spread, table

HERE = os.path.dirname(os.path.abspath(__file__))
CHEF = os.path.join(HERE, "python_chef.py")
PACKETS = int(os.environ.get("BENCH_PYTHON_PACKETS", 2000000))
SCAPY_PACKETS = 20000
ROUNDS = 3


def ours(b, path, chef, *options):
    r = run(b.bin("nd-sniff"), "--user=", "--poke-interval=0", "--hub",
            b.endpoint("in"), "--read", path, "--chef", chef, *options)
    told = re.search(rf"{chef}: (\d+) dumplings, 0 dropped from a full queue, "
                     "0 not taken by the hub, 0 errors", r.errors)
    b.check(told, f"{chef}: something was lost: {r.errors}")
    return r, int(told[1]) if told else 0


def scapy(b, path):
    package = os.path.join(b.build, "lib/netdumplings/python")
    return run("env", f"PYTHONPATH={package}", "/usr/bin/python3", CHEF, path,
               timeout=300).answer()


def chefs(b):
    few, _ = b.capture(SCAPY_PACKETS)
    rates = {"the Python chef in nd-sniff": [],
             "DNSLookupChef in C": [],
             "the Python chef under scapy's sniff": []}
    times = []
    with b.hub():
        for _ in range(ROUNDS):
            path, _ = b.capture(PACKETS)
            r, dumplings = ours(b, path, "DNSQueryChef", "--chef-module", CHEF)
            one = PACKETS / r.wall
            rates["the Python chef in nd-sniff"].append(one)
            r, _ = ours(b, path, "DNSLookupChef")
            rates["DNSLookupChef in C"].append(PACKETS / r.wall)
            got = scapy(b, few)
            _, same = ours(b, few, "DNSQueryChef", "--chef-module", CHEF)
            b.check(0 < got["dumplings"] == same,
                    f"scapy's {got}, ours {same} dumplings")
            other = got["packets"] / got["seconds"]
            rates["the Python chef under scapy's sniff"].append(other)
            times.append(one / other)
    table(f"A chef in Python: {short(PACKETS)} packets (scapy: "
          f"{short(SCAPY_PACKETS)}), {short(dumplings)} DNS queries",
          ["", "packets/s"], [[name, spread(all_of_it)]
                              for name, all_of_it in rates.items()])
    print(f"  ours against scapy's: {spread(times, '{:.0f}'.format)} times")
