"""The multilingual dictionary: words of fourteen languages to concepts that languages share.

A company's example phrase and a question meet in concepts, so "Kundenliste", "client roster" and
the example "customer list" are the same two units. Words the dictionary does not know are
compared by their stem.
"""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import Stemmer

from bot.understand.shipped import word_lists
from bot.understand.text import Token, is_cjk, tokens

LANGUAGES = ("en", "de", "fr", "es", "nl", "it", "pt", "pl", "sv", "da", "cs", "tr", "ja", "zh")
"""Languages understood at the level of tool names, data phrases and intent words."""

_STEMMERS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "nl": "dutch",
    "it": "italian",
    "pt": "portuguese",
    "sv": "swedish",
    "da": "danish",
    "tr": "turkish",
}
_COMPOUNDING = frozenset({"de", "nl", "sv", "da"})
_LINKS = ("", "s", "n", "en", "es", "er", "e", "-")
_LONGEST_PHRASE = 5
_SHORTEST_FOREIGN = 3
_ENDINGS = ("en", "es", "s", "e", "n")
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing a text talks about: one or more tokens and the concepts they may mean."""

    concepts: tuple[str, ...]
    first: int
    """Index of the first token."""
    last: int
    """Index of the last token (inclusive)."""
    whole: bool = True
    """False for a part of a compound word."""


class Lexicon:
    """The dictionary, indexed for look-up. Built once; read-only afterwards."""

    def __init__(
        self,
        words: Mapping[str, Mapping[str, Sequence[str]]],
        near: Mapping[str, Collection[str]],
    ) -> None:
        """Take over `words` (folded word -> language -> concepts) and `near` (both ways)."""
        self._words = words
        self.near = near
        """Concept -> its weaker synonyms."""
        self.cjk = tuple(sorted((w for w in words if is_cjk(w)), key=len, reverse=True))
        """Chinese and Japanese words, longest first."""
        self._stemmers = {lang: Stemmer.Stemmer(name) for lang, name in _STEMMERS.items()}
        self._stems: dict[str, dict[str, str]] = {}
        self._compounds: dict[str, frozenset[str]] = {}
        self._split_memo: dict[tuple[str, str], tuple[str, ...]] = {}

    def _stemmed(self, language: str) -> dict[str, str]:
        """Stem -> a word of that language with that stem; made when first needed."""
        if language not in self._stems:
            found: dict[str, str] = {}
            for word, spoken in self._words.items():
                if language in spoken and " " not in word:
                    found.setdefault(self.stem(word, language), word)
            self._stems[language] = found
        return self._stems[language]

    def _parts_of(self, language: str) -> frozenset[str]:
        """Words that compounds of a language are made of; collected when first needed."""
        if language not in self._compounds:
            self._compounds[language] = frozenset(
                w for w, spoken in self._words.items() if language in spoken and len(w) > 2
            )
        return self._compounds[language]

    def vocabulary(self, language: str) -> frozenset[str]:
        """Every single word of one language, folded."""
        return frozenset(
            w for w, spoken in self._words.items() if language in spoken and " " not in w
        )

    def knows(self, word: str) -> bool:
        """Whether a folded word is in the dictionary as it is."""
        return word in self._words

    def spoken(self, word: str) -> Collection[str]:
        """The languages a folded word belongs to."""
        return self._words.get(word, {}).keys()

    def _meaning(self, word: str, language: str) -> tuple[str, ...]:
        """What a word means in a language, else in English, else wherever it is known.

        "not" is a note in Turkish and "some" is social media in Danish: a word of English that
        the question's language does not know is not looked up further.
        """
        spoken = self._words.get(word)
        if spoken is None:
            return ()
        for known in (language, "en"):
            if known in spoken:
                return tuple(spoken[known])
        short = len(word) < _SHORTEST_FOREIGN and word.isascii()
        if language == "en" and (short or word in ordinary_words()):
            return ()
        return tuple(dict.fromkeys(c for found in spoken.values() for c in found))

    def stem(self, word: str, language: str = "en") -> str:
        """The stem of a folded word in one language; the word itself where there is no stemmer.

        English only loses its plural: stemmers make one word of "travel" and "traveller".
        """
        if language == "en":
            return plain(word)
        stemmer = self._stemmers.get(language)
        return str(stemmer.stemWord(word)) if stemmer is not None else word

    def concepts(self, word: str, language: str = "en") -> tuple[str, ...]:
        """The concepts of one folded word: as it is, by its stem, or by the parts of a compound.

        An unknown word gives one private concept, `~` and its stem, so that it can still meet
        the same word elsewhere.
        """
        meant = self._meaning(word, language)
        if meant:
            return meant
        for spoken in dict.fromkeys((language, "en")):
            known = (
                self._stemmed(spoken).get(self.stem(word, spoken)) if spoken in _STEMMERS else None
            )
            if known is not None:
                return tuple(self._words[known][spoken])
        return (f"~{plain(word)}",)

    def parts(self, word: str, language: str) -> tuple[str, ...]:
        """The dictionary words a compound is made of (`kundenliste`: `kunden`, `liste`)."""
        if len(word) < 7 or language not in _COMPOUNDING:
            return ()
        key = (word, language)
        if key not in self._split_memo:
            if len(self._split_memo) > 20_000:
                self._split_memo.clear()
            self._split_memo[key] = self._split(word, self._parts_of(language))
        return self._split_memo[key]

    def _split(self, word: str, known: frozenset[str]) -> tuple[str, ...]:
        for cut in range(len(word) - 3, 2, -1):
            tail = word[cut:]
            if tail not in known or word[:cut] == "":
                continue
            for link in _LINKS:
                head = word[:cut]
                if link and not head.endswith(link):
                    continue
                head = head[: len(head) - len(link)] if link else head
                if head in known:
                    return (head, tail)
                deeper = self._split(head, known) if len(head) > 6 else ()
                if deeper:
                    return (*deeper, tail)
        return ()

    def units(self, words: Sequence[Token], language: str = "en") -> tuple[Unit, ...]:
        """Everything a text may talk about: phrases, single words, parts of compounds.

        Units overlap: "customer list" gives the phrase's own concept, if it has one, and those
        of both words.
        """
        found: list[Unit] = []
        for at, token in enumerate(words):
            if is_cjk(token.word):
                pieces = self.cjk_words(token.word)
                found.extend(
                    Unit(meant, at, at)
                    for piece in pieces
                    if (meant := self._meaning(piece, language))
                )
                continue
            found.extend(self._phrases_at(words, at, language))
            found.extend(self._word(token.word, at, language))
        return tuple(found)

    def readings(self, words: Sequence[Token], language: str) -> tuple[tuple[Unit, ...], ...]:
        """A phrase as its longest known parts, and as its single words where that differs."""
        units = [u for u in self.units(words, language) if u.concepts]
        longest: list[Unit] = []
        for unit in sorted(units, key=lambda u: (u.first - u.last, u.whole is False)):
            if not any(o.first <= unit.first and unit.last <= o.last and o.whole for o in longest):
                longest.append(unit)
        single = [u for u in units if u.first == u.last and (not u.whole or _alone(u, units))]
        longest.sort(key=lambda u: u.first)
        return tuple(dict.fromkeys((tuple(longest), tuple(single))))

    def _phrases_at(self, words: Sequence[Token], at: int, language: str) -> Iterator[Unit]:
        for length in range(min(_LONGEST_PHRASE, len(words) - at), 1, -1):
            run = words[at : at + length]
            if any(token.breaks for token in run[1:]):
                continue
            meant = self._meaning(" ".join(token.word for token in run), language)
            if meant and not any(self._meaning(t.word, language) == meant for t in run):
                # "meeting notes" listed under notes says less than its two words together.
                yield Unit(meant, at, at + length - 1)
                return

    def _word(self, word: str, at: int, language: str) -> Iterator[Unit]:
        parts = self.parts(word, language)
        if not parts or self.knows(word):
            yield Unit(self.concepts(word, language), at, at)
        for part in parts:
            yield Unit(self.concepts(part, language), at, at, whole=False)

    def cjk_words(self, run: str) -> tuple[str, ...]:
        """The dictionary words in a run of Chinese or Japanese, and the words inside those."""
        found: dict[str, None] = {}
        left = run
        for word in self.cjk:
            if word in left:
                found[word] = None
                left = left.replace(word, " ")
            elif len(word) > 1 and any(word in longer for longer in found):
                found[word] = None
        return tuple(found)

    def meanings(self, phrase: str, language: str = "en") -> tuple[Unit, ...]:
        """The units of a phrase given as text."""
        return self.units(tokens(phrase), language)


def plain(word: str) -> str:
    """A word without its plural or case ending, whatever its language."""
    word = word.removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in _ENDINGS:
        if len(word) - len(ending) > 3 and word.endswith(ending):
            return word.removesuffix(ending)
    return word


def _alone(unit: Unit, units: Sequence[Unit]) -> bool:
    """Whether a word was not also taken apart."""
    return not any(not other.whole and other.first == unit.first for other in units)


@cache
def ordinary_words() -> frozenset[str]:
    """English words, rare ones too: no misspelt product, and no word of another language."""
    return everyday_words() | _word_list("rare_words_en.txt.gz")


@cache
def everyday_words() -> frozenset[str]:
    """Common English words."""
    return _word_list("words_en.txt.gz")


def _word_list(name: str) -> frozenset[str]:
    with gzip.open(_HERE / name, "rt", encoding="utf-8") as file:
        return frozenset(file.read().split())


@cache
def shipped() -> Lexicon:
    """The dictionary that comes with Greenlight."""
    lists = word_lists()
    return Lexicon(lists["words"], lists["near"])
