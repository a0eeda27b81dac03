"""`greenlight check`: what is wrong with the content, and what deserves a second look."""

from __future__ import annotations

from datetime import datetime

import typer
from rich.console import Console

from bot import ask, check
from bot.settings import Settings


def run(settings: Settings, *, as_json: bool) -> int:
    """Check the knowledge base; return the exit code."""
    today = datetime.now().astimezone().date()  # noqa: TID251 - no app here
    report = check.run(settings.knowledge, today=today, judge=ask.judge)
    if as_json:
        typer.echo(check.as_json(report))
    else:
        check.tell(report, Console())
    return report.exit_code
