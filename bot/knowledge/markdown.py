"""Splits a Markdown file into its front matter and the text below."""

from __future__ import annotations

from bot.knowledge.problems import Problem

FENCE = "---"


def split(file: str, text: str) -> tuple[str, str] | Problem:
    """Return front matter and text; the front matter begins in the second line of the file."""
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != FENCE:
        return Problem(file, 1, "", "This file must begin with a line '---' and its front matter.")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return "".join(lines[1:number]), "".join(lines[number + 1 :]).strip("\r\n")
    return Problem(file, 1, "", "The front matter is never closed. End it with a line '---'.")
