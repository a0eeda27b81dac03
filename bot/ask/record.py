"""An answer as it is kept, and a kept answer judged again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot.ask.judging import judge
from bot.chat import MESSAGE_LIMIT, Message, Person
from bot.decide import Decision, Finding, Ruling
from bot.store.answers import Record, Words
from bot.understand.words import Reading

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_READING: TypeAdapter[Reading] = TypeAdapter(Reading)
_PERSON: TypeAdapter[Person] = TypeAdapter(Person)
_FINDINGS: TypeAdapter[tuple[Finding, ...]] = TypeAdapter(tuple[Finding, ...])

_WORDS_OF_THE_MESSAGE: Any = {
    "thing": True,
    "template": True,
    "because": True,
    "tools": {"__all__": {"written"}},
    "about": {"name", "title"},
}
"""Parts of a reading that quote the message or name people: kept with its text, never longer."""


def record_of(
    reading: Reading,
    ruling: Ruling | None,
    *,
    answer_id: str,
    at: datetime,
    day: date,
    person: Person,
    door: str,
    knowledge_version: str,
    ms: float,
) -> Record:
    """Put an answer into the shape it is kept in."""
    decisions = ruling.decisions if ruling is not None else ()
    return Record(
        id=answer_id,
        at=at,
        day=day,
        person_id=person.id,
        person=_PERSON.dump_python(person, mode="json", exclude={"name", "title"}),
        door=door,
        language=reading.language,
        topic=reading.topic,
        action=reading.action,
        verdict=ruling.verdict if ruling is not None else "not_a_permission_question",
        understood=_READING.dump_python(reading, mode="json", exclude=_WORDS_OF_THE_MESSAGE),
        findings=[_found(decision) for decision in decisions],
        judged=judged(decisions),
        citations=ruling.citations if ruling is not None else reading.sections,
        conditions=ruling.conditions if ruling is not None else (),
        alternatives=ruling.alternatives if ruling is not None else (),
        ask_for=ruling.ask_for if ruling is not None else None,
        knowledge_version=knowledge_version,
        understood_by=reading.understood_by,
        ms=round(ms, 3),
    )


def words_of(
    answer_id: str, message: Message, reading: Reading, at: datetime, days: int
) -> Words | None:
    """Return the words to be kept beside an answer; None where none are kept."""
    if days == 0 or len(message.text) > MESSAGE_LIMIT:
        return None
    return Words(
        answer_id=answer_id,
        text=message.text,
        history=[{"role": turn.role, "text": turn.text} for turn in message.history],
        read_from={**reading.because, **_as_written(reading)},
        expires_at=at + timedelta(days=days),
    )


def _as_written(reading: Reading) -> dict[str, str]:
    written = {"thing": reading.thing, "template": reading.template or ""}
    written["tools"] = ", ".join(tool.written for tool in reading.tools if tool.written)
    return {slot: words for slot, words in written.items() if words}


def judged(decisions: Sequence[Decision]) -> list[dict[str, str | None]]:
    """Return what was judged, one entry for each tool."""
    return [
        {
            "tool": decision.question.tool,
            "edition": decision.edition.partition(":")[2] if decision.edition else None,
            "feature": decision.question.feature,
            "verdict": decision.verdict,
        }
        for decision in decisions
        if decision.question.tool is not None
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A kept answer judged again."""

    verdict: str | None
    """None when it cannot be judged: something it names is gone."""
    same_verdict: bool
    same_findings: bool
    """The same findings in the same order; the lines of the files may have moved."""
    same_knowledge: bool
    gone: str | None = None
    """What the knowledge base no longer has."""

    @property
    def same(self) -> bool:
        """Whether somebody asking again would be told the same for the same reasons."""
        return self.same_verdict and self.same_findings


def reading_of(record: Record) -> Reading:
    """Return the slots of a kept answer."""
    return _READING.validate_python(dict(record.understood))


def replay(record: Record, knowledge: Knowledge) -> Replay:
    """Judge the slots of a kept answer again, with this knowledge."""
    same_knowledge = record.knowledge_version == knowledge.version
    reading = reading_of(record)
    person = _PERSON.validate_python(dict(record.person))
    try:
        ruling = judge(reading, person, record.day, knowledge)
    except KeyError as gone:
        return Replay(
            verdict=None,
            same_verdict=False,
            same_findings=False,
            same_knowledge=same_knowledge,
            gone=str(gone.args[0]),
        )
    verdict = ruling.verdict if ruling is not None else "not_a_permission_question"
    decisions = ruling.decisions if ruling is not None else ()
    again = [_found(decision) for decision in decisions]
    return Replay(
        verdict=verdict,
        same_verdict=verdict == record.verdict,
        same_findings=_without_lines(again) == _without_lines(record.findings),
        same_knowledge=same_knowledge,
    )


def _found(decision: Decision) -> dict[str, Any]:
    return {
        "tool": decision.question.tool,
        "edition": decision.edition,
        "verdict": decision.verdict,
        "findings": _FINDINGS.dump_python(decision.findings, mode="json"),
    }


def _without_lines(found: Sequence[Any]) -> list[Any]:
    return [
        {**decision, "findings": [{**finding, "at": ""} for finding in decision["findings"]]}
        for decision in found
    ]
