"""YAML text into nodes: bounded, without tags, anchors or guesses about types."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

try:
    from yaml.cyaml import CParser as _Libyaml
except ImportError:  # PyYAML was built without libyaml: slower, same answers
    _Libyaml = None

DEPTH: Final = 24
"""How deep lists and mappings may nest; the format needs seven. libyaml has no limit of its own
and would end the process."""

PLAIN: Final = "plain"
QUOTED: Final = "quoted"
COLLECTION: Final = "collection"

# Whether a text may hold an anchor or an alias at all: only then is it parsed a second time.
_MAY_HAVE_ANCHOR: Final = re.compile(r"[&*](?<![^\s,\[{][&*])[^\s,\]}]")

Node = Any
"""A node of PyYAML; its `tag` is PLAIN, QUOTED or COLLECTION unless the file wrote a tag itself."""


class UnreadableError(Exception):
    """The text is not YAML as the knowledge base takes it; `line` counts from 0."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


def compose(text: str) -> Node | None:
    """Return the root node of one document, None for an empty one; raise `UnreadableError`."""
    try:
        if _MAY_HAVE_ANCHOR.search(text):
            _refuse_anchors(text)
        loader = (_PureLoader if _Libyaml is None else _FastLoader)(text)
        try:
            return loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _in_plain_words(error) from None


class _Resolver:
    """Marks each node as plain or quoted instead of guessing a type, and bounds the depth."""

    _depth = 0

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            line = 0 if parent is None else parent.start_mark.line
            raise UnreadableError(line, f"This nests deeper than {DEPTH} levels.")

    def ascend_resolver(self) -> None:
        self._depth -= 1

    def resolve(self, kind: type, _value: object, implicit: Any) -> str:
        if kind is not yaml.ScalarNode:
            return COLLECTION
        return PLAIN if implicit[0] else QUOTED


class _PureLoader(_Resolver, Reader, Scanner, Parser, Composer):  # type: ignore[misc]
    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


if _Libyaml is not None:

    class _FastLoader(_Resolver, _Libyaml):  # type: ignore[misc]
        pass


def _refuse_anchors(text: str) -> None:
    for event in yaml.parse(text, Loader=yaml.SafeLoader if _Libyaml is None else yaml.CSafeLoader):
        if getattr(event, "anchor", None):
            what = "alias (*" if isinstance(event, yaml.AliasEvent) else "anchor (&"
            raise UnreadableError(
                event.start_mark.line,
                f"This is a YAML {what}{event.anchor}), which is not used here. Write the value"
                " out, or put quotes around text that begins with & or *.",
            )


_SENTENCES: Final = (
    ("mapping values are not allowed", "A ':' stands where none can. Quote text that holds ': '."),
    ("could not find expected ':'", "A key without its ':', or text that needs quotes."),
    ("cannot start any token", "A tab or a character such as @ or ` stands where none can. Indent"
     " with spaces; put quotes around the text."),
    ("did not find expected node", "A value is missing, or text here needs quotes."),
    ("did not find expected key", "The indentation changes here, or text needs quotes."),
    ("expected <block end>", "The indentation changes here, or text needs quotes."),
    ("did not find expected '-'", "The indentation of the list changes here."),
    ("found another document", "A second '---' begins here. One file is one document."),
    ("did not find expected <document start>", "Something stands behind the end of the document."),
    ("control characters are not allowed", "A control character is in the text. Delete it."),
    ("special characters are not allowed", "A control character is in the text. Delete it."),
)  # fmt: skip
_OPENED: Final = (
    ("unexpected end of stream", "The quotation mark opened here is never closed."),
    (
        "did not find expected ',' or",
        "The [ or { opened here is not closed, or lacks a comma.",
    ),
    ("expected ',' or", "The [ or { opened here is not closed, or lacks a comma."),
)
"""What is wrong shows later than where it was opened: the opening is the line to name."""


def _in_plain_words(error: yaml.YAMLError) -> UnreadableError:
    found, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "")
    for words, sentence in _OPENED:
        if words in said:
            return UnreadableError(_line(opened, found), f"This is not valid YAML. {sentence}")
    for words, sentence in _SENTENCES:
        if words in said:
            return UnreadableError(_line(found, opened), f"This is not valid YAML. {sentence}")
    said = said or "it cannot be read"
    return UnreadableError(_line(found, opened), f"This is not valid YAML: {said}.")


def _line(*marks: Any) -> int:
    return next((int(mark.line) for mark in marks if mark is not None), 0)
