"""The door to the database: open it, run actions, close it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple, cast

import sqlalchemy as sa

from bot.store import lock
from bot.store.engine import engine, file_of
from bot.store.migrate import migrate
from bot.store.problems import StoreError
from bot.store.writer import Writer

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


class Store:
    """Runs storage actions: `await store.run(answers.add, record, words)`."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def run(self, action: Callable[[Connection, *Arguments], T], *arguments: *Arguments) -> T:
        """Run an action; what it wrote is on the disk when this returns."""
        return cast("T", await self._writer.run(action, arguments))

    @property
    def commits(self) -> int:
        """How many transactions were committed: fewer than actions when they came together."""
        return self._writer.commits

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, *, only_one: bool = False) -> AsyncIterator[Store]:
        """Open a database, bringing it up to date first; close it at the end.

        `only_one` refuses to start beside another process that also asked for it. Raises
        `StoreError` when the database cannot be used.
        """
        file = file_of(url)
        with ExitStack() as held:
            if file is not None:
                _make_folder(file.parent)
                if only_one:
                    held.enter_context(lock.only_one(file))
            writer = Writer(lambda: _connect(url, file))
            await writer.start()
            try:
                yield cls(writer)
            finally:
                await writer.close()


def _connect(url: str, file: Path | None) -> Connection:
    """Return the one connection, its database up to date."""
    address = url if file is None else sa.URL.create("sqlite", database=str(file))
    try:
        # Two first starts at once must not both create the tables.
        with lock.one_at_a_time(file) if file is not None else nullcontext():
            return _up_to_date(engine(address))
    except sa.exc.DatabaseError as error:
        raise StoreError(
            f"The database {file} cannot be opened ({error.orig}). Check that the file may be "
            "written, or choose another folder with GREENLIGHT_HOME."
        ) from error


def _up_to_date(created: sa.Engine) -> Connection:
    connection = created.connect()
    with connection.begin():
        migrate(connection)
    return connection


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be made ({error.strerror}). "
            "Choose another one with GREENLIGHT_HOME."
        ) from error
