"""The word lists that come with Greenlight: nothing dangling, nothing twice, nothing unused."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot import understand
from bot.understand import shipped
from bot.understand.language import function_words
from bot.understand.lexicon import LANGUAGES
from bot.understand.text import fold, squeeze

HERE = Path(understand.__file__).parent
LEXICON = sorted((HERE / "lexicon").glob("*.yaml"))
CODE = "\n".join(path.read_text("utf-8") for path in sorted(HERE.glob("*.py")))
RECOMPILE = "bot/understand/shipped.json.gz is stale; run: uv run python -m bot.understand.shipped"
CATEGORIES = frozenset(
    "assistant search writing translation image video audio music meeting design presentation code "
    "agent automation data productivity crm support marketing seo hr legal sales education model "
    "avatar browser research".split()
)


@cache
def yaml_of(path: Path) -> Any:
    return shipped.read_yaml(path)


def keys_of(path: Path) -> list[str]:
    """The keys of a file as written: a YAML reader would keep only the last of two."""
    return re.findall(r"^([^\s#:][^:]*):", path.read_text("utf-8"), re.MULTILINE)


def concepts() -> set[str]:
    return {concept for path in LEXICON for concept in keys_of(path)}


def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml_of(HERE / "products.yaml")
    return found


def names_of(product: dict[str, Any]) -> Iterator[str]:
    yield product["name"]
    yield from product.get("aliases") or ()


def test_the_compiled_lists_are_those_of_the_sources():
    with gzip.open(HERE / "shipped.json.gz", "rt", encoding="utf-8") as file:
        compiled = json.load(file)

    assert compiled["digest"] == shipped.digest(), RECOMPILE
    assert compiled == shipped.from_sources(), RECOMPILE


def test_every_concept_named_in_the_roles_is_in_the_dictionary():
    roles = dict(yaml_of(HERE / "roles.yaml"))
    kinds = roles.pop("kinds")
    named = {concept for part in (roles, kinds) for found in part.values() for concept in found}

    assert sorted(named - concepts()) == []


def test_every_synonym_is_in_the_dictionary():
    near = {
        other
        for path in LEXICON
        for entry in yaml_of(path).values()
        for other in (entry or {}).get("near", ())
    }

    assert sorted(near - concepts()) == []


@pytest.mark.parametrize("path", LEXICON, ids=lambda path: path.stem)
def test_no_concept_stands_twice_in_a_file(path):
    assert [key for key, count in Counter(keys_of(path)).items() if count > 1] == []


def test_no_concept_stands_in_two_files_but_for_the_idioms():
    seen = Counter(key for path in LEXICON if path.stem != "idioms" for key in keys_of(path))

    assert [key for key, count in seen.items() if count > 1] == []


@pytest.mark.parametrize("path", LEXICON, ids=lambda path: path.stem)
def test_every_word_is_in_a_language_we_know(path):
    spoken = {key for entry in yaml_of(path).values() for key in entry or ()}

    assert spoken - {"near"} <= set(LANGUAGES)


def test_every_list_of_small_words_is_used_and_every_used_list_exists():
    used = set(re.findall(r'small_words\(\s*"(\w+)"\s*\)', CODE))

    assert used == set(yaml_of(HERE / "small_words.yaml"))


@pytest.mark.parametrize("name", sorted(yaml_of(HERE / "small_words.yaml")))
def test_small_words_are_written_as_they_are_looked_up(name):
    assert [word for word in shipped.small_words(name) if word != fold(word)] == []


def test_a_list_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        shipped.small_words("no such list")


def test_every_language_has_its_small_words():
    spoken = {language for languages in function_words().values() for language in languages}

    assert set(LANGUAGES) - {"ja", "zh"} <= spoken


@pytest.mark.parametrize("word", "a in no of on the to with".split())
def test_the_smallest_english_words_are_known_to_be_small(word):
    assert "en" in function_words()[word]


def test_there_are_at_least_250_products():
    assert len(rows()) >= 250


def test_no_two_products_share_a_name():
    owners: dict[str, set[str]] = {}
    for product in rows():
        for name in names_of(product):
            owners.setdefault(squeeze(name), set()).add(product["name"])

    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def test_every_product_is_of_a_known_category():
    assert {product["category"] for product in rows()} <= CATEGORIES


def test_a_product_called_like_an_ordinary_word_says_what_makes_it_clear():
    unclear = [
        product["name"]
        for product in rows()
        if product.get("context") and product.get("common_word") != "true"
    ]

    assert unclear == []


def test_every_cue_the_code_asks_for_exists():
    calls = re.findall(r'\.(?:has|covered)\(\s*((?:"\w+"(?:,\s*)?)+)\)', CODE)
    asked = {name for call in calls for name in re.findall(r'"(\w+)"', call)}
    asked |= set(re.findall(r'cues(?:\.get\(|\[)"(\w+)"', CODE))

    assert len(asked) > 15
    assert sorted(asked - set(yaml_of(HERE / "cues.yaml"))) == []


def test_every_cue_has_phrases_in_every_language():
    missing = [
        (cue, language)
        for cue, spoken in yaml_of(HERE / "cues.yaml").items()
        for language in LANGUAGES
        if not spoken.get(language)
    ]

    assert missing == []


def test_no_cue_matches_everything():
    bare = [
        (cue, language)
        for cue, languages in shipped.word_lists()["cues"].items()
        for language, phrases in languages.items()
        for parts in phrases
        if not any(c.isalnum() for part in parts for c in part)
    ]

    assert bare == []


def test_no_two_well_known_features_share_a_name():
    owners: dict[str, set[str]] = {}
    for feature, names in yaml_of(HERE / "features.yaml").items():
        for name in names:
            owners.setdefault(squeeze(name), set()).add(feature)

    assert {name: found for name, found in owners.items() if len(found) > 1} == {}
