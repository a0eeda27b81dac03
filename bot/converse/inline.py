"""What a platform wants at once: the form behind a button, tools while somebody writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from bot import ask, intake
from bot.chat import Card, Form, Person, Pressed, Said
from bot.explain import explain
from bot.explain.sentences import speaks
from bot.understand.words import NamedTool, Reading

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.models import Edition, Tool

FOUND: Final = 10
_ALIKE: Final = 60
"""Out of 100: enough for a name half typed or misspelt."""


def form_for(deed: Said | Pressed, knowledge: Knowledge, locale: str) -> Form | None:
    """Return the form a deed opens at once; None when it opens none."""
    language = speaks(locale or knowledge.company.language)
    form, detail = _opens(deed)
    match form:
        case "request":
            tool = intake.tool_named(detail, knowledge) if isinstance(deed, Pressed) else detail
            return intake.request_form(knowledge, language, tool or "")
        case "incident":
            return intake.incident_form(knowledge, language)
        case "feedback" if isinstance(deed, Pressed):
            return intake.feedback_form(deed.of, language)
        case _:
            return None


def _opens(deed: Said | Pressed) -> tuple[str, str]:
    if isinstance(deed, Said):
        word, _, rest = deed.text.strip().partition(" ")
        return (word.casefold(), rest.strip()) if deed.command else ("", "")
    if deed.action == "form":
        form, _, rest = deed.value.partition(" ")
        return form, rest
    return (deed.action, deed.value) if deed.action in intake.FORMS else ("", "")


def look_up(text: str, person: Person, knowledge: Knowledge, day: date) -> tuple[Card, ...]:
    """Return tools by name as this person may use them, the best match first."""
    if person.worker_type == "guest":
        return ()
    names = {key: f"{tool.name} {edition.name}" for key, tool, edition in _editions(knowledge)}
    best = (
        process.extract(
            text,
            names,
            scorer=fuzz.WRatio,
            processor=str.casefold,
            limit=FOUND,
            score_cutoff=_ALIKE,
        )
        if text.strip()
        else []
    )
    keys = [key for _, _, key in best] or list(names)[:FOUND]
    return tuple(_judged(key, person, knowledge, day) for key in keys)


def _editions(knowledge: Knowledge) -> list[tuple[str, Tool, Edition]]:
    return [
        (key, knowledge.tools[key.partition(":")[0]], edition)
        for key, edition in knowledge.editions.items()
    ]


def _judged(key: str, person: Person, knowledge: Knowledge, day: date) -> Card:
    tool, _, edition = key.partition(":")
    named = NamedTool(tool=tool, edition=edition or None)
    language = speaks(knowledge.company.language)
    reading = Reading(topic="permission", action="answer", tools=(named,), language=language)
    ruling = ask.judge(reading, person, day, knowledge)
    card = explain(reading, ruling, knowledge, person, today=day)
    return replace(card, buttons=(), tags=(*card.tags, f"tool:{knowledge.editions[key].name}"))
