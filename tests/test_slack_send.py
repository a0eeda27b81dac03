"""What goes out to Slack: to whom, in which words, once, and what becomes of a refusal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import settings
from bot.chat import Button, Caller, Card, Page, Place, Post, Section, SendError
from handlers.slack import SlackChat
from handlers.slack.lint import problems
from handlers.slack.pace import Pace, StreamBudget
from tests.conftest import NOW
from tests.slack_stub import Answer, SlackStub

ALICE = "U0ALICE001"
TEAM = "T0ACME001"
THREAD = "1763803800.000100"
DIRECT = Place(platform="slack", team=TEAM, channel="D0ALICE001", thread=THREAD)
CHANNEL = Place(
    platform="slack",
    team=TEAM,
    channel="C0MARKET01",
    thread=THREAD,
    kind="channel",
    only_for=ALICE,
    route={"asker": ALICE, "asker_team": TEAM},
)
IN_THREAD = replace(CHANNEL, route={**CHANNEL.route, "reply": "yes"})
HOME = Place(platform="slack", team=TEAM, only_for=ALICE)
CALLER = Caller(platform="slack", user=ALICE, team=TEAM)
CARD = Card(
    action="answer",
    verdict="allowed",
    headline="Yes, with public data.",
    reason="Acme GPT is approved for captions.",
    buttons=(Button(label="Why?", action="why", value="why"),),
    answer_id="A-7",
)


def card_of(letters: int) -> Card:
    line = "Customer data stays out of every tool that is not approved for it. "
    return replace(CARD, quote=(line * (letters // len(line) + 1))[:letters])


@pytest.fixture
async def slack() -> AsyncIterator[SlackStub]:
    async with SlackStub().running() as stub:
        yield stub


@pytest.fixture
def configured(slack: SlackStub) -> settings.Settings:
    return settings.read(slack_bot_token="xoxb-test", slack_api_url=slack.url)


@pytest.fixture
async def chat(configured: settings.Settings) -> AsyncIterator[SlackChat]:
    async with SlackChat.open(configured, lambda: NOW) as opened:
        yield opened


def answered_at(slack: SlackStub, place: Place = CHANNEL, *, minutes: int = 10) -> Place:
    """A place with an address for answers that Slack takes for some minutes more."""
    until = (NOW + timedelta(minutes=minutes)).isoformat()
    route = {**place.route, "response_url": slack.response_url, "until": until}
    return replace(place, route=route)


def post(place: Place, card: Card = CARD, *, key: str = "slack:Ev1#1", replaces: str = "") -> Post:
    return Post(key=key, place=place, card=card, replaces=replaces)


def texts(message: dict) -> str:
    return json.dumps(message.get("blocks", []), ensure_ascii=False)


# To everybody, or to one person alone


async def test_an_answer_goes_into_the_thread_with_its_key_and_opens_no_previews(chat, slack):
    message = await chat.post(post(DIRECT))

    sent = slack.made("chat.postMessage")[0]
    assert message == "1763804000.000001"
    assert (sent["channel"], sent["thread_ts"]) == ("D0ALICE001", THREAD)
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)
    assert sent["metadata"] == {
        "event_type": "greenlight_post",
        "event_payload": {"key": "slack:Ev1#1", "part": 1, "of": 1},
    }
    assert "Yes, with public data." in texts(sent)
    assert sent["blocks"][-1]["type"] == "context_actions"


async def test_what_is_read_aloud_by_a_locked_screen_is_the_headline_only(chat, slack):
    await chat.post(post(DIRECT))

    assert slack.made("chat.postMessage")[0]["text"] == "Yes, with public data."


async def test_a_long_answer_is_several_messages_and_nothing_is_lost(chat, slack):
    message = await chat.post(post(DIRECT, card_of(30_000)))

    sent = slack.made("chat.postMessage")
    marks = [one["metadata"]["event_payload"] for one in sent]
    assert message == "1763804000.000001"
    assert len(sent) > 2
    assert [(m["part"], m["of"]) for m in marks] == [(n + 1, len(sent)) for n in range(len(sent))]
    assert [problems(one["blocks"], "message") for one in sent] == [[]] * len(sent)
    assert sum(texts(one).count("Customer") for one in sent) >= 30_000 // 67


async def test_what_belongs_to_one_person_without_a_channel_goes_to_them_alone(chat, slack):
    await chat.post(post(HOME))
    await chat.post(post(HOME, key="another"))

    assert slack.made("conversations.open") == [{"users": ALICE}]
    assert [sent["channel"] for sent in slack.made("chat.postMessage")] == ["D0ALICE001"] * 2


# To one person among others


async def test_an_answer_in_a_channel_is_shown_to_its_asker_only(chat, slack):
    await chat.post(post(CHANNEL))

    shown = slack.made("chat.postEphemeral")[0]
    assert slack.methods == ["chat.postEphemeral"]
    assert (shown["channel"], shown["user"]) == ("C0MARKET01", ALICE)


async def test_it_is_shown_in_the_thread_only_where_there_is_one_to_be_seen(chat, slack):
    await chat.post(post(CHANNEL))
    await chat.post(post(IN_THREAD, key="another"))

    first, second = slack.made("chat.postEphemeral")
    assert "thread_ts" not in first
    assert second["thread_ts"] == THREAD


async def test_its_buttons_remember_the_thread_that_cannot_be_seen(chat, slack):
    await chat.post(post(CHANNEL))

    blocks = slack.made("chat.postEphemeral")[0]["blocks"]
    rows = [block for block in blocks if block["type"] in {"actions", "context_actions"}]
    assert len(rows) == 2
    assert all(row["block_id"].startswith(f"in:{THREAD}:") for row in rows)
    assert problems(blocks, "message") == []


async def test_the_answer_to_a_command_goes_where_slack_asked_for_it(chat, slack):
    await chat.post(post(answered_at(slack)))

    assert slack.methods == []
    assert [answer["response_type"] for answer in slack.responses] == ["ephemeral"]
    assert "Yes, with public data." in texts(slack.responses[0])


async def test_after_half_an_hour_that_address_is_not_tried(chat, slack):
    await chat.post(post(answered_at(slack, minutes=-1)))

    assert slack.responses == []
    assert slack.methods == ["chat.postEphemeral"]


async def test_an_address_that_is_used_up_costs_nobody_their_answer(chat, slack):
    slack.refuses("response_url", "used_url", status=404)

    await chat.post(post(answered_at(slack)))

    assert slack.methods == ["chat.postEphemeral"]


@pytest.mark.parametrize("answer", [Answer("oops", 500), Answer("slow", 429), Answer(drop=True)])
async def test_an_address_that_does_not_answer_is_tried_again_later(chat, slack, answer):
    slack.says("response_url", answer)

    with pytest.raises(SendError) as caught:
        await chat.post(post(answered_at(slack)))

    assert not caught.value.for_good
    assert slack.methods == []


@pytest.mark.parametrize(
    "error", ["user_not_in_channel", "channel_not_found", "not_in_channel", "is_archived"]
)
async def test_who_cannot_be_told_there_is_told_alone_and_where_it_belongs(chat, slack, error):
    slack.refuses("chat.postEphemeral", error)

    await chat.post(post(CHANNEL, replace(CARD, language="de")))

    sent = slack.made("chat.postMessage")[0]
    assert sent["channel"] == "D0ALICE001"
    assert "thread_ts" not in sent
    assert "Zu deiner Frage in <#C0MARKET01>" in sent["blocks"][0]["elements"][0]["text"]
    assert problems(sent["blocks"][1:], "message") == []


async def test_between_two_people_nobody_is_named_where_nothing_has_a_name(chat, slack):
    slack.refuses("chat.postEphemeral", "channel_not_found")

    await chat.post(post(replace(CHANNEL, channel="D0OTHERS01", kind="group")))

    assert "D0OTHERS01" not in texts(slack.made("chat.postMessage")[0])


async def test_an_answer_is_shared_where_we_are_not_as_the_answer_to_the_press(chat, slack):
    slack.refuses("chat.postMessage", "not_in_channel")

    await chat.post(post(replace(answered_at(slack), only_for="")))

    assert [answer["response_type"] for answer in slack.responses] == ["in_channel"]


async def test_what_is_for_everybody_where_we_are_not_is_refused_for_good(chat, slack):
    slack.refuses("chat.postMessage", "not_in_channel")

    with pytest.raises(SendError) as caught:
        await chat.post(post(replace(CHANNEL, only_for="")))

    assert caught.value.for_good


async def test_no_refusal_makes_a_private_answer_public(chat, slack):
    slack.refuses("chat.postEphemeral", "internal_error", status=500)

    with pytest.raises(SendError):
        await chat.post(post(CHANNEL))

    assert "chat.postMessage" not in slack.methods


# In the place of another message


async def test_a_message_is_put_in_the_place_of_another(chat, slack):
    message = await chat.post(post(DIRECT, replaces="1763804000.000009"))

    changed = slack.made("chat.update")[0]
    assert message == "1763804000.000009"
    assert (changed["ts"], slack.methods) == ("1763804000.000009", ["chat.update"])


async def test_a_message_that_is_gone_is_posted_anew(chat, slack):
    slack.refuses("chat.update", "message_not_found")

    message = await chat.post(post(DIRECT, replaces="1763804000.000009"))

    assert slack.methods == ["chat.update", "chat.postMessage"]
    assert message == "1763804000.000002"


async def test_what_only_one_person_sees_is_replaced_where_they_pressed(chat, slack):
    place = answered_at(slack, replace(CHANNEL, route={**CHANNEL.route, "hidden": "yes"}))

    await chat.post(post(place, replaces="1763804000.000009"))

    assert [answer["replace_original"] for answer in slack.responses] == [True]
    assert slack.methods == []


async def test_a_private_answer_never_replaces_a_public_message(chat, slack):
    await chat.post(post(answered_at(slack), replaces="1763804000.000009"))

    assert [answer["replace_original"] for answer in slack.responses] == [False]
    assert "chat.update" not in slack.methods


# Refusals


@pytest.mark.parametrize(
    ("answer", "retry_after", "for_good"),
    [
        (Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "7"}), 7.0, False),
        (Answer({"ok": False, "error": "ratelimited"}, 429), None, False),
        (Answer({"ok": False, "error": "rate_limited"}), None, False),
        (Answer("slow down", 429, {"Retry-After": "7"}), 7.0, False),
        (Answer({"ok": False, "error": "channel_not_found"}), None, True),
        (Answer({"ok": False, "error": "is_archived"}), None, True),
        (Answer({"ok": False, "error": "user_not_found"}), None, True),
        (Answer({"ok": False, "error": "account_inactive"}), None, True),
        (Answer({"ok": False, "error": "token_revoked"}), None, True),
        (Answer({"ok": False, "error": "internal_error"}), None, False),
        (Answer({"ok": False, "error": "something_new"}), None, False),
        (Answer({"ok": False, "error": "fatal_error"}, 500), None, False),
        (Answer("<html>Bad gateway</html>", 502, {"Content-Type": "text/html"}), None, False),
        (Answer("not json", 200, {"Content-Type": "application/json"}), None, False),
        (Answer(["a", "list"]), None, False),
        (Answer({}), None, False),
        (Answer(drop=True), None, False),
    ],
)
async def test_a_refusal_says_whether_and_when_to_try_again(
    chat, slack, answer, retry_after, for_good
):
    slack.says("chat.postMessage", answer)

    with pytest.raises(SendError) as caught:
        await chat.post(post(DIRECT))

    assert (caught.value.retry_after, caught.value.for_good) == (retry_after, for_good)
    assert "captions" not in str(caught.value)


async def test_a_post_whose_answer_was_lost_is_not_repeated_down_here(chat, slack):
    slack.says("chat.postMessage", Answer(drop=True))

    with pytest.raises(SendError):
        await chat.post(post(DIRECT))

    assert slack.methods == ["chat.postMessage"]


async def test_no_slack_at_all_is_tried_again_later(home):
    nowhere = settings.read(slack_bot_token="xoxb-test", slack_api_url="http://127.0.0.1:9/api/")

    async with SlackChat.open(nowhere, lambda: NOW) as chat:
        with pytest.raises(SendError) as caught:
            await chat.post(post(DIRECT))

    assert not caught.value.for_good


@pytest.mark.parametrize("place", [DIRECT, CHANNEL])
async def test_an_answer_slack_cannot_lay_out_is_at_least_said(chat, slack, place):
    method = "chat.postMessage" if place is DIRECT else "chat.postEphemeral"
    slack.refuses(method, "invalid_blocks")

    await chat.post(post(place))

    said = slack.made(method)[1]
    assert "blocks" not in said
    assert "Acme GPT is approved for captions." in said["text"]


# Found again


def mark(key: str, part: int = 1, of: int = 1) -> dict:
    payload = {"key": key, "part": part, "of": of}
    return {"event_type": "greenlight_post", "event_payload": payload}


async def test_a_post_that_was_made_is_found_in_its_thread(chat, slack):
    messages = [{"ts": THREAD}, {"ts": "1763804000.000003", "metadata": mark("slack:Ev1#1")}]
    slack.says("conversations.replies", Answer({"ok": True, "messages": messages}))

    found = await chat.posted(post(DIRECT))

    assert found == "1763804000.000003"
    asked = slack.made("conversations.replies")[0]
    assert (asked["channel"], asked["ts"]) == ("D0ALICE001", THREAD)
    assert asked["include_all_metadata"] == "1"


async def test_a_post_outside_threads_is_found_in_the_conversation(chat, slack):
    messages = [{"ts": "1763804000.000003", "metadata": mark("slack:Ev1#1")}]
    slack.says("conversations.history", Answer({"ok": True, "messages": messages}))

    assert await chat.posted(post(replace(DIRECT, thread=""))) == "1763804000.000003"


async def test_a_post_is_looked_for_on_the_next_page_too(chat, slack):
    more = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "two"}}
    messages = [{"ts": "1763804000.000003", "metadata": mark("slack:Ev1#1")}]
    last = {"ok": True, "messages": messages}
    slack.says("conversations.replies", Answer(more), Answer(last))

    assert await chat.posted(post(DIRECT)) == "1763804000.000003"
    assert slack.made("conversations.replies")[1]["cursor"] == "two"


@pytest.mark.parametrize(
    "metadata",
    [{}, mark("another"), {"event_type": "other", "event_payload": {"key": "slack:Ev1#1"}}],
)
async def test_a_post_that_was_not_made_is_not_found(chat, slack, metadata):
    messages = [{"ts": "1763804000.000003", "metadata": metadata}]
    slack.says("conversations.replies", Answer({"ok": True, "messages": messages}))

    assert await chat.posted(post(DIRECT)) is None


async def test_of_a_post_that_was_made_in_part_only_the_rest_is_made(chat, slack):
    card = card_of(30_000)
    messages = [{"ts": "1763804000.000003", "metadata": mark("slack:Ev1#1", 1, 3)}]
    slack.says("conversations.replies", Answer({"ok": True, "messages": messages}))

    found = await chat.posted(post(DIRECT, card))
    message = await chat.post(post(DIRECT, card))

    parts = [one["metadata"]["event_payload"]["part"] for one in slack.made("chat.postMessage")]
    assert (found, message) == (None, "1763804000.000003")
    assert parts == list(range(2, 2 + len(parts)))


async def test_a_second_attempt_leaves_out_what_the_first_one_posted(chat, slack):
    card = card_of(30_000)
    slack.says("chat.postMessage", Answer({"ok": True, "ts": "1763804000.000003"}))
    slack.refuses("chat.postMessage", "internal_error", status=500)

    with pytest.raises(SendError):
        await chat.post(post(DIRECT, card))
    await chat.post(post(DIRECT, card))

    parts = [one["metadata"]["event_payload"]["part"] for one in slack.made("chat.postMessage")]
    assert parts == [1, 2, *range(2, max(parts) + 1)]


async def test_what_only_one_person_sees_cannot_be_found_again(chat, slack):
    assert await chat.posted(post(CHANNEL)) is None
    assert slack.calls == []


# Who somebody is


MEMBER = {
    "id": ALICE,
    "team_id": TEAM,
    "name": "alice",
    "real_name": "Alice Marketer",
    "locale": "de-DE",
    "is_email_confirmed": True,
    "profile": {
        "real_name": "Alice Marketer",
        "email": "alice@acme.example",
        "title": "Brand manager",
    },
}


async def profile_of(chat: SlackChat, slack: SlackStub, **changes: object):
    slack.says("users.info", Answer({"ok": True, "user": MEMBER | changes}))
    return await chat.profile(CALLER)


async def test_a_member_is_known_by_name_address_language_and_groups(chat, slack):
    groups = [{"id": "S0MARKET01", "users": [ALICE]}, {"id": "S0ADMINS01", "users": ["U0ROOT"]}]
    slack.says("usergroups.list", Answer({"ok": True, "usergroups": groups}))

    profile = await profile_of(chat, slack)

    assert (profile.name, profile.title) == ("Alice Marketer", "Brand manager")
    assert (profile.email, profile.email_verified) == ("alice@acme.example", True)
    assert (profile.team, profile.locale) == (TEAM, "de-DE")
    assert profile.groups == {"S0MARKET01"}
    odd = (profile.guest, profile.stranger, profile.bot, profile.deactivated)
    assert odd == (False, False, False, False)
    assert slack.made("users.info")[0]["include_locale"] == "1"


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"is_restricted": True}, "guest"),
        ({"is_ultra_restricted": True}, "guest"),
        ({"is_stranger": True}, "stranger"),
        ({"is_bot": True}, "bot"),
        ({"deleted": True}, "deactivated"),
    ],
)
async def test_who_is_no_full_member_is_told_apart(chat, slack, changes, fact):
    profile = await profile_of(chat, slack, **changes)

    assert getattr(profile, fact) is True


@pytest.mark.parametrize(
    "changes",
    [
        {"is_restricted": True},
        {"is_stranger": True},
        {"is_bot": True},
        {"team_id": "T0PARTNER1"},
        {"is_email_confirmed": False},
        {"profile": {}},
    ],
)
async def test_an_address_counts_for_full_members_of_our_workspace_only(chat, slack, changes):
    profile = await profile_of(chat, slack, **changes)

    assert profile.email_verified is False


async def test_a_colleague_of_another_workspace_of_the_organisation_counts_as_ours(slack):
    ours = settings.read(
        slack_bot_token="xoxb-test", slack_api_url=slack.url, slack_enterprise_id="E0ACME0001"
    )
    async with SlackChat.open(ours, lambda: NOW) as chat:
        profile = await profile_of(
            chat,
            slack,
            team_id="T0ACME002",
            enterprise_user={"enterprise_id": "E0ACME0001", "id": "W1"},
        )

    assert (profile.enterprise, profile.email_verified) == ("E0ACME0001", True)


async def test_groups_are_asked_for_once_however_many_people_come(chat, slack):
    slack.always["users.info"] = Answer({"ok": True, "user": MEMBER})

    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(chat.profile(CALLER))

    assert slack.methods.count("usergroups.list") == 1
    assert slack.made("usergroups.list")[0] == {"include_users": "1"}


async def test_an_app_of_a_whole_organisation_asks_for_the_groups_of_each_workspace(chat, slack):
    slack.says("auth.test", Answer({"ok": True, "team_id": TEAM, "is_enterprise_install": True}))

    await profile_of(chat, slack)

    assert slack.made("usergroups.list")[0]["team_id"] == TEAM


async def test_where_the_plan_has_no_groups_nobody_is_in_one(chat, slack):
    slack.refuses("usergroups.list", "plan_upgrade_required")

    assert (await profile_of(chat, slack)).groups == frozenset()


@pytest.mark.parametrize("method", ["users.info", "usergroups.list", "auth.test"])
async def test_who_cannot_be_looked_up_is_nobody_we_know(chat, slack, method):
    slack.always["users.info"] = Answer({"ok": True, "user": MEMBER})
    slack.refuses(method, "missing_scope")

    with pytest.raises(SendError):
        await chat.profile(CALLER)


# Signs of life, the Home tab, prompts


async def test_the_conversation_with_one_person_is_opened_for_them(chat, slack):
    place = await chat.direct(ALICE, TEAM)

    assert place == Place(platform="slack", team=TEAM, channel="D0ALICE001")


async def test_work_is_shown_with_a_stop_button_and_a_note_but_no_content(chat, slack):
    await chat.working(DIRECT, "Reading the rules …")
    await chat.working(DIRECT, "")

    first, last = slack.made("agents.sessions.setStatus")
    assert (first["status"], last["status"]) == ("processing", "active")
    assert "title" not in first
    assert [note["status"] for note in slack.made("assistant.threads.setStatus")] == [
        "Reading the rules …",
        "",
    ]


@pytest.mark.parametrize("place", [CHANNEL, HOME, replace(DIRECT, thread="")])
async def test_no_sign_is_given_where_others_would_see_it_or_nobody(chat, slack, place):
    await chat.working(place, "Reading the rules …")

    assert slack.calls == []


async def test_a_sign_that_slack_does_not_take_is_not_missed(chat, slack):
    slack.refuses("agents.sessions.setStatus", "unknown_method")
    slack.says("assistant.threads.setStatus", Answer(drop=True))

    await chat.working(DIRECT, "Reading the rules …")

    assert len(slack.calls) == 2


async def test_the_home_tab_is_published_for_its_owner(chat, slack):
    page = Page(title="Greenlight", sections=(Section(title="Tools", text="Acme GPT"),))

    await chat.home(CALLER, page)

    shown = slack.made("views.publish")[0]
    assert (shown["user_id"], shown["view"]["type"]) == (ALICE, "home")


async def test_prompts_are_offered_without_a_thread_and_at_most_four(chat, slack):
    await chat.suggest(DIRECT, [(f"Title {n}", f"Message {n}") for n in range(6)])

    offered = slack.made("assistant.threads.setSuggestedPrompts")[0]
    assert "thread_ts" not in offered
    assert offered["prompts"][0] == {"title": "Title 0", "message": "Message 0"}
    assert len(offered["prompts"]) == 4


async def test_nothing_to_offer_offers_nothing(chat, slack):
    await chat.suggest(DIRECT, [])

    assert slack.calls == []


# Pace


@given(gaps=st.lists(st.floats(0, 3), min_size=6, max_size=60))
def test_no_channel_gets_more_than_a_burst_and_one_post_a_second(gaps):
    now = 0.0
    pace = Pace(lambda: now)
    posted = []

    for gap in gaps:
        now += gap
        now += pace.delay("C1")
        posted.append(now)

    for first, later in zip(posted, posted[5:], strict=False):
        assert later - first >= 0.999


def test_channels_do_not_wait_for_each_other():
    pace = Pace(lambda: 0.0)

    assert [pace.delay(f"C{n}") for n in range(50)] == [0.0] * 50


def test_a_burst_is_posted_at_once_and_what_follows_waits():
    pace = Pace(lambda: 0.0)

    assert [pace.delay("C1") for _ in range(7)] == [0, 0, 0, 0, 0, 1, 2]


@given(steps=st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=200))
def test_no_minute_holds_more_than_twenty_beginnings_or_ends_of_streams(steps):
    now, open_streams = 0.0, 0
    budget = StreamBudget(lambda: now)
    begun, ended = [], []

    for gap, begins in steps:
        now += gap
        if begins and budget.begin():
            open_streams += 1
            begun.append(now)
        elif not begins and open_streams:
            budget.end()
            open_streams -= 1
            ended.append(now)

    for times in (begun, ended):
        assert all(later - first >= 60 for first, later in zip(times, times[20:], strict=False))
