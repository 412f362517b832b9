# SPDX-License-Identifier: MIT
"""What the gateway's pages cost a browser at 20,000 dumplings a second."""
import json
import os
import pathlib
import re
import sys

from measure import Program, Wrong, free_port, table

TREE = pathlib.Path(__file__).resolve().parents[2]
PACKETS = 1500000
# make-sessions has 50,000 packets in a second, one dumpling for two of them.
SPEED = 0.85
SECONDS = 10


def paths():
    pages = TREE / "eaters/gateway/pages"
    listed = re.search(r"pages = \[([^]]*)\]",
                       (pages / "pages.js").read_text())[1]
    imports = dict(re.findall(r'import (\w+) from "\./([\w/.]+)"',
                              (pages / "pages.js").read_text()))
    for name in re.findall(r"\w+", listed):
        text = (pages / imports[name]).read_text()
        yield re.search(r'static path = "([^"]*)"', text)[1]


def pages(b):
    sys.path.append(str(TREE / "tests/system"))
    os.environ["ND_BUILD"] = b.build
    import browsers
    os.environ["BROWSER_DIR"] = str(browsers.installed())
    path, _ = b.capture(PACKETS, "make-sessions")
    port, in_port = free_port(), free_port()
    rows = []
    argv = [b.bin("netdumplings"), "--port", port, "--in-port", in_port,
            "--read", path, "--speed", SPEED]
    for page in paths():
        # Each has its own run of the capture, which lasts half a minute.
        with Program(argv) as system:
            system.wait_for("http://", 1)
            with Program(["node", TREE / "tests/bench/page_cost.mjs",
                          f"http://127.0.0.1:{port}/", SECONDS,
                          page]) as browser:
                cost = browser.finish(60).answer()
        if cost["faults"]:
            raise Wrong(f"/{page}: {cost['faults'][0]}")
        rows.append(["/" + page, f"{100 * cost['main']:.0f}",
                     f"{100 * cost['core']:.0f}", f"{cost['heap']:.0f}",
                     f"{cost['megabytes']:.0f}", f"{cost['frames']:.0f}",
                     cost["flow"]])
    table("Pages in a browser, beside a reach of 30 % of a core and 150 MB; "
          "WebGL is drawn by the processor", [
              "page", "main thread %", "process %", "heap MB", "process MB",
              "frames/s", "it says"], rows)
