"""The directory: an account becomes a person, with the rights the company gave and no others."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import kb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.chat import Caller, Person, Place, Platform, Profile, SendError
from bot.directory import Directory
from bot.directory.joining import person_of
from bot.directory.profiles import Profiles
from bot.directory.roles import in_role
from bot.gate import Admitted, Ours, Refused
from bot.knowledge import Knowledge, load
from bot.store import Store, StoreError, people
from tests.conftest import NOW
from tests.people_chats import GROUP, OURS, TEAM, PeopleChat, cast, chats, member, place

SLACK = Caller(platform="slack", user="U1", team="T1")
TEAMS = Caller(platform="teams", user="e7c5", team=TEAM["teams"])
NOBODY: Mapping[str, Person] = {}


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)


def directory_of(app: App, profile: Profile | SendError) -> tuple[Directory, PeopleChat]:
    """A directory in which one account is known on each platform."""
    chat = PeopleChat({SLACK.user: profile, TEAMS.user: profile})
    return Directory({"slack": chat, "teams": chat}, OURS, app.store, app.now), chat


# --- who somebody is


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_a_verified_address_joins_in_any_case(shipped: Knowledge, platform: Platform) -> None:
    caller = SLACK if platform == "slack" else TEAMS
    profile = member(platform, email=" Olivia@Northwind.Example ")

    found = person_of(caller, profile, shipped, NOBODY)

    assert replace(found, roles=frozenset(), groups=frozenset()) == shipped.people["olivia"]
    assert found.roles == {"admin"}


@given(st.emails())
def test_law_the_same_address_is_the_same_person_on_both_platforms(
    shipped: Knowledge, email: str
) -> None:
    slack = person_of(SLACK, member("slack", email=email.upper()), shipped, NOBODY)
    teams = person_of(TEAMS, member("teams", email=email.lower()), shipped, NOBODY)

    assert slack.id == teams.id


def test_an_account_without_an_address_is_a_person_of_its_own(shipped: Knowledge) -> None:
    unknown = member("slack", email="")
    elsewhere = replace(unknown, team="T2")
    accounts = [
        (SLACK, unknown),
        (replace(SLACK, user="U2"), unknown),
        (replace(SLACK, platform="teams"), unknown),
        (SLACK, elsewhere),
    ]

    ids = [person_of(*one, shipped, NOBODY).id for one in accounts]

    assert person_of(SLACK, unknown, shipped, NOBODY).id == ids[0]
    assert len(set(ids)) == 4
    assert all(len(one) == 18 and one.startswith("p-") for one in ids)


@pytest.mark.parametrize("email", ["", " ", "zoe", "olivia"])
def test_what_is_no_address_joins_nobody(shipped: Knowledge, email: str) -> None:
    found = person_of(SLACK, member("slack", email=email), shipped, NOBODY)
    without = person_of(SLACK, member("slack", email=""), shipped, NOBODY)

    assert found == without


def test_somebody_no_directory_knows_is_an_employee_without_department(shipped: Knowledge) -> None:
    found = person_of(SLACK, member("slack"), shipped, NOBODY)

    assert found == Person(id="p-w65aeiwr77qflyjp", name="Zoe", email="zoe@northwind.example")


@pytest.mark.parametrize(
    ("written", "known"),
    [("People Team", "people"), ("HR", "people"), ("legal", "legal"), ("Catering", None)],
)
def test_the_platform_fills_in_what_the_company_has_a_word_for(
    shipped: Knowledge, written: str, known: str | None
) -> None:
    profile = member("teams", department=written, region="united kingdom", title="Cook")

    found = person_of(TEAMS, profile, shipped, NOBODY)

    assert (found.department, found.region, found.title) == (known, "UK", "Cook")


def test_the_platform_never_overrules_the_company(shipped: Knowledge) -> None:
    profile = member("slack", email="ana@northwind.example", department="legal", region="DE")

    found = person_of(SLACK, profile, shipped, NOBODY)

    assert (found.name, found.department, found.region) == ("Ana Ruiz", "marketing", "UK")


def test_the_csv_directory_comes_before_people_yaml_cell_by_cell(shipped: Knowledge) -> None:
    email = "ana@northwind.example"
    row = Person(id="", email=email, department="legal", worker_type="contractor")
    named = replace(row, id="e-1", worker_type="")

    found = person_of(SLACK, member("slack", email=email), shipped, {email: row})
    renamed = person_of(SLACK, member("slack", email=email), shipped, {email: named})

    assert (found.id, found.department, found.worker_type) == ("ana", "legal", "contractor")
    assert (found.region, found.courses) == ("UK", {"TR-101"})
    assert (renamed.id, renamed.worker_type) == ("e-1", "employee")


def test_names_are_taken_over_without_what_cannot_be_kept_or_shown(shipped: Knowledge) -> None:
    profile = member("slack", name="Zo\x00e\ud83d \u202eAdler\n", title="x" * 1000)

    found = person_of(SLACK, profile, shipped, NOBODY)

    assert (found.name, found.title) == ("Zoe Adler", "x" * 200)


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_guest_of_the_company_stays_a_guest(app: App, platform: Platform) -> None:
    directory, _ = directory_of(app, member(platform, email="noah@partner.example"))
    caller = SLACK if platform == "slack" else TEAMS

    found = await directory.admit(app, caller, place("direct", platform))

    assert isinstance(found, Refused)
    assert found.kind == "guest"


# --- what they may: roles and groups


def with_roles(folder: Path) -> Knowledge:
    roles = (
        "  council: {name: AI Council, members: [cleo@acme.example]}\n"
        "  admin: {name: Admins, members: [S0ADMINS, Pilot-X]}\n"
        f"  brand_desk: {{name: Brand, members: [{GROUP.upper()}]}}\n"
    )
    before = "  council: {name: AI Council, members: [cleo@acme.example]}\n"
    return load(kb.write(folder, kb.changed("company.yaml", before, roles)))


@pytest.mark.parametrize(
    ("caller", "profile", "roles"),
    [
        (SLACK, member("slack", "Cleo@acme.example"), {"council"}),
        (SLACK, member("slack", "ana@acme.example"), {"champions", "admin"}),
        (SLACK, member("slack", groups=frozenset({"S0ADMINS"})), {"admin"}),
        (TEAMS, member("teams", groups=frozenset({GROUP})), {"brand_desk"}),
        (TEAMS, member("teams", groups=frozenset({"S0ADMINS"})), set()),
        (SLACK, member("slack", groups=frozenset({GROUP})), set()),
        (SLACK, member("slack", groups=frozenset({"pilot-x", "cleo@acme.example"})), set()),
        (SLACK, member("slack", name="cleo@acme.example", title="council"), set()),
    ],
)
def test_roles_come_from_addresses_and_groups_the_company_named(
    tmp_path: Path, caller: Caller, profile: Profile, roles: set[str]
) -> None:
    assert person_of(caller, profile, with_roles(tmp_path), NOBODY).roles == roles


def test_a_group_named_like_an_address_is_not_that_person(tmp_path: Path) -> None:
    row = Person(id="", worker_type="", groups=frozenset({"cleo@acme.example"}))

    found = person_of(SLACK, member("slack"), with_roles(tmp_path), {"zoe@northwind.example": row})

    assert found.roles == frozenset()


def test_a_pilot_can_be_for_a_group_of_any_kind_or_a_role(tmp_path: Path) -> None:
    knowledge = with_roles(tmp_path)
    slack = member("slack", "ana@acme.example", groups=frozenset({"S0PILOT"}))
    teams = member("teams", "ana@acme.example", groups=frozenset({GROUP}))

    on_slack = person_of(SLACK, slack, knowledge, NOBODY).groups
    on_teams = person_of(TEAMS, teams, knowledge, NOBODY).groups

    assert on_slack == {"pilot-x", "S0PILOT", "admin", "champions"}
    assert on_teams >= {"pilot-x", GROUP, GROUP.upper(), "brand_desk"}


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["admin", "council", "guest", "olivia@northwind.example", "S0ADMINS", "pilot-video", "legal"]
)


@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
def test_law_profile_text_adds_no_right(
    shipped: Knowledge, name: str, title: str, department: str, region: str, locale: str
) -> None:
    told = member("slack", name=name, title=title, locale=locale)
    told = replace(told, department=department, region=region)

    found = person_of(SLACK, told, shipped, NOBODY)
    plain = person_of(SLACK, member("slack"), shipped, NOBODY)

    assert (found.id, found.email, found.worker_type) == (plain.id, plain.email, plain.worker_type)
    assert (found.roles, found.groups, found.courses) == (frozenset(),) * 3
    assert found.department in {None, *shipped.company.departments}
    assert found.region in {None, *shipped.company.regions}


ADMINS = st.sampled_from(["olivia@northwind.example", "usman@northwind.example"])


@given(ADMINS | st.emails(), st.sets(TEXTS))
def test_law_an_unverified_address_adds_no_right(
    shipped: Knowledge, email: str, groups: set[str]
) -> None:
    told = member("slack", email=email, email_verified=False, groups=frozenset(groups))

    found = person_of(SLACK, told, shipped, {email.lower(): Person(id="boss")})

    assert found.id not in {"boss", *shipped.people}
    assert (found.email, found.department, found.worker_type) == ("", None, "employee")
    assert (found.roles, found.courses) == (frozenset(), frozenset())


def test_those_in_a_role_are_named_by_address_and_unknown_groups_as_they_are(
    tmp_path: Path,
) -> None:
    knowledge = with_roles(tmp_path)
    listed = {"dora@acme.example": Person(id="dora", groups=frozenset({"pilot-x"}))}

    assert in_role("admin", knowledge, NOBODY) == ("ana@acme.example", "S0ADMINS")
    assert in_role("admin", knowledge, listed) == (
        "ana@acme.example",
        "dora@acme.example",
        "S0ADMINS",
    )
    assert in_role("champions", knowledge, NOBODY, "marketing") == ("ana@acme.example",)
    assert in_role("council", knowledge, NOBODY, "marketing") == ("cleo@acme.example",)
    assert in_role("nobody", knowledge, NOBODY) == ()


def test_a_department_has_members_of_a_role_for_itself(shipped: Knowledge) -> None:
    of_all = in_role("champions", shipped, NOBODY)

    assert in_role("champions", shipped, NOBODY, "creative") == ("ben@northwind.example",)
    assert in_role("champions", shipped, NOBODY, "finance") == of_all
    assert len(of_all) == 5


def test_a_guest_holds_no_role(tmp_path: Path) -> None:
    listed = {"cleo@acme.example": Person(id="cleo", worker_type="guest")}

    assert in_role("council", with_roles(tmp_path), listed) == ()


# --- looking people up


async def test_a_profile_counts_for_five_minutes_and_no_longer(app: App) -> None:
    clock, chat = Clock(), chats()["slack"]
    profiles = Profiles({"slack": chat}, clock)
    caller = cast("slack")["member"].caller

    await profiles.of(caller)
    clock.passes(minutes=4, seconds=59)
    await profiles.of(caller)
    assert len(chat.lookups) == 1

    clock.passes(seconds=1)
    await profiles.of(caller)
    assert len(chat.lookups) == 2

    clock.passes(hours=-1)
    await profiles.of(caller)
    assert len(chat.lookups) == 3


async def test_somebody_who_became_a_guest_is_refused_after_five_minutes(app: App) -> None:
    clock = Clock()
    chat = PeopleChat({"U1": member("slack")})
    directory = Directory({"slack": chat}, OURS, app.store, clock)
    before = await directory.admit(app, SLACK, place("direct"))
    chat.people["U1"] = member("slack", guest=True)
    clock.passes(minutes=5)

    after = await directory.admit(app, SLACK, place("direct"))

    assert isinstance(before, Admitted)
    assert isinstance(after, Refused)


async def test_many_who_ask_at_once_are_one_lookup() -> None:
    chat = PeopleChat({"U1": member("slack")})
    chat.answers.clear()
    profiles = Profiles({"slack": chat}, Clock())

    waiting = [asyncio.ensure_future(profiles.of(SLACK)) for _ in range(50)]
    await asyncio.sleep(0)
    chat.answers.set()
    found = await asyncio.gather(*waiting)

    assert chat.lookups == ["U1"]
    assert len(set(map(id, found))) == 1


async def test_one_who_gives_up_waiting_does_not_end_the_lookup_for_others() -> None:
    chat = PeopleChat({"U1": member("slack")})
    chat.answers.clear()
    profiles = Profiles({"slack": chat}, Clock())
    impatient = asyncio.ensure_future(profiles.of(SLACK))
    patient = asyncio.ensure_future(profiles.of(SLACK))
    await asyncio.sleep(0)

    impatient.cancel()
    chat.answers.set()

    assert (await patient).profile == member("slack")
    assert chat.lookups == ["U1"]


async def test_a_failed_lookup_is_told_to_all_who_wait_and_tried_again_by_the_next() -> None:
    chat = PeopleChat({"U1": SendError("Away.")})
    profiles = Profiles({"slack": chat}, Clock())

    failed = await asyncio.gather(*(profiles.of(SLACK) for _ in range(3)), return_exceptions=True)
    chat.people["U1"] = member("slack")
    found = await profiles.of(SLACK)

    assert [type(error) for error in failed] == [SendError] * 3
    assert found.profile == member("slack")
    assert chat.lookups == ["U1", "U1"]


async def test_a_platform_that_never_answers_counts_as_away() -> None:
    chat = PeopleChat({"U1": member("slack")})
    chat.answers.clear()
    profiles = Profiles({"slack": chat}, Clock(), longest=0.01)

    with pytest.raises(SendError, match="too long"):
        await profiles.of(SLACK)


async def test_only_so_many_profiles_are_kept() -> None:
    chat = PeopleChat({f"U{n}": member("slack") for n in range(4)})
    profiles = Profiles({"slack": chat}, Clock(), most=3)
    everybody = [replace(SLACK, user=f"U{n}") for n in range(4)]
    for caller in everybody:
        await profiles.of(caller)

    for caller in (*everybody[1:], everybody[0]):
        await profiles.of(caller)

    assert chat.lookups == ["U0", "U1", "U2", "U3", "U0"]


async def test_of_many_profiles_the_one_looked_up_longest_ago_goes_first() -> None:
    clock = Clock()
    chat = PeopleChat({f"U{n}": member("slack") for n in range(3)})
    profiles = Profiles({"slack": chat}, clock, most=2)
    first, second, third = (replace(SLACK, user=f"U{n}") for n in range(3))
    await profiles.of(first)
    clock.passes(minutes=4)
    await profiles.of(second)
    clock.passes(minutes=4)
    for caller in (first, third, first):
        await profiles.of(caller)

    assert chat.lookups == ["U0", "U1", "U0", "U2"]


async def test_a_lookup_that_fails_after_everybody_left_ends_quietly() -> None:
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, about: complaints.append(about))
    chat = PeopleChat({"U1": SendError("Away.")})
    chat.answers.clear()
    profiles = Profiles({"slack": chat}, Clock())
    impatient = asyncio.ensure_future(profiles.of(SLACK))
    await asyncio.sleep(0)

    impatient.cancel()
    await asyncio.wait([impatient])
    chat.answers.set()
    await asyncio.wait(profiles._flights.values())
    gc.collect()

    assert complaints == []


async def test_whoever_is_forgotten_is_looked_up_again(app: App) -> None:
    chat = PeopleChat({"U1": member("slack"), "U2": member("slack")})
    profiles = Profiles({"slack": chat}, Clock())
    other = replace(SLACK, user="U2")
    for forgotten in ((), ("slack", "U1"), ("teams",), ("slack",)):
        profiles.forget(*forgotten)  # type: ignore[arg-type]
        await profiles.of(SLACK)
        await profiles.of(other)

    assert chat.lookups == ["U1", "U2", "U1", "U1", "U2"]


async def test_a_lookup_under_way_is_not_kept_when_its_person_is_forgotten() -> None:
    chat = PeopleChat({"U1": member("slack")})
    chat.answers.clear()
    profiles = Profiles({"slack": chat}, Clock())
    early = asyncio.ensure_future(profiles.of(SLACK))
    await asyncio.sleep(0)

    profiles.forget("slack", "U1")
    chat.answers.set()
    await early
    await profiles.of(SLACK)

    assert chat.lookups == ["U1", "U1"]


async def test_bots_and_foreign_workspaces_are_not_looked_up(app: App) -> None:
    chat = chats()["slack"]
    directory = Directory({"slack": chat}, OURS, app.store, app.now)
    for name in ("bot", "other Grid"):
        await directory.admit(app, cast("slack")[name].caller, place("direct"))
    await directory.admit(app, replace(SLACK, user=""), place("direct"))
    await directory.admit(app, TEAMS, place("direct", "teams"))

    assert chat.lookups == []


async def test_a_platform_that_is_away_may_be_asked_again(app: App) -> None:
    directory, _ = directory_of(app, SendError("Away.", retry_after=3))

    with pytest.raises(SendError) as raised:
        await directory.admit(app, SLACK, place("direct"))

    assert raised.value.retry_after == 3


async def test_until_it_is_known_which_workspace_is_ours_slack_lets_nobody_in(
    app: App,
) -> None:
    directory, chat = directory_of(app, member("slack"))
    directory.ours = Ours(teams_tenants=OURS.teams_tenants)
    with pytest.raises(SendError):
        await directory.admit(app, SLACK, place("direct"))

    directory.ours = OURS
    found = await directory.admit(app, SLACK, place("direct"))

    assert isinstance(found, Admitted)
    assert chat.lookups == ["U1"]


async def test_somebody_the_platform_does_not_know_is_refused_for_good(app: App) -> None:
    directory, _ = directory_of(app, SendError("No such user.", for_good=True))

    found = await directory.admit(app, SLACK, place("direct"))

    assert isinstance(found, Refused)
    assert found.kind == "unknown"


async def test_what_must_be_answered_at_once_does_not_wait_for_a_slow_platform(app: App) -> None:
    directory, chat = directory_of(app, member("slack"))
    chat.answers.clear()

    found = await directory.admit_or_refuse(app, SLACK, place("direct"), within=0.01)
    chat.answers.set()
    again = await directory.admit_or_refuse(app, SLACK, place("direct"))

    assert isinstance(found, Refused)
    assert found.kind == "unknown"
    assert isinstance(again, Admitted)
    assert chat.lookups == ["U1"]


# --- what is written down

ANA = Person(id="ana", name="Ana", email="ana@acme.example")
BEN = Person(id="ben", name="Ben", email="ben@acme.example")


def account(user: str, platform: Platform = "slack") -> people.Account:
    return people.Account(platform=platform, team=TEAM[platform], user=user)


def talk(channel: str, platform: Platform = "slack") -> Place:
    return Place(platform=platform, team=TEAM[platform], channel=channel)


async def test_people_are_reached_where_they_last_spoke_alone(either_store: Store) -> None:
    route = {"service": "https://smba.example/emea"}
    newest = replace(talk("19:a", "teams"), route=route)
    await either_store.run(people.seen, ANA, account("U1"), talk("D1"), NOW)
    await either_store.run(
        people.seen, ANA, account("e7", "teams"), newest, NOW + timedelta(hours=1)
    )
    await either_store.run(people.seen, BEN, account("U2"), talk("D2"), NOW)

    found = await either_store.run(people.reach, ["Ana@Acme.example", "ben", "nobody@acme.example"])

    assert found == (newest, talk("D2"))


async def test_a_message_in_a_channel_does_not_forget_the_direct_conversation(
    either_store: Store,
) -> None:
    await either_store.run(people.seen, ANA, account("U1"), talk("D1"), NOW)
    await either_store.run(people.seen, ANA, account("U1"), None, NOW + timedelta(days=1))

    assert await either_store.run(people.reach, ["ana"]) == (talk("D1"),)


async def test_who_cannot_be_reached_is_said(either_store: Store) -> None:
    await either_store.run(people.seen, ANA, account("U1"), talk("D1"), NOW)
    await either_store.run(people.seen, BEN, account("U2"), None, NOW)
    who = ["Ana@acme.example", "ben@acme.example", "S0ADMINS", "cleo@acme.example"]

    assert await either_store.run(people.unreachable, who) == (
        "ben@acme.example",
        "S0ADMINS",
        "cleo@acme.example",
    )
    assert await either_store.run(people.reach, who) == (talk("D1"),)
    assert await either_store.run(people.reach, []) == ()


async def test_only_the_account_that_is_lost_is_forgotten(either_store: Store) -> None:
    await either_store.run(people.seen, ANA, account("U1"), talk("D1"), NOW)
    await either_store.run(people.seen, ANA, account("e7", "teams"), talk("19:a", "teams"), NOW)
    await either_store.run(people.seen, BEN, account("U2"), talk("D2"), NOW)

    assert await either_store.run(people.lost, "slack", "U1")
    assert not await either_store.run(people.lost, "slack", "U1")
    assert not await either_store.run(people.lost, "teams", "U2")
    assert await either_store.run(people.reach, ["ana"]) == (talk("19:a", "teams"),)
    assert await either_store.run(people.reach, ["ben"]) == (talk("D2"),)


async def test_somebody_with_a_new_id_is_told_once(either_store: Store) -> None:
    renamed = replace(ANA, id="p-abc")
    await either_store.run(people.seen, renamed, account("U1"), talk("D1"), NOW)
    await either_store.run(people.seen, ANA, account("U9"), talk("D9"), NOW + timedelta(days=1))

    assert await either_store.run(people.reach, [ANA.email]) == (talk("D9"),)


async def test_the_same_person_seen_by_many_at_once_is_one_row(either_store: Store) -> None:
    seen = (
        either_store.run(people.seen, replace(ANA, name=f"Ana {n}"), account("U1"), None, NOW)
        for n in range(20)
    )

    await asyncio.gather(*seen)

    assert await either_store.run(_count) == [1, 1]


def _count(connection: Any) -> list[int]:
    tables = ("people", "accounts")
    return [
        connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables
    ]


class Watched(Store):
    """The store, remembering whom it was told of."""

    def __init__(self, store: Store) -> None:
        super().__init__(store._runner)
        self.seen: list[Place | None] = []
        self.broken = False

    async def run(self, action: Any, *arguments: Any) -> Any:
        if action is people.seen:
            self.seen.append(arguments[2])
            if self.broken:
                raise StoreError("The disk is full.")
        return await super().run(action, *arguments)


@pytest.mark.parametrize(
    ("caller", "alone"),
    [
        (SLACK, [Place(platform="slack", team="T1", only_for="U1")]),
        (TEAMS, [None, place("direct", "teams")]),
    ],
)
async def test_who_is_admitted_is_written_once_for_each_lookup(
    app: App, caller: Caller, alone: list[Place | None]
) -> None:
    store = Watched(app.store)
    directory, _ = directory_of(replace(app, store=store), member(caller.platform))
    for where in ("channel", "group", "direct", "direct", "channel"):
        await directory.admit(app, caller, place(where, caller.platform))

    assert store.seen == alone
    assert await store.run(people.reach, ["zoe@northwind.example"]) == (alone[-1],)


async def test_many_messages_at_once_are_one_write(app: App) -> None:
    store = Watched(app.store)
    directory, _ = directory_of(replace(app, store=store), member("slack"))

    await asyncio.gather(*(directory.admit(app, SLACK, place("direct")) for _ in range(20)))

    assert len(store.seen) == 1


async def test_what_could_not_be_written_is_written_the_next_time(app: App) -> None:
    store = Watched(app.store)
    directory, _ = directory_of(replace(app, store=store), member("slack"))
    store.broken = True
    with pytest.raises(StoreError):
        await directory.admit(app, SLACK, place("direct"))
    store.broken = False

    await directory.admit(app, SLACK, place("direct"))

    assert len(await store.run(people.reach, ["zoe@northwind.example"])) == 1


async def test_only_what_holds_for_long_is_kept_of_a_conversation(app: App) -> None:
    directory, _ = directory_of(app, member("teams"))
    route = {"service_url": "https://smba.example/emea", "bot": "28:x"}
    said_in = replace(
        place("direct", "teams"), thread="17", route={**route, "reply_to": "17", "locale": "de"}
    )

    await directory.admit(app, TEAMS, said_in)

    (found,) = await app.store.run(people.reach, ["zoe@northwind.example"])
    assert found == replace(place("direct", "teams"), route=route)


async def test_who_is_refused_is_not_written_down(app: App) -> None:
    directory = Directory(chats(), OURS, app.store, app.now)
    for part in cast("slack").values():
        if part.kind is not None:
            await directory.admit_or_refuse(app, part.caller, place("direct"))

    assert await app.store.run(_count) == [0, 0]


async def test_who_is_no_longer_one_of_us_is_told_nothing_more(app: App) -> None:
    directory, chat = directory_of(app, member("slack"))
    await directory.admit(app, SLACK, place("direct"))
    chat.people["U1"] = member("slack", guest=True)
    directory.forget("slack", "U1")

    await directory.admit(app, SLACK, place("shared channel"))
    still = await app.store.run(people.reach, ["zoe@northwind.example"])
    await directory.admit(app, SLACK, place("direct"))

    assert len(still) == 1
    assert await app.store.run(people.reach, ["zoe@northwind.example"]) == ()
