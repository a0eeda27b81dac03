"""The home page: my tools and data, my requests, what is kept; for admins, what waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot import inbox
from bot.chat import Button, Card, Page, Section
from bot.converse.talk import Talk, plain
from bot.decide import Question, decide
from bot.explain.ask_back import open_to
from bot.explain.sentences import sentences
from bot.intake.cards import status_lines
from bot.store import answers
from bot.store import requests as kept_requests

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

SHOWN_TOOLS: Final = 12
SHOWN_REQUESTS: Final = 5
_DEAD_SHOWN: Final = 5

_PROMPTS: Final = {
    "marketing": ("tools", "copy", "data", "request"),
    "engineering": ("tools", "code", "data", "request"),
}
_OTHERS: Final = ("tools", "data", "copy", "request")


def prompts(talk: Talk) -> tuple[tuple[str, str], ...]:
    """Return what this person might ask, by their department; nothing it names is promised."""
    wanted = _PROMPTS.get(talk.person.department or "", _OTHERS)
    return tuple((talk.say(f"prompt-{p}"), talk.say(f"prompt-{p}-message")) for p in wanted)


async def home_page(talk: Talk) -> Page:
    """Return the page of this person."""
    store, knowledge, person = talk.app.store, talk.app.knowledge, talk.person
    filed = await store.run(kept_requests.of_person, person.id, SHOWN_REQUESTS)
    kept = await store.run(answers.kept_about, person.id)
    say = sentences(talk.language)
    forms = tuple(
        Button(label=say(f"form-{form}"), action="form", value=form)
        for form in ("request", "incident")
    )
    requests = "\n".join(status_lines(filed, say)) or say("requests-none")
    sections = [
        Section(title=say("home-hello", name=_first(person.name)), text=say("home-about")),
        Section(title=say("home-tools"), text="\n".join(_tools(talk, knowledge))),
        Section(title=say("home-templates"), text=say("home-templates-none")),
        Section(title=say("home-requests"), text=requests, buttons=forms),
        _kept(talk, kept),
    ]
    if talk.admin:
        card = await admin_card(talk)
        title = say("home-admin")
        sections.append(Section(title=title, text=card.reason, buttons=card.buttons))
    return Page(title=say("home"), sections=tuple(sections), language=talk.language)


def _first(name: str) -> str:
    return (name.split() or [""])[0]


def _tools(talk: Talk, knowledge: Knowledge) -> Iterator[str]:
    """Each tool with the kinds of data that may go in."""
    day = knowledge.as_of or talk.app.now().date()
    keys = open_to(knowledge, Question(person=talk.person, date=day))
    if not keys:
        yield talk.say("home-tools-none")
    for key in keys[:SHOWN_TOOLS]:
        data = ", ".join(_cleared(talk, key, knowledge))
        name = knowledge.editions[key].name
        yield "• " + talk.say("home-tool-line", name=name, data=data)
    if len(keys) > SHOWN_TOOLS:
        yield talk.say("home-tools-more", number=len(keys) - SHOWN_TOOLS)


def _cleared(talk: Talk, key: str, knowledge: Knowledge) -> Iterator[str]:
    tool, _, edition = key.partition(":")
    day = knowledge.as_of or talk.app.now().date()
    for data in sorted(knowledge.classes.values(), key=lambda one: one.rank):
        question = Question(
            person=talk.person,
            date=day,
            tool=tool,
            edition=edition,
            data=frozenset({data.id}),
        )
        if decide(question, knowledge).allowed:
            yield data.name


def _kept(talk: Talk, kept: answers.Kept) -> Section:
    say, days = talk.say, talk.app.settings.retention_days
    sentence = "home-kept-line" if kept.texts else "home-kept-none"
    text = say(sentence, answers=say.figure(kept.answers), texts=say.figure(kept.texts), days=days)
    forget = Button(label=say("button-forget"), action="forget", value="forget")
    return Section(title=say("home-kept"), text=text, buttons=(forget,) if kept.texts else ())


async def admin_card(talk: Talk) -> Card:
    """Return what waits for the admins: open requests, what could not be answered."""
    store, knowledge, say = talk.app.store, talk.app.knowledge, talk.say
    waiting = await store.run(kept_requests.open_count)
    dead = await store.run(inbox.dead)
    lines = [
        say(
            "home-admin-knowledge",
            version=knowledge.version[:12],
            tools=len(knowledge.tools),
            sections=len(knowledge.sections),
        ),
        say("home-admin-waiting", requests=waiting, dead=len(dead)),
        *(f"• {one.id} ({one.error})" for one in dead[:_DEAD_SHOWN]),
    ]
    buttons = tuple(
        Button(label=f"{say('button-requeue')} {one.id[-6:]}", action="requeue", value=one.id)
        for one in dead[:_DEAD_SHOWN]
    )
    return replace(plain(talk, say("home-admin"), *lines), buttons=buttons)
