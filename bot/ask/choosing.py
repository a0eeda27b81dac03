"""A choice under a question back: one slot of what was read, filled by pressing a button."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Person
from bot.understand.words import NamedTool, Reading


def chosen(reading: Reading, slot: str, value: str, person: Person) -> Reading:
    """Return the reading with a slot filled; `slot` and `value` are those of the button pressed."""
    match slot:
        case "tool":
            tool, _, edition = value.partition(":")
            named = NamedTool(tool=tool, edition=edition or None)
            return replace(reading, tools=(named,), tool_choices=(), which_tool=False)
        case "edition":
            return replace(reading, tools=tuple(replace(t, edition=value) for t in reading.tools))
        case "feature":
            return replace(reading, tools=tuple(replace(t, feature=value) for t in reading.tools))
        case "data":
            return replace(reading, data=reading.data | {value}, undescribed=False, thing="")
        case "use":
            return replace(reading, use=value)
        case "department":
            return replace(reading, about=replace(reading.about or person, department=value))
        case "region":
            return replace(reading, about=replace(reading.about or person, region=value))
        case _:
            return reading
