"""What holds for the repository as a whole."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import typer

from bot.__main__ import cli
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]


def test_the_lock_file_names_public_registries_only():
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    hosts = {urlsplit(url).hostname for url in re.findall(r'https?://[^"\s]+', lock)}

    assert hosts <= {"pypi.org", "files.pythonhosted.org"}
    assert "file://" not in lock


@pytest.mark.parametrize("folder", ["knowledge", "tests/exam"])
def test_content_holds_no_code(folder):
    code = [p for p in (ROOT / folder).rglob("*") if p.suffix in {".py", ".sh", ".js"}]

    assert [p.name for p in code] in ([], ["marking.py"])


def test_every_setting_is_in_the_admin_guide():
    guide = (ROOT / "docs" / "admin-guide.md").read_text(encoding="utf-8")
    fields = Settings.model_fields.items()
    names = [field.alias or f"{PREFIX}{name.upper()}" for name, field in fields]

    assert [name for name in names if name not in guide] == []


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    program = typer.main.get_command(cli)
    commands = [
        f"greenlight {name} {sub}".strip()
        for name, command in program.commands.items()
        for sub in getattr(command, "commands", {"": None})
    ]

    assert len(commands) >= 15
    assert [command for command in commands if command not in readme] == []


def test_every_link_in_the_documents_leads_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "bench" / "README.md"]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert broken == []
