"""A plan worked out again on paper: the statute and the contract, sharing no line with `rules/` or `planner/`.

Slow and plain on purpose. The income tax follows § 1(h)(1) clause by clause where the program follows the IRS's
worksheets; the figures are those of the second transcription in tests/cases.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

CASES = Path(__file__).parent.parent / "cases"
YEARS = json.loads((CASES / "params_federal.json").read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)["years"]
STATUS = {
    "single": "single",
    "married_jointly": "mfj",
    "married_separately": "mfs",
    "head_of_household": "hoh",
    "qualifying_surviving_spouse": "qss",
}
COLLECTIBLES = {"GLD"}
EXEMPT = {"BTC"}  # from § 1091
COSTS = {"stock": Decimal("0.0002"), "etf": Decimal("0.0002"), "crypto": Decimal("0.005")}
NOTHING = Decimal(0)
WINDOW = timedelta(days=30)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Lot:
    """`account`: Broker, or IRA, from which nothing is sold."""

    lot_id: str
    symbol: str
    asset_class: str
    quantity: Decimal
    acquired: date
    basis: Decimal
    price: Decimal
    account: str = "Broker"


@dataclass(frozen=True)
class Purchase:
    """Planned, or a lot bought of late. `name` orders those of one day."""

    name: str
    symbol: str
    day: date
    quantity: Decimal
    account: str = "Broker"
    cancelable: bool = False


@dataclass(frozen=True)
class Sheet:
    """A household on paper: every number that its files hold."""

    tax_year: int
    status: str
    ordinary_income: Decimal
    qualified_dividends: Decimal
    net_investment_income: Decimal
    deduction: Decimal | None
    state_rate: Decimal | None
    carried: tuple[Decimal, Decimal]  # short, long
    taken: tuple[Decimal, Decimal, Decimal]  # short, long, collectibles
    future_rate: Decimal
    years_to_sale: Decimal
    years_to_use_carryover: Decimal | None  # None: by the schedule
    lots: tuple[Lot, ...]
    planned: tuple[Purchase, ...] = ()
    fractional: bool = False
    plan_limits: Mapping[str, object] = field(default_factory=dict)

    @property
    def tables(self) -> Mapping[str, Mapping[str, Sequence[Decimal]]]:
        tables: Mapping[str, Mapping[str, Sequence[Decimal]]] = YEARS[str(self.tax_year)]
        return tables

    def discounted(self, years: Decimal) -> Decimal:
        return NOTHING if years.is_infinite() else self.future_rate / Decimal("1.05") ** years


@dataclass(frozen=True)
class Sale:
    """What one order comes to. Losses disallowed are positive."""

    lot: Lot
    quantity: Decimal
    day: date
    disallowed: Decimal = NOTHING
    lost: Decimal = NOTHING

    @property
    def proceeds(self) -> Decimal:
        return cents(self.quantity * self.lot.price)

    @property
    def basis(self) -> Decimal:
        return cents(self.lot.basis * self.quantity / self.lot.quantity)

    @property
    def gain(self) -> Decimal:
        return self.proceeds - self.basis

    @property
    def long(self) -> bool:
        """Held for more than a year, counted in calendar months: § 1222, Rev. Rul. 66-7."""
        bought = self.lot.acquired
        if bought.day == monthrange(bought.year, bought.month)[1]:
            year, month = (bought.year + 1, bought.month + 1) if bought.month < 12 else (bought.year + 2, 1)
            return self.day >= date(year, month, 1)
        return self.day > date(bought.year + 1, bought.month, bought.day)


# --- the year ---


def by_brackets(amount: Decimal, uppers: Sequence[Decimal], rates: Sequence[Decimal]) -> Decimal:
    tax, below = NOTHING, NOTHING
    for upper, rate in zip([*uppers, Decimal("Infinity")], rates, strict=True):
        tax += rate * max(NOTHING, min(amount, upper) - below)
        below = upper
    return tax


def section_1h(sheet: Sheet, income: Decimal, capital_gain: Decimal, gain_28: Decimal) -> Decimal:
    """§ 1(h)(1) on a taxable income of at least zero."""
    t, who = sheet.tables, STATUS[sheet.status]
    uppers, rates = t["ordinary_upper"][who], t["ordinary_rates"]
    whole = by_brackets(income, uppers, rates)  # type: ignore[arg-type]
    net = capital_gain + sheet.qualified_dividends  # (11)
    adjusted = max(NOTHING, capital_gain - gain_28) + sheet.qualified_dividends  # (3)
    below_25 = min(income, t["below_25pct_top (1(h)(1)(A)(ii)(I))"][who])
    a = max(NOTHING, income - net, min(below_25, income - adjusted))
    preferred = min(adjusted, income)
    b = min(preferred, max(NOTHING, t["ltcg_zero_max"][who] - max(NOTHING, income - adjusted)))
    c = min(preferred - b, max(NOTHING, t["ltcg_15_max"][who] - a - b))
    d = preferred - b - c
    f = income - a - b - c - d
    parts = by_brackets(a, uppers, rates) + c * Decimal("0.15") + d * Decimal("0.2") + f * Decimal("0.28")  # type: ignore[arg-type]
    return min(whole, parts)


def year(sheet: Sheet, gains: tuple[Decimal, Decimal, Decimal]) -> dict[str, Decimal]:
    """The ten lines of the contract, given the year's recognized short, long and collectibles gain."""
    t, who = sheet.tables, STATUS[sheet.status]
    short, long = gains[0] - sheet.carried[0], gains[1] - sheet.carried[1]
    total = short + long
    limit = t["capital_loss_limit"]["mfs" if who == "mfs" else "default"]
    deductible = min(max(-total, NOTHING), limit)  # type: ignore[call-overload]
    counted = total if total > 0 else -deductible
    deduction = t["standard_deduction"][who] if sheet.deduction is None else sheet.deduction
    gross = sheet.ordinary_income + sheet.qualified_dividends + counted
    income = gross - deduction
    short_loss, long_loss = max(-short, NOTHING), max(-long, NOTHING)
    capital_gain = max(NOTHING, long - short_loss) if long > 0 else NOTHING  # § 1222(11)
    gain_28 = max(NOTHING, gains[2] - short_loss - sheet.carried[1])  # § 1(h)(4)
    tax = cents(section_1h(sheet, max(income, NOTHING), capital_gain, gain_28))
    investment = max(NOTHING, sheet.net_investment_income + sheet.qualified_dividends + counted)
    surtax = cents(Decimal("0.038") * min(investment, max(NOTHING, gross - t["niit"]["threshold"][who])))  # type: ignore[index]
    state = cents((sheet.state_rate or NOTHING) * max(income, NOTHING))
    # § 1212(b)(2): what is absorbed counts as short-term gain
    absorbed = min(deductible, max(NOTHING, income + deductible))
    short_out = max(NOTHING, short_loss - max(long, NOTHING) - absorbed)
    long_out = max(NOTHING, long_loss - max(short, NOTHING) - max(NOTHING, absorbed - short_loss))
    return {
        "net_short_term": cents(short),
        "net_long_term": cents(long),
        "deductible_loss": cents(deductible),
        "taxable_income": cents(max(income, NOTHING)),
        "income_tax": tax,
        "niit": surtax,
        "state_tax": state,
        "total_tax": tax + surtax + state,
        "carryover_short": cents(short_out),
        "carryover_long": cents(long_out),
    }


def carried_on(sheet: Sheet, baseline: Mapping[str, Decimal], carried: Decimal) -> Decimal:
    """V of the contract: $3,000 ($1,500) a year for forty years, at the last ordinary dollar's rate; or v for each."""
    if sheet.years_to_use_carryover is not None:
        return sheet.discounted(sheet.years_to_use_carryover) * carried
    t, who = sheet.tables, STATUS[sheet.status]
    used = t["capital_loss_limit"]["mfs" if who == "mfs" else "default"]  # type: ignore[call-overload]
    gain = max(NOTHING, min(baseline["net_long_term"], baseline["net_long_term"] + baseline["net_short_term"]))
    ordinary = baseline["taxable_income"] - gain - sheet.qualified_dividends
    rate = NOTHING
    if ordinary > 0:
        ends = [*t["ordinary_upper"][who], Decimal("Infinity")]  # type: ignore[misc]
        rate = next(r for end, r in zip(ends, t["ordinary_rates"], strict=True) if ordinary <= end)
        rate += sheet.state_rate or NOTHING
    value = NOTHING
    for later in range(1, 41):
        met = min(carried, used)
        value, carried = value + met * rate / Decimal("1.05") ** later, carried - met
    return value


# --- the plan ---


def washed(sheet: Sheet, sales: Iterable[Sale], *, kept: Iterable[Purchase] = ()) -> list[Sale]:
    """Share for share: the earliest sale and lot first, against the first acquired in its window. Each share once.

    Planned purchases that can be called off are, but for those `kept`.
    """
    bought = [Purchase(lot.lot_id, lot.symbol, lot.acquired, lot.quantity, lot.account) for lot in sheet.lots]
    bought += [p for p in sheet.planned if not p.cancelable] + list(kept)
    sales = sorted(sales, key=lambda sale: (sale.day, sale.lot.acquired, sale.lot.lot_id))
    used: dict[str, Decimal] = {}
    found = []
    for sale in sales:
        gone = {other.lot.lot_id: other.quantity for other in sales if other.day <= sale.day}
        washed_shares, lost_shares = NOTHING, NOTHING
        for purchase in sorted(bought, key=lambda p: (p.day, p.name)):
            replaces = purchase.symbol == sale.lot.symbol and abs(purchase.day - sale.day) <= WINDOW
            if sale.gain >= 0 or sale.lot.symbol in EXEMPT or not replaces or purchase.name == sale.lot.lot_id:
                continue
            open_shares = purchase.quantity - gone.get(purchase.name, NOTHING) - used.get(purchase.name, NOTHING)
            matched = max(NOTHING, min(sale.quantity - washed_shares, open_shares))
            used[purchase.name] = used.get(purchase.name, NOTHING) + matched
            washed_shares += matched
            lost_shares += matched if purchase.account == "IRA" else NOTHING
        disallowed, lost = (cents(-sale.gain * shares / sale.quantity) for shares in (washed_shares, lost_shares))
        found.append(Sale(sale.lot, sale.quantity, sale.day, disallowed, lost))
    return found


def gains_with(sheet: Sheet, sales: Iterable[Sale]) -> tuple[Decimal, Decimal, Decimal]:
    short, long, collectibles = sheet.taken
    for sale in sales:
        recognized = sale.gain + sale.disallowed
        if not sale.long:
            short += recognized
            continue
        long += recognized
        if sale.lot.symbol in COLLECTIBLES:
            collectibles += recognized
    return short, long, collectibles


def benefit(sheet: Sheet, sales: Sequence[Sale]) -> dict[str, Decimal]:
    """The contract's "What best means", part by part. The sales are as `washed` leaves them."""
    before, after = year(sheet, sheet.taken), year(sheet, gains_with(sheet, sales))
    carried = [line["carryover_short"] + line["carryover_long"] for line in (before, after)]
    given_up = sum((sale.lost - sale.gain - sale.disallowed for sale in sales), NOTHING)
    parts = {
        "tax_saved": before["total_tax"] - after["total_tax"],
        "carryover_value": cents(carried_on(sheet, before, carried[1]) - carried_on(sheet, before, carried[0])),
        "deferred_tax": cents(sheet.discounted(sheet.years_to_sale) * given_up),
        "trading_cost": cents(sum((sale.proceeds * COSTS[sale.lot.asset_class] for sale in sales), NOTHING)),
    }
    total = parts["tax_saved"] + parts["carryover_value"] - parts["deferred_tax"] - parts["trading_cost"]
    return {**parts, "total": total}
