"""Cards and pages as Teams shows them: text, then Markdown, then a card where there is a press.

Pure: the same card gives the same message. Whatever is longer than Teams takes becomes several
messages, and nothing of it is lost.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.chat import Button, Card, Page
from handlers.teams.buttons import UnreadableError, pressed_from
from handlers.teams.limits import CARD, ENVELOPE, MESSAGE, ROOM, SUGGESTIONS, size
from handlers.teams.markup import harmless, short
from handlers.teams.showing import is_reading
from handlers.teams.texts import citations, is_plain, paragraphs
from handlers.teams.words import status, words

if TYPE_CHECKING:
    from microsoft_teams.cards.core import CardElement

__all__ = [
    "UnreadableError",
    "pressed_from",
    "to_activities",
    "to_activity",
    "to_adaptive",
    "to_page",
    "to_page_activities",
    "to_tool_result",
    "to_tool_results",
]

_SUMMARY = 200
_PREVIEW_TITLE = 80
_PREVIEW_TEXT = 240
_TOOL = "tool:"
"""Before the name of the tool a found card is about, among its tags."""


def to_activities(
    card: Card,
    *,
    feedback: bool,
    personal: bool,
    in_place: bool = False,
    ours: Sequence[str] = (),
) -> tuple[dict[str, Any], ...]:
    """Return the messages a card is: one, unless it is longer than Teams takes.

    `feedback` asks whether it helped, under the last of them; `personal` is a conversation with
    one person; `in_place` is for what replaces a card, which then stays one, pressed or not. Links
    open only under the domains that are `ours`.
    """
    suggested = _suggested(card) if personal and not in_place else ()
    if in_place or (card.buttons and not suggested):
        made = [_message(attachments=[_attached(each)]) for each in _adaptives(card, ours)]
    elif is_plain(card) and not suggested:
        made = [_message(text=harmless(card.headline, ours), textFormat="plain")]
    else:
        made = [_message(text=text, textFormat="markdown") for text in _texts(card, ours)]
    for activity in made:
        activity["summary"] = short(card.headline, _SUMMARY)
        activity |= _entities(card, activity.get("text", ""))
    if suggested:
        made[-1]["suggestedActions"] = {"to": [], "actions": [_said(each) for each in suggested]}
    if feedback and card.answer_id:
        made[-1]["channelData"] = {"feedbackLoop": {"type": "custom"}}
    return tuple(made)


def to_activity(
    card: Card, *, feedback: bool, personal: bool, ours: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the message a card is, or the first of them: see `to_activities`."""
    return to_activities(card, feedback=feedback, personal=personal, ours=ours)[0]


def to_adaptive(card: Card, ours: Sequence[str] = ()) -> dict[str, Any]:
    """Return a card as one Adaptive Card, whatever its length: for what is answered at once."""
    from handlers.teams.layout import card_elements

    return _adaptive(card_elements(card, ours), card.language, card.headline)


def to_page(page: Page, ours: Sequence[str] = ()) -> dict[str, Any]:
    """Return a page as one Adaptive Card."""
    from handlers.teams.layout import page_elements

    return _adaptive(page_elements(page, ours), page.language, page.title)


def to_page_activities(page: Page, ours: Sequence[str] = ()) -> tuple[dict[str, Any], ...]:
    """Return the messages a page is."""
    return tuple(
        _message(attachments=[_attached(each)], summary=short(page.title, _SUMMARY))
        for each in _parted(to_page(page, ours))
    )


def to_tool_result(card: Card, ours: Sequence[str] = ()) -> dict[str, Any]:
    """Return one find of a search while writing: a card to insert, with a preview of it.

    It has no buttons, for others will read it, and it says whose answer it is. A card longer than
    one message is cut at an element: what is inserted is one card.
    """
    name = next((t.removeprefix(_TOOL) for t in card.tags if t.startswith(_TOOL)), "")
    title = f"{name}: {card.headline}" if name else card.headline
    note = " ".join(text for text in (card.note, words(card.language).for_me) if text)
    shown, *_ = _adaptives(replace(card, headline=title, buttons=(), note=note), ours)
    lines = [each for each in card.reason.split("\n") if not is_reading(each, card.language)]
    text = ". ".join(each for each in (status(card), lines[0] if lines else "") if each)
    preview = {
        "title": short(name or card.headline, _PREVIEW_TITLE),
        "text": html.escape(short(text, _PREVIEW_TEXT), quote=False),
    }
    return {
        **_attached(shown),
        "preview": {"contentType": "application/vnd.microsoft.card.thumbnail", "content": preview},
    }


def to_tool_results(cards: Iterable[Card], ours: Sequence[str] = ()) -> dict[str, Any]:
    """Return the answer to a search while writing."""
    found = [to_tool_result(card, ours) for card in cards]
    return {
        "composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": found}
    }


def _suggested(card: Card) -> tuple[Button, ...]:
    """Return the buttons that are things to say, if a message can offer all of them."""
    asks = tuple(each for each in card.buttons if each.action == "ask")
    return asks if len(asks) == len(card.buttons) <= SUGGESTIONS else ()


def _said(button: Button) -> dict[str, Any]:
    return {"type": "imBack", "title": harmless(button.label), "value": button.value}


def _message(**parts: Any) -> dict[str, Any]:
    return {"type": "message", **parts}


def _attached(card: dict[str, Any]) -> dict[str, Any]:
    return {"contentType": CARD, "content": card}


def _entities(card: Card, text: str) -> dict[str, Any]:
    """Return the one root entity: what a model wrote, and what is cited in this text."""
    root: dict[str, Any] = {}
    if card.written_by == "model":
        root["additionalType"] = ["AIGeneratedContent"]
    if cited := citations(card, text):
        root["citation"] = cited
    if not root:
        return {}
    kind = {"type": MESSAGE, "@type": "Message", "@context": "https://schema.org"}
    return {"entities": [{**kind, **root}]}


def _texts(card: Card, ours: Sequence[str]) -> Iterator[str]:
    """Write a card in as many texts as are needed; each leaves room for the citations."""
    room = (ROOM - ENVELOPE) // 2
    text = ""
    for paragraph in paragraphs(card, ours):
        longer = f"{text}\n\n{paragraph}" if text else paragraph
        if text and len(longer.encode()) > room:
            yield text
            longer = paragraph
        text = longer
    yield text


def _adaptives(card: Card, ours: Sequence[str]) -> list[dict[str, Any]]:
    return _parted(to_adaptive(card, ours))


def _adaptive(elements: Iterable[CardElement], language: str, headline: str) -> dict[str, Any]:
    from microsoft_teams.cards.core import AdaptiveCard, TeamsCardProperties

    made = AdaptiveCard(
        version="1.5",
        lang=language,
        fallback_text=short(headline, _SUMMARY),
        msteams=TeamsCardProperties(width="full"),
        body=list(elements),
    )
    return made.model_dump(mode="json", by_alias=True, exclude_none=True)


def _parted(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Part a card that is too large between its elements."""
    if size(card) <= ROOM - ENVELOPE:
        return [card]
    room = ROOM - ENVELOPE - size({**card, "body": []})
    bodies: list[list[dict[str, Any]]] = [[]]
    left = room
    for element in card["body"]:
        weight = size(element) + 1
        if bodies[-1] and weight > left:
            bodies.append([])
            left = room
        bodies[-1].append(element)
        left -= weight
    return [{**card, "body": body} for body in bodies]
