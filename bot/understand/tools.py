"""Which tools a message names: catalogue names, well-known products, and names nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understand.language import function_words
from bot.understand.lexicon import Lexicon, everyday_words, ordinary_words
from bot.understand.products import Product, known_features, products
from bot.understand.shipped import small_words
from bot.understand.text import Token, is_cjk, squeeze, tokens

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_LONGEST_NAME = 5
_SHORTEST_TYPO = 4
_SHORT_TYPO = 6
_LONG_NAME = 8

PLANS = small_words("plans")
"""Words that name a plan when they stand beside a tool's name."""

PRIVATE_PLANS = small_words("private_plans")

USING = small_words("using")
BESIDE = USING | small_words("beside")
_CURT = 8
AFTER_A_NAME = small_words("after_a_name")
TOOL_NOUNS = small_words("tool_nouns")


@dataclass(frozen=True, slots=True)
class Name:
    """What one written name stands for."""

    tool: str
    """A catalogue tool's id, or "" for a product outside the catalogue."""
    edition: str | None = None
    feature: str | None = None
    """A feature whose own name says which tool it belongs to ("Teams recap")."""
    plan: str = ""
    """Plan words that came with the name ("plus") and name no edition of the catalogue."""
    category: str | None = None
    common: bool = False
    """Also an ordinary word: it needs a capital letter or company to count."""
    context: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a message names a tool; several names when the words fit several tools."""

    names: tuple[Name, ...]
    first: int
    last: int
    written: str

    @property
    def known(self) -> bool:
        """Whether the catalogue has it."""
        return bool(self.names[0].tool)


class ToolNames:
    """Every name a tool is known by, for one knowledge base."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        """Index the catalogue's names first; products only add what it leaves free."""
        self._feature_keys = frozenset(known_features()) | {
            squeeze(written)
            for edition in knowledge.editions.values()
            for feature, described in edition.features.items()
            for written in (feature, *described.aliases)
        }
        self._lexicon = lexicon
        self._names: dict[str, tuple[Name, ...]] = {}
        self._words: set[str] = set()
        self._read_catalogue(knowledge)
        self._read_products(knowledge)
        self._longest = _LONGEST_NAME
        self._by_shape: dict[tuple[str, int], list[str]] = {}
        for key in self._names:
            if len(key) >= _SHORTEST_TYPO and key.isascii():
                self._by_shape.setdefault((key[0], len(key)), []).append(key)
        self._cjk = tuple(key for key in self._names if is_cjk(key))

    def _read_catalogue(self, knowledge: Knowledge) -> None:
        found: dict[str, dict[Name, None]] = {}
        for tool in knowledge.tools.values():
            for written in (tool.id, tool.name, *tool.aliases):
                name = Name(tool.id, category=tool.category, common=self._is_common(written))
                found.setdefault(squeeze(written), {})[name] = None
        for edition in knowledge.editions.values():
            tool = knowledge.tools[edition.tool_id]
            full = f"{tool.name} {edition.id.replace('_', ' ')}"
            for written in (edition.name, full, *edition.aliases):
                key = squeeze(written)
                if key in found or key in PLANS or self._only_plain_words(written, tool.name):
                    continue
                name = Name(tool.id, edition.id, category=tool.category)
                found.setdefault(key, {})[name] = None
        self._read_features(knowledge, found)
        self._names = {key: tuple(names) for key, names in found.items() if len(key) > 1}

    def _read_features(self, knowledge: Knowledge, found: dict[str, dict[Name, None]]) -> None:
        """Features called by several words name their tool, if only one tool has them."""
        named: dict[str, dict[Name, None]] = {}
        for edition in knowledge.editions.values():
            for feature, described in edition.features.items():
                for alias in described.aliases:
                    if len(tokens(alias)) > 1 and squeeze(alias) not in known_features():
                        name = Name(edition.tool_id, feature=feature)
                        named.setdefault(squeeze(alias), {})[name] = None
        for key, names in named.items():
            if len(names) == 1 and key not in found:
                found[key] = names

    def _only_plain_words(self, written: str, tool: str) -> bool:
        """An edition called just "Enterprise" or "Free plan" names nothing by itself."""
        own = {t.word for t in tokens(tool)}
        rest = [t.word for t in tokens(written)]
        return (
            not own & set(rest)
            and all(
                self._lexicon.knows(word) or word in PLANS or word in ordinary_words()
                for word in rest
            )
            and len(rest) < 2
        )

    def _is_common(self, written: str) -> bool:
        words = [t.word for t in tokens(written)]
        return len(words) == 1 and (words[0] in everyday_words() or self._lexicon.knows(words[0]))

    def _read_products(self, knowledge: Knowledge) -> None:
        categories = self._categories(knowledge)
        taken = dict(self._names)
        for product in products():
            keys = [key for _, key, _ in product.names]
            owners = {n.tool for key in keys[:1] for n in taken.get(key, ())} or {
                n.tool for key in keys for n in taken.get(key, ()) if n.edition is None
            }
            owner = owners.pop() if len(owners) == 1 else ""
            for written, key, words in product.names:
                if key not in self._names and len(key) > 1 and not self._is_feature(key):
                    name = self._product_name(product, written, words, owner, categories)
                    self._names[key] = (name,)

    def _is_feature(self, key: str) -> bool:
        """`chatgpt agent mode` is a feature of the ChatGPT the catalogue has, no other product."""
        return any(
            key.startswith(own) and self._begins_feature(key[len(own) :])
            for cut in range(3, len(key))
            if (own := key[:cut]) in self._names and self._names[own][0].tool
        )

    def _begins_feature(self, rest: str) -> bool:
        return len(rest) > 3 and any(key.startswith(rest) for key in self._feature_keys)

    def _product_name(
        self,
        product: Product,
        written: str,
        words: Sequence[str],
        owner: str,
        categories: Mapping[str, str],
    ) -> Name:
        plan = " ".join(w for w in words if w in PLANS)
        single = len(words) == 1 and not any(c.isdigit() for c in written)
        category = categories.get(product.category)
        return Name(
            owner,
            plan=plan if owner and plan and len(words) > 1 else "",
            category=category,
            common=(len(words) > 1 and "".join(words) in ordinary_words())
            or (product.common and single and "." not in written),
            context=product.context,
        )

    def _categories(self, knowledge: Knowledge) -> dict[str, str]:
        """Our product categories in the company's words, learnt from the tools both know."""
        votes: dict[str, dict[str, int]] = {}
        for product in products():
            for names in (self._names.get(product.names[0][1], ()),):
                for name in names:
                    mine = knowledge.tools[name.tool].category
                    seen = votes.setdefault(product.category, {})
                    seen[mine] = seen.get(mine, 0) + 1
        learnt = {ours: max(seen, key=lambda c: (seen[c], c)) for ours, seen in votes.items()}
        theirs = {tool.category for tool in knowledge.tools.values()}
        return {ours: ours for ours in theirs} | learnt

    def find(self, words: Sequence[Token]) -> list[Mention]:
        """Every place where the words name a tool, in order, longest names first."""
        found: list[Mention] = []
        at = 0
        while at < len(words):
            mention = self._at(words, at)
            if mention is None:
                at += 1
            else:
                found.append(mention)
                at = mention.last + 1
        return found

    def _at(self, words: Sequence[Token], at: int) -> Mention | None:
        if is_cjk(words[at].word):
            return self._cjk_name(words, at)
        spans = list(self._spans(words, at))
        for key, last in spans:
            names = self._names.get(key) or self._plural(key)
            names = tuple(n for n in names if self._stands(n, words, at, last))
            if names:
                return mention_of(names, words, at, last)
        for key, last in spans:
            names = self._misspelt(key, words, at, last)
            if names:
                return mention_of(names, words, at, last)
        return None

    def _plural(self, key: str) -> tuple[Name, ...]:
        """`Copilots`, though that is also a word: the catalogue's Copilot."""
        names = self._names.get(key.removesuffix("s"), ())
        return tuple(n for n in names if n.tool and not n.common)

    def _spans(self, words: Sequence[Token], at: int) -> Iterator[tuple[str, int]]:
        """Squeezed keys of the word runs that start here, longest first."""
        keys: list[tuple[str, int]] = []
        key = ""
        for last in range(at, min(at + self._longest, len(words))):
            if last > at and (words[last].breaks or words[last].comma):
                break
            word = words[last].word
            stem, mark, _ = word.partition("'")
            key += stem
            keys.append((key, last))
            if mark:
                break
        return reversed(keys)

    def _cjk_name(self, words: Sequence[Token], at: int) -> Mention | None:
        for key in self._cjk:
            if key in words[at].word:
                return Mention(self._names[key], at, at, key)
        return None

    def _stands(self, name: Name, words: Sequence[Token], first: int, last: int) -> bool:
        """Whether a name that is also an ordinary word is used as a name here."""
        if not name.tool and last > first and _is_chance(words[first : last + 1]):
            return False
        if not name.common:
            return True
        token = words[first]
        inside = first > 0 and not token.breaks
        if token.capital and inside and not token.text.isupper():
            return True
        said = {w.word for w in words}
        explained = any(set(c.split()) <= said for c in name.context)
        if explained and (name.tool or token.capital):
            return True
        before = words[first - 1].word if inside else ""
        if name.tool:
            after = words[last + 1].word if last + 1 < len(words) else ""
            shouting = token.capital or len(words) <= 6
            apart = last + 1 < len(words) and words[last + 1].comma
            opening = not inside and (shouting or apart or after in AFTER_A_NAME)
            return before in BESIDE or opening or after in TOOL_NOUNS or token.comma
        if not inside:
            after = words[last + 1].word if last + 1 < len(words) else ""
            return len(words) <= _CURT and after in AFTER_A_NAME
        after = words[last + 1].word if last + 1 < len(words) else ""
        return before in USING and (token.capital or after in AFTER_A_NAME or not after)

    def _misspelt(
        self, key: str, words: Sequence[Token], first: int, last: int
    ) -> tuple[Name, ...]:
        if len(key) < _SHORTEST_TYPO or last - first > 2 or not key.isascii():
            return ()
        run = words[first : last + 1]
        if all(self._is_word(w.word) for w in run):
            return ()
        if last > first and any(w.word in function_words() for w in run):
            return ()
        limit = 1 if len(key) < _LONG_NAME else 2
        candidates = [
            name
            for size in range(len(key) - limit, len(key) + limit + 1)
            for letter in {key[0], key[1]}
            for name in self._by_shape.get((letter, size), ())
        ]
        best = process.extractOne(key, candidates, scorer=OSA.distance, score_cutoff=limit)
        if best is None:
            return self._inflected(key) if first == last else ()
        names = self._names[best[0]]
        if names[0].common and not names[0].tool and not words[first].capital:
            return ()
        if names[0].tool or (len(key) > _SHORT_TYPO and first and words[first - 1].word in BESIDE):
            return names
        # A short unknown word in a tool's place may be a product; anywhere else it is a typo.
        return names if first and words[first - 1].word in USING else ()

    def _inflected(self, key: str) -> tuple[Name, ...]:
        """`ChatGPTye`, `Copilotem`: a name with an ending of up to three letters."""
        for cut in range(len(key) - 1, max(len(key) - 4, 4), -1):
            names = self._names.get(key[:cut], ())
            if names and not names[0].common:
                return names
        return ()

    def _is_word(self, word: str) -> bool:
        return word in ordinary_words() or self._lexicon.knows(word) or len(word) < 3

    def is_named(self, written: str) -> bool:
        """Whether a squeezed name is in the catalogue or the product list."""
        return squeeze(written) in self._names


def _is_chance(run: Sequence[Token]) -> bool:
    """`I ask`, `you chat`: words that only together spell a product's name."""
    return any(w.word in function_words() or len(w.word) == 1 for w in run)


def mention_of(names: tuple[Name, ...], words: Sequence[Token], first: int, last: int) -> Mention:
    written = words[first].text
    for before, token in pairwise(words[first : last + 1]):
        near = token.start == before.end + 1  # "zibblr.ai", "GPT-4o" are written in one
        written += ("" if token.start == before.end else token.mark if near else " ") + token.text
    return Mention(names, first, last, written.partition("'")[0])


def with_plan(mention: Mention, words: Sequence[Token]) -> Mention:
    """The mention with a plan word that stands right beside it ("ChatGPT plus")."""
    if mention.names[0].edition is not None or mention.names[0].plan:
        return mention
    after = mention.last + 1
    if after < len(words) and words[after].word in PLANS and not words[after].breaks:
        return replace(
            mention,
            names=tuple(replace(n, plan=words[after].word) for n in mention.names),
            last=after,
            written=f"{mention.written} {words[after].text}",
        )
    before = mention.first - 1
    if before >= 0 and words[before].word in PLANS and not words[mention.first].breaks:
        return replace(
            mention, names=tuple(replace(n, plan=words[before].word) for n in mention.names)
        )
    return mention
