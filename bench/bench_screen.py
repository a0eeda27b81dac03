"""What screening costs: processor time on dense, plain and hostile text, memory, and start-up.

Run: `python bench/bench_screen.py`. A single re2 e-mail expression over the same text, in the same
process, is the floor to compare with. Memory and start-up are taken in processes of their own.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

import re2

from bot.screen import Context, scan

LIMIT: Final = 16_000
SHORT: Final = "Could you please help me draft a launch post for our new app"
DENSE: Final = (
    "Hi team, Mrs. Anna Kern (anna.kern@example.com, +49 30 23125 014) paid order 20417765 with "
    "card 4242 4242 4242 4242 on 14.02.2026. Her IBAN is DE89 3704 0044 0532 0130 00, she was born "
    "on 14 March 1985 and lives at 12 Baker Street, London NW1 6XE. Visitor 203.0.113.42 used app "
    "version 10.15.7.2. Please ask bob@corp.internal or call 415-555-0143 about invoice 2026-0441 "
    "and campaign 23851234567890123. The CMS password is Winter!2031 and SSN 536-22-8741 is in the "
    "form. Ticket 8841207, EAN 4006381333931, commit 9fceb02d0ae598e95dc970b74767f19372d61af8. "
)
PLAIN: Final = (
    "Our spring campaign starts in March and we would like three headlines for the landing page. "
    "Tone: warm, clear, no jargon. The audience is small shops in Germany and France who already "
    "know the product. Please keep each headline under 60 characters and add one call to action. "
)
HOSTILE: Final = {
    "dots": "a.",
    "addresses": "a.a@",
    "real addresses": "a@b.co ",
    "dates": "12-12-",
    "ones": "1 ",
    "digits": "4",
    "groups": "4242 ",
    "pluses": "+1",
    "phones": "020 7946 0958 ",
    "ssn words": "ssn 536228741 ",
    "passwords": "password is ",
    "password words": "password ",
    "assignments": "pw=a1",
    "quotes": "password '",
    "logins": "login a / ",
    "titles": "Dear Mr A ",
    "names": "Aa Bb ",
    "streets": "Rue De La ",
    "calle": "calle a ",
    "house numbers": "1 rue a ",
    "ibans": "DE89 3704 0044 0532 0130 ",
    "hex": "deadbeef",
    "base64": "YW5uYS5rZXJuQGV4YW1wbGUuY29t ",
    "one base64": "YW5u",
    "spaced": "a ",
    "bullets": "4\u00b72",
    "lines": "4242\n",
    "tags": "<b>a",
    "open tags": "<a ",
    "entities": "&#64;",
    "links": "<mailto:a@b.co|",
    "percent": "%41",
    "colons": "1:2:",
    "sixes": "::1 ",
    "pem": "-----BEGIN PRIVATE KEY-----",
    "jwt": "eyJhbGci.",
    "url passwords": "a://b:c1d2@",
    "combining": "4\u0336",
    "ligatures": "\ufdfa",
    "cyrillic": "\u0430b",
    "zero width": "4\u200b",
    "surrogates": "\ud800",
    "han": "\u5bc6\u7801\u662f",
    "tokens": "[[EMAIL_1]]",
    "aws": "aws ",
}


def milliseconds(work: Callable[[], object], times: int = 5) -> float:
    """Give the best of some runs."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1000


def hostile() -> dict[str, float]:
    """Scan the longest message of each hostile kind once."""
    return {
        name: milliseconds(lambda unit=unit: scan((unit * LIMIT)[:LIMIT]), 1)  # type: ignore[misc]
        for name, unit in HOSTILE.items()
    }


_MEMORY: Final = """
import resource, sys
def now():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
import re2
before = now()
import time
start = time.process_time()
from bot.screen import scan
imported = (time.process_time() - start) * 1000
start = time.process_time()
scan(sys.argv[1])
first = (time.process_time() - start) * 1000
for _ in range(20):
    scan(sys.argv[1])
print(imported, first, before, now())
"""


def alone() -> tuple[float, ...]:
    """Import and scan in a fresh process: import ms, first scan ms, MB before and after."""
    command = [sys.executable, "-c", _MEMORY, DENSE]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return tuple(map(float, done.stdout.split()))


def main() -> None:
    scan(DENSE)
    email = re2.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
    dense, plain = DENSE * 4, PLAIN * 8
    floor = milliseconds(lambda: list(email.finditer(dense))) / len(dense) * 1000
    roster = Context(roster=frozenset(f"Name{n} Surname{n}" for n in range(2000)))
    rows = {
        "one re2 e-mail expression, ms/kB": floor,
        "scan, dense text, ms/kB": milliseconds(lambda: scan(dense)) / len(dense) * 1000,
        "scan, dense short messages, ms/kB": milliseconds(lambda: scan(DENSE)) / len(DENSE) * 1000,
        "scan, plain text, ms/kB": milliseconds(lambda: scan(plain)) / len(plain) * 1000,
        "scan, dense with roster of 2000, ms/kB": milliseconds(lambda: scan(dense, roster))
        / len(dense)
        * 1000,
        "scan, 60 characters without digits, ms": milliseconds(lambda: scan(SHORT), 200),
    }
    imported, first, before, after = alone()
    rows |= {"import, ms": imported, "first scan (loads rules), ms": first}
    rows |= {"memory of the module, MB": after - before, "memory of the process, MB": after}
    for name, figure in rows.items():
        print(f"{name:<45}{figure:>10.3f}")
    worst = sorted(hostile().items(), key=lambda row: -row[1])
    for name, figure in worst[:8]:
        print(f"hostile 16,000 characters: {name:<18}{figure:>10.0f} ms")


if __name__ == "__main__":
    main()
