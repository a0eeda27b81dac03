"""Phone numbers: a phone-like shape or a word that says phone, then the national numbering plan."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import re2

from bot.screen import tables
from bot.screen.finding import Context
from bot.screen.page import Hit

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

    from bot.screen.numbers import Number

_SHAPE: Final = re2.compile(
    r"(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}"
    r"|1?[ -]?\d{3} \d{3} \d{4}|\d{3} \d{3}-\d{4}|1-?8\d\d-\d{3}-\d{4}"
    r"|\(?0\d{1,5}\)?[ /.-]{1,3}\d[\d ./-]{4,12}"
    r"|0\d{3} ?\d{3} ?\d{3,4}|0[1-9](?:[ .-]\d\d){4}|\(\d{2,5}\)[ -]?\d[\d -]{5,10}"
)
_LOCAL: Final = range(6, 16)
_WORLD: Final = range(7, 16)
_TYPE_TOLL_FREE: Final = 3


@lru_cache(maxsize=8)
def _regions(context: Context) -> tuple[str, ...]:
    if context.regions:
        return tuple("GB" if region == "UK" else region for region in context.regions)
    regions = tables.load("regions")
    spoken = regions["languages"]
    chosen = [region for code in context.languages for region in spoken.get(code[:2], ())]
    return tuple(dict.fromkeys((*chosen, *regions["usual"])))


class Reader:
    """Reads phone numbers in one text; parses each distinct number once."""

    def __init__(self, context: Context) -> None:
        self._regions = _regions(context)
        self._known: dict[str, tuple[bool, bool]] = {}

    def find(self, number: Number) -> Iterator[Hit]:
        """Find a phone number, and say whether calling it is free."""
        text, labels = number.text, number.labels
        if len(number.digits) not in _LOCAL:
            return
        score = self._score(number, text, labels)
        if score:
            _, free = self._parse(number)
            subtype = "toll_free" if free else ""
            yield Hit(number.start, number.end, "PHONE", subtype, score, "phone")

    def _score(self, number: Number, text: str, labels: frozenset[str]) -> float:
        if text.startswith(("+", "(+")):
            return 0.9 if len(number.digits) in _WORLD and _possible(number.digits) else 0.0
        if text.startswith("00") and len(number.digits) > 9:
            return 0.9 if self._parse(number)[0] else 0.0
        if not (number.whole or number.first):
            return 0.0
        if "phone" in labels and _pieces(text):
            return 0.8 if "order" not in labels or self._likely(text, number) else 0.0
        if "call" in labels and self._parse(number)[0]:
            return 0.7
        return 0.6 if "order" not in labels and self._likely(text, number) else 0.0

    def _likely(self, text: str, number: Number) -> bool:
        return _SHAPE.fullmatch(text) is not None and self._parse(number)[0]

    def _parse(self, number: Number) -> tuple[bool, bool]:
        """Say whether some numbering plan knows this number, and whether it is free to call."""
        key = ("+" if number.text.startswith(("+", "(+", "00")) else "") + number.digits
        if key not in self._known:
            self._known[key] = self._lookup(key, number.digits)
        return self._known[key]

    def _lookup(self, key: str, digits: str) -> tuple[bool, bool]:
        import phonenumbers

        if key[0] == "+":
            parsed = _international(digits)
            valid = parsed is not None and phonenumbers.is_valid_number(parsed)
            return valid, valid and _free(parsed)
        for region in self._regions:
            try:
                parsed = phonenumbers.parse(digits, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(parsed):
                return True, _free(parsed)
        return False, False


def _international(digits: str) -> PhoneNumber | None:
    import phonenumbers

    try:
        return phonenumbers.parse("+" + digits.removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        return None


def _pieces(text: str) -> bool:
    """Say whether the groups are a number's, and not a list of small numbers."""
    return sum(len(piece) == 1 for piece in text.split()) <= 1


def _possible(digits: str) -> bool:
    import phonenumbers

    parsed = _international(digits)
    return parsed is not None and phonenumbers.is_possible_number(parsed)


def _free(parsed: PhoneNumber | None) -> bool:
    import phonenumbers

    return parsed is not None and phonenumbers.number_type(parsed) == _TYPE_TOLL_FREE
