"""Sends what is in the outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.chat import Chat, Platform, Post, SendError
from bot.inbox import kept, posts, rows
from bot.inbox.crew import Crew
from bot.inbox.desk import Desk
from bot.inbox.patience import POST, Interrupted, cause
from bot.inbox.posts import Sending
from bot.inbox.rows import OUTBOX, NotOurs, Taken
from bot.log import broken

log = logging.getLogger("greenlight.inbox")


Count = Callable[[str, str], None]
"""Told of each attempt to post: the platform, and `sent`, `later` or `given_up`."""


class Sender:
    """Takes posts of the platforms this process can reach, sends them, and writes that down.

    A post of a platform without a chat here stays where it is, for a process that has one.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        chats: Mapping[Platform, Chat],
        tasks: asyncio.TaskGroup,
        count: Count,
    ) -> None:
        self._desk = desk
        self._count = count
        self._chats = chats
        self._statement = OUTBOX.taking(*(f"{platform}|" for platform in sorted(chats)))
        self.crew = Crew(
            take=self._take,
            do=self._do,
            # Without any chat there is nothing this process could send.
            hands=desk.options.sendings if chats else 0,
            poll=desk.options.poll,
            outage=desk.outage,
            tasks=tasks,
        )

    def sending(self, now: datetime, most: int) -> Sending:
        """Return what this process can send right away, if it is written now."""
        return Sending(
            me=self._desk.me,
            now=now,
            until=now.timestamp() + self._desk.options.post_lease,
            most=most,
            platforms=frozenset(self._chats),
        )

    async def _take(self, most: int) -> Sequence[Taken]:
        return await self._desk.take(self._statement, most, self._desk.options.post_lease)

    async def _do(self, row: Taken) -> None:
        try:
            await self._tried(row)
        except NotOurs:
            log.warning("post taken over", extra={"key": row.id, "attempt": row.attempt})

    async def _tried(self, row: Taken) -> None:
        try:
            async with asyncio.timeout(self._desk.options.post_timeout):
                message = await self._sent(kept.to_post(row.payload), row.attempt)
        except Exception as error:  # noqa: BLE001 - whatever it is, it counts as an attempt
            facts = {"key": row.id, "attempt": row.attempt}
            log.warning("post failed", extra=facts | broken(error))
            await self._failed(row, error)
        else:
            self._count(_platform(row), "sent")
            await self._desk.write(
                row, lambda connection, hold, now: posts.end(connection, hold, now, message)
            )

    async def _sent(self, post: Post, attempt: int) -> str:
        if attempt > self._desk.options.post_attempts:
            raise Interrupted
        chat = self._chats[post.place.platform]
        if attempt > 1:
            # The attempt before may have been made without our hearing of it.
            message = await chat.posted(post)
            if message is not None:
                return message
        return await chat.post(post)

    async def _failed(self, row: Taken, error: Exception) -> None:
        hopeless = self._hopeless(row, error)
        self._count(_platform(row), "given_up" if hopeless else "later")
        if hopeless:
            log.error("post given up", extra={"key": row.id, "attempt": row.attempt})
            await self._desk.write(
                row,
                lambda connection, hold, now: rows.bury(
                    connection, OUTBOX, hold, now.timestamp(), cause(error)
                ),
            )
            return
        asked = error.retry_after if isinstance(error, SendError) else None
        seconds = POST.after(row.attempt) if asked is None else max(1.0, asked)
        await self._desk.write(
            row,
            lambda connection, hold, now: rows.again(
                connection,
                OUTBOX,
                hold,
                now.timestamp() + seconds,
                cause(error),
                # The platform has not even looked at it: as if it had not been tried.
                forgiven=0 if asked is None else 1,
            ),
        )

    def _hopeless(self, row: Taken, error: Exception) -> bool:
        options = self._desk.options
        if isinstance(error, SendError):
            if error.for_good:
                return True
            if error.retry_after is not None:
                return self._desk.time() - row.created.timestamp() > options.post_age
            return row.attempt >= options.post_attempts
        if isinstance(error, TimeoutError | OSError):
            return row.attempt >= options.post_attempts
        return row.attempt >= options.broken_post_attempts


def _platform(row: Taken) -> str:
    place = row.payload.get("place") if isinstance(row.payload, dict) else None
    return str(place["platform"]) if isinstance(place, dict) else "unknown"
