"""Postal addresses, by the street words of some languages. Best effort: there are more shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import re2

from bot.screen import tables
from bot.screen.letters import HAN, HANGUL, KANA, LETTERS, UPPER
from bot.screen.page import Hit, Page, Pattern

_CLASSES: Final = {
    "letters": LETTERS,
    "upper": UPPER,
    "han": HAN,
    "kana": KANA,
    "hangul": HANGUL,
}
_PLACE: Final = re.compile(r"<([a-z_]+)>")


def _street_word(word: str) -> str:
    return str(re2.escape(word)) + (" ?" if word[-1] in "./" else " ")


@cache
def _patterns() -> tuple[tuple[str, Pattern], ...]:
    rules = tables.load("streets")
    parts = dict(_CLASSES)
    for name, words in rules["words"].items():
        parts[name] = "|".join(map(re2.escape, words))
    parts["number_last"] = "|".join(map(_street_word, rules["words"]["number_last"]))

    def filled(shape: str) -> str:
        while _PLACE.search(shape):
            shape = _PLACE.sub(lambda match: parts[match.group(1)], shape)
        return shape

    parts |= rules["parts"]
    return tuple((name, re2.compile(filled(shape))) for name, shape in rules["shapes"].items())


def find(page: Page) -> Iterator[Hit]:
    """Find addresses; every shape holds a number, so a text without digits has none."""
    for name, pattern in _patterns():
        for match in pattern.finditer(page.text):
            start, end = match.span(1)
            written = page.text[start:end]
            end -= len(written) - len(written.rstrip(" ,.-'"))
            if page.text[end : end + 1] == "." and page.text[end + 1 : end + 2].isdigit():
                continue
            yield Hit(start, end, "ADDRESS", name, 0.7, "address")
