"""The command line: answers on stdout, sentences on stderr, never a trace."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import kb
import pytest
from typer.testing import CliRunner, Result

from bot import settings
from bot.__main__ import cli
from bot.app import App
from bot.cli.lines import answer_lines
from bot.cli.talk import Conversation
from bot.store import Store

CUSTOMERS = "can I put the customer list into Copilot Chat?"
PROGRAM = [sys.executable, "-m", "bot"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in this process, on a wide terminal without colours."""
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()
    return lambda *arguments, **more: runner.invoke(cli, arguments, **more)


# --- one question


def test_a_question_is_answered_in_plain_text(run: Callable[..., Result]) -> None:
    result = run("ask", CUSTOMERS, "--as", "ana")

    assert result.exit_code == 0
    assert "DATA-3" in result.stdout
    assert 3 <= len(result.stdout.splitlines()) <= 8


def test_a_question_can_come_through_a_pipe(run: Callable[..., Result]) -> None:
    result = run("ask", input=CUSTOMERS)

    assert result.exit_code == 0
    assert "DATA-3" in result.stdout


@pytest.mark.parametrize("form", ["--json", "--jsonl"])
def test_a_question_can_be_answered_for_programs(run: Callable[..., Result], form: str) -> None:
    result = run("ask", CUSTOMERS, "--as", "felix", form)

    line = json.loads(result.stdout)
    assert (line["verdict"], line["data"]) == ("not_allowed", ["personal.customer"])
    assert len(result.stdout.splitlines()) == 1 or form == "--json"


@pytest.mark.parametrize(
    "text", ["", " ", "🌱🌱", "\x00\x01", "\udcff", "x" * 20_000, "--", "/quit"]
)
def test_odd_questions_get_an_answer(run: Callable[..., Result], text: str) -> None:
    result = run("ask", "--json", "--", text)

    assert result.exit_code == 0
    assert json.loads(result.stdout)["verdict"] == "not_a_permission_question"


def test_an_unknown_person_is_said_with_the_nearest(run: Callable[..., Result]) -> None:
    result = run("ask", CUSTOMERS, "--as", "anna")

    assert result.exit_code == 2
    assert result.stderr == "'anna' is not a person in people.yaml. Did you mean 'ana'?\n"


def test_every_mistake_of_a_knowledge_base_is_named(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(settings.shipped("knowledge"), folder)
    with (folder / "company.yaml").open("a") as file:
        file.write("\nlangauge: en\n")
    uses = folder / "uses.yaml"
    uses.write_text(uses.read_text().replace("effect: conditions", "effect: condition", 1))

    result = run("ask", CUSTOMERS, "--knowledge", str(folder))

    assert result.exit_code == 2
    assert result.stdout == ""
    files = {line.partition(":")[0] for line in result.stderr.splitlines()}
    assert files == {"company.yaml", "uses.yaml"}
    assert all(line.split(":")[1].isdigit() for line in result.stderr.splitlines())


def test_a_missing_knowledge_base_is_said(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("check", "--knowledge", str(tmp_path / "nowhere"))

    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_setting_that_cannot_be_used_is_said(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLIGHT_RETENTION_DAYS", "soon")

    result = run("ask", CUSTOMERS)

    assert result.exit_code == 2
    assert result.stderr.startswith("GREENLIGHT_RETENTION_DAYS cannot be 'soon'.")


def test_what_nobody_expected_is_a_sentence_with_a_number(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(CUSTOMERS)

    monkeypatch.setattr("bot.cli.asking.run", broken)

    result = run("ask", CUSTOMERS)

    assert result.exit_code == 1
    assert "under the number e-" in result.stderr
    assert CUSTOMERS not in result.output


async def test_a_question_can_be_asked_beside_a_running_demo(
    run: Callable[..., Result], home: Path
) -> None:
    async with Store.open(settings.read().database, only_one=True):
        result = await asyncio.to_thread(run, "ask", CUSTOMERS)

    assert result.exit_code == 0


def test_help_is_there_before_anything_heavy_is_loaded() -> None:
    script = "import sys, bot.__main__; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    heavy = {"sqlalchemy", "pydantic", "alembic", "rich", "bot.understand", "bot.knowledge"}
    assert heavy.isdisjoint(loaded.stdout.decode().split())


# --- lines of questions


class Lines:
    """A program that writes lines and reads answers, in this process."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.read, self.write = os.pipe()
        self.answers: list[dict[str, Any]] = []
        self.more = asyncio.Event()
        person = app.knowledge.people["ana"]
        self.task = asyncio.ensure_future(answer_lines(app, person, self.read, self._take))

    def _take(self, lines: bytes) -> None:
        self.answers += [json.loads(line) for line in lines.splitlines()]
        self.more.set()

    def send(self, *lines: bytes | dict[str, Any]) -> None:
        for line in lines:
            raw = line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n"
            os.write(self.write, raw)

    async def answered(self, number: int) -> None:
        async with asyncio.timeout(20):
            while len(self.answers) < number:
                await self.more.wait()
                self.more.clear()

    async def end(self) -> bool:
        os.close(self.write)
        async with asyncio.timeout(30):
            return await self.task


@pytest.fixture
async def lines(app: App) -> AsyncIterator[Lines]:
    opened = Lines(app)
    yield opened
    os.close(opened.read)


async def test_answers_come_in_the_order_of_the_questions(lines: Lines) -> None:
    lines.send(*({"id": n, "question": f"can I use chatgpt for slide {n}?"} for n in range(150)))

    good = await lines.end()

    assert good
    assert [answer["id"] for answer in lines.answers] == list(range(150))
    assert len({answer["answer_id"] for answer in lines.answers}) == 150


async def test_many_lines_share_few_commits(lines: Lines) -> None:
    before = lines.app.store.commits
    lines.send(*({"id": n, "question": "hello"} for n in range(128)))

    await lines.end()

    assert lines.app.store.commits - before < 40


async def test_a_line_is_answered_before_the_next_one_comes(lines: Lines) -> None:
    for number in range(1, 4):
        lines.send({"id": number, "question": CUSTOMERS})
        await lines.answered(number)

    assert await lines.end()


async def test_a_bad_line_is_answered_with_what_is_wrong_and_the_rest_goes_on(
    lines: Lines,
) -> None:
    lines.send(
        {"id": 1, "question": CUSTOMERS},
        b"{not json}\n",
        {"id": 3},
        {"id": 4, "person": "nobody-at-all", "question": "x"},
        {"id": 5, "person": {"id": "x", "emial": "a@b"}, "question": "x"},
        {"id": 6, "question": CUSTOMERS},
    )

    good = await lines.end()

    assert not good
    assert [set(answer) == {"id", "error"} for answer in lines.answers] == [
        False, True, True, True, True, False,
    ]  # fmt: skip
    assert [answer["id"] for answer in lines.answers] == [1, None, 3, 4, 5, 6]
    assert lines.answers[4]["error"] == ("person.emial is not known here. Did you mean 'email'?")


async def test_lines_as_odd_programs_write_them(lines: Lines) -> None:
    lines.send(
        b'\xef\xbb\xbf{"id": "bom", "question": "hello"}\r\n',
        b"\n  \n",
        b'{"id": "\\ud800", "question": "half \\udc00 a \\u0000 character"}\n',
        b'{"id": "last", "question": "no newline behind me"}',
    )

    good = await lines.end()

    assert good
    assert [answer["id"] for answer in lines.answers] == ["bom", "\ud800", "last"]


async def test_a_line_that_fails_inside_is_an_error_with_a_number(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("bot.ask.answering.understand", broken)
    lines.send({"id": 1, "question": "hello"})

    good = await lines.end()

    assert not good
    assert set(lines.answers[0]) == {"id", "error"}
    assert "a-" in lines.answers[0]["error"]


@pytest.fixture
def process() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start the program as a shell would; end it whatever happens."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen([*PROGRAM, *arguments], **{**pipes, **more}))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()
        for pipe in (one.stdin, one.stdout, one.stderr):
            if pipe is not None:
                pipe.close()


def test_the_program_answers_a_line_at_a_time_and_ends_quietly_when_interrupted(
    process: Callable[..., subprocess.Popen[bytes]],
) -> None:
    asked = process("ask", "--jsonl")
    assert asked.stdin is not None
    assert asked.stdout is not None
    asked.stdin.write(b'{"id": 1, "question": "hello"}\n')
    asked.stdin.flush()
    first = json.loads(asked.stdout.readline())

    asked.send_signal(signal.SIGINT)
    _, said = asked.communicate(timeout=20)

    assert first["id"] == 1
    assert asked.returncode == 130
    assert said == b""


def test_a_reader_that_goes_away_is_no_drama(
    process: Callable[..., subprocess.Popen[bytes]],
) -> None:
    asked = process("ask", "--jsonl")
    assert asked.stdin is not None
    assert asked.stdout is not None
    asked.stdout.close()
    asked.stdin.write(b'{"id": 1, "question": "hello"}\n' * 3)
    asked.stdin.close()

    asked.wait(timeout=20)

    assert asked.stderr is not None
    assert asked.stderr.read() == b""
    assert asked.returncode == 1


# --- a conversation


@pytest.fixture
def conversation(app: App) -> Conversation:
    return Conversation(app, app.knowledge.people["ana"])


async def test_a_choice_is_answered_by_its_number(conversation: Conversation) -> None:
    asked = await conversation.says("can I upload this file to the Northwind Assistant?")
    chosen = await conversation.says("1")

    assert asked.verdict == "needs_clarification"
    assert "  1  Public" in asked.text
    assert chosen.verdict in {"allowed", "allowed_with_conditions"}
    assert conversation.last is not None
    assert conversation.last.ruling is not None
    assert conversation.last.ruling.leading.question.tool == "northwind-assistant"


async def test_a_number_without_choices_is_just_a_message(conversation: Conversation) -> None:
    await conversation.says(CUSTOMERS)

    said = await conversation.says("2")

    assert len(conversation.history) == 4
    assert said.text


async def test_why_shows_every_finding_with_its_line(conversation: Conversation) -> None:
    await conversation.says(CUSTOMERS)

    said = await conversation.says("Why?")

    assert "tools/copilot.yaml:" in said.text
    assert "DATA-3" in said.text
    assert said.verdict is None


async def test_instead_shows_what_may_be_used(conversation: Conversation) -> None:
    await conversation.says(CUSTOMERS)

    said = await conversation.says("instead")

    assert "Northwind Assistant" in said.text


async def test_more_shows_every_condition(conversation: Conversation) -> None:
    await conversation.says("can I use ChatGPT for captions?")
    last = conversation.last
    assert last is not None

    said = await conversation.says("more")

    assert [line[2:] for line in said.text.splitlines()] == list(last.card.conditions)
    assert len(last.card.conditions) > 3


async def test_a_follow_up_knows_what_was_said(conversation: Conversation) -> None:
    await conversation.says(CUSTOMERS)
    await conversation.says("and in the Northwind Assistant?")

    assert conversation.last is not None
    assert conversation.last.ruling is not None
    question = conversation.last.ruling.leading.question
    assert (question.tool, question.data) == ("northwind-assistant", {"personal.customer"})


def test_a_conversation_on_a_terminal_ends_with_quit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    ours, theirs = pty.openpty()
    talking = subprocess.Popen([*PROGRAM, "ask"], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    screen = ""
    for expected, typed in (("> ", f"{CUSTOMERS}\n"), ("Source:", "/quit\n")):
        screen += _until(ours, expected)
        os.write(ours, typed.encode())

    assert talking.wait(timeout=20) == 0
    os.close(ours)
    assert "as Ana Ruiz, marketing, UK; --as changes it" in screen
    assert "DATA-3" in screen


def _until(screen: int, expected: str) -> str:
    seen, end = "", time.monotonic() + 30
    while expected not in seen and time.monotonic() < end:
        if select.select([screen], [], [], 0.5)[0]:
            seen += os.read(screen, 65536).decode(errors="replace")
    return seen


# --- what stands behind an answer


def asked_id(run: Callable[..., Result], question: str = CUSTOMERS) -> str:
    return str(json.loads(run("ask", question, "--as", "ana", "--json").stdout)["answer_id"])


def test_an_answer_can_be_explained(run: Callable[..., Result]) -> None:
    result = run("explain", asked_id(run))

    assert result.exit_code == 0
    assert CUSTOMERS in result.stdout
    assert "personal.customer" in result.stdout
    assert "data_denied" in result.stdout or "data_unlisted" in result.stdout
    assert "at tools/copilot.yaml:" in result.stdout
    assert "sections DATA-3" in result.stdout
    assert "judged again: the same verdict for the same reasons" in result.stdout
    assert "the same is in force" in result.stdout


def test_an_answer_explained_under_another_knowledge_base_says_so(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(settings.shipped("knowledge"), folder)
    file = folder / "tools" / "copilot.yaml"
    file.write_text(file.read_text().replace("status: approved", "status: retired\n    reason: x"))
    answer_id = asked_id(run, "can I use Copilot Chat for an Excel formula?")

    result = run("explain", answer_id, "--knowledge", str(folder))

    assert "another version is in force; judged again: not_allowed" in result.stdout


async def test_a_forgotten_text_is_not_shown(run: Callable[..., Result], home: Path) -> None:
    from bot.store import answers

    answer_id = await asyncio.to_thread(asked_id, run)
    async with Store.open(settings.read().database) as store:
        await store.run(answers.delete_person, "ana")

    result = await asyncio.to_thread(run, "explain", answer_id)

    assert CUSTOMERS not in result.stdout
    assert "its text is no longer kept" in result.stdout
    assert "sections DATA-3" in result.stdout


def test_an_unknown_answer_is_said(run: Callable[..., Result]) -> None:
    result = run("explain", "a-0")

    assert result.exit_code == 2
    assert result.stderr.startswith("There is no answer 'a-0' in ")


# --- the other commands


def test_check_says_what_is_wrong(run: Callable[..., Result], tmp_path: Path) -> None:
    kb.write(tmp_path / "fine")
    kb.write(tmp_path / "broken", {"company.yaml": "name: Acme"})

    fine, broken = (run("check", "--knowledge", str(tmp_path / n)) for n in ("fine", "broken"))

    assert "version" in fine.stdout
    assert broken.exit_code == 1
    assert "company.yaml" in broken.stdout


def test_migrate_says_where_the_database_is(run: Callable[..., Result], home: Path) -> None:
    result = run("migrate")

    assert result.exit_code == 0
    assert str(home / "greenlight.db") in result.stdout


def test_schemas_are_written(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("schemas", str(tmp_path / "schemas"))

    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == len(list((tmp_path / "schemas").iterdir())) >= 10


async def test_texts_are_forgotten_whenever_the_app_opens(app: App, home: Path) -> None:
    from datetime import timedelta

    from bot.store import answers

    conversation = Conversation(app, app.knowledge.people["ana"])
    await conversation.says(CUSTOMERS)
    assert conversation.last is not None
    later = app.now() + timedelta(days=app.settings.retention_days)

    async with App.open(app.settings, now=lambda: later) as again:
        words = await again.store.run(answers.words_of, conversation.last.answer_id)

    assert words is None
