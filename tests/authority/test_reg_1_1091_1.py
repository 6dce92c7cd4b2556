"""Reg. § 1.1091-1: the window, the order of losses, the order of replacements, each share once; and its examples."""

from datetime import date
from decimal import Decimal

import pytest

from rules.terms import AccountKind, ReplacementPurchase
from rules.wash_sale import LossSlice, disallow
from tests.ledger_cases import expect, law_case


def loss(name: str, sold: date, acquired: date | None = None, quantity: int = 100, amount: int = 1_000) -> LossSlice:
    return LossSlice(name, name, "X", sold, acquired, Decimal(quantity), Decimal(amount))


def bought(name: str, acquired: date, quantity: int = 100) -> ReplacementPurchase:
    return ReplacementPurchase(name, "A", AccountKind.TAXABLE, "X", acquired, Decimal(quantity), name)


def pairs(slices: list[LossSlice], purchases: list[ReplacementPurchase]) -> list[tuple[str, str, Decimal]]:
    return [
        (match.slice_id, match.purchase_id, match.quantity) for match in disallow(slices, purchases, lambda symbol: "X")
    ]


@pytest.mark.parametrize("case_id", ["US-WS-005", "US-WS-006", "US-WS-007"])
def test_h_examples_1_to_3(case_id):
    expect(law_case(case_id))


@pytest.mark.parametrize("case_id", ["US-WS-013", "US-WS-014", "US-WS-015", "US-WS-016", "US-WS-017"])
def test_a_the_61_days(case_id):
    expect(law_case(case_id))


@pytest.mark.parametrize(
    ("day", "washes"),
    [
        (date(2026, 11, 14), False),  # 31 days before
        (date(2026, 11, 15), True),  # 30 days before, a Sunday
        (date(2026, 12, 15), True),  # the day itself
        (date(2027, 1, 14), True),  # 30 days after, in the next year
        (date(2027, 1, 15), False),  # 31 days after
    ],
)
def test_a_both_ends_of_the_61_days_are_inside(day, washes):
    found = pairs([loss("OLD", date(2026, 12, 15), date(2020, 1, 2))], [bought("NEW", day)])
    assert bool(found) is washes


def test_b_the_earliest_disposition_first():
    expect(law_case("US-WS-019"))
    later, earlier = (
        loss("LATER", date(2026, 6, 2), date(2020, 1, 2)),
        loss("FIRST", date(2026, 6, 1), date(2021, 1, 4)),
    )
    assert pairs([later, earlier], [bought("NEW", date(2026, 6, 10))]) == [("FIRST", "NEW", 100)]


def test_b_on_one_day_in_order_of_original_acquisition():
    sold = date(2026, 6, 1)
    younger, older = loss("A", sold, date(2024, 1, 10)), loss("B", sold, date(2024, 1, 9))
    assert pairs([younger, older], [bought("NEW", date(2026, 6, 10))]) == [("B", "NEW", 100)]


def test_b_an_unknown_acquisition_counts_as_the_earliest():
    sold = date(2026, 6, 1)
    known, unknown = loss("A", sold, date(1990, 1, 2)), loss("B", sold, None)
    assert pairs([known, unknown], [bought("NEW", date(2026, 6, 10))]) == [("B", "NEW", 100)]


def test_c_fewer_bought_than_sold():
    expect(law_case("US-WS-028"))


def test_d_the_first_acquired_carry_the_loss():
    sold = date(2026, 6, 1)
    purchases = [bought("C", date(2026, 6, 3)), bought("B", date(2026, 6, 2)), bought("A", date(2026, 6, 4))]
    assert pairs([loss("OLD", sold, date(2020, 1, 2), quantity=150)], purchases) == [
        ("OLD", "B", Decimal(100)),
        ("OLD", "C", Decimal(50)),
    ]


def test_e_a_share_washes_one_loss_only():
    slices = [loss("A", date(2026, 6, 1), date(2020, 1, 2)), loss("B", date(2026, 6, 2), date(2020, 1, 3))]
    assert pairs(slices, [bought("NEW", date(2026, 6, 10), 120)]) == [("A", "NEW", 100), ("B", "NEW", 20)]


def test_f_what_is_given_is_not_acquired():
    expect(law_case("US-WS-023"))
