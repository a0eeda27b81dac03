"""Careful looks into JSON that somebody else wrote: whatever is not there, or odd, is empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_ID: Final = re.compile(r"[A-Za-z0-9_.:|-]{1,200}")


class Payload:
    """What Slack sent. A look into it gives a value of the kind that was asked for, always."""

    def __init__(self, value: object) -> None:
        self._value = value

    @property
    def raw(self) -> Mapping[str, Any]:
        """The JSON object itself; an empty one when it is none."""
        return self._value if isinstance(self._value, dict) else {}

    def at(self, *path: str) -> Payload:
        """Return what stands at the end of a path of names."""
        value: object = self._value
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return Payload(value)

    def text(self, *path: str) -> str:
        """Return words."""
        value = self.at(*path)._value  # noqa: SLF001 - its own kind
        return keepable(value) if isinstance(value, str) else ""

    def id(self, *path: str) -> str:
        """Return an id: what does not look like one is none, so that every id may be a key."""
        found = self.text(*path)
        return found if _ID.fullmatch(found) else ""

    def flag(self, *path: str) -> bool:
        """Say whether something is true, in JSON or in a form's word for it."""
        value = self.at(*path)._value  # noqa: SLF001 - its own kind
        return value is True or value == "true"

    def items(self, *path: str) -> tuple[Payload, ...]:
        """Return the members of a list."""
        value = self.at(*path)._value  # noqa: SLF001 - its own kind
        return tuple(Payload(one) for one in value) if isinstance(value, list) else ()


def keepable(text: str) -> str:
    """Return words without what no database keeps: empty characters, and halves of some."""
    whole = text.replace("\x00", "")
    return whole if whole.isascii() else whole.encode("utf-8", "replace").decode()
