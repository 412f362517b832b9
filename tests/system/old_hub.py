"""A hub as netdumplings' own was to its eaters."""
import asyncio
import contextlib
import json
import threading

import websockets.exceptions
import websockets.server


class OldHub:
    """Sends some texts to everyone, and notes what it hears."""

    def __init__(self, *texts):
        self.texts = texts
        self.hellos = []
        self.closed = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    async def serve(self, socket, *_):
        self.hellos.append(json.loads(await socket.recv()))
        for text in self.texts:
            await socket.send(text)
        with contextlib.suppress(websockets.exceptions.ConnectionClosed):
            await socket.recv()
        self.closed.append((socket.close_code, socket.close_reason))

    async def start(self):
        return await websockets.server.serve(self.serve, '127.0.0.1', 0)

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine,
                                                self.loop).result(60)

    async def stop(self):
        self.server.close()
        await self.server.wait_closed()

    def __enter__(self):
        self.thread.start()
        self.server = self.call(self.start())
        host, port = self.server.sockets[0].getsockname()
        self.where = f'{host}:{port}'
        return self

    def __exit__(self, *_):
        self.call(self.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def text_of(chef, payload, kitchen=None, **metadata):
    return json.dumps({'metadata': {
        'chef': chef, 'kitchen': kitchen, 'creation_time': 1.5,
        'driver': 'packet', **metadata}, 'payload': payload})
