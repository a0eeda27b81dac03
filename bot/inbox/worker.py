"""Works on what was accepted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TypeVar

from bot.chat import SendError
from bot.inbox import arrivals, kept, rows
from bot.inbox.crew import Crew
from bot.inbox.desk import Desk, Write
from bot.inbox.done import Done, Lost, Work
from bot.inbox.patience import WORK, Interrupted, cause, failed
from bot.inbox.rows import INBOX, NotOurs, Taken
from bot.inbox.sender import Sender
from bot.log import broken
from bot.store import StoreError

T = TypeVar("T")

log = logging.getLogger("greenlight.inbox")


class Worker:
    """Takes arrivals, has them worked on, and writes what was made of them."""

    def __init__(
        self, desk: Desk, *, work: Work, lost: Lost, sender: Sender, tasks: asyncio.TaskGroup
    ) -> None:
        self._desk = desk
        self._work = work
        self._lost = lost
        self._sender = sender
        self._until: dict[int, float] = {}
        self.crew = Crew(
            take=self._take,
            do=self._do,
            hands=desk.options.workings,
            poll=desk.options.poll,
            outage=desk.outage,
            tasks=tasks,
        )

    async def renewing(self) -> None:
        """Hold what is being worked on for longer, again and again; drop what was lost."""
        while True:
            await asyncio.sleep(self._desk.options.lease / 3)
            held = self.crew.at_work
            if held:
                await self._renew(held)

    async def _renew(self, held: frozenset[int]) -> None:
        until = self._desk.time() + self._desk.options.lease
        try:
            renewed = await self._desk.store.run(rows.renew, INBOX, self._desk.me, until, held)
        except StoreError as error:
            self._desk.outage.seen(error)
            return
        for seq in renewed.held & self._until.keys():
            self._until[seq] = until
        self.crew.drop(renewed.lost)

    async def _take(self, most: int) -> Sequence[Taken]:
        return await self._desk.take(INBOX.take, most, self._desk.options.lease)

    async def _do(self, row: Taken) -> None:
        self._until[row.seq] = row.until
        try:
            await self._tried(row)
        except NotOurs:
            log.warning("arrival taken over", extra={"id": row.id, "attempt": row.attempt})
        finally:
            self._until.pop(row.seq, None)

    async def _tried(self, row: Taken) -> None:
        try:
            await self._finish(row, await self._worked(row))
        except NotOurs:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it counts as an attempt
            facts = {"id": row.id, "attempt": row.attempt}
            log.warning("arrival failed", extra=facts | broken(error))
            if row.attempt < self._desk.options.attempts:
                await self._wait(row, error)
            else:
                await self._give_up(row, error)

    async def _worked(self, row: Taken) -> Done:
        if row.attempt > self._desk.options.attempts:
            raise Interrupted
        arrival = kept.to_arrival(row.payload)
        async with asyncio.timeout(self._desk.options.work_timeout):
            return await self._work(arrival, row.attempt)

    async def _finish(self, row: Taken, done: Done) -> None:
        with self._sender.crew.promised(len(done.posts)) as most:
            posts = await self._write(
                row,
                lambda connection, hold, now: arrivals.finish(
                    connection, hold, done, self._sender.sending(now, most)
                ),
            )
            self._send(posts)

    async def _wait(self, row: Taken, error: Exception) -> None:
        asked = error.retry_after if isinstance(error, SendError) else None
        seconds = WORK.after(row.attempt) if asked is None else max(1.0, asked)
        await self._write(
            row,
            lambda connection, hold, now: rows.again(
                connection, INBOX, hold, now.timestamp() + seconds, cause(error)
            ),
        )

    async def _give_up(self, row: Taken, error: Exception) -> None:
        log.error("arrival given up", extra={"id": row.id, "attempt": row.attempt})
        try:
            await self._bury(row, error, self._lost(kept.to_arrival(row.payload)))
        except NotOurs:
            raise
        except Exception as second:  # noqa: BLE001 - it must end, even without a word
            failed("loss not told", second, id=row.id)
            await self._bury(row, error, Done())

    async def _bury(self, row: Taken, error: Exception, said: Done) -> None:
        with self._sender.crew.promised(len(said.posts)) as most:
            posts = await self._write(
                row,
                lambda connection, hold, now: arrivals.give_up(
                    connection, hold, cause(error), said, self._sender.sending(now, most)
                ),
            )
            self._send(posts)

    async def _write(self, row: Taken, write: Write[T]) -> T:
        return await self._desk.write(row, write, lambda: self._until[row.seq])

    def _send(self, posts: Sequence[Taken]) -> None:
        for row in posts:
            self._sender.crew.start(row)
