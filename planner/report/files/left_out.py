"""What a tax program's file of sales does not carry: the same for every such file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.analysis.tax_forms import FormRow, SaleOrigin, TaxForms
from planner.report.words import count
from rules.terms import to_cents


def left_out(forms: TaxForms, carried: Sequence[FormRow]) -> Iterator[str]:
    """What the return needs beside the rows carried, and which of them are for a draft only."""
    origins = {unlisted.origin for unlisted in forms.unlisted if to_cents(unlisted.with_plan)}
    if SaleOrigin.STATED in origins:
        yield "gains in household.toml under [realized] are not sales, and are not in the file"
    if SaleOrigin.TO_COME in origins:
        yield "the losses already taken that planned purchases will disallow are not in the file"
    if forms.not_counted:
        yield f"{count(len(forms.not_counted), 'sale')} without a known gain: complete them by hand, from form-8949"
    planned = sum(row.lot.planned for row in carried)
    if planned:
        yield f"{count(planned, 'sale')} marked `(planned)` at estimated prices: for a draft of the return only"
