"""The Bot Connector: the addresses at which conversations are written to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from yarl import URL

from bot.chat import SendError
from bot.settings import Settings
from handlers.teams.calls import Calls, allowed
from handlers.teams.login import CONNECTOR, Login
from handlers.teams.wire import Wire, loopback

_TRIES: Final = 3
"""How often is tried what may be done twice without harm."""

Activity = dict[str, Any]


class Connector:
    """What can be done in conversations. Every method raises `SendError`.

    A message is posted with one request: after a gateway's error (502, 504) or silence it may
    stand there all the same, and only the caller knows whether twice is worse than never.
    """

    def __init__(self, calls: Calls, settings: Settings) -> None:
        self._calls = calls
        self._app_id = settings.teams_app_id
        hosts = settings.teams_connector_hosts
        host = hosts[0] if hosts else "smba.trafficmanager.net"
        scheme = "http" if loopback(URL(f"//{host}").host or "") else "https"
        self.service_url = f"{scheme}://{host}/teams"
        """Where a conversation is opened with somebody of whom no address is known."""

    @classmethod
    def over(cls, wire: Wire, settings: Settings) -> Connector:
        """Return one that signs in as the settings say; without a password it does not."""
        secret = settings.teams_app_password.get_secret_value()
        login = Login(wire, settings, CONNECTOR) if settings.teams_app_id and secret else None
        return cls(Calls(wire, hosts_of(settings), login), settings)

    async def post(
        self, service_url: str, conversation: str, activity: Activity, *, targeted: bool = False
    ) -> str:
        """Post into a conversation or thread; return the id of the activity."""
        url = _url(service_url, conversation, "activities", targeted=targeted)
        return _id(await self._calls.call("POST", url, activity))

    async def replace(
        self,
        service_url: str,
        conversation: str,
        message: str,
        activity: Activity,
        *,
        targeted: bool = False,
    ) -> None:
        """Put an activity in the place of one that was posted."""
        url = _url(service_url, conversation, "activities", message, targeted=targeted)
        await self._calls.call("PUT", url, activity, tries=_TRIES)

    async def open(self, service_url: str, member: str, tenant: str) -> str:
        """Return the conversation with one person; asked again, it is the same one."""
        body = {
            "isGroup": False,
            "bot": {"id": f"28:{self._app_id}"},
            "members": [{"id": member}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        found = _id(await self._calls.call("POST", _url(service_url), body, tries=_TRIES))
        if not found:
            raise SendError("Teams opened no conversation.")
        return found

    async def member(self, service_url: str, conversation: str, member: str) -> Mapping[str, Any]:
        """Return what Teams knows about somebody in a conversation."""
        url = _url(service_url, conversation, "members", member)
        found = await self._calls.call("GET", url, tries=_TRIES)
        if not isinstance(found, dict):
            raise SendError("Teams describes nobody.")
        return found


def hosts_of(settings: Settings) -> frozenset[str]:
    """Return the hosts our connector token may be sent to."""
    return frozenset(host.lower() for host in settings.teams_connector_hosts)


def reachable(service_url: str, settings: Settings) -> bool:
    """Say whether a service address is one of those our token may be sent to."""
    try:
        url = URL(service_url)
    except ValueError:
        return False
    return allowed(url, hosts_of(settings)) and not url.query_string and not url.fragment


def _url(service_url: str, *parts: str, targeted: bool = False) -> URL:
    path = "".join(f"/{quote(part, safe='')}" for part in parts)
    query = "?isTargetedActivity=true" if targeted else ""
    try:
        return URL(f"{service_url.rstrip('/')}/v3/conversations{path}{query}", encoded=True)
    except ValueError:
        raise SendError("The service address is none.", for_good=True) from None


def _id(answer: object) -> str:
    found = answer.get("id") if isinstance(answer, dict) else None
    return found if isinstance(found, str) else ""
