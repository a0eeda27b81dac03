"""The assistant with every platform that is set up, as `serve` and `worker` need it."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from bot.app import App
from bot.chat import Chat, Platform
from bot.gate import Ours
from bot.knowledge import Knowledge
from bot.service import Service
from bot.settings import Settings
from bot.telemetry import Metrics
from bot.understand import reader_for
from handlers.slack.send import SlackChat
from handlers.teams.send import TeamsChat

log = logging.getLogger("greenlight.assembly")

_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """What the doors are built from."""

    service: Service
    metrics: Metrics
    slack: SlackChat | None
    teams: TeamsChat | None


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[Assembled]:
    """Open the database, the knowledge base and the lines to the platforms; close them at the end.

    Raises `KnowledgeError`, `StoreError` or `SettingsError`, all written for people.
    """
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(App.open(settings, only_one=True))
        metrics = Metrics()
        chats: dict[Platform, Chat] = {}
        slack = teams = None
        if settings.slack:
            slack = await stack.enter_async_context(SlackChat.open(settings, app.now))
            chats["slack"] = slack
        service = Service(app, chats, ours=_ours(settings), metrics=metrics)
        if settings.teams:
            teams = await stack.enter_async_context(
                aclosing(TeamsChat(settings, lambda: _groups(service.app.knowledge)))
            )
            chats["teams"] = teams
        await service.directory.read(app.knowledge)
        # Reading the first message builds an index; nobody should wait for that in a chat.
        await asyncio.to_thread(reader_for, app.knowledge)
        if slack is not None and not service.directory.ours.slack_teams:
            learning = asyncio.create_task(_learn_workspace(slack, service))
            stack.push_async_callback(_ended, learning)
        yield Assembled(service=service, metrics=metrics, slack=slack, teams=teams)


def _ours(settings: Settings) -> Ours:
    return Ours(
        slack_teams=frozenset(settings.slack_team_ids),
        slack_enterprise=settings.slack_enterprise_id,
        teams_tenants=frozenset(settings.teams_tenant_ids),
    )


async def _learn_workspace(slack: SlackChat, service: Service) -> None:
    """Without SLACK_TEAM_IDS the workspace of the bot token is ours, and no other."""
    await slack.line.find_out()
    directory = service.directory
    directory.ours = replace(directory.ours, slack_teams=frozenset({slack.line.us.team}))


def _groups(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the Entra groups the knowledge base names: in roles, and for pilots."""
    company = knowledge.company
    named = [member for role in company.roles.values() for member in role.members]
    for role in company.roles.values():
        named += [member for members in role.by_department.values() for member in members]
    named += [e.pilot.group for e in knowledge.editions.values() if e.pilot is not None]
    return tuple(dict.fromkeys(name for name in named if _GUID.fullmatch(name)))


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
