"""A text read differently, which still knows where each character came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Edit(NamedTuple):
    """Read this stretch as something else."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """A reading of the original text."""

    text: str
    starts: Sequence[int] | None = None
    """Where in the original each character begins; None when nothing moved."""
    ends: Sequence[int] | None = None
    name: str = ""
    """How the text was read, such as `joined`; empty for the plain reading."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Say which stretch of the original a stretch of this view stands for."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


class _Copy:
    """Builds a view from kept and replaced stretches of another one."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def keep(self, start: int, end: int) -> None:
        self.parts.append(self.view.text[start:end])
        if self.view.starts is None or self.view.ends is None:
            self.starts.extend(range(start, end))
            self.ends.extend(range(start + 1, end + 1))
        else:
            self.starts.extend(self.view.starts[start:end])
            self.ends.extend(self.view.ends[start:end])

    def replace(self, edit: Edit) -> None:
        if not edit.text:
            return
        start, end = self.view.span(edit.start, edit.end)
        self.parts.append(edit.text)
        self.starts.extend([start] * len(edit.text))
        self.ends.extend([end] * len(edit.text))


def edited(view: View, edits: Iterable[Edit], name: str, margin: int | None = None) -> View:
    """Apply edits, in order and not overlapping; with a margin, keep only that much around."""
    copy = _Copy(view)
    at = 0
    for edit in edits:
        if margin is None or edit.start - at <= 2 * margin:
            copy.keep(at, edit.start)
        else:
            if at:
                copy.keep(at, at + margin)
            copy.replace(Edit(at, edit.start, "\n"))
            copy.keep(edit.start - margin, edit.start)
        copy.replace(edit)
        at = edit.end
    rest = len(view.text) if margin is None else min(len(view.text), at + margin)
    copy.keep(at, rest)
    return View("".join(copy.parts), copy.starts, copy.ends, name)
