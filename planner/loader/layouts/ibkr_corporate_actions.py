"""Interactive Brokers' corporate actions, in both forms: what happened is in a sentence, which security it
happened to in parentheses at its end: `UAN(US1266331065) SPLIT 1 FOR 10 (UAN.OLD, CVR PARTNERS LP, US1266331065)`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from planner.loader.reading.layout import Layout
from planner.loader.tables.cells import amount_or_zero

# The codes of a Flex query (its field `type`), and the words by which a statement says the same.
SPLITS = frozenset({"FS", "FI", "RS", "CS", "CC"})
_EXCHANGES = frozenset({"TC", "IC", "TO", "TI", "BC", "CI", "CO", "GV", "OR", "PI"})
_SAID = (
    (re.compile(r"\bspin-?off\b", re.IGNORECASE), "SO"),
    (re.compile(r"\bstock dividend\b", re.IGNORECASE), "SD"),
    (re.compile(r"\b(?:cusip|isin|cusip/isin|name|symbol|ticker) change\b", re.IGNORECASE), "IC"),
    (re.compile(r"\bmerged\b|\bmerger\b|\bacquisition\b", re.IGNORECASE), "TC"),
    (re.compile(r"\btendered\b", re.IGNORECASE), "TO"),
    (re.compile(r"\bsplit\b", re.IGNORECASE), "FS"),
    (re.compile(r"\bdelisted\b|\bworthless\b", re.IGNORECASE), "DW"),
    (re.compile(r"\breturn of capital\b", re.IGNORECASE), "ROC"),
)
_parent = re.compile(r"\s*([A-Z0-9][A-Z0-9. ]*?)\s*\(").match
_last = re.compile(r"\(([^(),]+),[^()]*(?:\([^()]*\)[^()]*)*\)\s*$").search
_OLD = re.compile(r"\.OLD$|\.OLD\d$")


@dataclass(frozen=True, slots=True)
class Event:
    """A row of corporate actions: the sentence says what, `quantity` and `proceeds` how much, signed."""

    line: int
    account: str
    day: str
    code: str
    said: str
    symbol: str
    quantity: str
    proceeds: str
    action_id: str = ""
    currency: str = ""
    asset_class: str = ""
    canceled: bool = False
    value: str = ""  # of units received, in a merger: what they were worth

    @property
    def units(self) -> Decimal:
        return amount_or_zero(self.quantity)


HEADER = [
    *("Account", "Day", "Done", "Symbol", "Units", "Cash", "Said", "Group", "Parent", "Currency", "Class", "Id"),
    "Worth",
]


def rows_of(events: Iterable[Event]) -> list[tuple[int, list[str]]]:
    """Each event as a row under HEADER, by our words: those of one action belong together."""
    named = [_with_symbol(event) for event in events]
    together: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in named:
        together[event.account, _group(event)].append(event)
    return [(event.line, _row(event, together[event.account, _group(event)])) for event in named]


def _with_symbol(event: Event) -> Event:
    code = event.code or next((code for pattern, code in _SAID if pattern.search(event.said)), "")
    found = _last(event.said)
    return replace(event, code=code, symbol=event.symbol or (found[1].strip() if found else ""))


def _group(event: Event) -> str:
    """The number of the action; else what its sentence says before the security of the row."""
    found = _last(event.said)
    sentence = event.said[: found.start()] if found else event.said
    return event.action_id or f"{event.day[:10]} {sentence.strip()}"


def _row(event: Event, together: Sequence[Event]) -> list[str]:
    done, cash = _done(event, together), event.proceeds if amount_or_zero(event.proceeds) else ""
    units = event.quantity
    if done == "other":
        units = ""
    parent = _parent(event.said)
    named = parent[1].strip() if parent and done in ("spinoff", "exchange_out") else ""
    if done == "exchange_out" and _OLD.search(event.symbol):
        named = _OLD.sub("", event.symbol)
    symbol = _OLD.sub("", event.symbol) if len({row.symbol for row in together}) == 1 else event.symbol
    action = f"undone {done}" if event.canceled else done
    return [
        *(event.account, event.day, action, symbol, units, cash, event.said, _group(event), named, event.currency),
        *(event.asset_class, "", event.value if done == "exchange_in" and amount_or_zero(event.value) > 0 else ""),
    ]


def _done(event: Event, together: Sequence[Event]) -> str:
    """What happened to this row's security; an unknown code stays as it is, and its row is not explained."""
    code, units = event.code, event.units
    both = {row.units > 0 for row in together if row.units} == {True, False}
    if code in SPLITS:
        return ("exchange_in" if units > 0 else "exchange_out") if both else "split"
    if code in _EXCHANGES:
        return "exchange_in" if units > 0 else "exchange_out"
    if code == "SO":
        return "spinoff" if units > 0 else "exchange_out"
    if code in ("SD", "HI"):
        return "split"
    if code == "DW":
        return "worthless"
    if code == "BM":
        return "sell"
    if code == "ROC":
        return "return_of_capital"
    if code in ("CD", "CP", "PV", "FA") and not units:
        return "other"
    return f"corporate action {code or event.said[:40]}"


DONE = (
    *("split", "spinoff", "exchange_in", "exchange_out", "worthless", "sell", "return_of_capital", "other"),
    *("transfer_in", "transfer_out"),
)


LAYOUTS: tuple[Layout, ...] = ()  # the layouts that have such rows are in `ibkr.py` and `ibkr_statements.py`
