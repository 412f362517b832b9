# SPDX-License-Identifier: MIT
"""Messages of NMSG in Python, with pynmsg beside it where there is one."""
import glob
import os
import subprocess

from measure import Program, ratio, rounds, run, short, spread, table

COUNT = int(os.environ.get("BENCH_PACKETS", 5000000)) * 2 // 5
PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "python_nmsg.py")
PYTHON = "/usr/bin/python3"


def is_pynmsg():
    """Whether an `nmsg` is there that is not this project's."""
    return subprocess.run(
        [PYTHON, "-P", "-c", "import nmsg, sys; "
         "sys.exit(nmsg.__name__ != 'nmsg')"],
        stderr=subprocess.DEVNULL).returncode == 0


def nmsg_python(b):
    capture, _ = b.capture(COUNT)
    path = os.path.join(b.dir, "python.nmsg")
    run(b.bin("nd-nmsgtool"), "-p", capture, "-T", "packet", "-w", path)
    library, = glob.glob(b.build + "/lib*/**/netdumplings/python",
                         recursive=True)

    def case(what, package):
        def once():
            os.environ["PYTHONPATH"] = package
            with Program([PYTHON, "-BP", PROGRAM, what, path]) as program:
                program.finish(300)
            answer = program.answer()
            b.check(answer["messages"] > 0, f"{what}: no messages")
            program.rate = answer["messages"] / answer["cpu"]
            program.messages = answer["messages"]
            return program
        return once

    packages = {"ours": library}
    if is_pynmsg():
        packages["pynmsg"] = ""
    rows = []
    for what in "read", "field", "copy", "json", "loop":
        results = rounds(3, {name: case(what, package)
                             for name, package in packages.items()})
        counts = {r.messages for runs in results.values() for r in runs}
        b.check(len(counts) == 1, f"{what}: {sorted(counts)} messages")
        for name, runs in results.items():
            rows.append([f"{what}, {name}", spread(r.rate for r in runs),
                         ratio(results, name, "ours", lambda r: r.rate)])
    table(f"NMSG in Python: {short(COUNT)} packets of a file",
          ["", "messages/CPU s", "ratio"], rows)
