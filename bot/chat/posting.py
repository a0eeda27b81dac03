"""The one way to speak to somebody who did not ask just now, and to chats at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.chat.cards import Card
from bot.chat.forms import Page
from bot.chat.places import Caller, Place, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A card on its way to a place."""

    key: str
    """The same for every attempt to post it; a door writes it into the message where it can."""
    place: Place
    card: Card
    replaces: str = ""
    """The platform's id of the message this one takes the place of."""


class SendError(Exception):
    """A platform did not take a post. The message is for the log and admins; no content in it."""

    def __init__(
        self, message: str, *, retry_after: float | None = None, for_good: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds the platform asks us to wait; None: we choose."""
        self.for_good = for_good
        """Trying again will not help: the channel is gone, the person has blocked the app."""


class Chat(Protocol):
    """A chat platform, as the assistant uses it. All but `post` may be repeated without harm."""

    async def post(self, post: Post) -> str:
        """Post a card, or replace one; return the platform's id of the message.

        Raises `SendError`. Anything longer than the platform takes is split here.
        """

    async def posted(self, post: Post) -> str | None:
        """Return the id of a post that may have been made before, found by its key.

        None when it is not there, or the platform cannot tell.
        """

    async def profile(self, caller: Caller) -> Profile:
        """Look somebody up. Raises `SendError`; the caller is then treated with the least right."""

    async def direct(self, user: str, team: str) -> Place:
        """Return the conversation in which only this person and the assistant are."""

    async def working(self, place: Place, note: str) -> None:
        """Show that an answer is on its way; an empty note ends it. Never raises."""

    async def home(self, caller: Caller, page: Page) -> None:
        """Show the home page to its owner."""

    async def suggest(self, place: Place, prompts: Sequence[tuple[str, str]]) -> None:
        """Offer up to four prompts, each a title and a message."""
