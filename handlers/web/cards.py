"""A card as the page shows it: its parts in order, each button turned into what it does here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.chat import Button, Card
from bot.decide import UNLISTED
from bot.explain.sentences import sentences
from handlers.web.faces import FACES, Face, face_of_card
from handlers.web.words import REQUEST, VERDICTS

if TYPE_CHECKING:
    from bot.chat import Citation
    from bot.knowledge import Knowledge
    from bot.understand import Reading
    from handlers.web.visits import Entry

SHOWN_CONDITIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """A button that sends a message for the person."""

    label: str
    text: str
    press: int | None = None
    """The place of the card's button that fills a slot; None where the text says it all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """A button that opens a page."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines of a reason that belong together."""

    kind: str
    """`text`, `list`, or `understood` for what was read out of the question."""
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One finding behind the answer."""

    label: str
    text: str
    face: Face | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One answered message, ready for the template."""

    id: str
    asked: str
    language: str
    face: Face
    headline: str
    blocks: tuple[Block, ...]
    quote: str
    conditions_label: str
    conditions: tuple[str, ...]
    further_conditions: tuple[str, ...]
    further_label: str
    sources_label: str
    sources: tuple[Citation, ...]
    alternative: str
    next_step: str
    choices: tuple[Say, ...]
    instead: tuple[Say, ...]
    says: tuple[Say, ...]
    links: tuple[Go, ...]
    why_label: str
    grounds: tuple[Ground, ...]
    has_record: bool


def sheet(entry: Entry, knowledge: Knowledge) -> Sheet:
    """Lay out one answer."""
    card, answer = entry.answer.card, entry.answer
    labels = {button.action: button.label for button in card.buttons}
    guest = card.action == "guest_notice"
    return Sheet(
        id=answer.answer_id,
        asked=entry.asked,
        language=card.language,
        face=face_of_card(card),
        headline=card.headline,
        blocks=tuple(_blocks(card)),
        quote=card.quote,
        conditions_label=card.conditions_label,
        conditions=card.conditions[:SHOWN_CONDITIONS],
        further_conditions=card.conditions[SHOWN_CONDITIONS:],
        further_label=card.more_conditions or labels.get("more", ""),
        sources_label=VERDICTS.get(card.language, VERDICTS["en"])["sources"],
        sources=card.citations,
        alternative=card.alternative,
        next_step=card.next_step,
        choices=tuple(_choices(card, knowledge)),
        instead=tuple(_instead(card, knowledge)),
        says=tuple(_requests(card, answer.reading, knowledge)),
        links=tuple(_links(card)),
        why_label=labels.get("why") or sentences(card.language)("button-why"),
        grounds=() if guest else tuple(_grounds(card)),
        has_record=not guest and not answer.failed,
    )


def _blocks(card: Card) -> Iterator[Block]:
    bullets: list[str] = []
    opening = _understood(card.language)
    for line in card.reason.split("\n"):
        if line.startswith("• "):
            bullets.append(line.removeprefix("• "))
            continue
        if bullets:
            yield Block(kind="list", lines=tuple(bullets))
            bullets = []
        if line:
            kind = "understood" if line.startswith(opening) else "text"
            yield Block(kind=kind, lines=(line,))
    if bullets:
        yield Block(kind="list", lines=tuple(bullets))


@cache
def _understood(language: str) -> str:
    """Return how the line that says what was understood begins in a language."""
    return sentences(language)("understood", parts="¤").partition("¤")[0]


def _choices(card: Card, knowledge: Knowledge) -> Iterator[Say]:
    for place, button in enumerate(card.buttons):
        if button.action == "choose":
            yield Say(label=button.label, text=_in_short(button, knowledge), press=place)


def _in_short(button: Button, knowledge: Knowledge) -> str:
    """Return what somebody would say who meant this choice: its examples are not their words."""
    data_class = knowledge.classes.get(button.value) if button.slot == "data" else None
    return data_class.name if data_class is not None else button.label


def _instead(card: Card, knowledge: Knowledge) -> Iterator[Say]:
    for place, button in enumerate(card.buttons):
        if button.action == "instead":
            name = knowledge.editions[button.value].name
            yield Say(label=button.label, text=f"{name}?", press=place)


def _requests(card: Card, reading: Reading, knowledge: Knowledge) -> Iterator[Say]:
    if card.action == "open_request":
        return  # the answer to a request offers requesting again: here that leads in circles
    for place, button in enumerate(card.buttons):
        if button.action == "request":
            words = REQUEST.get(card.language, REQUEST["en"])
            tool = _tool(button.value, reading, knowledge)
            yield Say(label=button.label, text=words.format(tool=tool), press=place)


def _tool(key: str, reading: Reading, knowledge: Knowledge) -> str:
    """Return what a tool is called; one outside the catalogue, as the person wrote it."""
    if key in knowledge.editions:
        return knowledge.editions[key].name
    if key in knowledge.tools:
        return knowledge.tools[key].name
    written = (named.written for named in reading.tools if named.tool == key and named.written)
    return next(written, key.removeprefix(UNLISTED))


def _links(card: Card) -> Iterator[Go]:
    shown = {citation.section for citation in card.citations}
    for button in card.buttons:
        if button.action == "course":
            yield Go(label=button.label, href=f"/courses/{quote(button.value)}")
        elif button.action == "source" and button.value not in shown:
            yield Go(label=button.label, href=f"/sections/{quote(button.value)}")


def _grounds(card: Card) -> Iterator[Ground]:
    for fact in card.facts:
        yield Ground(
            label=fact.label,
            text=fact.text,
            face=FACES[fact.verdict] if fact.verdict is not None else None,
            source=fact.source,
        )
