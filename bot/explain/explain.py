"""`explain`: what was read and what was ruled, as one card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.chat import Card, Person
from bot.decide import Ruling
from bot.explain import findings, policies, topics
from bot.explain.ask_back import ask_back
from bot.explain.names import Telling
from bot.explain.sentences import sentences
from bot.explain.verdict import verdict_card

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.understand.words import Reading, Topic

TOPICS: Mapping[Topic, Callable[[Telling], Card]] = MappingProxyType(
    {
        "my_tools": topics.my_tools,
        "policy": policies.policy_card,
        "request": topics.request,
        "request_status": topics.request_status,
        "incident": topics.incident,
        "run_template": topics.templates,
        "list_templates": topics.templates,
        "coach": topics.coach,
        "small_talk": topics.small_talk,
        "out_of_scope": topics.out_of_scope,
        "extract": topics.refuse,
        "empty": topics.empty,
        "unreadable": topics.unreadable,
        "too_long": topics.too_long,
    }
)
"""How each topic is told; `permission` is told from its ruling."""


def explain(
    reading: Reading,
    ruling: Ruling | None,
    knowledge: Knowledge,
    person: Person,
    *,
    today: date,
    asked: str = "",
) -> Card:
    """Tell a person what was decided, or answer what is not for deciding.

    `ruling` is there for the topic `permission` and for nothing else. `asked` is the message
    itself: the words a policy is searched for, the length of one that is too long.
    """
    day = ruling.leading.question.date if ruling is not None else today
    t = Telling(
        say=sentences(reading.language),
        reading=reading,
        knowledge=knowledge,
        person=person,
        today=day,
        asked=asked,
    )
    if person.worker_type == "guest":
        verdict = ruling.verdict if ruling is not None else "not_a_permission_question"
        return policies.guest_card(t, verdict)
    if reading.topic != "permission" or ruling is None:
        return TOPICS.get(reading.topic, topics.out_of_scope)(t)
    if ruling.verdict == "needs_clarification":
        return ask_back(t, ruling)
    return verdict_card(t, ruling)


def reasons(ruling: Ruling, reading: Reading, knowledge: Knowledge) -> tuple[str, ...]:
    """Say why, one sentence for each finding that decided."""
    leading = ruling.leading
    t = Telling(
        say=sentences(reading.language),
        reading=reading,
        knowledge=knowledge,
        person=leading.question.person,
        today=leading.question.date,
    )
    return tuple(
        dict.fromkeys(
            findings.sentence(t, decision, (finding,))
            for decision in ruling.decisions
            if decision.verdict == ruling.verdict
            for finding in findings.behind(decision)
        )
    )
