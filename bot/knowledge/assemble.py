"""Puts checked parts together into a snapshot, with its indexes and its version."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

from bot.knowledge.company import Company
from bot.knowledge.data import DataFile
from bot.knowledge.people import PersonEntry, QuestionCase
from bot.knowledge.rules import Condition, PolicyException, Use
from bot.knowledge.snapshot import Knowledge
from bot.knowledge.texts import Course, Section
from bot.knowledge.tools import Edition, Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a folder holds, each part checked."""

    company: Company
    data: DataFile
    uses: Iterable[Use]
    conditions: Mapping[str, Condition]
    exceptions: Iterable[PolicyException]
    people: Iterable[PersonEntry]
    questions: tuple[QuestionCase, ...]
    tools: Iterable[Tool]
    sections: Iterable[Section]
    courses: Iterable[Course]


def assemble(
    parts: Parts, *, folder: Path, files: Mapping[str, bytes], today: date | None
) -> Knowledge:
    """Return the snapshot of these parts, which were read from these files."""
    editions = {one.key: one for tool in parts.tools for one in tool.editions}
    people = {one.id: one.person() for one in parts.people}
    return Knowledge(
        version=version(files),
        folder=folder,
        as_of=today or parts.company.as_of,
        company=parts.company,
        classes=_by_id(parts.data.classes),
        rules=_by_id(parts.data.rules),
        uses=_by_id(parts.uses),
        conditions=MappingProxyType(dict(parts.conditions)),
        exceptions=_by_id(parts.exceptions),
        people=MappingProxyType(people),
        tools=_by_id(parts.tools),
        sections=_by_id(parts.sections),
        courses=_by_id(parts.courses),
        questions=parts.questions,
        editions=MappingProxyType(editions),
        good_for=_good_for(editions),
        by_category=_by_category(parts.tools),
        condition_order=MappingProxyType({one: at for at, one in enumerate(parts.conditions)}),
        person_by_email=MappingProxyType({one.email: one for one in people.values() if one.email}),
    )


def version(files: Mapping[str, bytes]) -> str:
    """Return the name of exactly these files: any other byte is another version."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


E = TypeVar("E", bound=_HasId)


def _by_id(entries: Iterable[E]) -> Mapping[str, E]:
    return MappingProxyType({entry.id: entry for entry in entries})


def _good_for(editions: Mapping[str, Edition]) -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for order, (key, edition) in enumerate(editions.items()):
        for place, use in enumerate(edition.good_for):
            found[use].append((place, order, key))
    return MappingProxyType(
        {use: tuple(key for *_, key in sorted(ranked)) for use, ranked in found.items()}
    )


def _by_category(tools: Iterable[Tool]) -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for tool in tools:
        found[tool.category] += (edition.key for edition in tool.editions)
    return MappingProxyType({category: tuple(keys) for category, keys in found.items()})
