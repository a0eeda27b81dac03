"""The rules that are data, read once from the YAML files beside this module."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import re2

from bot.screen.letters import WORD

_RULES: Final = Path(__file__).with_name("rules")
_EDGE: Final = f"[^{WORD}]"
_MEMORY: Final = 24 << 20


def load(name: str) -> Any:
    """Read one rule file of this package."""
    # Importing YAML costs 80 ms, which a start-up that screens nothing should not pay.
    import yaml

    # Every scalar stays the word that is written: YAML would read `on` and `no` as true and false.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = (_RULES / f"{name}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=loader)  # noqa: S506 (builds strings only)


@cache
def lookalikes() -> Mapping[str, str]:
    """Letters of other scripts, and the Latin letter each looks like."""
    return {char: latin for latin, chars in load("lookalikes").items() for char in chars}


def _spaced(word: str) -> bool:
    """Say whether this script separates its words, so that a word has an edge to look for."""
    return not any("\u2e80" <= char <= "\ud7ff" or "\u0e00" <= char <= "\u0eff" for char in word)


def one_of(words: Iterable[str]) -> str:
    """Write a pattern that finds any of these words as whole words; `*` lets a word go on."""
    edged: list[str] = []
    anywhere: list[str] = []
    for word in (unicodedata.normalize("NFKC", word) for word in words):
        stem = re2.escape(word.rstrip("*")).replace(r"\ ", r"[\s_-]{1,2}")
        if not _spaced(word):
            anywhere.append(stem)
        elif word.endswith("*") or not word[-1].isalnum():
            edged.append(stem)
        else:
            edged.append(f"{stem}(?:{_EDGE}|$)")
    parts = [f"(?:^|{_EDGE})(?:{'|'.join(edged)})"] if edged else []
    return "|".join(parts + anywhere)


class Labels:
    """Finds which of many named groups of words occur in a short stretch of text."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        options = re2.Options()
        options.case_sensitive = False
        options.max_mem = _MEMORY
        self._set = re2.Set.SearchSet(options)
        self._names = tuple(groups)
        self._set.Add("")  # Matches always: an answer without it means the search itself failed.
        for words in groups.values():
            self._set.Add(one_of(words))
        self._set.Compile()

    def within(self, text: str) -> frozenset[str]:
        found = self._set.Match(text)
        if 0 not in found:
            raise RuntimeError("The word search ran out of memory.")
        return frozenset(self._names[at - 1] for at in found if at)


@cache
def words() -> Mapping[str, Any]:
    """Words that give numbers their meaning."""
    return dict(load("words"))


@cache
def id_rules() -> Mapping[str, Mapping[str, Any]]:
    """National ids: how each is checked, what it looks like, which words announce it."""
    return dict(load("ids"))


@cache
def labels() -> Labels:
    """Everything a word beside a number can say about it."""
    return Labels({**words(), **{name: rule["words"] for name, rule in id_rules().items()}})
