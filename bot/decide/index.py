"""Which editions are worth judging: looked up, so that thousands need not be judged one by one.

A filter and nothing more: it may keep an edition that `decide` refuses, never drop one that
`decide` would allow (tests/test_decide_laws.py compares).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.decide.data import grants
from bot.decide.everywhere import REFUSED_STATUS

if TYPE_CHECKING:
    from bot.knowledge import Knowledge


class Index:
    """What the search for a tool asks of one knowledge base again and again."""

    def __init__(self, knowledge: Knowledge) -> None:
        editions = knowledge.editions.values()
        self._in_use = [e for e in editions if e.status not in REFUSED_STATUS]
        self._in_use_keys = frozenset(e.key for e in self._in_use)
        self._granting: dict[str, frozenset[str]] = {}
        self._excepted = frozenset(
            edition.key
            for exception in knowledge.exceptions.values()
            for edition in knowledge.tools[exception.tool.partition(":")[0]].editions
        )
        company = [e for e in editions if e.account == "company"]
        self.broadest = tuple(e.key for e in sorted(company, key=lambda e: -len(e.good_for)))
        """Company editions, those recommended for most purposes first: the all-rounders."""
        of_company = frozenset(self.broadest)
        self.company_in: Mapping[str, tuple[str, ...]] = MappingProxyType(
            {c: tuple(filter(of_company.__contains__, k)) for c, k in knowledge.by_category.items()}
        )
        """Category -> the company editions of its tools, in the order of the files."""

    def worth_judging(self, keys: Iterable[str], data: Iterable[str]) -> list[str]:
        """Those of the editions that grant all this data to somebody, or that are excepted."""
        possible = self._in_use_keys.intersection(*map(self._grant, data)) | self._excepted
        return [key for key in keys if key in possible]

    def _grant(self, key: str) -> frozenset[str]:
        found = self._granting.get(key)
        if found is None:
            found = frozenset(e.key for e in self._in_use if grants(e, key))
            self._granting[key] = found
        return found


@lru_cache(maxsize=4)
def index_of(knowledge: Knowledge) -> Index:
    """The index of a knowledge base, made at its first question."""
    return Index(knowledge)
