# SPDX-License-Identifier: MIT
"""The bundled chefs, to derive others from.

nd-sniff has its own of these names, in C, which tell the same: those are what
`--chef-module netdumplings.dumplingchefs` means there.
"""
from __future__ import annotations

from typing import Any

from .chef import DumplingChef
from .kitchen import DumplingKitchen


class ARPChef(DumplingChef):
    """Tells of each ARP packet, with a note on new devices."""
    OPERATIONS = {1: 'request', 2: 'reply'}

    def __init__(self, kitchen: DumplingKitchen | None = None) -> None:
        super().__init__(kitchen=kitchen)
        self.hardware: dict[str, str] = {}

    def packet_handler(self, packet: Any) -> Any:
        if not packet.haslayer('ARP'):
            return None
        arp = packet.getlayer('ARP')
        op = arp.fields['op']
        notes = None
        if op == 2:
            before = self.hardware.get(arp.psrc)
            if before is None:
                notes = 'source device is new'
            elif before != arp.hwsrc:
                notes = 'source device has new IP address'
            self.hardware[arp.psrc] = arp.hwsrc
        return {
            'operation': self.OPERATIONS.get(op, op),
            'src_hw': arp.hwsrc,
            'src_ip': arp.psrc,
            'dst_hw': arp.hwdst,
            'dst_ip': arp.pdst,
            'time': float(packet.time),
            'notes': notes,
        }


class DNSLookupChef(DumplingChef):
    """Tells of each DNS lookup, and of all at intervals."""

    def __init__(self, kitchen: DumplingKitchen | None = None) -> None:
        super().__init__(kitchen=kitchen)
        self.seen: dict[str, dict[str, Any]] = {}

    def packet_handler(self, packet: Any) -> Any:
        if not packet.haslayer('DNS'):
            return None
        question = packet.getlayer('DNS').fields['qd']
        if question is None:
            return None
        hostname = question.qname.decode('utf-8', 'replace')[:-1]
        entry = self.seen.setdefault(hostname, {'count': 0, 'latest': 0})
        entry['count'] += 1
        entry['latest'] = when = float(packet.time)
        return {'lookup': {'hostname': hostname, 'when': when}}

    def interval_handler(self, interval: float | None = None) -> Any:
        return {'lookups_seen': self.seen}


class PacketCountChef(DumplingChef):
    """Counts the layers of packets by name, and the packets' bytes."""

    def __init__(self, kitchen: DumplingKitchen | None = None) -> None:
        super().__init__(kitchen=kitchen)
        self.counts: dict[str, int] = {}
        self.bytes: dict[str, int] = {}

    def packet_handler(self, packet: Any) -> Any:
        names = set()
        layer = packet
        while layer:
            self.counts[layer.name] = self.counts.get(layer.name, 0) + 1
            names.add(layer.name)
            layer = layer.payload
        for name in names:
            self.bytes[name] = self.bytes.get(name, 0) + packet.wirelen
        return None

    def interval_handler(self, interval: float | None = None) -> Any:
        return {'packet_counts': self.counts, 'byte_counts': self.bytes}
