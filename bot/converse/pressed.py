"""Somebody pressed a button: what stands behind an answer, a choice, or an admin's decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot import ask, inbox, intake
from bot.chat import Card, Pressed, Said
from bot.converse.said import answered, forget, said
from bot.converse.talk import Outcome, Talk, plain, record, refusal
from bot.explain import explain
from bot.explain.policies import section_card
from bot.store import answers
from bot.store import people as kept_people
from bot.store import requests as kept_requests
from bot.store.answers import Record
from bot.understand.words import Reading

Press = Callable[[Talk, Pressed], Awaitable[Outcome]]


async def pressed(talk: Talk, deed: Pressed) -> Outcome:
    """Answer a press; one that means nothing to us is answered with what can be done."""
    press = PRESSES.get(deed.action)
    if press is None:
        return await said(talk, Said(text="help", command=True))
    return await press(talk, deed)


async def _mine(talk: Talk, deed: Pressed) -> Record | Outcome:
    """Return the answer the button stands under, or what to say when it is not this person's."""
    record = await talk.app.store.run(answers.find, deed.of)
    if record is None:
        step = talk.say("answer-gone-next")
        return Outcome(cards=(plain(talk, talk.say("answer-gone"), next_step=step),))
    if record.person_id != talk.person.id:
        step = talk.say("not-yours-next")
        return Outcome(cards=(plain(talk, talk.say("not-yours"), next_step=step),))
    return record


async def _chosen(talk: Talk, deed: Pressed) -> Outcome:
    answer = await _mine(talk, deed)
    if isinstance(answer, Outcome):
        return answer
    slot = "tool" if deed.action == "instead" else deed.slot
    reading = ask.chosen(ask.reading_of(answer), slot, deed.value, talk.person)
    if not _can_be_judged(talk, answer, reading):
        # Nothing was chosen, or something the knowledge base no longer has.
        return _asked_again(talk, answer)
    return await answered(talk, _words_for(talk, slot, deed.value), reading)


def _can_be_judged(talk: Talk, answer: Record, reading: Reading) -> bool:
    try:
        ask.judge(reading, talk.person, answer.day, talk.app.knowledge)
    except KeyError:
        return False
    return True


def _asked_again(talk: Talk, answer: Record) -> Outcome:
    told = _told_again(talk, answer)
    if told is None:
        step = talk.say("answer-gone-next")
        return Outcome(cards=(plain(talk, talk.say("answer-gone"), next_step=step),))
    _, card = told
    return Outcome(cards=(replace(card, answer_id=answer.id),))


def _words_for(talk: Talk, slot: str, value: str) -> str:
    """Return what somebody would say who meant this choice."""
    knowledge = talk.app.knowledge
    match slot:
        case "data" if value in knowledge.classes:
            return knowledge.classes[value].name
        case "use" if value in knowledge.uses:
            return knowledge.uses[value].name
        case _:
            return intake.tool_named(value, knowledge) or value


def _told_again(talk: Talk, record: Record) -> tuple[Reading, Card] | None:
    """Return an answer's card again; None when what it names has gone."""
    app = talk.app
    reading = ask.reading_of(record)
    try:
        ruling = ask.judge(reading, talk.person, record.day, app.knowledge)
    except KeyError:
        return None
    return reading, explain(reading, ruling, app.knowledge, talk.person, today=record.day)


async def _why(talk: Talk, deed: Pressed) -> Outcome:
    return await _behind(talk, deed, whole="facts")


async def _more(talk: Talk, deed: Pressed) -> Outcome:
    return await _behind(talk, deed, whole="conditions")


async def _behind(talk: Talk, deed: Pressed, *, whole: str) -> Outcome:
    answer = await _mine(talk, deed)
    if isinstance(answer, Outcome):
        return answer
    told = _told_again(talk, answer)
    if told is None:
        step = talk.say("answer-gone-next")
        return Outcome(cards=(plain(talk, talk.say("answer-gone"), next_step=step),))
    _, card = told
    if whole == "conditions":
        shown = replace(plain(talk, talk.say("conditions-all")), conditions=card.conditions)
        return Outcome(cards=(replace(shown, language=card.language, tags=("detail",)),))
    headline = talk.say("details") if card.facts else talk.say("details-none")
    shown = replace(plain(talk, headline), facts=card.facts, tags=("detail",))
    return Outcome(cards=(shown,))


async def _source(talk: Talk, deed: Pressed) -> Outcome:
    app = talk.app
    day = app.knowledge.as_of or app.now().date()
    card = section_card(app.knowledge, talk.person, deed.value, day, talk.language)
    if card is None:
        return Outcome(cards=(plain(talk, talk.say("section-gone")),))
    return Outcome(cards=(card,))


async def _course(talk: Talk, deed: Pressed) -> Outcome:
    course = talk.app.knowledge.courses.get(deed.value)
    if course is None:
        return Outcome(cards=(plain(talk, talk.say("section-gone")),))
    headline = talk.say("lesson-headline", title=course.title, minutes=course.minutes)
    card = replace(plain(talk, headline), quote=course.body, tags=("detail",))
    return Outcome(cards=(card,))


async def _shared(talk: Talk, deed: Pressed) -> Outcome:
    """Show an answer to everybody in the channel: its owner asked for it."""
    answer = await _mine(talk, deed)
    if isinstance(answer, Outcome):
        return answer
    told = _told_again(talk, answer)
    if told is None:
        return Outcome(cards=(plain(talk, talk.say("answer-gone")),))
    _, card = told
    name = talk.person.name or talk.person.email
    public = replace(card, buttons=(), facts=(), note=talk.say("share-note", name=name))
    place = replace(talk.arrival.place, only_for="")
    # The same answer is shared once in a channel, however often the button is pressed.
    return Outcome(
        elsewhere=((f"share:{answer.id}:{place.channel}", place, public),),
        also=(record(talk, "shared", answer.id, channel=place.channel),),
    )


async def _asked(talk: Talk, deed: Pressed) -> Outcome:
    return await answered(talk, deed.value)


async def _form(talk: Talk, deed: Pressed) -> Outcome:
    form = deed.value if deed.action == "form" else f"{deed.action} {_tool(talk, deed)}"
    return await said(talk, Said(text=form, command=True))


def _tool(talk: Talk, deed: Pressed) -> str:
    return intake.tool_named(deed.value, talk.app.knowledge) if deed.action == "request" else ""


async def _forgotten(talk: Talk, _deed: Pressed) -> Outcome:
    return await forget(talk)


async def _requeued(talk: Talk, deed: Pressed) -> Outcome:
    if not talk.admin:
        return refusal(talk)
    done = await inbox.run_again(talk.app.store, deed.value, talk.app.now())
    sentence = talk.say("requeued" if done else "requeued-not", id=deed.value)
    also = (record(talk, "requeued", deed.value),) if done else ()
    return Outcome(cards=(plain(talk, sentence),), also=also)


async def _closed(talk: Talk, deed: Pressed) -> Outcome:
    if not talk.admin and talk.person.roles.isdisjoint({"security_desk", "privacy_desk"}):
        return refusal(talk)
    store = talk.app.store
    filed = await store.run(kept_requests.close, deed.value, talk.person.id, talk.app.now())
    if filed is None:
        return Outcome(cards=(plain(talk, talk.say("closed-not", id=deed.value)),))
    places = await store.run(kept_people.reach, (filed.person_id,))
    what = str(filed.values.get("tool") or "")
    told = plain(
        talk,
        talk.say("closed-for-you", id=filed.id, what=what),
        talk.say("closed-by", name=talk.person.name),
    )
    elsewhere = tuple((f"closed:{filed.id}", place, told) for place in places[:1])
    return Outcome(
        cards=(plain(talk, talk.say("closed", id=filed.id)),),
        elsewhere=elsewhere,
        also=(record(talk, "request_closed", filed.id),),
    )


PRESSES: Final[Mapping[str, Press]] = MappingProxyType(
    {
        "choose": _chosen,
        "instead": _chosen,
        "why": _why,
        "more": _more,
        "source": _source,
        "course": _course,
        "share": _shared,
        "ask": _asked,
        "form": _form,
        "request": _form,
        "incident": _form,
        "forget": _forgotten,
        "requeue": _requeued,
        "close": _closed,
    }
)
"""What a button does, by its action."""
