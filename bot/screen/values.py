"""What a secret's value looks like, and what only looks like one."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Final

import re2

from bot.screen import tables
from bot.screen.page import Pattern

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


@cache
def _forms(name: str) -> Pattern:
    pattern: Pattern = re2.compile(f"(?i)(?:{'|'.join(tables.load('passwords')[name])})")
    return pattern


def is_placeholder(value: str) -> bool:
    """Say whether a value only marks the place of one."""
    bare = value.strip("\"'`<>[](){}.,;:!?").lower()
    return (
        not bare
        or bare in _lists()["placeholders"]
        or _forms("placeholder_forms").fullmatch(value) is not None
    )


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
    if len(value) < 5 or _forms("ordinary_forms").fullmatch(value):
        return False
    return _classes(value) >= 2 and entropy(value) >= 2.2 and _mixed(value)


def _mixed(value: str) -> bool:
    """Say whether more than hyphens or a capital letter make it differ from a word."""
    if any(char.isdigit() for char in value):
        return True
    inner = value.strip("-_.:'")
    if any(char in "!@#$%^&*+=?~|\\§€£" for char in inner):
        return True
    if _classes(value) >= 3 and len(value) >= 12:
        return True
    return len(value) >= 16 and entropy(value) >= 3.6 and _humps(value)


def _humps(value: str) -> bool:
    return sum(a.islower() and b.isupper() for a, b in pairwise(value)) >= 3


def is_password(value: str, *, sure: bool) -> bool:
    """Say whether a word in a sentence about passwords can be the password itself."""
    if value.lower() in _lists()["common"]:
        return sure
    if len(value) < 6 or _forms("ordinary_forms").fullmatch(value):
        return False
    if sure and value.count("-") >= 2 and len(value) >= 16 and value.islower():
        return True  # Words joined by hyphens, as password managers make them.
    if not _mixed(value) or entropy(value) < 2.3:
        return False
    return _classes(value) >= (2 if sure else 3)


def is_passphrase(value: str) -> bool:
    """Say whether quoted words after the word password can be the password."""
    return len(value.strip()) >= 6 and not _forms("ordinary_forms").fullmatch(value.strip())
