"""Sums over a plan and over a case, so that the reports need not compute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, takewhile

from planner.domain.plan import Plan, Sale, Window
from planner.domain.portfolio import Holding
from rules.holding_period import character_of_sale
from rules.liability import Liability
from rules.substantially_identical import spelling
from rules.terms import ZERO, Character, Lot, to_cents
from rules.worksheet import Unit, Worksheet

# The lines of a year's liability that a plan may change, in the order of the contract.
LIABILITY_LINES = (
    "net_short_term",
    "net_long_term",
    "deductible_loss",
    "agi",
    "taxable_social_security",
    "taxable_income",
    "income_tax",
    "niit",
    "amt",
    "state_tax",
    "medicare_surcharge",
    "credits",
    "total_tax",
    "carryover_short",
    "carryover_long",
)
# Those that only a household with keys for them can have: left out of a table where nothing is in them.
EDGE_LINES = ("agi", "taxable_social_security", "amt", "medicare_surcharge", "credits")


@dataclass(frozen=True, slots=True)
class SalesTotal:
    """Some sales taken together. `gain` is signed and before § 1091; the two losses are positive."""

    lots: int
    quantity: Decimal
    proceeds: Decimal
    basis: Decimal
    gain: Decimal
    gain_short: Decimal
    gain_long: Decimal
    disallowed_loss: Decimal
    permanently_lost: Decimal


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """A window, and the symbols closed with it for no other reason than being identical to its own."""

    window: Window
    so_too: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class YearChange:
    """One line of the year: without the plan, with it, and the difference."""

    line: str
    baseline: Decimal
    planned: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of a worksheet: without the plan, with it, and the difference. None where the line was left blank."""

    number: str
    label: str
    baseline: Decimal | None
    planned: Decimal | None
    difference: Decimal | None
    unit: Unit = Unit.MONEY


@dataclass(frozen=True, slots=True)
class WorksheetChange:
    """A worksheet of the year, without the plan and with it; `filled` says which of the two years fill it in."""

    name: str
    source: str
    lines: tuple[LineChange, ...]
    filled: tuple[bool, bool]


def total_of(sales: Iterable[Sale]) -> SalesTotal:
    """The sums over these sales."""
    sales = tuple(sales)
    return SalesTotal(
        lots=len(sales),
        quantity=sum((sale.quantity for sale in sales), ZERO),
        proceeds=sum((sale.proceeds for sale in sales), ZERO),
        basis=sum((sale.basis for sale in sales), ZERO),
        gain=sum((sale.gain for sale in sales), ZERO),
        gain_short=sum((sale.gain for sale in sales if sale.character is Character.SHORT), ZERO),
        gain_long=sum((sale.gain for sale in sales if sale.character is Character.LONG), ZERO),
        disallowed_loss=sum((sale.disallowed_loss for sale in sales), ZERO),
        permanently_lost=sum((sale.permanently_lost for sale in sales), ZERO),
    )


def by_account_and_symbol(sales: Sequence[Sale]) -> list[tuple[str, list[tuple[Sale, ...]]]]:
    """The sales by account, and within it by symbol and day of sale; each account's groups in that order."""

    def order(sale: Sale) -> tuple[str, str, str, str]:
        return sale.account, sale.symbol, sale.date.isoformat(), sale.lot_id

    accounts = []
    for account, held in groupby(sorted(sales, key=order), key=lambda sale: sale.account):
        groups = [tuple(group) for _, group in groupby(held, key=lambda sale: (sale.symbol, sale.date))]
        accounts.append((account, groups))
    return accounts


def closed_rows(windows: Iterable[Window], held: Iterable[str]) -> list[ClosedRow]:
    """The windows as a person heeds them: what is only identical to something sold, and no one holds or is about to
    buy, is named with that and not by itself."""
    held = set(map(spelling, held))
    so_too: dict[str, list[str]] = defaultdict(list)
    rows = []
    for window in windows:
        if window.identical_to is None or window.scheduled or spelling(window.symbol) in held:
            rows.append(window)
        else:
            so_too[window.identical_to].append(window.symbol)
    return [ClosedRow(row, tuple(so_too.get(row.symbol, ()))) for row in rows]


def safe_days(windows: Iterable[Window], symbol: str) -> list[date]:
    """The first safe day of each window of this security, however it is spelled."""
    return [window.safe_on for window in windows if spelling(window.symbol) == spelling(symbol)]


def year_changes(plan: Plan) -> tuple[YearChange, ...]:
    """The year line by line, without the plan and with it; of the edges, what the household has."""
    changes = (_change(line, plan.baseline, plan.planned) for line in LIABILITY_LINES)
    edges = plan.baseline.edge_worksheets
    return tuple(
        change
        for change in changes
        if change.line not in EDGE_LINES or (edges and (change.baseline or change.planned or change.line == "agi"))
    )


def _change(line: str, baseline: Liability, planned: Liability) -> YearChange:
    before, after = getattr(baseline, line), getattr(planned, line)
    return YearChange(line, before, after, after - before)


def worksheet_changes(plan: Plan) -> tuple[WorksheetChange, ...]:
    """Every worksheet that either year fills in, its lines side by side, in the order one follows from the other."""
    before = {worksheet.name: worksheet for worksheet in plan.baseline.worksheets}
    after = {worksheet.name: worksheet for worksheet in plan.planned.worksheets}
    return tuple(_side_by_side(before.get(name), after.get(name)) for name in _merged(list(before), list(after)))


def _merged(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Names of either list, each once; what is only in the second comes before what follows it there."""
    merged = list(first)
    for n, name in enumerate(second):
        if name not in first:
            following = next((merged.index(later) for later in second[n:] if later in first), len(merged))
            merged.insert(following, name)
    return merged


def _side_by_side(before: Worksheet | None, after: Worksheet | None) -> WorksheetChange:
    sheets = [sheet for sheet in (before, after) if sheet is not None]
    lines_of = {line.number: line for sheet in sheets for line in sheet.lines}
    left, right = ({line.number: line.amount for line in sheet.lines} if sheet else {} for sheet in (before, after))
    lines = tuple(
        LineChange(
            number,
            lines_of[number].label,
            left.get(number),
            right.get(number),
            right.get(number, ZERO) - left.get(number, ZERO) if left and right else None,
            lines_of[number].unit,
        )
        for number in sorted(lines_of, key=_form_order)
    )
    return WorksheetChange(sheets[0].name, sheets[0].source, lines, (before is not None, after is not None))


LAST = 10_000  # beyond every line of a form


def _form_order(number: str) -> int:
    """Where a line is on its form: `8-13` and `5d` by their first number, a sum that has none at its end."""
    return int("".join(takewhile(str.isdigit, number)) or LAST)


def carryover_change(plan: Plan) -> Decimal:
    """How much more loss the plan carries into next year than the year would without it; short and long together."""
    after = plan.planned.carryover_short + plan.planned.carryover_long
    return after - plan.baseline.carryover_short - plan.baseline.carryover_long


def character_on(lot: Lot, sold: date) -> Character | None:
    """The character of a sale on that day; None where the day of acquisition is not known."""
    if lot.acquired is None and lot.holding_since is None and not lot.inherited:
        return None
    return character_of_sale(lot, sold)


def market_value(holding: Holding) -> Decimal | None:
    """As the broker's file states it, else quantity times price; in cents. None where the price is not known."""
    if holding.stated_value is not None:
        return to_cents(holding.stated_value)
    return None if holding.price is None else to_cents(holding.lot.quantity * holding.price)
