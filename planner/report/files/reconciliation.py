"""The broker's statement beside the household's ledger, for who fills in a tax program: what to type, and why.

A row a sale, then a row of totals for each account and box: to compare with the statement, and to type alone, with
code M, where a program takes only so many rows. Instructions for Form 8949, Exceptions 1 and 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.analysis.reconciliation import BoxTotal, BrokerFigures, ReconciledSale, box_totals
from planner.analysis.tax_forms import TaxForms
from planner.report.files.csv_file import Cell, csv_file
from planner.report.files.exported import Exported
from planner.report.files.form_8949 import PART, acquired, description, form_day
from planner.report.words import count, money
from rules.form_8949 import Reported
from rules.terms import CENT, to_cents

HEADER = (
    "row", "account", "statement", "part", "box", "a_description", "b_acquired", "c_sold", "broker_proceeds",
    "broker_basis", "broker_disallowed_loss", "broker_gain", "d_proceeds", "e_basis", "f_codes", "g_adjustment",
    "h_gain", "agrees", "what_to_do",
)  # fmt: skip


def reconciliation_file(sales: Sequence[ReconciledSale], forms: TaxForms) -> Exported:
    """The sales made, by account, box and day, each box followed by its total."""
    rows: list[Sequence[Cell]] = []
    for total in box_totals(sales):
        rows += [_sale(sale) for sale in sales if (sale.row.lot.account, sale.row.box) == (total.account, total.box)]
        rows.append(_total(total))
    return Exported(csv_file(HEADER, rows), tuple(_said(sales, forms)))


def _sale(sale: ReconciledSale) -> Sequence[Cell]:
    row = sale.row
    return [
        "sale",
        row.lot.account,
        sale.statement,
        PART[row.box.character],
        row.box.value,
        description(row.lot),
        acquired(row.lot),
        form_day(row.lot.sold),
        *_stated(sale.broker),
        to_cents(row.lot.proceeds),
        to_cents(row.basis),
        row.codes,
        to_cents(row.adjustment),
        to_cents(row.gain),
        "not listed" if sale.broker is None else "yes" if sale.agrees else "no",
        " ".join(_what_to_do(sale)),
    ]


def _total(total: BoxTotal) -> Sequence[Cell]:
    form = total.form
    line = "1a" if PART[total.box.character] == "I" else "8a"
    return [
        "total",
        total.account,
        "",
        PART[total.box.character],
        total.box.value,
        f"{total.account}: see attached statement",
        "",
        "",
        *_stated(total.broker),
        to_cents(form.proceeds),
        to_cents(form.basis),
        total.codes,
        to_cents(form.adjustment),
        to_cents(form.gain),
        "yes" if abs(form.gain - total.broker.gain) <= CENT else "no",
        f"Instead of the {count(total.sales, 'row')} above, with the rows attached as a statement (Exception 2)"
        + (f"; or on line {line} of Schedule D without any row (Exception 1)." if total.plain else "."),
    ]


def _stated(broker: BrokerFigures | None) -> Sequence[Cell]:
    if broker is None:
        return [None] * 4
    return [to_cents(each) for each in (broker.proceeds, broker.basis, broker.disallowed_loss, broker.gain)]


def _what_to_do(sale: ReconciledSale) -> Iterator[str]:
    """In the order of the columns. Instructions for Form 8949, columns (d) to (g)."""
    broker, row, lot = sale.broker, sale.row, sale.row.lot
    told = row.box.reported
    if told is Reported.NOTHING:
        yield f"On no statement: box {row.box.value}, and keep your own record."
    elif broker is None:
        yield "No realized file lists it: look for it on the statement."
    if sale.history_gain is not None:
        yield (
            f"Your transactions make this day's gain {money(sale.history_gain)}; the broker's figures are used. Where "
            "you named other lots in time (Reg. § 1.1012-1(c)), ask for a corrected statement."
        )
    if broker is not None and abs(broker.proceeds - lot.proceeds) > CENT:
        yield f"(d): the broker has {money(broker.proceeds)}; type the figure of the statement if it is another."
    if told is Reported.PROCEEDS:
        yield "(e): the basis is not reported to the IRS; type it yourself."
        if broker is not None and abs(broker.basis - lot.basis) > CENT:
            yield f"Where the statement prints {money(broker.basis)}, add code B with 0 in (g)."
    if "B" in row.codes:
        yield f"(e): leave the broker's basis; the true one is {money(lot.basis)}, so code B."
    if "C" in row.codes:
        yield "Code C: a collectible."
    if "T" in row.codes:
        yield f"Code T: {row.box.character.value}-term, whatever the statement says."
    yield from _washed(sale)


def _washed(sale: ReconciledSale) -> Iterator[str]:
    ours = sale.row.lot.disallowed_loss
    theirs = ours if sale.broker is None else sale.broker.disallowed_loss
    if abs(ours - theirs) <= CENT:
        if ours:
            yield "Code W, as on the statement." if sale.broker else "Code W."
        if sale.row.lot.note and (ours or not sale.agrees):  # the broker saw a purchase that is in no file here
            yield f"Look for the purchase: {sale.row.lot.note}."
    else:
        yield f"Code W: {money(ours)} is disallowed, not the broker's {money(theirs)} (box 1g)."


def _said(sales: Sequence[ReconciledSale], forms: TaxForms) -> Iterator[str]:
    """What the reader must know before the rows."""
    differ = sum(sale.broker is not None and not sale.agrees for sale in sales)
    unlisted = sum(sale.broker is None and sale.row.box.reported is not Reported.NOTHING for sale in sales)
    if differ:
        yield f"not as the broker lists them: {count(differ, 'sale')} of {len(sales)}, see the column what_to_do"
    if unlisted:
        yield f"in no realized file: {count(unlisted, 'sale')} of {len(sales)}, to compare with the statement"
    if forms.not_counted:
        yield f"{count(len(forms.not_counted), 'sale')} without a known gain: see the end of form-8949"
