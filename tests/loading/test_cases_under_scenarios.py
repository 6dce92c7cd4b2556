"""One reading of the files does for every scenario, and for every number of a household that is moved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner.domain.case import Case
from planner.domain.errors import InputError
from planner.loader import load_case, number_at, under_scenarios, with_number

AS_OF = date(2026, 12, 8)
TOML = """\
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 185_000
state = "CA"

[[accounts]]
name = "Broker"
lots = "lots.csv"

[[planned_purchases]]
date = 2026-12-28
account = "Broker"
symbol = "AAA"
quantity = 3

[plan]
keep = ["aaa"]

[scenarios."Keeps another"]
plan.keep = ["BBB"]
[scenarios."Odd income"]
taxpayer.net_investment_income = 200_000
[scenarios."Fewer lots"]
accounts = [{ name = "Broker", lots = "fewer.csv" }]
[scenarios."Other clock"]
taxpayer.time_zone = "America/Los_Angeles"
"""
LOTS = "symbol,quantity,acquired,basis,price,asset_class\n"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    (tmp_path / "household.toml").write_text(TOML, "utf-8")
    (tmp_path / "lots.csv").write_text(LOTS + "AAA,1,2020-01-02,3000,1000,stock\nBBB,1,2020-01-02,9,8,stock\n", "utf-8")
    (tmp_path / "fewer.csv").write_text(LOTS + "AAA,1,2020-01-02,3000,1000,stock\n", "utf-8")
    return load_case(tmp_path, as_of=AS_OF)


def test_a_case_under_a_scenario_is_what_loading_it_gives(case: Case) -> None:
    found = under_scenarios(case)
    assert list(found) == ["Keeps another", "Odd income", "Fewer lots", "Other clock"]
    for name, under in found.items():
        assert under == load_case(case.household.path, as_of=AS_OF, scenario=name)


def test_cautions_are_those_of_the_scenario(case: Case) -> None:
    """A number that is moved leaves the scenario's other changes as they are; one that is moved back, no caution."""
    odd = under_scenarios(case)["Odd income"]
    moved = with_number(odd, "plan.minimum_loss", Decimal(1))
    assert moved.household.scenario == "Odd income"
    assert "investment_income_exceeds" in {caution.code for caution in moved.cautions}
    again = with_number(odd, "taxpayer.net_investment_income", Decimal(1))
    assert "investment_income_exceeds" not in {caution.code for caution in again.cautions}


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("taxpayer.ordinary_income", 185_000),
        ("planned_purchases.0.quantity", 3),
        ("plan.max_turnover", None),
        ("plan.keep", None),
        ("taxpayer.state", None),
        ("assumptions.round_trip_cost.crypto", None),
        ("planned_purchases.5.quantity", None),
        ("no.such.key", None),
    ],
)
def test_the_number_that_stands_there(case: Case, key: str, before: int | None) -> None:
    assert number_at(case, key) == before


def test_one_number_is_changed_and_nothing_else(case: Case) -> None:
    changed = with_number(case, "planned_purchases.0.quantity", Decimal("4.5")).household
    assert [wish.quantity for wish in changed.planned_purchases] == [Decimal("4.5")]
    assert with_number(case, "plan.max_sales", Decimal("2.00")).household.plan_limits.max_sales == 2
    rated = with_number(case, "taxpayer.state_rate", Decimal("0.05")).household.taxpayer
    assert (rated.state, rated.state_rate) == (None, Decimal("0.05"))


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("plan.max_turnovr", "plan.max_turnovr: there is no key `max_turnovr` in [plan]; did you mean"),
        ("plan.max_sales", "plan.max_sales: `max_sales` is 2.5, not a whole number"),
        ("plan.keep", "plan.keep: `keep` must be text or a list of texts"),
        ("plan.sell", "plan.sell: `sell` must be true or false"),
        ("scenarios.Odd.plan.max_sales", "scenarios.Odd.plan.max_sales: changes only a scenario"),
        ("", ": there is no key `` in household.toml"),
    ],
)
def test_what_is_no_number_of_the_household(case: Case, key: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        with_number(case, key, Decimal("2.5"))
    assert str(caught.value).startswith(said)


def test_a_year_is_no_number_to_be_moved(case: Case) -> None:
    with pytest.raises(InputError, match="determines how the files are read"):
        with_number(case, "taxpayer.tax_year", Decimal(2025))
