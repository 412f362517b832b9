# SPDX-License-Identifier: MIT
"""A dumpling: who made it, when, and its payload."""
from __future__ import annotations

import enum
import json
import time
from typing import TYPE_CHECKING, Any

from .exceptions import InvalidDumpling, InvalidDumplingPayload

if TYPE_CHECKING:
    from .chef import DumplingChef
    from .kitchen import DumplingKitchen


class DumplingDriver(enum.Enum):
    """What made the chef speak: a packet, or the kitchen's poke."""
    packet = 1
    interval = 2


DRIVERS = {driver.name: driver for driver in DumplingDriver}


class Dumpling:
    """A dumpling, made by a chef here or received by an eater.

    chef -- who made it: a DumplingChef or, of a dumpling that was received,
        a chef's name; chef_name is the name in either case
    driver -- what made the chef speak
    creation_time -- seconds since 1970 UTC; now, where None
    payload -- anything that json.dumps() takes

    kitchen is the chef's kitchen, or of a dumpling that was received the
    kitchen's name; None where there is none.  seq is its number among those
    of its kitchen and chef, where it is known.
    """
    chef: DumplingChef | str
    chef_name: str
    kitchen: DumplingKitchen | str | None
    driver: DumplingDriver
    creation_time: float
    payload: Any
    seq: int | None

    def __init__(self, *, chef: DumplingChef | str,
                 driver: DumplingDriver = DumplingDriver.packet,
                 creation_time: float | None = None, payload: Any) -> None:
        self.chef = chef
        if isinstance(chef, str):
            self.chef_name = chef
            self.kitchen = None
        else:
            self.chef_name = chef.name
            self.kitchen = chef.kitchen
        self.driver = driver
        self.creation_time = (time.time() if creation_time is None
                              else creation_time)
        self.payload = payload
        self.seq = None

    @classmethod
    def from_json(cls, text: str | bytes) -> Dumpling:
        """The dumpling that a JSON text is; raises InvalidDumpling."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as e:
            raise InvalidDumpling(f'not JSON: {e}') from e
        return cls._from_value(value)

    @classmethod
    def _from_value(cls, value: Any) -> Dumpling:
        """The same from JSON that was read already."""
        new = cls.__new__(cls)
        try:
            metadata = value['metadata']
            new.chef = new.chef_name = metadata['chef']
            new.kitchen = metadata['kitchen']
            new.driver = DRIVERS[metadata['driver']]
            new.creation_time = metadata['creation_time']
            new.payload = value['payload']
            new.seq = metadata.get('seq')
        except KeyError as e:
            if e.args[0] in ('metadata', 'chef', 'kitchen', 'driver',
                             'creation_time', 'payload'):
                raise InvalidDumpling(f'a dumpling without {e}') from e
            raise InvalidDumpling(f'{e} drives no dumpling') from e
        except (TypeError, AttributeError, IndexError) as e:
            raise InvalidDumpling(
                'a dumpling is an object that has an object "metadata"'
            ) from e
        return new

    @classmethod
    def _from_record(cls, record: tuple) -> Dumpling:
        """The same from what _bus.Eater.take() gives."""
        new = cls.__new__(cls)
        (new.chef, new.kitchen, driver, new.creation_time, new.seq,
         new.payload) = record
        new.chef_name = new.chef
        new.driver = _INTERVAL if driver else _PACKET
        return new

    def to_json(self) -> str:
        """The dumpling as JSON; raises InvalidDumplingPayload."""
        kitchen = self.kitchen
        metadata = {
            'chef': self.chef_name,
            'kitchen': getattr(kitchen, 'name', kitchen),
            'creation_time': self.creation_time,
            'driver': self.driver.name,
        }
        if self.seq is not None:
            metadata['seq'] = self.seq
        try:
            return json.dumps({'metadata': metadata, 'payload': self.payload})
        except (TypeError, ValueError, OverflowError, RecursionError) as e:
            raise InvalidDumplingPayload(
                f'payload of {self.chef_name}: {e}') from e

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(chef={self.chef!r}, '
                f'driver={self.driver}, creation_time={self.creation_time}, '
                f'payload={self.payload!r})')


_PACKET = DumplingDriver.packet
_INTERVAL = DumplingDriver.interval
