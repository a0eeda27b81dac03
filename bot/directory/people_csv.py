"""The directory as a CSV file: every person in it, or every mistake in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot.chat import Person
from bot.knowledge import KnowledgeError
from bot.knowledge.known import by_any_name
from bot.knowledge.problems import Problem, did_you_mean, listed

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.models import Named

COLUMNS: Final = (
    "id",
    "name",
    "email",
    "department",
    "region",
    "worker_type",
    "title",
    "groups",
    "courses",
)
"""Only `email` must be there; an empty cell, like a column left out, says nothing."""

LARGEST: Final = 100_000_000
"""Bytes: about a million people."""

_SEPARATORS: Final = ",;\t"
"""Between cells; spreadsheets write the one their country uses."""

_BETWEEN: Final = re.compile("[;,|]")
"""Between the groups or courses of one cell."""

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


def read(path: Path, knowledge: Knowledge) -> Mapping[str, Person]:
    """Return the people of a file by e-mail address, in lower case.

    What a row leaves out is empty in its person; so is the worker type. Raises `KnowledgeError`
    with every mistake of the file.
    """
    reading = _Reading(path, knowledge)
    people = reading.people()
    if reading.problems:
        raise KnowledgeError(reading.problems)
    return MappingProxyType(people)


class _Reading:
    """One reading of the file, and what is wrong with it so far."""

    def __init__(self, path: Path, knowledge: Knowledge) -> None:
        self.path = path
        self.knowledge = knowledge
        self.problems: list[Problem] = []
        self.emails: dict[str, int] = {}
        self.ids: dict[str, int] = {}
        self.words: dict[tuple[str, str], str | None] = {}
        """What departments, regions and worker types were found to be, spelled as they are."""

    def people(self) -> dict[str, Person]:
        rows = self.rows(self.text())
        _, header = next(rows, (1, []))
        columns = self.columns(header)
        people: dict[str, Person] = {}
        for line, row in rows if columns else ():
            if len(row) != len(columns):
                self.note(
                    line, "", f"This row has {len(row)} cells; the first row has {len(columns)}."
                )
                continue
            person = self.person(line, dict(zip(columns, row, strict=True)))
            people[person.email] = person
        return people

    def text(self) -> str:
        """Return the whole file; nothing of it when it cannot be read."""
        try:
            with self.path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            self.note(0, "", f"This file cannot be read: {error.strerror or error}.")
            return ""
        if len(content) > LARGEST:
            self.note(0, "", "This file is larger than 100 MB. It is not a list of people.")
            return ""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.note(line, "", "This is not UTF-8 text. Save it as CSV UTF-8.")
            return ""
        if not text.strip():
            self.note(0, "", "There is nothing in this file.")
        return text

    def rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Give each row that is not empty, with the line it begins on."""
        separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error:
                self.note(line, "", 'The quotes do not match from here on. Write " twice: "".')
                return
            if row is None:
                return
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells

    def columns(self, header: list[str]) -> list[str]:
        """Return the names of the columns; none when the file cannot be read by them."""
        names = [name.lower().replace(" ", "_") for name in header]
        before = len(self.problems)
        for place, name in enumerate(names):
            if name not in COLUMNS:
                near = did_you_mean(name, COLUMNS) or f" There is: {listed(COLUMNS)}."
                self.note(1, name[:60], f"This is not a column.{near}")
            elif name in names[:place]:
                self.note(1, name, "This column is here twice. Keep one of the two.")
        if header and "email" not in names:
            self.note(1, "email", "This column is missing: people are known by their address.")
        return names if len(self.problems) == before else []

    def person(self, line: int, cells: Mapping[str, str]) -> Person:
        def cell(column: str) -> str:
            return cells.get(column, "")

        company = self.knowledge.company
        email = self.email(line, cell("email"))
        return Person(
            id=self.id(line, cell("id"), email),
            name=cell("name"),
            email=email,
            department=self.named(line, "department", cell("department"), company.departments),
            region=self.named(line, "region", cell("region"), company.regions),
            worker_type=self.named(line, "worker_type", cell("worker_type"), company.worker_types)
            or "",
            title=cell("title"),
            groups=frozenset(_split(cell("groups"))),
            courses=frozenset(self.courses(line, cell("courses"))),
        )

    def email(self, line: int, written: str) -> str:
        email = written.lower()
        if not email:
            self.note(line, "email", "The address is missing: people are known by it.")
        elif not _EMAIL.fullmatch(email):
            self.note(line, "email", f"{written[:60]!r} is not an address such as ana@example.org.")
        elif self.emails.setdefault(email, line) != line:
            first = self.emails[email]
            self.note(line, "email", f"{written[:60]!r} is in line {first} already. Keep one.")
        return email

    def id(self, line: int, id_: str, email: str) -> str:
        if not id_:
            return ""
        if not _ID.fullmatch(id_):
            self.note(
                line,
                "id",
                f"{id_[:60]!r} cannot be an id: use up to 80 letters without accents, digits, "
                "'-', '_' and '.'.",
            )
        elif self.ids.setdefault(id_, line) != line:
            self.note(line, "id", f"The id {id_!r} is used twice (first in line {self.ids[id_]}).")
        known = self.knowledge.people.get(id_)
        if known is not None and known.email != email:
            # Exceptions name people by their ids: this row must not inherit those of another.
            message = f"{id_!r} is somebody else in people.yaml. Write another id, or none."
            self.note(line, "id", message)
        return id_

    def named(self, line: int, column: str, word: str, named: Mapping[str, Named]) -> str | None:
        if not word:
            return None
        key = (column, word)
        if key not in self.words:
            self.words[key] = by_any_name(word, named)
        found = self.words[key]
        if found is None:
            self.unknown(line, column, word, {id_: one.name for id_, one in named.items()})
        return found

    def courses(self, line: int, written: str) -> Iterator[str]:
        for course in _split(written):
            if course not in self.knowledge.courses:
                self.unknown(line, "courses", course, dict.fromkeys(self.knowledge.courses, ""))
            yield course

    def unknown(self, line: int, column: str, word: str, known: Mapping[str, str]) -> None:
        near = did_you_mean(word, [*known, *filter(None, known.values())])
        home = "courses/" if column == "courses" else "company.yaml"
        there = near or (f" There is: {listed(known)}." if known else " There is none yet.")
        self.note(line, column, f"{word[:60]!r} is not in {home}.{there}")

    def note(self, line: int, field: str, message: str) -> None:
        self.problems.append(Problem(self.path.name, line, field, message))


def _split(written: str) -> Iterator[str]:
    return (part for one in _BETWEEN.split(written) if (part := one.strip()))
