"""Corporate actions, by section: worked cases of the regulations and rulings, and what must hold of all of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.corporate_actions import (
    capital_returned,
    exchanged_with_money,
    part_of_basis,
    shared_by_value,
)

D = Decimal
dollars = st.integers(0, 10**9).map(lambda cents: D(cents) / 100)
values = st.integers(1, 10**9).map(lambda cents: D(cents) / 100)


def test_358_c_a_spin_off_shares_the_basis_by_value():
    """Reg. § 1.358-2(a)(2)(iv): in proportion to value. 100 GE at 150 and 25 GEV at 100: 2,500 of 17,500."""
    part = part_of_basis(D(100) * 150, D(25) * 100)
    assert part == D(2500) / D(17500)
    shares = shared_by_value(D(20_000), {"GE": D(15_000), "GEV": D(2_500)})
    assert shares["GE"].quantize(D("0.01")) == D("17142.86")
    assert shares["GEV"].quantize(D("0.01")) == D("2857.14")


def test_358_what_is_worth_nothing_takes_no_basis():
    assert shared_by_value(D(100), {"a": D(0), "b": D(3)}) == {"a": 0, "b": 100}


def test_358_no_value_is_nothing_to_divide_by():
    with pytest.raises(ValueError, match="divided by values"):
        shared_by_value(D(1), {"a": D(0), "b": D(0)})
    with pytest.raises(ValueError, match="divided by values"):
        shared_by_value(D(1), {"a": D(-1), "b": D(3)})


@pytest.mark.parametrize(
    ("basis", "stock", "money", "gain", "left"),
    [
        (12_000, 3_600, 7_000, 0, 5_000),  # a loss of 1,400 is not recognized, § 356(c)
        (8_000, 3_600, 7_000, 2_600, 3_600),  # a gain of 2,600, all of it within the money
        (1_000, 3_600, 7_000, 7_000, 1_000),  # a gain of 9,600: not beyond the money, § 356(a)(1)
        (5_000, 6_000, 0, 0, 5_000),  # stock alone: § 354
    ],
)
def test_356_gain_is_the_smaller_of_money_and_gain_and_a_loss_is_none(basis, stock, money, gain, left):
    assert exchanged_with_money(D(basis), D(stock), D(money)) == (gain, left)


@given(dollars, values, dollars)
def test_356_and_358_leave_the_gain_that_was_not_recognized_for_later(basis, stock, money):
    received = exchanged_with_money(basis, stock, money)
    later = stock - received.basis
    assert received.gain + later == stock + money - basis
    assert D(0) <= received.gain <= money


@pytest.mark.parametrize(("basis", "paid", "left"), [(5000, 400, (4600, 0)), (300, 400, (0, 100)), (0, 5, (0, 5))])
def test_301_c_capital_returned_lowers_basis_and_is_gain_beyond_it(basis, paid, left):
    assert capital_returned(D(basis), D(paid)) == left
