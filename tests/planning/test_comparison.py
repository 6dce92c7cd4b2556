"""Scenarios side by side, for the usual taxpayer (household_files): 35% on income, 15% on long-term gain, 5% state."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from household_files import AS_OF, write

from planner.analysis.comparison import Comparison, ScenarioOrigin
from planner.domain.case import Case
from planner.domain.errors import ExitCode, InputError
from planner.domain.plan import Plan, Status
from planner.loader import load_case, with_numbers
from planner.optimizer import plan_case
from planner.scenarios import compare, compare_case, even_steps, grid_case, sweep_case

LOSERS = "AAA,1,2020-01-02,3000,1000,stock,A2000\nBBB,1,2020-01-02,7000,1000,stock,B6000\n"
COIN = "BTC,1,2020-01-02,5000,1000,crypto,COIN\n"
GAIN = "[realized]\nlong_term = 7_000\n"
BUILT_IN = ["do nothing", "sell every loss", "losers until gains are zero"]


def side_by_side(folder: Path, more: str = GAIN, *names: str, lots: str = LOSERS) -> Comparison:
    return compare_case(load_case(write(folder, lots, more), as_of=AS_OF), names)


def names(comparison: Comparison) -> list[str]:
    return [each.name for each in comparison.scenarios]


def test_every_household_gets_these_without_asking(tmp_path: Path) -> None:
    assert names(side_by_side(tmp_path, lots=LOSERS + COIN)) == [
        "as given", *BUILT_IN, "crypto under § 1091", "also sell gains", "wait for January",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "dropped"),
    [
        (GAIN, "crypto under § 1091"),  # no coin is held
        ("[plan]\nsell_gains = true\n", "also sell gains"),
        ("[plan]\nkeep = ['AAA', 'BBB']\n", "wait for January"),  # nothing to sell: it is doing nothing
        ("[scenarios.'Do Nothing']\nplan.sell = false\n", "do nothing"),  # the household has its own
    ],
)
def test_what_would_only_repeat_another_is_left_out(tmp_path: Path, more: str, dropped: str) -> None:
    assert dropped not in names(side_by_side(tmp_path, more))


def test_the_naive_rule_is_valued_by_hand(tmp_path: Path) -> None:
    """7,000 of long-term gain: the rule sells both lots. Of its 8,000 of loss 1,000 meets income at 40%."""
    comparison = side_by_side(tmp_path)
    rows = {each.name: each for each in comparison.scenarios}
    naive = rows["losers until gains are zero"].plan
    assert naive is not None
    assert naive.benefit.tax_saved == 7_000 * Decimal("0.20") + 1_000 * Decimal("0.40")
    assert naive.status is Status.UNPROVEN
    assert [sale.lot_id for sale in naive.sales] == ["B6000", "A2000"]
    assert comparison.naive_gap == 0
    assert comparison.best == "as given"
    assert rows["do nothing"].plan.benefit.total == 0


def test_the_gap_between_the_rule_and_the_plan(tmp_path: Path) -> None:
    """Gain at 0% is worth no loss of basis: the rule still sells, and pays for it later."""
    taxpayer = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 10_000\n'
    case = load_case(write(tmp_path, LOSERS, GAIN, taxpayer=taxpayer), as_of=AS_OF)
    comparison = compare_case(case)
    naive = {each.name: each.plan for each in comparison.scenarios}["losers until gains are zero"]
    assert naive.benefit.tax_saved == 0
    assert naive.benefit.total < 0
    assert comparison.naive_gap == -naive.benefit.total
    assert comparison.waiting is None  # nothing is sold, so nothing can wait


def test_what_expires_is_what_a_carried_loss_is_not_worth(tmp_path: Path) -> None:
    comparison = side_by_side(tmp_path)
    plan, waiting = comparison.as_given.plan, comparison.waiting
    assert plan is not None
    assert waiting is not None
    later = round(plan.carryover.of(Decimal(8_000)), 2)
    assert waiting.in_january == later - plan.benefit.deferred_tax - plan.benefit.trading_cost
    assert waiting.expires == plan.benefit.tax_saved - later
    row = comparison.scenarios[-1]
    assert (row.name, row.worth) == ("wait for January", waiting.in_january)


def test_where_january_is_worth_more_its_row_says_so_and_this_years_best_is_marked(tmp_path: Path) -> None:
    """Gains at 0%, and 2,000 beyond them: each dollar of loss saves income at 10% this year, at 15% and more later."""
    taxpayer = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 40_000\n'
    gain = "[realized]\nlong_term = 5_000\n[assumptions]\nyears_to_sale = inf\n"
    comparison = compare_case(load_case(write(tmp_path, LOSERS, gain, taxpayer=taxpayer), as_of=AS_OF))
    rows = {each.name: each for each in comparison.scenarios}
    assert comparison.waiting is not None
    assert comparison.waiting.in_january > comparison.waiting.now
    assert comparison.best == "as given"
    assert rows["wait for January"].worth == comparison.waiting.in_january


def test_a_plan_that_may_put_sales_off_has_no_row_of_waiting(tmp_path: Path) -> None:
    assert "wait for January" not in names(side_by_side(tmp_path, GAIN + "[plan]\njanuary = true\n"))


def test_a_scenario_judged_by_something_else_is_never_the_best(tmp_path: Path) -> None:
    more = GAIN + (
        "[scenarios.Richer]\ntaxpayer.ordinary_income = 2_000_000\nassumptions.future_rate = 0\n"
        "[scenarios.Thrifty]\nplan.max_sales = 1\n"
    )
    comparison = side_by_side(tmp_path, more)
    rows = {each.name: each for each in comparison.scenarios}
    assert rows["Richer"].apart == "other income or carryovers and other assumptions"
    assert rows["Richer"].what == "taxpayer.ordinary_income = 2000000, assumptions.future_rate = 0"
    assert rows["Richer"].plan.benefit.total > rows["as given"].plan.benefit.total
    assert rows["Thrifty"].apart == ""
    assert rows["Thrifty"].origin is ScenarioOrigin.HOUSEHOLD
    assert comparison.best == "as given"


def test_lots_that_differ(tmp_path: Path) -> None:
    rows = {
        each.name: each for each in side_by_side(tmp_path, GAIN + "[scenarios.One]\nplan.max_sales = 1\n").scenarios
    }
    (difference,) = rows["One"].differences
    assert (difference.lot_id, difference.quantity_as_given, difference.quantity_here) == ("A2000", 1, 0)
    assert (difference.day_as_given, difference.day_here) == (AS_OF, None)
    assert rows["as given"].differences == ()


def test_a_wish_that_cannot_be_kept_is_a_row(tmp_path: Path) -> None:
    comparison = side_by_side(tmp_path, GAIN + "[scenarios.Broke]\nplan.cash_needed = 99_000\n")
    row = comparison.scenarios[1]
    assert (row.name, row.plan, row.exit_code) == ("Broke", None, ExitCode.NO_PLAN)
    assert "cash_needed" in row.problems[0].what
    assert comparison.best == "as given"


def test_a_household_without_a_plan_is_compared_all_the_same(tmp_path: Path) -> None:
    comparison = side_by_side(tmp_path, "[plan]\ncash_needed = 99_000\n")
    assert comparison.as_given.plan is None
    assert comparison.as_given.exit_code is ExitCode.NO_PLAN
    assert (comparison.best, comparison.naive_gap, comparison.waiting, comparison.marginal) == (None,) * 4
    rows = {each.name: each for each in comparison.scenarios}
    assert rows["sell every loss"].apart == "only $2,000.00 of cash_needed"
    assert rows["sell every loss"].plan.benefit.total <= rows["sell every loss"].plan.benefit.bound


def test_only_those_asked_for_and_the_household_itself(tmp_path: Path) -> None:
    more = GAIN + "[scenarios.One]\nplan.max_sales = 1\n"
    assert names(side_by_side(tmp_path, more, "One", "do nothing")) == ["as given", "One", "do nothing"]
    assert side_by_side(tmp_path, more, "One").naive_gap is None


def test_a_name_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no scenario `do nothin`; did you mean `do nothing`"):
        side_by_side(tmp_path, GAIN, "do nothin")
    with pytest.raises(InputError, match="as the household itself is"):
        side_by_side(tmp_path, "[scenarios.'as given']\nplan.sell = false\n")


@pytest.mark.parametrize(
    ("first", "last", "steps", "expected"),
    [
        ("0", "200000", 3, ["0", "100000", "200000"]),
        ("0", "0.3", 7, ["0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3"]),
        ("0", "100", 4, ["0", "33.33", "66.67", "100"]),
        ("0", "1", 4, ["0", "0.333333", "0.666667", "1"]),
        ("5", "1", 3, ["5", "3", "1"]),
        ("2", "2", 4, ["2"]),
        ("2", "9", 1, ["2"]),
    ],
)
def test_even_steps(first: str, last: str, steps: int, expected: list[str]) -> None:
    assert even_steps(Decimal(first), Decimal(last), steps) == tuple(map(Decimal, expected))


def test_a_sweep_over_what_a_plan_may_do(tmp_path: Path) -> None:
    case = load_case(write(tmp_path, LOSERS, GAIN + "[plan]\nmax_sales = 9\n"), as_of=AS_OF)
    sweep = sweep_case(case, "plan.max_sales", even_steps(Decimal(0), Decimal(2), 3))
    assert (sweep.as_given, sweep.comparable) == (9, True)
    assert [(point.value, point.sales, point.benefit.tax_saved) for point in sweep.points] == [
        (0, 0, 0),
        (1, 1, 6_000 * Decimal("0.20")),
        (2, 2, 7_000 * Decimal("0.20") + 1_000 * Decimal("0.40")),
    ]


def test_two_keys_moved_together_are_each_others_sweeps(tmp_path: Path) -> None:
    case = load_case(write(tmp_path, LOSERS, GAIN + "[plan]\nmax_sales = 9\n"), as_of=AS_OF)
    counts, rates = even_steps(Decimal(0), Decimal(2), 3), even_steps(Decimal(0), Decimal("0.3"), 2)
    grid = grid_case(case, ("plan.max_sales", counts), ("assumptions.future_rate", rates))
    assert (grid.key, grid.as_given, grid.values) == ("plan.max_sales", 9, counts)
    assert [sweep.key for sweep in grid.sweeps] == ["assumptions.future_rate"] * 3
    for value, sweep in grid.rows:
        alone = with_numbers(case, {"plan.max_sales": value, "assumptions.future_rate": rates[1]})
        found = sweep.points[1].benefit
        assert found is not None
        assert found.total == plan_case(alone).benefit.total
    assert [point.value for point in grid.sweeps[0].points] == list(rates)
    assert not any(sweep.comparable for sweep in grid.sweeps)


def test_every_pair_that_cannot_be_is_refused_before_anything_is_planned(tmp_path: Path) -> None:
    case = load_case(write(tmp_path, LOSERS, GAIN), as_of=AS_OF)
    with pytest.raises(InputError):
        grid_case(case, ("plan.max_sales", [Decimal(1)]), ("assumptions.future_rate", [Decimal("0.1"), Decimal(3)]))


def test_a_value_that_no_plan_can_keep_is_a_point_without_one(tmp_path: Path) -> None:
    case = load_case(write(tmp_path, LOSERS, GAIN), as_of=AS_OF)
    points = sweep_case(case, "plan.cash_needed", even_steps(Decimal(0), Decimal(4_000), 3)).points
    assert [point.benefit is None for point in points] == [False, False, True]
    assert points[2].problems


def test_a_sweep_over_what_a_plan_is_judged_by_says_so(tmp_path: Path) -> None:
    case = load_case(write(tmp_path, LOSERS, GAIN), as_of=AS_OF)
    sweep = sweep_case(case, "assumptions.future_rate", even_steps(Decimal(0), Decimal("0.3"), 2))
    assert (sweep.as_given, sweep.comparable) == (None, False)


def test_a_key_that_takes_no_such_value_is_refused_before_anything_is_planned(tmp_path: Path) -> None:
    case = load_case(write(tmp_path, LOSERS, GAIN), as_of=AS_OF)
    with pytest.raises(InputError) as caught:
        sweep_case(case, "assumptions.future_rate", even_steps(Decimal(0), Decimal(3), 4))
    assert len(caught.value.problems) == 3


def test_a_plan_that_is_there_already_is_not_looked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = load_case(write(tmp_path, LOSERS, GAIN), as_of=AS_OF)
    plan, from_nothing = plan_case(case), compare_case(case)
    looked_for = []

    def watched(case: Case, **how: float) -> Plan:
        looked_for.append(case.household.scenario)
        return plan_case(case, **how)

    monkeypatch.setattr(compare, "plan_case", watched)
    assert compare_case(case, plan=plan) == from_nothing
    assert looked_for == ["also sell gains"]


def test_under_a_scenario_a_number_is_moved_with_the_scenarios_changes_kept(tmp_path: Path) -> None:
    more = GAIN + "[scenarios.Poorer]\ntaxpayer.ordinary_income = 10_000\nplan.max_sales = 1\n"
    case = load_case(write(tmp_path, LOSERS, more), as_of=AS_OF, scenario="Poorer")
    swept = sweep_case(case, "plan.max_sales", even_steps(Decimal(0), Decimal(2), 2))
    assert swept.comparable
    assert swept.as_given == 1
    assert [point.benefit.total for point in swept.points if point.benefit] == [0, 0]  # gain at 0% is worth no loss
    assert compare_case(case, ["do nothing"]).as_given.what == "The household under its scenario “Poorer”"
