"""The worked cases of tests/cases/law.json on netting, carryovers, rate groups, tax, NIIT, harvesting and figures."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from planner.domain.trading_days import last_trading_day, settles_on
from rules.holding_period import character, first_day_held_longer, first_long_term_day
from rules.liability import Liability, TaxReturn, liability
from rules.netting import ScheduleD, carryover_worksheet, schedule_d
from rules.tax_year import LawNotHeld, tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains, RateGroups
from rules.wash_sale import first_clean_day, first_safe_day, last_day_to_double_up
from rules.year_end import tax_year_of_sale, tax_year_of_short_close

CASES = json.loads((Path(__file__).parents[1] / "cases" / "law.json").read_text("utf-8"), parse_float=Decimal)["cases"]
STATUS = {
    "single": FilingStatus.SINGLE,
    "mfj": FilingStatus.MARRIED_JOINTLY,
    "mfs": FilingStatus.MARRIED_SEPARATELY,
    "hoh": FilingStatus.HEAD_OF_HOUSEHOLD,
}
ENOUGH_INCOME = Decimal(1_000_000)


def cases(category: str) -> Any:
    found = [case for case in CASES if case["category"] == category]
    return pytest.mark.parametrize("case", found, ids=[case["id"] for case in found])


def amount(value: Any) -> Decimal:
    return Decimal(value)


def single_year(case: dict[str, Any], gains: Gains, *, wages: Any, dividends: Any = 0, interest: Any = 0) -> Liability:
    inputs = case["inputs"]
    law, status = tax_year(inputs.get("tax_year", 2026)), STATUS[inputs["filing_status"]]
    facts = TaxReturn(
        law=law,
        status=status,
        ordinary_income=amount(wages) + amount(interest),
        qualified_dividends=amount(dividends),
        net_investment_income=amount(interest),
        deduction=law.standard_deduction[status],
        carryover=Carryover(),
    )
    return liability(facts, gains)


def carried(schedule: ScheduleD, taxable_income: Decimal) -> Carryover:
    worksheet = carryover_worksheet(schedule, taxable_income)
    return worksheet.carryover if worksheet else Carryover()


@cases("netting")
def test_netting(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    schedule = schedule_d(
        Gains(
            amount(inputs["short_term_gains"]) - inputs["short_term_losses"],
            amount(inputs["long_term_gains"]) - inputs["long_term_losses"],
        ),
        Carryover(amount(inputs["short_term_carryover_in"]), amount(inputs["long_term_carryover_in"])),
        tax_year(inputs["tax_year"]).capital_loss_limit[STATUS[inputs["filing_status"]]],
    )
    out = carried(schedule, ENOUGH_INCOME)
    assert {
        "net_short_term": schedule.net_short_term,
        "net_long_term": schedule.net_long_term,
        "total": schedule.total,
        "deduction_against_other_income": schedule.deductible_loss,
        "st_carryover_out": out.short_term,
        "lt_carryover_out": out.long_term,
        "net_capital_gain_1222_11": schedule.net_capital_gain,
    } == expected


@cases("carryover_worksheet")
def test_carryover_worksheet(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    limit = tax_year(2026).capital_loss_limit[STATUS[inputs["filing_status"]]]
    schedule = schedule_d(Gains(amount(inputs["sch_d_line7"]), amount(inputs["sch_d_line15"])), Carryover(), limit)
    filled = carryover_worksheet(schedule, amount(inputs["line1_taxable_income_may_be_negative"]))
    assert filled is not None
    lines = filled.worksheet
    assert {
        "line2_sch_d_line21": lines["2"],
        "line3": lines["3"],
        "line4": lines["4"],
        "line8_st_carryover": lines.get("8"),
        "line13_lt_carryover": lines.get("13"),
    } == expected


@cases("rate_groups")
def test_rate_groups(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    collectibles = amount(inputs["collectibles_gain_lt"]) - inputs["collectibles_loss_lt"]
    long_term = collectibles + inputs["other_lt_net_gain"] + inputs["unrecaptured_1250_gain"]
    schedule = schedule_d(
        Gains(amount(inputs["net_short_term"]), long_term, collectibles),
        Carryover(ZERO, amount(inputs["lt_carryover_in"])),
        Decimal(3000),
        RateGroups(unrecaptured_1250=amount(inputs["unrecaptured_1250_gain"])),
    )
    assert schedule.net_long_term == expected["net_long_term"]
    assert schedule.net_capital_gain == expected["net_capital_gain"]
    assert schedule.gain_28_percent == expected["line18_28pct_gain"]
    assert schedule.gain_25_percent == expected["line19_unrecaptured_1250"]
    capped = min(schedule.net_capital_gain, schedule.gain_28_percent + schedule.gain_25_percent)
    assert capped == expected["taxed_in_28_and_25_groups_capped"]
    assert schedule.net_capital_gain - capped == expected["adjusted_net_capital_gain"]


@cases("federal_tax")
def test_federal_tax(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    gains = Gains(amount(inputs["net_short_term"]), amount(inputs["net_long_term"]), amount(inputs["gain_28pct"]))
    ours = single_year(case, gains, wages=inputs["wages"], dividends=inputs["qualified_dividends"])
    assert {
        "schedule_d_to_1040": ours.schedule_d.gain_or_deduction,
        "agi": ours.adjusted_gross_income,
        "taxable_income": ours.taxable_income,
        "income_tax_before_credits": ours.income_tax,
        "niit": ours.niit,
    } == expected


@cases("niit")
def test_niit(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    gains = Gains(long_term=amount(inputs["net_capital_gain_or_loss_before_limit"]))
    lines = single_year(
        case,
        gains,
        wages=inputs["wages_and_other_non_investment"],
        interest=inputs["interest_and_dividends"],
    ).niit_worksheet
    assert {
        "capital_item_in_nii": lines["5d"],
        "nii": lines["12"],
        "magi": lines["13"],
        "excess_over_threshold": lines["15"],
        "niit": lines["17"],
    } == expected


@cases("harvest_value")
def test_harvest_value(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    before = Gains(amount(inputs["net_short_term_before"]), amount(inputs["net_long_term_before"]))
    harvest = Gains(-amount(inputs["harvest_short_term_loss"]), -amount(inputs["harvest_long_term_loss"]))
    without = single_year(case, before, wages=inputs["wages"])
    planned = single_year(case, before + harvest, wages=inputs["wages"])
    assert {
        "tax_before": without.total_tax,
        "tax_after": planned.total_tax,
        "tax_saved_this_year": without.total_tax - planned.total_tax,
        "st_carryover_out": planned.carryover_short,
        "lt_carryover_out": planned.carryover_long,
    } == expected


@cases("holding_period")
def test_holding_period(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    if "months" in inputs:
        first = first_day_held_longer(date.fromisoformat(inputs["acquired_trade_date"]), inputs["months"])
        assert first == date.fromisoformat(expected["first_date_held_more_than_period"])
        return
    sold = date.fromisoformat(inputs["sold_trade_date"])
    if inputs.get("acquired_by") == "inheritance":
        assert character(None, sold, inherited=True) == expected["term"]
    elif inputs.get("acquired_by") == "gift":
        since = date.fromisoformat(inputs["donor_acquired"]) if inputs["donor_basis_used"] else None
        assert character(date.fromisoformat(inputs["gift_date"]), sold, holding_since=since) == expected["term"]
    else:
        acquired = date.fromisoformat(inputs["acquired_trade_date"])
        assert character(acquired, sold) == expected["term"]
        assert first_long_term_day(acquired) == date.fromisoformat(expected["first_long_term_date"])


ANSWERS = {
    "latest purchase date so that an old lot can be sold on 2026-12-31 without being washed by it": (
        last_day_to_double_up(date(2026, 12, 31))
    ),
    "first repurchase date after a loss sale on 2026-12-31": first_safe_day(date(2026, 12, 31)),
    "first repurchase date after a loss sale on 2026-12-15": first_safe_day(date(2026, 12, 15)),
    "after buying on 2026-11-23, first date an older lot can be sold at a loss unwashed": (
        first_clean_day(date(2026, 11, 23))
    ),
    "last trading day of 2026": last_trading_day(2026),
}


@cases("year_end_dates")
def test_year_end_dates(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    if "question" in inputs:
        assert ANSWERS[inputs["question"]] == date.fromisoformat(expected["date"])
        return
    traded, settled = date.fromisoformat(inputs["trade_date"]), date.fromisoformat(inputs["settlement_date"])
    assert settles_on(traded) == settled
    if inputs["action"].startswith("sell long"):
        assert tax_year_of_sale(traded) == expected["tax_year"]
    else:
        gain = Decimal(-1 if "loss" in inputs["action"] else 1)
        assert tax_year_of_short_close(traded, settled, gain) == expected["tax_year"]


@cases("parameters")
def test_parameters(case: dict[str, Any]) -> None:
    inputs, expected, status = case["inputs"], case["expected"], STATUS[case["inputs"]["filing_status"]]
    if "error" in expected:
        with pytest.raises(LawNotHeld):
            tax_year(inputs["year"])
        return
    law = tax_year(inputs["year"])
    assert {
        "zero_max": law.zero_rate_top[status],
        "fifteen_max": law.fifteen_rate_top[status],
        "standard_deduction": law.standard_deduction[status],
    } == expected
