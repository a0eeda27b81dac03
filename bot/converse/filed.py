"""Somebody filled in a form: it is kept, they are told so, and so are the people who decide."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot import intake
from bot.audit import Kind
from bot.chat import Card, Place, Submitted
from bot.converse.talk import Outcome, Talk, plain, record
from bot.store import answers
from bot.store import requests as kept_requests
from bot.store.requests import Filed

if TYPE_CHECKING:
    from sqlalchemy import Connection


async def submitted(talk: Talk, deed: Submitted) -> Outcome:
    """Keep what was filled in."""
    if deed.form == "feedback":
        return _feedback(talk, deed)
    if deed.form not in intake.FORMS:
        return Outcome(cards=(plain(talk, talk.say("answer-gone")),))
    filed = intake.filing(talk.arrival, deed, talk.person)
    places = await talk.reach(intake.DESKS[filed.kind])
    knowledge = talk.app.knowledge
    told = intake.filed_card(filed, knowledge, talk.language, reached=bool(places))
    opened: Kind = "incident_opened" if filed.kind == "incident" else "request_opened"
    card = intake.for_admins(filed, talk.person, knowledge)
    return Outcome(
        cards=(told,),
        elsewhere=tuple(_for_each(filed, places, card)),
        also=(partial(_keep, filed=filed), record(talk, opened, filed.id)),
    )


def _for_each(filed: Filed, places: tuple[Place, ...], card: Card) -> list[tuple[str, Place, Card]]:
    return [
        (f"filed:{filed.id}:{number}", place, card) for number, place in enumerate(places, start=1)
    ]


def _keep(connection: Connection, *, filed: Filed) -> None:
    kept_requests.add(connection, filed)


def _feedback(talk: Talk, deed: Submitted) -> Outcome:
    """Keep why an answer did not help; the answer is named by the form's context."""
    reason = str(deed.values.get("reason", ""))
    words = str(deed.values.get("words", "")).strip()
    keep = partial(
        _keep_reason, talk=talk, of=deed.context, reason=f"{reason}: {words}".rstrip(": ")
    )
    thanks = plain(talk, talk.say("thanks"), talk.say("thanks-why"))
    return Outcome(cards=(thanks,), also=(keep,))


def _keep_reason(connection: Connection, *, talk: Talk, of: str, reason: str) -> None:
    person = talk.person.id
    if answers.rate(connection, of, person, talk.arrival.at, helpful=False):
        answers.rated_because(connection, of, person, reason)
