"""One thread, one connection: whatever waits at a moment is written in one transaction."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from bot.store.problems import StoreError

MOST_TOGETHER: Final = 500
"""Actions that share one transaction at most, so that nobody waits long for the write lock."""

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
    action's result is handed back after the commit, never before.
    """

    def __init__(self, prepare: Prepare) -> None:
        self._prepare = prepare
        self._waiting: SimpleQueue[_Task | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self.commits = 0

    async def start(self) -> None:
        """Open the database; raises `StoreError` when it cannot be used."""
        first = self._put(_nothing, ())
        self._thread.start()
        await first

    async def run(self, action: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Run an action and return what it returned, once that is on the disk."""
        if not self._thread.is_alive():
            raise StoreError("The database is closed.")
        return await self._put(action, arguments)

    async def close(self) -> None:
        """Finish what waits, then let go of the database."""
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _put(self, action: Callable[..., Any], arguments: tuple[Any, ...]) -> asyncio.Future[Any]:
        future = asyncio.get_running_loop().create_future()
        self._waiting.put(_Task(action, arguments, future))
        return future

    def _work(self) -> None:
        try:
            connection = self._prepare()
        except Exception as error:  # noqa: BLE001 - handed to the one who waits
            first = self._waiting.get()
            if first is not None:
                _hand_back([first], [_Outcome(error=error)])
            return
        try:
            while tasks := self._next():
                _hand_back(tasks, self._together(connection, tasks))
        finally:
            connection.close()
            connection.engine.dispose()

    def _next(self) -> list[_Task]:
        """Wait for an action; return it with all that wait behind it, or nothing at the end."""
        task = self._waiting.get()
        tasks: list[_Task] = []
        while task is not None:
            tasks.append(task)
            if len(tasks) == MOST_TOGETHER:
                return tasks
            try:
                task = self._waiting.get_nowait()
            except Empty:
                return tasks
        if tasks:
            self._waiting.put(None)  # the end comes again, when these are done
        return tasks

    def _together(self, connection: sa.Connection, tasks: Sequence[_Task]) -> list[_Outcome]:
        try:
            with connection.begin():
                outcomes = [_attempt(connection, task) for task in tasks]
        except Exception as error:  # noqa: BLE001 - handed to everybody who waits
            return [_Outcome(error=_in_plain_words(error))] * len(tasks)
        self.commits += 1
        return outcomes


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
    if isinstance(error, sa.exc.OperationalError):
        return StoreError(f"The database cannot be written: {error.orig}.")
    return error


def _hand_back(tasks: Sequence[_Task], outcomes: Sequence[_Outcome]) -> None:
    by_loop = defaultdict(list)
    for task, outcome in zip(tasks, outcomes, strict=True):
        by_loop[task.future.get_loop()].append((task.future, outcome))
    for loop, results in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, results)


def _settle(results: Sequence[tuple[asyncio.Future[Any], _Outcome]]) -> None:
    for future, outcome in results:
        if future.done():
            continue  # the one who waited has given up; what was written stays
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.result)


def _nothing(_connection: sa.Connection) -> None:
    pass
