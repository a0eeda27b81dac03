"""The notice: what those read who are not answered. Fixed, and without a word of the catalogue."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from bot import ask
from bot.app import App
from bot.chat import Caller, Message
from bot.directory import notice
from bot.explain import LANGUAGES, to_text
from bot.gate import Outsider, Refused
from bot.knowledge import Knowledge
from tests.conftest import NOW
from tests.exam.marking import knowledge_of
from tests.people_chats import place

DAY = date(2026, 11, 22)
KINDS: tuple[Outsider, ...] = get_args(Outsider)


def refused(kind: Outsider, locale: str = "") -> Refused:
    caller = Caller(platform="slack", user="U1", team="T1", locale=locale)
    return Refused(kind=kind, caller=caller, place=place("channel"))


def catalogue(knowledge: Knowledge) -> set[str]:
    """Every word of the company's lists that an outsider could learn something from."""
    words = {word for tool in knowledge.tools.values() for word in (tool.name, tool.id)}
    words |= {edition.name for edition in knowledge.editions.values()}
    words |= {one.name for one in knowledge.classes.values() if one.id != "public"}
    words |= {one.text for one in knowledge.conditions.values()} | set(knowledge.conditions)
    words |= {one.text for one in knowledge.company.red_lines}
    others = knowledge.sections.keys() - set(knowledge.company.guests.cite)
    words |= {word for key in others for word in (key, knowledge.sections[key].title)}
    words |= {knowledge.sections[key].body for key in others}
    return {word.lower() for word in words if len(word) > 2}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("company", ["shipped", "harbor", "kessel", "lumen", "maple"])
def test_no_word_of_the_catalogue_reaches_an_outsider(
    shipped: Knowledge, kind: Outsider, company: str
) -> None:
    knowledge = shipped if company == "shipped" else knowledge_of(company)
    sections = [knowledge.sections[key] for key in knowledge.company.guests.cite]
    guests = (
        " ".join(f"{s.title} {s.body} {s.document}" for s in sections) if kind == "guest" else ""
    )
    words = {word for word in catalogue(knowledge) if word not in guests.lower()}

    cards = [notice(refused(kind), knowledge, language, today=DAY) for language in LANGUAGES]

    shown = [repr(card).lower() + to_text(card).lower() for card in cards]
    assert [word for word in words if any(word in text for text in shown)] == []
    assert {card.action for card in cards} == {"guest_notice"}
    assert [card.buttons for card in cards] == [()] * len(LANGUAGES)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"guest"}))
def test_only_guests_read_what_the_company_wrote(shipped: Knowledge, kind: Outsider) -> None:
    card = notice(refused(kind), shipped, today=DAY)

    assert (card.quote, card.citations, card.reason) == ("", (), "")
    assert card.verdict == "not_a_permission_question"


@pytest.mark.parametrize("kind", KINDS)
def test_every_language_has_a_notice_of_its_own(shipped: Knowledge, kind: Outsider) -> None:
    cards = [notice(refused(kind), shipped, language, today=DAY) for language in LANGUAGES]

    assert [card.language for card in cards] == list(LANGUAGES)
    # The guest section is quoted as the company wrote it; the words around it are translated.
    assert len({to_text(card) for card in cards}) == len(LANGUAGES)
    assert not any("!" in to_text(card) or "{" in to_text(card) for card in cards)


async def test_a_guest_reads_the_same_in_a_chat_as_anywhere(app: App) -> None:
    asked = Message(person=app.knowledge.people["noah"], text="may I use ChatGPT?")
    answer = await ask.answer(app, asked, door="terminal")

    assert notice(refused("guest"), app.knowledge, "en", today=NOW.date()) == answer.card


def test_the_notice_is_in_the_language_of_the_caller_or_the_company(shipped: Knowledge) -> None:
    assert notice(refused("stranger", "de-AT"), shipped, today=DAY).language == "de"
    assert notice(refused("stranger", "de"), shipped, "fr", today=DAY).language == "fr"
    assert notice(refused("stranger"), shipped, today=DAY).language == "en"


def test_what_a_stranger_reads(shipped: Knowledge) -> None:
    assert {kind: to_text(notice(refused(kind), shipped, today=DAY)) for kind in NEUTRAL} == NEUTRAL


NEUTRAL: dict[Outsider, str] = {
    "other_organisation": (
        "This assistant is for the people of Northwind Outdoor.\n"
        "Please ask the person you work with there."
    ),
    "shared_channel": (
        "I do not answer where people of another organisation can read along.\n"
        "If you work at Northwind Outdoor, please ask me in a direct message."
    ),
    "unknown": (
        "I could not find out who you are, so I cannot answer.\nPlease try again in a few minutes."
    ),
}
