"""Collects every id of a folder from what was read, however wrong the rest of a file may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from bot.knowledge.names import Kind, Names
from bot.knowledge.problems import Problem
from bot.knowledge.reader import Source

Sources = Mapping[str, Source]


def gather(sources: Sources, unread: frozenset[str]) -> Names:
    """Return the ids that the files define; `unread` are the files that could not be read."""
    known: dict[Kind, frozenset[str]] = {
        "section": frozenset(_stems("policies", sources, unread)),
        "course": frozenset(_stems("courses", sources, unread)),
    }
    tools = {file: source.data for file, source in sources.items() if file.startswith("tools/")}
    known["tool"] = frozenset(_stems("tools", sources, unread))
    known["edition"] = frozenset(key for data in tools.values() for key in _editions(data))
    groups: dict[str, frozenset[str]] = {}
    if "company.yaml" in sources:
        company = sources["company.yaml"].data
        known |= _company(company)
        groups = dict(_groups(company))
    absolute: frozenset[str] = frozenset()
    if "data.yaml" in sources:
        known["data class"] = frozenset(_classes(sources["data.yaml"].data, absolute=False))
        absolute = frozenset(_classes(sources["data.yaml"].data, absolute=True))
    red: frozenset[str] = frozenset()
    if "uses.yaml" in sources:
        uses = sources["uses.yaml"].data
        known["use"] = frozenset(_ids(uses))
        red = frozenset(use["id"] for use in _entries(uses) if use.get("red_line"))
    if "conditions.yaml" in sources:
        known["condition"] = frozenset(_keys(sources["conditions.yaml"].data))
    if "people.yaml" not in unread:
        people = sources.get("people.yaml")
        known["person"] = frozenset(_ids(people.data if people else None))
    return Names(
        known=known,
        groups=groups,
        defaults=dict(_defaults(tools.values())),
        unread_tools=frozenset(PurePosixPath(file).stem for file in unread if "tools/" in file),
        absolute=absolute,
        red_line_uses=red,
    )


def repeated(source: Source, path: str) -> Iterator[Problem]:
    """Find ids that two entries share: of the list under the key `path`, or of the file."""
    entries = _get(source.data, path) if path else source.data
    first: dict[str, int] = {}
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        one = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(one, str):
            continue
        where = f"{path}.{index}.id" if path else f"{index}.id"
        if one in first:
            message = f"The id {str(one)!r} is used twice (first in line {first[one]})."
            yield source.problem(where, message)
        else:
            first[one] = source.line(where)


def same_names(home: str, sources: Sources) -> Iterator[Problem]:
    """Find files of the same name in two folders: their ids would be the same."""
    first: dict[str, str] = {}
    for file in sources:
        path = PurePosixPath(file)
        if path.parts[0] == home and first.setdefault(path.stem, file) != file:
            before = first[path.stem]
            yield Problem(file, 1, "id", f"The id {path.stem!r} is used twice (first in {before}).")


def _company(company: Any) -> dict[Kind, frozenset[str]]:
    return {
        "department": frozenset(_keys(_get(company, "departments"))),
        "region": frozenset(_keys(_get(company, "regions"))),
        "worker type": frozenset(_keys(_get(company, "worker_types"))),
        "red line": frozenset(_ids(_get(company, "red_lines"))),
    }


def _groups(company: Any) -> Iterator[tuple[str, frozenset[str]]]:
    groups = _get(company, "region_groups")
    for name in _keys(groups):
        regions = groups[name]
        if isinstance(regions, list):
            yield name, frozenset(region for region in regions if isinstance(region, str))


def _classes(data: Any, *, absolute: bool) -> Iterator[str]:
    for entry in _entries(_get(data, "classes")):
        if absolute and entry.get("absolute") is not True:
            continue
        yield entry["id"]
        yield from (f"{entry['id']}.{tag}" for tag in _keys(entry.get("tags")))


def _editions(tool: Any) -> Iterator[str]:
    if isinstance(_get(tool, "id"), str):
        yield from (f"{tool['id']}:{edition}" for edition in _ids(tool.get("editions")))


def _defaults(tools: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for tool in tools:
        name, default = _get(tool, "id"), _get(tool, "default_edition")
        if isinstance(name, str) and isinstance(default, str):
            yield name, f"{name}:{default}"


def _stems(home: str, sources: Sources, unread: frozenset[str]) -> Iterator[str]:
    for file in (*sources, *unread):
        path = PurePosixPath(file)
        if path.parts[:1] == (home,):
            yield path.stem


def _get(mapping: Any, key: str) -> Any:
    return mapping.get(key) if isinstance(mapping, dict) else None


def _keys(mapping: Any) -> Iterator[str]:
    yield from mapping if isinstance(mapping, dict) else ()


def _entries(entries: Any) -> Iterator[dict[str, Any]]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            yield entry


def _ids(entries: Any) -> Iterator[str]:
    return (entry["id"] for entry in _entries(entries))
