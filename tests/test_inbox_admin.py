"""What admins and metrics see of the inbox, and what is forgotten when."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from boxes import Rig, place, post, said

from bot.chat import Arrival, SendError
from bot.inbox import Depth, Done, Options, dead, depth, forget, requeue
from bot.store import Store
from bot.store.tables import inbox

DAY = 24 * 3600.0


@pytest.fixture
def rig(either_store: Store) -> Rig:
    return Rig(either_store, options=Options(attempts=1, poll=0.01))


async def fail(arrival: Arrival, attempt: int) -> Done:
    raise KeyError(arrival.id)


def silent(arrival: Arrival) -> Done:
    return Done()


async def some_dead(rig: Rig) -> None:
    """One arrival and one post that were given up, a minute apart."""
    rig.chat.fail(SendError("gone", for_good=True))
    box = rig.inbox(fail, lost=silent)
    async with box.running():
        await box.accept(said("1", "zanzibar"))
        await rig.seen(state="dead")
        rig.clock.passes(60)
        await box.post(post("p"))
        await rig.seen("outbox", state="dead")


async def test_admins_see_what_was_given_up_without_its_words(rig: Rig) -> None:
    await some_dead(rig)

    listed = await rig.store.run(dead)

    assert [(one.box, one.id, one.platform, one.attempts) for one in listed] == [
        ("outbox", "p", "slack", 1),
        ("inbox", "slack:1", "slack", 1),
    ]
    assert listed[0].when == rig.clock()
    assert listed[1].when == rig.clock() - timedelta(seconds=60)
    assert [one.error.split(" at ")[0] for one in listed] == ["SendError", "KeyError"]
    assert "zanzibar" not in str(listed)


async def test_only_what_is_dead_can_be_run_again(rig: Rig) -> None:
    box = rig.inbox()
    async with box.running():
        await box.accept(said("done"))
        await rig.chat.until(posts=1)
    await box.accept(said("ready"))

    counts = [
        await rig.store.run(requeue, name, ids, rig.clock())
        for name, ids in (
            ("inbox", ["slack:done", "slack:ready", "slack:unknown"]),
            ("outbox", ["re:slack:done"]),
            ("inbox", []),
        )
    ]

    assert counts == [0, 0, 0]
    assert [row["state"] for row in await rig.rows()] == ["done", "ready"]


async def test_metrics_see_how_much_waits_and_since_when(rig: Rig) -> None:
    empty = await rig.store.run(depth, rig.clock())
    await some_dead(rig)
    for number in range(3):
        await rig.inbox().accept(said(f"waiting {number}"))
        rig.clock.passes(10)
    await rig.taken_by_somebody()
    await rig.inbox().post(post("t", at=place(platform="teams")))

    found = await rig.store.run(depth, rig.clock())

    assert empty == (
        Depth(box="inbox", ready=0, run=0, dead=0, oldest=0),
        Depth(box="outbox", ready=0, run=0, dead=0, oldest=0),
    )
    assert found == (
        Depth(box="inbox", ready=2, run=1, dead=1, oldest=30),
        Depth(box="outbox", ready=1, run=0, dead=1, oldest=0),
    )


async def test_a_delivery_is_known_for_thirty_days_and_then_forgotten(rig: Rig) -> None:
    box = rig.inbox()
    async with box.running():
        await box.accept(said("1"))
        await rig.chat.until(posts=1)
    rig.clock.passes(30 * DAY - 1)
    early = await rig.store.run(forget, rig.clock(), 30)
    known = not await box.accept(said("1"))
    rig.clock.passes(1)

    in_time = await rig.store.run(forget, rig.clock(), 30)

    assert (early, known, in_time) == (0, True, 2)
    assert await rig.rows("inbox") == await rig.rows("outbox") == []


async def test_much_is_forgotten_in_batches(rig: Rig) -> None:
    def filled(connection: sa.Connection) -> None:
        columns = {"lane": "", "state": "done", "attempt": 1, "due": 0}
        times = {"created": rig.clock(), "ended": rig.clock()}
        rows = [{"id": str(number), **columns, **times} for number in range(1200)]
        connection.execute(sa.insert(inbox), rows)

    await rig.store.run(filled)
    rig.clock.passes(31 * DAY)

    batches = [await rig.store.run(forget, rig.clock(), 30) for _ in range(4)]

    assert batches == [500, 500, 200, 0]


async def test_the_words_of_what_was_given_up_go_with_the_retention(rig: Rig) -> None:
    await some_dead(rig)
    rig.clock.passes(7 * DAY)
    early = await rig.store.run(forget, rig.clock(), 8)
    in_time = await rig.store.run(forget, rig.clock(), 7)
    rows = [await rig.row("inbox"), await rig.row("outbox")]
    again = await rig.store.run(requeue, "inbox", ["slack:1"], rig.clock())
    rig.clock.passes(30 * DAY)
    later = await rig.store.run(forget, rig.clock(), 7)

    assert (early, in_time, again, later) == (0, 2, 0, 2)
    assert [row["payload"] for row in rows] == [None, None]
    assert "zanzibar" not in str(rows)


async def test_what_is_given_up_is_kept_for_nobody_where_no_text_is_kept(rig: Rig) -> None:
    await some_dead(rig)

    await rig.store.run(forget, rig.clock(), 0)

    assert await rig.store.run(dead) == []


async def test_a_running_inbox_forgets_by_itself(rig: Rig) -> None:
    await some_dead(rig)
    rig.clock.passes(31 * DAY)

    async with rig.running():
        await rig.seen(payload=None)

    assert await rig.store.run(dead) == []


async def test_what_is_open_is_found_without_reading_what_is_done(rig: Rig) -> None:
    def plans(connection: sa.Connection) -> str:
        explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        queries = (
            "SELECT seq FROM inbox WHERE state IN ('ready', 'run') AND due <= 1 ORDER BY due",
            "SELECT state, count(*) FROM inbox WHERE ended IS NULL GROUP BY state",
        )
        found = [connection.exec_driver_sql(f"{explain} {query}").all() for query in queries]
        return str(found)

    plan = await rig.store.run(plans)

    assert "ix_inbox_due" in plan
    assert "ix_inbox_ended" in plan
