"""The database goes away while the inbox works: nothing is lost, doubled, or restarted."""

from __future__ import annotations

import asyncio
import logging

import pytest
import sqlalchemy as sa
from boxes import Rig, answer, said
from postgres import Server

from bot.chat import Arrival
from bot.inbox import Done, Options
from bot.store import Store, StoreError


class Outside:
    """Somebody beside Greenlight who can take the database away and give it back."""

    def __init__(self, url: str, server: Server | None) -> None:
        self._server = server
        self._name = sa.make_url(url).database
        self._file = None if server else sa.create_engine(url, isolation_level=None)
        self._lock: sa.Connection | None = None

    def away(self) -> None:
        if self._server is not None:
            self._server.run(
                f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS false",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{self._name}'",
            )
        else:
            self._lock = self._file.connect()
            self._lock.exec_driver_sql("BEGIN IMMEDIATE")

    def back(self) -> None:
        if self._server is not None:
            self._server.run(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS true")
        else:
            self._lock.rollback()
            self._lock.close()
            self._file.dispose()


@pytest.fixture
def outside(request: pytest.FixtureRequest, database_url: str) -> Outside:
    sqlite = database_url.startswith("sqlite")
    return Outside(database_url, None if sqlite else request.getfixturevalue("postgres_server"))


@pytest.fixture
async def rig(either_store: Store) -> Rig:
    if either_store.embedded:
        # Else a locked file is waited for longer than the test runs.
        await either_store.run(lambda c: c.exec_driver_sql("PRAGMA busy_timeout=20").close())
    return Rig(either_store)


async def test_what_was_worked_on_while_the_database_was_away_is_written_when_it_is_back(
    rig: Rig, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()
    worked: list[int] = []

    async def work(arrival: Arrival, attempt: int) -> Done:
        worked.append(attempt)
        begun.set()
        await gate.wait()
        return await answer(arrival, attempt)

    box = rig.inbox(work)
    async with box.running():
        await box.accept(said("1"))
        await begun.wait()
        outside.away()
        gate.set()
        await logged(caplog, "database away")
        outside.back()
        await rig.chat.until(posts=1)
        await box.accept(said("2"))
        await rig.chat.until(posts=2)

    assert worked == [1, 1]
    assert rig.chat.keys == ["re:slack:1", "re:slack:2"]
    assert [row["state"] for row in await rig.rows("outbox")] == ["done", "done"]


async def logged(caplog: pytest.LogCaptureFixture, event: str) -> None:
    while event not in [record.getMessage() for record in caplog.records]:  # noqa: ASYNC110 - a log has no event
        await asyncio.sleep(0.002)


async def test_a_post_made_while_the_database_was_away_is_not_made_again(
    rig: Rig, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    gate = rig.chat.hold()
    box = rig.inbox()
    async with box.running():
        await box.accept(said("1"))
        await rig.chat.until(tried=1)
        outside.away()
        gate.set()
        await logged(caplog, "database away")
        outside.back()
        await rig.seen("outbox", state="done")

    assert rig.chat.keys == ["re:slack:1"]
    assert rig.chat.looked_for == []


async def test_what_cannot_be_written_before_the_lease_ends_is_left_to_the_next(
    rig: Rig, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def work(arrival: Arrival, attempt: int) -> Done:
        begun.set()
        await gate.wait()
        return await answer(arrival, attempt)

    box = rig.inbox(work)
    async with box.running():
        await box.accept(said("1"))
        await begun.wait()
        outside.away()
        rig.clock.passes(31)
        gate.set()
        await logged(caplog, "arrival taken over")
        outside.back()
        await rig.chat.until(posts=1)

    row = await rig.row()
    assert (row["state"], row["attempt"]) == ("done", 2)
    assert rig.chat.keys == ["re:slack:1"]


async def test_a_door_hears_that_nothing_can_be_kept_and_an_outage_is_logged_once(
    rig: Rig, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="greenlight.inbox")
    box = rig.inbox(options=Options(poll=0.001))
    async with box.running():
        outside.away()
        with pytest.raises(StoreError):
            await box.accept(said("1"))
        await logged(caplog, "database away")
        for _ in range(3):
            with pytest.raises(StoreError):
                await box.accept(said("1"))
        outside.back()
        await logged(caplog, "database back")

    events = [record.getMessage() for record in caplog.records]
    assert events.count("database away") == events.count("database back") == 1


async def test_the_end_comes_though_the_database_is_away(
    rig: Rig, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    box = rig.inbox(options=Options(grace=0.1, poll=0.01))
    async with box.running():
        await box.accept(said("1"))
        await rig.chat.until(posts=1)
        await rig.seen("outbox", state="done")
        outside.away()
        await logged(caplog, "database away")
    outside.back()

    assert rig.chat.keys == ["re:slack:1"]


async def test_a_lease_that_cannot_be_renewed_does_not_stop_the_work(
    rig: Rig, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def work(arrival: Arrival, attempt: int) -> Done:
        begun.set()
        await gate.wait()
        return await answer(arrival, attempt)

    box = rig.inbox(work, options=Options(lease=0.03, poll=3600))
    async with box.running():
        await box.accept(said("1"))
        await begun.wait()
        outside.away()
        await logged(caplog, "database away")
        outside.back()
        gate.set()
        await rig.chat.until(posts=1)

    assert (await rig.row())["attempt"] == 1


async def test_a_mistake_in_looking_for_work_ends_nothing(
    rig: Rig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.inbox.crew.AFTER_A_BUG", 0.01)
    monkeypatch.setattr("bot.inbox.inbox._HOUR", 0.01)
    box = rig.inbox()
    async with box.running():
        await rig.store.run(renamed, "inbox", "elsewhere")
        await logged(caplog, "cannot take rows")
        await logged(caplog, "not tidied")
        await rig.store.run(renamed, "elsewhere", "inbox")
        await box.accept(said("1"))
        await rig.chat.until(posts=1)

    assert rig.chat.keys == ["re:slack:1"]


def renamed(connection: sa.Connection, before: str, after: str) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {before} RENAME TO {after}")
