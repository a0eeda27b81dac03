"""Account numbers that are not IBANs: they have no shape of their own and need their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.screen.checks import checker
from bot.screen.page import Hit

if TYPE_CHECKING:
    from bot.screen.numbers import Number

_ACCOUNT_LENGTHS: Final = range(6, 23)


def find(number: Number) -> Iterator[Hit]:
    """Find account numbers, sort codes and routing numbers beside the words for them."""
    subtype = _subtype(number)
    if subtype:
        yield Hit(number.start, number.end, "BANK", subtype, 0.8, f"bank_{subtype}")


def _subtype(number: Number) -> str:
    labels, digits = number.labels, number.digits
    if "sort" in labels and len(digits) == 6:
        return "sort_code"
    if "blz" in labels and len(digits) == 8:
        return "blz"
    if "routing" in labels and len(digits) == 9 and checker("us.rtn")(digits):
        return "routing_number"
    if not labels & {"bank", "routing", "sort", "blz", "swift", "ifsc"}:
        return ""
    if len(digits) == 6 and number.text.count("-") in (1, 2) and "bank" in labels:
        return "sort_code"
    alone = number.whole or number.first or len(digits) >= 8
    if alone and len(digits) in _ACCOUNT_LENGTHS and not _phone(number):
        return "account"
    return ""


def _phone(number: Number) -> bool:
    return "phone" in number.labels or number.text.startswith("+")
