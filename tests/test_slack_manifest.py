"""The app as Slack is told about it: what the code needs, no more, and the file is up to date."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from handlers.slack import events
from handlers.slack.interactions import PASTE_CHECK
from handlers.slack.manifest import EVENTS, SCOPES, manifest, written
from handlers.slack.signing import PATH

ROOT = Path(__file__).parents[1]
HTTP = manifest("https://greenlight.example.com/")
SOCKET = manifest()

NEEDED_BY = {
    "app_mentions:read": {"app_mention"},
    "channels:history": {"message.channels"},
    "groups:history": {"message.groups"},
    "im:history": {"message.im"},
    "mpim:history": {"message.mpim"},
    "usergroups:read": {"subteam_created", "subteam_members_changed", "subteam_updated"},
}
"""Events Slack sends only with a scope (docs.slack.dev/reference/events)."""

USED_BY = {
    "assistant:write": "assistant_threads_setSuggestedPrompts",
    "channels:read": "conversations_info",
    "groups:read": "conversations_info",
    "mpim:read": "conversations_info",
    "chat:write": "chat_postMessage",
    "im:write": "conversations_open",
    "users:read": "users_info",
    "users:read.email": '"profile", "email"',
    "commands": "from_command",
}
"""What in our code needs a scope that no event needs."""


def code() -> str:
    files = (ROOT / "handlers" / "slack").glob("*.py")
    return "".join(f.read_text(encoding="utf-8") for f in files if f.name != "manifest.py")


def test_the_file_in_the_repository_is_what_the_code_says():
    file = (ROOT / "manifest.json").read_text(encoding="utf-8")

    assert file == written(), "run: uv run greenlight slack manifest --socket > manifest.json"


def test_over_http_every_kind_of_request_comes_to_one_address():
    address = f"https://greenlight.example.com{PATH}"

    assert HTTP["settings"]["event_subscriptions"]["request_url"] == address
    assert HTTP["settings"]["interactivity"]["request_url"] == address
    assert HTTP["features"]["slash_commands"][0]["url"] == address
    assert HTTP["settings"]["socket_mode_enabled"] is False


def test_socket_mode_needs_no_address():
    assert SOCKET["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(SOCKET)
    assert "url" not in SOCKET["features"]["slash_commands"][0]


def test_both_ask_for_the_same_scopes_and_events():
    assert HTTP["oauth_config"] == SOCKET["oauth_config"]
    events_of = [m["settings"]["event_subscriptions"]["bot_events"] for m in (HTTP, SOCKET)]
    assert events_of == [sorted(EVENTS), sorted(EVENTS)]


def test_it_is_an_agent_as_slack_has_them_now():
    assert "agent_view" in SOCKET["features"]
    assert "assistant_view" not in SOCKET["features"]
    assert SOCKET["settings"]["org_deploy_enabled"] is True
    assert "agent_session_stopped" in EVENTS


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_each_scope_is_needed_and_says_what_for(scope):
    used = NEEDED_BY.get(scope, set()) <= set(EVENTS) if scope in NEEDED_BY else False

    assert SCOPES[scope]
    assert used or USED_BY[scope] in code()


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_each_event_is_listened_to(event):
    kind = event.partition(".")[0]

    assert EVENTS[event]
    assert kind in events._READERS or kind.startswith("subteam_")


def test_no_event_comes_without_its_scope():
    missing = [scope for scope, needs in NEEDED_BY.items() if needs & set(EVENTS)]

    assert [scope for scope in missing if scope not in SCOPES] == []


def test_the_shortcut_is_the_one_the_door_knows():
    assert [s["callback_id"] for s in SOCKET["features"]["shortcuts"]] == [PASTE_CHECK]


@pytest.mark.parametrize("made", [HTTP, SOCKET], ids=["http", "socket"])
def test_everything_fits_slacks_limits(made):
    shown, features = made["display_information"], made["features"]
    lengths = [
        (shown["name"], 1, 35),
        (shown["description"], 1, 140),
        (shown["long_description"], 175, 4_000),
        (features["agent_view"]["agent_description"], 1, 300),
        (features["bot_user"]["display_name"], 1, 80),
        *((s["name"], 1, 24) for s in features["shortcuts"]),
        *((s["description"], 1, 150) for s in features["shortcuts"]),
        *((c["command"], 2, 32) for c in features["slash_commands"]),
        *((c["description"], 1, 2_000) for c in features["slash_commands"]),
        *((c["usage_hint"], 1, 1_000) for c in features["slash_commands"]),
        *((event, 1, 50) for event in EVENTS),
    ]

    assert [text for text, least, most in lengths if not least <= len(text) <= most] == []
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])
