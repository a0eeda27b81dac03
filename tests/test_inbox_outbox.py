"""The outbox: what is to be posted is posted once, in order at each place, though chats fail."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from boxes import Rig, card, place, post, said
from chats import MemoryChat

from bot.chat import Arrival, Place, Post, SendError
from bot.inbox import Done, Options, outgoing, requeue
from bot.inbox.posts import Sending, add
from bot.inbox.retention import give_up_stale
from bot.store import Store
from bot.store.tables import outbox


@pytest.fixture
def rig(either_store: Store) -> Rig:
    return Rig(either_store)


async def left_behind(rig: Rig, made: Post) -> None:
    """A post that a process was making when it was killed."""
    sending = Sending(
        me="somebody",
        now=rig.clock(),
        until=rig.clock().timestamp() + 60,
        most=1,
        platforms=frozenset({"slack"}),
    )
    added = await rig.store.run(add, (made,), sending)
    assert len(added.taken) == 1


async def test_a_post_that_was_made_before_the_process_died_is_not_made_again(rig: Rig) -> None:
    await left_behind(rig, post("p"))
    await rig.chat.post(post("p"))
    rig.clock.passes(61)

    async with rig.running():
        row = await rig.seen("outbox", state="done")

    assert rig.chat.keys == ["p"]
    assert row["message_id"] == "m-p"


async def test_a_post_that_was_not_made_before_the_process_died_is_made_now(rig: Rig) -> None:
    await left_behind(rig, post("p"))
    rig.clock.passes(61)

    async with rig.running():
        await rig.seen("outbox", state="done")

    assert rig.chat.looked_for == ["p"]
    assert rig.chat.keys == ["p"]


async def test_a_post_that_another_process_makes_is_left_to_it(postgres_url: str) -> None:
    async with Store.open(postgres_url) as store:
        rig = Rig(store)
        await left_behind(rig, post("p"))
        async with rig.running():
            await rig.inbox().post(post("elsewhere", at=place("C2")))
            await rig.chat.until(posts=1)

    assert rig.chat.keys == ["elsewhere"]


async def test_an_answer_that_was_lost_on_its_way_back_is_not_posted_twice(rig: Rig) -> None:
    rig.chat.fail(ConnectionResetError(), after=True)
    box = rig.inbox()
    async with box.running():
        await box.post(post("p"))
        await rig.seen("outbox", state="ready", attempt=1)
        rig.clock.passes(100)
        row = await rig.seen("outbox", state="done")

    assert rig.chat.keys == ["p"]
    assert row["message_id"] == "m-p"


async def test_a_first_attempt_looks_for_nothing(rig: Rig) -> None:
    box = rig.inbox()
    async with box.running():
        await box.accept(said("1"))
        await box.post(post("p"))
        await rig.chat.until(posts=2)

    assert rig.chat.looked_for == []


async def test_a_platform_that_asks_for_time_gets_it_and_it_counts_as_nothing(rig: Rig) -> None:
    rig.chat.fail(*[SendError("slow down", retry_after=30)] * 12)
    box = rig.inbox()
    async with box.running():
        await box.post(post("p"))
        for turn in range(12):
            row = await rig.seen("outbox", state="ready", due=rig.clock().timestamp() + 30)
            assert row["attempt"] == 0, turn
            rig.clock.passes(30)
        await rig.chat.until(posts=1)

    assert rig.chat.keys == ["p"]
    assert rig.chat.looked_for == []


async def test_a_post_that_is_put_off_for_a_day_is_given_up(rig: Rig) -> None:
    rig.chat.fail(*[SendError("slow down", retry_after=13 * 3600)] * 3)
    box = rig.inbox()
    async with box.running():
        await box.post(post("p"))
        for _ in range(2):
            await rig.seen("outbox", state="ready", due=rig.clock().timestamp() + 13 * 3600)
            rig.clock.passes(13 * 3600)
        await rig.seen("outbox", state="dead")

    assert rig.chat.posts == []


async def test_a_post_that_can_never_be_made_is_given_up_at_once(rig: Rig) -> None:
    rig.chat.fail(SendError("the channel is gone", for_good=True))
    box = rig.inbox()
    async with box.running():
        await box.post(post("p"))
        await box.post(post("next"))
        await rig.chat.until(posts=1)

    gone, made = await rig.rows("outbox")
    assert (gone["state"], gone["attempt"], made["state"]) == ("dead", 1, "done")
    assert gone["error"].startswith("SendError at tests/chats.py:")
    assert "channel" not in gone["error"]
    assert gone["payload"] is not None


@pytest.mark.parametrize(
    ("error", "attempts", "shortest", "longest"),
    [
        (SendError("no answer"), 10, 2700, 4800),
        (ConnectionResetError(), 10, 2700, 4800),
        (TimeoutError(), 10, 2700, 4800),
        (KeyError("our own mistake"), 3, 5, 9),
    ],
)
async def test_a_post_that_fails_is_tried_for_about_an_hour(
    rig: Rig, error: Exception, attempts: int, shortest: float, longest: float
) -> None:
    rig.chat.fail(*[error] * 10)
    box = rig.inbox()
    async with box.running():
        await box.post(post("p"))
        for attempt in range(1, attempts):
            row = await rig.seen("outbox", state="ready", attempt=attempt)
            rig.clock.passes(row["due"] - rig.clock().timestamp() + 0.001)
        await rig.seen("outbox", state="dead", attempt=attempts)

    took = rig.clock().timestamp() - row["created"].timestamp()
    assert shortest < took < longest
    assert rig.chat.posts == []


async def test_a_post_that_hangs_is_stopped_and_looked_for(rig: Rig) -> None:
    rig.chat.hold()
    box = rig.inbox(options=Options(post_timeout=0.02, poll=0.01))
    async with box.running():
        await box.post(post("p"))
        await rig.seen("outbox", state="ready", attempt=1)
        rig.clock.passes(100)
        await rig.chat.until(posts=1)

    assert rig.chat.looked_for == ["p"]
    assert rig.chat.keys == ["p"]


async def test_posts_at_one_place_are_made_in_order_and_at_other_places_meanwhile(
    rig: Rig,
) -> None:
    first = rig.chat.hold()

    async def work(arrival: Arrival, attempt: int) -> Done:
        here = [post(f"{arrival.id}.{number}", at=arrival.place) for number in (1, 2, 3)]
        return Done(posts=(*here, post(f"{arrival.id}.elsewhere", at=place("C2"))))

    box = rig.inbox(work, options=Options(poll=3600))
    async with box.running():
        await box.accept(said("1"))
        await rig.chat.until(posts=1)
        meanwhile = list(rig.chat.keys)
        await box.post(post("last"))
        first.set()
        await rig.chat.until(posts=5)

    assert meanwhile == ["slack:1.elsewhere"]
    assert rig.chat.keys[1:] == ["slack:1.1", "slack:1.2", "slack:1.3", "last"]


async def test_a_post_that_has_to_wait_keeps_its_turn(rig: Rig) -> None:
    rig.chat.fail(SendError("slow down", retry_after=30))
    box = rig.inbox()
    async with box.running():
        await box.post(post("first"))
        await rig.seen("outbox", state="ready", due=rig.clock().timestamp() + 30)
        await box.post(post("second"))
        await box.post(post("elsewhere", at=place("C2")))
        await rig.chat.until(posts=1)
        rig.clock.passes(30)
        await rig.chat.until(posts=3)

    assert rig.chat.keys == ["elsewhere", "first", "second"]


async def test_what_one_person_sees_does_not_wait_for_what_everybody_sees(rig: Rig) -> None:
    everybody = rig.chat.hold()
    alone = Place(platform="slack", team="T1", channel="C1", kind="channel", only_for="U1")
    box = rig.inbox()
    async with box.running():
        await box.post(post("for everybody"))
        await rig.chat.until(tried=1)
        await box.post(post("for one", at=alone))
        await rig.chat.until(posts=1)
        everybody.set()

    assert rig.chat.keys == ["for one", "for everybody"]


async def test_a_post_for_a_platform_without_a_chat_here_waits_for_a_process_that_has_one(
    rig: Rig,
) -> None:
    teams = MemoryChat(platform="teams")

    async def work(arrival: Arrival, attempt: int) -> Done:
        return Done(posts=(post("t", at=place(platform="teams")), post("s")))

    box = rig.inbox(work)
    async with box.running():
        await box.accept(said("1"))
        await rig.chat.until(posts=1)
    waiting = await rig.seen("outbox", key="t")
    async with rig.running(chats={"teams": teams}):
        await teams.until(posts=1)

    assert (waiting["state"], waiting["attempt"]) == ("ready", 0)
    assert (rig.chat.keys, teams.keys) == (["s"], ["t"])


async def test_a_process_without_any_chat_only_works(rig: Rig) -> None:
    box = rig.inbox(chats={})
    async with box.running():
        await box.accept(said("1"))
        await rig.seen(state="done")

    assert (await rig.row("outbox"))["state"] == "ready"


async def test_a_post_that_no_process_can_make_is_given_up_after_a_day(rig: Rig) -> None:
    await rig.inbox().post(post("t", at=place(platform="teams")))
    day = 24 * 3600.0
    rig.clock.passes(day - 1)
    early = await rig.store.run(give_up_stale, rig.clock(), day)
    rig.clock.passes(2)

    in_time = await rig.store.run(give_up_stale, rig.clock(), day)

    assert (early, in_time) == (0, 1)
    assert (await rig.row("outbox"))["state"] == "dead"


async def test_a_post_that_ends_every_process_that_tries_it_is_given_up(rig: Rig) -> None:
    await left_behind(rig, post("p"))

    def tried_ten_times(connection: sa.Connection) -> None:
        connection.execute(sa.update(outbox).values(attempt=10))

    await rig.store.run(tried_ten_times)
    rig.clock.passes(61)
    async with rig.running():
        row = await rig.seen("outbox", state="dead")

    assert rig.chat.tried == []
    assert row["error"].startswith("Interrupted")


async def test_a_post_that_was_given_up_is_looked_for_when_it_runs_again(rig: Rig) -> None:
    rig.chat.fail(*[KeyError("x")] * 3, after=True)
    box = rig.inbox()
    async with box.running():
        await box.post(post("p"))
        await rig.seen("outbox", state="ready", attempt=1)
        rig.chat.finds = False
        for attempt, state in ((2, "ready"), (3, "dead")):
            rig.clock.passes(100)
            await rig.seen("outbox", attempt=attempt, state=state)
        rig.chat.finds = True
        await rig.store.run(requeue, "outbox", ["p"], rig.clock())
        await rig.seen("outbox", state="done")

    assert rig.chat.keys == ["p", "p", "p"]
    assert rig.chat.looked_for == ["p", "p", "p"]


async def test_an_action_can_speak_to_somebody_within_its_own_transaction(rig: Rig) -> None:
    def told_and_failed(connection: sa.Connection) -> None:
        outgoing(connection, post("never"), rig.clock())
        raise LookupError

    def told(connection: sa.Connection) -> bool:
        return outgoing(connection, post("told"), rig.clock())

    with pytest.raises(LookupError):
        await rig.store.run(told_and_failed)
    async with rig.running(options=Options(poll=3600)):
        await rig.store.run(told)
        await rig.chat.until(posts=1)

    assert rig.chat.keys == ["told"]


async def test_many_who_finish_at_once_still_post_in_turn_at_one_place(
    postgres_url: str,
) -> None:
    async with Store.open(postgres_url) as store:
        rig = Rig(store)

        async def work(arrival: Arrival, attempt: int) -> Done:
            shown = Post(key=f"re:{arrival.id}", place=place("everybody"), card=card("x"))
            return Done(posts=(shown,))

        box = rig.inbox(work)
        for number in range(30):
            await box.accept(said(str(number), user=f"U{number}"))
        async with box.running():
            await rig.chat.until(posts=30)

    assert rig.chat.at_once == 1
    assert len(set(rig.chat.keys)) == 30


async def test_a_post_is_marked_as_made_only_by_the_one_who_holds_it(rig: Rig) -> None:
    gate = rig.chat.hold()
    box = rig.inbox()
    async with box.running():
        await box.post(post("p"))
        await rig.chat.until(tried=1)

        def stolen(connection: sa.Connection) -> None:
            connection.execute(sa.update(outbox).values(owner="thief", attempt=2))

        await rig.store.run(stolen)
        gate.set()
        await rig.chat.until(posts=1)
        await asyncio.sleep(0)

    row = await rig.row("outbox")
    assert (row["owner"], row["state"], row["message_id"]) == ("thief", "run", None)
