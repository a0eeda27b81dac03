"""Rich text: lines with marked parts, as blocks that Slack shows word for word.

Nothing in rich text is read as a mark, so no text needs escaping and none can call people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Literal

from slack_sdk.models.blocks import (
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from handlers.slack.text import clean, literal, pieces, size

Kind = Literal["text", "bullet", "number", "quote", "code"]

MOST: Final = 2_800
"""What one block holds, so that blocks can be dealt out over messages."""

_AROUND: Final = 110
"""What Slack's JSON adds to a part of a line."""

_ADDRESS: Final = 1_000
"""A longer address is shown, but leads nowhere."""

_POINTS: Final = frozenset({"bullet", "number"})
_OURS: Final = re.compile(
    r"(?P<url>https?://[^\s<>\"|]*[^\s<>\"|.,;:!?)\]}’”»])|/greenlight( \w+)?"
)
_BULLET: Final = "• "
_NUMBERED: Final = re.compile(r"(\d{1,3})[.)] ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Words of a line that look alike."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    url: str = ""
    """Where the words lead; they must name the place themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph, or a point of a list."""

    parts: tuple[Part, ...]
    kind: Kind = "text"
    number: int = 0
    indent: int = 0
    quoted: bool = False
    """A point of a list inside a quotation."""
    apart: bool = False
    """A paragraph, with space above it."""


def line(text: str, kind: Kind = "text", *, bold: bool = False) -> Line:
    """Return a line of plain words."""
    return Line(parts=(Part(text=text, bold=bold),), kind=kind)


def told(text: str, kind: Kind = "text") -> Line:
    """Return a line of the company's own words: its addresses lead somewhere, commands stand out.

    Never for what the asker or a model wrote.
    """
    parts = []
    at = 0
    text = clean(text)
    for found in _OURS.finditer(text):
        parts.append(Part(text=text[at : found.start()]))
        parts.append(Part(text=found[0], url=found["url"] or "", code=not found["url"]))
        at = found.end()
    return Line(parts=(*parts, Part(text=text[at:])), kind=kind)


def lines(text: str) -> Iterator[Line]:
    """Return the lines of a plain text, with its points as points of a list."""
    for written in filter(str.strip, text.split("\n")):
        numbered = _NUMBERED.match(written)
        if written.startswith(_BULLET):
            yield line(written.removeprefix(_BULLET), "bullet")
        elif numbered is not None:
            found = line(written[numbered.end() :], "number")
            yield replace(found, number=int(numbered[1]))
        else:
            yield line(written)


def to_rich(found: Iterable[Line]) -> Iterator[RichTextBlock]:
    """Return lines as blocks that each fit; what is too long is split, never cut."""
    held: list[Line] = []
    for each in (part for whole in found for part in _fitting(_harmless(whole))):
        if held and _cost(held) + _cost([each]) > MOST:
            yield _block(held)
            held = []
        held.append(each)
    if held:
        yield _block(held)


def _harmless(found: Line) -> Line:
    parts = (
        replace(part, text=literal(part.text), url=part.url if size(part.url) <= _ADDRESS else "")
        for part in found.parts
    )
    return replace(found, parts=tuple(part for part in parts if part.text))


def _fitting(found: Line) -> Iterator[Line]:
    if not "".join(part.text for part in found.parts).strip():
        return
    held: list[Part] = []
    for part in (replace(p, text=piece) for p in found.parts for piece in _split(p)):
        if held and _cost([replace(found, parts=(*held, part))]) > MOST:
            yield replace(found, parts=tuple(held))
            # What goes on is not a further point of the list.
            kind: Kind = "text" if found.kind in _POINTS else found.kind
            found = replace(found, kind=kind, apart=False)
            held = []
        held.append(part)
    yield replace(found, parts=tuple(held))


def _split(part: Part) -> list[str]:
    most = MOST - _AROUND - size(part.url)
    # A space between two marked words is a part too, and must stay one.
    return [part.text] if size(part.text) <= most else pieces(part.text, most)


def _cost(found: Iterable[Line]) -> int:
    return sum(_AROUND + size(part.text) + size(part.url) for each in found for part in each.parts)


def _block(found: list[Line]) -> RichTextBlock:
    elements = [
        element
        for (kind, *_), together in groupby(enumerate(found), key=_alike)
        for element in _ELEMENTS[kind]([each for _, each in together])
    ]
    return RichTextBlock(elements=elements)


def _alike(placed: tuple[int, Line]) -> tuple[Kind, int, bool, int]:
    """Lines next to each other that are alike stand in one element; numbers must run on."""
    place, found = placed
    run = found.number - place if found.kind == "number" else 0
    return found.kind, found.indent, found.quoted, run


def _section(together: list[Line]) -> Iterator[RichTextElement]:
    yield RichTextSectionElement(elements=_below_each_other(together))


def _quote(together: list[Line]) -> Iterator[RichTextElement]:
    yield RichTextQuoteElement(elements=_below_each_other(together))


def _code(together: list[Line]) -> Iterator[RichTextElement]:
    yield RichTextPreformattedElement(elements=_below_each_other(together))


def _list(together: list[Line]) -> Iterator[RichTextElement]:
    first = together[0]
    numbered = first.kind == "number"
    yield RichTextListElement(
        style="ordered" if numbered else "bullet",
        elements=[RichTextSectionElement(elements=[*map(_part, e.parts)]) for e in together],
        indent=first.indent or None,
        offset=first.number - 1 if numbered and first.number > 1 else None,
        border=1 if first.quoted else None,
    )


_ELEMENTS: Final = {
    "text": _section,
    "quote": _quote,
    "code": _code,
    "bullet": _list,
    "number": _list,
}


def _below_each_other(together: list[Line]) -> list[RichTextElement]:
    first, *others = together
    below = [element for each in others for element in (_above(each), *map(_part, each.parts))]
    return [*map(_part, first.parts), *below]


def _above(found: Line) -> RichTextElement:
    return RichTextElementParts.Text(text="\n\n" if found.apart else "\n")


def _part(part: Part) -> RichTextElement:
    marks = {"bold": part.bold, "italic": part.italic, "strike": part.strike, "code": part.code}
    style = {mark: True for mark, there in marks.items() if there} or None
    if part.url:
        words = part.text if part.text != part.url else None
        return RichTextElementParts.Link(url=part.url, text=words, style=style)
    return RichTextElementParts.Text(text=part.text, style=style)
