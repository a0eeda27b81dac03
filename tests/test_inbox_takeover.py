"""Processes that die, stall and end: another one goes on, and nobody writes what is not theirs."""

from __future__ import annotations

import asyncio
import sys

import pytest
from boxes import Clock, Rig, answer, post, said
from chats import MemoryChat

from bot.chat import Arrival
from bot.inbox import Done, Options, arrivals
from bot.inbox.posts import Sending
from bot.inbox.rows import INBOX, Hold, NotOurs, Taking, renew, take
from bot.store import Store


@pytest.fixture
def rig(either_store: Store) -> Rig:
    return Rig(either_store)


@pytest.fixture
async def shared(postgres_url: str) -> Rig:
    """A rig on PostgreSQL, where several processes may work on one database."""
    async with Store.open(postgres_url) as store:
        yield Rig(store)


def nothing_sent(rig: Rig) -> Sending:
    return Sending(me="x", now=rig.clock(), until=0, most=0, platforms=frozenset())


async def test_what_a_killed_process_worked_on_is_taken_over_when_its_lease_ends(
    shared: Rig,
) -> None:
    box = shared.inbox()
    await box.accept(said("1"))
    await shared.taken_by_somebody(lease=30)
    async with box.running():
        await box.accept(said("2", user="U2"))
        await shared.chat.until(posts=1)
        before = list(shared.chat.keys)

        shared.clock.passes(31)
        await shared.chat.until(posts=2)

    assert before == ["re:slack:2"]
    assert shared.chat.keys == ["re:slack:2", "re:slack:1"]


async def test_the_only_process_takes_over_at_once(store: Store) -> None:
    rig = Rig(store)
    box = rig.inbox()
    await box.accept(said("1"))
    await rig.taken_by_somebody(lease=30)

    async with box.running():
        await rig.chat.until(posts=1)

    assert rig.chat.keys == ["re:slack:1"]


async def test_what_was_taken_over_cannot_be_finished_by_the_one_who_had_it(rig: Rig) -> None:
    box = rig.inbox()
    await box.accept(said("1"))
    stalled = await rig.taken_by_somebody(lease=30)
    old = Hold(me="somebody", seq=stalled.seq, attempt=stalled.attempt)
    rig.clock.passes(31)
    async with box.running():
        await rig.chat.until(posts=1)
    kept = await rig.row()

    with pytest.raises(NotOurs):
        await rig.store.run(arrivals.finish, old, Done(posts=(post("late"),)), nothing_sent(rig))

    assert await rig.row() == kept
    assert [row["key"] for row in await rig.rows("outbox")] == ["re:slack:1"]


async def test_the_same_owner_with_an_older_attempt_writes_nothing(rig: Rig) -> None:
    await rig.inbox().accept(said("1"))
    first = await rig.taken_by_somebody(lease=30)
    rig.clock.passes(31)
    second = await rig.taken_by_somebody(lease=30)
    done = Done(posts=(post("p"),))

    with pytest.raises(NotOurs):
        await rig.store.run(
            arrivals.finish, Hold(me="somebody", seq=first.seq, attempt=1), done, nothing_sent(rig)
        )
    await rig.store.run(
        arrivals.finish, Hold(me="somebody", seq=second.seq, attempt=2), done, nothing_sent(rig)
    )

    assert (await rig.row())["state"] == "done"
    assert len(await rig.rows("outbox")) == 1


async def test_long_work_keeps_its_lease(shared: Rig) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()

    async def work(arrival: Arrival, attempt: int) -> Done:
        begun.set()
        await gate.wait()
        return await answer(arrival, attempt)

    box = shared.inbox(work, options=Options(lease=0.06, poll=0.01))
    async with box.running():
        await box.accept(said("1"))
        await begun.wait()
        for _ in range(3):
            held_until = (await shared.row())["due"]
            shared.clock.passes(0.03)
            await renewed(shared, held_until)
        others = await shared.store.run(
            take, INBOX.take, Taking(me="other", now=shared.clock().timestamp(), until=0, most=9)
        )
        gate.set()
        await shared.chat.until(posts=1)

    assert others == []
    assert shared.chat.keys == ["re:slack:1"]


async def renewed(rig: Rig, before: float) -> None:
    while (await rig.row())["due"] <= before:  # noqa: ASYNC110 - only the database knows
        await asyncio.sleep(0.002)


async def test_work_whose_lease_was_lost_is_stopped_and_writes_nothing(shared: Rig) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def work(arrival: Arrival, attempt: int) -> Done:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return Done()

    box = shared.inbox(work, options=Options(lease=0.03, poll=3600))
    async with box.running():
        await box.accept(said("1"))
        await begun.wait()
        later = shared.clock().timestamp() + 100
        stolen = await shared.store.run(
            take, INBOX.take, Taking(me="thief", now=later, until=later, most=1)
        )
        await stopped.wait()

    row = await shared.row()
    assert len(stolen) == 1
    assert (row["owner"], row["state"], row["attempt"]) == ("thief", "run", 2)


async def test_what_comes_back_to_the_one_who_had_it_is_begun_anew(rig: Rig) -> None:
    begun, stopped = [], []

    async def work(arrival: Arrival, attempt: int) -> Done:
        begun.append(attempt)
        if attempt == 1:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(attempt)
        return await answer(arrival, attempt)

    box = rig.inbox(work)
    async with box.running():
        await box.accept(said("1"))
        await rig.seen(state="run", attempt=1)
        # As when the process was stopped for a while: nobody has renewed the lease.
        rig.clock.passes(31)
        await rig.chat.until(posts=1)

    assert (begun, stopped) == ([1, 2], [1])
    assert rig.chat.keys == ["re:slack:1"]


async def test_what_we_ended_ourselves_does_not_count_as_lost(rig: Rig) -> None:
    for number in (1, 2, 3):
        await rig.inbox().accept(said(str(number), user=f"U{number}"))
    ended = await rig.taken_by_somebody()
    held = await rig.taken_by_somebody()
    hold = Hold(me="somebody", seq=ended.seq, attempt=1)
    await rig.store.run(arrivals.finish, hold, Done(), nothing_sent(rig))
    now = rig.clock().timestamp()
    (theirs,) = await rig.store.run(
        take, INBOX.take, Taking(me="other", now=now, until=now + 1, most=1)
    )

    seqs = [ended.seq, held.seq, theirs.seq]
    found = await rig.store.run(renew, INBOX, "somebody", now + 99, seqs)

    assert found == (frozenset({held.seq}), frozenset({theirs.seq}))


async def test_two_processes_share_the_work_and_wake_each_other(postgres_url: str) -> None:
    seldom = Options(poll=3600, workings=2)
    async with Store.open(postgres_url) as one, Store.open(postgres_url) as two:
        chat, clock, by = MemoryChat(), Clock(), set()
        together = asyncio.Barrier(4)

        def work_of(name: str):
            async def work(arrival: Arrival, attempt: int) -> Done:
                by.add(name)
                # Two hands in each process: only together can they hold four.
                await together.wait()
                return await answer(arrival, attempt)

            return work

        first = Rig(one, chat, clock, seldom).inbox(work_of("one"))
        second = Rig(two, chat, clock, seldom).inbox(work_of("two"))
        async with first.running(), second.running():
            for number in range(8):
                await first.accept(said(str(number), user=f"U{number}"))
            await chat.until(posts=8)

    assert by == {"one", "two"}
    assert sorted(chat.keys) == [f"re:slack:{number}" for number in range(8)]


async def test_a_process_that_only_accepts_wakes_one_that_works(postgres_url: str) -> None:
    async with Store.open(postgres_url) as web, Store.open(postgres_url) as worker:
        rig = Rig(worker, options=Options(poll=3600))
        async with rig.running():
            for number in range(3):
                await Rig(web).inbox().accept(said(str(number)))
                await rig.chat.until(posts=number + 1)

    assert len(rig.chat.posts) == 3


async def test_what_runs_is_finished_before_the_end(rig: Rig) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def work(arrival: Arrival, attempt: int) -> Done:
        begun.set()
        await gate.wait()
        return await answer(arrival, attempt)

    box = rig.inbox(work)
    async with box.running():
        await box.accept(said("1"))
        await begun.wait()
        await box.accept(said("2"))
        asyncio.get_running_loop().call_soon(gate.set)

    assert rig.chat.keys == ["re:slack:1"]
    assert [row["state"] for row in await rig.rows()] == ["done", "ready"]


async def test_what_cannot_be_finished_in_time_is_given_back(rig: Rig) -> None:
    begun = asyncio.Event()

    async def work(arrival: Arrival, attempt: int) -> Done:
        begun.set()
        await asyncio.Event().wait()
        return Done()

    box = rig.inbox(work, options=Options(grace=0, poll=0.01))
    async with box.running():
        await box.accept(said("1"))
        await begun.wait()

    row = await rig.row()
    assert (row["state"], row["attempt"]) == ("ready", 0)
    assert row["due"] <= rig.clock().timestamp()


async def test_a_post_that_was_being_made_at_the_end_is_looked_for_by_the_next(rig: Rig) -> None:
    rig.chat.hold()
    box = rig.inbox(options=Options(grace=0, poll=0.01))
    async with box.running():
        await box.accept(said("1"))
        await rig.chat.until(tried=1)
    left = await rig.row("outbox")

    async with rig.running():
        await rig.chat.until(posts=1)

    assert (left["state"], left["attempt"]) == ("ready", 1)
    assert rig.chat.looked_for == ["re:slack:1"]
    assert rig.chat.keys == ["re:slack:1"]


KILLED = """
import asyncio, os, sys
sys.path[:0] = ["tests", "."]
from boxes import Rig, said
from bot.store import Store

async def die(arrival, attempt):
    os._exit(9)

async def main():
    async with Store.open(sys.argv[1]) as store:
        box = Rig(store).inbox(die)
        async with box.running():
            await box.accept(said("1"))
            await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_process_that_is_killed_at_work_has_lost_nothing(
    rig: Rig, database_url: str
) -> None:
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, database_url)
    assert await killed.wait() == 9
    left = await rig.row()

    rig.clock.passes(31)
    async with rig.running():
        await rig.chat.until(posts=1)

    assert (left["state"], left["attempt"]) == ("run", 1)
    assert rig.chat.keys == ["re:slack:1"]
