"""Who we are in Slack, and whose message it is that came in."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.slack.payload import Payload

SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Us:
    """The account the bot token belongs to; empty until Slack has said so."""

    user: str = ""
    bot: str = ""
    team: str = ""
    enterprise: str = ""
    everywhere: bool = False
    """Installed in a whole Enterprise Grid organisation, not in one workspace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What Slack wrote around an event: for whom it is, and from where it comes."""

    id: str
    user: str
    """Our own user id, as the event says it, so that nobody has to be asked for it."""
    team: str
    """The workspace in which we were told."""
    enterprise: str
    shared: bool
    """Whether people of another organisation can read the channel."""


def envelope(body: Payload, us: Us) -> Envelope:
    """Read what stands around an event."""
    installed = next(iter(body.items("authorizations")), Payload(None))
    ours = installed.id("user_id") if installed.flag("is_bot") else ""
    return Envelope(
        id=body.id("event_id"),
        user=ours or us.user,
        team=installed.id("team_id") or body.id("team_id") or us.team,
        enterprise=installed.id("enterprise_id") or body.id("enterprise_id") or us.enterprise,
        shared=body.flag("is_ext_shared_channel"),
    )
