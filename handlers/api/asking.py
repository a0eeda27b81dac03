"""A question in somebody's own words, asked by a program; asked again, it is the same answer."""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import blake2b
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.ask import Answer, answer
from bot.chat import Message, Person, Turn
from bot.store import StoreError, keys
from bot.store.ids import answer_id
from handlers.api.problems import CallError, invalid, ours, unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.app import App
    from handlers.api.asked import TurnSent

_NAME: Final = re.compile(r"[\x21-\x7e]{1,200}")
_FOR: Final = timedelta(hours=24)


class Once(NamedTuple):
    """What makes a call the same call: the program, its own name for the call, the body."""

    key_id: str
    name: str
    body: bytes


async def asked(
    app: App,
    person: Person,
    question: str,
    *,
    door: str,
    history: Sequence[TurnSent] = (),
    day: date | None = None,
    once: Once | None = None,
) -> Answer:
    """Ask; raises a `CallError` when it broke here."""
    message = Message(
        person=person,
        text=question,
        history=tuple(Turn(turn.role, turn.text) for turn in history),
    )
    if once is None:
        return _whole(await answer(app, message, door=door, day=day))
    known = await _before(app, once)
    day = day or known.day
    return _whole(await answer(app, message, door=door, day=day, answer_id=known.answer_id))


def _whole(given: Answer) -> Answer:
    if given.failed:
        raise ours(given.answer_id)
    return given


class _Known(NamedTuple):
    answer_id: str
    day: date | None
    """The day it was judged on before."""


async def _before(app: App, once: Once) -> _Known:
    """Return the id of this call's answer, and its day if it was given; raises a `CallError`."""
    if _NAME.fullmatch(once.name) is None:
        message = "Write Idempotency-Key with 1 to 200 letters, digits and signs, without spaces."
        raise invalid(message, "Idempotency-Key")
    now = app.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    name, body = _digest(f"{once.key_id} {once.name}".encode(), 8), _digest(once.body, 5)
    # An id begins with a time. Theirs is midnight, so that it can be found again on the same day
    # and on the next one.
    today, yesterday = (
        answer_id(at)[:_TIME] + name for at in (midnight, midnight - timedelta(days=1))
    )
    try:
        found = await app.store.run(keys.answered, (today, yesterday), now - _FOR)
    except StoreError:
        raise unavailable() from None
    if found is None:
        return _Known(today + body, None)
    if not found.answer_id.endswith(body):
        raise CallError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "asked_differently",
            "This Idempotency-Key was used for another question in the last 24 hours.",
            field="Idempotency-Key",
        )
    return _Known(found.answer_id, found.day)


_TIME: Final = len("a-") + 9


def _digest(words: bytes, size: int) -> str:
    return blake2b(words, digest_size=size).hexdigest()
