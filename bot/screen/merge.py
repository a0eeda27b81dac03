"""One finding for each stretch of text: the longest reading wins, then the graver kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.screen.finding import Finding, Kind

GRAVITY: Final[dict[Kind, int]] = {
    "PERSON": 0,
    "ADDRESS": 1,
    "PHONE": 2,
    "IP": 3,
    "DATE_OF_BIRTH": 4,
    "BANK": 5,
    "EMAIL": 6,
    "PASSPORT": 7,
    "NATIONAL_ID": 8,
    "CARD": 9,
    "IBAN": 10,
    "SECRET": 11,
}


def _rank(finding: Finding) -> tuple[bool, int, int, float]:
    size = finding.end - finding.start
    return finding.kind == "SECRET", size, GRAVITY[finding.kind], finding.score


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Leave one finding where several overlap, as long as all of them together."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda one: (one.start, -one.end)):
        if kept and finding.start < kept[-1].end:
            kept[-1] = _joined(kept[-1], finding)
        else:
            kept.append(finding)
    return tuple(kept)


def _joined(a: Finding, b: Finding) -> Finding:
    winner = max(a, b, key=_rank)
    start, end = min(a.start, b.start), max(a.end, b.end)
    return Finding(start, end, winner.kind, winner.subtype, winner.score, winner.rule)
