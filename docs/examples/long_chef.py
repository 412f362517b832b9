# SPDX-License-Identifier: MIT
from netdumplings import DumplingChef


class LongChef(DumplingChef):
    def packet_handler(self, packet):
        if len(packet) >= 200:
            return {'bytes': len(packet), 'layers': packet.summary()}
