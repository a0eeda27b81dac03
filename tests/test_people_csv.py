"""The CSV directory: read whole or not at all, every mistake named, again when it changes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import kb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.chat import Caller, Person
from bot.directory import Directory, people_csv
from bot.gate import Admitted, Refused
from bot.knowledge import Knowledge, KnowledgeError, load
from tests.people_chats import OURS, PeopleChat, member, place

SLACK = Caller(platform="slack", user="U1", team="T1")

CSV = """\
id,name,email,department,region,worker_type,title,groups,courses
e-1,Zoe Adler,Zoe@Northwind.example,Marketing,UK,contractor,Writer,pilot-video; pilot-agents,TR-101
,"Ito, Ken",ken@northwind.example,hr,Germany,,,,
"""


def people_file(folder: Path, text: str | bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def directory_of(app: App, path: Path) -> Directory:
    """A directory with this file, on a platform that knows Zoe."""
    chat = PeopleChat({SLACK.user: member("slack")})
    return Directory({"slack": chat}, OURS, app.store, app.now, path)


def problems(folder: Path, text: str | bytes, knowledge: Knowledge) -> list[str]:
    with pytest.raises(KnowledgeError) as raised:
        people_csv.read(people_file(folder, text), knowledge)
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        CSV.replace("\n", "\r\n"),
        "\ufeff" + CSV,
        CSV.replace(";", "|").replace(",", ";").replace('"Ito; Ken"', '"Ito, Ken"'),
        CSV.replace("Ito, Ken", "Ito\tKen").replace(",", "\t").replace("Ito\tKen", "Ito, Ken"),
        CSV.replace("worker_type", "Worker type") + "\n,,,,,,,,\n",
    ],
)
def test_a_csv_file_is_read_as_spreadsheets_write_it(
    tmp_path: Path, shipped: Knowledge, text: str
) -> None:
    found = people_csv.read(people_file(tmp_path, text), shipped)

    assert found == {
        "zoe@northwind.example": Person(
            id="e-1",
            name="Zoe Adler",
            email="zoe@northwind.example",
            department="marketing",
            region="UK",
            worker_type="contractor",
            title="Writer",
            groups=frozenset({"pilot-video", "pilot-agents"}),
            courses=frozenset({"TR-101"}),
        ),
        "ken@northwind.example": Person(
            id="",
            name="Ito, Ken",
            email="ken@northwind.example",
            department="people",
            region="DE",
            worker_type="",
        ),
    }


def test_only_the_address_must_be_there(tmp_path: Path, shipped: Knowledge) -> None:
    found = people_csv.read(people_file(tmp_path, "email\nken@northwind.example\n"), shipped)

    assert found == {
        "ken@northwind.example": Person(id="", email="ken@northwind.example", worker_type="")
    }


def test_every_mistake_is_named_with_its_line_and_the_fix(
    tmp_path: Path, shipped: Knowledge
) -> None:
    text = (
        "id,email,department,region,worker_type,courses\n"
        "a b,ken,Marketting,Narnia,contracter,TR-1O1\n"
        "ana,zoe@northwind.example,,,,\n"
        "e-1,ZOE@northwind.example,,,,\n"
        "e-1,,,,,\n"
        'e-2,"two\nlines@x.example",,,,\n'
        "e-3,short@northwind.example\n"
    )

    assert problems(tmp_path, text, shipped) == [
        "people.csv:2: courses: 'TR-1O1' is not in courses/. Did you mean 'TR-101'?",
        "people.csv:2: department: 'Marketting' is not in company.yaml. Did you mean 'marketing'?",
        "people.csv:2: email: 'ken' is not an address such as ana@example.org.",
        "people.csv:2: id: 'a b' cannot be an id: use up to 80 letters without accents, digits,"
        " '-', '_' and '.'.",
        "people.csv:2: region: 'Narnia' is not in company.yaml. There is: UK, DE, FR, ES, NL, US.",
        "people.csv:2: worker_type: 'contracter' is not in company.yaml."
        " Did you mean 'contractor'?",
        "people.csv:3: id: 'ana' is somebody else in people.yaml. Write another id, or none.",
        "people.csv:4: email: 'ZOE@northwind.example' is in line 3 already. Keep one.",
        "people.csv:5: email: The address is missing: people are known by it.",
        "people.csv:5: id: The id 'e-1' is used twice (first in line 4).",
        "people.csv:6: email: 'two\\nlines@x.example' is not an address such as ana@example.org.",
        "people.csv:8: This row has 2 cells; the first row has 6.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["people.csv: There is nothing in this file."]),
        (
            "name,emial,name\n",
            [
                "people.csv:1: email: This column is missing: people are known by their address.",
                "people.csv:1: emial: This is not a column. Did you mean 'email'?",
                "people.csv:1: name: This column is here twice. Keep one of the two.",
            ],
        ),
        (
            'email\nken@x.example\n"zoe"x@x.example\n',
            ['people.csv:3: The quotes do not match from here on. Write " twice: "".'],
        ),
        (
            b"email,name\nken@x.example,K\xe9n\n",
            ["people.csv:2: This is not UTF-8 text. Save it as CSV UTF-8."],
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, shipped: Knowledge, text: str | bytes, said: list[str]
) -> None:
    assert problems(tmp_path, text, shipped) == said


def test_a_file_that_is_not_there_is_said(tmp_path: Path, shipped: Knowledge) -> None:
    with pytest.raises(KnowledgeError, match=r"people\.csv: This file cannot be read"):
        people_csv.read(tmp_path / "people.csv", shipped)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("people")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_law_any_bytes_are_people_or_a_list_of_mistakes(
    shipped: Knowledge, folder: Path, rest: bytes
) -> None:
    path = people_file(folder, b"email,department\n" + rest)
    found: dict[str, Person] = {}

    with suppress(KnowledgeError):
        found = dict(people_csv.read(path, shipped))

    assert all(person.email == email for email, person in found.items())
    assert {person.department for person in found.values()} <= {None, *shipped.company.departments}


async def test_the_csv_directory_is_read_again_when_it_changes(app: App, tmp_path: Path) -> None:
    path = people_file(tmp_path, CSV)
    directory = directory_of(app, path)
    before = await directory.admit(app, SLACK, place("direct"))
    people_file(tmp_path, CSV.replace("contractor", "guest"))

    after = await directory.admit(app, SLACK, place("direct"))

    assert isinstance(before, Admitted)
    assert (before.person.id, before.person.worker_type) == ("e-1", "contractor")
    assert isinstance(after, Refused)
    assert after.kind == "guest"


async def test_a_broken_csv_directory_never_replaces_a_working_one(
    app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = people_file(tmp_path, CSV)
    directory = directory_of(app, path)
    await directory.read(app.knowledge)
    people_file(tmp_path, CSV.replace("Marketing", "Marketting"))

    found = await directory.admit(app, SLACK, place("direct"))

    assert isinstance(found, Admitted)
    assert found.person.department == "marketing"
    assert [problem.line for problem in directory.problems] == [2]
    assert "people.csv:2 department" in repr([vars(record) for record in caplog.records])
    path.unlink()
    assert isinstance(await directory.admit(app, SLACK, place("direct")), Admitted)
    people_file(tmp_path, CSV)
    await directory.read(app.knowledge)
    assert directory.problems == ()


async def test_without_one_good_reading_nobody_is_admitted(app: App, tmp_path: Path) -> None:
    directory = directory_of(app, people_file(tmp_path, "email;\n;\n"))

    with pytest.raises(KnowledgeError, match=r"people\.csv:1"):
        await directory.read(app.knowledge)
    found = await directory.admit(app, SLACK, place("direct"))

    assert isinstance(found, Refused)
    assert found.kind == "unknown"


async def test_other_departments_are_another_reading(app: App, tmp_path: Path) -> None:
    directory = directory_of(app, people_file(tmp_path, CSV))
    await directory.read(app.knowledge)
    other = replace(app, knowledge=load(kb.write(tmp_path / "kb")))

    found = await directory.admit(other, SLACK, place("direct"))

    wrong = [(problem.line, problem.field) for problem in directory.problems]
    assert wrong == [(2, "courses"), (3, "department")]
    assert isinstance(found, Admitted)
    assert found.person.department == "marketing"


async def test_a_group_of_the_file_can_hold_a_role(app: App, tmp_path: Path) -> None:
    admins = "  admin: {name: Knowledge admins, members: [Editors]}\n"
    before = "  council: {name: AI Council, members: [cleo@acme.example]}\n"
    files = kb.changed("company.yaml", before, before + admins)
    other = replace(app, knowledge=load(kb.write(tmp_path / "kb", files)))
    text = "email,groups\nzoe@northwind.example,editors\n"
    directory = directory_of(app, people_file(tmp_path, text))

    found = await directory.admit(other, SLACK, place("direct"))

    assert isinstance(found, Admitted)
    assert found.person.roles == {"admin"}
    assert await directory.in_role(other.knowledge, "admin") == ("zoe@northwind.example",)
    assert directory.in_role_now(other.knowledge, "admin") == ("zoe@northwind.example",)
