"""A reading as the questions that are to be judged."""

from __future__ import annotations

from datetime import date

from bot.chat import Person
from bot.decide import Question
from bot.understand.words import NamedTool, Reading


def questions(reading: Reading, person: Person, day: date) -> tuple[Question, ...]:
    """Return one question for each tool named; one without a tool when none was.

    The person judged is the one the message is about, else the one who asked.
    """
    if not reading.tools:
        return (_question(reading, person, day, None),)
    return tuple(_question(reading, person, day, tool) for tool in reading.tools)


def choices(reading: Reading, person: Person, day: date) -> tuple[Question, ...]:
    """Return one question for each tool that may be meant, where the message leaves it open."""
    if reading.tools:
        return ()
    named = (choice.partition(":") for choice in reading.tool_choices)
    return tuple(
        _question(reading, person, day, NamedTool(tool=tool, edition=edition or None))
        for tool, _, edition in named
    )


def _question(reading: Reading, person: Person, day: date, tool: NamedTool | None) -> Question:
    return Question(
        person=reading.about or person,
        date=day,
        tool=tool.tool if tool is not None else None,
        edition=tool.edition if tool is not None else None,
        feature=tool.feature if tool is not None else None,
        model=tool.model if tool is not None else None,
        category=tool.category if tool is not None else None,
        data=reading.data,
        rules=reading.rules,
        use=reading.use,
        undescribed=reading.undescribed,
        unnamed_feature=reading.unnamed_feature and tool is not None and tool.feature is None,
        claimed=bool(reading.claims),
    )
