"""What every entry of the knowledge base can do: say where it stands."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from typing_extensions import override

from bot.knowledge.reader import Source


class Entry(BaseModel):
    """A part of a knowledge file. A key that is not a field is an error, never a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Placed(Entry):
    """An entry that can stand behind a finding."""

    # Slots, not pydantic's private attributes: those cost a dict and 10 µs for each of the many
    # thousand entries, and no file could set either.
    __slots__ = ("_path", "_source")

    def at(self, path: str = "") -> str:
        """Say where this entry, or the dotted `path` inside it, stands: `tools/chatgpt.yaml:23`.

        A path without a line of its own answers with its nearest parent. An entry that came from
        no file answers with nothing.
        """
        source: Source | None = getattr(self, "_source", None)
        if source is None:
            return ""
        parts = (part for part in (_path_of(self), path) if part)
        return f"{source.file}:{source.line('.'.join(parts))}"

    def place(self, source: Source, path: str) -> None:
        """Remember where this entry was read. Only loading calls this."""
        _set_source(self, source)
        _set_path(self, path)

    @override
    def __copy__(self) -> Self:
        copied = super().__copy__()
        if hasattr(self, "_source"):
            copied.place(self._source, _path_of(self))
        return copied


_set_source: Any = Placed.__dict__["_source"].__set__
_set_path: Any = Placed.__dict__["_path"].__set__
_path_of: Any = Placed.__dict__["_path"].__get__
