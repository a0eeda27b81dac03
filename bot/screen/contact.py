"""E-mail addresses and IP addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from functools import cache
from typing import Final

import re2

from bot.screen import tables
from bot.screen.letters import LETTERS
from bot.screen.page import Hit, Page

_EMAIL: Final = re2.compile(
    rf"[{LETTERS}0-9][{LETTERS}0-9._%+'-]*(?:@| ?[\[({{] ?(?:at|AT|ät|@) ?[\])}}] ?)"
    rf"[{LETTERS}0-9](?:[{LETTERS}0-9-]*(?:\.| ?[\[({{] ?(?:dot|DOT|punkt|\.) ?[\])}}] ?))+"
    rf"[{LETTERS}][{LETTERS}]+"
)
_DOT: Final = re2.compile(r"(?i) ?[\[({] ?(?:dot|punkt|\.) ?[\])}] ?")
_AT: Final = re2.compile(r"(?i) ?[\[({] ?(?:at|ät|@) ?[\])}] ?")
_FILE_ENDINGS: Final = frozenset(
    "png jpg jpeg gif svg webp avif ico css js ts jsx tsx scss less json xml html pdf mp4".split()
)
_IPV4: Final = re2.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_IPV6: Final = re2.compile(
    r"(?i)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:\d{0,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})?"
)


@cache
def _roles() -> frozenset[str]:
    return frozenset(tables.load("roles"))


def emails(page: Page) -> Iterator[Hit]:
    """Find addresses, and say which are ours, role mailboxes or colleagues."""
    for match in _EMAIL.finditer(page.text):
        start, end = match.span()
        address = _AT.sub("@", _DOT.sub(".", page.text[start:end])).lower()
        local, _, domain = address.partition("@")
        if domain.rpartition(".")[2] in _FILE_ENDINGS or (
            domain[0].isdigit() and "x." in domain[:3]
        ):
            continue
        yield Hit(start, end, "EMAIL", _subtype(page, local, domain), 1.0, "email")


def _subtype(page: Page, local: str, domain: str) -> str:
    if local.split("+")[0].replace("_", "-") in _roles():
        return "role"
    ours = page.context.own_domains
    if any(domain == own or domain.endswith("." + own) for own in ours):
        return "colleague"
    return ""


def addresses(page: Page) -> Iterator[Hit]:
    """Find addresses of machines; a version number of four parts is not one."""
    text = page.text
    for match in _IPV4.finditer(text):
        start, end = match.span()
        if _chained(text, start, end) or not _public(text[start:end]):
            continue
        labels = page.labels(start, end)
        if "ip" in labels or not (labels & {"version", "order"} or _prefixed(text, start)):
            yield Hit(start, end, "IP", "v4", 0.9, "ip")
    if "::" in text or text.count(":") >= 7:
        yield from _v6(text)


def _v6(text: str) -> Iterator[Hit]:
    for match in _IPV6.finditer(text):
        start, end = match.span()
        while end - start > 2 and text[end - 1] == ":" and text[end - 2] != ":":
            end -= 1
        if _chained(text, start, end) or end - start < 6 or not _public(text[start:end]):
            continue
        yield Hit(start, end, "IP", "v6", 0.9, "ip")


def _public(written: str) -> bool:
    """Say whether this is an address of one machine, and not of every machine."""
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return False
    mask = written.startswith("255.")
    return not (address.is_loopback or address.is_unspecified or address.is_multicast or mask)


def _chained(text: str, start: int, end: int) -> bool:
    """Say whether this is cut out of something longer, such as a version or a time."""
    before = text[max(0, start - 2) : start]
    left = before[-1:].isalnum() or before[-1:] in (".", "_")
    left = left or (before[-1:] in (":", "-") and before[:-1].isdigit())
    after = text[end : end + 2]
    return left or after[:1].isalnum() or (after[:1] in (".", "-") and after[1:].isalnum())


def _prefixed(text: str, start: int) -> bool:
    return text[max(0, start - 2) : start].lower().endswith(("v", "==", "^", "~", "v.", "v "))
