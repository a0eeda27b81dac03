"""Questions to try, fitted to a person: the knowledge base's own, of different outcomes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from handlers.web.words import EXAMPLES, GUEST_EXAMPLES

if TYPE_CHECKING:
    from bot.chat import Person
    from bot.knowledge import Knowledge
    from bot.knowledge.models import QuestionCase

MOST: Final = 6
_LONGEST: Final = 100


def examples(person: Person, knowledge: Knowledge) -> tuple[str, ...]:
    """Return a few questions this person might ask; a guest's name no tool."""
    if person.worker_type == "guest":
        return GUEST_EXAMPLES
    own = _different(_own(person, knowledge))
    return tuple(dict.fromkeys([*own, *EXAMPLES]))[:MOST]


def _own(person: Person, knowledge: Knowledge) -> list[QuestionCase]:
    """Return the cases of this person first, then those of the nearest colleagues."""
    cases = [
        case
        for case in knowledge.questions
        if len(case.ask) <= _LONGEST and case.verdict != "not_a_permission_question"
    ]
    return sorted(cases, key=lambda case: _distance(person, knowledge.people.get(case.as_)))


def _distance(person: Person, other: Person | None) -> int:
    if other is None or other.worker_type == "guest":
        return 9
    same_place = other.department == person.department
    same_type = other.worker_type == person.worker_type
    return 0 if other == person else 4 - 2 * same_place - same_type


def _different(cases: Iterable[QuestionCase]) -> Iterator[str]:
    """One question of each outcome, so that the reader sees how answers differ."""
    seen: set[str] = set()
    for case in cases:
        if case.verdict in seen or len(seen) == MOST - len(EXAMPLES):
            continue
        seen.add(case.verdict)
        yield _capital(case.ask)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
