"""What the author of a broken file is told: where it is broken, and how to put it right."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bot.knowledge import KnowledgeError, Problem, load
from bot.knowledge.compose import DEPTH
from tests import kb


def problems(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as raised:
        load(folder)
    return [str(problem) for problem in raised.value.problems]


GPT = "tools/chatgpt.yaml"
MJ = "tools/midjourney.yaml"
AUP = "policies/AUP-1.md"

# file, passage (its line is the line that is named), what replaces it, what is said
BROKEN = [
    # broken YAML
    ("uses.yaml", "name: Social media post", "name: Social: media", "Quote text that holds ': '"),
    ("company.yaml", "domains: [acme.example]", "domains: [acme.example", "closed"),
    ("company.yaml", 'privacy: "#privacy"', 'privacy: "#privacy', "closed"),
    ("conditions.yaml", 'data-limits: {text: "Only', '\tdata-limits: {text: "Only', "spaces"),
    (GPT, "    account: company\n", "   account: company\n", "indentation"),
    (MJ, "category: image", "--- # second", "one document"),
    # YAML that is not used here
    (MJ, "data: {public: allow}", "data: &d {public: allow}", "anchor (&d)"),
    (MJ, "data: {public: allow}", "data: *d", "alias (*d)"),
    (MJ, "name: Midjourney\n", "name: !!python/object:os.system x\n", "The tag"),
    (MJ, "name: Midjourney\n", "name: !secret x\n", "'!secret' is not used here"),
    (MJ, "data: {public: allow}", "data: {<<: {public: allow}}", "'<<' is not a data class"),
    (MJ, "data: {public: allow}", "data: {[a]: allow}", "A key must be a word"),
    (MJ, "category: image", "category: " + "[" * 30 + "]" * 30, f"deeper than {DEPTH}"),
    # keys
    (GPT, "confidential:\n", "public: deny\n      confidential:\n", "(first in line 15)"),
    (GPT, "vendor: OpenAI", "name: OpenAI", "'name' is here twice (first in line 2)"),
    (GPT, "    approval:", "    aproval:", "editions[0].aproval: 'aproval' is not a key here."
     " Did you mean 'approval'?"),
    (GPT, "only_regions: [EU]", "only_region: [EU]", "Did you mean 'only_regions'?"),
    (GPT, "residency: [EU]", "colour: red", "There is: trains_on_input, retention_days"),
    ("company.yaml", "unlisted: {", "unlistd: {", "Did you mean 'unlisted'?"),
    ("company.yaml", "lapsed: AUP-2", "laped: AUP-2", "'laped' is not one of the keys."
     " Did you mean 'lapsed'?"),
    ("company.yaml", "no_data_named:", "no_data:", "not one of the keys"),
    # words
    (MJ, "status: pilot", "status: aproved", "editions[0].status: 'aproved' is not a status."
     " Did you mean 'approved'? Use one of approved, limited, pilot"),
    (MJ, "account: company", "account: corporate", "Use one of company, personal, none"),
    (MJ, "data: {public: allow}", "data: {public: alow}", "Did you mean 'allow'?"),
    (MJ, "data: {public: allow}", "data: {public: {effect: allow}}", "'effect' is not a key"),
    (MJ, "data: {public: allow}", "data: {public: {deny: false}}", "can only be true"),
    (MJ, "data: {public: allow}", "data: {public: {cite: [AUP-1]}}", "Say one thing"),
    (MJ, "data: {public: allow}", "data: {public: {deny: true, allow: true}}", "Say one thing"),
    (MJ, "data: {public: allow}", "data: {public: {deny: true, allow_if: []}}", "cannot both"),
    (MJ, "data: {public: allow}", "data: {public: }", "Write allow, deny, review"),
    (MJ, "types: all", "types: All", "Did you mean all?"),
    (MJ, "types: all", "types: employee", "Write all, or a list"),
    (MJ, "types: all", "types: []", "lets nobody in"),
    (MJ, "types: all", "types: ", "Write all, or a list"),
    ("data.yaml", "EMAIL, ", "EMAL, ", "Did you mean 'EMAIL'?"),
    ("data.yaml", "customer: CARD", "custommer: CARD", "Did you mean 'customer'?"),
    ("data.yaml", "{id: hashed,", "{id: hashd,", "Did you mean 'hashed'?"),
    ("company.yaml", "  EMAIL: {", "  EMAL: {", "Did you mean 'EMAIL'?"),
    ("company.yaml", "model: tokenise", "model: tokenize", "Did you mean 'tokenise'?"),
    ("questions.yaml", "allowed_with_conditions", "alowed", "Did you mean 'allowed'?"),
    # kinds of value
    ("data.yaml", "absolute: true", "absolute: yes", "true or false is wanted"),
    ("data.yaml", "rank: 2", 'rank: "2"', "a whole number, without quotes"),
    ("data.yaml", "rank: 2", "rank: 2.5", "a whole number"),
    (GPT, "aliases: [gpt]", "aliases: gpt", "A list is wanted, [in brackets]. Here stands 'gpt'"),
    (GPT, "aliases: [gpt]", "aliases:", "A list is wanted"),
    (GPT, "aliases: [gpt]", "aliases: [true]", "Put quotes around true"),
    (GPT, "aliases: [gpt]", 'aliases: [""]', "Write something"),
    (GPT, "name: ChatGPT\n", "name: {en: ChatGPT}\n", "Text is wanted. Here stands a mapping"),
    (MJ, "pilot: {group: pilot-x, until: 2026-12-31}", "pilot: x", "A mapping is wanted"),
    ("company.yaml", "domains: [acme.example]", "domains: [ana@acme.example]", "not a domain"),
    ("company.yaml", "language: en", "language: '?'", "not a language"),
    ("company.yaml", "  marketing: {name", "  the marketing: {name", "cannot be an id"),
    ("data.yaml", "id: confidential", "id: confi.dential", "cannot be an id"),
    (GPT, "aliases: [gpt]", "aliases: 5", "A list is wanted, [in brackets]. Here stands the"),
    (GPT, "aliases: [gpt]", "aliases: false", "Here stands false."),
    (GPT, "category: assistant", "category:", "Text is wanted. Nothing stands here"),
    (MJ, "status: pilot", "status: [pilot]", "Here stands a list. Use one of approved"),
    ("data.yaml", "[EMAIL, ", "[[EMAIL], ", 'Write a kind such as EMAIL, or "tag: KIND".'),
    # dates
    (AUP, "effective: 2026-01-01", "effective: 1.1.2026", "Write it as 2026-03-31"),
    (AUP, "effective: 2026-01-01", "effective: 2026-02-30", "not in the calendar"),
    (AUP, "effective: 2026-01-01", "effective: 20260101", "is not a date"),
    (AUP, "expires: null", "expires: 2025-01-01", "expires before it takes effect"),
    ("company.yaml", "as_of: 2026-06-01", "as_of: tomorrow", "'tomorrow' is not a date"),
    (GPT, "expires: 2026-12-31", "expires: 2025-12-31", "expires before it is valid"),
    # ids
    ("data.yaml", "id: confidential", "id: public", "used twice (first in line 2)"),
    ("uses.yaml", "id: face_search", "id: general", "used twice (first in line 1)"),
    ("people.yaml", "id: ben", "id: ana", "used twice"),
    ("people.yaml", "email: ben@", "email: ANA@", "is 'ana' already"),
    (GPT, "  - id: free", "  - id: work", "used twice (first in line 9)"),
    (MJ, "id: midjourney", "id: mid-journey", "but the file is named 'midjourney'"),
    (AUP, "id: AUP-1", "id: AUP-9", "but the file is named 'AUP-1'"),
    ("courses/TR-1.md", "id: TR-1", "id: TR-9", "but the file is named 'TR-1'"),
    ("company.yaml", "EU: [DE, FR]", "UK: [DE, FR]", "is a region already"),
    # references
    ("company.yaml", "EU: [DE, FR]", "EU: [DE, ES]", "'ES' is not a region in company.yaml"),
    ("company.yaml", "claims: {cite: AUP-1}", "claims: {cite: AUP-11}", "not a section"),
    ("company.yaml", "condition: data-limits", "condition: data-limit", "'data-limits'?"),
    ("company.yaml", "personal.customer]", "personal.custumer]", "'personal.customer'?"),
    ("company.yaml", "by_department: {marketing", "by_department: {markting", "'marketing'?"),
    ("data.yaml", "conditions: [human-review]", "conditions: [humanreview]", "'human-review'?"),
    ("data.yaml", "class: personal,", "class: personnel,", "Did you mean 'personal'?"),
    ("uses.yaml", "conditions: [human-review]", "conditions: [review]", "is not a condition"),
    ("uses.yaml", "only_departments: [marketing]", "only_departments: [sales]", "There is: mark"),
    ("uses.yaml", "not_regions: [EU]", "not_regions: [ES]", "not a region or region group"),
    ("uses.yaml", "not_regions: [EU]", "not_regions: all", "Write a list"),
    ("uses.yaml", "only_tools: [chatgpt,", "only_tools: [chatgtp,", "Did you mean 'chatgpt'?"),
    ("uses.yaml", "midjourney:studio", "midjourney:studo", "Did you mean 'midjourney:studio'?"),
    ("uses.yaml", "red_line: RL-1", "red_line: RL-2", "'RL-2' is not a red line"),
    ("uses.yaml", "id: general", "id: generel", "The use 'general' is missing"),
    ("conditions.yaml", "course: TR-1", "course: TR-2", "not a course in courses/"),
    ("people.yaml", "worker_type: employee", "worker_type: employe", "'employee'?"),
    ("people.yaml", "department: people", "department: hr", "is not a department"),
    ("people.yaml", "region: DE", "region: EU", "'EU' is not a region"),
    ("people.yaml", "courses: [TR-1]", "courses: [TR-7]", "'TR-7' is not a course"),
    ("questions.yaml", "as: ana", "as: anna", "Did you mean 'ana'?"),
    (GPT, "default_edition: work", "default_edition: wrk", "Did you mean 'work'?"),
    (GPT, "alternatives: [midjourney]", "alternatives: [midjorney]", "'midjourney'?"),
    (GPT, "types: [employee]", "types: [empoyee]", "Did you mean 'employee'?"),
    (GPT, "regions: [EU, UK]", "regions: [EU, GB]", "not a region or region group"),
    (GPT, "personal: review", "persnal: review", "editions[0].data.persnal: 'persnal'"),
    (GPT, "allow_if: [human-review]", "allow_if: [humanreview]", "'human-review'?"),
    (GPT, "only_uses: [social_post]", "only_uses: [social]", "is not a use"),
    (GPT, "good_for: [general, social_post]", "good_for: [general, post]", "is not a use"),
    (AUP, "audience: [marketing, contractor]", "audience: [marketing, contractors]",
     "not a department or worker type in company.yaml. Did you mean 'contractor'?"),
    # what must be complete
    (MJ, "cite: [AUP-2]", "cite: []", "at least one policy section"),
    (MJ, "types: all, ", "", "'types' is missing"),
    # exceptions
    ("exceptions.yaml", "to: 2026-07-29", "to: 2026-07-30", "lasts 91 days"),
    ("exceptions.yaml", "to: 2026-07-29", "to: 2026-04-30", "lies before the first"),
    ("exceptions.yaml", "data: [public]", "data: [secret]", "nobody is excepted"),
    ("exceptions.yaml", "use: social_post", "use: face_search", "a red line"),
    ("exceptions.yaml", ", ben]", ", bob]", "'bob' is not a person in people.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), BROKEN)
def test_a_mistake_is_named_with_its_line_and_its_fix(tmp_path, file, old, new, said):
    kb.write(tmp_path, kb.changed(file, old, new))

    found = problems(tmp_path)

    where = f"{file}:{kb.line(file, old)}: "
    assert [one for one in found if one.startswith(where) and said in one], "\n".join(found)


INCOMPLETE = [
    ("company.yaml", "language: en\n", "name: Acme", "language: 'language' is missing."),
    (
        "uses.yaml",
        "  effect: conditions\n",
        "- id: social_post",
        "[1].effect: 'effect' is missing.",
    ),
    (AUP, "effective: 2026-01-01\n", "id: AUP-1", "effective: 'effective' is missing."),
    (MJ, "    account: company\n", "- id: studio", "editions[0].account: 'account' is missing."),
    (MJ, "    pilot: {group: pilot-x, until: 2026-12-31}\n", "- id: studio", "'pilot' is missing"),
    (MJ, "    data: {public: allow}\n", "- id: studio", "'data' is missing"),
    (
        MJ,
        "    who: {types: all, departments: [marketing], regions: all}\n",
        "- id: studio",
        "'who' is missing",
    ),
]


@pytest.mark.parametrize(("file", "removed", "parent", "said"), INCOMPLETE)
def test_what_is_missing_is_named_where_it_belongs(tmp_path, file, removed, parent, said):
    kb.write(tmp_path, kb.changed(file, removed, ""))

    found = problems(tmp_path)

    assert [one for one in found if one.startswith(f"{file}:{kb.line(file, parent)}: ")] == found
    assert said in found[0]


def test_every_mistake_of_every_file_is_named_at_once(tmp_path):
    kb.write(
        tmp_path,
        {
            **kb.changed("uses.yaml", "effect: prohibited", "effect: forbidden"),
            **kb.changed(GPT, "account: personal", "account: privat"),
            **kb.changed(MJ, "data: {public: allow}", "data: {publik: alow}"),
            **kb.changed(AUP, "version: 1.10", "version: true"),
            "courses/TR-1.md": b"\xff\xfe",
        },
    )

    found = problems(tmp_path)

    assert [one.split(": ")[0] for one in found] == [
        "courses/TR-1.md:1",
        f"{AUP}:5",
        f"{GPT}:35",
        f"{MJ}:12",
        f"{MJ}:12",
        "uses.yaml:11",
    ]


@pytest.mark.parametrize("file", ["company.yaml", "data.yaml", "uses.yaml", "conditions.yaml", GPT])
def test_one_unreadable_file_is_one_problem_not_a_thousand(tmp_path, file):
    kb.write(tmp_path, {file: "a: [b"})

    found = problems(tmp_path)

    assert [one.partition(":")[0] for one in found] == [file]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in this file."),
        (b"# nothing\n", "There is nothing in this file."),
        (b"null\n", "There is nothing in this file."),
        (b"a: \xff\n", "Save it as UTF-8"),
        ("a: ä\n".encode("utf-16"), "Save it as UTF-8"),
        (b"a: b\0c\n", "binary"),
        (b"a: b\x07c\n", "control character"),
        (b"- a\n- b\n", "A mapping is wanted, {key: value}. Here stands a list."),
        (b"just words\n", "A mapping is wanted, {key: value}. Here stands 'just words'."),
        (b"a: " + b"x" * 1_000_001, "larger than 1 MB"),
        (b"[" * 400_000, "deeper than"),
        (b"- " * 200_000, "deeper than"),
    ],
)
@pytest.mark.parametrize("file", ["company.yaml", MJ])
def test_a_file_that_is_no_such_file_is_refused_in_a_sentence(tmp_path, file, content, said):
    kb.write(tmp_path, {file: content})

    found = problems(tmp_path)

    assert [one for one in found if one.startswith(f"{file}") and said in one], "\n".join(found)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("uses.yaml", "general: {name: x}\n", "A list is wanted, [in brackets]."),
        ("people.yaml", "ana: {name: x}\n", "A list is wanted, [in brackets]."),
        ("conditions.yaml", "- human-review\n", "A mapping is wanted, {key: value}."),
        ("data.yaml", "- public\n", "A mapping is wanted, {key: value}."),
        ("company.yaml", "- Acme\n", "A mapping is wanted, {key: value}."),
        (GPT, "- chatgpt\n", "A mapping is wanted, {key: value}."),
    ],
)
def test_a_file_of_the_wrong_shape_is_one_problem(tmp_path, file, content, said):
    kb.write(tmp_path, {file: content, "questions.yaml": None, "exceptions.yaml": None})

    found = problems(tmp_path)

    assert len(found) == 1
    assert found[0].startswith(f"{file}:1: {said} Here stands a ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "must begin with a line '---'"),
        ("# A title\n", "must begin with a line '---'"),
        ("---\nid: AUP-1\n", "never closed"),
        ("---\n---\nText\n", "There is nothing"),
    ],
)
def test_a_section_without_front_matter_is_refused(tmp_path, content, said):
    kb.write(tmp_path, {AUP: content})

    assert [one for one in problems(tmp_path) if one.startswith(AUP) and said in one]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("tools/evil.py", "Code has no place"),
        ("hook.sh", "Code has no place"),
        ("tools.yaml", "This is not a file a knowledge base has."),
        ("use.yaml", "Did you mean 'uses.yaml'?"),
        ("uses.yml", "Did you mean 'uses.yaml'?"),
        ("tool/x.yaml", "Did you mean 'tools'?"),
        ("tools/claude.yml", "tools/claude.yaml"),
        ("tools/sub/claude.yaml", "tools/claude.yaml"),
        ("policies/AUP-3.markdown", "policies/AUP-3.md"),
        ("policies/AUP-3.yaml", "policies/AUP-3.md"),
        ("courses/sub/TR-2.md", "courses/TR-2.md"),
    ],
)
def test_a_file_out_of_place_is_refused_with_the_right_place(tmp_path, file, said):
    kb.write(tmp_path, {file: "x"})

    assert [one for one in problems(tmp_path) if one.startswith(f"{file}: ") and said in one]


def test_two_sections_of_one_name_are_refused(tmp_path):
    kb.write(tmp_path, {"policies/old/AUP-1.md": kb.FILES[AUP]})

    assert problems(tmp_path) == [
        "policies/old/AUP-1.md:1: id: The id 'AUP-1' is used twice (first in policies/AUP-1.md)."
    ]


@pytest.mark.parametrize("file", ["company.yaml", "data.yaml", "uses.yaml", "conditions.yaml"])
def test_a_required_file_that_is_missing_is_named(tmp_path, file):
    kb.write(tmp_path, {file: None})

    assert problems(tmp_path) == [f"{file}: This file is missing; every knowledge base needs it."]


def test_a_missing_folder_is_named(tmp_path):
    assert problems(tmp_path / "x") == [f"{tmp_path / 'x'}: This knowledge folder does not exist."]


def test_a_file_is_not_a_folder(tmp_path):
    (tmp_path / "x").write_text("a: b")

    assert "is a file" in problems(tmp_path / "x")[0]


@pytest.mark.parametrize("target", ["/etc/hostname", "../outside.yaml", "/etc", "/nowhere"])
def test_a_link_out_of_the_folder_is_refused(tmp_path, target):
    folder = kb.write(tmp_path / "knowledge")
    (tmp_path / "outside.yaml").write_text("id: outside")
    (folder / "tools" / "outside.yaml").symlink_to(
        target if target.startswith("/") else f"../{target}"
    )

    assert problems(folder)[0].startswith("tools/outside.yaml: This link leads ")


def test_a_link_that_leads_in_a_circle_is_refused(tmp_path):
    kb.write(tmp_path)
    (tmp_path / "policies" / "again").symlink_to(tmp_path / "policies")

    assert "policies/again: This link leads back" in problems(tmp_path)[0]


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    kb.write(tmp_path)
    os.mkfifo(tmp_path / "tools" / "pipe.yaml")

    assert problems(tmp_path) == ["tools/pipe.yaml: This is not an ordinary file. Remove it."]


def test_a_name_that_cannot_be_printed_is_refused(tmp_path):
    kb.write(tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/tools/\xff.yaml")).write_text("id: x")

    assert "cannot be printed" in problems(tmp_path)[0]


def test_folders_may_not_nest_for_ever(tmp_path):
    kb.write(tmp_path, {"policies/" + "a/" * 40 + "AUP-9.md": "x"})

    assert [one for one in problems(tmp_path) if "Folders nest deeper than 12 levels" in one]


def test_a_question_needs_the_people_it_names(tmp_path):
    kb.write(tmp_path, {"people.yaml": None, "exceptions.yaml": None})

    assert problems(tmp_path) == [
        "questions.yaml:1: [0].as: 'ana' is not a person in people.yaml. There is none yet."
    ]


def test_a_list_of_no_uses_lacks_the_general_one(tmp_path):
    kb.write(tmp_path, {"uses.yaml": "[]\n"})

    assert "uses.yaml:1: The use 'general' is missing" in "\n".join(problems(tmp_path))


def test_a_tool_has_an_edition(tmp_path):
    text = kb.MIDJOURNEY.partition("editions:")[0] + "editions: []\n"
    kb.write(tmp_path, {MJ: text})

    assert f"{MJ}:5: editions: A tool has at least one edition" in "\n".join(problems(tmp_path))


def test_a_problem_reads_as_place_field_and_sentence():
    assert str(Problem("a.yaml", 3, "b[0].c", "No.")) == "a.yaml:3: b[0].c: No."
    assert str(Problem("a.yaml", 0, "", "No.")) == "a.yaml: No."


def test_the_error_says_all_its_problems(tmp_path):
    kb.write(tmp_path, {"uses.yaml": None, "conditions.yaml": None})

    with pytest.raises(KnowledgeError, match=re.compile(r"conditions\.yaml.*\n.*uses\.yaml")):
        load(tmp_path)


def test_thousands_of_mistakes_are_all_named_soon(tmp_path):
    wrong = ", ".join(f"nothing-{n}" for n in range(5_000))
    kb.write(tmp_path, kb.changed(MJ, "good_for: [social_post]", f"good_for: [{wrong}]"))

    assert len(problems(tmp_path)) == 5_000
