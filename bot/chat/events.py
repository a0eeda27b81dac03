"""What people do, in words that no platform owns. A door makes these; the inbox keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.chat.places import Caller, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Somebody wrote something to the assistant."""

    text: str
    command: bool = False
    """Typed after `/greenlight`: the first word may be a command."""
    pasted: bool = False
    """Not a question: somebody else's words, to be checked before they are pasted somewhere."""
    refused_files: tuple[str, ...] = ()
    """Names of attached files. Files are never read; the answer says so."""
    kind: Literal["said"] = "said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """Somebody pressed a button of a card."""

    action: str
    value: str = ""
    slot: str = ""
    of: str = ""
    """The id of the answer the button stands under."""
    message: str = ""
    """The platform's id of the message the button stands in."""
    kind: Literal["pressed"] = "pressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """Somebody filled in a form."""

    form: str
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    context: str = ""
    """What the form was opened about; as given in `Form.context`."""
    kind: Literal["submitted"] = "submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Somebody opened the assistant: its conversation, or its home page."""

    what: Literal["conversation", "home"]
    kind: Literal["opened"] = "opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """Somebody said whether an answer helped."""

    of: str
    helpful: bool
    reason: str = ""
    kind: Literal["rated"] = "rated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Somebody pressed stop while the assistant was working."""

    kind: Literal["stopped"] = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The assistant was uninstalled, or somebody took it away."""

    kind: Literal["left"] = "left"


Deed = Said | Pressed | Submitted | Opened | Rated | Stopped | Left


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One thing somebody did, as it is accepted into the inbox."""

    id: str
    """`slack:<event id>`, `teams:<conversation>:<activity id>`: the same for every delivery."""
    at: datetime
    caller: Caller
    place: Place
    """Where it happened, and where an answer for this person goes."""
    deed: Deed

    @property
    def lane(self) -> str:
        """What must be answered in order: one person in one thread."""
        return lane(self.place, self.caller)


def lane(place: Place, caller: Caller) -> str:
    """Return the name of what one person says in one thread."""
    return "|".join((place.platform, place.team, place.channel, place.thread, caller.user))
