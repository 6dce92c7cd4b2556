"""Form 8949 for a tax program: Tax Exchange Format V042, record format 5.

The specification dates from 2011. It has no codes for the boxes of digital assets and none for the codes B, C and T of
column (f): what it cannot carry is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.analysis.tax_forms import FormRow, TaxForms
from planner.domain.plan import Plan
from planner.domain.visible_text import visible_line
from planner.report.files.exported import Exported
from planner.report.files.form_8949 import description, form_day
from planner.report.files.left_out import left_out
from planner.report.words import count
from rules.form_8949 import Box
from rules.terms import to_cents

REFERENCE = {Box.A: 321, Box.B: 711, Box.C: 712, Box.D: 323, Box.E: 713, Box.F: 714}
_END = "^"
_NO_ROOM = {
    "B": "the broker reports a different basis",
    "C": "collectibles, taxed at up to 28 percent",
    "T": "the broker reports a different term",
}


def txf_file(plan: Plan, forms: TaxForms) -> Exported:
    """The sales made and planned. The basis is the true one, and the loss disallowed has a line of its own."""
    carried = [row for row in forms.rows if row.box in REFERENCE]
    lines = ["V042", "Aharvest", f"D{form_day(plan.as_of)}", _END]
    for row in carried:
        lines += _record(row)
    written = "".join(f"{line}\r\n" for line in lines).encode("ascii")
    return Exported(written, tuple(_left_out(forms, carried)))


def _record(row: FormRow) -> Iterator[str]:
    lot = row.lot
    yield "TD"
    yield f"N{REFERENCE[row.box]}"
    yield "C1"
    yield "L1"
    yield f"P{_plain(description(lot))}{' (planned)' if lot.planned else ''}"
    yield f"D{form_day(lot.acquired) if lot.acquired else ''}"
    yield f"D{form_day(lot.sold)}"
    yield f"${to_cents(lot.basis)}"
    yield f"${to_cents(lot.proceeds)}"
    yield f"${to_cents(lot.disallowed_loss) if lot.disallowed_loss else ''}"
    yield _END


def _plain(text: str) -> str:
    """One line of ASCII, as the specification wants its files."""
    return visible_line(text).encode("ascii", "replace").decode()


def _left_out(forms: TaxForms, carried: Sequence[FormRow]) -> Iterator[str]:
    digital = len(forms.rows) - len(carried)
    if digital:
        yield f"TXF has no code for digital assets: enter {count(digital, 'sale')} by hand, from form-8949"
    for code, meaning in _NO_ROOM.items():
        marked = sum(code in row.codes for row in carried)
        if marked:
            yield f"TXF cannot carry code {code} ({meaning}): set it by hand on {count(marked, 'sale')}"
    yield from left_out(forms, carried)
