# SPDX-License-Identifier: MIT
"""A TCP connection between the two hosts of most captures."""
from make_captures import BACK, HOST4, SERVER4, tcp


class Connection:
    """Segments of a TCP connection, the numbers kept."""

    def __init__(self, m, port, seconds, opened=True, server_port=80):
        self.m, self.ports = m, (port, server_port)
        self.seq = {True: 1000 * port, False: 5000 * port}
        if opened:
            self.send(seconds, True, flags=0x02)
            self.send(seconds + 0.01, False, flags=0x12)

    def send(self, seconds, up, data=b"", flags=0x18, lost=False):
        if not lost:
            ports = self.ports if up else self.ports[::-1]
            ends = (HOST4, SERVER4) if up else (SERVER4, HOST4)
            self.m.ip4(seconds, tcp(*ends, *ports, flags, self.seq[up],
                                    self.seq[not up], data),
                       **({} if up else BACK))
        self.seq[up] += len(data) + (flags & 3 != 0)

    def close(self, seconds):
        for up in (True, False):
            self.send(seconds, up, flags=0x11)
        self.send(seconds + 0.01, True, flags=0x10)
