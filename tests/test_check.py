"""Checking a knowledge base: one test a kind of remark, and a clean one that gives none."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot import check
from bot.ask import judge
from bot.check import Remark, Report
from bot.check.checking import LINTS
from bot.check.questions import questions
from bot.knowledge import KnowledgeError, load

TODAY = date(2030, 1, 1)
"""Not the day of the checks: the company has pinned its own."""

COMPANY = """\
name: Acme
domains: [acme.example]
language: en
as_of: 2026-06-01
departments: {marketing: {name: Marketing}, legal: {name: Legal}}
regions: {UK: {name: United Kingdom}, DE: {name: Germany}}
worker_types: {employee: {name: Employee}, contractor: {name: Contractor}, guest: {name: Guest}}
roles: {council: {name: AI Council, members: [cleo@acme.example]}}
contacts: {request: "/greenlight request"}
unlisted: {verdict: not_reviewed, cite: [AUP-1]}
guests: {cite: [AUP-1]}
claims: {cite: [AUP-1]}
implied_conditions:
  no_data_named: {condition: data-limits, classes: [confidential]}
  private_edition_exists: {condition: company-account}
  purpose_not_stated: {condition: purpose-limit}
red_lines:
  - {id: RL-1, text: "Nobody is ranked by a machine.", cite: [AUP-1]}
"""

DATA = """\
classes:
  - id: public
    rank: 0
    name: Public
    examples: [press release, published flyer, price list]
    cite: [DATA-1]
  - id: internal
    rank: 1
    name: Internal
    examples: [team update, project plan, meeting agenda]
    tags:
      brand: {examples: [brand book, logo files, style guide]}
    cite: [DATA-1]
  - id: confidential
    rank: 2
    name: Confidential
    examples: [supplier contract, board paper, launch plan]
    cite: [DATA-1]
  - id: secret
    rank: 3
    name: Secret
    examples: [password, API key, door code]
    absolute: true
    cite: [DATA-1]
"""

USES = """\
- {id: general, name: Purpose not stated, effect: ok}
- {id: summarise, name: Summarise, examples: [a summary, sum up, key points of], effect: ok}
- id: social_post
  name: Social media post
  examples: [a caption, LinkedIn post, hashtags]
  effect: conditions
  conditions: [human-review]
  cite: [AUP-1]
- id: image_publish
  name: Published image
  examples: [a banner, hero image, key visual]
  effect: ok
  only_tools: [painter]
  cite: [AUP-1]
- id: ranking
  name: Rank people
  examples: [rank applicants, score candidates, pick the best CV]
  effect: prohibited
  red_line: RL-1
  cite: [AUP-1]
"""

CONDITIONS = """\
human-review: {text: "A person checks it."}
web-search-off: {text: "Web search is off."}
data-limits: {text: "Only cleared data."}
company-account: {text: "Only with the company account."}
purpose-limit: {text: "Only for its purposes."}
training: {text: "Finish the basics.", check: system, course: TR-1}
"""

PEOPLE = """\
- {id: ana, name: Ana, email: ana@acme.example, department: marketing, region: UK}
"""

QUESTIONS = """\
- {ask: "can I use ChatGPT for a caption from a press release?", as: ana,
   verdict: allowed_with_conditions, conditions: [human-review, company-account], cite: [AUP-1]}
- {ask: "can I put a password into ChatGPT?", as: ana, verdict: not_allowed, cite: [DATA-1]}
- {ask: "hello", as: ana, verdict: not_a_permission_question}
"""

CHATGPT = """\
id: chatgpt
name: ChatGPT
vendor: OpenAI
aliases: [gpt]
category: assistant
owner: it/platform
default_edition: work
editions:
  - id: work
    name: ChatGPT Enterprise
    aliases: [our chatgpt]
    account: company
    status: approved
    who: {types: [employee], departments: all, regions: all}
    data:
      public: allow
      internal: allow
      confidential: {allow_if: [web-search-off]}
    features:
      web_search: {aliases: [browsing], status: allow, conditions: [human-review]}
      images: {aliases: [dall-e], status: deny}
    conditions: [training]
    good_for: [social_post, summarise]
    approval: {by: Council, decided_on: 2026-01-01, expires: 2027-01-01, next_review: 2026-12-01}
    alternatives: [painter]
    cite: [AUP-1]
  - id: free
    name: ChatGPT Free
    aliases: [private chatgpt]
    account: personal
    status: prohibited
    reason: Private account.
    alternatives: ["chatgpt:work"]
    cite: [AUP-1]
"""

PAINTER = """\
id: painter
name: Painter
category: image
owner: studio
default_edition: team
editions:
  - id: team
    name: Painter Team
    account: company
    status: limited
    who: {types: all, departments: all, regions: all}
    data: {public: allow, internal: allow}
    only_uses: [image_publish]
    good_for: [image_publish]
    approval: {by: Council, expires: 2027-01-01}
    alternatives: [chatgpt]
    cite: [AUP-1]
"""

SECTION = """\
---
id: {id}
title: About {id}
document: Acceptable use
version: "1"
effective: 2026-01-01
expires: null
next_review: 2026-12-31
owner: Council
audience: all
regions: all
---
Text of {id}.
"""

COURSE = """\
---
id: TR-1
title: Basics
minutes: 15
audience: all
---
Welcome.
"""

FILES = {
    "company.yaml": COMPANY,
    "data.yaml": DATA,
    "uses.yaml": USES,
    "conditions.yaml": CONDITIONS,
    "people.yaml": PEOPLE,
    "tools/chatgpt.yaml": CHATGPT,
    "tools/painter.yaml": PAINTER,
    "policies/AUP-1.md": SECTION.format(id="AUP-1"),
    "policies/DATA-1.md": SECTION.format(id="DATA-1"),
    "courses/TR-1.md": COURSE,
}

Checked = Callable[..., Report]


def run(folder: Path, *changes: tuple[str, str, str], **added: str) -> Report:
    """Check the clean knowledge base with some passages replaced, and files added."""
    files = {**FILES, **added}
    for file, old, new in changes:
        assert files[file].count(old) == 1, f"{old!r} is not exactly once in {file}"
        files[file] = files[file].replace(old, new)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return check.run(folder, today=TODAY, judge=judge)


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    return partial(run, tmp_path)


@pytest.fixture
def asked(tmp_path: Path) -> Checked:
    """Check it with its questions, which takes longer: understanding is built anew each time."""
    return partial(run, tmp_path, **{"questions.yaml": QUESTIONS})


def only(report: Report) -> Remark:
    """The one remark of a report."""
    remarks = (*report.errors, *report.warnings)
    assert len(remarks) == 1, remarks
    return remarks[0]


def only_error(report: Report) -> Remark:
    assert len(report.errors) == 1, report.errors
    return report.errors[0]


def line(file: str, passage: str) -> int:
    text = FILES[file]
    return text[: text.index(passage)].count("\n") + 1


def test_a_clean_knowledge_base_gives_no_remark(asked):
    report = asked()

    assert (report.errors, report.warnings, report.exit_code) == ((), (), 0)
    assert report.knowledge_version is not None


def test_every_mistake_that_keeps_it_from_loading_is_an_error(checked):
    report = checked(
        ("tools/painter.yaml", "    who: {types: all, departments: all, regions: all}\n", ""),
        ("uses.yaml", "only_tools: [painter]", "only_tools: [paintr]"),
    )

    assert report.exit_code == 1
    assert [(e.code, e.file, e.field) for e in report.errors] == [
        ("load", "tools/painter.yaml", "editions[0].who"),
        ("load", "uses.yaml", "[3].only_tools[0]"),
    ]
    assert "Did you mean 'painter'?" in report.errors[1].message
    assert report.knowledge_version is None


def test_a_folder_that_is_not_there_is_not_a_knowledge_base(tmp_path):
    with pytest.raises(KnowledgeError):
        check.run(tmp_path / "nowhere", today=TODAY, judge=judge)


# --- approvals


def test_a_tool_in_use_needs_an_owner(checked):
    remark = only(checked(("tools/painter.yaml", "owner: studio\n", "")))

    assert (remark.severity, remark.code, remark.file) == (
        "warning",
        "no-owner",
        "tools/painter.yaml",
    )
    assert "owner:" in remark.message


def test_a_tool_nobody_may_use_needs_no_owner(checked):
    report = checked(
        ("tools/painter.yaml", "owner: studio\n", ""),
        ("tools/painter.yaml", "status: limited", "status: retired"),
        ("uses.yaml", "  only_tools: [painter]\n", ""),
    )

    assert "no-owner" not in [w.code for w in report.warnings]


@pytest.mark.parametrize(
    "approval", ["approval: {by: Council}", "approval: null", "reason: nobody wrote one"]
)
def test_an_approval_needs_an_end(checked, approval):
    remark = only(
        checked(("tools/painter.yaml", "approval: {by: Council, expires: 2027-01-01}", approval))
    )

    assert (remark.severity, remark.code) == ("warning", "no-expiry")
    assert remark.field == "editions[0].approval"


@pytest.mark.parametrize(
    ("file", "old"),
    [
        ("tools/painter.yaml", "    alternatives: [chatgpt]\n"),
        ("tools/chatgpt.yaml", "    alternatives: [painter]\n"),
        ("tools/chatgpt.yaml", '    alternatives: ["chatgpt:work"]\n'),
    ],
)
def test_whoever_may_be_refused_needs_an_alternative(checked, file, old):
    remark = only(checked((file, old, "")))

    assert (remark.severity, remark.code, remark.file) == ("warning", "no-alternatives", file)


def test_an_edition_that_refuses_nothing_needs_no_alternative(checked):
    report = checked(
        ("tools/painter.yaml", "    alternatives: [chatgpt]\n", ""),
        ("tools/painter.yaml", "    only_uses: [image_publish]\n", ""),
        (
            "tools/painter.yaml",
            "internal: allow}",
            "internal: allow, confidential: {allow_if: [human-review]}}",
        ),
    )

    assert not report.warnings


def test_a_lapsed_approval_is_said_once(checked):
    lapsed = "expires: 2026-05-31, next_review: 2026-05-01"

    remark = only(
        checked(
            ("tools/painter.yaml", "expires: 2027-01-01", lapsed),
            ("uses.yaml", "  only_tools: [painter]\n", ""),
        )
    )

    assert (remark.severity, remark.code) == ("warning", "lapsed")
    assert remark.field == "editions[0].approval.expires"
    assert "2026-05-31" in remark.message


@pytest.mark.parametrize(
    ("day", "codes"),
    [("2026-06-01", ["expires-soon"]), ("2026-07-01", ["expires-soon"]), ("2026-07-02", [])],
)
def test_an_approval_about_to_end_is_announced_a_month_before(checked, day, codes):
    report = checked(("tools/painter.yaml", "expires: 2027-01-01", f"expires: {day}"))

    assert [w.code for w in report.warnings] == codes


@pytest.mark.parametrize(
    ("until", "codes"),
    [("2026-05-31", ["lapsed"]), ("2026-06-15", ["expires-soon"]), ("2028-01-01", [])],
)
def test_a_pilot_ends_with_its_last_day_or_its_approval(checked, until, codes):
    pilot = f"status: pilot\n    pilot: {{group: x, until: {until}}}"

    report = checked(
        ("tools/painter.yaml", "status: limited", pilot),
        ("uses.yaml", "  only_tools: [painter]\n", ""),
    )

    assert [w.code for w in report.warnings] == codes


def test_a_review_that_was_due_is_said(checked):
    tool = only(
        checked(("tools/chatgpt.yaml", "next_review: 2026-12-01", "next_review: 2026-05-31"))
    )
    section = only(
        checked(("policies/AUP-1.md", "next_review: 2026-12-31", "next_review: 2026-05-31"))
    )

    assert (tool.code, tool.field) == ("review-overdue", "editions[0].approval.next_review")
    assert (section.code, section.field) == ("review-overdue", "next_review")
    assert section.line == line("policies/AUP-1.md", "next_review")


EXCEPTION = """\
- {id: EX-1, people: [ana], tool: painter, use: summarise, data: [public], from: 2026-05-01,
   to: 2026-06-20, by: Council, cite: [AUP-1]}
"""


@pytest.mark.parametrize(
    ("day", "codes"), [("2026-06-20", ["exception-ending"]), ("2026-07-20", []), ("2026-05-20", [])]
)
def test_an_exception_about_to_end_is_announced(checked, day, codes):
    report = checked(**{"exceptions.yaml": EXCEPTION.replace("2026-06-20", day)})

    assert [w.code for w in report.warnings] == codes


# --- names


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("tools/painter.yaml", "name: Painter\n", "name: Painter\naliases: [Chat GPT]\n"),
        ("tools/painter.yaml", "name: Painter\n", "name: Painter\naliases: [our chat-gpt]\n"),
        ("tools/painter.yaml", "name: Painter Team", "name: G P T"),
        ("tools/chatgpt.yaml", "aliases: [private chatgpt]", "aliases: [our ChatGPT]"),
        ("tools/chatgpt.yaml", "aliases: [private chatgpt]", "aliases: [gpt]"),
    ],
)
def test_a_name_stands_for_one_tool_and_one_edition(checked, file, old, new):
    errors = checked((file, old, new)).errors

    assert {(e.code, e.file) for e in errors} == {("alias-twice", file)}
    assert "tools/chatgpt.yaml:" in errors[-1].message


def test_a_tool_may_be_called_as_its_default_edition_is(checked):
    report = checked(("tools/chatgpt.yaml", "aliases: [our chatgpt]", "aliases: [gpt, Chat-GPT]"))

    assert not (*report.errors, *report.warnings)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aliases: [browsing]", "aliases: [dall e]"),
        ("aliases: [browsing]", "aliases: [painter]"),
        ("images: {", "painter_team: {"),
    ],
)
def test_the_name_of_a_feature_means_one_feature_and_no_other_tool(checked, old, new):
    remark = only(checked(("tools/chatgpt.yaml", old, new)))

    assert (remark.severity, remark.code) == ("warning", "feature-name-twice")


def test_a_feature_may_be_named_as_its_own_tool_is(checked):
    report = checked(("tools/chatgpt.yaml", "aliases: [browsing]", "aliases: [gpt]"))

    assert not (*report.errors, *report.warnings)


@pytest.mark.parametrize(
    ("file", "old", "new", "other"),
    [
        ("data.yaml", "[team update,", "[Press-Release,", "public"),
        ("data.yaml", "[brand book,", "[team  update,", "internal"),
        ("uses.yaml", "[a caption,", "[A summary,", "summarise"),
    ],
)
def test_a_phrase_teaches_one_class_or_one_use(checked, file, old, new, other):
    remark = only(checked((file, old, new)))

    assert (remark.severity, remark.code, remark.file) == ("warning", "example-twice", file)
    assert f"of {other} in {file}:" in remark.message


@pytest.mark.parametrize(
    ("file", "old", "new", "name"),
    [
        ("data.yaml", "[press release, published flyer, price list]", "[press release]", "public"),
        ("data.yaml", "[brand book, logo files, style guide]", "[]", "internal.brand"),
        ("uses.yaml", "[a banner, hero image, key visual]", "[a banner, hero image]", "image_"),
    ],
)
def test_what_has_hardly_a_phrase_is_hardly_recognised(checked, file, old, new, name):
    remark = only(checked((file, old, new)))

    assert (remark.severity, remark.code) == ("warning", "few-examples")
    assert remark.message.startswith(name)


# --- ceilings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("confidential: {allow_if: [web-search-off]}", "confidential: allow"),
        ("      public: allow\n", ""),
        ("public: allow\n", "public: {allow_if: [human-review]}\n"),
        ("public: allow\n", "public: {allow: true, only_departments: [legal]}\n"),
        ("public: allow\n", "public: {allow: true, only_regions: [DE]}\n"),
        ("public: allow\n", "public: review\n"),
    ],
)
def test_what_is_granted_plainly_is_granted_for_lower_classes_too(checked, old, new):
    report = checked(
        ("tools/chatgpt.yaml", old, new),
        ("tools/chatgpt.yaml", "internal: allow", "internal: {deny: true}")
        if "confidential" in old
        else ("tools/chatgpt.yaml", "name: ChatGPT\n", "name: ChatGPT\n"),
    )

    remark = next(w for w in report.warnings if w.code == "lower-class-stricter")
    assert ("internal" if "confidential" in old else "public") in remark.message.split("not ")[1]


def test_a_class_of_the_same_rank_is_no_higher(checked):
    report = checked(("data.yaml", "rank: 2", "rank: 1"))

    codes = {(w.code, w.file) for w in report.warnings}
    assert codes == {
        ("lower-class-stricter", "tools/chatgpt.yaml"),
        ("lower-class-stricter", "tools/painter.yaml"),
    }


@pytest.mark.parametrize("condition", ["web-search-off", "no-web", "without-browsing"])
def test_a_feature_is_not_free_where_a_grant_asks_for_it_to_be_off(checked, condition):
    remark = only(
        checked(
            ("tools/chatgpt.yaml", ", conditions: [human-review]}", "}"),
            ("tools/chatgpt.yaml", "allow_if: [web-search-off]", f"allow_if: [{condition}]"),
            ("conditions.yaml", "web-search-off:", f"{condition}:"),
        )
    )

    assert (remark.severity, remark.code) == ("warning", "feature-against-condition")
    assert remark.field == "editions[0].features.web_search"


@pytest.mark.parametrize(
    ("condition", "old", "new"),
    [
        ("data-limits", "confidential: {allow_if: [web-search-off]}", "confidential: allow"),
        ("purpose-limit", "good_for: [social", "good_for: [social"),
        ("company-account", "account: company", "account: none"),
    ],
)
def test_a_condition_does_not_contradict_what_is_granted(checked, condition, old, new):
    report = checked(
        ("tools/chatgpt.yaml", "conditions: [training]", f"conditions: [training, {condition}]"),
        ("tools/chatgpt.yaml", old, new),
    )

    remark = only_error(report)
    assert (remark.code, remark.field) == ("condition-against-grant", "editions[0].conditions")
    assert condition in remark.message


def test_a_condition_that_only_repeats_what_is_so_is_fine(checked):
    limits = "conditions: [training, company-account]"
    report = checked(("tools/chatgpt.yaml", "conditions: [training]", limits))

    assert not (*report.errors, *report.warnings)


@pytest.mark.parametrize(
    ("limit", "who"),
    [
        ("only_departments: [legal]", "departments: [marketing], regions: all"),
        ("only_regions: [DE]", "departments: all, regions: [UK]"),
    ],
)
@pytest.mark.parametrize("home", ["data", "models"])
def test_data_is_granted_to_people_the_edition_is_for(checked, limit, who, home):
    grant = f"{{internal: {{allow: true, {limit}}}}}"
    where = (
        ("    data:\n      public: allow\n      internal: allow\n", f"    data: {grant}\n")
        if home == "data"
        else ("    features:\n", f"    models: [{{match: [o3], data: {grant}}}]\n    features:\n")
    )

    report = checked(
        ("tools/chatgpt.yaml", where[0], where[1]),
        ("tools/chatgpt.yaml", "      confidential: {allow_if: [web-search-off]}\n", "")
        if home == "data"
        else ("tools/chatgpt.yaml", "name: ChatGPT\n", "name: ChatGPT\n"),
        ("tools/chatgpt.yaml", "departments: all, regions: all", who),
    )

    remark = only_error(report)
    assert remark.code == "unreachable-grant"
    assert remark.field.startswith(f"editions[0].{home}")


# --- purposes


@pytest.mark.parametrize(
    ("use", "why"),
    [
        ("ranking", "nobody may use AI for that"),
        ("image_publish", "only painter may be used"),
        ("advice", "departments it is not for"),
        ("local", "not for the regions it is for"),
    ],
)
def test_an_edition_is_good_for_what_it_may_be_used_for(checked, use, why):
    more = """\
- {id: advice, name: A, examples: [a, b, c], effect: ok, only_departments: [legal], cite: AUP-1}
- {id: local, name: Local, examples: [d, e, f], effect: ok, not_regions: [UK], cite: AUP-1}
"""

    report = checked(
        (
            "tools/chatgpt.yaml",
            "departments: all, regions: all",
            "departments: [marketing], regions: [UK]",
        ),
        ("tools/chatgpt.yaml", "good_for: [social_post,", f"good_for: [{use},"),
        (
            "uses.yaml",
            "  red_line: RL-1\n  cite: [AUP-1]\n",
            f"  red_line: RL-1\n  cite: [AUP-1]\n{more}",
        ),
    )

    assert [(e.code, e.field) for e in report.errors] == [("refused-use", "editions[0].good_for")]
    assert why in report.errors[0].message


def test_an_edition_is_good_for_its_own_purposes(checked):
    report = checked(
        ("tools/painter.yaml", "good_for: [image_publish]", "good_for: [image_publish, summarise]")
    )

    assert only(report).code == "refused-use"
    assert "only_uses" in only(report).message


@pytest.mark.parametrize("field", ["only_uses", "good_for"])
def test_data_is_granted_for_something(checked, field):
    report = checked(
        ("tools/painter.yaml", f"    {field}: [image_publish]", f"    {field}: [ranking]"),
        ("uses.yaml", "  only_tools: [painter]\n", ""),
    )

    assert "useless-grants" in [e.code for e in report.errors]


def test_what_is_prohibited_may_be_good_for_anything(checked):
    report = checked(
        ("tools/chatgpt.yaml", "    reason: Private account.\n", "    good_for: [ranking]\n")
    )

    assert not (*report.errors, *report.warnings)


def test_every_department_has_a_tool_for_every_use(checked):
    legal = only(checked(("tools/painter.yaml", "departments: all,", "departments: [marketing],")))
    germany = only(
        checked(
            (
                "tools/painter.yaml",
                "types: all, departments: all, regions: all",
                "types: all, departments: all, regions: [UK]",
            )
        )
    )

    assert (legal.severity, legal.code, legal.file) == ("warning", "dead-end", "uses.yaml")
    assert "image_publish by employees of legal." in legal.message
    assert "employees of marketing (DE), legal (DE)." in germany.message


def test_a_use_may_be_meant_for_some_only(checked):
    report = checked(
        (
            "tools/painter.yaml",
            "departments: all, regions: all",
            "departments: [marketing], regions: [UK]",
        ),
        (
            "uses.yaml",
            "only_tools: [painter]",
            "only_tools: [painter]\n  only_departments: [marketing]\n  not_regions: [DE]",
        ),
    )

    assert not (*report.errors, *report.warnings)


def test_a_company_without_employees_is_asked_for_its_own_people(checked):
    report = checked(
        ("company.yaml", "employee: {name: Employee}, ", ""),
        ("people.yaml", "region: UK", "region: UK, worker_type: contractor"),
        ("tools/chatgpt.yaml", "types: [employee]", "types: [contractor]"),
    )

    assert not (*report.errors, *report.warnings)


# --- references


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("effective: 2026-06-02", "counts only from 2026-06-02"),
        ("effective: 2025-01-01", "ended on 2026-05-31"),
    ],
)
def test_a_section_that_is_cited_is_in_force(checked, field, said):
    expires = "expires: 2026-05-31" if "ended" in said else "expires: null"
    report = checked(
        ("policies/DATA-1.md", "effective: 2026-01-01", field),
        ("policies/DATA-1.md", "expires: null", expires),
    )

    remark = only(report)
    assert (remark.severity, remark.code) == ("warning", "cite-not-in-force")
    assert (remark.file, remark.line) == ("data.yaml", line("data.yaml", "cite: [DATA-1]"))
    assert said in remark.message


@pytest.mark.parametrize(
    "passage", ["  only_tools: [painter]\n  cite: [AUP-1]\n", "  red_line: RL-1\n  cite: [AUP-1]\n"]
)
def test_a_use_that_refuses_names_the_section_that_says_so(checked, passage):
    uncited = passage.replace("  cite: [AUP-1]\n", "")

    remark = only(checked(("uses.yaml", passage, uncited)))

    assert (remark.severity, remark.code) == ("warning", "no-section")


def test_what_nobody_refers_to_is_said(checked):
    section = SECTION.format(id="AUP-9")
    report = checked(
        ("conditions.yaml", "human-review: {", 'old: {text: "Once."}\nhuman-review: {'),
        **{"policies/AUP-9.md": section, "courses/TR-9.md": COURSE.replace("TR-1", "TR-9")},
    )

    assert [(w.code, w.file) for w in report.warnings] == [
        ("unused-condition", "conditions.yaml"),
        ("unused-course", "courses/TR-9.md"),
        ("unused-section", "policies/AUP-9.md"),
    ]


def test_a_section_may_be_referred_to_in_the_text_of_another(checked):
    report = checked(
        ("policies/AUP-1.md", "Text of AUP-1.", "See AUP-9."),
        **{"policies/AUP-9.md": SECTION.format(id="AUP-9")},
    )

    assert not report.warnings


# --- questions


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        (
            "verdict: not_allowed",
            "verdict: allowed",
            "verdict",
            "expected allowed, got not_allowed",
        ),
        (
            "[human-review, company-account]",
            "[human-review, web-search-off]",
            "conditions",
            "expected conditions web-search-off, got human-review, company-account, training",
        ),
        (
            "cite: [DATA-1]",
            "cite: [DATA-1, AUP-1]",
            "cite",
            "expected cite AUP-1, got DATA-1",
        ),
        (
            "verdict: not_a_permission_question",
            "verdict: not_a_permission_question, cite: [AUP-1]",
            "cite",
            "expected cite AUP-1, got none, because it was read as: small talk.",
        ),
    ],
)
def test_a_question_that_is_answered_differently_is_an_error(asked, old, new, field, said):
    remark = only(asked(("questions.yaml", old, new)))

    assert (remark.severity, remark.code, remark.field) == ("error", "question", field)
    assert said in remark.message


def test_the_error_says_what_was_read_and_why_it_was_judged_so(asked):
    remark = only(asked(("questions.yaml", "verdict: not_allowed", "verdict: allowed")))

    assert "'can I put a password into ChatGPT?', asked by ana" in remark.message
    assert "because it was read as: chatgpt:work; data secret; no purpose. " in remark.message
    assert remark.line == QUESTIONS[: QUESTIONS.index('- {ask: "can I put a pass')].count("\n") + 1


def test_a_question_says_what_else_was_read(asked):
    report = asked(
        (
            "questions.yaml",
            '- {ask: "hello"',
            '- {ask: "may I browse with ChatGPT browsing for a caption?", as: ana, verdict: '
            'not_allowed}\n- {ask: "can I put this file into ChatGPT?", as: ana, verdict: '
            'allowed}\n- {ask: "hello"',
        )
    )

    feature, thing = (error.message for error in report.errors)
    assert "feature web_search; no data; use social_post" in feature
    assert "something nobody described" in thing


# --- the report


@pytest.fixture
def report(asked):
    return asked(
        ("tools/painter.yaml", "owner: studio\n", ""),
        ("questions.yaml", "verdict: not_allowed", "verdict: allowed"),
        ("policies/AUP-1.md", "next_review: 2026-12-31", "next_review: 2026-05-31"),
    )


def test_a_report_is_read_file_by_file_with_a_summary(report):
    lines = check.as_text(report).splitlines()

    files = [text for text in lines if text and not text.startswith(" ")]
    assert files == [
        "policies/AUP-1.md",
        "questions.yaml",
        "tools/painter.yaml",
        f"1 error, 2 warnings (version {report.knowledge_version}).",
    ]
    assert "     1  warning  no-owner  owner: Painter is in use and nobody owns it." in (
        check.as_text(report)
    )


def test_a_report_is_coloured_where_colours_can_be_seen(report):
    screen, pipe = StringIO(), StringIO()

    check.tell(report, Console(file=screen, force_terminal=True, color_system="standard"))
    check.tell(report, Console(file=pipe))

    assert "\x1b[1;31merror" in screen.getvalue()
    assert pipe.getvalue() == check.as_text(report) + "\n"


def test_a_clean_report_says_so(checked):
    report = checked()

    assert check.as_text(report) == f"Nothing to remark (version {report.knowledge_version})."


def test_a_knowledge_base_that_cannot_be_loaded_says_so(checked):
    report = checked(**{"uses.yaml": "- {id: general"})

    assert check.as_text(report).splitlines()[-1] == (
        "1 error. The knowledge base cannot be loaded."
    )


def test_a_report_is_json_for_programs(report):
    found = json.loads(check.as_json(report))

    assert found.keys() == {"knowledge_version", "errors", "warnings"}
    assert [error["code"] for error in found["errors"]] == ["question"]
    assert found["warnings"][1] == {
        "file": "tools/painter.yaml",
        "line": 1,
        "severity": "warning",
        "code": "no-owner",
        "field": "owner",
        "message": "Painter is in use and nobody owns it. Write owner: with the team that answers"
        " for it.",
    }


def test_warnings_alone_do_not_fail(checked):
    report = checked(("tools/painter.yaml", "owner: studio\n", ""))

    assert (len(report.warnings), report.exit_code) == (1, 0)


def test_dates_are_judged_today_where_the_company_pins_none(checked, tmp_path):
    checked(("company.yaml", "as_of: 2026-06-01", "as_of: today"))

    report = check.run(tmp_path, today=TODAY, judge=judge)

    assert {"lapsed", "review-overdue"} <= {w.code for w in report.warnings}


@pytest.mark.parametrize("name", ["harbor", "kessel", "lumen"])
def test_the_knowledge_bases_of_the_exam_have_no_errors_but_their_questions(name):
    known = load(Path(__file__).parent / "exam" / name / "knowledge")

    remarks = [remark for lint in LINTS for remark in lint(known, known.as_of)]

    assert [r for r in remarks if r.severity == "error"] == []
    assert all(r.line and r.message.endswith(".") for r in remarks)


def test_questions_are_judged_by_whoever_judges_answers(asked, tmp_path):
    asked()
    known = load(tmp_path)

    refused = list(questions(known, known.as_of, lambda *_: None))

    assert [r.code for r in refused] == ["question", "question"]
