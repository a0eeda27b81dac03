"""The fields of a form as Slack shows them, and what was written into them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)

from bot.chat import Field
from bot.chat import Option as Choice
from handlers.slack import limits
from handlers.slack.buttons import label
from handlers.slack.rich import line, to_rich
from handlers.slack.text import clean, length, literal, pieces, size
from handlers.slack.words import Words

ACTION: Final = "gl:field"
_DAY: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def to_blocks(field: Field, say: Words) -> Iterator[Block]:
    """Return a field with what stands below it; its block bears the field's id.

    Raises `ValueError` for a choice among nothing.
    """
    if field.kind in {"choice", "choices"} and not field.options:
        raise ValueError(f"The field {field.id!r} has nothing to choose from.")
    element = _element(field, say)
    hints = [field.hint, say.started if _is_cut(field) else ""]
    hint = literal("\n".join(hint for hint in hints if hint.strip()))
    too_long = [text for text in (field.label,) if size(literal(text)) > limits.LABEL]
    yield from to_rich(map(line, too_long))
    yield InputBlock(
        block_id=field.id,
        label=label(field.label, limits.LABEL),
        element=element,
        hint=PlainTextObject(text=hint) if 0 < size(hint) <= limits.LABEL else None,
        optional=not field.required,
    )
    if size(hint) > limits.LABEL:
        yield from to_rich(map(line, hint.split("\n")))
    yield from to_rich(line(text, "bullet") for text in _unsaid(field.options))


def written(state: Mapping[str, Any]) -> str | tuple[str, ...]:
    """Return what a view's state says was written into one field."""
    if "selected_options" in state:
        return tuple(option["value"] for option in state["selected_options"] or ())
    if "selected_option" in state:
        return str((state["selected_option"] or {}).get("value", ""))
    return str(state.get("selected_date") or state.get("value") or "")


def _element(field: Field, say: Words) -> InputInteractiveElement:
    match field.kind:
        case "text" | "long_text":
            return _typed(field)
        case "choice":
            return _menu(field, say)
        case "choices":
            return _boxes(field, say)
        case "yes_no":
            answers = (Choice(value="yes", label=say.yes), Choice(value="no", label=say.no))
            options = [*map(_option, answers)]
            initial = _chosen(options, field)
            return RadioButtonsElement(
                action_id=ACTION,
                options=options,
                initial_option=initial[0] if initial else None,
            )
        case "date":
            day = _single(field)
            initial_date = day if _DAY.fullmatch(day) else None
            return DatePickerElement(action_id=ACTION, initial_date=initial_date)


def _typed(field: Field) -> PlainTextInputElement:
    value, most = _single(field), _most(field)
    if _is_cut(field):
        value = next(iter(pieces(value, most)), "")
    return PlainTextInputElement(
        action_id=ACTION,
        multiline=field.kind == "long_text",
        max_length=most,
        initial_value=value or None,
    )


def _most(field: Field) -> int:
    return max(1, min(field.most, limits.INPUT))


def _is_cut(field: Field) -> bool:
    return field.kind in {"text", "long_text"} and length(_single(field)) > _most(field)


def _single(field: Field) -> str:
    value = clean(field.value) if isinstance(field.value, str) else ""
    return value if field.kind == "long_text" else value.replace("\n", " ")


def _menu(field: Field, say: Words) -> StaticSelectElement:
    every = [*map(_option, field.options)]
    options, groups = _grouped(every, [], say)
    initial = _chosen(every, field)
    return StaticSelectElement(
        action_id=ACTION,
        placeholder=PlainTextObject(text=say.choose),
        options=options or None,
        option_groups=groups or None,
        initial_option=initial[0] if initial else None,
    )


def _boxes(field: Field, say: Words) -> CheckboxesElement | StaticMultiSelectElement:
    options = [*map(_option, field.options)]
    initial = _chosen(options, field)
    if len(options) <= limits.BOXES:
        return CheckboxesElement(action_id=ACTION, options=options, initial_options=initial or None)
    options, groups = _grouped(options, initial, say)
    return StaticMultiSelectElement(
        action_id=ACTION,
        placeholder=PlainTextObject(text=say.choose),
        options=options or None,
        option_groups=groups or None,
        initial_options=initial or None,
    )


def _grouped(
    options: list[Option], chosen: Sequence[Option], say: Words
) -> tuple[list[Option], list[OptionGroup]]:
    """Return options as they are, or in groups where there are too many for one list.

    Slack refuses several options that are chosen already unless one group holds them all.
    """
    if len(options) <= limits.OPTIONS:
        return options, []
    taken = {option.value for option in chosen}
    others = [option for option in options if option.value not in taken]
    groups = [
        OptionGroup(label=_span(part), options=part)
        for part in (
            others[at : at + limits.OPTIONS] for at in range(0, len(others), limits.OPTIONS)
        )
    ]
    if chosen:
        groups.insert(0, OptionGroup(label=PlainTextObject(text=say.chosen), options=[*chosen]))
    return [], groups


def _span(options: Sequence[Option]) -> PlainTextObject:
    half = limits.OPTION // 2 - 2
    first, last = (label(options[at].text or "", half).text for at in (0, -1))
    return PlainTextObject(text=f"{first} – {last}")


def _option(choice: Choice) -> Option:
    hint = literal(choice.hint).strip()
    return Option(
        text=label(choice.label or choice.value, limits.OPTION),
        value=choice.value,
        description=label(hint, limits.OPTION) if hint else None,
    )


def _chosen(options: Sequence[Option], field: Field) -> list[Option]:
    values = (field.value,) if isinstance(field.value, str) else field.value
    return [option for option in options if option.value in values]


def _unsaid(choices: Sequence[Choice]) -> Iterator[str]:
    """Return the options that do not fit on their line, in full."""
    for choice in choices:
        if (
            size(literal(choice.label)) > limits.OPTION
            or size(literal(choice.hint)) > limits.OPTION
        ):
            yield ": ".join(text for text in (choice.label, choice.hint) if text)
