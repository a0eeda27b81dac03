"""The exported schemas accept what the reader accepts, and refuse what an editor can refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.knowledge import load
from bot.knowledge.markdown import split
from bot.knowledge.reader import Interned, Number, Source, read
from bot.knowledge.schema import KINDS, export_schemas, schema
from tests import kb

REPOSITORY = Path(__file__).parent.parent
SHIPPED = sorted(REPOSITORY.glob("knowledge")) + sorted(REPOSITORY.glob("tests/exam/*/knowledge"))


def kind_of(file: Path, folder: Path) -> str:
    """Return the kind of schema that describes a file."""
    homes = {"tools": "tool", "policies": "section", "courses": "course"}
    return homes.get(file.relative_to(folder).parts[0], file.stem)


def as_json(value: Any) -> Any:
    """Turn what our reader read into what an editor's YAML reader would have read."""
    if isinstance(value, Number):
        return json.loads(str(value).lstrip("+"))
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, list) else value


def values(file: Path) -> Any:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        text = split(file.name, text)[0]
    source = Source(file.name)
    assert read(source, text, Interned()) == []
    return as_json(source.data)


def validator(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        schema(kind), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def files(folder: Path) -> list[Path]:
    found = [*folder.rglob("*.yaml"), *folder.rglob("*.md")]
    return [file for file in found if not file.name.startswith("README")]


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.parent.name)
def test_the_schemas_accept_every_shipped_file(folder):
    validators = {kind: validator(kind) for kind in KINDS}

    wrong = {
        str(file): error.message
        for file in files(folder)
        for error in validators[kind_of(file, folder)].iter_errors(values(file))
    }

    assert wrong == {}


def test_the_schemas_accept_the_tiny_knowledge_base_in_all_its_spellings(tmp_path):
    folder = kb.write(tmp_path)

    wrong = [
        error.message
        for file in files(folder)
        for error in validator(kind_of(file, folder)).iter_errors(values(file))
    ]

    assert wrong == []


GRANTS = [
    "allow",
    "deny",
    "review",
    "{allow: true}",
    "{deny: true}",
    "{deny: true, cite: AUP-1}",
    "{review: true, cite: [AUP-1], only_departments: [people]}",
    "{allow_if: [training], only_departments: all, only_regions: [EU], cite: []}",
    "{only_regions: [EU]}",
]


@pytest.mark.parametrize("grant", GRANTS)
def test_the_tool_schema_accepts_every_grant_the_reader_accepts(tmp_path, grant):
    kb.write(
        tmp_path, kb.changed("tools/midjourney.yaml", "{public: allow}", f"{{public: {grant}}}")
    )

    load(tmp_path)

    assert validator("tool").is_valid(values(tmp_path / "tools" / "midjourney.yaml"))


@pytest.mark.parametrize(
    ("kind", "file", "old", "new"),
    [
        ("tool", "tools/midjourney.yaml", "status: pilot", "status: pilott"),
        ("tool", "tools/midjourney.yaml", "{public: allow}", "{public: alow}"),
        ("tool", "tools/midjourney.yaml", "{public: allow}", "{public: {effect: allow}}"),
        ("tool", "tools/midjourney.yaml", "good_for:", "goodfor:"),
        ("tool", "tools/midjourney.yaml", "types: all", "types: everybody"),
        ("data", "data.yaml", "absolute: true", "absolute: yes"),
        ("data", "data.yaml", "[EMAIL, ", "[EMAL, "),
        ("company", "company.yaml", "language: en\n", ""),
        ("exceptions", "exceptions.yaml", "to: 2026-07-29", "to: 29.7.2026"),
    ],
)
def test_an_editor_marks_what_it_can_see_alone(tmp_path, kind, file, old, new):
    kb.write(tmp_path, kb.changed(file, old, new))

    assert not validator(kind).is_valid(values(tmp_path / file))


def test_every_kind_of_file_has_a_valid_schema(tmp_path):
    written = export_schemas(tmp_path / "schemas")

    assert [path.name for path in written] == [f"{kind}.schema.json" for kind in KINDS]
    for path in written:
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text()))


def test_another_yaml_reader_and_the_schema_agree_with_ours(tmp_path):
    export_schemas(tmp_path)
    folder = kb.write(tmp_path / "knowledge")

    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--schemafile", str(tmp_path / "tool.schema.json")),
            *map(str, sorted((folder / "tools").iterdir())),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
