"""Socket Mode: the same door, over a connection that we open and do not lose for long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot import settings
from bot.app import App
from bot.chat import Said
from bot.store import StoreError
from handlers.slack import SlackChat, SlackDoor
from handlers.slack.socket import Socket
from tests.conftest import NOW
from tests.slack_service import Desk
from tests.slack_stub import Answer, SlackStub, payload


class Listening(logging.Handler):
    """Waits for one line of the log."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line
        self.heard = asyncio.Event()
        self.codes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == self.line:
            self.codes.append(record.code)
            self.heard.set()


@pytest.fixture
async def slack() -> AsyncIterator[SlackStub]:
    async with SlackStub().running() as stub:
        yield stub


@pytest.fixture
def desk(app: App) -> Desk:
    return Desk(app)


@pytest.fixture
async def door(slack: SlackStub, desk: Desk) -> AsyncIterator[SlackDoor]:
    configured = settings.read(
        slack_bot_token="xoxb-test", slack_app_token="xapp-test", slack_api_url=slack.url
    )
    async with SlackChat.open(configured, lambda: NOW) as chat:
        yield SlackDoor(desk, configured, chat)


def envelope(name: str, kind: str = "events_api", **more: object) -> dict:
    return {"envelope_id": f"env-{name}", "type": kind, "payload": payload(name), **more}


async def test_an_event_is_kept_before_it_is_acknowledged(door, desk, slack):
    async with door.running():
        await slack.until(lambda: slack.sockets)
        await slack.send(envelope("message_im", retry_attempt=1, retry_reason="timeout"))
        await slack.until(lambda: slack.acks)

    assert [arrival.id for arrival in desk.arrivals] == ["slack:Ev0MESSAGEIM"]
    assert slack.acks == [{"envelope_id": "env-message_im"}]


async def test_an_event_that_cannot_be_kept_is_not_acknowledged_so_that_it_comes_again(
    door, desk, slack
):
    desk.broken = StoreError("The disk is full.")

    async with door.running():
        await slack.until(lambda: slack.sockets)
        await slack.send(envelope("message_im"))
        await slack.send(envelope("command", "slash_commands"))
        await slack.until(lambda: slack.acks)

    assert [ack["envelope_id"] for ack in slack.acks] == ["env-command"]
    assert "nothing was kept" in slack.acks[0]["payload"]["text"]


async def test_forms_are_checked_over_the_socket_too(door, desk, slack):
    desk.wrong = {"tool": "Name the tool."}

    async with door.running():
        await slack.until(lambda: slack.sockets)
        await slack.send(envelope("form_filled", "interactive"))
        await slack.until(lambda: slack.acks)

    assert slack.acks[0]["payload"] == {
        "response_action": "errors",
        "errors": {"tool": "Name the tool."},
    }


async def test_what_was_begun_is_finished_and_acknowledged_before_the_end(door, desk, slack):
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    class Slow(Desk):
        async def accept(self, arrival):
            begun.set()
            await may_go_on.wait()
            await super().accept(arrival)

    slow = Slow(desk.app)
    ending = SlackDoor(slow, door._settings, door._chat)
    async with asyncio.TaskGroup() as tasks, ending.running():
        await slack.until(lambda: slack.sockets)
        await slack.send(envelope("message_im"))
        await begun.wait()
        tasks.create_task(_later(may_go_on))

    assert len(slow.arrivals) == 1
    assert slack.acks == [{"envelope_id": "env-message_im"}]


async def _later(event: asyncio.Event) -> None:
    event.set()


@pytest.mark.parametrize("odd", [None, [], "x", {}, {"type": []}, {"event": 5}])
async def test_an_odd_envelope_does_not_end_the_connection(door, desk, slack, odd):
    async with door.running():
        await slack.until(lambda: slack.sockets)
        await slack.send({"envelope_id": "env-odd", "type": "events_api", "payload": odd})
        await slack.send(envelope("message_im"))
        await slack.until(lambda: {"envelope_id": "env-message_im"} in slack.acks)

    assert len(desk.arrivals) == 1


async def test_a_connection_slack_renews_goes_on(door, desk, slack):
    async with door.running():
        await slack.until(lambda: slack.sockets)
        await slack.send({"type": "disconnect", "reason": "refresh_requested"})
        await slack.until(lambda: len(slack.sockets) == 2)
        await slack.send(envelope("message_im"))
        await slack.until(lambda: slack.acks)

    assert len(desk.arrivals) == 1


async def test_a_client_that_has_gone_deaf_is_made_anew(door, desk, slack):
    nowhere = {"ok": True, "url": "ws://127.0.0.1:9/socket"}
    slack.says("apps.connections.open", Answer(nowhere))
    socket = Socket("xapp-test", door._chat.line, door.dispatch, look=0.1, patience=0.3)

    async with socket.running():
        await slack.until(lambda: slack.sockets)
        await slack.send(envelope("message_im"))
        await slack.until(lambda: slack.acks)

    assert [arrival.deed for arrival in desk.arrivals] == [
        Said(text="Can I use ChatGPT for captions?")
    ]
    assert slack.methods.count("apps.connections.open") == 2


async def test_why_slack_opens_no_connection_is_in_the_log_and_nothing_secret(door, slack, caplog):
    slack.always["apps.connections.open"] = Answer({"ok": False, "error": "invalid_auth"})

    refused = Listening("slack socket refused")
    logging.getLogger("greenlight.slack").addHandler(refused)

    with caplog.at_level(logging.INFO):
        async with door.running():
            await asyncio.wait_for(refused.heard.wait(), 10)

    logging.getLogger("greenlight.slack").removeHandler(refused)
    assert refused.codes == ["invalid_auth"]
    assert "xapp-test" not in caplog.text


async def test_without_an_app_token_no_connection_is_opened(slack, desk):
    configured = settings.read(slack_bot_token="xoxb-test", slack_api_url=slack.url)

    async with (
        SlackChat.open(configured, lambda: NOW) as chat,
        SlackDoor(desk, configured, chat).running(),
    ):
        await slack.until(lambda: "auth.test" in slack.methods)

    assert slack.sockets == []
