"""The mark in each message of ours, and how a message is found by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.chat import Place
from handlers.slack.line import Line, told
from handlers.slack.payload import Payload

EVENT_TYPE: Final = "greenlight_post"
"""The kind of metadata by which a post of ours is found again."""

_PAGE: Final = 200
_PAGES: Final = 5
_LOOK_BACK: Final = timedelta(days=2)
"""Nothing older is looked for: the outbox has given up on it long before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a post."""

    key: str
    number: int = 1
    of: int = 1
    plainly: str = ""
    """What is said when Slack does not take the blocks."""
    language: str = "en"

    @property
    def metadata(self) -> dict[str, Any]:
        """What is written into the message, so that it can be found again."""
        payload = {"key": self.key, "part": self.number, "of": self.of}
        return {"event_type": EVENT_TYPE, "event_payload": payload}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The messages of a post that are there, by their number."""

    messages: Mapping[int, str]
    of: int

    @property
    def whole(self) -> bool:
        """Whether nothing of the post is missing."""
        return self.messages.keys() >= set(range(1, self.of + 1))


async def find(line: Line, place: Place, key: str, now: datetime) -> Found:
    """Look for the messages of a post where it was to be made. Raises `SendError`."""
    messages: dict[int, str] = {}
    of, cursor = 1, ""
    for _ in range(_PAGES):
        page = await _page(line, place, cursor, now - _LOOK_BACK)
        for message in page.items("messages"):
            mark = message.at("metadata", "event_payload")
            ours = message.text("metadata", "event_type") == EVENT_TYPE
            if ours and mark.text("key") == key:
                messages[_number(mark, "part")] = message.id("ts")
                of = _number(mark, "of")
        cursor = page.text("response_metadata", "next_cursor")
        if not cursor:
            break
    return Found(messages=messages, of=of)


async def _page(line: Line, place: Place, cursor: str, since: datetime) -> Payload:
    more: dict[str, Any] = {"cursor": cursor} if cursor else {}
    more |= {"limit": _PAGE, "oldest": f"{since.timestamp():.6f}", "include_all_metadata": True}
    if place.thread:
        replies = line.web.conversations_replies(channel=place.channel, ts=place.thread, **more)
        return Payload(await told("conversations.replies", replies))
    history = line.web.conversations_history(channel=place.channel, **more)
    return Payload(await told("conversations.history", history))


def _number(mark: Payload, name: str) -> int:
    value = mark.raw.get(name)
    return value if isinstance(value, int) and value > 0 else 1
