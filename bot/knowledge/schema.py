"""JSON Schemas of the files, so that an editor completes keys and marks mistakes while typing.

They accept every spelling the reader accepts. What only the whole folder knows (references, ids
used twice, dates that follow one another) is checked by `load` alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from bot.knowledge.load import (
    COMPANY,
    CONDITIONS,
    COURSE,
    DATA,
    EXCEPTIONS,
    PEOPLE,
    QUESTIONS,
    SECTION,
    TOOL,
    USES,
)

KINDS: Final[dict[str, TypeAdapter[Any]]] = {
    "company": COMPANY[1],
    "data": DATA[1],
    "uses": USES[1],
    "conditions": CONDITIONS[1],
    "exceptions": EXCEPTIONS[1],
    "people": PEOPLE[1],
    "questions": QUESTIONS[1],
    "tool": TOOL[1],
    "section": SECTION[1],
    "course": COURSE[1],
}
"""File kind -> what reads it; `section` and `course` are the front matter of Markdown files."""


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of one kind of file."""
    found = KINDS[kind].json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def export_schemas(folder: Path) -> list[Path]:
    """Write `company.schema.json` and its siblings into `folder`; return what was written.

    A YAML file names its schema in its first line:
    `# yaml-language-server: $schema=company.schema.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in KINDS:
        path = folder / f"{kind}.schema.json"
        path.write_text(json.dumps(schema(kind), indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written
