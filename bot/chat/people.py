"""Who asks, and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MESSAGE_LIMIT = 16_000
"""Characters of one message that are read; a longer one is refused whole, never cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody the company knows, as its directory or `people.yaml` describes them."""

    id: str
    name: str = ""
    email: str = ""
    department: str | None = None
    """None when the directory does not say; what depends on it is then asked back."""
    region: str | None = None
    worker_type: str = "employee"
    title: str = ""
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    """Roles of company.yaml this person has; from the directory, never from what they say."""
    courses: frozenset[str] = frozenset()
    """Courses this person has finished."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation, as plain text."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a person wrote, with the conversation before it."""

    person: Person
    text: str
    history: tuple[Turn, ...] = ()
