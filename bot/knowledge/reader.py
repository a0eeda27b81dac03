"""Reads YAML the way the knowledge base means it: plain values, each with the line it stands on.

YAML 1.2 core words only: `true`, `false`, `null` and numbers are special, everything else is text
(`no` and `on` stay words, a date is text until a field asks for one). Keys may not repeat. Tags,
anchors and aliases are refused, so a small file cannot unfold into a big one or name a Python type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from bot.knowledge.compose import COLLECTION, PLAIN, QUOTED, Node, UnreadableError, compose
from bot.knowledge.problems import Problem

_NOTHING: Final = ("", "~", "null", "Null", "NULL")
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(_NOTHING),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER: Final = re.compile(
    r"[-+]?(?:[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)"
)


class Number(str):
    """A number as it was written: a field that wants text keeps `1.10` as it is."""

    __slots__ = ()


@dataclass(slots=True)
class Source:
    """One file after reading: its values, and the line of everything that has a line of its own."""

    file: str
    data: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    """Dotted path -> line; what stands on its parent's line is left out."""
    first: int = 1
    """The line on which the data begins."""
    body: str = ""
    """The text behind the front matter of a Markdown file."""

    def line(self, path: str) -> int:
        """Return the line of `path`, or of its nearest parent that has one."""
        while path:
            found = self.lines.get(path)
            if found is not None:
                return found
            path = path.rpartition(".")[0]
        return self.first

    def problem(self, path: str, message: str) -> Problem:
        """Return a problem that stands at the dotted `path`."""
        return Problem(self.file, self.line(path), _shown(path), message)


def _shown(path: str) -> str:
    """Write `editions.0.status` as people read it: `editions[0].status`."""
    return re.sub(r"(?:^|\.)([0-9]+)(?=\.|$)", r"[\1]", path)


class Interned:
    """Texts that many files repeat, kept once. One for each load; its end frees it."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.plains: dict[str, Any] = dict(_WORDS)
        """What a word without quotes means."""


def read(source: Source, text: str, interned: Interned, *, skipped: int = 0) -> list[Problem]:
    """Fill `source` from YAML text that begins after `skipped` lines; return what is wrong."""
    offset = skipped + 1
    try:
        node = compose(text)
    except UnreadableError as error:
        return [Problem(source.file, error.line + offset, "", error.sentence)]
    if node is None or (node.tag is PLAIN and node.value in _NOTHING):
        return [Problem(source.file, offset, "", "There is nothing in this file.")]
    source.first = node.start_mark.line + offset
    build = _Build(source, interned, offset)
    source.data = build.value(node, "", source.first)
    return build.problems


class _Build:
    """Turns nodes into values, remembering lines. Problems are collected, never raised."""

    __slots__ = ("lines", "offset", "paths", "plains", "problems", "source", "texts")

    def __init__(self, source: Source, interned: Interned, offset: int) -> None:
        self.source = source
        self.lines = source.lines
        self.texts, self.paths, self.plains = interned.texts, interned.paths, interned.plains
        self.offset = offset
        self.problems: list[Problem] = []

    def value(self, node: Node, path: str, line: int) -> Any:
        tag = node.tag
        if tag is PLAIN:
            return self.plain(node.value)
        if tag is QUOTED:
            return self.texts.setdefault(node.value, node.value)
        if tag is not COLLECTION:
            self.add(node, path, f"The tag {_tag(tag)} is not used here: write the plain value.")
            return None
        if type(node) is yaml.MappingNode:
            return self.mapping(node, path, line)
        return self.sequence(node, path, line)

    def plain(self, text: str) -> Any:
        known = self.plains.get(text, self)
        if known is not self:
            return known
        number = text[0] in "0123456789+-." and _NUMBER.fullmatch(text)
        return self.plains.setdefault(text, Number(text) if number else text)

    def mapping(self, node: Node, path: str, line: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        prefix = path + "." if path else ""
        for key_node, value_node in node.value:
            if type(key_node) is not yaml.ScalarNode:
                self.add(key_node, path, "A key must be a word, not a list or a mapping.")
                continue
            key = self.texts.setdefault(key_node.value, key_node.value)
            if key in result:
                self.repeated(key_node, path, key)
                continue
            result[key] = self.below(value_node, prefix + key, key_node.start_mark.line, line)
        return result

    def sequence(self, node: Node, path: str, line: int) -> list[Any]:
        prefix = path + "." if path else ""
        return [
            # Most items are words on the line of their list: they need no path.
            self.plain(item.value)
            if item.tag is PLAIN and item.start_mark.line + self.offset == line
            else self.below(item, f"{prefix}{index}", item.start_mark.line, line)
            for index, item in enumerate(node.value)
        ]

    def below(self, node: Node, path: str, mark: int, line: int) -> Any:
        at = mark + self.offset
        if at != line:
            self.lines[self.paths.setdefault(path, path)] = at
        return self.plain(node.value) if node.tag is PLAIN else self.value(node, path, at)

    def repeated(self, node: Node, path: str, key: str) -> None:
        before = self.source.line(f"{path}.{key}" if path else key)
        message = f"{key!r} is here twice (first in line {before}). Keep one of the two."
        self.add(node, path, message)

    def add(self, node: Node, path: str, message: str) -> None:
        line = node.start_mark.line + self.offset
        self.problems.append(Problem(self.source.file, line, _shown(path), message))


def _tag(tag: str) -> str:
    return repr(tag.replace("tag:yaml.org,2002:", "!!"))
