"""What a secret's value looks like, and what only looks like one."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from typing import Final

import re2

from bot.screen import tables

_PLACEHOLDER: Final = re2.compile(
    r"(?i)^(?:<.*|\$\{?\w.*|\{\{?.*|%\w+%|\[\[?.*|.*(?:your|my|some|the)[_-].*|.*x{4,}.*|.*\*{3,}.*|.*•{3,}.*|.*\.{3}.*|.*…|"
    r"(?:process\.env|os\.environ|os\.getenv|env\.|secrets\.|vault:|config\.|settings\.|self\.|getenv|import\.meta).*|"
    r"\w+\(.*\)?|https?://.*|.*(?:example|placeholder|redacted|changeme|removed|dummy|insert|replace_?me).*)$"
)
_NO_PASSWORD: Final = re2.compile(
    r"(?i)^(?:\d{1,4}[-./]\d{1,2}(?:[-./]\d{1,4})?|v?\d+(?:\.\d+)+|\d+(?:[.,]\d+)?(?:%|€|\$|£|k|m|kb|mb|gb|h|s|ms|min|am|pm|px|st|nd|rd|th|x|d|chars?)?|\d{1,2}:\d{2}.*|q[1-4](?:[-/]?\d{2,4})?|"
    r"(?:iso|rfc|sha|aes|md|utf|base|oauth|tls|ssl|web|b2b|b2c|gpt|tier|level|step|page|room|week|kw|2fa|mfa|h)[-_ ]?\d{1,5}(?:[-:.]\d{1,5})?|\d+-\w+|2fa|.*@.*\.[a-z]{2,}|/.*|#\w+|\w+\.(?:com|org|net|io|ai|de|txt|pdf|docx?|xlsx?|png|jpg|csv|yaml|json|py|js|md))$"
)
_SYMBOLS: Final = frozenset("!@#$%^&*+=?~_-.:/\\|<>,;()[]{}§€£")


def entropy(value: str) -> float:
    """Give Shannon's entropy in bits a character."""
    size = len(value)
    if not size:
        return 0.0
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())


@cache
def _lists() -> dict[str, frozenset[str]]:
    lists = tables.load("passwords")
    return {key: frozenset(map(str.lower, lists[key])) for key in ("common", "placeholders")}


def is_placeholder(value: str) -> bool:
    """Say whether a value only marks the place of one."""
    bare = value.strip("\"'`<>[](){}.,;:!?").lower()
    return not bare or bare in _lists()["placeholders"] or _PLACEHOLDER.search(value) is not None


def _classes(value: str) -> int:
    return (
        any(char.islower() for char in value)
        + any(char.isupper() for char in value)
        + any(char.isdigit() for char in value)
        + any(char in _SYMBOLS for char in value)
    )


def is_token(value: str) -> bool:
    """Say whether a value that is assigned to a secret's name can be one."""
    if value.lower() in _lists()["common"]:
        return True
    if len(value) < 5 or _NO_PASSWORD.search(value):
        return False
    return _classes(value) >= 2 and entropy(value) >= 2.2 and _mixed(value)


def _mixed(value: str) -> bool:
    """Say whether more than hyphens or a capital letter make it differ from a word."""
    if any(char.isdigit() for char in value):
        return True
    inner = value.strip("-_.:'")
    odd = any(char in "!@#$%^&*+=?~|\\§€£" for char in inner)
    return odd or (_classes(value) >= 3 and len(value) >= 12) or (len(value) >= 16 and entropy(value) >= 3.6 and _humps(value))


def _humps(value: str) -> bool:
    return sum(a.islower() and b.isupper() for a, b in zip(value, value[1:], strict=False)) >= 3


def is_password(value: str, *, sure: bool) -> bool:
    """Say whether a word in a sentence about passwords can be the password itself."""
    if value.lower() in _lists()["common"]:
        return sure
    if len(value) < 6 or _NO_PASSWORD.search(value):
        return False
    mixed = _mixed(value)
    if not mixed or entropy(value) < 2.3:
        return False
    return _classes(value) >= (2 if sure else 3)


def is_passphrase(value: str) -> bool:
    """Say whether quoted words after the word password can be the password."""
    return len(value.strip()) >= 6 and not _NO_PASSWORD.search(value.strip())
