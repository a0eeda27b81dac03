"""A call with known slots, decided, kept and told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.ask import Answer, answer, judge
from bot.chat import Message, Person
from bot.decide import Decision, Finding
from bot.explain import explain, to_text
from bot.understand.words import Reading
from handlers.api.problems import ours
from handlers.api.told import DecidedTold, DecisionTold, FindingTold, SectionTold, TextsTold
from handlers.api.words import reading_of

if TYPE_CHECKING:
    from datetime import date

    from bot.app import App
    from bot.knowledge import Knowledge
    from handlers.api.asked import DecideSent

GUEST: Final = "guest"

_GUEST_READING: Final = Reading(topic="permission", action="guest_notice")


@dataclass(slots=True)
class Ids:
    """The ids that an answer names, so that their words can go with it."""

    conditions: dict[str, None]
    sections: dict[str, None]
    editions: dict[str, None]

    @classmethod
    def none(cls) -> Ids:
        """Return no ids."""
        return cls({}, {}, {})

    def add(
        self,
        conditions: Iterable[str] = (),
        sections: Iterable[str] = (),
        editions: Iterable[str] = (),
    ) -> None:
        """Remember ids, in the order they come."""
        self.conditions.update(dict.fromkeys(conditions))
        self.sections.update(dict.fromkeys(sections))
        self.editions.update(dict.fromkeys(editions))

    def texts(self, knowledge: Knowledge) -> TextsTold:
        """Return the words behind these ids."""
        known = knowledge.sections
        return TextsTold(
            conditions={c: knowledge.conditions[c].text for c in self.conditions},
            sections={
                s: SectionTold(
                    title=known[s].title,
                    document=known[s].document,
                    version=known[s].version,
                    effective=known[s].effective,
                )
                for s in self.sections
                if s in known
            },
            editions={e: knowledge.editions[e].name for e in self.editions},
        )


async def decided(app: App, person: Person, asked: DecideSent, door: str) -> DecidedTold:
    """Decide, keep the answer, and tell it; raises a `CallError`."""
    # A guest's words are not even looked up: what is known here is not told by a mistake either.
    known = _GUEST_READING
    if person.worker_type != GUEST:
        known = reading_of(asked, person, app.knowledge)
    message = Message(person=person, text="")
    given = await answer(app, message, door=door, day=asked.date, reading=known)
    if given.failed:
        raise ours(given.answer_id)
    return _told(given, app.knowledge)


def notice(app: App, person: Person) -> str:
    """Return all that a guest is told, as text."""
    today = day(app)
    ruling = judge(_GUEST_READING, person, today, app.knowledge)
    return to_text(explain(_GUEST_READING, ruling, app.knowledge, person, today=today))


def day(app: App) -> date:
    """Return the day everything is judged on."""
    return app.knowledge.as_of or app.now().date()


def _told(given: Answer, knowledge: Knowledge) -> DecidedTold:
    ruling = given.ruling
    assert ruling is not None  # noqa: S101 - a reading about a permission is always judged
    ids = Ids.none()
    ids.add(ruling.conditions, ruling.citations, ruling.alternatives)
    return DecidedTold(
        verdict=ruling.verdict,
        decisions=tuple(_decision(decision, ids) for decision in ruling.decisions),
        conditions=ruling.conditions,
        citations=ruling.citations,
        alternatives=ruling.alternatives,
        reasons=given.reasons,
        ask_for=ruling.ask_for,
        text=given.text,
        texts=ids.texts(knowledge),
        knowledge_version=given.knowledge_version,
        answer_id=given.answer_id,
    )


def _decision(decision: Decision, ids: Ids) -> DecisionTold:
    judged = () if decision.edition is None else (decision.edition,)
    ids.add(decision.conditions, decision.citations, (*judged, *decision.alternatives))
    return DecisionTold(
        tool=decision.question.tool,
        edition=decision.edition,
        feature=decision.question.feature,
        verdict=decision.verdict,
        findings=tuple(_finding(finding, ids) for finding in decision.findings),
        conditions=decision.conditions,
        citations=decision.citations,
        alternatives=decision.alternatives,
        ask_for=decision.ask_for,
    )


def _finding(finding: Finding, ids: Ids) -> FindingTold:
    ids.add(finding.conditions, finding.cites)
    return FindingTold(
        check=finding.check,
        code=finding.code,
        verdict=finding.verdict,
        citations=finding.cites,
        at=finding.at,
        words=finding.words,
        conditions=finding.conditions,
        ask_for=finding.ask_for,
        lifted_by=finding.lifted_by,
    )
