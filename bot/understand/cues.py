"""Cue phrases: the words that show what somebody wants, in fourteen languages.

`allow*` matches a beginning; `…` stands for up to four words. The phrases are data in
`cues.yaml`; a cue is found as a run of tokens of the question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.understand.shipped import word_lists
from bot.understand.text import Token, fold, is_cjk, tokens

_GAP = "…"
_WIDEST_GAP = 4


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue found in a question, with the tokens it covers (both ends included)."""

    name: str
    language: str
    first: int
    last: int


class Cues:
    """All cue phrases, indexed by their first word."""

    def __init__(self, phrases: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Index `phrases`: cue -> {language: phrases}."""
        self._by_word: defaultdict[str, list[tuple[str, str, tuple[str, ...]]]] = defaultdict(list)
        self._by_prefix: list[tuple[str, str, tuple[str, ...]]] = []
        self._cjk: list[tuple[str, str, str]] = []
        for cue, languages in phrases.items():
            for language, written in languages.items():
                for phrase in written or ():
                    self._add(cue, language, str(phrase))

    def _add(self, cue: str, language: str, phrase: str) -> None:
        if language in {"ja", "zh"} and any(is_cjk(c) for c in phrase):
            self._cjk.append((cue, language, "".join(fold(phrase).split())))
            return
        pattern = _pattern(phrase)
        if not pattern:
            return
        if pattern[0].endswith("*"):
            self._by_prefix.append((cue, language, pattern))
        else:
            self._by_word[pattern[0].removesuffix(":")].append((cue, language, pattern))

    def find(self, words: Sequence[Token], text: str) -> dict[str, list[Cue]]:
        """The cues of a question by name, in the order they stand; `text` is what was cut."""
        found: dict[str, list[Cue]] = {}
        for at, token in enumerate(words):
            for cue, language, pattern in self._by_word.get(token.word, ()):
                self._try(words, text, at, cue, language, pattern, found)
            for cue, language, pattern in self._by_prefix:
                if token.word.startswith(pattern[0][:-1]):
                    self._try(words, text, at, cue, language, pattern, found)
        if any(is_cjk(token.word) for token in words):
            self._without_spaces(words, found)
        return found

    def _without_spaces(self, words: Sequence[Token], found: dict[str, list[Cue]]) -> None:
        """Chinese and Japanese phrases, which may run across a name in Latin letters."""
        run = "".join(token.word for token in words)
        places = [at for at, token in enumerate(words) for _ in token.word]
        for cue, language, piece in self._cjk:
            start = run.find(piece)
            if start >= 0:
                last = places[start + len(piece) - 1]
                found.setdefault(cue, []).append(Cue(cue, language, places[start], last))

    def _try(
        self,
        words: Sequence[Token],
        text: str,
        at: int,
        cue: str,
        language: str,
        pattern: tuple[str, ...],
        found: dict[str, list[Cue]],
    ) -> None:
        last = _match(words, at, pattern)
        if last is not None and pattern[-1].endswith(":"):
            last = last if text[words[last].end :].lstrip(" ").startswith(":") else None
        if last is not None:
            found.setdefault(cue, []).append(Cue(cue, language, at, last))


def _pattern(phrase: str) -> tuple[str, ...]:
    """`no longer allow*` -> its words, the wildcard kept at a word's end."""
    parts: list[str] = []
    for piece in phrase.replace(_GAP, f" {_GAP} ").replace("’", "'").split():
        if piece == _GAP:
            parts.append(_GAP)
            continue
        words = [piece] if piece.isascii() and piece.isalpha() else [t.word for t in tokens(piece)]
        if words and piece.endswith("*"):
            words[-1] += "*"
        if words and piece.endswith(":"):
            words[-1] += ":"
        parts.extend(words)
    while parts and parts[-1] == _GAP:
        parts.pop()
    while parts and parts[0] == _GAP:
        parts.pop(0)
    return tuple(parts)


def _match(words: Sequence[Token], at: int, pattern: tuple[str, ...]) -> int | None:
    """The last token of the pattern when it stands at `at`; None when it does not."""
    place = at
    gap = 0
    for number, part in enumerate(pattern):
        if part == _GAP:
            gap = _WIDEST_GAP
            continue
        for skip in range(gap + 1):
            here = place + skip
            if here >= len(words) or (number and words[here].breaks):
                return None
            if _same(words[here].word, part):
                place = here + 1
                break
        else:
            return None
        gap = 0
    return place - 1


def _same(word: str, part: str) -> bool:
    part = part.removesuffix(":")
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


@cache
def shipped() -> Cues:
    """The cue phrases that come with Greenlight."""
    return Cues(word_lists()["cues"])
