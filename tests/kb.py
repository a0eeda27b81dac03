"""A tiny, complete knowledge base for tests: small enough to know by heart, nothing left out.

`write(folder)` writes it; further arguments replace whole files, or remove one with None.
"""

from __future__ import annotations

from pathlib import Path

COMPANY = """\
name: Acme
domains: [acme.example]
language: en
as_of: 2026-06-01
departments:
  marketing: {name: Marketing, aliases: [mktg]}
  people: {name: People}
regions: {UK: {name: United Kingdom}, DE: {name: Germany}, FR: {name: France}, NO: {name: Norway}}
region_groups: {EU: [DE, FR]}
worker_types: {employee: {name: Employee}, contractor: {name: Contractor}, guest: {name: Guest}}
roles:
  council: {name: AI Council, members: [cleo@acme.example]}
  champions: {name: Champions, members: [], by_department: {marketing: [ana@acme.example]}}
contacts: {request: "/greenlight request", privacy: "#privacy"}
unlisted: {verdict: not_reviewed, cite: [AUP-1]}
guests: {cite: [AUP-1]}
claims: {cite: AUP-1}
cite_for: {pilot: [AUP-2], lapsed: AUP-2}
implied_conditions:
  no_data_named: {condition: data-limits, classes: [confidential, personal.customer]}
red_lines:
  - {id: RL-1, text: "Passwords go into no tool.", cite: [DATA-1]}
screening:
  EMAIL: {model: tokenise, log: mask, class: personal}
  aws_access_key: {model: block}
"""

DATA = """\
classes:
  - {id: public, rank: 0, name: Public, means: Published., examples: [flyer], cite: [DATA-1]}
  - {id: confidential, rank: 1, name: Confidential, means: Not out., cite: [DATA-1]}
  - id: personal
    rank: 2
    name: Personal
    means: About a person.
    examples: [subscriber list]
    tags:
      customer: {examples: [CRM export]}
      candidate: {examples: [CV], cite: [DATA-2], conditions: [human-review]}
    detect: [EMAIL, "customer: CARD", candidate: PASSPORT]
    cite: [DATA-1]
  - {id: secret, rank: 3, name: Secret, means: Opens a door., absolute: true, cite: [DATA-1]}
rules:
  - {id: hashed, class: personal, text: "Hashed is still personal.", cite: [DATA-1]}
"""

USES = """\
- {id: general, name: Purpose not stated, effect: ok}
- id: social_post
  name: Social media post
  examples: [a caption]
  effect: conditions
  conditions: [human-review]
  only_departments: [marketing]
  not_regions: [EU]
  only_tools: [chatgpt, "midjourney:studio"]
  cite: [AUP-1]
- {id: face_search, name: Recognise faces, effect: prohibited, red_line: RL-1, cite: [AUP-1]}
"""

CONDITIONS = """\
human-review: {text: "A person checks it.", check: self, course: null}
data-limits: {text: "Only cleared data."}
training: {text: "Finish the basics.", check: system, course: TR-1}
"""

EXCEPTIONS = """\
- id: EX-1
  people: [Ana@acme.example, ben]
  tool: "midjourney:studio"
  use: social_post
  data: [public]
  from: 2026-05-01
  to: 2026-07-29
  by: AI Council
  cite: [AUP-1]
"""

PEOPLE = """\
- {id: ana, name: Ana, email: Ana@acme.example, department: marketing, region: UK,
   worker_type: employee, title: Manager, groups: [pilot-x], courses: [TR-1]}
- {id: ben, name: Ben, email: ben@acme.example, department: people, region: DE}
"""

QUESTIONS = """\
- {ask: "may I use ChatGPT?", as: ana, verdict: allowed_with_conditions, cite: [AUP-1]}
"""

CHATGPT = """\
id: chatgpt
name: ChatGPT
vendor: OpenAI
aliases: [gpt]
category: assistant
owner: it
default_edition: work
editions:
  - id: work
    name: ChatGPT Enterprise
    account: company
    status: approved
    who: {types: [employee], departments: all, regions: [EU, UK]}
    data:
      public: allow
      confidential:
        allow_if: [human-review]
        only_regions: [EU]
        only_departments: []
      personal: review
      personal.customer: deny
      personal.candidate: {deny: true, cite: DATA-2}
    models: [{match: ["gpt-4*"], data: {personal: deny}}]
    features:
      images: {aliases: [dall-e], status: allow, only_uses: [social_post], not_regions: [EU]}
      agent: {status: deny, note: "acts by itself"}
    conditions: [training]
    good_for: [general, social_post]
    approval: {by: Council, decided_on: 2026-01-01, valid_from: 2026-01-01, expires: 2026-12-31}
    alternatives: [midjourney]
    vendor_terms: {trains_on_input: false, retention_days: 30, residency: [EU]}
    cite: [AUP-1, DATA-1]
  - id: free
    name: ChatGPT Free
    account: personal
    status: prohibited
    reason: Private account.
    cite: AUP-1
"""

MIDJOURNEY = """\
id: midjourney
name: Midjourney
category: image
default_edition: studio
editions:
  - id: studio
    name: Midjourney Studio
    account: company
    status: pilot
    pilot: {group: pilot-x, until: 2026-12-31}
    who: {types: all, departments: [marketing], regions: all}
    data: {public: allow}
    good_for: [social_post]
    cite: [AUP-2]
"""

SECTION = """\
---
id: {id}
title: About {id}
document: Acceptable use
version: 1.10
effective: 2026-01-01
expires: {expires}
owner: Council
audience: [marketing, contractor]
regions: [EU]
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
    "exceptions.yaml": EXCEPTIONS,
    "people.yaml": PEOPLE,
    "questions.yaml": QUESTIONS,
    "tools/chatgpt.yaml": CHATGPT,
    "tools/midjourney.yaml": MIDJOURNEY,
    "policies/AUP-1.md": SECTION.format(id="AUP-1", expires="null"),
    "policies/AUP-2.md": SECTION.format(id="AUP-2", expires="2026-06-30"),
    "policies/data/DATA-1.md": SECTION.format(id="DATA-1", expires="null"),
    "policies/data/DATA-2.md": SECTION.format(id="DATA-2", expires="null"),
    "courses/TR-1.md": COURSE,
}


def write(folder: Path, files: dict[str, str | bytes | None] | None = None) -> Path:
    """Write the tiny knowledge base, with some files replaced, added or (None) left out."""
    for name, content in {**FILES, **(files or {})}.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def changed(file: str, old: str, new: str) -> dict[str, str | bytes | None]:
    """Return the file with one passage replaced, as `write` takes it."""
    assert FILES[file].count(old) == 1, f"{old!r} is not exactly once in {file}"
    return {file: FILES[file].replace(old, new)}


def line(file: str, passage: str) -> int:
    """Return the line on which a passage of the tiny knowledge base begins."""
    text = FILES[file]
    return text.count("\n", 0, text.index(passage)) + 1
