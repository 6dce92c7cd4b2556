"""What the verifier of limits says of a breach, and what it allows to the day and to the last decimal: each of these
was once a change of the code that no test noticed (`make mutants PART=limits`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, write

from planner.domain.case import Case
from planner.loader import load_case
from planner.optimizer import ask
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.sale_figures import Order, SaleFigures, figures

Orders = list[tuple[str, str, date]]
AS_OF, DAY = date(2026, 12, 8), date(2026, 12, 15)
LOTS = """\
AAA,10,2024-01-05,3000,100,stock,a
AAA,10,2024-02-05,2500,100,stock,b
BBB,10,2024-01-05,2000,100,stock,c
CCC,10,2024-01-05,500,100,stock,d
"""
MORE = LOTS + "BTC,2,2024-01-05,90000,30000,crypto,coin\nDDD,10.5,2024-01-05,3000,100,stock,odd\n"
MORE += "EEE,10,2024-01-05,1000.01,100,stock,e\n"
SATURDAY, NEW_YEAR = date(2026, 12, 19), date(2027, 1, 1)


def case_of(folder: Path, plan: str, accounts: str = ACCOUNT) -> Case:
    more = f"\n[realized]\nlong_term = 20_000\n\n[plan]\n{plan}\n"
    return ask(load_case(write(folder, MORE, more, accounts=accounts), as_of=AS_OF)).case


def sales(case: Case, orders: Orders) -> list[SaleFigures]:
    held = {holding.lot.lot_id: holding for holding in case.holdings}
    return [figures(Order(held[lot_id], Decimal(quantity), day)) for lot_id, quantity, day in orders]


def said(case: Case, orders: Orders) -> list[str]:
    return [str(broken) for broken in broken_limits(case, sales(case, orders))]


@pytest.mark.parametrize(
    ("plan", "orders", "words"),
    [
        ('keep = ["AAA"]', [("a", "10", DAY)], "keep: a is sold, 10 of it with a gain of -2000.00"),
        ("sale_date = 2026-12-16", [("a", "10", DAY)], "sale_date: a is sold on 2026-12-15, before 2026-12-16"),
        ("last_sale_date = 2026-12-14", [("a", "1", DAY)], "last_sale_date: a is sold on 2026-12-15, after 2026-12-14"),
        ("", [("a", "10", date(2027, 1, 4))], "tax_year: a is sold on 2027-01-04, after the year"),
        ("", [("a", "10", SATURDAY)], "sale_date: a is sold on 2026-12-19, when its market is closed"),
        ("max_sales = 0", [("a", "1", DAY)], "max_sales: lots sold of 1, at most 0 allowed"),
        ("cash_needed = 1500", [("a", "10", DAY)], "cash_needed: proceeds of 1000.00, at least 1500 allowed"),
        ('must_sell = [{lot = "a", quantity = 3}]', [("a", "2", DAY)], "must_sell: 2 of a are sold, of 3 at least"),
        ('must_sell = [{lot = "a", quantity = 1}]', [], "must_sell: 0 of a are sold, of 1 at least"),
        (
            'must_sell = [{lot = "a", date = 2026-12-16}]',
            [("a", "10", DAY)],
            "must_sell: a is sold on 2026-12-15, not on 2026-12-16",
        ),
        (
            'must_sell = [{lot = "a", quantity = 3}]\nexactly = true',
            [("a", "4", DAY)],
            "exactly: 4 of a are sold, not 3",
        ),
        ("", [("a", "1", DAY), ("a", "2", DAY)], "lots: a is sold on 2 days"),
        ("", [("a", "0.5", DAY)], "fractional: 0.5 of a cannot be sold"),
        ("", [("a", "0", DAY)], "fractional: 0 of a cannot be sold"),
        ("", [("coin", "0.000000001", DAY)], "fractional: 0.000000001 of coin cannot be sold"),
        ("", [("odd", "10.25", DAY)], "fractional: 10.25 of odd cannot be sold"),
    ],
)
def test_the_breach_is_said(tmp_path: Path, plan: str, orders: Orders, words: str) -> None:
    assert words in said(case_of(tmp_path, plan), orders)


@pytest.mark.parametrize(
    ("plan", "orders"),
    [
        ("sale_date = 2026-12-15", [("a", "10", DAY)]),  # on the first day
        ("last_sale_date = 2026-12-15", [("a", "10", DAY)]),  # on the last
        ("", [("a", "10", date(2026, 12, 31))]),  # on the last of the year
        ("", [("coin", "0.00000001", SATURDAY)]),  # coins trade on every day, to eight decimals
        ("january = true", [("coin", "2", NEW_YEAR)]),  # theirs is the first day of January
        ("", [("odd", "10", DAY)]),
        ("", [("odd", "10.5", DAY)]),  # a last fraction goes with the whole lot
    ],
)
def test_what_is_allowed_to_the_letter(tmp_path: Path, plan: str, orders: Orders) -> None:
    assert said(case_of(tmp_path, plan), orders) == []


def test_an_account_that_sells_fractions(tmp_path: Path) -> None:
    case = case_of(tmp_path, "", ACCOUNT + "fractional = true\n")
    assert said(case, [("a", "0.000001", DAY)]) == []
    assert said(case, [("a", "0.0000001", DAY)]) == ["fractional: 0.0000001 of a cannot be sold"]


def test_each_sale_is_looked_at_after_one_that_is_wrong(tmp_path: Path) -> None:
    case = case_of(tmp_path, 'keep = ["CCC"]')
    holdings = tuple(replace(h, frozen=h.lot.lot_id == "b") for h in case.holdings if h.lot.lot_id != "a")
    orders = [("a", "10", DAY), ("b", "10", DAY), ("d", "10", DAY)]
    broken = broken_limits(replace(case, holdings=holdings), sales(case, orders))  # their figures need the lots
    assert [b.key for b in broken] == ["lots", "frozen", "keep", "sell_gains"]


def test_a_gain_of_a_part_and_a_loss_of_the_whole(tmp_path: Path) -> None:
    """`minimum_loss` looks at what is sold of a lot whose whole is at a loss."""
    case = case_of(tmp_path, "minimum_loss = 900")
    assert said(case, [("c", "10", DAY)]) == []
    assert said(case, [("c", "8", DAY)]) == ["minimum_loss: c is sold, 8 of it with a gain of -800.00"]
    assert said(case, [("e", "1", DAY)]) == ["minimum_loss: e is sold, 1 of it with a gain of 0.00"], "the whole loses"
