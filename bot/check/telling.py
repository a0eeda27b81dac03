"""A report as people read it, grouped by file, and as programs do."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby

from rich.console import Console
from rich.text import Text

from bot.check.report import Remark, Report

_COLOURS = {"error": "bold red", "warning": "yellow"}


def tell(report: Report, console: Console) -> None:
    """Print a report; the console decides about colours."""
    console.print(_text(report), soft_wrap=True, highlight=False)


def as_text(report: Report) -> str:
    """Return the report without colours."""
    return _text(report).plain


def as_json(report: Report) -> str:
    """Return the report as one JSON object."""
    found = {
        "knowledge_version": report.knowledge_version,
        "errors": [asdict(remark) for remark in report.errors],
        "warnings": [asdict(remark) for remark in report.warnings],
    }
    return json.dumps(found, ensure_ascii=False, indent=2)


def _text(report: Report) -> Text:
    text = Text()
    remarks = sorted((*report.errors, *report.warnings))
    for file, found in groupby(remarks, key=lambda remark: remark.file):
        text.append(file, style="bold").append("\n")
        for remark in found:
            _line(text, remark)
        text.append("\n")
    return text.append(_summary(report), style="bold red" if report.errors else "bold green")


def _line(text: Text, remark: Remark) -> None:
    line = str(remark.line) if remark.line else ""
    text.append(f"{line:>6}  ")
    text.append(f"{remark.severity:7}", style=_COLOURS[remark.severity])
    text.append(f"  {remark.code}", style="dim")
    field = f"{remark.field}: " if remark.field else ""
    text.append(f"  {field}{remark.message}\n")


def _summary(report: Report) -> str:
    errors, warnings = len(report.errors), len(report.warnings)
    if report.knowledge_version is None:
        return f"{_count(errors, 'error')}. The knowledge base cannot be loaded."
    if not errors and not warnings:
        return f"Nothing to remark (version {report.knowledge_version})."
    return (
        f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
        f" (version {report.knowledge_version})."
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
