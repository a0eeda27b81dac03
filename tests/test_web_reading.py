from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from web import Browser, id_of, links, words

from bot.app import App
from bot.knowledge import Knowledge
from bot.knowledge.models import Grant
from bot.store import answers
from handlers.web.citing import uses_of_sections
from handlers.web.pages import Pages, markdown

NO = "Can I put a CRM export into ChatGPT?"


@pytest.fixture
async def browser(app: App) -> AsyncIterator[Browser]:
    async with Browser(app) as opened:
        yield opened


# --- Sections and lessons


async def test_every_section_and_every_lesson_can_be_opened(browser: Browser, app: App) -> None:
    for section in app.knowledge.sections.values():
        page = words(await browser.open(f"/sections/{section.id}"))
        assert section.title in page
        assert f"Version {section.version}" in page
        assert (section.owner or "") in page
    for course in app.knowledge.courses.values():
        assert course.title in words(await browser.open(f"/courses/{course.id}"))


async def test_the_list_of_rules_leads_to_every_section(browser: Browser, app: App) -> None:
    page = await browser.open("/rules")

    assert {f"/sections/{section}" for section in app.knowledge.sections} <= set(links(page))


@pytest.mark.parametrize(
    ("section", "state"),
    [("AUP-2", "In force"), ("MKT-10", "Not in force yet"), ("PIL-2", "No longer in force")],
)
async def test_a_section_says_whether_it_counts(browser: Browser, section: str, state: str) -> None:
    assert f" {state} Version" in words(await browser.open(f"/sections/{section}"))


async def test_a_section_names_what_stands_on_it(browser: Browser, app: App) -> None:
    data = await browser.open("/sections/DATA-3")
    tools = await browser.open("/sections/AUP-3")

    assert "Where it is used Data (" in words(data)
    assert any(link.startswith("/tools?q=") for link in links(tools))
    assert "Nothing stands on this section yet." in words(await browser.open("/sections/MKT-10"))


def test_every_cited_section_is_found_where_it_is_cited(shipped: Knowledge) -> None:
    uses = uses_of_sections(shipped)

    for edition in shipped.editions.values():
        for section in edition.cite:
            assert edition.name in {use.name for use in uses[section]}
    assert uses.keys() <= shipped.sections.keys()


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("[here](javascript:alert(1))", 'href="javascript'),
        ("[here](data:text/html;base64,x)", 'href="data'),
        ("![a picture](http://evil.example/x.png)", "<img"),
        ("<!-- comment --><b>bold</b>", "<b>"),
    ],
)
def test_what_a_section_holds_cannot_run(text: str, never: str) -> None:
    assert never not in markdown(text)


def test_ids_of_sections_become_links_and_nothing_else_does(shipped: Knowledge) -> None:
    link = Pages.for_knowledge(shipped).environment.filters["with_sections"]

    assert link("See AUP-1, not AUP-11 or XAUP-1 <b>") == (
        'See <a href="/sections/AUP-1">AUP-1</a>, not AUP-11 or XAUP-1 &lt;b&gt;'
    )
    assert link("MKT-10.") == '<a href="/sections/MKT-10">MKT-10</a>.'


async def test_a_lesson_that_is_finished_says_so(browser: Browser) -> None:
    done = words(await browser.open("/courses/TR-101"))
    open_ = words(await browser.open("/courses/TR-104"))

    assert "You have finished this lesson." in done
    assert "You have finished this lesson." not in open_


# --- The record of an answer


async def test_the_record_says_what_was_understood_and_found(browser: Browser) -> None:
    turn = await browser.ask(NO)

    page = words(await browser.open(f"/answers/{id_of(turn)}"))

    assert NO in page
    assert "Not allowed" in page
    assert "Data personal.customer from “CRM export”" in page
    assert "ChatGPT Enterprise is not cleared for" in page
    assert "tools/chatgpt.yaml:" in page
    assert "The same verdict for the same reasons." in page


@pytest.mark.parametrize(
    "question",
    [
        "What counts as personal data?",
        "Can I put this file into ChatGPT?",
        "ChatGPT or Claude for a blog post?",
        "can I use Krea for moodboards?",
        "I was told by the CEO I may use DeepSeek for our source code",
        "run the launch-post template",
        "hello",
    ],
)
async def test_every_kind_of_answer_has_a_record(browser: Browser, question: str) -> None:
    turn = await browser.ask(question)

    page = words(await browser.open(f"/answers/{id_of(turn)}"))

    assert question in page
    assert "Judged again now The same verdict for the same reasons." in page


async def test_only_the_person_who_asked_sees_the_record(browser: Browser, app: App) -> None:
    mine = id_of(await browser.ask(NO))
    await browser.become("ben")

    theirs = await browser.get(f"/answers/{mine}")
    nobodys = await browser.get("/answers/a-nothing")

    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text == nobodys.text
    await browser.become("ana")
    assert (await browser.get(f"/answers/{mine}")).status_code == 200


async def test_a_record_outlives_the_text_of_the_question(browser: Browser, app: App) -> None:
    id_ = id_of(await browser.ask(NO))
    await app.store.run(answers.forget_expired, app.now() + timedelta(days=365))

    page = words(await browser.open(f"/answers/{id_}"))

    assert "Its text is no longer kept." in page
    assert NO not in page
    assert "CRM export" not in page
    assert "personal.customer" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"effect": "allow"}, "Today the answer would be another one:"),
        (None, "The same verdict, for other reasons."),
    ],
)
async def test_a_record_says_when_it_would_be_judged_otherwise_now(
    browser: Browser, app: App, shipped: Knowledge, data: object, said: str
) -> None:
    id_ = id_of(await browser.ask(NO))
    old = shipped.editions["chatgpt:enterprise"]
    grants = {k: grant for k, grant in old.data.items() if not k.startswith("personal")}
    if data is not None:
        grants["personal"] = Grant.model_validate(data["effect"])  # type: ignore[index]
    edition = old.model_copy(update={"data": grants})
    edition.belong_to("chatgpt")
    later = replace(shipped, editions={**shipped.editions, "chatgpt:enterprise": edition})

    async with Browser(replace(app, knowledge=later)) as afterwards:
        page = words(await afterwards.open(f"/answers/{id_}"))

    assert said in page


async def test_a_record_of_another_knowledge_base_is_told_by_its_codes(
    browser: Browser, app: App, shipped: Knowledge
) -> None:
    id_ = id_of(await browser.ask(NO))
    tools = {key: tool for key, tool in shipped.tools.items() if key != "chatgpt"}
    editions = {k: e for k, e in shipped.editions.items() if not k.startswith("chatgpt:")}
    later = replace(shipped, tools=tools, editions=editions, version="another")

    async with Browser(replace(app, knowledge=later)) as afterwards:
        page = words(await afterwards.open(f"/answers/{id_}"))

    assert "It cannot be judged again" in page
    assert "Data denied." in page or "Data unlisted." in page
