"""Ids that sort by the time they were made."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import blake2b

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is read as a digit."""

_TIME_LENGTH = 9
_RANDOM_LENGTH = 8
_DIGEST = 8


def answer_id(at: datetime, of: str = "") -> str:
    """Return a new id such as `a-1jd3kq9v2f7m0xw4c`; a later one sorts after an earlier one.

    `of` names what is answered: the same thing at the same time has the same id, so that an
    answer given again after a crash takes the place of the one before.
    """
    bits = 5 * _RANDOM_LENGTH
    random = _digest(of) >> (8 * _DIGEST - bits) if of else secrets.randbits(bits)
    milliseconds = int(at.timestamp() * 1000)
    return f"a-{_base32(milliseconds, _TIME_LENGTH)}{_base32(random, _RANDOM_LENGTH)}"


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=_DIGEST).digest())


def _base32(number: int, length: int) -> str:
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(length)))
