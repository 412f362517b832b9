# SPDX-License-Identifier: MIT
"""A chef as users of netdumplings write it, for our kitchen; and as a program,
the same chef under scapy's sniff(), as netdumplings' own kitchen has it:
python_chef.py CAPTURE."""
import sys
import time

from netdumplings import Dumpling, DumplingChef


class DNSQueryChef(DumplingChef):
    def packet_handler(self, packet):
        if not packet.haslayer('DNS'):
            return None
        dns = packet.getlayer('DNS')
        if dns.fields['qr'] or dns.fields['qd'] is None:
            return None
        name = dns.fields['qd'].qname.decode('utf-8')
        return {'lookup': {'hostname': name[:-1], 'when': time.time()}}


def main(path):
    import json

    from scapy.sendrecv import sniff
    import scapy.layers.all  # noqa: F401

    chef = DNSQueryChef()
    counts = {'packets': 0, 'dumplings': 0}

    def take(packet):
        counts['packets'] += 1
        payload = chef.packet_handler(packet)
        if payload is not None:
            Dumpling(chef=chef, payload=payload).to_json()
            counts['dumplings'] += 1

    began = time.monotonic()
    sniff(offline=path, prn=take, store=0)
    print(json.dumps({**counts, 'seconds': time.monotonic() - began}))


if __name__ == '__main__':
    main(sys.argv[1])
