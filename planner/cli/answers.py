"""What people type when they are asked, understood: a word of ours, what everybody calls it, its beginning, its number.

An answer that could be two is none: it is asked again, with what it could be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from rules.terms import AccountKind, FilingStatus, Owner

Choice = TypeVar("Choice", bound=StrEnum)

STATUS: Mapping[FilingStatus, tuple[str, ...]] = {
    FilingStatus.SINGLE: ("single", "unmarried"),
    FilingStatus.MARRIED_JOINTLY: ("married jointly", "married filing jointly", "mfj", "joint", "jointly"),
    FilingStatus.MARRIED_SEPARATELY: ("married separately", "married filing separately", "mfs", "separate"),
    FilingStatus.HEAD_OF_HOUSEHOLD: ("head of household", "hoh"),
    FilingStatus.QUALIFYING_SURVIVING_SPOUSE: (
        "qualifying surviving spouse",
        "qss",
        "surviving spouse",
        "widow",
        "widower",
    ),
}
KIND: Mapping[AccountKind, tuple[str, ...]] = {
    AccountKind.TAXABLE: ("taxable", "brokerage", "individual", "joint"),
    AccountKind.IRA: ("ira", "traditional ira", "rollover ira", "sep ira", "simple ira", "traditional", "rollover"),
    AccountKind.ROTH_IRA: ("roth ira", "roth"),
    AccountKind.PLAN_401K: ("401k", "401(k)", "403b", "403(b)", "457", "tsp"),
    AccountKind.HSA: ("hsa", "health savings account"),
    AccountKind.PLAN_529: ("529", "529 plan", "college"),
}
OWNER: Mapping[Owner, tuple[str, ...]] = {
    Owner.TAXPAYER: ("taxpayer", "me", "mine", "self", "i"),
    Owner.SPOUSE: ("spouse", "wife", "husband", "partner"),
}
MANY = 30  # people of one household
_UNITS = {"k": 1_000, "m": 1_000_000}
_figure = re.compile(r"(?P<figure>[+-]?[\d,_]*\.?\d+)\s*(?P<unit>[km]?)", re.IGNORECASE).fullmatch


class NoAnswer(ValueError):  # noqa: N818  the word of the person who asked
    """What was typed is no answer; the message says what would be one."""


def choice(text: str, words: Mapping[Choice, Sequence[str]]) -> Choice:
    """The choice that a text means. Raises NoAnswer where it is none, or could be several."""
    typed = _bare(text)
    spelled = {one: {_bare(one.value), *map(_bare, words[one])} for one in words}
    exact = [one for one in words if typed in spelled[one]]
    if not exact and typed.isdigit() and 1 <= int(typed) <= len(words):
        exact = [list(words)[int(typed) - 1]]
    begun = [one for one in words if typed and _bare(one.value).startswith(typed)]
    found = exact or begun or [o for o in words if typed and any(word.startswith(typed) for word in spelled[o])]
    if len(found) == 1:
        return found[0]
    among = found or list(words)
    raise NoAnswer(f"could be {' or '.join(among)}" if found else f"write one of {', '.join(among)}")


def money(text: str) -> Decimal:
    """`318k`, `$1.2m`, `318_000`. Raises NoAnswer."""
    found = _figure(text.strip().replace("$", "").strip("() "))
    if found is None:
        raise NoAnswer("write dollars, such as 318000 or 318k")
    amount = Decimal(found["figure"].replace(",", "").replace("_", "")) * _UNITS.get(found["unit"].casefold(), 1)
    return amount if amount != amount.to_integral_value() else amount.quantize(Decimal(1))


def loss(text: str) -> Decimal:
    return abs(money(text))  # people write losses with and without a minus


def year(text: str) -> int:
    if not (text.strip().isdecimal() and len(text.strip()) == 4):
        raise NoAnswer("write a year, such as 2026")
    return int(text.strip())


def day(text: str) -> date:
    """`1959-05-02`, `5/2/1959`, `May 2, 1959`. Raises NoAnswer."""
    from planner.loader.tables.cells import find_day

    found = find_day(text.strip())
    if found is None:
        raise NoAnswer("write a day, such as 1959-05-02")
    return found


def days(text: str) -> list[date]:
    """Several days with commas or spaces between them; `none` for none. Raises NoAnswer."""
    typed = text.replace(";", ",").strip()
    if typed.casefold() in ("none", "no", "0"):
        return []
    return [day(one) for one in re.split(r"[,\s]+", typed) if one]


def people(text: str) -> int:
    """So many of one or two people. Raises NoAnswer."""
    typed = {"no": "0", "none": "0", "one": "1", "two": "2", "both": "2"}.get(text.strip().casefold(), text.strip())
    if typed not in ("0", "1", "2"):
        raise NoAnswer("write 0, 1 or 2")
    return int(typed)


def count(text: str) -> int:
    if not (text.strip().isdecimal() and 0 < int(text) < MANY):
        raise NoAnswer("write how many people, such as 2")
    return int(text)


def yes(text: str) -> bool:
    typed = text.strip().casefold()
    if typed not in ("y", "yes", "true", "n", "no", "false"):
        raise NoAnswer("write yes or no")
    return typed[0] in "yt"


def state(text: str, names: Mapping[str, str]) -> str:
    """Two letters, blank for none; `names` are those of the states by their letters. Raises NoAnswer."""
    typed = " ".join(text.split()).casefold().strip(".")
    if typed in ("", "none", "no", "-", "no state tax"):
        return ""
    if typed.upper() in names:
        return typed.upper()
    exact = [letters for letters, name in names.items() if name.casefold() == typed]
    found = exact or [letters for letters, name in names.items() if name.casefold().startswith(typed)]
    if len(found) == 1:
        return found[0]
    raise NoAnswer(f"could be {' or '.join(found)}" if found else "write its two letters or its name")


def _bare(text: str) -> str:
    return re.sub(r"[\s_()-]", "", text.casefold())
