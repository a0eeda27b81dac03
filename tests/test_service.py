"""The assistant at work: from an accepted deed to the post, with real inbox, gate and database."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import ask, audit, inbox
from bot.chat import (
    Arrival,
    Caller,
    Deed,
    Left,
    Message,
    Opened,
    Page,
    Place,
    Post,
    Pressed,
    Rated,
    Said,
    SendError,
    Submitted,
)
from bot.gate import Refused
from bot.inbox import Options
from bot.knowledge import load
from bot.service import Service
from bot.store import answers
from tests.conftest import NOW
from tests.people_chats import OURS, PLACES, PeopleChat, cast, place
from tests.test_notice import catalogue

QUESTION = "can I put our customer list into ChatGPT?"


@dataclass
class Remembering(PeopleChat):
    """A platform that keeps what was posted, and lets a test wait for it."""

    posts: list[Post] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    prompts: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def post(self, post: Post) -> str:
        async with self.came:
            self.posts.append(post)
            self.came.notify_all()
        return f"m-{len(self.posts)}"

    async def home(self, caller: Caller, page: Page) -> None:
        async with self.came:
            self.pages.append(page)
            self.came.notify_all()

    async def suggest(self, place: Place, prompts) -> None:
        async with self.came:
            self.prompts.extend(prompts)
            self.came.notify_all()

    async def working(self, place: Place, note: str) -> None:
        self.notes.append(note)

    async def until(self, happened) -> None:
        async with asyncio.timeout(20), self.came:
            await self.came.wait_for(happened)


@pytest.fixture
def chat() -> Remembering:
    return Remembering({part.caller.user: part.profile for part in cast("slack").values()})


@pytest.fixture
async def service(app, chat) -> Service:
    return Service(app, {"slack": chat}, ours=OURS, options=Options(poll=0.05, accept_timeout=10))


def arrival(who: str, deed: Deed, where: str = "direct", number: int = 1) -> Arrival:
    caller = cast("slack")[who].caller
    here = place(where)
    if here.kind != "direct":
        here = replace(here, only_for=caller.user)
    return Arrival(id=f"slack:{who}:{number}", at=NOW, caller=caller, place=here, deed=deed)


async def test_a_question_is_answered_where_it_was_asked(service, chat):
    async with service.running():
        await service.accept(arrival("member", Said(text=QUESTION)))
        await chat.until(lambda: chat.posts)

    (post,) = chat.posts
    assert post.place.channel == "D1"
    assert post.card.verdict == "not_allowed"
    assert post.card.answer_id


async def test_what_is_delivered_three_times_is_answered_once(service, chat):
    async with service.running():
        for _ in range(3):
            await service.accept(arrival("member", Said(text=QUESTION)))
        await service.accept(arrival("member", Said(text="help", command=True), number=2))
        await chat.until(lambda: len(chat.posts) == 2)

    assert [post.key for post in chat.posts] == ["slack:member:1#1", "slack:member:2#1"]


async def test_what_was_accepted_before_a_crash_is_answered_after_it(service, app, chat):
    await service.accept(arrival("member", Said(text=QUESTION)))
    again = Service(app, {"slack": chat}, ours=OURS)

    async with again.running():
        await chat.until(lambda: chat.posts)

    assert len(chat.posts) == 1


async def test_a_rating_that_names_only_the_message_finds_the_answer(service, chat, app):
    async with service.running():
        await service.accept(arrival("member", Said(text=QUESTION)))
        await chat.until(lambda: chat.posts)
    person = (await app.store.run(answers.find, chat.posts[0].card.answer_id)).person_id

    done = await service.work(arrival("member", Rated(of="m-1", helpful=True), number=2), 1)
    for action in done.also:
        await app.store.run(action)

    assert (await app.store.run(answers.kept_about, person)).ratings == 1


async def test_a_channel_answer_is_for_the_asker_alone_until_shared(service, chat):
    said = arrival("member", Said(text=QUESTION), "channel")
    async with service.running():
        await service.accept(said)
        await chat.until(lambda: chat.posts)
        card = chat.posts[0].card
        press = Pressed(action="share", value="share", of=card.answer_id)
        for number in (2, 3):
            await service.accept(arrival("member", press, "channel", number))
        await service.accept(arrival("member", Said(text="help"), "channel", 4))
        await chat.until(lambda: len(chat.posts) == 3)

    assert chat.posts[0].place.only_for == said.caller.user
    (shared,) = [post for post in chat.posts if not post.place.only_for]
    assert "customer list" not in repr(shared.card.facts)
    assert shared.card.buttons == ()


@pytest.fixture
def catalogue_words(shipped):
    """Finds words of the catalogue in a text; those of the guests' own section are theirs."""
    guests = " ".join(shipped.sections[s].body for s in shipped.company.guests.cite).lower()
    words = {word for word in catalogue(shipped) if word not in guests}

    def found(text: str) -> list[str]:
        return [word for word in words if word in text.lower()]

    return found


OUTSIDERS = sorted(name for name, part in cast("slack").items() if part.kind is not None)
DEEDS = {
    "says": Said(text=QUESTION),
    "pastes": Said(text=QUESTION, pasted=True),
    "commands": Said(text="tools", command=True),
    "presses": Pressed(action="why", of="a-1"),
    "shares": Pressed(action="share", of="a-1"),
    "submits": Submitted(form="request", values={"tool": "Sora"}),
    "opens home": Opened(what="home"),
    "opens the conversation": Opened(what="conversation"),
}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("who", OUTSIDERS)
async def test_outsiders_get_the_notice_and_no_word_of_the_catalogue(
    service, chat, shipped, catalogue_words, who, where
):
    for number, deed in enumerate(DEEDS.values(), start=1):
        done = await service.work(arrival(who, deed, where, number), 9)
        for post in done.posts:
            assert post.card.action == "guest_notice"
            assert post.place.private
            assert catalogue_words(repr(post.card)) == []
        assert done.also == ()
    assert catalogue_words(repr(chat.pages)) == []
    assert chat.prompts == []


async def test_bots_and_people_who_left_are_sent_nothing(service):
    for who in ("bot", "bot, unsaid", "deactivated"):
        done = await service.work(arrival(who, Said(text=QUESTION)), 1)

        assert done.posts == ()


async def test_each_refusal_is_on_the_record(service, app):
    await service.work(arrival("guest", Said(text=QUESTION)), 1)

    (entry,) = await app.store.run(audit.entries)
    assert (entry.kind, entry.detail["outsider"]) == ("refused", "guest")


async def test_somebody_who_cannot_be_looked_up_is_tried_again_before_they_are_refused(service):
    asked = arrival("lookup fails", Said(text=QUESTION))

    with pytest.raises(SendError):
        await service.work(asked, 1)
    done = await service.work(asked, 3)

    assert done.posts[0].card.action == "guest_notice"


async def test_the_gate_for_forms_turns_away_outsiders(service):
    asked = arrival("guest", Said(text="request"))

    assert isinstance(await service.admit(asked.caller, asked.place, "form"), Refused)


async def test_opening_home_shows_the_page_and_posts_nothing(service, chat):
    done = await service.work(arrival("member", Opened(what="home")), 1)

    assert done.posts == ()
    assert chat.pages[0].title == "Greenlight"


async def test_opening_the_conversation_suggests_prompts(service, chat):
    await service.work(arrival("member", Opened(what="conversation")), 1)

    assert 1 <= len(chat.prompts) <= 4


async def test_who_took_the_assistant_away_is_not_written_to_any_more(service):
    done = await service.work(arrival("member", Left()), 1)

    assert done.posts == ()
    assert len(done.also) == 1


async def test_what_cannot_be_answered_is_said_to_the_asker(app, chat):
    service = Service(app, {"slack": chat}, ours=OURS, options=Options(attempts=1))
    broken = replace(arrival("member", Said(text=QUESTION)), place=place("direct"))

    async def fails(arrival: Arrival, attempt: int):
        raise RuntimeError("of ours")

    service.inbox._work = fails
    async with service.running():
        await service.accept(broken)
        await chat.until(lambda: chat.posts)

    assert chat.posts[0].card.headline == "I could not answer you. I am sorry."
    (dead,) = await app.store.run(inbox.dead)
    assert "RuntimeError" in dead.error


async def test_a_form_with_a_secret_in_it_is_handed_back(service):
    secret = "ghp_" + secrets.token_hex(18)
    values = {"tool": "Sora", "use": f"with {secret}", "data": ("public",)}
    person = service.app.knowledge.people["ana"]

    problems = service.problems(Submitted(form="request", values=values), person)

    assert list(problems) == ["use"]
    assert secret not in problems["use"]


async def test_a_filled_in_form_can_be_accepted(service):
    values = {"tool": "Sora", "use": "Clips", "data": ("public",), "tried": ""}
    person = service.app.knowledge.people["ana"]

    assert service.problems(Submitted(form="request", values=values), person) == {}


async def test_an_edit_of_the_knowledge_base_counts_without_a_restart(app, chat, tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(app.settings.knowledge, folder)
    edited = replace(
        app,
        settings=app.settings.model_copy(update={"knowledge": folder}),
        knowledge=await asyncio.to_thread(load, folder),
    )
    service = Service(edited, {"slack": chat}, ours=OURS)
    before = service.app.knowledge.version

    company = folder / "company.yaml"
    text = company.read_text(encoding="utf-8")
    _write(company, text.replace("name: Northwind Outdoor", "name: Southwind Indoor"))
    service._in_force(await asyncio.to_thread(load, folder))

    assert service.app.knowledge.version != before
    assert service.app.knowledge.company.name == "Southwind Indoor"


async def test_texts_whose_time_is_over_are_forgotten_while_running(app, chat):
    ana = app.knowledge.people["ana"]
    answer = await ask.answer(app, Message(person=ana, text=QUESTION), door="test")
    later = replace(app, now=lambda: NOW + timedelta(days=31))
    service = Service(later, {"slack": chat}, ours=OURS)

    async with service.running(), asyncio.timeout(20):
        while await app.store.run(answers.words_of, answer.answer_id) is not None:
            continue

    assert await app.store.run(answers.find, answer.answer_id) is not None


async def test_admins_who_can_be_reached_are_told_of_a_broken_edit_once(service, chat, app):
    olivia = replace(cast("slack")["member"].profile, email="olivia@northwind.example")
    chat.people["U-member"] = olivia
    await service.work(arrival("member", Said(text="help", command=True)), 1)
    error = _broken_edit()

    async with service.running():
        for _ in range(2):
            await service._not_in_force(error)
        await chat.until(lambda: chat.posts)

    (told,) = chat.posts
    assert "company.yaml" in told.card.reason
    assert service.broken is error


def _broken_edit():
    from bot.knowledge import KnowledgeError, Problem

    problem = Problem(file="company.yaml", line=3, field="name", message="Text is missing.")
    return KnowledgeError((problem,))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
