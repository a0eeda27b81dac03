"""The conversation: asking, being somebody else, starting again."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot import ask
from bot.chat import MESSAGE_LIMIT, Message
from bot.understand import Reading
from handlers.web.cards import sheet
from handlers.web.examples import examples
from handlers.web.forms import fields
from handlers.web.frame import back_to
from handlers.web.site import Site
from handlers.web.visits import Conversation, Entry, Visit

_LONGEST_AGAIN = 160
"""Characters of a question that is worth offering again to somebody else."""


async def home(site: Site, request: Request) -> Response:
    """Show the conversation so far."""
    visit = site.visit(request)
    entries = visit.conversation().entries
    turns = [_turn(site, entry, visit, last=entry is entries[-1]) for entry in entries]
    return site.page(
        request,
        "chat.html",
        turns=turns,
        examples=examples(visit.person, site.app.knowledge),
        asked_before=_asked_before(visit),
        typed=request.query_params.get("text", "")[:MESSAGE_LIMIT],
    )


async def asked(site: Site, request: Request) -> Response:
    """Answer a message: the new turn for a page with a script, the whole page for one without."""
    sent = await fields(request)
    text = sent.get("text", "")
    visit = site.visit(request)
    _be(site, visit, sent.get("person"))
    if not text.strip():
        return site.to(request, "/", "text")
    conversation = visit.conversation()
    async with conversation.one_at_a_time:
        reading = _pressed(conversation, sent, visit)
        entry = await _answered(site, visit, conversation, text, reading)
    if request.headers.get("hx-request") == "true":
        return site.seen(request, HTMLResponse(_turn(site, entry, visit, last=True)))
    return site.to(request, "/", entry.answer.answer_id)


async def changed_person(site: Site, request: Request) -> Response:
    """Become somebody else, and go on with the page."""
    sent = await fields(request)
    person = site.app.knowledge.people.get(sent.get("person", ""))
    if person is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    site.visit(request).become(person)
    return site.to(request, back_to(sent.get("back", "/")))


async def new(site: Site, request: Request) -> Response:
    """Forget the conversation of this person."""
    await fields(request)
    visit = site.visit(request)
    visit.conversations.pop(visit.person.id, None)
    visit.asked_before = ""
    return site.to(request, "/")


def _pressed(conversation: Conversation, sent: dict[str, str], visit: Visit) -> Reading | None:
    """Return what a pressed button means: the reading it stands under, with one slot filled."""
    entry, place = conversation.find(sent.get("of", "")), sent.get("press", "")
    buttons = entry.answer.card.buttons if entry is not None else ()
    if entry is None or place not in map(str, range(len(buttons))):
        return None
    button, reading = buttons[int(place)], entry.answer.reading
    match button.action:
        case "choose" if button.slot is not None:
            return ask.chosen(reading, button.slot, button.value, visit.person)
        case "instead":
            return ask.chosen(reading, "tool", button.value, visit.person)
        case "request":
            if all(named.tool != button.value for named in reading.tools):
                reading = ask.chosen(reading, "tool", button.value, visit.person)
            return replace(reading, topic="request", action="open_request")
        case _:
            return None


async def _answered(
    site: Site, visit: Visit, conversation: Conversation, text: str, reading: Reading | None
) -> Entry:
    message = Message(person=visit.person, text=text, history=conversation.turns())
    answer = await ask.answer(site.app, message, door="web", reading=reading)
    # What is too long to be read is too long to be kept, too.
    entry = Entry(asked=text if len(text) <= MESSAGE_LIMIT else f"{text[:200]}…", answer=answer)
    conversation.entries.append(entry)
    return entry


def _be(site: Site, visit: Visit, person_id: str | None) -> None:
    """Answer as whoever the page names: another window may have become somebody else."""
    person = site.app.knowledge.people.get(person_id or "")
    if person is not None and person.id != visit.person.id:
        visit.become(person)
        visit.changed = False


def _asked_before(visit: Visit) -> str:
    before, entries = visit.asked_before, visit.conversation().entries
    if visit.person.worker_type == "guest" or len(before) > _LONGEST_AGAIN:
        return ""
    return "" if any(entry.asked == before for entry in entries) else before


def _turn(site: Site, entry: Entry, visit: Visit, *, last: bool) -> str:
    laid_out = sheet(entry, site.app.knowledge)
    return site.pages.render("turn.html", sheet=laid_out, person_id=visit.person.id, last=last)
