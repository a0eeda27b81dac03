"""What things are called in an answer: tools, data, purposes, places, sections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.chat import Citation, Person
from bot.decide import UNLISTED, Decision, Question
from bot.explain.sentences import Sentences, one_line

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.models import Edition, Section
    from bot.understand.words import Reading

NAMED = 4
"""How many names one sentence lists before it says "and three more"."""

_LONGEST_ECHO = 60
"""Characters of the asker's own words that an answer repeats."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """A sort key: the company's own order, what it does not list last."""

    known: tuple[str, ...]

    def __call__(self, item: str) -> tuple[int, str]:
        """Give the place of an item."""
        return (self.known.index(item) if item in self.known else len(self.known), item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Everything one answer is told from."""

    say: Sentences
    reading: Reading
    knowledge: Knowledge
    person: Person
    today: date
    asked: str = ""
    """The message, for choosing the sentences of a policy that answer it."""

    def contact(self, *kinds: str) -> str:
        """The first contact of these kinds that the company names."""
        contacts = self.knowledge.company.contacts
        found = (contacts[kind] for kind in kinds if contacts.get(kind))
        return one_line(next(found, ""))

    def with_contact(self, sentence: str, *kinds: str) -> str:
        """A sentence that names a contact; nothing when the company names none."""
        contact = self.contact(*kinds)
        return self.say(sentence, contact=contact) if contact else ""


def echo(words: str) -> str:
    """The asker's words, short enough to repeat."""
    words = "".join(letter for letter in one_line(words) if letter.isprintable())
    return words if len(words) <= _LONGEST_ECHO else f"{words[: _LONGEST_ECHO - 1].rstrip()}…"


def tool_name(t: Telling, tool: str | None, edition: str | None = None) -> str:
    """What a tool or an edition is called; an unlisted one as the asker wrote it."""
    if tool is None:
        return ""
    if tool.startswith(UNLISTED):
        written = (n.written for n in t.reading.tools if n.tool == tool and n.written)
        return echo(next(written, tool.removeprefix(UNLISTED)))
    if edition is not None:
        tool = f"{tool}:{edition}"
    return key_name(t.knowledge, tool)


def key_name(knowledge: Knowledge, key: str) -> str:
    """What `tool` or `tool:edition` is called."""
    if key in knowledge.editions:
        return one_line(knowledge.editions[key].name)
    tool = knowledge.tools.get(key)
    return one_line(tool.name) if tool is not None else echo(key)


def judged_name(t: Telling, decision: Decision) -> str:
    """What the edition that was judged is called; else the tool that was asked about."""
    if decision.edition is not None:
        return key_name(t.knowledge, decision.edition)
    return tool_name(t, decision.question.tool)


def with_account(t: Telling, edition: Edition, *, assumed: bool = False) -> str:
    """An edition with the account it is: what people confuse most."""
    account = f"account-{edition.account}"
    if assumed and edition.account == "company":
        account = "account-assumed"
    return f"{one_line(edition.name)} ({t.say(account)})"


def asked_tool(t: Telling, question: Question) -> str:
    """The tool of a question with its account, feature and model, as it was understood."""
    if question.tool is None:
        return ""
    if question.tool.startswith(UNLISTED):
        name = tool_name(t, question.tool)
    else:
        tool = t.knowledge.tools[question.tool]
        found = t.knowledge.editions[f"{tool.id}:{question.edition or tool.default_edition}"]
        assumed = question.edition is None and len(tool.editions) > 1
        name = with_account(t, found, assumed=assumed)
    extras = (feature_name(question.feature), echo(question.model or ""))
    return ", ".join((name, *(extra for extra in extras if extra)))


def data_name(t: Telling, key: str) -> str:
    """A kind of data: the asker's words with the class they were read as."""
    class_id, _, tag = key.partition(".")
    data_class = t.knowledge.classes[class_id]
    name = one_line(data_class.name)
    written = _seen(t, echo(t.reading.because.get(key, "")))
    if data_class.absolute and not _is_description(t.knowledge, class_id, written):
        written = ""  # what was read as a secret may be the secret itself
    if written and written.casefold() != name.casefold():
        return f"{written} ({name})"
    return f"{name} ({tag.replace('_', ' ')})" if tag else name


def _seen(t: Telling, written: str) -> str:
    """What detectors found is named by its kind, as in `[CARD]`."""
    kind = f"kind-{written[1:-1]}" if written.startswith("[") and written.endswith("]") else ""
    return t.say(kind) if kind and t.say.has(kind) else written


def _is_description(knowledge: Knowledge, class_id: str, written: str) -> bool:
    data_class = knowledge.classes[class_id]
    examples = [data_class.name, *data_class.examples]
    for tag in data_class.tags.values():
        examples += tag.examples
    return written.casefold() in {example.casefold() for example in examples}


def data_names(t: Telling, keys: Iterable[str]) -> tuple[str, ...]:
    """Kinds of data, the least guarded first."""
    classes = t.knowledge.classes
    ordered = sorted(keys, key=lambda key: (classes[key.partition(".")[0]].rank, key))
    return tuple(data_name(t, key) for key in ordered)


def use_name(knowledge: Knowledge, use: str) -> str:
    """What a purpose is called."""
    found = knowledge.uses.get(use)
    return one_line(found.name) if found is not None else echo(use)


def feature_name(feature: str | None) -> str:
    """What a feature is called: its id, as words."""
    return echo((feature or "").replace("_", " "))


def department_name(knowledge: Knowledge, department: str) -> str:
    """What a department is called."""
    found = knowledge.company.departments.get(department)
    return one_line(found.name) if found is not None else echo(department)


def region_name(knowledge: Knowledge, region: str) -> str:
    """What a country is called."""
    found = knowledge.company.regions.get(region)
    return one_line(found.name) if found is not None else echo(region)


def worker_type_name(knowledge: Knowledge, worker_type: str) -> str:
    """What a kind of contract is called."""
    found = knowledge.company.worker_types.get(worker_type)
    return one_line(found.name) if found is not None else echo(worker_type)


def region_names(knowledge: Knowledge, regions: Iterable[str]) -> tuple[str, ...]:
    """Countries in the company's order; a group that fits exactly goes by its own name."""
    meant = frozenset(regions)
    for group, members in knowledge.company.region_groups.items():
        if meant == frozenset(members):
            return (group,)
    known = knowledge.company.regions
    return tuple(region_name(knowledge, r) for r in sorted(meant, key=Ordering(tuple(known))))


def department_names(knowledge: Knowledge, departments: Iterable[str]) -> tuple[str, ...]:
    """Departments in the company's order."""
    known = knowledge.company.departments
    ordered = sorted(departments, key=Ordering(tuple(known)))
    return tuple(department_name(knowledge, d) for d in ordered)


def citation(t: Telling, section: Section) -> Citation:
    """One section as it is shown under an answer."""
    in_force = section.in_force(t.today)
    line = t.say(
        "citation" if in_force else "citation-not-in-force",
        document=section.document,
        section=section.id,
        title=section.title,
        version=section.version,
        date=t.say.day(section.effective),
    )
    return Citation(
        section=section.id,
        title=one_line(section.title),
        document=one_line(section.document),
        version=section.version,
        effective=section.effective.isoformat(),
        line=line,
    )


def citations(t: Telling, ids: Iterable[str]) -> tuple[Citation, ...]:
    """The sections in force among these, in their order."""
    sections = t.knowledge.sections
    return tuple(
        citation(t, sections[id_])
        for id_ in dict.fromkeys(ids)
        if id_ in sections and sections[id_].in_force(t.today)
    )
