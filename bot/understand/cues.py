"""Cue phrases: the words that show what somebody wants, in fourteen languages.

`allow*` matches a beginning; `…` stands for up to four words. The phrases are data in
`cues.yaml`; a cue is found as a run of tokens of the question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.understand.shipped import GAP, word_lists
from bot.understand.text import Token, is_cjk

_WIDEST_GAP = 4


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue found in a question, with the tokens it covers (both ends included)."""

    name: str
    language: str
    first: int
    last: int


_Pattern = tuple[str, str, tuple[str, ...]]
"""Cue, language, and the words of a phrase."""


class Cues:
    """All cue phrases, indexed by their first two words."""

    def __init__(self, phrases: Mapping[str, Mapping[str, Sequence[Sequence[str]]]]) -> None:
        """Index `phrases`: cue -> {language: phrases}, each phrase as the parts it matches."""
        self._by_words: defaultdict[tuple[str, str], list[_Pattern]] = defaultdict(list)
        self._by_word: defaultdict[str, list[_Pattern]] = defaultdict(list)
        """Phrases of one word, or whose second word is a wildcard or a gap."""
        self._by_prefix: defaultdict[str, list[_Pattern]] = defaultdict(list)
        self._cjk: list[tuple[str, str, str]] = []
        for cue, languages in phrases.items():
            for language, written in languages.items():
                for parts in written:
                    self._add(cue, language, tuple(parts))

    def _add(self, cue: str, language: str, words: tuple[str, ...]) -> None:
        if language in {"ja", "zh"} and any(is_cjk(c) for c in words[0]):
            self._cjk.append((cue, language, words[0]))
            return
        pattern = (cue, language, words)
        first = words[0].removesuffix(":")
        if first.endswith("*"):
            self._by_prefix[first[:-1]].append(pattern)
        elif len(words) > 1 and words[1].isalnum():
            self._by_words[first, words[1]].append(pattern)
        else:
            self._by_word[first].append(pattern)

    def find(self, words: Sequence[Token], text: str) -> dict[str, list[Cue]]:
        """The cues of a question by name, in the order they stand; `text` is what was cut."""
        found: dict[str, list[Cue]] = {}
        for at, token in enumerate(words):
            following = words[at + 1].word if at + 1 < len(words) else ""
            for pattern in self._starting(token.word, following):
                self._try(words, text, at, pattern, found)
        if any(is_cjk(token.word) for token in words):
            self._without_spaces(words, found)
        return found

    def _starting(self, word: str, following: str) -> Iterator[_Pattern]:
        yield from self._by_words.get((word, following), ())
        yield from self._by_word.get(word, ())
        for end in range(2, len(word) + 1):
            yield from self._by_prefix.get(word[:end], ())

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
        pattern: _Pattern,
        found: dict[str, list[Cue]],
    ) -> None:
        cue, language, parts = pattern
        last = _match(words, at, parts)
        if last is not None and parts[-1].endswith(":"):
            last = last if text[words[last].end :].lstrip(" ").startswith(":") else None
        if last is not None:
            found.setdefault(cue, []).append(Cue(cue, language, at, last))


def _match(words: Sequence[Token], at: int, pattern: tuple[str, ...]) -> int | None:
    """The last token of the pattern when it stands at `at`; None when it does not."""
    place = at
    gap = 0
    for number, part in enumerate(pattern):
        if part == GAP:
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
