from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import kb
import pytest
from web import HTMX, Browser, id_of, links, presses, words

from bot import ask
from bot.app import App
from bot.chat import MESSAGE_LIMIT, Message
from bot.knowledge import Knowledge, load
from handlers.web.cards import sheet
from handlers.web.pages import Pages
from handlers.web.visits import MOST_ENTRIES, MOST_VISITS, Entry, Visits
from handlers.web.words import VERDICTS

YES = "can I use ChatGPT for captions?"
NO = "Can I put a CRM export into ChatGPT?"
WHICH = "Can I put this file into ChatGPT?"


@pytest.fixture
async def browser(app: App) -> AsyncIterator[Browser]:
    async with Browser(app) as opened:
        yield opened


# --- Asking


async def test_an_answer_says_its_verdict_in_a_word_and_its_reason_and_where_it_stands(
    browser: Browser,
) -> None:
    turn = await browser.ask(NO)

    assert "Not allowed" in words(turn)
    assert "CRM export" in words(turn)
    assert "/sections/DATA-3" in links(turn)


async def test_a_page_without_a_script_shows_the_answer_after_the_form_was_sent(
    browser: Browser,
) -> None:
    sent = await browser.post("/ask", data={"text": NO})

    page = await browser.open("/")

    assert sent.status_code == 303
    assert sent.headers["location"] == f"/#{id_of(page)}"
    assert NO in words(page)


async def test_a_page_with_a_script_gets_the_new_turn_only(browser: Browser) -> None:
    await browser.ask(YES)

    turn = await browser.ask(NO)

    assert turn.count("<article") == 1
    assert "<html" not in turn


async def test_every_question_of_the_knowledge_base_is_shown_with_its_verdict(app: App) -> None:
    pages = Pages.for_knowledge(app.knowledge)
    for case in app.knowledge.questions:
        person = app.knowledge.people[case.as_]
        answer = await ask.answer(app, Message(person=person, text=case.ask), door="web")
        laid_out = sheet(Entry(asked=case.ask, answer=answer), app.knowledge)

        turn = pages.render("turn.html", sheet=laid_out, person_id=person.id, last=True)

        card = answer.card
        shown = words(turn)
        if card.verdict != "not_a_permission_question" and card.action != "guest_notice":
            assert VERDICTS[card.language][card.verdict] in shown
        for part in (card.headline, card.alternative, card.next_step, *card.conditions):
            assert " ".join(part.split()) in shown
        assert {f"/sections/{cited.section}" for cited in card.citations} <= set(links(turn))


async def test_an_empty_message_asks_nothing(browser: Browser) -> None:
    page = (await browser.submit("/ask", text=" \n ")).text

    assert "<article" not in page


async def test_a_choice_of_an_ask_back_goes_on_with_the_same_conversation(
    browser: Browser,
) -> None:
    turn = await browser.ask(WHICH)
    assert "One question first" in words(turn)
    public = next(press for label, press in presses(turn).items() if label.startswith("Public"))

    answer = await browser.ask(**public)

    assert "One question first" not in words(answer)
    assert "ChatGPT Enterprise" in words(answer)


async def test_every_choice_is_understood_as_what_it_says(browser: Browser, app: App) -> None:
    for name, data_class in app.knowledge.classes.items():
        turn = await browser.ask(WHICH)
        press = next(p for label, p in presses(turn).items() if label.startswith(data_class.name))
        answer = await browser.ask(**press)
        record = words(await browser.open(f"/answers/{id_of(answer)}"))

        assert press["text"] == data_class.name
        assert f" Data {name} " in record
        await browser.submit("/new")


@pytest.mark.parametrize("press", ["99", "-1", "x", "", "0"])
async def test_a_press_of_no_button_counts_as_what_was_typed(browser: Browser, press: str) -> None:
    turn = await browser.ask(NO)

    answer = await browser.ask(YES, of=id_of(turn), press=press)

    assert "Allowed with conditions" in words(answer)


async def test_only_the_newest_question_back_can_be_answered(browser: Browser) -> None:
    await browser.ask(WHICH)

    before = await browser.open("/")
    await browser.ask(NO)
    after = await browser.open("/")

    assert before.count('class="choice" disabled') == 0
    assert after.count('class="choice" disabled') == after.count('class="choice"') > 0


async def test_why_shows_every_finding_with_its_sections_and_its_line(
    browser: Browser, app: App
) -> None:
    turn = await browser.ask(NO)

    why = turn[turn.index('<details class="why">') :]

    assert re.search(r"<code>tools/chatgpt\.yaml:\d+</code>", why)
    assert "/sections/DATA-3" in links(why)
    assert why.count("<li>") >= 2


async def test_conditions_beyond_three_are_one_press_away(browser: Browser) -> None:
    turn = await browser.ask(YES)

    shown, further = re.findall(r'<ul class="checks">(.*?)</ul>', turn, re.DOTALL)

    assert shown.count("<li>") == 3
    assert further.count("<li>") >= 1


async def test_an_alternative_can_be_asked_about_with_one_press(browser: Browser) -> None:
    turn = await browser.ask(NO)
    instead = next(press for label, press in presses(turn).items() if "Instead" in label)

    answer = await browser.ask(**instead)

    assert "Allowed with conditions" in words(answer)
    assert "CRM export" in words(answer)


async def test_what_can_i_use_is_shown_as_a_list(browser: Browser) -> None:
    turn = await browser.ask("Which tools can I use?")

    listed = re.search(r'<ul class="lines">(.*?)</ul>', turn, re.DOTALL)

    assert listed is not None
    assert listed.group(1).count("<li>") >= 3
    assert "•" not in turn


@pytest.mark.parametrize(
    ("question", "says", "hears"),
    [
        ("can I use Krea for moodboards?", "I want to request Krea", "Krea"),
        ("can I use gamma for slides?", "I want to request Gamma with a private account", "Gamma"),
        ("Darf ich Krea für Moodboards nutzen?", "Ich möchte Krea beantragen", "Krea prüfen"),
        ("Puis-je utiliser Krea pour un moodboard ?", "Je veux demander Krea", "examiner Krea"),
        ("Can I use ChatGPT and Krea for captions?", "I want to request Krea", "Krea"),
    ],
)
async def test_request_it_asks_for_just_that_in_the_language_of_the_answer(
    browser: Browser, question: str, says: str, hears: str
) -> None:
    turn = await browser.ask(question)
    press = next(p for p in presses(turn).values() if p["text"] == says)

    answer = await browser.ask(**press)

    assert hears in words(answer)
    assert 'class="card info"' in answer


async def test_asking_for_a_tool_leads_to_the_request_and_not_in_circles(
    browser: Browser,
) -> None:
    turn = await browser.ask("can I use Krea for moodboards?")

    answer = await browser.ask(**presses(turn)["Request it"])

    assert "Request it" not in presses(answer)


async def test_a_lesson_opens_from_an_answer(browser: Browser) -> None:
    turn = await browser.ask("how do I write better prompts?")
    lesson = next(link for link in links(turn) if link.startswith("/courses/"))

    page = await browser.open(lesson)

    assert "Lesson" in words(page)


async def test_the_badge_speaks_the_language_of_the_answer(browser: Browser) -> None:
    turn = await browser.ask("Darf ich ChatGPT für Newsletter-Texte verwenden?")

    assert '<span lang="de">Erlaubt mit Bedingungen</span>' in turn
    assert 'class="card go-if" lang="de"' in turn


async def test_what_people_write_is_shown_as_text(browser: Browser) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}'

    turn = await browser.ask(evil)
    page = await browser.open("/")
    typed = await browser.open("/?text=%3C%2Ftextarea%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    record = await browser.open(f"/answers/{id_of(turn)}")

    for source in (turn, page, typed, record):
        assert "<script>alert" not in source
        assert "<img" not in source
    assert evil in words(turn.replace("&lt;", "‹").replace("&gt;", "›")).replace("‹", "<").replace(
        "›", ">"
    )


async def test_a_message_that_is_too_long_is_answered_in_words_and_not_kept(
    browser: Browser,
) -> None:
    turn = await browser.ask("a" * (MESSAGE_LIMIT + 1))

    assert f"{MESSAGE_LIMIT:,}" in words(turn)
    assert len(turn) < MESSAGE_LIMIT


async def test_more_than_a_form_can_hold_is_refused_in_words(browser: Browser) -> None:
    found = await browser.post("/ask", data={"text": "ä" * 300_000}, headers=HTMX)

    assert found.status_code == 413
    assert "too much" in words(found.text)


async def test_messages_at_once_are_answered_one_after_the_other(browser: Browser) -> None:
    await browser.open("/")

    await asyncio.gather(browser.ask(YES), browser.ask(NO), browser.ask(YES))
    page = await browser.open("/")

    assert page.count("<article") == 3


# --- Conversations


async def test_a_browser_keeps_its_conversation_and_no_other_sees_it(
    browser: Browser, app: App
) -> None:
    await browser.ask(NO)

    async with Browser(app) as other:
        assert NO not in words(await other.open("/"))
    assert NO in words(await browser.open("/"))


async def test_the_cookie_is_random_and_kept_from_scripts_and_other_pages(
    app: App,
) -> None:
    names = set()
    for _ in range(3):
        async with Browser(app) as browser:
            cookie = (await browser.get("/")).headers["set-cookie"]
            names.add(cookie.partition(";")[0])
            assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert len(names) == 3
    assert all(name.startswith("greenlight-8321=") and len(name) > 40 for name in names)


async def test_a_cookie_we_did_not_give_begins_a_visit_of_its_own(browser: Browser) -> None:
    browser.cookies.set("greenlight-8321", "chosen-by-somebody-else")

    found = await browser.get("/")

    assert "chosen-by-somebody-else" not in found.headers["set-cookie"]


async def test_a_new_conversation_forgets_the_old_one(browser: Browser) -> None:
    await browser.ask(NO)

    page = (await browser.submit("/new")).text

    assert "<article" not in page


async def test_a_conversation_and_the_number_of_visits_have_an_end(
    browser: Browser, app: App
) -> None:
    for number in range(MOST_ENTRIES + 2):
        await browser.ask(f"hello {number}")
    page = await browser.open("/")
    assert page.count("<article") == MOST_ENTRIES
    assert "hello 1 " not in words(page)

    visits, person = Visits(), next(iter(app.knowledge.people.values()))
    first, _ = visits.start(person)
    for _ in range(MOST_VISITS):
        last, _ = visits.start(person)
    assert visits.find(first) is None
    assert visits.find(last) is not None


# --- Being somebody else


async def test_becoming_somebody_else_is_said_once_and_shown_always(browser: Browser) -> None:
    first = await browser.become("ben")
    second = await browser.open("/")

    assert "You are now Ben Okafor" in words(first)
    assert "You are now" not in words(second)
    assert "Senior designer Creative Studio United Kingdom Employee" in words(second)


async def test_everybody_has_a_conversation_of_their_own(browser: Browser) -> None:
    await browser.ask(NO)

    ben = await browser.become("ben")
    ana = await browser.become("ana")

    assert "<article" not in ben
    assert ana.count("<article") == 1


async def test_the_last_question_can_be_asked_again_as_somebody_else(browser: Browser) -> None:
    await browser.ask(YES)

    page = await browser.become("jonas")
    turn = await browser.ask(YES)
    after = await browser.open("/")

    assert f"Ask the same again: {YES}" in words(page)
    assert "Not allowed" in words(turn)
    assert "Ask the same again" not in after


async def test_a_window_that_shows_somebody_is_answered_as_them(browser: Browser) -> None:
    await browser.become("jonas")

    turn = await browser.ask(YES, person="ana")

    assert "Allowed with conditions" in words(turn)


async def test_somebody_unknown_cannot_be_chosen(browser: Browser) -> None:
    found = await browser.post("/person", data={"person": "nobody"})

    assert found.status_code == 404


@pytest.mark.parametrize(
    ("back", "lands"),
    [
        ("/tools?q=chatgpt&data=personal", "/tools?q=chatgpt&data=personal"),
        ("/sections/AUP-2", "/sections/AUP-2"),
        ("/answers/a-1", "/"),
        ("https://evil.example/tools", "/"),
        ("//evil.example/tools", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
async def test_the_page_after_a_change_of_person_is_one_of_ours(
    browser: Browser, back: str, lands: str
) -> None:
    found = await browser.post("/person", data={"person": "ben", "back": back})

    assert found.headers["location"] == lands


async def test_a_company_without_people_has_a_playground_too(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    folder.mkdir()
    kb.write(folder, {"people.yaml": None, "questions.yaml": None, "exceptions.yaml": None})
    async with Browser(replace(app, knowledge=load(folder))) as browser:
        page = await browser.open("/")
        turn = await browser.ask("hello")
        tools = await browser.open("/tools")

    assert "Change" not in words(page)
    assert "<article" in turn
    assert "no department named" in words(tools)


@pytest.mark.parametrize("person", ["ana", "clara", "jonas", "mara", "usman"])
async def test_everybody_gets_questions_to_try_that_are_answered(
    browser: Browser, person: str
) -> None:
    page = await browser.become(person)
    chips = re.findall(r'name="text" value="([^"]*)"><button class="chip">', page)

    assert 3 <= len(chips) <= 6
    for chip in chips:
        assert "went wrong" not in words(await browser.ask(chip))


def catalogue_names(knowledge: Knowledge) -> re.Pattern[str]:
    names = {tool.name for tool in knowledge.tools.values()}
    names |= {edition.name for edition in knowledge.editions.values()} | knowledge.tools.keys()
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![\w-])", re.IGNORECASE)


async def test_a_guest_sees_the_notice_and_no_word_of_the_catalogue(
    browser: Browser, app: App
) -> None:
    await browser.ask(YES)
    named = catalogue_names(app.knowledge)
    pages = [await browser.become("noah")]
    turn = await browser.ask("what applies to me, and what may I use?")
    pages += [turn, await browser.open("/"), await browser.open("/tools")]
    pages += [await browser.open(page) for page in ("/rules", "/sections/AUP-6", "/?text=hi")]
    pages.append(await browser.open(f"/answers/{id_of(turn)}"))

    assert "For guests" in words(turn)
    assert "For guests" not in words(pages[0])
    for page in pages:
        assert named.search(page) is None, named.search(page)
    assert "/tools" not in links(pages[0])
    assert named.search(await browser.become("ana")) is not None


@pytest.mark.parametrize("path", ["/sections/AUP-2", "/courses/TR-101", "/sections/AUP-99"])
async def test_what_is_not_for_guests_looks_to_them_as_if_it_were_not_there(
    browser: Browser, path: str
) -> None:
    await browser.become("noah")

    found, nothing = await browser.get(path), await browser.get("/nothing")

    assert found.status_code == 404
    assert found.text == nothing.text
