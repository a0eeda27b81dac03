"""What is cited but not in force, what refuses and cites nothing, and what nobody refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from bot.check.purposes import is_prohibited
from bot.check.report import Remark, warning
from bot.knowledge import Knowledge
from bot.knowledge.placed import Placed

Reference = tuple[Placed, str, str, str]
"""The entry, the dotted path in it, the name of the field, and the id it names."""

_FIELDS = frozenset({"cite", "cite_for", "conditions", "allow_if", "condition", "course"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9]")


def cited_sections(knowledge: Knowledge, day: date) -> Iterator[Remark]:
    """Find sections that are cited and not in force, once each."""
    seen: set[str] = set()
    for entry, path, field, name in references(knowledge):
        section = knowledge.sections.get(name) if field in {"cite", "cite_for"} else None
        if section is None or section.in_force(day) or name in seen:
            continue
        seen.add(name)
        when = (
            f"counts only from {section.effective}"
            if day < section.effective
            else f"ended on {section.expires}"
        )
        yield warning(
            "cite-not-in-force",
            entry,
            path,
            f"{name} is cited here and {when}, so the answer shows no section. Cite one that is in"
            " force as well.",
        )


def uncited_refusals(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find uses that refuse people and name no section for it."""
    for use in knowledge.uses.values():
        limited = use.only_tools or use.only_departments or use.not_regions
        if not use.cite and (is_prohibited(use) or limited):
            yield warning(
                "no-section",
                use,
                "cite",
                f"{use.id} refuses people and cites nothing. Write cite: with the section that"
                " says so.",
            )


def unused(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find conditions, courses and sections nobody refers to."""
    named = {name for *_, name in references(knowledge)}
    named |= {name for case in knowledge.questions for name in (*case.cite, *case.conditions)}
    named |= set(_mentioned(knowledge))
    kinds: tuple[tuple[str, Mapping[str, Placed]], ...] = (
        ("condition", knowledge.conditions),
        ("course", knowledge.courses),
        ("section", knowledge.sections),
    )
    for kind, entries in kinds:
        for name, entry in entries.items():
            if name not in named:
                yield warning(
                    f"unused-{kind}",
                    entry,
                    "",
                    f"Nothing refers to the {kind} {name}. Refer to it where it applies, or"
                    " delete it.",
                )


def _mentioned(knowledge: Knowledge) -> Iterator[str]:
    for name, text in (*knowledge.sections.items(), *knowledge.courses.items()):
        yield from (word for word in _ID.findall(text.body) if word != name)


def references(knowledge: Knowledge) -> Iterator[Reference]:
    """Everything that refers to a section, a condition or a course."""
    roots: tuple[Mapping[str, Placed], ...] = (
        {"": knowledge.company},
        knowledge.classes,
        knowledge.rules,
        knowledge.uses,
        knowledge.conditions,
        knowledge.exceptions,
        knowledge.tools,
    )
    for entries in roots:
        for entry in entries.values():
            for path, field, name in _named(entry, "", ""):
                yield entry, path, field, name


def _named(value: Any, path: str, field: str) -> Iterator[tuple[str, str, str]]:
    """Walk through models, mappings and lists to the ids in the fields that refer."""
    if isinstance(value, str):
        if field:
            yield path, field, value
        return
    if isinstance(value, BaseModel):
        parts = ((name, name if name in _FIELDS else "", part) for name, part in value)
    elif isinstance(value, Mapping):
        parts = ((name, field, part) for name, part in value.items())
    elif isinstance(value, tuple | frozenset):
        parts = ((str(at), field, part) for at, part in enumerate(value))
    else:
        return
    for name, inner, part in parts:
        yield from _named(part, f"{path}.{name}" if path else name, inner)
