"""The body of `greenlight screen --jsonl`: a line in, a line out, closed on failure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bot.screen.finding import Context, ScreenError
from bot.screen.policy import FOR_MODEL, Screened, Treatment
from bot.screen.safe import screened

_DEFAULT: Final = Context()


def run_jsonl(
    lines: Iterable[str],
    context: Context = _DEFAULT,
    rules: Mapping[str, Treatment] = FOR_MODEL,
) -> Iterator[str]:
    """Screen each line of `{"id", "text"}`; a line that cannot be screened counts as blocked."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line, context, rules))


def _answer(line: str, context: Context, rules: Mapping[str, Treatment]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return _refused(None, "This line is not JSON.")
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return _refused(None, 'Write each line as {"id": ..., "text": "..."}.')
    try:
        return _row(row.get("id"), screened(row["text"], context, rules))
    except ScreenError as error:
        return _refused(row.get("id"), str(error))
    except Exception:  # noqa: BLE001 (what could not be checked is blocked, whatever the reason)
        return _refused(row.get("id"), "This text could not be checked.")


def _row(name: object, result: Screened) -> dict[str, Any]:
    findings = [
        {
            "start": one.finding.start,
            "end": one.finding.end,
            "kind": one.finding.kind,
            "subtype": one.finding.subtype,
            "action": one.action,
        }
        for one in result.findings
    ]
    return {"id": name, "findings": findings, "masked": result.masked, "blocked": result.blocked}


def _refused(name: object, sentence: str) -> dict[str, Any]:
    return {"id": name, "findings": [], "masked": "", "blocked": True, "error": sentence}
