"""An answer that grows while it is read: in order, not too fast, and never lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from end_to_end.rigs.teams.connector import Connector as Stub
from end_to_end.rigs.teams.connector import Failure
from end_to_end.rigs.teams.entra import TENANT
from end_to_end.rigs.teams.serving import serving
from yarl import URL

from bot import settings
from bot.chat import Button, Card, Place, Post, SendError
from handlers.teams.send import TeamsChat
from handlers.teams.streams import Stream

CARD = Card(
    action="answer",
    verdict="not_a_permission_question",
    headline="Here is a draft.",
    reason="Spring is here.",
    answer_id="a-1",
    written_by="model",
)
STOPPED = Failure(403, code="ContentStreamNotAllowed", words="Content stream was canceled by user.")
TOO_LONG = Failure(
    403,
    code="ContentStreamNotAllowed",
    words="Content stream finished due to exceeded streaming time.",
)


@dataclass
class Rig:
    stub: Stub
    chat: TeamsChat
    place: Place
    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def stream(self, place: Place | None = None) -> Stream:
        stream = self.chat.stream(place or self.place)
        stream._sleep = self.sleep
        return stream

    def post(self, card: Card = CARD, place: Place | None = None) -> Post:
        return Post(key="k", place=place or self.place, card=card)

    @property
    def kinds(self) -> list[str]:
        return [
            entity["streamType"]
            for sent in self.stub.sent
            for entity in sent.body.get("entities", ())
            if entity["type"] == "streaminfo"
        ]

    def info(self, number: int) -> dict[str, Any]:
        entities = self.stub.sent[number].body["entities"]
        return dict(next(each for each in entities if each["type"] == "streaminfo"))


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    stub = Stub()
    async with serving(stub.app()) as address:
        given = settings.read(
            teams_allow_anonymous="local",
            teams_tenant_ids=TENANT,
            teams_connector_hosts=URL(address).host_port_subcomponent,
        )
        place = Place(
            platform="teams",
            team=TENANT,
            channel="a:mara",
            kind="direct",
            route={"service_url": address, "reply_to": "q-1"},
        )
        made: list[Rig] = []
        chat = TeamsChat(given, clock=lambda: made[0].now)
        made.append(Rig(stub, chat, place))
        yield made[0]
        await chat.aclose()


async def test_a_stream_is_a_note_then_the_text_so_far_then_the_card(rig: Rig) -> None:
    stream = rig.stream()
    await stream.inform("Searching the policy")
    rig.now += 2
    await stream.write("Spring")
    rig.now += 2
    await stream.write("Spring is")
    name = await stream.finish(rig.post())

    assert rig.kinds == ["informative", "streaming", "streaming", "final"]
    assert [sent.body["type"] for sent in rig.stub.sent] == ["typing"] * 3 + ["message"]
    assert [sent.body["text"] for sent in rig.stub.sent[:3]] == [
        "Searching the policy",
        "Spring",
        "Spring is",
    ]
    assert name == "a:mara|act-4"


async def test_pieces_are_numbered_and_name_their_stream(rig: Rig) -> None:
    stream = rig.stream()
    await stream.inform("Searching")
    rig.now += 2
    await stream.write("Spring")
    await stream.finish(rig.post())

    assert rig.info(0) == {
        "type": "streaminfo",
        "streamType": "informative",
        "streamSequence": 1,
    }
    assert (rig.info(1)["streamSequence"], rig.info(1)["streamId"]) == (2, "act-1")
    assert rig.info(2) == {"type": "streaminfo", "streamType": "final", "streamId": "act-1"}


async def test_label_and_feedback_stand_in_the_last_piece_only(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    await stream.finish(rig.post())

    first, last = (sent.body for sent in rig.stub.sent)
    assert "channelData" not in first
    assert last["channelData"] == {"feedbackLoop": {"type": "custom"}}
    assert any(
        "AIGeneratedContent" in entity.get("additionalType", ()) for entity in last["entities"]
    )


async def test_what_comes_too_fast_is_left_out(rig: Rig) -> None:
    stream = rig.stream()
    for text in ("S", "Sp", "Spr"):
        await stream.write(text)
        rig.now += 0.2
    rig.now += 2
    await stream.write("Spring")

    assert [sent.body["text"] for sent in rig.stub.sent] == ["S", "Spring"]


async def test_the_end_waits_for_its_turn(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    await stream.finish(rig.post())

    assert rig.waits == [1.5]


async def test_an_unchanged_text_is_not_sent_again(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    rig.now += 2
    await stream.write("Spring")

    assert len(rig.stub.sent) == 1


async def test_a_note_does_not_come_after_text(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    rig.now += 2
    await stream.inform("Searching")

    assert rig.kinds == ["streaming"]


async def test_a_note_is_as_long_as_teams_takes(rig: Rig) -> None:
    await rig.stream().inform("ü" * 2_000)

    text = rig.stub.sent[0].body["text"]
    assert len(text.encode()) <= 1_000
    assert set(text) == {"ü"}


async def test_whoever_presses_stop_gets_no_more(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    rig.stub.failures = [STOPPED]
    rig.now += 2
    await stream.write("Spring is")
    name = await stream.finish(rig.post())

    assert stream.stopped
    assert name == ""
    assert rig.stub.messages == []


async def test_stop_at_the_very_end_is_stop(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    rig.stub.failures = [STOPPED]

    assert await stream.finish(rig.post()) == ""
    assert stream.stopped
    assert rig.stub.messages == []


async def test_a_stream_that_takes_too_long_ends_as_one_message(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    rig.stub.failures = [TOO_LONG]
    rig.now += 2
    await stream.write("Spring is")
    await stream.finish(rig.post())

    [message] = rig.stub.messages
    assert not stream.stopped
    assert "streaminfo" not in str(message.body)


async def test_we_stop_streaming_before_teams_does(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    rig.now += 101
    await stream.write("Spring is")
    await stream.finish(rig.post())

    assert rig.kinds == ["streaming"]
    assert len(rig.stub.messages) == 1


async def test_an_end_that_is_refused_comes_as_one_message(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    rig.stub.failures = [TOO_LONG]
    await stream.finish(rig.post())

    assert len(rig.stub.messages) == 1
    assert "final" not in rig.kinds


async def test_a_piece_that_is_put_off_costs_nothing_but_itself(rig: Rig) -> None:
    stream = rig.stream()
    rig.stub.failures = [Failure(429)]
    await stream.write("Spring")
    rig.now += 2
    await stream.write("Spring is")
    await stream.finish(rig.post())

    assert rig.kinds == ["streaming", "final"]
    assert rig.info(0)["streamSequence"] == 1


async def test_an_end_that_is_put_off_is_left_to_the_outbox(rig: Rig) -> None:
    stream = rig.stream()
    await stream.write("Spring")
    rig.stub.failures = [Failure(429)]

    with pytest.raises(SendError):
        await stream.finish(rig.post())


async def test_a_conversation_that_takes_no_streams_gets_one_message(rig: Rig) -> None:
    stream = rig.stream()
    rig.stub.failures = [Failure(405)]
    await stream.write("Spring")
    rig.now += 2
    await stream.write("Spring is")
    await stream.finish(rig.post())

    assert rig.kinds == []
    assert len(rig.stub.messages) == 1


async def test_without_pieces_there_is_one_message(rig: Rig) -> None:
    await rig.stream().finish(rig.post())

    assert len(rig.stub.sent) == 1
    assert rig.kinds == []


async def test_in_company_nothing_is_streamed(rig: Rig) -> None:
    group = replace(rig.place, channel="19:g@thread.v2", kind="group", only_for="")
    stream = rig.stream(group)
    await stream.inform("Searching")
    await stream.write("Spring")
    await stream.finish(rig.post(place=group))

    assert rig.kinds == []
    assert len(rig.stub.messages) == 1


async def test_the_end_of_a_stream_has_a_text_beside_its_card(rig: Rig) -> None:
    card = replace(CARD, buttons=(Button(label="Why", action="why", value="why"),))
    stream = rig.stream()
    await stream.write("Spring")
    await stream.finish(rig.post(card))

    last = rig.stub.sent[-1].body
    assert last["attachments"]
    assert last["text"]
