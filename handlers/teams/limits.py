"""What Teams takes, and what is wrong with something it would not take."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from handlers.teams.markup import is_ours

ROOM: Final = 28 * 1024
"""Bytes of one message or card as compact UTF-8 JSON. Teams' own figure has moved between 28, 40
and 100 KB (in UTF-16); this one has held in all of its clients."""

ENVELOPE: Final = 2 * 1024
"""Bytes kept free for what a door adds on the way: addresses, and whom it is for."""

CITATIONS: Final = 20
CITATION_NAME: Final = 80
CITATION_ABSTRACT: Final = 160
SUGGESTIONS: Final = 3
"""Teams shows no more, and none beside a card."""
BUTTONS: Final = 6
"""Buttons in one row of actions; more are cut off or hidden."""
DIALOG_TITLE: Final = 64
VERSION: Final = "1.5"
CARD: Final = "application/vnd.microsoft.card.adaptive"
MESSAGE: Final = "https://schema.org/Message"

_NEVER: Final = frozenset({"Media", "Image", "ImageSet", "Action.ShowCard", "Action.OpenUrlDialog"})
"""Media are not shown by Teams; pictures would come from somewhere; the rest we have no use for."""
_AT: Final = re.compile(r"</?at[\s>]", re.IGNORECASE)
_LINK: Final = re.compile(r"(?<!\\)\]\(([^)\s]*)")
_MARKER: Final = re.compile(r"(?<!\\)\[(\d+)\]")
_TEXTS: Final = ("text", "title", "label", "placeholder", "errorMessage", "fallbackText", "summary")


def size(payload: Mapping[str, Any]) -> int:
    """Count the bytes of a payload on the wire."""
    return len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def problems(payload: Mapping[str, Any], ours: Sequence[str] = ()) -> tuple[str, ...]:
    """Say what Teams would refuse, drop or cut in an activity, a card or the value of a dialog.

    Links may lead to the domains that are `ours`, and nowhere else.
    """
    return tuple(dict.fromkeys(_problems(payload, ours)))


def _problems(payload: Mapping[str, Any], ours: Sequence[str]) -> Iterator[str]:
    if size(payload) > ROOM:
        yield f"It has {size(payload)} bytes; Teams takes {ROOM}."
    for part in _parts(payload):
        yield from _part(part)
        yield from _reach(part, ours)
    for card in (p for p in _parts(payload) if p.get("type") == "AdaptiveCard"):
        yield from _card(card)
    if payload.get("type") == "message":
        yield from _message(payload)
    if "card" in payload:
        yield from _dialog(payload)


def _parts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)


def _part(part: Mapping[str, Any]) -> Iterator[str]:
    kind = str(part.get("type", ""))
    if kind in _NEVER:
        yield f"{kind} is not for Teams."
    if kind == "TextBlock" and part.get("wrap") is not True:
        yield "A text does not wrap."
    if kind.startswith("Input."):
        yield from _input(part)
    if kind.startswith("Action."):
        yield from _action(part)
    if len(part.get("actions", ())) > BUTTONS and kind != "message":
        yield f"There are more than {BUTTONS} buttons in a row."


def _reach(part: Mapping[str, Any], ours: Sequence[str]) -> Iterator[str]:
    """Say whom or what a part would call without having been asked to."""
    for name in _TEXTS:
        if isinstance(part.get(name), str) and _AT.search(part[name]):
            yield f"The {name} holds a mention."
    text = str(part.get("text", "")) if part.get("type") in {"TextBlock", "message"} else ""
    if not all(is_ours(url, ours) for url in _LINK.findall(text)):
        yield "The text holds a link that is not ours."
    if part.get("type") == "Action.OpenUrl" and not is_ours(str(part.get("url", "")), ours):
        yield "A button leads to where nobody of ours is."


def _input(part: Mapping[str, Any]) -> Iterator[str]:
    if not part.get("id") or not part.get("label"):
        yield "An input has no id or no label."
    if part.get("isRequired") and not part.get("errorMessage"):
        yield "A required input does not say what is missing."
    if part["type"] == "Input.ChoiceSet":
        values = [choice["value"] for choice in part.get("choices", ())]
        if not values or len(set(values)) != len(values):
            yield "A choice has no options, or two with one value."
        if part.get("isMultiSelect") and any("," in value for value in values):
            yield "A value of a multiple choice holds a comma."


def _action(part: Mapping[str, Any]) -> Iterator[str]:
    if part.get("style", "default") != "default":
        yield "A button has a style that Teams does not show."
    if part["type"] != "Action.OpenUrl" and not part.get("title"):
        yield "A button has no title."
    if part["type"] == "Action.Execute":
        fallback = part.get("fallback")
        if not isinstance(fallback, Mapping) or fallback.get("type") != "Action.Submit":
            yield "A button does nothing in old clients."


def _card(card: Mapping[str, Any]) -> Iterator[str]:
    if card.get("version") != VERSION:
        yield f"The card is not of version {VERSION}."
    ids = [str(part["id"]) for part in _parts(card.get("body")) if "id" in part]
    if len(set(ids)) != len(ids):
        yield "Two elements have one id."


def _message(activity: Mapping[str, Any]) -> Iterator[str]:
    text, attachments = str(activity.get("text", "")), activity.get("attachments", [])
    if bool(text) == bool(attachments):
        yield "A message is either text or one card."
    if activity.get("textFormat", "markdown") not in {"plain", "markdown"}:
        yield "The text is neither plain nor Markdown."
    suggested = activity.get("suggestedActions", {}).get("actions", [])
    if len(suggested) > SUGGESTIONS or (suggested and attachments):
        yield "Teams would not show all suggestions."
    feedback = activity.get("channelData", {}).get("feedbackLoop")
    if feedback is not None and feedback != {"type": "custom"}:
        yield "The feedback is not of a kind that Teams knows."
    yield from _root(activity, {int(number) for number in _MARKER.findall(text)})


def _root(activity: Mapping[str, Any], markers: set[int]) -> Iterator[str]:
    roots = [e for e in activity.get("entities", ()) if e.get("type") == MESSAGE]
    if len(roots) > 1:
        yield "There is more than one root message entity."
    cited = [claim for root in roots for claim in root.get("citation", ())]
    if len(cited) > CITATIONS:
        yield f"There are more than {CITATIONS} citations."
    if any(claim["position"] not in markers for claim in cited):
        yield "A citation is not in the text."
    for appearance in (claim.get("appearance", {}) for claim in cited):
        if not 0 < len(appearance.get("name", "")) <= CITATION_NAME:
            yield "The name of a citation is missing or too long."
        if len(appearance.get("abstract", "")) > CITATION_ABSTRACT:
            yield "The abstract of a citation is too long."


def _dialog(value: Mapping[str, Any]) -> Iterator[str]:
    if not 0 < len(str(value.get("title", ""))) <= DIALOG_TITLE:
        yield "The title of the dialog is missing or too long."
    if not value.get("height") or not value.get("width"):
        yield "The dialog has no size."
    if not isinstance(value["card"], Mapping) or value["card"].get("contentType") != CARD:
        yield "The dialog holds no card."
