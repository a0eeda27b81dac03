"""A reading into a ruling. Pure: the same slots and knowledge give the same ruling for ever."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.chat import Person
from bot.decide import Question, Ruling, decide, recommend, rule
from bot.understand.asked import choices, questions
from bot.understand.words import Reading

if TYPE_CHECKING:
    from bot.knowledge import Knowledge


def judge(reading: Reading, person: Person, day: date, knowledge: Knowledge) -> Ruling | None:
    """Judge what was read; None when it asks for no permission."""
    if person.worker_type == "guest":
        return rule([Question(person=person, date=day)], knowledge)
    if reading.topic != "permission":
        return None
    asked = questions(reading, person, day)
    if reading.tools:
        return rule(asked, knowledge, want=reading.want)
    meant = choices(reading, person, day)
    if meant:
        return rule(meant[:1] if _alike(meant, knowledge) else asked, knowledge)
    return recommend(asked[0], knowledge) if reading.which_tool else rule(asked, knowledge)


def _alike(meant: tuple[Question, ...], knowledge: Knowledge) -> bool:
    """Whether it makes no difference which of the tools was meant."""
    return len({decide(question, knowledge).verdict for question in meant}) == 1
