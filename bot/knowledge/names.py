"""Every id a knowledge folder defines, gathered before anything is checked against them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Kind = Literal[
    "department",
    "region",
    "worker type",
    "data class",
    "use",
    "condition",
    "section",
    "course",
    "tool",
    "edition",
    "red line",
    "person",
]

HOMES: Mapping[Kind, str] = MappingProxyType(
    {
        "department": "company.yaml",
        "region": "company.yaml",
        "worker type": "company.yaml",
        "data class": "data.yaml",
        "use": "uses.yaml",
        "condition": "conditions.yaml",
        "section": "policies/",
        "course": "courses/",
        "tool": "tools/",
        "edition": "tools/",
        "red line": "company.yaml",
        "person": "people.yaml",
    }
)
"""Where the ids of a kind are written."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a reference may point at.

    A kind that is missing could not be read: what refers to it is not judged, because one broken
    file should be one problem, not a thousand.
    """

    known: Mapping[Kind, Set[str]]
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Region group -> its regions."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """Tool -> `tool:edition` of its default edition."""
    unread_tools: frozenset[str] = frozenset()
    """Tools whose file could not be read: any edition of theirs may exist."""
    absolute: frozenset[str] = frozenset()
    """Data classes that go into no tool, ever."""
    red_line_uses: frozenset[str] = frozenset()
