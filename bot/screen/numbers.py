"""Numbers made of digits: each run of digits is read once, by every rule that may want it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import re2

from bot.screen import banks, cards, ids, phones
from bot.screen.page import BEFORE, Hit, Page

_RUN: Final = re2.compile(r"[+(]{0,2}\d(?:[ \t.()/\-]{0,3}\d){3,}")
# One step a character each: no repeat can give way to another.
_PIECE: Final = re.compile(r"[^ \t]+")
_DATE: Final = re2.compile(
    r"\(?(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./](?:19|20)?\d\d"
    r"|(?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])[-./](?:19|20)?\d\d"
    r"|(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)?|\d{1,2}/\d{2})[.)/-]?"
)
_PIECES: Final = 8
_SHORTEST: Final = 6
_CARD: Final = 12
"""Inside a longer run that no word explains, only a card shows itself."""
_LONGEST: Final = 20
_CHAIN: Final = frozenset(", ; / & | and or und oder et ou y o e".split())


class Piece(NamedTuple):
    """Digits without a space between them, and whatever separates them inside."""

    start: int
    end: int
    digits: str
    date: bool


@dataclass(frozen=True, slots=True)
class Number:
    """One or more neighbouring pieces read as one number."""

    start: int
    end: int
    digits: str
    text: str
    labels: frozenset[str]
    first: bool
    """It begins its run, so what stands before it is not part of a longer number."""
    whole: bool
    """It is all there is of its run."""


def _pieces(text: str, start: int, end: int) -> list[Piece]:
    found = []
    for match in _PIECE.finditer(text, start, end):
        part = match.group()
        digits = "".join(filter(str.isdigit, part))
        if digits:
            lead = len(part) - len(part.lstrip(")./-"))
            tail = len(part) - len(part.rstrip("(./-"))
            date = _DATE.fullmatch(part) is not None
            found.append(Piece(match.start() + lead, match.end() - tail, digits, date))
    return found


def _numbers(page: Page, pieces: list[Piece], labels: frozenset[str]) -> Iterator[Number]:
    """Give every stretch of neighbouring pieces that could be one number, longest first."""
    for first in range(len(pieces)):
        windows: list[Number] = []
        leads = all(piece.date for piece in pieces[:first])
        digits = ""
        for last in range(first, min(first + _PIECES, len(pieces))):
            digits += pieces[last].digits
            if len(digits) > _LONGEST:
                break
            if len(digits) >= (_SHORTEST if labels or leads else _CARD):
                start, end = pieces[first].start, pieces[last].end
                whole = leads and last == len(pieces) - 1
                text = page.text[start:end]
                windows.append(Number(start, end, digits, text, labels, leads, whole))
        yield from reversed(windows)


def _labels(
    page: Page, start: int, end: int, floor: int, earlier: frozenset[str]
) -> frozenset[str]:
    """Read the words around a run; a list of numbers shares the words before its first."""
    found = page.labels(start, end, floor)
    gap = page.text[floor:start].replace(",", " , ").split()
    return found | earlier if floor and len(gap) <= 2 and _CHAIN.issuperset(gap) else found


def find(page: Page) -> Iterator[Hit]:
    """Find cards, national ids, bank numbers and phone numbers."""
    floor = 0
    labels: frozenset[str] = frozenset()
    calls = phones.Reader(page.context)
    for match in _RUN.finditer(page.text):
        start, end = match.span()
        pieces = _pieces(page.text, start, end)
        labels = _labels(page, start, end, floor, labels)
        floor = max(end, start - BEFORE)
        if (
            page.glued(start, end)
            or page.coded(start)
            or sum(len(piece.digits) for piece in pieces) < _SHORTEST
        ):
            continue
        yield from _read(page, pieces, labels, calls)


def _read(
    page: Page, pieces: list[Piece], labels: frozenset[str], calls: phones.Reader
) -> Iterator[Hit]:
    dated = [piece for piece in pieces if piece.date]
    taken = 0
    for number in _numbers(page, pieces, labels):
        yield from cards.find(number)
        yield from ids.find(number)
        if any(number.start <= piece.start < number.end for piece in dated):
            continue
        yield from banks.find(number)
        if number.start < taken:
            continue
        for hit in calls.find(number):
            taken = hit.end
            yield hit
