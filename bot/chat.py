"""The words the assistant shares with every door: who is asking, and what is shown to them.

Nothing here knows Slack, Teams, HTTP or a terminal; a door turns these values into its own shapes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MESSAGE_LIMIT = 16_000
"""Characters of one message that are read; a longer one is refused whole, never cut."""

Verdict = Literal[
    "not_allowed",
    "not_reviewed",
    "needs_clarification",
    "allowed_with_conditions",
    "allowed",
]
"""What `decide` can say, strictest first (KNOWLEDGE.md, "Deciding")."""

AnswerVerdict = Literal[
    "not_allowed",
    "not_reviewed",
    "needs_clarification",
    "allowed_with_conditions",
    "allowed",
    "not_a_permission_question",
]
"""A verdict, or the word for an answer that judges nothing."""

Action = Literal[
    "answer",
    "ask_back",
    "open_request",
    "request_status",
    "open_incident",
    "run_template",
    "list_templates",
    "template_not_for_you",
    "guest_notice",
    "coach",
    "refuse",
    "out_of_scope",
]
"""What the assistant does with a message (KNOWLEDGE.md, "What an answer is")."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something the reader can press under a card; pressing it sends `value` back as `action`."""

    label: str
    action: Literal["choose", "why", "instead", "more", "source", "request", "incident", "course"]
    value: str
    slot: str | None = None
    """For `choose`: the slot of the question that `value` fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One policy section as it is shown under an answer."""

    section: str
    title: str
    document: str
    version: str
    effective: str
    """ISO date from which the section counts."""
    line: str
    """The citation as one readable line, in the card's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One labelled line of a card, such as a judged tool or a finding behind the verdict."""

    label: str
    text: str
    verdict: AnswerVerdict | None = None
    source: str = ""
    """The file and line of the knowledge base the fact stands on, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An answer as every door shows it: the same parts, whatever the platform.

    `text()` is the plain rendering, at most eight lines; doors with richer means render the parts.
    """

    action: Action
    verdict: AnswerVerdict
    headline: str
    """The verdict in plain words: always the first line."""
    reason: str = ""
    conditions: tuple[str, ...] = ()
    """Every condition, most important first; `text()` shows three."""
    conditions_label: str = ""
    more_conditions: str = ""
    """The line that says how many further conditions there are; empty when three or fewer."""
    citations: tuple[Citation, ...] = ()
    alternative: str = ""
    next_step: str = ""
    quote: str = ""
    """Policy text quoted word for word."""
    facts: tuple[Fact, ...] = ()
    """What stands behind the answer: each judged tool, each finding. Shown on request."""
    buttons: tuple[Button, ...] = ()
    language: str = "en"
    tags: tuple[str, ...] = field(default=())
    """Words a door may use to choose an icon; never shown."""
