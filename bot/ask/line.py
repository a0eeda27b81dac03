"""Questions and answers as programs write and read them: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Never

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from bot.ask.answering import Answer, mended
from bot.ask.person import given
from bot.ask.record import judged
from bot.ask.sentences import AskError, sentence
from bot.chat import Message, Person, Turn
from bot.knowledge.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.knowledge import Knowledge


def _mended(value: Any) -> Any:
    return mended(value) if isinstance(value, str) else value


def _day(value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("write it as 2026-03-31: year, month, day") from None


Text = Annotated[str, BeforeValidator(_mended)]


class _TurnLine(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Literal["user", "assistant"]
    text: Text


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Any = None
    person: Any = None
    question: Text
    history: tuple[_TurnLine, ...] = ()
    date: Annotated[Any, BeforeValidator(_day)] = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a program asked it."""

    id: object
    """The program's own name for it."""
    message: Message
    day: date | None


def from_line(found: Mapping[str, Any], knowledge: Knowledge, person: Person) -> Asked:
    """Read a question; `person` asks where the line names nobody.

    Raises `AskError` with what is wrong. A key that is not known is let through, unless it looks
    like a misspelt one.
    """
    for key in found.keys() - _Line.model_fields.keys():
        near = did_you_mean(key, _Line.model_fields)
        if near:
            raise AskError(f"{key} is not known here.{near}")
    try:
        line = _Line.model_validate(found)
    except ValidationError as error:
        raise AskError(sentence(error, _Line)) from None
    asker = person if line.person is None else given(line.person, knowledge)
    history = tuple(Turn(turn.role, turn.text) for turn in line.history)
    return Asked(line.id, Message(person=asker, text=line.question, history=history), line.date)


def parsed(line: bytes) -> dict[str, Any]:
    """Parse a line into an object; raises `AskError`."""
    try:
        found = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise AskError("This line is not UTF-8 text.") from None
    except (ValueError, RecursionError):
        raise AskError("This line is not JSON.") from None
    if not isinstance(found, dict):
        raise AskError("This line is not a JSON object.")
    return found


def as_line(answer: Answer, id_: object = None) -> dict[str, Any]:
    """Return what programs read (KNOWLEDGE.md, "What an answer is"); `id_` is theirs."""
    ruling, reading, card = answer.ruling, answer.reading, answer.card
    quoted = [citation.section for citation in card.citations]
    return {
        "id": id_,
        "action": card.action,
        "verdict": card.verdict,
        "judged": judged(ruling.decisions) if ruling is not None else [],
        "data": sorted(reading.data),
        "use": reading.use,
        "conditions": list(ruling.conditions) if ruling is not None else [],
        "citations": list(ruling.citations) if ruling is not None else quoted,
        "alternatives": list(ruling.alternatives) if ruling is not None else [],
        "reasons": list(answer.reasons),
        "ask_for": ruling.ask_for if ruling is not None else None,
        "text": answer.text,
        "knowledge_version": answer.knowledge_version,
        "answer_id": answer.answer_id,
        "understood_by": reading.understood_by,
        "ms": round(answer.ms, 2),
    }


def encoded(found: Mapping[str, Any]) -> bytes:
    """Write an object as one line."""
    text = json.dumps(found, ensure_ascii=False, separators=_SEPARATORS)
    # Half a character in a program's own id goes back as the escape it came as.
    return text.encode("utf-8", "backslashreplace") + b"\n"


_SEPARATORS: Final = (", ", ": ")


def _no_constant(constant: str) -> Never:
    raise ValueError(constant)
