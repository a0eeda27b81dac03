"""What people are shown: the same card on every door."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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
class Button:
    """Something the reader can press under a card; pressing it sends `value` back as `action`."""

    label: str
    action: Literal[
        "choose",
        "why",
        "instead",
        "more",
        "source",
        "request",
        "incident",
        "course",
        "share",
        "form",
        "ask",
        "forget",
        "requeue",
        "close",
    ]
    """`form` opens the form named by `value`; `ask` says `value` as if the reader wrote it."""
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
    answer_id: str = ""
    """The id of the answer this shows; empty for a card that answers nothing."""
    note: str = ""
    """A small line under the card, such as who shared it."""
    written_by: Literal["rules", "model"] = "rules"
    """A text that a model wrote is labelled as such; what rules and admins wrote is not."""
    tags: tuple[str, ...] = field(default=())
    """Words a door may use to choose an icon; never shown."""
