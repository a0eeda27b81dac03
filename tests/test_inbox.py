"""The inbox: what was accepted is worked on once, in order, and answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from boxes import NOW, Rig, answer, place, post, said
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat import Arrival, Post
from bot.inbox import Done, Options, kept
from bot.store import Store, StoreError


@pytest.fixture
def rig(either_store: Store) -> Rig:
    return Rig(either_store)


async def test_what_was_said_is_answered_where_it_was_said(rig: Rig) -> None:
    inbox = rig.inbox()
    async with inbox.running():
        await inbox.accept(said("1", "hello", at=place("C7")))
        await rig.chat.until(posts=1)

    assert [(post.place.channel, post.card.headline) for post in rig.chat.posts] == [
        ("C7", "hello")
    ]


async def test_what_is_delivered_three_times_is_worked_on_once(rig: Rig) -> None:
    worked: list[str] = []

    async def work(arrival: Arrival, attempt: int) -> Done:
        worked.append(arrival.id)
        return await answer(arrival, attempt)

    inbox = rig.inbox(work)
    early = [await inbox.accept(said("1")) for _ in range(2)]
    async with inbox.running():
        await rig.chat.until(posts=1)
        late = await inbox.accept(said("1"))
        await inbox.accept(said("2"))
        await rig.chat.until(posts=2)

    assert (early, late) == ([True, False], False)
    assert worked == ["slack:1", "slack:2"]
    assert rig.chat.keys == ["re:slack:1", "re:slack:2"]


async def test_many_deliveries_at_once_are_one(rig: Rig) -> None:
    inbox = rig.inbox()

    new = await asyncio.gather(*(inbox.accept(said("1")) for _ in range(20)))

    assert sorted(new) == [False] * 19 + [True]
    assert len(await rig.rows()) == 1


async def test_what_was_accepted_before_anybody_works_is_worked_on_later(rig: Rig) -> None:
    inbox = rig.inbox(options=Options(poll=3600))
    for number in range(3):
        await inbox.accept(said(str(number), user=f"U{number % 2}"))

    async with inbox.running():
        await rig.chat.until(posts=3)

    assert sorted(rig.chat.keys) == ["re:slack:0", "re:slack:1", "re:slack:2"]


async def test_nobody_who_works_has_to_wait_for_the_next_look(rig: Rig) -> None:
    inbox = rig.inbox(options=Options(poll=3600))

    async with inbox.running():
        for number in range(5):
            await inbox.accept(said(str(number)))
            await rig.chat.until(posts=number + 1)

    assert len(rig.chat.posts) == 5


async def test_nothing_of_what_was_said_or_answered_remains(rig: Rig) -> None:
    inbox = rig.inbox()
    async with inbox.running():
        await inbox.accept(said("1", "zanzibar"))
        await rig.chat.until(posts=1)

    (arrived,), (posted,) = await rig.rows("inbox"), await rig.rows("outbox")
    assert "zanzibar" not in f"{arrived}{posted}"
    assert (arrived["state"], arrived["payload"], arrived["id"]) == ("done", None, "slack:1")
    assert (posted["state"], posted["payload"], posted["key"]) == ("done", None, "re:slack:1")
    assert posted["message_id"] == "m-re:slack:1"
    assert await is_really_null(rig.store)


async def is_really_null(store: Store) -> bool:
    """A JSON column can hold the word null, which is not the same."""

    def left(connection: sa.Connection) -> list[int]:
        counts = "SELECT count(*) FROM {} WHERE payload IS NOT NULL"
        found = [connection.exec_driver_sql(counts.format(name)) for name in ("inbox", "outbox")]
        return [result.scalar_one() for result in found]

    return await store.run(left) == [0, 0]


async def test_one_person_in_one_thread_is_answered_in_order(rig: Rig) -> None:
    gates = {f"slack:{number}": asyncio.Event() for number in (1, 2, 3)}
    begun: list[str] = []
    other = asyncio.Event()

    async def work(arrival: Arrival, attempt: int) -> Done:
        begun.append(arrival.id)
        if arrival.id == "slack:other":
            other.set()
        else:
            await gates[arrival.id].wait()
        return await answer(arrival, attempt)

    inbox = rig.inbox(work, options=Options(poll=3600))
    async with inbox.running():
        for number in (1, 2, 3):
            await inbox.accept(said(str(number)))
        await inbox.accept(said("other", user="U2"))
        await other.wait()
        while_the_first_runs = sorted(begun)
        for gate in gates.values():
            gate.set()
        await rig.chat.until(posts=4)

    assert while_the_first_runs == ["slack:1", "slack:other"]
    assert [id_ for id_ in begun if id_ != "slack:other"] == ["slack:1", "slack:2", "slack:3"]


async def test_different_people_are_answered_at_the_same_time(rig: Rig) -> None:
    together = asyncio.Barrier(8)

    async def work(arrival: Arrival, attempt: int) -> Done:
        await together.wait()
        return await answer(arrival, attempt)

    inbox = rig.inbox(work)
    async with inbox.running():
        for number in range(8):
            await inbox.accept(said(str(number), user=f"U{number}"))
        await rig.chat.until(posts=8)

    assert len(rig.chat.posts) == 8


async def test_no_more_is_worked_on_at_once_than_was_set(rig: Rig) -> None:
    running, most = 0, 0

    async def work(arrival: Arrival, attempt: int) -> Done:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return await answer(arrival, attempt)

    inbox = rig.inbox(work, options=Options(workings=3, sendings=2, poll=3600))
    for number in range(20):
        await inbox.accept(said(str(number), user=f"U{number}", at=place(f"C{number}")))
    async with inbox.running():
        await rig.chat.until(posts=20)

    assert most <= 3
    assert rig.chat.at_once <= 2


async def test_what_the_work_writes_is_written_with_its_posts(rig: Rig) -> None:
    def count(connection: sa.Connection) -> None:
        connection.exec_driver_sql("UPDATE inbox SET error = 'written' WHERE id = 'slack:1'")

    async def work(arrival: Arrival, attempt: int) -> Done:
        made = await answer(arrival, attempt)
        return Done(posts=made.posts, also=(count,))

    inbox = rig.inbox(work)
    async with inbox.running():
        await inbox.accept(said("1"))
        await rig.chat.until(posts=1)

    assert (await rig.row())["error"] == "written"


async def test_somebody_who_did_not_ask_is_spoken_to_once(rig: Rig) -> None:
    inbox = rig.inbox()
    first, second = await inbox.post(post("weekly")), await inbox.post(post("weekly"))

    async with inbox.running():
        await rig.chat.until(posts=1)
        third = await inbox.post(post("weekly"))

    assert (first, second, third) == (True, False, False)
    assert rig.chat.keys == ["weekly"]


async def test_half_a_character_does_not_keep_a_message_from_being_accepted(rig: Rig) -> None:
    inbox = rig.inbox()
    async with inbox.running():
        await inbox.accept(said("1", "so \ud83d sad, \ud83c\udf31"))
        await rig.chat.until(posts=1)

    assert rig.chat.headlines == ["so � sad, 🌱"]


async def test_what_goes_wrong_beside_a_running_inbox_comes_out_as_it_was(rig: Rig) -> None:
    with pytest.raises(LookupError, match="beside"):
        async with rig.running():
            raise LookupError("beside")


async def test_an_inbox_can_run_again(rig: Rig) -> None:
    inbox = rig.inbox()
    for number in (1, 2):
        async with inbox.running():
            await inbox.accept(said(str(number)))
            await rig.chat.until(posts=number)

    assert rig.chat.keys == ["re:slack:1", "re:slack:2"]


@asynccontextmanager
async def blocked(url: str) -> AsyncIterator[None]:
    """Somebody else holds on to the inbox."""
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, isolation_level=None)
        statement = "BEGIN IMMEDIATE"
    else:
        engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        statement = "LOCK TABLE inbox"
    with engine.connect() as other:
        other.exec_driver_sql(statement)
        yield
        other.rollback()
    engine.dispose()


async def test_the_platform_hears_in_time_that_nothing_can_be_kept(
    rig: Rig, database_url: str
) -> None:
    inbox = rig.inbox(options=Options(accept_timeout=0.05, poll=0.01))

    async with blocked(database_url):
        with pytest.raises(StoreError, match="too long"):
            await inbox.accept(said("1"))
    async with inbox.running():
        await rig.inbox().accept(said("1"))
        await rig.inbox().accept(said("2"))
        await rig.chat.until(posts=2)

    assert rig.chat.keys == ["re:slack:1", "re:slack:2"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.builds(Arrival, at=st.datetimes(timezones=st.just(NOW.tzinfo))))
def test_an_arrival_is_kept_as_it_is(arrival: Arrival) -> None:
    assert kept.to_arrival(kept.from_arrival(arrival)) == arrival
    assert kept.writable(arrival) == arrival


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_type(Post))
def test_a_post_is_kept_as_it_is(post: Post) -> None:
    assert kept.to_post(kept.from_post(post)) == post


def test_options_that_would_double_posts_are_refused() -> None:
    with pytest.raises(ValueError, match="post_timeout"):
        Options(post_timeout=60, post_lease=60)
