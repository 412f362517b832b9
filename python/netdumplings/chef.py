# SPDX-License-Identifier: MIT
"""What a chef is derived from."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .kitchen import DumplingKitchen


class DumplingChef:
    """Makes dumplings from packets.

    A handler returns a dumpling's payload, anything that json.dumps() takes,
    or None for no dumpling.
    """
    #: Whether a kitchen takes this chef; false for what others derive from.
    assignable_to_kitchen = True

    def __init__(self, kitchen: DumplingKitchen | None = None) -> None:
        self.kitchen = kitchen
        self.name = type(self).__name__
        self.dumplings_sent_count = 0
        if kitchen is not None:
            kitchen.register_chef(self)

    def packet_handler(self, packet: Any) -> Any:
        """Called for each packet that the kitchen sniffs."""
        return f'{self.name}: {packet.summary()}'

    def interval_handler(self, interval: float | None = None) -> Any:
        """Called at the start and then every `interval` seconds."""
        return None

    def __repr__(self) -> str:
        return f'{type(self).__name__}(kitchen={self.kitchen!r})'
