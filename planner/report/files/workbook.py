"""A plan as an Excel workbook: every figure a number, every day a date, and a formula where a reader would check a sum.

A formula is one that we wrote. Text is text whatever it begins with: its cells are typed and marked as quoted, so that
they stay text when someone edits them.
"""

from __future__ import annotations

from datetime import datetime, time

from planner.analysis.tax_forms import TaxForms
from planner.analysis.totals import character_on, market_value, worksheet_changes, year_changes
from planner.domain.case import Case
from planner.domain.plan import Plan
from planner.report.files.form_8949 import PART, STATUS, UNLISTED, acquired, description
from planner.report.files.records import HEADER, record_rows
from planner.report.files.sheets import Formula, SheetBook, SheetColumn, Value, make_bold
from planner.report.files.swap_sheets import swap_sheets
from planner.report.screens.value import benefit_parts, proof
from planner.report.words import ASSET_CLASS, FILING_STATUS, TERM, WASH_IN_WORDS, day, in_unit, year_label
from rules.terms import to_cents
from rules.worksheet import Unit

MOST_RECORDS = 10_000  # rows of the sheet


def workbook_file(plan: Plan, case: Case, forms: TaxForms) -> bytes:
    """The workbook, the same bytes for the same plan."""
    book = SheetBook()
    _summary(book, plan, case)
    _sales(book, plan)
    if plan.swaps is not None:
        swap_sheets(book, plan.swaps)
    _windows(book, plan)
    _lots(book, plan, case)
    _form_8949(book, forms)
    _worksheets(book, plan)
    _records(book, case)
    _cautions(book, plan)
    return book.saved(datetime.combine(plan.as_of, time()))


# --- the sheets ---


def _summary(book: SheetBook, plan: Plan, case: Case) -> None:
    parts = benefit_parts(plan, case.household.assumptions)
    status = FILING_STATUS[case.household.taxpayer.filing_status]
    scenario = f", scenario “{plan.scenario}”" if plan.scenario else ""
    sheet = book.sheet(
        "Summary",
        [SheetColumn("Net benefit"), SheetColumn("Amount", money=True)],
        [
            *parts,
            ("Net benefit", Formula(f"=SUM(B2:B{1 + len(parts)})")),
        ],
    )
    start = sheet.max_row + 2
    book.rows(
        sheet,
        [
            SheetColumn("The year"),
            SheetColumn("Without", money=True),
            SheetColumn("With", money=True),
            SheetColumn("Change", money=True),
        ],
        [
            [
                year_label(line.line, plan.tax_year),
                line.baseline,
                line.planned,
                Formula("=C{row}-B{row}"),
            ]
            for line in year_changes(plan)
        ],
        start,
    )
    for text in (
        f"Tax year {plan.tax_year}, {status}, as of {day(plan.as_of)}{scenario}. {proof(plan)}",
        f"An estimate under the law held for {plan.tax_year}, not tax advice.",
    ):
        sheet.cell(sheet.max_row + 2, 1, text)
    make_bold(sheet, 2 + len(parts))


def _records(book: SheetBook, case: Case) -> None:
    """The latest rows of the histories, with fees, hours, ids and notes; records.csv has all of them."""
    rows = sorted(case.transactions, key=lambda row: row.date)[-MOST_RECORDS:]
    if rows:
        columns = [SheetColumn(name, money=name in ("dollars", "fees")) for name in HEADER]
        book.sheet("Records", columns, record_rows(rows))


def _cautions(book: SheetBook, plan: Plan) -> None:
    columns = [SheetColumn("Code"), SheetColumn("Lot"), SheetColumn("Caution", widest=110)]
    book.sheet("Cautions", columns, [[c.code, c.lot_id or "", c.text] for c in plan.cautions])


def _sales(book: SheetBook, plan: Plan) -> None:
    columns = [
        SheetColumn("Day"),
        SheetColumn("Account"),
        SheetColumn("Symbol"),
        SheetColumn("Lot"),
        SheetColumn("Quantity"),
        SheetColumn("Proceeds", money=True, summed=True),
        SheetColumn("Basis", money=True, summed=True),
        SheetColumn("Gain", money=True, summed=True),
        SheetColumn("Term"),
        SheetColumn("Disallowed loss", money=True, summed=True),
        SheetColumn("Permanently lost", money=True, summed=True),
        SheetColumn("Recognized", money=True, summed=True),
        SheetColumn("Wash"),
        SheetColumn("Buy again from"),
        SheetColumn("Reason"),
    ]
    ordered = sorted(plan.sales, key=lambda sale: (sale.date, sale.account, sale.symbol, sale.lot_id))
    book.sheet(
        "Sales",
        columns,
        [
            [
                sale.date,
                sale.account,
                sale.symbol,
                sale.lot_id,
                sale.quantity,
                to_cents(sale.proceeds),
                to_cents(sale.basis),
                Formula("=F{row}-G{row}"),
                TERM[sale.character],
                to_cents(sale.disallowed_loss),
                to_cents(sale.permanently_lost),
                Formula("=H{row}+J{row}"),
                WASH_IN_WORDS[sale.wash_state],
                sale.rebuy_on,
                sale.reason,
            ]
            for sale in ordered
        ],
    )


def _windows(book: SheetBook, plan: Plan) -> None:
    book.sheet(
        "Windows",
        [
            SheetColumn(name)
            for name in ("Symbol", "First day", "Last day", "Safe on", "Because", "Accounts", "Planned")
        ],
        [
            [
                window.symbol,
                window.first,
                window.last,
                window.safe_on,
                window.because,
                ", ".join(window.accounts),
                "; ".join(f"{s.date} {s.quantity.normalize():f} {s.symbol} in {s.account}" for s in window.scheduled),
            ]
            for window in plan.windows
        ],
    )


def _lots(book: SheetBook, plan: Plan, case: Case) -> None:
    sold = {sale.lot_id: sale.quantity for sale in plan.sales}
    rows: list[list[Value]] = []
    for holding in case.holdings:
        lot, value = holding.lot, market_value(holding)
        character = character_on(lot, case.as_of)
        known = value is not None and lot.basis is not None
        rows.append(
            [
                lot.account,
                lot.symbol,
                ASSET_CLASS[lot.asset_class],
                lot.lot_id,
                "inherited" if lot.inherited else lot.acquired,
                lot.quantity,
                holding.price,
                value,
                None if lot.basis is None else to_cents(lot.basis),
                Formula("=H{row}-I{row}") if known else None,
                TERM[character] if character else "",
                sold.get(lot.lot_id),
            ]
        )
    columns = [
        SheetColumn("Account"),
        SheetColumn("Symbol"),
        SheetColumn("Class"),
        SheetColumn("Lot"),
        SheetColumn("Acquired"),
        SheetColumn("Quantity"),
        SheetColumn("Price"),
        SheetColumn("Market value", money=True, summed=True),
        SheetColumn("Basis", money=True, summed=True),
        SheetColumn("Gain", money=True, summed=True),
        SheetColumn("Term today"),
        SheetColumn("Sold by the plan"),
    ]
    book.sheet("Lots", columns, rows)


def _form_8949(book: SheetBook, forms: TaxForms) -> None:
    columns = [
        SheetColumn("Part"),
        SheetColumn("Box"),
        SheetColumn("(a) Description"),
        SheetColumn("(b) Acquired"),
        SheetColumn("(c) Sold"),
        SheetColumn("(d) Proceeds", money=True, summed=True),
        SheetColumn("(e) Basis", money=True, summed=True),
        SheetColumn("(f) Codes"),
        SheetColumn("(g) Adjustment", money=True, summed=True),
        SheetColumn("(h) Gain", money=True, summed=True),
        SheetColumn("Status"),
        SheetColumn("Account"),
        SheetColumn("Note"),
    ]
    rows: list[list[Value]] = [
        [
            PART[row.box.character],
            row.box.value,
            description(row.lot),
            row.lot.acquired or acquired(row.lot),
            row.lot.sold,
            to_cents(row.lot.proceeds),
            to_cents(row.basis),
            row.codes,
            to_cents(row.adjustment),
            Formula("=F{row}-G{row}+I{row}"),
            "planned" if row.lot.planned else "made",
            row.lot.account,
            row.lot.note,
        ]
        for row in forms.rows
    ]
    for unlisted in forms.unlisted:
        if gain := to_cents(unlisted.with_plan):
            part, status = PART[unlisted.character], STATUS[unlisted.origin]
            rows.append([part, "", UNLISTED[unlisted.origin], *[None] * 6, gain, status, "", ""])
    book.sheet("Form 8949", columns, rows)


def _worksheets(book: SheetBook, plan: Plan) -> None:
    columns = [
        SheetColumn("Worksheet"),
        SheetColumn("Line"),
        SheetColumn("Label"),
        SheetColumn("Without", money=True),
        SheetColumn("With", money=True),
        SheetColumn("Change", money=True),
    ]
    rows: list[list[Value]] = []
    for sheet in worksheet_changes(plan):
        for line in sheet.lines:
            if line.unit is not Unit.MONEY:
                shown = ("" if x is None else in_unit(x, line.unit) for x in (line.baseline, line.planned))
                rows.append([sheet.name, line.number, line.label, *shown, None])
                continue
            without, with_plan = (None if x is None else to_cents(x) for x in (line.baseline, line.planned))
            both = without is not None and with_plan is not None
            change = Formula("=E{row}-D{row}") if both else None
            rows.append([sheet.name, line.number, line.label, without, with_plan, change])
    book.sheet("Worksheets", columns, rows)
