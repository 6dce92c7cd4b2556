"""Option and warrant symbols, as brokers write them: of what stock, and which right to it they give."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from rules.terms import AssetClass

SHARES_PER_CONTRACT = Decimal(100)
"""A standard equity option contract; contracts adjusted for a corporate action differ: L-24."""


class OptionContract(NamedTuple):
    """A right to buy ("call") or sell ("put") the underlying. A warrant, or a right, is a call without known terms."""

    underlying: str
    right: Literal["call", "put"]
    expires: date | None
    strike: Decimal | None

    @property
    def acquires(self) -> bool:
        """Whether it is a "contract or option to … acquire" the underlying, § 1091(a); warrants: Rev. Rul. 56-406."""
        return self.right == "call"

    @property
    def symbol(self) -> str:
        """One spelling for one contract: `AAPL 2027-01-15 200 C`."""
        if self.expires is None or self.strike is None:
            return f"{self.underlying} warrant"
        return f"{self.underlying} {self.expires} {self.strike.normalize():f} {self.right[0].upper()}"


# The spellings are brokers' own; each is beside its pattern. A root may end in a digit (an adjusted contract), and
# a class of shares in a point or a slash.
_ROOT = r"\$?([A-Z][A-Z./]{0,5}\d?)"
_STRIKE = r"\$?(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
_RIGHT = r"(?:CALLS?|PUTS?|[CP])"
_NUMBERED = r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})"
_ISO = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_COMPACT = r"(20\d{2})(\d{2})(\d{2})"
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NAMED = rf"({'|'.join(_MONTHS)})[A-Z]*\.?[ -]?(\d{{1,2}}),?(?:ST|ND|RD|TH)?[ -]'?(\d{{4}}|\d{{2}})"
_DAY_FIRST = rf"(\d{{1,2}})[ -]?({'|'.join(_MONTHS)})[A-Z]*\.?[ -]?'?(\d{{4}}|\d{{2}})"
_WEEKLY = r"(?: \((?:WEEKLYS?|MONTHLY|QUARTERLYS?|\d+ SHS?)\))?"
_GAP = r"(?: EXP(?:\.|IRES|IRATION)?)?,? "

_DATES = {  # pattern -> places of year, month, day among its three groups
    _NUMBERED: (2, 0, 1),
    _ISO: (0, 1, 2),
    _COMPACT: (0, 1, 2),
    _NAMED: (2, 0, 1),
    _DAY_FIRST: (2, 1, 0),
}
_ORDERS = (  # what follows the root
    "{date} {strike} ?{right}",  # AAPL 01/15/2027 200.00 C (Schwab) · VTI Jan 15 2027 250 Call (thinkorswim)
    "{date} {right} ?{strike}",  # VTI 1/15/2027 Call $250.00 (Robinhood)
    "{strike} ?{right} {date}",  # VTI $250 Call 1/15/2027
)
_SPELLED = [
    (
        re.compile(
            rf"{_ROOT}(?: US)?(?: 100)?{_WEEKLY}{_GAP}"
            + order.format(date=dated, strike=f"(?P<strike>{_STRIKE})", right=f"(?P<right>{_RIGHT})")
            + rf"{_WEEKLY}(?: EXP)?"
        ),
        places,
    )
    for dated, places in _DATES.items()
    for order in _ORDERS
]
_LED = [  # CALL AAPL 01/15/2027 $200 · CALL (AAPL) APPLE INC JAN 15 27 $200 (100 SHS) (Fidelity)
    (
        re.compile(rf"(CALLS?|PUTS?) \(?{_ROOT}\)?(?: [A-Z0-9&.,'/ -]*?)??{_GAP}{dated} ({_STRIKE})(?: .*)?{_WEEKLY}"),
        places,
    )
    for dated, places in _DATES.items()
]
_OCC = re.compile(r"(?:O:)?([A-Z][A-Z./]{0,5}\d?)[ _]*(\d{2})(\d{2})(\d{2})([CP])(\d{8})")  # AAPL  270115C00200000
_DASHED = re.compile(  # -AAPL270115C200 (Fidelity) · .AAPL270115C200 (thinkorswim) · O:AAPL270115C200
    r"(?:[-.]|O:)?([A-Z][A-Z./]{0,5}\d?)_?(\d{2})(\d{2})(\d{2})([CP])(\d{1,6}(?:\.\d+)?)"
)
_TD = re.compile(r"([A-Z][A-Z./]{0,5}\d?)_(\d{2})(\d{2})(\d{2})([CP])(\d{1,6}(?:\.\d+)?)")  # AAPL_011527C200
_IB = re.compile(r"([A-Z][A-Z. ]{0,5}\d?) (\d{2})([A-Z]{3})(\d{2}) (\d*\.?\d+) ([CP])")  # AAPL 15JAN27 200 C
_may_be_spelled = re.compile(r"(?=.*\d)(?=.* ).*(?:\b(?:CALLS?|PUTS?|[CP])\b|\d[CP]\b|\b[CP]\$?\d)").match
_WARRANT = re.compile(  # ABC.WS, ABC/WS, ABC-WT, ABC+; rights: ABC.RT, ABC RT, ABC-RI, ABC^
    r"([A-Z]{1,5})(?:[./ -](?:WS|WT|RT|RI)(?:[./-]?[A-Z])?|[+^])"
)
_NASDAQ = re.compile(r"([A-Z]{4})[WR]")  # ABCDW a warrant, ABCDR a right: Nasdaq's fifth letter


@lru_cache(maxsize=65_536)
def option_underlying(symbol: str) -> OptionContract | None:
    """The contract a symbol names; None where it is not an option or warrant symbol, or its date is not a date."""
    text = " ".join(symbol.upper().replace("\u2019", "'").split())
    if not any(mark in text for mark in "0123456789./-+^ "):
        return None
    try:
        return _option(text) or _warrant(text)
    except ValueError:  # 31 February: no contract
        return None


def last_day_to_sell(symbol: str, asset_class: AssetClass) -> date | None:
    """The day on which an option expires: after it nothing is left to sell, § 1234(a)(2). None where it is no option,
    or a warrant whose terms are not known."""
    if asset_class is not AssetClass.OPTION:
        return None
    contract = option_underlying(symbol)
    return None if contract is None else contract.expires


_has_a_right = re.compile(r"\b(?:calls?|puts?)\b", re.IGNORECASE).search
_no_contract = re.compile(r"\b(?:fund|etf|etn|income|write|writing|covered|strategy|putnam)\b", re.IGNORECASE).search


@lru_cache(maxsize=65_536)
def looks_like_an_option(symbol: str) -> bool:
    """Whether a symbol speaks of a call or a put, whatever its spelling: then it is never taken for a stock.

    `CALL` and `PUT` alone are tickers; and funds that write calls say so in their names.
    """
    if option_underlying(symbol) is not None:
        return True
    text = symbol.strip()
    return " " in text and _has_a_right(text) is not None and _no_contract(text) is None


def _option(text: str) -> OptionContract | None:
    if (found := _IB.fullmatch(text)) and found[3] in _MONTHS:
        root, day, name, yy, strike, right = found.groups()
        return _contract(root, 2000 + int(yy), _MONTHS.index(name) + 1, int(day), right, Decimal(strike))
    if found := _OCC.fullmatch(text):
        root, yy, month, day, right, thousandths = found.groups()
        return _contract(root, 2000 + int(yy), int(month), int(day), right, Decimal(thousandths) / 1000)
    if found := _TD.fullmatch(text):
        root, one, two, three, right, strike = found.groups()
        year, month, day = (three, one, two) if int(one) <= 12 else (one, two, three)
        return _contract(root, 2000 + int(year), int(month), int(day), right, Decimal(strike))
    if found := _DASHED.fullmatch(text):
        root, yy, month, day, right, strike = found.groups()
        return _contract(root, 2000 + int(yy), int(month), int(day), right, Decimal(strike))
    if not _may_be_spelled(text):
        return None
    for pattern, places in _SPELLED:
        if found := pattern.fullmatch(text):
            others = {1, *pattern.groupindex.values()}
            dated = [part for n, part in enumerate(found.groups(), 1) if n not in others]
            return _contract(found[1], *_day(dated, places), found["right"], _number(found["strike"]))
    for pattern, places in _LED:
        if found := pattern.fullmatch(text):
            right, root, *dated, strike = found.groups()
            return _contract(root, *_day(dated, places), right, _number(strike))
    return None


def _day(groups: list[str], places: tuple[int, int, int]) -> tuple[int, int, int]:
    """Year, month and day of a date's groups."""
    year, month, day = (groups[place] for place in places)
    return (
        int(year) + (2000 if len(year) == 2 else 0),
        int(month) if month.isdecimal() else _MONTHS.index(month[:3]) + 1,
        int(day),
    )


def _number(text: str) -> Decimal:
    return Decimal(text.lstrip("$").replace(",", ""))


def _contract(root: str, year: int, month: int, day: int, right: str, strike: Decimal) -> OptionContract:
    root = re.sub(r"(?<=[A-Z])/(?=[A-Z]$)", ".", root.strip())
    return OptionContract(root, "call" if right.startswith("C") else "put", date(year, month, day), strike)


@lru_cache(maxsize=65_536)
def nasdaq_right(symbol: str) -> OptionContract | None:
    """The warrant or right that a five-letter symbol may name: whether it does, depends on the stock of its first four
    letters being there, since a symbol may be a name of the household's own. Rev. Rul. 56-406."""
    found = _NASDAQ.fullmatch(symbol.strip().upper())
    return OptionContract(found[1], "call", None, None) if found else None


def _warrant(text: str) -> OptionContract | None:
    found = _WARRANT.fullmatch(text)
    return OptionContract(found[1], "call", None, None) if found else None
