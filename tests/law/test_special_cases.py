"""The worked cases of tests/cases/law.json on gifts, short sales, § 1256, fund shares, coins, options and lots
chosen."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules.fund_shares import first_day_free, six_month_loss
from rules.gifts import bases_of_gift, deduction_base, limited_gift
from rules.holding_period import character
from rules.section_1256 import carried_back, net_contracts_loss, sixty_forty
from rules.short_sales import character_of_close, holding_period_starts
from rules.terms import ZERO, Character, Gains

CASES = json.loads((Path(__file__).parents[1] / "cases" / "law.json").read_text("utf-8"), parse_float=Decimal)["cases"]


def case(case_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found = next(case for case in CASES if case["id"] == case_id)
    return found["inputs"], found["expected"]


@pytest.mark.parametrize("case_id", ["US-GB-001", "US-GB-002", "US-GB-003"])
def test_a_gift_has_two_bases(case_id: str) -> None:
    inputs, expected = case(case_id)
    bases = bases_of_gift(Decimal(inputs["donor_basis"]), Decimal(inputs["fmv_at_gift"]))
    assert bases.gain(Decimal(inputs["sale_price"])) == expected["gain_or_loss"]


def test_what_is_inherited_has_its_value_at_death() -> None:
    inputs, expected = case("US-GB-004")
    assert inputs["sale_price"] - inputs["fmv_at_death"] == expected["gain_or_loss"]
    assert character(None, date(2026, 12, 1), inherited=True) == expected["term"]


@pytest.mark.parametrize("case_id", ["US-GB-005", "US-GB-006", "US-GB-007"])
def test_a_gift_to_charity_counts_at_value_only_for_long_term_gain(case_id: str) -> None:
    inputs, expected = case(case_id)
    term = Character.LONG if "over 1 year" in inputs["donated"] else Character.SHORT
    assert deduction_base(Decimal(inputs["fmv"]), Decimal(inputs["basis"]), term) == expected["deduction_base"]


def test_a_spouse_keeps_the_givers_basis() -> None:
    inputs, expected = case("US-GB-008")
    bases = bases_of_gift(Decimal(inputs["basis"]), Decimal(inputs["fmv"]), spouse=True)
    assert bases.for_loss == expected["spouse_basis"]
    assert bases.gain(Decimal(inputs["sale_price_by_spouse"])) == expected["gain_or_loss"]


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_short_against_the_box_is_short_term() -> None:
    inputs, expected = case("US-SH-001")
    opened, closed, held = day(inputs["short_opened"]), day(inputs["closed"]), day(inputs["long_bought"])
    gain = Decimal(inputs["short_proceeds"] - inputs["long_cost"])
    assert (gain, character_of_close(gain, opened, closed, held, delivered=held)) == tuple(expected.values())


def test_a_short_sale_starts_the_holding_period_anew() -> None:
    inputs, expected = case("US-SH-002")
    opened, closed, held = day(inputs["short_opened"]), day(inputs["closed"]), day(inputs["long_bought"])
    loss = Decimal(inputs["short_proceeds"] - 1800)
    starts = holding_period_starts(held, opened, closed)
    assert loss == expected["short_sale_loss"]
    assert character_of_close(loss, opened, closed, held) == expected["short_sale_term"]
    assert starts == day(expected["long_holding_starts"])
    assert inputs["long_sale_price"] - inputs["long_cost"] == expected["long_gain"]
    assert character(starts, day(inputs["long_sold"])) == expected["long_term"]


def test_a_loss_against_shares_held_for_a_year_is_long_term() -> None:
    inputs, expected = case("US-SH-004")
    opened, closed, held = day(inputs["short_opened"]), day(inputs["closed"]), day(inputs["long_bought"])
    assert character_of_close(Decimal(-1), opened, closed, held) == expected["term"]
    assert character_of_close(Decimal(-1), day("2025-01-02"), day("2026-02-02")) == case("US-SH-003")[1]["term"]


@pytest.mark.parametrize(
    ("gain", "opened", "held", "delivered", "term"),
    [
        (1, "2026-01-02", "2025-01-02", "2025-01-02", Character.SHORT),  # held a year and no more: (b)(1)
        (1, "2026-01-03", "2025-01-02", "2025-01-02", Character.LONG),  # a day longer: what is delivered, (a)
        (1, "2026-01-03", "2025-01-02", None, Character.SHORT),  # bought to close: (a)
        (-1, "2026-01-03", "2025-01-02", None, Character.LONG),  # (d)
        (-1, "2026-01-02", "2025-01-02", None, Character.SHORT),
        (-1, "2026-01-02", "2026-01-20", "2020-01-02", Character.LONG),  # (a), and by (d) no other
    ],
)
def test_what_stood_against_a_short_sale_decides(
    gain: int, opened: str, held: str, delivered: str | None, term: Character
) -> None:
    """§ 1233(a), (b)(1), (d): held a year or less when the sale was opened, or longer."""
    handed_over = day(delivered) if delivered else None
    assert character_of_close(Decimal(gain), day(opened), day("2026-02-02"), day(held), handed_over) is term


def test_contracts_are_marked_and_sixty_forty() -> None:
    inputs, expected = case("US-1256-001")
    marked = inputs["fmv_last_business_day_2025"]
    for year, gain in (("y2025", marked - inputs["cost"]), ("y2026", inputs["proceeds"] - marked)):
        assert gain == expected[year]["gain"]
        assert sixty_forty(Decimal(gain)) == Gains(Decimal(expected[year]["short"]), Decimal(expected[year]["long"]))
    inputs, expected = case("US-1256-002")
    assert sixty_forty(Decimal(inputs["gain"])) == Gains(Decimal(expected["short"]), Decimal(expected["long"]))


def test_a_net_contracts_loss_goes_back_to_the_earliest_gain_first() -> None:
    inputs, expected = case("US-1256-004")
    loss = net_contracts_loss(Decimal(inputs["net_1256_loss_2026"]), Decimal(20_000 - 3_000), Decimal(3_000))
    gains = {year: Decimal(inputs[f"net_1256_gain_{year}"]) for year in (2023, 2024, 2025)}
    taken = carried_back(loss, gains)
    assert loss == expected["net_section_1256_contracts_loss"]
    assert taken == {2023: expected["carried_to_2023"], 2025: expected["carried_to_2025"]}
    assert loss - sum(taken.values()) == expected["left"]


def test_a_year_takes_of_a_contracts_loss_what_earlier_years_left() -> None:
    """§ 1212(c)(5): 6,000 of 10,000 in 2023, none in a year without a net gain, the rest in 2025."""
    gains = {2025: Decimal(9_000), 2023: Decimal(6_000), 2024: Decimal(-2_000)}
    assert carried_back(Decimal(10_000), gains) == {2023: 6_000, 2025: 4_000}


@pytest.mark.parametrize(
    ("contracts", "carried_over", "back"),
    [(-10_000, 50_000, 7_000), (-10_000, 5_000, 5_000), (-3_000, 9_000, 0), (-3_001, 9_000, 1), (10_000, 9_000, 0)],
)
def test_a_net_contracts_loss_is_the_smaller_of_two(contracts: int, carried_over: int, back: int) -> None:
    """§ 1212(c)(4): of what the contracts lost beyond $3,000, and of what would be carried over."""
    assert net_contracts_loss(Decimal(contracts), Decimal(carried_over), Decimal(3_000)) == back


@pytest.mark.parametrize(
    ("base", "cash", "deductible", "carried"),
    [  # of an income of 100,000: limits of 30,000 and 50,000, a floor of 500
        (20_000, 0, 19_500, 0),  # within the limit what the floor takes is lost
        (40_000, 0, 29_500, 10_500),  # beyond it, carried on: § 170(b)(1)(I)(ii)
        (40_000, 200, 29_700, 10_500),  # cash meets 200 of the floor
        (40_000, 45_000, 5_000, 35_500),  # and leaves 5,000 of the 50 percent
        (40_000, 60_000, 0, 40_000),
        (300, 0, 0, 0),
    ],
)
def test_a_gift_of_a_gain_has_limits_and_a_floor(base: int, cash: int, deductible: int, carried: int) -> None:
    """§ 170(b)(1)(C)(i), (G)(iii), (I); (d)(1)."""
    gift = limited_gift(Decimal(base), Decimal(100_000), Decimal(cash), Decimal("0.005"))
    assert (gift.deductible, gift.carried) == (deductible, carried)


def test_a_young_funds_loss_is_long_term_as_far_as_it_paid_out_gains() -> None:
    inputs, expected = case("US-FUND-001")
    loss = inputs["cost"] - inputs["proceeds"]
    divided = six_month_loss(Decimal(loss), Decimal(inputs["capital_gain_distribution"]), ZERO)
    assert first_day_free(day("2026-01-15")) == day("2026-07-16")  # § 852(b)(4)(C): more than six months
    assert day(inputs["sold"]) < first_day_free(day(inputs["bought"]))
    assert (-loss, -divided.long_term, -divided.rest) == tuple(expected.values())


def test_a_young_funds_loss_is_disallowed_as_far_as_it_paid_exempt_interest() -> None:
    inputs, expected = case("US-FUND-002")
    loss = Decimal(inputs["cost"] - inputs["proceeds"])
    divided = six_month_loss(loss, ZERO, Decimal(inputs["exempt_interest_dividend"]))
    assert -loss == expected["loss_realized"]
    assert divided.disallowed == expected["disallowed"]
    assert -divided.rest == expected["deductible_loss"]
