"""One thread, one connection: whatever waits at a moment is written in one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from bot.store.bells import Bells, Events, rung
from bot.store.problems import StoreError

MOST_TOGETHER: Final = 500
"""About so many actions share one transaction, so that nobody waits long for the write lock."""

_GAVE_UP: Final = "The database gave up in the middle of writing. Is the disk full?"

Prepare = Callable[[], sa.Connection]


class _Task(NamedTuple):
    action: Callable[..., Any]
    arguments: tuple[Any, ...]
    future: asyncio.Future[Any]


class _Outcome(NamedTuple):
    result: Any = None
    error: Exception | None = None


class Writer:
    """Runs storage actions in the order they come, in group commits.

    Each action has a savepoint of its own, so one that fails does not hurt its neighbours. An
    action's result is handed back after the commit, never before. Belongs to the loop it was
    started in.
    """

    dialect: Final = "sqlite"

    def __init__(self, prepare: Prepare) -> None:
        self._prepare = prepare
        self._loop = asyncio.get_running_loop()
        self._bells = Bells()
        self._coming: list[_Task] = []
        self._waiting: SimpleQueue[list[_Task] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._open = True
        self.commits = 0

    async def start(self) -> None:
        """Open the database; raises `StoreError` when it cannot be used."""
        first = self._put(_nothing, ())
        self._thread.start()
        await first

    async def run(self, action: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Run an action and return what it returned, once that is on the disk."""
        if not self._open:
            raise StoreError("The database is closed.")
        return await self._put(action, arguments)

    async def listen(self, events: Events) -> None:
        """Set the event of each bell that is rung, until cancelled. No other process rings."""
        with self._bells.heard(events):
            await self._loop.create_future()

    async def close(self) -> None:
        """Finish what waits, then let go of the database."""
        self._open = False
        self._send()
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _put(self, action: Callable[..., Any], arguments: tuple[Any, ...]) -> asyncio.Future[Any]:
        future = self._loop.create_future()
        self._coming.append(_Task(action, arguments, future))
        if len(self._coming) == 1:
            # Whatever comes before the loop gets round to this goes with it, in one commit.
            self._loop.call_soon(self._send)
        return future

    def _send(self) -> None:
        if self._coming:
            self._waiting.put(self._coming)
            self._coming = []

    def _work(self) -> None:
        try:
            connection = self._prepare()
        except Exception as error:  # noqa: BLE001 - handed to the one who waits
            first = self._next()
            self._hand_back(first, [_Outcome(error=error)] * len(first))
            return
        try:
            while tasks := self._next():
                outcomes = self._together(connection, tasks)
                self._hand_back(tasks, outcomes, rung(connection))
        finally:
            connection.close()
            connection.engine.dispose()

    def _next(self) -> list[_Task]:
        """Wait for actions; return them with all that wait behind them, or nothing at the end."""
        tasks = self._waiting.get() or []
        while tasks and len(tasks) < MOST_TOGETHER:
            try:
                more = self._waiting.get_nowait()
            except Empty:
                break
            if more is None:
                self._waiting.put(None)  # the end comes again, when these are done
                break
            tasks = tasks + more
        return tasks

    def _together(self, connection: sa.Connection, tasks: Sequence[_Task]) -> list[_Outcome]:
        try:
            with connection.begin():
                outcomes = [_attempt(connection, task) for task in tasks]
        except Exception as error:  # noqa: BLE001 - handed to everybody who waits
            return [_Outcome(error=_in_plain_words(error))] * len(tasks)
        self.commits += 1
        return outcomes

    def _hand_back(
        self,
        tasks: Sequence[_Task],
        outcomes: Sequence[_Outcome],
        names: frozenset[str] = frozenset(),
    ) -> None:
        futures = [task.future for task in tasks]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(_settle, futures, outcomes)
            if names:
                self._loop.call_soon_threadsafe(self._bells.sound, names)


def _attempt(connection: sa.Connection, task: _Task) -> _Outcome:
    # Savepoints by hand: SQLAlchemy's take as long as the action itself.
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT action")
    try:
        outcome = _Outcome(task.action(connection, *task.arguments))
    except Exception as error:
        if not driver.in_transaction:
            # A full disk makes SQLite drop the whole transaction by itself. What came after
            # would be written one by one, and the commit would succeed without what came before.
            raise StoreError(_GAVE_UP) from error
        driver.execute("ROLLBACK TO action")
        outcome = _Outcome(error=_in_plain_words(error))
    driver.execute("RELEASE action")
    return outcome


def _in_plain_words(error: Exception) -> Exception:
    if isinstance(error, sa.exc.OperationalError) and not _is_bug(error.orig):
        return StoreError(f"The database cannot be written: {error.orig}.")
    return error


def _is_bug(error: BaseException | None) -> bool:
    """Say whether the statement is wrong, not the database: sqlite3 has one class for both."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _settle(futures: Sequence[asyncio.Future[Any]], outcomes: Sequence[_Outcome]) -> None:
    for future, outcome in zip(futures, outcomes, strict=True):
        if future.done():
            continue  # the one who waited has given up; what was written stays
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.result)


def _nothing(_connection: sa.Connection) -> None:
    pass
