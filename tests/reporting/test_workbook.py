"""`harvest export … xlsx`: opened by openpyxl, with typed cells, formulas that are ours alone, and the plan's sums."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from planner.analysis.tax_forms import tax_forms
from planner.analysis.totals import worksheet_changes
from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.household import Account
from planner.domain.plan import Plan
from planner.domain.portfolio import Holding
from planner.domain.visible_text import visible
from planner.report.files.sheets import MONEY
from planner.report.files.workbook import workbook_file
from rules.child_credit import child_credit_worksheet
from rules.tax_year import tax_year
from rules.terms import FilingStatus, Lot
from tests.reporting.made_plans import COINS, WASHED, made_case, made_plan, sale, year

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\x00\x07bell", "x" * 40_000]


def case_of(plan: Plan) -> Case:
    held = [
        Holding(
            Lot(s.lot_id, s.account, s.symbol, s.asset_class, s.quantity, date(2026, 1, 22), s.basis),
            s.proceeds / s.quantity,
            "lots.csv:2",
        )
        for s in plan.sales
    ]
    case = replace(made_case(held), realized=(), transactions=())
    accounts = tuple(Account(name) for name in dict.fromkeys(s.account for s in plan.sales))
    return replace(case, household=replace(case.household, accounts=accounts))


def written(plan: Plan) -> bytes:
    case = case_of(plan)
    return workbook_file(plan, case, tax_forms(plan, case))


def opened(plan: Plan) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(written(plan)))


def evaluated(sheet: Worksheet, coordinate: str) -> Decimal:
    """A cell's value; of a formula what it comes to. Knows the three shapes that we write."""
    value = sheet[coordinate].value
    if not isinstance(value, str):
        return Decimal(str(value or 0))
    if summed := re.fullmatch(r"=SUM\(([A-Z]+)(\d+):\1(\d+)\)", value):
        letter, first, last = summed[1], int(summed[2]), int(summed[3])
        return sum((evaluated(sheet, f"{letter}{row}") for row in range(first, last + 1)), Decimal(0))
    assert re.fullmatch(r"=[A-Z]+\d+([-+][A-Z]+\d+)+", value), value
    terms = re.findall(r"([-+=])([A-Z]+\d+)", value)
    return sum((evaluated(sheet, cell) * (-1 if sign == "-" else 1) for sign, cell in terms), Decimal(0))


def total(sheet: Worksheet, column: str) -> Decimal:
    """What is below a column with that name."""
    (head,) = (cell for cell in sheet[1] if cell.value == column)
    return evaluated(sheet, f"{head.column_letter}{sheet.max_row}")


PLAN = made_plan(sale("Schwab:VXUS:2026-01-22:1"), WASHED, COINS)


def test_the_sheets_begin_with_a_header_that_stays() -> None:
    book = opened(PLAN)
    assert book.sheetnames == ["Summary", "Sales", "Windows", "Lots", "Form 8949", "Worksheets", "Cautions"]
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1] if cell.value)
        assert all(11 <= dimension.width <= 110 for dimension in sheet.column_dimensions.values())


def test_a_figure_is_a_number_and_a_day_a_date() -> None:
    sheet = opened(PLAN)["Sales"]
    by_name = {str(head.value): cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert str(by_name["Day"].value) == "2026-12-15 00:00:00"
    assert by_name["Day"].number_format == "yyyy-mm-dd"
    assert (by_name["Proceeds"].value, by_name["Proceeds"].number_format) == (10000, MONEY)
    assert by_name["Gain"].value == "=F2-G2"
    assert by_name["Buy again from"].is_date
    coins = next(row for row in sheet.iter_rows(min_row=2) if row[2].value == "BTC")
    assert (coins[4].value, coins[4].number_format) == (1e-8, "#,##0.00000000")
    assert coins[13].value is None


def test_the_sums_are_those_of_the_plan() -> None:
    book = opened(PLAN)
    sales = book["Sales"]
    assert total(sales, "Proceeds") == sum(s.proceeds for s in PLAN.sales)
    assert total(sales, "Gain") == sum(s.gain for s in PLAN.sales)
    assert total(sales, "Recognized") == sum(s.recognized_gain for s in PLAN.sales)
    assert total(book["Form 8949"], "(h) Gain") == PLAN.planned.schedule_d.total  # no carryover comes in
    assert total(book["Lots"], "Gain") == sum(s.gain for s in PLAN.sales)
    assert evaluated(book["Summary"], "B6") == PLAN.benefit.total
    lines = {row[0].value: row for row in book["Summary"].iter_rows(min_row=9)}
    change = lines["Total of these taxes"][3]
    assert evaluated(book["Summary"], change.coordinate) == PLAN.planned.total_tax - PLAN.baseline.total_tax


def test_worksheets_stand_whole_and_in_the_order_of_the_explanation() -> None:
    """A gain in the 28-percent group without the plan, none with it: its lines stay with their forms."""
    plan = replace(PLAN, baseline=year(long_term="18000", collectibles="2500"), planned=year(long_term="-3000"))
    rows = [tuple(row[:2]) for row in opened(plan)["Worksheets"].iter_rows(min_row=2, values_only=True)]
    assert rows == [(sheet.name, line.number) for sheet in worksheet_changes(plan) for line in sheet.lines]
    assert rows.index(("Schedule D", "18")) == rows.index(("Schedule D", "16")) + 1


def test_a_worksheets_sum_without_a_line_number_stands_last() -> None:
    """Schedule 8812's two parts together: every household with children has that line."""
    sheet = child_credit_worksheet((10,), *map(Decimal, (90_000, 8_000, 90_000)), tax_year(2026), FilingStatus.SINGLE)
    year_of = replace(PLAN.planned, edge_worksheets=(sheet,))
    rows = opened(replace(PLAN, planned=year_of))["Worksheets"].iter_rows(min_row=2, values_only=True)
    assert [row[1] for row in rows if row[0] == sheet.name][-2:] == ["27", "total"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_text_whatever_it_begins_with(text: str) -> None:
    bad = replace(WASHED, symbol=text, lot_id=text, account=text, reason=text)
    book = opened(replace(made_plan(bad), cautions=(Caution("code", text, text),)))
    ours = re.compile(r"=(SUM\([A-Z]\d+:[A-Z]\d+\)|[A-Z]\d+([-+][A-Z]\d+)+)")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert ours.fullmatch(str(cell.value)), cell.value
    clean = visible(text)[:32_767]
    cell = book["Sales"]["C2"]
    assert (cell.value, cell.data_type) == (clean, "s")
    assert cell.quotePrefix is text.startswith(("=", "+", "-", "@"))


def test_the_same_plan_makes_the_same_bytes() -> None:
    first = written(PLAN)
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2026, 12, 8, 0, 0, 0)}
        assert b"2026-12-08T00:00:00Z</dcterms:modified>" in parts.read("docProps/core.xml")
    assert written(PLAN) == first


def test_nothing_to_sell_is_a_workbook_too() -> None:
    book = opened(made_plan())
    assert book["Sales"].max_row == 1


def test_a_total_is_bold_and_no_other_figure() -> None:
    """A look is shared by many cells; making a total bold once made them all so."""
    for sheet in opened(PLAN).worksheets:
        for row in sheet.iter_rows(min_row=2):
            total = row[0].value in ("Total", "Net benefit")
            headed = row[0].value == "The year"
            for cell in row:
                if cell.value is not None:
                    assert bool(cell.font.bold) is (total or headed), (sheet.title, cell.coordinate, cell.value)
