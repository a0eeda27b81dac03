"""From places that name a tool to the tool, edition, feature and model that are judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.decide import UNLISTED
from bot.understand.cues import Cue
from bot.understand.features import NEAR, feature_in, feature_names
from bot.understand.language import function_words
from bot.understand.lexicon import Lexicon, ordinary_words
from bot.understand.negation import is_negated
from bot.understand.shipped import small_words
from bot.understand.text import Token, tokens
from bot.understand.tools import (
    PLANS,
    PRIVATE_PLANS,
    Mention,
    ToolNames,
    with_plan,
)
from bot.understand.unknown import unknown_names
from bot.understand.words import NamedTool

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.tools import Tool

_NEARBY = 4
_LONG = 240
"""Words of a message so long that nobody could say what belongs together across all of it."""
_AROUND = 60
_EMPTY = small_words("empty")
_INSTEAD = small_words("instead")
_OUT_OF = small_words("out_of")
_CLASS_NOUNS = small_words("class_nouns")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReading:
    """The tools of a message, and the tokens that named them."""

    tools: tuple[NamedTool, ...] = ()
    choices: tuple[str, ...] = ()
    """Catalogue tools one unclear name may mean."""
    taken: frozenset[int] = frozenset()
    features: frozenset[int] = frozenset()
    mentions: tuple[Mention, ...] = ()


class Naming:
    """Reads tools, editions, features and models for one knowledge base."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        """Index the names of tools and, per tool, of its editions and features."""
        self._knowledge = knowledge
        self._lexicon = lexicon
        self._names = ToolNames(knowledge, lexicon)
        self._edition_words = {tool.id: _edition_words(tool) for tool in knowledge.tools.values()}
        self._features = {tool.id: feature_names(tool) for tool in knowledge.tools.values()}

    def find(
        self,
        words: Sequence[Token],
        corrected: Sequence[Token],
        cues: Mapping[str, Sequence[Cue]],
        people: frozenset[str],
    ) -> ToolReading:
        """Every tool the words ask about, with edition, feature and model.

        `corrected` are the same words without typing errors: "wich ai" is no product.
        """
        mentions = [with_plan(m, words) for m in self._names.find(words)]
        if not mentions:
            mentions = list(unknown_names(corrected, mentions, self._lexicon, people))
        taken = {i for m in mentions for i in range(m.first, m.last + 1)}
        asked = _asked_about(mentions, words)
        tools: dict[NamedTool, None] = {}
        choices: dict[str, None] = {}
        models: dict[tuple[str, str | None], str | None] = {}
        features: dict[str, str | None] = {}
        for mention in asked:
            owners = dict.fromkeys(n.tool for n in mention.names)
            if len(owners) > 1:
                choices.update(owners)
                continue
            named, used = self._resolve(mention, words, cues, features, alone=len(asked) == 1)
            if not named.tool.startswith(UNLISTED):
                # A model may stand anywhere, so it is looked for once, not once for each mention.
                key = (named.tool, named.edition)
                if key not in models:
                    models[key] = self._model(*key, words)
                named = replace(named, model=models[key])
            tools[named] = None
            taken |= used
        return ToolReading(
            tools=_without_repeats(tools),
            choices=tuple(choices) if not tools else (),
            taken=frozenset(taken),
            # The words of a feature still say what it is for: "image generation" makes images.
            features=self._feature_words(tools, words, frozenset(taken)),
            mentions=tuple(mentions),
        )

    def _feature_words(
        self, tools: Iterable[NamedTool], words: Sequence[Token], taken: frozenset[int]
    ) -> frozenset[int]:
        found: set[int] = set()
        for named in tools:
            if named.feature is not None:
                found |= feature_in(self._features.get(named.tool, {}), words, taken, None)[1]
        return frozenset(found)

    def feature_of(
        self, tool: str, words: Sequence[Token], taken: frozenset[int]
    ) -> tuple[str | None, frozenset[int]]:
        """A feature of a tool that the words name, for follow-ups such as "and agent mode?"."""
        return feature_in(self._features.get(tool, {}), words, taken, None)

    def edition_of(
        self, tool: str, words: Sequence[Token], cues: Mapping[str, Sequence[Cue]]
    ) -> tuple[str | None, bool]:
        """An edition of a tool named without the tool, and whether the catalogue has it."""
        plan = next((a.word for a, b in pairwise(words) if _names_plan(a, b)), "")
        found, _ = self._edition(tool, plan, None, words, cues)
        return (None, False) if found == "" else (found, True)

    def outside(self, named: NamedTool) -> NamedTool:
        """A tool in an edition or account that the catalogue does not have."""
        return NamedTool(
            tool=UNLISTED + named.written.lower(),
            category=self._knowledge.tools[named.tool].category,
            written=named.written,
        )

    def _resolve(
        self,
        mention: Mention,
        words: Sequence[Token],
        cues: Mapping[str, Sequence[Cue]],
        features: dict[str, str | None],
        *,
        alone: bool,
    ) -> tuple[NamedTool, frozenset[int]]:
        name = mention.names[0]
        if not name.tool:
            written = mention.written.lower()
            return NamedTool(
                tool=UNLISTED + written, category=name.category, written=mention.written
            ), frozenset()
        used: set[int] = set()
        edition: str | None = name.edition
        if edition is None:
            edition, places = self._edition(name.tool, name.plan, mention, words, cues, alone=alone)
            used |= places
        if edition and self._is_privately_held(name.tool, edition, words, cues, alone=alone):
            edition = self._private(name.tool)
        if edition == "":
            # A plan or private account the catalogue does not have is not the edition it has.
            return self.outside(NamedTool(tool=name.tool, written=mention.written)), frozenset(used)
        shut = frozenset(used | set(range(mention.first, mention.last + 1)))
        feature = name.feature
        if feature is None:
            feature = self._feature(name.tool, words, shut, mention, features)
        return NamedTool(
            tool=name.tool,
            edition=edition,
            feature=feature,
            written=mention.written,
        ), frozenset(used)

    def _feature(
        self,
        tool: str,
        words: Sequence[Token],
        shut: frozenset[int],
        mention: Mention,
        known: dict[str, str | None],
    ) -> str | None:
        """A feature the words name, wherever it stands; `known` are those found so far.

        In a very long message the whole of it is read for the first mention of a tool. The others
        are read for what stands around them, and otherwise mean the same feature.
        """
        names = self._features[tool]
        if len(words) <= _LONG or tool not in known:
            feature, _ = feature_in(names, words, shut, mention)
            known.setdefault(tool, feature)
            return feature
        low = max(mention.first - _AROUND, 0)
        around = words[low : mention.last + 1 + _AROUND]
        moved = replace(mention, first=mention.first - low, last=mention.last - low)
        near, _ = feature_in(names, around, frozenset(place - low for place in shut), moved)
        return near or known[tool]

    def _edition(
        self,
        tool: str,
        plan: str,
        near: Mention | None,
        words: Sequence[Token],
        cues: Mapping[str, Sequence[Cue]],
        *,
        alone: bool = True,
    ) -> tuple[str | None, frozenset[int]]:
        """The edition that is named; None when none is, "" when it is not in the catalogue."""
        low, high = 0, len(words)
        if near is not None and not alone:
            low, high = max(near.first - _NEARBY, 0), near.last + 1 + _NEARBY
        for edition, needed in self._edition_words[tool]:
            places = [
                i
                for i in range(low, min(high, len(words)))
                if words[i].word in needed and _may_name_edition(i, words, near)
            ]
            if {words[i].word for i in places} == needed:
                return edition, frozenset(places)
        if plan and plan.split()[-1] in PLANS:
            private = set(plan.split()) <= PRIVATE_PLANS
            return self._private(tool) if private else "", frozenset()
        if _says_private(words, cues):
            return self._private(tool), frozenset()
        if "company_account" in cues:
            editions = self._knowledge.tools[tool].editions
            company = [e.id for e in editions if e.account == "company"]
            return (company[0] if len(company) == 1 else None), frozenset()
        return None, frozenset()

    def _private(self, tool: str) -> str:
        """The edition for private accounts; "" when the catalogue has none."""
        editions = self._knowledge.tools[tool].editions
        return next((e.id for e in editions if e.account == "personal"), "")

    def _is_privately_held(
        self,
        tool: str,
        edition: str,
        words: Sequence[Token],
        cues: Mapping[str, Sequence[Cue]],
        *,
        alone: bool,
    ) -> bool:
        """`Claude Code with my private account` is not the company's Claude Code."""
        if not alone or not _says_private(words, cues):
            return False
        editions = self._knowledge.tools[tool].editions
        return any(e.id == edition and e.account == "company" for e in editions)

    def _model(self, tool: str, edition: str | None, words: Sequence[Token]) -> str | None:
        described = self._knowledge.tools[tool]
        editions = [e for e in described.editions if edition in (None, e.id)]
        patterns = [p.lower() for e in editions for rule in e.models for p in rule.match]
        if not patterns:
            return None
        for length in (4, 3, 2, 1):
            for at in range(len(words) - length + 1):
                if any(w.word in function_words() for w in words[at : at + length]):
                    continue
                run = [w.word for w in words[at : at + length]]
                one = _is_one_word(words[at : at + length])
                for join in ("-", " ", "", "."):
                    written = join.join(run)
                    if any(_is_model(written, p, one=one) for p in patterns):
                        return written
        return None


def _names_plan(token: Token, following: Token) -> bool:
    return token.word in PLANS and following.word in {"plan", "tier", "version", "subscription"}


def _says_private(words: Sequence[Token], cues: Mapping[str, Sequence[Cue]]) -> bool:
    return any(not is_negated(words, c.first) for c in cues.get("personal_account", ()))


def _is_model(written: str, pattern: str, *, one: bool) -> bool:
    """Whether words are a model's name; a pattern that begins with `*` is for one word only."""
    return fnmatchcase(written, pattern) and (one or not pattern.startswith("*"))


def _is_one_word(run: Sequence[Token]) -> bool:
    """`gpt-5-preview` is one word, `my preview` two."""
    return all(b.start - a.end == 1 and not b.mark.isspace() for a, b in pairwise(run))


def _asked_about(mentions: Sequence[Mention], words: Sequence[Token]) -> list[Mention]:
    """The mentions that are asked about, not those something comes from or is used instead of."""
    ends = [0, *(m.last + 1 for m in mentions)]
    kept = [m for m, end in zip(mentions, ends, strict=False) if not _dismissed(m, words, end)]
    into = [m for m in kept if not _is_source(m, words)]
    return into or kept or list(mentions)


def _dismissed(mention: Mention, words: Sequence[Token], after: int) -> bool:
    """`instead of ChatGPT`: said of the next name only, that is `after` the one before it."""
    before = [w.word for w in words[max(mention.first - 2, after) : mention.first]]
    return bool(set(before) & _INSTEAD)


def _is_source(mention: Mention, words: Sequence[Token]) -> bool:
    """`export from HubSpot`, `the HubSpot export`: where data comes from, not where it goes."""
    before = words[mention.first - 1].word if mention.first else ""
    after = words[mention.last + 1].word if mention.last + 1 < len(words) else ""
    return before in _OUT_OF or after in {"export", "exports", "dump", "data", "records"}


def _without_repeats(tools: Mapping[NamedTool, None]) -> tuple[NamedTool, ...]:
    """One entry a tool: the one that says more about edition, feature or model."""
    best: dict[tuple[str, str | None], NamedTool] = {}
    for named in tools:
        bare = (named.tool, None)
        same = next((key for key in best if key[0] == named.tool), None)
        if named.edition is None and same is not None:
            if named.feature is not None and best[same].feature is None:
                best[same] = replace(best[same], feature=named.feature)
            continue
        if named.edition is not None and bare in best:
            earlier = best.pop(bare)
            named = replace(named, feature=named.feature or earlier.feature)
        best[(named.tool, named.edition)] = named
    return tuple(best.values())


def _edition_words(tool: Tool) -> list[tuple[str, frozenset[str]]]:
    """For each edition the words that single it out, longest first."""
    own = {t.word for name in (tool.name, *tool.aliases, tool.vendor) for t in tokens(name)}
    found: list[tuple[str, frozenset[str]]] = []
    for edition in tool.editions:
        for written in (edition.name, edition.id.replace("_", " "), *edition.aliases):
            words = frozenset(t.word for t in tokens(written)) - own - _EMPTY
            if words and not _says_nothing(words):
                found.append((edition.id, words))
    found.sort(key=lambda entry: -len(entry[1]))
    return found


def _says_nothing(words: frozenset[str]) -> bool:
    """`my`, `work` alone would single out an edition in half of all questions."""
    return len(words) == 1 and bool(words & frozenset("my data default standard main any".split()))


def _may_name_edition(at: int, words: Sequence[Token], near: Mention | None) -> bool:
    """An ordinary word ("plant", "team") names an edition only beside the tool."""
    token = words[at]
    if at + 1 < len(words) and words[at + 1].word in _CLASS_NOUNS:
        return False  # "personal data" is no personal account
    capital = token.capital and not token.text.isupper()  # IN CAPITALS EVERY WORD HAS ONE
    if near is None or token.word not in ordinary_words() or capital:
        return True
    return min(abs(at - near.first), abs(at - near.last)) <= NEAR
