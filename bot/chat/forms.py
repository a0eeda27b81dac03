"""Forms to fill in and pages to look at, as every door shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.chat.cards import Button, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a field."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing a form asks for."""

    id: str
    label: str
    kind: Literal["text", "long_text", "choice", "choices", "yes_no", "date"] = "text"
    options: tuple[Option, ...] = ()
    required: bool = True
    hint: str = ""
    value: str | tuple[str, ...] = ""
    """What is filled in already."""
    most: int = 3000
    """Characters that may be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Something to fill in: a Slack modal, a Teams dialog, a page's form."""

    id: str
    title: str
    """Short: a Slack modal shows 24 characters."""
    submit: str
    fields: tuple[Field, ...]
    intro: str = ""
    context: str = ""
    """Comes back with the form; ids only, never content."""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a page."""

    title: str
    text: str = ""
    """Markdown."""
    facts: tuple[Fact, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What somebody sees who opens the assistant's home: Slack's Home tab, a card in Teams."""

    title: str
    sections: tuple[Section, ...]
    language: str = "en"
