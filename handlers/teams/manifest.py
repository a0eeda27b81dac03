"""What Teams is told about the app before anybody opens it: its manifest, in five languages."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

from bot.settings import Settings, SettingsError
from handlers.teams.told import COMMANDS, TOLD, Told

SCHEMA: Final = "1.30"
"""The newest version of the schema: commands after a slash came with 1.29."""

COLOUR_ICON: Final = "color.png"
OUTLINE_ICON: Final = "outline.png"
SEARCH: Final = "lookUpTool"
"""The id of the search while writing, as it comes back in `composeExtension/query`."""

TOOL: Final = "tool"
"""The name of what is searched for."""

NAME: Final = "Greenlight"
ACCENT: Final = "#1D2B24"

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_NUMBER: Final = re.compile(r"\d+\.\d+\.\d+")


def manifest(settings: Settings) -> dict[str, Any]:
    """Return the manifest; raises `SettingsError` naming what has to be set for it."""
    app_id, address = _app_id(settings), _address(settings)
    told = TOLD["en"]
    return {
        "$schema": (
            f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/"
            "MicrosoftTeams.schema.json"
        ),
        "manifestVersion": SCHEMA,
        "version": _version(),
        "id": app_id,
        "developer": {
            "name": NAME,
            "websiteUrl": address,
            "privacyUrl": f"{address}/privacy",
            "termsOfUseUrl": f"{address}/terms",
        },
        "name": {"short": NAME, "full": f"{NAME}: AI, the approved way"},
        "description": {"short": told.short, "full": told.full},
        "icons": {"color": COLOUR_ICON, "outline": OUTLINE_ICON},
        "accentColor": ACCENT,
        "localizationInfo": {
            "defaultLanguageTag": "en",
            "additionalLanguages": [
                {"languageTag": language, "file": f"{language}.json"}
                for language in TOLD
                if language != "en"
            ],
        },
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "bots": [_bot(settings, app_id, told)],
        "composeExtensions": [_search(app_id, told)],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(address).hostname],
    }


def translations() -> dict[str, dict[str, str]]:
    """Return each further language's file of words, by its name in the package."""
    return {f"{language}.json": _words(told) for language, told in TOLD.items() if language != "en"}


def _version() -> str:
    """Return our version as Teams writes versions: three numbers, and nothing after them."""
    found = _NUMBER.match(version("greenlight"))
    return found[0] if found is not None else "0.0.0"


def _app_id(settings: Settings) -> str:
    if not settings.teams_app_id:
        raise SettingsError(
            "TEAMS_APP_ID is not set. Write the id of the bot's app registration in Entra."
        )
    if not _GUID.fullmatch(settings.teams_app_id):
        raise SettingsError(
            f"TEAMS_APP_ID cannot be {settings.teams_app_id!r}. Write the application (client) id "
            "of the app registration, as 00000000-0000-0000-0000-000000000000."
        )
    return settings.teams_app_id


def _address(settings: Settings) -> str:
    address = settings.public_url.rstrip("/")
    if not address:
        raise SettingsError(
            "GREENLIGHT_PUBLIC_URL is not set. Write the address Teams reaches this server at, as "
            "https://greenlight.example.com."
        )
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        raise SettingsError(
            f"GREENLIGHT_PUBLIC_URL cannot be {settings.public_url!r} for Teams. Write an address "
            "that begins with https://."
        )
    return address


def _bot(settings: Settings, app_id: str, told: Told) -> dict[str, Any]:
    targeted = settings.teams_targeted
    commands = [*_prompts(told), *_typed(told)]
    return {
        "botId": app_id,
        "scopes": ["personal", "team", "groupChat"],
        "supportsFiles": False,
        "isNotificationOnly": False,
        # Only then does Teams offer the app after a slash, where nobody else sees the question.
        **({"supportsTargetedMessages": True} if targeted else {}),
        "commandLists": [
            {"scopes": ["personal"], "triggers": ["mention"], "commands": commands},
            {
                "scopes": ["team", "groupChat"],
                "triggers": ["mention", "slash"] if targeted else ["mention"],
                "commands": commands,
            },
        ],
    }


def _prompts(told: Told) -> list[dict[str, str]]:
    return [
        {"type": "prompt", "title": title, "description": prompt, "prompt": prompt}
        for title, prompt in told.prompts
    ]


def _typed(told: Told) -> list[dict[str, str]]:
    return [
        {"title": command, "description": about}
        for command, about in zip(COMMANDS, told.commands, strict=True)
    ]


def _search(app_id: str, told: Told) -> dict[str, Any]:
    return {
        "botId": app_id,
        "commands": [
            {
                "id": SEARCH,
                "type": "query",
                "title": told.search,
                "description": told.search_about,
                "context": ["compose", "commandBox"],
                "initialRun": True,
                "parameters": [
                    {
                        "name": TOOL,
                        "title": told.tool,
                        "description": told.tool_about,
                        "inputType": "text",
                    }
                ],
            }
        ],
    }


def _words(told: Told) -> dict[str, str]:
    """Return what the manifest says in one further language, by where it says it."""
    commands = [*_prompts(told), *_typed(told)]
    search = "composeExtensions[0].commands[0]"
    return {
        "$schema": (
            f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/"
            "MicrosoftTeams.Localization.schema.json"
        ),
        "name.short": NAME,
        "name.full": NAME,
        "description.short": told.short,
        "description.full": told.full,
        **{
            f"bots[0].commandLists[{listed}].commands[{place}].{part}": command[part]
            for listed in range(2)
            for place, command in enumerate(commands)
            for part in ("title", "description", "prompt")
            if part in command
        },
        f"{search}.title": told.search,
        f"{search}.description": told.search_about,
        f"{search}.parameters[0].title": told.tool,
        f"{search}.parameters[0].description": told.tool_about,
    }
