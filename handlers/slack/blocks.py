"""A card as Slack messages: the verdict first, then why, what to keep to, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    MarkdownBlock,
    PlainTextObject,
)

from bot.chat import Button, Card
from bot.explain import to_text
from bot.explain.sentences import sentences
from handlers.slack import buttons, limits, markdown
from handlers.slack.facts import SIGNS, fact_line
from handlers.slack.neutral import neutral_pieces
from handlers.slack.rich import line, lines, to_rich, told
from handlers.slack.text import clean, literal, mrkdwn, pieces, shortened, size
from handlers.slack.words import words

SHOWN_CONDITIONS: Final = 7
"""Conditions of a card that offers the others behind a button."""

_MARKDOWN: Final = 10_000
"""How much of a model's text one message takes, so that all else of a short card fits beside."""
_CONTEXT: Final = 2_000
_TEXT: Final = 3_000
_NAME: Final = "Greenlight"


@dataclass(frozen=True, slots=True)
class Message:
    """One Slack message."""

    text: str
    """For notifications and screen readers, which do not read the blocks."""
    blocks: list[dict[str, Any]]


def to_message(card: Card, *, feedback: bool = True, private: bool = False) -> list[Message]:
    """Return a card as one message, or several where Slack takes less at once; nothing is lost.

    The text beside the blocks is the headline: what pops up on a locked screen carries no content.
    Where only its reader sees it, and is better served by hearing more, `private` makes it the
    lines of the answer, without what was read out of the question.
    """
    text = _text(card, private=private)
    return [Message(text, blocks) for blocks in _dealt(_blocks(card, rated=feedback))]


def _blocks(card: Card, *, rated: bool) -> Iterator[Block]:
    yield from _headline(card)
    if card.written_by == "model":
        yield from _small(words(card.language).by_ai)
    yield from to_rich(markdown.lines(card.quote, quoted=True))
    yield from _reason(card)
    yield from _conditions(card)
    yield from _citations(card)
    yield from to_rich(told(text) for text in (card.alternative, card.next_step))
    if _is_detail(card):
        yield from to_rich(map(fact_line, card.facts))
    yield from to_rich(buttons.unsaid(card.buttons, card.answer_id))
    yield from _small(card.note)
    yield from buttons.to_actions(_shown_buttons(card), of=card.answer_id, language=card.language)
    if rated and card.answer_id and card.action != "guest_notice":
        yield buttons.feedback(card.answer_id, card.language)


def _headline(card: Card) -> Iterator[Block]:
    sign = "" if card.action == "guest_notice" else SIGNS.get(card.verdict, "")
    headline = literal(f"{sign} {card.headline.strip() or _NAME}").strip()
    if size(headline) <= limits.HEADER:
        yield HeaderBlock(text=PlainTextObject(text=" ".join(headline.split("\n"))))
    else:
        yield from to_rich([line(headline, bold=True)])


def _reason(card: Card) -> Iterator[Block]:
    if card.written_by == "model":
        for piece in neutral_pieces(card.reason, _MARKDOWN):
            yield MarkdownBlock(text=piece)
        return
    opening = _understood(card.language)
    written = clean(card.reason).split("\n")
    yield from to_rich(lines("\n".join(w for w in written if not w.startswith(opening))))
    yield from _small("\n".join(w for w in written if w.startswith(opening)))


@cache
def _understood(language: str) -> str:
    """Return how the line that says what was understood begins in a language."""
    return sentences(language)("understood", parts="¤").partition("¤")[0]


def _conditions(card: Card) -> Iterator[Block]:
    shown = card.conditions if _shows_all(card) else card.conditions[:SHOWN_CONDITIONS]
    left = len(card.conditions) - len(shown)
    more = sentences(card.language).count("more", left, count=left) if left else ""
    found = [line(card.conditions_label, bold=True)] if shown else []
    yield from to_rich((*found, *(told(text, "bullet") for text in shown), line(more)))


def _shows_all(card: Card) -> bool:
    offered = any(button.action == "more" for button in card.buttons)
    return len(card.conditions) <= SHOWN_CONDITIONS or not offered


def _shown_buttons(card: Card) -> tuple[Button, ...]:
    """Nobody needs a button for more conditions who sees them all."""
    needless = bool(card.conditions) and _shows_all(card)
    return tuple(b for b in card.buttons if not (needless and b.action == "more"))


def _citations(card: Card) -> Iterator[Block]:
    if card.citations:
        cited = "\n".join(citation.line for citation in card.citations)
        yield from _small(sentences(card.language)("source", citation="¤").replace("¤", cited))


def _is_detail(card: Card) -> bool:
    """Whether a card is about its facts; an answer only offers them behind a button.

    A verdict keeps its findings to itself while "Why?" can be pressed, while it asks something
    back, and when it is shared. The tag `detail` shows them all the same.
    """
    if "detail" in card.tags or card.verdict == "not_a_permission_question":
        return True
    offered = any(button.action in {"why", "choose"} for button in card.buttons)
    return not (offered or card.note)


def _small(text: str) -> Iterator[Block]:
    """Words that are there for who looks for them."""
    for piece in pieces(literal(text), _CONTEXT):
        yield ContextBlock(elements=[PlainTextObject(text=piece)])


def _dealt(blocks: Iterable[Block]) -> Iterator[list[dict[str, Any]]]:
    """Deal blocks out over as few messages as they need."""
    held: list[dict[str, Any]] = []
    used = 0
    for block in blocks:
        written = block.to_dict()
        cost = limits.weight(written)
        if held and (len(held) == limits.BLOCKS["message"] or used + cost > limits.MESSAGE):
            yield held
            held, used = [], 0
        held.append(written)
        used += cost
    if held:
        yield held


def _text(card: Card, *, private: bool) -> str:
    said = [card.headline.strip() or _NAME]
    if private:
        opening = _understood(card.language)
        _, *others = to_text(replace(card, quote="")).split("\n")
        said += [other for other in others if not other.startswith(opening)]
    if card.written_by == "model":
        said.insert(1, words(card.language).by_ai)
    return mrkdwn(shortened("\n".join(said), _TEXT))
