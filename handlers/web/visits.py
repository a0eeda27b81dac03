"""Who is at the browser and what was said, for as long as the playground runs."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from bot.ask import Answer
from bot.chat import Person, Turn

MOST_VISITS = 64
MOST_ENTRIES = 40
TURNS = 12
"""Earlier messages that are sent along with a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message with its answer."""

    asked: str
    answer: Answer


@dataclass(slots=True)
class Conversation:
    """What one person of a visit has asked, oldest first."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MOST_ENTRIES))
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    """A second message waits for the answer to the first: it may lean on it."""

    def turns(self) -> tuple[Turn, ...]:
        """Return the latest turns as plain text."""
        turns = []
        for entry in self.entries:
            turns.append(Turn("user", entry.asked))
            turns.append(Turn("assistant", entry.answer.text))
        return tuple(turns[-TURNS:])

    def find(self, answer_id: str) -> Entry | None:
        """Return the message that has this answer."""
        return next((e for e in self.entries if e.answer.answer_id == answer_id), None)


@dataclass(slots=True)
class Visit:
    """One browser: who it is at the moment, and a conversation for each person it has been."""

    person: Person
    conversations: dict[str, Conversation] = field(default_factory=dict)
    changed: bool = False
    """The person was just changed, and the next page says so."""
    asked_before: str = ""
    """The last question before the person was changed: asking it again shows the difference."""

    def conversation(self) -> Conversation:
        """Return the conversation of whoever it is now."""
        return self.conversations.setdefault(self.person.id, Conversation())

    def become(self, person: Person) -> None:
        """Be somebody else from now on."""
        entries = self.conversation().entries
        if self.person.worker_type != "guest" and entries:
            self.asked_before = entries[-1].asked
        self.changed = person.id != self.person.id
        self.person = person

    def told(self) -> bool:
        """Say once that the person was changed."""
        changed, self.changed = self.changed, False
        return changed


class Visits:
    """The visits of the browsers that came, by the random name in their cookie."""

    def __init__(self) -> None:
        self._visits: OrderedDict[str, Visit] = OrderedDict()

    def find(self, name: str | None) -> Visit | None:
        """Return a visit, or None when there is none of that name."""
        visit = self._visits.get(name or "")
        if visit is not None:
            self._visits.move_to_end(name or "")
        return visit

    def start(self, person: Person) -> tuple[str, Visit]:
        """Begin a visit under a new name; the one unused for longest goes when there are many."""
        name, visit = secrets.token_urlsafe(24), Visit(person)
        self._visits[name] = visit
        if len(self._visits) > MOST_VISITS:
            self._visits.popitem(last=False)
        return name, visit
