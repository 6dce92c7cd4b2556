"""Option and warrant symbols, as brokers write them: what stock they stand on, and which right to it they give."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

SHARES_PER_CONTRACT = Decimal(100)
"""A standard equity option contract; contracts adjusted for a corporate action differ: L-24."""


class OptionContract(NamedTuple):
    """A right to buy ("call") or sell ("put") the underlying. A warrant is a call without known terms."""

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


# AAPL 01/15/2027 200.00 C (Schwab) · AAPL  270115C00200000 (OCC) · -AAPL270115C200 (Fidelity)
# AAPL 15JAN27 200 C (Interactive Brokers) · ABC.WS, ABC/WS, ABC-WT, ABC+ (warrants)
_SPELLED = re.compile(r"([A-Z][A-Z.]{0,5}\d?) (\d\d?)/(\d\d?)/(\d{4}) \$?([\d,]*\.?\d+) (C|P|CALL|PUT)")
_OCC = re.compile(r"([A-Z][A-Z.]{0,5}\d?) *(\d{2})(\d{2})(\d{2})([CP])(\d{8})")
_DASHED = re.compile(r"-?([A-Z][A-Z.]{0,5}\d?)(\d{2})(\d{2})(\d{2})([CP])(\d{1,5}(?:\.\d+)?)")
_IB = re.compile(r"([A-Z][A-Z. ]{0,5}\d?) (\d{2})([A-Z]{3})(\d{2}) (\d*\.?\d+) ([CP])")
_WARRANT = re.compile(r"([A-Z]{1,5})(?:[./ -](?:WS|WT)(?:[./-]?[A-Z])?|\+)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@lru_cache(maxsize=65_536)
def option_underlying(symbol: str) -> OptionContract | None:
    """The contract a symbol names; None where it is not an option or warrant symbol, or its date is no date."""
    text = symbol.strip().upper()
    try:
        return _option(text) or _warrant(text)
    except ValueError:  # 31 February: no contract
        return None


def _option(text: str) -> OptionContract | None:
    if found := _SPELLED.fullmatch(text):
        root, month, day, year, strike, right = found.groups()
        return _contract(root, int(year), int(month), int(day), right, Decimal(strike.replace(",", "")))
    if found := _OCC.fullmatch(text):
        root, yy, month, day, right, thousandths = found.groups()
        return _contract(root, 2000 + int(yy), int(month), int(day), right, Decimal(thousandths) / 1000)
    if found := _DASHED.fullmatch(text):
        root, yy, month, day, right, strike = found.groups()
        return _contract(root, 2000 + int(yy), int(month), int(day), right, Decimal(strike))
    if (found := _IB.fullmatch(text)) and found[3] in _MONTHS:
        root, day, name, yy, strike, right = found.groups()
        return _contract(root, 2000 + int(yy), _MONTHS.index(name) + 1, int(day), right, Decimal(strike))
    return None


def _contract(root: str, year: int, month: int, day: int, right: str, strike: Decimal) -> OptionContract:
    return OptionContract(root.strip(), "call" if right.startswith("C") else "put", date(year, month, day), strike)


def _warrant(text: str) -> OptionContract | None:
    found = _WARRANT.fullmatch(text)
    return OptionContract(found[1], "call", None, None) if found else None
