"""What is known while one deed is answered, and what comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import audit
from bot.chat import Arrival, Card, Page, Person, Place
from bot.explain.sentences import Sentences, sentences, speaks

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.app import App

Action = Callable[["Connection"], object]
"""Something to be written in the transaction that ends the arrival."""

ADMINS = frozenset({"admin", "council"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a deed leads to."""

    cards: tuple[Card, ...] = ()
    """For the one who did it, where they did it."""
    elsewhere: tuple[tuple[str, Place, Card], ...] = ()
    """For others, or for everybody: a key that is the same however often this is done."""
    also: tuple[Action, ...] = ()
    page: Page | None = None
    """Their home page, to be shown now."""
    prompts: tuple[tuple[str, str], ...] = ()
    """What they might ask, each a title and a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One deed of one person whom the gate has let in."""

    app: App
    arrival: Arrival
    person: Person
    locale: str
    """The language of their chat program; empty when it does not say."""
    reach: Callable[[Sequence[str]], Awaitable[tuple[Place, ...]]]
    """Where the people of the first of these roles that has any can be written to."""

    @property
    def language(self) -> str:
        """The language of everything that is not an answer to a sentence of theirs."""
        return speaks(self.locale or self.app.knowledge.company.language)

    @property
    def say(self) -> Sentences:
        """The sentences of their language."""
        return sentences(self.language)

    @property
    def admin(self) -> bool:
        """Whether they look after Greenlight, says the directory."""
        return not ADMINS.isdisjoint(self.person.roles)

    @property
    def conversation(self) -> str:
        """The name under which the words of this thread and person are kept."""
        return self.arrival.lane


def plain(talk: Talk, headline: str, *lines: str, next_step: str = "") -> Card:
    """Return a card that judges nothing."""
    return Card(
        action="answer",
        verdict="not_a_permission_question",
        headline=headline,
        reason="\n".join(line for line in lines if line),
        next_step=next_step,
        language=talk.language,
    )


def refusal(talk: Talk) -> Outcome:
    """Say that this is for admins, and whom to ask."""
    contact = talk.app.knowledge.company.contacts.get("request", "/greenlight request")
    step = talk.say("admins-only-next", contact=contact)
    return Outcome(cards=(plain(talk, talk.say("admins-only"), next_step=step),))


def record(talk: Talk, kind: audit.Kind, subject: str = "", **detail: str | int | bool) -> Action:
    """Return the action that writes down what this person did."""
    entry = audit.Entry(
        kind=kind, actor=talk.person.id, subject=subject, detail=detail, at=talk.arrival.at
    )

    def write(connection: Connection) -> None:
        audit.write(connection, entry)

    return write
