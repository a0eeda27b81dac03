"""`greenlight explain`: what stands behind an answer that was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.app import App
from bot.ask import AskError, Replay, replay
from bot.settings import Settings
from bot.store import answers
from bot.store.answers import Record, Words


async def explained(settings: Settings, answer_id: str) -> str:
    """Return an answer's record as text; raises `AskError` when there is none of that id."""
    async with App.open(settings) as app:
        record = await app.store.run(answers.find, answer_id)
        if record is None:
            raise AskError(f"There is no answer {answer_id!r} in {settings.database}.")
        words = await app.store.run(answers.words_of, answer_id)
        seen = await app.store.run(answers.knowledge_seen, record.knowledge_version)
        again = replay(record, app.knowledge)
    lines = (
        *_asked(record, words),
        *_understood(record, words),
        *_decided(record),
        *_knowledge(record, seen, again),
    )
    return "\n".join(lines)


def _asked(record: Record, words: Words | None) -> Iterator[str]:
    yield f"Answer      {record.id}"
    yield f"Given       {record.at:%Y-%m-%d %H:%M:%S} UTC, door {record.door}, {record.ms:.1f} ms"
    traits = (
        f"{key} {_shown(value)}" for key, value in record.person.items() if value and key != "id"
    )
    yield f"Asked by    {record.person_id} ({'; '.join(traits)})"
    yield f"Judged on   {record.day}"
    if words is None:
        yield "Question    its text is no longer kept"
        return
    for turn in words.history:
        yield f"Before      {turn['role']}: {_one_line(turn['text'])}"
    yield f"Question    {_one_line(words.text)}"


def _understood(record: Record, words: Words | None) -> Iterator[str]:
    yield f"Understood  by {record.understood_by}, language {record.language}"
    read_from = words.read_from if words is not None else {}
    for slot, value in record.understood.items():
        if value in (None, "", [], {}, False) or slot in {"language", "understood_by"}:
            continue
        yield f"  {slot}: {_shown(value)}{_quoted(slot, value, read_from)}"


def _decided(record: Record) -> Iterator[str]:
    yield f"Verdict     {record.verdict} ({record.action})"
    for decision in record.findings:
        yield f"  {decision['edition'] or decision['tool'] or 'no tool'}: {decision['verdict']}"
        yield from (f"    {_finding(finding)}" for finding in decision["findings"])
    for label, values in (
        ("Conditions", record.conditions),
        ("Sections", record.citations),
        ("Instead", record.alternatives),
        ("Asked for", [record.ask_for] if record.ask_for else []),
    ):
        if values:
            yield f"{label:<12}{', '.join(values)}"


def _finding(finding: Any) -> str:
    parts = [f"{finding['verdict']}: {finding['code']}"]
    parts += [f"{name} {value}" for name, value in finding["words"].items() if value]
    parts += [f"conditions {', '.join(finding['conditions'])}"] if finding["conditions"] else []
    parts += [f"sections {', '.join(finding['cites'])}"] if finding["cites"] else []
    parts += [f"lifted by {finding['lifted_by']}"] if finding["lifted_by"] else []
    parts += [f"at {finding['at']}"] if finding["at"] else []
    return "; ".join(parts)


def _knowledge(record: Record, seen: answers.Seen | None, again: Replay) -> Iterator[str]:
    since = f", first used {seen.first_seen:%Y-%m-%d} from {seen.folder}" if seen else ""
    yield f"Knowledge   {record.knowledge_version}{since}"
    force = "the same is" if again.same_knowledge else "another version is"
    yield f"Today       {force} in force; {_judged_again(again)}"


def _judged_again(again: Replay) -> str:
    if again.gone is not None:
        return f"it cannot be judged again, because {again.gone!r} is gone"
    if again.same:
        return "judged again: the same verdict for the same reasons"
    if again.same_verdict:
        return "judged again: the same verdict, for other reasons"
    return f"judged again: {again.verdict}"


def _quoted(slot: str, value: object, read_from: Mapping[str, object]) -> str:
    keys = [slot, *(str(one) for one in value)] if isinstance(value, list) else [slot]
    said = [repr(_one_line(str(read_from[key]))) for key in keys if read_from.get(key)]
    return f"  (from {', '.join(said)})" if said else ""


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_shown(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(one)}" for key, one in value.items() if one)
    return str(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())
