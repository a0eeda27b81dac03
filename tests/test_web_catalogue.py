from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web import Browser, words

from bot.app import App
from bot.decide import STRICTNESS, Question, decide
from bot.knowledge import Knowledge
from bot.lookup import SOON, Asked, by_openness, found, shelves, term
from handlers.web.faces import FACES

DAY = date(2026, 11, 22)


@pytest.fixture
async def browser(app: App) -> AsyncIterator[Browser]:
    async with Browser(app) as opened:
        yield opened


def names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<h2 id="tool-[^"]*">([^<]*)</h2>', page)]


def badges(page: str) -> set[str]:
    listed = page[page.index('<div id="found">') :]
    return set(re.findall(r'<span class="badge[^>]*>.*?<span lang="en">([^<]*)</span>', listed))


# --- Judged for one person


@pytest.mark.parametrize("person", ["ana", "jonas", "clara", "mara"])
@pytest.mark.parametrize(("data", "use"), [("", "general"), ("personal.customer", "summarise")])
def test_every_edition_is_shown_with_what_would_be_decided(
    shipped: Knowledge, person: str, data: str, use: str
) -> None:
    who = shipped.people[person]

    shown = shelves(shipped.tools.values(), Asked(data=data, use=use), who, DAY, shipped)

    rows = {row.key: row for shelf in shown for row in shelf.rows}
    assert rows.keys() == shipped.editions.keys()
    for key, row in rows.items():
        tool, _, edition = key.partition(":")
        question = Question(
            person=who,
            date=DAY,
            tool=tool,
            edition=edition,
            data=frozenset({data} if data else ()),
            use=use,
        )
        decision = decide(question, shipped)
        assert row.verdict == decision.verdict
        assert len(row.conditions) == len(decision.conditions)
        assert bool(row.why) != decision.allowed


def test_tools_with_a_yes_come_first_and_so_do_their_open_editions(shipped: Knowledge) -> None:
    ana = shipped.people["ana"]

    shown = by_openness(shelves(shipped.tools.values(), Asked(), ana, DAY, shipped))

    yes = [STRICTNESS[shelf.rows[0].verdict] <= 1 for shelf in shown]
    assert yes == sorted(yes, reverse=True)
    for shelf in shown:
        order = [STRICTNESS[row.verdict] for row in shelf.rows]
        assert order == sorted(order)


def test_the_end_of_an_approval_is_said_and_marked_when_it_is_near(shipped: Knowledge) -> None:
    terms = {key: term(edition, DAY) for key, edition in shipped.editions.items()}

    for key, edition in shipped.editions.items():
        said = terms[key]
        if edition.status in {"prohibited", "retired"}:
            assert said.label == "no_approval"
        if said.label == "until":
            assert said.day is not None
            assert said.soon == (said.day - DAY <= SOON)
        if said.label == "ended":
            assert said.day is not None
            assert said.day < DAY
    assert {"until", "ended", "from", "decision", "no_approval", "pilot_until"} <= {
        said.label for said in terms.values()
    }
    assert any(said.soon for said in terms.values())


def test_an_approval_marked_today_ends_within_the_time(shipped: Knowledge) -> None:
    edition = next(
        e for e in shipped.editions.values() if e.approval and e.approval.expires and not e.pilot
    )
    assert edition.approval is not None
    ends = edition.approval.expires
    assert ends is not None

    assert term(edition, ends).soon
    assert term(edition, ends - SOON).soon
    assert not term(edition, ends - SOON - timedelta(days=1)).soon
    assert term(edition, ends + timedelta(days=1)).label == "ended"


def test_an_approval_without_an_end_is_said_to_have_none(shipped: Knowledge) -> None:
    edition = shipped.editions["chatgpt:enterprise"].model_copy(update={"approval": None})

    assert term(edition, DAY).label == "no_end"


# --- Finding


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("chatgpt", "ChatGPT"),
        ("chatgtp", "ChatGPT"),
        ("chat gpt", "ChatGPT"),
        ("midjorney", "Midjourney"),
        ("kopilot", "Microsoft Copilot"),
        ("gemni", "Gemini"),
        ("perplxity", "Perplexity"),
        ("FIREFLY", "Adobe Firefly"),
        ("git hub copilot", "GitHub Copilot"),
    ],
)
def test_a_tool_is_found_by_a_name_that_is_roughly_right(
    shipped: Knowledge, search: str, first: str
) -> None:
    assert found(search, shipped.tools.values(), shipped)[0].name == first


def test_a_name_that_is_right_finds_no_other_that_is_nearly_the_same(shipped: Knowledge) -> None:
    for tool in found("copilot", shipped.tools.values(), shipped):
        assert "copilot" in f"{tool.name} {tool.aliases} {tool.editions}".casefold()


def test_a_tool_is_found_by_what_it_is_good_for(shipped: Knowledge) -> None:
    listed = [tool.name for tool in found("translation", shipped.tools.values(), shipped)]

    assert "DeepL" in listed
    assert len(listed) < len(shipped.tools) / 2


@pytest.mark.parametrize("search", ["zzzz", "xq", "qwertzuiop", "§§§ zz"])
def test_what_is_nothing_like_a_tool_finds_none(shipped: Knowledge, search: str) -> None:
    assert found(search, shipped.tools.values(), shipped) == ()


@given(search=st.text(max_size=200))
def test_any_text_can_be_searched_for(shipped: Knowledge, search: str) -> None:
    every = tuple(shipped.tools.values())

    assert set(map(id, found(search, every, shipped))) <= set(map(id, every))


# --- The page


async def test_the_page_lists_every_tool_of_the_catalogue(browser: Browser, app: App) -> None:
    page = await browser.open("/tools")

    assert sorted(names(page)) == sorted(tool.name for tool in app.knowledge.tools.values())
    assert f"{len(app.knowledge.tools)} tools, {len(app.knowledge.editions)} editions" in page


async def test_a_very_long_list_ends_with_how_to_see_the_rest(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["handlers.web.tools"], "MOST", 5)

    page = await browser.open("/tools")

    assert len(names(page)) == 5
    assert "These are the first ones." in words(page)


@pytest.mark.parametrize("verdict", ["allowed", "not_reviewed", "not_allowed"])
async def test_the_page_shows_one_verdict_when_asked(browser: Browser, verdict: str) -> None:
    page = await browser.open(f"/tools?verdict={verdict}")

    assert badges(page) == {face.word for key, face in FACES.items() if key == verdict}


async def test_everything_i_may_use_is_both_kinds_of_yes(browser: Browser) -> None:
    page = await browser.open("/tools?verdict=yes")

    assert badges(page) == {FACES["allowed"].word, FACES["allowed_with_conditions"].word}


async def test_data_and_purpose_change_what_is_allowed(browser: Browser) -> None:
    anything = names(await browser.open("/tools?verdict=yes"))
    cards = names(await browser.open("/tools?verdict=yes&data=regulated.payment"))
    secrets = await browser.open("/tools?verdict=yes&data=secret")

    assert len(cards) < len(anything)
    assert names(secrets) == []
    assert "No tool fits these filters." in words(secrets)


async def test_another_person_sees_another_catalogue(browser: Browser) -> None:
    ana = names(await browser.open("/tools?verdict=yes"))

    jonas = names(await browser.become("jonas", back="/tools?verdict=yes"))

    assert 0 < len(jonas) < len(ana)


async def test_filters_nobody_knows_filter_nothing(browser: Browser, app: App) -> None:
    page = await browser.open("/tools?data=%22%3E&use=nope&verdict=maybe&q=")

    assert len(names(page)) == len(app.knowledge.tools)


async def test_the_filters_stay_as_they_were_set(browser: Browser) -> None:
    page = await browser.open(
        "/tools?q=%22%3Cb%3E&data=personal.customer&use=summarise&verdict=yes"
    )

    assert 'value="&#34;&lt;b&gt;"' in page
    for value in ("personal.customer", "summarise", "yes"):
        assert f'<option value="{value}" selected>' in page


async def test_every_edition_can_be_asked_about_from_the_page(browser: Browser) -> None:
    page = await browser.open("/tools?q=chatgpt&data=personal.customer")
    href = re.search(r'href="(/\?text=[^"]*)"', page)
    assert href is not None

    chat = await browser.open(unescape(href.group(1)))

    assert re.search(r"<textarea[^>]*>Can I use ChatGPT Enterprise with personal data\?<", chat)
