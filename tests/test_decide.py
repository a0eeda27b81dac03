"""Deciding, rule by rule (the numbers are those of the format's chapter on deciding)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import kb
import pytest
from test_decide_knowledge import (
    ANA,
    BEN,
    DAY,
    GUEST,
    NEW,
    asking,
    edition,
    exception,
    knowledge,
    tool,
    use,
    who,
)

from bot.chat import Person
from bot.decide import (
    Decision,
    alternatives,
    decide,
    edition_of,
    recommend,
    rule,
    strictest,
    with_alternatives,
    would_be_allowed,
)
from bot.knowledge import load

IMPLIED = {
    "no_data_named": {"condition": "data-limits", "classes": ["internal", "personal"]},
    "private_edition_exists": {"condition": "company-account"},
    "purpose_not_stated": {"condition": "purpose-limit"},
}
"""The conditions a decision adds by itself."""


def chatgpt(**fields):
    return tool("chatgpt", edition("work", **fields))


def codes(decision: Decision) -> list[str]:
    """What gave the verdict."""
    return sorted(finding.code for finding in decision.deciding)


# --- 1. Guests


@pytest.mark.parametrize(
    "question",
    [
        asking(GUEST, data=["public"]),
        asking(GUEST, data=["secret"], claimed=True, rules=["hashed"]),
        asking(GUEST, tool="unlisted:krea"),
        asking(GUEST, tool="no-such-tool", edition="none"),
        asking(GUEST, tool=None, undescribed=True),
        asking(GUEST, use="rank", feature="agent"),
    ],
)
def test_a_guest_is_shown_the_guest_section_and_nothing_else(question):
    known = knowledge(chatgpt(), uses=(use("rank", effect="prohibited", red_line="RL-1"),))

    decision = with_alternatives(decide(question, known), known)

    assert (decision.verdict, codes(decision)) == ("not_allowed", ["guest"])
    assert decision.citations == ("GST-1",)
    assert len(decision.findings) == 1
    assert (decision.edition, decision.conditions, decision.alternatives) == (None, (), ())


def test_a_guest_who_asks_which_tool_learns_nothing():
    ruling = recommend(asking(GUEST, tool=None), knowledge(chatgpt(good_for=["general"])))

    assert (ruling.verdict, ruling.citations, ruling.recommended) == (
        "not_allowed",
        ("GST-1",),
        False,
    )
    assert [f.code for f in ruling.leading.findings] == ["guest"]


def test_no_exception_is_made_for_a_guest():
    known = knowledge(chatgpt(), exceptions=(exception(people=["gus"]),))

    decision = decide(asking(GUEST, use="social_post"), known)

    assert (decision.verdict, decision.citations) == ("not_allowed", ("GST-1",))


# --- 2. Prohibited uses, red lines, absolute data


@pytest.mark.parametrize("asked", ["chatgpt", "unlisted:krea", None])
def test_a_prohibited_use_is_refused_whatever_the_tool(asked):
    known = knowledge(chatgpt(), uses=(use("spy", effect="prohibited", cite=["USE-1"]),))

    decision = decide(asking(tool=asked, use="spy", data=["public"]), known)

    assert (decision.verdict, codes(decision)) == ("not_allowed", ["use_prohibited"])
    assert decision.citations == ("USE-1",)


@pytest.mark.parametrize("asked", ["chatgpt", "unlisted:krea", None])
def test_a_red_line_is_refused_whatever_the_tool_and_cites_both_rules(asked):
    known = knowledge(
        chatgpt(), uses=(use("rank", effect="prohibited", red_line="RL-1", cite=["USE-1"]),)
    )

    decision = decide(asking(tool=asked, use="rank"), known)

    assert (decision.verdict, codes(decision)) == ("not_allowed", ["red_line"])
    assert decision.citations == ("USE-1", "RED-1")


@pytest.mark.parametrize("asked", ["chatgpt", "unlisted:krea", None])
@pytest.mark.parametrize("key", ["secret", "secret.key"])
def test_absolute_data_goes_into_no_tool_listed_or_not_granted_or_not(asked, key):
    known = knowledge(chatgpt(data={"secret": "allow"}))

    decision = decide(asking(tool=asked, data=[key, "public"]), known)

    assert decision.verdict == "not_allowed"
    assert "data_absolute" in codes(decision)
    assert decision.citations[0] == "DAT-5"


@pytest.mark.parametrize("status", ["under_review", "prohibited", "retired"])
def test_red_lines_and_absolute_data_come_before_the_status(status):
    known = knowledge(
        chatgpt(status=status), uses=(use("spy", effect="prohibited", cite=["USE-1"]),)
    )

    decision = decide(asking(use="spy", data=["secret"]), known)

    assert decision.verdict == "not_allowed"
    assert {"data_absolute", "use_prohibited"} <= set(codes(decision))


# --- 3. Status


@pytest.mark.parametrize("verdict", ["not_reviewed", "not_allowed"])
def test_a_tool_outside_the_catalogue_gets_the_companys_word(verdict):
    known = knowledge(chatgpt(), company={"unlisted": {"verdict": verdict, "cite": ["UNL-1"]}})

    decision = decide(asking(tool="unlisted:krea", data=["public"]), known)

    assert (decision.verdict, codes(decision)) == (verdict, ["unlisted"])
    assert (decision.citations, decision.edition) == (("UNL-1",), None)
    assert decision.deciding[0].words == {"tool": "krea"}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("under_review", "not_reviewed"),
        ("prohibited", "not_allowed"),
        ("retired", "not_allowed"),
    ],
)
@pytest.mark.parametrize("undescribed", [False, True])
def test_three_statuses_are_judged_by_status_alone(status, verdict, undescribed):
    known = knowledge(
        chatgpt(
            status=status,
            reason="Because.",
            who=who(types=["contractor"], departments=["legal"]),
            data={},
            features={"agent": {"status": "deny"}},
            only_uses=["summarise"],
            approval={"by": "Council", "expires": "2026-01-01"},
        )
    )

    decision = decide(
        asking(NEW, data=["personal"], feature="agent", undescribed=undescribed), known
    )

    assert decision.verdict == verdict
    assert [f.code for f in decision.findings] == [f"status_{status}"]
    assert decision.deciding[0].words["because"] == "Because."
    assert decision.citations == ("EDI-1",)


def test_an_edition_under_review_says_when_the_decision_is_expected():
    review = {"opened": "2026-05-01", "decision_expected": "2026-07-01"}

    decision = decide(asking(), knowledge(chatgpt(status="under_review", review=review)))

    assert decision.deciding[0].words["date"] == "2026-07-01"


@pytest.mark.parametrize("status", ["approved", "limited"])
def test_an_edition_in_use_is_allowed_where_nothing_speaks_against_it(status):
    decision = decide(asking(data=["public"]), knowledge(chatgpt(status=status)))

    assert (decision.verdict, decision.conditions) == ("allowed", ())
    assert decision.citations == ("EDI-1", "DAT-1")
    assert decision.edition == "chatgpt:work"
    assert decision.allowed


def test_a_decision_names_the_version_of_the_knowledge_it_rests_on():
    known = knowledge(chatgpt())

    assert decide(asking(), known).knowledge_version == known.version


def test_every_finding_says_on_which_line_it_stands(tmp_path):
    known = load(kb.write(tmp_path))

    decision = decide(replace(asking(), use="social_post", date=date(2027, 1, 1)), known)

    at = {f.code: f.at for f in decision.findings}
    assert at["lapsed"] == f"tools/chatgpt.yaml:{kb.line('tools/chatgpt.yaml', 'approval:')}"
    assert at["use_ok"] == f"uses.yaml:{kb.line('uses.yaml', 'conditions: [human-review]')}"


# --- 4. Dates

FIRST, LAST = date(2026, 3, 1), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (FIRST - timedelta(1), ["not_yet"]),
        (FIRST, []),
        (LAST, []),
        (LAST + timedelta(1), ["lapsed"]),
    ],
)
def test_an_approval_counts_from_its_first_day_to_its_last(day, found):
    approval = {"by": "Council", "valid_from": FIRST, "expires": LAST}
    known = knowledge(
        chatgpt(approval=approval),
        company={"cite_for": {"not_yet": ["NYT-1"], "lapsed": ["LAP-1"]}},
    )

    decision = decide(asking(date=day, data=["public"]), known)

    refused = [f.code for f in decision.findings if f.verdict == "not_allowed"]
    assert refused == found
    assert decision.verdict == ("not_allowed" if found else "allowed")


@pytest.mark.parametrize(
    ("day", "cited", "named"),
    [
        (FIRST - timedelta(1), "NYT-1", FIRST),
        (LAST + timedelta(1), "LAP-1", LAST),
    ],
)
def test_a_refusal_by_date_names_the_date_and_cites_what_the_company_says(day, cited, named):
    approval = {"by": "Council", "valid_from": FIRST, "expires": LAST}
    known = knowledge(
        chatgpt(approval=approval),
        company={"cite_for": {"not_yet": ["NYT-1"], "lapsed": ["LAP-1"]}},
    )

    decision = decide(asking(date=day), known)

    assert decision.citations == (cited,)
    assert decision.deciding[0].words["date"] == named.isoformat()


def test_an_approval_without_dates_holds():
    known = knowledge(chatgpt(approval={"by": "Council"}))

    assert decide(asking(), known).allowed


# --- 5. Audience


@pytest.mark.parametrize(
    ("limit", "code", "kind"),
    [
        ({"types": ["contractor"]}, "worker_type", "worker_type"),
        ({"departments": ["legal"]}, "department_audience", "department"),
        ({"regions": ["DE", "FR"]}, "region_audience", "region"),
    ],
)
def test_somebody_outside_the_audience_is_refused_and_told_which_rule_says_so(limit, code, kind):
    company = {"cite_for": {kind: ["FOR-1"]}}
    own = knowledge(chatgpt(who=who(**limit, cite=["WHO-1"])), company=company)
    companys = knowledge(chatgpt(who=who(**limit)), company=company)
    editions = knowledge(chatgpt(who=who(**limit)))

    decisions = [decide(asking(), known) for known in (own, companys, editions)]

    assert [d.verdict for d in decisions] == ["not_allowed"] * 3
    assert [codes(d) for d in decisions] == [[code]] * 3
    assert [d.citations for d in decisions] == [("WHO-1",), ("FOR-1",), ("EDI-1",)]


def test_somebody_inside_the_audience_is_let_in():
    audience = who(types=["employee"], departments=["marketing"], regions=["UK"])

    assert decide(asking(), knowledge(chatgpt(who=audience))).allowed


def test_a_region_group_means_its_regions(tmp_path):
    known = load(kb.write(tmp_path))

    verdicts = {
        region: decide(asking(replace(ANA, region=region)), known).verdict
        for region in ("DE", "UK", "NO")
    }

    assert verdicts == {
        "DE": "allowed_with_conditions",
        "UK": "allowed_with_conditions",
        "NO": "not_allowed",
    }


@pytest.mark.parametrize(
    ("limit", "slot"),
    [({"departments": ["legal"]}, "department"), ({"regions": ["DE"]}, "region")],
)
def test_an_unknown_department_or_region_is_asked_when_it_matters(limit, slot):
    known = knowledge(chatgpt(who=who(**limit, cite=["WHO-1"])))

    decision = decide(asking(NEW), known)

    assert (decision.verdict, decision.ask_for) == ("needs_clarification", slot)
    assert decision.citations == ("WHO-1",)


@pytest.mark.parametrize(
    "limit",
    [
        {"departments": ["marketing", "legal", "people"]},
        {"regions": ["UK", "DE", "FR"]},
    ],
)
def test_an_unknown_place_is_not_asked_when_every_place_is_named(limit):
    decision = decide(asking(NEW), knowledge(chatgpt(who=who(**limit))))

    assert (decision.verdict, decision.ask_for) == ("allowed", None)


def test_nothing_is_asked_where_no_answer_could_help():
    known = knowledge(chatgpt(who=who(types=["contractor"], departments=["legal"])))

    decision = decide(asking(NEW), known)

    assert (decision.verdict, decision.ask_for) == ("not_allowed", None)


def test_the_department_is_asked_before_the_region():
    known = knowledge(chatgpt(who=who(departments=["legal"], regions=["DE"])))

    assert decide(asking(NEW), known).ask_for == "department"


PILOT = {"status": "pilot", "pilot": {"group": "pilot-x", "until": "2026-06-01"}}


@pytest.mark.parametrize(
    ("groups", "day", "found"),
    [
        ({"pilot-x"}, DAY, []),
        ({"pilot-x"}, DAY + timedelta(1), ["pilot_ended"]),
        (set(), DAY, ["pilot_group"]),
        ({"pilot-y"}, DAY + timedelta(1), ["pilot_ended", "pilot_group"]),
    ],
)
def test_a_pilot_is_for_its_group_until_its_last_day(groups, day, found):
    known = knowledge(chatgpt(**PILOT), company={"cite_for": {"pilot": ["PIL-1"]}})
    person = replace(ANA, groups=frozenset(groups))

    decision = decide(asking(person, date=day), known)

    assert codes(decision) == (found or ["status_pilot"])
    assert decision.citations == (("PIL-1",) if found else ("EDI-1",))


def test_a_pilot_cites_its_edition_where_the_company_says_nothing():
    assert decide(asking(), knowledge(chatgpt(**PILOT))).citations == ("EDI-1",)


def test_a_pilot_has_an_audience_too():
    known = knowledge(chatgpt(**PILOT, who=who(departments=["legal"])))
    person = replace(ANA, groups=frozenset({"pilot-x"}))

    assert codes(decide(asking(person), known)) == ["department_audience"]


# --- 6. Purpose


def test_an_edition_limited_to_purposes_refuses_others():
    known = knowledge(chatgpt(only_uses=["summarise"]))

    allowed = decide(asking(use="summarise"), known)
    refused = decide(asking(use="social_post"), known)

    assert allowed.allowed
    assert codes(refused) == ["edition_purpose"]
    assert refused.citations == ("EDI-1",)


def test_a_purpose_not_stated_passes_with_the_condition_for_it():
    known = knowledge(chatgpt(only_uses=["summarise"]), company={"implied_conditions": IMPLIED})

    decision = decide(asking(data=["public"]), known)

    assert (decision.verdict, decision.conditions) == (
        "allowed_with_conditions",
        ("purpose-limit",),
    )


@pytest.mark.parametrize("named", ["claude", "claude:work"])
def test_a_use_kept_for_other_tools_is_refused(named):
    known = knowledge(
        chatgpt(),
        tool("claude"),
        uses=(use("contract", only_tools=[named], cite=["USE-1"]), use("memo", only_tools=[named])),
    )

    refused = decide(asking(use="contract"), known)
    uncited = decide(asking(use="memo"), known)

    assert (codes(refused), refused.citations) == (["use_tools"], ("USE-1",))
    assert (codes(uncited), uncited.citations) == (["use_tools"], ("EDI-1",))
    assert decide(asking(tool="claude", use="contract"), known).allowed


@pytest.mark.parametrize(
    ("limit", "code", "kind"),
    [
        ({"only_departments": ["legal"]}, "department_use", "department"),
        ({"not_regions": ["UK", "FR"]}, "region_use", "region"),
    ],
)
def test_a_use_that_is_not_for_this_department_or_region(limit, code, kind):
    company = {"cite_for": {kind: ["FOR-1"]}}
    own = knowledge(chatgpt(), uses=(use("advice", **limit, cite=["USE-1"]),), company=company)
    companys = knowledge(chatgpt(), uses=(use("advice", **limit),), company=company)
    editions = knowledge(chatgpt(), uses=(use("advice", **limit),))

    decisions = [decide(asking(use="advice"), known) for known in (own, companys, editions)]

    assert [codes(d) for d in decisions] == [[code]] * 3
    assert [d.citations for d in decisions] == [("USE-1",), ("FOR-1",), ("EDI-1",)]
    assert decide(asking(BEN, use="advice"), own).allowed
    assert decide(asking(NEW, use="advice"), own).ask_for == kind


def test_the_conditions_and_sections_of_a_purpose_belong_to_the_answer():
    post = use("post", effect="conditions", conditions=["human-review"], cite=["USE-1"])

    decision = decide(asking(use="post", data=["public"]), knowledge(chatgpt(), uses=(post,)))

    assert decision.verdict == "allowed_with_conditions"
    assert decision.conditions == ("human-review",)
    assert decision.citations == ("USE-1", "EDI-1", "DAT-1")


# --- 7. Features


def test_a_denied_feature_is_refused_in_the_words_of_its_note():
    agent = {"status": "deny", "note": "It acts by itself.", "cite": ["FEA-1"]}

    decision = decide(asking(feature="agent"), knowledge(chatgpt(features={"agent": agent})))

    assert (decision.verdict, codes(decision)) == ("not_allowed", ["feature_denied"])
    assert decision.citations == ("FEA-1",)
    assert decision.deciding[0].words["note"] == "It acts by itself."


def test_a_feature_that_is_not_listed_is_not_cleared():
    decision = decide(asking(feature="teleport"), knowledge(chatgpt()))

    assert (decision.verdict, codes(decision)) == ("not_reviewed", ["feature_unlisted"])
    assert decision.citations == ("EDI-1",)


def test_an_allowed_feature_brings_its_conditions():
    images = {"status": "allow", "conditions": ["rights-check"], "cite": ["FEA-1"]}
    known = knowledge(chatgpt(features={"images": images}))

    decision = decide(asking(feature="images"), known)

    assert decision.conditions == ("rights-check",)
    assert decision.citations == ("FEA-1", "EDI-1")
    assert decide(asking(), known).conditions == ()


def test_a_feature_for_some_purposes_is_refused_for_others_and_passes_for_none_stated():
    known = knowledge(
        chatgpt(features={"images": {"status": "allow", "only_uses": ["summarise"]}}),
        company={"implied_conditions": IMPLIED},
    )
    asked = asking(feature="images", data=["public"])

    decisions = [
        decide(replace(asked, use=each), known) for each in ("summarise", "general", "social_post")
    ]

    assert [d.verdict for d in decisions] == ["allowed", "allowed", "not_allowed"]
    assert codes(decisions[2]) == ["feature_purpose"]


def test_a_feature_that_is_not_for_a_region():
    images = {"status": "allow", "not_regions": ["UK"]}
    own = knowledge(chatgpt(features={"images": {**images, "cite": ["FEA-1"]}}))
    companys = knowledge(
        chatgpt(features={"images": images}), company={"cite_for": {"region": ["FOR-1"]}}
    )

    refused = decide(asking(feature="images"), own)

    assert (codes(refused), refused.citations) == (["region_feature"], ("FEA-1",))
    assert decide(asking(feature="images"), companys).citations == ("FOR-1",)
    assert decide(asking(BEN, feature="images"), own).allowed
    assert decide(asking(NEW, feature="images"), own).ask_for == "region"


# --- 8. Data


def test_every_class_must_be_granted():
    known = knowledge(chatgpt(data={"public": "allow", "internal": "allow"}))

    both = decide(asking(data=["public", "internal"]), known)
    more = decide(asking(data=["public", "personal"]), known)

    assert both.verdict == "allowed"
    assert (codes(more), more.citations) == (["data_unlisted"], ("DAT-3",))


def test_data_that_is_not_listed_is_refused_and_so_is_a_class_of_which_a_tag_is_listed():
    known = knowledge(chatgpt(data={"personal.customer": "allow"}))

    verdicts = [
        decide(asking(data=[key]), known).verdict
        for key in ("personal.customer", "personal", "personal.candidate", "internal")
    ]

    assert verdicts == ["allowed", "not_allowed", "not_allowed", "not_allowed"]


@pytest.mark.parametrize(
    ("grants", "key", "verdict"),
    [
        ({"personal": "allow"}, "personal.customer", "allowed"),
        ({"personal": "allow", "personal.customer": "deny"}, "personal.customer", "not_allowed"),
        ({"personal": "allow", "personal.customer": "deny"}, "personal", "allowed"),
        ({"personal": "deny", "personal.customer": "allow"}, "personal.customer", "allowed"),
        ({"personal": "deny", "personal.customer": "review"}, "personal.customer", "not_reviewed"),
        ({"personal": "review"}, "personal.customer", "not_reviewed"),
    ],
)
def test_the_most_specific_key_decides(grants, key, verdict):
    assert decide(asking(data=[key]), knowledge(chatgpt(data=grants))).verdict == verdict


def test_data_that_a_person_must_decide_about_is_not_reviewed():
    decision = decide(asking(data=["personal"]), knowledge(chatgpt(data={"personal": "review"})))

    assert (codes(decision), decision.citations) == (["data_review"], ("DAT-3",))


@pytest.mark.parametrize(
    ("grant", "key", "cited"),
    [
        ({"deny": True, "cite": ["GRA-1"]}, "personal", "GRA-1"),
        ({"deny": True, "cite": ["GRA-1"]}, "personal.candidate", "GRA-1"),
        ("deny", "personal", "DAT-3"),
        ("deny", "personal.customer", "DAT-3"),
        ("deny", "personal.candidate", "DAT-9"),
    ],
)
def test_refused_data_cites_the_grant_then_the_tag_then_the_class(grant, key, cited):
    known = knowledge(chatgpt(data={"personal": grant}))

    assert decide(asking(data=[key]), known).citations == (cited,)


def test_a_grant_may_ask_for_conditions():
    known = knowledge(chatgpt(data={"internal": {"allow_if": ["web-search-off"]}}))

    decision = decide(asking(data=["internal"]), known)

    assert (decision.verdict, decision.conditions) == (
        "allowed_with_conditions",
        ("web-search-off",),
    )


@pytest.mark.parametrize(
    ("limit", "code", "slot"),
    [
        ({"only_departments": ["legal"]}, "department_data", "department"),
        ({"only_regions": ["DE"]}, "region_data", "region"),
    ],
)
def test_a_grant_may_be_for_some_departments_or_regions(limit, code, slot):
    known = knowledge(chatgpt(data={"internal": {**limit, "cite": ["GRA-1"]}}))
    uncited = knowledge(chatgpt(data={"internal": limit}))

    refused = decide(asking(data=["internal"]), known)

    assert (codes(refused), refused.citations) == ([code], ("GRA-1",))
    assert decide(asking(data=["internal"]), uncited).citations == ("DAT-1",)
    assert decide(asking(BEN, data=["internal"]), known).allowed
    assert decide(asking(NEW, data=["internal"]), known).ask_for == slot


def test_a_tag_brings_its_conditions_wherever_it_is_granted():
    known = knowledge(chatgpt(data={"personal": {"allow_if": ["web-search-off"]}}))

    decision = decide(asking(data=["personal.candidate"]), known)

    assert decision.conditions == ("human-review", "web-search-off")
    assert "DAT-9" in decision.citations


# --- models narrow


MODELS = [
    {"match": ["o3*", "GPT-9*"], "data": {"internal": "deny"}},
    {"match": ["*-preview"], "data": {"personal": {"allow_if": ["human-review"]}}},
    {"match": ["x-review"], "data": {"personal.customer": "review"}},
]


@pytest.mark.parametrize(
    ("model", "key", "verdict"),
    [
        (None, "internal", "allowed"),
        ("gpt-4o", "internal", "allowed"),
        ("o3-mini", "internal", "not_allowed"),
        ("O3-Mini", "internal", "not_allowed"),
        ("gpt-9-turbo", "internal", "not_allowed"),
        ("o3-mini", "personal", "allowed"),
        ("o3-preview", "personal", "allowed_with_conditions"),
        ("o3-preview", "internal", "not_allowed"),
        ("x-review", "personal.customer", "not_reviewed"),
        ("x-review", "personal", "allowed"),
        ("x-preview", "public", "not_allowed"),
    ],
)
def test_a_model_narrows_what_its_edition_grants_and_never_widens_it(model, key, verdict):
    known = knowledge(chatgpt(data={"internal": "allow", "personal": "allow"}, models=MODELS))

    assert decide(asking(model=model, data=[key]), known).verdict == verdict


def test_a_model_that_may_not_see_the_data_is_named():
    models = [{"match": ["o3*"], "data": {"personal": {"deny": True, "cite": ["MOD-1"]}}}]
    known = knowledge(chatgpt(data={"personal": "allow"}, models=models))

    decision = decide(asking(model="o3", data=["personal.customer"]), known)

    assert (codes(decision), decision.citations) == (["model_denied"], ("MOD-1",))


# --- 9. Conditions


def test_conditions_come_from_edition_feature_data_and_use_most_important_first():
    known = knowledge(
        chatgpt(
            conditions=["training"],
            data={"internal": {"allow_if": ["web-search-off"]}},
            features={"images": {"status": "allow", "conditions": ["rights-check", "training"]}},
        ),
        uses=(use("post", effect="conditions", conditions=["human-review"]),),
    )

    decision = decide(asking(use="post", feature="images", data=["internal"]), known)

    assert decision.conditions == ("human-review", "web-search-off", "rights-check", "training")


def test_a_refusal_carries_no_conditions():
    known = knowledge(chatgpt(conditions=["training"]))

    assert decide(asking(data=["personal"]), known).conditions == ()


def test_a_finished_course_drops_its_condition():
    known = knowledge(chatgpt(conditions=["training"]))
    trained = replace(ANA, courses=frozenset({"TR-1"}))

    assert decide(asking(), known).conditions == ("training",)
    assert decide(asking(trained), known).verdict == "allowed"


@pytest.mark.parametrize(
    ("grants", "data", "conditions"),
    [
        ({"public": "allow"}, (), ("data-limits",)),
        ({"internal": "allow", "personal": "deny"}, (), ("data-limits",)),
        ({"internal": "allow", "personal": {"allow_if": ["human-review"]}}, (), ()),
        ({"internal": "allow", "personal": "review"}, (), ()),
        ({"public": "allow"}, ("public",), ()),
    ],
)
def test_without_data_the_limits_are_named_where_a_listed_class_is_refused(
    grants, data, conditions
):
    known = knowledge(chatgpt(data=grants), company={"implied_conditions": IMPLIED})

    assert decide(asking(data=data), known).conditions == conditions


@pytest.mark.parametrize(
    ("default", "other", "named", "conditions"),
    [
        ("company", "personal", None, ("company-account",)),
        ("company", "personal", "work", ()),
        ("company", "none", None, ()),
        ("none", "personal", None, ()),
    ],
)
def test_an_assumed_company_edition_says_so_where_a_private_one_exists(
    default, other, named, conditions
):
    known = knowledge(
        tool("chatgpt", edition("work", account=default), edition("free", account=other)),
        company={"implied_conditions": IMPLIED},
    )

    assert decide(asking(edition=named, data=["public"]), known).conditions == conditions


def test_a_company_without_implied_conditions_gets_none():
    free = edition("free", account="personal", status="prohibited")
    known = knowledge(tool("chatgpt", edition("work", only_uses=["summarise"]), free))

    assert decide(asking(), known).conditions == ()


# --- 10. Exceptions


LEGAL_ONLY = {"who": {"types": ["contractor"], "departments": ["legal"], "regions": ["DE"]}}


def test_an_exception_lifts_who_region_and_purpose_and_says_so():
    known = knowledge(
        chatgpt(**LEGAL_ONLY, only_uses=["summarise"]),
        exceptions=(exception(conditions=["rights-check"]),),
    )

    decision = decide(asking(use="social_post", data=["public"]), known)

    lifted = {f.code for f in decision.findings if f.lifted_by == "EX-1"}
    assert lifted == {"worker_type", "department_audience", "region_audience", "edition_purpose"}
    assert (decision.verdict, decision.conditions) == (
        "allowed_with_conditions",
        ("rights-check",),
    )
    assert "EXC-1" in decision.citations
    said = next(f for f in decision.findings if f.code == "exception")
    assert said.words == {"exception": "EX-1", "date": "2026-07-01"}


@pytest.mark.parametrize(
    "fields",
    [
        {"use": "summarise"},
        {"person": replace(ANA, id="x", email="x@acme.example")},
        {"date": date(2026, 4, 30)},
        {"date": date(2026, 7, 2)},
        {"edition": "free"},
        {"tool": "claude"},
    ],
)
def test_an_exception_is_for_its_people_tool_use_and_days_only(fields):
    limits = {"who": who(departments=["legal"])}
    known = knowledge(
        tool("chatgpt", edition("work", **limits), edition("free", **limits)),
        tool("claude", edition("work", **limits)),
        exceptions=(exception(tool="chatgpt:work"),),
    )
    covered = asking(use="social_post")

    decision = decide(replace(covered, **fields), known)

    assert decide(covered, known).allowed
    assert decision.verdict == "not_allowed"
    assert {f.lifted_by for f in decision.findings} == {None}
    assert "exception" not in [f.code for f in decision.findings]


@pytest.mark.parametrize("day", [date(2026, 5, 1), date(2026, 7, 1)])
@pytest.mark.parametrize(
    "person",
    [
        ANA,
        replace(ANA, id="U123"),
        replace(ANA, id="U123", email="Ana@Acme.example"),
    ],
)
def test_an_exception_holds_on_its_first_and_last_day_and_knows_people_by_address(person, day):
    known = knowledge(chatgpt(who=who(departments=["legal"])), exceptions=(exception(),))

    assert decide(asking(person, use="social_post", date=day), known).allowed


def test_an_exception_may_name_a_person_by_id():
    known = knowledge(
        chatgpt(who=who(departments=["people"])), exceptions=(exception(people=["ben"]),)
    )

    assert decide(asking(BEN, use="social_post"), known).allowed


def test_nobody_is_excepted_by_having_no_address():
    known = knowledge(
        chatgpt(who=who(departments=["people"])), exceptions=(exception(people=[""]),)
    )

    assert not decide(asking(BEN, use="social_post"), known).allowed


@pytest.mark.parametrize(
    ("named", "key", "verdict"),
    [
        (["personal"], "personal", "allowed"),
        (["personal"], "personal.customer", "allowed"),
        (["personal.customer"], "personal.customer", "allowed"),
        (["personal.customer"], "personal", "not_allowed"),
        (["public"], "personal", "not_allowed"),
        ([], "personal", "not_allowed"),
    ],
)
@pytest.mark.parametrize(
    "grants",
    [
        {"public": "allow"},
        {"personal": "deny"},
        {"personal": {"allow": True, "only_departments": ["legal"]}},
        {"personal": {"allow": True, "only_regions": ["DE"]}},
    ],
)
def test_an_exception_lifts_a_refusal_of_the_data_it_names(named, key, verdict, grants):
    known = knowledge(chatgpt(data=grants), exceptions=(exception(data=named),))

    assert decide(asking(use="social_post", data=[key]), known).verdict == verdict


def test_an_exception_may_decide_what_a_person_had_to_review():
    known = knowledge(
        chatgpt(data={"personal": "review"}), exceptions=(exception(data=["personal"]),)
    )

    assert decide(asking(use="social_post", data=["personal"]), known).allowed


def test_an_exception_may_lift_what_a_model_narrows():
    models = [{"match": ["o3"], "data": {"personal": "deny"}}]
    known = knowledge(
        chatgpt(data={"personal": "allow"}, models=models),
        exceptions=(exception(data=["personal"]),),
    )

    assert decide(asking(use="social_post", data=["personal"], model="o3"), known).allowed


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (["public"], "allowed"),
        (["internal"], "not_allowed"),
        (["public", "internal"], "not_allowed"),
    ],
)
def test_an_exception_that_names_data_opens_the_tool_for_that_data_only(data, verdict):
    known = knowledge(
        chatgpt(who=who(departments=["legal"]), data={"public": "allow", "internal": "allow"}),
        exceptions=(exception(data=["public"]),),
    )

    assert decide(asking(use="social_post", data=data), known).verdict == verdict


def test_without_data_an_exception_that_names_some_carries_the_limit():
    known = knowledge(
        chatgpt(
            who=who(departments=["legal"]),
            data={"public": "allow", "internal": "allow", "personal": "allow"},
        ),
        company={"implied_conditions": IMPLIED},
        exceptions=(exception(tool="chatgpt:work", data=["public"]),),
    )
    whole = knowledge(
        chatgpt(who=who(departments=["legal"]), data={"internal": "allow", "personal": "allow"}),
        company={"implied_conditions": IMPLIED},
        exceptions=(exception(data=["internal", "personal"]),),
    )
    asked = asking(edition="work", use="social_post")

    assert decide(asked, known).conditions == ("data-limits",)
    assert decide(asked, whole).conditions == ()


@pytest.mark.parametrize("limit", ["only_departments", "only_regions"])
def test_an_exception_answers_for_an_unknown_place_only_with_the_data_it_names(limit):
    place = "legal" if limit == "only_departments" else "DE"
    known = knowledge(
        chatgpt(data={"public": "allow", "personal": {"allow": True, limit: [place]}}),
        exceptions=(
            exception(people=["new"], data=["public"]),
            exception(id="EX-2", people=["new"], use="summarise", data=["personal"]),
        ),
    )

    asked = decide(asking(NEW, use="social_post", data=["personal"]), known)
    named = decide(asking(NEW, use="summarise", data=["personal"]), known)

    assert asked.verdict == "needs_clarification"
    assert named.verdict == "allowed"


def test_data_let_in_by_an_exception_brings_the_conditions_of_its_tag():
    known = knowledge(chatgpt(), exceptions=(exception(data=["personal.candidate"]),))

    decision = decide(asking(use="social_post", data=["personal.candidate"]), known)

    assert decision.conditions == ("human-review",)


def test_a_prohibited_use_may_be_excepted_but_never_a_red_line():
    known = knowledge(
        chatgpt(),
        uses=(
            use("spy", effect="prohibited"),
            use("rank", effect="prohibited", red_line="RL-1"),
        ),
        exceptions=(exception(use="spy"), exception(id="EX-2", use="rank")),
    )

    assert decide(asking(use="spy"), known).allowed
    assert codes(decide(asking(use="rank"), known)) == ["red_line"]


def test_absolute_data_is_never_excepted():
    known = knowledge(chatgpt(data={"secret": "allow"}), exceptions=(exception(data=["secret"]),))

    decision = decide(asking(use="social_post", data=["secret"]), known)

    assert codes(decision) == ["data_absolute"]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "prohibited"},
        {"status": "under_review"},
        {"status": "retired"},
        {"approval": {"by": "Council", "expires": "2026-05-31"}},
        {"approval": {"by": "Council", "valid_from": "2026-06-02"}},
    ],
)
def test_an_exception_revives_no_edition(fields):
    known = knowledge(chatgpt(**fields), exceptions=(exception(data=["public"]),))

    assert not decide(asking(use="social_post", data=["public"]), known).allowed


def test_an_exception_clears_no_feature():
    known = knowledge(chatgpt(features={"agent": {"status": "deny"}}), exceptions=(exception(),))

    denied = decide(asking(use="social_post", feature="agent"), known)
    unlisted = decide(asking(use="social_post", feature="voice"), known)

    assert (denied.verdict, unlisted.verdict) == ("not_allowed", "not_reviewed")


def test_an_exception_lifts_the_purposes_and_regions_of_a_feature():
    images = {"status": "allow", "only_uses": ["summarise"], "not_regions": ["UK"]}
    known = knowledge(chatgpt(features={"images": images}), exceptions=(exception(),))

    assert decide(asking(use="social_post", feature="images"), known).allowed


def test_an_exception_lets_somebody_into_a_pilot():
    known = knowledge(chatgpt(**PILOT), exceptions=(exception(),))

    assert decide(asking(use="social_post", date=DAY + timedelta(1)), known).allowed


def test_an_exception_lifts_what_a_use_says_about_tools_and_places():
    strict = use("post", only_tools=["claude"], only_departments=["legal"], not_regions=["UK"])
    known = knowledge(
        chatgpt(), tool("claude"), uses=(strict,), exceptions=(exception(use="post"),)
    )

    assert decide(asking(use="post"), known).allowed


def test_an_exception_nobody_needs_is_silent():
    known = knowledge(chatgpt(), exceptions=(exception(conditions=["rights-check"]),))

    decision = decide(asking(use="social_post", data=["public"]), known)

    assert (decision.verdict, decision.citations) == ("allowed", ("EDI-1", "DAT-1"))
    assert "exception" not in [f.code for f in decision.findings]


# --- Citations


@pytest.mark.parametrize(
    ("fields", "cited"),
    [
        ({"expires": "2026-05-31"}, False),
        ({"expires": "2026-06-01"}, True),
        ({"effective": "2026-06-01"}, True),
        ({"effective": "2026-06-02"}, False),
    ],
)
def test_a_section_that_is_not_in_force_is_never_cited(fields, cited):
    known = knowledge(chatgpt(), sections={"EDI-1": fields})

    decision = decide(asking(), known)

    assert decision.verdict == "allowed"
    assert decision.citations == (("EDI-1",) if cited else ())


def test_what_decided_is_cited_first_and_nothing_twice():
    known = knowledge(
        chatgpt(
            cite=["EDI-1", "DAT-1"], data={"public": {"allow_if": ["rights-check"]}}, conditions=[]
        )
    )

    assert decide(asking(data=["public"]), known).citations == ("DAT-1", "EDI-1")


def test_a_refusal_cites_what_refused_and_not_what_passed():
    known = knowledge(chatgpt(who=who(departments=["legal"], cite=["WHO-1"])))

    assert decide(asking(data=["public"]), known).citations == ("WHO-1",)


def test_a_data_rule_that_was_applied_is_cited():
    known = knowledge(chatgpt(data={"personal": "allow"}))

    decision = decide(asking(data=["personal"], rules=["hashed"]), known)

    assert decision.citations == ("EDI-1", "DAT-3", "DAT-7")


def test_a_claim_changes_nothing_but_that_its_section_is_cited():
    known = knowledge(chatgpt(alternatives=["claude"]), tool("claude", edition(data={})))
    for data in (["public"], ["personal"]):
        plain = decide(asking(data=data), known)

        claimed = decide(asking(data=data, claimed=True), known)

        assert claimed.citations == (*plain.citations, "CLM-1")
        assert replace(claimed, question=plain.question, citations=plain.citations) == plain


# --- 11. What is unknown


def test_without_a_tool_the_tool_is_asked():
    decision = decide(asking(tool=None), knowledge(chatgpt()))

    assert (decision.verdict, decision.ask_for) == ("needs_clarification", "tool")
    assert codes(decision) == ["which_tool"]


def test_a_tool_without_an_edition_is_judged_in_its_default_edition():
    free = edition("free", status="prohibited")
    known = knowledge(tool("chatgpt", edition("work"), free))

    assert decide(asking(), known).edition == "chatgpt:work"
    assert decide(asking(edition="free"), known).verdict == "not_allowed"


def test_the_edition_of_a_tool_nobody_named_is_none():
    known = knowledge(chatgpt())

    assert edition_of(asking(tool=None), known) is None
    assert edition_of(asking(tool="unlisted:krea"), known) is None


def test_a_thing_nobody_described_is_asked_about():
    decision = decide(asking(undescribed=True), knowledge(chatgpt()))

    assert (decision.verdict, decision.ask_for) == ("needs_clarification", "data")


def test_a_thing_is_not_asked_about_where_no_description_could_help():
    denied = knowledge(chatgpt(data={"public": "deny"}))
    lapsed = knowledge(chatgpt(approval={"by": "Council", "expires": "2026-05-31"}))
    unlisted = decide(asking(tool="unlisted:krea", undescribed=True), denied)

    assert codes(decide(asking(undescribed=True), denied)) == ["no_data_at_all"]
    assert codes(decide(asking(undescribed=True), lapsed)) == ["lapsed"]
    assert (unlisted.verdict, unlisted.ask_for) == ("not_reviewed", None)


def test_the_tool_is_asked_before_the_data():
    assert decide(asking(tool=None, undescribed=True), knowledge(chatgpt())).ask_for == "tool"


def test_a_question_about_ids_that_do_not_exist_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        decide(asking(tool="no-such-tool"), knowledge(chatgpt()))


def test_nothing_granted_is_not_allowed():
    assert strictest([]) == "not_allowed"


# --- Alternatives


def offered(question, known):
    return with_alternatives(decide(question, known), known).alternatives


def test_alternatives_are_the_editions_own_then_those_good_for_the_use():
    known = knowledge(
        tool("a", edition(good_for=["social_post", "summarise"])),
        tool("b", edition(good_for=["summarise"])),
        tool("c", edition()),
        tool("d", edition(good_for=["summarise"], data={})),
        tool("chatgpt", edition(status="retired", alternatives=["c:work", "d:work"])),
    )

    assert offered(asking(use="summarise", data=["public"]), known) == (
        "c:work",
        "b:work",
        "a:work",
    )


def test_a_use_nobody_stated_may_have_its_recommendations_too():
    known = knowledge(
        tool("a", edition(good_for=["general"]), category="image"),
        tool("chatgpt", edition(status="retired")),
    )

    assert offered(asking(), known) == ("a:work",)


def test_when_nothing_is_recommended_three_company_editions_of_the_category_are():
    known = knowledge(
        tool("a", edition("free", account="personal"), edition("denied", data={})),
        *(tool(name) for name in "bcde"),
        tool("chatgpt", edition("free", status="prohibited"), edition("team")),
        tool("image", category="image"),
    )

    assert offered(asking(data=["public"]), known) == ("chatgpt:team", "b:work", "c:work")


def test_the_category_counts_only_when_nothing_is_recommended():
    known = knowledge(
        tool("a"),
        tool("b", edition(good_for=["summarise"])),
        tool("chatgpt", edition(status="retired")),
    )

    assert offered(asking(use="summarise"), known) == ("b:work",)


def test_a_tool_outside_the_catalogue_has_the_alternatives_of_its_category():
    known = knowledge(tool("a", category="image"), tool("b"))
    asked = asking(tool="unlisted:krea")

    assert offered(replace(asked, category="image"), known) == ("a:work",)
    assert offered(replace(asked, category="video"), known) == ()
    assert offered(asked, known) == ()


def test_the_same_edition_without_the_refused_feature_always_counts():
    names = [f"t{n:02}" for n in range(12)]
    known = knowledge(
        chatgpt(features={"agent": {"status": "deny"}}, alternatives=names),
        *(tool(name) for name in names),
    )
    question = asking(feature="agent", data=["public"])

    found = offered(question, known)

    assert found[-1] == "chatgpt:work"
    assert offered(replace(question, data=frozenset({"personal"})), known) == ()
    assert found[:2] == ("t00:work", "t01:work")


def test_alternatives_are_judged_without_the_feature_and_the_model():
    narrow = {"models": [{"match": ["o3"], "data": {"public": "deny"}}]}
    known = knowledge(
        chatgpt(**narrow, features={"agent": {"status": "deny"}}, alternatives=["a:work"]),
        tool("a", edition(**narrow)),
    )

    assert offered(asking(feature="agent", model="o3", data=["public"]), known) == ("a:work",)


def test_only_what_this_person_may_use_is_offered():
    named = ["old:work", "legal:work", "mktg:work"]
    known = knowledge(
        tool("legal", edition(who=who(departments=["legal"]))),
        tool("mktg", edition(who=who(departments=["marketing"]))),
        tool("old", edition(status="retired")),
        tool("chatgpt", edition(status="retired", alternatives=named)),
    )

    assert offered(asking(), known) == ("mktg:work",)
    assert offered(asking(BEN), known) == ("legal:work",)
    assert offered(asking(NEW), known) == ()


@pytest.mark.parametrize(
    "fields", [{"data": ["secret"]}, {"use": "rank"}, {"use": "spy"}, {"data": ["personal"]}]
)
def test_where_no_tool_could_help_none_is_offered(fields):
    known = knowledge(
        chatgpt(data={}, alternatives=["a:work"]),
        tool("a", edition(good_for=["rank", "spy"])),
        uses=(
            use("spy", effect="prohibited"),
            use("rank", effect="prohibited", red_line="RL-1"),
        ),
    )

    assert offered(asking(**fields), known) == ()


def test_an_edition_that_grants_the_data_to_my_department_is_an_alternative():
    grant = {"allow": True, "only_departments": ["marketing"], "only_regions": ["UK"]}
    known = knowledge(
        tool("a", edition(data={"personal": grant}, good_for=["summarise"])),
        tool("b", edition(data={"personal": "review"}, good_for=["summarise"])),
        tool("chatgpt", edition(data={})),
    )

    assert offered(asking(use="summarise", data=["personal"]), known) == ("a:work",)
    assert offered(asking(BEN, use="summarise", data=["personal"]), known) == ()


def test_an_exception_makes_its_tool_an_alternative():
    known = knowledge(
        chatgpt(data={}),
        tool("a", edition(good_for=["social_post", "spy"])),
        uses=(use("spy", effect="prohibited"),),
        exceptions=(
            exception(tool="a:work", data=["personal"]),
            exception(id="EX-2", tool="a", use="spy"),
        ),
    )

    assert offered(asking(use="social_post", data=["personal"]), known) == ("a:work",)
    assert offered(asking(use="spy", data=["public"]), known) == ("a:work",)


def test_a_yes_and_a_question_back_carry_no_alternatives():
    known = knowledge(chatgpt(), tool("a", edition(good_for=["summarise"])))

    assert offered(asking(use="summarise"), known) == ()
    assert offered(asking(use="summarise", undescribed=True), known) == ()
    assert offered(asking(use="summarise", data=["personal"]), known) == ()


def test_at_most_ten_alternatives_are_carried():
    names = [f"t{n:02}" for n in range(12)]
    known = knowledge(
        chatgpt(data={}, alternatives=[f"{n}:work" for n in names]), *map(tool, names)
    )

    assert offered(asking(data=["public"]), known) == tuple(f"{n}:work" for n in names[:10])
    assert alternatives(decide(asking(data=["public"]), known), known) == offered(
        asking(data=["public"]), known
    )


def test_would_be_allowed_says_what_decide_says():
    known = knowledge(chatgpt(), tool("a", edition(data={})))

    for key in ("chatgpt:work", "a:work"):
        question = asking(tool=key.partition(":")[0], data=["public"])
        said = would_be_allowed(question, known.editions[key], known)
        assert said == decide(question, known).allowed


# --- Several tools


SEVERAL = knowledge(
    tool("yes"),
    tool("if", edition(conditions=["training"], data={"public": {"allow_if": ["human-review"]}})),
    tool("no", edition(data={}, good_for=["summarise"])),
    tool("wait", edition(status="under_review")),
)


def asked(*tools: str, person: Person = ANA, **fields):
    return [asking(person, tool=name, data=["public"], **fields) for name in tools]


def test_several_tools_all_wanted_get_the_strictest_verdict_and_each_is_shown():
    ruling = rule(asked("yes", "no", "wait"), SEVERAL)

    assert ruling.verdict == "not_allowed"
    assert [d.verdict for d in ruling.decisions] == ["allowed", "not_allowed", "not_reviewed"]
    assert ruling.leading.edition == "no:work"
    assert ruling.citations == ("DAT-1", "EDI-1")
    assert not ruling.recommended


def test_those_that_came_out_allowed_are_the_first_alternatives():
    ruling = rule(asked("no", "if", "yes"), SEVERAL)

    assert ruling.alternatives == ("if:work", "yes:work")
    assert ruling.conditions == ()


def test_several_tools_one_wanted_get_the_best_verdict_and_its_conditions():
    ruling = rule(asked("no", "if", "yes"), SEVERAL, want="one")
    second = rule(asked("no", "if"), SEVERAL, want="one")

    assert (ruling.verdict, ruling.leading.edition) == ("allowed", "yes:work")
    assert (ruling.conditions, ruling.alternatives) == ((), ())
    assert (second.verdict, second.conditions) == (
        "allowed_with_conditions",
        ("human-review", "training"),
    )


def test_all_wanted_and_all_allowed_carry_the_conditions_of_each():
    ruling = rule(asked("yes", "if"), SEVERAL)

    assert (ruling.verdict, ruling.conditions) == (
        "allowed_with_conditions",
        ("human-review", "training"),
    )
    assert ruling.knowledge_version == SEVERAL.version


def test_what_is_missing_for_one_of_several_is_asked():
    ruling = rule(asked("yes", "if", undescribed=True), SEVERAL)

    assert (ruling.verdict, ruling.ask_for) == ("needs_clarification", "data")


# --- Which tool?


def test_the_first_recommended_edition_that_fits_is_the_answer():
    known = knowledge(
        tool("late", edition(good_for=["social_post", "summarise"])),
        tool("closed", edition(good_for=["summarise"], data={})),
        tool("first", edition(good_for=["summarise"], conditions=["training"])),
    )

    ruling = recommend(asking(tool=None, use="summarise", data=["public"]), known)

    assert ruling.recommended
    assert (ruling.verdict, ruling.leading.edition) == ("allowed_with_conditions", "first:work")
    assert ruling.conditions == ("training",)


def test_without_a_recommendation_the_broadest_company_edition_is_the_answer():
    known = knowledge(
        tool("own", edition(account="personal", good_for=["social_post", "general"])),
        tool("narrow", edition(good_for=["social_post"])),
        tool("broad", edition(good_for=["social_post", "general"])),
    )

    ruling = recommend(asking(tool=None, use="summarise", data=["public"]), known)

    assert ruling.leading.edition == "broad:work"


def test_a_feature_that_was_mentioned_does_not_choose_the_tool():
    known = knowledge(chatgpt(good_for=["summarise"]))

    ruling = recommend(asking(tool=None, use="summarise", feature="agent"), known)

    assert (ruling.verdict, ruling.leading.question.feature) == ("allowed", None)


@pytest.mark.parametrize("purpose", ["summarise", "general"])
def test_when_none_fits_the_sections_that_rule_out_the_closest_are_cited(purpose):
    theirs = who(departments=["legal"], cite=["WHO-1"])
    recommended = ["summarise", "general"]
    known = knowledge(
        tool("a", edition(who=theirs, data={"personal": "allow"}, good_for=recommended)),
        tool("b", edition(data={}, only_uses=["social_post"], good_for=recommended)),
        tool("c", edition(good_for=recommended, only_uses=["summarise"])),
    )

    ruling = recommend(asking(tool=None, use=purpose, data=["personal"]), known)

    assert (ruling.verdict, ruling.citations) == ("not_allowed", ("DAT-3",))
    assert ruling.leading.edition == ("c:work" if purpose == "summarise" else "b:work")
    assert (ruling.alternatives, ruling.recommended) == ((), True)


def test_when_a_person_would_have_to_decide_about_every_tool_none_fits():
    known = knowledge(chatgpt(data={"personal": "review"}))

    ruling = recommend(asking(tool=None, data=["personal"]), known)

    assert (ruling.verdict, ruling.citations) == ("not_allowed", ("DAT-3",))


def test_what_could_open_a_tool_is_asked_back():
    known = knowledge(
        tool("never", edition(data={}, good_for=["summarise"])),
        tool("maybe", edition(who=who(departments=["legal"]))),
    )

    ruling = recommend(asking(NEW, tool=None, use="summarise", data=["public"]), known)
    thing = recommend(asking(BEN, tool=None, undescribed=True), known)

    assert (ruling.verdict, ruling.ask_for) == ("needs_clarification", "department")
    assert (thing.verdict, thing.ask_for) == ("needs_clarification", "data")


def test_what_no_tool_may_do_is_not_recommended():
    known = knowledge(
        chatgpt(), uses=(use("rank", effect="prohibited", red_line="RL-1", cite=["USE-1"]),)
    )

    ruling = recommend(asking(tool=None, use="rank"), known)

    assert (ruling.verdict, ruling.citations) == ("not_allowed", ("USE-1", "RED-1"))
    assert not ruling.recommended


@pytest.mark.parametrize("only", [(), (tool("own", edition(account="personal")),)])
def test_a_company_without_tools_recommends_none(only):
    ruling = recommend(asking(tool=None), knowledge(*only))

    assert (ruling.verdict, ruling.ask_for, ruling.recommended) == ("not_allowed", None, False)
