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
    milliseconds = int(at.timestamp() * 1000)
    random = secrets.randbits(5 * _RANDOM_LENGTH)
    end = ending(of) if of else _base32(random, _RANDOM_LENGTH)
    return f"a-{_base32(milliseconds, _TIME_LENGTH)}{end}"


def ending(of: str) -> str:
    """Return how the id of the answer to something ends."""
    digest = int.from_bytes(blake2b(of.encode(), digest_size=_DIGEST).digest())
    return _base32(digest >> (8 * _DIGEST - 5 * _RANDOM_LENGTH), _RANDOM_LENGTH)


def _base32(number: int, length: int) -> str:
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(length)))
