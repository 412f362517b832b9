"""The three chefs that netdumplings bundles, in Python, as its users write
chefs: what they tell must be what the ones in C tell."""
from netdumplings import DumplingChef


class ARPChef(DumplingChef):
    OPERATIONS = {1: 'request', 2: 'reply'}

    def __init__(self, kitchen=None):
        super().__init__(kitchen=kitchen)
        self.hardware = {}

    def packet_handler(self, packet):
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
            'time': packet.time,
            'notes': notes,
        }


class DNSLookupChef(DumplingChef):
    def __init__(self, kitchen=None):
        super().__init__(kitchen=kitchen)
        self.seen = {}

    def packet_handler(self, packet):
        if not packet.haslayer('DNS'):
            return None
        question = packet.getlayer('DNS').fields['qd']
        if question is None:
            return None
        hostname = question.qname.decode('utf-8', 'replace')[:-1]
        entry = self.seen.setdefault(hostname, {'count': 0, 'latest': 0})
        entry['count'] += 1
        entry['latest'] = packet.time
        return {'lookup': {'hostname': hostname, 'when': packet.time}}

    def interval_handler(self, interval=None):
        return {'lookups_seen': self.seen}


class PacketCountChef(DumplingChef):
    def __init__(self, kitchen=None):
        super().__init__(kitchen=kitchen)
        self.counts = {}

    def packet_handler(self, packet):
        layer = packet
        while layer:
            self.counts[layer.name] = self.counts.get(layer.name, 0) + 1
            layer = layer.payload

    def interval_handler(self, interval=None):
        return {'packet_counts': self.counts}
