"""The sentences people read, in their language; each lives in `locale/` under a symbolic id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

LANGUAGES = ("en", "de", "fr", "es", "nl")
"""Languages with a full set of sentences; the first answers everybody else."""

LOCALE = Path(__file__).parent / "locale"

_NAMED_BY_PEOPLE = ("{data}", "{feature}", "{use}")
"""Words that come in lower case; a sentence that opens with one still starts with a capital."""

_SPELLED_OUT = 9

_GAP = re.compile(r"[^\S\u00a0\u202f]+")
"""White space of any kind, without the no-break spaces that French sentences need."""


class Sentences:
    """One language: says a sentence by its id, writes days, numbers and lists."""

    def __init__(self, language: str, translations: GNUTranslations) -> None:
        self.language = language
        self._translations = translations

    def __call__(self, sentence: str, /, **words: object) -> str:
        """Say a sentence with its words filled in."""
        return _filled(self._translations.gettext(sentence), words)

    def count(self, sentence: str, number: int, /, **words: object) -> str:
        """Say a sentence that depends on a number; `{count}` is the number in words."""
        template = self._translations.ngettext(sentence, f"{sentence}-plural", number)
        return _filled(template, {"count": self.spelled(number), **words})

    def has(self, sentence: str) -> bool:
        """Say whether there is such a sentence."""
        return self._translations.gettext(sentence) != sentence

    def spelled(self, number: int) -> str:
        """Write a small number as a word, as people do."""
        return self(f"number-{number}") if 1 < number <= _SPELLED_OUT else self.figure(number)

    def figure(self, number: int) -> str:
        """Write a number in figures, with this language's mark between thousands."""
        return f"{number:,}".replace(",", self("thousands"))

    def day(self, day: date) -> str:
        """Write a date in full."""
        return self("day", day=day.day, month=self(f"month-{day.month}"), year=day.year)

    def both(self, items: Iterable[str]) -> str:
        """Join a list with "and"."""
        return self._joined("and", tuple(items))

    def either(self, items: Iterable[str]) -> str:
        """Join a list with "or"."""
        return self._joined("or", tuple(items))

    def some(self, items: Sequence[str], most: int) -> str:
        """Join a list with "and", naming at most so many, or one more when that is all."""
        if len(items) <= most + 1:
            return self.both(items)
        return self.both((*items[:most], self.count("others", len(items) - most)))

    def named(self, items: Sequence[str], most: int) -> str:
        """List names that may themselves hold an "and": commas only."""
        if len(items) <= most + 1:
            return ", ".join(items)
        return ", ".join((*items[:most], f"+{len(items) - most}"))

    def _joined(self, word: str, items: tuple[str, ...]) -> str:
        if len(items) < 2:
            return "".join(items)
        return self(word, rest=", ".join(items[:-1]), last=items[-1])


def one_line(text: str) -> str:
    """Text on one line: what people or files wrote must not add lines to an answer."""
    return _GAP.sub(" ", text).strip(" ")


def stopped(text: str) -> str:
    """Text that ends as a sentence does."""
    return text if not text or text.endswith((".", "!", "?", "…", ":")) else f"{text}."


def capital(text: str) -> str:
    """Text with a capital first letter."""
    return text[:1].upper() + text[1:]


def speaks(language: str) -> str:
    """The nearest language there are sentences in."""
    plain = language.replace("_", "-").partition("-")[0].lower()
    return plain if plain in LANGUAGES else LANGUAGES[0]


def sentences(language: str) -> Sentences:
    """The sentences of a language, or English ones where we do not speak it."""
    return _loaded(speaks(language))


@cache
def _loaded(language: str) -> Sentences:
    # Compiled catalogues: reading a .po file with Babel takes a tenth of a second at start-up.
    with (LOCALE / language / "LC_MESSAGES" / "greenlight.mo").open("rb") as file:
        return Sentences(language, GNUTranslations(file))


def _filled(template: str, words: dict[str, object]) -> str:
    text = template.format_map({name: one_line(str(word)) for name, word in words.items()})
    return capital(text) if template.startswith(_NAMED_BY_PEOPLE) else text
