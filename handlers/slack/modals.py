"""A form as a Slack modal, what came back from it, and what a modal shows meanwhile."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block, PlainTextObject, SectionBlock
from slack_sdk.models.views import View

from bot.chat import Form, Place, Submitted
from handlers.slack import limits
from handlers.slack.buttons import label, pressed_from
from handlers.slack.fields import ACTION, to_blocks, written
from handlers.slack.rich import line, lines, to_rich
from handlers.slack.text import literal, shortened, size
from handlers.slack.words import words

__all__ = [
    "CALLBACK",
    "busy_view",
    "done_view",
    "errors_for",
    "place_from",
    "pressed_from",
    "submitted_from",
    "to_view",
]

CALLBACK: Final = "gl:form"
"""The `callback_id` of every form of ours."""

_PLACE: Final = tuple(field.name for field in fields(Place) if field.name != "platform")
_NOWHERE: Final = Place(platform="slack")


def to_view(form: Form, place: Place | None = None) -> dict[str, Any]:
    """Return a form as a modal that remembers where its answer goes.

    Raises `ValueError` for a form that no modal can hold: more than 100 blocks or 240 kB, ids that
    are too long, or a choice among nothing.
    """
    say = words(form.language)
    return _checked(
        View(
            type="modal",
            callback_id=CALLBACK,
            title=label(form.title, limits.TITLE),
            submit=label(form.submit, limits.TITLE),
            close=label(say.cancel, limits.TITLE),
            private_metadata=_metadata(form, place),
            blocks=[
                *_heading(form.title),
                *to_rich(lines(form.intro)),
                *(block for field in form.fields for block in to_blocks(field, say)),
            ],
        )
    )


def busy_view(title: str, language: str) -> dict[str, Any]:
    """Return a modal to show while the real one is made."""
    say = words(language)
    return _notice(title or say.wait, say.wait_about, language)


def done_view(title: str, text: str, language: str) -> dict[str, Any]:
    """Return a modal that says what became of a form."""
    return _notice(title, text, language)


def submitted_from(view: Mapping[str, Any]) -> Submitted | None:
    """Read a filled-in modal. None: it is not one of our forms."""
    known = _known(view)
    state = (view.get("state") or {}).get("values") or {}
    if known is None:
        return None
    return Submitted(
        form=known["form"],
        context=known.get("context", ""),
        values={block: written(state[block][ACTION]) for block in state if ACTION in state[block]},
    )


def place_from(view: Mapping[str, Any]) -> Place | None:
    """Return where the answer to a form goes; None when the form was opened without saying so."""
    known = _known(view) or {}
    there = known.get("place")
    if not isinstance(there, dict):
        return None
    return Place(platform="slack", **{name: there[name] for name in _PLACE if name in there})


def errors_for(view: Mapping[str, Any], problems: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer that shows each problem below its field.

    What is wrong with no field in particular stands below the first one.
    """
    inputs = [b["block_id"] for b in view.get("blocks", ()) if b.get("type") == "input"]
    said: dict[str, list[str]] = defaultdict(list)
    for field, problem in problems.items():
        said[field if field in inputs else next(iter(inputs), field)].append(literal(problem))
    errors = {block: shortened(" ".join(told), limits.LABEL) for block, told in said.items()}
    return {"response_action": "errors", "errors": errors}


def _heading(title: str) -> Iterator[Block]:
    """The title again, where the bar of the modal cannot show all of it."""
    if size(literal(title)) > limits.TITLE:
        yield from to_rich([line(title, bold=True)])


def _notice(title: str, text: str, language: str) -> dict[str, Any]:
    blocks: Sequence[Block] = [*_heading(title), *to_rich(lines(text))]
    return _checked(
        View(
            type="modal",
            title=label(title, limits.TITLE),
            close=label(words(language).close, limits.TITLE),
            blocks=blocks or [SectionBlock(text=PlainTextObject(text="…"))],
        )
    )


def _metadata(form: Form, place: Place | None) -> str:
    known: dict[str, object] = {"form": form.id, "context": form.context}
    if place is not None:
        known["place"] = {
            name: dict(value) if name == "route" else value
            for name in _PLACE
            if (value := getattr(place, name)) != getattr(_NOWHERE, name)
        }
    return json.dumps(known, separators=(",", ":"))


def _checked(view: View) -> dict[str, Any]:
    if len(view.blocks or ()) > limits.BLOCKS["modal"]:
        raise ValueError(f"A modal holds 100 blocks; this form needs {len(view.blocks)}.")
    if len(view.private_metadata or "") > limits.METADATA:
        raise ValueError("The ids of this form and its place are longer than a modal remembers.")
    try:
        written = view.to_dict()
    except SlackObjectFormationError as error:
        raise ValueError(f"No modal holds this form: {error}.") from None
    if sum(map(limits.volume, written["blocks"])) > limits.VIEW:
        raise ValueError("This form is longer than Slack takes at once.")
    return written


def _known(view: Mapping[str, Any]) -> dict[str, Any] | None:
    if view.get("callback_id") != CALLBACK:
        return None
    try:
        known = json.loads(view.get("private_metadata") or "")
    except ValueError:
        return None
    return known if isinstance(known, dict) and isinstance(known.get("form"), str) else None
