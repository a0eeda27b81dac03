from __future__ import annotations

import asyncio
import logging
import re
import string
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from bot import audit, settings
from bot.__main__ import cli
from bot.app import App
from bot.directory import person_named
from bot.keys import digest, end, fits, keep, make, opened
from bot.store import Store, answers, keys
from bot.store.answers import Record


@pytest.fixture
def run() -> Callable[..., Result]:
    runner = CliRunner()
    return lambda *arguments: runner.invoke(cli, ["keys", *arguments])


def contents(folder: Path) -> bytes:
    """All that is in the files of a folder."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def record(answer_id: str, hours: int) -> Record:
    """An answer of some hours ago."""
    at = NOW - timedelta(hours=hours)
    empty: dict[str, list[str]] = {key: [] for key in ("citations", "conditions", "alternatives")}
    return Record(
        id=answer_id,
        at=at,
        day=at.date(),
        person_id="ana",
        person={},
        door="api",
        language="en",
        topic="small_talk",
        action="answer",
        verdict="not_a_permission_question",
        understood={},
        findings=[],
        judged=[],
        ask_for=None,
        knowledge_version="1",
        understood_by="rules",
        ms=1.0,
        **empty,  # type: ignore[arg-type]
    )


def later(app: App, **by: int) -> App:
    return replace(app, now=lambda: NOW + timedelta(**by))


# --- Made once, kept as a digest


def test_a_key_is_shown_once_and_kept_as_a_digest() -> None:
    made = make("wiki", NOW, person_id="ana")

    assert re.fullmatch(rf"gl_{made.key.id}_[0-9A-Za-z]{{40}}", made.text)
    assert made.key.digest == digest(made.text)
    assert made.text not in repr(made.key)
    assert made.text.rpartition("_")[2] not in repr(made.key)


def test_no_two_keys_are_alike() -> None:
    made = [make("wiki", NOW) for _ in range(200)]

    assert len({one.key.id for one in made}) == 200
    assert len({one.key.digest for one in made}) == 200


def test_a_key_fits_its_own_text_only() -> None:
    made, other = make("wiki", NOW), make("wiki", NOW)

    assert fits(made.key, made.text)
    assert not fits(made.key, other.text)
    assert not fits(made.key, made.text[:-1])
    assert not fits(None, made.text)
    assert not fits(None, "")
    assert not fits(replace(made.key, revoked_at=NOW), made.text)


async def test_nothing_in_the_database_opens_the_door(app: App, home: Path) -> None:
    made = make("wiki", NOW, person_id="ana")
    await app.store.run(keep, made.key)

    await opened(app, made.text)

    kept = contents(home)
    assert made.key.id.encode() in kept
    assert made.text.rpartition("_")[2].encode() not in kept


@pytest.mark.parametrize("whom", [{"person_id": "ana"}, {"any_person": True}, {}])
async def test_a_key_comes_back_as_it_was_kept(
    either_store: Store, whom: dict[str, object]
) -> None:
    made = make("wiki", NOW, **whom)  # type: ignore[arg-type]
    await either_store.run(keep, made.key)
    await either_store.run(keys.used, made.key.id, NOW)
    ended = await either_store.run(end, made.key.id, NOW)

    kept = replace(made.key, used_at=NOW, revoked_at=NOW)
    assert ended
    assert await either_store.run(keys.find, made.key.id) == kept
    assert await either_store.run(keys.every) == (kept,)
    assert await either_store.run(keys.find, "0000000000") is None


async def test_an_answer_is_found_by_how_its_id_begins(either_store: Store) -> None:
    for id_, hours in (("a-1x0f", 30), ("a-1x1f", 2), ("a-1x9f", 1), ("a-2x0f", 3)):
        await either_store.run(answers.add, record(id_, hours), None)

    async def newest(*beginnings: str) -> str | None:
        since = NOW - timedelta(hours=24)
        found = await either_store.run(keys.answered, beginnings, since)
        return None if found is None else found.answer_id

    assert await newest("a-1x") == "a-1x9f"
    assert await newest("a-1x1", "a-2x") == "a-1x1f"
    assert await newest("a-1x0") is None
    assert await newest("a-3", "b") is None


# --- Opened, ended


async def test_a_key_opens_until_it_is_revoked(app: App) -> None:
    made = make("wiki", NOW, person_id="ana")
    await app.store.run(keep, made.key)

    before = await opened(app, made.text)
    ended = await app.store.run(end, made.key.id, NOW)
    after = await opened(app, made.text)
    again = await app.store.run(end, made.key.id, NOW)

    assert before is not None
    assert (before.id, ended, after, again) == (made.key.id, True, None, False)


async def test_the_right_id_with_another_secret_opens_nothing(app: App) -> None:
    made, other = make("wiki", NOW), make("wiki", NOW)
    await app.store.run(keep, made.key)
    mixed = f"gl_{made.key.id}_{other.text.rpartition('_')[2]}"

    assert await opened(app, mixed) is None
    found = await app.store.run(keys.find, made.key.id)
    assert found is not None
    assert found.used_at is None


@given(
    text=st.text(st.sampled_from(string.ascii_letters + string.digits + "_- \u00e9"), max_size=80)
)
async def test_what_is_no_key_opens_nothing_and_asks_nothing(shipped, text) -> None:
    nowhere = App(settings=settings.read(), knowledge=shipped, store=None)  # type: ignore[arg-type]

    assert await opened(nowhere, f"gl_{text}") is None


async def test_the_last_use_is_kept_once_a_minute(app: App) -> None:
    made = make("wiki", NOW)
    await app.store.run(keep, made.key)

    seen = []
    for seconds in (0, 59, 60, 119, 121):
        await opened(later(app, seconds=seconds), made.text)
        key = await app.store.run(keys.find, made.key.id)
        assert key is not None
        assert key.used_at is not None
        seen.append((key.used_at - NOW).total_seconds())

    assert seen == [0, 0, 60, 60, 121]


async def test_making_and_ending_keys_is_on_record_without_the_key(app: App) -> None:
    made = make("wiki", NOW, person_id="ana")
    await app.store.run(keep, made.key)
    await app.store.run(end, made.key.id, NOW)

    found = await app.store.run(audit.entries)

    assert [entry.kind for entry in found] == ["key_revoked", "key_made"]
    assert {entry.subject for entry in found} == {made.key.id}
    assert found[1].detail == {"name": "wiki", "acts_for": "ana"}
    assert made.text not in repr(found)
    assert made.key.digest not in repr(found)


# --- For whom


@pytest.mark.parametrize("named", ["ana", "ana@northwind.example", "Ana@Northwind.Example"])
async def test_somebody_is_named_by_id_or_address(app: App, named: str) -> None:
    found = await person_named(app, named)

    assert found == app.knowledge.people["ana"]


@pytest.mark.parametrize("named", ["", "nobody", "Ana Ruiz", "*", "ana@", "ana "])
async def test_nobody_is_found_by_anything_else(app: App, named: str) -> None:
    assert await person_named(app, named) is None


# --- On the command line


def test_a_key_is_made_listed_and_revoked(run: Callable[..., Result]) -> None:
    text = run("add", "wiki  search", "--as", "Ana@northwind.example").stdout.strip()
    key_id = text.split("_")[1]
    before = run("list").stdout
    ended = run("revoke", key_id)
    after = run("list").stdout

    assert re.fullmatch(r"gl_[0-9a-z]{10}_[0-9A-Za-z]{40}", text)
    assert re.search(rf"{key_id} +wiki search +ana +\S+ +never$", before, re.MULTILINE)
    assert re.search(rf"{key_id} .* \d{{4}}-\d\d-\d\d$", after, re.MULTILINE)
    assert ended.stdout == f"The key {key_id} is revoked.\n"
    assert text not in before + after


def test_only_the_key_itself_is_on_stdout(run: Callable[..., Result]) -> None:
    made = run("add", "wiki")

    assert len(made.stdout.split()) == 1
    assert "cannot be shown again" in made.stderr


def test_the_list_says_whom_each_key_acts_for(run: Callable[..., Result]) -> None:
    empty = run("list").stdout
    run("add", "one", "--as", "ana")
    run("add", "two")
    run("add", "three", "--any-person")

    listed = run("list").stdout

    assert "There are no keys." in empty
    for name, whom in (("one", "ana"), ("two", "whom a call names"), ("three", "anybody")):
        assert re.search(rf"{name} +{whom} ", listed)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "wiki", "--as", "nobody"), "neither an id nor an e-mail address"),
        (("add", "wiki", "--as", "ana", "--any-person"), "not both"),
        (("add", "  "), "needs a name"),
        (("revoke", "0000000000"), "no key '0000000000' that still works"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    run: Callable[..., Result], arguments: tuple[str, ...], said: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_key_can_be_revoked_while_the_knowledge_base_is_broken(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_id = run("add", "wiki").stdout.split("_")[1]
    monkeypatch.setenv("GREENLIGHT_KNOWLEDGE", str(tmp_path / "nowhere"))

    assert run("revoke", key_id).exit_code == 0


async def test_no_key_is_logged(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = make("wiki", NOW)
    await app.store.run(keep, made.key)

    await asyncio.gather(opened(app, made.text), opened(app, made.text[:-1] + "!"))

    assert made.text.rpartition("_")[2][:-1] not in caplog.text


async def test_people_of_the_csv_directory_are_found_and_come_first(app, tmp_path):
    csv = tmp_path / "people.csv"
    csv.write_text(
        "id,name,email,department\nzoe,Zoe,zoe@northwind.example,marketing\n", encoding="utf-8"
    )
    listed = replace(app, settings=app.settings.model_copy(update={"people_csv": csv}))

    by_id, by_address = (
        await person_named(listed, "zoe"),
        await person_named(listed, "Zoe@northwind.example"),
    )

    assert by_id == by_address
    assert by_id.department == "marketing"
    assert await person_named(listed, "ana") is not None
