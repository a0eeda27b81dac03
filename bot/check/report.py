"""What a check found: remarks, each with its place, and how to put it right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.knowledge import Edition, Knowledge, Problem, Tool
from bot.knowledge.placed import Placed

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One thing somebody should look at."""

    file: str
    """Path inside the knowledge folder, or the folder itself."""
    line: int
    """0 when the whole file is meant."""
    severity: Severity
    code: str
    """Names the kind of remark; stable, for those who count or silence them."""
    field: str
    message: str
    """What is wrong and how to put it right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything one check found, in the order of files and lines."""

    errors: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    knowledge_version: str | None = None
    """None when the knowledge base could not be loaded."""

    @property
    def exit_code(self) -> int:
        """1 when something must be put right, else 0."""
        return 1 if self.errors else 0


def report(remarks: Iterable[Remark], knowledge: Knowledge) -> Report:
    """Sort remarks on a knowledge base that loads; what is said twice is said once."""
    found = sorted(set(remarks))
    return Report(
        errors=tuple(r for r in found if r.severity == "error"),
        warnings=tuple(r for r in found if r.severity == "warning"),
        knowledge_version=knowledge.version,
    )


def broken(problems: Iterable[Problem]) -> Report:
    """Report a knowledge base that cannot be loaded."""
    return Report(
        errors=tuple(Remark(p.file, p.line, "error", "load", p.field, p.message) for p in problems),
        warnings=(),
    )


def error(code: str, entry: Placed, path: str, message: str) -> Remark:
    """A remark on the dotted `path` of an entry that must be put right."""
    return _remark("error", code, entry, path, message)


def warning(code: str, entry: Placed, path: str, message: str) -> Remark:
    """A remark on the dotted `path` of an entry that may be meant as it is."""
    return _remark("warning", code, entry, path, message)


def editions(knowledge: Knowledge) -> Iterator[tuple[Tool, str, Edition]]:
    """Every edition, with its tool and its dotted path in the tool's file."""
    for tool in knowledge.tools.values():
        for index, edition in enumerate(tool.editions):
            yield tool, f"editions.{index}", edition


def _remark(severity: Severity, code: str, entry: Placed, path: str, message: str) -> Remark:
    file, _, line = entry.at(path).rpartition(":")
    field = re.sub(r"(?:^|\.)([0-9]+)(?=\.|$)", r"[\1]", path)
    return Remark(file, int(line or 0), severity, code, field, message)
