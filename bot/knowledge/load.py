"""Reads a knowledge folder: a whole `Knowledge`, or every mistake in it. Never half of one."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.knowledge import checks, placing
from bot.knowledge.assemble import Parts, assemble
from bot.knowledge.company import Company
from bot.knowledge.data import DataFile
from bot.knowledge.files import read_folder
from bot.knowledge.gather import gather, repeated, same_names
from bot.knowledge.markdown import split
from bot.knowledge.people import PersonEntry, QuestionCase
from bot.knowledge.placed import Placed
from bot.knowledge.problems import KnowledgeError, Problem
from bot.knowledge.reader import Interned, Source, read
from bot.knowledge.rules import Condition, PolicyException, Use
from bot.knowledge.sentences import problems_of
from bot.knowledge.snapshot import Knowledge
from bot.knowledge.texts import Course, Section
from bot.knowledge.tools import Tool
from bot.knowledge.values import Id

T = TypeVar("T")
P = TypeVar("P", bound=Placed)
Text = TypeVar("Text", Section, Course)
Kind = tuple[Any, TypeAdapter[T]]


def _kind(kind: Any) -> tuple[Any, TypeAdapter[Any]]:
    return kind, TypeAdapter(kind)


COMPANY: Final[Kind[Company]] = _kind(Company)
DATA: Final[Kind[DataFile]] = _kind(DataFile)
USES: Final[Kind[tuple[Use, ...]]] = _kind(tuple[Use, ...])
CONDITIONS: Final[Kind[dict[str, Condition]]] = _kind(dict[Id, Condition])
EXCEPTIONS: Final[Kind[tuple[PolicyException, ...]]] = _kind(tuple[PolicyException, ...])
PEOPLE: Final[Kind[tuple[PersonEntry, ...]]] = _kind(tuple[PersonEntry, ...])
QUESTIONS: Final[Kind[tuple[QuestionCase, ...]]] = _kind(tuple[QuestionCase, ...])
TOOL: Final[Kind[Tool]] = _kind(Tool)
SECTION: Final[Kind[Section]] = _kind(Section)
COURSE: Final[Kind[Course]] = _kind(Course)


def load(folder: Path, *, today: date | None = None) -> Knowledge:
    """Read and check everything in `folder`; `today` overrides the company's `as_of`.

    Raises `KnowledgeError` with every problem of every file. Nothing outside the folder is read,
    and nothing in it is executed.
    """
    with _collector_paused():
        files, problems = read_folder(folder)
        parts = _Loading(files, problems).parts()
        return assemble(parts, folder=folder, files=files, today=today)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Nearly everything made here stays: looking for garbage would take a third of the time."""
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()


class _Loading:
    """One load: the files as they were read, and what is wrong with them so far."""

    def __init__(self, files: Mapping[str, bytes], problems: list[Problem]) -> None:
        self.problems = problems
        interned = Interned()
        self.sources: dict[str, Source] = {}
        for file, content in files.items():
            source = Source(file)
            found = _read(source, content, interned)
            self.problems += found
            if source.data is not None:
                self.sources[file] = source
        unread = {problem.file for problem in self.problems} - self.sources.keys()
        self.names = gather(self.sources, frozenset(unread))

    def parts(self) -> Parts:
        """Return every part, or raise with everything that is wrong with any of them."""
        company, data = self.company(), self.data()
        uses = self.listed("uses.yaml", USES, checks.uses)
        conditions = self.conditions()
        check = partial(checks.exceptions, names=self.names)
        exceptions = self.listed("exceptions.yaml", EXCEPTIONS, check)
        people = self.listed("people.yaml", PEOPLE, checks.people)
        questions = self.listed("questions.yaml", QUESTIONS)
        tools = self.tools()
        sections, courses = self.texts("policies", SECTION), self.texts("courses", COURSE)
        if self.problems or not (company and data):
            raise KnowledgeError(self.problems)
        return Parts(
            company=company,
            data=data,
            uses=uses,
            conditions=conditions,
            exceptions=exceptions,
            people=people,
            questions=questions,
            tools=tools,
            sections=sections,
            courses=courses,
        )

    def company(self) -> Company | None:
        self.repeated("company.yaml", "red_lines")
        found = self.one("company.yaml", COMPANY)
        if found is not None:
            source = self.sources["company.yaml"]
            self.add(source, checks.company(found))
            placing.company(found, source)
        return found

    def data(self) -> DataFile | None:
        self.repeated("data.yaml", "classes")
        self.repeated("data.yaml", "rules")
        found = self.one("data.yaml", DATA)
        if found is not None:
            source = self.sources["data.yaml"]
            self.add(source, checks.data(found))
            placing.data(found, source)
        return found

    def conditions(self) -> Mapping[str, Condition]:
        found = self.one("conditions.yaml", CONDITIONS) or {}
        if found:
            placing.conditions(found, self.sources["conditions.yaml"])
        return found

    def tools(self) -> list[Tool]:
        found = []
        for file, source in self.inside("tools"):
            self.repeated(file, "editions")
            tool = self.one(file, TOOL)
            if tool is not None:
                self.add(source, checks.tool(tool, file))
                placing.tool(tool, source)
                found.append(tool)
        return found

    def texts(self, home: str, kind: Kind[Text]) -> list[Text]:
        found = []
        for file, source in self.inside(home):
            text = self.one(file, kind)
            if text is not None:
                self.add(source, checks.text(text, file))
                placing.text(text, source)
                found.append(text)
        self.problems += same_names(home, self.sources)
        return found

    def listed(
        self,
        file: str,
        kind: Kind[tuple[P, ...]],
        check: Callable[[tuple[P, ...]], checks.Found] | None = None,
    ) -> tuple[P, ...]:
        self.repeated(file, "")
        found = self.one(file, kind)
        if found is None:
            return ()
        if check is not None:
            self.add(self.sources[file], check(found))
        placing.listed(found, self.sources[file])
        return found

    def one(self, file: str, kind: Kind[T]) -> T | None:
        source = self.sources.get(file)
        if source is None:
            return None
        try:
            return kind[1].validate_python(source.data, context=self.names)
        except ValidationError as error:
            self.problems += problems_of(error, source, kind[0])
            return None
        finally:
            # What was read is not needed twice: with thousands of tools that is memory.
            source.data = None

    def repeated(self, file: str, path: str) -> None:
        source = self.sources.get(file)
        if source is not None:
            self.problems += repeated(source, path)

    def add(self, source: Source, found: checks.Found) -> None:
        self.problems += (source.problem(path, message) for path, message in found)

    def inside(self, home: str) -> list[tuple[str, Source]]:
        return [item for item in self.sources.items() if item[0].startswith(f"{home}/")]


def _read(source: Source, content: bytes, interned: Interned) -> list[Problem]:
    """Fill `source`; its data stays None when the file cannot be read at all."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return [Problem(source.file, line, "", "This is not UTF-8 text. Save it as UTF-8.")]
    if "\0" in text:
        return [Problem(source.file, 0, "", "This is a binary file, not text.")]
    if not source.file.endswith(".md"):
        return read(source, text, interned)
    parts = split(source.file, text)
    if isinstance(parts, Problem):
        return [parts]
    front, source.body = parts
    return read(source, front, interned, skipped=1)
