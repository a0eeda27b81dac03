"""What a message was understood to mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.chat import Action, Person

Topic = Literal[
    "permission",
    "my_tools",
    "policy",
    "request",
    "request_status",
    "incident",
    "run_template",
    "list_templates",
    "coach",
    "small_talk",
    "out_of_scope",
    "extract",
    "empty",
    "unreadable",
    "too_long",
]
"""What a message is about. Only `permission` is judged."""

Claim = Literal["approval", "rank", "urgency", "roleplay", "pasted_policy"]
"""What somebody may say to get a yes; none of them changes a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTool:
    """A tool the message names: in the catalogue, or `unlisted:<name as written>`."""

    tool: str
    edition: str | None = None
    """None when nobody named one: the default edition is judged."""
    feature: str | None = None
    model: str | None = None
    category: str | None = None
    """For an unlisted tool: the catalogue category it would belong to, when known."""
    written: str = ""
    """The words of the message that named it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message turned into slots. It holds no verdict and cannot hold one."""

    topic: Topic
    action: Action
    language: str = "en"
    tools: tuple[NamedTool, ...] = ()
    want: Literal["all", "one"] = "all"
    """Several tools: all of them wanted, or one to be chosen."""
    which_tool: bool = False
    """The person asks which tool to use, or about "AI" without naming one."""
    tool_choices: tuple[str, ...] = ()
    """`tool` or `tool:edition` keys to offer when the tool is unclear, best guess first."""
    data: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    """Data rules applied (`hashed`, `aggregated`, …)."""
    use: str = "general"
    undescribed: bool = False
    """A particular thing was pointed at, or named in words nobody has explained yet."""
    thing: str = ""
    """The words that pointed at it, for asking back."""
    unnamed_feature: bool = False
    """A feature was pointed at that nobody named."""
    claims: frozenset[Claim] = frozenset()
    about: Person | None = None
    """The person the question is about, when that is not the asker."""
    sections: tuple[str, ...] = ()
    """For `policy`: the sections that answer, best first."""
    template: str | None = None
    """For `run_template`: the template's id as written."""
    course: str | None = None
    """For `coach`: the lesson that fits best."""
    understood_by: Literal["rules", "model"] = "rules"
    because: Mapping[str, str] = field(default_factory=dict)
    """Slot or data key -> the words of the message it was read from."""
