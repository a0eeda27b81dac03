"""The inbox as the rest of the assistant sees it: accept, post, and run."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.chat import Arrival, Caller, Chat, Place, Platform, Post, lane
from bot.inbox import arrivals, kept, posts, retention, rows
from bot.inbox.crew import Crew
from bot.inbox.desk import Desk
from bot.inbox.done import Lost, Work
from bot.inbox.options import Options
from bot.inbox.patience import Outage, failed
from bot.inbox.rows import INBOX, OUTBOX
from bot.inbox.sender import Count, Sender
from bot.inbox.worker import Worker
from bot.store import Store, StoreError

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger("greenlight.inbox")

_HOUR: Final = 3600.0


class Inbox:
    """Keeps what was accepted until it is answered. One for each process.

    Several processes may run on one PostgreSQL database and share the work; their clocks must
    agree within a few seconds. On SQLite only one may: it takes over at once whatever an earlier
    one left behind, so open the store with `only_one`.
    """

    def __init__(
        self,
        store: Store,
        *,
        work: Work,
        lost: Lost,
        chats: Mapping[Platform, Chat],
        now: Callable[[], datetime],
        options: Options | None = None,
        count: Count = lambda *_: None,
    ) -> None:
        self._store = store
        self._work = work
        self._lost = lost
        self._chats = chats
        self._now = now
        self._options = options or Options()
        self._count = count

    async def accept(self, arrival: Arrival) -> bool:
        """Keep an arrival; True when it is new. When this returns it survives the process.

        Raises `StoreError` when it cannot be kept in time: the platform should deliver it again.
        """
        try:
            return await self._accepted(arrival)
        except UnicodeEncodeError:
            return await self._accepted(kept.writable(arrival))

    async def knows(self, place: Place, caller: Caller) -> bool:
        """Say whether this person was heard in this thread before. Raises `StoreError`."""
        return await self._store.run(arrivals.known, lane(place, caller))

    async def post(self, post: Post) -> bool:
        """Speak to somebody who did not ask just now; False when its key is known already.

        Within a transaction use `outgoing`. Raises `StoreError` when it cannot be kept.
        """
        return await self._store.run(posts.outgoing, post, self._now())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work on what was accepted and send what was made of it, until the end of this.

        At the end nothing more is taken, what runs may finish within `Options.grace`, and the
        rest is given back for another process. Raises `StoreError` only at the start.
        """
        desk = Desk(
            store=self._store,
            now=self._now,
            options=self._options,
            me=secrets.token_hex(8),
            outage=Outage(),
        )
        if self._store.embedded:
            await self._store.run(_free_all, desk.time())
        failure: Exception | None = None
        async with asyncio.TaskGroup() as tasks:
            sender = Sender(desk, chats=self._chats, tasks=tasks, count=self._count)
            worker = Worker(desk, work=self._work, lost=self._lost, sender=sender, tasks=tasks)
            bells: dict[str, asyncio.Event] = {
                INBOX.name: worker.crew.wake,
                OUTBOX.name: sender.crew.wake,
            }
            helpers = [
                # First of all, so that no bell is missed.
                tasks.create_task(self._store.listen(bells)),
                tasks.create_task(worker.renewing()),
                tasks.create_task(self._tidying()),
            ]
            loops = [tasks.create_task(crew.forever()) for crew in (worker.crew, sender.crew)]
            try:
                yield
            except Exception as error:  # noqa: BLE001 - raised again below: a group would wrap it
                failure = error
            finally:
                await self._drain(desk, (worker.crew, sender.crew), loops)
                for task in (*helpers, *loops):
                    task.cancel()
        if failure is not None:
            raise failure

    async def _accepted(self, arrival: Arrival) -> bool:
        try:
            async with asyncio.timeout(self._options.accept_timeout):
                return await self._store.run(arrivals.add, arrival, self._now())
        except TimeoutError:
            raise StoreError("The database takes too long to keep what was sent.") from None

    async def _drain(
        self, desk: Desk, crews: Sequence[Crew], loops: Sequence[asyncio.Task[None]]
    ) -> None:
        """Let the crews finish, first those who work, then those who send; give back the rest."""
        clock = asyncio.get_running_loop()
        until = clock.time() + self._options.grace
        for crew in crews:
            crew.rest()
            if not await crew.finished(until):
                log.warning("not finished in time: given back")
        # What is being taken just now is to be given back too.
        await asyncio.wait(loops, timeout=max(0.0, until - clock.time()))
        try:
            await self._store.run(_let_go, desk.me, desk.time())
        except StoreError as error:
            # The leases end by themselves.
            desk.outage.seen(error)

    async def _tidying(self) -> None:
        while True:
            try:
                await self._tidy()
            except StoreError:
                log.warning("not tidied: the database is away")
            except Exception as error:  # noqa: BLE001 - forgetting waits for the next hour
                failed("not tidied", error)
            await asyncio.sleep(_HOUR)

    async def _tidy(self) -> None:
        days = self._options.retention_days
        # Small batches, with room for others between them.
        while await self._store.run(retention.forget, self._now(), days):
            pass
        await self._store.run(retention.give_up_stale, self._now(), self._options.post_age)


def _free_all(connection: sa.Connection, at: float) -> None:
    for box in (INBOX, OUTBOX):
        rows.free_all(connection, box, at)


def _let_go(connection: sa.Connection, me: str, at: float) -> None:
    rows.let_go(connection, INBOX, me, at, forgiven=1)
    # A post that was being made may have been made: the next attempt looks first.
    rows.let_go(connection, OUTBOX, me, at, forgiven=0)
