"""Question into Decision. Pure, and the only place where anything is ever granted."""

from bot.decide.alternatives import alternatives, best, with_alternatives
from bot.decide.one import decide, edition_of, strictest, would_be_allowed
from bot.decide.several import recommend, rule
from bot.decide.words import (
    GENERAL,
    STRICTNESS,
    UNLISTED,
    Decision,
    Finding,
    Question,
    Ruling,
    Slot,
)

__all__ = [
    "GENERAL",
    "STRICTNESS",
    "UNLISTED",
    "Decision",
    "Finding",
    "Question",
    "Ruling",
    "Slot",
    "alternatives",
    "best",
    "decide",
    "edition_of",
    "recommend",
    "rule",
    "strictest",
    "with_alternatives",
    "would_be_allowed",
]
