"""A check of finished blocks against all that Slack refuses, and against calling people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from handlers.slack import limits
from handlers.slack.limits import Block, Surface, weight
from handlers.slack.text import length, size

_MENTION: Final = re.compile(r"<[!@#]|<[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ONLY_IN: Final[Mapping[str, tuple[Surface, ...]]] = MappingProxyType(
    {
        "markdown": ("message",),
        "table": ("message",),
        "context_actions": ("message",),
        "input": ("modal", "home"),
        "alert": ("modal",),
    }
)


def problems(blocks: Sequence[Block], surface: Surface) -> list[str]:
    """Say what Slack would refuse in these blocks, and what might call people; empty: nothing."""
    found = [
        *_of_all(blocks, surface),
        *(f"[{n}] {said}" for n, block in enumerate(blocks) for said in _of_block(block, surface)),
    ]
    if surface == "message":
        found += _of_message(blocks)
    return found


def problems_of_view(view: Block) -> list[str]:
    """Say what Slack would refuse in a modal or a Home tab; empty: nothing."""
    modal = view.get("type") == "modal"
    found = problems(view["blocks"], "modal" if modal else "home")
    for part in ("title", "submit", "close"):
        if part in view:
            found += _text(part, view[part], limits.TITLE)
    if (remembered := length(view.get("private_metadata", ""))) > limits.METADATA:
        found.append(f"private_metadata of {remembered} characters")
    if (whole := sum(map(limits.volume, view["blocks"]))) > limits.VIEW:
        found.append(f"{whole} bytes in all")
    found += _most("callback_id", view.get("callback_id", ""), limits.ID)
    if modal and "submit" not in view and any(b.get("type") == "input" for b in view["blocks"]):
        found.append("a modal with fields needs `submit`")
    return found


def elements(block: Block) -> Iterator[Block]:
    """What stands in a block: buttons, menus, fields."""
    yield from (e for e in block.get("elements", ()) if isinstance(e, Mapping))
    yield from (block[part] for part in ("accessory", "element") if part in block)


def strings(value: object) -> Iterator[str]:
    """Every text anywhere in a payload, but for what stands in a field to be written on."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from strings(part if name != "initial_value" else ())
    elif isinstance(value, Sequence):
        for part in value:
            yield from strings(part)


def _of_all(blocks: Sequence[Block], surface: Surface) -> Iterator[str]:
    if not 1 <= len(blocks) <= limits.BLOCKS[surface]:
        yield f"{len(blocks)} blocks"
    actions = Counter(e["action_id"] for b in blocks for e in elements(b) if "action_id" in e)
    ids = Counter(b["block_id"] for b in blocks if "block_id" in b)
    named = actions + ids if surface != "modal" else ids
    yield from (f"{id_!r} is there {count} times" for id_, count in named.items() if count > 1)
    yield from (
        f"calls people: {said!r}" for said in strings(list(blocks)) if _MENTION.search(said)
    )


def _of_message(blocks: Sequence[Block]) -> Iterator[str]:
    markdown = sum(size(b["text"]) for b in blocks if b.get("type") == "markdown")
    if markdown > limits.MARKDOWN:
        yield f"{markdown} characters of markdown"
    if (whole := sum(map(weight, blocks))) > limits.MESSAGE:
        yield f"{whole} characters in all"
    if sum(b.get("type") == "table" for b in blocks) > 1:
        yield "more than one table"


def _of_block(block: Block, surface: Surface) -> Iterator[str]:
    kind = block.get("type", "")
    if kind not in _BLOCK:
        yield f"unknown block {kind!r}"
        return
    if surface not in _ONLY_IN.get(kind, (surface,)):
        yield f"{kind} is not for {surface}"
    yield from _most("block_id", block.get("block_id", ""), limits.ID)
    yield from _BLOCK[kind](block)
    for element in elements(block):
        yield from _of_element(element)


def _of_element(element: Block) -> Iterator[str]:
    kind = element.get("type", "")
    if kind in _ELEMENT:
        if not element.get("action_id"):
            yield f"{kind} without action_id"
        yield from _most("action_id", element.get("action_id", ""), limits.ID)
        yield from _ELEMENT[kind](element)
    if "placeholder" in element:
        yield from _text("placeholder", element["placeholder"], limits.PLACEHOLDER)


def _header(block: Block) -> Iterator[str]:
    yield from _text("header", block.get("text"), limits.HEADER)


def _section(block: Block) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield "section without text"
    if "text" in block:
        yield from _text("section", block["text"], limits.SECTION)
    yield from _number("fields", block.get("fields", ()), 10, least=0)
    for field in block.get("fields", ()):
        yield from _text("field", field, 2_000)


def _markdown(block: Block) -> Iterator[str]:
    if not block.get("text", "").strip():
        yield "markdown without text"


def _context(block: Block) -> Iterator[str]:
    yield from _number("context", block.get("elements", ()), limits.CONTEXT)
    for element in block.get("elements", ()):
        if element.get("type") != "image":
            yield from _text("context", element, limits.SECTION)


def _rich(block: Block) -> Iterator[str]:
    if not block.get("elements"):
        yield "rich_text without elements"
    if any(part == "" for part in strings(block)):
        yield "rich_text with an empty text"


def _input(block: Block) -> Iterator[str]:
    yield from _text("label", block.get("label"), limits.LABEL)
    if "hint" in block:
        yield from _text("hint", block["hint"], limits.LABEL)
    if "element" not in block:
        yield "input without element"


def _button(element: Block) -> Iterator[str]:
    yield from _text("button", element.get("text"), limits.BUTTON)
    yield from _most("value", element.get("value", ""), limits.VALUE)
    yield from _most("accessibility_label", element.get("accessibility_label", ""), limits.BUTTON)


def _feedback(element: Block) -> Iterator[str]:
    for side in ("positive_button", "negative_button"):
        button = element.get(side, {})
        if not button.get("value"):
            yield f"{side} without value"
        yield from _button(button)


def _menu(element: Block) -> Iterator[str]:
    if "option_groups" in element:
        yield from _number("option_groups", element["option_groups"], limits.GROUPS)
        for group in element["option_groups"]:
            yield from _text("group", group["label"], limits.OPTION)
            yield from _options(group["options"], limits.OPTIONS)
    else:
        yield from _options(element.get("options", ()), limits.OPTIONS)
    yield from _initial(element)


def _boxes(element: Block) -> Iterator[str]:
    yield from _options(element.get("options", ()), limits.BOXES)
    yield from _initial(element)


def _options(options: Sequence[Block], most: int) -> Iterator[str]:
    yield from _number("options", options, most)
    for option in options:
        yield from _text("option", option["text"], limits.OPTION)
        yield from _most("option value", option["value"], limits.OPTION_VALUE)
        if "description" in option:
            yield from _text("description", option["description"], limits.OPTION)


def _initial(element: Block) -> Iterator[str]:
    """What is chosen already must be one of the options, to the letter, and in one group."""
    groups = [g["options"] for g in element.get("option_groups", ())] or [element.get("options")]
    initial = element.get("initial_options") or [
        o for o in (element.get("initial_option"),) if o is not None
    ]
    if initial and not any(all(o in group for o in initial) for group in groups):
        yield "initial options that are not options of one group"


def _typed(element: Block) -> Iterator[str]:
    most = element.get("max_length", limits.INPUT)
    if not 1 <= most <= limits.INPUT:
        yield f"max_length {most}"
    if (typed := length(element.get("initial_value", ""))) > most:
        yield f"initial_value of {typed} characters, {most} fit"


def _date(element: Block) -> Iterator[str]:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("initial_date", "2026-01-01")):
        yield f"initial_date {element['initial_date']!r}"


def _nothing(_: Block) -> Iterator[str]:
    yield from ()


def _row(name: str, most: int) -> Callable[[Block], Iterator[str]]:
    return lambda block: _number(name, block.get("elements", ()), most)


_BLOCK: Final[Mapping[str, Callable[[Block], Iterator[str]]]] = MappingProxyType(
    {
        "header": _header,
        "section": _section,
        "markdown": _markdown,
        "context": _context,
        "rich_text": _rich,
        "input": _input,
        "actions": _row("actions", limits.ACTIONS),
        "context_actions": _row("context_actions", limits.CONTEXT_ACTIONS),
        "divider": _nothing,
        "image": _nothing,
        "table": _nothing,
        "alert": _nothing,
    }
)
_ELEMENT: Final[Mapping[str, Callable[[Block], Iterator[str]]]] = MappingProxyType(
    {
        "button": _button,
        "feedback_buttons": _feedback,
        "static_select": _menu,
        "multi_static_select": _menu,
        "radio_buttons": _boxes,
        "checkboxes": _boxes,
        "plain_text_input": _typed,
        "datepicker": _date,
    }
)


def _text(name: str, text: object, most: int) -> Iterator[str]:
    inside = text.get("text") if isinstance(text, Mapping) else None
    said = inside if isinstance(inside, str) else ""
    if not said.strip():
        yield f"{name} without text"
    yield from _most(name, said, most)


def _most(name: str, text: str, most: int) -> Iterator[str]:
    if (length := size(text)) > most:
        yield f"{name} of {length} characters, {most} fit"


def _number(name: str, things: Sequence[object], most: int, *, least: int = 1) -> Iterator[str]:
    if not least <= len(things) <= most:
        yield f"{len(things)} in {name}, {most} fit"
