"""The word lists that come with Greenlight, and the compiled file they are read from.

The lists are YAML for the people who write them. Reading 1.5 MB of YAML takes a second, so
`python -m bot.understand.shipped` writes what is needed of them into `shipped.json.gz`. When the
lists have changed since, they are read themselves: nothing is ever stale, only slower.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.understand.text import fold, is_cjk, squeeze, tokens

_HERE = Path(__file__).parent
GAP = "…"
"""In a cue phrase: up to four words of any kind."""

_COMPILED = _HERE / "shipped.json.gz"


def read_yaml(path: Path) -> Any:
    """One of our own data files. Every scalar stays text: `no` and `on` are words here."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - makes only text


@cache
def _small_words() -> dict[str, str]:
    found: dict[str, str] = read_yaml(_HERE / "small_words.yaml")
    return found


def small_words(name: str) -> frozenset[str]:
    """One list of `small_words.yaml`; an unknown name is a KeyError."""
    return frozenset(_small_words()[name].split())


@cache
def word_lists() -> dict[str, Any]:
    """The lists by name.

    `words` (folded word -> language -> concepts), `near` (concept -> weaker synonyms),
    `cues` (cue -> language -> phrases, cut into parts) and `products` (with all their names).
    """
    with gzip.open(_COMPILED, "rt", encoding="utf-8") as file:
        compiled: dict[str, Any] = json.load(file)
    return compiled if compiled["digest"] == digest() else from_sources()


def digest() -> str:
    """Names the present content of the YAML lists."""
    found = hashlib.sha256()
    for path in _sources():
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def from_sources() -> dict[str, Any]:
    """The lists as the YAML files have them now."""
    words: dict[str, dict[str, list[str]]] = {}
    near: dict[str, set[str]] = {}
    for path in sorted((_HERE / "lexicon").glob("*.yaml")):
        for concept, entry in read_yaml(path).items():
            for language, written in (entry or {}).items():
                if language == "near":
                    for other in written:
                        near.setdefault(concept, set()).add(other)
                        near.setdefault(other, set()).add(concept)
                    continue
                for word in written:
                    key = " ".join(token.word for token in tokens(word))
                    meant = words.setdefault(key, {}).setdefault(language, [])
                    if concept not in meant:
                        meant.append(concept)
    words.pop("", None)
    return {
        "digest": digest(),
        "words": words,
        "near": {concept: sorted(others) for concept, others in near.items()},
        "cues": {
            cue: {
                language: [parts for phrase in phrases if (parts := _parts(phrase, language))]
                for language, phrases in languages.items()
            }
            for cue, languages in read_yaml(_HERE / "cues.yaml").items()
        },
        "products": [_product(row) for row in read_yaml(_HERE / "products.yaml")],
    }


def _parts(phrase: str, language: str) -> list[str]:
    """`no longer allow*` -> its words, the wildcard kept at a word's end; Chinese stays whole."""
    if language in {"ja", "zh"} and any(is_cjk(c) for c in phrase):
        return ["".join(fold(phrase).split())]
    parts: list[str] = []
    for piece in phrase.replace(GAP, f" {GAP} ").replace("’", "'").split():
        if piece == GAP:
            parts.append(GAP)
            continue
        words = [token.word for token in tokens(piece)]
        if words and piece[-1] in "*:":
            words[-1] += piece[-1]
        parts.extend(words)
    while parts and parts[-1] == GAP:
        parts.pop()
    while parts and parts[0] == GAP:
        parts.pop(0)
    return parts


def _product(row: dict[str, Any]) -> dict[str, Any]:
    """A product with every name it goes by, squeezed and cut into words."""
    written = [row["name"], *(row.get("aliases") or ())]
    return {
        "name": row["name"],
        "category": row["category"],
        "common": row.get("common_word") == "true",
        "context": [fold(word) for word in row.get("context") or ()],
        "names": [[name, squeeze(name), [t.word for t in tokens(name)]] for name in written],
    }


def _sources() -> list[Path]:
    return [
        *sorted((_HERE / "lexicon").glob("*.yaml")),
        _HERE / "cues.yaml",
        _HERE / "products.yaml",
    ]


def compile_lists() -> Path:
    """Write the compiled file anew, byte for byte the same for the same lists."""
    text = json.dumps(from_sources(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    _COMPILED.write_bytes(gzip.compress(text.encode(), mtime=0))
    return _COMPILED


if __name__ == "__main__":
    compile_lists()
