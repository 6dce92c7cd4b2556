"""`[payments]`: what the plan changes of the estimated tax, and never what is owed without the figures for it."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app

# $20,000 of gain; the plan takes $10,000 of loss at 15 percent: $1,500 of federal tax, of which 90 percent are $1,350.
TOML = """[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 100_000
[realized]
long_term = 20_000
[[accounts]]
name = "Broker"
lots = "lots.csv"
"""
LOTS = "symbol,quantity,acquired,basis,price,asset_class\nXOM,100,2020-03-02,20000,100,stock\n"
LAST_YEAR = "[payments]\nlast_year_tax = {tax}\nlast_year_agi = {agi}\n"


def said(folder: Path, payments: str, *words: str, code: int = 0) -> str:
    (folder / "household.toml").write_text(TOML + payments, "utf-8")
    (folder / "lots.csv").write_text(LOTS, "utf-8")
    words = words or ("plan", str(folder), "--as-of", "2026-12-08")
    answer = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    assert answer.exit_code == code, answer.output
    return " ".join(answer.output.split())


def test_without_payments_nothing_is_said(tmp_path: Path) -> None:
    assert "Estimated tax" not in said(tmp_path, "")


def test_without_last_year_the_change_alone_is_said(tmp_path: Path) -> None:
    """Federal tax: $13,170 of ordinary income's and 15% of $20,000 is $16,170; with the plan $14,670."""
    words = said(tmp_path, "[payments]\nwithheld = 5_000\nestimated = 0\n")
    assert (
        "Estimated tax by Fri Jan 15, 2027 (§ 6654): 90% of this year's tax is $13,203.00, $1,350.00 less than "
        "without the plan; last year's return may require less." in words
    )
    assert "still to be paid" not in words


def test_with_last_year_and_what_was_paid_the_rest_is_said(tmp_path: Path) -> None:
    payments = LAST_YEAR.format(tax=40_000, agi=200_000) + "withheld = 5_000\nestimated = 3_000\n"
    words = said(tmp_path, payments)
    assert "$13,203.00 is required, $1,350.00 less than without the plan; $5,203.00 of it is still to be paid." in words


def test_where_last_year_sets_it_no_sale_changes_it(tmp_path: Path) -> None:
    payments = LAST_YEAR.format(tax=6_000, agi=160_000) + "withheld = 9_000\nestimated = 0\n"
    words = said(tmp_path, payments)
    assert "$6,600.00 is required, set by last year's tax, whatever the plan sells; all of it is paid." in words


def test_a_payment_that_is_not_given_is_not_zero(tmp_path: Path) -> None:
    words = said(tmp_path, LAST_YEAR.format(tax=40_000, agi=200_000) + "withheld = 5_000\n")
    assert "$13,203.00 is required" in words
    assert "still to be paid" not in words


def test_the_form_stands_among_the_worksheets_and_on_the_full_screen(tmp_path: Path) -> None:
    payments = LAST_YEAR.format(tax=40_000, agi=200_000)
    assert "annual payment required" in said(
        tmp_path, payments, "explain", str(tmp_path), "--tax", "--as-of", "2026-12-08"
    )
    full = said(tmp_path, payments, "plan", str(tmp_path), "--full", "--as-of", "2026-12-08")
    assert "Estimated tax by Fri Jan 15, 2027" in full


def test_last_years_tax_needs_its_income(tmp_path: Path) -> None:
    words = said(tmp_path, "[payments]\nlast_year_tax = 6_000\n", code=1)
    assert "`last_year_tax` is given without `last_year_agi`" in words


@pytest.mark.parametrize("key", ["withheld", "estimated", "other_taxes", "last_year_tax"])
def test_a_payment_is_no_negative_amount(tmp_path: Path, key: str) -> None:
    assert f"`{key}` is -1" in said(tmp_path, f"[payments]\n{key} = -1\n", code=1)


def test_close_hands_on_this_years_tax_as_last_years(tmp_path: Path) -> None:
    """$16,170 and $300 of other taxes; the income is $120,000. What was paid this year is not next year's."""
    payments = LAST_YEAR.format(tax=40_000, agi=200_000) + "withheld = 5_000\nestimated = 3_000\nother_taxes = 300\n"
    target = tmp_path / "next"
    said(tmp_path, payments, "close", str(tmp_path), "--output", str(target), "--as-of", "2027-02-15")
    next_year = tomllib.loads((target / "household.toml").read_text("utf-8"), parse_float=Decimal)
    assert next_year["payments"] == {"last_year_tax": 16_470, "last_year_agi": 120_000}
