"""Which words a sentence says are absent: "no names", "nothing to do with clients"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.understand.shipped import small_words
from bot.understand.text import Token

_NEGATED = 3
_FAR = 7
_ABSENT = small_words("absent")
_NOT = small_words("not")
_BUT = small_words("but")
_ASKING = small_words("asking")
_AWAY = small_words("away")
_TAKE = small_words("take")


def is_negated(words: Sequence[Token], at: int) -> bool:
    """Whether the words at `at` are said to be absent: "no", "without", "nothing to do with"."""
    if _taken_out(words, at):
        return True
    for back in range(at - 1, max(at - 1 - _FAR, -1), -1):
        token = words[back]
        if words[back + 1].breaks or (words[back + 1].comma and at - back > _NEGATED):
            return False
        if token.word in _BUT:
            return False
        if token.word in _ABSENT and at - back <= _NEGATED:
            return not _of_permission(words, back)
        if token.word in _NOT:
            return at - back <= 1 or _says_not(words, back, at)
    return False


def _of_permission(words: Sequence[Token], at: int) -> bool:
    """`Is there no way to …`: the "no" belongs to the permission."""
    after = words[at + 1].word if at + 1 < len(words) else ""
    if words[at].word == "no" and after == "to":  # "a kind no to this person"
        return True
    return after in {"way", "problem", "issue", "rule", "harm", "objection", "need"}


def _says_not(words: Sequence[Token], at: int, subject: int) -> bool:
    """`I do not want to upload any contract`, but not `can I not upload our contract`."""
    before = {w.word for w in words[max(at - 3, 0) : at]}
    if before & _ASKING:
        return False
    between = {w.word for w in words[at + 1 : subject]}
    return bool(
        between
        & {"any", "contain", "contains", "include", "upload", "paste", "want", "asking", "talking"}
    )


def _taken_out(words: Sequence[Token], at: int) -> bool:
    """`I leave our drawing out`, `customer names removed`."""
    after = {w.word for w in words[at + 1 : at + 4]}
    before = {w.word for w in words[max(at - 3, 0) : at]}
    return bool(after & _AWAY - {"out"}) or ("out" in after and bool(before & _TAKE))
