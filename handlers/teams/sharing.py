"""Buttons of private answers remember what the answers are private from.

An answer that goes to somebody's own chat has a Share button, and sharing happens where the
question was asked. That place travels in the button, signed, because what comes back from a card
is not to be believed. Under an answer that only one person of a group sees, a press is answered
in the same way; that travels unsigned, for it shows nobody anything.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from bot.chat import Card, Place
from bot.settings import Settings

_ASKED: Final = "asked"
"""What the place is called in the data of a button."""

_UNSEEN: Final = "unseen"
"""In the data of a button that only one person of a group sees."""

_SHARE: Final = "share"
_KINDS: Final[Mapping[str, Literal["group", "channel"]]] = {
    "group": "group",
    "channel": "channel",
}


class Sharing:
    """Writes the place into buttons, and reads it again. Without a secret it does neither."""

    def __init__(self, settings: Settings) -> None:
        secret = settings.secret_key.get_secret_value()
        secret = secret or settings.teams_app_password.get_secret_value()
        self._key = hashlib.sha256(f"teams sharing {secret}".encode()).digest() if secret else b""

    def shown(self, card: Card) -> Card:
        """Return a card as it may be shown away from its question: without a way back, no Share."""
        if self._key:
            return card
        kept = tuple(button for button in card.buttons if button.action != _SHARE)
        return replace(card, buttons=kept)

    def mark(self, activity: dict[str, Any], asked: Place) -> None:
        """Write into every Share button where the question was asked."""
        for data in _data(activity):
            if data.get("action") == _SHARE:
                data[_ASKED] = self._written(asked)

    def mark_unseen(self, activity: dict[str, Any]) -> None:
        """Write into every button that nobody else sees it."""
        for data in _data(activity):
            data[_UNSEEN] = "yes"

    def place(self, data: Mapping[str, Any], pressed: Place, member: str) -> Place:
        """Return where a press counts: where it was made, or where its question was asked."""
        if data.get(_UNSEEN) and pressed.kind != "direct":
            return replace(pressed, route={**pressed.route, "targeted": "yes"})
        asked = self._read(data.get(_ASKED))
        if asked is None or asked["member"] != member or asked["team"] != pressed.team:
            return pressed
        return replace(
            pressed,
            channel=asked["channel"],
            thread=asked["thread"],
            kind=_KINDS[asked["kind"]],
            only_for=member,
            # Whoever presses in their own chat need not be told that the answer is there.
            route={**pressed.route, "reply_to": "", "told": "yes"},
        )

    def _written(self, asked: Place) -> str:
        said = {
            "team": asked.team,
            "channel": asked.channel,
            "thread": asked.thread,
            "kind": asked.kind,
            "member": asked.only_for,
        }
        body = json.dumps(said, separators=(",", ":")).encode()
        return f"{urlsafe_b64encode(body).decode()}.{self._signature(body)}"

    def _read(self, given: object) -> dict[str, Any] | None:
        if not isinstance(given, str) or not self._key:
            return None
        encoded, _, signature = given.partition(".")
        try:
            body = urlsafe_b64decode(encoded)
            genuine = hmac.compare_digest(self._signature(body), signature)
            return dict(json.loads(body)) if genuine else None
        except (ValueError, TypeError):
            return None

    def _signature(self, body: bytes) -> str:
        return hmac.new(self._key, body, hashlib.sha256).hexdigest()


def _data(value: object) -> Iterator[dict[str, Any]]:
    """Give what each button carries, and each that stands in for it in old clients."""
    if isinstance(value, dict):
        if str(value.get("type", "")).startswith("Action.") and isinstance(value.get("data"), dict):
            yield value["data"]
        for inner in value.values():
            yield from _data(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _data(inner)
