"""What every test may count on: no network, a home of its own, the shipped content."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_socket

from bot import settings
from bot.app import App
from bot.knowledge import Knowledge, load
from bot.store import Store

pytest_plugins = ["postgres"]

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Nothing but this machine can be reached."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder everything is kept in, empty; no setting of this machine counts."""
    for name, field in settings.Settings.model_fields.items():
        variable = field.alias or f"{settings.PREFIX}{name.upper()}"
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setitem(settings.Settings.model_config, "env_file", None)
    home = tmp_path / "home"
    monkeypatch.setenv("GREENLIGHT_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shipped() -> Knowledge:
    """The knowledge base that comes with Greenlight."""
    return load(settings.shipped("knowledge"))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and no rows: copying it is much faster than migrating."""
    path = tmp_path_factory.mktemp("migrated") / "greenlight.db"

    async def make() -> None:
        async with Store.open(f"sqlite:///{path}"):
            pass

    asyncio.run(make())
    return path


@pytest.fixture
def prepared(home: Path, migrated: Path) -> Path:
    """The database of this test, with all tables and no rows."""
    home.mkdir(exist_ok=True)
    return Path(shutil.copy(migrated, home))


@pytest.fixture
async def store(prepared: Path) -> AsyncIterator[Store]:
    async with Store.open(settings.read().database) as opened:
        yield opened


@pytest.fixture
def app(shipped: Knowledge, store: Store) -> App:
    """The assistant with the shipped knowledge and a real database, at a fixed time."""
    return App(settings=settings.read(), knowledge=shipped, store=store, now=lambda: NOW)
