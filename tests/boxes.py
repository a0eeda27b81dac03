"""What the tests of the inbox share: arrivals, cards, a clock that stands, rows as kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from chats import MemoryChat

from bot.chat import Arrival, Caller, Card, Deed, Place, Platform, Post, Said
from bot.inbox import Done, Inbox, Options
from bot.inbox.rows import INBOX, Taken, Taking, take
from bot.store import Store
from bot.store.tables import inbox, outbox

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

TABLES = {"inbox": inbox, "outbox": outbox}

Works = Callable[[Arrival, int], Any]


class Clock:
    """The time, which passes only when a test says so."""

    def __init__(self) -> None:
        self._now = NOW

    def __call__(self) -> datetime:
        return self._now

    def passes(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def place(channel: str = "C1", platform: Platform = "slack") -> Place:
    return Place(platform=platform, team="T1", channel=channel)


def said(id_: str, text: str = "may I?", *, user: str = "U1", at: Place | None = None) -> Arrival:
    return arrival(id_, Said(text=text), user=user, at=at)


def arrival(id_: str, deed: Deed, *, user: str = "U1", at: Place | None = None) -> Arrival:
    where = at or place()
    caller = Caller(platform=where.platform, user=user, team="T1")
    return Arrival(id=f"slack:{id_}", at=NOW, caller=caller, place=where, deed=deed)


def card(headline: str) -> Card:
    return Card(action="answer", verdict="allowed", headline=headline)


def post(key: str, *, at: Place | None = None) -> Post:
    return Post(key=key, place=at or place(), card=card(key))


async def answer(arrival: Arrival, attempt: int) -> Done:
    """Answers whatever was said by repeating it."""
    text = arrival.deed.text if isinstance(arrival.deed, Said) else arrival.deed.kind
    return Done(posts=(Post(key=f"re:{arrival.id}", place=arrival.place, card=card(text)),))


def sorry(arrival: Arrival) -> Done:
    """Says that an arrival was lost."""
    return Done(posts=(Post(key=f"lost:{arrival.id}", place=arrival.place, card=card("Sorry.")),))


@dataclass
class Rig:
    """An inbox on a store, with a chat and a clock."""

    store: Store
    chat: MemoryChat = field(default_factory=MemoryChat)
    clock: Clock = field(default_factory=Clock)
    options: Options = field(default_factory=lambda: Options(poll=0.01))

    def inbox(self, work: Works = answer, lost: Any = sorry, **given: Any) -> Inbox:
        wanted = {"chats": {self.chat.platform: self.chat}, "now": self.clock}
        wanted |= {"options": self.options} | given
        return Inbox(self.store, work=work, lost=lost, **wanted)

    def running(self, work: Works = answer, **given: Any) -> AbstractAsyncContextManager[None]:
        return self.inbox(work, **given).running()

    async def rows(self, table: str = "inbox") -> list[Any]:
        """All rows, as they are kept."""

        def found(connection: sa.Connection) -> list[Any]:
            columns = TABLES[table]
            return list(connection.execute(sa.select(columns).order_by(columns.c.seq)).mappings())

        return await self.store.run(found)

    async def row(self, table: str = "inbox") -> Any:
        """The only row."""
        (row,) = await self.rows(table)
        return row

    async def seen(self, table: str = "inbox", **facts: Any) -> Any:
        """Wait for a row in which these columns hold these values, and return it."""
        while True:
            for row in await self.rows(table):
                if all(row[name] == value for name, value in facts.items()):
                    return row
            await asyncio.sleep(0.002)

    async def taken_by_somebody(self, lease: float = 30.0) -> Taken:
        """Take a row as a process would that is then killed."""
        now = self.clock().timestamp()
        taking = Taking(me="somebody", now=now, until=now + lease, most=1)
        (row,) = await self.store.run(take, INBOX.take, taking)
        return row
