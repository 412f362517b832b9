# SPDX-License-Identifier: MIT
"""What netdumplings --demo takes, all of it."""
import pathlib
import re
import signal
import time

from measure import TICKS, Program, free_port, table

SECONDS = 60
REACH_MB = 60


class Process:
    """One of the demo's programs, as it is now."""

    def __init__(self, pid):
        folder = pathlib.Path(f"/proc/{pid}")
        command = (folder / "cmdline").read_bytes().split(b"\0")
        words = [word.decode() for word in command]
        self.name = words[0].rpartition("/")[2]
        for option in "--site", "--kitchen-name":
            if option in words:
                self.name += " " + words[words.index(option) + 1]
        rollup = (folder / "smaps_rollup").read_text()
        self.rss, self.pss = (
            int(re.search(rf"^{key}:\s+(\d+)", rollup, re.M)[1]) / 1024
            for key in ("Rss", "Pss"))
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        self.cpu = (int(fields[11]) + int(fields[12])) / TICKS


def processes(pid):
    listed = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [Process(p) for p in (pid, *listed.split())]


def demo(b):
    port = free_port()
    with Program([b.bin("netdumplings"), "--demo", "--port", port,
                  "--in-port", 0]) as program:
        program.wait_for("Ctrl-C")
        time.sleep(SECONDS)
        found = processes(program.pid)
        program.process.send_signal(signal.SIGINT)
        program.finish()
    b.check(len(found) == 7, f"the demo has {len(found)} processes")
    served = [p for p in found
              if p.name.split()[0] in ("nd-hub", "nd-sniff", "nd-gateway")]
    rows = [[p.name, f"{p.pss:.1f}", f"{p.rss:.1f}",
             f"{100 * p.cpu / SECONDS:.1f}"] for p in found]
    for name, summed in ("all", found), ("hub, kitchens, gateway", served):
        rows.append([name, f"{sum(p.pss for p in summed):.1f}",
                     f"{sum(p.rss for p in summed):.1f}",
                     f"{100 * sum(p.cpu for p in summed) / SECONDS:.1f}"])
    rows.append(["reach", "", REACH_MB, ""])
    table(f"netdumplings --demo after {SECONDS} s: memory that is resident, "
          "what is shared divided among those who share it (PSS) or counted "
          "for each (RSS)", ["", "PSS MB", "RSS MB", "% of a core"], rows)
