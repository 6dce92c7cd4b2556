"""Form 8949 for TaxAct's import of a CSV file, under the headings that its help page gives.

TaxAct, "Form 1099-B - Create Your Own Spreadsheet (CSV File)", www.taxact.com/support/882 (read on 2026-11-28): the
columns, one row for a wash sale and its adjustment, `W` in the wash sale's own column; its page for 2019 adds that the
program matches these headings by itself and holds at most 2,000 sales. The page names the boxes A to F only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.analysis.tax_forms import FormRow, TaxForms
from planner.report.files.csv_file import Cell, csv_text
from planner.report.files.exported import Exported
from planner.report.files.form_8949 import VARIOUS, description, form_day
from planner.report.files.left_out import left_out
from planner.report.words import count
from rules.terms import to_cents

HEADER = (
    "Description", "Date Acquired", "Date Sold", "Sales Proceeds", "Cost or Other Basis", "Wash Sale",
    "Adjustment Code", "Adjustment Amount", "Reporting Category", "Long/Short",
)  # fmt: skip
MOST_SALES = 2_000  # of one return, imported files together
_DOCUMENTED_BOXES = "ABCDEF"


def taxact_file(forms: TaxForms) -> Exported:
    """The sales made and planned, with the columns of the form: (e) is what the broker reports, (g) adjusts."""
    content = csv_text(HEADER, [_cells(row) for row in forms.rows]).encode()
    return Exported(content, tuple(_missing(forms)))


def _cells(row: FormRow) -> Sequence[Cell]:
    lot = row.lot
    return [
        f"{description(lot)}{' (planned)' if lot.planned else ''}",
        form_day(lot.acquired) if lot.acquired and not lot.inherited else VARIOUS.title(),
        form_day(lot.sold),
        to_cents(lot.proceeds),
        to_cents(row.basis),
        "W" if "W" in row.codes else "",
        row.codes,
        to_cents(row.adjustment) if row.adjustment else None,
        row.box.value,
        row.box.character.value.title(),
    ]


def _missing(forms: TaxForms) -> Iterator[str]:
    coins = sum(row.box.value not in _DOCUMENTED_BOXES for row in forms.rows)
    if coins:
        yield f"TaxAct's help names the boxes A to F only: see that {count(coins, 'sale')} of coins kept G to L"
    inherited = sum(row.lot.inherited for row in forms.rows)
    if inherited:
        yield f"write INHERITED as the date acquired of {count(inherited, 'sale')}: the file says Various"
    if len(forms.rows) > MOST_SALES:
        yield f"TaxAct holds {MOST_SALES:,} sales: enter totals from reconcile, code M, and attach form-8949"
    yield from left_out(forms, forms.rows)
