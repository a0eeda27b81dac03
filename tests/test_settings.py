"""Settings: a default for everything, and a sentence for what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings
from bot.settings import SettingsError


def test_nothing_has_to_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GREENLIGHT_HOME")

    found = settings.read()

    assert found.home == Path.home() / ".greenlight"
    assert found.database == f"sqlite:///{Path.home()}/.greenlight/greenlight.db"
    assert (found.knowledge / "company.yaml").is_file()
    assert found.retention_days == 30


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GREENLIGHT_KNOWLEDGE", str(tmp_path))
    monkeypatch.setenv("GREENLIGHT_PROMPTS", "~/templates")
    monkeypatch.setenv("GREENLIGHT_DATABASE_URL", "sqlite:////tmp/x.db")
    monkeypatch.setenv("GREENLIGHT_RETENTION_DAYS", "7")

    found = settings.read()

    assert found.knowledge == tmp_path
    assert found.prompts == Path.home() / "templates"
    assert found.database == "sqlite:////tmp/x.db"
    assert found.retention_days == 7


def test_a_file_named_env_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(settings.Settings.model_config, "env_file", ".env")
    (tmp_path / ".env").write_text("GREENLIGHT_RETENTION_DAYS=9\nSOMEBODY_ELSES=1\n")

    assert settings.read().retention_days == 9


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENLIGHT_RETENTION_DAYS", "")

    assert settings.read().retention_days == 30


def test_what_is_given_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GREENLIGHT_KNOWLEDGE", "/elsewhere")

    assert settings.read(knowledge=tmp_path, prompts=None).knowledge == tmp_path


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "99999"])
def test_a_value_that_cannot_be_used_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("GREENLIGHT_RETENTION_DAYS", value)

    with pytest.raises(SettingsError) as caught:
        settings.read()

    assert str(caught.value) == (
        f"GREENLIGHT_RETENTION_DAYS cannot be '{value}'. "
        "Write a whole number of days from 0 (keep no text) to 3650."
    )


def test_content_of_an_installed_wheel_comes_before_the_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "bot"
    monkeypatch.setattr(settings, "__file__", str(package / "settings.py"))
    in_checkout = settings.shipped("knowledge")
    (package / "content" / "knowledge").mkdir(parents=True)

    assert in_checkout == tmp_path / "knowledge"
    assert settings.shipped("knowledge") == package / "content" / "knowledge"
