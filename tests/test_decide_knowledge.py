"""Knowledge bases for the deciding tests, put together in memory: only what a test is about.

`knowledge(tool("chatgpt", edition("work", data={"public": "allow"})))` is a whole company with one
tool. Every section id that anything mentions exists and is in force, unless `sections` says else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.chat import Person
from bot.decide import Question
from bot.knowledge import Condition, Course, Knowledge, PolicyException, Section, Tool, Use
from bot.knowledge.assemble import Parts, assemble
from bot.knowledge.company import Company
from bot.knowledge.data import DataFile

Entry = dict[str, Any]

DAY = date(2026, 6, 1)

COMPANY: Entry = {
    "name": "Acme",
    "language": "en",
    "departments": {d: {"name": d.title()} for d in ("marketing", "legal", "people")},
    "regions": {r: {"name": r} for r in ("UK", "DE", "FR")},
    "worker_types": {t: {"name": t} for t in ("employee", "contractor", "guest")},
    "roles": {},
    "unlisted": {"verdict": "not_reviewed", "cite": ["UNL-1"]},
    "guests": {"cite": ["GST-1"]},
    "claims": {"cite": ["CLM-1"]},
    "red_lines": [{"id": "RL-1", "text": "Nobody is ranked.", "cite": ["RED-1"]}],
}

CLASSES: list[Entry] = [
    {"id": "public", "rank": 0, "name": "Public", "cite": ["DAT-1"]},
    {"id": "internal", "rank": 1, "name": "Internal", "cite": ["DAT-1"]},
    {
        "id": "personal",
        "rank": 2,
        "name": "Personal",
        "tags": {
            "customer": {},
            "candidate": {"cite": ["DAT-9"], "conditions": ["human-review"]},
        },
        "cite": ["DAT-3"],
    },
    {
        "id": "secret",
        "rank": 3,
        "name": "Secret",
        "tags": {"key": {}},
        "absolute": True,
        "cite": ["DAT-5"],
    },
]

RULES: list[Entry] = [
    {"id": "hashed", "class": "personal", "text": "Hashed is personal.", "cite": ["DAT-7"]}
]

CONDITIONS: dict[str, Entry] = {
    "human-review": {"text": "A person checks it."},
    "web-search-off": {"text": "Web search is off."},
    "rights-check": {"text": "Rights are checked."},
    "training": {"text": "Finish the basics.", "course": "TR-1"},
    "data-limits": {"text": "Only cleared data."},
    "company-account": {"text": "Only with the company account."},
    "purpose-limit": {"text": "Only for its purposes."},
}

USES: list[Entry] = [
    {"id": "general", "name": "Not stated", "effect": "ok"},
    {"id": "summarise", "name": "Summarise", "effect": "ok"},
    {"id": "social_post", "name": "Social post", "effect": "ok"},
]

ANA = Person(
    id="ana",
    email="ana@acme.example",
    department="marketing",
    region="UK",
    worker_type="employee",
)
BEN = Person(id="ben", department="legal", region="DE")
GUEST = Person(id="gus", worker_type="guest", department="marketing", region="UK")
NEW = Person(id="new")
"""An employee of whom the directory knows neither department nor region."""

_USES: TypeAdapter[tuple[Use, ...]] = TypeAdapter(tuple[Use, ...])
_TOOLS: TypeAdapter[tuple[Tool, ...]] = TypeAdapter(tuple[Tool, ...])
_EXCEPTIONS: TypeAdapter[tuple[PolicyException, ...]] = TypeAdapter(tuple[PolicyException, ...])
_CONDITIONS: TypeAdapter[dict[str, Condition]] = TypeAdapter(dict[str, Condition])


def edition(id_: str = "work", **fields: Any) -> Entry:
    """An approved company edition for everybody, cleared for public data."""
    return {
        "id": id_,
        "name": id_,
        "account": "company",
        "status": "approved",
        "who": {"types": "all", "departments": "all", "regions": "all"},
        "data": {"public": "allow"},
        "cite": ["EDI-1"],
        **fields,
    }


def who(**fields: Any) -> Entry:
    return {"types": "all", "departments": "all", "regions": "all", **fields}


def tool(id_: str, *editions: Entry, **fields: Any) -> Entry:
    editions = editions or (edition(),)
    return {
        "id": id_,
        "name": id_,
        "category": "assistant",
        "default_edition": editions[0]["id"],
        "editions": list(editions),
        **fields,
    }


def use(id_: str, **fields: Any) -> Entry:
    return {"id": id_, "name": id_, "effect": "ok", **fields}


def exception(**fields: Any) -> Entry:
    """Ana may do one thing around the day of the tests."""
    return {
        "id": "EX-1",
        "people": ["ana@acme.example"],
        "tool": "chatgpt",
        "use": "social_post",
        "from": "2026-05-01",
        "to": "2026-07-01",
        "by": "Council",
        "cite": ["EXC-1"],
        **fields,
    }


def knowledge(
    *tools: Entry,
    company: Mapping[str, Any] | None = None,
    classes: list[Entry] | None = None,
    uses: tuple[Entry, ...] = (),
    conditions: Mapping[str, Entry] | None = None,
    exceptions: tuple[Entry, ...] = (),
    sections: Mapping[str, Entry] | None = None,
) -> Knowledge:
    """A whole company around these tools; uses are added, the rest replaces what stands above."""
    data = {"classes": CLASSES if classes is None else classes, "rules": RULES}
    about = {**COMPANY, **(company or {})}
    mentioned = re.findall(r"\b[A-Z]{3}-\d+\b", repr((tools, data, about, uses, exceptions)))
    found = Parts(
        company=Company.model_validate(about),
        data=DataFile.model_validate(data),
        uses=_USES.validate_python((*USES, *uses)),
        conditions=_CONDITIONS.validate_python({**CONDITIONS, **(conditions or {})}),
        exceptions=_EXCEPTIONS.validate_python(exceptions),
        people=(),
        questions=(),
        tools=_TOOLS.validate_python(tools),
        sections=[
            _section(id_, (sections or {}).get(id_, {}))
            for id_ in dict.fromkeys((*mentioned, *(sections or {})))
        ],
        courses=[Course.model_validate({**_READ, "id": "TR-1", "title": "Basics", "minutes": 5})],
    )
    for one in found.tools:
        for each in one.editions:
            each.belong_to(one.id)
    return assemble(found, folder=Path(), files={}, today=None)


_READ: Entry = {"audience": "all"}


def _section(id_: str, fields: Entry) -> Section:
    text = {"id": id_, "title": id_, "document": "Policy", "version": "1", "regions": "all"}
    return Section.model_validate({**_READ, **text, "effective": "2026-01-01", **fields})


def asking(person: Person = ANA, **fields: Any) -> Question:
    """A question of Ana's about ChatGPT, on the day of the tests."""
    data = frozenset(fields.pop("data", ()))
    rules = frozenset(fields.pop("rules", ()))
    return Question(
        **{"person": person, "date": DAY, "tool": "chatgpt", "data": data, "rules": rules, **fields}
    )
