# SPDX-License-Identifier: MIT
"""What is compared, and how each reader's words become comparable."""
import collections
import re

# enum nd_layer, as far as both readers have a name for it, and tshark's.
LAYERS = {
    'vlan': ((4, 5), ('vlan', 'ieee8021ad')),
    'arp': ((9,), ('arp',)),
    'ipv4': ((10,), ('ip',)),
    'ipv6': ((11,), ('ipv6',)),
    'tcp': ((14,), ('tcp',)),
    'udp': ((15,), ('udp',)),
    'icmp': ((16,), ('icmp',)),
    'icmpv6': ((17,), ('icmpv6',)),
    'llc': ((2,), ('llc',)),
    'mpls': ((22,), ('mpls',)),
    'pppoe': ((23,), ('pppoes', 'pppoed')),
    'ppp': ((24,), ('ppp',)),
    'gre': ((25,), ('gre',)),
    'vxlan': ((26,), ('vxlan',)),
    'geneve': ((27,), ('geneve',)),
    'erspan': ((28,), ('erspan',)),
    'gtp': ((29,), ('gtp',)),
    'l2tp': ((30,), ('l2tp',)),
    'teredo': ((31,), ('teredo',)),
    'wlan': ((32,), ('wlan',)),
    'radiotap': ((33,), ('radiotap',)),
    'sctp': ((36,), ('sctp',)),
    'igmp': ((37,), ('igmp',)),
    'esp': ((38,), ('esp',)),
}
UDP, DNS_LAYERS = 15, 1 << 18 | 1 << 19
OF_CHEFS = {
    'dns over tcp': 'DNSChef', 'dns answers': 'DNSChef',
    'tls sni': 'TLSChef', 'http requests': 'HTTPChef',
}
NAMES = [*LAYERS, 'vlan ids', 'arp operations', 'dns messages', 'dns names',
         *OF_CHEFS]

DNS_TYPES = {'A': 'dns.a', 'AAAA': 'dns.aaaa', 'CNAME': 'dns.cname',
             'NS': 'dns.ns', 'PTR': 'dns.ptr.domain_name',
             'MX': 'dns.mx.mail_exchange', 'SRV': 'dns.srv.target'}


def of_chef(chef):
    return [subject for subject, name in OF_CHEFS.items() if name == chef]


def is_there(subject, have):
    return OF_CHEFS.get(subject) is None or OF_CHEFS[subject] in have


# --- ours --------------------------------------------------------------------

def same_name(name):
    """A name as both write it: small letters, no last dot.

    Each reader escapes odd bytes in its own way, ours as RFC 1035 section 5.1
    says; of a name that has some the letters and digits are compared.
    """
    name = name.lower()
    if re.fullmatch(r'[a-z0-9._-]*', name):
        return name.rstrip('.')
    name = re.sub(r'\\\d{3}', '', name)
    return 'odd: ' + re.sub(r'[^a-z0-9]', '', name)


def same_data(kind, data):
    return data if kind in ('A', 'AAAA') else same_name(data)


def of_packets(packets, found):
    for packet in packets:
        layers = packet['layers']
        for subject, (mine, _) in LAYERS.items():
            found[subject] += any(layers >> layer & 1 for layer in mine)
        if layers >> UDP & 1 and layers & DNS_LAYERS:
            found['dns messages'] += 1
        found['vlan ids'].update(packet['vlans'])
        if 'arp' in packet:
            found['arp operations'][packet['arp']] += 1
        dns = packet.get('dns')
        if dns and 'name' in dns:
            found['dns names'][same_name(dns['name']), dns['type'],
                               dns['response']] += 1


def of_dns_chef(told, found):
    for dumpling in told:
        # Of a message without a question tshark has no name to tell.
        if 'name' not in dumpling or dumpling['type'] == 'TYPE0':
            continue
        if dumpling['transport'] == 'tcp':
            # A dumpling is a transaction; tshark tells its messages.
            found['dns over tcp'][same_name(dumpling['name'])] += (
                dumpling.get('queries', 0) + ('response_time' in dumpling))
        for section in ('answers', 'authorities', 'additionals'):
            for record in dumpling.get(section, []):
                kind, data = record['type'], record.get('data')
                # As bytes it is what no name or address could be read from.
                if kind not in DNS_TYPES or isinstance(data, bytes):
                    continue
                if isinstance(data, dict):
                    data = data.get('target') or data.get('exchange') or \
                        data.get('name')
                found['dns answers'][kind, same_data(kind, str(data))] += 1


def of_chefs(made, found):
    of_dns_chef(made.get('DNSChef', ()), found)
    for told in made.get('TLSChef', ()):
        if told.get('sni'):
            found['tls sni'][told['sni'].lower()] = 1
    for told in made.get('HTTPChef', ()):
        if told.get('method'):
            found['http requests'][told['method'], told.get('host') or '',
                                   told.get('path') or ''] += 1


# --- tshark's ------------------------------------------------------------------

def outside_quotes(protocols):
    """Without what ICMP errors and sFlow quote of other packets."""
    for i, name in enumerate(protocols):
        if name in ('icmp', 'icmpv6', 'sflow'):
            return protocols[:i + 1]
    return protocols


def asked(method, host, uri):
    """What a request is for: RFC 9112 section 3.2.

    A whole URL, and what CONNECT is given, tell the host, not the field Host,
    and of the URL the path is what follows it.  Ours leaves a password out.
    """
    whole = re.match(r'[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)', uri)
    if whole:
        return method, whole[1].rpartition('@')[2], uri[whole.end():]
    if method == 'CONNECT' and not uri.startswith('/'):
        return method, uri, uri
    return method, host, uri


def of_frame(frame, found):
    protocols = frame.get('frame.protocols', [''])[0].split(':')
    layers = set(outside_quotes(protocols))
    for subject, (_, theirs) in LAYERS.items():
        found[subject] += not layers.isdisjoint(theirs)
    for field in ('vlan.id', 'ieee8021ad.id'):
        found['vlan ids'].update(int(v, 0) for v in frame.get(field, ()))
    found['arp operations'].update(
        int(v) for v in frame.get('arp.opcode', ()))
    # In what is encrypted, where tshark has keys, no kitchen reads it.
    if layers & {'dns', 'mdns', 'llmnr'} and not layers & ENCRYPTED:
        of_dns(frame, layers, found)
    # Once for each name: a handshake may have two hellos, QUIC sends one
    # again, and TLSChef tells the handshake.  DTLS it does not read.
    if 'dtls' not in layers:
        for v in frame.get('tls.handshake.extensions_server_name', ()):
            found['tls sni'][v.lower()] = 1
    # Over UDP it is SSDP, and in TLS and QUIC what tshark has keys for.
    methods = ()
    if 'tcp' in layers and not layers & ENCRYPTED:
        methods = frame.get('http.request.method', ())
    hosts = frame.get('http.host', [])
    uris = frame.get('http.request.uri', [])
    for i, method in enumerate(methods):
        found['http requests'][asked(
            method, hosts[i] if i < len(hosts) else '',
            uris[i] if i < len(uris) else '')] += 1


ENCRYPTED = {'http2', 'tls', 'quic', 'dtls'}
# What tshark says in place of a name.
UNREADABLE = ('<Name ', '<name ', '<Unknown ', '<Too ', '<too ')


def root(name):
    return '' if name == '<Root>' else re.sub(r'\\[abfnrtv]', '', name)


def of_dns(frame, layers, found):
    responses = [v in ('1', 'True') for v in
                 frame.get('dns.flags.response', ())]
    names = [root(v) for v in frame.get('dns.qry.name', ())]
    types = [int(v) for v in frame.get('dns.qry.type', ())]
    if 'tcp' not in layers:
        # One whose header is cut off is a message for tshark alone.
        found['dns messages'] += bool(responses)
        # The first question, where it was read whole.
        if names and types and not names[0].startswith(UNREADABLE):
            found['dns names'][same_name(names[0]), types[0],
                               responses[0]] += 1
    elif 'dns' in layers:
        found['dns over tcp'].update(map(same_name, names))
    if 'dns' in layers and any(responses):
        for kind, field in DNS_TYPES.items():
            found['dns answers'].update(
                (kind, same_data(kind, root(v)))
                for v in frame.get(field, ())
                if not v.startswith(UNREADABLE))


# --- both ----------------------------------------------------------------------

def empty():
    return {subject: 0 if subject in LAYERS or subject == 'dns messages'
            else collections.Counter() for subject in NAMES}


def compare(made, frames):
    """{subject: (ours, tshark's)} of what either reader found."""
    mine, theirs = empty(), empty()
    of_packets(made.get('ConformanceChef', ()), mine)
    of_chefs(made, mine)
    for frame in frames:
        of_frame(frame, theirs)
    return {subject: (mine[subject], theirs[subject]) for subject in NAMES
            if mine[subject] or theirs[subject]}
