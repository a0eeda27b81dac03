"""Makes the values of the labelled sets: synthetic, never written down in the repository."""

from __future__ import annotations

import base64
import importlib
import random
import re
import string
from collections.abc import Callable
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
_EXAMPLES = {
    "email": "anna.kern@example.com", "email_internal": "bob@corp.internal", "email_sub": "j.doe@mail.example.org",
    "email_plus": "anna+list@example.net", "email_umlaut": "jürgen@example.de",
    "email_upper": "ANNA.KERN@EXAMPLE.COM", "email_at": "anna.kern [at] example [dot] com",
    "phone_us": "415-555-0143", "phone_us_plain": "4155550143", "phone_us_paren": "(212) 555-0198",
    "phone_us_dots": "212.555.0111", "phone_intl_us": "+1 202 555 0143", "phone_intl_gb": "+44 20 7946 0958",
    "phone_gb": "020 7946 0958", "phone_gb_mobile": "07700 900123", "phone_de": "030 23125 014",
    "phone_de_mobile": "0171 3920014", "phone_de_slash": "030/23125014", "phone_intl_de": "+49 (0)30 23125-014",
    "phone_fr": "01 99 00 12 34", "phone_fr_dots": "06.39.98.12.34", "phone_intl_fr": "+33 6 39 98 12 34",
    "phone_es": "612 345 678", "phone_intl_es": "+34 612 34 56 78", "phone_it": "347 1234567",
    "phone_intl_it": "+39 06 1234 5678", "phone_nl": "06 12345678", "phone_intl_nl": "+31 6 12345678",
    "phone_pt": "912 345 678", "phone_br": "(11) 91234-5678", "phone_pl": "512 345 678", "phone_se": "070-174 06 05",
    "phone_dk": "20 12 34 56", "phone_no": "406 12 345", "phone_fi": "041 2345678", "phone_ru": "8 (912) 345-67-89",
    "phone_ua": "050 123 45 67", "phone_gr": "691 234 5678", "phone_tr": "0501 234 56 78", "phone_jp": "090-1234-5678",
    "phone_cn": "131 2345 6789", "phone_kr": "010-2000-0000", "phone_il": "050-234-5678", "phone_ae": "050 123 4567",
    "phone_in": "81234 56789", "phone_in_intl": "+91 81234 56789", "phone_au": "0491 570 156", "phone_cz": "601 123 456",
    "phone_hu": "06 20 123 4567", "phone_za": "071 123 4567", "phone_mx": "55 1234 5678", "phone_ch": "078 123 45 67",
    "phone_at": "0664 123456", "phone_be": "0470 12 34 56", "phone_ie": "020 915 1234", "phone_local": "555-0143",
    "passport_gb": "533380006", "passport_us": "C12345678", "passport_de": "C01X00T47", "passport_fr": "14AB12345",
    "passport_es": "AAA123456", "passport_it": "YA1234567", "passport_nl": "NW1234560", "passport_br": "FZ123456",
    "passport_pl": "AA1234567", "passport_ru": "45 12 345678", "passport_cn": "E12345678", "passport_jp": "TK1234567",
    "passport_kr": "M12345678", "passport_tr": "U12345678",
    "passport_mrz": "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "sort_code": "20-00-00", "account_gb": "55779911", "account_us": "000123456789", "routing": "021000021",
    "account_de": "0532013000", "blz": "37040044", "account_fr": "00020041010050500013", "account_es": "2100 0418 45 0200051332",
    "account_nl": "41.71.64.300", "account_se": "5491 00 000 03", "clabe": "032180000118359719", "account_br": "12345678-9",
    "account_ru": "40817810099910004312", "account_jp": "1234567", "bsb": "062-000", "swift": "COBADEFFXXX", "ifsc": "HDFC0001234",
    "ipv4": "203.0.113.42", "ipv6": "2001:db8::8a2e:370:7334", "ipv6_full": "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    "address_us": "1600 Pennsylvania Avenue NW, Washington, DC 20500", "address_us_short": "742 Evergreen Terrace",
    "address_us_unit": "350 Fifth Avenue, Suite 3300, New York, NY 10118", "address_gb": "12 Baker Street, London NW1 6XE",
    "address_de": "Lindenstraße 14, 10969 Berlin", "address_de_short": "Hauptstr. 5", "address_fr": "12 rue de Rivoli, 75001 Paris",
    "address_fr_short": "5 bis avenue Foch", "address_es": "Calle de Alcalá 45, 28014 Madrid", "address_it": "Via Garibaldi 12, 20121 Milano",
    "address_nl": "Keizersgracht 126, 1015 CW Amsterdam", "address_pt": "Rua Augusta 24, 1100-053 Lisboa",
    "address_pl": "ul. Marszałkowska 10, 00-590 Warszawa", "address_se": "Storgatan 12, 114 55 Stockholm",
    "address_fi": "Mannerheimintie 5", "address_ru": "ул. Ленина 15", "address_tr": "Atatürk Caddesi No: 12",
    "address_jp": "東京都千代田区丸の内1-2-3", "address_cn": "北京市朝阳区建国路88号", "address_dk": "Nørregade 12, 1165 København",
    "po_box": "P.O. Box 1234",
    "date_en": "14 March 1985", "date_us": "03/14/1985", "date_iso": "1985-03-14", "date_en_us": "March 14, 1985",
    "date_de": "14. März 1985", "date_dots": "14.03.1985", "date_fr": "14 mars 1985", "date_slash": "14/03/1985",
    "date_es": "14 de marzo de 1985", "date_it": "14 marzo 1985", "date_dashes": "14-03-1985", "date_jp": "1985年3月14日",
    "person": "Anna Kern", "person_ru": "Анна Керн", "person_jp": "田中",
}  # fmt: skip
_CARDS = {
    "visa": ("4", "#### #### #### ####"), "visa_plain": ("4", "#" * 16), "visa_dashes": ("4", "####-####-####-####"),
    "visa19": ("4", "#" * 19), "mastercard": ("53", "#### #### #### ####"), "mastercard_plain": ("51", "#" * 16),
    "mastercard_2": ("2223", "#### #### #### ####"), "mastercard_2_plain": ("2720", "#" * 16),
    "amex": ("37", "#### ###### #####"), "amex_plain": ("34", "#" * 15), "discover": ("6011", "#### #### #### ####"),
    "jcb": ("3530", "#### #### #### ####"), "diners": ("36", "#### ###### ####"), "unionpay": ("62", "#" * 16),
    "mir": ("2200", "#### #### #### ####"), "maestro": ("6759", "#### #### #### ####"), "troy": ("9792", "#" * 16),
}  # fmt: skip
_BBANS = {
    "DE": 18, "AT": 16, "FR": 23, "ES": 20, "IT": 23, "NL": 14, "GB": 18, "IE": 18, "PL": 24, "SE": 20, "CH": 17,
    "BE": 12, "PT": 21, "FI": 14, "DK": 14, "NO": 11, "CZ": 20, "RO": 20, "TR": 22, "AE": 19, "GR": 23,
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
    return _EXAMPLES[name]


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


_ALIKE = str.maketrans("aeopcxyABEHKMOPCTX", "аеорсхуАВЕНКМОРСТХ")  # noqa: RUF001
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
    "odd_separators": lambda s: re.sub(r"(?<=\d)[ -]?(?=\d)", "–", s)
    if s.replace(" ", "").replace("-", "").isdigit()
    else s[:4] + "·" + s[4:8] + "·" + s[8:],
    "line_break": lambda s: s[: len(s) // 2] + "\n" + s[len(s) // 2 :],
    "markup": lambda s: f"*{s[:2]}*{s[2:4]}*{s[4:]}*",
    "mailto": lambda s: f"<mailto:{s}|{s}>" if "@" in s else f"<tel:{s}|{s}>",
    "html_tags": lambda s: f"<p>{s[:3]}<b>{s[3:6]}</b>{s[6:]}</p>",
    "strikethrough": lambda s: "".join(c + "\u0336" for c in s),
    "escapes": lambda s: "".join(f"\\x{ord(c):02x}" for c in s),
}
HIDING = tuple(_HIDING)
