"""One reading of a text, with what the detectors ask about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from bot.screen import tables
from bot.screen.finding import Context, Kind
from bot.screen.view import View

BEFORE: Final = 45
AFTER: Final = 25
_ENDS_AFTER: Final = frozenset(",;.\n!?()")


class Hit(NamedTuple):
    """A finding whose offsets are those of a view, not yet of the original."""

    start: int
    end: int
    kind: Kind
    subtype: str
    score: float
    rule: str


class Match(Protocol):
    """What `re` and `re2` both give for a match."""

    def start(self, group: int = 0, /) -> int: ...
    def end(self, group: int = 0, /) -> int: ...
    def span(self, group: int = 0, /) -> tuple[int, int]: ...


class Pattern(Protocol):
    """What `re` and `re2` both give for a pattern."""

    def finditer(self, text: str, /) -> Iterator[Match]: ...
    def search(self, text: str, pos: int = 0, /) -> Match | None: ...
    def fullmatch(self, text: str, /) -> Match | None: ...


@dataclass(slots=True)
class Page:
    """A view being scanned."""

    view: View
    context: Context
    _seen: dict[tuple[int, int], frozenset[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.view.text

    def before(self, start: int, reach: int = BEFORE, floor: int = 0) -> str:
        """Give the words before a place, never half a word."""
        text = self.text
        low = max(floor, start - reach)
        if low and text[low - 1].isalnum():
            while low < start and text[low].isalnum() and text[low].isascii():
                low += 1
        return text[low:start]

    def after(self, end: int) -> str:
        """Give the words after a place, up to the end of the clause."""
        text = self.text
        high = end
        last = min(len(text), end + AFTER)
        while high < last and text[high] not in _ENDS_AFTER and not text[high].isdigit():
            high += 1
        return text[end:high]

    def labels(self, start: int, end: int, floor: int = 0) -> frozenset[str]:
        """Say what the words around a stretch announce: a phone, an order, one national id."""
        key = (start, end)
        if key not in self._seen:
            near = f"{self.before(start, floor=floor)} \n {self.after(end)}"
            self._seen[key] = tables.labels().within(near)
        return self._seen[key]

    def coded(self, start: int) -> bool:
        """Say whether a number hangs on letters, as in GSM-7 or `PO_4500123456`."""
        text = self.text
        return start > 1 and text[start - 1] in "-_#" and text[start - 2].isalpha()

    def glued(self, start: int, end: int) -> bool:
        """Say whether a stretch is only part of a longer word or number."""
        text = self.text
        left = start > 0 and (text[start - 1].isalnum() and text[start - 1].isascii())
        right = end < len(text) and (text[end].isalnum() and text[end].isascii())
        return left or right
