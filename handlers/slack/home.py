"""A page as Slack's Home tab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.chat import Page, Section
from handlers.slack import buttons, limits, markdown
from handlers.slack.facts import fact_line
from handlers.slack.rich import line, to_rich
from handlers.slack.text import literal, size
from handlers.slack.words import words

_NAME: Final = "Greenlight"
_ROOM: Final = limits.VIEW - 1_000
"""What the blocks may take, so that the last line fits below them."""


def to_home(page: Page) -> dict[str, Any]:
    """Return a page as a Home tab; where not all of it fits, the last line says where it is."""
    blocks = [*_title(page.title or _NAME)]
    pressed = 0
    for section in page.sections:
        blocks += [DividerBlock(), *_section(section, page.language, first=pressed)]
        pressed += len(section.buttons)
    fitting = _fitting(blocks)
    if len(fitting) < len(blocks):
        last = PlainTextObject(text=words(page.language).elsewhere)
        blocks = [*_whole(fitting[: limits.BLOCKS["home"] - 1]), ContextBlock(elements=[last])]
    return View(type="home", blocks=blocks).to_dict()


def _fitting(blocks: list[Block]) -> list[Block]:
    used = 0
    for number, block in enumerate(blocks[: limits.BLOCKS["home"]]):
        used += limits.volume(block.to_dict())
        if used > _ROOM:
            return blocks[:number]
    return blocks[: limits.BLOCKS["home"]]


def _section(section: Section, language: str, *, first: int) -> Iterator[Block]:
    yield from _title(section.title)
    yield from to_rich(markdown.lines(section.text))
    yield from to_rich(map(fact_line, section.facts))
    yield from to_rich(buttons.unsaid(section.buttons))
    yield from buttons.to_actions(section.buttons, language=language, first=first)


def _title(text: str) -> Iterator[Block]:
    said = " ".join(literal(text).split())
    if not said:
        return
    if size(said) <= limits.HEADER:
        yield HeaderBlock(text=PlainTextObject(text=said))
    else:
        yield from to_rich([line(said, bold=True)])


def _whole(blocks: list[Block]) -> list[Block]:
    """Blocks without a heading at the end that has nothing below it any more."""
    while blocks and isinstance(blocks[-1], HeaderBlock | DividerBlock):
        blocks = blocks[:-1]
    return blocks
