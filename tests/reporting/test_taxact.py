"""TaxAct's CSV: the headings of its help page 882, a row a sale, columns that add up to the form's."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner.analysis.tax_forms import TaxForms, tax_forms
from planner.loader import load_case
from planner.loader.assembly.folder import is_our_own
from planner.loader.reading.layout import SourceFile
from planner.optimizer import plan_case
from planner.report.files.taxact import MOST_SALES, taxact_file

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "household"
REQUIRED = "Description", "Date Acquired", "Date Sold", "Sales Proceeds", "Cost or Other Basis"


@pytest.fixture(scope="module")
def forms() -> TaxForms:
    case = load_case(EXAMPLE, as_of=date(2026, 12, 8), scenario=None, planning=True)
    return tax_forms(plan_case(case, seconds=30), case)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def amount(cell: str) -> Decimal:
    return Decimal(cell or "0")


def test_each_sale_is_a_row_under_the_headings_that_taxact_matches(forms: TaxForms) -> None:
    content = taxact_file(forms).content
    assert content.startswith(b"Description,")  # no byte-order mark before the first heading
    rows = table(content)
    assert set(REQUIRED) <= rows[0].keys()
    assert all(row[name] for row in rows for name in REQUIRED)
    assert len(rows) == len(forms.rows)
    gains = [
        amount(row["Sales Proceeds"]) - amount(row["Cost or Other Basis"]) + amount(row["Adjustment Amount"])
        for row in rows
    ]
    assert gains == [row.gain for row in forms.rows]


def test_a_wash_sale_is_one_row_with_w_in_its_own_column(forms: TaxForms) -> None:
    (washed,) = [row for row in table(taxact_file(forms).content) if row["Wash Sale"]]
    assert washed == {
        "Description": "60 sh VNQ (planned)", "Date Acquired": "04/20/2022", "Date Sold": "12/15/2026",
        "Sales Proceeds": "5470.80", "Cost or Other Basis": "6776.40", "Wash Sale": "W", "Adjustment Code": "W",
        "Adjustment Amount": "239.36", "Reporting Category": "D", "Long/Short": "Long",
    }  # fmt: skip


def test_coins_keep_their_own_boxes_and_that_is_said(forms: TaxForms) -> None:
    exported = taxact_file(forms)
    coins = [row for row in table(exported.content) if row["Reporting Category"] in "GHIJKL"]
    assert {row["Description"].split()[1] for row in coins} >= {"BTC"}
    assert len(coins) == 3
    assert "3 sales of coins kept G to L" in "\n".join(exported.left_out)


def test_a_day_that_nobody_knows_is_various_with_its_term(forms: TaxForms) -> None:
    row = forms.rows[0]
    unknown = replace(row, lot=replace(row.lot, acquired=None, inherited=True, symbol="=1+1"))
    exported = taxact_file(replace(forms, rows=(unknown,)))
    (found,) = table(exported.content)
    assert (found["Date Acquired"], found["Long/Short"]) == ("Various", "Short")
    assert "write INHERITED" in "\n".join(exported.left_out)


def test_a_file_of_ours_in_the_households_folder_is_no_account(forms: TaxForms) -> None:
    source = SourceFile("taxact.csv", taxact_file(forms).content, date(2026, 12, 8))
    assert is_our_own(source)


def test_more_sales_than_taxact_holds_are_said(forms: TaxForms) -> None:
    many = replace(forms, rows=forms.rows[:1] * (MOST_SALES + 1))
    assert any("TaxAct holds 2,000 sales" in said for said in taxact_file(many).left_out)
