"""Where a section is used: everything in the knowledge base that cites it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.models import Edition


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that stands on a section."""

    kind: str
    name: str
    href: str = ""


@lru_cache(maxsize=2)
def uses_of_sections(knowledge: Knowledge) -> Mapping[str, tuple[Use, ...]]:
    """Section -> what stands on it, in the order of the files."""
    found: dict[str, dict[Use, None]] = {}
    for sections, use in _all(knowledge):
        for section in sections:
            found.setdefault(section, {})[use] = None
    return {section: tuple(uses) for section, uses in found.items()}


def _all(knowledge: Knowledge) -> Iterator[tuple[Iterable[str], Use]]:
    yield from _company(knowledge)
    for data_class in knowledge.classes.values():
        yield data_class.cite, Use("Data", data_class.name)
        for tag, entry in data_class.tags.items():
            yield entry.cite, Use("Data", f"{data_class.name}: {tag.replace('_', ' ')}")
    for rule in knowledge.rules.values():
        yield rule.cite, Use("Data", rule.text)
    for use in knowledge.uses.values():
        yield use.cite, Use("Purpose", use.name)
    for tool in knowledge.tools.values():
        href = f"/tools?{urlencode({'q': tool.name})}"
        for edition in tool.editions:
            yield _cites(edition), Use("Tool", edition.name, href)
    for exception in knowledge.exceptions.values():
        yield exception.cite, Use("Exception", exception.id)


def _company(knowledge: Knowledge) -> Iterator[tuple[Iterable[str], Use]]:
    company = knowledge.company
    for line in company.red_lines:
        yield line.cite, Use("Red line", line.text)
    yield company.unlisted.cite, Use("House rule", "Tools that are not in the catalogue")
    yield company.guests.cite, Use("House rule", "What guests are shown")
    yield company.claims.cite, Use("House rule", "Claimed approvals")
    for kind, sections in company.cite_for.items():
        yield sections, Use("House rule", f"Answers about: {kind.replace('_', ' ')}")


def _cites(edition: Edition) -> Iterator[str]:
    yield from edition.cite
    if edition.who is not None:
        yield from edition.who.cite
    for grant in edition.data.values():
        yield from grant.cite
    for feature in edition.features.values():
        yield from feature.cite
