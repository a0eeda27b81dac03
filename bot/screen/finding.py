"""What screening finds, and what it is told about the company whose text it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal[
    "EMAIL",
    "PHONE",
    "CARD",
    "IBAN",
    "NATIONAL_ID",
    "PASSPORT",
    "IP",
    "ADDRESS",
    "PERSON",
    "DATE_OF_BIRTH",
    "BANK",
    "SECRET",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


class ScreenError(RuntimeError):
    """This was not sent, because it could not be checked. Try again, or send less text."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of personal data or one secret; the offsets are those of the text as written."""

    start: int
    end: int
    kind: Kind
    subtype: str
    score: float
    rule: str
    """What found it, such as `card`; `card/joined` when it was hidden and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the company tells screening about itself."""

    own_domains: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()
    """Countries whose national phone numbers are read; empty means a broad selection."""
    roster: frozenset[str] = frozenset()
    """Full names of people and customers."""
    public: frozenset[str] = frozenset()
    """Addresses and numbers the company publishes."""
    languages: tuple[str, ...] = ()
    """Languages people write; with no regions given, they choose the regions."""
