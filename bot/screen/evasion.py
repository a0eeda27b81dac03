"""Other readings of a text, for values that were hidden: spaced out, cut by a line, encoded.

Each reading is only made when the text holds something of its kind, and keeps only the surroundings
of what it changed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote

import re2

from bot.screen.page import Pattern
from bot.screen.view import Edit, View, edited

_MARGIN: Final = 60
_BASE64: Final = re2.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX: Final = re2.compile(r"(?i)(?:\\x|0x|\b)[0-9a-f]{2}(?:[ :,-]?(?:\\x|0x)?[0-9a-f]{2}){6,}")
_ESCAPES: Final = re2.compile(
    r"(?i)(?:%[0-9a-f]{2}|\\x[0-9a-f]{2}|\\u00[0-9a-f]{2}|&#\d{1,5};|&#x[0-9a-f]{1,4};)+"
)
_ESCAPE: Final = re2.compile(r"(?i)\\(?:x|u00)([0-9a-f]{2})")
_SPACED: Final = re2.compile(r"(?:^|\s)((?:[^\s][ \t.|·•*,/-]{1,3}){6,}[^\s])(?:\s|$|[,.;!?])")
_GAP: Final = re.compile(r"[ \t]")
_STRONG: Final = re2.compile(r"[*~\x60·•∙⋅・‧¦^]")
_TAG: Final = re2.compile(r"</?[A-Za-z][^<>]*>")
_BREAK: Final = re2.compile(r"[ \t]*-?\r?\n[ \t]*(?:> ?)?")
_HIDDEN: Final = re.compile("[\U000e0020-\U000e007e]")
_DECODED_LIMIT: Final = 8_000


def _readable(data: bytes) -> str:
    """Give decoded bytes as text if that is what they are."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    plain = sum(char.isprintable() or char in "\n\t\r" for char in text)
    return text if len(text) >= 6 and plain == len(text) else ""


def _base64(blob: str) -> str:
    if blob.isalpha() and (blob.islower() or blob.isupper()):
        return ""
    body = blob.rstrip("=").translate({45: 43, 95: 47})
    body = body[: len(body) - (len(body) % 4 == 1)]
    try:
        return _readable(base64.b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return ""


def _hex(blob: str) -> str:
    digits = "".join(char for char in blob.replace("0x", "").replace("\\x", "") if char.isalnum())
    if len(digits) % 2 or (not any(char in "abcdefABCDEF" for char in digits) and len(digits) < 18):
        return ""
    try:
        return _readable(bytes.fromhex(digits))
    except ValueError:
        return ""


def _unescaped(blob: str) -> str:
    text = unquote(_ESCAPE.sub(r"%\1", blob), errors="replace")
    return "" if "\ufffd" in text else text


def _decoded(view: View, pattern: Pattern, decode: Callable[[str], str], name: str) -> View | None:
    edits = []
    budget = _DECODED_LIMIT
    for match in pattern.finditer(view.text):
        start, end = match.span()
        text = decode(view.text[start:end])
        budget -= len(text)
        if text and budget > 0:
            edits.append(Edit(start, end, text))
    return edited(view, edits, name, _MARGIN) if edits else None


def _unspaced(view: View) -> View | None:
    edits: list[Edit] = []
    for match in _SPACED.finditer(view.text):
        start, end = match.span(1)
        gaps = _GAP.finditer(view.text[start:end])
        edits.extend(Edit(start + gap.start(), start + gap.end(), "") for gap in gaps)
    return edited(view, edits, "spaced", _MARGIN) if edits else None


def _without(view: View, pattern: Pattern, name: str, new: str = "") -> View | None:
    edits = [Edit(match.start(), match.end(), new) for match in pattern.finditer(view.text)]
    return edited(view, edits, name, _MARGIN) if edits else None


def _joined(view: View) -> View | None:
    """Read over line breaks, but not where whole columns of numbers stand."""
    edits = []
    lines = view.text.split("\n")
    bare = [not any(char.isalpha() for char in line) for line in lines]
    for line, match in enumerate(_BREAK.finditer(view.text)):
        above = line > 0 and bare[line - 1] and bare[line] and bool(lines[line - 1].strip())
        below = (
            line + 2 < len(lines)
            and bare[line + 1]
            and bare[line + 2]
            and bool(lines[line + 2].strip())
        )
        if not (above or below):
            edits.append(Edit(match.start(), match.end(), ""))
    return edited(view, edits, "joined", _MARGIN) if edits else None


def _from_tags(original: str) -> View | None:
    """Read text written in invisible tag characters."""
    edits = [
        Edit(m.start(), m.end(), chr(ord(m.group()) - 0xE0000)) for m in _HIDDEN.finditer(original)
    ]
    return edited(View(original), edits, "tags", _MARGIN) if edits else None


def readings(original: str, plain: View) -> Iterator[View]:
    """Give every other reading this text allows."""
    text = plain.text
    if not original.isascii() and (hidden := _from_tags(original)):
        yield hidden
    made: list[View | None] = [
        _decoded(plain, _BASE64, _base64, "base64"),
        _decoded(plain, _HEX, _hex, "hex"),
    ]
    if "%" in text or "\\" in text or "&#" in text:
        made.append(_decoded(plain, _ESCAPES, _unescaped, "escaped"))
    made.append(_unspaced(plain))
    if "<" in text:
        made.append(_without(plain, _TAG, "tags"))
    if _STRONG.search(text):
        made.append(_without(plain, _STRONG, "separated"))
    if "\n" in text:
        made.append(_joined(plain))
    yield from (view for view in made if view is not None)
