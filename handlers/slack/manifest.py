"""The app as Slack is told about it. `manifest.json` is written from here, and a test compares.

`python -m handlers.slack.manifest [https://greenlight.example.com] > manifest.json`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from handlers.slack.interactions import PASTE_CHECK
from handlers.slack.signing import PATH

SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "app_mentions:read": "hear a question that mentions the assistant in a channel",
        "assistant:write": "be an agent in Slack, and offer what may be asked",
        "channels:history": (
            "hear follow-ups in threads the assistant is part of, and find an answer that was "
            "posted just before a crash; all other messages are dropped unread and never stored"
        ),
        "channels:read": "know whether people of another organisation read along",
        "chat:write": "answer, and show that an answer is on its way",
        "commands": "take /greenlight and the shortcut in a message's menu",
        "groups:history": "the same as channels:history, in private channels",
        "groups:read": "the same as channels:read, in private channels",
        "im:history": "hear what is asked in the conversation with the assistant alone",
        "im:write": "begin that conversation, to tell somebody what only they should see",
        "mpim:history": "the same as channels:history, in group conversations",
        "mpim:read": "the same as channels:read, in group conversations",
        "usergroups:read": "know who has which role, where roles are given by user groups",
        "users:read": "tell colleagues from guests and strangers, and know their language",
        "users:read.email": "find somebody in the company's directory by their address",
    }
)
"""What the app may do, and why it needs to."""

EVENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agent_session_stopped": "stop when somebody presses stop",
        "app_home_opened": "fill the Home tab, and offer what may be asked",
        "app_mention": "be asked in a channel",
        "app_uninstalled": "know that the app was taken away",
        "message.channels": "hear follow-ups in a thread without being mentioned again",
        "message.groups": "the same in private channels",
        "message.im": "be asked alone",
        "message.mpim": "the same in group conversations",
        "subteam_created": "give roles by user groups as they are now",
        "subteam_members_changed": "the same",
        "subteam_updated": "the same",
        "tokens_revoked": "know that the app was taken away",
    }
)
"""What the app is told, and why it needs to be.

Not `app_context_changed`: what somebody looks at in Slack is no business of the assistant's.
"""

_PROMPTS: Final = (
    ("Which AI tools may I use?", "Which AI tools may I use, and with what data?"),
    ("Is this OK to paste?", "What may I paste into an AI tool, and what not?"),
    ("Ask for a tool", "How do I ask for a new AI tool?"),
)


def manifest(public_url: str = "") -> dict[str, Any]:
    """Return the app's manifest: over HTTP at this address, or without one over Socket Mode."""
    address = f"{public_url.rstrip('/')}{PATH}" if public_url else ""
    at: dict[str, Any] = {"request_url": address} if address else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Greenlight",
            "description": "Says which AI tools you may use, with what data, and by which rule.",
            "long_description": (
                "Greenlight answers whether an AI tool may be used for what you have in mind: "
                "which tool, with which data, under which conditions. Every answer names the "
                "company rule it stands on and the person to ask. In channels only you see your "
                "answer until you share it. It checks text before you paste it into an AI tool, "
                "and takes requests for new tools and reports of incidents to the right people. "
                "What an AI has written is marked as such and may be wrong."
            ),
            "background_color": "#14532d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "agent_view": {
                "agent_description": (
                    "Ask which AI tools you may use and with what data. Answers come from the "
                    "company's own rules and say which one; what an AI wrote is marked as such."
                ),
                "suggested_prompts": [
                    {"title": title, "message": message} for title, message in _PROMPTS
                ],
            },
            "bot_user": {"display_name": "Greenlight", "always_online": True},
            "shortcuts": [
                {
                    "name": "Is this OK to paste?",
                    "type": "message",
                    "callback_id": PASTE_CHECK,
                    "description": "Check a message before you paste it into an AI tool",
                }
            ],
            "slash_commands": [
                {
                    "command": "/greenlight",
                    **({"url": address} if address else {}),
                    "description": "Ask which AI tools may be used, and for what",
                    "usage_hint": "[question] | tools | request | incident | status | learn | help",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": True,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }


def written(public_url: str = "") -> str:
    """Return the manifest as the file Slack takes."""
    return json.dumps(manifest(public_url), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written(*sys.argv[1:2]))
