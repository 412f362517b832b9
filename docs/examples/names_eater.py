import asyncio
import sys

from netdumplings import DumplingEater


async def main(hub):
    async with DumplingEater('names', hub,
                             chef_filter=['DNSLookupChef']) as eater:
        async for dumpling in eater:
            if 'lookup' in dumpling.payload:
                print(dumpling.payload['lookup']['hostname'], flush=True)
            if eater.missed:
                print(eater.missed, 'missed', file=sys.stderr)


asyncio.run(main(sys.argv[1]))
