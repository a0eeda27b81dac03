"""A message as words: unwrapped, normalised, cut into tokens, pasted content set apart."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]"
)
_QUOTES = str.maketrans("\u2018\u2019\u201b\u00b4\u201c\u201d\u201e\u00ab\u00bb", '\'\'\'\'"""""')
_TICK = re.compile(r"(?<=\w)`(?=\w)")
"""A backtick for an apostrophe; three of them are a fence."""

_FOLDED = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "đ": "d"})
_CHAT_LINK = re.compile(r"<(?:mailto:|tel:|https?://)[^|>\s]{1,400}\|([^>]{1,400})>")
_BARE_LINK = re.compile(r"<(?:mailto:|tel:)?([^|>\s]{1,400})>")
_TAG = re.compile(r"</?(?:p|div|span|br|at|b|i|em|strong|a|ul|li)\b[^>]{0,200}>", re.IGNORECASE)
_ADDRESS = re.compile(r"\S{1,200}@\S{1,200}|https?://\S{1,400}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_FENCE = re.compile(r"```(.*?)(?:```|\Z)", re.DOTALL)
_TRIPLE = re.compile(r'"""(.*?)(?:"""|\Z)', re.DOTALL)
_HEADER = re.compile(
    r"^(?:from|to|subject|sent|cc|von|an|betreff|de|objet|asunto|van)\s?:\s", re.IGNORECASE
)
_RULE = re.compile(r"^\s*(?:-{3,}|={3,}|_{3,}|\*{3,})[^\w]*(?:.{0,40})$")
_FORWARD = re.compile(
    r"^\s*-{2,}\s*(?:forwarded|original|begin|start|weitergeleitet|message)\b", re.IGNORECASE
)
_LONG_QUOTE = re.compile(r"\"([^\"]{120,})\"", re.DOTALL)
_SENTENCE_END = frozenset(".?!;\n")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the question."""

    text: str
    """As written."""
    word: str
    """Lower case, without accents: what is looked up."""
    start: int
    end: int
    breaks: bool = False
    """A sentence or line ends before this word."""
    mark: str = " "
    """The character right before this word."""
    comma: bool = False
    """A comma, colon, dash or bracket stands before this word."""

    @property
    def capital(self) -> bool:
        """Written with a capital letter anywhere, as names are."""
        return self.text != self.text.lower()


@dataclass(frozen=True, slots=True)
class Text:
    """A message split into what the person asks and what they pasted."""

    whole: str
    question: str
    pasted: str
    tokens: tuple[Token, ...]
    """The words of the question; pasted content never speaks for the person."""


def read_text(message: str) -> Text:
    """Split a message into question and pasted content, and the question into tokens."""
    whole = clean(message)
    question, pasted = split_pasted(whole)
    words = _ADDRESS.sub(lambda m: " " * len(m.group()), question)
    return Text(whole=whole, question=question, pasted=pasted, tokens=tokens(words))


def clean(message: str) -> str:
    """Chat mark-up unwrapped, invisible characters gone, one kind of quote."""
    text = _CHAT_LINK.sub(r"\1", message)
    text = _BARE_LINK.sub(r"\1", text) if "<" in text else text
    text = _TAG.sub(" ", text) if "<" in text else text
    text = html.unescape(text) if "&" in text else text
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    text = _TICK.sub("'", text) if "`" in text else text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fold(word: str) -> str:
    """A word as it is looked up: lower case, accents removed, one spelling a letter."""
    lower = word.lower()
    if lower.isascii():
        return lower
    bare = unicodedata.normalize("NFD", lower.translate(_FOLDED))
    return unicodedata.normalize("NFC", "".join(c for c in bare if unicodedata.category(c) != "Mn"))


def squeeze(name: str) -> str:
    """A name without spaces and punctuation: `GPT-4o`, `gpt 4o` and `gpt4o` are one name."""
    return "".join(c for c in fold(name) if c.isalnum())


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text with their places; runs of Chinese or Japanese stay whole."""
    found: list[Token] = []
    last = 0
    for match in _WORD.finditer(text):
        gap = text[last : match.start()]
        last = match.end()
        found.extend(_split_scripts(match, gap))
    return tuple(found)


def _split_scripts(match: re.Match[str], gap: str) -> list[Token]:
    """Cut between Latin and Chinese or Japanese letters, which are written without a space."""
    written, at = match.group(), match.start()
    breaks = any(c in _SENTENCE_END for c in gap) and gap != "."  # "copy.ai" is one name
    comma = any(c in ",:()[]–—>→+=/" for c in gap) or " - " in gap
    if written.isascii() or not _CJK.search(written):
        mark = gap[-1:] or " "
        return [Token(written, fold(written), at, match.end(), breaks, mark, comma)]
    parts: list[Token] = []
    begin = 0
    for i in range(1, len(written) + 1):
        if i == len(written) or bool(_CJK.match(written[i])) != bool(_CJK.match(written[begin])):
            piece = written[begin:i]
            first = begin == 0
            parts.append(
                Token(piece, fold(piece), at + begin, at + i, breaks and first, "", comma and first)
            )
            begin = i
    return parts


def is_cjk(word: str) -> bool:
    """Whether a token is a run of Chinese, Japanese or Korean letters."""
    return not word.isascii() and _CJK.match(word) is not None


def split_pasted(text: str) -> tuple[str, str]:
    """What the person says, and what they pasted: fences, quotes, mails, long blocks."""
    pasted: list[str] = []

    def take(match: re.Match[str]) -> str:
        pasted.append(match.group(1))
        return "\n"

    for pattern in (_FENCE, _TRIPLE, _LONG_QUOTE):
        if "`" in text or '"' in text:
            text = pattern.sub(take, text)
    if "\n" not in text.strip():
        return text, "\n".join(pasted)
    own, block = _split_lines(text.split("\n"))
    pasted.extend(block)
    return "\n".join(own), "\n".join(pasted)


def _split_lines(lines: list[str]) -> tuple[list[str], list[str]]:
    own: list[str] = []
    block: list[str] = []
    inside = False
    for number, line in enumerate(lines):
        if line.lstrip().startswith((">", "&gt;")):
            block.append(line.lstrip("> "))
            continue
        if not inside:
            inside = _opens_block(line, lines[number - 1] if number else "", own)
        elif _closes_block(line, lines[number - 1]):
            inside = False
        (block if inside else own).append(line)
    return own, block


def _opens_block(line: str, before: str, own: list[str]) -> bool:
    if _HEADER.match(line) or _FORWARD.match(line) or _RULE.match(line):
        return True
    asked = any("?" in said for said in own)
    if asked and not before.strip() and "?" not in line and line.strip():
        return True  # what stands below a question is what the question is about
    announced = before.rstrip().endswith(":") or (
        not before.strip() and any(o.strip() for o in own) and _last(own).endswith(":")
    )
    return announced and bool(line.strip()) and "?" not in line


def _closes_block(line: str, before: str) -> bool:
    """After an empty line or a rule, a line that asks belongs to the person again."""
    return (
        (not before.strip() or bool(_RULE.match(before)))
        and line.rstrip().endswith("?")
        and len(line) < 400
    )


def _last(lines: list[str]) -> str:
    return next((line.rstrip() for line in reversed(lines) if line.strip()), "")
