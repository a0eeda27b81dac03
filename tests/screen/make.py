"""Makes the values of the labelled sets: synthetic, never written down in the repository."""

from __future__ import annotations

import base64
import importlib
import random
import re
import string
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

HERE = Path(__file__).parent


class Case(NamedTuple):
    """A text and the values that must be found in it."""

    name: str
    text: str
    wanted: tuple[tuple[str, str], ...]
    held_out: bool


def load(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))


_CLASSES = {
    "a": string.ascii_letters + string.digits,
    "x": "0123456789abcdef",
    "U": string.ascii_uppercase + "234567",
    "d": string.digits,
    "w": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "Q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
_CARDS = {
    "visa": ("4", "#### #### #### ####"),
    "visa_plain": ("4", "################"),
    "visa_dashes": ("4", "####-####-####-####"),
    "visa19": ("4", "###################"),
    "mastercard": ("53", "#### #### #### ####"),
    "mastercard_plain": ("51", "################"),
    "mastercard_2": ("2223", "#### #### #### ####"),
    "mastercard_2_plain": ("2720", "################"),
    "amex": ("37", "#### ###### #####"),
    "amex_plain": ("34", "###############"),
    "discover": ("6011", "#### #### #### ####"),
    "jcb": ("3530", "#### #### #### ####"),
    "diners": ("36", "#### ###### ####"),
    "unionpay": ("62", "################"),
    "mir": ("2200", "#### #### #### ####"),
    "maestro": ("6759", "#### #### #### ####"),
    "troy": ("9792", "################"),
}
_BBANS = {
    "DE": 18, "AT": 16, "FR": 23, "ES": 20, "IT": 23, "NL": 14, "GB": 18, "IE": 18, "PL": 24,
    "SE": 20, "CH": 17, "BE": 12, "PT": 21, "FI": 14, "DK": 14, "NO": 11, "CZ": 20, "RO": 20,
    "TR": 22, "AE": 19, "GR": 23,
}  # fmt: skip
_BANKS = {"NL": "ABNA", "GB": "WEST", "IE": "AIBK", "RO": "AAAA", "IT": "X"}


def _luhn(digits: str) -> bool:
    total = 0
    for at, char in enumerate(reversed(digits)):
        value = int(char) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _filled(shape: str, digits: str) -> str:
    rest = iter(digits)
    return "".join(next(rest) if char == "#" else char for char in shape)


@cache
def _examples() -> dict[str, str]:
    return dict(load("values"))


def card(name: str, rng: random.Random, *, valid: bool = True) -> str:
    prefix, shape = _CARDS[name]
    while True:
        size = shape.count("#")
        digits = (prefix + "".join(rng.choices(string.digits, k=size)))[:size]
        if _luhn(digits) is valid:
            return _filled(shape, digits)


def iban(country: str, rng: random.Random) -> str:
    bank = _BANKS.get(country, "")
    body = bank + "".join(rng.choices(string.digits, k=_BBANS[country] - len(bank)))
    number = int("".join(str(int(char, 36)) for char in body + country + "00"))
    return f"{country}{98 - number % 97:02}{body}"


def _spaced(code: str) -> str:
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def value(name: str, rng: random.Random) -> str:
    """Make the value a placeholder stands for."""
    if name in _CARDS:
        return card(name, rng)
    if name == "card_typo":
        return card("visa", rng, valid=False)
    if name.startswith("iban_"):
        code = iban(name[5:7], rng)
        return code if name.endswith("_plain") else _spaced(code)
    return str(_examples()[name])


_DATES = {"{ymd}": "850314", "{dmy}": "140385", "{Ymd}": "19850314"}


def _candidate(shape: str, rng: random.Random) -> str:
    for token, date in _DATES.items():
        shape = shape.replace(token, date)
    letters = {"A": string.ascii_uppercase, "L": "BCDFGHJKLMNPQRSTVWXYZ", "X": "AEIOU"}
    fixed = re.search(r"\d", shape) is None
    return "".join(
        rng.choice(string.digits)
        if char == "#"
        else rng.choice(letters[char])
        if char in letters and not fixed
        else char
        for char in shape
    )


_CHECK_LETTERS = string.ascii_uppercase + string.digits


def national_id(rule: dict[str, Any], rng: random.Random) -> str:
    """Make a number its country's check accepts, by trying."""
    if "specimen" in rule:
        return str(rng.choice(rule["specimen"]))
    if "make" in rule:
        return _MAKERS[rule["make"]](rng)
    if "check" not in rule:
        return _fixed(rule["shape"], rng)
    valid: Callable[[str], bool] = importlib.import_module(f"stdnum.{rule['check']}").is_valid
    for _ in range(300_000):
        number = _candidate(rule["shape"], rng)
        if valid(number):
            return number
    raise AssertionError(f"no valid number for {rule!r}")


def _fixed(shape: str, rng: random.Random) -> str:
    return "".join(rng.choice("123456789") if char == "#" else char for char in shape)


def _with_check(module: str, size: int, first: str, rng: random.Random) -> str:
    valid = importlib.import_module(f"stdnum.{module}").is_valid
    while True:
        number = first + "".join(rng.choices(string.digits, k=size - len(first)))
        if valid(number):
            return number


def _cn(rng: random.Random) -> str:
    check = importlib.import_module("stdnum.cn.ric").calc_check_digit
    body = "11010119850314" + "".join(rng.choices(string.digits, k=3))
    return body + str(check(body + "0"))


_MAKERS: dict[str, Callable[[random.Random], str]] = {
    "de_idnr": lambda rng: _with_check("de.idnr", 11, "", rng),
    "fr_nif": lambda rng: _with_check("fr.nif", 13, "0", rng),
    "cn_ric": _cn,
}


def key(shape: str, rng: random.Random) -> str:
    """Make a secret of this shape."""

    def run(match: re.Match[str]) -> str:
        return "".join(rng.choices(_CLASSES[match.group(1)], k=int(match.group(2))))

    return re.sub(r"\{([axUdwbQ])(\d+)\}", run, shape)


def password(rng: random.Random) -> str:
    """Make a password as people choose them: a word with changes, or noise."""
    word = rng.choice(["Sommer", "Winter", "Launch", "Dragon", "Campaign", "Berlin", "Coffee"])
    digits = str(rng.randint(10, 2099))
    noise = "".join(rng.choices(string.ascii_letters + string.digits, k=6))
    return rng.choice(
        [
            word + digits + rng.choice("!#$%"),
            word.lower() + rng.choice("_-!") + digits,
            word + "@" + digits,
            noise[:3] + "$" + noise[3:] + digits[:2],
            word.replace("e", "3").replace("o", "0").replace("a", "4") + "!" + digits[:2],
        ]
    )


def encoded(text: str, how: str) -> str:
    """Hide a value the way somebody would."""
    return _HIDING[how](text)


_ALIKE = str.maketrans("aeopcxyABEHKMOPCTX", "аеорсхуАВЕНКМОРСТХ")
_HIDING: dict[str, Callable[[str], str]] = {
    "fullwidth": lambda s: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in s),
    "homoglyphs": lambda s: s.translate(_ALIKE),
    "zero_width": lambda s: "\u200b".join(s),
    "soft_hyphen_bidi": lambda s: "\u202e" + "\u00ad".join(s) + "\u202c",
    "tag_characters": lambda s: "\U000e0041".join(s),
    "other_digits": lambda s: "".join(chr(0x0660 + int(c)) if c.isdigit() else c for c in s),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "url": lambda s: "".join(f"%{ord(c):02X}" for c in s),
    "html": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "spaced": " ".join,
    "middle_dots": lambda s: "·".join(s),
    "odd_separators": lambda s: (
        re.sub(r"(?<=\d)[ -]?(?=\d)", "–", s)
        if s.replace(" ", "").replace("-", "").isdigit()
        else s[:4] + "·" + s[4:8] + "·" + s[8:]
    ),
    "line_break": lambda s: s[: len(s) // 2] + "\n" + s[len(s) // 2 :],
    "markup": lambda s: f"*{s[:2]}*{s[2:4]}*{s[4:]}*",
    "mailto": lambda s: f"<mailto:{s}|{s}>" if "@" in s else f"<tel:{s}|{s}>",
    "html_tags": lambda s: f"<p>{s[:3]}<b>{s[3:6]}</b>{s[6:]}</p>",
    "strikethrough": lambda s: "".join(c + "\u0336" for c in s),
    "escapes": lambda s: "".join(f"\\x{ord(c):02x}" for c in s),
}
HIDING = tuple(_HIDING)
