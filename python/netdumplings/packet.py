# SPDX-License-Identifier: MIT
"""The packet that a chef is given, and the classes of its layers.

    from netdumplings.packet import DNS, IP

    def packet_handler(self, packet):
        if DNS in packet:
            return str(packet[IP].src)

A packet is a view of what the kitchen has decoded, with scapy's names for
layers, fields and methods.  It does not change and may be kept.
`packet.scapy()` is the same packet as scapy decodes it.
"""
import functools
import re
import socket

try:
    from netdumplings._packet import *
except ImportError as error:
    raise ImportError('netdumplings.packet is to be had only by chefs: '
                      'the kitchen, nd-sniff, has it') from error

# --- numbers that summaries have names for ---------------------------------

ETHER_TYPES = {
    0x0800: 'IPv4', 0x0806: 'ARP', 0x8100: 'n_802_1Q', 0x86dd: 'IPv6',
    0x8847: 'MPLS', 0x8863: 'PPP_DISC', 0x8864: 'PPP_SES',
}
ARP_OPERATIONS = {
    1: 'who-has', 2: 'is-at', 3: 'RARP-req', 4: 'RARP-rep', 5: 'Dyn-RARP-req',
    6: 'Dyn-RAR-rep', 7: 'Dyn-RARP-err', 8: 'InARP-req', 9: 'InARP-rep',
}
ICMP_TYPES = {
    0: 'echo-reply', 3: 'dest-unreach', 4: 'source-quench', 5: 'redirect',
    8: 'echo-request', 9: 'router-advertisement', 10: 'router-solicitation',
    11: 'time-exceeded', 12: 'parameter-problem', 13: 'timestamp-request',
    14: 'timestamp-reply', 15: 'information-request',
    16: 'information-response', 17: 'address-mask-request',
    18: 'address-mask-reply', 30: 'traceroute',
    31: 'datagram-conversion-error', 32: 'mobile-host-redirect',
    33: 'ipv6-where-are-you', 34: 'ipv6-i-am-here',
    35: 'mobile-registration-request', 36: 'mobile-registration-reply',
    37: 'domain-name-request', 38: 'domain-name-reply', 39: 'skip',
    40: 'photuris',
}
ICMP_CODES = {
    3: ('network-unreachable', 'host-unreachable', 'protocol-unreachable',
        'port-unreachable', 'fragmentation-needed', 'source-route-failed',
        'network-unknown', 'host-unknown', None, 'network-prohibited',
        'host-prohibited', 'TOS-network-unreachable', 'TOS-host-unreachable',
        'communication-prohibited', 'host-precedence-violation',
        'precedence-cutoff'),
    5: ('network-redirect', 'host-redirect', 'TOS-network-redirect',
        'TOS-host-redirect'),
    11: ('ttl-zero-during-transit', 'ttl-zero-during-reassembly'),
    12: ('ip-header-bad', 'required-option-missing'),
}


def _word(name):
    """As scapy has it: a word that could name an attribute."""
    name = re.sub(r'\W', '_', name)
    return 'n_' + name if name[0].isdigit() else name


@functools.lru_cache(maxsize=4096)
def _service(port, protocol):
    try:
        return _word(socket.getservbyport(port, protocol))
    except OSError:
        return port


@functools.lru_cache(maxsize=256)
def _protocol(number):
    names = {value: name[len('IPPROTO_'):].lower()
             for name, value in vars(socket).items()
             if name.startswith('IPPROTO_')}
    return names.get(number, number)


def _named(names, number):
    return names.get(number, f'0x{number:x}')


# --- summaries ---------------------------------------------------------------
# Of a packet the innermost layer that has something to say does; the others
# are named.  A layer may want to hear one around it too.

def _ends(layer):
    """Its addresses, where it is right in an IP packet."""
    outer = layer.underlayer
    if outer is not None and outer.__class__.__name__ in ('IP', 'IPv6'):
        return outer.src, outer.dst
    return None


def _ports(layer, protocol):
    source = _service(layer.sport, protocol)
    target = _service(layer.dport, protocol)
    ends = _ends(layer)
    if ends:
        return f'{ends[0]}:{source} > {ends[1]}:{target}'
    return f'{source} > {target}'


def _tcp(layer):
    return f'TCP {_ports(layer, "tcp")} {layer.flags}'


def _udp(layer):
    return f'UDP {_ports(layer, "udp")}'


def _icmp(layer):
    codes = ICMP_CODES.get(layer.type, ())
    code = codes[layer.code] if layer.code < len(codes) else None
    what = f'{ICMP_TYPES.get(layer.type, layer.type)} {code or layer.code}'
    ends = _ends(layer)
    if ends and ':' not in ends[0]:
        return f'ICMP {ends[0]} > {ends[1]} {what}'
    return f'ICMP {what}'


def _arp(layer):
    if layer.op == 1:
        return f'ARP who has {layer.pdst} says {layer.psrc}'
    if layer.op == 2:
        return f'ARP is at {layer.hwsrc} says {layer.psrc}'
    operation = ARP_OPERATIONS.get(layer.op, layer.op)
    return f'ARP {operation} {layer.psrc} > {layer.pdst}'


def _ip(layer):
    text = f'{layer.src} > {layer.dst} {_protocol(layer.proto)}'
    return f'{text} frag:{layer.frag}' if layer.frag else text


def _dns(layer):
    what, record, field = 'Qry', layer.qd, 'qname'
    if layer.qr:
        what, record, field = 'Ans', layer.an, 'rdata'
    # Those records that have classes of their own are not told.
    if record is None or record.__class__.__name__ not in ('DNSQR', 'DNSRR'):
        return f'DNS {what} '
    return f'DNS {what} "{record.getfieldval(field)}" '


def _llmnr(layer):
    if layer.an:
        return (f"LLMNRResponse '{layer.an.rrname.decode(errors='replace')}' "
                f"is at '{layer.an.rdata}'", 'UDP')
    if layer.qd:
        return (f"LLMNRQuery who has "
                f"'{layer.qd.qname.decode(errors='replace')}'", 'UDP')
    return ''


def _vlan(layer):
    what = f'({_named(ETHER_TYPES, layer.type)}) vlan {layer.vlan}'
    outer = layer.underlayer
    if outer is not None and outer.__class__.__name__ == 'Ether':
        return f'802.1q {outer.src} > {outer.dst} {what}'
    return f'802.1q {what}'


def _target(layer):
    return f'{layer.name} (tgt: {layer.tgt})'


def _echo(layer):
    return f'{layer.name} (id: 0x{layer.id:x} seq: 0x{layer.seq:x})'


def _link_address(layer):
    return f'{layer.name} {layer.lladdr}'


def _router(layer):
    preference = {0: 'Medium (default)', 1: 'High', 2: 'Reserved', 3: 'Low'}
    return (f'{layer.name} Lifetime {layer.routerlifetime} Hop Limit '
            f'{layer.chlim} Preference {preference[layer.prf]} Managed '
            f'{layer.M} Other {layer.O} Home {layer.H}')


def _prefix(layer):
    return (f'{layer.name} {layer.prefix}/{layer.prefixlen} On-link {layer.L} '
            f'Autonomous Address {layer.A} Router Address {layer.R}')


SUMMARIES = {
    'Ether': lambda l: f'{l.src} > {l.dst} ({_named(ETHER_TYPES, l.type)})',
    'Dot3': lambda l: f'802.3 {l.src} > {l.dst}',
    'Dot1Q': _vlan,
    'ARP': _arp,
    'IP': _ip,
    'IPv6': lambda l: f'{l.src} > {l.dst} ({l.nh})',
    'TCP': _tcp,
    'UDP': _udp,
    'ICMP': _icmp,
    'DNS': _dns,
    'ICMPv6EchoRequest': _echo,
    'ICMPv6EchoReply': _echo,
    'ICMPv6ND_NS': _target,
    'ICMPv6ND_NA': _target,
    'ICMPv6ND_RA': _router,
    'ICMPv6NDOptSrcLLAddr': _link_address,
    'ICMPv6NDOptDstLLAddr': _link_address,
    'ICMPv6NDOptPrefixInfo': _prefix,
    'ICMPv6NDOptMTU': lambda l: f'{l.name} {l.mtu}',
    'ICMPv6NDOptAdvInterval': lambda l: f'{l.name} {l.advint} milliseconds',
    'ICMPv6NDOptHAInfo': lambda l: f'{l.name} {l.pref} {l.lifetime} seconds',
    'ICMPv6NDOptRDNSS': lambda l: f'{l.name} {", ".join(l.dns)}',
    'LLMNRQuery': _llmnr,
    'LLMNRResponse': _llmnr,
    'VXLAN': lambda l: f'VXLAN (vni={l.vni})',
}


def _own_summary(layer):
    """What a layer says, and the name of one around it that it wants."""
    try:
        said = SUMMARIES[layer.__class__.__name__](layer)
    except (KeyError, AttributeError):  # or it is cut off
        return '', None
    return said if isinstance(said, tuple) else (said, None)


def _summary(packet, intern=0):
    words, found, wanted = [], False, set()
    for layer in reversed(list(packet.iterpayloads())):
        said = ''
        if not found or layer.__class__.__name__ in wanted:
            said, more = _own_summary(layer)
            if more:
                wanted.add(more)
        found = found or bool(said or wanted)
        words.append(said or layer.__class__.__name__)
    return ' / '.join(reversed(words))


# --- dumps ---------------------------------------------------------------------

def _repr(packet):
    text, ends = '', 0
    for layer in packet.iterpayloads():
        fields = ' '.join(f'{name}={value!r}' for name, value in
                          layer.fields.items() if value is not None)
        text += f'<{layer.__class__.__name__}  {fields} |'
        ends += 1
    return (text or '<NoPayload>') + '>' * ends


def _lines(layer, indent):
    yield f'{indent}###[ {layer.name} ]###'
    for name, value in layer.fields.items():
        if isinstance(value, Packet):
            yield f'{indent}  \\{name:<10}\\'
            for record in value.iterpayloads():
                yield from _lines(record, indent + '   |')
        else:
            shown = value if isinstance(value, str) else repr(value)
            yield f'{indent}  {name:<10}= {shown}'


def _show(packet, dump=False, indent=3, lvl='', label_lvl=''):
    lines = []
    for depth, layer in enumerate(packet.iterpayloads()):
        lines += _lines(layer, label_lvl + lvl + ' ' * indent * depth)
    text = '\n'.join(lines) + '\n'
    if dump:
        return text
    print(text)


# --- the real thing ------------------------------------------------------------

def _scapy(packet):
    try:
        from scapy.all import conf
    except ImportError as error:
        raise ImportError('packet.scapy() needs scapy, which is not here: '
                          'install python3-scapy') from error
    outer = packet.firstlayer()
    try:
        kind = conf.l2types[outer.linktype]
    except KeyError:
        kind = conf.raw_layer
    made = kind(bytes(outer))
    made.time = outer.time
    made.wirelen = outer.wirelen
    made.sniffed_on = outer.sniffed_on
    return made


def _sprintf(packet, fmt, relax=1):
    made, name = _scapy(packet), packet.__class__.__name__
    layer = made.getlayer(name)
    return (made if layer is None else layer).sprintf(fmt, relax)
