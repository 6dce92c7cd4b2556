"""What a plan was given and what it assumes, with the key of `household.toml` that says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from planner.domain.case import Case
from planner.domain.household import INFINITY, Assumptions, WashSaleChoices
from planner.domain.plan_limits import KEYS, Duty, Kind, PlanKey
from planner.report.words import ASSET_CLASS, FILING_STATUS, day, money, percent, quantity
from rules.tax_year import TaxYear

Row = tuple[str, str, str]


def assumed_rows(case: Case, law: TaxYear) -> list[Row]:
    """What it is, how much, and the key."""
    return [*_taxpayer(case, law), *_brought_in(case), *_limits(case), *_future(case), *_wash_sale(case)]


def _taxpayer(case: Case, law: TaxYear) -> list[Row]:
    taxpayer = case.household.taxpayer
    standard = law.standard_deduction[taxpayer.filing_status]
    deduction = (
        money(standard) + ", the standard deduction" if taxpayer.deduction is None else money(taxpayer.deduction)
    )
    state = "none"
    if taxpayer.state_rate is not None:
        state = f"{percent(taxpayer.state_rate)}, flat"
    elif taxpayer.state is not None:
        state = taxpayer.state
    return [
        ("Filing status", FILING_STATUS[taxpayer.filing_status], "taxpayer.filing_status"),
        ("Ordinary income", money(taxpayer.ordinary_income), "taxpayer.ordinary_income"),
        ("Qualified dividends", money(taxpayer.qualified_dividends), "taxpayer.qualified_dividends"),
        ("Net investment income in it", money(taxpayer.net_investment_income),
         "taxpayer.net_investment_income"),
        ("Deduction", deduction, "taxpayer.deduction"),
        ("State income tax", state, "taxpayer.state, taxpayer.state_rate"),
    ]  # fmt: skip


def _brought_in(case: Case) -> list[Row]:
    carryover, realized = case.household.carryover, case.household.realized
    return [
        ("Short-term loss carryover from last year", money(carryover.short_term), "carryover.short_term"),
        ("Long-term loss carryover from last year", money(carryover.long_term), "carryover.long_term"),
        ("Short-term gain of the year not in any file", money(realized.short_term), "realized.short_term"),
        ("Long-term gain of the year not in any file", money(realized.long_term), "realized.long_term"),
    ]


def _limits(case: Case) -> Iterator[Row]:
    """The keys of [plan], each in the words of its declaration."""
    yield "First sale date", day(case.sale_date), "plan.sale_date"
    for key in KEYS.values():
        value = case.household.plan_limits.of(key)
        at_default = value == key.default
        if key.label and not (at_default and key.only_if_set):
            yield (
                key.label,
                (key.unset if at_default else "") or _in_words(key, value),
                "limits" if key.kind is Kind.SELECTED_LIMITS else f"plan.{key.name}",
            )


def _in_words(key: PlanKey[Any], value: Any) -> str:
    if isinstance(key.words, tuple):
        return key.words[0 if value else 1]
    written: dict[Kind, Callable[[Any], str]] = {
        Kind.DAY: day,
        Kind.AMOUNT: money,
        Kind.WHOLE: lambda number: f"{number:,}",
        Kind.LOTS: ", ".join,
        Kind.LAST_DAY: day,
        Kind.SALES: lambda duties: ", ".join(map(_duty, duties)),
        Kind.SELECTED_LIMITS: lambda rows: "; ".join(
            f"{sum_.name} {sum_.amount:,f}" for row in rows for sum_ in row.sums
        ),
    }
    return key.words.format(written[key.kind](value))


def _duty(duty: Duty) -> str:
    asked = [f"at least {quantity(duty.quantity)}"] if duty.quantity is not None else []
    asked += [f"on {day(duty.day)}"] if duty.day is not None else []
    return f"{duty.named} ({', '.join(asked)})" if asked else duty.named


def _future(case: Case) -> list[Row]:
    assumed = case.household.assumptions
    years = "never" if assumed.years_to_sale == INFINITY else quantity(assumed.years_to_sale)
    costs = ", ".join(f"{ASSET_CLASS[kind]} {percent(rate)}" for kind, rate in assumed.round_trip_cost.items())
    return [
        ("Tax rate on later gains", percent(assumed.future_rate), "assumptions.future_rate"),
        ("Discount rate per year", percent(assumed.discount_rate), "assumptions.discount_rate"),
        ("Years until the replacement is sold", years, "assumptions.years_to_sale"),
        ("Years until a carryover is used", _years_to_use(assumed.years_to_use_carryover),
         "assumptions.years_to_use_carryover"),
        ("Expected net gains in each later year", money(assumed.later_gains), "assumptions.later_gains"),
        ("Most years a carryover can last", str(assumed.years_carried_at_most), "assumptions.years_carried_at_most"),
        ("Trading cost, fraction of proceeds", costs, "assumptions.round_trip_cost"),
        *_costs_if_any(assumed),
    ]  # fmt: skip


def _costs_if_any(assumed: Assumptions) -> Iterator[Row]:
    if assumed.cost_per_sale:
        yield "Cost of each sale", money(assumed.cost_per_sale), "assumptions.cost_per_sale"
    if assumed.waiting_cost:
        words = "Cost of each day a sale waits, fraction of proceeds"
        yield words, percent(assumed.waiting_cost), "assumptions.waiting_cost"


def _years_to_use(years: Decimal | None) -> str:
    if years is None:
        return "year by year within the § 1211(b) limit"
    return "never" if years == INFINITY else quantity(years)


def _wash_sale(case: Case) -> list[Row]:
    choices = case.household.wash_sale
    rows = [("Digital assets under § 1091", _digital(choices), "wash_sale.crypto")]
    for label, groups, key in (
        ("Treated as substantially identical", choices.identical, "wash_sale.identical"),
        ("Treated as not substantially identical", choices.different, "wash_sale.different"),
    ):
        if groups:
            rows.append((label, "; ".join(", ".join(sorted(group)) for group in groups), key))
    return rows


def _digital(choices: WashSaleChoices) -> str:
    if choices.crypto_from is not None:
        return f"supposed, sold from {choices.crypto_from.isoformat()} on"
    return "yes" if choices.crypto else "no, under current law"
