"""Follow-ups: what a short message leaves unsaid, the message before it said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.understand.intents import ACTIONS
from bot.understand.sentence import Sentence
from bot.understand.shipped import small_words
from bot.understand.uses import GENERAL
from bot.understand.words import NamedTool, Reading

if TYPE_CHECKING:
    from bot.chat import Person
    from bot.understand.data import DataNames
    from bot.understand.naming import Naming
    from bot.understand.people import PeopleNames

_SHORT = 14
_A_WORD = 3
"""An answer to what was asked back: "marketing", "in Germany"."""

_POINTS_BACK = small_words("points_back")
_DESCRIBES = ("hashed", "without_names", "aggregated", "invented", "colleagues", "no_data")


def merge(
    reading: Reading,
    earlier: Reading,
    sentence: Sentence,
    asker: Person,
    *,
    naming: Naming,
    data: DataNames,
    people: PeopleNames,
) -> Reading:
    """The reading of a follow-up, its gaps filled from the turn before.

    A message that is complete in itself, or about something else, stays as it is.
    """
    if earlier.topic != "permission" or not _follows(reading, sentence):
        return reading
    tools = reading.tools
    if not tools and not sentence.has("which_tool", "alternatives_ask"):
        tools = _same_tools(earlier, sentence, naming)
    choices = reading.tool_choices if not tools else ()
    keys, rules, undescribed = _data(reading, earlier, sentence, data)
    return replace(
        reading,
        topic="permission",
        action=ACTIONS["permission"],
        tools=tools,
        tool_choices=choices or (earlier.tool_choices if not tools else ()),
        want=reading.want if reading.tools else earlier.want,
        which_tool=not tools
        and (
            reading.which_tool
            or earlier.which_tool
            or sentence.has("which_tool", "alternatives_ask")
        ),
        data=keys,
        rules=rules,
        undescribed=undescribed,
        thing=reading.thing or (earlier.thing if undescribed else ""),
        use=reading.use if reading.use != GENERAL else earlier.use,
        about=reading.about or _placed(earlier.about or asker, sentence, people) or earlier.about,
        because={**earlier.because, **reading.because},
    )


def _follows(reading: Reading, sentence: Sentence) -> bool:
    if reading.topic == "my_tools":
        return sentence.has("alternatives_ask")
    if reading.topic not in {"permission", "small_talk", "out_of_scope", "policy"}:
        return False
    if sentence.has("policy_text", "out_of_scope") and not sentence.has("followup", "why"):
        return False
    if _chats(reading, sentence):
        return False
    if sentence.has("followup", "correction", "alternatives_ask", "why"):
        return True
    points_back = any(token.word in _POINTS_BACK for token in sentence.words)
    subject = bool(reading.data) or reading.use != GENERAL
    if reading.tools:
        whole = subject or (sentence.has("may") and not points_back)
        return not whole and len(sentence.words) <= _SHORT
    return points_back or (
        not (reading.which_tool and subject)
        and len(sentence.words) <= _longest(reading, sentence, subject=subject)
    )


def _longest(reading: Reading, sentence: Sentence, *, subject: bool) -> int:
    """How long a message without a tool may be to lean on the turn before."""
    subject = subject or sentence.has("personal_account", "company_account")
    alone = reading.topic in {"policy", "out_of_scope"} and not subject
    return _A_WORD if alone else _SHORT


def _chats(reading: Reading, sentence: Sentence) -> bool:
    """`Thanks!` after an answer is thanks, not the question again."""
    empty = not (reading.data or reading.tools or reading.use != GENERAL or reading.undescribed)
    said = sentence.covered("small_talk")
    return reading.topic == "small_talk" and empty and len(said) * 2 >= len(sentence.words)


def _same_tools(earlier: Reading, sentence: Sentence, naming: Naming) -> tuple[NamedTool, ...]:
    """The tools of the turn before, with an edition or feature that was named since."""
    changed: list[NamedTool] = []
    for named in earlier.tools:
        if named.tool.startswith("unlisted:"):
            changed.append(named)
            continue
        edition, known = naming.edition_of(named.tool, sentence.words, sentence.cues)
        if not known:
            changed.append(naming.outside(named))
            continue
        feature, _ = naming.feature_of(named.tool, sentence.words, sentence.taken)
        changed.append(
            replace(named, edition=edition or named.edition, feature=feature or named.feature)
        )
    return tuple(changed)


def _data(
    reading: Reading, earlier: Reading, sentence: Sentence, data: DataNames
) -> tuple[frozenset[str], frozenset[str], bool]:
    if reading.data or reading.undescribed:
        return reading.data, reading.rules, reading.undescribed
    if sentence.has(*_DESCRIBES):
        keys, rules = data.descriptions.apply(sentence, earlier.data)
        return keys, rules | earlier.rules, earlier.undescribed and not keys and not rules
    # "No customer names in there" leaves of a customer list a customer list.
    keys = earlier.data - data.denied(sentence) or earlier.data
    return keys, earlier.rules, earlier.undescribed


def _placed(person: Person, sentence: Sentence, people: PeopleNames) -> Person | None:
    """The person with the department or region that was asked for and now named."""
    department = people.department_in(sentence.words) if person.department is None else None
    region = people.region_in(sentence.words) if person.region is None else None
    if department is None and region is None:
        return None
    return replace(
        person,
        department=department or person.department,
        region=region or person.region,
    )
