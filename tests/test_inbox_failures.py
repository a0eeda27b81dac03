"""What goes wrong in the work: it is tried again, then given up and said so; others go on."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
import sqlalchemy as sa
from boxes import Rig, answer, post, said

from bot.chat import Arrival, SendError
from bot.inbox import Done, Options, dead, requeue
from bot.store import Store
from bot.store.tables import inbox


@pytest.fixture
def rig(either_store: Store) -> Rig:
    return Rig(either_store)


class Flaky:
    """Fails as often as it is told to, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.attempts: list[int] = []

    async def __call__(self, arrival: Arrival, attempt: int) -> Done:
        self.attempts.append(attempt)
        if self.errors:
            raise self.errors.pop(0)
        return await answer(arrival, attempt)


async def test_work_that_fails_is_tried_again_after_a_while(rig: Rig) -> None:
    work = Flaky(KeyError("x"), KeyError("x"))
    box = rig.inbox(work)
    waits = []
    async with box.running():
        await box.accept(said("1"))
        for attempt in (1, 2):
            row = await rig.seen(state="ready", attempt=attempt)
            waits.append(row["due"] - rig.clock().timestamp())
            rig.clock.passes(waits[-1] + 0.001)
        await rig.chat.until(posts=1)

    assert work.attempts == [1, 2, 3]
    assert 1.5 <= waits[0] <= 2.5
    assert 4.4 <= waits[1] <= 7.6
    assert rig.chat.keys == ["re:slack:1"]


async def test_a_platform_that_asks_for_time_gets_it(rig: Rig) -> None:
    box = rig.inbox(Flaky(SendError("slow down", retry_after=40)))
    async with box.running():
        await box.accept(said("1"))
        row = await rig.seen(state="ready", attempt=1)

    assert row["due"] == rig.clock().timestamp() + 40


async def test_after_five_attempts_it_is_given_up_and_said_so(rig: Rig) -> None:
    work = Flaky(*[ValueError("the secret plan")] * 5)
    box = rig.inbox(work)
    async with box.running():
        await box.accept(said("1", "zanzibar"))
        for attempt in (1, 2, 3, 4):
            await rig.seen(state="ready", attempt=attempt)
            rig.clock.passes(100)
        await rig.chat.until(posts=1)

    row = await rig.row()
    assert work.attempts == [1, 2, 3, 4, 5]
    assert rig.chat.keys == ["lost:slack:1"]
    assert row["state"] == "dead"
    assert row["error"].startswith("ValueError at tests/test_inbox_failures.py:")
    assert "plan" not in row["error"]
    assert "zanzibar" in json.dumps(row["payload"])


async def test_what_was_given_up_runs_again_when_an_admin_says_so(rig: Rig) -> None:
    work = Flaky(KeyError("x"))
    box = rig.inbox(work, options=Options(attempts=1, poll=0.01))
    async with box.running():
        await box.accept(said("1"))
        await rig.seen(state="dead")
        (listed,) = await rig.store.run(dead)

        again = await rig.store.run(requeue, listed.box, [listed.id], rig.clock())
        twice = await rig.store.run(requeue, listed.box, [listed.id], rig.clock())
        await rig.chat.until(posts=2)

    assert (again, twice) == (1, 0)
    assert (listed.box, listed.id, listed.platform) == ("inbox", "slack:1", "slack")
    assert rig.chat.keys == ["lost:slack:1", "re:slack:1"]
    assert await rig.store.run(dead) == []


async def test_what_fails_holds_up_nobody_else_and_its_own_lane_only_while_it_is_tried(
    rig: Rig,
) -> None:
    async def work(arrival: Arrival, attempt: int) -> Done:
        if arrival.id == "slack:poison":
            raise RuntimeError
        return await answer(arrival, attempt)

    box = rig.inbox(work)
    async with box.running():
        await box.accept(said("poison"))
        await box.accept(said("behind"))
        for number in range(10):
            await box.accept(said(str(number), user=f"other {number}"))
        await rig.chat.until(posts=10)
        while_it_is_tried = list(rig.chat.keys)
        for attempt in (1, 2, 3, 4):
            await rig.seen(state="ready", attempt=attempt, id="slack:poison")
            rig.clock.passes(100)
        await rig.chat.until(posts=12)

    assert "re:slack:behind" not in while_it_is_tried
    assert set(rig.chat.keys[10:]) == {"lost:slack:poison", "re:slack:behind"}


async def test_work_that_never_ends_is_stopped_and_counts_as_an_attempt(rig: Rig) -> None:
    stopped = asyncio.Event()

    async def work(arrival: Arrival, attempt: int) -> Done:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return Done()

    box = rig.inbox(work, options=Options(work_timeout=0.02, poll=0.01))
    async with box.running():
        await box.accept(said("1"))
        row = await rig.seen(state="ready", attempt=1)

    assert stopped.is_set()
    assert row["error"].startswith("TimeoutError")


async def test_nothing_is_written_when_half_of_it_cannot_be(rig: Rig) -> None:
    def unwritable(connection: sa.Connection) -> None:
        connection.execute(sa.update(inbox).values(error="half"))
        raise LookupError

    async def work(arrival: Arrival, attempt: int) -> Done:
        made = await answer(arrival, attempt)
        return made if attempt > 1 else Done(posts=made.posts, also=(unwritable,))

    box = rig.inbox(work)
    async with box.running():
        await box.accept(said("1"))
        row = await rig.seen(state="ready", attempt=1)
        posts = await rig.rows("outbox")
        rig.clock.passes(100)
        await rig.chat.until(posts=1)

    assert row["error"].startswith("LookupError at tests/test_inbox_failures.py:")
    assert posts == []
    assert rig.chat.keys == ["re:slack:1"]


async def test_posts_that_cannot_be_written_leave_the_work_undone(rig: Rig) -> None:
    async def work(arrival: Arrival, attempt: int) -> Done:
        made = await answer(arrival, attempt)
        return made if attempt > 1 else Done(posts=(post("half \ud83d of one"),))

    box = rig.inbox(work)
    async with box.running():
        await box.accept(said("1"))
        await rig.seen(state="ready", attempt=1)
        rig.clock.passes(100)
        await rig.chat.until(posts=1)

    assert rig.chat.keys == ["re:slack:1"]


async def test_it_ends_though_not_even_the_loss_can_be_told(rig: Rig) -> None:
    def broken(arrival: Arrival) -> Done:
        raise KeyError(arrival.id)

    def unwritable(arrival: Arrival) -> Done:
        return Done(also=(lambda connection: connection.exec_driver_sql("nonsense"),))

    for number, lost in enumerate((broken, unwritable)):
        box = rig.inbox(Flaky(KeyError("x")), lost=lost, options=Options(attempts=1, poll=0.01))
        async with box.running():
            await box.accept(said(str(number)))
            await rig.seen(state="dead", id=f"slack:{number}")

    assert rig.chat.posts == []


async def test_what_ends_every_process_that_tries_it_is_given_up_untried(rig: Rig) -> None:
    work = Flaky()
    box = rig.inbox(work)
    await box.accept(said("1"))
    for _ in range(5):
        await rig.taken_by_somebody()
        rig.clock.passes(31)

    async with box.running():
        await rig.chat.until(posts=1)

    assert work.attempts == []
    assert rig.chat.keys == ["lost:slack:1"]
    assert (await rig.row())["error"].startswith("Interrupted")


async def test_what_this_version_cannot_read_is_left_for_one_that_can(rig: Rig) -> None:
    box = rig.inbox()
    await box.accept(said("1"))
    readable = (await rig.row())["payload"]
    newer = readable | {"deed": {"kind": "something new"}}
    await rig.store.run(write_payload, newer)
    async with box.running():
        row = await rig.seen(state="ready", attempt=1)
        await rig.store.run(write_payload, readable)
        rig.clock.passes(100)
        await rig.chat.until(posts=1)

    assert row["error"].startswith("ValidationError")
    assert row["payload"] == newer


def write_payload(connection: sa.Connection, payload: object) -> None:
    connection.execute(sa.update(inbox).values(payload=payload))


async def test_the_log_says_what_failed_and_where_but_not_what_was_said(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="greenlight")
    box = rig.inbox(Flaky(KeyError("zanzibar")), options=Options(attempts=1, poll=0.01))
    async with box.running():
        await box.accept(said("1", "zanzibar"))
        await rig.seen(state="dead")

    events = [(record.getMessage(), vars(record)) for record in caplog.records]
    assert [event for event, _ in events] == ["arrival failed", "arrival given up"]
    assert events[0][1]["error"] == "KeyError"
    assert "zanzibar" not in str(events)
