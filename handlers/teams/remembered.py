"""What a process remembers until it ends; nothing that must not be lost."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

_MOST: Final = 10_000


class Remembered(OrderedDict[str, Any]):
    """A memory of the last things; the oldest go first."""

    def keep(self, name: str, value: Any) -> None:
        """Remember something, and forget what is too long ago."""
        self[name] = value
        self.move_to_end(name)
        while len(self) > _MOST:
            self.popitem(last=False)
