"""Slack's events, as what somebody did. What nobody asked us is left out here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from bot.chat import Arrival, Caller, Deed, Left, Opened, Place, Said, Stopped
from handlers.slack.payload import Payload
from handlers.slack.said import mentions, plain
from handlers.slack.us import SLACKBOT, Envelope, Us, envelope

_HUMAN: Final = frozenset({"", "file_share", "thread_broadcast"})
"""Subtypes of messages that somebody wrote; all others tell of edits, joins and the like."""

_KINDS: Final[Mapping[str, Literal["direct", "group", "channel"]]] = MappingProxyType(
    {"im": "direct", "mpim": "group", "channel": "channel", "group": "channel"}
)
"""Slack calls a private channel a group, and a group chat an mpim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Something that was done, perhaps to us."""

    arrival: Arrival
    if_engaged: bool = False
    """Counts only where we are already part of the thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Nothing for us; the word is for the log."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsChanged:
    """Somebody changed a user group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    body: Payload
    around: Envelope
    at: datetime
    private: bool

    @property
    def thread(self) -> str:
        return self.body.id("thread_ts") or self.body.id("ts")

    @property
    def reply(self) -> bool:
        """Whether this stands in a thread somebody else began."""
        return bool(self.body.id("thread_ts")) and self.thread != self.body.id("ts")

    def heard(self, deed: Deed, place: Place, *, if_engaged: bool = False) -> Heard:
        arrival = Arrival(
            id=f"slack:{self.around.id}",
            at=self.at,
            caller=_caller(self.body, self.around),
            place=place,
            deed=deed,
        )
        return Heard(arrival=arrival, if_engaged=if_engaged)


def from_event(
    body: Payload, us: Us, *, at: datetime, private: bool
) -> Heard | Ignored | GroupsChanged:
    """Read one event; `private` is whether answers in channels are for the asker only."""
    event = _Event(body=body.at("event"), around=envelope(body, us), at=at, private=private)
    kind = event.body.id("type")
    if kind.startswith("subteam_"):
        return GroupsChanged()
    read = _READERS.get(kind)
    if read is None:
        return Ignored(why=kind or "malformed")
    return read(event) if event.around.id else Ignored(why="malformed")


def _message(event: _Event) -> Heard | Ignored:
    why = _not_for_us(event)
    if why:
        return Ignored(why=why)
    place = _place(event)
    if place.kind == "direct":
        return event.heard(_said(event), place)
    if mentions(event.body.text("text"), event.around.user):
        return Ignored(why="comes as a mention too")
    if not event.reply:
        return Ignored(why="not to us")
    return event.heard(_said(event), place, if_engaged=True)


def _mention(event: _Event) -> Heard | Ignored:
    why = _not_for_us(event)
    if why:
        return Ignored(why=why)
    place = _place(event)
    if place.kind == "direct":
        return Ignored(why="comes as a message too")
    if event.body.at("edited").raw:
        # The message was answered as it was first written, or did not ask us then.
        return Ignored(why="edited")
    return event.heard(_said(event), place)


def _not_for_us(event: _Event) -> str:
    """Say why a message is nobody's question; empty when it may be one."""
    body = event.body
    if not (body.id("user") and body.id("channel") and body.id("ts")):
        return "malformed"
    if body.text("subtype") not in _HUMAN or body.flag("hidden"):
        return "subtype"
    by_program = body.text("bot_id") or body.at("bot_profile").raw
    if by_program or body.id("user") in {event.around.user, SLACKBOT}:
        return "bot"
    return ""


def _said(event: _Event) -> Said:
    files = tuple(
        file.text("name") or file.text("title") or "file" for file in event.body.items("files")
    )
    return Said(text=plain(event.body.text("text"), event.around.user), refused_files=files)


def _opened(event: _Event) -> Heard | Ignored:
    match event.body.text("tab"):
        case "home":
            return _alone(event, Opened(what="home"))
        case "messages":
            return _alone(event, Opened(what="conversation"))
        case _:
            return Ignored(why="tab")


def _alone(event: _Event, deed: Deed) -> Heard | Ignored:
    """Read something that is done where only this person and we are."""
    user = event.body.id("user")
    if not user:
        return Ignored(why="malformed")
    channel = event.body.id("channel")
    place = Place(
        platform="slack",
        team=event.around.team,
        channel=channel,
        kind="direct",
        shared=event.around.shared,
        only_for="" if channel else user,
    )
    return event.heard(deed, place)


def _stopped(event: _Event) -> Heard | Ignored:
    if not (event.body.id("user") and event.body.id("channel")):
        return Ignored(why="malformed")
    return event.heard(Stopped(), _place(event))


def _left(event: _Event) -> Heard | Ignored:
    if event.body.id("type") == "tokens_revoked" and not event.body.items("tokens", "bot"):
        # Somebody took back what they alone had allowed; we never ask for that.
        return Ignored(why="not our token")
    return event.heard(Left(), Place(platform="slack", team=event.around.team))


def _place(event: _Event) -> Place:
    body, around = event.body, event.around
    channel, user = body.id("channel"), body.id("user")
    kind = kind_of(channel, body.text("channel_type"))
    if kind == "direct":
        route: dict[str, str] = {}
    else:
        route = {"asker": user, "asker_team": _team(body, around)}
        if event.reply:
            route["reply"] = "yes"
    return Place(
        platform="slack",
        team=around.team,
        channel=channel,
        thread=event.thread,
        kind=kind,
        shared=around.shared,
        only_for=user if event.private and kind != "direct" else "",
        route=route,
    )


def kind_of(channel: str, said: str = "") -> Literal["direct", "group", "channel"]:
    """Say what kind of conversation an id names; Slack does not always say it in words."""
    if said in _KINDS:
        return _KINDS[said]
    return "direct" if channel.startswith("D") else "channel"


def _team(body: Payload, around: Envelope) -> str:
    """Return the workspace of the one who wrote; in a shared channel only what is said counts."""
    for name in ("user_team", "source_team", "team"):
        found = body.id(name)
        if found and not found.startswith("E"):
            return found
    return "" if around.shared else around.team


def _caller(body: Payload, around: Envelope) -> Caller:
    team, theirs = _team(body, around), body.id("user_team")
    if theirs.startswith("E"):
        enterprise = theirs
    else:
        # What is known of our own side says nothing about somebody of another workspace.
        enterprise = around.enterprise if team == around.team or not around.shared else ""
    return Caller(platform="slack", user=body.id("user"), team=team, enterprise=enterprise)


_READERS: Final[Mapping[str, Callable[[_Event], Heard | Ignored]]] = MappingProxyType(
    {
        "message": _message,
        "app_mention": _mention,
        "app_home_opened": _opened,
        "agent_session_stopped": _stopped,
        "app_uninstalled": _left,
        "tokens_revoked": _left,
    }
)
