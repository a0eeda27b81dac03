"""Hands that take rows: as many at once as are free, each row in a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from bot.inbox.patience import Outage, failed
from bot.inbox.rows import Taken
from bot.store import StoreError

AFTER_A_BUG = 5.0
"""Seconds to wait when taking rows fails in a way nobody has foreseen."""

_LINGER = 0.01
"""Seconds in which a busy crew gathers free hands."""


class Crew:
    """Takes rows as they become due, until it is told to rest.

    `take` gets the number of free hands and returns rows that are ours from then on; `do` deals
    with one of them, failures included.
    """

    def __init__(
        self,
        *,
        take: Callable[[int], Awaitable[Sequence[Taken]]],
        do: Callable[[Taken], Awaitable[None]],
        hands: int,
        poll: float,
        outage: Outage,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._take = take
        self._do = do
        self._hands = hands
        self._poll = poll
        self._outage = outage
        self._group = tasks
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._promised = 0
        self._more = False
        """Whether something may be waiting for a hand, or behind what is at work."""
        self._resting = False
        self.wake = asyncio.Event()
        """Set it when there may be something to take."""

    @property
    def at_work(self) -> frozenset[int]:
        """The rows that are being dealt with."""
        return frozenset(self._busy)

    async def forever(self) -> None:
        """Take rows until told to rest. Nothing that goes wrong with the database ends this."""
        while not self._resting:
            self.wake.clear()
            try:
                more = await self._turn()
            except StoreError as error:
                await asyncio.sleep(self._outage.seen(error))
            except Exception as error:  # noqa: BLE001 - a loop that ends is a bot that is silent
                failed("cannot take rows", error)
                await asyncio.sleep(AFTER_A_BUG)
            else:
                self._outage.over()
                if not more:
                    await self._woken()

    def start(self, row: Taken) -> None:
        """Deal with a row that is ours."""
        before = self._busy.get(row.seq)
        if before is not None:
            # Its lease ended before it did, and the row has come back to us.
            before.cancel()
        task = self._group.create_task(self._dealt_with(row))
        self._busy[row.seq] = task
        task.add_done_callback(partial(self._ended, row.seq))

    def drop(self, seqs: frozenset[int]) -> None:
        """Stop dealing with rows that are no longer ours."""
        for seq in seqs & self._busy.keys():
            self._busy[seq].cancel()

    @contextmanager
    def promised(self, most: int) -> Iterator[int]:
        """Keep hands free for rows that are about to come; yields how many there are."""
        hands = max(0, min(most, self._free))
        self._promised += hands
        try:
            yield hands
        finally:
            self._promised -= hands
            self._freed()

    def rest(self) -> None:
        """Take nothing more."""
        self._resting = True
        self.wake.set()

    async def finished(self, until: float) -> bool:
        """Wait until all is dealt with, or until then (loop time); cancel what is not.

        Returns whether nothing had to be cancelled.
        """
        if self._busy:
            left = max(0.0, until - asyncio.get_running_loop().time())
            await asyncio.wait(self._busy.values(), timeout=left)
        late = list(self._busy.values())
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        return not late

    @property
    def _free(self) -> int:
        return self._hands - len(self._busy) - self._promised

    async def _turn(self) -> bool:
        """Take what hands are free for; return whether there may be more."""
        if 0 < self._free < self._hands // 2:
            # Taking one row costs as much as taking many, so others may finish first.
            await asyncio.sleep(_LINGER)
        free, busy = self._free, bool(self._busy or self._promised)
        # What ends while we look may be what something else is waiting for.
        self._more = True
        if free <= 0:
            return False
        rows = await self._take(free)
        if self._resting:
            return False  # they are given back with all the others
        for row in rows:
            self.start(row)
        full = len(rows) == free
        # What is woken for while others are at work may stand behind one of them.
        self._more = full or busy or any(row.followed for row in rows)
        return full

    async def _woken(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await self.wake.wait()

    async def _dealt_with(self, row: Taken) -> None:
        try:
            await self._do(row)
        except Exception as error:  # noqa: BLE001 - one row must not stop the others
            failed("row not dealt with", error, id=row.id)

    def _ended(self, seq: int, task: asyncio.Task[None]) -> None:
        if self._busy.get(seq) is task:
            del self._busy[seq]
        self._freed()

    def _freed(self) -> None:
        if self._more:
            self.wake.set()
