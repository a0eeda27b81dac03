"""`greenlight doctor`: what is wrong is said in a sentence with its fix, and no secret ever."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kb
import pytest
from postgres import Server
from pydantic import SecretStr
from yarl import URL

from bot import doctor, settings
from bot.cli.doctor import run
from bot.doctor import Finding, good
from bot.settings import Settings
from bot.store import Store
from bot.store.migrate import HEAD
from handlers.ops import doctor_slack, doctor_teams, outside
from handlers.slack.manifest import SCOPES

TENANT = "11111111-2222-3333-4444-555555555555"
APP = "99999999-2222-3333-4444-555555555555"
ROOT = Path(__file__).parents[1]

Answer = tuple[int, Any, Mapping[str, str]]


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the stub's answers carry this machine's time


class Stub(ThreadingHTTPServer):
    """Slack and Microsoft on this machine: answers by path, and what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.host = f"127.0.0.1:{self.server_port}"
        self.url = f"http://{self.host}"

    def says(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        self.answers[path] = (status, body, headers)


class _Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append(path)
        status, body, headers = self.server.answers.get(path, (404, {}, {}))
        self.send_response(status)
        self.send_header("content-type", "application/json")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode() if isinstance(body, str) else json.dumps(body).encode())

    do_POST = do_GET  # noqa: N815 - its name in the standard library

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        threading.Thread(target=stub.serve_forever, daemon=True).start()
        yield stub
        stub.shutdown()


def by_name(found: Any) -> dict[str, Finding]:
    return {each.name: each for each in found}


# --- this machine


async def look(**given: Any) -> dict[str, Finding]:
    return by_name(await doctor.examine(doctor.here(settings.read(**given))))


async def test_a_fresh_machine_is_in_order() -> None:
    found = await look()

    assert all(each.ok for each in found.values())
    assert list(found) == ["settings", "home", "database", "knowledge", "models"]
    assert found["models"].detail == (
        "No model gateway is set: everything that rules can do works."
    )


async def test_looking_makes_neither_folder_nor_database(home: Path) -> None:
    await look()

    assert not home.exists()  # noqa: ASYNC240


async def test_a_home_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    found = await look(home=tmp_path / "file" / "home")

    assert not found["home"].ok
    assert "GREENLIGHT_HOME" in found["home"].fix


async def test_a_database_that_is_up_to_date_is_said_to_be(store: Store) -> None:
    found = await look()

    assert found["database"].detail.endswith(f"up to date (migration {HEAD}).")


@pytest.mark.parametrize(
    ("version", "ok", "words"),
    [("0001", True, "will be brought up to date"), ("9999", False, "by a newer Greenlight")],
)
async def test_the_age_of_a_database_is_seen(
    home: Path, version: str, ok: bool, words: str
) -> None:
    home.mkdir()  # noqa: ASYNC240
    with sqlite3.connect(home / "greenlight.db") as made:
        made.execute("CREATE TABLE alembic_version (version_num TEXT)")
        made.execute("INSERT INTO alembic_version VALUES (?)", [version])

    found = await look()

    assert found["database"].ok is ok
    assert words in found["database"].detail


async def test_a_file_that_is_no_database_is_a_problem(home: Path) -> None:
    home.mkdir()  # noqa: ASYNC240
    (home / "greenlight.db").write_text("the list of Zanzibar " * 100)

    found = await look()

    assert not found["database"].ok
    assert "Zanzibar" not in found["database"].detail


async def test_a_server_that_is_not_there_is_a_problem_without_its_password() -> None:
    password = secrets.token_hex(8)
    url = f"postgresql://greenlight:{password}@127.0.0.1:1/greenlight"

    found = (await look(database_url=url))["database"]

    assert not found.ok
    assert password not in found.detail + found.fix


async def test_a_server_that_is_empty_wants_to_be_migrated(postgres_server: Server) -> None:
    name = postgres_server.empty()
    url = postgres_server.within(name)

    before = (await look(database_url=url))["database"]
    async with Store.open(url):
        pass
    after = (await look(database_url=url))["database"]
    postgres_server.drop(name)

    assert not before.ok
    assert before.fix == "Run `greenlight migrate`."
    assert after.ok


async def test_a_broken_knowledge_base_is_a_problem_with_its_first_mistake(tmp_path: Path) -> None:
    kb.write(tmp_path / "kb", kb.changed("data.yaml", "rank: 1", "rank: one"))

    found = (await look(knowledge=tmp_path / "kb"))["knowledge"]

    assert not found.ok
    assert "data.yaml:" in found.detail
    assert found.fix == "Run `greenlight check`."


async def test_a_key_of_the_wrong_length_is_a_problem() -> None:
    short, right = secrets.token_urlsafe(16), secrets.token_urlsafe(32)

    assert not (await look(secret_key=short))["settings"].ok
    assert (await look(secret_key=right))["settings"].ok


async def test_a_look_that_hangs_or_breaks_ends_no_other() -> None:
    async def hangs() -> Any:
        await asyncio.Event().wait()

    async def breaks() -> Any:
        raise ValueError("the list of Zanzibar")

    async def works() -> Any:
        return [good("third", "Fine.")]

    found = await doctor.examine({"first": hangs, "second": breaks, "third": works}, limit=0.01)

    assert [each.ok for each in found] == [False, False, True]
    assert "Zanzibar" not in "".join(each.detail + each.fix for each in found)


# --- Slack

AUTH = {"ok": True, "team_id": "T1", "bot_id": "B1", "user_id": "U1"}


@pytest.fixture
def slack(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """Slack, where everything is in order."""
    monkeypatch.setenv("SLACK_API_URL", f"{stub.url}/api/")
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{secrets.token_hex(8)}")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", secrets.token_hex(16))
    stub.says("/api/auth.test", AUTH, x_oauth_scopes=",".join(SCOPES))
    stub.says("/api/blocks.validate", {"ok": True})
    stub.says("/api/apps.connections.open", {"ok": True, "url": "wss://nowhere.example"})
    return stub


async def look_at_slack(clock: Any = now) -> dict[str, Finding]:
    return by_name(await doctor_slack.findings(settings.read(), clock))


async def test_slack_in_order_is_said_to_be(slack: Stub) -> None:
    found = await look_at_slack()

    assert [each for each in found.values() if not each.ok] == []
    assert list(found) == [
        "slack token",
        "clock (Slack)",
        "slack team",
        "slack scopes",
        "slack blocks",
        "slack signing secret",
    ]


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        ("invalid_auth", "copy the Bot User OAuth Token"),
        ("account_inactive", "install it again"),
        ("token_revoked", "install it again"),
        ("something_new", "docs.slack.dev"),
    ],
)
async def test_a_token_slack_refuses_is_a_problem_with_its_fix(
    slack: Stub, code: str, fix: str
) -> None:
    slack.says("/api/auth.test", {"ok": False, "error": code})

    found = (await look_at_slack())["slack token"]

    assert not found.ok
    assert code in found.detail
    assert fix in found.fix


async def test_the_token_of_a_person_is_a_problem(slack: Stub) -> None:
    slack.says("/api/auth.test", {"ok": True, "team_id": "T1", "user_id": "U1"})

    assert "a person, not a bot" in (await look_at_slack())["slack token"].detail


@pytest.mark.parametrize("body", ["<html>proxy</html>", "[]", ""])
async def test_something_else_than_slack_is_a_problem_not_a_crash(slack: Stub, body: str) -> None:
    slack.says("/api/auth.test", body)

    assert not (await look_at_slack())["slack token"].ok


async def test_slack_out_of_reach_is_a_problem(
    slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")

    found = (await look_at_slack())["slack token"]

    assert found.detail.startswith("Slack cannot be reached")


async def test_scopes_that_are_missing_are_named(slack: Stub) -> None:
    first, *others = sorted(SCOPES)
    slack.says("/api/auth.test", AUTH, x_oauth_scopes=", ".join(others))

    found = (await look_at_slack())["slack scopes"]

    assert found.detail == f"The token lacks {first}."
    assert "greenlight slack manifest" in found.fix


async def test_a_workspace_that_is_not_listed_is_a_problem(
    slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_TEAM_IDS", "T2")

    assert (await look_at_slack())["slack team"].fix == (
        "Add T1 to SLACK_TEAM_IDS, or leave it out."
    )


async def test_another_organisation_is_a_problem(
    slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_ENTERPRISE_ID", "E2")
    slack.says("/api/auth.test", {**AUTH, "enterprise_id": "E1"})

    assert (await look_at_slack())["slack team"].fix == "Set SLACK_ENTERPRISE_ID to E1."


async def test_no_signing_secret_is_a_problem_unless_slack_comes_over_a_socket(
    slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_SIGNING_SECRET")

    over_http = (await look_at_slack())["slack signing secret"]
    monkeypatch.setenv("SLACK_APP_TOKEN", f"xapp-{secrets.token_hex(8)}")
    over_socket = (await look_at_slack())["slack signing secret"]

    assert not over_http.ok
    assert over_socket.ok


async def test_an_app_token_slack_refuses_is_a_problem(
    slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", f"xapp-{secrets.token_hex(8)}")
    slack.says("/api/apps.connections.open", {"ok": False, "error": "invalid_auth"})

    found = (await look_at_slack())["slack app token"]

    assert not found.ok
    assert "connections:write" in found.fix


async def test_an_answer_that_slack_would_refuse_is_a_problem(slack: Stub) -> None:
    slack.says("/api/blocks.validate", {"ok": False, "error": "invalid_blocks"})

    assert not (await look_at_slack())["slack blocks"].ok


async def test_slack_not_offering_to_look_at_blocks_is_no_problem(slack: Stub) -> None:
    slack.says("/api/blocks.validate", {"ok": False, "error": "unknown_method"})

    assert (await look_at_slack())["slack blocks"].ok


@pytest.mark.parametrize(("off", "words"), [(150, "ahead of Slack"), (-150, "behind Slack")])
async def test_a_clock_that_is_wrong_is_a_problem(slack: Stub, off: int, words: str) -> None:
    found = (await look_at_slack(lambda: now() + timedelta(seconds=off)))["clock (Slack)"]

    assert not found.ok
    assert words in found.detail


async def test_ready_asks_slack_for_the_token_only(slack: Stub) -> None:
    good_one = await doctor_slack.ready(settings.read())
    slack.says("/api/auth.test", {"ok": False, "error": "invalid_auth"})
    bad_one = await doctor_slack.ready(settings.read())

    assert (good_one.ok, bad_one.ok) == (True, False)
    assert slack.asked == ["/api/auth.test"] * 2


# --- the public address


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "no address is set"),
        ("http://greenlight.example.com", "none they can reach"),
        ("https://localhost", "none they can reach"),
        ("https://10.0.0.1", "none they can reach"),
        ("https://greenlight", "none they can reach"),
        ("nonsense", "none they can reach"),
    ],
)
async def test_an_address_platforms_cannot_reach_is_a_problem(
    slack: Stub, url: str, words: str
) -> None:
    (found,) = await outside.public_address(settings.read(public_url=url))

    assert not found.ok
    assert words in found.detail


async def test_over_a_socket_slack_needs_no_address(
    slack: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", f"xapp-{secrets.token_hex(8)}")

    (found,) = await outside.public_address(settings.read())

    assert found.ok


async def test_it_must_be_greenlight_that_answers_at_the_address(stub: Stub) -> None:
    stub.says("/healthz", "ok\n")
    ours = await outside.answers(URL(stub.url))
    stub.says("/healthz", "<html>Welcome to nginx</html>")
    another = await outside.answers(URL(stub.url))
    nobody = await outside.answers(URL("http://127.0.0.1:1"))

    assert [ours.ok, another.ok, nobody.ok] == [True, False, False]


# --- Teams

TOKEN = f"/{TENANT}/oauth2/v2.0/token"


@pytest.fixture
def teams(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """Microsoft, where everything is in order."""
    monkeypatch.setenv("TEAMS_APP_ID", APP)
    monkeypatch.setenv("TEAMS_APP_PASSWORD", secrets.token_hex(8))
    monkeypatch.setenv("TEAMS_TENANT_IDS", TENANT)
    monkeypatch.setenv("TEAMS_LOGIN_URL", stub.url)
    monkeypatch.setenv("TEAMS_OPENID_URL", f"{stub.url}/openid")
    monkeypatch.setenv("TEAMS_CONNECTOR_HOSTS", stub.host)
    stub.says(TOKEN, {"access_token": "t", "expires_in": 3600})
    stub.says("/openid", {"jwks_uri": f"{stub.url}/keys"})
    stub.says("/keys", {"keys": [{"kid": "k"}]})
    return stub


@pytest.fixture
def graph(teams: Stub, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """Microsoft with Graph."""
    monkeypatch.setenv("TEAMS_GRAPH_URL", teams.url)
    teams.says("/v1.0/users", {"value": []})
    teams.says("/v1.0/groups", {"value": []})
    return teams


async def look_at_teams(clock: Any = now) -> list[Finding]:
    return list(await doctor_teams.findings(settings.read(), clock))


async def test_teams_in_order_is_said_to_be(graph: Stub) -> None:
    found = await look_at_teams()

    assert [each for each in found if not each.ok] == []
    assert [each.name for each in found] == [
        "teams tenants",
        "teams sign-in",
        "teams graph",
        "teams graph",
        "teams keys",
        "clock (Microsoft)",
        "teams connector",
    ]


@pytest.mark.parametrize(
    ("number", "words", "fix"),
    [
        ("7000215", "TEAMS_APP_PASSWORD is wrong", "copy its Value (not its ID)"),
        ("7000222", "has expired", "make a new client secret"),
        ("700016", "no app with the id", "Application (client) ID"),
        ("90002", "no tenant", "Directory (tenant) ID"),
        ("500011", "AADSTS500011", "Application (client) ID"),
    ],
)
async def test_what_entra_refuses_is_said_in_words(
    teams: Stub, number: str, words: str, fix: str
) -> None:
    said = f"AADSTS{number}: about Zanzibar"
    teams.says(TOKEN, {"error": "invalid_client", "error_description": said}, 401)

    found = by_name(await look_at_teams())["teams sign-in"]

    assert not found.ok
    assert words in found.detail
    assert fix in found.fix
    assert "Zanzibar" not in found.detail


@pytest.mark.parametrize(
    ("setting", "value", "name"),
    [
        ("TEAMS_APP_PASSWORD", "", "teams sign-in"),
        ("TEAMS_TENANT_IDS", "", "teams tenants"),
        ("TEAMS_TENANT_IDS", "acme.onmicrosoft.com", "teams tenants"),
        ("TEAMS_LOGIN_URL", "http://login.example.com", "teams sign-in"),
        ("TEAMS_LOGIN_URL", "http://127.0.0.1:1", "teams sign-in"),
        ("TEAMS_OPENID_URL", "http://127.0.0.1:1/openid", "teams keys"),
        ("TEAMS_OPENID_URL", "http://login.example.com/openid", "teams keys"),
        ("TEAMS_CONNECTOR_HOSTS", "https://smba.example.com/teams", "teams connector"),
        ("TEAMS_CONNECTOR_HOSTS", "127.0.0.1:1", "teams connector"),
    ],
)
async def test_a_setting_of_teams_that_cannot_work_is_a_problem(
    teams: Stub, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, name: str
) -> None:
    monkeypatch.setenv(setting, value)

    found = by_name(await look_at_teams())[name]

    assert not found.ok
    assert found.fix


async def test_rights_that_are_missing_in_graph_are_named(graph: Stub) -> None:
    graph.says("/v1.0/groups", {"error": {"code": "Authorization_RequestDenied"}}, 403)

    (found,) = [each for each in await look_at_teams() if not each.ok]

    assert "GroupMember.Read.All" in found.fix


@pytest.mark.parametrize(("days", "ok"), [(200, True), (5, False)])
async def test_the_end_of_the_secret_is_told_where_entra_tells_it(
    graph: Stub, days: int, ok: bool
) -> None:
    hint = settings.read().teams_app_password.get_secret_value()[:3]
    ends = (now() + timedelta(days=days)).isoformat().replace("+00:00", "Z")
    credentials = [
        {"hint": "~~~", "endDateTime": "2020-01-01T00:00:00Z"},
        {"hint": hint, "endDateTime": ends},
    ]
    graph.says(f"/v1.0/applications(appId='{APP}')", {"passwordCredentials": credentials})

    found = by_name(await look_at_teams())["teams secret"]
    ready = await doctor_teams.ready(settings.read(), now)

    assert found.ok is ok is ready.ok
    assert found.expires == ready.expires == datetime.fromisoformat(ends)


async def test_taking_messages_without_tokens_is_a_problem_on_a_public_address(
    teams: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMS_ALLOW_ANONYMOUS", "local")
    at_home = by_name(await look_at_teams())["teams tokens"]
    monkeypatch.setenv("GREENLIGHT_PUBLIC_URL", "https://greenlight.example.com")
    in_public = by_name(await look_at_teams())["teams tokens"]

    assert (at_home.ok, in_public.ok) == (True, False)


# --- the command


Told = tuple[int, str]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """The command as it is run: its exit code, and all that it printed."""

    def tell(*, as_json: bool = False) -> Told:
        code = run(as_json=as_json)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return tell


def test_the_command_says_that_everything_is_in_order() -> None:
    command = [sys.executable, "-m", "bot", "doctor", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50)

    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["ok"]
    assert [each["name"] for each in found["checks"]] == [
        "settings",
        "home",
        "database",
        "knowledge",
        "models",
        "public address",
        "slack",
        "teams",
    ]


def test_a_problem_ends_with_1_and_its_fix(slack: Stub, tell: Callable[..., Told]) -> None:
    slack.says("/api/auth.test", {"ok": False, "error": "invalid_auth"})

    code, said = tell()

    assert code == 1
    assert "PROBLEM  slack token" in said
    assert "copy the Bot User OAuth Token into SLACK_BOT_TOKEN." in said
    assert said.endswith("\n\n2 to put right.\n")


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("wrong", [True, False])
def test_no_secret_is_ever_printed(
    slack: Stub,
    graph: Stub,
    tell: Callable[..., Told],
    monkeypatch: pytest.MonkeyPatch,
    as_json: bool,
    wrong: bool,
) -> None:
    for name in ("GREENLIGHT_SECRET_KEY", "GREENLIGHT_METRICS_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.setenv(name, secrets.token_urlsafe(20 if wrong else 32))
    password = secrets.token_hex(8)
    monkeypatch.setenv("GREENLIGHT_DATABASE_URL", f"postgresql://me:{password}@127.0.0.1:1/x")
    if wrong:
        slack.answers.clear()

    _, said = tell(as_json=as_json)

    values = (getattr(settings.read(), name) for name in Settings.model_fields)
    known = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    assert len(known) >= 6
    assert [secret for secret in (*known, password) if secret in said] == []


def test_a_setting_that_cannot_be_read_is_a_problem_like_any_other(
    tell: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREENLIGHT_RETENTION_DAYS", "many")

    code, said = tell(as_json=True)

    (check,) = json.loads(said)["checks"]
    assert code == 1
    assert "GREENLIGHT_RETENTION_DAYS" in check["detail"]


def test_whatever_never_answers_the_command_ends(
    slack: Stub, teams: Stub, tell: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("handlers.ops.doctor_slack._TIMEOUT", "handlers.ops.doctor_teams._LIMIT"):
        monkeypatch.setattr(limit, 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("SLACK_API_URL", f"http://{host}/api/")
        monkeypatch.setenv("TEAMS_LOGIN_URL", f"http://{host}")
        monkeypatch.setenv("TEAMS_CONNECTOR_HOSTS", host)
        address = f"postgresql://greenlight@{host}/greenlight?connect_timeout=2"
        monkeypatch.setenv("GREENLIGHT_DATABASE_URL", address)

        code, said = tell(as_json=True)

    failed = {each["name"] for each in json.loads(said)["checks"] if not each["ok"]}
    assert code == 1
    assert failed >= {"database", "slack token", "teams sign-in", "teams connector"}


def test_a_thread_that_never_ends_does_not_keep_the_command() -> None:
    program = """
import asyncio, threading
from bot.cli.doctor import _Daemons
async def main():
    asyncio.get_running_loop().set_default_executor(_Daemons())
    try:
        await asyncio.wait_for(asyncio.to_thread(threading.Event().wait), 0.01)
    except TimeoutError:
        print("ended")
asyncio.run(main())
"""

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=20
    )

    assert done.stdout == "ended\n"
