"""The order of things on a card: what is decided, why, what to keep to, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from microsoft_teams.cards.core import CardElement, Container, TextBlock

from bot.chat import Card, Fact, Page, Section
from handlers.teams import elements
from handlers.teams.showing import BULLET, is_reading, labelled, shown_conditions, shown_facts
from handlers.teams.words import status, words

_GROUNDS: Final[Mapping[str, Literal["good", "accent", "warning", "attention"]]] = MappingProxyType(
    {
        "allowed": "good",
        "allowed_with_conditions": "good",
        "needs_clarification": "accent",
        "not_reviewed": "warning",
        "not_allowed": "attention",
    }
)
"""The colour behind a verdict; the word in front of it says the same."""


def card_elements(card: Card, ours: Sequence[str]) -> Iterator[CardElement]:
    """Lay out a card; every element can stand in a message of its own."""
    yield from _top(card, ours)
    yield from elements.quoted(card.quote, ours)
    yield from _reason(card, ours)
    yield from _conditions(card, ours)
    chosen = [each for each in card.buttons if each.action == "choose"]
    yield from elements.choices(chosen, card.answer_id, card.language) if chosen else ()
    yield from elements.line(card.alternative, ours, space="Default")
    yield from elements.line(card.next_step, ours, space="Default")
    yield from _facts(card, ours)
    yield from _sources(card, ours)
    yield from elements.line(card.note, ours, small=True, space="Default")
    others = tuple(each for each in card.buttons if each.action != "choose")
    yield from elements.rows(others, card.answer_id)


def page_elements(page: Page, ours: Sequence[str]) -> Iterator[CardElement]:
    """Lay out a page, section by section."""
    yield from elements.heading(page.title, ours)
    for section in page.sections:
        yield from _section(section, page.language, ours)


def _section(section: Section, language: str, ours: Sequence[str]) -> Iterator[CardElement]:
    if section.title:
        yield from elements.heading(section.title, ours, large=False)
    yield from elements.prose(section.text, ours, broken=True)
    for fact in section.facts:
        yield from _fact(fact, language, ours)
    yield from elements.rows(section.buttons, "")


def _top(card: Card, ours: Sequence[str]) -> Iterator[CardElement]:
    first, *others = elements.heading(card.headline, ours)
    word = status(card)
    style = None if card.action == "guest_notice" else _GROUNDS.get(card.verdict)
    items: list[CardElement] = [first]
    if word:
        items.insert(0, TextBlock(text=word, size="Small", weight="Bolder", wrap=True))
    yield Container(items=items, style=style, bleed=True if style else None)
    yield from others


def _reason(card: Card, ours: Sequence[str]) -> Iterator[CardElement]:
    for text in card.reason.split("\n"):
        yield from elements.line(text, ours, small=is_reading(text, card.language))


def _conditions(card: Card, ours: Sequence[str]) -> Iterator[CardElement]:
    shown = shown_conditions(card)
    if not shown:
        return
    yield from elements.line("", ours, label=card.conditions_label)
    for condition in shown:
        yield from elements.line(f"{BULLET}{condition}", ours)
    if len(shown) < len(card.conditions):
        yield from elements.line(card.more_conditions, ours, small=True)


def _facts(card: Card, ours: Sequence[str]) -> Iterator[CardElement]:
    for fact in shown_facts(card):
        yield from _fact(fact, card.language, ours)


def _fact(fact: Fact, language: str, ours: Sequence[str]) -> Iterator[CardElement]:
    yield from elements.line(fact.text, ours, label=labelled(fact, language))
    yield from elements.line(fact.source, small=True, space="None")


def _sources(card: Card, ours: Sequence[str]) -> Iterator[CardElement]:
    say = words(card.language)
    if len(card.citations) == 1:
        line = card.citations[0].line
        yield from elements.line(line, ours, label=f"{say.source}:", small=True, space="Default")
    elif card.citations:
        yield from elements.line("", label=f"{say.sources}:", small=True, space="Default")
        for cited in card.citations:
            yield from elements.line(f"{BULLET}{cited.line}", ours, small=True, space="None")
