"""Rows of sales already made, as a realized file, a gain/loss report or a 1099 has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from planner.loader.reading.records import (
    ACQUIRED_ON,
    COPY,
    INHERITED,
    VARIOUS,
    RealizedRecord,
    inherited_of,
    positive_quantity,
    terms_of,
)
from planner.loader.tables.sheet import Sheet
from rules.terms import CENT, ZERO, AssetClass, Character

BOXES = {
    **dict.fromkeys("ABCGHI", Character.SHORT),  # Part I of Form 8949
    **dict.fromkeys("DEFJKL", Character.LONG),  # Part II
}
DIGITAL = frozenset("GHIJKL")  # of digital assets, from 2025 on


def _from_gains(
    sheet: Sheet, proceeds: Sequence[Decimal | None], basis: Sequence[Decimal | None]
) -> list[Decimal | None]:
    """Each basis; one that is not printed follows from a gain that is."""
    gains = [sheet.amounts(name) for name in ("gain", "short_gain", "long_gain")]
    found = []
    for brought, cost, *stated in zip(proceeds, basis, *gains, strict=True):
        known = [gain for gain in stated if gain]
        if cost is None and brought is not None and len(known) == 1 and brought >= known[0]:
            cost = brought - known[0]
        found.append(cost)
    return found


def read_realized(sheet: Sheet) -> list[RealizedRecord]:
    """Sales made; as `read_lots`."""
    quantity = positive_quantity(sheet)
    acquired = sheet.dates("acquired", empty=ACQUIRED_ON, words=frozenset({VARIOUS, INHERITED}))
    sold = sheet.dates("sold", empty=COPY, known=True)
    proceeds = sheet.not_negative("proceeds", "write the proceeds as a positive amount", empty=COPY, known=True)
    basis = sheet.not_negative(
        "basis",
        "write the cost of the shares sold as a positive amount",
        empty="copy the cost basis from your broker's statement; write 0 if it really is zero" if sheet.ours else "",
    )
    term = terms_of(sheet)
    asset_class = sheet.choices("asset_class", AssetClass)
    if not sheet.ours:
        basis = _from_gains(sheet, proceeds, basis)
        boxes = [cell.strip().upper() for cell in sheet.cells("box")]
        term = [word or BOXES.get(box) for word, box in zip(term, boxes, strict=True)]
        digital = [AssetClass.CRYPTO if box in DIGITAL else None for box in boxes]
        asset_class = [kind or coin for kind, coin in zip(asset_class, digital, strict=True)]
    if sheet.ours:
        disallowed = sheet.not_negative("disallowed_loss", "write the disallowed loss as a positive amount")
    else:  # printed positive in one download and negative in the next
        disallowed = [loss and abs(loss) for loss in sheet.amounts("disallowed_loss")]
    inherited = inherited_of(sheet)
    _check_sold(sheet, acquired, sold)
    if sheet.ours:
        _check_term_known(sheet, inherited, term)
    _check_disallowed(sheet, disallowed, proceeds, basis)
    return sheet.records(
        RealizedRecord,
        sheet.texts("account"),
        sheet.symbols(),
        quantity,
        acquired,
        inherited,
        sold,
        proceeds,
        basis,
        term,
        disallowed,
        asset_class,
        sheet.texts("name"),
    )


def _check_sold(sheet: Sheet, acquired: Sequence[date | None], sold: Sequence[date | None]) -> None:
    for index, (bought, day) in enumerate(zip(acquired, sold, strict=True)):
        if bought is not None and day is not None and day < bought:
            sheet.refuse(
                index,
                f"`{sheet.name('sold')}` is {day}, before `{sheet.name('acquired')}`, {bought}",
                "correct the dates; short sales are not covered",
            )


def _check_term_known(sheet: Sheet, inherited: Sequence[bool], terms: Sequence[Character | None]) -> None:
    """Where a word says that the day is not known, `term` must be stated. Unreadable cells are refused before."""
    name = sheet.name("acquired")
    words = {VARIOUS}
    for index, (bought, was_inherited, term) in enumerate(zip(sheet.cells("acquired"), inherited, terms, strict=True)):
        if bought.casefold() in words and not was_inherited and term is None:
            sheet.refuse(
                index,
                f"`{name}` has no date, so the term of the gain is not known",
                "write short or long in the column `term`, as your broker states it",
            )


def _check_disallowed(
    sheet: Sheet,
    disallowed: Sequence[Decimal | None],
    proceeds: Sequence[Decimal | None],
    basis: Sequence[Decimal | None],
) -> None:
    for index, (amount, brought, cost) in enumerate(zip(disallowed, proceeds, basis, strict=True)):
        if amount and brought is not None and cost is not None and amount > max(cost - brought, ZERO) + CENT:
            sheet.refuse(
                index,
                f"`{sheet.name('disallowed_loss')}` is {amount}, more than the loss of {max(cost - brought, ZERO)}",
                "write the part of this sale's loss that § 1091 disallows; a gain has none",
            )
