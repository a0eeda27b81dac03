"""Birth dates: a date is personal only when a word says that somebody was born on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import re2

from bot.screen.letters import LETTERS
from bot.screen.page import Hit, Page

_MONTH: Final = (
    r"(?:jan|feb|mar|mär|mrz|apr|may|mai|maj|mei|jun|jui|jul|aug|ago|aoû|sep|set|oct|okt|out|nov|dec|dez|déc|dic|ene|fév|fev|avr|abr|mag|giu|lug|gen|ott|"
    r"sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|led|úno|bře|dub|kvě|čer|srp|zář|říj|pro|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu|"
    rf"янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|ocak|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|ian|iul|noi)[{LETTERS}]{{0,8}}\.?"
)
_YEAR: Final = r"(?:19|20)\d\d"
_DATE: Final = re2.compile(
    r"(?i)\b(?:"
    rf"{_YEAR}[-./ ]{{1,2}}\d{{1,2}}[-./ ]{{1,2}}\d{{1,2}}"
    rf"|\d{{1,2}}[-./ ]{{1,2}}\d{{1,2}}[-./ ]{{1,2}}(?:{_YEAR}|\d\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º|\.)? ?(?:of |de |di |den )?{_MONTH}"
    rf",? ?(?:of |de |del )?{_YEAR}"
    rf"|{_YEAR}年 ?\d{{1,2}}月 ?\d{{1,2}}日|{_YEAR}년 ?\d{{1,2}}월 ?\d{{1,2}}일"
    r")|(?i)" + rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}"
)
_AROUND: Final = frozenset("生출")


def _whole(written: str) -> bool:
    """Say whether one sign separates day, month and year: `2-3/23` is no date."""
    return len({char for char in written if char in "-/"}) <= 1


def find(page: Page) -> Iterator[Hit]:
    """Find dates of birth."""
    for match in _DATE.finditer(page.text):
        start, end = match.span()
        if page.glued(start, end) and page.text[end : end + 1] not in _AROUND:
            continue
        if _whole(page.text[start:end]) and "birth" in page.labels(start, end):
            yield Hit(start, end, "DATE_OF_BIRTH", "", 0.85, "date_of_birth")
