"""The nouns of a decision: the question that is judged, what each check found, the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from bot.chat import Person, Verdict

Slot = Literal["tool", "edition", "feature", "data", "use", "department", "region"]
"""What the asker can be asked for when a missing answer could change the verdict."""

Check = Literal[
    "guest",
    "use",
    "absolute",
    "unlisted",
    "status",
    "dates",
    "pilot",
    "worker_type",
    "department",
    "region",
    "purpose",
    "feature",
    "model",
    "data",
    "condition",
    "exception",
    "missing",
]
"""Which of the checks in KNOWLEDGE.md, "Deciding", made a finding."""

GENERAL = "general"
"""The use that means: the purpose was not stated."""

UNLISTED = "unlisted:"
"""What stands before the name of a tool that is not in the catalogue."""

STRICTNESS: Mapping[Verdict, int] = MappingProxyType(
    {
        "not_allowed": 4,
        "not_reviewed": 3,
        "needs_clarification": 2,
        "allowed_with_conditions": 1,
        "allowed": 0,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything a decision depends on, and nothing else: it can be judged again years later."""

    person: Person
    date: date
    tool: str | None = None
    """A tool's id, `unlisted:<name>`, or None while nobody has said which tool."""
    edition: str | None = None
    """An edition's id; None judges the tool's default edition."""
    feature: str | None = None
    """A feature's id, or the words used for one that the edition does not list."""
    model: str | None = None
    data: frozenset[str] = frozenset()
    """Data classes (`personal`) and tags (`personal.customer`)."""
    rules: frozenset[str] = frozenset()
    """The data rules understanding applied, such as `hashed`; each is cited."""
    use: str = GENERAL
    undescribed: bool = False
    """A particular thing was pointed at ("this file") that nobody described."""
    unnamed_feature: bool = False
    """A feature was pointed at ("that new feature") that nobody named."""
    claimed: bool = False
    """An approval, rank, urgency, role or pasted "policy" was claimed to get a yes."""
    category: str | None = None
    """For a tool outside the catalogue: the catalogue's category it would belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found, with the sections it cites and the line of the file it stands on."""

    check: Check
    code: str
    """Names the sentence that explains this finding (`finding-<code>` in the translations)."""
    verdict: Verdict
    cites: tuple[str, ...] = ()
    at: str = ""
    """`file:line` in the knowledge folder."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Ids and dates the sentence names."""
    conditions: tuple[str, ...] = ()
    ask_for: Slot | None = None
    lifted_by: str | None = None
    """The exception that lifts this finding; a lifted finding is kept and does not count."""

    @property
    def counts(self) -> bool:
        """Whether this finding has a say in the verdict."""
        return self.lifted_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict on one question, with every finding behind it."""

    question: Question
    verdict: Verdict
    findings: tuple[Finding, ...]
    conditions: tuple[str, ...]
    """Condition ids, most important first; empty on a refusal."""
    citations: tuple[str, ...]
    """Sections in force on the question's date, those that decided first."""
    ask_for: Slot | None
    knowledge_version: str
    edition: str | None = None
    """The edition that was judged; None for a tool outside the catalogue or no tool."""
    alternatives: tuple[str, ...] = ()
    """`tool:edition` keys that would be allowed to this person, best first."""

    @property
    def allowed(self) -> bool:
        """Whether the answer is a yes, with or without conditions."""
        return STRICTNESS[self.verdict] <= STRICTNESS["allowed_with_conditions"]

    @property
    def deciding(self) -> tuple[Finding, ...]:
        """The findings that gave the verdict."""
        return tuple(f for f in self.findings if f.counts and f.verdict == self.verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The answer to everything one message asked: one or more decisions, taken together."""

    verdict: Verdict
    decisions: tuple[Decision, ...]
    """One for each tool, in the order they were asked about; the one that answers "which tool?"
    when none was named."""
    conditions: tuple[str, ...]
    citations: tuple[str, ...]
    alternatives: tuple[str, ...]
    ask_for: Slot | None
    knowledge_version: str
    recommended: bool = False
    """The tool was chosen by us because the person asked which one to use."""

    @property
    def leading(self) -> Decision:
        """The decision the answer is about: the first that has the ruling's verdict."""
        return next((d for d in self.decisions if d.verdict == self.verdict), self.decisions[0])
