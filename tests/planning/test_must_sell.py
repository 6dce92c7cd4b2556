"""What a household wants sold whatever it is worth: `must_sell`, `exactly`, and accounts that nothing is sold from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, invoked, planned, sold, write

from planner.domain.errors import ExitCode
from planner.domain.input_limits import MOST_TOML_PROBLEMS
from planner.domain.plan import Plan
from planner.loader import load_case
from planner.loader.household.duties_held import duty_problems
from rules.terms import ZERO

AS_OF = date(2026, 12, 8)
LONG_GAIN = "\n[realized]\nlong_term = 20_000\n"
LOTS = """\
symbol,quantity,acquired,basis,price,asset_class,lot_id,frozen
AAA,10,2024-01-05,3000,100,stock,a,
AAA,10,2024-02-05,2500,100,stock,b,
BBB,10,2024-01-05,2000,100,stock,c,
CCC,10,2024-01-05,500,100,stock,d,
EEE,10,Various,2000,100,stock,various,
GGG,10,2024-01-05,2000,100,stock,frozen,true
"""
TWO_ACCOUNTS = ACCOUNT + 'fractional = false\n\n[[accounts]]\nname = "Other"\nlots = "other.csv"\nsell = false\n'
OTHER = "symbol,quantity,acquired,basis,price,asset_class,lot_id\nAAA,5,2024-01-05,3000,100,stock,other\n"


def household(folder: Path, plan: str, more: str = "") -> Path:
    return write(folder, LOTS, f"{LONG_GAIN}\n[plan]\n{plan}\n{more}")


def quantities(plan: Plan) -> dict[str, Decimal]:
    return {sale.lot_id: sale.quantity for sale in plan.sales}


@pytest.mark.parametrize("written", ['["d"]', '"d"', '["CCC"]', '["ccc"]', '[{lot = "d"}]'])
def test_a_lot_is_sold_at_a_gain_that_the_plan_would_not_take(tmp_path: Path, written: str) -> None:
    plan = planned(household(tmp_path, f"must_sell = {written}"), as_of=AS_OF)
    assert quantities(plan) == {"a": 10, "b": 10, "c": 10, "d": 10}


def test_a_symbol_means_every_lot_of_it_that_may_be_sold(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, 'must_sell = ["AAA"]\nkeep = ["b"]\nmax_sales = 1'), as_of=AS_OF)
    assert quantities(plan) == {"a": 10}


def test_a_quantity_is_the_least_of_a_lot(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, 'must_sell = [{lot = "d", quantity = 4}]'), as_of=AS_OF)
    assert quantities(plan) == {"a": 10, "b": 10, "c": 10, "d": 4}
    plan = planned(household(tmp_path, 'must_sell = [{lot = "a", quantity = 4}]'), as_of=AS_OF)
    assert quantities(plan) == {"a": 10, "b": 10, "c": 10}


def test_a_least_quantity_between_whole_shares_takes_the_next(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, 'must_sell = [{lot = "d", quantity = 4.2}]'), as_of=AS_OF)
    assert quantities(plan)["d"] == 5


def test_a_date_fixes_the_day(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, 'must_sell = [{lot = "d", date = 2026-12-17}]'), as_of=AS_OF)
    assert {sale.lot_id: sale.date for sale in plan.sales if sale.lot_id == "d"} == {"d": date(2026, 12, 17)}


def test_exactly_sells_that_and_nothing_else(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, 'must_sell = ["d", {lot = "a", quantity = 3}]\nexactly = true'), as_of=AS_OF)
    assert quantities(plan) == {"d": 10, "a": 3}
    assert plan.benefit.total == sum(
        (plan.benefit.tax_saved, plan.benefit.carryover_value, -plan.benefit.deferred_tax, -plan.benefit.trading_cost),
        ZERO,
    )
    held = {h.lot_id: h.reason for h in plan.held_back}
    assert held["b"] == "it is not named in `must_sell`, and `exactly` is true"


def test_exactly_nothing_sells_nothing(tmp_path: Path) -> None:
    assert planned(household(tmp_path, "exactly = true"), as_of=AS_OF).sales == ()


def test_must_sell_is_exempt_from_minimum_loss(tmp_path: Path) -> None:
    plan = planned(household(tmp_path, 'must_sell = ["c"]\nminimum_loss = 1800'), as_of=AS_OF)
    assert quantities(plan) == {"a": 10, "c": 10}


def test_thousands_of_wrong_names_are_told_of_in_a_screenful(tmp_path: Path) -> None:
    names = ",".join(f'"wrong-{n}"' for n in range(9_000))
    answer = invoked(household(tmp_path, f"must_sell = [{names}]"), as_of=AS_OF)
    assert answer.exit_code == ExitCode.REFUSED
    assert answer.stderr.count("neither a symbol held nor a lot id") == MOST_TOML_PROBLEMS + 1


@pytest.mark.parametrize(
    ("plan", "keys"),
    [
        ('must_sell = ["a"]\nkeep = ["a"]', ("must_sell", "keep")),
        ('must_sell = ["a"]\nkeep = ["AAA"]', ("must_sell", "keep")),
        ('must_sell = ["AAA"]\nkeep = ["AAA"]', ("must_sell", "keep")),
        ('must_sell = ["frozen"]', ("must_sell", "frozen")),
        ('must_sell = ["GGG"]', ("must_sell", "frozen")),
        ('must_sell = ["various"]', ("must_sell", "acquired")),
        ('must_sell = ["nothing-of-the-kind"]', ("must_sell", "neither a symbol held nor a lot id")),
        ('must_sell = ["a", "a"]', ("must_sell", "twice")),
        ('must_sell = [{lot = "AAA", quantity = 3}]', ("must_sell", "belongs to one lot")),
        ('must_sell = [{lot = "a", quantity = 11}]', ("must_sell", "only 10 are held")),
        ('must_sell = [{lot = "a", quantity = 2.5}]\nexactly = true', ("must_sell", "exactly", "whole shares")),
        ('must_sell = [{lot = "a", date = 2026-12-19}]', ("must_sell", "2026-12-19", "closed")),
        ('must_sell = [{lot = "a", date = 2026-12-01}]', ("must_sell", "as-of date")),
        ('must_sell = [{lot = "a", date = 2027-01-04}]', ("date", "outside the tax year")),
        ('must_sell = [{lot = "a", amount = 3}]', ("amount", "quantity")),
        ("must_sell = [3]", ("must_sell", "list of symbols")),
        ("exactly = 1", ("exactly", "true or false")),
        ("last_sale_date = 2026-12-07", ("last_sale_date", "as-of date")),
        ("sale_date = 2026-12-20\nlast_sale_date = 2026-12-19", ("last_sale_date", "sale_date")),
        ("last_sale_date = 2027-02-01", ("last_sale_date", "January")),
        ("[[limits]]\nmax_sales = 1", ("symbol", "account", "asset_class")),
        ('[[limits]]\nsymbol = "AAA"', ("max_turnover", "max_sales")),
        ('[[limits]]\naccount = "Brokr"\nmax_sales = 1', ("Brokr", "Broker")),
        ('[[limits]]\nasset_class = "shares"\nmax_sales = 1', ("asset_class", "stock")),
        ('[[limits]]\nsymbol = "AAA"\nmax_turnover = -1', ("max_turnover", "less than 0")),
        ('[[limits]]\nsymbol = "AAA"\nsales = 1', ("sales", "max_sales")),
    ],
)
def test_what_cannot_be_sold_is_an_input_error_that_names_both_keys(
    tmp_path: Path, plan: str, keys: tuple[str, ...]
) -> None:
    answer = invoked(household(tmp_path, plan), as_of=AS_OF)
    assert answer.exit_code == ExitCode.REFUSED, answer.stdout
    assert all(key in answer.stderr for key in keys), answer.stderr
    assert "household.toml:" in answer.stderr


def test_a_lot_of_unknown_basis_or_price_is_refused_by_both_keys(tmp_path: Path) -> None:
    """Our own layout has them always; a broker's file may not (`--`)."""
    case = load_case(household(tmp_path, 'must_sell = ["a", "c"]'), as_of=AS_OF)
    unknown = {"a": {"lot": replace(case.holdings[0].lot, basis=None)}, "c": {"price": None}}
    holdings = [replace(h, **unknown.get(h.lot.lot_id, {})) for h in case.holdings]
    problems = duty_problems(case.household, holdings, AS_OF)
    assert [(problem.where, problem.what.partition(":")[0]) for problem in problems] == [
        ("household.toml:18", "`must_sell` names a, which cannot be sold (`basis`)"),
        ("household.toml:18", "`must_sell` names c, which cannot be sold (`price`)"),
    ]


def test_an_account_that_nothing_is_sold_from(tmp_path: Path) -> None:
    folder = write(tmp_path, LOTS, LONG_GAIN, accounts=TWO_ACCOUNTS, other=OTHER)
    plan = planned(folder, as_of=AS_OF)
    assert "other" not in sold(plan)
    assert "sell = false" in {h.lot_id: h.reason for h in plan.held_back}["other"]
    for word in ("other", "AAA"):
        folder = write(
            tmp_path, LOTS, f'{LONG_GAIN}\n[plan]\nmust_sell = ["{word}"]\n', accounts=TWO_ACCOUNTS, other=OTHER
        )
        answer = invoked(folder, as_of=AS_OF)
        refused = word == "other"  # a symbol means the lots of it that may be sold
        assert answer.exit_code == (ExitCode.REFUSED if refused else ExitCode.DONE)
        if refused:
            assert "`must_sell`" in answer.stderr
            assert "`sell`" in answer.stderr


@pytest.mark.parametrize(
    ("plan", "keys"),
    [
        ('must_sell = ["a", "b", "c"]\nmax_sales = 2', ("must_sell", "max_sales")),
        ('must_sell = ["a", "b"]\nmax_turnover = 1999', ("must_sell", "max_turnover")),
        ('must_sell = ["a"]\nsell = false', ("must_sell", "sell")),
        ('must_sell = ["a"]\nexactly = true\ncash_needed = 1001', ("cash_needed", "exactly")),
        ('must_sell = [{lot = "a", date = 2026-12-17}]\nlast_sale_date = 2026-12-16', ("must_sell", "last_sale_date")),
        ('must_sell = [{lot = "a", date = 2026-12-17}]\nsale_date = 2026-12-18', ("must_sell", "sale_date")),
        (
            'must_sell = ["a"]\nsale_date = 2026-12-19\nlast_sale_date = 2026-12-20',
            ("must_sell", "sale_date", "last_sale_date"),
        ),
        (
            'must_sell = ["AAA"]\n[[limits]]\nsymbol = "AAA"\nmax_sales = 1',
            ("must_sell", "[[limits]]", "AAA", "max_sales"),
        ),
        ("cash_needed = 2500\n[[limits]]\naccount = 'Broker'\nmax_turnover = 2000", ("cash_needed", "[[limits]]")),
        ("cash_needed = 500\nmax_turnover = 400", ("cash_needed", "max_turnover")),
    ],
)
def test_limits_that_cannot_hold_with_it_are_named_both(tmp_path: Path, plan: str, keys: tuple[str, ...]) -> None:
    answer = invoked(household(tmp_path, plan), as_of=AS_OF)
    assert answer.exit_code == ExitCode.NO_PLAN, answer.stdout + answer.stderr
    assert all(key in answer.stderr for key in keys), answer.stderr


def test_last_sale_date_is_kept(tmp_path: Path) -> None:
    """Shares bought on November 20 spoil sales until December 21; the plan may not wait for that."""
    history = "date,action,symbol,quantity,amount,lot_id\n2026-10-01,deposit,,0,1,\n2026-11-20,buy,AAA,10,1100,new\n"
    lots = "symbol,quantity,acquired,basis,price,asset_class,lot_id\nAAA,10,2024-01-05,3000,100,stock,a\n"
    accounts = ACCOUNT + 'transactions = "history.csv"\n'
    days = {}
    for name, line in (("free", ""), ("bound", "last_sale_date = 2026-12-18\n")):
        folder = write(tmp_path, lots, f"{LONG_GAIN}\n[plan]\n{line}", accounts=accounts, history=history)
        plan = planned(folder, as_of=AS_OF)
        days[name] = [sale.date for sale in plan.sales]
    assert days["free"] == [date(2026, 12, 21)]
    assert all(day <= date(2026, 12, 18) for day in days["bound"])


def test_minimum_loss_is_not_about_a_lot_without_a_loss(tmp_path: Path) -> None:
    """Cash is needed: the lot at its basis brings it, the one with a loss of 34.52 is below the least loss."""
    lots = "AAA,3,2024-01-05,927.98,297.82,stock,small\nAAA,500,2024-01-05,148910,297.82,stock,even\n"
    plan = planned(write(tmp_path, lots, "\n[plan]\nminimum_loss = 3000\ncash_needed = 711.39\n"), as_of=AS_OF)
    assert quantities(plan) == {"even": 3}
    assert {h.lot_id: h.reason for h in plan.held_back} == {"small": "its loss is below minimum_loss = 3000"}


@pytest.mark.parametrize("key", ["cost_per_sale", "waiting_cost", "round_trip_cost.stock"])
def test_no_cost_may_be_negative(tmp_path: Path, key: str) -> None:
    answer = invoked(household(tmp_path, "", f"\n[assumptions]\n{key} = -0.01\n"), as_of=AS_OF)
    assert answer.exit_code == ExitCode.REFUSED
    assert key.rpartition(".")[2] in answer.stderr


def test_each_sale_costs_and_each_day_that_it_waits(tmp_path: Path) -> None:
    """Three sales: 3 × 10; one of them, of 1,000, waits from the 8th to the 17th: 9 × 0.0001; the round trip 0.0002."""
    more = "\n[assumptions]\ncost_per_sale = 10\nwaiting_cost = 0.0001\n"
    plan = planned(household(tmp_path, 'must_sell = [{lot = "a", date = 2026-12-17}]', more), as_of=AS_OF)
    assert len(plan.sales) == 3
    assert plan.benefit.trading_cost == Decimal("30.00") + Decimal("0.90") + Decimal("0.60")


def test_a_sale_that_saves_less_than_it_costs_is_left_out(tmp_path: Path) -> None:
    """At 20% less φ a loss of 1,000 is worth some 108 dollars, 1,500 some 162 and 2,000 some 216."""
    plan = planned(household(tmp_path, "", "\n[assumptions]\ncost_per_sale = 150\n"), as_of=AS_OF)
    assert quantities(plan) == {"a": 10, "b": 10}
