"""How long a large knowledge base takes to load, beside plain YAML parsing of the same files.

The files are shaped like the shipped ones: about 900 bytes an edition, one with all its parts and
one with fewer in each tool.

Run: `python bench/bench_knowledge.py [TOOLS]`. Each figure is taken in a process of its own, so
that one cannot warm up or fill the memory of the other. A ratio travels between machines; seconds
do not.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FULL = """\
  - id: enterprise
    name: Tool {n} Enterprise
    aliases: [our tool {n}, work tool {n}]
    account: company
    how_to_recognise: "company logo top left"
    support: supported
    status: approved
    who: {{types: [employee, contractor], departments: all, regions: [EU, UK]}}
    data:
      public: allow
      internal: allow
      confidential: {{allow_if: [web-search-off]}}
      confidential.prerelease: deny
      personal: review
      personal.employee: {{allow_if: [need-to-know], only_departments: [people], cite: [P-1]}}
    features:
      image_generation: {{aliases: [images], status: allow, only_uses: [image], cite: [P-3]}}
      agent_mode: {{status: deny, note: "acts by itself", cite: [P-2]}}
    conditions: [training]
    good_for: [brainstorm, summarise]
    not_good_for: ["exact sums", "legal advice"]
    approval: {{by: Council, decided_on: 2026-01-19, valid_from: 2026-01-19, expires: 2027-01-18}}
    alternatives: ["tool-{other:04}:enterprise"]
    cost: {{kind: licence, note: "via IT"}}
    access: {{path: "/greenlight request", note: "two days"}}
    vendor_terms: {{trains_on_input: false, retention_days: 30, residency: [EU]}}
    cite: [P-1, P-2]
"""

SMALL = """\
  - id: team
    name: Tool {n} Team
    aliases: [tool {n} for teams]
    account: company
    status: limited
    who: {{types: [employee], departments: [people], regions: all, cite: [P-1]}}
    data: {{public: allow, internal: allow, personal: deny}}
    conditions: [training]
    good_for: [summarise]
    approval: {{by: Council, decided_on: 2026-01-19, valid_from: 2026-01-19, expires: 2027-01-18}}
    alternatives: ["tool-{n:04}:enterprise"]
    cite: [P-2]
"""

TOOL = """\
id: tool-{n:04}
name: Tool {n}
vendor: Vendor {n}
aliases: [tool {n}, t{n}]
category: assistant
owner: it/platform
default_edition: enterprise
editions:
"""

FILES = {
    "company.yaml": """\
name: Bench
domains: [bench.example]
language: en
departments: {people: {name: People}, it: {name: IT}}
regions: {UK: {name: United Kingdom}, DE: {name: Germany}, FR: {name: France}}
region_groups: {EU: [DE, FR]}
worker_types: {employee: {name: Employee}, contractor: {name: Contractor}}
roles: {council: {name: Council}}
unlisted: {verdict: not_reviewed, cite: P-1}
guests: {cite: P-1}
claims: {cite: P-1}
""",
    "data.yaml": """\
classes:
  - {id: public, rank: 0, name: Public, cite: P-1}
  - {id: internal, rank: 1, name: Internal, cite: P-1}
  - {id: confidential, rank: 2, name: Confidential, tags: {prerelease: {}}, cite: P-1}
  - {id: personal, rank: 3, name: Personal, tags: {employee: {}}, cite: P-1}
""",
    "uses.yaml": """\
- {id: general, name: Not stated, effect: ok}
- {id: image, name: Image, effect: ok}
- {id: brainstorm, name: Brainstorm, effect: ok}
- {id: summarise, name: Summarise, effect: ok}
""",
    "conditions.yaml": """\
web-search-off: {text: "Web search is off."}
need-to-know: {text: "Only data of your own work."}
training: {text: "Finish the course."}
""",
}

SECTION = """\
---
id: P-{n}
title: Section {n}
document: Policy
version: "1"
effective: 2026-01-01
owner: Council
audience: all
regions: all
---
Text.
"""


def write(folder: Path, tools: int) -> None:
    """Write a knowledge base with two editions a tool."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "policies").mkdir()
    (folder / "tools").mkdir()
    for n in range(1, 4):
        (folder / "policies" / f"P-{n}.md").write_text(SECTION.format(n=n))
    for n in range(tools):
        text = (TOOL + FULL + SMALL).format(n=n, other=(n + 1) % tools)
        (folder / "tools" / f"tool-{n:04}.yaml").write_text(text)


def measure(what: str, folder: Path) -> None:
    """Load or parse the folder in this process; print seconds and megabytes."""
    if what == "load":
        from bot.knowledge import load

        begin = time.perf_counter()
        kept: object = load(folder)
    else:
        import yaml

        begin = time.perf_counter()
        kept = [
            yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
            for path in sorted(folder.rglob("*.yaml"))
        ]
    seconds = time.perf_counter() - begin
    assert kept
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def compare(tools: int, times: int = 3) -> None:
    """Write the folder and print the best of a few runs of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, tools)
        best = {}
        for what in ("load", "yaml"):
            command = [sys.executable, __file__, what, name]
            runs = [
                subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
                for _ in range(times)
            ]
            best[what] = min((float(seconds), float(megabytes)) for seconds, megabytes in runs)
    seconds, megabytes = best["load"]
    plain, plain_megabytes = best["yaml"]
    print(f"{tools} tools, {2 * tools} editions, best of {times}")
    print(f"bot.knowledge.load  {seconds:6.2f} s  {megabytes:5.0f} MB RSS")
    print(f"yaml.CSafeLoader    {plain:6.2f} s  {plain_megabytes:5.0f} MB RSS")
    print(f"ratio               {seconds / plain:6.2f}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["load" | "yaml" as what, folder]:
            measure(what, Path(folder))
        case [tools]:
            compare(int(tools))
        case _:
            compare(2000)
