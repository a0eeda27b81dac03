"""The checks on data: every class and tag must be granted, and a model may narrow the grant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.decide.found import only_in, open_conditions, passing, refusal
from bot.decide.words import Finding, Question

if TYPE_CHECKING:
    from bot.knowledge import Edition, Grant, Knowledge


def class_of(key: str) -> str:
    """The class of a data key: `personal` for both `personal` and `personal.customer`."""
    return key.partition(".")[0]


def class_cites(key: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The sections of a data key: the tag's own, else those of its class."""
    name, _, tag = key.partition(".")
    data_class = knowledge.classes[name]
    return (data_class.tags[tag].cite if tag in data_class.tags else ()) or data_class.cite


def tag_conditions(key: str, knowledge: Knowledge) -> tuple[str, ...]:
    """What a tag asks for wherever it is granted."""
    name, _, tag = key.partition(".")
    tags = knowledge.classes[name].tags
    return tags[tag].conditions if tag in tags else ()


def grant_for(written: Mapping[str, Grant], key: str) -> tuple[str, Grant | None]:
    """The key that decides about a data key, the most specific there is, and what it grants."""
    if key in written:
        return key, written[key]
    parent = class_of(key)
    return parent, written.get(parent)


def denies_any(edition: Edition, keys: Iterable[str]) -> bool:
    """Whether an edition denies any of this data to everybody; what is not listed is denied."""
    found = (grant_for(edition.data, key)[1] for key in keys)
    return any(grant is None or grant.effect == "deny" for grant in found)


def grants(edition: Edition, key: str) -> bool:
    """Whether an edition grants this data to anybody."""
    _, grant = grant_for(edition.data, key)
    return grant is not None and grant.effect == "allow"


def data(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    """Every class and tag present must be granted; what is not listed is denied."""
    for key in sorted(question.data):
        written, grant = grant_for(edition.data, key)
        at = edition.at(f"data.{written}")
        if grant is None:
            cites = class_cites(key, knowledge)
            yield refusal(
                "data", cites, at, {"data": key, "edition": edition.key}, code="data_unlisted"
            )
        else:
            yield from _granted(question, edition, knowledge, key, grant, at)


def model(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    """A model only narrows: what its rule does not name stays as the edition has it."""
    if question.model is None:
        return
    named = question.model.lower()
    for index, rule in enumerate(edition.models):
        if not any(fnmatchcase(named, pattern.lower()) for pattern in rule.match):
            continue
        for key in sorted(question.data):
            written, grant = grant_for(rule.data, key)
            if grant is not None:
                at = edition.at(f"models.{index}.data.{written}")
                yield from _granted(question, edition, knowledge, key, grant, at, in_model=named)


def _granted(
    question: Question,
    edition: Edition,
    knowledge: Knowledge,
    key: str,
    grant: Grant,
    at: str,
    *,
    in_model: str | None = None,
) -> Iterator[Finding]:
    """What a grant says; `in_model` is the model whose rule it stands in, if it does."""
    words = {"data": key, "edition": edition.key}
    cites = grant.cite or class_cites(key, knowledge)
    if grant.effect == "deny":
        if in_model is None:
            yield refusal("data", cites, at, words, code="data_denied")
        else:
            yield refusal("model", cites, at, {**words, "model": in_model}, code="model_denied")
        return
    if grant.effect == "review":
        yield Finding(
            check="data",
            code="data_review",
            verdict="not_reviewed",
            cites=cites,
            at=at,
            words=words,
        )
        return
    departments, regions = grant.only_departments, grant.only_regions
    yield from only_in("department", "data", departments, question, knowledge, cites, at, words)
    yield from only_in("region", "data", regions, question, knowledge, cites, at, words)
    asked = (*grant.allow_if, *tag_conditions(key, knowledge))
    carried = open_conditions(asked, question, knowledge)
    yield passing("data", cites, at, words, carried, code="data_granted")
