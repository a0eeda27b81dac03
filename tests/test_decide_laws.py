"""Laws of deciding, over generated companies and questions: what no rule may ever break."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from test_decide_knowledge import ANA, CONDITIONS, DAY, edition, exception, knowledge, tool, use

from bot.chat import Person
from bot.decide import (
    STRICTNESS,
    Decision,
    Finding,
    Question,
    decide,
    edition_of,
    recommend,
    rule,
    strictest,
    with_alternatives,
    would_be_allowed,
)
from bot.decide.alternatives import MOST, SAME_CATEGORY
from bot.decide.one import findings, settled
from bot.knowledge import Edition, Knowledge

KEYS = ["public", "internal", "personal", "personal.customer", "personal.candidate", "secret.key"]
DEPARTMENTS = ["marketing", "legal", "people"]
REGIONS = ["UK", "DE", "FR"]
TYPES = ["employee", "contractor"]
PURPOSES = ["general", "summarise", "social_post", "post", "spy", "rank"]
FEATURES = ["images", "agent"]
STATUSES = ["approved", "limited", "pilot", "approved", "approved", "under_review", "prohibited"]
TOOLS = ["chatgpt", "claude", "copilot", "deepl"]
EDITIONS = [f"{name}:{each}" for name in TOOLS for each in ("work", "free")]
SECTIONS = ["AAA-1", "AAA-2", "AAA-3", "AAA-4"]
COMPANIES = 60

NEVER_LIFTED = {
    "guest",
    "red_line",
    "data_absolute",
    "unlisted",
    "status_under_review",
    "status_prohibited",
    "status_retired",
    "not_yet",
    "lapsed",
    "feature_denied",
    "feature_unlisted",
    "which_tool",
    "which_data",
}

LAW = settings(max_examples=100, deadline=None)


class Made:
    """A company put together at random; the same number gives the same company."""

    def __init__(self, number: int) -> None:
        self.chance = Random(number)

    def some(self, words: list[str], *, most: int = 3) -> list[str]:
        return self.chance.sample(words, self.chance.randint(0, min(most, len(words))))

    def maybe(self, value: Any, otherwise: Any, *, odds: float = 0.3) -> Any:
        return value if self.chance.random() < odds else otherwise

    def everybody_or(self, words: list[str]) -> Any:
        return self.maybe(self.some(words, most=2) or "all", "all")

    def grants(self, *, odds: float = 0.6) -> dict[str, Any]:
        return {key: self.grant() for key in KEYS if self.chance.random() < odds}

    def grant(self) -> Any:
        allow = {
            "allow_if": self.some(list(CONDITIONS), most=1),
            "only_departments": self.maybe(self.some(DEPARTMENTS), []),
            "only_regions": self.maybe(self.some(REGIONS), []),
            "cite": self.some(SECTIONS, most=1),
        }
        return self.chance.choice(["allow", "allow", allow, allow, "deny", "review"])

    def feature(self) -> dict[str, Any]:
        return {
            "status": self.maybe("deny", "allow"),
            "only_uses": self.maybe(self.some(PURPOSES), []),
            "conditions": self.some(list(CONDITIONS), most=1),
            "not_regions": self.maybe(self.some(REGIONS), []),
            "cite": self.some(SECTIONS, most=1),
        }

    def day(self) -> date:
        return DAY + timedelta(self.chance.randint(-20, 20))

    def edition(self, id_: str) -> dict[str, Any]:
        audience = {
            "types": self.everybody_or(TYPES),
            "departments": self.everybody_or(DEPARTMENTS),
            "regions": self.everybody_or(REGIONS),
            "cite": self.some(SECTIONS, most=1),
        }
        begins, ends = sorted((self.day(), self.day()))
        return edition(
            id_,
            account=self.chance.choice(["company", "company", "personal", "none"]),
            status=self.chance.choice(STATUSES),
            pilot={"group": "pilot-x", "until": self.day()},
            who=audience,
            data=self.grants(),
            models=self.maybe([{"match": ["o3*"], "data": self.grants(odds=0.3)}], []),
            features={name: self.feature() for name in self.some(FEATURES)},
            only_uses=self.maybe(self.some(PURPOSES), []),
            conditions=self.some(list(CONDITIONS), most=1),
            good_for=self.some(PURPOSES),
            approval=self.maybe({"by": "Council", "valid_from": begins, "expires": ends}, None),
            alternatives=self.some(EDITIONS, most=2),
            cite=[self.chance.choice(SECTIONS)],
        )

    def use(self, id_: str, **fields: Any) -> dict[str, Any]:
        return use(
            id_,
            conditions=self.some(list(CONDITIONS), most=1),
            only_tools=self.maybe(self.some(TOOLS), []),
            only_departments=self.maybe(self.some(DEPARTMENTS), []),
            not_regions=self.maybe(self.some(REGIONS), []),
            cite=self.some(SECTIONS, most=1),
            **fields,
        )

    def exception(self, id_: str) -> dict[str, Any]:
        return exception(
            id=id_,
            people=["ana@acme.example"],
            tool=self.chance.choice([*TOOLS, *EDITIONS]),
            use=self.chance.choice(PURPOSES),
            data=self.some(KEYS, most=2),
            conditions=self.some(list(CONDITIONS), most=1),
            cite=[self.chance.choice(SECTIONS)],
        )

    def company(self) -> Knowledge:
        kinds = ["worker_type", "department", "region", "pilot", "lapsed", "not_yet"]
        implied = {
            "no_data_named": {"condition": "data-limits", "classes": self.some(KEYS)},
            "private_edition_exists": {"condition": "company-account"},
            "purpose_not_stated": {"condition": "purpose-limit"},
        }
        return knowledge(
            *(tool(name, self.edition("work"), self.edition("free")) for name in TOOLS),
            company={
                "implied_conditions": {name: implied[name] for name in self.some(list(implied))},
                "cite_for": {kind: [self.chance.choice(SECTIONS)] for kind in self.some(kinds)},
            },
            uses=(
                self.use("post"),
                self.use("spy", effect="prohibited"),
                self.use("rank", effect="prohibited", red_line="RL-1"),
            ),
            exceptions=tuple(self.exception(f"X-{n}") for n in range(self.chance.randint(0, 6))),
            sections={name: {"expires": self.maybe(self.day(), None)} for name in SECTIONS},
        )


@cache
def company(number: int) -> Knowledge:
    return Made(number).company()


PEOPLE = st.builds(
    Person,
    id=st.just("ana"),
    email=st.sampled_from(["ana@acme.example", ""]),
    department=st.sampled_from([*DEPARTMENTS, None]),
    region=st.sampled_from([*REGIONS, None]),
    worker_type=st.sampled_from(TYPES),
    groups=st.sampled_from([frozenset(), frozenset({"pilot-x"})]),
    courses=st.sampled_from([frozenset(), frozenset({"TR-1"})]),
)
SETS = st.frozensets(st.sampled_from(KEYS), max_size=3)
QUESTIONS = st.builds(
    Question,
    person=PEOPLE,
    date=st.integers(-25, 25).map(lambda days: DAY + timedelta(days)),
    tool=st.sampled_from([*TOOLS, *TOOLS, "unlisted:krea", None]),
    edition=st.sampled_from([None, "work", "free"]),
    feature=st.sampled_from([None, None, *FEATURES]),
    model=st.sampled_from([None, "o3-mini", "gpt-4o"]),
    data=SETS,
    rules=st.sampled_from([frozenset(), frozenset({"hashed"})]),
    use=st.sampled_from(PURPOSES),
    undescribed=st.booleans(),
    claimed=st.booleans(),
    category=st.sampled_from([None, "assistant"]),
)
"""Every slot in every state; exceptions are for Ana, and only her address says who she is."""

LISTED = QUESTIONS.map(lambda q: replace(q, tool=q.tool if q.tool in TOOLS else "chatgpt"))
COMPANY = st.integers(0, COMPANIES - 1).map(company)


def stricter_or_equal(one: Decision, other: Decision) -> bool:
    return STRICTNESS[one.verdict] >= STRICTNESS[other.verdict]


def without_exceptions(known: Knowledge) -> Knowledge:
    return replace(known, exceptions={})


@LAW
@given(COMPANY, QUESTIONS, st.randoms(use_true_random=False))
def test_the_order_of_findings_never_matters(known, question, chance):
    edition = edition_of(question, known)
    found = list(findings(question, edition, known))
    said = settled(question, edition, found, known)

    chance.shuffle(found)
    again = settled(question, edition, found, known)

    assert (again.verdict, again.conditions) == (said.verdict, said.conditions)
    assert (again.ask_for, set(again.citations)) == (said.ask_for, set(said.citations))


@LAW
@given(COMPANY, QUESTIONS, QUESTIONS)
def test_adding_a_finding_never_loosens(known, question, other):
    edition = edition_of(question, known)
    found = list(findings(question, edition, known))
    said = settled(question, edition, found, known)

    for more in findings(other, edition_of(other, known), known):
        assert stricter_or_equal(settled(question, edition, [more, *found], known), said)


@LAW
@given(COMPANY, QUESTIONS)
def test_the_verdict_is_that_of_the_strictest_finding_that_counts(known, question):
    decision = decide(question, known)

    assert decision.verdict == strictest(f.verdict for f in decision.findings if f.counts)
    assert decision.deciding
    assert (decision.ask_for is not None) == (decision.verdict == "needs_clarification")
    assert decision.allowed or not decision.conditions
    assert (decision.verdict == "allowed_with_conditions") == bool(decision.conditions)


@LAW
@given(COMPANY, QUESTIONS)
def test_nothing_is_allowed_that_nothing_grants(known, question):
    decision = decide(question, without_exceptions(known))

    if decision.allowed:
        assert _ungranted(question, known) == []


def _ungranted(question: Question, known: Knowledge) -> list[str]:
    """Why a question must not be allowed, spelt out once more from the contract."""
    edition = edition_of(question, known)
    if edition is None:
        return ["no edition"]
    person, purpose = question.person, known.uses[question.use]
    outside = edition.only_uses and question.use not in {"general", *edition.only_uses}
    refused = {
        "nobody said what it is": question.undescribed,
        "prohibited": purpose.effect == "prohibited" or purpose.red_line is not None,
        "purpose of the edition": outside,
        "tools of the purpose": purpose.only_tools and question.tool not in purpose.only_tools,
        "departments of the purpose": _shut(purpose.only_departments, person.department),
        "regions of the purpose": purpose.not_regions and not person.region,
        "region of the purpose": person.region in purpose.not_regions,
        "feature": question.feature is not None and not _feature(question, edition),
        **_not_now(edition, question),
        **{key: not _granted(key, edition, person) for key in question.data},
    }
    return [why for why, holds in refused.items() if holds]


def _granted(key: str, edition: Edition, person: Person) -> bool:
    grant = edition.data.get(key) or edition.data.get(key.split(".")[0])
    return (
        grant is not None
        and grant.effect == "allow"
        and not key.startswith("secret")
        and not _shut(grant.only_departments, person.department)
        and not _shut(grant.only_regions, person.region)
    )


def _feature(question: Question, edition: Edition) -> bool:
    feature = edition.features.get(question.feature or "")
    return (
        feature is not None
        and feature.status == "allow"
        and question.person.region not in feature.not_regions
        and (not feature.only_uses or question.use in {"general", *feature.only_uses})
    )


def _not_now(edition: Edition, question: Question) -> dict[str, bool]:
    person, day, approval, pilot = question.person, question.date, edition.approval, edition.pilot
    who = edition.who
    return {
        "status": edition.status not in {"approved", "limited", "pilot"},
        "group": edition.status == "pilot" and pilot.group not in person.groups,
        "pilot": edition.status == "pilot" and day > pilot.until,
        "dates": approval is not None and not approval.valid_from <= day <= approval.expires,
        "worker type": who.types is not None and person.worker_type not in who.types,
        "department": _shut(who.departments, person.department),
        "region": _shut(who.regions, person.region),
    }


def _shut(limit: frozenset[str] | None, mine: str | None) -> bool:
    if limit is None:
        return False
    everywhere = limit >= {*DEPARTMENTS} or limit >= {*REGIONS}
    return not everywhere if mine is None else mine not in limit


@LAW
@given(st.integers(0, COMPANIES - 1), QUESTIONS)
def test_a_question_asked_again_gets_the_same_decision(number, question):
    said = with_alternatives(decide(question, company(number)), company(number))

    again = Made(number).company()

    assert with_alternatives(decide(question, again), again) == said


@LAW
@given(COMPANY, LISTED)
def test_would_be_allowed_is_what_decide_says(known, question):
    edition = edition_of(question, known)

    assert would_be_allowed(question, edition, known) == decide(question, known).allowed


@LAW
@given(COMPANY, QUESTIONS)
def test_what_is_offered_instead_would_itself_be_allowed(known, question):
    decision = decide(question, known)

    offered = with_alternatives(decision, known).alternatives

    assert list(offered) == _judged_one_by_one(decision, known)
    for key in offered:
        assert decide(_about(known.editions[key], question, feature=None), known).allowed or (
            key == decision.edition and decide(replace(question, feature=None), known).allowed
        )


def _about(edition: Edition, question: Question, **fields: Any) -> Question:
    return replace(question, tool=edition.tool_id, edition=edition.id, model=None, **fields)


def _judged_one_by_one(decision: Decision, known: Knowledge) -> list[str]:
    """The alternatives as the contract puts them, found without any shortcut."""
    if STRICTNESS[decision.verdict] < STRICTNESS["not_reviewed"]:
        return []
    question = decision.question
    mine = known.editions.get(decision.edition or "")

    def allowed(keys: list[str]) -> list[str]:
        return [
            key
            for key in dict.fromkeys(keys)
            if key != decision.edition
            and decide(_about(known.editions[key], question, feature=None), known).allowed
        ]

    own = list(mine.alternatives) if mine is not None else []
    found = allowed([*own, *known.good_for.get(question.use, ())])[:MOST]
    if not found and (mine is not None or question.category is not None):
        company = [e for e in known.editions.values() if e.account == "company"]
        company.sort(key=lambda e: mine is None or e.tool_id != mine.tool_id)
        found = allowed([e.key for e in company])[:SAME_CATEGORY]
    if mine is not None and question.feature is not None:
        without = decide(replace(question, feature=None), known)
        found += [mine.key] if without.allowed else []
    return found


@LAW
@given(COMPANY, QUESTIONS)
def test_a_claim_in_the_chat_changes_neither_verdict_nor_alternatives(known, question):
    plain = with_alternatives(decide(replace(question, claimed=False), known), known)

    claimed = with_alternatives(decide(replace(question, claimed=True), known), known)

    assert claimed.citations[: len(plain.citations)] == plain.citations
    assert set(claimed.citations) - set(plain.citations) <= set(known.company.claims.cite)
    assert replace(claimed, question=plain.question, citations=plain.citations) == plain


@LAW
@given(COMPANY, QUESTIONS)
def test_a_guest_learns_nothing(known, question):
    guest = replace(question.person, worker_type="guest")
    bare = decide(Question(person=guest, date=question.date), known)

    decision = with_alternatives(decide(replace(question, person=guest), known), known)
    recommended = recommend(replace(question, person=guest, tool=None), known)

    assert replace(decision, question=bare.question) == bare
    assert (bare.verdict, bare.edition, bare.conditions) == ("not_allowed", None, ())
    assert set(bare.citations) <= set(known.company.guests.cite)
    assert recommended.leading.findings == bare.findings
    assert (recommended.citations, recommended.alternatives) == (bare.citations, ())


@LAW
@given(COMPANY, QUESTIONS)
def test_an_exception_changes_nothing_it_does_not_lift(known, question):
    with_them = decide(question, known)
    without = decide(question, without_exceptions(known))
    lifted = [f for f in with_them.findings if f.lifted_by is not None]

    assert stricter_or_equal(without, with_them) or lifted
    if not lifted:
        assert with_them == without
    for finding in lifted:
        _must_cover(known.exceptions[finding.lifted_by], finding, question)


def _must_cover(exception: Any, finding: Finding, question: Question) -> None:
    def named(key: str) -> bool:
        return key in exception.data or key.split(".")[0] in exception.data

    assert finding.code not in NEVER_LIFTED
    assert question.person.email == ANA.email
    assert exception.use == question.use
    assert exception.tool.split(":")[0] == question.tool
    assert exception.from_ <= question.date <= exception.to
    if "data" in finding.words:
        assert named(finding.words["data"])
    else:
        assert not exception.data or all(map(named, question.data))


@LAW
@given(COMPANY, LISTED, st.sampled_from(["data", "feature", "model", "undescribed"]))
def test_asking_for_more_never_loosens(known, question, what):
    less = {"data": None, "feature": None, "model": None, "undescribed": False}
    if what != "data":
        smaller = replace(question, **{what: less[what]})
    else:
        smaller = replace(question, data=frozenset(sorted(question.data)[:1]))

    assert stricter_or_equal(decide(question, known), decide(smaller, known))


@LAW
@given(COMPANY, LISTED, st.sampled_from(DEPARTMENTS), st.sampled_from(REGIONS))
def test_an_unknown_place_is_never_guessed(known, question, department, region):
    nowhere = replace(question.person, department=None, region=None)
    somewhere = replace(nowhere, department=department, region=region)

    unknown = decide(replace(question, person=nowhere), known)
    answered = decide(replace(question, person=somewhere), known)

    assert unknown.allowed <= answered.allowed
    # A yes may lose conditions: those of an exception that a known place does not need.
    if unknown.verdict != "needs_clarification" and not unknown.allowed:
        assert stricter_or_equal(answered, unknown)


@LAW
@given(COMPANY, QUESTIONS)
def test_only_sections_in_force_are_cited_and_each_once(known, question):
    cited = decide(question, known).citations

    assert len(cited) == len(set(cited))
    assert all(known.in_force(section, question.date) for section in cited)


@LAW
@given(COMPANY, QUESTIONS)
def test_the_recommended_tool_is_the_first_that_is_allowed(known, question):
    asked = replace(question, tool=None, edition=None)
    suited = known.good_for.get(question.use, ())
    company = [e for e in known.editions.values() if e.account == "company"]
    broadest = sorted(company, key=lambda e: -len(e.good_for))

    ruling = recommend(asked, known)

    candidates = [*(known.editions[key] for key in suited), *broadest]
    fitting = [
        edition.key
        for edition in candidates
        if decide(
            replace(asked, tool=edition.tool_id, edition=edition.id, feature=None), known
        ).allowed
    ]
    assert (ruling.leading.edition if ruling.leading.allowed else None) == next(iter(fitting), None)


@LAW
@given(COMPANY, st.lists(QUESTIONS, min_size=1, max_size=3), st.sampled_from(["all", "one"]))
def test_several_tools_are_ruled_by_the_strictest_or_the_best(known, questions, want):
    ruling = rule(questions, known, want=want)

    verdicts = [decide(question, known).verdict for question in questions]
    of = {"all": max, "one": min}[want]
    assert ruling.verdict == of(verdicts, key=STRICTNESS.__getitem__)
    assert [d.verdict for d in ruling.decisions] == verdicts
    if not ruling.leading.allowed:
        allowed = {d.edition for d in ruling.decisions if d.allowed}
        assert allowed <= set(ruling.alternatives)


def test_a_question_holds_everything_a_decision_depends_on():
    names = [field.name for field in fields(Question)]

    assert names == [
        *("person", "date", "tool", "edition", "feature", "model", "data", "rules", "use"),
        *("undescribed", "unnamed_feature", "claimed", "category"),
    ]


def test_the_generated_companies_reach_every_verdict_and_every_exception():
    chance = Random(1)
    seen = {"verdicts": set(), "lifted": set()}
    for number in range(COMPANIES):
        known = company(number)
        for excepted in known.exceptions.values():
            name, _, each = excepted.tool.partition(":")
            asked = Question(
                person=ANA,
                date=DAY,
                tool=name,
                edition=each or None,
                data=frozenset(excepted.data),
                use=excepted.use,
                undescribed=chance.random() < 0.1,
            )
            decision = decide(asked, known)
            seen["verdicts"].add(decision.verdict)
            seen["lifted"] |= {f.code for f in decision.findings if f.lifted_by}

    assert seen["verdicts"] == set(STRICTNESS)
    assert len(seen["lifted"]) >= 10
