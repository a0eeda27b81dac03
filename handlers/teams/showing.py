"""Which parts of a card are shown, in whatever format."""

from __future__ import annotations

from functools import cache
from typing import Final

from bot.chat import Card, Fact
from bot.explain.sentences import sentences
from handlers.teams.words import verdict_word

BULLET: Final = "• "
_SHOWN_CONDITIONS: Final = 3


def is_reading(text: str, language: str) -> bool:
    """Whether a line of a reason says how the question was read, so that it may be set small."""
    return bool(text) and text.startswith(_reading(language))


@cache
def _reading(language: str) -> str:
    return sentences(language)("understood", parts="¤").partition("¤")[0]


def shown_conditions(card: Card) -> tuple[str, ...]:
    """Return the conditions a card shows: all of them, unless a button shows the others."""
    more = any(each.action == "more" for each in card.buttons)
    return card.conditions[:_SHOWN_CONDITIONS] if more else card.conditions


def shown_facts(card: Card) -> tuple[Fact, ...]:
    """Return the facts a card shows; those behind a verdict wait until they are asked for."""
    about_them = card.verdict == "not_a_permission_question" or "detail" in card.tags
    return card.facts if about_them else ()


def labelled(fact: Fact, language: str) -> str:
    """Return the label of a fact, with its verdict in words."""
    word = verdict_word(fact.verdict, language)
    return f"{fact.label} ({word}):" if word else f"{fact.label}:"
