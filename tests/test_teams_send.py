"""What is said in Teams: where an answer goes, who sees it, and what when it cannot get there."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from end_to_end.rigs.teams.connector import Connector as Stub
from end_to_end.rigs.teams.connector import Failure, Sent
from end_to_end.rigs.teams.entra import APP, TENANT, Entra
from end_to_end.rigs.teams.serving import serving
from yarl import URL

from bot import settings
from bot.chat import (
    Button,
    Caller,
    Card,
    Chat,
    Citation,
    Page,
    Place,
    Post,
    Section,
    SendError,
)
from bot.settings import Settings
from handlers.teams.buttons import pressed_from
from handlers.teams.limits import CARD, problems
from handlers.teams.send import TeamsChat

MINE = Place(
    platform="teams",
    team=TENANT,
    channel="a:mara",
    kind="direct",
    route={"service_url": "", "bot": f"28:{APP}", "reply_to": "q-1", "locale": "en-GB"},
)
CHANNEL = replace(
    MINE,
    channel="19:campaigns@thread.tacv2",
    thread="1700",
    kind="channel",
    only_for="29:mara",
)
GROUP = replace(CHANNEL, channel="19:launch@thread.v2", thread="", kind="group")

CITED = Citation(
    section="DATA-5",
    title="Passwords",
    document="Data policy",
    version="3",
    effective="2026-01-01",
    line="DATA-5 Passwords, version 3",
)
ANSWER = Card(
    action="answer",
    verdict="not_allowed",
    headline="No.",
    reason="Passwords never go into any AI tool.",
    citations=(CITED,),
    answer_id="a-1",
)
SHARE = Button(label="Share", action="share", value="share")
WHY = Button(label="Why", action="why", value="why")
PRESSABLE = replace(ANSWER, buttons=(WHY, SHARE))


@dataclass
class Rig:
    stub: Stub
    entra: Entra
    address: str
    settings: Settings
    chat: TeamsChat

    def post(self, place: Place, card: Card = ANSWER, **more: Any) -> Post:
        route = {**place.route, "service_url": self.address, **more.pop("route", {})}
        return Post(key="k-1", place=replace(place, route=route), card=card, **more)

    def with_settings(self, **more: Any) -> TeamsChat:
        return TeamsChat(self.settings.model_copy(update=more), wire=self.chat._wire)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    stub, entra = Stub(), Entra()
    async with serving(stub.app()) as address, serving(entra.app()) as login_url:
        given = settings.read(
            teams_app_id=APP,
            teams_app_password=secrets.token_urlsafe(),
            teams_tenant_ids=TENANT,
            teams_login_url=login_url,
            teams_connector_hosts=URL(address).host_port_subcomponent,
            secret_key=secrets.token_urlsafe(32),
        )
        chat = TeamsChat(given)
        yield Rig(stub, entra, address, given, chat)
        await chat.aclose()


def actions(sent: Sent) -> list[dict[str, Any]]:
    """Return the buttons of what was sent."""

    def found(value: object) -> list[dict[str, Any]]:
        if isinstance(value, list):
            return [each for inner in value for each in found(inner)]
        if not isinstance(value, dict):
            return []
        own = [value] if str(value.get("type", "")).startswith("Action.") else []
        return own + [
            each for key, inner in value.items() if key != "fallback" for each in found(inner)
        ]

    return found(sent.body)


def test_it_is_a_chat() -> None:
    chat: Chat = TeamsChat(settings.read())

    assert chat is not None


# --- In somebody's own chat


async def test_an_answer_is_a_reply_to_its_question(rig: Rig) -> None:
    name = await rig.chat.post(rig.post(MINE))

    [sent] = rig.stub.sent
    assert name == "a:mara|act-1"
    assert (sent.method, sent.conversation, sent.targeted) == ("POST", "a:mara", False)
    assert sent.body["replyToId"] == "q-1"
    assert sent.body["from"] == {"id": f"28:{APP}"}
    assert sent.body["conversation"] == {"id": "a:mara"}
    assert "recipient" not in sent.body


async def test_an_answer_cites_and_asks_whether_it_helped(rig: Rig) -> None:
    await rig.chat.post(rig.post(MINE))

    body = rig.stub.sent[0].body
    [root] = body["entities"]
    assert problems(body) == ()
    assert root["citation"][0]["position"] == 1
    assert "additionalType" not in root
    assert body["channelData"] == {"feedbackLoop": {"type": "custom"}}


async def test_what_a_model_wrote_says_so(rig: Rig) -> None:
    await rig.chat.post(rig.post(MINE, replace(ANSWER, written_by="model")))

    [root] = rig.stub.sent[0].body["entities"]
    assert root["additionalType"] == ["AIGeneratedContent"]


async def test_what_answers_nothing_is_not_rated(rig: Rig) -> None:
    await rig.chat.post(rig.post(MINE, replace(ANSWER, answer_id="")))

    assert "channelData" not in rig.stub.sent[0].body


async def test_a_message_knows_the_answer_it_shows(rig: Rig) -> None:
    name = await rig.chat.post(rig.post(MINE))

    assert rig.chat.answer_in(name) == "a-1"
    assert rig.chat.answer_in("a:mara|act-99") == ""


async def test_an_answer_is_replaced_in_place(rig: Rig) -> None:
    name = await rig.chat.post(rig.post(MINE))

    again = await rig.chat.post(rig.post(MINE, replaces=name))

    sent = rig.stub.sent[-1]
    assert again == name
    assert (sent.method, sent.conversation, sent.message) == ("PUT", "a:mara", "act-1")


async def test_a_long_answer_becomes_several_messages_and_is_not_cut(rig: Rig) -> None:
    words = " ".join(f"word{number}" for number in range(9_000))
    await rig.chat.post(rig.post(MINE, replace(ANSWER, reason=words)))

    assert len(rig.stub.sent) > 1
    assert all(problems(sent.body) == () for sent in rig.stub.sent)
    assert all(word in json.dumps([s.body for s in rig.stub.sent]) for word in words.split())


async def test_after_an_error_a_long_answer_goes_on_where_it_stopped(rig: Rig) -> None:
    words = " ".join(f"word{number}" for number in range(9_000))
    post = rig.post(MINE, replace(ANSWER, reason=words))
    await rig.chat.post(post)
    whole = [sent.body.get("text") for sent in rig.stub.sent]
    rig.stub.sent.clear()
    real, rig.stub._begin = rig.stub._begin, _fails_at(rig.stub, 2)  # type: ignore[method-assign]

    with pytest.raises(SendError):
        await rig.chat.post(post)
    rig.stub._begin = real  # type: ignore[method-assign]
    await rig.chat.post(post)

    assert [sent.body.get("text") for sent in rig.stub.sent] == whole


def _fails_at(stub: Stub, number: int) -> Any:
    """Return a beginning of requests in which one of them fails."""
    seen = 0
    begin = stub._begin

    async def beginning(request: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            stub.failures.append(Failure(429))
        await begin(request)

    return beginning


async def test_what_replaces_a_message_may_be_longer_than_one(rig: Rig) -> None:
    words = " ".join(f"word{number}" for number in range(9_000))
    post = rig.post(MINE, replace(ANSWER, reason=words), replaces="a:mara|act-7")

    await rig.chat.post(post)

    assert [sent.method for sent in rig.stub.sent][:2] == ["PUT", "POST"]


async def test_what_was_long_ago_is_forgotten(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.teams.remembered._MOST", 1)
    first = await rig.chat.post(rig.post(MINE))
    second = await rig.chat.post(rig.post(MINE))

    assert [rig.chat.answer_in(name) for name in (first, second)] == ["", "a-1"]


async def test_nothing_is_found_by_its_key(rig: Rig) -> None:
    post = rig.post(MINE)
    await rig.chat.post(post)

    assert await rig.chat.posted(post) is None


@pytest.mark.parametrize("status", [429, 502, 503])
async def test_an_error_that_may_pass_is_left_to_the_outbox(rig: Rig, status: int) -> None:
    rig.stub.failures = [Failure(status, headers={"retry-after": "9"})]

    with pytest.raises(SendError) as caught:
        await rig.chat.post(rig.post(MINE))

    assert (caught.value.retry_after, caught.value.for_good) == (9, False)
    assert len(rig.stub.tokens) == 1


async def test_somebody_who_has_blocked_us_is_not_tried_again(rig: Rig) -> None:
    rig.stub.failures = [Failure(403, code="MessageWritesBlocked")]

    with pytest.raises(SendError, match="MessageWritesBlocked") as caught:
        await rig.chat.post(rig.post(MINE))

    assert caught.value.for_good


async def test_a_place_with_a_foreign_service_is_not_written_to(rig: Rig) -> None:
    foreign = Stub()
    async with serving(foreign.app()) as address:
        with pytest.raises(SendError) as caught:
            await rig.chat.post(rig.post(MINE, route={"service_url": address}))

    assert caught.value.for_good
    assert foreign.tokens == []


# --- In company, by way of somebody's own chat


@pytest.mark.parametrize("place", [CHANNEL, GROUP], ids=["channel", "group"])
async def test_in_company_the_answer_goes_to_the_askers_own_chat(rig: Rig, place: Place) -> None:
    name = await rig.chat.post(rig.post(place))

    [answer] = rig.stub.into("a:with-29:mara")
    assert name == "a:with-29:mara|act-1"
    assert "Passwords" in json.dumps(answer.body)
    assert rig.stub.opened[0]["members"] == [{"id": "29:mara"}]
    assert "replyToId" not in answer.body


@pytest.mark.parametrize("place", [CHANNEL, GROUP], ids=["channel", "group"])
async def test_in_company_only_a_line_without_content_is_seen(rig: Rig, place: Place) -> None:
    await rig.chat.post(rig.post(place))

    [line] = rig.stub.into(place.channel)
    assert line.body["text"] == "I have answered you in our own chat."
    assert line.body["replyToId"] == "q-1"
    assert "Passwords" not in json.dumps(line.body)


async def test_the_line_stands_in_the_thread_of_the_question(rig: Rig) -> None:
    await rig.chat.post(rig.post(CHANNEL))

    [line] = rig.stub.into(CHANNEL.channel)
    assert line.conversation == "19:campaigns@thread.tacv2;messageid=1700"


async def test_the_line_is_said_once_for_a_question(rig: Rig) -> None:
    await rig.chat.post(rig.post(GROUP))
    await rig.chat.post(rig.post(GROUP))

    assert len(rig.stub.into(GROUP.channel)) == 1
    assert len(rig.stub.opened) == 1


async def test_the_line_is_in_the_language_of_the_answer(rig: Rig) -> None:
    await rig.chat.post(rig.post(GROUP, replace(ANSWER, language="de")))

    [line] = rig.stub.into(GROUP.channel)
    assert line.body["text"] == "Ich habe Ihnen in unserem eigenen Chat geantwortet."


async def test_a_line_that_cannot_be_said_does_not_repeat_the_answer(rig: Rig) -> None:
    rig.stub.failures = [Failure(502, only="launch")]

    await rig.chat.post(rig.post(GROUP))

    assert len(rig.stub.into("a:with-29:mara")) == 1


@pytest.mark.parametrize("only", ["/v3/conversations", "a%3Awith"], ids=["opening", "writing"])
async def test_somebody_who_cannot_be_written_to_is_told_in_the_group(rig: Rig, only: str) -> None:
    rig.stub.failures = [Failure(403, code="BotNotInConversationRoster", only=only)]

    with pytest.raises(SendError) as caught:
        await rig.chat.post(rig.post(GROUP))

    [line] = rig.stub.into(GROUP.channel)
    assert caught.value.for_good
    assert line.body["text"].startswith("I cannot write to you privately yet.")
    assert "Passwords" not in json.dumps([sent.body for sent in rig.stub.sent])


async def test_after_a_short_trouble_nobody_is_told_anything(rig: Rig) -> None:
    rig.stub.failures = [Failure(429, only="with")]

    with pytest.raises(SendError):
        await rig.chat.post(rig.post(GROUP))

    assert rig.stub.messages == []


async def test_an_answer_in_the_own_chat_is_replaced_there(rig: Rig) -> None:
    name = await rig.chat.post(rig.post(GROUP))
    before = len(rig.stub.sent)

    await rig.chat.post(rig.post(GROUP, replaces=name))

    [sent] = rig.stub.sent[before:]
    assert (sent.method, sent.conversation, sent.targeted) == ("PUT", "a:with-29:mara", False)


async def test_what_is_for_everybody_is_posted_for_everybody(rig: Rig) -> None:
    await rig.chat.post(rig.post(replace(CHANNEL, only_for="")))

    [sent] = rig.stub.sent
    assert sent.conversation == "19:campaigns@thread.tacv2;messageid=1700"
    assert not sent.targeted


# --- In company, as a message only one person sees


async def test_where_it_is_switched_on_the_answer_stays_in_the_group(rig: Rig) -> None:
    name = await rig.with_settings(teams_targeted=True).post(rig.post(CHANNEL))

    [sent] = rig.stub.sent
    assert sent.targeted
    assert sent.conversation == "19:campaigns@thread.tacv2;messageid=1700"
    assert sent.body["recipient"] == {"id": "29:mara"}
    assert name == "19:campaigns@thread.tacv2|act-1"


async def test_a_private_question_is_answered_where_it_was_asked(rig: Rig) -> None:
    await rig.chat.post(rig.post(GROUP, route={"targeted": "yes"}))

    [sent] = rig.stub.sent
    quoted = {"type": "targetedMessageInfo", "messageId": "q-1"}
    assert sent.targeted
    assert quoted in sent.body["entities"]


@pytest.mark.parametrize("status", [400, 403, 404, 405])
async def test_where_teams_takes_none_the_own_chat_is_used(rig: Rig, status: int) -> None:
    rig.stub.failures = [Failure(status, only="isTargeted")]

    await rig.with_settings(teams_targeted=True).post(rig.post(GROUP))

    assert len(rig.stub.into("a:with-29:mara")) == 1
    assert "Passwords" not in json.dumps([s.body for s in rig.stub.into(GROUP.channel)])


async def test_a_passing_error_is_no_reason_for_another_way(rig: Rig) -> None:
    rig.stub.failures = [Failure(429, only="isTargeted")]

    with pytest.raises(SendError):
        await rig.with_settings(teams_targeted=True).post(rig.post(GROUP))

    assert rig.stub.messages == []


async def test_a_targeted_answer_is_replaced_for_the_same_person(rig: Rig) -> None:
    chat = rig.with_settings(teams_targeted=True)
    name = await chat.post(rig.post(GROUP))

    await chat.post(rig.post(GROUP, replaces=name))

    sent = rig.stub.sent[-1]
    assert (sent.method, sent.targeted) == ("PUT", True)
    assert sent.body["recipient"] == {"id": "29:mara"}


async def test_a_press_under_a_private_answer_is_answered_privately(rig: Rig) -> None:
    await rig.chat.post(rig.post(GROUP, PRESSABLE, route={"targeted": "yes"}))
    [answer] = rig.stub.sent

    places = [rig.chat.sharing.place(e["data"], GROUP, "29:mara") for e in actions(answer)]

    assert [place.route["targeted"] for place in places] == ["yes", "yes"]
    assert all(each["fallback"]["data"] == each["data"] for each in actions(answer))


# --- Sharing


async def shared(rig: Rig, place: Place) -> dict[str, Any]:
    """Answer in company; return what the Share button in the own chat carries."""
    await rig.chat.post(rig.post(place, PRESSABLE))
    [answer] = rig.stub.into("a:with-29:mara")
    [button] = [each for each in actions(answer) if each["title"] == "Share"]
    assert button["fallback"]["data"] == button["data"]
    return dict(button["data"])


OWN = replace(MINE, channel="a:with-29:mara")


@pytest.mark.parametrize("place", [CHANNEL, GROUP], ids=["channel", "group"])
async def test_share_leads_back_to_where_the_question_was_asked(rig: Rig, place: Place) -> None:
    data = await shared(rig, place)

    found = rig.chat.sharing.place(data, OWN, "29:mara")

    assert (found.channel, found.thread, found.kind) == (place.channel, place.thread, place.kind)
    assert (found.only_for, found.team) == ("29:mara", TENANT)
    assert pressed_from(data).of == "a-1"  # type: ignore[union-attr]


async def test_what_is_shared_stands_in_the_group(rig: Rig) -> None:
    data = await shared(rig, CHANNEL)
    asked = rig.chat.sharing.place(data, rig.post(OWN).place, "29:mara")
    rig.stub.sent.clear()

    await rig.chat.post(rig.post(replace(asked, only_for="")))

    [sent] = rig.stub.sent
    assert sent.conversation == "19:campaigns@thread.tacv2;messageid=1700"


async def test_after_sharing_what_is_for_one_person_comes_without_a_line(rig: Rig) -> None:
    data = await shared(rig, GROUP)
    asked = rig.chat.sharing.place(data, rig.post(OWN).place, "29:mara")
    rig.stub.sent.clear()

    await rig.chat.post(rig.post(asked))

    assert rig.stub.into(GROUP.channel) == []
    assert len(rig.stub.into("a:with-29:mara")) == 1


@pytest.mark.parametrize("member", ["29:tom", ""])
async def test_nobody_else_can_use_a_share_button(rig: Rig, member: str) -> None:
    data = await shared(rig, GROUP)

    assert rig.chat.sharing.place(data, OWN, member) == OWN


async def test_a_share_button_counts_in_its_own_tenant(rig: Rig) -> None:
    data = await shared(rig, GROUP)
    elsewhere = replace(OWN, team="another")

    assert rig.chat.sharing.place(data, elsewhere, "29:mara") == elsewhere


@pytest.mark.parametrize(
    "forged", ["", ".", "e30=.00", "e30=", "é.é", 7, None, "bnVsbA==.00", "x" * 5_000]
)
async def test_a_place_we_did_not_write_is_not_believed(rig: Rig, forged: object) -> None:
    assert rig.chat.sharing.place({"asked": forged}, OWN, "29:mara") == OWN


async def test_a_changed_place_is_not_believed(rig: Rig) -> None:
    data = await shared(rig, GROUP)
    body, _, signature = data["asked"].partition(".")
    forged = f"{body[:-4]}AAAA.{signature}"

    assert rig.chat.sharing.place({"asked": forged}, OWN, "29:mara") == OWN


async def test_a_place_signed_with_another_key_is_not_believed(rig: Rig) -> None:
    data = await shared(rig, GROUP)
    other = rig.with_settings(secret_key=settings.read(secret_key="other").secret_key)

    assert other.sharing.place(data, OWN, "29:mara") == OWN


async def test_without_a_key_there_is_no_way_back_and_no_button(rig: Rig) -> None:
    given = settings.read(
        teams_allow_anonymous="local", teams_connector_hosts=rig.settings.teams_connector_hosts
    )
    chat = TeamsChat(given, wire=rig.chat._wire)

    await chat.post(rig.post(GROUP, PRESSABLE))

    [answer] = rig.stub.into("a:with-29:mara")
    assert [each["title"] for each in actions(answer)] == ["Why"]


# --- What else a chat does


async def test_somebody_is_reached_by_their_entra_id(rig: Rig) -> None:
    place = await rig.chat.direct("aaaaaaaa-0000-0000-0000-000000000001", TENANT)
    await rig.chat.post(Post(key="k", place=place, card=ANSWER))

    assert place.kind == "direct"
    assert place.private
    assert rig.stub.into("a:with-aaaaaaaa-0000-0000-0000-000000000001")


async def test_working_shows_typing(rig: Rig) -> None:
    await rig.chat.working(rig.post(MINE).place, "Reading the policy")
    await rig.chat.working(rig.post(MINE).place, "")

    [sent] = rig.stub.sent
    assert sent.body["type"] == "typing"
    assert "policy" not in json.dumps(sent.body)


@pytest.mark.parametrize("status", [403, 429, 500])
async def test_working_never_fails(rig: Rig, status: int) -> None:
    rig.stub.failures = [Failure(status)]

    await rig.chat.working(rig.post(MINE).place, "Reading")

    assert rig.stub.sent == []


async def test_the_home_page_is_a_card_in_the_own_chat(rig: Rig) -> None:
    caller = Caller(platform="teams", user="mara", team=TENANT, member="29:mara")
    page = Page(title="Your page", sections=(Section(title="Tools", text="Copilot"),))

    await rig.chat.home(caller, page)

    [sent] = rig.stub.into("a:with-29:mara")
    assert sent.body["attachments"][0]["contentType"] == CARD


async def test_prompts_are_not_offered_twice(rig: Rig) -> None:
    await rig.chat.suggest(rig.post(MINE).place, (("Tools", "Which tools may I use?"),))

    assert rig.stub.sent == []


async def test_links_lead_to_our_own_pages_only(rig: Rig) -> None:
    chat = rig.with_settings(public_url="https://greenlight.example.com/app")

    assert chat.domains == ("greenlight.example.com",)
