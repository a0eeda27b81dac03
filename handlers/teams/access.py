"""Whether Teams may be served like this, and who counts as the developer's own machine."""

from __future__ import annotations

from starlette.requests import Request
from yarl import URL

from bot.settings import Settings, SettingsError
from handlers.teams.wire import loopback, trusted


def check(settings: Settings, host: str) -> None:
    """Raise `SettingsError` when Teams must not be served so: `host` is what we listen on."""
    local = settings.teams_allow_anonymous == "local"
    if local and settings.teams_app_id:
        raise SettingsError(
            "TEAMS_ALLOW_ANONYMOUS cannot be 'local' while TEAMS_APP_ID is set. Leave one out."
        )
    if local and not loopback(host):
        raise SettingsError(
            "TEAMS_ALLOW_ANONYMOUS cannot be 'local' when others can reach this server "
            f"(--host {host}). Set TEAMS_APP_ID, or listen on 127.0.0.1."
        )
    if not settings.teams_app_id:
        return
    for name in ("teams_openid_url", "teams_login_url", "teams_graph_url"):
        url = getattr(settings, name)
        if url and not _safe(url):
            raise SettingsError(f"{name.upper()} cannot be {url!r}. Write an https:// address.")
    if not settings.teams_app_password.get_secret_value():
        raise SettingsError("TEAMS_APP_PASSWORD is missing: without it nothing can be answered.")
    if not settings.teams_tenant_ids:
        raise SettingsError(
            "TEAMS_TENANT_IDS is missing: nobody would be answered. Write the id of your tenant."
        )


def _safe(url: str) -> bool:
    try:
        return trusted(URL(url))
    except ValueError:
        return False


def from_here(request: Request) -> bool:
    """Say whether a request comes from a program on this machine, and not through a tunnel."""
    headers = request.headers
    passed_on = any(name in headers for name in ("forwarded", "x-forwarded-for", "origin"))
    host = headers.get("host", "").rpartition(":")[0].strip("[]")
    json_sent = headers.get("content-type", "").partition(";")[0] == "application/json"
    return loopback(host or headers.get("host", "")) and json_sent and not passed_on
