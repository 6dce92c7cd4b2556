"""One cell of a table: text to an exact amount, a date, a flag or a symbol; or why not, and how to fix it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from planner.domain.input_limits import (
    MOST_DECIMALS,
    MOST_NAMED,
    MOST_NUMBER_CHARACTERS,
    MOST_SYMBOL_CHARACTERS,
)
from planner.domain.visible_text import visible_line, without_unseen
from planner.loader.tables.lookalikes import as_ticker, footnote_mark, why_no_symbol
from rules.terms import CENT, ZERO

ABSURD = Decimal(10) ** 15  # no account holds a quadrillion of anything
MOST_DOLLARS = Decimal(10) ** 12  # beyond this, cents are lost in the arithmetic of a plan (docs/limits.md, L-151)
CHECK_DIGITS = "check the number of digits"
_SIGNS = ".-$,()"
_PLAIN_SIGNS = "0123456789" + _SIGNS
_PLAIN_CHARACTERS = MOST_DECIMALS  # of a number in which any may be decimals
_odd_thousands = re.compile(r",(?:(?<![0-9],)|(?<=[0-9]{4},)|(?![0-9]{3}(?![0-9])))").search
_thousands_of_a_part = re.compile(r"\.[0-9]*,").search
_LONGEST_WORD = 60  # that is looked for among others, and of how many: likeness costs the square of their length
_MOST_WORDS = 200
_LONGEST_HEADER = 2000
NEAR = 0.55  # how alike two words must be for one to be meant by the other: `gold` is not near `bond`

# What brokers print where they do not know. In our own layouts these are refused, never read as zero.
UNKNOWN_AMOUNTS = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "n/a",
        "na",
        "incomplete",
        "missing",
        "not applicable",
        "not available",
        "unavailable",
        "unknown",
    }
)
UNKNOWN_DATES = UNKNOWN_AMOUNTS | {"various", "multiple"}

_plain = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,18})?").fullmatch
_dollars_and_cents = re.compile(  # as brokers print nearly all of them
    r"(?:(?P<open>\()|(?P<minus>-))?\$?(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){0,4}|[0-9]{1,15})(?P<part>\.[0-9]{1,18})?(?(open)\))"
).fullmatch
_written = re.compile(
    r"(?P<sign>[-+]?)\$?(?P<inner>[-+]?)(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?P<exponent>[eE][-+]?[0-9]{1,4})?"
).fullmatch
_enclosed = re.compile(r"^\((\$?[0-9][0-9,]*(?:\.[0-9]+)?)\)$", re.MULTILINE).sub
_iso = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})").fullmatch
_american = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})").fullmatch
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")  # typeset for a minus sign
_loose_space = re.compile(r" (?![0-9])|(?<![0-9]) ")
_spaced_thousands = re.compile(r"[^0-9]*[0-9]{1,3}(?: [0-9]{3})+(?![0-9 ,]).*").fullmatch
_dollars = re.compile(r"^([-+(]*)(?:USD?(?=\$)|USD)|(?<=[0-9])USD(?=\)?$)", re.IGNORECASE)  # US$5, USD 5, 5 USD
_CURRENCIES = {
    "€": "euros",
    "EUR": "euros",
    "£": "pounds",
    "GBP": "pounds",
    "¥": "yen or yuan",
    "JPY": "yen",
    "CNY": "yuan",
    "C$": "Canadian dollars",
    "CA$": "Canadian dollars",
    "CAD": "Canadian dollars",
    "CAD$": "Canadian dollars",
    "A$": "Australian dollars",
    "AU$": "Australian dollars",
    "AUD": "Australian dollars",
    "HK$": "Hong Kong dollars",
    "HKD": "Hong Kong dollars",
    "CHF": "Swiss francs",
    "₹": "rupees",
    "INR": "rupees",
}
_currency = r"€|£|¥|₹|[A-Z]{1,3}\$|EUR|GBP|JPY|CNY|CAD|AUD|HKD|CHF|INR|SEK|NOK|DKK|SGD|NZD|MXN|BRL|ZAR|KRW|ILS"
_foreign = re.compile(
    rf"[-+(]*(?:(?P<before>{_currency})[-+(]*[0-9.,]+|[0-9.,]+(?P<after>{_currency}))[-)]*", re.IGNORECASE
).fullmatch
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAYS = (  # as brokers write them; the month comes first where nothing tells
    r"(?P<y>[0-9]{4})(?P<gap>[-/])(?P<m>[0-9]{1,2})(?P=gap)(?P<d>[0-9]{1,2})",
    r"(?P<m>[0-9]{1,2})(?P<gap>[-/])(?P<d>[0-9]{1,2})(?P=gap)(?P<y>[0-9]{4}|[0-9]{2})",
    r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
    rf"{_MONTH}[-/ ](?P<d>[0-9]{{1,2}})[-/, ] ?(?P<y>[0-9]{{4}})",
    rf"(?P<d>[0-9]{{1,2}})[-/ ]{_MONTH}[-/ ](?P<y>[0-9]{{4}}|[0-9]{{2}})",
)
_moments = [re.compile(rf"{day}(?:[T;, ]+[0-9]{{1,2}}:?[0-9]{{2}}.*)?", re.IGNORECASE).fullmatch for day in _DAYS]
_days_within = [
    re.compile(rf"(?<![0-9a-z]){day}(?![0-9])", re.IGNORECASE).search
    for day in (*_DAYS, rf"{_MONTH} (?P<d>[0-9]{{1,2}}) +[0-9:]+ [a-z]+ (?P<y>[0-9]{{4}})")
]
_not_finite = re.compile(r"[-+]?(?:s?nan|inf(?:inity)?)", re.IGNORECASE).fullmatch

_of_greenwich = re.compile(r"\s+(UTC|GMT)$", re.IGNORECASE).sub
_timed = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}").match
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_WESTERNMOST = timedelta(hours=12)  # behind UTC

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


Choice = TypeVar("Choice", bound=StrEnum)


class BadCell(ValueError):  # noqa: N818 (it is the user's cell, not our error)
    """A cell that cannot be read: `what` continues the sentence "`column` …", `remedy` says how to fix it."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(what)


def shown(text: str) -> str:
    """A cell as quoted in a message: on one line, and not longer than a line."""
    flat = visible_line(text[:400])
    return flat if len(flat) <= 40 else flat[:37] + "..."


def parse_amount(text: str) -> Decimal:
    """An exact, finite, signed amount from `1234.5`, `$1,234.50`, `(99.10)`, `-$31.7`. Raises BadCell otherwise."""
    if _plain(text):
        return Decimal(text) or ZERO
    if match := _dollars_and_cents(text):
        opened, minus, whole, part = match.groups("")
        return Decimal(("-" if opened or minus else "") + whole.replace(",", "") + part) or ZERO
    return _parse_written_amount(text)


def plain_amounts(cells: Collection[str]) -> dict[str, Decimal]:
    """The amounts of the cells that are plain, as `all_plain` reads them; none where one of those is not as usual."""
    cells = [cell for cell in cells if cell.strip(_SIGNS)]
    if "".join(cells).strip(_PLAIN_SIGNS):  # words among them, such as `n/a`
        cells = [cell for cell in cells if not cell.strip(_PLAIN_SIGNS)]
    found = all_plain(cells)
    return {} if found is None else dict(zip(cells, found, strict=True))


def all_plain(cells: Sequence[str]) -> list[Decimal] | None:
    """The amounts of cells that all are plain: digits, a point, a sign, dollars, thousands, in parentheses where
    negative; None where one is not.

    What `Decimal` takes of such cells, `parse_dollars` and `parse_amount` take for the same; the rest is theirs.
    """
    text = "\n".join(cells)
    if not cells or text.strip(_PLAIN_SIGNS + "\n"):
        return None
    if "(" in text or ")" in text:
        text = _enclosed(r"-\1", text)
        if "(" in text or ")" in text:
            return None
    if "$" in text:
        text = f"\n{text}".replace("\n-$", "\n-").replace("\n$", "\n")[1:]
    if "," in text:
        if _odd_thousands(text) or _thousands_of_a_part(text):
            return None
        text = text.replace(",", "")
    bare = text.split("\n")
    if len(bare) != len(cells) or max(map(len, bare)) > _PLAIN_CHARACTERS:  # a line break within a cell
        return None
    try:
        found = list(map(Decimal, bare))
    except InvalidOperation:
        return None
    if not -MOST_DOLLARS < min(found) <= max(found) < MOST_DOLLARS:
        return None
    return found if all(found) else [amount or ZERO for amount in found]


def all_plausible(amounts: Sequence[Decimal | None], *, computed: bool) -> bool:
    """Whether `parse_dollars` would take each of these amounts, were it written; `computed`: by more than adding."""
    known = [amount for amount in amounts if amount]
    if not known or not -MOST_DOLLARS < min(known) <= max(known) < MOST_DOLLARS:
        return not known
    if not computed:
        return True
    small = [amount for amount in known if -CENT < amount < CENT]  # others have no room for so many decimals
    return all(-amount.as_tuple().exponent <= MOST_DECIMALS for amount in small)  # type: ignore[operator]  # finite


def amount_or_zero(text: str) -> Decimal:
    """An amount to look at its sign or size: zero for a blank, a dash or what is no amount."""
    try:
        return parse_amount(text) if text.strip() else ZERO
    except BadCell:
        return ZERO


def parse_dollars(text: str) -> Decimal:
    """The same of money. Raises BadCell, too, for more than a plan can be made of."""
    amount = parse_amount(text)
    if abs(amount) >= MOST_DOLLARS:
        raise BadCell(f"is `{shown(text)}`: amounts of a trillion dollars or more are not accepted", CHECK_DIGITS)
    return amount


def _parse_written_amount(text: str) -> Decimal:
    if len(text) > MOST_NUMBER_CHARACTERS:
        raise BadCell(f"is `{shown(text)}`, which is not a number", CHECK_DIGITS)
    if mark := footnote_mark(text):
        raise BadCell(f"is `{shown(text)}`, with {mark} in it, the mark of a footnote", "write the figure alone")
    cell = _loose_space.sub("", unicodedata.normalize("NFKC", text).translate(_DASHES))
    if _spaced_thousands(cell):
        cell = cell.replace(" ", "")
    if "us" in cell[:6].casefold() or cell[-3:].casefold() == "usd":
        cell = _dollars.sub(lambda said: said[1] or "", cell)
    enclosed = re.fullmatch(r"(\$?)\((.*)\)", cell)
    trailing = not enclosed and re.fullmatch(r"([^-+]+)-", cell)
    match = _written(enclosed[1] + enclosed[2] if enclosed else trailing[1] if trailing else cell)
    if match is None or (match["sign"] and match["inner"]) or (enclosed and (match["sign"] or match["inner"])):
        raise BadCell(*_why_not_a_number(cell, text))
    amount = Decimal(match["number"].replace(",", "") + (match["exponent"] or ""))
    if amount >= ABSURD or -amount.as_tuple().exponent > MOST_DECIMALS:  # type: ignore[operator]  # finite by the pattern
        raise BadCell(f"is `{shown(text)}`, not a plausible amount", CHECK_DIGITS)
    if enclosed or trailing or "-" in (match["sign"], match["inner"]):
        amount = -amount
    return amount or ZERO


def _why_not_a_number(cell: str, text: str) -> tuple[str, str]:
    if _not_finite(cell):
        return f"is `{shown(text)}`, which is not an amount", "write the figure from your broker's statement"
    if foreign := _foreign(cell):
        sign = (foreign["before"] or foreign["after"]).upper()
        return (
            f"is `{shown(text)}`, in {_CURRENCIES.get(sign, sign)}: only dollars are read, and nothing is converted",
            "write it in dollars, at the rate of its own day",
        )
    if re.fullmatch(r"[-+$(]*[0-9.]+,[0-9]{1,2}\)?", cell):
        return f"is `{shown(text)}`: with a decimal comma", "write cents after a decimal point, such as 1234.50"
    if re.fullmatch(r"[-+(]*[0-9.,]+%\)?", cell):
        return f"is `{shown(text)}`, a percentage where an amount belongs", "write the amount itself, such as 1234.50"
    return f"is `{shown(text)}`, which is not a number", "write an amount such as 1234.50, -1234.50 or $1,234.50"


@lru_cache(maxsize=65536)
def parse_date(text: str) -> date:
    """A day from `2026-03-02` or, as Excel saves it again, `3/2/2026` (month first). Raises BadCell otherwise."""
    if match := _iso(text):
        year, month, day = match.groups()
    elif match := _american(text):
        month, day, year = match.groups()
    else:
        raise BadCell(f"is `{shown(text)}`, which is not a date", "write year-month-day, such as 2026-03-02")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise BadCell(
            f"is `{shown(text)}`, a day that does not exist", "write year-month-day, such as 2026-03-02"
        ) from None
    if found.year < _FIRST_YEAR:
        raise BadCell(f"is `{shown(text)}`, before 1900", "check the year; write all four digits")
    return found


@lru_cache(maxsize=65536)
def parse_moment(text: str) -> date:
    """The day of a broker's date, which a time may follow: `10/30/2017 08:00:00`, `Dec-15-2025`, `22-SEP-2023`,
    `12/01/26`, `20260302;093000`. Raises BadCell as `parse_date` does."""
    for moment in _moments:
        if match := moment(text):
            return parse_date(_as_iso(match))
    return parse_date(text)


def find_day(text: str) -> date | None:
    """The first day named somewhere in a text, such as a title; None where there is none."""
    found = [match for search in _days_within if (match := search(text))]
    for match in sorted(found, key=lambda match: match.start()):
        with suppress(BadCell):
            return parse_date(_as_iso(match))
    return None


def _as_iso(match: re.Match[str]) -> str:
    said = match.groupdict()
    year = int(said["y"])
    if len(said["y"]) == 2:
        year += 1900 if year >= 69 else 2000  # as POSIX reads two digits
    month = _MONTHS.index(said["name"].casefold()) + 1 if said.get("name") else int(said["m"])
    return f"{year}-{month:02}-{int(said['d']):02}"


def parse_instant(text: str, zone: tzinfo = UTC) -> datetime:
    """The moment of `2026-11-18 14:00:01`, `2026-11-09 15:02:11 UTC`, `2026-11-11T10:00:00.123Z`, with its zone.

    `zone` is that of a stamp which names none. Raises BadCell for a day without a time, and for what is no moment.
    """
    written = text.strip()
    if written[-1:].isalpha():
        written = _of_greenwich("+00:00", written)
    try:
        moment = datetime.fromisoformat(written) if _timed(written) else None
    except ValueError:
        moment = None
    if moment is None or not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        raise BadCell(
            f"is `{shown(text)}`, which is not a day and a time", "write it such as 2026-03-02 14:05:00, or 2026-03-02"
        )
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def local_day(stamp: date, zone: tzinfo) -> date:
    """The day of a moment where the taxpayer lives; a day without a time is a day anywhere."""
    return stamp.astimezone(zone).date() if isinstance(stamp, datetime) else stamp


def written_day(stamp: date) -> date:
    """The day as a stamp writes it, in the zone of the stamp."""
    return stamp.date() if isinstance(stamp, datetime) else stamp


def earliest_day(stamp: date) -> date:
    """The first day that a moment may fall on, wherever the taxpayer lives."""
    return (stamp.astimezone(UTC) - _WESTERNMOST).date() if isinstance(stamp, datetime) else stamp


def parse_flag(text: str) -> bool:
    """True or false from true/false, yes/no, 1/0. Raises BadCell for anything else."""
    try:
        return _FLAGS[text.casefold()]
    except KeyError:
        raise BadCell(f"is `{shown(text)}`, neither true nor false", "write true or false") from None


def parse_choice(text: str, kind: type[Choice]) -> Choice:
    """A member of an enumeration, in any case. Raises BadCell naming the nearest and all that are allowed."""
    try:
        return kind(text.casefold())
    except ValueError:
        allowed = [member.value for member in kind]
        raise BadCell(f"is `{shown(text)}`{nearest(text, allowed)}", f"write one of: {', '.join(allowed)}") from None


def named(words: Iterable[str]) -> str:
    """Some words in a row for a message: all of a few, the first of many."""
    words = list(words)
    more = f" and {len(words) - MOST_NAMED:,} more" if len(words) > MOST_NAMED else ""
    return ", ".join(words[:MOST_NAMED]) + more


def nearest(text: str, allowed: Iterable[str]) -> str:
    """`; did you mean …`, or nothing where none is near."""
    by_fold = {word.casefold(): word for word in islice(allowed, _MOST_WORDS) if len(word) <= _LONGEST_WORD}
    if len(text) > _LONGEST_WORD:
        return ""
    found = get_close_matches(text.casefold(), by_fold, n=1, cutoff=NEAR)
    return f"; did you mean `{by_fold[found[0]]}`" if found else ""


@lru_cache(maxsize=65536)
def parse_symbol(text: str) -> str:
    """A symbol as we compare it: upper case, single spaces. `vti` in one file and `VTI` in another are one security."""
    if text.isascii() and text.isprintable():
        return " ".join(text.upper().split())
    if len(text) > MOST_SYMBOL_CHARACTERS:  # refused where it is read; to normalize it could take minutes
        return " ".join(without_unseen(text).upper().split())
    plain = without_unseen(" ".join(text.split()))
    normal = plain if footnote_mark(plain) else unicodedata.normalize("NFKC", plain)  # `VTI²` is refused, not VTI2
    return " ".join(as_ticker(normal).upper().split())


def check_symbol(symbol: str) -> str:
    """A symbol as parse_symbol gives it. Raises BadCell for one that could be taken for another."""
    if why := why_no_symbol(symbol, MOST_SYMBOL_CHARACTERS):
        raise BadCell(f"is `{shown(symbol)}`, which {why}", "retype the ticker in plain letters")
    return symbol


@lru_cache(maxsize=4096)
def normal_name(text: str) -> str:
    """A header name as layouts are matched by: NFKC, single spaces, no case."""
    if not text.isascii() and len(text) <= _LONGEST_HEADER:
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())
