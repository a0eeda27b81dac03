"""The store: what it says is kept is kept, whatever happens to the process or its neighbours."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store import Store, StoreError, answers
from bot.store.answers import Record, Seen, Words
from bot.store.ids import answer_id
from bot.store.migrate import HEAD, alembic_config, current
from bot.store.tables import metadata

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

RECORD = Record(
    id="a-1",
    at=NOW,
    day=date(2026, 11, 22),
    person_id="ana",
    person={"id": "ana", "department": "marketing"},
    door="terminal",
    language="en",
    topic="permission",
    action="answer",
    verdict="allowed",
    understood={"topic": "permission", "data": ["personal"]},
    findings=[{"tool": "chatgpt", "findings": []}],
    judged=[{"tool": "chatgpt", "edition": "enterprise", "feature": None, "verdict": "allowed"}],
    citations=["AUP-2"],
    conditions=[],
    alternatives=[],
    ask_for=None,
    knowledge_version="76b397365a85",
    understood_by="rules",
    ms=1.5,
)

WORDS = Words(
    answer_id="a-1",
    text="may I? 🌱",
    history=[{"role": "user", "text": "hello"}],
    read_from={"tool": "it"},
    expires_at=NOW + timedelta(days=30),
)


def url(home: Path) -> str:
    return f"sqlite:///{home / 'greenlight.db'}"


def rows(home: Path, query: str) -> list[Any]:
    """What another program sees in the file."""
    with sqlite3.connect(home / "greenlight.db") as other:
        found = other.execute(query).fetchall()
    other.close()
    return found


async def test_an_answer_comes_back_as_it_was_kept(either_store: Store) -> None:
    await either_store.run(answers.add, RECORD, WORDS)

    assert await either_store.run(answers.find, "a-1") == RECORD
    assert await either_store.run(answers.words_of, "a-1") == WORDS
    assert await either_store.run(answers.find, "a-2") is None


async def test_what_run_has_returned_is_in_the_file(store: Store, home: Path) -> None:
    await store.run(answers.add, RECORD, None)

    assert rows(home, "SELECT id FROM answers") == [("a-1",)]
    assert await store.run(answers.words_of, "a-1") is None


async def test_actions_that_wait_together_are_committed_together(store: Store) -> None:
    busy = threading.Event()
    first = asyncio.ensure_future(store.run(lambda _: busy.wait(5)))
    await asyncio.sleep(0.05)
    before = store.commits
    waiting = [
        asyncio.ensure_future(store.run(answers.add, replace(RECORD, id=f"a-{n}"), None))
        for n in range(200)
    ]
    await asyncio.sleep(0.05)

    busy.set()
    await asyncio.gather(first, *waiting)

    assert store.commits - before == 2


async def test_an_action_that_fails_hurts_nobody_else(store: Store, home: Path) -> None:
    some = [
        store.run(answers.add, RECORD, None),
        store.run(answers.add, RECORD, None),
        store.run(answers.add, replace(RECORD, id="a-2"), None),
    ]

    outcomes = await asyncio.gather(*some, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [type(None), sa.exc.IntegrityError] + [
        type(None)
    ]
    assert rows(home, "SELECT id FROM answers") == [("a-1",), ("a-2",)]


async def test_half_an_action_is_not_kept(store: Store, home: Path) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        await store.run(answers.add, RECORD, replace(WORDS, answer_id="of somebody else"))

    assert rows(home, "SELECT id FROM answers") == []


async def test_nothing_is_reported_as_kept_when_the_disk_is_full(home: Path) -> None:
    async with Store.open(url(home)) as store:
        pages = await store.run(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())
        await store.run(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}"))
        big = replace(RECORD, understood={"text": "x" * 100_000})
        some = [
            store.run(answers.add, replace(RECORD, id="a-2"), None),
            store.run(answers.add, big, None),
            store.run(answers.add, replace(RECORD, id="a-3"), None),
        ]

        outcomes = await asyncio.gather(*some, return_exceptions=True)

    kept = {id_ for (id_,) in rows(home, "SELECT id FROM answers")}
    said = {
        id_ for id_, outcome in zip(["a-2", "a-1", "a-3"], outcomes, strict=True) if not outcome
    }
    assert said == kept
    assert any(isinstance(outcome, StoreError) for outcome in outcomes)


async def test_what_was_asked_for_is_written_though_nobody_waits_any_more(
    store: Store, home: Path
) -> None:
    impatient = asyncio.ensure_future(store.run(answers.add, RECORD, None))
    await asyncio.sleep(0)
    impatient.cancel()

    await store.run(answers.add, replace(RECORD, id="a-2"), None)

    assert rows(home, "SELECT count(*) FROM answers") == [(2,)]


async def test_closing_writes_what_waits(home: Path) -> None:
    async with Store.open(url(home)) as store:
        late = asyncio.ensure_future(store.run(answers.add, RECORD, None))
        await asyncio.sleep(0)

    await late

    assert rows(home, "SELECT id FROM answers") == [("a-1",)]
    with pytest.raises(StoreError, match="closed"):
        await store.run(answers.find, "a-1")


async def test_a_process_that_is_killed_has_kept_what_it_said(home: Path) -> None:
    script = """
import asyncio, os, sys
sys.path.insert(0, "tests")
from test_store import RECORD, WORDS, url
from bot.store import Store, answers
from pathlib import Path

async def main():
    async with Store.open(url(Path(sys.argv[1]))) as store:
        await store.run(answers.add, RECORD, WORDS)
        os._exit(9)

asyncio.run(main())
"""
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(home))

    assert await killed.wait() == 9
    assert rows(home, "SELECT verdict FROM answers") == [("allowed",)]


async def test_texts_are_forgotten_when_their_time_is_over(either_store: Store) -> None:
    await either_store.run(answers.add, RECORD, WORDS)

    early = await either_store.run(answers.forget_expired, NOW + timedelta(days=29))
    in_time = await either_store.run(answers.forget_expired, NOW + timedelta(days=30))

    assert (early, in_time) == (0, 1)
    assert await either_store.run(answers.find, "a-1") == RECORD
    assert await either_store.run(answers.words_of, "a-1") is None


async def test_a_person_can_have_their_texts_deleted(either_store: Store) -> None:
    await either_store.run(answers.add, RECORD, WORDS)
    theirs = replace(RECORD, id="a-2", person_id="ben")
    await either_store.run(answers.add, theirs, replace(WORDS, answer_id="a-2"))

    deleted = await either_store.run(answers.delete_person, "ana")

    assert deleted == 1
    assert await either_store.run(answers.words_of, "a-1") is None
    assert await either_store.run(answers.words_of, "a-2") is not None


async def test_a_forgotten_text_is_not_left_in_the_file(home: Path) -> None:
    async with Store.open(url(home)) as store:
        await store.run(answers.add, RECORD, replace(WORDS, text="zanzibar" * 10))
        await store.run(answers.delete_person, "ana")

    assert b"zanzibar" not in (home / "greenlight.db").read_bytes()
    assert not (home / "greenlight.db-wal").exists()


async def test_a_knowledge_base_is_remembered_from_its_first_use(either_store: Store) -> None:
    first = Seen("v1", NOW, Path("/kb"))
    await either_store.run(answers.saw_knowledge, first)
    await either_store.run(answers.saw_knowledge, Seen("v1", NOW + timedelta(days=1), Path("/kb2")))

    assert await either_store.run(answers.knowledge_seen, "v1") == first
    assert await either_store.run(answers.knowledge_seen, "v2") is None


def test_ids_sort_by_time() -> None:
    times = [NOW + timedelta(milliseconds=step) for step in (0, 1, 1000, 10**9, 10**12)]
    ids = [answer_id(time) for time in times]

    assert ids == sorted(ids)
    assert len({answer_id(NOW) for _ in range(10_000)}) == 10_000


async def test_migrations_make_the_tables_the_code_expects(either_store: Store) -> None:
    def differences(connection: sa.Connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    def newest(connection: sa.Connection) -> str | None:
        return ScriptDirectory.from_config(alembic_config(connection)).get_current_head()

    assert await either_store.run(differences) == []
    assert await either_store.run(newest) == await either_store.run(current) == HEAD


async def test_first_starts_at_once_do_not_get_into_each_others_way(home: Path) -> None:
    async def start() -> str | None:
        async with Store.open(url(home)) as store:
            return await store.run(current)

    assert await asyncio.gather(*(start() for _ in range(8))) == [HEAD] * 8


async def test_a_second_long_running_process_is_refused_and_a_short_one_is_not(home: Path) -> None:
    async with Store.open(url(home), only_one=True):
        with pytest.raises(StoreError, match=r"already running .* \(process \d+\)"):
            async with Store.open(url(home), only_one=True):
                pass
        async with Store.open(url(home)) as beside:
            await beside.run(answers.add, RECORD, None)

    async with Store.open(url(home), only_one=True) as again:
        assert await again.run(answers.find, "a-1") == RECORD


async def test_a_busy_database_is_waited_for(store: Store, home: Path) -> None:
    other = sqlite3.connect(home / "greenlight.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.ensure_future(store.run(answers.add, RECORD, None))
    await asyncio.sleep(0.2)

    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    await waiting


async def test_a_newer_database_is_refused_in_words(home: Path) -> None:
    async with Store.open(url(home)):
        pass
    with sqlite3.connect(home / "greenlight.db") as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()

    with pytest.raises(StoreError, match="newer Greenlight"):
        async with Store.open(url(home)):
            pass


@pytest.mark.parametrize(
    "address",
    ["postgresql+asyncpg://localhost/x", "mysql://h/x", "postgres://h:port/x", "nonsense"],
)
async def test_an_address_that_cannot_be_used_is_refused_in_words(address: str) -> None:
    with pytest.raises(StoreError, match="GREENLIGHT_DATABASE_URL"):
        async with Store.open(address):
            pass


async def opened(home: Path) -> None:
    async with Store.open(url(home)):
        pass


def test_a_file_that_is_no_database_is_refused_in_words(home: Path) -> None:
    home.mkdir()
    (home / "greenlight.db").write_text("This is a letter to my aunt. " * 100)

    with pytest.raises(StoreError, match="cannot be opened"):
        asyncio.run(opened(home))


def test_a_folder_that_cannot_be_made_is_refused_in_words(home: Path) -> None:
    home.write_text("a file where the folder should be")

    with pytest.raises(StoreError, match="cannot be made"):
        asyncio.run(opened(home))


async def test_a_database_in_memory_works() -> None:
    async with Store.open("sqlite://") as store:
        await store.run(answers.add, RECORD, WORDS)

        assert await store.run(answers.find, "a-1") == RECORD
