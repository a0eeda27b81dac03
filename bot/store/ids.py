"""Ids that sort by the time they were made."""

from __future__ import annotations

import secrets
from datetime import datetime

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is read as a digit."""

_TIME_LENGTH = 9
_RANDOM_LENGTH = 8


def answer_id(at: datetime) -> str:
    """Return a new id such as `a-1jd3kq9v2f7m0xw4c`; a later one sorts after an earlier one."""
    milliseconds = int(at.timestamp() * 1000)
    random = secrets.randbits(5 * _RANDOM_LENGTH)
    return f"a-{_base32(milliseconds, _TIME_LENGTH)}{_base32(random, _RANDOM_LENGTH)}"


def _base32(number: int, length: int) -> str:
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(length)))
