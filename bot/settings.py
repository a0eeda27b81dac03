"""The environment, typed, read once. Nothing else reads `os.environ`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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


def _names(value: object) -> object:
    if isinstance(value, str):
        return tuple(word for word in value.replace(",", " ").split() if word)
    return value


Folder = Annotated[Path, AfterValidator(_home)]

Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
"""Written with commas or spaces between them."""


class Settings(BaseSettings):
    """What the person who runs Greenlight has set, with a default for everything."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    home: Folder = Field(default=Path("~/.greenlight"), validate_default=True)
    """The folder for everything that is kept."""
    knowledge: Folder = Field(default_factory=lambda: shipped("knowledge"))
    prompts: Folder = Field(default_factory=lambda: shipped("prompts"))
    database_url: str = ""
    """Empty: an SQLite file in `home`."""
    retention_days: int = Field(default=30, ge=0, le=3650)
    """How long the text of messages is kept; 0 keeps none."""
    public_url: str = ""
    """The address people and platforms reach this server at, as https://greenlight.example.com."""
    secret_key: SecretStr = SecretStr("")
    """32 bytes, url-safe base64; signs what must come back unchanged."""
    people_csv: Folder | None = None
    """A directory as a CSV file, where there is no better one."""
    answers_in_channels: Literal["private", "public"] = "private"
    """Whether an answer in a channel is seen by the asker only, until they share it."""
    metrics_token: SecretStr = SecretStr("")
    """What /metrics asks for as a bearer token; empty: only this machine may read it."""
    otlp_endpoint: str = Field(default="", alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    """The OpenTelemetry collector that traces are sent to; empty: none are made."""

    slack_bot_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr = Field(default=SecretStr(""), alias="SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr = Field(default=SecretStr(""), alias="SLACK_APP_TOKEN")
    """Socket Mode when set."""
    slack_api_url: str = Field(default="https://slack.com/api/", alias="SLACK_API_URL")
    slack_team_ids: Names = Field(default=(), alias="SLACK_TEAM_IDS")
    """Workspaces that are ours; empty: the one the bot token belongs to."""
    slack_enterprise_id: str = Field(default="", alias="SLACK_ENTERPRISE_ID")

    teams_app_id: str = Field(default="", alias="TEAMS_APP_ID")
    teams_app_password: SecretStr = Field(default=SecretStr(""), alias="TEAMS_APP_PASSWORD")
    teams_tenant_ids: Names = Field(default=(), alias="TEAMS_TENANT_IDS")
    """Tenants that are ours; the first one issues our tokens. Nobody else is answered."""
    teams_openid_url: str = Field(
        default="https://login.botframework.com/v1/.well-known/openidconfiguration",
        alias="TEAMS_OPENID_URL",
    )
    teams_login_url: str = Field(
        default="https://login.microsoftonline.com", alias="TEAMS_LOGIN_URL"
    )
    teams_connector_hosts: Names = Field(
        default=("smba.trafficmanager.net",), alias="TEAMS_CONNECTOR_HOSTS"
    )
    """The only hosts our connector token is ever sent to: a host, or a host with its port."""
    teams_graph_url: str = Field(default="", alias="TEAMS_GRAPH_URL")
    """https://graph.microsoft.com to read groups and profiles from Entra; empty: not read."""
    teams_targeted: bool = Field(default=False, alias="TEAMS_TARGETED")
    """Answer in group chats and channels with messages only the asker sees."""
    teams_allow_anonymous: Literal["", "local"] = Field(default="", alias="TEAMS_ALLOW_ANONYMOUS")
    """`local` takes messages without a token, for development; refused on a public address."""

    @property
    def slack(self) -> bool:
        """Whether Slack is set up."""
        return bool(self.slack_bot_token.get_secret_value())

    @property
    def teams(self) -> bool:
        """Whether Teams is set up."""
        return bool(self.teams_app_id) or self.teams_allow_anonymous == "local"

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.home / 'greenlight.db'}"


_OTHERS: Final = frozenset(
    field.alias.lower() for field in Settings.model_fields.values() if field.alias
)
"""Settings whose names do not begin with our prefix."""

_FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "home": "Write the path of a folder that may be written to.",
        "knowledge": "Write the path of a folder with a knowledge base.",
        "prompts": "Write the path of a folder with templates.",
        "database_url": (
            "Write it as sqlite:////folder/greenlight.db or postgresql://user@host/name, or leave "
            "it out."
        ),
        "answers_in_channels": "Write private or public.",
        "teams_targeted": "Write true or false.",
        "teams_allow_anonymous": "Write local, or leave it out.",
        "people_csv": "Write the path of a CSV file.",
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
    name = field.upper() if field in _OTHERS else f"{PREFIX}{field.upper()}"
    return f"{name} cannot be {problem['input']!r}. {_FIXES.get(field, problem['msg'])}"
