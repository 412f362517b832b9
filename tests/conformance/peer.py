# SPDX-License-Identifier: MIT
"""What tshark, an independent reader, says of a capture."""
import hashlib
import json
import os
import subprocess

FIELDS = ['frame.protocols', 'vlan.id', 'ieee8021ad.id', 'arp.opcode',
          'udp.srcport', 'udp.dstport', 'dns.flags.response', 'dns.qry.name',
          'dns.qry.type', 'dns.a', 'dns.aaaa', 'dns.cname', 'dns.ns',
          'dns.ptr.domain_name', 'dns.mx.mail_exchange', 'dns.srv.target',
          'tls.handshake.extensions_server_name', 'http.request.method',
          'http.host', 'http.request.uri', '_ws.malformed']
SEVERAL = '\x1f'

# It is to read what is there, and not to guess: its heuristics would call a
# payload of a few fitting bytes RTP or Skype, and what guesses cannot be
# compared.  Those stay which tell by unmistakable bytes what our chefs tell
# on any port as well.
HEURISTICS_KEPT = {'tls_tcp', 'http_tcp', 'quic', 'http2_tcp', 'teredo',
                   'proxy_tcp'}

PREFERENCES = [
    # As kitchens do: streams and IP packets are put together.
    'tcp.desegment_tcp_streams:TRUE', 'tcp.reassemble_out_of_order:TRUE',
    'ip.defragment:TRUE', 'ipv6.defragment:TRUE',
    # Checksums are not checked on either side: captures of offloading hosts
    # have wrong ones.
    'tcp.check_checksum:FALSE', 'ip.check_checksum:FALSE',
    'udp.check_checksum:FALSE',
    # Each UDP datagram by its port, whoever its sender talked to before.
    'udp.try_heuristic_first:FALSE', 'tcp.try_heuristic_first:FALSE',
]


def command(*args):
    return ['tshark', '-n', *args]


class Peer:
    def __init__(self, kept):
        """kept: the folder where results are kept."""
        self.kept = kept
        kept.mkdir(parents=True, exist_ok=True)
        # It finds no configuration of the user's, but this one.
        self.config = kept / 'config'
        self.config.mkdir(exist_ok=True)
        version = self.run(command('--version'), check=True).stdout
        self.version = version.splitlines()[0].decode()
        listed = self.run(['tshark', '-G', 'heuristic-decodes'],
                          check=True).stdout
        # Names that it does not know are passed over.
        self.disabled = ''.join(f'{name},0\n' for name in
                                sorted(set(self.heuristics(listed.decode()))))
        part = self.config / f'{os.getpid()}.part'
        part.write_text(self.disabled)
        part.rename(self.config / 'heuristic_protos')
        self.options = []
        for preference in PREFERENCES:
            self.options += ['-o', preference]

    def run(self, args, **kwargs):
        return subprocess.run(
            args, capture_output=True, timeout=120, stdin=subprocess.DEVNULL,
            env={**os.environ, 'WIRESHARK_CONFIG_DIR': str(self.config)},
            **kwargs)

    @staticmethod
    def heuristics(listed):
        for line in listed.splitlines():
            parent, name = line.split('\t')[:2]
            for full in (f'{name}_{parent}', name):
                if full not in HEURISTICS_KEPT:
                    yield full

    def frames(self, path):
        """For each frame a map from field to its values, as texts."""
        data = path.read_bytes()
        key = hashlib.sha256(data + json.dumps(
            [self.version, FIELDS, self.options, self.disabled]).encode()).hexdigest()
        kept = self.kept / f'{key}.json'
        if not kept.exists():
            part = kept.with_suffix(f'.{os.getpid()}.part')
            part.write_text(json.dumps(self.read(path)))
            part.rename(kept)
        return json.loads(kept.read_text())

    def read(self, path):
        args = command('-r', str(path), *self.options, '-T', 'fields', '-E',
                       'separator=/t', '-E', f'aggregator={SEVERAL}')
        for field in FIELDS:
            args += ['-e', field]
        # 2: the capture ends inside a packet; what came before counts.
        done = self.run(args)
        if done.returncode not in (0, 2):
            raise SystemExit(f'{path}: tshark: {done.stderr.decode()}')
        frames = []
        for line in done.stdout.decode(errors='replace').split('\n')[:-1]:
            values = line.split('\t')
            frames.append({field: value.split(SEVERAL) for field, value in
                           zip(FIELDS, values) if value})
        return frames
