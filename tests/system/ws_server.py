"""A WebSocket server that plays the original's hub, or the gateway."""
import asyncio
import json
import threading

import websockets

DUMPLING = ('{"metadata": {"chef": "%s", "kitchen": %s, "creation_time": '
            '1795352291.7644823, "driver": "packet"%s}, "payload": %s}')


def dumpling(chef='SomeChef', kitchen='lab', seq=None, payload='1'):
    return DUMPLING % (chef, json.dumps(kitchen),
                       '' if seq is None else f', "seq": {seq}', payload)


class Server:
    """A WebSocket server in a thread, which plays the original's hub."""

    def __init__(self, play, port=0):
        self.play = play
        self.port = port
        self.hellos = []
        self.closed_with = []
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()))

    async def handle(self, ws, _path=None):
        self.hellos.append(json.loads(await ws.recv()))
        await self.play(ws, len(self.hellos))
        self.closed_with.append(ws.close_code)

    async def run(self):
        self.stopping = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        async with websockets.serve(self.handle, '127.0.0.1', self.port,
                                    close_timeout=1) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.uri = f'ws://127.0.0.1:{self.port}'
            self.started.set()
            await self.stopping.wait()

    def __enter__(self):
        self.thread.start()
        assert self.started.wait(20)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join()


def sends(*texts):
    """What a server does that sends these and then waits for the close."""
    async def play(ws, _times):
        for text in texts:
            await ws.send(text)
        await ws.wait_closed()
    return play
