"""Answers on a terminal: colour where there is a screen, plain text everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import typer

from bot.ask import Answer
from bot.chat import AnswerVerdict, Person

_COLOURS: Final[Mapping[AnswerVerdict, str]] = MappingProxyType(
    {
        "allowed": "bold green",
        "allowed_with_conditions": "bold green",
        "needs_clarification": "bold yellow",
        "not_reviewed": "bold yellow",
        "not_allowed": "bold red",
        "not_a_permission_question": "bold",
    }
)


def said(text: str, verdict: AnswerVerdict | None = None) -> None:
    """Print a text; with a verdict, its first line wears the verdict's colour."""
    if verdict is None or not sys.stdout.isatty():
        typer.echo(text)
        return
    # Loading Rich takes longer than answering, so pipes do without.
    from rich.console import Console
    from rich.text import Text

    first, newline, rest = text.partition("\n")
    coloured = Text.assemble((first, _COLOURS[verdict]), newline, rest)
    Console(highlight=False, soft_wrap=True).print(coloured)


def note(text: str) -> None:
    """Print something about the answer beside it, for whoever watches."""
    if sys.stderr.isatty():
        typer.secho(text, err=True, dim=True)


def as_whom(person: Person) -> str:
    """Say who is asking."""
    where = ", ".join(part for part in (person.department, person.region) if part)
    name = person.name or "an employee of no department"
    return f"as {f'{name}, {where}' if where else name}; --as changes it"


def how_to_explain(given: Answer) -> str:
    """Say how to look behind an answer."""
    return f"greenlight explain {given.answer_id}"
