"""Our own realized layout: contract.md, "Our own CSV layouts"."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.loader import load_case
from rules.terms import Character

HEADER = "symbol,quantity,acquired,sold,proceeds,basis,term,disallowed_loss\n"


def test_a_row_becomes_a_disposition_with_its_recognized_gain(load):
    (sold,) = load(realized=HEADER + "VTI,3,2025-01-15,2026-11-18,90,120,,10\n").realized
    assert (sold.character, sold.recognized_gain, sold.asset_class) == (Character.LONG, Decimal(-20), "etf")
    assert (sold.account, sold.where) == ("Schwab", "realized.csv:2")


@pytest.mark.parametrize(
    ("acquired", "term", "expected"),
    [
        ("2025-11-18", "", Character.SHORT),  # one year to the day
        ("2025-11-17", "", Character.LONG),
        ("Inherited", "", Character.LONG),
        ("Various", "Short Term", Character.SHORT),
        ("Various", "L", Character.LONG),
    ],
)
def test_the_character_is_that_of_the_dates_or_else_of_the_file(load, acquired, term, expected):
    case = load(realized=HEADER + f"VTI,3,{acquired},2026-11-18,90,120,{term},\n")
    assert (case.realized[0].character, case.cautions) == (expected, ())


def test_a_term_that_the_dates_belie_is_cautioned_about(load):
    case = load(realized=HEADER + "VTI,3,2025-11-18,2026-11-18,90,120,long,\n")
    assert case.realized[0].character is Character.SHORT
    assert [caution.code for caution in case.cautions] == ["realized_term_differs"]


def test_no_day_and_no_term_is_refused(refused):
    (said,) = refused(realized=HEADER + "VTI,3,Various,2026-11-18,90,120,,\n")
    assert said == "realized.csv:2: `acquired` has no date, so the term of the gain is not known"


def test_sales_of_another_year_are_skipped_and_said_to_be(load):
    case = load(realized=HEADER + "VTI,3,2025-01-15,2026-01-01,90,120,,\nVTI,3,2025-01-15,2025-12-31,90,120,,\n")
    assert [str(sold.sold) for sold in case.realized] == ["2026-01-01"]
    (file,) = case.files
    assert (file.rows, [(row.line, row.why) for row in file.skipped]) == (
        1,
        [(3, "sold on 2025-12-31, outside the tax year 2026")],
    )
    assert [caution.code for caution in case.cautions] == ["outside_tax_year"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("VTI,3,2025-01-15,2026-12-09,90,120,,", "`sold` is 2026-12-09, which is after the as-of date 2026-12-08"),
        ("VTI,3,2026-01-15,2026-01-14,90,120,,", "`sold` is 2026-01-14, before `acquired`, 2026-01-15"),
        ("VTI,3,2025-01-15,2026-11-18,90,120,,-10", "`disallowed_loss` is negative: -10"),
        ("VTI,3,2025-01-15,2026-11-18,90,120,,31", "`disallowed_loss` is 31, more than the loss of 30"),
        ("VTI,3,2025-01-15,2026-11-18,90,80,,5", "`disallowed_loss` is 5, more than the loss of 0"),
        ("VTI,3,2025-01-15,2026-11-18,90,120,medium,", "`term` is `medium`, neither short nor long"),
        ("VTI,3,2025-01-15,2026-11-18,,120,,", "`proceeds` is empty"),
    ],
)
def test_what_cannot_have_been_is_refused(refused, row, said):
    assert refused(realized=HEADER + row + "\n") == [f"realized.csv:2: {said}"]


def test_gains_stated_in_the_household_stay_there(load):
    case = load(toml='[[accounts]]\nname = "A"\n[realized]\nlong_term = -5\n')
    assert (case.household.realized.long_term, case.realized) == (-5, ())


def test_looking_back_needs_no_day_to_sell_on(load, tmp_path):
    load(realized=HEADER)
    from datetime import date

    assert load_case(tmp_path, as_of=date(2027, 2, 1), planning=False).as_of == date(2027, 2, 1)
