"""Policy text, word for word: the section that answers, and the notice for guests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.chat import AnswerVerdict, Card, Person
from bot.explain import names
from bot.explain.names import Telling
from bot.explain.next_steps import source_button
from bot.explain.sentences import one_line, sentences
from bot.understand.words import Reading

if TYPE_CHECKING:
    from datetime import date

    from bot.knowledge import Knowledge
    from bot.knowledge.models import Section

QUOTED_SENTENCES = 3
QUOTED_CHARACTERS = 420
NOTICE_CHARACTERS = 1_200
SHOWN_SECTIONS = 3

_HEADING = re.compile(r"^\s*#+\s.*$", re.MULTILINE)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+", re.MULTILINE)
_BREAK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)")
_END = re.compile(r"(?<=[.!?…])\s+(?=[^\W_a-zß-öø-ÿ])")
"""A full stop with a capital or a figure behind it; "e.g. this" stays in one piece."""
_WORD = re.compile(r"\w{3,}")


def policy_card(t: Telling) -> Card:
    """Quote the section that answers; say so when there is none, or when it is not in force."""
    sections = [s for id_ in t.reading.sections if (s := t.knowledge.sections.get(id_))]
    if not sections:
        return _nothing_found(t)
    best, *others = sections
    if not best.in_force(t.today):
        return _not_in_force(t, best, others)
    return Card(
        action="answer",
        verdict="not_a_permission_question",
        headline=t.say("policy", title=best.title),
        quote=quote(best.body, t.asked),
        citations=names.citations(t, [s.id for s in sections[:SHOWN_SECTIONS]]),
        buttons=tuple(source_button(t, s.id) for s in sections[:SHOWN_SECTIONS]),
        language=t.say.language,
        tags=("policy",),
    )


def section_card(
    knowledge: Knowledge, person: Person, section: str, today: date, language: str
) -> Card | None:
    """Show a whole section; None when it is not in force, or not for this person."""
    found = knowledge.sections.get(section)
    if found is None or not found.in_force(today) or person.worker_type == "guest":
        return None
    reading = Reading(topic="policy", action="answer", language=language)
    t = Telling(
        say=sentences(language),
        reading=reading,
        knowledge=knowledge,
        person=person,
        today=today,
        asked="",
    )
    return Card(
        action="answer",
        verdict="not_a_permission_question",
        headline=one_line(found.title),
        quote=found.body.strip(),
        citations=names.citations(t, [found.id]),
        language=t.say.language,
        tags=("policy", "detail"),
    )


def _not_in_force(t: Telling, section: Section, others: list[Section]) -> Card:
    coming = t.today < section.effective
    last = section.effective if coming or section.expires is None else section.expires
    when = t.say("policy-from" if coming else "policy-until", date=t.say.day(last))
    related = names.citations(t, [s.id for s in others])
    return Card(
        action="answer",
        verdict="not_a_permission_question",
        headline=t.say("policy-future" if coming else "policy-past", title=section.title),
        reason=f"{when} ({names.citation(t, section).line})",
        quote=quote(section.body, t.asked),
        citations=related[:SHOWN_SECTIONS],
        next_step="" if related else _somebody(t),
        buttons=tuple(source_button(t, s) for s in (section.id, *(c.section for c in related[:1]))),
        language=t.say.language,
        tags=("policy",),
    )


def _nothing_found(t: Telling) -> Card:
    return Card(
        action="answer",
        verdict="not_a_permission_question",
        headline=t.say("policy-none"),
        reason=t.say("policy-none-why"),
        next_step=_somebody(t),
        language=t.say.language,
        tags=("policy",),
    )


def _somebody(t: Telling) -> str:
    return t.with_contact("policy-none-next", "champions", "privacy", "request")


def guest_card(t: Telling, verdict: AnswerVerdict) -> Card:
    """What a guest is shown, whatever was asked: the guest section, and not a word more."""
    known = t.knowledge.sections
    cited = names.citations(t, t.knowledge.company.guests.cite)
    section = known[cited[0].section] if cited else None
    return Card(
        action="guest_notice",
        verdict=verdict,
        headline=one_line(section.title) if section is not None else t.say("guest"),
        quote=notice(section.body) if section is not None else "",
        citations=cited[:1],
        next_step="" if section is not None else t.say("guest-next"),
        language=t.say.language,
        tags=("guest",),
    )


def notice(body: str) -> str:
    """A section from its start, as many whole sentences as fit."""
    return " ".join(_fitting(list(pieces(body)), NOTICE_CHARACTERS))


def quote(body: str, asked: str) -> str:
    """The sentences of a section that speak most of what was asked, in their order."""
    sentences = list(pieces(body))
    wanted = _stems(asked)
    ranked = sorted(range(len(sentences)), key=lambda n: (-len(wanted & _stems(sentences[n])), n))
    fitting = len(
        list(_fitting([sentences[n] for n in ranked[:QUOTED_SENTENCES]], QUOTED_CHARACTERS))
    )
    chosen = sorted(ranked[:fitting])
    return "".join(
        f"{_between(before, place)}{sentences[place]}"
        for before, place in zip((None, *chosen), chosen, strict=False)
    )


def _between(before: int | None, place: int) -> str:
    if before is None:
        return ""
    return " " if place == before + 1 else " … "


def pieces(body: str) -> Iterator[str]:
    """The sentences of a Markdown text, without headings, bullets and marks of emphasis."""
    for paragraph in _BREAK.split(_HEADING.sub("", body.replace("**", "").replace("`", ""))):
        for piece in _END.split(one_line(_BULLET.sub("", paragraph))):
            if piece:
                yield piece


def _fitting(sentences: list[str], limit: int) -> Iterator[str]:
    """Whole sentences up to a length; the first one always, however long."""
    used = 0
    for place, sentence in enumerate(sentences):
        used += len(sentence) + 1
        if place and used > limit:
            return
        yield sentence


def _stems(text: str) -> frozenset[str]:
    # Five letters are enough to bring "image", "images" and "imagery" together.
    return frozenset(word[:5] for word in _WORD.findall(text.casefold()) if len(word) > 3)
