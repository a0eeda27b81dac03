"""The environment, typed, read once. Nothing else reads `os.environ`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX: Final = "GREENLIGHT_"


class SettingsError(ValueError):
    """A setting cannot be used; the message names the variable and the fix."""


def shipped(content: str) -> Path:
    """Return the folder of content that came with Greenlight, such as `knowledge`."""
    package = Path(__file__).parent
    installed = package / "content" / content
    return installed if installed.is_dir() else package.parent / content


def _home(path: Path) -> Path:
    return path.expanduser().absolute()


Folder = Annotated[Path, AfterValidator(_home)]


class Settings(BaseSettings):
    """What the person who runs Greenlight has set, with a default for everything."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    home: Folder = Field(default=Path("~/.greenlight"), validate_default=True)
    """The folder for everything that is kept."""
    knowledge: Folder = Field(default_factory=lambda: shipped("knowledge"))
    prompts: Folder = Field(default_factory=lambda: shipped("prompts"))
    database_url: str = ""
    """Empty: an SQLite file in `home`."""
    retention_days: int = Field(default=30, ge=0, le=3650)
    """How long the text of messages is kept; 0 keeps none."""

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.home / 'greenlight.db'}"


_FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "home": "Write the path of a folder that may be written to.",
        "knowledge": "Write the path of a folder with a knowledge base.",
        "prompts": "Write the path of a folder with templates.",
        "database_url": "Write it as sqlite:////folder/greenlight.db, or leave it out.",
        "retention_days": "Write a whole number of days from 0 (keep no text) to 3650.",
    }
)


def read(**given: Any) -> Settings:
    """Read the environment and `.env`; what is `given` and not None comes before both.

    Raises `SettingsError` with one sentence for each setting that cannot be used.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(problem) for problem in error.errors())) from None
    except UnicodeDecodeError:
        raise SettingsError("The file .env is not UTF-8 text. Save it as UTF-8.") from None


def _sentence(problem: Any) -> str:
    field = str(problem["loc"][0]).lower().removeprefix(PREFIX.lower())
    name = f"{PREFIX}{field.upper()}"
    return f"{name} cannot be {problem['input']!r}. {_FIXES.get(field, problem['msg'])}"
