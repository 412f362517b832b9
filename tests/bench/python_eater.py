#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Counts a chef's dumplings in Python, until SIGINT or so many came.

usage: python_eater.py ours|classic HUB CHEF [COUNT]

Says "ready" when it gets dumplings, and at the end how many and from when to
when.  `ours` is a DumplingEater, `classic` what eaters did before: one text,
one json.loads(), one dumpling, one await.
"""
import asyncio
import contextlib
import json
import sys
import time

STATUS = "SystemStatusChef"


class Counter:
    def __init__(self, chef):
        self.chef = chef
        self.count = self.first = self.last = 0
        self.ready = False

    async def on_dumpling(self, dumpling):
        if dumpling.chef == self.chef:
            self.last = time.monotonic()
            self.first = self.first or self.last
            self.count += 1
        elif not self.ready:
            self.ready = True
            print("ready", flush=True)


class Plain:
    """A dumpling, as plain as one can be."""

    def __init__(self, text):
        value = json.loads(text)
        metadata = value["metadata"]
        self.chef = metadata["chef"]
        self.kitchen = metadata["kitchen"]
        self.driver = metadata["driver"]
        self.creation_time = metadata["creation_time"]
        self.payload = value["payload"]


async def classic(hub, counter):
    import websockets
    async with websockets.connect(hub, close_timeout=0.1) as hub:
        await hub.send(json.dumps({"eater_name": "classic"}))
        while True:
            dumpling = Plain(await hub.recv())
            if dumpling.chef in (counter.chef, STATUS):
                await counter.on_dumpling(dumpling)


class Enough(Exception):
    pass


def ours(hub, counter, count):
    from netdumplings import DumplingEater

    async def on_dumpling(dumpling):
        await counter.on_dumpling(dumpling)
        if counter.count == count:
            raise Enough

    eater = DumplingEater("ours", hub, chef_filter=[counter.chef, STATUS])
    eater.on_dumpling = on_dumpling if count else counter.on_dumpling
    with contextlib.suppress(Enough):
        eater.run()


def main(kind, hub, chef, count=0):
    counter = Counter(chef)
    if kind == "ours":
        ours(hub, counter, int(count))
    else:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(classic(hub, counter))
    print(json.dumps({"received": counter.count, "first": counter.first,
                      "last": counter.last}))


main(*sys.argv[1:])
