"""Values taken out of one request, and the tokens that stand for them until the answer is back."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from typing import Final

from bot.screen.finding import KINDS

TYPED: Final = "TYPED"
"""Stands for a token that a person typed: it fetches nobody's value, only its own letters."""
_NAMES: Final = "|".join((*KINDS, TYPED))
# Every repeat is bounded, so one place costs at most a fixed number of steps.
TOKEN: Final = re.compile(
    rf"\[{{1,2}} ?({_NAMES})[ _-]?(\d{{1,6}}) ?\]{{1,2}}"
    rf"|\(({_NAMES})[ _-](\d{{1,6}})\)"
    rf"|(?<![A-Za-z0-9_])({_NAMES})_(\d{{1,6}})(?![A-Za-z0-9_])"
)


@dataclass(frozen=True, slots=True)
class Restored:
    """An answer with its values back in."""

    text: str
    unknown: tuple[str, ...] = ()
    """Tokens the answer holds and nobody gave out: they stay as they are."""
    lost: tuple[str, ...] = ()
    """Tokens that were given out and did not come back."""


@dataclass(slots=True, repr=False)
class Vault:
    """One request's values. It lives in memory as long as the request, and is never logged."""

    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    _values: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def token(self, kind: str, value: str) -> str:
        """Give the token that stands for a value; the same value gets the same token."""
        key = (kind, value)
        if key not in self._tokens:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            token = f"[[{kind}_{self._counts[kind]}]]"
            self._tokens[key] = token
            self._values[token] = value
        return self._tokens[key]

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(self._values)

    def restore(self, text: str) -> Restored:
        """Put the values back, also where a model changed the brackets of a token."""
        unknown: dict[str, None] = {}
        seen: set[str] = set()

        def value(match: re.Match[str]) -> str:
            kind, number = (part for part in match.groups() if part)
            token = f"[[{kind}_{number}]]"
            if token not in self._values:
                unknown[match.group()] = None
                return match.group()
            seen.add(token)
            return self._values[token]

        restored = TOKEN.sub(value, text)
        lost = tuple(token for token in self._values if token not in seen)
        return Restored(restored, tuple(unknown), lost)


_TAIL: Final = 96
_WORD: Final = frozenset(string.ascii_letters + string.digits + "_")


class Restorer:
    """Restores a streamed answer: what may be the beginning of a token waits for the rest."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._waiting = ""
        self._whole: list[str] = []

    def feed(self, chunk: str) -> str:
        """Take in the next piece and give what can be shown already."""
        self._whole.append(chunk)
        self._waiting += chunk
        cut = self._safe()
        ready, self._waiting = self._waiting[:cut], self._waiting[cut:]
        return self._vault.restore(ready).text

    def finish(self) -> Restored:
        """Give the rest, and say what was unknown or lost in the whole answer."""
        rest = self._vault.restore(self._waiting).text
        self._waiting = ""
        whole = self._vault.restore("".join(self._whole))
        return Restored(rest, whole.unknown, whole.lost)

    def _safe(self) -> int:
        text = self._waiting
        word = len(text)
        while word and text[word - 1] in _WORD:
            word -= 1
        bracket = max(text.rfind("[", -_TAIL), text.rfind("(", -_TAIL))
        if bracket < 0 or not _unfinished(text[bracket:]):
            return word
        while bracket and text[bracket - 1] in "[(":
            bracket -= 1
        return min(word, bracket)


_UNFINISHED: Final = re.compile(r"[\[(] ?[A-Z_]{0,16}[ _-]?[0-9]{0,6} ?\]?")


def _unfinished(tail: str) -> bool:
    return _UNFINISHED.fullmatch(tail) is not None
