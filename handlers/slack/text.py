"""Text on its way to Slack: made harmless, measured, and split where it is too long."""

from __future__ import annotations

import re
from typing import Final

_UNSHOWABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What Slack refuses or does not show: control characters, and halves of characters."""

_TOKEN: Final = re.compile(r"<(?=[!@#]|[^<>\s]*[|:])")
"""Where Slack would begin to read a broadcast, a mention, a channel or a link."""

_BREAKS: Final = ("\n\n", "\n", " ")
"""Where a text may be split, best first."""


def clean(text: str) -> str:
    """Text without what cannot be shown."""
    return _UNSHOWABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def literal(text: str) -> str:
    """Text for where Slack reads no marks: labels, headings, rich text.

    Slack does not look for mentions there. The bracket of what looks like one is replaced all the
    same, so that the words stay harmless wherever somebody copies or forwards them.
    """
    return _TOKEN.sub("\u2039", clean(text))


def mrkdwn(text: str) -> str:
    """Text for where Slack reads its own marks, such as the text of a notification."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def length(text: str) -> int:
    """How long a text is in the units of a browser, where an emoji counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def size(text: str) -> int:
    """How long a text is when Slack counts strictly.

    Its documentation does not say whether it counts before or after it escapes; so `&`, `<`,
    quotes and line ends count what they grow to.
    """
    grown = 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
    return length(text) + grown + text.count('"') + text.count("\\") + text.count("\n")


def pieces(text: str, most: int) -> list[str]:
    """Text in pieces of at most this size; nothing but white space between them is lost.

    It is split between paragraphs if possible, else lines, else words, else letters.
    """
    return [piece for piece in _split(text, most, _BREAKS) if piece.strip()]


def shortened(text: str, most: int) -> str:
    """Text that ends at a word with "…" where it is too long; for what is also said elsewhere."""
    if size(text) <= most:
        return text
    first = next(iter(pieces(text, most - 1)), "")
    return f"{first.rstrip()}…"


def _split(text: str, most: int, breaks: tuple[str, ...]) -> list[str]:
    if size(text) <= most:
        return [text]
    if not breaks:
        return _by_letter(text, most)
    mark, *finer = breaks
    found: list[str] = []
    begun = ""
    for part in text.split(mark):
        longer = f"{begun}{mark}{part}" if begun else part
        if size(longer) <= most:
            begun = longer
            continue
        *whole, last = _split(part, most, tuple(finer))
        found += [begun, *whole]
        begun = last
    return [*found, begun]


def _by_letter(text: str, most: int) -> list[str]:
    found: list[str] = []
    start, used = 0, 0
    for place, letter in enumerate(text):
        cost = size(letter)
        if used + cost > most:
            found.append(text[start:place])
            start, used = place, 0
        used += cost
    return [*found, text[start:]]
