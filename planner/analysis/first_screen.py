"""What the first screen of a plan says, in few words: what it rests on, what to do on which day, what not to buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from planner.analysis.totals import year_changes
from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.plan import Plan, Sale
from planner.ledger.coverage import out_of_reach
from planner.ledger.securities import Securities
from planner.ledger.unseen import last_days
from rules.terms import ZERO
from rules.wash_sale import wash_window

# Warnings by which a figure of the plan may be wrong, the gravest first. All others explain, and are counted.
CHANGES_A_FIGURE = (
    "taxpayer_assumed",
    "reading_chosen",
    "income_edge",
    "income_small",
    "rate_high",
    "investment_income_exceeds",
    "history_not_explained",
    "sale_not_explained",
    "sale_not_counted",
    "transfer_not_sent",
    "option_not_understood",
    "files_left_out",
    "account_unclaimed",
    "sheltered_name",
    "action_unknown",
    "rows_of_two_accounts",
    "same_file_twice",
    "rows_twice",
    "realized_twice",
    "coverage_incomplete",
    "ask_identical",
    "planned_purchase_washes",
    "sold_but_listed",
    "lots_contradict_history",
    "realized_differs",
    "disallowed_differs",
    "position_differs",
    "keep_not_held",
    "special_not_held",
    "income_in_files",
    "loss_without_sale",
    "worthless_security",
    "section_1256_not_counted",
    "section_1256",
    "dividend_holding",
    "value_far_from_basis",
    "proceeds_far_from_basis",
    "day_or_month",
    "days_before_months",
    "zero_price",
    "zero_basis",
    "prices_differ",
    "stale_prices",
    "fee_without_value",
    "short_sales",
    "adjustment_left_out",
    "purchase_plan_basis",
    "earned_income_assumed",
    "edge_landing",
    "thin_benefit",
    "tied_losses",
    "amt",
    "section_68",
    "asset_class_assumed",
    "state_spouses",
    "state_estimate",
    "crypto_proposals",
    "fund_six_months",
)
NOT_COUNTED = frozenset({"sale_not_explained", "sale_not_counted", "history_not_explained"})
UNSEEN = "coverage_incomplete"
ASSUMED = "taxpayer_assumed"


@dataclass(frozen=True, slots=True)
class DayInAnAccount:
    """What is to be sold in one account on one day; dollars, `gain` signed and before § 1091."""

    day: date
    account: str
    sales: tuple[Sale, ...]
    proceeds: Decimal
    gain: Decimal


@dataclass(frozen=True, slots=True)
class ClosedUntil:
    """Securities that no account of the household may buy before a day. § 1091(a)."""

    safe_on: date
    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rests:
    """What the plan rests on: accounts whose purchases were seen `since` the day on which the windows of its sales
    open, of how many that § 1091 reaches, and how many it does not; sales and securities that are not counted; whether
    the household's income was confirmed. Windows of earlier sales are the ledger's to judge. `ends`: of accounts seen
    whose files end before `since`, the last day of each, the earliest first: they may have had no purchase since, or
    be old."""

    since: date
    seen: int
    accounts: int
    outside: int
    not_counted: int
    assumed: bool
    ends: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class YearLine:
    """A line of the year in short: its key, without the plan, with it, and the change, in dollars."""

    key: str
    without: Decimal
    with_plan: Decimal

    @property
    def change(self) -> Decimal:
        return self.with_plan - self.without


def days_in_accounts(plan: Plan) -> tuple[DayInAnAccount, ...]:
    """The sales by day and account, the largest gain or loss of each first."""
    ordered = sorted(plan.sales, key=lambda sale: (sale.date, sale.account))
    found = []
    for (day, account), group in groupby(ordered, key=lambda sale: (sale.date, sale.account)):
        sales = sorted(group, key=lambda sale: (-abs(sale.gain), sale.lot_id))
        proceeds, gain = sum((s.proceeds for s in sales), ZERO), sum((s.gain for s in sales), ZERO)
        found.append(DayInAnAccount(day, account, tuple(sales), proceeds, gain))
    return tuple(found)


def closed_until(plan: Plan) -> tuple[ClosedUntil, ...]:
    """The windows that are open or open by the plan, by the day from which buying is safe again."""
    days: dict[date, list[str]] = {}
    for window in plan.windows:
        days.setdefault(window.safe_on, []).append(window.symbol)
    return tuple(ClosedUntil(day, tuple(dict.fromkeys(days[day]))) for day in sorted(days))


def what_it_rests_on(plan: Plan, case: Case) -> Rests:
    """The accounts seen, and what is left out."""
    security = Securities(case)
    outside = out_of_reach(case, lambda holding: security(holding.lot.account, holding.lot.symbol).identity)
    accounts = [account.name for account in case.household.accounts if account.name not in outside]
    unseen = {name for name in accounts for c in plan.cautions if c.code == UNSEEN and c.text.startswith(f"{name}:")}
    since = wash_window(case.sale_date)[0]
    stated = {account.name for account in case.household.accounts if account.complete_from is not None}
    last = last_days(case)
    ends = (last[name] for name in accounts if name in last and name not in unseen | stated)
    return Rests(
        since=since,
        seen=len(accounts) - len(unseen),
        accounts=len(accounts),
        outside=len(case.household.accounts) - len(accounts),
        not_counted=sum(caution.code in NOT_COUNTED for caution in plan.cautions),
        assumed=any(caution.code == ASSUMED for caution in plan.cautions),
        ends=tuple(sorted(end for end in ends if end < since)),
    )


def year_in_short(plan: Plan) -> tuple[YearLine, ...]:
    """The year in at most six lines: what is netted, what is taxed, the taxes, and the loss carried."""
    lines = {change.line: YearLine(change.line, change.baseline, change.planned) for change in year_changes(plan)}
    net = YearLine(
        "net",
        plan.baseline.net_short_term + plan.baseline.net_long_term,
        plan.planned.net_short_term + plan.planned.net_long_term,
    )
    federal = YearLine(
        "federal",
        plan.baseline.total_tax - plan.baseline.state_tax,
        plan.planned.total_tax - plan.planned.state_tax,
    )
    carried = YearLine(
        "carried",
        plan.baseline.carryover_short + plan.baseline.carryover_long,
        plan.planned.carryover_short + plan.planned.carryover_long,
    )
    state = lines["state_tax"]
    shown = [net, lines["taxable_income"], federal, state, lines["total_tax"], carried]
    return tuple(line for line in shown if line.key != "state_tax" or line.without or line.with_plan)


def warnings_in_order(cautions: Sequence[Caution]) -> tuple[list[Caution], int]:
    """One warning of each kind by which a figure may be wrong, the gravest first, and how many others there are."""
    first: dict[str, Caution] = {}
    for caution in cautions:
        if caution.code in CHANGES_A_FIGURE:
            first.setdefault(caution.code, caution)
    ordered = sorted(first.values(), key=lambda caution: CHANGES_A_FIGURE.index(caution.code))
    return ordered, len(cautions) - len(ordered)


__all__ = [
    "ClosedUntil",
    "DayInAnAccount",
    "Rests",
    "YearLine",
    "closed_until",
    "days_in_accounts",
    "warnings_in_order",
    "what_it_rests_on",
    "year_in_short",
]
