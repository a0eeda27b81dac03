"""People by id or address, for keys of programs: nobody's account is looked up."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.chat import Person
from bot.directory import people_csv

if TYPE_CHECKING:
    from bot.app import App
    from bot.knowledge import Knowledge


async def person_named(app: App, named: str) -> Person | None:
    """Return the person of the CSV directory or of people.yaml with this id or e-mail address.

    None when there is nobody. Raises `KnowledgeError` when the CSV file cannot be read.
    """
    knowledge, csv = app.knowledge, app.settings.people_csv
    listed = await asyncio.to_thread(_listed_now, csv, knowledge) if csv is not None else {}
    wanted = named.lower() if "@" in named else named
    found = listed.get(wanted) or next((p for p in listed.values() if p.id == named), None)
    return found or knowledge.people.get(named) or knowledge.person_by_email.get(wanted)


def _listed_now(csv: Path, knowledge: Knowledge) -> dict[str, Person]:
    found = csv.stat() if csv.exists() else None
    return _listed(csv, (found.st_size, found.st_mtime_ns) if found else (), knowledge)


@lru_cache(maxsize=2)
def _listed(csv: Path, _state: tuple[int, ...], knowledge: Knowledge) -> dict[str, Person]:
    return dict(people_csv.read(csv, knowledge))
