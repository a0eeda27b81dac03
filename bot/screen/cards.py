"""Payment cards: scheme, length and check digit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import re2

from bot.screen.checks import luhn
from bot.screen.page import Hit

if TYPE_CHECKING:
    from bot.screen.numbers import Number

# 13-digit Visa is retired, and every EAN that starts with 4 would be one.
_SCHEMES: Final = {
    "visa": r"4(?:\d{15}|\d{18})",
    "mastercard": r"(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}",
    "amex": r"3[47]\d{13}",
    "diners": r"3(?:0[0-59]|[689]\d)\d{11}(?:\d{2,5})?",
    "discover": r"(?:6011|64[4-9]\d|65\d\d)\d{12,15}",
    "jcb": r"35(?:2[89]|[3-8]\d)\d{12,15}",
    "unionpay": r"(?:62|81)\d{14,17}",
    "mir": r"220[0-4]\d{12,15}",
    "troy": r"9792\d{12}",
    "maestro": r"(?:50(?:18|20|38)|5893|6304|67\d\d|6390)\d{8,15}",
}
_SCHEME: Final = re2.compile("|".join(f"({form})" for form in _SCHEMES.values()))
_GROUPED: Final = re2.compile(r"\d{4}([ -])\d{4,6}[ -]\d{4,5}(?:[ -]\d{1,4}){0,2}")
_LENGTHS: Final = range(12, 20)
_TYPO_LENGTHS: Final = range(13, 20)


def find(number: Number) -> Iterator[Hit]:
    """Find a card; a mistyped one counts beside a card word, a bare one not beside `order`."""
    digits = number.digits
    if len(digits) not in _LENGTHS or len(set(digits)) == 1:
        return
    valid, named = luhn(digits), "card" in number.labels
    if not (valid or named):
        return
    match = _SCHEME.fullmatch(digits)
    if match is None:
        return
    if valid and (named or _plain(number)):
        scheme = next(name for at, name in enumerate(_SCHEMES, 1) if match.start(at) >= 0)
        yield Hit(number.start, number.end, "CARD", scheme, 1.0, "card")
    elif not valid and len(digits) in _TYPO_LENGTHS:
        yield Hit(number.start, number.end, "CARD", "invalid", 0.6, "card_typo")


def _plain(number: Number) -> bool:
    """Say whether a number without a card word is a card: grouped as one, or bare and no order."""
    if len(number.digits) < 14:
        return False
    if _GROUPED.fullmatch(number.text) is not None:
        return True
    return (number.whole or number.text.isdigit()) and "order" not in number.labels
