"""The app package: the file an administrator gives to Teams."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.settings import Settings, SettingsError
from handlers.teams.manifest import COLOUR_ICON, OUTLINE_ICON, manifest, translations

NAME: Final = "greenlight-teams.zip"
ICONS: Final = Path(__file__).parent / "icons"


def package(settings: Settings, folder: Path) -> Path:
    """Write the package into a folder and return where it is.

    The same settings give the same bytes. Raises `SettingsError` naming what has to be set, or
    when the folder cannot be written to.
    """
    files: dict[str, bytes] = {
        "manifest.json": _json(manifest(settings)),
        **{name: _json(words) for name, words in translations().items()},
        **{name: (ICONS / name).read_bytes() for name in (COLOUR_ICON, OUTLINE_ICON)},
    }
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ZipFile(path, "w", ZIP_DEFLATED) as file:
            for name, content in files.items():
                file.writestr(_entry(name), content)
    except OSError as error:
        raise SettingsError(
            f"{str(path)!r} cannot be written: {error.strerror}. Name a folder that can."
        ) from None
    return path


def run(settings: Settings, folder: Path) -> str:
    """Write the package and return the sentence that says what to do with it."""
    path = package(settings, folder)
    return (
        f"Wrote {path}. In the Teams admin center, open Teams apps, Manage apps, Upload new app, "
        "and choose this file."
    )


def _entry(name: str) -> ZipInfo:
    # Made without a date it has the oldest one there is: the bytes do not tell when.
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
