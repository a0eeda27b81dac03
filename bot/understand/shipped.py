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

_HERE = Path(__file__).parent
_COMPILED = _HERE / "shipped.json.gz"


def read_yaml(path: Path) -> Any:
    """One of our own data files. Every scalar stays text: `no` and `on` are words here."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - makes only text


@cache
def word_lists() -> dict[str, Any]:
    """`lexicon` (concept -> language -> words), `cues` (cue -> language -> phrases), `products`."""
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
    lexicon: dict[str, dict[str, list[str]]] = {}
    for path in sorted((_HERE / "lexicon").glob("*.yaml")):
        for concept, entry in read_yaml(path).items():
            merged = lexicon.setdefault(str(concept), {})
            for key, words in (entry or {}).items():
                merged[str(key)] = [*merged.get(str(key), ()), *(words or ())]
    return {
        "digest": digest(),
        "lexicon": lexicon,
        "cues": read_yaml(_HERE / "cues.yaml"),
        "products": read_yaml(_HERE / "products.yaml"),
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
