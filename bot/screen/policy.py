"""What happens with each kind of finding before a text leaves for a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from bot.screen.finding import Finding
from bot.screen.vault import TOKEN, TYPED, Vault

Treatment = Literal["allow", "tokenise", "mask", "block"]

FOR_MODEL: Final[Mapping[str, Treatment]] = MappingProxyType(
    {
        "SECRET": "block",
        "CARD": "mask",
        "IBAN": "mask",
        "NATIONAL_ID": "mask",
        "PASSPORT": "mask",
        "BANK": "mask",
        "DATE_OF_BIRTH": "mask",
        "EMAIL": "tokenise",
        "PHONE": "tokenise",
        "ADDRESS": "tokenise",
        "PERSON": "tokenise",
        "IP": "tokenise",
        "role": "allow",
        "toll_free": "allow",
        "public": "allow",
    }
)
IRREVERSIBLE: Final = frozenset(
    {"SECRET", "CARD", "IBAN", "NATIONAL_ID", "PASSPORT", "BANK", "DATE_OF_BIRTH"}
)
"""Kinds no token ever stands for, so that no answer can bring them back."""


@dataclass(frozen=True, slots=True)
class Treated:
    """A finding and what happened with it."""

    finding: Finding
    action: Treatment


@dataclass(frozen=True, slots=True)
class Screened:
    """A text as it may leave, if it may."""

    masked: str
    blocked: bool
    findings: tuple[Treated, ...]
    typed: tuple[str, ...] = ()
    """Tokens a person typed; they are kept as plain letters."""


def policy(changes: Mapping[str, Treatment] | None = None) -> Mapping[str, Treatment]:
    """Give the defaults with a company's changes, by kind in capitals or by subtype."""
    return MappingProxyType({**FOR_MODEL, **(changes or {})})


def treatment(finding: Finding, rules: Mapping[str, Treatment]) -> Treatment:
    """Say what happens with a finding: its subtype's rule first, then its kind's."""
    chosen = rules.get(finding.subtype) or rules.get(finding.kind, "block")
    if chosen == "tokenise" and finding.kind in IRREVERSIBLE:
        return "mask"
    return chosen


def apply(
    text: str,
    findings: Iterable[Finding],
    rules: Mapping[str, Treatment],
    vault: Vault,
) -> Screened:
    """Take out of a text what its findings and the policy say must not leave."""
    treated = tuple(Treated(one, treatment(one, rules)) for one in findings)
    typed: list[str] = []
    parts = list(_parts(text, treated, vault, typed))
    blocked = any(one.action == "block" for one in treated)
    return Screened("".join(parts), blocked, treated, tuple(typed))


def _parts(text: str, treated: Iterable[Treated], vault: Vault, typed: list[str]) -> Iterator[str]:
    at = 0
    for one in sorted(treated, key=lambda each: each.finding.start):
        finding = one.finding
        if one.action == "allow" or finding.start < at:
            continue
        yield _untokened(text[at : finding.start], vault, typed)
        value = text[finding.start : finding.end]
        yield vault.token(finding.kind, value) if one.action == "tokenise" else f"[{finding.kind}]"
        at = finding.end
    yield _untokened(text[at:], vault, typed)


def _untokened(text: str, vault: Vault, typed: list[str]) -> str:
    """Make tokens that a person typed harmless: they come back as the letters they are."""
    parts: list[str] = []
    at = 0
    for match in TOKEN.finditer(text):
        typed.append(match.group())
        parts += (text[at : match.start()], vault.token(TYPED, match.group()))
        at = match.end()
    return "".join((*parts, text[at:]))
