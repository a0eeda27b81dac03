"""Everything that is not a verdict: requests, incidents, templates, coaching, small talk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zlib import crc32

from bot.chat import MESSAGE_LIMIT, Button, Card
from bot.decide import GENERAL, UNLISTED, Question, edition_of, would_be_allowed
from bot.explain import names
from bot.explain.ask_back import open_to
from bot.explain.names import Telling
from bot.explain.next_steps import good_for, request_button

if TYPE_CHECKING:
    from bot.knowledge.models import Course

SHOWN_TOOLS = 4
ALSO_NAMED = 8
TIPS = 4


def my_tools(t: Telling) -> Card:
    """List what this person can use, with what each is good for."""
    keys = open_to(t.knowledge, Question(person=t.person, date=t.today))
    if not keys:
        step = t.with_contact("next-question", "champions", "request")
        return _card(t, t.say("tools-none"), t.say("tools-none-why"), next_step=step)
    lines = [f"• {_tool_line(t, key)}" for key in keys[:SHOWN_TOOLS]]
    rest = [names.key_name(t.knowledge, key) for key in keys[SHOWN_TOOLS:]]
    if rest:
        lines.append(t.say("tools-also", tools=t.say.some(rest, ALSO_NAMED)))
    headline = t.say.count("tools", len(keys))
    return _card(t, headline, *lines, next_step=t.say("tools-ask"))


def _tool_line(t: Telling, key: str) -> str:
    name, uses = names.with_account(t, t.knowledge.editions[key]), good_for(t, key)
    return t.say("choice", name=name, examples=uses) if uses else name


def request(t: Telling) -> Card:
    """Say what happens next with a request, or that none is needed."""
    named = t.reading.tools[0] if t.reading.tools else None
    tool = names.tool_name(t, named.tool, named.edition) if named is not None else ""
    if named is not None and _is_open(t, named.tool, named.edition):
        return _already_open(t, named.tool, named.edition, tool)
    council = t.knowledge.company.roles.get("council")
    decides = council.name if council is not None else t.say("request-council")
    return _card(
        t,
        t.say("request", tool=tool) if tool else t.say("request-any"),
        t.say("request-what", council=decides),
        t.say("request-until"),
        next_step=t.with_contact("request-next", "request"),
        buttons=(request_button(t, named.tool if named is not None else ""),),
    )


def _is_open(t: Telling, tool: str, edition: str | None) -> bool:
    if tool.startswith(UNLISTED):
        return False
    question = Question(person=t.person, date=t.today, tool=tool, edition=edition)
    found = edition_of(question, t.knowledge)
    return found is not None and would_be_allowed(question, found, t.knowledge)


def _already_open(t: Telling, tool: str, edition: str | None, name: str) -> Card:
    found = edition_of(
        Question(person=t.person, date=t.today, tool=tool, edition=edition), t.knowledge
    )
    access = found.access if found is not None else None
    return _card(
        t,
        t.say("request-allowed", tool=name),
        t.say("request-allowed-why"),
        next_step=t.say("next-access", contact=access.path) if access is not None else "",
    )


def request_status(t: Telling) -> Card:
    """Say honestly that requests cannot be looked up."""
    return _card(
        t,
        t.say("request-status"),
        t.say("request-status-why"),
        next_step=t.with_contact("request-status-next", "request"),
    )


def incident(t: Telling) -> Card:
    """Calm first, then what to do in which order; never a verdict, never blame."""
    return _card(
        t,
        t.say("incident"),
        t.say("incident-stop"),
        t.say("incident-note"),
        t.say("incident-secret"),
        t.with_contact("incident-report", "incident", "security", "privacy"),
        next_step=t.say("incident-blame"),
        buttons=(Button(label=t.say("button-incident"), action="incident", value="incident"),),
    )


def templates(t: Telling) -> Card:
    """Say that templates are not there yet, naming the one that was asked for."""
    template = names.echo(t.reading.template or "")
    return _card(
        t,
        t.say("template", template=template) if template else t.say("templates"),
        t.say("templates-why"),
        next_step=t.say("templates-next"),
    )


def coach(t: Telling) -> Card:
    """One tip, and the lesson that fits."""
    tip = 1 + crc32(t.asked.encode()) % TIPS
    course = t.knowledge.courses.get(t.reading.course or "") or next(_open_courses(t), None)
    if course is None:
        return _card(t, t.say("coach"), t.say(f"tip-{tip}"))
    button = Button(label=t.say("button-course"), action="course", value=course.id)
    return _card(
        t,
        t.say("coach"),
        t.say(f"tip-{tip}"),
        next_step=t.say("lesson", title=course.title, minutes=course.minutes),
        buttons=(button,),
    )


def _open_courses(t: Telling) -> Iterator[Course]:
    """Lessons for this person that they have not finished."""
    mine = {t.person.department, t.person.worker_type}
    for course in t.knowledge.courses.values():
        meant = course.audience is None or not mine.isdisjoint(course.audience)
        if meant and course.id not in t.person.courses:
            yield course


def small_talk(t: Telling) -> Card:
    """A warm word, and what can be asked."""
    first, *_ = t.person.name.split() or [""]
    headline = t.say("hello-name", name=first) if first else t.say("hello")
    return _card(t, headline, t.say("can-do"), next_step=examples(t))


def out_of_scope(t: Telling) -> Card:
    """Say kindly what this is for."""
    return _card(t, t.say("out-of-scope"), t.say("can-do"), next_step=examples(t))


def refuse(t: Telling) -> Card:
    """Keep what is private, without a fuss, and offer what is not."""
    return _card(t, t.say("refuse"), t.say("refuse-why"), t.say("can-do"), next_step=examples(t))


def empty(t: Telling) -> Card:
    """Answer an empty message with what could be asked."""
    return _card(t, t.say("empty"), t.say("can-do"), next_step=examples(t))


def unreadable(t: Telling) -> Card:
    """Answer emoji and bytes."""
    return _card(t, t.say("unreadable"), t.say("unreadable-why"), next_step=examples(t))


def too_long(t: Telling) -> Card:
    """Name the length and the limit; nothing was read."""
    length, limit = t.say.figure(len(t.asked)), t.say.figure(MESSAGE_LIMIT)
    return _card(
        t,
        t.say("too-long"),
        t.say("too-long-why", length=length, limit=limit),
        next_step=t.say("too-long-next"),
    )


def examples(t: Telling) -> str:
    """Questions to try, with a tool this person really has."""
    found = [t.say("example-mine"), t.say("example-policy")]
    mine = open_to(t.knowledge, Question(person=t.person, date=t.today))[:1]
    for edition in (t.knowledge.editions[key] for key in mine):
        use = next((u for u in edition.good_for if u != GENERAL), None)
        if use is not None:
            tool, name = names.key_name(t.knowledge, edition.key), names.use_name(t.knowledge, use)
            found.insert(0, t.say("example-tool", tool=tool, use=name))
    return t.say("try", examples=" · ".join(found))


def _card(
    t: Telling,
    headline: str,
    *lines: str,
    next_step: str = "",
    buttons: tuple[Button, ...] = (),
) -> Card:
    return Card(
        action=t.reading.action,
        verdict="not_a_permission_question",
        headline=headline,
        reason="\n".join(line for line in lines if line),
        next_step=next_step,
        buttons=buttons,
        language=t.say.language,
        tags=(t.reading.topic,),
    )
