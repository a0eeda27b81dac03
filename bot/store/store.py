"""The door to the database: open it, run actions, close it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, TypeVarTuple, cast

import sqlalchemy as sa

from bot.store import lock
from bot.store.address import file_of, parsed
from bot.store.engine import engine
from bot.store.migrate import migrate
from bot.store.problems import StoreError
from bot.store.writer import Writer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.bells import Events
    from bot.store.server import Server

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


class Runner(Protocol):
    """What runs actions: SQLite's writer, or a PostgreSQL server."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]: ...

    commits: int

    async def start(self) -> None: ...

    async def run(self, action: Callable[..., Any], arguments: tuple[Any, ...]) -> Any: ...

    async def listen(self, events: Events) -> None: ...

    async def close(self) -> None: ...


class Store:
    """Runs storage actions: `await store.run(answers.add, record, words)`."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def run(self, action: Callable[[Connection, *Arguments], T], *arguments: *Arguments) -> T:
        """Run an action in a transaction; what it wrote is on the disk when this returns.

        An action that has begun is done whole, though its caller is cancelled. Raises `StoreError`
        when the database cannot be used at the moment.
        """
        return cast("T", await self._runner.run(action, arguments))

    async def listen(self, events: Events) -> None:
        """Set the event of each bell (`bells.ring`) that is rung, until cancelled.

        With PostgreSQL other processes are heard too, over a connection of its own that comes back
        by itself. A ring may be missed while it is away: look for yourself now and then.
        """
        await self._runner.listen(events)

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which database it is."""
        return self._runner.dialect

    @property
    def embedded(self) -> bool:
        """Whether the database is this process's own: no other one works beside it."""
        return self.dialect == "sqlite"

    @property
    def commits(self) -> int:
        """How many transactions were committed: fewer than actions when they came together."""
        return self._runner.commits

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, *, only_one: bool = False) -> AsyncIterator[Store]:
        """Open a database, bringing it up to date first; close it at the end.

        `only_one` refuses to start beside another process that also asked for it; with PostgreSQL
        there may be any number. Raises `StoreError` when the database cannot be used.
        """
        address = parsed(url)
        with ExitStack() as held:
            if address.drivername == "sqlite":
                runner: Runner = _embedded(address, held, only_one=only_one)
            else:
                runner = _server(address)
            await runner.start()
            try:
                yield cls(runner)
            finally:
                await runner.close()


def _server(address: sa.URL) -> Server:
    # The driver is loaded by those who use it.
    from bot.store.server import Server

    return Server(address)


def _embedded(address: sa.URL, held: ExitStack, *, only_one: bool) -> Writer:
    file = file_of(address)
    if file is not None:
        _make_folder(file.parent)
        if only_one:
            held.enter_context(lock.only_one(file))
    return Writer(lambda: _connect(address, file))


def _connect(address: sa.URL, file: Path | None) -> Connection:
    """Return the one connection, its database up to date."""
    if file is not None:
        address = sa.URL.create("sqlite", database=str(file))
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
