"""What household.toml says that hardly is so: an IRA that is taxable, an income in thousands, percent as fractions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

from planner.analysis.year_records import DIVIDENDS, income_by_kind
from planner.domain.case import Case
from planner.domain.errors import InputError
from planner.domain.household import Assumptions, Household
from planner.ledger.year_to_date import year_so_far
from planner.loader.plausibility.question import PlausibilityQuestion
from rules.terms import ZERO, AccountKind, Character

HOUSEHOLD_CODES = ("sheltered_name", "income_small", "rate_high", "realized_twice", "income_in_files")
_INCOME_ASKED = Decimal(100)  # dollars of income in the files below which nothing is asked
_sheltered = re.compile(
    r"\bIRA\b|\bI\.R\.A\b|\bHSA\b|\bTSP\b|(?i:\broth\b|\brollover\b|\b(?:sep|simple|traditional)[ -]ira\b"
    r"|\b40[13] ?\(?[bk]\b|\b457\b|\b529\b|\bbrokeragelink\b|\bcoverdell\b|\bkeogh\b|\bhealth savings\b|\bpension\b"
    r"|^(?:my |the )?(?:ira|traditional)$)"
).search
_LEAST_INCOME = Decimal(1000)
_HIGHEST = {"future_rate": Decimal("0.45"), "discount_rate": Decimal("0.25"), "waiting_cost": Decimal("0.01")}
_HIGHEST_STATE = Decimal("0.16")  # the highest there is, a city's included, is below it
_DEAREST_TRIP = Decimal("0.25")
_ROUNDING = Decimal(1)


def household_asked_about(case: Case) -> Iterator[PlausibilityQuestion]:
    household = case.household
    place = household.path.name
    for account in household.accounts:
        if account.kind is AccountKind.TAXABLE and not account.kind_stated and _sheltered(account.name):
            what = f"the account `{account.name}` has no `kind` and is treated as taxable; write its kind"
            yield PlausibilityQuestion("sheltered_name", place, what, (account.name,))
    income = household.taxpayer.ordinary_income
    if ZERO < income < _LEAST_INCOME:
        what = f"`ordinary_income` is ${income:,.2f} for the year; amounts are in dollars, not thousands"
        yield PlausibilityQuestion("income_small", place, what, ("ordinary_income",))
    yield from _rates(household, place)
    yield from _realized_twice(case, place)
    yield from _income(case)


def _income(case: Case) -> Iterator[PlausibilityQuestion]:
    """Coins received as income, and interest: is it in `ordinary_income`? § 61(a); Rev. Rul. 2019-24, 2023-14."""
    kinds = [kind for kind in income_by_kind(case) if kind.kind != DIVIDENDS]
    total = sum((kind.amount for kind in kinds), ZERO)
    if total < _INCOME_ASKED:
        return
    parts = ", ".join(f"{kind.kind} ${kind.amount:,.2f}" for kind in kinds)
    unvalued = sum(kind.unvalued for kind in kinds)
    lacking = f"; {unvalued} rows state no value and are not in it" if unvalued else ""
    what = (
        f"the files hold ${total:,.2f} of income received this year ({parts}){lacking}. It is ordinary income of the "
        "day it came (Notice 2014-21; Rev. Rul. 2019-24, 2023-14), and interest is net investment income too: is it "
        f"in `ordinary_income`, which is ${case.household.taxpayer.ordinary_income:,.2f}"
    )
    yield PlausibilityQuestion("income_in_files", kinds[0].where, f"{what}?", ("income",))


def _rates(household: Household, place: str) -> Iterator[PlausibilityQuestion]:
    rates = [(key, getattr(household.assumptions, key), most) for key, most in _HIGHEST.items()]
    rates.append(("state_rate", household.taxpayer.state_rate or ZERO, _HIGHEST_STATE))
    usual = Assumptions().round_trip_cost
    costs = household.assumptions.round_trip_cost.items()
    rates += [(f"round_trip_cost.{kind}", cost, _DEAREST_TRIP) for kind, cost in costs if cost != usual[kind]]
    for key, rate, most in rates:
        if rate >= most:
            what = (
                f"`{key}` is {(rate * 100).normalize():f} percent, higher than any actual rate; 5 percent is "
                "written as 0.05"
            )
            yield PlausibilityQuestion("rate_high", place, what, (key, key.rpartition(".")[2]))


def _realized_twice(case: Case, place: str) -> Iterator[PlausibilityQuestion]:
    """A net gain of [realized] that is to the dollar what the files hold of the same kind."""
    stated = case.household.realized
    if not (stated.short_term or stated.long_term) or not (case.realized or case.transactions):
        return
    in_files = [_of_files(case)]
    if case.transactions:
        with suppress(InputError):
            so_far = year_so_far(case).gains
            in_files.append((so_far.short_term - stated.short_term, so_far.long_term - stated.long_term))
    for short, long in in_files:
        for key, given, found in (("short_term", stated.short_term, short), ("long_term", stated.long_term, long)):
            if given and found and abs(given - found) <= _ROUNDING:
                what = f"[realized] {key} = {given:,} equals the total of the sales in the files, and is added to them"
                yield PlausibilityQuestion("realized_twice", place, what, (key,))
                return


def _of_files(case: Case) -> tuple[Decimal, Decimal]:
    short, long = (
        sum((sold.proceeds - sold.basis for sold in case.realized if sold.character is kind), ZERO)
        for kind in (Character.SHORT, Character.LONG)
    )
    return short, long
