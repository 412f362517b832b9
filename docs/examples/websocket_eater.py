"""Prints what is looked up, from nd-gateway: websocket_eater.py [URI]"""
import asyncio
import json
import sys

import websockets


async def main(uri):
    async with websockets.connect(uri) as gateway:
        await gateway.send(json.dumps({
            'eater_name': 'example', 'chefs': ['DNSLookupChef']}))
        async for text in gateway:
            dumpling = json.loads(text)
            if 'lookup' in dumpling['payload']:
                print(dumpling['payload']['lookup']['hostname'], flush=True)


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1
                 else 'ws://127.0.0.1:11348/'))
