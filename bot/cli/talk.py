"""`greenlight ask` on a terminal: a conversation, until /quit."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import typer

from bot import ask
from bot.app import App
from bot.chat import AnswerVerdict, Button, Message, Person, Turn
from bot.cli import show
from bot.cli.asking import asker, settled
from bot.explain import to_text
from bot.settings import Settings
from bot.understand.words import Reading

_LEAVE = frozenset({"/quit", "/exit", "/q"})


class Said(NamedTuple):
    """What is printed; an answer comes with its verdict."""

    text: str
    verdict: AnswerVerdict | None = None


@dataclass(slots=True)
class Conversation:
    """What was said so far, and the last answer, which short words can be about."""

    app: App
    person: Person
    history: list[Turn] = field(default_factory=list)
    last: ask.Answer | None = None

    async def says(self, text: str) -> Said:
        """Return what to print when the person says something."""
        word = text.strip().rstrip("?!.").casefold()
        if self.last is not None:
            if word == "why" and self.last.card.facts:
                return Said(_why(self.last))
            if word == "instead":
                return Said(_instead(self.last))
            if word == "more" and self.last.card.conditions:
                return Said("\n".join(f"• {text}" for text in self.last.card.conditions))
        pressed = self._pressed(word)
        if pressed is not None:
            text = self._name(pressed)
        message = Message(person=self.person, text=text, history=tuple(self.history))
        reading = self._read(pressed) if pressed is not None else None
        self.last = await ask.answer(self.app, message, door="terminal", reading=reading)
        self.history += [Turn("user", text), Turn("assistant", self.last.text)]
        return Said(_numbered(self.last), self.last.card.verdict)

    def _pressed(self, word: str) -> Button | None:
        """Return what choice number two is."""
        offered = choices(self.last)
        number = int(word) if word.isascii() and word.isdigit() and len(word) < 4 else 0
        return offered[number - 1] if 0 < number <= len(offered) else None

    def _read(self, pressed: Button) -> Reading | None:
        if self.last is None or pressed.slot is None:
            return None
        return ask.chosen(self.last.reading, pressed.slot, pressed.value, self.person)

    def _name(self, pressed: Button) -> str:
        """Return what somebody would say who meant this choice."""
        data = self.app.knowledge.classes.get(pressed.value) if pressed.slot == "data" else None
        return data.name if data is not None else pressed.label


def talk(settings: Settings, person: str | None) -> int:
    """Talk until the person leaves; return the exit code."""
    with suppress(ImportError):
        import readline  # noqa: F401 - arrow keys in input(); not there on Windows
    with asyncio.Runner() as runner:
        opened = AsyncExitStack()
        app = runner.run(opened.enter_async_context(App.open(settings)))
        try:
            settled(app.knowledge)
            _talk(runner, Conversation(app, asker(person, app.knowledge)))
        finally:
            runner.run(opened.aclose())
    return 0


def _talk(runner: asyncio.Runner, conversation: Conversation) -> None:
    typer.echo(f"Ask what you may do with AI, {show.as_whom(conversation.person)}. /quit leaves.")
    while True:
        try:
            text = input("\n> ")
        except (EOFError, KeyboardInterrupt):
            typer.echo()
            return
        if text.strip() in _LEAVE:
            return
        if text.strip():
            show.said(*runner.run(conversation.says(text)))


def choices(answer: ask.Answer | None) -> tuple[Button, ...]:
    """Return the answers to choose from, in the order of their numbers."""
    buttons = answer.card.buttons if answer is not None else ()
    return tuple(button for button in buttons if button.action == "choose")


def _numbered(answer: ask.Answer) -> str:
    """Return the answer with a number before each choice."""
    offered = choices(answer)
    if not offered:
        return answer.text
    rest = tuple(button for button in answer.card.buttons if button.action != "choose")
    text = to_text(replace(answer.card, buttons=rest))
    lines = (f"  {number}  {button.label}" for number, button in enumerate(offered, start=1))
    return "\n".join((text, *lines))


def _why(answer: ask.Answer) -> str:
    return "\n".join(
        f"{fact.label}: {fact.text}" + (f" [{fact.source}]" if fact.source else "")
        for fact in answer.card.facts
    )


def _instead(answer: ask.Answer) -> str:
    offered = [button.label for button in answer.card.buttons if button.action == "instead"]
    lines = [answer.card.alternative, *offered[1:]]
    return "\n".join(line for line in lines if line) or "There is nothing to use instead."
