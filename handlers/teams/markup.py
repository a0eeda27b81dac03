"""Text on its way into Teams: nobody is called, nothing is fetched, and only our links open.

Cards of the assistant hold plain text. Some of it was written by the person who asked, or by a
model, so none of it may act in the conversation where it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

_BREAK: Final = "\u200b"
"""A space without width: it parts two signs that mean something only together."""

_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What cannot be seen, and what turns the direction of other people's text around."""

_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
_URL: Final = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]*)://([^\s/?#<>\"“”‘’]*)(\S*)")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?")
_WWW: Final = re.compile(r"(?<![\w/.])www\.(?=\S)", re.IGNORECASE)
_MEANT: Final = re.compile(r"[\\`*\[\]]|~(?=~)|!(?=\[)|(?<!\w)_|_(?!\w)")
_ENTITY: Final = re.compile(r"&(?=#|\w+;)")
_BLOCK: Final = re.compile(r"^(\s*)(?:([-+#=>])|(\d{1,9})([.)]))", re.MULTILINE)
_PAIR: Final = re.compile(r"\](?=\()|\{(?=\{)")
_IMAGE: Final = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINKED: Final = re.compile(r"\[([^\]]*)\]\(\s*([^)\s]*)[^)]*\)")
_HEADING: Final = re.compile(r"^#{1,6}[ ]+(.+)$", re.MULTILINE)
_CODE: Final = re.compile(r"`+([^`\n]+)`+")
_BULLET: Final = re.compile(r"^\s*[•*]\s+")
_ITEM: Final = re.compile(r"\s*(?:-|\d{1,3}[.)])\s")
_END: Final = re.compile(r"(?<=[.!?…])\s+|\s+")


def is_ours(url: str, ours: Sequence[str]) -> bool:
    """Say whether an address is under one of the domains that are the company's."""
    found = _URL.fullmatch(url)
    if found is None or found[1].lower() != "https" or not _HOST.fullmatch(found[2]):
        return False
    host = found[2].partition(":")[0].lower()
    return any(host == domain or host.endswith(f".{domain}") for domain in ours)


def harmless(text: str, ours: Sequence[str] = ()) -> str:
    """Return text for a card, where it reads as before and does nothing."""
    text = _TAG.sub(f"<{_BREAK}", _unlinked(_visible(text), ours))
    return _PAIR.sub(lambda found: found[0] + _BREAK, text)


def literal(text: str, ours: Sequence[str] = ()) -> str:
    """Return text for a part of a card that takes Markdown, where every sign stands for itself."""
    return _escaped(harmless(text, ours))


def markdown(text: str, ours: Sequence[str] = ()) -> str:
    """Return text for a Markdown message, where every sign stands for itself."""
    text = _ENTITY.sub("&amp;", _unlinked(_visible(text), ours))
    return _escaped(text.replace("<", "&lt;").replace(">", "&gt;"))


def tamed(text: str, ours: Sequence[str] = ()) -> str:
    """Return Markdown of our own pages for a card: emphasis and lists stay, foreign links do not.

    Headings become bold and code becomes text, for cards know neither.
    """
    text = _CODE.sub(r"\1", _HEADING.sub(r"**\1**", _visible(text)))
    text = _IMAGE.sub(r"\1", text)
    pieces, start = [], 0
    for found in _LINKED.finditer(text):
        words = harmless(found[1], ours)
        pieces.append(harmless(text[start : found.start()], ours))
        pieces.append(f"[{words}]({found[2]})" if is_ours(found[2], ours) else _BREAK + words)
        start = found.end()
    return "".join((*pieces, harmless(text[start:], ours)))


def paragraphs(text: str, *, broken: bool = False) -> Iterator[str]:
    """Return Markdown in headings, lists and paragraphs; when `broken`, a line is a paragraph.

    Teams joins the lines of a paragraph, and knows our bullets for no list.
    """
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = [_BULLET.sub("- ", line.rstrip()) for line in part.split("\n") if line.strip()]
        for kind, group in groupby(lines, key=_Kinds()):
            if kind == "list" or (kind == "text" and not broken):
                yield "\n".join(group)
            else:
                yield from group


class _Kinds:
    """Says what each line of a text is; one that is indented is what the line before it is."""

    def __init__(self) -> None:
        self._kind = "text"

    def __call__(self, line: str) -> str:
        if _ITEM.match(line):
            self._kind = "list"
        elif _HEADING.match(line):
            self._kind = "heading"
        elif self._kind != "list" or not line.startswith(" "):
            self._kind = "text"
        return self._kind


def linked(text: str, ours: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Return a text in pieces: each with the address it opens, or with nothing."""
    start = 0
    for found in _URL.finditer(text):
        url = found[0].rstrip(".,;:!?)”»")
        if is_ours(url, ours):
            yield text[start : found.start()], ""
            yield url, url
            start = found.start() + len(url)
    yield text[start:], ""


def short(text: str, most: int) -> str:
    """Return harmless text on one line, cut where it is too long with a sign that it was."""
    text = " ".join(harmless(text).split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def lengths(text: str, most: int) -> Iterator[str]:
    """Return a long text in pieces of at most so many characters, parted between words."""
    while len(text) > most:
        spaces = [found.end() for found in _END.finditer(text, most // 2, most)]
        cut = spaces[-1] if spaces else most
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def _escaped(text: str) -> str:
    return _BLOCK.sub(_block, _MEANT.sub(lambda found: f"\\{found[0]}", text))


def _visible(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\t", " "))


def _unlinked(text: str, ours: Sequence[str]) -> str:
    def parted(found: re.Match[str]) -> str:
        if is_ours(found[0].rstrip(".,;:!?)”»"), ours):
            return found[0]
        return f"{found[1]}:{_BREAK}//{_BREAK}{found[2]}{found[3]}"

    return _WWW.sub(lambda found: f"{found[0]}{_BREAK}", _URL.sub(parted, text))


def _block(found: re.Match[str]) -> str:
    indent, sign, number, after = found.groups()
    return f"{indent}\\{sign}" if sign else f"{indent}{number}\\{after}"
