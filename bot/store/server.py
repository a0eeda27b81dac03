"""PostgreSQL: a pool of connections, each action a transaction of its own."""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.bells import Bells, Events, rung
from bot.store.engine import compact
from bot.store.migrate import HEAD, current, migrate
from bot.store.problems import StoreError, of_server

CONNECTIONS: Final = 10
LONGEST: Final = 60.0
"""Seconds an action may take before it counts as failed."""

_WAIT_FOR_CONNECTION: Final = 10.0
_LISTEN_AGAIN: Final = 1.0
_IDLE: Final = 1.0

_GIVE_UP: Final = {
    "connect_timeout": "5",
    # A network that swallows packets is noticed within seconds, in use and idle.
    "tcp_user_timeout": "10000",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "application_name": "greenlight",
}
"""What libpq is told unless the address says otherwise."""

_AWAY: Final = (
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.InternalError,
    sa.exc.TimeoutError,
    TimeoutError,
    OSError,
)
"""What is wrong with the server, not with the action."""

_ONE_MIGRATES: Final = "SELECT pg_advisory_xact_lock(7305041)"
_NOTIFY: Final = sa.text("SELECT pg_notify('greenlight', :word)")

log = logging.getLogger("greenlight.store")


class Server:
    """Runs storage actions at a PostgreSQL server, as many at once as there are connections.

    Belongs to the loop it was made in. A server that was away is found again by itself: an action
    fails while it is away, the next one after that does not.
    """

    dialect: Final = "postgresql"

    def __init__(self, address: sa.URL) -> None:
        given = {name: value for name, value in _GIVE_UP.items() if name not in address.query}
        self._engine = create_async_engine(
            address,
            json_serializer=compact,
            hide_parameters=True,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=_WAIT_FOR_CONNECTION,
            connect_args=given,
        )
        _look_before_use(self._engine.sync_engine)
        self._given = given
        self._bells = Bells()
        self._me = secrets.token_hex(8)
        self._running: set[asyncio.Task[Any]] = set()
        self._open = True
        self.commits = 0

    async def start(self) -> None:
        """Bring the database up to date; raises `StoreError` when it cannot be used."""
        try:
            async with self._engine.begin() as connection:
                await connection.run_sync(_up_to_date)
        except BaseException as error:
            await self._engine.dispose()
            if isinstance(error, (sa.exc.DBAPIError, *_AWAY)):
                raise of_server(error) from None
            raise

    async def run(self, action: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Run an action in a transaction and return what it returned, once it is committed."""
        if not self._open:
            raise StoreError("The database is closed.")
        # In a task of its own, so that an action is done whole though nobody waits any more, as
        # with SQLite: a transaction cut short by its caller would cost the connection.
        task = asyncio.create_task(self._transaction(action, arguments))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Finish what runs, then let go of the server."""
        self._open = False
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_WAIT_FOR_CONNECTION)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._engine.dispose()

    async def listen(self, events: Events) -> None:
        """Set the event of each bell that is rung here or in another process, until cancelled."""
        with self._bells.heard(events):
            away = False
            while True:
                try:
                    await self._listen(events)
                except (psycopg.Error, OSError):
                    if not away:
                        log.warning("not woken by other processes for the moment")
                    away = True
                    await asyncio.sleep(_LISTEN_AGAIN)

    async def _listen(self, events: Events) -> None:
        _, address = self._engine.dialect.create_connect_args(self._engine.url)
        async with await psycopg.AsyncConnection.connect(
            autocommit=True, **{**address, **self._given}
        ) as connection:
            await connection.execute("LISTEN greenlight")
            # Whatever was rung while nobody listened.
            self._bells.sound(events)
            async for notice in connection.notifies():
                name, _, sender = notice.payload.partition(" ")
                if sender != self._me:
                    self._bells.sound([name])

    async def _transaction(self, action: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        try:
            async with asyncio.timeout(LONGEST), self._engine.begin() as connection:
                result, names = await connection.run_sync(self._act, action, arguments)
        except _AWAY as error:
            raise of_server(error) from None
        self.commits += 1
        self._bells.sound(names)
        return result

    def _act(
        self, connection: sa.Connection, action: Callable[..., Any], arguments: tuple[Any, ...]
    ) -> tuple[Any, frozenset[str]]:
        rung(connection)  # what an action rang that was then rolled back
        result = action(connection, *arguments)
        names = rung(connection)
        for name in names:
            # Part of the transaction: delivered when it commits, and only then.
            connection.execute(_NOTIFY, {"word": f"{name} {self._me}"})
        return result, names


def _look_before_use(engine: sa.Engine) -> None:
    """Ask a connection that has been idle whether it still stands; if not, all are made anew.

    SQLAlchemy's own `pool_pre_ping` asks before every use, a fifth of the time of an action.
    """

    @event.listens_for(engine, "checkin")
    def _(_connection: object, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used", math.inf) > _IDLE:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise sa.exc.InvalidatePoolError from error


def _up_to_date(connection: sa.Connection) -> None:
    if current(connection) != HEAD:
        # Two first starts at once must not both create the tables.
        connection.exec_driver_sql(_ONE_MIGRATES)
        migrate(connection)
