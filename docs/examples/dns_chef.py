from netdumplings import DumplingChef


class NameChef(DumplingChef):
    """Tells the names that are looked up."""

    def __init__(self, kitchen=None):
        super().__init__(kitchen)
        self.names = set()

    def packet_handler(self, packet):
        if not packet.haslayer('DNS'):
            return None
        question = packet.getlayer('DNS').fields['qd']
        if question is None:
            return None
        name = question.qname.decode('utf-8', 'replace').rstrip('.')
        self.names.add(name)
        return {'name': name}

    def interval_handler(self, interval=None):
        return {'names': len(self.names), 'seconds': interval}
