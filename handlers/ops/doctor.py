"""The probes of `greenlight doctor` that look at platforms, and the checks of /readyz."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from bot.doctor import Finding, Probe, good
from bot.settings import Settings
from handlers.ops.checks import Check, Checks
from handlers.ops.outside import Now, public_address

# What speaks to a platform takes a second to load, so it is loaded where it is set up.


def probes(settings: Settings, now: Now) -> Mapping[str, Probe]:
    """Return what to look at outside this machine."""
    return {
        "public address": partial(public_address, settings),
        "slack": partial(_slack, settings, now),
        "teams": partial(_teams, settings, now),
    }


def register(checks: Checks, settings: Settings, now: Now) -> None:
    """Add a check for each platform that is set up."""
    if settings.slack:
        checks.register("slack", partial(_slack_ready, settings), limit=10)
    if settings.teams_app_id:
        checks.register("teams", partial(_teams_ready, settings, now), limit=10)


async def _slack(settings: Settings, now: Now) -> Sequence[Finding]:
    if not settings.slack:
        return [good("slack", "Slack is not set up: SLACK_BOT_TOKEN is not set.")]
    from handlers.ops import doctor_slack

    return await doctor_slack.findings(settings, now)


async def _teams(settings: Settings, now: Now) -> Sequence[Finding]:
    if not settings.teams:
        return [good("teams", "Teams is not set up: TEAMS_APP_ID is not set.")]
    from handlers.ops import doctor_teams

    return await doctor_teams.findings(settings, now)


async def _slack_ready(settings: Settings) -> Check:
    from handlers.ops import doctor_slack

    return await doctor_slack.ready(settings)


async def _teams_ready(settings: Settings, now: Now) -> Check:
    from handlers.ops import doctor_teams

    return await doctor_teams.ready(settings, now)
