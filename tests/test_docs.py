"""What the documents, the Procfile and the containers say exists, and is said as it is."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bot.__main__ import cli
from bot.settings import PREFIX, Settings
from bot.telemetry import Metrics

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
OPERATIONS = ["operate.md", "setup-postgres.md", "setup-slack.md", "setup-teams.md"]
SETTINGS = {
    field.alias or f"{PREFIX}{name.upper()}" for name, field in Settings.model_fields.items()
}
ELSEWHERE = {"POSTGRES_PASSWORD"}
"""Names of others that stand beside ours in .env."""
EXAMPLES = {"GREENLIGHT_KEY"}
"""Names that pages make up to show how something is called."""

PROGRAM = typer.main.get_command(cli)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


# --- commands


BEFORE = r"(?:\$ |uv run |ExecStart=\S*/|[A-Z_]+=\S+ )*"
"""What may stand before a command: a prompt, a setting, where it lies."""


def said_in(page: Path) -> Iterator[str]:
    """The command lines of a page: in blocks of code, and between backticks."""
    # Fences come in pairs, so every second part is a block.
    parts = re.split(r"^```(.*)\n", page.read_text("utf-8"), flags=re.MULTILINE)
    for block in parts[2::4]:
        yield from re.findall(rf"^{BEFORE}(greenlight .*)$", block, re.MULTILINE)
    for prose in parts[0::4]:
        yield from re.findall(rf"`{BEFORE}(greenlight [^`]*)`", prose)


def problem(line: str) -> str:
    """What is wrong with a command line; nothing when it can be run as it stands."""
    line = re.split(r"\s#|[|<>]|&&", line)[0].replace("$PORT", "8322").replace("…", "text")
    words = shlex.split(line)[1:]
    try:
        command, name = PROGRAM, "greenlight"
        while words and hasattr(command, "commands"):
            name = words.pop(0)
            command = command.commands[name]
        if words:  # a command alone is only spoken of
            command.make_context(name, list(words))
    except KeyError:
        return f"{line}: there is no command {name!r}"
    except Exception as error:  # noqa: BLE001 - whatever the command line refuses
        return f"{line}: {error}"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_can_be_run_as_it_stands(page: Path) -> None:
    assert [wrong for line in said_in(page) if (wrong := problem(line))] == []


def test_commands_that_do_not_exist_would_be_noticed() -> None:
    assert problem("greenlight sevre --port 1")
    assert problem("greenlight serve --prot 1")
    assert problem("greenlight inbox requeue 1 2")
    assert not problem("greenlight serve --port $PORT")


def test_the_pages_for_operators_name_enough_commands_to_be_read_right() -> None:
    found = {name: list(said_in(ROOT / "docs" / name)) for name in OPERATIONS}

    assert all(len(lines) >= 3 for lines in found.values()), found


def test_every_line_of_the_procfile_can_be_run() -> None:
    lines = dict(line.split(": ", 1) for line in read("Procfile").splitlines())

    assert list(lines) == ["release", "web", "worker"]
    assert [wrong for line in lines.values() if (wrong := problem(line))] == []


# --- settings


def names_in(text: str) -> set[str]:
    found = re.findall(r"\b(?:GREENLIGHT|SLACK|TEAMS|OTEL|POSTGRES)_[A-Z_]*[A-Z]\b", text)
    return set(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_of_a_page_exists(page: Path) -> None:
    assert names_in(page.read_text("utf-8")) - SETTINGS - EXAMPLES == set()


def test_the_example_of_settings_names_all_and_no_others() -> None:
    assert names_in(read(".env.example")) == SETTINGS | ELSEWHERE


def test_the_example_of_settings_sets_nothing() -> None:
    assert [line for line in read(".env.example").splitlines() if line and line[0] != "#"] == []


# --- metrics, checks and findings


def test_every_metric_of_the_alert_rules_exists() -> None:
    metrics = Metrics()
    metrics.requested("slack", "/slack/events", 200)
    metrics.accepted("slack", "said", 0.01)
    metrics.answered("slack", "allowed", 0.01)
    text = metrics.shown("")[0].decode()
    there = set(re.findall(r"^# TYPE (greenlight_\w+)", text, re.MULTILINE))
    there |= set(re.findall(r"^(greenlight_\w+)", text, re.MULTILINE))

    said = set(re.findall(r"greenlight_[a-z_]+", read("docs/operate.md")))

    assert len(said) >= 14
    assert said - there == set()


def test_the_alert_rules_can_be_read() -> None:
    (block,) = re.findall(r"```yaml\n(groups:.*?)```", read("docs/operate.md"), re.DOTALL)

    rules = yaml.safe_load(block)["groups"][0]["rules"]

    assert all({"alert", "expr"} <= set(rule) for rule in rules)


@pytest.mark.parametrize("page", ["setup-slack.md", "setup-teams.md"])
def test_what_the_doctor_is_said_to_say_is_what_it_says(page: str) -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "handlers/ops").glob("*.py"))
    said = re.findall(r"`((?:slack|teams|public)(?: [a-z-]+)+)[:`]", read(f"docs/{page}"))

    assert len(said) >= 4
    assert [name for name in said if f'"{name}"' not in source] == []


# --- containers


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(read("compose.yaml"))["services"]
    return found


def test_the_containers_run_commands_that_exist(services: dict[str, Any]) -> None:
    ours = {name: service for name, service in services.items() if name != "database"}
    commands = {name: shlex.join(service["command"]) for name, service in ours.items()}

    assert set(commands) == {"migrate", "web", "worker"}
    assert [wrong for line in commands.values() if (wrong := problem(line))] == []


def test_the_containers_are_given_settings_that_exist(services: dict[str, Any]) -> None:
    for service in (services["web"], services["worker"], services["migrate"]):
        assert set(service["environment"]) <= SETTINGS
        assert "GREENLIGHT_DATABASE_URL" in service["environment"]
    assert names_in(read("compose.yaml")) <= SETTINGS | ELSEWHERE | {"POSTGRES_USER", "POSTGRES_DB"}


def test_nobody_answers_before_the_database_is_up_to_date(services: dict[str, Any]) -> None:
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("web", "worker"):
        assert services[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"}
        }


def test_the_containers_are_two_workers_a_server_and_a_database_that_lasts(
    services: dict[str, Any],
) -> None:
    assert services["worker"]["deploy"]["replicas"] == 2
    assert services["database"]["image"] == "postgres:18"
    assert services["database"]["volumes"] == ["database:/var/lib/postgresql"]
    assert services["web"]["ports"] == ["127.0.0.1:8322:8322"]


def test_the_image_runs_a_command_that_exists_as_somebody_without_rights() -> None:
    lines = read("Dockerfile").splitlines()
    (command,) = [line for line in lines if line.startswith("CMD ")]

    assert problem(shlex.join(yaml.safe_load(command.removeprefix("CMD ")))) == ""
    assert lines.index("USER greenlight") < lines.index(command)


def test_the_image_looks_at_itself_with_a_program_that_runs() -> None:
    joined = read("Dockerfile").replace("\\\n", " ")
    (check,) = re.findall(r"^HEALTHCHECK .*?CMD (\[.*\])$", joined, re.MULTILINE)
    python, option, program = yaml.safe_load(check)

    assert (python, option) == ("python", "-c")
    compile(program, "healthcheck", "exec")
    assert "/healthz" in program


def test_the_image_copies_what_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", read("Dockerfile"), re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    kept = re.findall(r"^!(\S+)$", read(".dockerignore"), re.MULTILINE)

    assert [name for name in (*names, *kept) if not (ROOT / name).exists()] == []
    assert set(names) - {"."} <= set(kept)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_image_needs_no_compiler(machine: str) -> None:
    (version,) = set(re.findall(r"^FROM python:3\.(\d+)-slim", read("Dockerfile"), re.MULTILINE))
    packages = {each["name"]: each for each in tomllib.loads(read("uv.lock"))["package"]}
    needed = _needed(packages, "greenlight")

    without = [
        name
        for name in needed
        if not any(
            _fits(wheel["url"].rpartition("/")[2], f"cp3{version}", machine)
            for wheel in packages[name].get("wheels", ())
        )
    ]

    assert len(needed) > 50
    assert without == []


def _needed(packages: dict[str, Any], name: str) -> set[str]:
    """Every package the image installs on Linux."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        package = packages[waiting.pop()]
        extra = package.get("optional-dependencies", {}).get("telemetry", [])
        for each in (*package.get("dependencies", ()), *extra):
            elsewhere = re.search(r"== '(win32|emscripten)'", each.get("marker", ""))
            if elsewhere is None and each["name"] not in found:
                found.add(each["name"])
                waiting.append(each["name"])
    return found - {name}


def _fits(wheel: str, python: str, machine: str) -> bool:
    pythons, abi, platforms = wheel.removesuffix(".whl").rsplit("-", 3)[1:]
    if not ({python, "py3"} & set(pythons.split(".")) or abi == "abi3" or "py2" in pythons):
        return False
    return platforms == "any" or ("manylinux" in platforms and machine in platforms)


def test_nothing_secret_or_kept_goes_into_the_image_or_the_repository() -> None:
    first = next(line for line in read(".dockerignore").splitlines() if line[:1] != "#")
    ignored = subprocess.run(
        ["git", "check-ignore", ".env"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert first == "*"
    assert ignored.stdout == ".env\n" or "not a git" in ignored.stderr
