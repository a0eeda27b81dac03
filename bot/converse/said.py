"""Somebody wrote something: a command, a question, or somebody else's words to be checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot import ask, intake, screen
from bot.chat import Button, Card, Message, Said, Turn
from bot.converse.home import admin_card
from bot.converse.talk import Outcome, Talk, plain, record, refusal
from bot.store import answers, ids
from bot.store import requests as kept_requests
from bot.understand.words import Reading, Topic

if TYPE_CHECKING:
    from sqlalchemy import Connection

REMEMBERED: Final = 3
"""Exchanges of a conversation that a follow-up can be about."""

_IN_A_THREAD: Final = timedelta(days=7)
_WITHOUT_THREADS: Final = timedelta(hours=1)
"""How old an exchange may be that a follow-up is about: an endless chat has many subjects."""

SHOWN_REQUESTS: Final = 10

Command = Callable[[Talk, str], Awaitable[Outcome]]


async def said(talk: Talk, deed: Said) -> Outcome:
    """Answer a message."""
    word, rest = _command(deed)
    if word in COMMANDS:
        return await COMMANDS[word](talk, rest)
    if deed.pasted:
        return await _paste_check(talk, deed.text)
    if deed.refused_files and not deed.text.strip():
        return Outcome(cards=(_files(talk, deed.refused_files),))
    outcome = await answered(talk, deed.text)
    if deed.refused_files and outcome.cards:
        note = talk.say("files-note", names=", ".join(deed.refused_files))
        return replace(outcome, cards=(replace(outcome.cards[0], note=note), *outcome.cards[1:]))
    return outcome


def _command(deed: Said) -> tuple[str, str]:
    """Split a message into a command and what stands behind it; no command: an empty word."""
    first, _, rest = deed.text.strip().partition(" ")
    word = first.strip("/.!?").casefold()
    if deed.command:
        return (word, rest.strip()) if word or rest else ("help", "")
    # In a conversation a lone word is a command; in a sentence it is a word.
    return (word, "") if not rest and word in _ALONE else ("", "")


async def answered(talk: Talk, text: str, reading: Reading | None = None) -> Outcome:
    """Answer a question, remembering what was said before in this thread."""
    app, arrival = talk.app, talk.arrival
    age = _IN_A_THREAD if arrival.place.thread else _WITHOUT_THREADS
    before = await app.store.run(
        answers.conversation, talk.conversation, app.now() - age, REMEMBERED
    )
    history = tuple(turn for exchange in before for turn in _turns(exchange))
    answer = await ask.answer(
        app,
        Message(person=talk.person, text=text, history=history),
        door=arrival.place.platform,
        reading=reading,
        answer_id=ids.answer_id(arrival.at, of=arrival.id),
        conversation=talk.conversation,
    )
    if answer.failed:
        return Outcome(cards=(answer.card,))
    card = replace(answer.card, answer_id=answer.answer_id)
    if answer.reading.topic == "request_status":
        card = replace(await _status_card(talk), answer_id=answer.answer_id)
    remember = partial(_remember, answer_id=answer.answer_id, reply=answer.text)
    return Outcome(cards=(shareable(talk, card),), also=(remember,))


def _turns(exchange: answers.Exchange) -> tuple[Turn, Turn]:
    return Turn("user", exchange.text), Turn("assistant", exchange.reply)


def _remember(connection: Connection, *, answer_id: str, reply: str) -> None:
    answers.replied(connection, answer_id, reply)


def shareable(talk: Talk, card: Card) -> Card:
    """Add the button that shows a private answer to the channel."""
    place = talk.arrival.place
    if place.kind == "direct" or not place.only_for or card.action == "guest_notice":
        return card
    button = Button(label=talk.say("button-share"), action="share", value="share")
    return replace(card, buttons=(*card.buttons, button))


async def _paste_check(talk: Talk, text: str) -> Outcome:
    """Say what was seen in somebody's words before they are pasted somewhere."""
    if not text.strip():
        return Outcome(cards=(plain(talk, talk.say("paste-empty")),))
    kinds = dict.fromkeys(f"kind-{found.kind}" for found in screen.scan(text))
    seen = talk.say.both(talk.say(kind) for kind in kinds)
    found = talk.say("paste-found", kinds=seen) if seen else talk.say("paste-clean")
    outcome = await answered(talk, f"Is it OK to paste this into an AI tool?\n\n{text}")
    cards = tuple(
        replace(card, reason="\n".join(filter(None, (found, card.reason))))
        for card in outcome.cards
    )
    return replace(outcome, cards=cards)


def _files(talk: Talk, names: tuple[str, ...]) -> Card:
    why = talk.say("files-why", names=talk.say.both(names))
    return plain(talk, talk.say("files"), why, next_step=talk.say("files-next"))


async def _question(talk: Talk, rest: str) -> Outcome:
    return await answered(talk, rest)


async def _about(talk: Talk, _rest: str, *, topic: Topic) -> Outcome:
    return await answered(talk, "", Reading(topic=topic, action="answer", language=talk.language))


async def _template(talk: Talk, rest: str) -> Outcome:
    reading = Reading(
        topic="run_template", action="run_template", template=rest, language=talk.language
    )
    return await answered(talk, rest, reading)


async def _form(talk: Talk, rest: str, *, form: str) -> Outcome:
    """Offer a form where it could not be opened at once."""
    label, title = talk.say("button-open-form"), talk.say(f"form-{form}")
    button = Button(label=label, action="form", value=f"{form} {rest}".strip())
    intro = talk.say(f"form-{form}-intro")
    return Outcome(cards=(replace(plain(talk, title, intro), buttons=(button,)),))


async def _status(talk: Talk, _rest: str) -> Outcome:
    return Outcome(cards=(await _status_card(talk),))


async def _status_card(talk: Talk) -> Card:
    mine = await talk.app.store.run(kept_requests.of_person, talk.person.id, SHOWN_REQUESTS)
    return intake.status_card(mine, talk.app.knowledge, talk.language)


async def forget(talk: Talk, _rest: str = "") -> Outcome:
    """Delete the words of this person now, and say how many there were."""
    gone = await talk.app.store.run(answers.delete_person, talk.person.id)
    say = talk.say
    if not gone:
        return Outcome(cards=(plain(talk, say("forgotten-none")),))
    count = say("forgotten-count", number=say.figure(gone))
    also = (record(talk, "forgotten", texts=gone),)
    return Outcome(cards=(plain(talk, say("forgotten"), count),), also=also)


async def _help(talk: Talk, _rest: str) -> Outcome:
    say = talk.say
    topics = ["ask", "tools", "request", "incident", "status", "learn", "forget"]
    lines = [say(f"help-{topic}") for topic in (*topics, *(["admin"] if talk.admin else []))]
    return Outcome(cards=(plain(talk, say("help"), *lines, next_step=say("help-next")),))


async def _admin(talk: Talk, _rest: str) -> Outcome:
    return Outcome(cards=(await admin_card(talk),)) if talk.admin else refusal(talk)


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType(
    {
        "ask": _question,
        "tools": partial(_about, topic="my_tools"),
        "learn": partial(_about, topic="coach"),
        "templates": partial(_about, topic="list_templates"),
        "run": _template,
        "request": partial(_form, form="request"),
        "incident": partial(_form, form="incident"),
        "status": _status,
        "forget": forget,
        "help": _help,
        "admin": _admin,
    }
)
"""What may stand first after `/greenlight`; anything else is a question."""

_ALONE: Final = frozenset(COMMANDS) - {"ask", "run"}
