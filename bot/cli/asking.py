"""`greenlight ask`: one question, lines of questions, or a conversation."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from typing import Literal

import typer

from bot.app import App
from bot.ask import answer, as_line
from bot.ask.person import by_id, somebody
from bot.chat import MESSAGE_LIMIT, Message, Person
from bot.cli import show
from bot.knowledge import Knowledge
from bot.settings import Settings
from bot.understand import reader_for

Form = Literal["text", "json", "jsonl"]


def run(settings: Settings, question: str | None, person: str | None, form: Form) -> int:
    """Ask; return the exit code."""
    if question is None and form != "jsonl" and sys.stdin.isatty():
        from bot.cli.talk import talk

        return talk(settings, person)
    return asyncio.run(_asked(settings, question, person, form))


def asker(person: str | None, knowledge: Knowledge) -> Person:
    """Return the person named, or somebody who can be seen to be chosen."""
    return somebody(knowledge) if person is None else by_id(person, knowledge)


def settled(knowledge: Knowledge) -> None:
    """Build what every question needs, then look for garbage only in what comes after."""
    reader_for(knowledge)
    gc.freeze()
    gc.enable()


async def _asked(settings: Settings, question: str | None, person: str | None, form: Form) -> int:
    async with App.open(settings) as app:
        who = asker(person, app.knowledge)
        settled(app.knowledge)
        if question is None and form == "jsonl":
            from bot.cli.lines import answer_lines

            return 0 if await answer_lines(app, who, sys.stdin.fileno(), _write) else 1
        text = question if question is not None else _from_stdin()
        if person is None and form == "text":
            show.note(show.as_whom(who))
        given = await answer(app, Message(person=who, text=text), door="terminal")
    match form:
        case "json":
            typer.echo(json.dumps(as_line(given), ensure_ascii=False, indent=2))
        case "jsonl":
            typer.echo(json.dumps(as_line(given), ensure_ascii=False))
        case "text":
            show.said(given.text, given.card.verdict)
            show.note(show.how_to_explain(given))
    return 1 if given.failed else 0


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _from_stdin() -> str:
    # One byte more than any message that is read, so that a longer one is seen to be longer.
    return sys.stdin.buffer.read(4 * MESSAGE_LIMIT + 1).decode("utf-8", "replace")
