"""What programs read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.chat import Action, AnswerVerdict, Verdict
from bot.decide import Slot


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class JudgedTold(_Told):
    """One tool that was judged."""

    tool: str
    edition: str | None
    feature: str | None
    verdict: Verdict


class AnswerTold(_Told):
    """An answer, as `greenlight ask --json` prints it."""

    id: Any
    """The program's own name for the question."""
    action: Action
    verdict: AnswerVerdict
    judged: list[JudgedTold]
    data: list[str]
    use: str
    conditions: list[str]
    """Ids, most important first."""
    citations: list[str]
    """Ids of sections, those that decided first."""
    alternatives: list[str]
    """tool:edition, best first."""
    reasons: list[str]
    ask_for: Slot | None
    """What is missing, where the verdict is needs_clarification."""
    text: str
    """What the person reads."""
    knowledge_version: str
    answer_id: str
    understood_by: Literal["rules", "model"]
    ms: float


class SectionTold(_Told):
    """A section of a policy."""

    title: str
    document: str
    version: str
    effective: date


class TextsTold(_Told):
    """The words behind the ids of an answer."""

    conditions: Mapping[str, str]
    sections: Mapping[str, SectionTold]
    editions: Mapping[str, str]
    """Names of the editions."""


class FindingTold(_Told):
    """What one check found."""

    check: str
    code: str
    verdict: Verdict
    citations: tuple[str, ...]
    at: str
    """file:line in the knowledge base."""
    words: Mapping[str, str]
    conditions: tuple[str, ...]
    ask_for: Slot | None
    lifted_by: str | None
    """The exception that lifts this finding, which then does not count."""


class DecisionTold(_Told):
    """The verdict on one tool, with every finding behind it."""

    tool: str | None
    edition: str | None
    """tool:edition that was judged; null for a tool outside the catalogue."""
    feature: str | None
    verdict: Verdict
    findings: tuple[FindingTold, ...]
    conditions: tuple[str, ...]
    citations: tuple[str, ...]
    alternatives: tuple[str, ...]
    ask_for: Slot | None


class DecidedTold(_Told):
    """The verdict on everything that was asked, and each decision it is made of."""

    verdict: Verdict
    decisions: tuple[DecisionTold, ...]
    conditions: tuple[str, ...]
    citations: tuple[str, ...]
    alternatives: tuple[str, ...]
    reasons: tuple[str, ...]
    ask_for: Slot | None
    text: str
    """What a person would read."""
    texts: TextsTold
    knowledge_version: str
    answer_id: str


class TermTold(_Told):
    """Until when an approval holds, or why it does not."""

    kind: Literal["until", "pilot_until", "from", "ended", "decision", "no_end", "no_approval"]
    day: date | None
    soon: bool
    """It ends within 60 days."""


class EditionTold(_Told):
    """One edition of a tool, judged for one person."""

    key: str
    """tool:edition"""
    name: str
    account: Literal["company", "personal", "none"]
    status: Literal["approved", "limited", "pilot", "under_review", "prohibited", "retired"]
    default: bool
    """Judged where nobody names an edition."""
    verdict: Verdict
    reasons: tuple[str, ...]
    """Why it is not allowed."""
    conditions: tuple[str, ...]
    citations: tuple[str, ...]
    good_for: tuple[str, ...]
    """Ids of purposes, best first."""
    term: TermTold
    recognise: str
    access: str


class ToolTold(_Told):
    """One tool, with those of its editions that fit the filter."""

    id: str
    name: str
    vendor: str
    category: str
    owner: str
    editions: tuple[EditionTold, ...]


class ToolsTold(_Told):
    """Tools as one person may use them."""

    tools: tuple[ToolTold, ...]
    next: str | None
    """The cursor of the next page."""
    texts: TextsTold
    day: date
    """The day they are judged on."""
    knowledge_version: str


class OneToolTold(_Told):
    """One tool as one person may use it."""

    tool: ToolTold
    texts: TextsTold
    day: date
    knowledge_version: str


class CitationTold(_Told):
    """A section of a policy, as it is shown under an answer."""

    section: str
    title: str
    document: str
    version: str
    effective: str


class MayITold(_Told):
    """An answer as another assistant reads it."""

    allowed: bool
    """True only where rules of the company allow it; every condition must then be met."""
    verdict: AnswerVerdict
    answer: str
    """What the person would read, word for word."""
    reason: str
    conditions: tuple[str, ...]
    citations: tuple[CitationTold, ...]
    alternative: str
    next_step: str
    ask_for: Slot | None
    answer_id: str


class ErrorDetail(_Told):
    """What is wrong."""

    code: str
    """For programs: it does not change."""
    message: str
    """For people."""
    field: str | None = None


class ErrorTold(_Told):
    """A call that could not be answered."""

    error: ErrorDetail
