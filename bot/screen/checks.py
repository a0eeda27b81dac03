"""Check digits python-stdnum does not know, or knows too strictly for what people type."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Final

LUHN_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn(digits: str) -> bool:
    """Say whether the last digit checks the others, as on payment cards."""
    total = 0
    for at, char in enumerate(reversed(digits)):
        total += LUHN_DOUBLED[int(char)] if at % 2 else int(char)
    return total % 10 == 0


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(char) * weight for char, weight in zip(digits, weights, strict=False))


def day(year: str, month: str, of_month: str) -> bool:
    """Say whether these digits can be a date."""
    return year.isdigit() and 1 <= int(month) <= 12 and 1 <= int(of_month) <= 31


def us_ssn(number: str) -> bool:
    return (
        number[:3] not in ("000", "666")
        and number[0] != "9"
        and number[3:5] != "00"
        and number[5:] != "0000"
        and number != "123456789"
        and len(set(number)) > 1
    )


def gb_nino(number: str) -> bool:
    prefix = number[:2]
    return not (
        set(prefix) & set("DFIQUV")
        or prefix[1] == "O"
        or prefix in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
    )


def icao(number: str) -> bool:
    """Check an identity card or a passport line: 7, 3, 1 over digits and letters."""
    values = [int(char, 36) if char != "<" else 0 for char in number[:-1]]
    return sum(v * (7, 3, 1)[at % 3] for at, v in enumerate(values)) % 10 == int(number[-1])


def de_svnr(number: str) -> bool:
    if not day("0", number[4:6], str((int(number[2:4]) - 1) % 50 + 1)):
        return False
    spread = number[:8] + f"{ord(number[8]) - 64:02}" + number[9:11]
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(
        sum(map(int, str(int(char) * weight)))
        for char, weight in zip(spread, weights, strict=False)
    )
    return total % 10 == int(number[11])


def fr_nir(number: str) -> bool:
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return 97 - int(body) % 97 == int(number[13:15])


def dk_cpr(number: str) -> bool:
    return day(number[4:6], number[2:4], number[:2])


def hu_taj(number: str) -> bool:
    return _weighted(number, (3, 7) * 4) % 10 == int(number[8])


def ru_snils(number: str) -> bool:
    return _weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100 == int(number[9:])


def my_nric(number: str) -> bool:
    return day(number[:2], number[2:4], number[4:6]) and number[6:8] != "00"


def sg_nric(number: str) -> bool:
    shift = {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    rest = (_weighted(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + shift) % 11
    if number[0] in "ST":
        return "JZIHGFEDCBA"[rest] == number[8]
    if number[0] == "M":
        return "XWUTRQPNJLK"[10 - rest] == number[8]
    return "XWUTRQPNMLK"[rest] == number[8]


def hk_hkid(number: str) -> bool:
    letters = number.rstrip("0123456789")
    if number[-1] == "A" and len(number) > 8 - (len(letters) == 1):
        letters = number[:-7]
    values = [36] * (2 - len(letters)) + [int(char, 36) for char in number[:-1]]
    total = sum(v * w for v, w in zip(values, (9, 8, 7, 6, 5, 4, 3, 2), strict=False))
    return (total + int(number[-1], 11)) % 11 == 0


def tw_id(number: str) -> bool:
    first = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]) + 10
    return (
        first // 10 + first % 10 * 9 + _weighted(number[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))
    ) % 10 == 0


def cn_ric(number: str) -> bool:
    if number[6:8] not in ("18", "19", "20") or not day(*_birth(number[6:14])):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[_weighted(number[:17], weights) % 11] == number[17]


def _birth(digits: str) -> tuple[str, str, str]:
    return digits[:4], digits[4:6], digits[6:8]


def kr_rrn(number: str) -> bool:
    # Numbers given out since 2020 carry no check digit.
    return day(number[:2], number[2:4], number[4:6])


def au_medicare(number: str) -> bool:
    return _weighted(number, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(number[8])


_OWN: Final[dict[str, Callable[[str], bool]]] = {
    check.__name__: check
    for check in (
        us_ssn, gb_nino, icao, de_svnr, fr_nir, dk_cpr, hu_taj, ru_snils, my_nric, sg_nric,
        hk_hkid, tw_id, cn_ric, kr_rrn, au_medicare,
    )
}  # fmt: skip


@cache
def checker(name: str) -> Callable[[str], bool]:
    """Find the check a rule names, loading python-stdnum's module when it is first needed."""
    where, _, own = name.partition(".")
    if where == "own":
        return _OWN[own]
    module = importlib.import_module(f"stdnum.{name}")
    check: Callable[[str], bool] = module.is_valid
    return check
