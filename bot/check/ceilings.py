"""Rules of one edition that contradict each other: a ceiling here, a limit below it there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain

from bot.check.report import Remark, editions, error, warning
from bot.decide.data import denies_any
from bot.knowledge import DataClass, Edition, Feature, Grant, Knowledge
from bot.knowledge.tools import IN_USE
from bot.understand.text import squeeze

_SWITCHED_OFF = re.compile(r"(?:no|without)-(.+)|(.+)-off")
"""What the id of a condition switches off: `web-search-off`, `no-web-search`."""


def lower_class_stricter(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find a class granted plainly while one of the same rank or lower is refused or limited."""
    classes = sorted(knowledge.classes.values(), key=lambda c: c.rank)
    for tool, path, edition in editions(knowledge):
        if edition.status not in IN_USE:
            continue
        plain = [c for c in classes if not c.absolute and _is_plain(edition.data.get(c.id))]
        for one in plain[-1:]:
            stricter = [c for c in classes if c.rank <= one.rank and not _contains(plain, c)]
            if stricter:
                names = ", ".join(c.id for c in stricter)
                yield warning(
                    "lower-class-stricter",
                    tool,
                    f"{path}.data.{one.id}",
                    f"{edition.name} takes {one.id} without a condition, but not {names}, which"
                    " ranks no higher. Grant that too, or limit this.",
                )


def _contains(classes: list[DataClass], one: DataClass) -> bool:
    return any(one.id == other.id for other in classes)


def _is_plain(grant: Grant | None) -> bool:
    return (
        grant is not None
        and grant.effect == "allow"
        and not grant.allow_if
        and grant.only_departments is None
        and grant.only_regions is None
    )


def switched_off_features(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find a feature that is allowed as it is where a grant asks for it to be off."""
    for tool, path, edition in editions(knowledge):
        for key, condition in _asked(edition):
            off = _SWITCHED_OFF.fullmatch(condition)
            if off is None:
                continue
            base = squeeze(off[1] or off[2])
            for name, feature in edition.features.items():
                if _is_free(feature) and _is_called(base, name, feature):
                    yield warning(
                        "feature-against-condition",
                        tool,
                        f"{path}.features.{name}",
                        f"{edition.name} takes {key} only with {condition}, and allows the feature"
                        f" {name} without a condition. Give the feature a condition, or drop"
                        f" {condition}.",
                    )


def _asked(edition: Edition) -> Iterator[tuple[str, str]]:
    for key, grant in edition.data.items():
        for condition in grant.allow_if:
            yield key, condition


def _is_free(feature: Feature) -> bool:
    return feature.status == "allow" and not feature.conditions


def _is_called(base: str, name: str, feature: Feature) -> bool:
    return any(squeeze(words).startswith(base) for words in (name, *feature.aliases))


def conditions_against_grants(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find an implied condition written out where the edition says the opposite."""
    implied = knowledge.company.implied_conditions
    for tool, path, edition in editions(knowledge):
        asked = {*edition.conditions, *(condition for _, condition in _asked(edition))}
        for kind, rule in implied.items():
            why = {
                "no_data_named": _takes_all(edition, rule.classes),
                "private_edition_exists": _is_not_the_companys(edition),
                "purpose_not_stated": _has_no_purposes(edition),
            }[kind]
            if rule.condition in asked and why:
                yield error(
                    "condition-against-grant",
                    tool,
                    f"{path}.conditions",
                    f"{edition.name} asks for {rule.condition}, but {why}. Drop the condition, or"
                    " say what it means here.",
                )


def _takes_all(edition: Edition, classes: tuple[str, ...]) -> str:
    return "" if denies_any(edition, classes) else f"it is cleared for {', '.join(classes)}"


def _is_not_the_companys(edition: Edition) -> str:
    return "" if edition.account == "company" else "it has no company account"


def _has_no_purposes(edition: Edition) -> str:
    return "" if edition.only_uses else "it is not limited to purposes (only_uses)"


def unreachable_grants(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find data granted to departments or regions the edition is not for."""
    for tool, path, edition in editions(knowledge):
        who = edition.who
        if who is None:
            continue
        models = ((f"models.{n}.data", m.data) for n, m in enumerate(edition.models))
        for home, granted in chain([("data", edition.data)], models):
            for key, grant in granted.items():
                limits = (
                    ("only_departments", grant.only_departments, who.departments),
                    ("only_regions", grant.only_regions, who.regions),
                )
                for field, only, mine in limits:
                    if only is not None and mine is not None and only.isdisjoint(mine):
                        yield error(
                            "unreachable-grant",
                            tool,
                            f"{path}.{home}.{key}.{field}",
                            f"{edition.name} grants {key} to {', '.join(sorted(only))}, and is not"
                            " for them. Add them to who, or drop the grant.",
                        )
