# SPDX-License-Identifier: MIT
"""Reads a file of NMSG as a script for pynmsg does: python_nmsg.py WHAT FILE"""
import json
import sys
import time

import nmsg


def read(source):
    count = 0
    while source.read() is not None:
        count += 1
    return count


def field(source):
    count = 0
    while True:
        m = source.read()
        if m is None:
            return count
        count += m["payload_type"] == "IP"


def copy(source):
    count, out = 0, nmsg.output.open_file("/dev/null")
    while True:
        m = source.read()
        if m is None:
            out.close()
            return count
        out.write(m)
        count += 1


def texts(source):
    count = 0
    while True:
        m = source.read()
        if m is None:
            return count
        count += len(m.to_json()) > 0


def loop(source):
    count = [0]

    def take(m):
        count[0] += 1
    io = nmsg.io()
    io.add_input(source)
    io.add_output_callback(take)
    io.loop()
    return count[0]


ways = {"read": read, "field": field, "copy": copy, "json": texts,
        "loop": loop}
opened = nmsg.input.open_file(sys.argv[2])
before = time.process_time()
messages = ways[sys.argv[1]](opened)
print(json.dumps({"messages": messages, "cpu": time.process_time() - before}))
