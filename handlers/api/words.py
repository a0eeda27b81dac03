"""The words of a call as ids of the knowledge base. What it does not know is a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.chat import Person
from bot.decide import UNLISTED
from bot.knowledge.known import by_any_name
from bot.knowledge.problems import did_you_mean, listed
from bot.understand.words import NamedTool, Reading
from handlers.api.problems import CallError, invalid

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.models import Named, Tool
    from handlers.api.asked import DecideSent

_SHOWN: Final = 60
"""Ids that are listed in a mistake: all of them in most companies."""


def reading_of(asked: DecideSent, person: Person, knowledge: Knowledge) -> Reading:
    """Return the slots of a call; raises a `CallError` for what the knowledge base has not."""
    return Reading(
        topic="permission",
        action="answer",
        tools=_tools(asked, knowledge),
        want=asked.want,
        data=frozenset(data_of(key, knowledge) for key in asked.data),
        use=use_of(asked.use, knowledge),
        about=_placed(asked, person, knowledge),
    )


def data_of(key: str, knowledge: Knowledge) -> str:
    """Return a class or class.tag; raises a `CallError` when there is none."""
    classes = knowledge.classes.values()
    known = {key: (key,) for c in classes for key in (c.id, *(f"{c.id}.{tag}" for tag in c.tags))}
    return _meant(key, known, "data")


def use_of(word: str, knowledge: Knowledge) -> str:
    """Return the id of a purpose; raises a `CallError` when there is none."""
    return _meant(word, {use.id: (use.name,) for use in knowledge.uses.values()}, "use")


def _tools(asked: DecideSent, knowledge: Knowledge) -> tuple[NamedTool, ...]:
    alone = len(asked.tool) == 1
    for field, value in (("edition", asked.edition), ("feature", asked.feature)):
        if value is not None and not alone:
            raise invalid(f"{field} goes with one tool. With several, write tool:edition.", field)
    return tuple(_tool(written, asked, knowledge) for written in asked.tool)


def _tool(written: str, asked: DecideSent, knowledge: Knowledge) -> NamedTool:
    if written.startswith(UNLISTED):
        return _unlisted(written, asked)
    name, _, edition = written.partition(":")
    if edition and asked.edition is not None:
        raise invalid("The edition is given twice. Write it once.", "edition")
    tool = knowledge.tools.get(name) or _tool_called(name, knowledge)
    chosen = _edition(edition or asked.edition, tool)
    return NamedTool(
        tool=tool.id,
        edition=chosen,
        feature=_feature(asked.feature, tool, chosen),
        model=asked.model,
        category=tool.category,
    )


def _tool_called(name: str, knowledge: Knowledge) -> Tool:
    known = {tool.id: (tool.name, *tool.aliases) for tool in knowledge.tools.values()}
    return knowledge.tools[_meant(name, known, "tool", _OTHER_TOOLS, most=0)]


def _unlisted(written: str, asked: DecideSent) -> NamedTool:
    name = " ".join(written.removeprefix(UNLISTED).lower().split())
    if not name:
        raise invalid("The name of the tool is missing after unlisted, as unlisted:name.", "tool")
    if asked.edition is not None:
        raise invalid("A tool that the catalogue does not have has no editions here.", "edition")
    return NamedTool(tool=f"{UNLISTED}{name}", feature=asked.feature, model=asked.model)


def _edition(written: str | None, tool: Tool) -> str | None:
    if written is None:
        return None
    return _meant(written, {e.id: (e.name, *e.aliases) for e in tool.editions}, "edition")


def _feature(written: str | None, tool: Tool, edition: str | None) -> str | None:
    """Return a feature's id; one that is not listed stays as written, and is nobody's yes."""
    if written is None:
        return None
    wanted = edition or tool.default_edition
    features = next(e.features for e in tool.editions if e.id == wanted)
    known = {id_: feature.aliases for id_, feature in features.items()}
    return _found(written, known) or written


def _placed(asked: DecideSent, person: Person, knowledge: Knowledge) -> Person | None:
    """Return the person with what the directory leaves open; None when nothing is added."""
    company = knowledge.company
    department = _place("department", asked.department, person.department, company.departments)
    region = _place("region", asked.region, person.region, company.regions)
    if (department, region) == (person.department, person.region):
        return None
    return replace(person, department=department, region=region)


def _place(
    field: str, written: str | None, known: str | None, places: Mapping[str, Named]
) -> str | None:
    if written is None:
        return known
    place = by_any_name(written, places)
    if place is None:
        raise _unknown(written, places, field)
    if known is not None and place != known:
        # A call must not become somebody whose department is allowed more.
        raise invalid(f"The directory names another {field} for this person.", field)
    return place


def _meant(
    word: str,
    known: Mapping[str, Iterable[str]],
    field: str,
    instead: str = "",
    *,
    most: int = _SHOWN,
) -> str:
    found = _found(word, known)
    if found is None:
        raise _unknown(word, known, field, instead, most=most)
    return found


def _found(word: str, known: Mapping[str, Iterable[str]]) -> str | None:
    """Return the id that is this word, or whose name or alias it is."""
    if word in known:
        return word
    folded = word.casefold()
    return next(
        (id_ for id_, names in known.items() if folded in map(str.casefold, (id_, *names))), None
    )


def _unknown(
    word: str, known: Iterable[str], field: str, instead: str = "", *, most: int = _SHOWN
) -> CallError:
    near = did_you_mean(word, known)
    there_is = f" There is: {listed(known, most=most)}." if most and not near else ""
    return invalid(f"{word!r} is not in the knowledge base.{near}{there_is}{instead}", field)


_OTHER_TOOLS: Final = " A tool that the catalogue does not have is written unlisted:name."
