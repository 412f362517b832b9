import json

from netdumplings import DumplingEater


class PrinterEater(DumplingEater):
    async def on_connect(self, hub_uri, websocket):
        print(f'Connected to {hub_uri}', flush=True)

    async def on_dumpling(self, dumpling):
        print(json.dumps(dumpling.payload, indent=4), flush=True)


if __name__ == '__main__':
    PrinterEater().run()
