"""National ids: a shape of their own and a check digit, or a bare number beside its own word."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import re2

from bot.screen import tables
from bot.screen.checks import checker
from bot.screen.page import Hit, Page, Pattern

if TYPE_CHECKING:
    from bot.screen.numbers import Number

_SEPARATORS: Final = str.maketrans("", "", " .-/()")
_KEEPS: Final = frozenset({"fi_hetu", "se_personnummer"})
"""A plus or minus in these ids says in which century somebody was born."""


class Rule(NamedTuple):
    name: str
    check: str
    alone: bool
    form: Pattern | None
    digits: frozenset[int]


@cache
def _rules() -> dict[str, Rule]:
    return {
        name: Rule(
            name,
            rule["check"],
            rule.get("alone") == "true",
            re2.compile(rf"(?i)\b(?:{rule['form']})") if "form" in rule else None,
            frozenset(map(int, rule.get("digits", ()))),
        )
        for name, rule in tables.id_rules().items()
    }


@cache
def _by_length() -> dict[int, frozenset[str]]:
    return {
        length: frozenset(name for name, rule in _rules().items() if length in rule.digits)
        for length in range(6, 20)
    }


class _Forms:
    """All shapes in one search; only those that occur are then looked for one by one."""

    def __init__(self) -> None:
        options = re2.Options()
        options.case_sensitive = False
        self.rules = [rule for rule in _rules().values() if rule.form]
        self._set = re2.Set.SearchSet(options)
        self._set.Add("")
        for rule in self.rules:
            self._set.Add(rf"\b(?:{tables.id_rules()[rule.name]['form']})")
        self._set.Compile()

    def within(self, text: str) -> Iterator[Rule]:
        found = self._set.Match(text)
        if 0 not in found:
            raise RuntimeError("The search for national ids ran out of memory.")
        return (self.rules[at - 1] for at in sorted(found) if at)


_forms = cache(_Forms)


def _valid(rule: Rule, written: str) -> bool:
    number = written if rule.name in _KEEPS else written.translate(_SEPARATORS)
    return checker(rule.check)(number.upper())


def find(number: Number) -> Iterator[Hit]:
    """Find bare digits that their own word announces and whose check digit holds."""
    for name in number.labels & _by_length().get(len(number.digits), frozenset()):
        rule = _rules()[name]
        if _valid(rule, number.digits):
            yield Hit(number.start, number.end, "NATIONAL_ID", name, 0.95, "national_id")


def find_forms(page: Page) -> Iterator[Hit]:
    """Find ids with letters or separators; a common shape counts only beside its word."""
    for rule in _forms().within(page.text):
        if rule.form is None:
            continue
        for match in rule.form.finditer(page.text):
            start, end = match.span()
            written = page.text[start:end]
            if page.glued(start, end) or _part_of_more(page.text, start, end):
                continue
            named = rule.name in page.labels(start, end)
            if (rule.alone or named) and _valid(rule, written) and (named or _shouted(written)):
                score = 0.95 if named else 0.8
                yield Hit(start, end, "NATIONAL_ID", rule.name, score, "national_id_form")


def _shouted(written: str) -> bool:
    """Say whether the letters are capitals: an unannounced id in small letters is a word."""
    return written.upper() == written


def _part_of_more(text: str, start: int, end: int) -> bool:
    """Say whether the shape is cut out of a longer chain such as a UUID or a version."""
    left = start > 1 and text[start - 1] in "-./_" and text[start - 2].isalnum()
    right = end + 1 < len(text) and text[end] in "-./_" and text[end + 1].isalnum()
    return left or right
