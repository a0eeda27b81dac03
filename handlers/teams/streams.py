"""An answer that grows while somebody reads it. In chats with one person only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.chat import Post, SendError
from handlers.teams.calls import CallError

log = logging.getLogger("greenlight.teams")

_PACE: Final = 1.5
"""Seconds between two pieces; Teams takes one request a second."""

_LONGEST: Final = 100.0
"""Seconds after which no more is streamed: Teams ends a stream after two minutes."""

_NOTE: Final = 1000
_OVER: Final = "ContentStreamNotAllowed"

Activity = dict[str, Any]


class Stream:
    """One answer: notes, then the text so far, as often as there is more, then the card.

    Where Teams does not stream, or no longer, the card comes as one message. `stopped` says that
    the reader pressed stop: nothing more is to be written, and the model need not go on.
    """

    def __init__(
        self,
        *,
        send: Callable[[Activity], Awaitable[str]],
        post: Callable[[Post], Awaitable[str]],
        finish: Callable[[Post, Activity | None], Awaitable[str]],
        live: bool,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._send = send
        self._post = post
        self._finish = finish
        self._live = live
        self._clock = clock
        self._sleep = sleep
        self._id = ""
        self._sequence = 0
        self._begun = clock()
        self._last = float("-inf")
        self._said = ""
        self.stopped = False

    async def inform(self, note: str) -> None:
        """Say what is being done, before there is any text."""
        if not self._said:
            await self._piece("informative", _short(note))

    async def write(self, text: str) -> None:
        """Show the text so far. What comes too soon is left out: the next one holds it all."""
        if text != self._said and await self._piece("streaming", text):
            self._said = text

    async def finish(self, post: Post) -> str:
        """Put the card in the place of what was streamed; return the message's name.

        Empty when the reader has stopped the answer. Raises `SendError`.
        """
        if self.stopped:
            return ""
        if not self._id or not self._open():
            return await self._post(post)
        await self._sleep(max(0.0, self._last + _PACE - self._clock()))
        ended = {"type": "streaminfo", "streamType": "final", "streamId": self._id}
        try:
            return await self._finish(post, ended)
        except CallError as error:
            if self._ended(error) and not self.stopped:
                return await self._post(post)
            if self.stopped:
                return ""
            raise

    def _open(self) -> bool:
        return self._live and self._clock() - self._begun < _LONGEST

    async def _piece(self, kind: str, text: str) -> bool:
        if self.stopped or not text or not self._open() or self._clock() - self._last < _PACE:
            return False
        number = self._sequence + 1
        info = {"type": "streaminfo", "streamType": kind, "streamSequence": number}
        if self._id:
            info["streamId"] = self._id
        try:
            # The next piece goes only after this one is answered: Teams wants them in order.
            sent = await self._send({"type": "typing", "text": text, "entities": [info]})
        except SendError as error:
            self._ended(error)
            return False
        finally:
            self._last = self._clock()
        self._sequence = number
        self._id = self._id or sent
        return True

    def _ended(self, error: SendError) -> bool:
        """Note how a stream ended early; True when Teams says that it is over."""
        over = isinstance(error, CallError) and error.code == _OVER
        if over and isinstance(error, CallError) and "cancel" in error.words.lower():
            self.stopped = True
        elif over or error.for_good:
            self._live = False
        log.info("teams stream", extra={"stopped": self.stopped, "reason": str(error)})
        return over


def _short(note: str) -> str:
    """Cut a note to what Teams takes: a thousand characters, a thousand bytes."""
    return note[:_NOTE].encode()[:_NOTE].decode(errors="ignore")
