"""The plain reading of a text: one form of every letter, nothing invisible, no mark-up."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import re2

from bot.screen.letters import LETTERS
from bot.screen.tables import lookalikes
from bot.screen.view import Edit, View, edited

# Single character classes: one step a character, whatever the text.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKUP: Final = re2.compile(
    r"(?i)&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});"
    r"|<(?:mailto|tel|sms):([^<>|\s]+)(?:\|([^<>]*))?>"
    r"|<https?://[^<>|\s]+(?:\|[^<>]*)?>"
    r"|<(?:br|/p|/div|/li|/tr|/h[1-6]|p|div|li|tr) ?/?>"
    r"|</?[a-z][a-z0-9]{0,11} ?/?>"
)
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63\uff0d"
_QUOTES: Final = dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc", "'") | dict.fromkeys(
    "\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'
)
_BLANK: Final = frozenset("\u034f\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")
_LONGEST: Final = 4
"""Characters one character may become; a few ligatures would blow a text up eighteenfold."""


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    """Give the form in which the detectors know this character; empty if nobody can see it."""
    if char in "\t\n\r":
        return char
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    if _invisible(char, category):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if char in _DASHES:
        return "-"
    if category in ("Zl", "Zp"):
        return "\n"
    form = _QUOTES.get(char) or unicodedata.normalize("NFKC", char)
    return form if len(form) <= _LONGEST else char


def _invisible(char: str, category: str) -> bool:
    if category in ("Cf", "Cc") or char in _BLANK:
        return True
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _fold(text: str) -> View:
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, char in enumerate(text):
        form = char if " " <= char <= "~" else _folded(char)
        if chars and form and unicodedata.combining(form[0]):
            joined = unicodedata.normalize("NFC", chars[-1] + form)
            if len(joined) == 1 or chars[-1].isascii():
                # A stroke through a digit must not split the number it belongs to.
                chars[-1] = joined[0]
                ends[-1] = at + 1
                continue
        for one in form:
            chars.append(one)
            starts.append(at)
            ends.append(at + 1)
    return View("".join(chars), starts, ends)


_RUN: Final = re2.compile(rf"[{LETTERS}0-9._@+-]+")


def _plain_letters(run: str) -> str:
    """Read look-alike letters as Latin in a run that is otherwise Latin; leave Russian alone."""
    foreign = [char for char in run if not char.isascii()]
    if not foreign:
        return run
    alike = lookalikes()
    latin = any("A" <= char <= "z" and char.isalpha() for char in run) or "@" in run
    digits = any(char.isdigit() for char in run)
    if latin or (digits and all(char in alike for char in foreign)):
        return "".join(alike.get(char, char) for char in run)
    return run


def _latinised(view: View) -> View:
    if view.text.isascii():
        return view
    text = view.text
    parts: list[str] = []
    at = 0
    for match in _RUN.finditer(text):
        start, end = match.span()
        parts += (text[at:start], _plain_letters(text[start:end]))
        at = end
    parts.append(text[at:])
    return View("".join(parts), view.starts, view.ends)


def _unwrapping(text: str) -> Iterator[Edit]:
    for match in _MARKUP.finditer(text):
        start, end = match.span()
        whole = text[start:end]
        if whole[0] == "&":
            char = html.unescape(whole)
            if char != whole and len(char) == 1 and not 0xD800 <= ord(char) <= 0xDFFF:
                yield Edit(start, end, _folded(char))
        elif match.start(1) >= 0:
            yield Edit(start, match.start(1), " ")
            if match.start(2) >= 0:
                yield Edit(match.end(1), match.start(2), "\n")
            yield Edit(end - 1, end, " ")
        elif whole[:2].isascii() and ":" in whole:
            yield Edit(start, start + 1, " ")
            bar = whole.find("|")
            if bar > 0:
                yield Edit(start + bar, start + bar + 1, "\n")
            yield Edit(end - 1, end, " ")
        else:
            yield Edit(start, end, _tag(whole))


def _tag(whole: str) -> str:
    name = whole.strip("</> ").lower()
    if name in ("br", "p", "div", "li", "tr") or (name[0] == "h" and name[1:].isdigit()):
        return "\n"
    return "@" if name == "at" and whole[1] != "/" else ""


def plain(text: str) -> View:
    """Read a text in one form for every character, with chat mark-up unwrapped."""
    view = View(text)
    if not text.isascii() or _CONTROL.search(text):
        view = _latinised(_fold(text))
    if "<" in view.text or "&" in view.text:
        edits = list(_unwrapping(view.text))
        if edits:
            view = _latinised(edited(view, edits, ""))
    return view
