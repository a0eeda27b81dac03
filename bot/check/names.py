"""Names and phrases that mean two things, and things that have hardly a phrase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.check.report import Remark, error, warning
from bot.decide import GENERAL
from bot.knowledge import Knowledge, Tool
from bot.knowledge.placed import Placed
from bot.understand.text import squeeze

FEW = 3
"""Examples below which a class, a tag or a use is hardly ever recognised."""


@dataclass(frozen=True, slots=True)
class Written:
    """A name or phrase as it is written somewhere, and what it stands for there."""

    words: str
    entry: Placed
    path: str
    means: str
    tool: str = ""
    default: bool = False
    """It names the tool itself or the edition judged by default: both mean the same."""

    @property
    def place(self) -> str:
        """File and line."""
        return self.entry.at(self.path)


def aliases(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find names of tools, editions and features that mean two things."""
    named: dict[str, Written] = {}
    for tool in knowledge.tools.values():
        for name in _names(tool):
            before = named.setdefault(squeeze(name.words), name)
            if not _same(before, name):
                yield error("alias-twice", name.entry, name.path, _twice(name, before))
    for tool in knowledge.tools.values():
        for index in range(len(tool.editions)):
            yield from _twice_in(_features(tool, index), named)


def _twice_in(features: Iterator[Written], named: Mapping[str, Written]) -> Iterator[Remark]:
    """Find names that mean two features of an edition, or another tool as well."""
    first: dict[str, Written] = {}
    for name in features:
        words = squeeze(name.words)
        other = named.get(words, name)
        before = first.setdefault(words, name) if other.tool == name.tool else other
        if before.means != name.means:
            yield warning("feature-name-twice", name.entry, name.path, _twice(name, before))


def _twice(name: Written, before: Written) -> str:
    return (
        f"{name.words!r} names {name.means} here and {before.means} in {before.place}. Keep it"
        " where people mean it."
    )


def _same(one: Written, other: Written) -> bool:
    both_default = one.default and other.default
    return one.tool == other.tool and (both_default or one.means == other.means)


def _names(tool: Tool) -> Iterator[Written]:
    yield Written(tool.name, tool, "name", tool.name, tool.id, default=True)
    for at, alias in enumerate(tool.aliases):
        yield Written(alias, tool, f"aliases.{at}", tool.name, tool.id, default=True)
    for index, edition in enumerate(tool.editions):
        path, default = f"editions.{index}", edition.id == tool.default_edition
        yield Written(edition.name, tool, f"{path}.name", edition.name, tool.id, default=default)
        for at, alias in enumerate(edition.aliases):
            where = f"{path}.aliases.{at}"
            yield Written(alias, tool, where, edition.name, tool.id, default=default)


def _features(tool: Tool, index: int) -> Iterator[Written]:
    for name, feature in tool.editions[index].features.items():
        path = f"editions.{index}.features.{name}"
        means = f"the feature {name} of {tool.name}"
        for words in (name, *feature.aliases):
            yield Written(words, tool, path, means, tool.id)


def phrases(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find example phrases that teach two classes or two uses, and what has too few of them."""
    for taught in (list(_of_data(knowledge)), list(_of_uses(knowledge))):
        first: dict[str, Written] = {}
        for phrase in taught:
            before = first.setdefault(squeeze(phrase.words), phrase)
            if before.means != phrase.means:
                yield warning(
                    "example-twice",
                    phrase.entry,
                    phrase.path,
                    f"{phrase.words!r} is an example of {phrase.means} here and of"
                    f" {before.means} in {before.place}. Keep it where people mean it.",
                )
    yield from _few(knowledge)


def _of_data(knowledge: Knowledge) -> Iterator[Written]:
    for one in knowledge.classes.values():
        yield from _examples(one.examples, one, one.id)
        for name, tag in one.tags.items():
            yield from _examples(tag.examples, tag, f"{one.id}.{name}")


def _of_uses(knowledge: Knowledge) -> Iterator[Written]:
    for use in knowledge.uses.values():
        yield from _examples(use.examples, use, use.id)


def _examples(examples: tuple[str, ...], entry: Placed, means: str) -> Iterator[Written]:
    for at, words in enumerate(examples):
        yield Written(words, entry, f"examples.{at}", means)


def _few(knowledge: Knowledge) -> Iterator[Remark]:
    taught: list[tuple[str, Placed, tuple[str, ...]]] = [
        (use.id, use, use.examples) for use in knowledge.uses.values() if use.id != GENERAL
    ]
    for one in knowledge.classes.values():
        taught.append((one.id, one, one.examples))
        taught += ((f"{one.id}.{name}", tag, tag.examples) for name, tag in one.tags.items())
    for name, entry, examples in taught:
        if len(examples) < FEW:
            yield warning(
                "few-examples",
                entry,
                "examples",
                f"{name} has {len(examples)} example phrases, so few questions are recognised as"
                f" being about it. Add the words people use; {FEW} at least.",
            )
