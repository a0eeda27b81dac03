"""A small company that has one of everything an answer can be about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.chat import Person
from bot.knowledge import Knowledge, load

DAY = date(2026, 11, 20)

ANA = Person(
    id="ana",
    name="Ana Ruiz",
    email="ana@acme.example",
    department="marketing",
    region="UK",
    worker_type="employee",
)
GUEST = Person(id="noah", name="Noah Evans", department="marketing", worker_type="guest")
NOBODY = Person(id="x", name="")

_SECTION = """---
id: {id}
title: {title}
document: {document}
version: "{version}"
effective: {effective}
expires: {expires}
owner: Brand Desk
audience: all
regions: all
---
{body}
"""


def _section(
    id_: str,
    title: str,
    body: str,
    *,
    document: str = "Acceptable use of AI",
    version: str = "1.0",
    effective: str = "2026-01-01",
    expires: str = "null",
) -> str:
    return _SECTION.format(
        id=id_,
        title=title,
        document=document,
        version=version,
        effective=effective,
        expires=expires,
        body=body,
    )


FILES: Mapping[str, str] = {
    "company.yaml": """
name: Acme
language: en
as_of: 2026-11-20
departments: {marketing: {name: Marketing}, legal: {name: Legal}, people: {name: People Team}}
regions: {UK: {name: United Kingdom}, DE: {name: Germany}, FR: {name: France}}
region_groups: {EU: [DE, FR]}
worker_types: {employee: {name: Employee}, contractor: {name: Contractor}, guest: {name: Guest}}
roles:
  council: {name: AI Council, members: [council@acme.example]}
  admin: {name: Admins, members: [admin@acme.example]}
contacts: {request: "/greenlight request", incident: "#security-now", privacy: "#ask-privacy"}
unlisted: {verdict: not_reviewed, cite: [AUP-2]}
guests: {cite: [AUP-6]}
claims: {cite: [AUP-4]}
implied_conditions:
  no_data_named: {condition: data-limits, classes: [personal]}
  private_edition_exists: {condition: company-account}
red_lines:
  - {id: RL-1, text: "AI never ranks, scores or selects people.", cite: [AUP-4]}
""",
    "data.yaml": """
classes:
  - {id: public, rank: 0, name: Public, examples: [published blog post, press release],
     cite: [AUP-2]}
  - {id: internal, rank: 1, name: Internal, examples: [team update, project plan], cite: [AUP-2]}
  - id: personal
    rank: 2
    name: Personal
    examples: [subscriber list, support ticket]
    tags:
      customer: {examples: [customer list]}
      hr_case: {examples: [grievance file]}
    cite: [DATA-3]
  - {id: secret, rank: 3, name: Secret, examples: [password, API key], absolute: true,
     cite: [DATA-3]}
rules:
  - {id: hashed, class: personal, text: "Hashed data still counts as personal.", cite: [DATA-3]}
""",
    "uses.yaml": """
- {id: general, name: Purpose not stated, effect: ok}
- {id: social_post, name: Social media post, effect: conditions,
   conditions: [human-review, brand-approval], cite: [MKT-1]}
- {id: summarise, name: Summarise, effect: ok, cite: [AUP-2]}
- {id: contract_review, name: Contract review, effect: ok, only_departments: [legal], cite: [AUP-2]}
- {id: image_publish, name: Published image, effect: ok, only_tools: ["painter:pro"],
   not_regions: [DE], cite: [MKT-1]}
- {id: rank_people, name: Rank candidates, effect: prohibited, red_line: RL-1, cite: [AUP-4]}
- {id: fake_reviews, name: Invented reviews, effect: prohibited, cite: [AUP-4]}
""",
    "conditions.yaml": """
human-review: {text: "A named person checks facts, tone and figures before it is used."}
company-account: {text: "Only in the company edition, signed in with your work account."}
data-limits: {text: "Only with data this tool is cleared for."}
brand-approval: {text: "The Brand Desk approves it before it is published."}
web-search-off: {text: "Web search is switched off for this chat."}
training-basics: {text: "Finish the lesson 'AI at Acme' first.", check: system, course: TR-1}
""",
    "exceptions.yaml": """
- {id: EX-7, people: [ana@acme.example], tool: "painter:pro", use: summarise, data: [personal],
   from: 2026-11-01, to: 2026-12-31, by: AI Council, cite: [AUP-4]}
""",
    "tools/chatgpt.yaml": """
id: chatgpt
name: ChatGPT
category: assistant
default_edition: enterprise
editions:
  - id: enterprise
    name: ChatGPT Enterprise
    account: company
    how_to_recognise: company logo top left
    status: approved
    who: {types: [employee], departments: all, regions: all}
    data:
      public: allow
      internal: {allow_if: [web-search-off]}
    features:
      agent_mode: {status: deny, note: "it acts by itself"}
    conditions: [training-basics]
    good_for: [social_post, summarise]
    access: {path: "/greenlight request", note: two days}
    cite: [AUP-2]
  - id: free
    name: ChatGPT Free
    account: personal
    status: prohibited
    reason: Private accounts may train on what we type.
    cite: [AUP-2]
""",
    "tools/copilot.yaml": """
id: copilot
name: Copilot
category: assistant
default_edition: m365
editions:
  - id: m365
    name: Copilot M365
    account: company
    status: approved
    who: {types: all, departments: all, regions: all}
    data: {public: allow, internal: allow, personal: allow}
    good_for: [summarise]
    cite: [AUP-2]
""",
    "tools/painter.yaml": """
id: painter
name: Painter
category: image
default_edition: pro
editions:
  - id: pro
    name: Painter Pro
    account: company
    status: limited
    who: {types: [employee], departments: [legal, people], regions: [DE, FR]}
    data:
      public: allow
      personal.hr_case: {allow: true, only_departments: [people], only_regions: [DE]}
    models: [{match: ["draw-*"], data: {public: deny}}]
    features:
      upscale: {status: allow, only_uses: [image_publish], not_regions: [DE]}
    only_uses: [image_publish]
    good_for: [image_publish]
    cite: [AUP-2]
  - id: beta
    name: Painter Beta
    account: none
    status: pilot
    pilot: {group: pilot-x, until: 2027-01-31}
    who: {types: all, departments: all, regions: all}
    data: {public: allow}
    cite: [AUP-2]
""",
    "tools/writer.yaml": """
id: writer
name: Writer
category: writing
default_edition: team
editions:
  - id: team
    name: Writer Team
    account: company
    status: under_review
    review: {opened: 2026-10-06, decision_expected: 2026-12-10}
    reason: The contract is being checked.
    cite: [AUP-2]
""",
    "policies/AUP-2.md": _section("AUP-2", "Only tools in the catalogue", "Use the catalogue."),
    "policies/AUP-4.md": _section("AUP-4", "What never happens", "Some things never happen."),
    "policies/AUP-6.md": _section(
        "AUP-6",
        "Guests and partners",
        "# Guests\n\n**Guests** work with their own company's rules.\n\n"
        "- Ask the person you work with.\n",
    ),
    "policies/AUP-9.md": _section(
        "AUP-9", "Agents", "Agents may book rooms.", effective="2027-01-01"
    ),
    "policies/AUP-0.md": _section(
        "AUP-0", "Old rule", "Everything was different.", expires="2026-06-30"
    ),
    "policies/DATA-3.md": _section("DATA-3", "Personal data", "It stays in cleared tools."),
    "policies/MKT-1.md": _section(
        "MKT-1",
        "Customer-facing text",
        "Copy made with AI may be published after two steps. A named person checks facts and\n"
        "tone. The Brand Desk approves it. Press releases are written by Marketing, e.g. by hand.",
        document="AI in Marketing",
        version="2.2",
        effective="2026-03-02",
    ),
    "courses/TR-1.md": "---\nid: TR-1\ntitle: AI at Acme\nminutes: 12\naudience: all\n---\nRead.\n",
}


@cache
def acme() -> Knowledge:
    """Load the small company."""
    with TemporaryDirectory() as folder:
        for name, text in FILES.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.lstrip("\n"), encoding="utf-8")
        return load(Path(folder))


def test_the_small_company_loads() -> None:
    assert acme().company.name == "Acme"
