"""Greenlight as it is served, with a Slack around it: over HTTP, and over Socket Mode."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from end_to_end.rigs.serve import free_port, said, served
from end_to_end.rigs.slack.emulator import BOT_TOKEN, BOT_USER, emulator, missing
from end_to_end.rigs.slack.gateway import APP_TOKEN, Call, Gateway
from end_to_end.rigs.slack.people import Slack

pytestmark = [
    pytest.mark.rig,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]

QUESTION = "Can I put customer e-mail addresses into ChatGPT?"
MENTION = f"<@{BOT_USER}> {QUESTION}"
EVE = "U0EVE00001"


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["http", "socket"])
async def slack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Slack]:
    why = missing()
    if why is not None:
        # A dot that is an `s` is easily overlooked.
        plugins = request.config.pluginmanager
        with plugins.getplugin("capturemanager").global_and_fixture_disabled():
            plugins.getplugin("terminalreporter").write_line(f"\n{why}")
        pytest.skip(why)
    home, secret = tmp_path_factory.mktemp("slack"), secrets.token_hex()
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(emulator(home, free_port()))
        gateway = Gateway(running)
        runner = web.AppRunner(gateway.app(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        gateway.address = f"http://{host}:{port}"
        http = await stack.enter_async_context(aiohttp.ClientSession())
        environment = {
            "GREENLIGHT_HOME": str(home),
            "GREENLIGHT_SECRET_KEY": secrets.token_urlsafe(32),
            "SLACK_API_URL": f"{gateway.address}/api/",
            "SLACK_BOT_TOKEN": BOT_TOKEN,
        }
        if request.param == "http":
            environment["SLACK_SIGNING_SECRET"] = secret
        else:
            environment["SLACK_APP_TOKEN"] = APP_TOKEN
        log = home / "log.jsonl"
        url = await stack.enter_async_context(served(environment, log))
        if request.param == "socket":
            await gateway.until(lambda: gateway.sockets)
        yield Slack(gateway, http, secret, f"{url}/slack/events", log)


@pytest.fixture
def before(slack: Slack) -> int:
    """How many calls the app had made before this test."""
    return len(slack.gateway.calls)


def words(shown: Any) -> str:
    return json.dumps(shown, ensure_ascii=False)


def elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        for element in block.get("elements") or ():
            if isinstance(element, dict) and "action_id" in element:
                yield {**element, "block_id": block.get("block_id", "b")}


def button(blocks: list[dict[str, Any]], action: str) -> dict[str, Any]:
    """What Slack sends when this button is pressed."""
    found = next(e for e in elements(blocks) if e["action_id"].startswith(f"gl:{action}:"))
    return {name: found[name] for name in ("action_id", "block_id", "type", "value")}


def thumb(blocks: list[dict[str, Any]], which: str) -> dict[str, Any]:
    found = next(e for e in elements(blocks) if e["type"] == "feedback_buttons")
    pressed = {name: found[name] for name in ("action_id", "block_id", "type")}
    return pressed | {"value": found[f"{which}_button"]["value"]}


def sent(call: Call) -> dict[str, Any]:
    """A message of the app's, as somebody would press something in it."""
    hidden = call.method == "chat.postEphemeral"
    ts = call.answer["message_ts" if hidden else "ts"]
    return {
        "ts": ts,
        "channel": call.args["channel"],
        "hidden": hidden,
        "thread": call.args.get("thread_ts"),
    }


def under(ts: str) -> Callable[[Call], bool]:
    """Whether a message of the app's answers another."""
    return lambda call: bool(call.args.get("thread_ts") == ts and call.answer["ok"])


def typed(value: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


def picked(*values: str) -> dict[str, Any]:
    options = [{"value": value} for value in values]
    return {"type": "multi_static_select", "selected_options": options}


FILLED = {"tool": typed("Runway"), "use": typed("Mood boards"), "data": picked("public")}


async def test_opening_the_conversation_offers_what_may_be_asked(slack: Slack) -> None:
    channel = await slack.opens("ana", "messages")

    prompts = await slack.gateway.until(lambda: slack.gateway.prompts.get(channel))
    assert 1 <= len(prompts) <= 4


async def test_the_home_tab_is_filled_for_its_owner(slack: Slack, before: int) -> None:
    await slack.opens("ana", "home")

    shown = await slack.gateway.call("views.publish", after=before)
    assert shown.args["user_id"] == slack.id("ana")
    assert shown.answer["ok"]
    assert "Ana" in words(shown.args["view"])


async def test_a_direct_question_is_answered_in_its_thread_with_thumbs(
    slack: Slack, before: int
) -> None:
    ts = await slack.say("ana", "direct", QUESTION)

    answer = await slack.gateway.call("chat.postMessage", under(ts), after=before)
    assert answer.args["blocks"][-1]["type"] == "context_actions"
    seen = await slack.thread(answer.args["channel"], ts)
    assert "DATA" in words(seen[-1]["blocks"])


async def test_a_mention_is_answered_to_its_asker_only_until_they_share_it(
    slack: Slack, before: int
) -> None:
    ts = await slack.say("ana", "#marketing", MENTION)
    answer = await slack.gateway.call("chat.postEphemeral", after=before)
    alone = await slack.thread("#marketing", ts)

    shared = button(answer.args["blocks"], "share")
    await slack.presses("ana", sent(answer), shared)
    public = await slack.gateway.call("chat.postMessage", after=before)

    assert answer.args["user"] == slack.id("ana")
    assert "thread_ts" not in answer.args
    assert len(alone) == 1
    assert (public.args["channel"], public.args["thread_ts"]) == (slack.id("#marketing"), ts)
    assert "Ana" in words(public.args["blocks"])
    assert len(await slack.thread("#marketing", ts)) == 2


async def test_a_follow_up_in_that_thread_needs_no_mention(slack: Slack, before: int) -> None:
    ts = await slack.say("ana", "#marketing", MENTION)
    await slack.gateway.call("chat.postEphemeral", after=before)
    made = len(slack.gateway.calls)
    await slack.say("bob", "#marketing", "lunch?", ts)

    await slack.say("ana", "#marketing", "and with public data?", ts)

    follow_up = await slack.gateway.call(
        "chat.postEphemeral", lambda c: c.args.get("thread_ts") == ts, after=made
    )
    assert follow_up.args["user"] == slack.id("ana")
    assert not any(c.args.get("user") == slack.id("bob") for c in slack.gateway.calls[made:])


async def test_three_deliveries_of_one_event_are_one_answer(slack: Slack, before: int) -> None:
    channel = await slack.direct("ana")
    event = {
        "type": "message",
        "channel_type": "im",
        "user": slack.id("ana"),
        "channel": channel,
        "text": QUESTION,
        "ts": "1763803800.000100",
    }

    for retry in (0, 1, 2):
        await slack.event(event, number=f"EvTHRICE{before}", retry=retry)
    await slack.gateway.call("chat.postMessage", under(event["ts"]), after=before)
    later = await slack.say("ana", "direct", "tools")
    await slack.gateway.call("chat.postMessage", under(later), after=before)

    made = [c for c in slack.gateway.calls[before:] if c.method == "chat.postMessage"]
    assert len([c for c in made if under(event["ts"])(c)]) == 1


async def test_a_command_is_answered_where_only_its_sender_sees_it(
    slack: Slack, before: int
) -> None:
    taken, response = await slack.command("ana", "#marketing", QUESTION)

    answers = await slack.gateway.until(lambda: slack.gateway.responses[response])
    assert taken.status == 200
    assert answers[0]["response_type"] == "ephemeral"
    assert "DATA" in words(answers[0]["blocks"])
    assert not any(c.method.startswith("chat.") for c in slack.gateway.calls[before:])


async def test_a_request_is_opened_corrected_sent_and_confirmed(slack: Slack, before: int) -> None:
    await slack.command("ana", "#marketing", "request")
    opened = await slack.gateway.call("views.open", after=before)
    view = opened.answer["view"]["id"]

    wrong = await slack.submits("ana", view, FILLED | {"tool": typed("")})
    right = await slack.submits("ana", view, FILLED)
    told = await slack.gateway.call("chat.postEphemeral", after=before)

    assert opened.answer["ok"]
    assert (wrong.body["response_action"], list(wrong.body["errors"])) == ("errors", ["tool"])
    assert not right.body
    assert told.args["user"] == slack.id("ana")
    assert "R-" in words(told.args["blocks"]) or "filed" in words(told.args["blocks"])


async def test_a_thumb_down_asks_for_the_reason_and_thanks_for_it(
    slack: Slack, before: int
) -> None:
    ts = await slack.say("ana", "direct", QUESTION)
    answer = await slack.gateway.call("chat.postMessage", under(ts), after=before)
    made = len(slack.gateway.calls)

    await slack.presses("ana", sent(answer), thumb(answer.args["blocks"], "negative"))
    opened = await slack.gateway.call("views.open", after=made)
    reason = {"type": "static_select", "selected_option": {"value": "wrong"}}
    taken = await slack.submits(
        "ana", opened.answer["view"]["id"], {"reason": reason, "words": typed("It is allowed.")}
    )
    thanks = await slack.gateway.call("chat.postMessage", after=made)

    assert opened.answer["ok"]
    assert not taken.body
    assert thanks.args["channel"] == answer.args["channel"]


async def test_the_shortcut_checks_a_message_for_the_one_who_asks(
    slack: Slack, before: int
) -> None:
    taken, response = await slack.checks("ana", "#marketing", "Write to jo.smith@example.com")

    answers = await slack.gateway.until(lambda: slack.gateway.responses[response])
    assert taken.status == 200
    assert answers[0]["response_type"] == "ephemeral"
    assert not any(c.method == "chat.postMessage" for c in slack.gateway.calls[before:])


async def test_an_answer_slack_puts_off_comes_later_and_once(slack: Slack, before: int) -> None:
    slack.gateway.fault("chat.postMessage", "ratelimited", status=429, retry_after=1)

    ts = await slack.say("ana", "direct", QUESTION)

    answer = await slack.gateway.call("chat.postMessage", under(ts), after=before)
    assert len(await slack.thread(answer.args["channel"], ts)) == 2


async def test_pressing_stop_ends_the_session(slack: Slack, before: int) -> None:
    ts = await slack.say("ana", "direct", QUESTION)
    await slack.gateway.call("chat.postMessage", under(ts), after=before)
    channel = await slack.direct("ana")

    await slack.stops("ana", channel, ts)

    await slack.gateway.until(lambda: slack.gateway.sessions.get((channel, ts)) == "active")


@pytest.mark.parametrize(
    ("user", "channel", "text"),
    [("gus", "direct", QUESTION), (EVE, "#partners", MENTION), ("ana", "#partners", MENTION)],
)
async def test_guests_strangers_and_shared_channels_get_the_notice_and_nothing_else(
    slack: Slack, before: int, user: str, channel: str, text: str
) -> None:
    await slack.say(user, channel, text)

    method = "chat.postMessage" if channel == "direct" else "chat.postEphemeral"
    told = await slack.gateway.call(method, after=before)
    shown = words(told.args["blocks"])
    assert "Northwind" in shown
    assert not any(said in shown for said in ("DATA-", "ChatGPT", "context_actions"))
    if channel != "direct":
        assert told.args["user"] == slack.id(user)


@pytest.mark.parametrize(("user", "channel"), [("gus", "#marketing"), ("ana", "#partners")])
async def test_a_form_is_opened_for_nobody_who_would_not_be_answered(
    slack: Slack, before: int, user: str, channel: str
) -> None:
    taken, _response = await slack.command(user, channel, "request")

    assert taken.body["response_type"] == "ephemeral"
    assert "Northwind" in words(taken.body)
    assert not any(c.method == "views.open" for c in slack.gateway.calls[before:])


async def test_somebody_in_no_directory_is_answered_as_an_employee(
    slack: Slack, before: int
) -> None:
    ts = await slack.say("bob", "direct", QUESTION)

    answer = await slack.gateway.call("chat.postMessage", under(ts), after=before)
    assert "DATA" in words(answer.args["blocks"])


async def test_requests_that_are_not_slacks_are_turned_away(slack: Slack) -> None:
    if slack.gateway.sockets:
        pytest.skip("Socket Mode takes no requests.")
    body = {"type": "url_verification", "challenge": "a-challenge"}

    good = await slack.deliver(body)
    old = await slack.deliver(body, age=600)
    forged = await replace(slack, secret="another").deliver(body)

    assert (good.status, good.body) == (200, {"challenge": "a-challenge"})
    assert (old.status, forged.status) == (401, 401)


async def test_everything_the_app_sent_was_taken_by_slack(slack: Slack) -> None:
    refused = [c for c in slack.gateway.calls if c.answer.get("error") == "invalid_blocks"]

    assert [(c.method, c.answer["problems"]) for c in refused] == []


async def test_no_word_of_a_question_is_in_the_log(slack: Slack, before: int) -> None:
    ts = await slack.say("ana", "direct", QUESTION)
    await slack.gateway.call("chat.postMessage", under(ts), after=before)

    log = said(slack.log)
    assert "slack kept" in log
    assert "customer e-mail" not in log
