"""Slack's documented limits of Block Kit, written down apart from our own check of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_SIZES: Final = {"context": 10, "actions": 25, "context_actions": 5}
_TEXTS: Final = {"section": 3_000, "header": 150}


def refused(blocks: Sequence[Mapping[str, Any]], *, view: bool) -> list[str]:
    """Say what Slack would refuse; nothing when it would take the blocks."""
    found = []
    if len(blocks) > (100 if view else 50):
        found.append(f"{len(blocks)} blocks")
    if sum(len(_text(b)) for b in blocks if b.get("type") == "markdown") > 12_000:
        found.append("markdown > 12,000")
    for number, block in enumerate(blocks):
        found += [f"[{number}] {problem}" for problem in _of(block)]
        if view and block.get("type") in {"markdown", "context_actions", "table"}:
            found.append(f"[{number}] {block['type']} stands in messages only")
    return found


def _of(block: Mapping[str, Any]) -> Iterator[str]:
    kind = block.get("type", "")
    if len(block.get("block_id", "")) > 255:
        yield "block_id > 255"
    if kind in _TEXTS and len(_text(block)) > _TEXTS[kind]:
        yield f"{kind} text > {_TEXTS[kind]}"
    if kind == "section" and not _text(block) and not block.get("fields"):
        yield "section without text"
    if kind in _SIZES and not 1 <= len(block.get("elements", [])) <= _SIZES[kind]:
        yield f"{kind} elements"
    for element in _elements(block):
        yield from _of_element(element)


def _of_element(element: Mapping[str, Any]) -> Iterator[str]:
    if len(element.get("action_id", "")) > 255 or len(element.get("value", "")) > 2_000:
        yield "action_id or value too long"
    if element.get("type") == "button" and len(_text(element)) > 75:
        yield "button text > 75"
    options = element.get("options") or []
    if len(options) > 100:
        yield "> 100 options"
    if any(len(_text(o)) > 75 or len(o.get("value", "")) > 150 for o in options):
        yield "option too long"
    for button in ("positive_button", "negative_button"):
        if button in element and not element[button].get("value"):
            yield f"{button} without value"


def _elements(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inside = [*(block.get("elements") or ()), block.get("accessory"), block.get("element")]
    return [element for element in inside if isinstance(element, Mapping)]


def _text(part: Mapping[str, Any]) -> str:
    text = part.get("text") or ""
    return text.get("text", "") if isinstance(text, Mapping) else text
