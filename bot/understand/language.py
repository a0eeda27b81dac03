"""Which language a question is in, from its function words and its dictionary words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.understand.lexicon import LANGUAGES, Lexicon, everyday_words
from bot.understand.shipped import read_yaml
from bot.understand.text import Token, fold, is_cjk

_KANA = "\u3040\u30ff"
_FUNCTION_WORD = 2.0
_LETTER = 0.4
_DICTIONARY_WORD = 0.8
_HERE = Path(__file__).parent


@cache
def function_words() -> dict[str, frozenset[str]]:
    """Small words that show a language: word -> languages."""
    found: dict[str, set[str]] = {}
    for language, words in read_yaml(_HERE / "function_words.yaml").items():
        for word in words.split():
            found.setdefault(fold(word), set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


def is_small(word: str, language: str) -> bool:
    """Whether a word of a phrase in that language is a function word.

    Phrases may be written in other languages than the company's: a function word of those
    counts too, unless it is an English word ("door" is Dutch for "by").
    """
    spoken = function_words().get(word)
    if spoken is None:
        return False
    return language in spoken or "en" in spoken or word not in everyday_words()


def language_of(words: Sequence[Token], lexicon: Lexicon, default: str) -> str:
    """The likeliest of the known languages; `default` when nothing shows one."""
    votes = dict.fromkeys(LANGUAGES, 0.0)
    small = function_words()
    for token in words:
        if is_cjk(token.word):
            kana = any(_KANA[0] <= c <= _KANA[1] for c in token.word)
            votes["ja" if kana else "zh"] += 3.0
            continue
        spoken = small.get(token.word.partition("'")[0])
        if spoken:
            weight = _FUNCTION_WORD if len(token.word) > 1 else _LETTER
            for language in spoken:
                votes[language] += weight / len(spoken)
            continue
        _dictionary_votes(token.word, lexicon, votes)
    best = max(votes, key=lambda language: (votes[language], language == default))
    return best if votes[best] > votes[default] else default


def _dictionary_votes(word: str, lexicon: Lexicon, votes: dict[str, float]) -> None:
    spoken = lexicon.spoken(word)
    if not spoken:
        for language in ("de", "nl", "sv", "da"):
            if lexicon.parts(word, language):
                votes[language] += _DICTIONARY_WORD
        return
    if len(spoken) < 4:
        for language in spoken:
            votes[language] += _DICTIONARY_WORD / len(spoken)
