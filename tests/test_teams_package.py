"""The app package: what an administrator gives to Teams."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft4Validator

from bot import settings
from bot.explain import LANGUAGES
from bot.settings import Settings, SettingsError
from bot.understand import understand
from handlers.teams.manifest import manifest, translations
from handlers.teams.package import ICONS, package, run
from handlers.teams.told import TOLD

SCHEMAS = Path(__file__).parent / "schemas" / "teams"
APP_ID = "00000000-1111-2222-3333-444444444444"


def configured(**given: Any) -> Settings:
    return settings.read(
        **{"teams_app_id": APP_ID, "public_url": "https://gl.northwind.example/", **given}
    )


def refused(name: str, document: Any) -> list[str]:
    """Say what Microsoft's schema has against a document."""
    schema = json.loads((SCHEMAS / f"MicrosoftTeams{name}.schema.json").read_text("utf-8"))
    return [
        f"{list(error.path)}: {error.message[:200]}"
        for error in Draft4Validator(schema).iter_errors(document)
    ]


@pytest.mark.parametrize("targeted", [False, True])
def test_microsofts_schema_takes_the_manifest(targeted):
    assert refused("", manifest(configured(teams_targeted=targeted))) == []


def test_microsofts_schema_refuses_slips():
    made = manifest(configured())

    assert refused("", {**made, "webApplicationInfo": {"id": "x"}, "bot": []}) != []
    assert refused("", {**made, "accentColor": "green"}) != []


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_microsofts_schema_takes_every_translation(language):
    words = translations()[f"{language}.json"]

    assert refused(".Localization", words) == []


def test_a_translation_translates_what_is_there():
    made = manifest(configured())

    for words in translations().values():
        for name in words.keys() - {"$schema"}:
            found: Any = made
            for step in name.replace("[", ".").replace("]", "").split("."):
                found = found[int(step)] if step.isdigit() else found[step]

            assert isinstance(found, str)


def test_the_app_is_for_one_person_groups_and_teams():
    (bot,) = manifest(configured())["bots"]

    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert [(each["scopes"], each["triggers"]) for each in bot["commandLists"]] == [
        (["personal"], ["mention"]),
        (["team", "groupChat"], ["mention"]),
    ]


def test_commands_after_a_slash_come_with_messages_only_the_asker_sees():
    with_, without = (
        manifest(configured(teams_targeted=targeted))["bots"][0] for targeted in (True, False)
    )

    assert (with_["supportsTargetedMessages"], with_["commandLists"][1]["triggers"]) == (
        True,
        ["mention", "slash"],
    )
    assert "supportsTargetedMessages" not in without


def test_addresses_are_those_of_this_server():
    made = manifest(configured())

    assert made["validDomains"] == ["gl.northwind.example"]
    assert made["developer"] == {
        "name": "Greenlight",
        "websiteUrl": "https://gl.northwind.example",
        "privacyUrl": "https://gl.northwind.example/privacy",
        "termsOfUseUrl": "https://gl.northwind.example/terms",
    }
    assert "webApplicationInfo" not in made


def test_no_language_says_less_than_another():
    assert set(TOLD) == set(LANGUAGES)
    for told in TOLD.values():
        assert len(told.prompts) == len(TOLD["en"].prompts)
        assert len(told.short) <= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_one_can_begin_with_is_understood(shipped, language):
    person = shipped.people["ana"]

    topics = [understand(ask, (), person, shipped).topic for _, ask in TOLD[language].prompts]

    assert topics == ["my_tools", "permission", "policy", "incident"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"teams_app_id": ""}, "TEAMS_APP_ID is not set"),
        ({"teams_app_id": "greenlight"}, "TEAMS_APP_ID cannot be 'greenlight'"),
        ({"public_url": ""}, "GREENLIGHT_PUBLIC_URL is not set"),
        ({"public_url": "http://gl.northwind.example"}, "GREENLIGHT_PUBLIC_URL cannot be"),
        ({"public_url": "https:///x"}, "GREENLIGHT_PUBLIC_URL cannot be"),
    ],
)
def test_what_is_missing_is_named(tmp_path, given, named):
    with pytest.raises(SettingsError, match=named):
        package(configured(**given), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_the_package_holds_the_manifest_its_words_and_its_icons(tmp_path):
    path = package(configured(), tmp_path / "new")

    with ZipFile(path) as file:
        assert file.testzip() is None
        names = set(file.namelist())
        made = json.loads(file.read("manifest.json"))
    assert made == manifest(configured())
    named = {made["icons"]["color"], made["icons"]["outline"], "manifest.json"}
    named |= {each["file"] for each in made["localizationInfo"]["additionalLanguages"]}
    assert names == named


def test_the_same_settings_give_the_same_bytes(tmp_path):
    first, second = (package(configured(), tmp_path / name).read_bytes() for name in "ab")

    assert first == second


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="cannot be written"):
        package(configured(), tmp_path / "file")


def test_the_command_says_where_the_package_is_and_what_to_do_with_it(tmp_path):
    sentence = run(configured(), tmp_path)

    assert str(tmp_path / "greenlight-teams.zip") in sentence
    assert "Teams admin center" in sentence


@pytest.mark.parametrize(("name", "size", "kind"), [("color.png", 192, 2), ("outline.png", 32, 6)])
def test_icons_have_the_size_teams_asks_for(name, size, kind):
    content = (ICONS / name).read_bytes()

    width, height, depth, colours = struct.unpack(">IIBB", content[16:26])
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    # Kind 2 is opaque colour; 6 has transparency, which the outline must have.
    assert (width, height, depth, colours) == (size, size, 8, kind)
