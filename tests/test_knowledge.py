"""What a loaded knowledge base says, and that nobody can change it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.chat import Person
from bot.knowledge import Knowledge, load
from bot.knowledge.models import Condition, Detect, Edition, Grant, Section, Use
from tests import kb


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return kb.write(tmp_path / "knowledge")


@pytest.fixture
def knowledge(folder: Path) -> Knowledge:
    return load(folder)


def test_every_file_is_in_the_snapshot(knowledge):
    assert knowledge.company.name == "Acme"
    assert list(knowledge.classes) == ["public", "confidential", "personal", "secret"]
    assert list(knowledge.rules) == ["hashed"]
    assert list(knowledge.uses) == ["general", "social_post", "face_search"]
    assert list(knowledge.conditions) == ["human-review", "data-limits", "training"]
    assert list(knowledge.exceptions) == ["EX-1"]
    assert list(knowledge.people) == ["ana", "ben"]
    assert list(knowledge.tools) == ["chatgpt", "midjourney"]
    assert list(knowledge.sections) == ["AUP-1", "AUP-2", "DATA-1", "DATA-2"]
    assert list(knowledge.courses) == ["TR-1"]
    assert [question.as_ for question in knowledge.questions] == ["ana"]


def test_an_edition_knows_its_tool(knowledge):
    edition = knowledge.editions["chatgpt:work"]

    assert (edition.tool_id, edition.key) == ("chatgpt", "chatgpt:work")


def test_editions_are_ranked_by_how_early_they_name_the_use(knowledge):
    assert knowledge.good_for["social_post"] == ("midjourney:studio", "chatgpt:work")
    assert knowledge.good_for["general"] == ("chatgpt:work",)


def test_editions_are_found_by_the_category_of_their_tool(knowledge):
    assert knowledge.by_category["assistant"] == ("chatgpt:work", "chatgpt:free")


def test_the_order_of_conditions_is_their_importance(knowledge):
    assert knowledge.condition_order == {"human-review": 0, "data-limits": 1, "training": 2}
    assert knowledge.conditions["training"].id == "training"


def test_a_person_is_found_by_their_address_in_any_case(knowledge):
    assert knowledge.person_by_email["ana@acme.example"] == Person(
        id="ana",
        name="Ana",
        email="ana@acme.example",
        department="marketing",
        region="UK",
        worker_type="employee",
        title="Manager",
        groups=frozenset({"pilot-x"}),
        courses=frozenset({"TR-1"}),
    )


def test_region_groups_have_become_regions(knowledge):
    edition = knowledge.editions["chatgpt:work"]

    assert edition.who.regions == {"DE", "FR", "UK"}
    assert edition.data["confidential"].only_regions == {"DE", "FR"}
    assert edition.features["images"].not_regions == {"DE", "FR"}
    assert knowledge.uses["social_post"].not_regions == {"DE", "FR"}
    assert knowledge.sections["AUP-1"].regions == {"DE", "FR"}


def test_all_is_none_and_a_limit_that_names_nobody_limits_nothing(knowledge):
    edition = knowledge.editions["chatgpt:work"]

    assert edition.who.departments is None
    assert edition.data["confidential"].only_departments is None
    assert knowledge.courses["TR-1"].audience is None


def test_an_alternative_without_an_edition_is_the_default_edition(knowledge):
    assert knowledge.editions["chatgpt:work"].alternatives == ("midjourney:studio",)


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("allow", Grant.model_construct(effect="allow")),
        ("deny", Grant.model_construct(effect="deny")),
        ("review", Grant.model_construct(effect="review")),
        ("{allow: true}", Grant.model_construct(effect="allow")),
        ("{deny: true, cite: [DATA-2]}", Grant.model_construct(effect="deny", cite=("DATA-2",))),
        ("{review: true, cite: DATA-2}", Grant.model_construct(effect="review", cite=("DATA-2",))),
        ("{allow_if: []}", Grant.model_construct(effect="allow")),
        (
            "{allow_if: [training], only_departments: [people], only_regions: [EU, NO]}",
            Grant.model_construct(
                effect="allow",
                allow_if=("training",),
                only_departments=frozenset({"people"}),
                only_regions=frozenset({"DE", "FR", "NO"}),
            ),
        ),
    ],
)
def test_a_data_grant_may_be_spelled_in_many_ways(tmp_path, spelled, meant):
    old = "personal.customer: deny"
    kb.write(tmp_path, kb.changed("tools/chatgpt.yaml", old, f"personal.customer: {spelled}"))

    found = load(tmp_path).editions["chatgpt:work"].data["personal.customer"]

    assert found == meant


def test_what_screening_finds_may_mean_a_class_or_a_tag(knowledge):
    assert knowledge.classes["personal"].detect == (
        Detect("EMAIL"),
        Detect("CARD", "customer"),
        Detect("PASSPORT", "candidate"),
    )
    assert knowledge.company.screening["EMAIL"].class_ == "personal"


def test_words_that_other_readers_take_for_values_stay_words(knowledge):
    assert knowledge.company.regions["NO"].name == "Norway"
    assert knowledge.sections["AUP-1"].version == "1.10"


def test_addresses_in_an_exception_are_lower_case(knowledge):
    assert knowledge.exceptions["EX-1"].people == {"ana@acme.example", "ben"}
    assert knowledge.exceptions["EX-1"].from_ == date(2026, 5, 1)


def test_a_section_counts_from_its_first_day_to_its_last(knowledge):
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]

    assert [knowledge.in_force("AUP-2", day) for day in days] == [False, True, True, False]
    assert knowledge.in_force("AUP-1", date(2036, 1, 1))
    assert not knowledge.in_force("AUP-99", days[1])


def test_the_text_of_a_section_stands_below_its_front_matter(knowledge):
    assert knowledge.sections["AUP-1"].body == "Text of AUP-1."


def test_the_company_may_pin_the_day_and_the_caller_may_pin_another(folder):
    assert load(folder).as_of == date(2026, 6, 1)
    assert load(folder, today=date(2026, 9, 9)).as_of == date(2026, 9, 9)


def test_today_is_the_day_of_the_question(tmp_path):
    kb.write(tmp_path, kb.changed("company.yaml", "as_of: 2026-06-01", "as_of: today"))

    assert load(tmp_path).as_of is None


@pytest.mark.parametrize(
    ("path", "passage"),
    [
        ("", "  - id: work"),
        ("status", "status: approved"),
        ("data.confidential", "confidential:"),
        ("data.confidential.only_regions", "only_regions: [EU]"),
        ("data.confidential.only_regions.0", "only_regions: [EU]"),
        ("data.personal.candidate.cite", "personal.candidate:"),
        ("data.confidential.prerelease", "confidential:"),
        ("features.agent.status", "agent:"),
        ("support", "  - id: work"),
    ],
)
def test_an_edition_says_on_which_line_each_part_of_it_stands(knowledge, path, passage):
    edition = knowledge.editions["chatgpt:work"]

    assert edition.at(path) == f"tools/chatgpt.yaml:{kb.line('tools/chatgpt.yaml', passage)}"


def test_everything_that_can_stand_behind_a_finding_says_where_it_stands(knowledge):
    edition = knowledge.editions["chatgpt:work"]
    entries = [
        (knowledge.company, "company.yaml", "name: Acme"),
        (knowledge.company.red_lines[0], "company.yaml", "- {id: RL-1"),
        (knowledge.company.unlisted, "company.yaml", "unlisted:"),
        (knowledge.company.guests, "company.yaml", "guests:"),
        (knowledge.company.claims, "company.yaml", "claims:"),
        (knowledge.classes["personal"], "data.yaml", "- id: personal"),
        (knowledge.classes["personal"].tags["candidate"], "data.yaml", "candidate: {"),
        (knowledge.rules["hashed"], "data.yaml", "- {id: hashed"),
        (knowledge.uses["social_post"], "uses.yaml", "- id: social_post"),
        (knowledge.conditions["training"], "conditions.yaml", "training:"),
        (knowledge.exceptions["EX-1"], "exceptions.yaml", "- id: EX-1"),
        (edition.who, "tools/chatgpt.yaml", "who:"),
        (edition.approval, "tools/chatgpt.yaml", "approval:"),
        (edition.data["personal"], "tools/chatgpt.yaml", "personal: review"),
        (edition.models[0], "tools/chatgpt.yaml", "models:"),
        (edition.models[0].data["personal"], "tools/chatgpt.yaml", "models:"),
        (edition.features["agent"], "tools/chatgpt.yaml", "agent:"),
        (knowledge.tools["midjourney"], "tools/midjourney.yaml", "id: midjourney"),
    ]

    said = [entry.at() for entry, *_ in entries]

    assert said == [f"{file}:{kb.line(file, passage)}" for _, file, passage in entries]


def test_a_section_stands_where_its_front_matter_does(knowledge):
    section = knowledge.sections["DATA-1"]

    assert section.at() == "policies/data/DATA-1.md:2"
    assert section.at("effective") == "policies/data/DATA-1.md:6"


def test_a_copy_still_knows_where_it_stands(knowledge):
    edition = knowledge.editions["chatgpt:work"]

    assert edition.model_copy(update={"status": "retired"}).at() == edition.at()


def test_an_entry_made_by_hand_is_not_checked_against_a_folder():
    edition = Edition.model_validate(
        {
            "id": "x",
            "name": "X",
            "account": "none",
            "status": "approved",
            "who": {"types": ["any"], "departments": ["any"], "regions": ["EU"]},
            "data": {"any": {"allow_if": ["any"]}},
            "alternatives": ["any"],
            "approval": {"by": "me", "expires": date(2026, 1, 1)},
            "vendor_terms": {"retention_days": 30},
            "cite": "ANY-1",
        }
    )
    use = Use.model_validate({"id": "x", "name": "X", "effect": "ok", "only_tools": ["any"]})
    section = Section.model_validate(
        {
            "id": "S",
            "title": "S",
            "document": "D",
            "version": "1",
            "owner": None,
            "effective": date(2026, 1, 1),
            "audience": ["any"],
            "regions": "all",
        }
    )

    assert edition.who.regions == {"EU"}
    assert edition.alternatives == use.only_tools == ("any",)
    assert (section.audience, section.owner, section.body) == ({"any"}, "", "")


def test_an_entry_from_no_file_stands_nowhere():
    condition = Condition(text="Check it.")

    assert condition.at("text") == condition.model_copy().at() == ""


def test_the_version_changes_with_any_byte_and_with_nothing_else(tmp_path, folder):
    same = kb.write(tmp_path / "elsewhere", {".git/config": "x", "README.md": "x"})
    other = kb.write(tmp_path / "other", kb.changed("conditions.yaml", "A person", "One person"))

    version = load(folder).version

    assert len(version) == 12
    assert load(same).version == version
    assert load(other).version != version


def test_nothing_in_a_snapshot_can_be_changed(knowledge):
    with pytest.raises(FrozenInstanceError):
        knowledge.version = "x"
    with pytest.raises(TypeError):
        knowledge.editions["chatgpt:work"].data["public"] = None
    with pytest.raises(TypeError):
        knowledge.tools["x"] = None
    with pytest.raises(ValidationError):
        knowledge.company.name = "x"


def test_optional_files_may_be_missing(tmp_path):
    kb.write(tmp_path, dict.fromkeys(("exceptions.yaml", "people.yaml", "questions.yaml")))

    knowledge = load(tmp_path)

    assert (len(knowledge.exceptions), len(knowledge.people), knowledge.questions) == (0, 0, ())


def test_readmes_dotfiles_pictures_and_schemas_are_left_alone(tmp_path):
    kb.write(
        tmp_path,
        {
            "README.md": "x",
            "tools/README.yaml": "x",
            ".gitignore": "x",
            ".git/hooks/run.py": "x",
            "policies/diagram.png": b"\x89PNG\0",
            "company.schema.json": "{}",
            "LICENSE": "x",
        },
    )

    assert load(tmp_path).company.name == "Acme"


def test_a_folder_may_be_a_link_with_links_inside_it(tmp_path):
    kb.write(tmp_path / "data" / ".2026")
    for name in (tmp_path / "data" / ".2026").iterdir():
        (tmp_path / "data" / name.name).symlink_to(Path(".2026") / name.name)
    (tmp_path / "knowledge").symlink_to("data")

    knowledge = load(tmp_path / "knowledge")

    assert len(knowledge.sections) == 4
    assert isinstance(knowledge.editions["chatgpt:work"], Edition)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    text = kb.SECTION.format(id="AUP-1", expires="null").replace("\n", "\r\n")
    kb.write(
        tmp_path,
        {
            "policies/AUP-1.md": b"\xef\xbb\xbf" + text.encode(),
            "uses.yaml": b"\xef\xbb\xbf" + kb.USES.encode(),
        },
    )

    assert load(tmp_path).sections["AUP-1"].body == "Text of AUP-1."


def test_whole_numbers_and_flags_are_themselves(knowledge):
    terms = knowledge.editions["chatgpt:work"].vendor_terms

    assert (terms.retention_days, terms.trains_on_input) == (30, False)
    assert knowledge.courses["TR-1"].minutes == 15
