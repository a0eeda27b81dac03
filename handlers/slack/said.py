"""What somebody typed, out of Slack's own way of writing it down."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(r"<([^<>\n]*)>")
_ENTITY: Final = re.compile(r"&(amp|lt|gt);")
_LETTER: Final = {"amp": "&", "lt": "<", "gt": ">"}
_SCHEME: Final = re.compile(r"^(?:https?://|mailto:|tel:)")


def plain(text: str, us: str = "") -> str:
    """Return the words: mentions of us taken out, links and the rest as a reader sees them."""
    if us:
        text = re.sub(rf"[ \t]*<@{re.escape(us)}(?:\|[^<>]*)?>[ \t]*[:,]?[ \t]*", " ", text)
    return _ENTITY.sub(lambda found: _LETTER[found[1]], _TOKEN.sub(_shown, text)).strip()


def mentions(text: str, us: str) -> bool:
    """Say whether somebody is mentioned."""
    return bool(us) and (f"<@{us}>" in text or f"<@{us}|" in text)


def _shown(found: re.Match[str]) -> str:
    """Return what Slack shows for one of its tokens."""
    target, _, label = found[1].partition("|")
    match target[:1]:
        case "@" | "#":
            return target[0] + (label.lstrip("@#") or target[1:])
        case "!":
            return _special(target[1:], label)
        case _:
            return _link(target, label)


def _special(target: str, label: str) -> str:
    if target.startswith("date^"):
        return label
    return "@" + (label.lstrip("@") or target.partition("^")[0])


def _link(target: str, label: str) -> str:
    """Return a link's words and, where they do not say it, where it leads."""
    bare = _SCHEME.sub("", target)
    if not label or label == target:
        return bare if target.startswith(("mailto:", "tel:")) else target
    return label if label.rstrip("/") == bare.rstrip("/") else f"{label} ({target})"
