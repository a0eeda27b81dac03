"""The record of an answer, laid out to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import TypeAdapter

from bot.ask import judge
from bot.chat import AnswerVerdict, Person
from bot.explain import explain
from bot.explain.sentences import sentences
from bot.understand import Reading
from handlers.web.faces import FACES, Face
from handlers.web.pages import labelled
from handlers.web.words import PAGE

if TYPE_CHECKING:
    from bot.ask import Replay
    from bot.knowledge import Knowledge
    from bot.store.answers import Record, Words

_READING: Final = TypeAdapter(Reading)
_PERSON: Final = TypeAdapter(Person)

_SLOTS: Final = ("tools", "data", "rules", "use", "undescribed", "claims", "sections", "template")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One thing that was understood, with the words it was read from."""

    name: str
    value: str
    read_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One finding as it was recorded."""

    name: str
    text: str
    verdict: AnswerVerdict
    at: str
    lifted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One edition that was judged."""

    name: str
    verdict: AnswerVerdict
    findings: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A record, ready for the template."""

    id: str
    question: str
    face: Face
    facts: tuple[tuple[str, str], ...]
    slots: tuple[Slot, ...]
    decisions: tuple[Judged, ...]
    again: str
    again_verdict: str | None


def view(record: Record, words: Words | None, again: Replay, knowledge: Knowledge) -> View:
    """Lay out a record."""
    said, changed = _again(again)
    told = iter(_told(record, knowledge) if again.same else ())
    return View(
        id=record.id,
        question=words.text if words is not None else "",
        face=FACES[_verdict(record.verdict)],
        facts=labelled(_facts(record)),
        slots=tuple(_slots(record, words, knowledge)),
        decisions=tuple(_judged(found, told, knowledge) for found in record.findings),
        again=said,
        again_verdict=changed,
    )


def _facts(record: Record) -> dict[str, str | None]:
    write = sentences("en").day
    by_model = record.understood_by == "model"
    return {
        "answer_given": f"{write(record.at.date())}, {record.at:%H:%M} UTC",
        "answer_day": write(record.day),
        "topic": record.topic.replace("_", " "),
        "answer_by": PAGE["by_model" if by_model else "by_rules"],
        "answer_sections": ", ".join(record.citations),
        "version": record.knowledge_version,
    }


def _slots(record: Record, words: Words | None, knowledge: Knowledge) -> Iterator[Slot]:
    read_from: Mapping[str, Any] = words.read_from if words is not None else {}
    for slot in _SLOTS:
        value = record.understood.get(slot)
        if not value:
            continue
        keys = [slot, *value] if slot in {"data", "rules"} else [slot]
        said = [str(read_from[key]) for key in keys if read_from.get(key)]
        yield Slot(
            name=PAGE[f"slot_{slot}"],
            value=_named(slot, value, knowledge),
            read_from="”, “".join(dict.fromkeys(said)),
        )


def _named(slot: str, value: Any, knowledge: Knowledge) -> str:
    match slot:
        case "tools":
            return ", ".join(_tool(tool, knowledge) for tool in value)
        case "use":
            use = knowledge.uses.get(value)
            return use.name if use is not None else str(value)
        case _ if isinstance(value, bool):
            return PAGE["yes"]
        case _ if isinstance(value, str):
            return value
        case _:
            return ", ".join(str(one).replace("_", " ") for one in value)


def _tool(tool: Mapping[str, Any], knowledge: Knowledge) -> str:
    key = f"{tool['tool']}:{tool['edition']}" if tool.get("edition") else str(tool["tool"])
    extras = (str(tool[part]).replace("_", " ") for part in ("feature", "model") if tool.get(part))
    return " + ".join((_name(key, knowledge), *extras))


def _name(key: str, knowledge: Knowledge) -> str:
    if key in knowledge.editions:
        return knowledge.editions[key].name
    return knowledge.tools[key].name if key in knowledge.tools else key.removeprefix("unlisted:")


def _told(record: Record, knowledge: Knowledge) -> Iterator[str]:
    """Say each finding again: only while it would still be found can it be put in words."""
    reading = _READING.validate_python(dict(record.understood))
    person = _PERSON.validate_python(dict(record.person))
    ruling = judge(reading, person, record.day, knowledge)
    card = explain(reading, ruling, knowledge, person, today=record.day)
    return (fact.text for fact in card.facts)


def _judged(found: Mapping[str, Any], told: Iterator[str], knowledge: Knowledge) -> Judged:
    key = found["edition"] or found["tool"] or ""
    return Judged(
        name=_name(key, knowledge) if key else PAGE["answer_findings"],
        verdict=_verdict(found["verdict"]),
        findings=tuple(
            _finding(finding, next(told, ""), knowledge) for finding in found["findings"]
        ),
    )


def _finding(finding: Mapping[str, Any], told: str, knowledge: Knowledge) -> Found:
    return Found(
        name=finding["check"].replace("_", " ").capitalize(),
        text=told or " ".join(_finding_words(finding, knowledge)),
        verdict=_verdict(finding["verdict"]),
        at=finding["at"],
        lifted_by=finding["lifted_by"],
    )


def _finding_words(finding: Mapping[str, Any], knowledge: Knowledge) -> Iterator[str]:
    yield f"{finding['code'].replace('_', ' ').capitalize()}."
    named = [f"{name} {value}" for name, value in finding["words"].items() if value]
    if named:
        yield f"{'; '.join(named)}."
    for condition in finding["conditions"]:
        known = knowledge.conditions.get(condition)
        yield known.text if known is not None else f"{condition}."
    if finding["cites"]:
        yield f"({', '.join(finding['cites'])})"


def _again(again: Replay) -> tuple[str, str | None]:
    if again.gone is not None:
        return f"{PAGE['again_gone']} {again.gone!r}.", None
    if again.same:
        return PAGE["again_same"], None
    if again.same_verdict:
        return PAGE["again_other_reasons"], None
    return PAGE["again_changed"], again.verdict


def _verdict(word: str) -> AnswerVerdict:
    known: Sequence[AnswerVerdict] = get_args(AnswerVerdict)
    return next(verdict for verdict in known if verdict == word)
