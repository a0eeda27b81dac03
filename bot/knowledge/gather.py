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
    tools = {file: source.data for file, source in sources.items() if file.startswith("tools/")}
    shapeless = {
        file for file, data in tools.items() if not isinstance(_get(data, "editions"), list)
    }
    company, data, uses, conditions = (
        sources[file].data if file in sources else None
        for file in ("company.yaml", "data.yaml", "uses.yaml", "conditions.yaml")
    )
    known: dict[Kind, frozenset[str]] = {
        "section": frozenset(_stems("policies", sources, unread)),
        "course": frozenset(_stems("courses", sources, unread)),
        "tool": frozenset(_stems("tools", sources, unread)),
        "edition": frozenset(key for data in tools.values() for key in _editions(data)),
        **_company(company),
    }
    # Only what has its right shape counts as known: a file that is a list where a mapping is
    # wanted is one problem, and not one more for each word that refers to it.
    if isinstance(_get(data, "classes"), list):
        known["data class"] = frozenset(_classes(data, absolute=False))
    if isinstance(uses, list):
        known["use"] = frozenset(_ids(uses))
    if isinstance(conditions, dict):
        known["condition"] = frozenset(conditions)
    if "people.yaml" not in unread:
        known["person"] = frozenset(_ids(_people(sources)))
    return Names(
        known=known,
        groups=dict(_groups(company)),
        defaults=dict(_defaults(tools.values())),
        unread_tools=frozenset(PurePosixPath(file).stem for file in unread | shapeless),
        absolute=frozenset(_classes(data, absolute=True)),
        red_line_uses=frozenset(use["id"] for use in _entries(uses) if use.get("red_line")),
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
    found: dict[Kind, frozenset[str]] = {}
    homes: tuple[tuple[Kind, str], ...] = (
        ("department", "departments"),
        ("region", "regions"),
        ("worker type", "worker_types"),
    )
    for kind, key in homes:
        if isinstance(_get(company, key), dict):
            found[kind] = frozenset(company[key])
    if isinstance(company, dict):
        found["red line"] = frozenset(_ids(company.get("red_lines")))
    return found


def _people(sources: Sources) -> Any:
    return sources["people.yaml"].data if "people.yaml" in sources else None


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
