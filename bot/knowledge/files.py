"""Which files a knowledge folder holds, and their bytes. Nothing outside the folder is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from bot.knowledge.problems import Problem, did_you_mean

LARGEST: Final = 1_000_000
"""Bytes of one file. A file people edit by hand is a hundredth of that."""

DEEPEST: Final = 12
"""Folders inside one another."""

REQUIRED: Final = ("company.yaml", "data.yaml", "uses.yaml", "conditions.yaml")
OPTIONAL: Final = ("exceptions.yaml", "people.yaml", "questions.yaml")
_CODE: Final = frozenset({".py", ".pyc", ".sh", ".js", ".ts", ".exe", ".bat", ".ps1", ".so"})
_YAML: Final = frozenset({".yaml", ".yml", ".json"})
_TEXT: Final = frozenset({".markdown", ".mdown", ".txt", ".rst"})
_FOLDERS: Final = ("tools", "policies", "courses")


def read_folder(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Return every knowledge file by its path, in order, and what is missing or misplaced."""
    try:
        if folder.is_dir():
            reading = _Folder(folder)
            return reading.read(), reading.problems
        what = "is a file; a folder is wanted" if folder.exists() else "does not exist"
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
    return {}, [Problem(str(folder), 0, "", f"This knowledge folder {what}.")]


class _Folder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder.resolve()
        self.problems: list[Problem] = []

    def read(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for name, path in sorted(self._files(str(self.folder), "", frozenset())):
            content = self._content(name, Path(path))
            if content is not None:
                found[name] = content
        for name in REQUIRED:
            if name not in found and not any(name == problem.file for problem in self.problems):
                self._note(name, "This file is missing; every knowledge base needs it.")
        return found

    def _files(self, folder: str, inside: str, above: frozenset[Path]) -> Iterator[tuple[str, str]]:
        real = Path(folder).resolve()
        if real in above:
            self._note(inside, "This link leads back to a folder it stands in. Remove it.")
            return
        if len(above) > DEEPEST:
            self._note(inside, f"Folders nest deeper than {DEEPEST} levels here. Flatten them.")
            return
        for entry in self._entries(folder, inside):
            name = f"{inside}/{entry.name}" if inside else entry.name
            if not name.isprintable():
                self._note(ascii(name), "The name holds a character that cannot be printed.")
            elif entry.is_symlink() and not self._is_inside(entry, name):
                continue
            elif entry.is_dir():
                yield from self._files(entry.path, name, above | {real})
            elif self._is_wanted(PurePosixPath(name)):
                yield name, entry.path

    def _entries(self, folder: str, inside: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            self._note(inside or folder, f"This folder cannot be read: {error.strerror or error}.")
            return []

    def _is_inside(self, entry: os.DirEntry[str], name: str) -> bool:
        try:
            real = Path(entry.path).resolve(strict=True)
        except (OSError, RuntimeError):
            self._note(name, "This link leads nowhere. Remove it.")
            return False
        if real.is_relative_to(self.root):
            return True
        self._note(name, "This link leads out of the knowledge folder. Put the file itself here.")
        return False

    def _is_wanted(self, name: PurePosixPath) -> bool:
        if name.name.upper().startswith("README"):
            return False
        if name.suffix.lower() in _CODE:
            self._note(str(name), "Code has no place in a knowledge folder. Remove this file.")
            return False
        sentence = _misplaced(name)
        if sentence is not None:
            self._note(str(name), sentence)
        return sentence is None and _is_knowledge(name)

    def _content(self, name: str, path: Path) -> bytes | None:
        try:
            # Asked before opening: a named pipe would wait for ever.
            if not stat.S_ISREG(path.stat().st_mode):
                self._note(name, "This is not an ordinary file. Remove it.")
                return None
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            self._note(name, f"This file cannot be read: {error.strerror or error}.")
            return None
        if len(content) > LARGEST:
            self._note(name, "This file is larger than 1 MB. Split it or shorten it.")
            return None
        return content

    def _note(self, name: str, message: str) -> None:
        self.problems.append(Problem(name, 0, "", message))


def _is_knowledge(name: PurePosixPath) -> bool:
    match name.parts:
        case (file,):
            return file in REQUIRED or file in OPTIONAL
        case ("tools", _):
            return name.suffix == ".yaml"
        case ("courses", _) | ("policies", *_):
            return name.suffix == ".md"
        case _:
            return False


def _misplaced(name: PurePosixPath) -> str | None:
    suffix = name.suffix.lower()
    if _is_knowledge(name) or name.name.endswith(".schema.json"):
        return None
    match name.parts:
        case ("tools", *_) if suffix in _YAML:
            return f"A tool is a file such as tools/{name.stem}.yaml: rename or move it."
        case ("policies" | "courses" as home, *_) if suffix in _TEXT | _YAML | {".md"}:
            return f"What stands here is Markdown: name it {home}/{name.stem}.md."
        case _ if suffix in _YAML:
            return _unknown(name)
        case _:
            return None


def _unknown(name: PurePosixPath) -> str:
    known = (*REQUIRED, *OPTIONAL)
    if len(name.parts) == 1:
        near = did_you_mean(f"{name.stem}.yaml", known)
        return f"This is not a file a knowledge base has.{near or ' There is: ' + ', '.join(known)}"
    near = did_you_mean(name.parts[0], _FOLDERS)
    there = ", ".join(_FOLDERS)
    return f"{name.parts[0]}/ is not a folder a knowledge base has.{near} There is: {there}."
