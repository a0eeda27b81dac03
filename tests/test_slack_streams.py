"""Text that is shown while it is written: inside Slack's limits, and never without its end."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import hypothesis
import pytest
from hypothesis import strategies as st

from bot import settings
from bot.chat import Button, Card, Place, Post
from handlers.slack import SlackChat
from handlers.slack.streams import Streams
from tests.conftest import NOW
from tests.slack_stub import Answer, SlackStub

THREAD = "1763803800.000100"
DIRECT = Place(platform="slack", team="T0ACME001", channel="D0ALICE001", thread=THREAD)
PUBLIC = Place(
    platform="slack",
    team="T0ACME001",
    channel="C0MARKET01",
    thread=THREAD,
    kind="channel",
    route={"asker": "U0ALICE001", "asker_team": "T0ACME001"},
)
CARD = Card(
    action="answer",
    verdict="not_a_permission_question",
    headline="A draft",
    written_by="model",
    buttons=(Button(label="Why?", action="why", value="why"),),
    answer_id="A-7",
)
LINE = "Spring is here, and so is the sneaker that walks to work with you every day.\n"


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Written:
    """The chat, its streams on a clock of their own, and what its readers see."""

    slack: SlackStub
    chat: SlackChat
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.streams = Streams(self.chat.line, self.chat._posts.say, self.clock)

    async def write(self, *pieces: str, place: Place = DIRECT, card: Card | None = None) -> str:
        async with self.streams.stream(place, "slack:Ev1#1") as stream:
            for piece in pieces:
                self.clock.now += 2
                if not await stream.append(piece):
                    break
            return await stream.finish(card)

    @property
    def messages(self) -> list[str]:
        """The text of each message as it stands in the end."""
        shown: dict[str, str] = {}
        for call in self.slack.calls:
            if call.refused:
                continue
            match call.method:
                case "chat.startStream":
                    ts = f"stream-{len(shown)}"
                    shown[ts] = call.args["markdown_text"]
                case "chat.appendStream":
                    shown[ts] += call.args["markdown_text"]
                case "chat.postMessage" | "chat.postEphemeral":
                    marked = [b["text"] for b in call.args["blocks"] if b["type"] == "markdown"]
                    shown[f"post-{len(shown)}"] = "".join(marked)
                case _:
                    pass
        return [text for text in shown.values() if text]


@pytest.fixture
async def slack() -> AsyncIterator[SlackStub]:
    async with SlackStub().running() as stub:
        yield stub


@pytest.fixture
async def written(slack: SlackStub) -> AsyncIterator[Written]:
    configured = settings.read(slack_bot_token="xoxb-test", slack_api_url=slack.url)
    async with SlackChat.open(configured, lambda: NOW) as chat:
        yield Written(slack, chat)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


async def test_a_short_text_is_one_plain_post(written, slack):
    await written.write("It is short.", card=CARD)

    assert set(slack.methods) == {"chat.postMessage"}
    assert written.messages == ["It is short."]


async def test_a_long_text_is_shown_as_it_is_written_and_ends_with_what_belongs_below(
    written, slack
):
    pieces = [LINE * 5] * 4

    message = await written.write(*pieces, card=CARD)

    assert slack.methods == [
        "chat.startStream",
        *["chat.appendStream"] * 3,
        "chat.stopStream",
    ]
    assert squeezed("".join(written.messages)) == squeezed(LINE * 20)
    ended = slack.made("chat.stopStream")[0]
    assert (ended["ts"], ended["session_status"]) == (message, "active")
    assert ended["metadata"]["event_payload"] == {"key": "slack:Ev1#1", "part": 1, "of": 1}
    assert ended["blocks"][-1]["type"] == "context_actions"


async def test_in_a_conversation_alone_no_reader_is_named(written, slack):
    await written.write(LINE * 10)

    begun = slack.made("chat.startStream")[0]
    assert (begun["channel"], begun["thread_ts"]) == ("D0ALICE001", THREAD)
    assert "recipient_user_id" not in begun


async def test_in_a_channel_the_reader_is_named(written, slack):
    await written.write(LINE * 10, place=PUBLIC)

    begun = slack.made("chat.startStream")[0]
    assert begun["recipient_user_id"] == "U0ALICE001"
    assert begun["recipient_team_id"] == "T0ACME001"


@pytest.mark.parametrize(
    "place", [replace(PUBLIC, route={}), replace(DIRECT, thread=""), replace(PUBLIC, thread="")]
)
async def test_where_slack_streams_nothing_the_text_is_posted(written, slack, place):
    await written.write(LINE * 10, place=place)

    assert set(slack.methods) == {"chat.postMessage"}
    assert squeezed("".join(written.messages)) == squeezed(LINE * 10)


async def test_what_is_for_one_person_only_is_never_streamed_or_posted_to_all(written, slack):
    await written.write(LINE * 10, place=replace(PUBLIC, only_for="U0ALICE001"), card=CARD)

    assert set(slack.methods) == {"chat.postEphemeral"}


async def test_a_text_longer_than_a_message_goes_on_in_the_next_one(written, slack):
    await written.write(*[LINE * 20] * 25)

    assert len(written.messages) == 4
    assert max(map(len, written.messages)) < 12_000
    assert squeezed("".join(written.messages)) == squeezed(LINE * 500)
    statuses = [ended["session_status"] for ended in slack.made("chat.stopStream")]
    assert statuses == ["processing"] * 3 + ["active"]


async def test_a_message_is_ended_before_slack_ends_it_for_its_age(written, slack):
    async with written.streams.stream(DIRECT, "slack:Ev1#1") as stream:
        for _ in range(10):
            written.clock.now += 60
            await stream.append(LINE * 5)
        await stream.finish()

    assert len(slack.made("chat.startStream")) == 2
    assert squeezed("".join(written.messages)) == squeezed(LINE * 50)


async def test_calls_are_a_second_apart_however_fast_the_text_comes(written, slack):
    async with written.streams.stream(DIRECT, "slack:Ev1#1") as stream:
        for _ in range(100):
            written.clock.now += 0.1
            await stream.append(LINE)
        await stream.finish()

    assert len(slack.made("chat.appendStream")) <= 10


@pytest.mark.parametrize(
    "refusal",
    [
        Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "30"}),
        Answer({"ok": False, "error": "unknown_method"}),
        Answer({"ok": False, "error": "fatal_error"}, 500),
        Answer(drop=True),
    ],
)
@pytest.mark.parametrize(
    ("method", "before"),
    [("chat.startStream", 0), ("chat.appendStream", 0), ("chat.appendStream", 2)],
)
async def test_when_slack_streams_no_more_the_rest_is_posted(
    written, slack, method, before, refusal
):
    slack.says(method, *[Answer({"ok": True, "ts": "1763804000.000001"})] * before, refusal)

    await written.write(*[LINE * 5] * 6, card=CARD)

    assert squeezed("".join(written.messages)) == squeezed(LINE * 30)
    last = slack.made("chat.postMessage")[-1]
    assert last["blocks"][-1]["type"] == "context_actions"
    assert len(slack.made("chat.startStream")) == 1


async def test_a_text_whose_end_slack_refuses_keeps_its_buttons(written, slack):
    slack.refuses("chat.stopStream", "message_not_in_streaming_state")

    await written.write(LINE * 10, card=CARD)

    below = slack.made("chat.postMessage")[0]
    assert below["blocks"][-1]["type"] == "context_actions"
    assert squeezed("".join(written.messages)) == squeezed(LINE * 10)


async def test_an_end_that_comes_too_soon_is_tried_again(written, slack):
    slack.refuses("chat.stopStream", "ratelimited", status=429, Retry_After="0")

    await written.write(LINE * 10, card=CARD)

    assert slack.methods.count("chat.stopStream") == 2
    assert "chat.postMessage" not in slack.methods


async def test_what_a_minute_does_not_hold_is_posted_instead(written, slack):
    for _ in range(20):
        async with written.streams.stream(DIRECT, "slack:Ev1#1") as stream:
            await stream.append(LINE * 10)
            await stream.finish()
        written.clock.now += 1

    assert slack.methods.count("chat.startStream") == 18
    assert slack.methods.count("chat.stopStream") == 18
    assert squeezed("".join(written.messages)).count("Springis") == 10 * 20


async def test_pressing_stop_ends_the_text_and_posts_nothing_more(written, slack):
    wanted = []
    async with written.streams.stream(DIRECT, "slack:Ev1#1") as stream:
        for number in range(5):
            written.clock.now += 2
            wanted.append(await stream.append(LINE * 5))
            if number == 2:
                written.streams.stop("D0ALICE001", THREAD)
        message = await stream.finish(CARD)

    assert wanted == [True, True, True, False, False]
    assert slack.methods == ["chat.startStream", "chat.appendStream", "chat.appendStream"]
    assert message == "1763804000.000001"


async def test_stop_is_for_one_thread_only(written, slack):
    async with written.streams.stream(DIRECT, "slack:Ev1#1") as stream:
        written.streams.stop("D0ALICE001", "another")
        written.streams.stop("C0MARKET01", THREAD)
        wanted = await stream.append(LINE)

    assert wanted is True


async def test_an_error_while_writing_leaves_no_message_open(written, slack):
    async def broken() -> None:
        async with written.streams.stream(DIRECT, "slack:Ev1#1") as stream:
            written.clock.now += 2
            await stream.append(LINE * 10)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await broken()

    assert slack.methods == ["chat.startStream", "chat.stopStream"]


async def test_no_piece_of_text_calls_people_wherever_it_was_divided(written, slack):
    await written.write("Hey <!chan", "nel> and <", "@U0ALICE001>\n", LINE * 10)

    said = "".join(written.messages)
    assert "<!channel>" not in said
    assert "<@U0ALICE001>" not in said


async def test_a_long_text_of_a_model_is_streamed_when_it_is_posted_whole(written, slack):
    card = replace(CARD, reason=LINE * 100)

    message = await written.chat.post(Post(key="slack:Ev1#1", place=DIRECT, card=card))

    assert slack.methods == ["chat.startStream", "chat.stopStream"]
    assert message == slack.made("chat.stopStream")[0]["ts"]
    assert squeezed("".join(written.messages)) == squeezed(f"**A draft**{LINE * 100}")


async def test_a_long_text_of_a_model_for_one_person_is_shown_to_them_only(written, slack):
    place = replace(PUBLIC, only_for="U0ALICE001")
    card = replace(CARD, reason=LINE * 100)

    await written.chat.post(Post(key="slack:Ev1#1", place=place, card=card))

    assert set(slack.methods) == {"chat.postEphemeral"}


@hypothesis.settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(
    pieces=st.lists(
        st.text(st.sampled_from("ab .\n\u00e9\U0001f600"), max_size=3_000), min_size=1, max_size=8
    ),
    refused=st.lists(
        st.sampled_from(["chat.startStream", "chat.appendStream", "chat.stopStream"]), max_size=2
    ),
)
async def test_whatever_slack_refuses_no_word_is_lost_or_said_twice(
    written, slack, pieces, refused
):
    slack.calls.clear()
    slack.answers.clear()
    for method in refused:
        slack.refuses(method, "message_not_in_streaming_state")

    written.clock.now += 100
    # A channel of its own, so that no example waits for the posts of another.
    place = replace(DIRECT, channel=f"D{written.clock.now:.0f}")
    await written.write(*pieces, place=place)

    assert squeezed("".join(written.messages)) == squeezed("".join(pieces))
