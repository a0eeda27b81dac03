"""Buttons: what they carry when they are pressed, and what was pressed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ContextActionsBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
    InteractiveElement,
    Option,
    PlainTextObject,
    StaticSelectElement,
)

from bot.chat import Button, Pressed, Rated
from handlers.slack import limits
from handlers.slack.rich import Line, line
from handlers.slack.text import literal, shortened, size
from handlers.slack.words import words

FEW: Final = 5
"""More choices than these go into a menu."""
SHORT: Final = 40
"""Longer choices do too: a phone shows about thirty characters of a button."""

_RATE: Final = "rate"
_ID: Final = re.compile(r"gl:([a-z]+):\d+")
_STYLES: Final[Mapping[str, str]] = {"incident": "primary", "forget": "danger"}


def to_actions(
    buttons: Sequence[Button], *, of: str = "", language: str = "en", first: int = 0
) -> Iterator[ActionsBlock]:
    """Return buttons as rows, the choices before the others; `first` numbers the first one."""
    numbered = [(n, b) for n, b in enumerate(buttons, start=first) if _fits(b, of)]
    choices = [(n, b) for n, b in numbered if b.action == "choose"]
    others = [(n, b) for n, b in numbered if b.action != "choose"]
    if _is_menu([button for _, button in choices], of):
        yield ActionsBlock(elements=[_menu(choices, of, language)])
        choices = []
    elements = [_button(n, button, of) for n, button in (*choices, *others)]
    yield from _rows(elements)


def unsaid(buttons: Sequence[Button], of: str = "") -> Iterator[Line]:
    """Return what buttons cannot say in full: labels that are cut, values that are too long."""
    for button in buttons:
        if not _fits(button, of):
            yield line(f"{button.label}: {button.value}", "bullet")
        elif size(literal(button.label)) > limits.BUTTON:
            yield line(button.label, "bullet")


def feedback(of: str, language: str) -> ContextActionsBlock:
    """Return the two buttons that say whether an answer helped."""
    say = words(language)
    return ContextActionsBlock(
        elements=[
            FeedbackButtonsElement(
                action_id=f"gl:{_RATE}:0",
                positive_button=FeedbackButtonObject(
                    text=say.helpful,
                    accessibility_label=say.helpful_aloud,
                    value=_packed(of=of, value="yes"),
                ),
                negative_button=FeedbackButtonObject(
                    text=say.not_helpful,
                    accessibility_label=say.not_helpful_aloud,
                    value=_packed(of=of, value="no"),
                ),
            )
        ]
    )


def pressed_from(action: Mapping[str, Any], message: str = "") -> Pressed | Rated | None:
    """Read one of the `actions` of a `block_actions` payload; `message` is its message's `ts`.

    None: it is no button of ours.
    """
    named = _ID.fullmatch(str(action.get("action_id", "")))
    carried = _unpacked(action)
    if named is None or carried is None:
        return None
    if named[1] == _RATE:
        return Rated(of=carried.get("of", ""), helpful=carried.get("value") == "yes")
    return Pressed(
        action=named[1],
        value=carried.get("value", ""),
        slot=carried.get("slot", ""),
        of=carried.get("of", ""),
        message=message,
    )


def _fits(button: Button, of: str) -> bool:
    return size(_carried(button, of)) <= limits.VALUE


def _is_menu(choices: Sequence[Button], of: str) -> bool:
    """Whether choices are better, and possible, as a menu."""
    many = len(choices) > FEW or any(size(button.label) > SHORT for button in choices)
    possible = len(choices) <= limits.OPTIONS and all(
        size(_carried(button, of)) <= limits.OPTION_VALUE for button in choices
    )
    return many and possible


def _menu(choices: Sequence[tuple[int, Button]], of: str, language: str) -> StaticSelectElement:
    return StaticSelectElement(
        action_id=f"gl:choose:{choices[0][0]}",
        placeholder=PlainTextObject(text=words(language).choose),
        options=[
            Option(text=label(button.label, limits.OPTION), value=_carried(button, of))
            for _, button in choices
        ],
    )


def _button(number: int, button: Button, of: str) -> ButtonElement:
    return ButtonElement(
        text=label(button.label, limits.BUTTON),
        action_id=f"gl:{button.action}:{number}",
        value=_carried(button, of),
        style=_STYLES.get(button.action),
    )


def label(text: str, most: int) -> PlainTextObject:
    """Return a label that fits and is never empty."""
    return PlainTextObject(text=shortened(" ".join(literal(text).split()), most) or "…")


def _rows(elements: Sequence[InteractiveElement]) -> Iterator[ActionsBlock]:
    row: list[InteractiveElement] = []
    used = 0
    for element in elements:
        cost = limits.weight(element.to_dict())
        if row and (len(row) == limits.ACTIONS or used + cost > _ROW):
            yield ActionsBlock(elements=row)
            row, used = [], 0
        row.append(element)
        used += cost
    if row:
        yield ActionsBlock(elements=row)


_ROW: Final = 6_000
"""How much of a message one row takes at most."""


def _carried(button: Button, of: str) -> str:
    return _packed(of=of, slot=button.slot or "", value=button.value)


def _packed(**carried: str) -> str:
    there = {name: value for name, value in carried.items() if value}
    written = json.dumps(there, separators=(",", ":"))
    # Slack sends these three back as entities; as escapes they stay what they are.
    for sign in "&<>":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written


def _unpacked(action: Mapping[str, Any]) -> dict[str, str] | None:
    chosen = action.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, Mapping) else action.get("value")
    try:
        carried = json.loads(value if isinstance(value, str) else "")
    except ValueError:
        return None
    if not isinstance(carried, dict):
        return None
    return {name: part for name, part in carried.items() if isinstance(part, str)}
