"""The gate: who is answered at all. Whatever is not known counts against the caller."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.chat import Caller, Place, Profile, SendError
from bot.directory import Directory
from bot.gate import Admitted, Ours, Outsider, Refused, outsider
from tests.people_chats import OURS, PLACES, TENANT, cast, chats, member, place

PLATFORMS = ("slack", "teams")
MATRIX = [
    pytest.param(platform, name, where, id=f"{platform}: {name} in a {where}")
    for platform in PLATFORMS
    for name in cast(platform)
    for where in PLACES
]


def expected(kind: Outsider | None, where: str) -> Outsider | None:
    """In a shared channel everybody is the same, but those who are sent nothing at all."""
    if where == "shared channel" and kind not in {"bot", "deactivated"}:
        return "shared_channel"
    return kind


@pytest.fixture
def directory(app: App) -> Directory:
    return Directory(chats(), OURS, app.store, app.now)


@pytest.mark.parametrize(("platform", "name", "where"), MATRIX)
def test_everybody_everywhere_is_what_they_are(platform: Any, name: str, where: str) -> None:
    part = cast(platform)[name]
    profile = None if isinstance(part.profile, SendError) else part.profile

    found = outsider(part.caller, place(where, platform), profile, OURS)

    assert found == expected(part.kind, where)


@pytest.mark.parametrize(("platform", "name", "where"), MATRIX)
async def test_the_directory_lets_in_whom_the_gate_lets_in(
    app: App, directory: Directory, platform: Any, name: str, where: str
) -> None:
    part = cast(platform)[name]
    kind = expected(part.kind, where)

    found = await directory.admit_or_refuse(app, part.caller, place(where, platform))

    if kind is None:
        assert isinstance(found, Admitted)
    else:
        assert isinstance(found, Refused)
        assert (found.kind, found.caller) == (kind, part.caller)
        assert found.silent == (kind in {"bot", "deactivated"})


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_an_address_nobody_verified_gives_nothing(
    app: App, directory: Directory, platform: Any, where: str
) -> None:
    liar = cast(platform)["unverified"]

    found = await directory.admit_or_refuse(app, liar.caller, place(where, platform))

    if where == "shared channel":
        assert isinstance(found, Refused)
        return
    assert isinstance(found, Admitted)
    person = found.person
    assert person.id.startswith("p-")
    assert (person.email, person.department, person.roles) == ("", None, frozenset())
    assert (person.groups, person.courses) == (frozenset(), frozenset())


def test_nobody_is_ours_until_somebody_says_who_is() -> None:
    found = {
        outsider(part.caller, place("direct", platform), part.profile, Ours())
        for platform in PLATFORMS
        for part in cast(platform).values()
        if isinstance(part.profile, Profile)
    }

    assert None not in found


def test_a_tenant_is_the_same_in_capitals() -> None:
    ours = Ours(teams_tenants=frozenset({TENANT.upper()}))
    caller = Caller(platform="teams", user="U1", team=TENANT)

    assert outsider(caller, place("direct", "teams"), member("teams"), ours) is None


def test_without_an_organisation_a_foreign_workspace_is_known_by_the_message() -> None:
    ours = Ours(slack_teams=frozenset({"T1"}))
    colleague = Caller(platform="slack", user="U1", team="T2")

    assert outsider(colleague, place("direct"), None, ours) == "other_organisation"


def test_the_app_in_somebody_elses_workspace_answers_nobody() -> None:
    found = outsider(
        Caller(platform="teams", user="U1", team=""),
        replace(place("channel", "teams"), team="another"),
        member("teams"),
        OURS,
    )

    assert found == "other_organisation"


def test_a_caller_without_a_name_or_from_another_platform_is_nobody() -> None:
    nameless = Caller(platform="slack", user="", team="T1")
    elsewhere = Caller(platform="teams", user="U1")

    assert outsider(nameless, place("direct"), member("slack"), OURS) == "unknown"
    assert outsider(elsewhere, PLACES["direct"], member("teams"), OURS) == "unknown"


@pytest.mark.parametrize("platform", ["web", "terminal", "api"])
def test_where_nobody_can_be_looked_up_nobody_is_known(platform: Any) -> None:
    caller = Caller(platform=platform, user="U1", team="T1")

    assert outsider(caller, Place(platform=platform), Profile(), OURS) == "unknown"


TEAMS = st.sampled_from(["", "T1", "T2", "T9", *OURS.teams_tenants])
ENTERPRISES = st.sampled_from(["", "E1", "E9"])
CALLERS = st.builds(
    Caller,
    platform=st.sampled_from(["slack", "teams", "web"]),
    user=st.sampled_from(["", "U1"]),
    team=TEAMS,
    enterprise=ENTERPRISES,
    bot=st.booleans(),
)
SPOTS = st.builds(
    Place,
    platform=st.sampled_from(["slack", "teams", "web"]),
    team=TEAMS,
    kind=st.sampled_from(["direct", "group", "channel"]),
    shared=st.booleans(),
)
FLAGS = ("guest", "stranger", "bot", "deactivated")
PROFILES = st.builds(
    Profile, team=TEAMS, enterprise=ENTERPRISES, **dict.fromkeys(FLAGS, st.booleans())
)


@given(CALLERS, SPOTS, PROFILES)
def test_law_nobody_gets_in_by_what_is_missing(
    caller: Caller, spot: Place, profile: Profile
) -> None:
    if outsider(caller, spot, profile, OURS) is None:
        assert not spot.shared
        assert not caller.bot
        assert not any(getattr(profile, flag) for flag in FLAGS)
        assert profile.team in {"T1", *OURS.teams_tenants} or profile.enterprise == "E1"
    else:
        assert outsider(replace(caller, user=""), spot, profile, OURS) is not None
        assert outsider(caller, spot, replace(profile, team="", enterprise=""), OURS) is not None
    assert outsider(caller, spot, None, OURS) is not None


@given(CALLERS, SPOTS, PROFILES, st.sampled_from(FLAGS))
def test_law_nothing_bad_a_profile_says_lets_anybody_in(
    caller: Caller, spot: Place, profile: Profile, flag: str
) -> None:
    worse = replace(profile, **{flag: True})

    assert outsider(caller, spot, worse, OURS) is not None
    assert outsider(caller, replace(spot, shared=True), profile, OURS) is not None


@given(CALLERS, SPOTS, PROFILES, st.text(max_size=30), st.text(max_size=30))
def test_law_what_people_write_about_themselves_is_not_looked_at(
    caller: Caller, spot: Place, profile: Profile, text: str, email: str
) -> None:
    told = replace(profile, name=text, title=text, email=email, email_verified=True, locale=text)

    assert outsider(caller, spot, told, OURS) == outsider(caller, spot, profile, OURS)


def test_only_bots_and_the_deactivated_are_sent_nothing() -> None:
    caller = Caller(platform="slack", user="U1")
    refused = [Refused(kind=kind, caller=caller, place=PLACES["direct"]) for kind in KINDS]

    assert {one.kind for one in refused if one.silent} == {"bot", "deactivated"}


KINDS: tuple[Outsider, ...] = get_args(Outsider)
