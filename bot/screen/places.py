"""Postal addresses, by the street words of some languages. Best effort: the world has more shapes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import re2

from bot.screen import tables
from bot.screen.letters import HAN, HANGUL, KANA, LETTERS, UPPER
from bot.screen.page import Hit, Page, Pattern

_CAP: Final = rf"[{UPPER}][{LETTERS}'.-]*"
_NUMBER: Final = r"\d{1,4}(?: ?[a-zA-Z]\b)?(?:[-/]\d{1,4})?"
_CITY: Final = rf"(?:,? {{0,2}}(?:[A-Z]{{1,2}}-)?\d{{2,5}}(?:[- ]\d{{2,4}})?(?: ?[A-Z]{{2}}\b)?(?: {_CAP}){{1,3}})?"
_UNIT: Final = r"(?: (?:NW|NE|SW|SE|N|S|E|W)\b)?(?:,? (?i:apt|apartment|suite|ste|unit|flat|floor|#)\.? ?[\w-]{1,6})?"
_US_TAIL: Final = rf"(?:,? {{0,2}}{_CAP}(?: {_CAP}){{0,2}})?(?:,? [A-Z]{{2}})?(?:,? \d{{5}}(?:-\d{{4}})?)?"
_GB_TAIL: Final = rf"(?:,? {{0,2}}{_CAP}(?: {_CAP}){{0,2}}){{0,2}},? [A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}\b"


def _either(words: list[str]) -> str:
    return "|".join(re2.escape(word) for word in words)


@cache
def _patterns() -> tuple[tuple[str, Pattern], ...]:
    streets = tables.load("streets")
    english = rf"\b\d{{1,5}}[A-Za-z]?(?:-\d{{1,5}})?,? (?:{_CAP} |\d{{1,3}}(?:st|nd|rd|th) ){{1,4}}(?:{_either(streets['english'])})\b\.?"
    joined = rf"(?:{_CAP}[ -]){{0,3}}[{UPPER}][{LETTERS}-]+(?:{_either(streets['joined'])}) {_NUMBER}"
    apart = rf"(?:{_CAP}[ -]){{1,3}}(?:{_either(streets['apart'])})\.? {_NUMBER}"
    before = rf"\b\d{{1,4}}(?: ?(?:bis|ter|[A-D]))?,? (?i:{_either(streets['number_first'])}) (?:[{LETTERS}'.-]+ ?){{1,5}}"
    behind = rf"(?:^|[^{LETTERS}])((?i:{_either(streets['number_last'])}) ?(?:[{LETTERS}'.-]+ ){{1,5}},? ?(?:n[.ºo°]{{0,2}} ?)?{_NUMBER}"
    turkish = rf"(?:[{LETTERS}]+ ){{1,3}}(?:{_either(streets['turkish'])})\.?,? ?(?i:no)?[.:]? ?\d{{1,4}}"
    shapes = {
        "gb": english + _UNIT + _GB_TAIL,
        "us": english + _UNIT + _US_TAIL,
        "joined": joined + _CITY,
        "apart": apart + _CITY,
        "number_first": before + _CITY,
        "number_last": behind + _CITY + ")",
        "turkish": turkish,
        "japan": rf"〒? ?\d{{3}}-\d{{4}} ?[{HAN}{KANA}]{{2,24}}[\d丁目番地号-]{{0,12}}|[{HAN}]{{2,3}}[都道府県][{HAN}{KANA}]{{1,16}}[区市町村][{HAN}{KANA}]{{0,12}}\d{{1,3}}(?:丁目|-)[\d番地号-]{{1,10}}",
        "china": rf"[{HAN}]{{2,8}}[市区县][{HAN}]{{2,14}}[路街道巷]\d{{1,5}}号[{HAN}\d]{{0,12}}",
        "korea": rf"[{HANGUL}]{{1,6}}[시도] ?(?:[{HANGUL}]{{1,6}}[시군구] ?){{1,2}}[{HANGUL}\d]{{1,12}}(?:로|길) ?\d{{1,4}}(?:-\d{{1,4}})?",
        "po_box": r"(?i)\b(?:p\.? ?o\.? box|postfach|boîte postale|apartado(?: de correos)?|caixa postal|casella postale|postbus) ?\d{1,6}" + _CITY,
    }
    return tuple((name, re2.compile(shape)) for name, shape in shapes.items())


def find(page: Page) -> Iterator[Hit]:
    """Find addresses; every shape holds a number, so a text without digits has none."""
    for name, pattern in _patterns():
        for match in pattern.finditer(page.text):
            start, end = match.span(1) if name == "number_last" else match.span()
            written = page.text[start:end]
            end -= len(written) - len(written.rstrip(" ,.-'"))
            yield Hit(start, end, "ADDRESS", name, 0.7, "address")
