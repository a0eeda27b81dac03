"""Arrivals and posts as JSON, and the lanes that keep them in order."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from bot.chat import Arrival, Post

_ARRIVAL: Final = TypeAdapter(Arrival)
_POST: Final = TypeAdapter(Post)


def from_arrival(arrival: Arrival) -> dict[str, Any]:
    """Return an arrival as JSON values."""
    return _json(_ARRIVAL, arrival)


def to_arrival(payload: object) -> Arrival:
    """Return the arrival that was kept; raises ValueError when this version cannot read it."""
    return _ARRIVAL.validate_python(payload)


def from_post(post: Post) -> dict[str, Any]:
    """Return a post as JSON values."""
    return _json(_POST, post)


def to_post(payload: object) -> Post:
    """Return the post that was kept; raises ValueError when this version cannot read it."""
    return _POST.validate_python(payload)


def writable(arrival: Arrival) -> Arrival:
    """Return an arrival without halves of characters, which JSON allows and UTF-8 does not."""
    return to_arrival(_whole(from_arrival(arrival)))


def post_lane(post: Post) -> str:
    """Return what must be posted in order: one place. Begins with the platform."""
    place = post.place
    return "|".join((place.platform, place.team, place.channel, place.thread, place.only_for))


def platform_of(lane: str) -> str:
    """Return the platform a lane belongs to."""
    return lane.partition("|")[0]


def _json(adapter: TypeAdapter[Any], value: Arrival | Post) -> dict[str, Any]:
    # Where any Mapping is allowed pydantic takes a dict only; read-only ones become one.
    payload: dict[str, Any] = adapter.dump_python(value, mode="json", fallback=dict, warnings=False)
    return payload


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return value
