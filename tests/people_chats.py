"""Chat platforms of which only the people matter, and the cast of everybody who may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.chat import Caller, Page, Place, Platform, Post, Profile, SendError
from bot.gate import Ours, Outsider

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
OTHER_TENANT = "aaaaaaaa-0000-4000-8000-000000000009"
GROUP = "0f3d5a6e-1111-4222-8333-444455556666"

OURS = Ours(
    slack_teams=frozenset({"T1"}),
    slack_enterprise="E1",
    teams_tenants=frozenset({TENANT}),
)

TEAM: dict[Platform, str] = {"slack": "T1", "teams": TENANT}

PLACES: dict[str, Place] = {
    "direct": Place(platform="slack", channel="D1", kind="direct"),
    "group": Place(platform="slack", channel="G1", kind="group"),
    "channel": Place(platform="slack", channel="C1", kind="channel"),
    "shared channel": Place(platform="slack", channel="C9", kind="channel", shared=True),
}


def place(kind: str, platform: Platform = "slack") -> Place:
    return replace(PLACES[kind], platform=platform, team=TEAM[platform])


@dataclass(frozen=True)
class Part:
    """Somebody who asks: what the message says, what a lookup says, what they are."""

    caller: Caller
    profile: Profile | SendError
    kind: Outsider | None
    """None for those who are answered."""


def _caller(platform: Platform, user: str, **changes: object) -> Caller:
    return replace(Caller(platform=platform, user=user, team=TEAM[platform]), **changes)


def member(platform: Platform, email: str = "zoe@northwind.example", **changes: object) -> Profile:
    found = Profile(name="Zoe", email=email, email_verified=True, team=TEAM[platform])
    return replace(found, **changes)


def cast(platform: Platform) -> dict[str, Part]:
    """Everybody, on one platform."""

    def one(name: str, kind: Outsider | None, profile: Profile, **said: object) -> Part:
        return Part(_caller(platform, f"U-{name.replace(' ', '-')}", **said), profile, kind)

    def looked_up(**changes: object) -> Profile:
        return member(platform, **changes)

    theirs = {"slack": "T9", "teams": OTHER_TENANT}[platform]
    everybody = {
        "member": one("member", None, looked_up()),
        "guest": one("guest", "guest", looked_up(guest=True)),
        "ultra guest": one("ultra guest", "guest", looked_up(guest=True, email="")),
        "stranger": one("stranger", "stranger", looked_up(stranger=True, team=theirs), team=""),
        "other organisation": one(
            "other", "other_organisation", looked_up(team=theirs), team=theirs
        ),
        "other organisation, unsaid": one(
            "hidden", "other_organisation", looked_up(team=theirs), team=""
        ),
        "bot": one("bot", "bot", looked_up(bot=True), bot=True),
        "bot, unsaid": one("app", "bot", looked_up(bot=True)),
        "deactivated": one("gone", "deactivated", looked_up(deactivated=True)),
        "nobody's": one("nobodys", "unknown", looked_up(team="")),
        "lookup fails": Part(
            _caller(platform, "U-fails"), SendError("The platform is away."), "unknown"
        ),
        "unverified": one(
            "liar", None, looked_up(email="olivia@northwind.example", email_verified=False)
        ),
    }
    if platform == "slack":
        grid = looked_up(team="T2", enterprise="E1")
        everybody |= {
            "Grid colleague": one("grid", None, grid, team="T2", enterprise="E1"),
            "Grid colleague, unsaid": one("grid2", None, grid, team="T2"),
            "Grid colleague, by organisation": one("grid3", None, looked_up(team="E1"), team="E1"),
            "other Grid": one(
                "far",
                "other_organisation",
                looked_up(team="T8", enterprise="E8"),
                team="T8",
                enterprise="E8",
            ),
        }
    return everybody


@dataclass
class PeopleChat:
    """A platform that knows people, remembers who was looked up, and can be made to wait."""

    people: dict[str, Profile | SendError] = field(default_factory=dict)
    lookups: list[str] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answers.set()

    async def profile(self, caller: Caller) -> Profile:
        self.lookups.append(caller.user)
        await self.answers.wait()
        found = self.people.get(caller.user)
        if found is None:
            raise SendError("Nobody of that name.", for_good=True)
        if isinstance(found, SendError):
            raise found
        return found

    async def post(self, post: Post) -> str:
        return post.key

    async def posted(self, post: Post) -> str | None:
        return None

    async def direct(self, user: str, team: str) -> Place:
        return Place(platform="slack", team=team, channel=f"D-{user}")

    async def working(self, place: Place, note: str) -> None:
        pass

    async def home(self, caller: Caller, page: Page) -> None:
        pass

    async def suggest(self, place: Place, prompts: Sequence[tuple[str, str]]) -> None:
        pass


def chats() -> dict[Platform, PeopleChat]:
    """Both platforms, with everybody on them."""
    return {
        platform: PeopleChat({part.caller.user: part.profile for part in cast(platform).values()})
        for platform in ("slack", "teams")
    }
