"""The company's Markdown as rich text: for policies and pages, where Slack reads no Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

from handlers.slack.rich import Kind, Line, Part, told
from handlers.slack.text import clean

if TYPE_CHECKING:
    from markdown_it.token import Token

_READER: Final = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
_DEEPEST: Final = 8
"""How far Slack indents a list."""
_BETWEEN_CELLS: Final = Part(text=" · ")
_LEADS: Final = ("https://", "http://", "mailto:")


def lines(text: str, *, quoted: bool = False) -> Iterator[Line]:
    """Return Markdown as lines; `quoted` when all of it is a quotation."""
    reader = _Reader(quotes=int(quoted))
    for token in _READER.parse(clean(text)):
        yield from reader.read(token)


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Walks through a document, and knows which lists and quotations it is inside of."""

    quotes: int
    lists: list[int] = field(default_factory=list)
    """The next number of each open list; 0 for one without numbers."""
    begun: bool = False
    """Whether the open point of a list has its first line."""
    heading: bool = False
    row: list[Part] | None = None
    """The open row of a table."""

    def read(self, token: Token) -> Iterator[Line]:
        match token.type:
            case "fence" | "code_block":
                yield Line(parts=(Part(text=token.content.rstrip("\n")),), kind="code")
            case "inline" if self.row is not None:
                self.row += [*_parts(token.children or (), bold=False), _BETWEEN_CELLS]
            case "inline":
                yield self._line(tuple(_parts(token.children or (), bold=self.heading)))
            case "tr_open":
                self.row = []
            case "tr_close":
                yield self._line(tuple((self.row or [])[:-1]))
                self.row = None
            case _:
                self._enter(token)

    def _enter(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self.lists.append(0)
            case "ordered_list_open":
                self.lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.begun = False
            case "list_item_close" if self.lists[-1]:
                self.lists[-1] += 1
            case "blockquote_open" | "blockquote_close":
                self.quotes += token.nesting
            case "heading_open" | "heading_close":
                self.heading = token.nesting > 0
            case _:
                pass

    def _line(self, parts: tuple[Part, ...]) -> Line:
        kind: Kind = "quote" if self.quotes else "text"
        if not self.lists or self.begun:
            return Line(parts=parts, kind=kind, apart=self.row is None)
        self.begun = True
        return Line(
            parts=parts,
            kind="number" if self.lists[-1] else "bullet",
            number=self.lists[-1],
            indent=min(len(self.lists) - 1, _DEEPEST),
            quoted=bool(self.quotes),
        )


def _parts(tokens: Iterable[Token], *, bold: bool) -> Iterator[Part]:
    look = Part(text="", bold=bold)
    address = ""
    for token in tokens:
        match token.type:
            case "text":
                yield from (_alike(part, look) for part in told(token.content).parts)
            case "link_open":
                address = "" if token.markup == "autolink" else str(token.attrGet("href") or "")
            case "link_close":
                yield from _address(address, look)
            case _ if token.type in _STANDING:
                yield _STANDING[token.type](token, look)
            case _:
                look = _marked(look, token)


def _marked(look: Part, token: Token) -> Part:
    """Return how the words after a mark look."""
    begins = token.nesting > 0
    match token.type.partition("_")[0]:
        case "strong":
            return replace(look, bold=begins)
        case "em":
            return replace(look, italic=begins)
        case "s":
            return replace(look, strike=begins)
        case _:
            return look


_STANDING: Final[Mapping[str, Callable[[Token, Part], Part]]] = MappingProxyType(
    {
        "code_inline": lambda token, look: replace(look, text=token.content, code=True),
        "softbreak": lambda _, look: replace(look, text=" "),
        "hardbreak": lambda _, look: replace(look, text="\n"),
        "image": lambda token, look: replace(
            look, text=f"{token.content} ({token.attrGet('src') or ''})"
        ),
    }
)
"""Tokens that are words by themselves."""


def _alike(part: Part, look: Part) -> Part:
    return replace(look, text=part.text, url=part.url, code=part.code)


def _address(address: str, look: Part) -> Iterator[Part]:
    """Where a link leads, spelled out behind its words: no address hides behind others."""
    if address:
        yield replace(look, text=" (")
        yield replace(look, text=address, url=address if address.startswith(_LEADS) else "")
        yield replace(look, text=")")
