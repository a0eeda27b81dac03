"""A card as plain text: at most eight lines, the verdict first."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Card
from bot.explain.sentences import Sentences, one_line, sentences

MOST_LINES = 8
SHOWN_CONDITIONS = 3
_KEPT_REASONS = 3
_CHOICES_AS_LINES = 6
_NAMED_SECTIONS = 3

_ALWAYS, _NEARLY, _SOURCE, _NEXT, _FURTHER = range(5)
"""What a line is worth; the last in this order goes first when a card has too many lines."""


def to_text(card: Card) -> str:
    """Render a card for a terminal, a log of the conversation or a plain chat."""
    lines = [(worth, line) for worth, text in _parts(card) if (line := one_line(text))]
    while len(lines) > MOST_LINES:
        least = max(worth for worth, _ in lines)
        del lines[max(place for place, (worth, _) in enumerate(lines) if worth == least)]
    return "\n".join(line for _, line in lines)


def _parts(card: Card) -> Iterator[tuple[int, str]]:
    say = sentences(card.language)
    yield _ALWAYS, card.headline
    if card.quote:
        yield _ALWAYS, say("quoted", text=card.quote)
    for place, line in enumerate(card.reason.split("\n")):
        yield _worth_of_reason(place), line
    yield from _conditions(card)
    for line in _choices(card):
        yield _ALWAYS, line
    yield _SOURCE, _source(say, card)
    yield _SOURCE, card.alternative
    yield _NEXT, card.next_step


def _worth_of_reason(place: int) -> int:
    if place == 0:
        return _ALWAYS
    return _NEARLY if place < _KEPT_REASONS else _FURTHER


def _conditions(card: Card) -> Iterator[tuple[int, str]]:
    shown = card.conditions[:SHOWN_CONDITIONS]
    for place, condition in enumerate(shown, start=1):
        more = f" ({card.more_conditions})" if place == len(shown) and card.more_conditions else ""
        yield _ALWAYS, f"• {condition}{more}"


def _choices(card: Card) -> tuple[str, ...]:
    labels = tuple(button.label for button in card.buttons if button.action == "choose")
    if len(labels) > _CHOICES_AS_LINES:
        return (" · ".join(labels),)
    return tuple(f"• {label}" for label in labels)


def _source(say: Sentences, card: Card) -> str:
    if not card.citations:
        return ""
    first, *others = card.citations
    if not others:
        return say("source", citation=first.line)
    named = ", ".join(cited.section for cited in others[:_NAMED_SECTIONS])
    return say("source-also", citation=first.line, others=named)
