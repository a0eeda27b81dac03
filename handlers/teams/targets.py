"""Where an activity goes, and what of that stands in the activity itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat import Place
from handlers.teams.connector import Activity


@dataclass(frozen=True, slots=True)
class Target:
    """A conversation to write into."""

    service_url: str
    conversation: str
    """With the thread, where there is one."""
    personal: bool
    only_for: str = ""
    """Who alone sees it, in a conversation with others."""


def addressed(activity: Activity, target: Target, place: Place) -> Activity:
    """Return an activity as an answer to what was said at a place, for a target."""
    here = target.conversation.partition(";")[0] == place.channel
    asked = place.route.get("reply_to", "") if here else ""
    more: Activity = {"conversation": {"id": target.conversation}}
    if bot := place.route.get("bot"):
        more["from"] = {"id": bot}
    if asked:
        more["replyToId"] = asked
    if target.only_for:
        more["recipient"] = {"id": target.only_for}
        if asked and place.route.get("targeted"):
            # Shows the question above the answer, to the one who asked it.
            quoted = {"type": "targetedMessageInfo", "messageId": asked}
            more["entities"] = [*activity.get("entities", ()), quoted]
    return {**activity, **more}
