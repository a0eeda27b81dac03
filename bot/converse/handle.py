"""Which deed is answered where."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, assert_never

from bot import inbox
from bot.chat import Left, Opened, Pressed, Rated, Said, Stopped, Submitted
from bot.converse.filed import submitted
from bot.converse.home import home_page, prompts
from bot.converse.pressed import pressed
from bot.converse.said import said
from bot.converse.talk import Outcome, Talk
from bot.store import answers

if TYPE_CHECKING:
    from sqlalchemy import Connection


async def handle(talk: Talk) -> Outcome:
    """Answer what somebody did. Nothing is sent from here; whoever calls sends the outcome."""
    deed = talk.arrival.deed
    match deed:
        case Said():
            return await said(talk, deed)
        case Pressed():
            return await pressed(talk, deed)
        case Submitted():
            return await submitted(talk, deed)
        case Opened(what="home"):
            return Outcome(page=await home_page(talk))
        case Opened():
            return Outcome(prompts=prompts(talk))
        case Rated():
            return _rated(talk, deed)
        case Stopped() | Left():
            return Outcome()
        case _:
            assert_never(deed)


def _rated(talk: Talk, deed: Rated) -> Outcome:
    keep = partial(_keep_rating, talk=talk, deed=deed)
    return Outcome(also=(keep,))


def _keep_rating(connection: Connection, *, talk: Talk, deed: Rated) -> None:
    at, person = talk.arrival.at, talk.person.id
    of = _answer(connection, deed.of, person)
    if answers.rate(connection, of, person, at, helpful=deed.helpful) and deed.reason:
        answers.rated_because(connection, of, person, deed.reason)


def _answer(connection: Connection, of: str, person: str) -> str:
    """Return the answer that was rated: some platforms only name the message it stands in."""
    key = inbox.key_of(connection, of)
    if key is None:
        return of
    return answers.answer_to(connection, key.rpartition("#")[0], person) or of
