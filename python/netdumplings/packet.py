# SPDX-License-Identifier: MIT
"""The packet that a chef is given, and the classes of its layers.

    from netdumplings.packet import DNS, IP
"""
try:
    from netdumplings._packet import *
except ImportError as error:
    raise ImportError('netdumplings.packet is to be had only by chefs: '
                      'the kitchen, nd-sniff, has it') from error


def _summary(packet):
    return packet.name


def _repr(packet):
    return '<%s>' % packet.name
