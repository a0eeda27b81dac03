"""`understand`: a message and its conversation into a Reading. Rules only; no model, no verdict."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.chat import MESSAGE_LIMIT
from bot.understand import cues as cue_phrases
from bot.understand import lexicon as dictionaries
from bot.understand.data import DataNames, DataReading
from bot.understand.intents import ACTIONS, claims_in, topic_of
from bot.understand.language import language_of
from bot.understand.naming import Naming, ToolReading
from bot.understand.people import PeopleNames
from bot.understand.pointing import points_at_feature
from bot.understand.policies import PolicyIndex, sections_named
from bot.understand.sentence import (
    Sentence,
    assign_roles,
    roles,
    with_translation,
    with_unpublished,
)
from bot.understand.shipped import small_words
from bot.understand.spelling import Spelling
from bot.understand.text import Text, Token, read_text, tokens
from bot.understand.turns import merge
from bot.understand.uses import GENERAL, UseNames, UseReading
from bot.understand.words import Reading

if TYPE_CHECKING:
    from bot.chat import Person, Turn
    from bot.knowledge import Knowledge

_TURNS = 4
"""How many of the person's earlier messages a follow-up can lean on."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A message understood, with its words for the message that follows."""

    reading: Reading
    sentence: Sentence


class Reader:
    """Understands messages for one knowledge base; built once per snapshot, without state."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Index everything the knowledge base teaches."""
        lexicon = dictionaries.shipped()
        self._knowledge = knowledge
        self._lexicon = lexicon
        self._cues = cue_phrases.shipped()
        self._naming = Naming(knowledge, lexicon)
        self._data = DataNames(knowledge, lexicon)
        self._uses = UseNames(knowledge, lexicon)
        self._people = PeopleNames(knowledge)
        self._spelling = Spelling(knowledge, lexicon)

    @cached_property
    def _policies(self) -> PolicyIndex:
        """Built at the first question about the policy's own text."""
        return PolicyIndex(self._knowledge, self._lexicon)

    def read(self, text: str, history: Sequence[Turn], person: Person) -> Reading:
        """Understand one message in the light of the messages before it."""
        unusable = _unusable(text)
        if unusable is not None:
            return unusable
        before = [turn.text for turn in history if turn.role == "user"][-_TURNS:]
        earlier: _Turn | None = None
        for said in before:
            if _unusable(said) is None:
                earlier = self._one(said, person, earlier)
        return self._one(text, person, earlier).reading

    def _one(self, message: str, person: Person, before: _Turn | None) -> _Turn:
        earlier = before.reading if before is not None else None
        text = read_text(message)
        if not text.tokens:
            text = read_text(text.pasted or text.whole)
        people = self._people.words
        default = earlier.language if earlier is not None else "en"
        language = language_of(text.tokens, self._lexicon, default)
        words = self._spelling.correct(text.tokens, language)
        cues = self._cues.find(words, text.question)
        # Tools are looked for in the words as written: a misspelt name is no dictionary word.
        tools = self._naming.find(text.tokens, words, cues, people)
        units = with_translation(words, self._lexicon.units(words, language))
        units = with_unpublished(words, units, roles())
        sentence = Sentence(
            words=words,
            units=units,
            cues=cues,
            language=language,
            roles=assign_roles(words, units, language, roles()),
            asked=_asks(text, words),
            features=tools.features,
            taken=tools.taken,
        )
        purposes = self._uses.find(sentence)
        data = self._data.read(text, sentence, purposes, put_it=bool(tools.tools))
        use = self._uses.choose(purposes, sentence, data.places)
        reading = self._reading(text, sentence, tools, use, data, person)
        if before is not None:
            alone = reading
            reading = merge(
                reading,
                before.reading,
                sentence,
                person,
                naming=self._naming,
                data=self._data,
                people=self._people,
            )
            both = self._uses.across(before.sentence, sentence)
            if both is not None and reading is not alone:
                reading = replace(reading, use=both)
        return _Turn(self._finished(reading, sentence), sentence)

    def _reading(
        self,
        text: Text,
        sentence: Sentence,
        tools: ToolReading,
        use: UseReading,
        data: DataReading,
        person: Person,
    ) -> Reading:
        about = self._people.about(sentence.words, person)
        topic = topic_of(sentence, tools, use, data)
        if not tools.tools and self._names_section(sentence):
            topic = "policy"
        because = dict(data.because)
        if use.use != GENERAL:
            because["use"] = use.words
        return Reading(
            topic=topic,
            action=ACTIONS[topic],
            language=sentence.language,
            tools=tools.tools,
            tool_choices=tools.choices,
            want="one" if _to_choose(sentence, tools) else "all",
            which_tool=not tools.tools and (sentence.has("which_tool") or _asks_about_ai(sentence)),
            data=data.keys,
            rules=data.rules,
            use=use.use,
            undescribed=data.undescribed,
            thing=data.thing,
            unnamed_feature=points_at_feature(sentence.words),
            claims=claims_in(sentence, self._cues.find(tokens(text.pasted), text.pasted)),
            about=about if about != person else None,
            because=because,
        )

    def _names_section(self, sentence: Sentence) -> bool:
        return bool(sections_named(sentence, self._knowledge))

    def _finished(self, reading: Reading, sentence: Sentence) -> Reading:
        """Look up what only the final topic needs."""
        if reading.topic == "permission":
            return replace(reading, which_tool=_means_any_tool(reading, sentence))
        if reading.topic == "policy":
            sections = self._policies.find(sentence)
            return replace(reading, sections=sections)
        if reading.topic == "run_template":
            return replace(reading, template=_template(sentence))
        if reading.topic == "coach":
            return replace(reading, course=self._policies.course(sentence))
        return reading


def _unusable(message: str) -> Reading | None:
    """A reading for messages with nothing to understand; None for all others."""
    if len(message) > MESSAGE_LIMIT:
        return Reading(topic="too_long", action="answer")
    if not message.strip():
        return Reading(topic="empty", action="answer")
    letters = sum(1 for c in message if c.isalnum())
    if letters == 0:
        return Reading(topic="unreadable", action="answer")
    noise = sum(1 for c in message if c == "\ufffd" or unicodedata.category(c) in _NOISE)
    if noise > max(3, len(message) // 10):
        return Reading(topic="unreadable", action="answer")
    return None


_NOISE = frozenset({"Cc", "Cs", "Co", "Cn"})
_PRONOUNS = small_words("pronouns")


def _asks(text: Text, words: Sequence[Token]) -> bool:
    """A question mark, or a question's first word: not everybody types the mark."""
    if "?" in text.question or "？" in text.question:
        return True
    return bool(words) and words[0].word in _QUESTION_WORDS


_QUESTION_WORDS = small_words("question_words")


def _to_choose(sentence: Sentence, tools: ToolReading) -> bool:
    """Several tools of which one is to be chosen: "ChatGPT or Claude?"."""
    if len(tools.mentions) < 2 or not sentence.has("choose_one"):
        return False
    first, last = tools.mentions[0].first, tools.mentions[-1].last
    return any(first <= cue.first <= last for cue in sentence.cues["choose_one"]) or sentence.has(
        "which_tool"
    )


def _asks_about_ai(sentence: Sentence) -> bool:
    """`Can I use AI …`; what a pasted "policy" says about AI tools is no question."""
    claimed = {
        sentence.part_of(cue.first)
        for name in ("pasted_policy", "claim_approval")
        for cue in sentence.cues.get(name, ())
    }
    return any(sentence.part_of(c.first) not in claimed for c in sentence.cues.get("any_ai", ()))


def _means_any_tool(reading: Reading, sentence: Sentence) -> bool:
    """`Can I summarise customer complaints?` asks about AI as such, though no tool is named."""
    if reading.tools or reading.tool_choices or reading.which_tool:
        return reading.which_tool
    points = any(token.word in _PRONOUNS for token in sentence.words)
    puts = any(set(unit.concepts) & roles().put for unit in sentence.units)
    return not points and not puts and (bool(reading.data) or reading.use != GENERAL)


def _template(sentence: Sentence) -> str | None:
    """The template a message names: the words between "run" and "template"."""
    cue = sentence.cues["run_template"][0]
    named = [t.text for t in sentence.words[cue.first + 1 : cue.last]]
    if not named:
        named = [t.text for t in sentence.words[cue.last + 1 : cue.last + 4]]
    skip = {"the", "a", "my", "our", "template", "prompt", "start", "run", "use"}
    kept = [word.lower() for word in named if word.lower() not in skip]
    return "-".join(kept) or None
