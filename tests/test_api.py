from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from conftest import NOW
from programs import (
    CALLS,
    CUSTOMERS,
    DECIDE,
    Doors,
    Served,
    called,
    kept,
    problem,
    same,
)

from bot import ask
from bot.app import App
from bot.chat import Message, Turn
from bot.decide import Question, rule
from bot.knowledge import Knowledge
from bot.store import Store, answers


@pytest.fixture
def doors(app: App) -> Doors:
    return Doors(Served(app))


@pytest.fixture
async def ana(doors: Doors) -> AsyncIterator[httpx2.AsyncClient]:
    """A program that acts for Ana."""
    async with doors.client(await doors.key("ana")) as client:
        yield client


@pytest.fixture
async def anyone(doors: Doors) -> AsyncIterator[httpx2.AsyncClient]:
    """A program that acts for whom it names, be they in the directory or not."""
    async with doors.client(await doors.key(any_person=True)) as client:
        yield client


# --- Asking


@pytest.mark.parametrize(
    "question", [CUSTOMERS, "which tool for captions?", "hello", "", "x" * 20_000, "\U0001f331 ?"]
)
async def test_the_answer_is_the_one_the_command_line_prints(
    ana: httpx2.AsyncClient, app: App, question: str
) -> None:
    person = app.knowledge.people["ana"]
    direct = await ask.answer(app, Message(person=person, text=question), door="terminal")

    response = await ana.post("/api/v1/ask", json={"question": question, "id": 7})

    assert response.status_code == 200
    assert same(response.json()) == {**same(ask.as_line(direct)), "id": 7}


async def test_an_answer_is_kept_with_the_door_it_came_through(
    ana: httpx2.AsyncClient, app: App
) -> None:
    line = (await ana.post("/api/v1/ask", json={"question": CUSTOMERS})).json()

    record = await app.store.run(answers.find, line["answer_id"])
    assert record is not None
    assert (record.door, record.person_id, record.verdict) == ("api", "ana", line["verdict"])


async def test_the_conversation_before_a_question_counts(ana: httpx2.AsyncClient, app: App) -> None:
    history = [{"role": "user", "text": CUSTOMERS}, {"role": "assistant", "text": "No."}]
    direct = await ask.answer(
        app,
        Message(
            person=app.knowledge.people["ana"],
            text="and without names?",
            history=(Turn("user", CUSTOMERS), Turn("assistant", "No.")),
        ),
        door="terminal",
    )

    body = {"question": "and without names?", "history": history}
    line = (await ana.post("/api/v1/ask", json=body)).json()

    assert same(line) == same(ask.as_line(direct))
    assert line["judged"]


async def test_a_question_can_be_judged_on_another_day(ana: httpx2.AsyncClient, app: App) -> None:
    body = {"question": "can I use ChatGPT?", "date": "2031-01-01"}

    line = (await ana.post("/api/v1/ask", json=body)).json()

    assert line["verdict"] == "not_allowed"
    record = await app.store.run(answers.find, line["answer_id"])
    assert record is not None
    assert record.day == date(2031, 1, 1)


async def test_the_same_call_sent_again_is_the_same_answer(
    ana: httpx2.AsyncClient, app: App
) -> None:
    once = {"Idempotency-Key": "a8098c1a-f86e"}

    first, *more = [
        (await ana.post("/api/v1/ask", json={"question": CUSTOMERS}, headers=once)).json()
        for _ in range(3)
    ]

    assert {line["answer_id"] for line in more} == {first["answer_id"]}
    assert [same(line) for line in more] == [same(first)] * 2
    assert await kept(app) == 1


async def test_the_same_call_sent_several_times_at_once_is_the_same_answer(
    app: App, either_store: Store
) -> None:
    doors = Doors(Served(replace(app, store=either_store)))
    once = {"Idempotency-Key": "again"}
    call = ("POST", "/api/v1/ask", {"question": CUSTOMERS})

    async with doors.client(await doors.key("ana")) as program:
        found = await asyncio.gather(*(called(program, call, headers=once) for _ in range(12)))

    assert {response.status_code for response in found} == {200}
    assert len({response.json()["answer_id"] for response in found}) == 1
    assert await kept(doors.served.app) == 1


async def test_the_name_of_a_call_belongs_to_its_key(doors: Doors, app: App) -> None:
    once = {"Idempotency-Key": "1"}
    found = []
    for _ in range(2):
        async with doors.client(await doors.key("ana")) as program:
            response = await program.post("/api/v1/ask", json={"question": CUSTOMERS}, headers=once)
            found.append(response.json()["answer_id"])

    assert len(set(found)) == 2


async def test_another_question_under_the_same_name_is_refused(ana: httpx2.AsyncClient) -> None:
    once = {"Idempotency-Key": "1"}
    await ana.post("/api/v1/ask", json={"question": CUSTOMERS}, headers=once)

    other = await ana.post("/api/v1/ask", json={"question": "hello"}, headers=once)

    assert problem(other) == (422, "asked_differently", "Idempotency-Key")


@pytest.mark.parametrize(("hours", "answered"), [(0, 1), (23, 1), (25, 2), (49, 2)])
async def test_a_name_may_be_used_again_after_a_day(
    doors: Doors, app: App, hours: int, answered: int
) -> None:
    once = {"Idempotency-Key": "nightly"}
    async with doors.client(await doors.key("ana")) as program:
        first = await program.post("/api/v1/ask", json={"question": "hello"}, headers=once)
        doors.served.app = replace(app, now=lambda: NOW + timedelta(hours=hours))
        other = await program.post("/api/v1/ask", json={"question": "hello"}, headers=once)

    assert len({first.json()["answer_id"], other.json()["answer_id"]}) == answered
    assert await kept(app) == answered


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a b", "\u00e9"])
async def test_a_call_is_named_in_plain_letters(ana: httpx2.AsyncClient, name: str) -> None:
    response = await ana.post(
        "/api/v1/ask",
        json={"question": "hello"},
        headers=[(b"Idempotency-Key", name.encode())],
    )

    assert problem(response) == (422, "invalid", "Idempotency-Key")


# --- Whom a key acts for


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("named", ["ana", "ana@northwind.example", "ANA@northwind.example"])
async def test_a_key_that_carries_a_person_may_name_that_person(
    ana: httpx2.AsyncClient, call: tuple[str, str, Any], named: str
) -> None:
    response = await called(ana, *_for(call, named))

    assert response.status_code == 200


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("named", ["clara", "nobody", "", "*"])
async def test_a_key_that_carries_a_person_acts_for_nobody_else(
    ana: httpx2.AsyncClient, app: App, call: tuple[str, str, Any], named: str
) -> None:
    response = await called(ana, *_for(call, named))

    assert problem(response) == (403, "not_this_person", "person")
    assert await kept(app) == 0


async def test_a_key_that_carries_a_person_cannot_describe_them_otherwise(
    ana: httpx2.AsyncClient,
) -> None:
    promoted = {"id": "ana", "department": "people", "courses": ["TR-101"]}

    response = await ana.post("/api/v1/decide", json={**DECIDE, "person": promoted})

    assert problem(response) == (403, "not_this_person", "person")


@pytest.mark.parametrize("call", CALLS)
async def test_a_key_without_a_person_needs_one_in_each_call(
    doors: Doors, call: tuple[str, str, Any]
) -> None:
    async with doors.client(await doors.key()) as program:
        without = await called(program, call)
        somebody = await called(program, *_for(call, "clara@northwind.example"))
        nobody = await called(program, *_for(call, "nobody"))

    assert problem(without) == (422, "invalid", "person")
    assert somebody.status_code == 200
    assert problem(nobody) == (422, "invalid", "person")
    assert "ana" not in nobody.json()["error"]["message"]


async def test_each_call_is_judged_for_the_person_it_names(doors: Doors) -> None:
    body = {"tool": "chatgpt", "data": ["confidential"]}
    async with doors.client(await doors.key()) as program:
        found = {
            named: (await program.post("/api/v1/decide", json={**body, "person": named})).json()
            for named in ("ana", "jonas")
        }

    verdicts = {named: line["verdict"] for named, line in found.items()}
    assert verdicts == {"ana": "allowed_with_conditions", "jonas": "not_allowed"}


async def test_only_a_key_made_for_that_may_describe_a_person(
    doors: Doors, anyone: httpx2.AsyncClient
) -> None:
    body = {**DECIDE, "person": {"id": "new", "department": "Marketing", "region": "uk"}}

    described = await anyone.post("/api/v1/decide", json=body)
    async with doors.client(await doors.key()) as program:
        refused = await program.post("/api/v1/decide", json=body)

    assert described.status_code == 200
    assert problem(refused) == (403, "not_this_person", "person")


@pytest.mark.parametrize(
    "person",
    [
        {},
        {"id": ""},
        {"id": "x", "departement": "marketing"},
        {"id": "x", "department": "nowhere"},
        {"id": "x", "worker_type": "boss"},
        {"id": "x", "roles": ["admin"]},
        7,
        ["ana"],
        True,
    ],
)
async def test_a_person_described_wrongly_is_refused(
    anyone: httpx2.AsyncClient, person: object
) -> None:
    response = await anyone.post("/api/v1/ask", json={"question": "hi", "person": person})

    assert problem(response) == (422, "invalid", "person")


async def test_somebody_who_left_is_no_longer_acted_for(
    doors: Doors, ana: httpx2.AsyncClient, app: App
) -> None:
    people = {key: who for key, who in app.knowledge.people.items() if key != "ana"}
    doors.served.app = replace(
        app, knowledge=replace(app.knowledge, people=people, person_by_email={})
    )

    assert problem(await called(ana, CALLS[0])) == (403, "person_gone", None)


def _for(call: tuple[str, str, Any], person: str) -> tuple[tuple[str, str, Any]]:
    method, path, body = call
    if body is None:
        return ((method, f"{path}?person={person}", None),)
    return ((method, path, {**body, "person": person}),)


# --- Deciding


@pytest.mark.parametrize("person", ["ana", "clara", "jonas", "mara"])
async def test_a_decision_is_the_one_that_the_rules_make(
    doors: Doors, shipped: Knowledge, person: str
) -> None:
    who = shipped.people[person]
    async with doors.client(await doors.key(person)) as program:
        for key in list(shipped.editions)[::7]:
            tool, _, edition = key.partition(":")
            question = Question(
                person=who,
                date=NOW.date(),
                tool=tool,
                edition=edition,
                data=frozenset({"confidential"}),
                use="summarise",
            )
            ruling = rule([question], shipped)

            body = {"tool": tool, "edition": edition, "data": ["confidential"], "use": "summarise"}
            found = (await program.post("/api/v1/decide", json=body)).json()

            (decision,) = found["decisions"]
            assert (found["verdict"], decision["edition"]) == (ruling.verdict, key)
            assert found["conditions"] == list(ruling.conditions)
            assert found["citations"] == list(ruling.citations)
            assert found["alternatives"] == list(ruling.alternatives)
            assert [f["code"] for f in decision["findings"]] == [
                f.code for f in ruling.leading.findings
            ]


async def test_a_decision_is_kept_and_judged_the_same_again(
    ana: httpx2.AsyncClient, app: App
) -> None:
    body = {**DECIDE, "tool": ["chatgpt", "copilot"], "want": "one"}
    found = (await ana.post("/api/v1/decide", json=body)).json()

    record = await app.store.run(answers.find, found["answer_id"])
    assert record is not None
    assert (record.door, record.verdict) == ("api", found["verdict"])
    assert ask.replay(record, app.knowledge).same


async def test_the_words_behind_every_id_come_with_a_decision(ana: httpx2.AsyncClient) -> None:
    body = {"tool": ["chatgpt", "midjourney", "copilot"], "want": "one", "use": "image_publish"}
    found = (await ana.post("/api/v1/decide", json=body)).json()

    texts = found["texts"]
    for decision in (found, *found["decisions"]):
        assert set(decision["conditions"]) <= texts["conditions"].keys()
        assert set(decision["citations"]) <= texts["sections"].keys()
        assert set(decision["alternatives"]) <= texts["editions"].keys()
    assert all(texts["conditions"].values())


@pytest.mark.parametrize(
    ("body", "edition"),
    [
        ({"tool": "chatgpt"}, "chatgpt:enterprise"),
        ({"tool": "ChatGPT"}, "chatgpt:enterprise"),
        ({"tool": "chatgpt:personal"}, "chatgpt:personal"),
        ({"tool": "chatgpt", "edition": "personal"}, "chatgpt:personal"),
        ({"tool": "chatgpt", "edition": "chatgpt enterprise"}, "chatgpt:enterprise"),
        ({"tool": ["chatgpt"]}, "chatgpt:enterprise"),
        ({"tool": "unlisted:Foo  Bar"}, None),
    ],
)
async def test_a_tool_may_be_named_in_several_ways(
    ana: httpx2.AsyncClient, body: dict[str, Any], edition: str | None
) -> None:
    found = (await ana.post("/api/v1/decide", json=body)).json()

    assert [decision["edition"] for decision in found["decisions"]] == [edition]
    if edition is None:
        assert found["decisions"][0]["tool"] == "unlisted:foo bar"
        assert found["verdict"] == "not_reviewed"


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "tool", "missing"),
        ({"tool": []}, "tool", "at least 1"),
        ({"tool": ""}, "tool.0", "at least 1"),
        ({"tool": 5}, "tool", "list"),
        ({"tool": ["chatgpt"] * 11}, "tool", "at most 10"),
        ({"tool": "chatgbt5"}, "tool", "unlisted:name"),
        ({"tool": "unlisted: "}, "tool", "unlisted:name"),
        ({"tool": "unlisted:foo", "edition": "pro"}, "edition", "no editions"),
        ({"tool": "chatgpt", "edition": "enterprize"}, "edition", "Did you mean 'enterprise'?"),
        ({"tool": "chatgpt:enterprise", "edition": "personal"}, "edition", "twice"),
        ({"tool": ["chatgpt", "copilot"], "edition": "chat"}, "edition", "one tool"),
        ({"tool": ["chatgpt", "copilot"], "feature": "x"}, "feature", "one tool"),
        ({"tool": "chatgpt", "data": ["personal.custmer"]}, "data", "personal.customer"),
        ({"tool": "chatgpt", "data": ["zzzz"]}, "data", "There is: "),
        ({"tool": "chatgpt", "data": 5}, "data", "list"),
        ({"tool": "chatgpt", "use": "sumarise"}, "use", "Did you mean 'summarise'?"),
        ({"tool": "chatgpt", "want": "some"}, "want", "'all' or 'one'"),
        ({"tool": "chatgpt", "date": "tomorrow"}, "date", "2026-03-31"),
        ({"tool": "chatgpt", "date": 20260331}, "date", "2026-03-31"),
        ({"tool": "chatgpt", "department": "people"}, "department", "another department"),
        ({"tool": "chatgpt", "region": "Atlantis"}, "region", "not in the knowledge base"),
        ({"tool": "chatgpt", "regoin": "UK"}, "regoin", "Did you mean 'region'?"),
    ],
)
async def test_what_cannot_be_decided_is_said_with_its_field(
    ana: httpx2.AsyncClient, app: App, body: dict[str, Any], field: str, said: str
) -> None:
    response = await ana.post("/api/v1/decide", json=body)

    assert problem(response) == (422, "invalid", field)
    assert said in response.json()["error"]["message"]
    assert await kept(app) == 0


async def test_a_feature_is_meant_by_its_id_or_name_and_an_unknown_one_is_no_yes(
    ana: httpx2.AsyncClient, shipped: Knowledge
) -> None:
    edition = next(e for e in shipped.editions.values() if e.features and e.status == "approved")
    feature, listed = next((id_, f) for id_, f in edition.features.items() if f.aliases)

    async def judged(word: str) -> dict[str, Any]:
        body = {"tool": edition.key, "feature": word}
        found: dict[str, Any] = (await ana.post("/api/v1/decide", json=body)).json()
        return found["decisions"][0]

    assert (await judged(feature))["feature"] == feature
    assert (await judged(listed.aliases[0].upper()))["feature"] == feature
    unknown = await judged("mind reading")
    assert unknown["feature"] == "mind reading"
    assert unknown["verdict"] not in {"allowed", "allowed_with_conditions"}


async def test_what_the_directory_leaves_open_can_be_said_in_the_call(
    anyone: httpx2.AsyncClient,
) -> None:
    nobody_knows = {**DECIDE, "data": [], "tool": "firefly", "person": {"id": "new"}}
    asked = (await anyone.post("/api/v1/decide", json=nobody_knows)).json()

    told = (
        await anyone.post(
            "/api/v1/decide", json={**nobody_knows, "department": "Marketing", "region": "UK"}
        )
    ).json()

    assert asked["verdict"] == "needs_clarification"
    assert asked["ask_for"] in {"department", "region"}
    assert told["verdict"] != "needs_clarification"


# --- The catalogue


@pytest.mark.parametrize("person", ["ana", "jonas"])
async def test_every_edition_is_listed_as_it_would_be_decided(
    doors: Doors, shipped: Knowledge, person: str
) -> None:
    who = shipped.people[person]
    async with doors.client(await doors.key(person)) as program:
        path = "/api/v1/tools?limit=200&data=personal.customer&use=summarise"
        listed = (await program.get(path)).json()

    shown = {edition["key"]: edition for tool in listed["tools"] for edition in tool["editions"]}
    assert shown.keys() == shipped.editions.keys()
    for key, edition in shown.items():
        tool, _, name = key.partition(":")
        question = Question(
            person=who,
            date=NOW.date(),
            tool=tool,
            edition=name,
            data=frozenset({"personal.customer"}),
            use="summarise",
        )
        ruling = rule([question], shipped)
        assert edition["verdict"] == ruling.verdict
        assert edition["conditions"] == list(ruling.conditions)
        assert set(edition["conditions"]) <= listed["texts"]["conditions"].keys()


@pytest.mark.parametrize("limit", [1, 7, 61, 62, 200])
@pytest.mark.parametrize("query", ["", "&verdict=yes", "&q=translation", "&verdict=allowed"])
async def test_pages_put_together_are_the_whole_list(doors: Doors, limit: int, query: str) -> None:
    async with doors.client(await doors.key("ana")) as program:
        whole = (await program.get(f"/api/v1/tools?limit=200{query}")).json()
        pages, cursor = [], ""
        while cursor is not None:
            path = f"/api/v1/tools?limit={limit}{query}&cursor={cursor}"
            page = (await program.get(path)).json()
            assert len(page["tools"]) <= limit
            pages += page["tools"]
            cursor = page["next"]

    assert pages == whole["tools"]
    assert whole["next"] is None


async def test_the_list_can_be_narrowed(ana: httpx2.AsyncClient) -> None:
    found = (await ana.get("/api/v1/tools?q=kopilot&verdict=yes")).json()

    verdicts = {e["verdict"] for tool in found["tools"] for e in tool["editions"]}
    assert found["tools"][0]["name"] == "Microsoft Copilot"
    assert verdicts <= {"allowed", "allowed_with_conditions"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("data=nope", "data"),
        ("use=nope", "use"),
        ("verdict=maybe", "verdict"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=nope", "cursor"),
        (f"q={'x' * 81}", "q"),
        ("colour=red", "colour"),
        ("data=public&data=secret", "data"),
    ],
)
async def test_filters_nobody_knows_are_refused(
    ana: httpx2.AsyncClient, query: str, field: str
) -> None:
    assert problem(await ana.get(f"/api/v1/tools?{query}")) == (422, "invalid", field)


async def test_one_tool_is_what_the_list_says_of_it(ana: httpx2.AsyncClient) -> None:
    listed = (await ana.get("/api/v1/tools?limit=200&data=internal")).json()

    for tool in listed["tools"][::9]:
        alone = (await ana.get(f"/api/v1/tools/{tool['id']}?data=internal")).json()
        assert alone["tool"] == tool
        assert alone["day"] == "2026-11-22"


@pytest.mark.parametrize("tool", ["nope", "chatgpt:enterprise", "%00", "..%2f", "%F0%9F%8C%B1"])
async def test_a_tool_that_is_not_there_is_not_found(ana: httpx2.AsyncClient, tool: str) -> None:
    found = problem(await ana.get(f"/api/v1/tools/{tool}"))

    assert found in {(404, "no_tool", None), (404, "nowhere", None)}
