"""The store on a PostgreSQL server: away and back, several processes, and words without secrets."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from postgres import Server
from test_store import RECORD, WORDS

from bot.store import Store, StoreError, answers
from bot.store.bells import ring
from bot.store.migrate import HEAD, current
from bot.store.problems import of_server


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[Store]:
    async with Store.open(postgres_url) as opened:
        yield opened


@pytest.fixture
def empty_url(postgres_server: Server) -> Iterator[str]:
    name = postgres_server.empty()
    yield postgres_server.within(name)
    postgres_server.drop(name)


def hang_up(server: Server, url: str) -> None:
    """Break every connection to a database, as a restart of the server does."""
    name = sa.make_url(url).database
    server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_an_address_is_taken_as_platforms_write_it(postgres_url: str, scheme: str) -> None:
    async with Store.open(postgres_url.replace("postgresql", scheme, 1)) as store:
        await store.run(answers.add, RECORD, WORDS)

        assert await store.run(answers.find, "a-1") == RECORD
        assert (store.dialect, store.embedded) == ("postgresql", False)


async def test_first_starts_at_once_do_not_get_into_each_others_way(empty_url: str) -> None:
    async def start() -> str | None:
        async with Store.open(empty_url) as store:
            return await store.run(current)

    assert await asyncio.gather(*(start() for _ in range(6))) == [HEAD] * 6


async def test_any_number_of_processes_may_run_for_long(postgres_url: str) -> None:
    async with (
        Store.open(postgres_url, only_one=True) as one,
        Store.open(postgres_url, only_one=True) as two,
    ):
        await one.run(answers.add, RECORD, None)

        assert await two.run(answers.find, "a-1") == RECORD


async def test_an_action_that_fails_has_written_nothing_and_hurts_nobody(store: Store) -> None:
    some = [
        store.run(answers.add, RECORD, WORDS),
        store.run(answers.add, replace(RECORD, id="a-2"), replace(WORDS, answer_id="unknown")),
        store.run(answers.add, replace(RECORD, id="a-3"), None),
    ]

    outcomes = await asyncio.gather(*some, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [
        type(None),
        sa.exc.IntegrityError,
        type(None),
    ]
    assert await store.run(answers.find, "a-2") is None
    assert await store.run(answers.find, "a-3") is not None


async def test_what_people_wrote_is_in_no_message_of_an_error(database_url: str) -> None:
    async with Store.open(database_url) as store:
        orphan = replace(WORDS, answer_id="unknown", text="zanzibar")

        with pytest.raises(sa.exc.IntegrityError) as caught:
            await store.run(answers.add, RECORD, orphan)

    assert "zanzibar" not in str(caught.value)


async def test_an_action_is_done_whole_though_nobody_waits_any_more(postgres_url: str) -> None:
    async with Store.open(postgres_url) as store:
        impatient = asyncio.ensure_future(store.run(answers.add, RECORD, WORDS))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.wait([impatient])

    async with Store.open(postgres_url) as again:
        assert impatient.cancelled()
        assert await again.run(answers.words_of, "a-1") == WORDS


async def test_closing_finishes_what_runs(postgres_url: str) -> None:
    async with Store.open(postgres_url) as store:
        late = asyncio.ensure_future(store.run(answers.add, RECORD, None))
        await asyncio.sleep(0)
    await late

    with pytest.raises(StoreError, match="closed"):
        await store.run(answers.find, "a-1")
    async with Store.open(postgres_url) as again:
        assert await again.run(answers.find, "a-1") == RECORD


async def test_a_server_that_was_restarted_is_found_again(
    store: Store, postgres_server: Server, postgres_url: str
) -> None:
    some = [answers.add] * 6
    adding = (
        store.run(add, replace(RECORD, id=f"a-{number}"), None) for number, add in enumerate(some)
    )
    await asyncio.gather(*adding)

    hang_up(postgres_server, postgres_url)
    outcomes = [await tried(store) for _ in range(8)]

    assert "The PostgreSQL database cannot be used: it is stopping or starting." in outcomes[0]
    assert outcomes[1:] == ["a-1"] * 7


async def test_a_connection_that_was_idle_is_looked_at_before_it_is_used(
    store: Store, postgres_server: Server, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.run(answers.add, replace(RECORD, id="a-1"), None)
    monkeypatch.setattr("bot.store.server._IDLE", -1.0)

    hang_up(postgres_server, postgres_url)

    assert await tried(store) == "a-1"


async def tried(store: Store) -> str:
    try:
        found = await store.run(answers.find, "a-1")
    except StoreError as error:
        return str(error)
    return "nothing" if found is None else found.id


async def test_a_bell_rung_in_one_process_is_heard_in_another(postgres_url: str) -> None:
    async with (
        Store.open(postgres_url) as one,
        Store.open(postgres_url) as two,
        hearing(one, "mail") as here,
        hearing(two, "mail", "other") as there,
    ):
        await one.run(ring, "mail")
        await there["mail"].wait()

        assert here["mail"].is_set()
        assert not there["other"].is_set()


async def test_a_bell_is_not_heard_when_what_it_is_about_was_not_written(postgres_url: str) -> None:
    def rung_in_vain(connection: sa.Connection) -> None:
        ring(connection, "vain")
        raise LookupError

    async with (
        Store.open(postgres_url) as one,
        Store.open(postgres_url) as two,
        hearing(two, "vain", "mail") as there,
    ):
        with pytest.raises(LookupError):
            await one.run(rung_in_vain)
        await one.run(ring, "mail")
        await there["mail"].wait()

        assert not there["vain"].is_set()


async def test_bells_are_heard_again_after_the_connection_broke(
    postgres_server: Server, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        Store.open(postgres_url) as one,
        Store.open(postgres_url) as two,
        hearing(two, "mail") as there,
    ):
        hang_up(postgres_server, postgres_url)
        # It rings by itself when it is back, for whatever was missed.
        await there["mail"].wait()
        there["mail"].clear()
        await tried(one)
        await one.run(ring, "mail")
        await there["mail"].wait()

    assert [record.getMessage() for record in caplog.records] == [
        "not woken by other processes for the moment"
    ]


async def test_a_bell_is_heard_within_the_process(database_url: str) -> None:
    async with Store.open(database_url) as store, hearing(store, "mail") as here:
        await store.run(ring, "mail")
        await here["mail"].wait()


@asynccontextmanager
async def hearing(store: Store, *bells: str) -> AsyncIterator[dict[str, asyncio.Event]]:
    """Listen, and begin with silence."""
    events = {name: asyncio.Event() for name in bells}
    listening = asyncio.create_task(store.listen(events))
    if store.embedded:
        await asyncio.sleep(0)
    else:
        # It rings once when it begins to hear.
        await events[bells[0]].wait()
    for event in events.values():
        event.clear()
    yield events
    listening.cancel()
    await asyncio.wait([listening])


async def test_a_newer_database_is_refused_in_words(postgres_url: str) -> None:
    async with Store.open(postgres_url) as store:
        await store.run(
            lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'").close()
        )

    with pytest.raises(StoreError, match="newer Greenlight"):
        async with Store.open(postgres_url):
            pass


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("127.0.0.1:1/x", "nothing listens at that host and port"),
        ("ss@127.0.0.1:1/x", "that host is not known|cannot be reached"),
        ("/x?host=/nowhere", "cannot be reached"),
        ("127.0.0.1:1/x?sslmode=nonsense", "cannot be used"),
        ("127.0.0.1:1/x?unheard_of=1", "cannot be used"),
    ],
)
async def test_a_server_that_cannot_be_reached_is_described_without_the_password(
    place: str, reason: str
) -> None:
    password = secrets.token_hex(8)

    with pytest.raises(StoreError, match=reason) as caught:
        async with Store.open(f"postgresql://somebody:{password}@{place}"):
            pass

    said = str(caught.value)
    assert password not in said
    assert "somebody" not in said
    assert "127.0.0.1" not in said
    assert caught.value.__cause__ is None


async def test_a_database_that_is_not_there_is_said_so(postgres_server: Server) -> None:
    with pytest.raises(StoreError, match="it has no database of that name"):
        async with Store.open(postgres_server.within("nowhere")):
            pass


async def test_a_user_without_rights_is_said_so(postgres_server: Server, empty_url: str) -> None:
    user = f"u{secrets.token_hex(6)}"
    postgres_server.run(f"CREATE ROLE {user} LOGIN")
    url = sa.make_url(empty_url).set(username=user).render_as_string(hide_password=False)

    with pytest.raises(StoreError, match="its user may not write there"):
        async with Store.open(url):
            pass

    postgres_server.run(f"DROP ROLE {user}")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("FATAL: password authentication failed for user x", "refuses the user or the password"),
        ("connection timeout expired", "does not answer in time"),
        ("failed to resolve host 'x'", "that host is not known"),
        ("FATAL: sorry, too many clients already", "has no room for more"),
        ("something nobody has thought of", "cannot be reached"),
    ],
)
def test_what_is_wrong_with_a_server_is_said_in_plain_words(words: str, reason: str) -> None:
    assert reason in str(of_server(OSError(words)))


async def test_a_server_that_is_slow_fails_the_action_and_not_the_store(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="greenlight")
    monkeypatch.setattr("bot.store.server.LONGEST", 0.05)

    with pytest.raises(StoreError, match="does not answer in time"):
        await store.run(lambda c: c.exec_driver_sql("SELECT pg_sleep(30)").close())

    monkeypatch.setattr("bot.store.server.LONGEST", 10)
    assert await tried(store) == "nothing"
