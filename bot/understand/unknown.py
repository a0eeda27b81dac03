"""Names in a tool's place that no list has: they are judged as tools nobody has reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.understand.language import function_words
from bot.understand.lexicon import Lexicon, ordinary_words
from bot.understand.shipped import small_words
from bot.understand.text import Token
from bot.understand.tools import AFTER_A_NAME, BESIDE, TOOL_NOUNS, USING, Mention, Name, mention_of

_NAMING = small_words("naming")
_NOT_A_NAME = small_words("not_a_name")


def unknown_names(
    words: Sequence[Token], taken: Iterable[Mention], lexicon: Lexicon, people: frozenset[str]
) -> Iterator[Mention]:
    """Names in a tool's place that no list has: "use Zibblr", "into Blorp AI", "foo.ai"."""
    used = {i for mention in taken for i in range(mention.first, mention.last + 1)}
    asks_to_use = any(w.word in USING for w in words)  # "Darf ich Frobnix für … nutzen?"
    for at, token in enumerate(words):
        if at in used or token.word in _NOT_A_NAME or len(token.word) < 3:
            continue
        before = words[at - 1].word if at and not token.breaks else ""
        after = words[at + 1].word if at + 1 < len(words) and not words[at + 1].breaks else ""
        if token.word in people or token.word in function_words():
            continue
        strange = _is_strange(token.word, lexicon)
        used_for = at > 0 and token.capital and after in AFTER_A_NAME and strange and asks_to_use
        if not used_for and not _looks_like_a_name(token, before, after, strange=strange):
            continue
        last = at + 1 if after in TOOL_NOUNS else at
        yield mention_of((Name(""),), words, at, last)


def _looks_like_a_name(token: Token, before: str, after: str, *, strange: bool) -> bool:
    capital = token.capital and not token.text.isupper()
    if before in _NAMING:
        return token.capital or strange
    if after in {"ai", "gpt"} and (capital or strange) and token.word not in BESIDE:
        return True
    if before not in BESIDE or token.text.isdigit() or not strange:
        return False
    if after in TOOL_NOUNS:
        return True
    return before in USING and (token.capital or not after or after in AFTER_A_NAME)


def _is_strange(word: str, lexicon: Lexicon) -> bool:
    """Whether no dictionary has a word, nor its parts."""
    if lexicon.knows(word) or word in ordinary_words():
        return False
    return not any(lexicon.parts(word, language) for language in ("de", "nl", "sv", "da"))
