"""Form 8949 as a table: its columns (a) to (h), part and box, of the sales made this year and of those planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from planner.analysis.tax_forms import FormRow, OpenRow, SaleOrigin, SoldLot, TaxForms
from planner.report.files.csv_file import Cell, csv_file
from planner.report.files.orders import units_of
from rules.terms import Character, to_cents

PART = {Character.SHORT: "I", Character.LONG: "II"}
HEADER = (
    "part", "box", "a_description", "b_acquired", "c_sold", "d_proceeds", "e_basis", "f_codes", "g_adjustment",
    "h_gain", "status", "account", "lot_id", "schedule_d_line", "note",
)  # fmt: skip
INHERITED, VARIOUS = "INHERITED", "VARIOUS"  # what column (b) says without a date
UNLISTED = {
    SaleOrigin.STATED: "Entered in household.toml under [realized], without the sales",
    SaleOrigin.TO_COME: "Losses above to be disallowed by planned purchases",
}
STATUS = {SaleOrigin.STATED: "given", SaleOrigin.TO_COME: "planned purchases"}


def form_8949_file(forms: TaxForms) -> bytes:
    """A row for each lot sold; what no sale shows is at the end, so that column (h) adds up to the year's gains.
    Sales that count nowhere are below, with what is known of them and an empty gain, for the taxpayer to complete."""
    return csv_file(HEADER, [*map(row_cells, forms.rows), *_unlisted(forms), *map(_open_cells, forms.not_counted)])


def _open_cells(row: OpenRow) -> Sequence[Cell]:
    part = {"B": "I", "H": "I", "E": "II", "K": "II"}.get(row.box, "")
    return [
        part,
        row.box,
        units_of(row.quantity, row.symbol, row.asset_class) if row.quantity else row.symbol,
        VARIOUS if row.acquired is None else form_day(row.acquired),
        form_day(row.sold),
        None if row.proceeds is None else to_cents(row.proceeds),
        None if row.basis is None else to_cents(row.basis),
        "",
        None,
        None,
        "not counted",
        row.account,
        "",
        "",
        row.note,
    ]


def row_cells(row: FormRow) -> Sequence[Cell]:
    """A row of the form, under HEADER."""
    lot = row.lot
    return [
        PART[row.box.character],
        row.box.value,
        description(lot),
        acquired(lot),
        form_day(lot.sold),
        to_cents(lot.proceeds),
        to_cents(row.basis),
        row.codes,
        to_cents(row.adjustment),
        to_cents(row.gain),
        "planned" if lot.planned else "made",
        lot.account,
        lot.lot_id,
        row.box.schedule_d_line,
        lot.note,
    ]


def description(lot: SoldLot) -> str:
    """Column (a): `100 sh NKE`."""
    return units_of(lot.quantity, lot.symbol, lot.asset_class)


def acquired(lot: SoldLot) -> str:
    """Column (b)."""
    if lot.inherited:
        return INHERITED
    return VARIOUS if lot.acquired is None else form_day(lot.acquired)


def form_day(day: date) -> str:
    """A day as the form asks for it: month, day, year."""
    return f"{day:%m/%d/%Y}"


def _unlisted(forms: TaxForms) -> Iterator[Sequence[Cell]]:
    for unlisted in forms.unlisted:
        gain = to_cents(unlisted.with_plan)
        if gain:
            washed = ["W", gain] if unlisted.origin is SaleOrigin.TO_COME else ["", None]
            part, status = PART[unlisted.character], STATUS[unlisted.origin]
            yield [part, "", UNLISTED[unlisted.origin], *[None] * 4, *washed, gain, status, *[None] * 4]
