"""Everything a feature needs, built once and passed first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.knowledge import Knowledge, load
from bot.settings import Settings
from bot.store import Store, answers


def _utc_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the one clock; everybody else asks app.now()


@dataclass(frozen=True, kw_only=True)
class App:
    """The assistant, ready to be asked."""

    settings: Settings
    knowledge: Knowledge
    store: Store
    now: Callable[[], datetime] = _utc_now
    """The time in UTC."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        *,
        only_one: bool = False,
        now: Callable[[], datetime] = _utc_now,
    ) -> AsyncIterator[App]:
        """Load the knowledge base, open the database, and close it at the end.

        `only_one` is for processes that run for long: a second one on the same database is
        refused. Raises `KnowledgeError` or `StoreError`, both written for people.
        """
        knowledge = load(settings.knowledge)
        async with Store.open(settings.database, only_one=only_one) as store:
            app = cls(settings=settings, knowledge=knowledge, store=store, now=now)
            seen = answers.Seen(knowledge.version, now(), knowledge.folder)
            await store.run(answers.saw_knowledge, seen)
            await store.run(answers.forget_expired, now())
            yield app
