"""The packet that chefs in Python are given, beside scapy's of its bytes."""
import importlib
import logging
import sys
import warnings

import pytest

from views import captures, look, query, view_driver  # noqa: F401
from netdumplings.packet import Packet

CAPTURES = ['mix.pcap', 'snap.pcap', 'dns.pcap', 'sll.pcap', 'sll2.pcap',
            'null.pcap', 'raw.pcap', 'tunnels.pcap', 'ppp.pcap', 'nflog.pcap',
            'radiotap.pcap']

# Where the layers part, ours and scapy's, and why.
LAYERS = {
    ('Raw', 'STP'): 'the kitchen does not decode it',
    ('Raw', 'SCTPChunkData'): 'the kitchen leaves chunks as they are',
    ('IGMP', 'Raw'): 'scapy has it only in its contrib',
    ('MPLS', 'Raw'): 'scapy has it only in its contrib',
    ('GENEVE', 'Raw'): 'scapy has it only in its contrib',
    ('GTP_U_Header', 'Raw'): 'scapy has it only in its contrib',
    ('ERSPAN', 'Raw'): 'scapy has it only in its contrib',
    ('Teredo', 'Raw'): 'scapy does not know it',
    ('NFLOG', 'Raw'): 'scapy does not know it',
    ('UDP', 'Raw'): 'scapy does not look behind AH',
    ('Dot1Q', 'Raw'): 'an old type of a tag',
    ('Dot1AD', 'Raw'): 'scapy knows no tags behind this link layer',
    ('LLC', 'Raw'): 'scapy knows no LLC behind this link layer',
    ('IPv6', 'Raw'): 'the address family is that of another system',
    ('IP', 'Raw'): 'PPP with the direction in front',
    ('IP', 'PPP'): 'PPP with the direction in front',
    ('ICMPv6NDOptUnknown', 'Raw'): 'scapy has a class for it and no use',
    ('GRE', 'GRE_PPTP'): 'one class for both versions',
    ('PPP', 'HDLC'): 'address and control are fields of it',
    ('PPPoE', 'PPPoED'): 'one class for both',
    ('Dot11', 'Dot11FCS'): 'the check sequence is Padding',
    ('Raw', None): 'what ESP encrypts is a layer of the kitchen',
    # cut off
    ('DNS', 'Raw'): 'a message that goes on behind what was captured',
    ('LLMNRResponse', 'Raw'): 'the same',
    ('Raw', 'DNS'): 'scapy makes up what is not there',
    ('Raw', 'LLMNRQuery'): 'the same',
    ('Raw', 'UDPerror'): 'the same',
    ('Raw', 'ICMPerror'): 'the same',
    ('Raw', 'IPerror6'): 'the same',
    ('Raw', 'UDP'): 'the same',
    ('Raw', 'TCP'): 'the same',
    ('Raw', 'AH'): 'the same',
}

# Fields, by class and name, and why.
FIELDS = {
    ('AH', 'padding'): 'scapy: no bytes',
    ('ICMP', 'unused'): 'scapy: no bytes',
    ('IPv6ExtHdrDestOpt', 'autopad'): 'not in the packet',
    ('IPv6ExtHdrHopByHop', 'autopad'): 'not in the packet',
    ('IPv6ExtHdrDestOpt', 'options'): 'ours: bytes',
    ('IPv6ExtHdrHopByHop', 'options'): 'ours: bytes',
    ('ICMPv6MLReport2', 'records'): 'ours: bytes',
    ('ICMPv6NDOptDNSSL', 'searchlist'): 'ours: bytes',
    ('IP', 'options'): 'ours: named tuples',
    ('DNSRROPT', 'rdata'): 'ours: named tuples',
    ('DNSRR', 'rdlen'): 'scapy takes it away from a compressed name',
    ('DNSRRMX', 'rdlen'): 'the same',
    ('DNSRRSOA', 'rdlen'): 'the same',
    ('DNSRRSRV', 'rdlen'): 'the same',
    ('TCP', 'options'): 'scapy: none where there are none',
    ('DNS', 'qd'): 'a name that is cut off is None',
    ('LLMNRQuery', 'qd'): 'the same',
    ('DNS', 'an'): 'scapy gives up behind that',
    ('DNS', 'ns'): 'the same',
    ('DNS', 'ar'): 'the same',
    ('DNSQR', 'qname'): 'a name that goes in circles goes on to its limit',
    ('DNSRR', 'rdata'): 'an address of a wrong length is bytes',
    ('DNSRR', None): 'and scapy goes on as if it were right',
}
# Those after which the rest of the message differs too.
ODD = {('DNS', 'qd'), ('LLMNRQuery', 'qd'), ('DNSQR', 'qname'),
       ('DNSRR', 'rdata'), ('DNSRR', None)}


def names(packet):
    return [layer.__class__.__name__ for layer in packet.iterpayloads()]


class Comparison:
    def __init__(self, scapy):
        self.scapy = scapy
        self.packets = self.values = self.summaries = 0
        self.alike = True
        self.unexplained = []

    def differs(self, table, key, *shown):
        self.alike = self.alike and table is FIELDS and key not in ODD
        if key not in table:
            self.unexplained.append((key, *shown))

    def packet(self, ours, theirs):
        self.packets += 1
        mine, other = names(ours), names(theirs)
        self.alike = True
        for a, b in zip(mine + [None], other + [None]):
            if a != b:
                self.differs(LAYERS, (a, b), mine, other)
                break
        assert bytes(ours) == bytes(theirs.original)
        assert ours.time == pytest.approx(float(theirs.time), abs=1e-6)
        assert ours.wirelen == theirs.wirelen
        for a, b in zip(ours.iterpayloads(), theirs.iterpayloads()):
            if a.__class__.__name__ != b.__class__.__name__:
                break
            self.layer(a, b)
        if self.alike:
            self.whole(ours, theirs)

    def whole(self, ours, theirs):
        """Those with the same layers answer the same questions alike."""
        assert ours.summary() == theirs.summary()
        self.summaries += 1
        for kind in ('Ether', 'Ethernet', 'IP', 'TCP', 'UDP', 'ICMP', 'ARP',
                     'DNS', 'DNSQR', 'DNSRR', 'Raw', 'Padding', '802.1Q',
                     'Dot1Q', 'no such layer'):
            assert ours.haslayer(kind) == bool(theirs.haslayer(kind))
        for kind in 'Ether', 'IP', 'TCP', 'UDP', 'DNS', 'IPv6', 'Raw':
            scapys = getattr(self.scapy, kind)
            assert ours.haslayer(scapys) == bool(theirs.haslayer(scapys))
            assert (scapys in ours) == (scapys in theirs)
        assert [layer.__name__ for layer in ours.layers()] == \
            [layer.__name__ for layer in theirs.layers()]
        assert ours.lastlayer().name == theirs.lastlayer().name
        assert ours.show(dump=True).count('###[') >= len(ours.layers())

    def layer(self, ours, theirs):
        kind = ours.__class__.__name__
        if kind in ('RadioTap', 'Dot11'):
            return  # only what their headers start with
        if kind not in ('AH',):
            assert ours.name == theirs.name
        values = {name: getattr(theirs, name) for name in theirs.fields}
        for name in {**values, **ours.fields}:
            a, b = ours.fields.get(name), values.get(name)
            if isinstance(a, Packet) and hasattr(b, 'fields'):
                self.records(a, b)
            elif a != b or (name in values) != (name in ours.fields):
                self.differs(FIELDS, (kind, name), a, b)
            else:
                assert getattr(ours, name) == a
                self.values += 1

    def records(self, ours, theirs):
        mine, other = names(ours), names(theirs)
        if mine != other:
            self.differs(FIELDS, (mine[0], None), mine, other)
        for a, b in zip(ours.iterpayloads(), theirs.iterpayloads()):
            if a.__class__.__name__ == b.__class__.__name__:
                self.layer(a, b)


@pytest.fixture(scope='module')
def scapy():
    warnings.filterwarnings('ignore')
    logging.getLogger('scapy').setLevel(logging.CRITICAL)
    pytest.importorskip('scapy')
    return importlib.import_module('scapy.all')


@pytest.mark.parametrize('name', CAPTURES)
def test_every_packet_is_as_scapy_has_it(captures, scapy, name):
    theirs = list(scapy.PcapReader(str(captures / name)))
    comparison = Comparison(scapy)
    view_driver.read(str(captures / name), lambda packet: comparison.packet(
        packet, theirs[comparison.packets]))
    assert comparison.packets == len(theirs) > 0
    assert not comparison.unexplained
    if name == 'mix.pcap':
        assert comparison.values > 800 and comparison.summaries > 50


def test_the_real_scapy_packet(captures, scapy):
    def compare(packet):
        theirs = packet.scapy()
        assert type(theirs) is next(real).__class__
        assert bytes(theirs.original) == bytes(packet)
        assert float(theirs.time) == packet.time
        assert theirs.wirelen == packet.wirelen

    for name in 'mix.pcap', 'sll.pcap', 'raw.pcap':
        real = iter(scapy.PcapReader(str(captures / name)))
        view_driver.read(str(captures / name), compare)


def test_a_format_of_scapy(scapy):
    packet = look(query())
    assert packet.sprintf('%IP.src% %UDP.dport%') == '192.0.2.10 domain'
    assert packet['UDP'].sprintf('%UDP.sport%') == '1234'


def test_without_scapy(monkeypatch):
    for name in [n for n in sys.modules if n.split('.')[0] == 'scapy']:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, 'scapy', None)
    with pytest.raises(ImportError, match='install python3-scapy'):
        look(query(), lambda packet: packet.scapy())
