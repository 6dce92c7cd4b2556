"""The screen says everything the plan holds, whole, at every width and on every terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from planner.domain.plan import Plan, Status
from planner.report.screens.check import check_screen
from planner.report.screens.plan import MOST_HELD_BACK, plan_screen
from planner.report.screens.sales import MOST_SALES
from planner.report.words import shows_our_signs
from rules.terms import ZERO
from tests.reporting.made_plans import COINS, WASHED, holding, made_case, made_plan, sale

LOT = sale("Schwab:VXUS:2026-01-22:1")
FUND = "A FUND WITHOUT A TICKER THAT GOES BY ITS WHOLE NAME, AS TRUSTS OF RETIREMENT PLANS DO"


def shown(plan: Plan, *, width: int = 80, sell: bool = True) -> str:
    return plan_screen(plan, made_case([holding(LOT.lot_id)], sell=sell), width=width, color=False)


def flat(text: str) -> str:
    """Without line breaks, so that a sentence can be looked for wherever it was wrapped."""
    return " ".join(text.split())


def widest(text: str) -> int:
    return max(len(line) for line in text.split("\n"))


@pytest.fixture(scope="module")
def screen() -> str:
    return shown(made_plan(LOT, WASHED, COINS))


@pytest.mark.parametrize(
    "words",
    [
        "Tax year 2026 · single · as of Tue Dec 8, 2026",
        "Net benefit: $3,474.14",
        "Tax saved for 2026 +$3,210.00",
        "$2,000.00 more loss carried to 2027 (12.96¢ per dollar) +$259.15",
        "Later tax avoided (present value, 9.21¢ per dollar of basis) +$12.00",
        "Trading costs (selling, and buying a replacement) -$7.01",
        "Proven: no lawful plan that meets your constraints is better by more than $0.04.",
        "Sell 3 lots on Tue Dec 15, 2026",
        "Schwab (taxable, taxpayer’s)",
        "Schwab:VXUS:2026-01-22:1 25.5 $10,000.00 -$1,234.56 short clean saves $296.29 of tax",
        "saves $296.29 of tax; $20.00 of it is permanently lost because a retirement account bought (I-03, I-04)",
        "2 lots $20,000.00 -$1,734.56",
        "Wallet (taxable, spouse’s)",
        "0.00000001 $10,000.00 -$8,765.43",
        "All accounts: proceeds $30,000.00, loss $10,499.99; "
        "loss disallowed by § 1091: $50.00, $20.00 of it permanently.",
        "Net short-term gain (Schedule D line 7) $10,000.00 -$5,000.00 -$15,000.00",
        "Loss deducted from other income $0.00 $3,000.00 +$3,000.00",
        "Short-term loss carryover to 2027 $0.00 $2,000.00 +$2,000.00",
        "Sun Nov 15, 2026 through Thu Jan 14, 2027; safe on Fri Jan 15, 2027:",
        "VXUS 1 lot sold at a loss",
        "2027-01-04 IRA VXUS 11 $34.41",
        "Digital assets: outside the wash-sale rule today * BTC: § 1091 covers stock and securities. [crypto_exempt]",
        "Schwab:LULU:2025-12-22:1 -$961.00 2026-12-23 not sold",
        "Held back: 2 lots",
        "Schwab:XYZ:Various:1 not known - its basis is not known",
        "Warnings * IRA: purchases since 2026-11-15 may be missing. [coverage_incomplete]",
        "not tax advice",
    ],
)
def test_the_screen_says(screen: str, words: str) -> None:
    assert words in flat(screen)


def test_a_caution_is_said_once(screen: str) -> None:
    assert screen.count("[crypto_exempt]") == 1


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
def test_no_number_and_no_name_is_ever_cut(width: int) -> None:
    long_name = "A brokerage account with a very long name indeed:VXUS:2026-01-22:1"
    costly = replace(sale(long_name, gain="-123456789.01"), quantity=Decimal("1234567.12345678"))
    text = shown(made_plan(costly, WASHED, COINS), width=width)
    assert "…" not in text
    assert "-$123,456,789.01" in text
    assert "1,234,567.12345678" in text
    assert long_name.replace(" ", "") in re.sub(r"\s|1,234,567.12345678|\$[\d,.]+|-(?=\$)|short|clean", "", text)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_page(width: int) -> None:
    plan = made_plan(LOT, WASHED, COINS)
    wordy = replace(plan.held_back[0], reason="selling it too would not increase the net benefit " * 5)
    text = shown(replace(plan, held_back=(wordy,)), width=width)
    assert widest(text) <= width


def large_plan() -> Plan:
    """Eight digits of shares and of dollars, a part of a lot, a fund known by its name, and twice as many sales."""
    parts = replace(
        sale("Schwab:VANGUARD TARGET 2045:2026-01-22:1", gain="-12345678.90"),
        proceeds=Decimal("87654321.09"),
        quantity=Decimal("12345678.125"),
        whole_lot=False,
    )
    plan = made_plan(parts, WASHED, COINS)
    (cancelled,) = plan.cancellations
    large = replace(cancelled, symbol=FUND, quantity=Decimal("12345678.125"), saves=Decimal("1E7"))
    window = replace(plan.windows[0], symbol=FUND)
    held = replace(plan.held_back[0], gain=Decimal("-12345678.90"))
    near = replace(plan.near_long_term[0], gain=Decimal("-12345678.90"))
    return replace(plan, cancellations=(large,), windows=(window,), held_back=(held,), near_long_term=(near,))


@pytest.mark.parametrize("width", [79, 80])
def test_eight_digits_of_shares_and_of_dollars_fit_the_page(width: int) -> None:
    plan = large_plan()
    lots = [holding(plan.sales[0].lot_id, units="23456789.125", basis="12345678.90", price="123.45")]
    text = plan_screen(plan, made_case(lots), width=width, color=False)
    assert widest(text) <= width
    assert "12,345,678.125 of 23,456,789.125" in text
    assert widest(check_screen(made_case(lots), width=width, color=False)) <= width
    many = replace(plan, sales=tuple(replace(plan.sales[0], symbol="VANGUARD TARGET 2045") for _ in range(100)))
    assert widest(plan_screen(many, made_case(), width=width, color=False)) <= width


def test_what_stands_above_its_numbers_is_whole_and_in_order() -> None:
    text = flat(shown(made_plan(LOT), width=44))
    assert "Lot Quantity Proceeds Gain/loss Term Wash" in text
    assert "Schwab:VXUS:2026-01-22:1 25.5 $10,000.00 -$1,234.56 short clean saves $296.29 of tax" in text


def test_signs_are_made_plain_before_lines_are_measured() -> None:
    plan = made_plan(LOT)
    caution = replace(plan.cautions[0], text="§ 1091 § 1211 § 1212 § 1222 § 1411 " * 12)
    text = plan_screen(replace(plan, cautions=(caution,)), made_case(), width=80, color=False, plain=True)
    assert widest(text) <= 80
    assert text.isascii()
    assert "Sec. 1091 Sec. 1211" in text


@pytest.mark.parametrize(
    ("encoding", "all_shown"), [("utf-8", True), ("ascii", False), ("cp1252", False), (None, False)]
)
def test_our_signs_are_left_only_to_those_who_can_show_them_all(encoding: str | None, all_shown: bool) -> None:
    assert shows_our_signs(encoding) is all_shown


def test_colour_only_when_asked(screen: str) -> None:
    assert "\x1b" not in screen
    assert "\x1b[" in plan_screen(made_plan(LOT), made_case(), width=80, color=True)


def test_a_loss_carried_is_a_line_only_where_there_is_one() -> None:
    plan = made_plan(LOT)
    planned = replace(plan.planned, carryover_short=ZERO, carryover_long=ZERO)
    baseline = replace(plan.baseline, carryover_short=ZERO, carryover_long=ZERO)
    benefit = replace(plan.benefit, carryover_value=ZERO)
    text = shown(replace(plan, planned=planned, baseline=baseline, benefit=benefit))
    assert "loss carried to 2027 (" in shown(plan)
    assert "loss carried to 2027 (" not in text


def test_a_lot_whose_id_lacks_its_date_is_shown_with_it() -> None:
    own = sale("Schwab:VXUS:core")
    text = plan_screen(made_plan(own), made_case([holding("Schwab:VXUS:core")]), width=80, color=False)
    assert "Schwab:VXUS:core 2026-01-22" in flat(text)


def test_a_part_of_a_lot_is_said_to_be_one() -> None:
    part = replace(LOT, whole_lot=False)
    text = plan_screen(made_plan(part), made_case([holding(LOT.lot_id, units="40")]), width=80, color=False)
    assert "25.5 of 40" in text


def test_sales_on_more_than_one_day_say_which() -> None:
    later = replace(sale("Schwab:VXUS:2026-12-01:1"), date=LOT.date.replace(day=21))
    text = shown(made_plan(LOT, later))
    assert "Sell 2 lots on Tue Dec 15, 2026 unless another day is shown" in text
    assert "on Tue Dec 15, 2026: saves" not in text
    assert "on Mon Dec 21, 2026: saves" in text


def test_many_sales_are_grouped_by_symbol() -> None:
    text = flat(shown(made_plan(*(sale(f"Schwab:VXUS:2026-01-22:{n}") for n in range(MOST_SALES + 1)))))
    assert f"VXUS 2026-12-15 {MOST_SALES + 1} $610,000.00 -$75,308.16 $0.00" in text
    assert "--json lists each lot" in text
    assert "2026-01-22:7" not in text


def test_many_lots_held_back_end_in_a_count() -> None:
    plan = made_plan(LOT)
    held = tuple(replace(plan.held_back[0], lot_id=f"lot-{n}") for n in range(MOST_HELD_BACK + 5))
    assert "and 5 more lots; see --json." in shown(replace(plan, held_back=held))


def test_many_cautions_alike_end_in_a_count() -> None:
    plan = made_plan(LOT)
    text = flat(shown(replace(plan, cautions=plan.cautions[:1] * 7)))
    assert text.count("may be missing. [coverage_incomplete]") == 3
    assert "and 4 more [coverage_incomplete]" in text


def test_unproven_is_said_loudly_with_what_may_be_missed() -> None:
    text = flat(shown(made_plan(LOT, status=Status.UNPROVEN, gap="812.00")))
    assert "NOT PROVEN: a better lawful plan may exist, by at most $812.00." in text
    assert "--time-limit" in text
    assert "Proven:" not in text


@pytest.mark.parametrize(
    ("keys", "advice"),
    [
        ((), "would not help."),
        (("january",), "would not help; try without january."),
        (("january", "max_sales", "[[limits]]"), "would not help; try without january, max_sales or [[limits]]."),
    ],
)
def test_more_time_is_not_advised_where_the_search_ended_by_itself(keys: tuple[str, ...], advice: str) -> None:
    unproven = made_plan(status=Status.UNPROVEN, gap="812.00")
    text = flat(shown(replace(unproven, search_ended=True, hard_to_prove=keys)))
    assert f"The search ended without a proof, and more time {advice}" in text
    assert "No beneficial sale was found." in text
    assert "time limit" not in text
    assert "--time-limit" not in text


def test_that_nothing_was_found_in_time_is_not_called_that_nothing_is_worth_it() -> None:
    text = flat(shown(made_plan(status=Status.UNPROVEN, gap="812.00")))
    assert "No beneficial sale was found within the time limit" in text
    assert "NOT PROVEN" in text
    assert "No sale would" not in text


@pytest.mark.parametrize(
    ("sell", "why"),
    [(True, "No sale would benefit this household."), (False, "plan.sell = false")],
)
def test_nothing_to_sell_says_why_and_shows_the_year(sell: bool, why: str) -> None:
    text = flat(shown(made_plan(gap="0"), sell=sell))
    assert "Nothing to sell " in text
    assert why in text
    assert "The year 2026 so far" in text
    assert "Total of these taxes $" in text
    assert ("Proven: no lawful plan that meets your constraints is better." in text) == sell


def test_a_household_without_lots_is_told_so() -> None:
    text = plan_screen(replace(made_plan(), held_back=()), made_case(), width=80, color=False)
    assert "No lots were found" in text


def test_check_shows_each_file_what_was_not_read_and_totals() -> None:
    lots = [holding("Schwab:VXUS:2026-01-22:1", units="3"), holding("Schwab:XYZ:Various:1", basis=None)]
    text = flat(check_screen(made_case(lots), width=80, color=False))
    for words in (
        "lots.csv: 3 rows of lots (schwab_lot_details, as of Mon Dec 7, 2026)",
        "! total market value: the file states 190.01, the rows add up to 180.02: difference 9.99",
        "matches the rows read: total basis",
        "not read, line 9: a total",
        "Schwab:VXUS:2026-01-22:1 3 $100.00 $270.02 short",
        "Schwab:XYZ:Various:1 1 not known $90.01 not known",
        "no files are given, so its holdings and purchases are not known",
        (
            "Market value of 1 lot $270.02 Basis $100.00 Unrealized gain or loss $170.02 short-term $170.02 "
            "long-term $0.00"
        ),
        "Value of 1 lot with unknown basis $90.01",
        "Realized short-term gain or loss -$59.90",
        "Realized long-term gain or loss $429.75 disallowed losses in these $40.00",
        "XYZ is taken for stock. [asset_class_assumed]",
    ):
        assert words in text
