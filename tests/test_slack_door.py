"""What comes in from Slack: checked, kept, and answered in time, whatever it looks like."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import hypothesis
import pytest
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot import settings
from bot.app import App
from bot.chat import Caller, Left, Opened, Pressed, Rated, Said, Stopped, Submitted
from bot.inbox.kept import from_arrival, to_arrival
from bot.store import StoreError
from handlers.slack import SlackChat, SlackDoor, keeper
from handlers.slack import door as door_module
from tests.conftest import NOW
from tests.slack_service import NOTICE, Desk
from tests.slack_stub import PAYLOADS, Answer, SlackStub, encoded, payload, signed

ALICE = "U0ALICE001"
DIRECT = "D0ALICE001"
MARKETING = "C0MARKET01"
TEAM = "T0ACME001"
ASKED_AT = "1763803800.000100"


@pytest.fixture
async def slack() -> AsyncIterator[SlackStub]:
    async with SlackStub().running() as stub:
        yield stub


@pytest.fixture
def desk(app: App) -> Desk:
    return Desk(app)


class Sender(httpx2.AsyncClient):
    """Sends what Slack sends, signed."""

    async def deliver(self, body: dict, **headers: str) -> httpx2.Response:
        raw, kind = encoded(body)
        return await self.send_raw(raw, kind, **headers)

    async def send_raw(self, raw: bytes, kind: str, **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.post(
            "/slack/events", content=raw, headers={"Content-Type": kind, **signed(raw), **named}
        )


def configured(slack: SlackStub, **given: object) -> settings.Settings:
    return settings.read(
        slack_bot_token="xoxb-test",
        slack_signing_secret="a-signing-secret-for-tests",
        slack_api_url=slack.url,
        **given,
    )


@pytest.fixture
async def chat(slack: SlackStub) -> AsyncIterator[SlackChat]:
    async with SlackChat.open(configured(slack), lambda: NOW) as opened:
        yield opened


@pytest.fixture
async def door(slack: SlackStub, desk: Desk, chat: SlackChat) -> SlackDoor:
    return SlackDoor(desk, configured(slack), chat)


@pytest.fixture
async def sender(door: SlackDoor) -> AsyncIterator[Sender]:
    async with _sending_to(door) as opened:
        yield opened


def _sending_to(door: SlackDoor) -> Sender:
    transport = httpx2.ASGITransport(app=Starlette(routes=door.routes()))
    return Sender(transport=transport, base_url="http://greenlight.test")


# What may come in at all


async def test_a_message_that_slack_signed_is_kept_and_answered_with_200(sender, desk, slack):
    response = await sender.deliver(payload("message_im"))

    assert response.status_code == 200
    assert [arrival.id for arrival in desk.arrivals] == ["slack:Ev0MESSAGEIM"]
    assert slack.calls == []


@pytest.mark.parametrize(
    ("secret", "age"), [("another-secret", 0), ("a-signing-secret-for-tests", 600)]
)
async def test_what_is_signed_wrongly_or_long_ago_is_turned_away_unread(sender, desk, secret, age):
    raw, kind = encoded(payload("message_im"))

    response = await sender.post(
        "/slack/events",
        content=raw,
        headers={"Content-Type": kind, **signed(raw, secret=secret, age=age)},
    )

    assert response.status_code == 401
    assert desk.arrivals == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=abc"},
        {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=abc"},
        {"X-Slack-Request-Timestamp": "9" * 40, "X-Slack-Signature": "v0=abc"},
        {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": b"v0=\xff\xfe"},
    ],
)
async def test_odd_signatures_are_refused_and_break_nothing(sender, headers):
    response = await sender.post("/slack/events", content=b"{}", headers=headers)

    assert response.status_code == 401


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"{", "application/json"),
        (b"[1, 2]", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"null", "application/json"),
        (b'{"authorizations": {"a": 1}}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=%5B%5D", "application/x-www-form-urlencoded"),
    ],
)
async def test_what_cannot_be_read_is_answered_with_400_and_a_line_in_the_log(
    sender, raw, kind, caplog
):
    with caplog.at_level(logging.WARNING, "greenlight.slack"):
        response = await sender.send_raw(raw, kind)

    assert response.status_code == 400
    assert [record.getMessage() for record in caplog.records] == ["slack payload malformed"]


async def test_more_than_slack_ever_sends_is_not_read_to_the_end(sender, desk):
    response = await sender.send_raw(b" " * 2_000_001, "application/json")

    assert response.status_code == 413


async def test_slack_may_ask_whether_the_address_and_its_certificate_are_good(sender):
    asked = await sender.deliver({"type": "url_verification", "challenge": "a-challenge"})
    checked = await sender.post("/slack/events", content=b"ssl_check=1&token=x")

    assert (asked.status_code, json.loads(asked.text)) == (200, {"challenge": "a-challenge"})
    assert checked.status_code == 200


@pytest.mark.parametrize("name", ["unknown", "context_changed", "form_closed", "press_of_others"])
async def test_what_we_do_not_know_is_answered_politely_so_that_slack_goes_on(sender, desk, name):
    response = await sender.deliver(payload(name))

    assert response.status_code == 200
    assert desk.arrivals == []


async def test_a_kind_of_request_nobody_listens_to_is_answered_politely(sender):
    response = await sender.deliver({"type": "block_suggestion", "action_id": "a", "value": "b"})

    assert response.status_code == 200


async def test_without_a_signing_secret_there_is_no_address_to_send_to(slack, desk, chat):
    door = SlackDoor(desk, settings.read(slack_bot_token="xoxb-test"), chat)

    assert door.routes() == []


async def test_no_request_waits_for_slack_to_say_who_we_are(slack, desk, chat):
    slack.always["auth.test"] = Answer(hang=True)
    door = SlackDoor(desk, configured(slack), chat)

    async with door.running(), _sending_to(door) as sender:
        await slack.until(lambda: "auth.test" in slack.methods)
        response = await sender.deliver(payload("app_mention"))

    assert response.status_code == 200
    assert desk.arrivals[0].deed == Said(text="can I use ChatGPT here?")


async def test_who_we_are_is_asked_until_slack_says_it(slack, desk, chat):
    slack.refuses("auth.test", "internal_error", status=503)
    slack.refuses("auth.test", "ratelimited", status=429, Retry_After="0")
    door = SlackDoor(desk, configured(slack), chat)

    async with door.running():
        await slack.until(lambda: slack.methods.count("auth.test") == 3)

    assert slack.methods == ["auth.test"] * 3


# Messages


async def test_a_direct_message_is_a_question_in_a_thread_of_its_own(sender, desk):
    await sender.deliver(payload("message_im"))

    arrival = desk.arrivals[0]
    assert arrival.deed == Said(text="Can I use ChatGPT for captions?")
    assert arrival.at == NOW
    assert (arrival.caller.user, arrival.caller.team) == (ALICE, TEAM)
    place = arrival.place
    assert (place.team, place.channel, place.thread) == (TEAM, DIRECT, ASKED_AT)
    assert (place.kind, place.shared, place.only_for) == ("direct", False, "")


async def test_a_direct_reply_stays_in_its_thread(sender, desk):
    await sender.deliver(payload("message_im_reply"))

    assert desk.arrivals[0].place.thread == ASKED_AT


async def test_a_mention_in_a_channel_is_answered_for_the_asker_only(sender, desk):
    await sender.deliver(payload("app_mention"))

    arrival = desk.arrivals[0]
    assert arrival.deed == Said(text="can I use ChatGPT here?")
    place = arrival.place
    assert (place.channel, place.thread, place.kind) == (MARKETING, ASKED_AT, "channel")
    assert place.only_for == ALICE
    assert place.route == {"asker": ALICE, "asker_team": TEAM}


async def test_a_mention_in_a_thread_is_known_to_be_in_one(sender, desk):
    await sender.deliver(payload("app_mention_in_thread"))

    place = desk.arrivals[0].place
    assert (place.thread, place.route["reply"]) == (ASKED_AT, "yes")


async def test_answers_in_channels_are_for_everybody_where_the_company_says_so(slack, desk, chat):
    door = SlackDoor(desk, configured(slack, answers_in_channels="public"), chat)

    async with _sending_to(door) as sender:
        await sender.deliver(payload("app_mention"))

    assert desk.arrivals[0].place.only_for == ""


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_mention_that_comes_as_two_events_is_kept_once(sender, desk, order):
    both = [payload("app_mention"), payload("message_with_mention")]

    for which in order:
        await sender.deliver(both[which])

    assert [arrival.id for arrival in desk.arrivals] == ["slack:Ev0APPMENTION"]


async def test_three_deliveries_of_one_event_carry_one_id(sender, desk):
    for number in ("0", "1", "2"):
        await sender.deliver(payload("message_im"), X_Slack_Retry_Num=number)

    assert len(desk.arrivals) == 1


async def test_a_follow_up_without_a_mention_counts_where_we_are_part_of_the_thread(sender, desk):
    desk.threads.add(ASKED_AT)

    await sender.deliver(payload("message_in_thread"))

    assert [arrival.deed for arrival in desk.arrivals] == [Said(text="and Claude?")]


@pytest.mark.parametrize("name", ["message_in_thread", "message_not_to_us", "message_mpim"])
async def test_what_people_say_among_themselves_is_left_alone(sender, desk, name):
    response = await sender.deliver(payload(name))

    assert response.status_code == 200
    assert desk.arrivals == []


@pytest.mark.parametrize(
    "name",
    [
        "app_mention_edited",
        "channel_join",
        "message_changed",
        "message_deleted",
        "message_from_a_bot",
        "message_from_us",
    ],
)
async def test_edits_joins_and_programs_are_no_questions(sender, desk, name):
    desk.threads.add(ASKED_AT)

    response = await sender.deliver(payload(name))

    assert response.status_code == 200
    assert desk.arrivals == []


async def test_files_are_named_and_not_read(sender, desk):
    await sender.deliver(payload("file_share"))

    deed = desk.arrivals[0].deed
    assert deed == Said(text="may this go into an AI tool?", refused_files=("leads.csv",))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@U0GREENBOT> R&amp;D &lt;3", "R&D <3"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("see <https://claude.ai|claude.ai>", "see claude.ai"),
        ("see <https://claude.ai/x?key=1|this>", "see this (https://claude.ai/x?key=1)"),
        ("see <https://claude.ai/x>", "see https://claude.ai/x"),
        ("mail <mailto:jo@example.com|jo@example.com>", "mail jo@example.com"),
        ("ask <@U0BOB00001|bob> in <#C1|ops>", "ask @bob in #ops"),
        ("ask <@U0BOB00001>", "ask @U0BOB00001"),
        ("<!here> and <!subteam^S1|@legal>", "@here and @legal"),
        ("<!date^1^{date}|22 Nov>", "22 Nov"),
        ("hey <@U0GREENBOT|greenlight>: can I?", "hey can I?"),
        ("<@U0GREENBOT>\nline one\n  line two", "line one\n  line two"),
    ],
)
async def test_words_are_read_as_people_see_them(sender, desk, written, read):
    await sender.deliver(payload("message_im", event__text=written))

    assert desk.arrivals[0].deed == Said(text=read)


async def test_characters_no_database_keeps_are_taken_out(sender, desk):
    await sender.deliver(payload("message_im", event__text="a\x00b \ud800 c"))

    assert desk.arrivals[0].deed == Said(text="ab ? c")


# People of other organisations


async def test_a_stranger_in_a_shared_channel_is_shown_as_one(sender, desk):
    await sender.deliver(payload("app_mention_from_a_stranger"))

    arrival = desk.arrivals[0]
    assert (arrival.caller.team, arrival.caller.enterprise) == ("T0PARTNER1", "")
    assert (arrival.place.team, arrival.place.shared) == (TEAM, True)


async def test_a_stranger_of_unknown_origin_is_not_taken_for_a_colleague(sender, desk):
    body = payload("app_mention_from_a_stranger")
    for name in ("team", "user_team", "source_team"):
        del body["event"][name]

    await sender.deliver(body)

    assert (desk.arrivals[0].caller.team, desk.arrivals[0].caller.enterprise) == ("", "")


async def test_a_colleague_of_another_workspace_brings_their_organisation(sender, desk):
    await sender.deliver(payload("app_mention_in_an_organisation"))

    caller = desk.arrivals[0].caller
    assert (caller.team, caller.enterprise) == ("T0ACME002", "E0ACME0001")


async def test_an_event_for_another_companys_workspace_is_dropped(slack, desk, chat):
    door = SlackDoor(desk, configured(slack, slack_team_ids=("T0OTHER001",)), chat)

    async with _sending_to(door) as sender:
        response = await sender.deliver(payload("message_im"))

    assert response.status_code == 200
    assert desk.arrivals == []


# What is not words


@pytest.mark.parametrize(
    ("name", "deed"),
    [
        ("opened_home", Opened(what="home")),
        ("opened_messages", Opened(what="conversation")),
        ("session_stopped", Stopped()),
        ("app_uninstalled", Left()),
        ("tokens_revoked", Left()),
    ],
)
async def test_deeds_without_words_are_kept_too(sender, desk, name, deed):
    await sender.deliver(payload(name))

    assert [arrival.deed for arrival in desk.arrivals] == [deed]


async def test_a_person_who_takes_back_their_own_token_does_not_uninstall_us(sender, desk):
    await sender.deliver(payload("tokens_revoked_by_a_person"))

    assert desk.arrivals == []


async def test_pressing_stop_sets_the_session_back_at_once(sender, slack):
    await sender.deliver(payload("session_stopped"))

    told = slack.made("agents.sessions.setStatus")[0]
    assert (told["channel_id"], told["thread_ts"], told["status"]) == (DIRECT, ASKED_AT, "active")


async def test_stop_is_kept_though_slack_does_not_take_the_status(sender, slack, desk):
    slack.refuses("agents.sessions.setStatus", "internal_error", status=500)

    response = await sender.deliver(payload("session_stopped"))

    assert response.status_code == 200
    assert [arrival.deed for arrival in desk.arrivals] == [Stopped()]


async def test_a_changed_user_group_is_asked_for_anew(sender, chat, slack):
    slack.always["users.info"] = Answer({"ok": True, "user": {"id": ALICE, "team_id": TEAM}})
    alice = Caller(platform="slack", user=ALICE, team=TEAM)
    await chat.profile(alice)

    await sender.deliver(payload("subteam_members_changed"))
    await chat.profile(alice)

    assert slack.methods.count("usergroups.list") == 2


# When it cannot be kept


async def test_an_event_that_cannot_be_kept_is_brought_again_by_slack(sender, desk):
    desk.broken = StoreError("The disk is full.")

    response = await sender.deliver(payload("message_im"))

    assert response.status_code == 503
    assert "X-Slack-No-Retry" not in response.headers


async def test_a_follow_up_is_brought_again_when_nobody_can_say_whether_it_counts(sender, desk):
    desk.broken = StoreError("The disk is full.")

    response = await sender.deliver(payload("message_in_thread"))

    assert response.status_code == 503


async def test_an_event_is_not_waited_for_longer_than_slack_waits(sender, desk, monkeypatch):
    monkeypatch.setattr(keeper, "BUDGET", 0.05)
    desk.slow = True

    response = await sender.deliver(payload("message_im"))

    assert response.status_code == 503


async def test_what_breaks_unexpectedly_is_brought_again_and_its_words_are_not_logged(
    sender, desk, caplog
):
    desk.broken = RuntimeError("customer list of Alice")

    with caplog.at_level(logging.INFO):
        response = await sender.deliver(payload("message_im"))

    assert response.status_code == 503
    assert "customer list" not in caplog.text


async def test_a_command_that_cannot_be_kept_is_answered_with_a_sentence(sender, desk):
    desk.broken = StoreError("The disk is full.")

    response = await sender.deliver(payload("command"))

    body = json.loads(response.text)
    assert (response.status_code, body["response_type"]) == (200, "ephemeral")
    assert "nothing was kept" in body["text"]
    assert "try again in a minute" in body["text"]


@pytest.mark.parametrize("name", ["press", "shortcut"])
async def test_a_press_that_cannot_be_kept_is_answered_to_its_owner_only(sender, desk, slack, name):
    desk.broken = StoreError("The disk is full.")

    response = await sender.deliver(payload(name, response_url=slack.response_url))

    assert response.status_code == 200
    assert [(r["response_type"], r["replace_original"]) for r in slack.responses] == [
        ("ephemeral", False)
    ]
    assert "nothing was kept" in slack.responses[0]["text"]


async def test_a_press_on_the_home_tab_that_cannot_be_kept_breaks_nothing(sender, desk, slack):
    desk.broken = StoreError("The disk is full.")

    response = await sender.deliver(payload("press_on_home"))

    assert response.status_code == 200
    assert slack.responses == []


async def test_slack_may_be_gone_while_somebody_is_told_that_nothing_was_kept(sender, desk, slack):
    desk.broken = StoreError("The disk is full.")
    slack.says("response_url", Answer(drop=True))

    response = await sender.deliver(payload("press", response_url=slack.response_url))

    assert response.status_code == 200


async def test_a_thumb_that_cannot_be_kept_asks_for_no_reason(sender, desk, slack):
    desk.broken = StoreError("The disk is full.")

    await sender.deliver(payload("thumb_down", response_url=slack.response_url))

    assert len(slack.responses) == 1
    assert slack.calls == []


async def test_stop_does_not_wait_for_slack(sender, slack, monkeypatch):
    monkeypatch.setattr(door_module, "_LAST_WORDS", 0.05)
    slack.always["agents.sessions.setStatus"] = Answer(hang=True)

    response = await sender.deliver(payload("session_stopped"))

    assert response.status_code == 200


async def test_a_form_that_cannot_be_kept_stays_open_with_all_that_was_written(sender, desk):
    desk.broken = StoreError("The disk is full.")

    response = await sender.deliver(payload("form_filled"))

    body = json.loads(response.text)
    assert (response.status_code, body["response_action"]) == (200, "errors")
    assert "nothing was kept" in body["errors"]["tool"]


# Commands, presses, shortcuts, forms


async def test_a_command_is_kept_with_the_address_for_its_answer(sender, desk):
    response = await sender.deliver(payload("command"))

    arrival = desk.arrivals[0]
    assert (response.status_code, response.text) == (200, "")
    assert arrival.id == "slack:command:13345224609.738474920.8088930838d88f008e0"
    assert arrival.deed == Said(text="can I use ChatGPT for R&D?", command=True)
    place = arrival.place
    assert (place.channel, place.only_for, place.shared) == (MARKETING, ALICE, False)
    assert place.route["response_url"] == "https://hooks.slack.com/commands/T0ACME001/1/abc"
    assert place.route["until"] == "2026-11-22T09:59:00+00:00"


async def test_a_command_in_a_shared_channel_is_known_to_be_in_one(sender, desk, slack):
    shared = {"id": MARKETING, "is_ext_shared": True}
    slack.says("conversations.info", Answer({"ok": True, "channel": shared}))

    await sender.deliver(payload("command"))

    assert desk.arrivals[0].place.shared is True


async def test_who_reads_along_in_a_channel_is_asked_once(sender, slack):
    await sender.deliver(payload("command"))
    await sender.deliver(payload("command", trigger_id="another.trigger"))

    assert slack.methods == ["conversations.info"]


async def test_an_event_says_who_reads_along_so_that_nobody_has_to_be_asked(sender, desk, slack):
    await sender.deliver(payload("app_mention", is_ext_shared_channel=True))
    await sender.deliver(payload("command"))

    assert [arrival.place.shared for arrival in desk.arrivals] == [True, True]
    assert slack.methods == []


async def test_a_command_where_we_are_not_is_answered_to_the_asker_alone(sender, desk, slack):
    slack.refuses("conversations.info", "channel_not_found")

    await sender.deliver(payload("command"))

    assert desk.arrivals[0].place.shared is False


@pytest.mark.parametrize("name", ["command", "shortcut"])
async def test_between_two_people_only_the_one_who_asks_is_answered(sender, desk, slack, name):
    where = {"channel_id": "D0OTHERS01", "channel": {"id": "D0OTHERS01"}}

    await sender.deliver(payload(name, **where))

    place = desk.arrivals[0].place
    assert (place.kind, place.only_for) == ("group", ALICE)
    assert slack.calls == []


async def test_nobody_is_answered_where_it_is_not_known_who_reads_along(sender, desk, slack):
    slack.refuses("conversations.info", "internal_error", status=500)

    response = await sender.deliver(payload("command"))

    assert desk.arrivals == []
    assert "nothing was kept" in json.loads(response.text)["text"]


async def test_a_command_opens_its_form_at_once(sender, desk, slack):
    response = await sender.deliver(payload("command", text="request"))

    opened = slack.made("views.open")[0]
    assert response.status_code == 200
    assert desk.arrivals == []
    assert opened["trigger_id"] == "13345224609.738474920.8088930838d88f008e0"
    assert opened["view"]["callback_id"] == "gl:form"
    assert desk.asked[0][2] == "slack:said"


async def test_what_a_form_remembers_holds_no_address_that_can_be_written_to(sender, slack):
    await sender.deliver(payload("command", text="request"))

    remembered = slack.made("views.open")[0]["view"]["private_metadata"]
    assert "hooks.slack.com" not in remembered
    assert json.loads(remembered)["place"]["channel"] == MARKETING


async def test_a_form_for_somebody_who_is_turned_away_is_the_notice(sender, desk, slack):
    desk.turned_away = "guest"

    response = await sender.deliver(payload("command", text="request"))

    body = json.loads(response.text)
    assert body["response_type"] == "ephemeral"
    assert NOTICE in json.dumps(body["blocks"])
    assert desk.arrivals == []
    assert "views.open" not in slack.methods


async def test_who_cannot_be_looked_up_in_time_is_left_to_a_worker(sender, desk):
    desk.turned_away = "unknown"

    response = await sender.deliver(payload("command", text="request"))

    assert (response.status_code, response.text) == (200, "")
    assert [arrival.deed for arrival in desk.arrivals] == [Said(text="request", command=True)]


async def test_a_bot_is_not_even_given_the_notice(sender, desk):
    desk.turned_away = "bot"

    response = await sender.deliver(payload("command", text="request"))

    assert (response.status_code, response.text) == (200, "")


async def test_the_notice_for_a_press_goes_to_its_owner_only(sender, desk, slack):
    desk.turned_away = "stranger"

    await sender.deliver(payload("press_form", response_url=slack.response_url))

    assert [answer["response_type"] for answer in slack.responses] == ["ephemeral"]
    assert NOTICE in json.dumps(slack.responses[0]["blocks"])


async def test_a_form_that_cannot_be_opened_is_left_to_a_worker(sender, desk, slack):
    slack.refuses("views.open", "expired_trigger_id")

    response = await sender.deliver(payload("command", text="request"))

    assert response.status_code == 200
    assert [arrival.deed for arrival in desk.arrivals] == [Said(text="request", command=True)]


async def test_a_press_is_kept_with_the_answer_and_message_it_belongs_to(sender, desk):
    await sender.deliver(payload("press"))

    arrival = desk.arrivals[0]
    assert arrival.id == f"slack:action:1763803801.000100:1763803830.111111:{ALICE}"
    assert arrival.deed == Pressed(action="why", value="why", of="A-7", message="1763803801.000100")
    assert (arrival.place.channel, arrival.place.thread) == (DIRECT, ASKED_AT)


async def test_pressing_twice_is_two_presses_and_delivering_twice_is_one(sender, desk):
    again = payload("press")
    again["actions"][0]["action_ts"] = "1763803831.000000"

    for body in (payload("press"), payload("press"), again):
        await sender.deliver(body)

    assert len(desk.arrivals) == 2


async def test_a_press_on_what_only_one_person_sees_remembers_the_thread(sender, desk):
    await sender.deliver(payload("press_hidden"))

    place = desk.arrivals[0].place
    assert (place.channel, place.thread, place.only_for) == (MARKETING, ASKED_AT, ALICE)
    assert place.route["hidden"] == "yes"


async def test_a_press_on_the_home_tab_is_answered_alone(sender, desk):
    await sender.deliver(payload("press_on_home"))

    arrival = desk.arrivals[0]
    assert arrival.deed == Pressed(action="forget", value="forget")
    assert (arrival.place.kind, arrival.place.channel) == ("direct", "")
    assert arrival.place.only_for == ALICE


async def test_a_press_opens_its_form_with_what_it_is_about(sender, desk, slack):
    await sender.deliver(payload("press_form"))

    remembered = json.loads(slack.made("views.open")[0]["view"]["private_metadata"])
    assert (remembered["form"], remembered["context"]) == ("request", "A-7")
    assert desk.arrivals == []


async def test_a_thumb_up_is_kept_and_asks_nothing(sender, desk, slack):
    await sender.deliver(payload("thumb_up"))

    assert [arrival.deed for arrival in desk.arrivals] == [Rated(of="A-7", helpful=True)]
    assert slack.calls == []


async def test_a_thumb_down_is_kept_and_asks_why(sender, desk, slack):
    await sender.deliver(payload("thumb_down"))

    assert [arrival.deed for arrival in desk.arrivals] == [Rated(of="A-7", helpful=False)]
    remembered = json.loads(slack.made("views.open")[0]["view"]["private_metadata"])
    assert (remembered["form"], remembered["context"]) == ("feedback", "A-7")


async def test_a_thumb_down_counts_though_the_question_why_cannot_be_shown(sender, desk, slack):
    slack.refuses("views.open", "expired_trigger_id")

    response = await sender.deliver(payload("thumb_down"))

    assert response.status_code == 200
    assert [arrival.deed for arrival in desk.arrivals] == [Rated(of="A-7", helpful=False)]


async def test_the_shortcut_checks_somebodys_words_for_the_one_who_asks(sender, desk):
    await sender.deliver(payload("shortcut"))

    arrival = desk.arrivals[0]
    assert arrival.id == f"slack:shortcut:1763803700.000100:1763803850.333333:{ALICE}"
    assert arrival.deed == Said(text="Write to jo@example.com & co", pasted=True)
    assert arrival.caller.user == ALICE
    assert (arrival.place.channel, arrival.place.only_for) == (MARKETING, ALICE)


async def test_another_apps_shortcut_is_not_ours(sender, desk):
    response = await sender.deliver(payload("shortcut", callback_id="translate"))

    assert response.status_code == 200
    assert desk.arrivals == []


async def test_a_filled_in_form_is_kept_and_closed(sender, desk):
    response = await sender.deliver(payload("form_filled"))

    arrival = desk.arrivals[0]
    assert (response.status_code, response.text) == (200, "")
    assert arrival.id == "slack:view:V0FORM0001:1763803860.fedcba98"
    assert arrival.deed == Submitted(form="request", values={"tool": "Runway", "data": ("public",)})
    place = arrival.place
    assert (place.channel, place.thread, place.only_for) == (MARKETING, ASKED_AT, ALICE)


async def test_what_is_wrong_with_a_form_stands_below_its_field(sender, desk):
    desk.wrong = {"tool": "Name the tool."}

    response = await sender.deliver(payload("form_filled"))

    body = json.loads(response.text)
    assert body == {"response_action": "errors", "errors": {"tool": "Name the tool."}}
    assert desk.arrivals == []


async def test_a_form_of_somebody_who_is_turned_away_becomes_the_notice(sender, desk):
    desk.turned_away = "other_organisation"

    response = await sender.deliver(payload("form_filled"))

    body = json.loads(response.text)
    assert body["response_action"] == "update"
    assert NOTICE in json.dumps(body["view"])
    assert desk.arrivals == []


async def test_a_form_of_somebody_who_cannot_be_looked_up_in_time_stays_open(
    sender, desk, monkeypatch
):
    monkeypatch.setattr(keeper, "BUDGET", 0.05)
    desk.slow = True

    response = await sender.deliver(payload("form_filled"))

    assert json.loads(response.text)["response_action"] == "errors"


async def test_another_apps_form_is_not_ours(sender, desk):
    response = await sender.deliver(payload("form_filled", view__callback_id="other"))

    assert response.status_code == 200
    assert desk.arrivals == []


# Whatever it looks like

ODD = st.sampled_from(
    [None, True, 0, -1.5, "", "x", "a b", "\x00", "\ud800", "9" * 300, [], {}, [[]], {"a": []}]
)


def _paths(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    found = [deeper for name, part in inner for deeper in _paths(part, (*path, name))]
    return [path, *found] if path else found


@st.composite
def spoilt(draw: st.DrawFn) -> dict:
    """A recorded payload with a few of its parts taken out or made odd."""
    body = payload(draw(st.sampled_from(sorted(f.stem for f in PAYLOADS.glob("*.json")))))
    for _ in range(draw(st.integers(1, 4))):
        paths = _paths(body) or [("a",)]
        *outer, last = paths[draw(st.integers(0, len(paths) - 1))]
        place = body
        for step in outer:
            place = place[step]
        if draw(st.booleans()) and isinstance(place, dict):
            place.pop(last, None)
        elif isinstance(place, dict | list):
            place[last] = copy.deepcopy(draw(ODD))
    return body


@hypothesis.settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(body=spoilt())
async def test_no_payload_however_odd_ends_in_an_error_of_ours(sender, desk, body, caplog):
    desk.threads.add(ASKED_AT)
    desk.arrivals.clear()
    caplog.clear()

    response = await sender.deliver(body)

    assert response.status_code in {200, 400}
    stumbled = [record.where[-1] for record in caplog.records if hasattr(record, "where")]
    assert [where for where in stumbled if "/handlers/" in where] == []
    for arrival in desk.arrivals:
        kept = json.dumps(from_arrival(arrival), ensure_ascii=False).encode()
        assert to_arrival(json.loads(kept)) == arrival
        assert len(f"{arrival.id}{arrival.lane}") < 2_000


# What must never be seen


async def test_no_word_of_a_message_is_in_the_log(sender, desk, caplog):
    with caplog.at_level(logging.INFO):
        for name in ("message_im", "app_mention", "command", "press", "shortcut", "form_filled"):
            await sender.deliver(payload(name))
        await sender.post("/slack/events", content=encoded(payload("message_im"))[0])

    assert len(desk.arrivals) == 6
    for word in ("captions", "ChatGPT", "example.com", "Runway"):
        assert word not in caplog.text


def test_every_recorded_payload_is_used_here():
    source = Path(__file__).read_text(encoding="utf-8")
    recorded = {file.stem for file in (Path(__file__).parent / "payloads/slack").glob("*.json")}

    assert {name for name in recorded if f'"{name}"' not in source} == set()
