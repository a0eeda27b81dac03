"""A card with nothing to press, as paragraphs of Markdown with numbered sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from bot.chat import Card
from handlers.teams.limits import CITATION_ABSTRACT, CITATION_NAME, CITATIONS
from handlers.teams.markup import lengths, markdown, short, tamed
from handlers.teams.markup import paragraphs as parts
from handlers.teams.showing import BULLET, labelled, shown_conditions, shown_facts
from handlers.teams.words import status, words

_LONGEST: Final = 2_000
"""Characters of one paragraph: what is longer becomes several, so that a text can be parted."""

_TOGETHER: Final = 5
"""Items of one list."""


def paragraphs(card: Card, ours: Sequence[str] = ()) -> list[str]:
    """Write a card, each paragraph complete in itself."""
    written = [
        *_headline(card, ours),
        *_quote(card.quote, ours),
        *_reason(card.reason, ours),
        *_conditions(card, ours),
        *_plain(card.alternative, ours),
        *_plain(card.next_step, ours),
        *_facts(card, ours),
    ]
    # The sources are those of the first thing that is claimed after the headline, if any is.
    claim = min(1, len(written) - 1)
    written[claim] += _markers(card)
    return [*written, *_sources(card, ours), *(f"_{text}_" for text in _plain(card.note, ours))]


def is_plain(card: Card) -> bool:
    """Whether the headline is all there is to say."""
    return not status(card) and len(paragraphs(card)) == 1 and not card.citations


def citations(card: Card, text: str) -> list[dict[str, Any]]:
    """Return those sections of a card whose number is in the text."""
    return [
        {
            "@type": "Claim",
            "position": position,
            "appearance": {
                "@type": "DigitalDocument",
                "name": short(f"{cited.section} {cited.title}", CITATION_NAME) or str(position),
                "abstract": short(cited.line, CITATION_ABSTRACT),
                "image": {"@type": "ImageObject", "name": "Text"},
            },
        }
        for position, cited in enumerate(card.citations[:CITATIONS], start=1)
        if f"[{position}]" in text
    ]


def _plain(text: str, ours: Sequence[str]) -> list[str]:
    return [markdown(piece, ours) for piece in lengths(text.strip(), _LONGEST)]


def _headline(card: Card, ours: Sequence[str]) -> Iterator[str]:
    word, text = status(card), " ".join(card.headline.split())
    first, *others = _plain(f"{word}: {text}" if word else text, ours) or [""]
    yield f"**{first}**" if first else ""
    yield from others


def _quote(text: str, ours: Sequence[str]) -> Iterator[str]:
    for paragraph in parts(text):
        for piece in lengths(paragraph, _LONGEST):
            yield "\n".join(f"> {line}" for line in tamed(piece, ours).split("\n"))


def _reason(text: str, ours: Sequence[str]) -> Iterator[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for listed, group in groupby(lines, key=lambda line: line.startswith(BULLET)):
        if listed:
            yield from _items((line.removeprefix(BULLET) for line in group), ours)
        else:
            yield from (text for line in group for text in _plain(line, ours))


def _items(texts: Iterable[str], ours: Sequence[str]) -> Iterator[str]:
    """Write a list, or several where it is long."""
    items = [f"- {item}" for text in texts for item in _plain(text, ours)]
    while items:
        yield "\n".join(items[:_TOGETHER])
        items = items[_TOGETHER:]


def _conditions(card: Card, ours: Sequence[str]) -> Iterator[str]:
    shown = shown_conditions(card)
    if shown:
        yield from _plain(card.conditions_label, ours)
        yield from _items(shown, ours)


def _facts(card: Card, ours: Sequence[str]) -> Iterator[str]:
    for fact in shown_facts(card):
        text = f"{labelled(fact, card.language)} {fact.text}"
        yield from _plain(f"{text} ({fact.source})" if fact.source else text, ours)


def _markers(card: Card) -> str:
    numbers = range(1, min(len(card.citations), CITATIONS) + 1)
    return "".join(f" [{number}]" for number in numbers)


def _sources(card: Card, ours: Sequence[str]) -> Iterator[str]:
    say = words(card.language)
    label = say.source if len(card.citations) == 1 else say.sources
    for number, cited in enumerate(card.citations, start=1):
        lead = f"{label}: " if number == 1 else ""
        if number <= CITATIONS:
            lead = f"{lead}[{number}] "
        first, *others = _plain(cited.line, ours) or [""]
        yield lead + first
        yield from others
