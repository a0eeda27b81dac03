"""What worker and sender share: the store, the clock, and writing until it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from bot.inbox import rows
from bot.inbox.options import Options
from bot.inbox.patience import DATABASE, Outage
from bot.inbox.rows import Hold, NotOurs, Taken, Taking
from bot.store import Store, StoreError

if TYPE_CHECKING:
    import sqlalchemy as sa

T = TypeVar("T")

Write = Callable[["sa.Connection", Hold, datetime], T]
"""A storage action about a row that is ours, at this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One running inbox."""

    store: Store
    now: Callable[[], datetime]
    options: Options
    me: str
    """A new one each time an inbox starts to run."""
    outage: Outage

    def time(self) -> float:
        """Return the seconds since 1970."""
        return self.now().timestamp()

    async def take(self, statement: sa.Executable, most: int, lease: float) -> list[Taken]:
        """Take rows for this long."""
        now = self.time()
        taking = Taking(me=self.me, now=now, until=now + lease, most=most)
        return await self.store.run(rows.take, statement, taking)

    async def write(
        self, row: Taken, write: Write[T], until: Callable[[], float] | None = None
    ) -> T:
        """Write about a row until it is written; nothing is when it is not ours any more.

        Raises `NotOurs`, also when the database is away until the lease is over. Writing again
        after the connection broke in a commit is harmless: what was ended is not ours any more.
        """
        hold = Hold(me=self.me, seq=row.seq, attempt=row.attempt)
        turns = 0
        while True:
            try:
                return await self.store.run(write, hold, self.now())
            except StoreError as error:
                self.outage.seen(error)
            if self.time() >= (row.until if until is None else until()):
                raise NotOurs
            turns += 1
            await asyncio.sleep(min(DATABASE.after(turns), 2.0))
