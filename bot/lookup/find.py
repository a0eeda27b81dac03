"""Finding tools by a name that is roughly right, or by what they are good for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.models import Tool

_WORD: Final = re.compile(r"\w+")
_ALIKE: Final = 84
"""How alike, of 100, a misspelt word is to the right one."""

_EXACT: Final = 100.0
_SURE: Final = 60.0
"""What a tool scores at least when every word was spelt right, in its names or elsewhere."""

_WHOLE_ALIKE: Final = 82
_SHORTEST_MISSPELT: Final = 4
"""Letters: among shorter words, too many are alike."""

LONGEST: Final = 80


def found(search: str, tools: Iterable[Tool], knowledge: Knowledge) -> tuple[Tool, ...]:
    """Return the tools that fit, the best first; all of them for an empty search."""
    wanted = _words(search[:LONGEST])
    if not wanted:
        return tuple(tools)
    scored = [(_score(wanted, tool, knowledge), tool) for tool in tools]
    fitting = [(score, tool) for score, tool in scored if score > 0]
    if any(score >= _SURE for score, _ in fitting):
        # Somebody who spells a word right does not mean another one that is nearly the same.
        fitting = [(score, tool) for score, tool in fitting if score >= _SURE]
    fitting.sort(key=lambda pair: -pair[0])
    return tuple(tool for _, tool in fitting)


def _score(wanted: list[str], tool: Tool, knowledge: Knowledge) -> float:
    names = [_words(name) for name in _names(tool)]
    together = "".join(wanted)
    whole = max(fuzz.ratio(together, "".join(name)) for name in names)
    if whole >= _WHOLE_ALIKE and len(together) >= _SHORTEST_MISSPELT:
        return _EXACT + whole
    by_name = _every_word(wanted, {word for name in names for word in name})
    if by_name == _EXACT:
        return by_name
    also = _every_word(wanted, {w for text in _also(tool, knowledge) for w in _words(text)})
    return _SURE if also == _EXACT else max(by_name, also / 2) / 2


def _every_word(wanted: list[str], known: set[str]) -> float:
    """Return how well the least fitting word fits; 0 when one does not fit at all."""
    return min(max((_alike(word, other) for other in known), default=0.0) for word in wanted)


def _alike(word: str, other: str) -> float:
    if other.startswith(word):
        return _EXACT
    if len(word) < _SHORTEST_MISSPELT or len(other) < _SHORTEST_MISSPELT:
        return 0.0
    alike = fuzz.ratio(word, other)
    return alike if alike >= _ALIKE else 0.0


def _names(tool: Tool) -> Iterator[str]:
    yield tool.name
    yield from tool.aliases
    for edition in tool.editions:
        yield edition.name
        yield from edition.aliases


def _also(tool: Tool, knowledge: Knowledge) -> Iterator[str]:
    yield tool.vendor
    yield tool.category
    for edition in tool.editions:
        for use in edition.good_for:
            yield knowledge.uses[use].name


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
