"""Slack's commands, presses, shortcuts and filled-in forms, as what somebody did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from bot.chat import Arrival, Caller, Deed, Place, Said
from handlers.slack.events import kind_of
from handlers.slack.modals import place_from, pressed_from, submitted_from
from handlers.slack.payload import Payload, keepable
from handlers.slack.said import plain
from handlers.slack.us import Us

PASTE_CHECK: Final = "paste_check"
"""The shortcut that asks whether somebody's message may be pasted into an AI tool."""

_ANSWERABLE: Final = timedelta(minutes=29)
"""How long Slack takes answers at a response_url: 30 minutes, less what is under way."""

_ODD: Final = (AttributeError, KeyError, TypeError, ValueError)
"""What reading a payload ends in that is not of the shape Slack gives it."""

_THREAD: Final = "in:"
"""Begins the id of a block that remembers the thread of an answer only one person sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something that Slack shows an error for unless it is dealt with in three seconds."""

    arrival: Arrival
    trigger: str = ""
    """What a form can be opened with, once, in these seconds."""
    view: Mapping[str, Any] = field(default_factory=dict)
    """The form that was filled in."""


def from_command(body: Payload, us: Us, *, at: datetime) -> Asked | None:
    """Read `/greenlight …`."""
    user, channel = body.id("user_id"), body.id("channel_id")
    trigger = body.id("trigger_id")
    if not (user and channel and trigger):
        return None
    team = body.id("team_id")
    place = Place(
        platform="slack",
        team=team or us.team,
        channel=channel,
        kind=_kind(channel, hidden=True),
        only_for=user,
        route=_route(body, at),
    )
    arrival = Arrival(
        id=f"slack:command:{trigger}",
        at=at,
        caller=Caller(platform="slack", user=user, team=team, enterprise=body.id("enterprise_id")),
        place=place,
        deed=Said(text=plain(body.text("text"), us.user), command=True),
    )
    return Asked(arrival=arrival, trigger=trigger)


def from_press(body: Payload, us: Us, *, at: datetime, private: bool) -> Asked | None:
    """Read the press of a button, or of a thumb."""
    action = next(iter(body.items("actions")), Payload(None))
    caller = _caller(body)
    message = body.id("container", "message_ts") or body.id("message", "ts")
    try:
        deed = pressed_from(action.raw, message)
    except _ODD:
        return None
    if deed is None or not caller.user:
        return None
    where = message or body.id("view", "id")
    return _asked(
        body,
        caller,
        deed,
        id=f"slack:action:{where}:{action.id('action_ts')}:{caller.user}",
        place=_pressed_in(body, action, us, at=at, private=private),
        at=at,
    )


def from_shortcut(body: Payload, us: Us, *, at: datetime) -> Asked | None:
    """Read the shortcut that asks whether a message may be pasted into an AI tool."""
    caller, channel = _caller(body), body.id("channel", "id")
    message, stamp = body.at("message"), body.id("action_ts")
    if not (caller.user and channel and stamp) or body.id("callback_id") != PASTE_CHECK:
        return None
    files = tuple(file.text("name") or "file" for file in message.items("files"))
    place = Place(
        platform="slack",
        team=body.id("team", "id") or us.team,
        channel=channel,
        kind=_kind(channel, hidden=True),
        only_for=caller.user,
        route=_route(body, at),
    )
    return _asked(
        body,
        caller,
        Said(text=plain(message.text("text")), pasted=True, refused_files=files),
        id=f"slack:shortcut:{message.id('ts')}:{stamp}:{caller.user}",
        place=place,
        at=at,
    )


def from_form(body: Payload, us: Us, *, at: datetime) -> Asked | None:
    """Read a filled-in form."""
    view, caller = body.at("view"), _caller(body)
    known, state = view.id("id"), view.id("hash")
    if not (known and caller.user):
        return None
    try:
        submitted, opened_in = submitted_from(view.raw), place_from(view.raw)
    except _ODD:
        return None
    if submitted is None:
        return None
    alone = Place(
        platform="slack",
        team=body.id("team", "id") or us.team,
        kind="direct",
        only_for=caller.user,
    )
    place = alone if opened_in is None else replace(opened_in, only_for=caller.user)
    submitted = replace(submitted, values={f: _kept(v) for f, v in submitted.values.items()})
    asked = _asked(body, caller, submitted, id=f"slack:view:{known}:{state}", place=place, at=at)
    return replace(asked, view=view.raw)


def _kept(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    return keepable(value) if isinstance(value, str) else tuple(map(keepable, value))


def remembered(thread: str, number: int) -> str:
    """Return the id of a block that says in which thread its message would stand."""
    return f"{_THREAD}{thread}:{number}"


def _asked(
    body: Payload, caller: Caller, deed: Deed, *, id: str, place: Place, at: datetime
) -> Asked:
    arrival = Arrival(id=id, at=at, caller=caller, place=place, deed=deed)
    return Asked(arrival=arrival, trigger=body.id("trigger_id"))


def _caller(body: Payload) -> Caller:
    return Caller(
        platform="slack",
        user=body.id("user", "id"),
        team=body.id("user", "team_id") or body.id("team", "id"),
        enterprise=body.id("enterprise", "id") or body.id("team", "enterprise_id"),
    )


def _pressed_in(body: Payload, action: Payload, us: Us, *, at: datetime, private: bool) -> Place:
    """Return where the message with the button stands, which is where its answer goes."""
    user, channel = body.id("user", "id"), body.id("channel", "id")
    channel = channel or body.id("container", "channel_id")
    hidden = body.flag("container", "is_ephemeral")
    kind = _kind(channel, hidden=hidden) if channel else "direct"
    reply = body.id("message", "thread_ts") or body.id("container", "thread_ts")
    route = _route(body, at)
    if hidden:
        route["hidden"] = "yes"
    if kind != "direct":
        route |= {"asker": user, "asker_team": body.id("user", "team_id")}
        if reply:
            route["reply"] = "yes"
    return Place(
        platform="slack",
        team=body.id("team", "id") or us.team,
        channel=channel,
        thread=_thread(body, action, reply, hidden=hidden),
        kind=kind,
        only_for=user if not channel or (kind != "direct" and (private or hidden)) else "",
        route=route,
    )


def _kind(channel: str, *, hidden: bool) -> Literal["direct", "group", "channel"]:
    """Say what kind of conversation something is done in.

    A command can be typed between two people, where we are not; what is answered there is seen
    by one of them only, like in a group.
    """
    kind = kind_of(channel)
    return "group" if kind == "direct" and hidden else kind


def _thread(body: Payload, action: Payload, reply: str, *, hidden: bool) -> str:
    if reply:
        return reply
    block = action.id("block_id")
    if block.startswith(_THREAD):
        return block.removeprefix(_THREAD).partition(":")[0]
    # Nobody can answer below a message that is not really there.
    return "" if hidden else body.id("container", "message_ts")


def _route(body: Payload, at: datetime) -> dict[str, str]:
    """Return the address at which Slack takes an answer for this person, while it does."""
    url = body.text("response_url")
    if not url or len(url) > 1_000:
        return {}
    return {"response_url": url, "until": (at + _ANSWERABLE).isoformat()}
