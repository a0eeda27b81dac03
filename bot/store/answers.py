"""Answers, the words they answered, and the knowledge bases they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store import ids
from bot.store.tables import answers, knowledge_versions, messages, ratings

if TYPE_CHECKING:
    from sqlalchemy import Connection

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One answer as it is kept: enough to explain it and to judge it again."""

    id: str
    at: datetime
    day: date
    """The day it was judged on."""
    person_id: str
    person: Json
    """What the decision knew about the asker; no name."""
    door: str
    language: str
    topic: str
    action: str
    verdict: str
    understood: Json
    """The slots of the reading, without the words they were read from."""
    findings: Sequence[Json]
    """One entry for each decision: what was judged, and every finding."""
    judged: Sequence[Json]
    citations: Sequence[str]
    conditions: Sequence[str]
    alternatives: Sequence[str]
    ask_for: str | None
    knowledge_version: str
    understood_by: str
    ms: float
    """From the message to the decision."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a person wrote, until it is forgotten."""

    answer_id: str
    text: str
    history: Sequence[Json]
    read_from: Json
    """Slot -> the words of the message it was read from."""
    expires_at: datetime
    conversation: str = ""
    """The thread and person it belongs to; empty where a conversation cannot go on."""
    reply: str = ""
    """What was answered, as plain text."""


class Seen(NamedTuple):
    """A knowledge base that has answered from this database."""

    version: str
    first_seen: datetime
    folder: Path


def add(connection: Connection, record: Record, words: Words | None) -> None:
    """Keep an answer and, where texts are kept at all, the words it answers."""
    connection.execute(_ADD_ANSWER, vars(record))
    if words is not None:
        connection.execute(_ADD_WORDS, vars(words))


def add_again(connection: Connection, record: Record, words: Words | None) -> None:
    """Keep an answer that may have been kept before a process was killed: the newer one stays."""
    dialect = connection.dialect.name
    connection.execute(_PUT_ANSWER[dialect], vars(record))
    if words is not None:
        connection.execute(_PUT_WORDS[dialect], vars(words))


def replied(connection: Connection, answer_id: str, reply: str) -> None:
    """Keep what was answered beside what was asked, so that the conversation can go on."""
    connection.execute(_REPLIED, {"of": answer_id, "told": reply})


class Exchange(NamedTuple):
    """One question of a conversation, and what was answered."""

    text: str
    reply: str


def conversation(
    connection: Connection, name: str, since: datetime, most: int
) -> tuple[Exchange, ...]:
    """Return the last exchanges of a conversation, the oldest first."""
    rows = connection.execute(_CONVERSATION, {"name": name, "since": since, "most": most}).all()
    return tuple(Exchange(row.text, row.reply) for row in reversed(rows))


def rate(
    connection: Connection, answer_id: str, person_id: str, at: datetime, *, helpful: bool
) -> bool:
    """Keep whether an answer helped; return False when it is not an answer to this person."""
    record = find(connection, answer_id)
    if record is None or record.person_id != person_id:
        return False
    mine = (ratings.c.answer_id == answer_id) & (ratings.c.person_id == person_id)
    changed = connection.execute(sa.update(ratings).where(mine).values(helpful=helpful, at=at))
    if changed.rowcount == 0:
        connection.execute(
            sa.insert(ratings).values(
                answer_id=answer_id, person_id=person_id, helpful=helpful, reason="", at=at
            )
        )
    return True


def rated_because(connection: Connection, answer_id: str, person_id: str, reason: str) -> None:
    """Keep why an answer did not help."""
    mine = (ratings.c.answer_id == answer_id) & (ratings.c.person_id == person_id)
    connection.execute(sa.update(ratings).where(mine).values(reason=reason))


class Kept(NamedTuple):
    """How much is kept about somebody."""

    answers: int
    texts: int
    ratings: int


def kept_about(connection: Connection, person_id: str) -> Kept:
    """Count what is kept about a person."""
    mine = sa.select(answers.c.id).where(answers.c.person_id == person_id)
    texts = sa.select(sa.func.count()).select_from(messages).where(messages.c.answer_id.in_(mine))
    rated = sa.select(sa.func.count()).where(ratings.c.person_id == person_id)
    return Kept(
        connection.execute(sa.select(sa.func.count()).select_from(mine.subquery())).scalar_one(),
        connection.execute(texts).scalar_one(),
        connection.execute(rated).scalar_one(),
    )


def find(connection: Connection, answer_id: str) -> Record | None:
    """Return an answer, or None when there is no such id."""
    row = connection.execute(sa.select(answers).where(answers.c.id == answer_id)).one_or_none()
    return None if row is None else Record(**row._mapping)  # noqa: SLF001 - its public name


def answer_to(connection: Connection, of: str, person_id: str) -> str | None:
    """Return the id of the answer a person was given to something they did, by its name."""
    mine = sa.select(answers.c.id).where(
        answers.c.person_id == person_id, answers.c.id.endswith(ids.ending(of))
    )
    return connection.execute(mine.limit(1)).scalar_one_or_none()


def words_of(connection: Connection, answer_id: str) -> Words | None:
    """Return what was written, or None when it was never kept or is forgotten."""
    found = sa.select(messages).where(messages.c.answer_id == answer_id)
    row = connection.execute(found).one_or_none()
    return None if row is None else Words(**row._mapping)  # noqa: SLF001 - its public name


def forget_expired(connection: Connection, now: datetime) -> int:
    """Delete the texts whose time is over; return how many."""
    return connection.execute(sa.delete(messages).where(messages.c.expires_at <= now)).rowcount


def delete_person(connection: Connection, person_id: str) -> int:
    """Delete every text of a person; return how many. The answers stay, without words."""
    mine = sa.select(answers.c.id).where(answers.c.person_id == person_id)
    # What they wrote about an answer is their text, too; whether it helped stays.
    connection.execute(sa.update(ratings).where(ratings.c.person_id == person_id).values(reason=""))
    return connection.execute(sa.delete(messages).where(messages.c.answer_id.in_(mine))).rowcount


def saw_knowledge(connection: Connection, seen: Seen) -> None:
    """Remember a knowledge base the first time it is used."""
    if knowledge_seen(connection, seen.version) is None:
        values = {**seen._asdict(), "folder": str(seen.folder)}
        connection.execute(sa.insert(knowledge_versions), values)


def knowledge_seen(connection: Connection, version: str) -> Seen | None:
    """Return when and where a version of the knowledge base was first used."""
    found = sa.select(knowledge_versions).where(knowledge_versions.c.version == version)
    row = connection.execute(found).one_or_none()
    return None if row is None else Seen(row.version, row.first_seen, Path(row.folder))


_ADD_ANSWER = sa.insert(answers).values({f.name: sa.bindparam(f.name) for f in fields(Record)})
_ADD_WORDS = sa.insert(messages).values({f.name: sa.bindparam(f.name) for f in fields(Words)})
_REPLIED = (
    sa.update(messages)
    .where(messages.c.answer_id == sa.bindparam("of"))
    .values(reply=sa.bindparam("told"))
)
_CONVERSATION = (
    sa.select(messages.c.text, messages.c.reply)
    .join(answers, answers.c.id == messages.c.answer_id)
    .where(messages.c.conversation == sa.bindparam("name"), answers.c.at >= sa.bindparam("since"))
    .order_by(answers.c.at.desc(), answers.c.id.desc())
    .limit(sa.bindparam("most"))
)


def _put(table: sa.Table, key: str, of: type) -> dict[str, sa.Executable]:
    """Return, for each engine, the statement that adds a row or replaces the one with its key."""
    values: dict[str, Any] = {f.name: sa.bindparam(f.name) for f in fields(of)}
    return {
        module.__name__.rpartition(".")[2]: statement.on_conflict_do_update(
            index_elements=[key],
            set_={name: statement.excluded[name] for name in values if name != key},
        )
        for module in (sqlite, postgresql)
        for statement in (module.insert(table).values(values),)
    }


_PUT_ANSWER = _put(answers, "id", Record)
_PUT_WORDS = _put(messages, "answer_id", Words)
