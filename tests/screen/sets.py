"""The labelled sets: two thirds to tune on, a third held out by its name."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterable

from tests.screen import make
from tests.screen.make import Case

_PLACE = re.compile(r"\{(\w+)\}")


def _held_out(text: str) -> bool:
    return zlib.crc32(text.encode()) % 3 == 0


def _rng(text: str) -> random.Random:
    return random.Random(zlib.crc32(text.encode()))


def _filled(kind: str, template: str) -> Case:
    rng = _rng(template)
    wanted: list[tuple[str, str]] = []

    def fill(match: re.Match[str]) -> str:
        value = make.value(match.group(1), rng)
        wanted.append((_kind(kind, match.group(1)), value))
        return value

    return Case(template, _PLACE.sub(fill, template), tuple(wanted), _held_out(template))


def _kind(kind: str, name: str) -> str:
    return {"email": "EMAIL", "phone": "PHONE"}.get(name.split("_")[0], kind)


def positives() -> list[Case]:
    """Everything structured or personal that must be found."""
    cases = [_filled(kind, say) for kind, says in make.load("positives").items() for say in says]
    for name, rule in make.load("ids").items():
        for say in rule["say"]:
            title = f"{name}: {say}"
            number = make.national_id(rule, _rng(title))
            text = say.replace("{id}", number)
            cases.append(Case(title, text, (("NATIONAL_ID", number),), _held_out(title)))
    return cases


def negatives() -> list[Case]:
    """Lines in which nothing may be found."""
    return [Case(line, line, (), _held_out(line)) for line in make.load("negatives")]


_AROUND = ("{}", "here is the key: {} thanks", "please use\n{}\nfor the test")


def provider_secrets() -> list[Case]:
    """One key of each provider, in a message."""
    cases = []
    for at, (name, shape) in enumerate(make.load("secrets").items()):
        key = make.key(shape, _rng(name))
        text = _AROUND[at % 3].format(key)
        cases.append(Case(name, text, (("SECRET", key),), _held_out(name)))
    return cases


def passwords() -> list[Case]:
    """Passwords told in a sentence."""
    cases = []
    for say in make.load("prose"):
        rng = _rng(say)
        values = {
            "pw": make.password(rng),
            "phrase": " ".join(rng.choices(["correct", "horse", "battery", "lamp", "river"], k=4)),
            "pin": str(rng.randint(1000, 999999)),
            "token": make.key("{a32}", rng),
        }
        name = _PLACE.findall(say)[0]
        cases.append(Case(say, say.format(**values), (("SECRET", values[name]),), _held_out(say)))
    return cases


def evasions() -> list[Case]:
    """Seven values, hidden in every way."""
    rng = _rng("evasions")
    values = {
        "EMAIL": "anna.kern@example.com",
        "PHONE": "+1 202 555 0143",
        "CARD": make.card("visa_plain", rng),
        "IBAN": make.iban("DE", rng),
        "NATIONAL_ID": "536-22-8741",
        "SECRET": make.key("ghp_{a36}", rng),
        "SECRET ": make.key("AKIA{U16}", rng),
    }
    cases = []
    for how in make.HIDING:
        for kind, value in values.items():
            hidden = make.encoded(value, how)
            text = f"please note {hidden} for tomorrow"
            name = f"{how} {kind}"
            cases.append(Case(name, text, ((kind.strip(), hidden),), _held_out(name)))
    return cases


def share(hits: Iterable[bool]) -> float:
    """Give the share of hits."""
    every = list(hits)
    return sum(every) / len(every)
