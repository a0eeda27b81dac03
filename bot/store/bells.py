"""Bells: an action rings one, and whoever waits for it, here or in another process, wakes up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

Events = Mapping[str, asyncio.Event]
"""The event to set for each bell."""

_RUNG: Final = "greenlight rung"


def ring(connection: Connection, name: str) -> None:
    """Wake whoever waits for `name`, once what this transaction wrote is on the disk."""
    connection.info.setdefault(_RUNG, set()).add(name)


def rung(connection: Connection) -> frozenset[str]:
    """Return what was rung on this connection, and forget it."""
    return frozenset(connection.info.pop(_RUNG, ()))


class Bells:
    """Those who wait in this process."""

    def __init__(self) -> None:
        self._heard: dict[str, list[asyncio.Event]] = {}

    @contextmanager
    def heard(self, events: Events) -> Iterator[None]:
        """Set these events when their bells ring, for as long as this lasts."""
        for name, event in events.items():
            self._heard.setdefault(name, []).append(event)
        try:
            yield
        finally:
            for name, event in events.items():
                self._heard[name].remove(event)

    def sound(self, names: Iterable[str]) -> None:
        """Set the events of these bells."""
        for name in names:
            for event in self._heard.get(name, ()):
                event.set()
