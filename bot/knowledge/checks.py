"""What one field cannot know: rules that hold between the fields of an entry.

Each check yields the dotted path and the sentence; who calls it knows the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from bot.knowledge.company import Company
from bot.knowledge.data import DataFile
from bot.knowledge.names import Names
from bot.knowledge.people import PersonEntry
from bot.knowledge.problems import did_you_mean, listed
from bot.knowledge.rules import PolicyException, Use
from bot.knowledge.texts import Course, Section
from bot.knowledge.tools import IN_USE, Edition, Tool

Found = Iterator[tuple[str, str]]

LONGEST_EXCEPTION = 90
"""Days, the first and the last included."""


def company(found: Company) -> Found:
    """Find region groups that have the name of a region."""
    for group in found.region_groups:
        if group in found.regions:
            yield f"region_groups.{group}", f"{group!r} is a region already. Rename the group."


def data(found: DataFile) -> Found:
    """Find detectors that mean a tag the class does not have."""
    for index, one in enumerate(found.classes):
        for place, detect in enumerate(one.detect):
            if detect.tag is not None and detect.tag not in one.tags:
                near = did_you_mean(detect.tag, one.tags)
                yield (
                    f"classes.{index}.detect.{place}",
                    f"{detect.tag!r} is not a tag of {one.id!r}.{near}",
                )


def uses(found: tuple[Use, ...]) -> Found:
    """Find that `general` is missing: the purpose that is not stated."""
    if not any(use.id == "general" for use in found):
        yield "", "The use 'general' is missing: it stands for a purpose nobody stated."


def exceptions(found: tuple[PolicyException, ...], names: Names) -> Found:
    """Find exceptions that are too long, or lift a red line or an absolute class."""
    for index, one in enumerate(found):
        days = (one.to - one.from_).days + 1
        if days < 1:
            yield f"{index}.to", "The last day lies before the first."
        elif days > LONGEST_EXCEPTION:
            yield (
                f"{index}.to",
                f"{one.id} lasts {days} days. An exception lasts at most {LONGEST_EXCEPTION}.",
            )
        for place, key in enumerate(one.data):
            if key in names.absolute:
                message = f"{key!r} goes into no tool, ever: nobody is excepted."
                yield f"{index}.data.{place}", message
        if one.use in names.red_line_uses:
            yield f"{index}.use", f"{one.use!r} is a red line: nobody is excepted."


def tool(found: Tool, file: str) -> Found:
    """Find a wrong id, a default edition that is none, and editions that are not complete."""
    yield from _named_as_its_file(found.id, file)
    own = [edition.id for edition in found.editions]
    if not own:
        yield "editions", "A tool has at least one edition: the account or plan people use."
    elif found.default_edition not in own:
        hint = did_you_mean(found.default_edition, own) or f" There is: {listed(own)}."
        yield "default_edition", f"{found.default_edition!r} is not an edition of this tool.{hint}"
    for index, edition in enumerate(found.editions):
        for path, message in _edition(edition):
            yield f"editions.{index}.{path}", message


def _edition(one: Edition) -> Found:
    if one.status in IN_USE and one.who is None:
        yield "who", f"'who' is missing: an edition that is {one.status} says whom it is for."
    if one.status in IN_USE and "data" not in one.model_fields_set:
        yield "data", f"'data' is missing: an edition that is {one.status} says what it may see."
    if one.status == "pilot" and one.pilot is None:
        yield "pilot", "'pilot' is missing: write the group and the last day, {group: …, until: …}."
    approval = one.approval
    if approval is not None:
        begins, ends = approval.valid_from, approval.expires
        if begins is not None and ends is not None and ends < begins:
            yield "approval.expires", "The approval expires before it is valid."


def text(found: Section | Course, file: str) -> Found:
    """Find a wrong id, and a section that ends before it begins."""
    yield from _named_as_its_file(found.id, file)
    if isinstance(found, Section) and found.expires and found.expires < found.effective:
        yield "expires", "The section expires before it takes effect."


def people(found: tuple[PersonEntry, ...]) -> Found:
    """Find e-mail addresses that two people share."""
    first: dict[str, str] = {}
    for index, one in enumerate(found):
        email = one.email.lower()
        if email and first.setdefault(email, one.id) != one.id:
            yield f"{index}.email", f"{one.email!r} is {first[email]!r} already."


def _named_as_its_file(one: str, file: str) -> Found:
    stem = PurePosixPath(file).stem
    if one != stem:
        yield "id", f"The id is {one!r} but the file is named {stem!r}. Make them the same."
