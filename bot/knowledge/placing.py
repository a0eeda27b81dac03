"""Tells every entry where it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.knowledge.company import Company
from bot.knowledge.data import DataFile
from bot.knowledge.placed import Placed
from bot.knowledge.reader import Source
from bot.knowledge.rules import Condition
from bot.knowledge.texts import Course, Section
from bot.knowledge.tools import Edition, Tool


def company(found: Company, source: Source) -> None:
    """Place the company and its rules of the house."""
    found.place(source, "")
    found.unlisted.place(source, "unlisted")
    found.guests.place(source, "guests")
    found.claims.place(source, "claims")
    _keyed(found.implied_conditions, source, "implied_conditions")
    listed(found.red_lines, source, "red_lines.")


def data(found: DataFile, source: Source) -> None:
    """Place classes, tags and rules."""
    listed(found.classes, source, "classes.")
    listed(found.rules, source, "rules.")
    for index, one in enumerate(found.classes):
        _keyed(one.tags, source, f"classes.{index}.tags")


def conditions(found: Mapping[str, Condition], source: Source) -> None:
    """Place conditions and tell each its id."""
    for name, one in found.items():
        one.place(source, name)
        one.keyed_as(name)


def text(found: Section | Course, source: Source) -> None:
    """Place a section or a course and give it its text."""
    found.place(source, "")
    found.hold(source.body)
    source.body = ""


def tool(found: Tool, source: Source) -> None:
    """Place a tool with all it holds, and tell each edition whose it is."""
    found.place(source, "")
    for index, edition in enumerate(found.editions):
        edition.belong_to(found.id)
        _edition(edition, source, f"editions.{index}")


def _edition(found: Edition, source: Source, path: str) -> None:
    found.place(source, path)
    for name in ("who", "review", "pilot", "approval"):
        part: Placed | None = getattr(found, name)
        if part is not None:
            part.place(source, f"{path}.{name}")
    _keyed(found.data, source, f"{path}.data")
    _keyed(found.features, source, f"{path}.features")
    for index, model in enumerate(found.models):
        model.place(source, f"{path}.models.{index}")
        _keyed(model.data, source, f"{path}.models.{index}.data")


def listed(found: Iterable[Placed], source: Source, prefix: str = "") -> None:
    """Place the entries of a list."""
    for index, one in enumerate(found):
        one.place(source, f"{prefix}{index}")


def _keyed(found: Mapping[Any, Placed], source: Source, path: str) -> None:
    for name, one in found.items():
        one.place(source, f"{path}.{name}")
