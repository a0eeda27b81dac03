"""Features of tools that a message names: the catalogue's own words first, then well-known ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.understand.lexicon import ordinary_words
from bot.understand.products import known_features
from bot.understand.text import Token, squeeze, tokens

if TYPE_CHECKING:
    from bot.knowledge.tools import Tool
    from bot.understand.tools import Mention

NEAR = 3
"""How far from the tool one ordinary word may stand to name its feature or edition."""


def feature_names(tool: Tool) -> dict[str, str]:
    found: dict[str, str] = {}
    own = {t.word for name in (tool.name, *tool.aliases) for t in tokens(name)}
    for edition in tool.editions:
        for feature, described in edition.features.items():
            for written in (feature.replace("_", " "), *described.aliases):
                found.setdefault(squeeze(written), feature)
                rest = " ".join(t.text for t in tokens(written) if t.word not in own)
                if rest:  # of "Copilot agents" the tool's name is already taken
                    found.setdefault(squeeze(rest), feature)
    return found


def feature_in(
    own: Mapping[str, str],
    words: Sequence[Token],
    taken: frozenset[int],
    mention: Mention | None,
) -> tuple[str | None, frozenset[int]]:
    """The feature named by the longest run of words outside the tool's own name."""
    for names in (own, known_features()):
        beginnings = {key[:2] for key in names}
        starts = [at for at, token in enumerate(words) if token.word[:2] in beginnings]
        for length in (5, 4, 3, 2, 1):
            for at in starts:
                if at + length > len(words) or not taken.isdisjoint(range(at, at + length)):
                    continue
                key = "".join([w.word for w in words[at : at + length]])
                feature = names.get(key) or names.get(key.removesuffix("s"))
                if feature is not None and (length > 1 or _stands_near(at, words, mention)):
                    return feature, frozenset(range(at, at + length))
    return None, frozenset()


def _stands_near(at: int, words: Sequence[Token], mention: Mention | None) -> bool:
    """A feature called by one ordinary word ("agents") must stand beside the tool."""
    if mention is None or words[at].word not in ordinary_words():
        return True
    return min(abs(at - mention.first), abs(at - mention.last)) <= NEAR
