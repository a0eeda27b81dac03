"""Codes of letters and digits: IBANs, passports, machine-readable lines, bank codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import re2

from bot.screen import tables
from bot.screen.checks import icao
from bot.screen.page import Hit, Page

_IBAN: Final = re2.compile(r"(?i)\b[A-Z]{2} ?\d{2}(?:[ -]?[A-Z0-9]){10,36}")
_PASSPORT: Final = re2.compile(
    r"\b(?:[A-Z]{1,3} ?|[a-z]{1,2})?[0-9](?:[A-Za-z0-9]| ?[0-9]){4,9}\b"
    r"|\b[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d?\b"
)
_MRZ: Final = re2.compile(r"\b[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[\d<]\d")
_SWIFT: Final = re2.compile(r"\b[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
_IFSC: Final = re2.compile(r"\b[A-Z]{4}0[A-Z0-9]{6}\b")
_SEPARATORS: Final = str.maketrans("", "", " -")


@cache
def _lengths() -> Mapping[str, int]:
    return {country: int(length) for country, length in tables.load("iban").items()}


def _stretch(text: str, start: int, end: int, length: int) -> int:
    """Say where an IBAN of this length ends, or -1 if the code goes on."""
    left = length
    at = start
    while at < end and left:
        left -= text[at] not in " -"
        at += 1
    goes_on = at < len(text) and text[at].isalnum() and text[at].isascii()
    return -1 if left or goes_on else at


def _mod97(code: str) -> bool:
    turned = code[4:] + code[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _ibans(page: Page) -> Iterator[Hit]:
    at = 0
    while (match := _IBAN.search(page.text, at)) is not None:
        start, limit = match.span()
        at = start + 4
        length = _lengths().get(page.text[start : start + 2].upper())
        end = _stretch(page.text, start, limit, length) if length else -1
        if end < 0:
            continue
        at = end
        code = page.text[start:end].translate(_SEPARATORS)
        if _mod97(code):
            yield Hit(start, end, "IBAN", code[:2].lower(), 1.0, "iban")
        elif "iban" in page.labels(start, end):
            yield Hit(start, end, "IBAN", "invalid", 0.6, "iban_typo")


def _passports(page: Page) -> Iterator[Hit]:
    for match in _PASSPORT.finditer(page.text):
        start, end = match.span()
        code = page.text[start:end].replace(" ", "")
        digits = sum(map(str.isdigit, code))
        if not (6 <= len(code) <= 10 and digits >= 4) or page.glued(start, end):
            continue
        if "passport" in page.labels(start, end):
            yield Hit(start, end, "PASSPORT", "number", 0.8, "passport")
    for match in _MRZ.finditer(page.text):
        start, end = match.span()
        if icao(page.text[start : start + 10]):
            yield Hit(start, end, "PASSPORT", "machine_readable", 1.0, "passport_mrz")


def find_bank_codes(page: Page) -> Iterator[Hit]:
    """Find the codes of banks beside the words for them."""
    for pattern, label in ((_SWIFT, "swift"), (_IFSC, "ifsc")):
        for match in pattern.finditer(page.text):
            start, end = match.span()
            if label in page.labels(start, end):
                yield Hit(start, end, "BANK", label, 0.7, f"bank_{label}")


def find(page: Page) -> Iterator[Hit]:
    """Find IBANs by their sum, and passports beside their words."""
    yield from _ibans(page)
    yield from _passports(page)
