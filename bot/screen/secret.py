"""Secrets: keys of known providers, assignments, and passwords told in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import re2

from bot.screen import tables
from bot.screen.letters import LETTERS, WORD
from bot.screen.page import Hit, Page, Pattern
from bot.screen.values import entropy, is_passphrase, is_password, is_placeholder, is_token

_VALUE: Final = r"[^\s\x60<>=:\x{3000}-\x{D7FF}][^\s\x60<>\x{3000}-\x{D7FF}]{2,}"
_MIXED: Final = r"[^\s\x60<>\x{3000}-\x{D7FF}]+[0-9][^\s\x60<>\x{3000}-\x{D7FF}]*"
_QUOTE: Final = r"[\"'\x60]"
_QUOTED: Final = r"[\"\x60']([^\"\x60\n]{6,80}?)[\"\x60']"
_ASSIGN: Final = r"\s{0,3}[\"']?\s{0,3}(?::=|=>|==|->|=|:|→)\s{0,3}"
_AND: Final = r"(?:\s{0,2}(?:/|\||,|;| and | und | et | y | e )\s{0,2}|:)"


class Provider(NamedTuple):
    name: str
    form: str
    entropy: float


@cache
def providers() -> tuple[tuple[Provider, tuple[str, ...]], ...]:
    """Every provider's rule, with the literals of which one must occur."""
    found = []
    for name, rule in tables.load("secrets").items():
        one = Provider(name, rule["form"], float(rule.get("entropy", 2.5)))
        found.append((one, tuple(rule["gate"])))
    return tuple(found)


@cache
def _compiled(form: str) -> Any:
    """Compile a provider's rule when its literal is first seen: most never are."""
    return re2.compile(form)


def find_provider(page: Page, provider: Provider) -> Iterator[Hit]:
    """Find the secrets of one provider."""
    form = _compiled(provider.form)
    for match in form.finditer(page.text):
        spans = (match.span(group) for group in range(form.groups + 1))
        start, end = [span for span in spans if span[0] >= 0][-1]
        value = page.text[start:end]
        if entropy(value) >= provider.entropy and not is_placeholder(value):
            yield Hit(start, end, "SECRET", provider.name, 1.0, f"secret_{provider.name}")


def _either(words: list[str]) -> str:
    ordered = sorted(set(words), key=len, reverse=True)
    return "|".join(re2.escape(word).replace(r"\ ", r"[ _-]?") for word in ordered)


def _joining(words: list[str]) -> str:
    """Write what stands between a keyword and its value: a word needs space around it."""
    spaced = [word for word in words if word[0].isalpha() and not "\u3040" <= word[0] <= "\ud7ff"]
    signs = [word for word in words if word not in spaced]
    return rf"(?:\s{{1,2}}(?:{_either(spaced)})\s{{1,2}}|\s{{0,2}}(?:{_either(signs)})\s{{0,2}})"


@cache
def _patterns() -> dict[str, Pattern]:
    lists = tables.load("passwords")
    password, token, pin = (_either(lists[key]) for key in ("keywords", "tokens", "pins"))
    join, login = _joining(lists["joins"]), _either(lists["logins"])
    edge = rf"(?i)(?:^|[^{LETTERS}0-9])"
    inside = rf"(?i)(?:^|[^{LETTERS}0-9]|[_a-z\x{{DF}}-\x{{FF}}0-9])"
    aside = rf"(?:[ (]{{1,2}}[{LETTERS}0-9'@./&-]+\)?){{0,5}}?"
    value = rf"{_QUOTE}?({_VALUE})"
    digits = rf"{_QUOTE}?(\d{{4,8}})(?:[^{WORD}-]|$)"
    user = rf"[{WORD}][{WORD}@._+-]+"
    ending = "[a-zà-ÿа-я]{0,3}"
    shapes = {
        "assigned": rf"{inside}(?:{password}|{token}){_ASSIGN}{value}",
        "prose": rf"{edge}(?:{password}|{token}){ending}{aside}{join}{value}",
        "bare": rf"{edge}(?:{password})(?:\s{{1,2}}[(\[]?|[(\[]){value}",
        "near": rf"{edge}(?:{password}){ending}(?:\s[{LETTERS}]+){{1,4}}\s{_QUOTE}?({_MIXED})",
        "quoted": rf"{edge}(?:{password}){aside}(?:{join}|\s{{1,2}}){_QUOTED}",
        "pin": rf"{edge}(?:{pin}){aside}(?:{join}|\s{{1,2}}){digits}",
        "login": rf"{edge}(?:{login}){aside}(?:{join}|\s{{1,2}}){user}{_AND}{value}",
    }
    return {name: re2.compile(shape) for name, shape in shapes.items()}


def gate() -> tuple[str, ...]:
    """Words of which one must occur before passwords are looked for."""
    lists = tables.load("passwords")
    return (*lists["keywords"], *lists["tokens"], *lists["pins"], *lists["logins"])


_SUBTYPES: Final = {"assigned": "assignment", "pin": "pin"}


def _trimmed(value: str) -> str:
    short = value.rstrip(".,;:?)]}\"'`")
    return short or value


def find(page: Page) -> Iterator[Hit]:
    """Find passwords, PINs and tokens that a person or a configuration file gives away."""
    for name, pattern in _patterns().items():
        text = page.text
        at = 0
        while (match := pattern.search(text, at)) is not None:
            start, end = match.span(1)
            value = text[start:end]
            kept = value if name == "quoted" else _trimmed(value)
            if _accepted(name, kept):
                subtype = _SUBTYPES.get(name, "password_in_prose")
                yield Hit(start, start + len(kept), "SECRET", subtype, 0.8, f"secret_{name}")
                at = end
            else:
                # The refused value may itself be the word that announces the next one.
                at = max(start - 1, at + 1)


def _accepted(name: str, value: str) -> bool:
    if name == "pin":
        return True
    if is_placeholder(value):
        return False
    if name == "quoted":
        return is_passphrase(value)
    if name == "assigned":
        return is_token(value)
    return is_password(value, sure=name == "prose")
