"""Why: each finding as one plain sentence, and which finding of several is worth saying first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.chat import Fact
from bot.decide import STRICTNESS, Decision, Finding, Ruling
from bot.explain import names
from bot.explain.allowed import allowed
from bot.explain.names import Telling
from bot.explain.sentences import capital, one_line, stopped

if TYPE_CHECKING:
    from bot.knowledge.models import DataClass, Edition

EVERYWHERE = frozenset({"red_line", "use_prohibited", "data_absolute", "guest"})
"""Findings that hold whatever the tool."""

FIRST = (
    ("guest", "red_line", "use_prohibited", "data_absolute"),
    ("status_prohibited", "status_retired", "status_under_review", "unlisted"),
    ("not_yet", "lapsed", "pilot_ended", "no_data_at_all"),
    ("data_denied", "data_unlisted", "data_review", "model_denied"),
    ("feature_denied", "feature_review", "feature_unlisted", "feature_purpose"),
    ("use_tools", "edition_purpose", "department_data", "region_data", "region_feature"),
    ("department_use", "region_use", "department_audience", "region_audience"),
    ("worker_type", "pilot_group"),
)
"""The most helpful reason first: what holds everywhere, then what another choice would change."""

_NOT_CLEARED = ("data_denied", "data_unlisted")
"""Two ways of the file to say one thing to the reader."""


def behind(decision: Decision) -> tuple[Finding, ...]:
    """The findings that gave the verdict, the most helpful first.

    Where none gave it (no tool fits), those that kept the tool from being a yes.
    """
    found = decision.deciding or _strictest(decision.findings)
    order = {code: place for place, codes in enumerate(FIRST) for code in codes}
    return tuple(sorted(found, key=lambda f: order.get(f.code, len(FIRST))))


def _strictest(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    refusing = [f for f in findings if f.counts and STRICTNESS[f.verdict] > 1]
    most = max((STRICTNESS[f.verdict] for f in refusing), default=0)
    return tuple(f for f in refusing if STRICTNESS[f.verdict] == most)


def together(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that are said in one sentence with the first."""
    if not found:
        return ()
    codes = _NOT_CLEARED if found[0].code in _NOT_CLEARED else (found[0].code,)
    return tuple(f for f in found if f.code in codes)


def sentence(t: Telling, decision: Decision, found: Sequence[Finding]) -> str:
    """Findings of one kind as one sentence."""
    first = found[0]
    data = dict.fromkeys(f.words["data"] for f in found if "data" in f.words)
    values = _values(t, decision, first)
    values["data"] = t.say.either(names.data_names(t, data))
    said = t.say(_sentence_id(t, first), **values)
    return " ".join(part for part in (stopped(said), *_added(first)) if part)


def _sentence_id(t: Telling, finding: Finding) -> str:
    id_ = f"finding-{finding.code}"
    if finding.code == "unlisted" and finding.verdict == "not_allowed":
        return f"{id_}_refused"
    if "date" in finding.words and t.say.has(f"{id_}_date"):
        return f"{id_}_date"
    return id_ if t.say.has(id_) else "finding-other"


def _values(t: Telling, decision: Decision, finding: Finding) -> dict[str, str]:
    """Every word a sentence may name."""
    knowledge, words = t.knowledge, finding.words
    day = words.get("date")
    return {
        "tool": tool_of(t, decision, finding),
        "use": names.use_name(knowledge, words.get("use", decision.question.use)),
        "feature": names.feature_name(words.get("feature")),
        "model": names.echo(words.get("model", "")),
        "department": names.department_name(knowledge, words.get("department", "")),
        "region": names.region_name(knowledge, words.get("region", "")),
        "worker_type": names.worker_type_name(knowledge, words.get("worker_type", "")),
        "date": t.say.day(date.fromisoformat(day)) if day else "",
        "exception": words.get("exception", ""),
        "red_line": _red_line(t, words.get("red_line")),
        "allowed": allowed(t, decision, finding),
        "conditions": condition_texts(t, finding.conditions),
    }


def tool_of(t: Telling, decision: Decision, finding: Finding) -> str:
    """What the edition a finding is about is called."""
    key = finding.words.get("edition")
    if key is not None:
        return names.key_name(t.knowledge, key)
    return names.judged_name(t, decision)


def _red_line(t: Telling, red_line: str | None) -> str:
    lines = t.knowledge.company.red_lines
    return next((one_line(line.text) for line in lines if line.id == red_line), "")


def condition_texts(t: Telling, conditions: Iterable[str]) -> str:
    """The texts of conditions, in one line."""
    known = t.knowledge.conditions
    return " ".join(stopped(one_line(known[c].text)) for c in conditions if c in known)


def _added(finding: Finding) -> Iterator[str]:
    """What the file says in its own words."""
    for word in ("because", "note"):
        if finding.words.get(word):
            yield stopped(capital(one_line(finding.words[word])))


def cleared(t: Telling, behind: Sequence[Finding]) -> str:
    """What could go in instead; said only where the data is all that stands in the way."""
    if any(f.code not in _NOT_CLEARED for f in behind):
        return ""
    edition = t.knowledge.editions[behind[0].words["edition"]]
    ranked = sorted(t.knowledge.classes.values(), key=lambda c: c.rank)
    whole = tuple(one_line(c.name) for c in ranked if _takes_all(edition, c))
    return t.say("finding-data_cleared", data=t.say.some(whole, names.NAMED)) if whole else ""


def _takes_all(edition: Edition, data_class: DataClass) -> bool:
    """Whether a whole class may go in, from everybody the edition is for."""
    prefix = f"{data_class.id}."
    grants = [g for key, g in edition.data.items() if f"{key}.".startswith(prefix)]
    return (
        data_class.id in edition.data
        and not data_class.absolute
        and all(
            g.effect == "allow" and not g.only_departments and not g.only_regions for g in grants
        )
    )


def about(t: Telling, finding: Finding) -> str:
    """What a finding is about, in a word or two."""
    return t.say(f"about-{finding.check}")


def also(t: Telling, behind: Sequence[Finding]) -> str:
    """The reasons that are not spelled out, in a few words."""
    if behind[0].code in EVERYWHERE:
        return ""  # nothing the reader could change would help
    first = about(t, behind[0])
    others = (f for f in behind if about(t, f) != first)
    abouts = dict.fromkeys(about(t, f) for f in others)
    return t.say("also", abouts=t.say.both(abouts)) if abouts else ""


def facts(t: Telling, ruling: Ruling) -> tuple[Fact, ...]:
    """Every finding with its sentence, its sections and the line it stands on."""
    return tuple(
        _fact(t, decision, finding, several=len(ruling.decisions) > 1)
        for decision in ruling.decisions
        for finding in decision.findings
    )


def _fact(t: Telling, decision: Decision, finding: Finding, *, several: bool) -> Fact:
    said = sentence(t, decision, (finding,))
    if finding.lifted_by is not None:
        said = t.say("lifted", sentence=said, exception=finding.lifted_by)
    sections = f" ({', '.join(finding.cites)})" if finding.cites else ""
    label = capital(about(t, finding))
    tool = names.judged_name(t, decision)
    return Fact(
        label=f"{tool}: {label}" if several and tool else label,
        text=f"{said}{sections}",
        verdict=finding.verdict,
        source=finding.at,
    )
