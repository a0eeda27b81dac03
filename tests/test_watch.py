"""Knowledge in force: edits count when they are whole, and never when they are broken."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import kb
import pytest

from bot import ask, settings, watch
from bot.app import App
from bot.chat import Message
from bot.knowledge import Knowledge, KnowledgeError, load
from bot.store import Store
from bot.understand import reader_for
from bot.watch import Pace, Watch

POLL = 3600.0
"""So long that no test gets by on it."""


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


@dataclass
class Heard:
    """What the two callbacks were told, in order."""

    told: list[Knowledge | KnowledgeError] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def good(self, knowledge: Knowledge) -> None:
        self.told.append(knowledge)
        self.more.set()

    async def bad(self, error: KnowledgeError) -> None:
        self.told.append(error)
        self.more.set()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return kb.write(tmp_path / "knowledge")


@pytest.fixture
def heard() -> Heard:
    return Heard()


Make = Callable[..., Watch]
Sleep = Callable[[float], Awaitable[object]]


@pytest.fixture
def loaded(folder: Path) -> Knowledge:
    return load(folder)


@pytest.fixture
def watching(folder: Path, loaded: Knowledge, heard: Heard) -> Make:
    def make(sleep: Sleep = at_once, **given: Any) -> Watch:
        told = {"good": heard.good, "bad": heard.bad, **given}
        return Watch(folder, loaded, pace=Pace(poll=POLL, sleep=sleep), **told)

    return make


def edit(folder: Path, file: str = "data.yaml", old: str = "Published.", new: str = "Out.") -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


async def test_an_edit_brings_a_new_version_into_force(
    folder: Path, loaded: Knowledge, watching: Make, heard: Heard
) -> None:
    looking = watching()

    edit(folder)
    await looking.look()

    (found,) = heard.told
    assert isinstance(found, Knowledge)
    assert found.version != loaded.version
    assert found.classes["public"].means == "Out."


async def test_files_that_say_the_same_as_before_change_nothing(
    folder: Path, watching: Make, heard: Heard
) -> None:
    looking = watching()

    await looking.look()
    (folder / "data.yaml").touch()
    await looking.look()

    assert heard.told == []


async def test_a_broken_edit_is_told_with_every_problem_by_file_and_line(
    folder: Path, watching: Make, heard: Heard
) -> None:
    looking = watching()

    edit(folder, "uses.yaml", "effect: conditions", "effect: perhaps")
    edit(folder, "tools/chatgpt.yaml", "status: approved", "status: aproved")
    await looking.look()

    (error,) = heard.told
    assert isinstance(error, KnowledgeError)
    assert {(problem.file, problem.line) for problem in error.problems} == {
        ("uses.yaml", kb.line("uses.yaml", "effect: conditions")),
        ("tools/chatgpt.yaml", kb.line("tools/chatgpt.yaml", "status: approved")),
    }


async def test_the_same_problems_are_told_once_and_others_anew(
    folder: Path, watching: Make, heard: Heard
) -> None:
    looking = watching()

    edit(folder, old="rank: 1", new="rank: one")
    await looking.look()
    await looking.look()
    edit(folder)
    await looking.look()
    edit(folder, "uses.yaml", "effect: conditions", "effect: perhaps")
    await looking.look()

    assert [len(error.problems) for error in heard.told] == [1, 2]


async def test_taking_a_broken_edit_back_is_told_and_breaking_it_again_too(
    folder: Path, loaded: Knowledge, watching: Make, heard: Heard
) -> None:
    looking = watching()

    edit(folder, old="rank: 1", new="rank: one")
    await looking.look()
    edit(folder, old="rank: one", new="rank: 1")
    await looking.look()
    edit(folder, old="rank: 1", new="rank: one")
    await looking.look()

    first, second, third = heard.told
    assert second is loaded
    assert isinstance(first, KnowledgeError)
    assert isinstance(third, KnowledgeError)


async def test_a_folder_that_vanishes_is_a_broken_edit(
    folder: Path, loaded: Knowledge, watching: Make, heard: Heard
) -> None:
    looking = watching()

    await looking.look()
    shutil.move(folder, folder.with_name("away"))
    await looking.look()
    shutil.move(folder.with_name("away"), folder)
    await looking.look()

    gone, back = heard.told
    assert "does not exist" in str(gone)
    assert back is loaded


async def test_an_edit_of_several_files_is_read_when_it_is_finished(
    folder: Path, watching: Make, heard: Heard
) -> None:
    pending = iter([("uses.yaml", "examples: [a caption]", "examples: [a headline]")])

    async def another_file(_seconds: float) -> None:
        for change in pending:
            edit(folder, *change)
            break

    looking = watching(another_file)
    edit(folder)
    await looking.look()

    (found,) = heard.told
    assert isinstance(found, Knowledge)
    assert found.classes["public"].means == "Out."
    assert found.uses["social_post"].examples == ("a headline",)


async def test_an_edit_made_while_the_files_are_read_is_read_too(
    folder: Path, watching: Make, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = iter([("uses.yaml", "examples: [a caption]", "examples: [a headline]")])

    def read_and_edited(of: Path) -> Knowledge:
        found = load(of)
        for change in changes:
            edit(folder, *change)
        return found

    monkeypatch.setattr(watch, "load", read_and_edited)
    looking = watching()
    edit(folder)
    await looking.look()

    (found,) = heard.told
    assert isinstance(found, Knowledge)
    assert found.uses["social_post"].examples == ("a headline",)


@pytest.mark.parametrize("worktree", [False, True])
async def test_nothing_is_read_while_git_changes_the_folder(
    tmp_path: Path, folder: Path, watching: Make, heard: Heard, worktree: bool
) -> None:
    git = tmp_path / ("elsewhere" if worktree else ".git")
    git.mkdir()
    if worktree:
        (tmp_path / ".git").write_text(f"gitdir: {git}\n")
    lock = git / "index.lock"
    lock.touch()
    heard_while_locked = []

    async def git_goes_on(_seconds: float) -> None:
        heard_while_locked.append(len(heard.told))
        if len(heard_while_locked) == 3:
            lock.unlink()

    looking = watching(git_goes_on)
    edit(folder)
    await looking.look()

    assert heard_while_locked == [0, 0, 0]
    assert len(heard.told) == 1


async def test_an_edit_that_waits_for_git_for_long_is_said_to_wait(
    tmp_path: Path, folder: Path, watching: Make, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".git").mkdir()
    lock = tmp_path / ".git" / "index.lock"
    lock.touch()

    async def git_has_died(_seconds: float) -> None:
        if caplog.records:
            lock.unlink(missing_ok=True)

    looking = watching(git_has_died)
    edit(folder)
    await looking.look()

    (said,) = caplog.records
    assert (said.getMessage(), vars(said)["why"]) == (
        "edit waits",
        f"git has not let go of {lock}",
    )


async def test_the_reader_of_a_new_version_is_built_before_anybody_asks_it(
    folder: Path, watching: Make
) -> None:
    built_for_a_question = []

    def good(knowledge: Knowledge) -> None:
        before = reader_for.cache_info().misses
        reader_for(knowledge)
        built_for_a_question.append(reader_for.cache_info().misses - before)

    looking = watching(good=good)
    edit(folder)
    await looking.look()

    assert built_for_a_question == [0]


async def test_problems_that_could_not_be_told_are_told_at_the_next_look(
    folder: Path, watching: Make
) -> None:
    told: list[KnowledgeError] = []

    async def bad(error: KnowledgeError) -> None:
        told.append(error)
        if len(told) == 1:
            raise ConnectionError

    looking = watching(bad=bad)
    edit(folder, old="rank: 1", new="rank: one")
    await looking.look()
    await looking.look()
    await looking.look()

    assert len(told) == 2


async def test_a_broken_edit_that_was_never_told_is_taken_back_all_the_same(
    folder: Path, loaded: Knowledge, watching: Make, heard: Heard
) -> None:
    async def bad(_error: KnowledgeError) -> None:
        raise ConnectionError

    looking = watching(bad=bad)
    edit(folder, old="rank: 1", new="rank: one")
    await looking.look()
    edit(folder, old="rank: one", new="rank: 1")
    await looking.look()

    assert heard.told == [loaded]


async def test_a_version_that_could_not_be_brought_into_force_is_tried_again(
    folder: Path, watching: Make
) -> None:
    tried: list[Knowledge] = []

    def good(knowledge: Knowledge) -> None:
        tried.append(knowledge)
        if len(tried) == 1:
            raise ConnectionError

    looking = watching(good=good)
    edit(folder)
    await looking.look()
    await looking.look()
    await looking.look()

    assert len({found.version for found in tried}) == 1
    assert len(tried) == 2


async def test_an_edit_is_noticed_by_itself(folder: Path, loaded: Knowledge, heard: Heard) -> None:
    pace = Pace(poll=POLL, sleep=at_once)
    watching = watch.watch(folder, loaded=loaded, good=heard.good, bad=heard.bad, pace=pace)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(watching)
        # The first may be found by the look at the start, the second only by being told of it.
        while len(heard.told) < 2:
            heard.more.clear()
            edit(folder, "company.yaml", "name: Acme", "name: Acme Acme")
            # Whether the file system is watched already cannot be seen from here: edit again.
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await heard.more.wait()
        task.cancel()

    found = heard.told[-1]
    assert isinstance(found, Knowledge)
    assert found.company.name.startswith("Acme Acme Acme")


async def test_where_nothing_notifies_the_folder_is_looked_at_now_and_then(
    folder: Path, watching: Make, heard: Heard
) -> None:
    away = folder.with_name("away")

    async def until_it_is_back(seconds: float) -> None:
        if seconds == POLL and away.exists():  # noqa: ASYNC240
            shutil.move(away, folder)
            edit(folder)

    looking = watching(until_it_is_back)
    shutil.move(folder, away)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(looking.forever())
        while len(heard.told) < 2:
            heard.more.clear()
            await heard.more.wait()
        task.cancel()

    gone, back = heard.told
    assert isinstance(gone, KnowledgeError)
    assert isinstance(back, Knowledge)


async def test_a_link_that_is_turned_to_another_folder_is_an_edit(
    tmp_path: Path, folder: Path, heard: Heard
) -> None:
    link, other = tmp_path / "current", tmp_path / "second"
    link.symlink_to(folder)
    shutil.copytree(folder, other)
    edit(other)
    pace = Pace(poll=0.05, sleep=at_once)
    looking = Watch(link, load(link), good=heard.good, bad=heard.bad, pace=pace)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(looking.forever())
        new = tmp_path / "new"
        new.symlink_to(other)
        new.replace(link)
        await heard.more.wait()
        task.cancel()

    (found,) = heard.told
    assert isinstance(found, Knowledge)
    assert found.classes["public"].means == "Out."


def test_the_same_problems_have_the_same_name_in_every_process(folder: Path) -> None:
    edit(folder, old="rank: 1", new="rank: one")
    errors = []
    for _ in range(2):
        with pytest.raises(KnowledgeError) as caught:
            load(folder)
        errors.append(caught.value)

    assert watch.digest(errors[0]) == watch.digest(errors[1])


async def test_dates_roll_over_at_midnight_without_a_new_version(
    tmp_path: Path, store: Store
) -> None:
    files = kb.changed("company.yaml", "as_of: 2026-06-01", "as_of: today")
    knowledge = load(kb.write(tmp_path / "dated", files))
    evening = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    app = App(settings=settings.read(), knowledge=knowledge, store=store, now=lambda: evening)
    tomorrow = replace(app, now=lambda: datetime(2027, 1, 1, 0, 1, tzinfo=UTC))
    asked = Message(person=knowledge.people["ana"], text="may I use ChatGPT with a flyer?")

    before = await ask.answer(app, asked, door="terminal")
    after = await ask.answer(tomorrow, asked, door="terminal")

    assert before.card.verdict == "allowed"
    assert after.card.verdict == "not_allowed"
