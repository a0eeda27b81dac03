"""Buttons of a card as actions of Teams, and what comes back when one is pressed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, get_args, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.chat import Button, Pressed, Rated

CHOSEN: Final = "chosen"
"""The id of the input with the choices of a card."""

OPENS_FORM: Final = frozenset({"request", "incident", "form"})
"""What may open a dialog: Teams asks for it at once, so the button has to say so."""

_ACTIONS: Final = frozenset(get_args(get_type_hints(Button)["action"]))
_LAYERS: Final = 3
_LONGEST_VALUE: Final = 4_000
_LONGEST_ID: Final = 200


class UnreadableError(ValueError):
    """What came back from Teams is none of ours. The message is for the log; no content in it."""


def _known(action: str) -> str:
    if action not in _ACTIONS:
        raise ValueError
    return action


class _Press(BaseModel):
    """The data of a pressed button, with what was chosen above it."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    action: Annotated[str, AfterValidator(_known)]
    value: str = Field(default="", max_length=_LONGEST_VALUE)
    slot: str = Field(default="", max_length=_LONGEST_ID)
    of: str = Field(default="", max_length=_LONGEST_ID)
    chosen: str = Field(default="", max_length=_LONGEST_VALUE)


def data_of(button: Button, of: str) -> dict[str, Any]:
    """Return what a button carries: all that is needed to know what it meant, and no content."""
    carried = {
        "action": button.action,
        "value": button.value,
        "slot": button.slot or "",
        "of": of,
    }
    return {name: value for name, value in carried.items() if value}


def pressed_from(data: Mapping[str, Any], *, message: str = "") -> Pressed | Rated:
    """Read the value of a press, a fetched dialog or a reaction; `message` is where it stands.

    A reaction comes without the answer it is about: only the message says that. Nothing of what
    was pressed is to be believed but that somebody pressed it. Raises `UnreadableError`.
    """
    inner = unwrapped(data)
    if "reaction" in inner:
        return _rated(inner)
    try:
        press = _Press.model_validate(dict(inner))
    except ValidationError:
        raise UnreadableError("A button was pressed that is none of ours.") from None
    return Pressed(
        action=press.action,
        value=press.chosen or press.value,
        slot=press.slot,
        of=press.of,
        message=message,
    )


def unwrapped(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return our own data out of whatever Teams has put around it."""
    for _ in range(_LAYERS):
        inner = (value.get(name) for name in ("actionValue", "action", "data"))
        value = next((found for found in inner if isinstance(found, Mapping)), value)
    return value


def _rated(value: Mapping[str, Any]) -> Rated:
    if value["reaction"] not in ("like", "dislike"):
        raise UnreadableError("A reaction is neither of the two there are.")
    given = form_of(value)
    words = given.get("feedbackText", "")
    return Rated(
        of=_short(given.get("context")),
        helpful=value["reaction"] == "like",
        reason=words[:_LONGEST_VALUE] if isinstance(words, str) else "",
    )


def form_of(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the form that came with a reaction: Teams sends it as a string of JSON."""
    given = value.get("feedback", "")
    if isinstance(given, str):
        try:
            given = json.loads(given) if given else {}
        except ValueError:
            return {"feedbackText": value["feedback"]}
    return unwrapped(given) if isinstance(given, Mapping) else {}


def _short(value: object) -> str:
    return value[:_LONGEST_ID] if isinstance(value, str) else ""
