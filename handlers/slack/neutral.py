"""A model's Markdown, made harmless: it reads as it was written, and leads nobody anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handlers.slack.text import clean, literal, pieces

_FENCE: Final = re.compile(r"\s*(`{3,}|~{3,})([^`]*)$")
_TICKS: Final = re.compile(r"`+")
_URL: Final = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\bmailto:)"
    r"[^\s<>`|\"\\]*[^\s<>`|\"\\.,;:!?)\]}*_~']",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\(\s*<?([^\s<>()]+)>?(?:\s[^()]*)?\)")
_ENTITY: Final = re.compile(r"&(?=#?\w{1,31};)")
_LONGEST_FENCE: Final = 20
_REOPENED: Final = 2 * (_LONGEST_FENCE + 2)
"""What closing a fence and opening it again adds to a piece."""


def neutral(text: str) -> str:
    """Return a model's Markdown as it was, but for mentions and links.

    A link shows its address instead of hiding it, and no address can be pressed.
    """
    said = []
    fence = ""
    for line in clean(text).split("\n"):
        before, fence = fence, _fence_after(line, fence)
        said.append(_code(line) if before or fence else _prose(line))
    return "\n".join(said)


def neutral_pieces(text: str, most: int) -> Iterator[str]:
    """Return it in pieces; a fence that is open at the end of one is opened again in the next."""
    fence = ""
    for piece in pieces(neutral(text), most - _REOPENED):
        opened = f"{fence}\n{piece}" if fence else piece
        for line in piece.split("\n"):
            fence = _fence_after(line, fence)
        yield f"{opened}\n{fence}" if fence else opened


def _fence_after(line: str, fence: str) -> str:
    """Return the fence that is open below a line; empty when none is."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    if not fence:
        return found[1][:_LONGEST_FENCE]
    closes = found[1].startswith(fence) and not found[2].strip()
    return "" if closes else fence


def _prose(line: str) -> str:
    said = []
    at = 0
    line = _LINK.sub(r"\1 (\2)", line)
    for start, end in _spans(line):
        said += [_outside(line[at:start]), _code(line[start:end])]
        at = end
    return "".join((*said, _outside(line[at:])))


def _spans(line: str) -> Iterator[tuple[int, int]]:
    """Return where code stands in a line: between two runs of as many backticks."""
    runs = list(_TICKS.finditer(line))
    closing: dict[int, re.Match[str]] = {}
    closed_by: list[re.Match[str] | None] = []
    for run in reversed(runs):
        closed_by.append(closing.get(len(run[0])))
        closing[len(run[0])] = run
    at = 0
    for run, closer in zip(runs, reversed(closed_by), strict=True):
        if run.start() >= at and closer is not None and not _escaped(line, run.start()):
            at = closer.end()
            yield run.start(), at


def _escaped(line: str, at: int) -> bool:
    before = line[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _outside(text: str) -> str:
    """Words outside code: each address becomes code, which nobody can press."""
    said = []
    at = 0
    for found in _URL.finditer(text):
        said += [_words(text[at : found.start()]), f"`{_code(found[0])}`"]
        at = found.end()
    return "".join((*said, _words(text[at:])))


def _words(text: str) -> str:
    return _unlinked(_ENTITY.sub("&amp;", text).replace("<", "&lt;"))


def _code(text: str) -> str:
    # Slack decodes nothing in code, so here the bracket of a mention is replaced instead.
    return _unlinked(literal(text))


def _unlinked(text: str) -> str:
    """Break what is left of links; in code too, for readers disagree on where code begins."""
    return text.replace("](", "] (").replace("]:", "] :").replace("][", "] [")
