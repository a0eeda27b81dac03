"""Verdicts and facts as Slack shows them: a sign told apart by its shape, then the words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.chat import AnswerVerdict, Fact
from handlers.slack.rich import Line, Part

SIGNS: Final[Mapping[AnswerVerdict, str]] = MappingProxyType(
    {
        "allowed": "\N{WHITE HEAVY CHECK MARK}",
        "allowed_with_conditions": "\N{BALLOT BOX WITH CHECK}\ufe0f",
        "needs_clarification": "\N{BLACK QUESTION MARK ORNAMENT}",
        "not_reviewed": "\N{HOURGLASS WITH FLOWING SAND}",
        "not_allowed": "\N{NO ENTRY}",
    }
)
"""A sign before the verdict; the words beside it say the same."""


def fact_line(fact: Fact) -> Line:
    """Return a fact as a point of a list: what it is about, what is so, and where that stands."""
    sign = SIGNS.get(fact.verdict, "") if fact.verdict is not None else ""
    lead = " ".join(part for part in (sign, f"{fact.label}:" if fact.label else "") if part)
    parts = [Part(text=f"{lead} " if lead else "", bold=True), Part(text=fact.text)]
    if fact.source:
        parts += [Part(text=" "), Part(text=fact.source, code=True)]
    return Line(parts=tuple(parts), kind="bullet")
