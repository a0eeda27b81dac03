"""Asking: understood, decided, kept, told, in this order; and never more than was decided."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import ask
from bot.app import App
from bot.ask import answering
from bot.ask.line import encoded, parsed
from bot.ask.person import given as given_person
from bot.ask.person import somebody
from bot.ask.sentences import AskError
from bot.chat import Message, Person, Turn
from bot.knowledge import Knowledge, load
from bot.log import JsonLines
from bot.store import StoreError, answers
from bot.understand.words import NamedTool, Reading

DAY = date(2026, 11, 22)
GUEST = Person(id="noah", worker_type="guest")
CUSTOMERS = "can I put the customer list of Zanzibar into Copilot Chat?"
LINE = (
    "id action verdict judged data use conditions citations alternatives reasons ask_for text "
    "knowledge_version answer_id understood_by ms"
).split()


async def says(app: App, text: str, person: str | Person = "ana", **more: Any) -> ask.Answer:
    who = app.knowledge.people[person] if isinstance(person, str) else person
    history = more.pop("history", ())
    message = Message(person=who, text=text, history=history)
    return await ask.answer(app, message, door="test", **more)


async def kept(app: App, given: ask.Answer) -> answers.Record:
    found = await app.store.run(answers.find, given.answer_id)
    assert found is not None
    return found


# --- the road of an answer


async def test_a_question_is_answered_and_kept(app: App) -> None:
    given = await says(app, CUSTOMERS)

    record = await kept(app, given)
    assert given.card.verdict == record.verdict == "not_allowed"
    assert record.judged == [
        {"tool": "copilot", "edition": "chat", "feature": None, "verdict": "not_allowed"}
    ]
    assert record.citations == ["DATA-3"]
    assert record.person_id == "ana"
    assert record.person["department"] == "marketing"
    assert record.understood["data"] == ["personal.customer"]
    assert record.knowledge_version == app.knowledge.version == given.knowledge_version
    assert (record.door, record.day) == ("test", DAY)
    assert given.ruling is not None
    assert [f["code"] for f in record.findings[0]["findings"]] == [
        f.code for f in given.ruling.leading.findings
    ]


async def test_the_words_are_kept_apart_from_the_answer(app: App) -> None:
    given = await says(app, CUSTOMERS, history=(Turn("user", "hello from Zanzibar"),))

    record, words = await kept(app, given), await app.store.run(answers.words_of, given.answer_id)
    assert "zanzibar" not in repr(record).lower()
    assert words is not None
    assert words.text == CUSTOMERS
    assert words.history == [{"role": "user", "text": "hello from Zanzibar"}]
    assert (words.expires_at - record.at).days == app.settings.retention_days


async def test_no_words_are_kept_where_none_shall_be(app: App) -> None:
    mute = replace(app, settings=app.settings.model_copy(update={"retention_days": 0}))

    given = await says(mute, CUSTOMERS)

    assert await app.store.run(answers.words_of, given.answer_id) is None


async def test_what_was_decided_is_kept_though_telling_it_fails(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"I choke on {CUSTOMERS}")

    monkeypatch.setattr(answering, "explain", broken)

    given = await says(app, CUSTOMERS)

    assert (await kept(app, given)).verdict == "not_allowed"
    assert given.failed
    assert given.answer_id in given.text
    assert "Traceback" not in given.text
    logged = [JsonLines().format(record) for record in caplog.records]
    assert any(given.answer_id in line and "RuntimeError" in line for line in logged)
    assert "Zanzibar" not in "".join(logged) + caplog.text


async def test_what_could_not_be_kept_is_not_told(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(answers, "add", full)

    given = await says(app, "can I use ChatGPT for captions?")

    assert given.failed
    assert given.ruling is None
    assert given.card.verdict == "not_a_permission_question"


async def test_the_log_has_no_content(app: App, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="greenlight"):
        given = await says(app, CUSTOMERS)

    (line,) = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert line["event"] == "asked"
    assert line["answer_id"] == given.answer_id
    assert line["verdict"] == "not_allowed"
    assert line["editions"] == ["copilot:chat"]
    assert "zanzibar" not in json.dumps(line).lower()


def test_a_logged_error_does_not_quote_what_it_stumbled_over() -> None:
    try:
        {}["the secret words"]  # noqa: B018 - to have an error
    except KeyError:
        record = logging.getLogger("x").makeRecord(
            "x", logging.ERROR, "f", 1, "broken", (), __import__("sys").exc_info()
        )

    said = JsonLines().format(record)

    assert "secret words" not in said
    assert json.loads(said)["error"] == "KeyError"


async def test_the_stages_are_measured(app: App) -> None:
    given = await says(app, CUSTOMERS)

    stages = given.stages
    each = [stages.understand, stages.decide, stages.store, stages.explain]
    assert all(ms > 0 for ms in each)
    assert given.ms >= sum(each)


# --- what is answered how


async def test_a_guest_gets_the_notice_and_nothing_else(app: App) -> None:
    given = await says(app, CUSTOMERS, GUEST)

    line, record = ask.as_line(given), await kept(app, given)
    assert (line["action"], line["verdict"]) == ("guest_notice", "not_allowed")
    assert line["citations"] == ["AUP-6"]
    assert (line["judged"], line["data"], line["alternatives"]) == ([], [], [])
    assert (record.judged, record.understood["tools"]) == ([], [])
    told = f"{line['text']} {line['reasons']}".lower()
    assert not [t.name for t in app.knowledge.tools.values() if t.name.lower() in told]


@pytest.mark.parametrize(
    "text", ["", "hello", "what are the rules for images?", "🌱", "x" * 17_000]
)
async def test_a_guest_gets_the_notice_whatever_they_write(app: App, text: str) -> None:
    line = ask.as_line(await says(app, text, GUEST))

    assert (line["action"], line["verdict"]) == ("guest_notice", "not_allowed")
    assert line["citations"] == ["AUP-6"]


async def test_what_is_missing_is_asked_back(app: App) -> None:
    line = ask.as_line(await says(app, "can I upload this file to the Northwind Assistant?"))

    assert (line["action"], line["verdict"]) == ("ask_back", "needs_clarification")
    assert line["ask_for"] == "data"


async def test_policy_text_is_not_judged(app: App) -> None:
    line = ask.as_line(await says(app, "what does the policy say about passwords?"))

    assert line["verdict"] == "not_a_permission_question"
    assert line["judged"] == []
    assert "DATA-5" in line["citations"]


async def test_which_tool_is_answered_with_a_tool(app: App) -> None:
    given = await says(app, "which tool should I use to translate a press release already out?")

    line = ask.as_line(given)
    assert given.ruling is not None
    assert given.ruling.recommended
    assert line["judged"][0]["tool"] is not None


async def test_too_much_text_is_not_read_and_not_kept(app: App) -> None:
    given = await says(app, "x" * 16_001)

    assert ask.as_line(given)["verdict"] == "not_a_permission_question"
    assert await app.store.run(answers.words_of, given.answer_id) is None


async def test_the_day_given_comes_before_the_companys_and_that_before_today(app: App) -> None:
    pinned = replace(app, knowledge=replace(app.knowledge, as_of=date(2026, 12, 1)))
    given = await says(pinned, CUSTOMERS, day=date(2020, 1, 1))
    of_company = await says(pinned, CUSTOMERS)
    today = await says(app, CUSTOMERS)

    days = [(await kept(app, one)).day for one in (given, of_company, today)]

    assert days == [date(2020, 1, 1), date(2026, 12, 1), DAY]
    assert given.ruling is not None
    assert "not_yet" in {f.code for f in given.ruling.leading.findings}


async def test_an_answer_as_a_line_has_the_keys_of_the_contract(app: App) -> None:
    line = ask.as_line(await says(app, CUSTOMERS), "q7")

    assert list(line) == LINE
    assert line["id"] == "q7"
    assert json.loads(encoded(line)) == line


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(st.characters(), max_size=200), before=st.text(st.characters(), max_size=50))
async def test_no_text_breaks_anything(app: App, text: str, before: str) -> None:
    given = await says(app, text, history=(Turn("user", before),))

    line = ask.as_line(given)
    assert not given.failed
    assert json.loads(encoded(line)) == line
    assert len(line["text"].splitlines()) <= 8


# --- judging a reading


def reading(**slots: Any) -> Reading:
    return Reading(topic="permission", action="answer", **slots)


def ana(knowledge: Knowledge) -> Person:
    return knowledge.people["ana"]


def test_tools_that_may_be_meant_and_come_out_alike_are_answered_with_the_first(
    shipped: Knowledge,
) -> None:
    read = reading(tool_choices=("copilot:chat", "chatgpt"), data=frozenset({"secret"}))

    ruling = ask.judge(read, ana(shipped), DAY, shipped)

    assert ruling is not None
    assert ruling.verdict == "not_allowed"
    assert [d.edition for d in ruling.decisions] == ["copilot:chat"]


def test_tools_that_may_be_meant_and_come_out_differently_are_asked_for(shipped: Knowledge) -> None:
    choices = ("copilot:chat", "copilot:m365")
    data = frozenset({"personal.customer"})

    ruling = ask.judge(reading(tool_choices=choices, data=data), ana(shipped), DAY, shipped)

    assert ruling is not None
    assert (ruling.verdict, ruling.ask_for) == ("needs_clarification", "tool")


def test_without_any_tool_the_tool_is_asked_for(shipped: Knowledge) -> None:
    ruling = ask.judge(reading(data=frozenset({"public"})), ana(shipped), DAY, shipped)

    assert ruling is not None
    assert ruling.ask_for == "tool"


def test_the_person_a_question_is_about_is_judged(shipped: Knowledge) -> None:
    jonas = shipped.people["jonas"]
    read = reading(tools=(NamedTool(tool="chatgpt"),), about=jonas)

    ruling = ask.judge(read, ana(shipped), DAY, shipped)

    assert ruling is not None
    assert ruling.leading.question.person == jonas


def test_of_several_tools_wanted_one_is_enough_where_one_is_to_be_chosen(
    shipped: Knowledge,
) -> None:
    tools = (NamedTool(tool="unlisted:foo"), NamedTool(tool="chatgpt"))
    every, one = (
        ask.judge(reading(tools=tools, want=want), ana(shipped), DAY, shipped)
        for want in ("all", "one")
    )

    assert every is not None
    assert one is not None
    assert (every.verdict, one.verdict) == ("not_reviewed", "allowed_with_conditions")


# --- judging a kept answer again


@pytest.mark.parametrize(
    "text",
    [
        CUSTOMERS,
        "can I use ChatGPT for captions?",
        "which tool for translating a press release?",
        "what does the policy say about images?",
        "midjourney or firefly for a moodboard?",
        "can a contractor use foobar.ai for our source code?",
    ],
)
async def test_a_kept_answer_judged_again_is_the_same(app: App, text: str) -> None:
    record = await kept(app, await says(app, text))

    again = ask.replay(record, app.knowledge)

    assert again.same
    assert again.same_knowledge
    assert again.verdict == record.verdict


async def test_a_changed_knowledge_base_can_judge_differently(app: App, tmp_path: Path) -> None:
    record = await kept(app, await says(app, "can I use Copilot Chat for an Excel formula?"))
    changed = tmp_path / "changed"
    shutil.copytree(app.knowledge.folder, changed)
    file = changed / "tools" / "copilot.yaml"
    file.write_text(
        file.read_text().replace("status: approved", "status: prohibited\n    reason: x")
    )

    again = ask.replay(record, load(changed))

    assert (again.verdict, again.same_verdict, again.same) == ("not_allowed", False, False)
    assert not again.same_knowledge


async def test_a_knowledge_base_without_the_tool_cannot_judge_again(app: App) -> None:
    record = await kept(app, await says(app, "can I use Copilot Chat for an Excel formula?"))
    tools = {id_: tool for id_, tool in app.knowledge.tools.items() if id_ != "copilot"}
    editions = {k: e for k, e in app.knowledge.editions.items() if e.tool_id != "copilot"}

    again = ask.replay(record, replace(app.knowledge, tools=tools, editions=editions))

    assert again.verdict is None
    assert again.gone is not None
    assert not again.same


# --- questions as programs write them


def line_of(app: App, **keys: Any) -> ask.Asked:
    return ask.from_line({"question": "hi", **keys}, app.knowledge, ana(app.knowledge))


def test_a_line_names_a_person_a_day_and_a_conversation(app: App) -> None:
    asked = line_of(
        app,
        id=7,
        person="ben",
        date="2026-03-01",
        history=[{"role": "user", "text": "a"}, {"role": "assistant", "text": "b"}],
    )

    assert asked.id == 7
    assert asked.message.person == app.knowledge.people["ben"]
    assert asked.message.history == (Turn("user", "a"), Turn("assistant", "b"))
    assert asked.day == date(2026, 3, 1)


def test_a_line_may_hold_a_whole_person(app: App) -> None:
    person = {
        "id": "zoe",
        "name": None,
        "email": "Zoe@Northwind.example",
        "department": "hr",
        "region": "germany",
        "worker_type": "contractor",
        "groups": ["pilot-video"],
        "courses": ["TR-101"],
    }

    assert given_person(person, app.knowledge) == Person(
        id="zoe",
        email="zoe@northwind.example",
        department="people",
        region="DE",
        worker_type="contractor",
        groups=frozenset({"pilot-video"}),
        courses=frozenset({"TR-101"}),
    )


def test_without_a_person_somebody_of_the_house_asks(app: App) -> None:
    assert line_of(app).message.person.id == somebody(app.knowledge).id == "ana"


def test_keys_of_somebody_else_are_let_through(app: App) -> None:
    assert line_of(app, expect={"verdict": "allowed"}, style="curt", note="x").day is None


UNKNOWN = "is not known here. Did you mean"
WHOLE = {"id": "x"}


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"person": "anna"}, "'anna' is not a person in people.yaml. Did you mean 'ana'?"),
        ({"person": {**WHOLE, "departmnt": "it"}}, f"person.departmnt {UNKNOWN} 'department'?"),
        (
            {"person": {**WHOLE, "department": "marketting"}},
            "person.department: 'marketting' is not in company.yaml. Did you mean 'marketing'?",
        ),
        ({"person": {"department": "it"}}, "person.id is missing."),
        ({"person": {**WHOLE, "groups": "a"}}, "person.groups: Input should be a valid frozenset."),
        ({"person": 7}, "person: Input should be a valid dictionary or instance of PersonLine."),
        ({"question": None}, "question: Input should be a valid string."),
        ({"question": 7}, "question: Input should be a valid string."),
        ({"date": "1.3.2026"}, "date: Value error, write it as 2026-03-31: year, month, day."),
        ({"date": 20260301}, "date: Value error, write it as 2026-03-31: year, month, day."),
        ({"histroy": []}, f"histroy {UNKNOWN} 'history'?"),
        (
            {"history": [{"role": "system", "text": "x"}]},
            "history.0.role: Input should be 'user' or 'assistant'.",
        ),
        ({"history": [{"role": "user"}]}, "history.0.text is missing."),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_a_sentence(
    app: App, keys: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(AskError) as caught:
        line_of(app, **keys)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b"7", b'"x"', b"\xff\xfe{}", b'{"id": NaN}', b"[" * 100_000, b"1" * 10_000],
)
def test_a_line_that_is_no_object_is_refused_in_a_sentence(line: bytes) -> None:
    with pytest.raises(AskError, match="This line is not"):
        parsed(line)


@pytest.mark.parametrize("id_", ["\ud800", "\x00", "é", 10**30, None, ["a", {"b": 1.5}], True])
def test_a_programs_own_id_comes_back_as_it_was(app: App, id_: object) -> None:
    line = json.dumps({"id": id_, "question": "x"}).encode()
    asked = ask.from_line(parsed(line), app.knowledge, GUEST)

    back = encoded({"id": asked.id})

    assert json.loads(back) == {"id": id_}
    assert back.endswith(b"\n")
    assert b"\n" not in back[:-1]
