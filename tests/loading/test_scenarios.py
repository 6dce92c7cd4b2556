"""Every scenario is held to what the household as given is held to, whichever is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from planner.domain.errors import InputError, UnsupportedLaw
from planner.loader import load_case

AS_OF = date(2026, 12, 8)
GIVEN = """\
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 1
[scenarios.Good]
plan.sell = false
[scenarios.Other]
"""
LAW_GAPS = [
    ("taxpayer.tax_year = 2030", "harvest holds no figures for 2030"),
    ('taxpayer.state = "ZZ"', "no state has the code 'ZZ'"),
]


def write(folder, scenario):
    (folder / "household.toml").write_text(GIVEN + scenario + "\n", "utf-8")
    return folder


@pytest.mark.parametrize("asked", [None, "Good", "Other"])
@pytest.mark.parametrize(("scenario", "said"), LAW_GAPS)
def test_law_that_a_scenario_needs_and_we_do_not_hold(tmp_path, scenario, said, asked):
    with pytest.raises(UnsupportedLaw) as caught:
        load_case(write(tmp_path, scenario), as_of=AS_OF, scenario=asked)
    (gap,) = caught.value.problems
    assert (gap.where, gap.what[: len(said)]) == ("household.toml:8", said)


@pytest.mark.parametrize("asked", [None, "Good", "Other"])
def test_a_day_of_sale_that_has_passed_in_a_scenario(tmp_path, asked):
    with pytest.raises(InputError) as caught:
        load_case(write(tmp_path, "plan.sale_date = 2026-12-07"), as_of=AS_OF, scenario=asked)
    (problem,) = caught.value.problems
    assert problem.where == "household.toml:8"
    assert problem.what == "`sale_date` is 2026-12-07, before the as-of date 2026-12-08"


def test_looking_back_asks_for_no_day_to_come(tmp_path):
    folder = write(tmp_path, "plan.sale_date = 2026-12-07")
    assert load_case(folder, as_of=AS_OF, planning=False).household.scenarios.keys() == {"Good", "Other"}


def test_what_the_household_as_given_lacks_is_said_once(tmp_path):
    folder = write(tmp_path, "plan.sell = false")
    with pytest.raises(InputError) as caught:
        load_case(folder, as_of=date(2027, 1, 1))
    assert [problem.where for problem in caught.value.problems] == ["household.toml:2"]


def test_a_gap_in_the_law_is_said_with_what_else_is_wrong(tmp_path):
    folder = write(tmp_path, "taxpayer.tax_year = 2030\nplan.max_sale = 3")
    with pytest.raises(InputError) as caught:
        load_case(folder, as_of=AS_OF)
    assert caught.value.exit_code == 1
    assert [problem.where for problem in caught.value.problems] == ["household.toml:9", "household.toml:8"]
