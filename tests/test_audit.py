"""The audit record: what happened, to whom; ids only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import audit
from bot.app import App
from bot.audit import Entry
from bot.chat import SendError
from bot.directory import Directory
from bot.store import Store
from tests.conftest import NOW
from tests.people_chats import OURS, cast, chats, place

ENTRY = Entry(kind="refused", actor="slack:U1", subject="C1", detail={"outsider": "bot"}, at=NOW)


async def test_what_was_written_comes_back_the_newest_first(either_store: Store) -> None:
    later = replace(ENTRY, kind="shared", actor="ana", at=NOW + timedelta(seconds=1))
    await either_store.run(audit.write, ENTRY)
    await either_store.run(audit.write, later)

    assert await either_store.run(audit.entries) == (later, ENTRY)
    assert await either_store.run(audit.entries, "refused") == (ENTRY,)
    assert await either_store.run(audit.entries, None, "ana") == (later,)
    assert await either_store.run(audit.entries, None, "", 1) == (later,)


async def test_an_actor_of_any_length_can_be_written_and_found(either_store: Store) -> None:
    await either_store.run(audit.write, replace(ENTRY, actor="teams:" + "9" * 200))

    (found,) = await either_store.run(audit.entries, None, "teams:" + "9" * 200)

    assert found.actor == "teams:" + "9" * 114


async def test_an_entry_is_undone_with_what_it_tells_about(either_store: Store) -> None:
    def half_done(connection: object) -> None:
        audit.write(connection, ENTRY)  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await either_store.run(half_done)

    assert await either_store.run(audit.entries) == ()


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_every_refusal_is_recorded_with_the_way_they_came_in(app: App, platform: str) -> None:
    directory = Directory(chats(), OURS, app.store, app.now)
    outsiders = [part for part in cast(platform).values() if part.kind is not None]
    for part in outsiders:
        await directory.admit_or_refuse(app, part.caller, place("channel", platform), entry="home")

    written = await app.store.run(audit.entries, "refused")

    assert [entry.actor for entry in reversed(written)] == [
        f"{platform}:{part.caller.user}" for part in outsiders
    ]
    assert [entry.detail["outsider"] for entry in reversed(written)] == [
        part.kind for part in outsiders
    ]
    assert {(entry.subject, entry.detail["entry"], entry.at) for entry in written} == {
        ("C1", "home", NOW)
    }


async def test_neither_record_nor_log_names_anybody(
    app: App, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    directory = Directory(chats(), OURS, app.store, app.now)
    caplog.set_level("INFO", "greenlight")
    for part in cast("slack").values():
        if part.kind is not None:
            await directory.admit_or_refuse(app, part.caller, place("direct"))

    written = repr(await app.store.run(audit.entries))
    logged = repr([vars(record) for record in caplog.records])

    assert "refused" in logged
    assert not any(word in written + logged for word in ("Zoe", "northwind", "@"))


async def test_who_is_let_in_leaves_no_refusal(app: App) -> None:
    directory = Directory(chats(), OURS, app.store, app.now)
    member, failing = cast("slack")["member"], cast("slack")["lookup fails"]
    await directory.admit(app, member.caller, place("direct"))
    with pytest.raises(SendError):
        await directory.admit(app, failing.caller, place("direct"))

    assert await app.store.run(audit.entries) == ()
