"""What Form 8949 and Schedule D will look like: the sales already made this year and those that the plan proposes.

The rows add up to the gains that the plan computes with, together with what is in none of them: what the household
states without a sale to show for it (`[realized]`), and what purchases still planned will disallow of losses already
taken (`planner.ledger.open_losses`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from planner.analysis.lot_orders import LotOrder, custody_of, lot_orders
from planner.domain.case import Case
from planner.domain.plan import Plan
from planner.domain.portfolio import RealizedDisposition
from planner.domain.tax_return import own_taxable_accounts
from planner.ledger import household_ledger
from planner.ledger.deemed_sales import WorthlessLot, on_other_forms, worthless_lots
from planner.ledger.results import Difference, Disposition, HouseholdLedger
from planner.ledger.unexplained import NotCounted
from rules.assets import in_collectibles_group, is_section_1256
from rules.form_8949 import Box, adjustment, box_of, reported
from rules.substantially_identical import spelling
from rules.terms import CENT, ZERO, AssetClass, Character, Custody, Gains

Key = tuple[str, str, date]  # account, spelling of the symbol, day of sale


@dataclass(frozen=True, slots=True)
class SoldLot:
    """Units of a lot sold, or to be sold at an estimated price (`planned`).

    `listed_basis` and `listed_character` are the broker's, where they may be others: see `LotOrder`. `disallowed_loss`
    is positive. `acquired` None: `inherited`, or no one knows. `note` is for who fills in the form.
    """

    account: str
    symbol: str
    asset_class: AssetClass
    quantity: Decimal
    lot_id: str
    acquired: date | None
    inherited: bool
    sold: date
    proceeds: Decimal
    basis: Decimal
    listed_basis: Decimal | None
    disallowed_loss: Decimal
    character: Character
    listed_character: Character | None = None
    planned: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of Form 8949: `basis`, `codes` and `adjustment` are its columns (e), (f) and (g), `gain` is (h), signed."""

    lot: SoldLot
    box: Box
    basis: Decimal
    codes: str
    adjustment: Decimal

    @property
    def gain(self) -> Decimal:
        return self.lot.proceeds - self.basis + self.adjustment


@dataclass(frozen=True, slots=True)
class FormTotals:
    """Sums over rows: columns (d), (e), (g) and (h)."""

    proceeds: Decimal = ZERO
    basis: Decimal = ZERO
    adjustment: Decimal = ZERO
    gain: Decimal = ZERO


class SaleOrigin(Enum):
    """Where a gain comes from that no row shows."""

    STATED = "stated"  # [realized]
    TO_COME = "to come"  # disallowed by purchases still planned, so positive


class Unlisted(NamedTuple):
    """Gains that no row shows, signed: of the year without the plan, and with it."""

    character: Character
    origin: SaleOrigin
    without: Decimal
    with_plan: Decimal


class OpenRow(NamedTuple):
    """A sale with its proceeds, and no gain: column (e), or the part of the form, is for the taxpayer to fill in."""

    account: str
    symbol: str
    asset_class: AssetClass
    quantity: Decimal
    acquired: date | None
    sold: date
    proceeds: Decimal | None
    basis: Decimal | None
    box: str
    note: str


@dataclass(frozen=True, slots=True)
class TaxForms:
    """The rows, by box and day of sale, and what of the year's gains is in none of them.

    `not_counted` are sales whose basis or term no file says: they belong on the form, for the taxpayer to complete.
    """

    rows: tuple[FormRow, ...]
    unlisted: tuple[Unlisted, ...]
    not_counted: tuple[OpenRow, ...] = ()

    def totals(self, line: str, *, planned: bool) -> FormTotals:
        """A line of Schedule D; with `planned` of all rows, else of the sales already made."""
        rows = [row for row in self.rows if row.box.schedule_d_line == line and planned >= row.lot.planned]
        return FormTotals(
            proceeds=sum((row.lot.proceeds for row in rows), ZERO),
            basis=sum((row.basis for row in rows), ZERO),
            adjustment=sum((row.adjustment for row in rows), ZERO),
            gain=sum((row.gain for row in rows), ZERO),
        )


def tax_forms(plan: Plan, case: Case) -> TaxForms:
    """The forms of the plan's year. Sales in sheltered accounts, and a spouse's who files alone, are on none."""
    own = {account.name: custody_of(account, case) for account in own_taxable_accounts(case.household)}
    orders = (order for order in lot_orders(plan, case) if order.sale.date.year == plan.tax_year)
    ledger = household_ledger(case) if case.transactions or case.realized else None  # else there is nothing to keep
    dispositions = ledger.dispositions if ledger is not None else ()
    made = _made(case, ledger, own, plan.tax_year) if ledger is not None else ()
    lots = [*made, *map(_planned, orders)]
    rows = [_row(lot, own[lot.account], plan.tax_year) for lot in lots]
    rows += map(_worthless, worthless_lots(case))
    return TaxForms(
        rows=tuple(sorted(rows, key=lambda row: (row.box, row.lot.sold, row.lot.account, row.lot.symbol))),
        unlisted=tuple(_unlisted(rows, plan, case.household.realized + on_other_forms(case, dispositions))),
        not_counted=tuple(_not_counted(case, ledger.not_counted if ledger is not None else (), own, plan.tax_year)),
    )


def _not_counted(case: Case, by_ledger: Iterable[NotCounted], own: Container[str], year: int) -> Iterator[OpenRow]:
    """Sales of this return whose gain counts nowhere, with the box of what is not reported to the IRS."""
    for sale in case.uncounted:
        if sale.account in own:
            note = "basis not known" if sale.basis is None else "term not known"
            day = sale.acquired
            yield OpenRow(sale.account, sale.symbol, sale.asset_class, sale.quantity, day, sale.sold, sale.proceeds,
                          sale.basis, sale.box, f"not counted: {note} ({sale.where})")  # fmt: skip
    for left_out in by_ledger:
        if left_out.account in own and left_out.sold.year == year:
            note = f"not counted: {left_out.why} ({left_out.where})"
            yield OpenRow(left_out.account, left_out.symbol, left_out.asset_class, left_out.quantity, None,
                          left_out.sold, left_out.proceeds, None, left_out.box, note)  # fmt: skip


def _unlisted(rows: Iterable[FormRow], plan: Plan, stated: Gains) -> Iterator[Unlisted]:
    """What the plan's gains are beyond the rows: first what is stated, and the rest can only be still to come."""
    before, after = plan.baseline.schedule_d.gains, plan.planned.schedule_d.gains
    for character, said, without, with_plan in (
        (Character.SHORT, stated.short_term, before.short_term, after.short_term),
        (Character.LONG, stated.long_term, before.long_term, after.long_term),
    ):
        alike = [row for row in rows if row.box.character is character]
        made = sum((row.gain for row in alike if not row.lot.planned), ZERO)
        every = sum((row.gain for row in alike), ZERO)
        yield Unlisted(character, SaleOrigin.STATED, said, said)
        yield Unlisted(character, SaleOrigin.TO_COME, without - made - said, with_plan - every - said)


def _row(lot: SoldLot, custody: Custody, tax_year: int) -> FormRow:
    told = reported(lot.symbol, lot.asset_class, _bought_from(lot), tax_year, custody)
    listed = lot.basis if lot.listed_basis is None or abs(lot.listed_basis - lot.basis) <= CENT else lot.listed_basis
    collectible = in_collectibles_group(lot.symbol, lot.asset_class)
    other_term = lot.listed_character not in (None, lot.character)
    adjusted = adjustment(lot.basis, told, listed, lot.disallowed_loss, collectible=collectible, other_term=other_term)
    return FormRow(lot, box_of(lot.character, lot.asset_class, told, tax_year), *adjusted)


def _bought_from(lot: SoldLot) -> date | None:
    """The day of acquisition; of a short-term gain the earliest it can be, where no file gives the day. § 1222(1)."""
    if lot.acquired is not None or lot.inherited or lot.character is Character.LONG:
        return lot.acquired
    return lot.sold - timedelta(days=366)


def _worthless(lost: WorthlessLot) -> FormRow:
    """A worthless security: no broker reports it, so the box is the one of no statement. Instructions for Form 8949."""
    lot, short = lost.holding.lot, lost.character is Character.SHORT
    sold = SoldLot(
        account=lot.account,
        symbol=lot.symbol,
        asset_class=lot.asset_class,
        quantity=lot.quantity,
        lot_id=lot.lot_id,
        acquired=None if lot.inherited else lot.acquired,
        inherited=lot.inherited,
        sold=lost.day,
        proceeds=ZERO,
        basis=lost.loss,
        listed_basis=None,
        disallowed_loss=ZERO,
        character=lost.character,
        note="Worthless (§ 165(g)); write so in column (c)",
    )
    return FormRow(sold, Box.C if short else Box.F, lost.loss, "", ZERO)


def _planned(order: LotOrder) -> SoldLot:
    sale = order.sale
    return SoldLot(
        account=sale.account,
        symbol=sale.symbol,
        asset_class=sale.asset_class,
        quantity=sale.quantity,
        lot_id=sale.lot_id,
        acquired=None if order.inherited else order.acquired,
        inherited=order.inherited,
        sold=sale.date,
        proceeds=sale.proceeds,
        basis=sale.basis,
        listed_basis=None if order.gift else order.listed_basis,
        disallowed_loss=sale.disallowed_loss,
        character=sale.character,
        listed_character=None if order.gift else order.listed_character,
        planned=True,
    )


# --- sales already made ---


def _made(case: Case, ledger: HouseholdLedger, own: Mapping[str, Custody], year: int) -> Iterator[SoldLot]:
    """As the ledger has them; where the broker's realized file states another gain, as that does (`year_so_far`)."""
    stated: dict[Key, list[RealizedDisposition]] = defaultdict(list)
    for row in case.realized:
        if row.account in own and row.sold.year == year:
            stated[row.account, spelling(row.symbol), row.sold].append(row)
    kept: dict[Key, list[Disposition]] = defaultdict(list)
    for sale in ledger.dispositions:
        if is_section_1256(sale.symbol, sale.asset_class):
            stated.pop((sale.account, spelling(sale.symbol), sale.sold), None)  # Form 6781 has these
        elif sale.account in own and sale.sold.year == year:
            kept[sale.account, spelling(sale.symbol), sale.sold].append(sale)
    notes = _notes(ledger)
    for key in sorted(kept.keys() | stated.keys()):
        if key in stated and _differ(kept[key], stated[key]):
            disallowed = sum((sale.disallowed_loss for sale in kept[key]), ZERO)
            yield from _as_stated(stated[key], disallowed, notes.get(key, ""))
        else:
            for sale in kept[key]:
                yield from _as_kept(sale, notes.get(key, ""))


def _differ(kept: Iterable[Disposition], stated: Iterable[RealizedDisposition]) -> bool:
    """Whether the gains before disallowances, as the broker computes them, are not those that it states."""
    difference = dict.fromkeys(Character, ZERO)
    for sale in kept:
        for lot in sale.by_lot:
            difference[lot.listed_term] += lot.listed_gain
    for row in stated:
        difference[row.character] -= row.proceeds - row.basis
    return any(abs(amount) > CENT for amount in difference.values())


def _as_kept(sale: Disposition, note: str) -> Iterator[SoldLot]:
    for lot in sale.by_lot:
        yield SoldLot(
            account=sale.account,
            symbol=sale.symbol,
            asset_class=sale.asset_class,
            quantity=lot.quantity,
            lot_id=lot.lot_id,
            acquired=None if lot.inherited else lot.acquired,
            inherited=lot.inherited,
            sold=sale.sold,
            proceeds=lot.proceeds,
            basis=lot.basis,
            listed_basis=lot.listed_basis,
            disallowed_loss=lot.disallowed_loss,
            character=lot.character,
            listed_character=lot.listed_character,
            note=note,
        )


def _as_stated(rows: Sequence[RealizedDisposition], disallowed: Decimal, note: str) -> Iterator[SoldLot]:
    """The broker's rows. What is disallowed that day falls on its losses in order, and what is over on the last row."""
    for number, row in enumerate(rows, 1):
        part = disallowed if number == len(rows) else min(max(row.basis - row.proceeds, ZERO), disallowed)
        disallowed -= part
        yield SoldLot(
            account=row.account,
            symbol=row.symbol,
            asset_class=row.asset_class,
            quantity=row.quantity,
            lot_id="",
            acquired=row.acquired,
            inherited=False,
            sold=row.sold,
            proceeds=row.proceeds,
            basis=row.basis,
            listed_basis=None,
            disallowed_loss=part,
            character=row.character,
            note=note,
        )


def _notes(ledger: HouseholdLedger) -> dict[Key, str]:
    """Where the broker states another disallowed loss: what its form will say, and what is then to be done."""
    return {(d.account, spelling(d.symbol), d.sold): _note(d) for d in ledger.differences}


def _note(difference: Difference) -> str:
    stated, ours = difference.stated_disallowed_loss, difference.disallowed_loss
    less = "; less than the broker's: attach a statement of explanation" if ours < stated else ""
    return f"for this day's sales the broker disallows ${stated:,.2f}, all accounts together ${ours:,.2f}{less}"
