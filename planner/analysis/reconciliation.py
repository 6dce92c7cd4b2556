"""The brokers' realized files beside the household's own ledger, sale by sale: what Form 1099-B or 1099-DA will say,
and what Form 8949 is to say. § 6045(g) reports one account and one CUSIP; § 1091 reaches the whole household.

What is typed is `FormRow`, the same row that the export form-8949 has. A broker's row is matched within account, symbol
and day of sale: first by day of acquisition and units, then by day of acquisition, then by term, where the units agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.analysis.tax_forms import FormRow, FormTotals, SoldLot, TaxForms
from planner.domain.case import Case
from planner.domain.portfolio import RealizedDisposition
from planner.ledger import household_ledger
from rules.form_8949 import Box, Reported
from rules.substantially_identical import spelling
from rules.terms import CENT, ZERO, AssetClass, to_cents

Day = tuple[str, str, date]  # account, spelling of the symbol, day of sale
_Lot = SoldLot | RealizedDisposition


@dataclass(frozen=True, slots=True)
class BrokerFigures:
    """What a broker states of a sale, in dollars. `disallowed_loss` is positive: box 1g of Form 1099-B."""

    proceeds: Decimal
    basis: Decimal
    disallowed_loss: Decimal

    @property
    def gain(self) -> Decimal:
        """Signed, as the broker computes it."""
        return self.proceeds - self.basis + self.disallowed_loss

    def __add__(self, other: BrokerFigures) -> BrokerFigures:
        return BrokerFigures(
            self.proceeds + other.proceeds, self.basis + other.basis, self.disallowed_loss + other.disallowed_loss
        )

    def part(self, share: Decimal) -> BrokerFigures:
        """A part of it, in cents."""
        return BrokerFigures(*(to_cents(each * share) for each in (self.proceeds, self.basis, self.disallowed_loss)))


NOTHING_STATED = BrokerFigures(ZERO, ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class ReconciledSale:
    """A sale as the form has it, beside the broker's row; `broker` None: no realized file of the account lists it.

    `history_gain`: what the transactions make of the whole day's sales of it before § 1091, where the broker's realized
    file states another gain, which is used.
    """

    row: FormRow
    broker: BrokerFigures | None
    history_gain: Decimal | None = None

    @property
    def agrees(self) -> bool:
        """Whether the broker's proceeds, gain and disallowed loss are the household's, to the cent."""
        if self.broker is None:
            return False
        lot = self.row.lot
        pairs = (
            (self.broker.proceeds, lot.proceeds),
            (self.broker.gain, self.row.gain),
            (self.broker.disallowed_loss, lot.disallowed_loss),
        )
        return self.history_gain is None and all(abs(theirs - ours) <= CENT for theirs, ours in pairs)

    @property
    def statement(self) -> str:
        """The information return that reports it; blank where none is sent. § 6045, Reg. § 1.6045-1(d)."""
        if self.row.box.reported is Reported.NOTHING:
            return ""
        return "1099-DA" if self.row.lot.asset_class is AssetClass.CRYPTO and self.row.box.value in "GHJK" else "1099-B"


@dataclass(frozen=True, slots=True)
class BoxTotal:
    """An account's sales in one box, for a summary line with code M. Instructions for Form 8949, Exception 2.

    `plain`: the basis is reported, the statement is right and nothing adjusts it, so no row is needed (Exception 1).
    """

    account: str
    box: Box
    sales: int
    plain: bool
    codes: str
    broker: BrokerFigures
    form: FormTotals


def reconciled(forms: TaxForms, case: Case) -> tuple[ReconciledSale, ...]:
    """The sales made in the year, by account, box and day; planned ones are on no statement yet."""
    made: dict[Day, list[FormRow]] = defaultdict(list)
    for row in forms.rows:
        if not row.lot.planned:
            made[_day(row.lot)].append(row)
    stated: dict[Day, list[RealizedDisposition]] = defaultdict(list)
    for one in case.realized:
        if not one.by_household:
            stated[_day(one)].append(one)
    history = _history_gains(case)
    found: list[ReconciledSale] = []
    for day, rows in made.items():
        theirs = _matched(rows, stated[day])
        told = sum((one.proceeds - one.basis for one in stated[day]), ZERO)
        other = day in history and bool(stated[day]) and abs(told - history[day]) > CENT
        found += [ReconciledSale(row, theirs.get(id(row)), history[day] if other else None) for row in rows]
    return tuple(sorted(found, key=lambda sale: (sale.row.lot.account, sale.row.box, sale.row.lot.sold)))


def box_totals(sales: Iterable[ReconciledSale]) -> tuple[BoxTotal, ...]:
    """The sums of each account's boxes, to be compared with the totals of the broker's statement."""
    groups: dict[tuple[str, Box], list[ReconciledSale]] = defaultdict(list)
    for sale in sales:
        groups[sale.row.lot.account, sale.row.box].append(sale)
    return tuple(_total(account, box, group) for (account, box), group in sorted(groups.items()))


def _total(account: str, box: Box, sales: Sequence[ReconciledSale]) -> BoxTotal:
    rows = [sale.row for sale in sales]
    return BoxTotal(
        account=account,
        box=box,
        sales=len(sales),
        plain=box.reported is Reported.BASIS and all(sale.agrees and not sale.row.codes for sale in sales),
        codes="".join(sorted({"M"}.union(*(row.codes for row in rows)))),
        broker=sum((sale.broker for sale in sales if sale.broker is not None), NOTHING_STATED),
        form=FormTotals(
            proceeds=sum((row.lot.proceeds for row in rows), ZERO),
            basis=sum((row.basis for row in rows), ZERO),
            adjustment=sum((row.adjustment for row in rows), ZERO),
            gain=sum((row.gain for row in rows), ZERO),
        ),
    )


def _day(lot: _Lot) -> Day:
    return lot.account, spelling(lot.symbol), lot.sold


def _history_gains(case: Case) -> dict[Day, Decimal]:
    """What the transactions alone make of each day's sales, as a broker computes it, before § 1091."""
    gains: dict[Day, Decimal] = {}
    sold = {(each.account, spelling(each.symbol), each.date) for each in case.transactions if each.sells}
    for sale in household_ledger(case).dispositions if sold else ():
        day = sale.account, spelling(sale.symbol), sale.sold
        if day in sold:
            gains[day] = gains.get(day, ZERO) + sum((lot.listed_gain for lot in sale.by_lot), ZERO)
    return gains


def _matched(rows: Sequence[FormRow], stated: Sequence[RealizedDisposition]) -> dict[int, BrokerFigures]:
    """The broker's figures of each row that can be distinguished, by the row's identity."""
    found: dict[int, BrokerFigures] = {}
    ours, theirs = list(rows), list(stated)
    for alike in (_by_lot, _by_acquisition, _by_term):
        ours, theirs = _paired(ours, theirs, alike, found)
    return found


def _by_lot(lot: _Lot) -> Hashable:
    return lot.acquired, lot.quantity.normalize()


def _by_acquisition(lot: _Lot) -> Hashable:
    return lot.acquired


def _by_term(lot: _Lot) -> Hashable:
    """As the broker has it: our own may come from a wash sale in another account, § 1223(3)."""
    return lot.character if isinstance(lot, RealizedDisposition) else lot.listed_character or lot.character


def _paired(
    ours: Sequence[FormRow],
    theirs: Sequence[RealizedDisposition],
    alike: Callable[[_Lot], Hashable],
    found: dict[int, BrokerFigures],
) -> tuple[list[FormRow], list[RealizedDisposition]]:
    """Groups of the same units on both sides share the broker's sums by their units; the others are handed back."""
    left_ours, left_theirs = list(ours), list(theirs)
    for key in dict.fromkeys(alike(row.lot) for row in ours):
        mine = [row for row in ours if alike(row.lot) == key]
        their = [one for one in theirs if alike(one) == key]
        units = sum((row.lot.quantity for row in mine), ZERO)
        if not their or units != sum((one.quantity for one in their), ZERO):
            continue
        found |= {id(row): figures for row, figures in _shared(mine, their, units)}
        left_ours = [row for row in left_ours if row not in mine]
        left_theirs = [one for one in left_theirs if one not in their]
    return left_ours, left_theirs


def _shared(
    rows: Sequence[FormRow], stated: Sequence[RealizedDisposition], units: Decimal
) -> Iterator[tuple[FormRow, BrokerFigures]]:
    """Row by row where both sides have as many, of the same units; else the sums in parts, what is over in the last."""
    if len(rows) == len(stated) and all(
        row.lot.quantity == one.quantity for row, one in zip(rows, stated, strict=True)
    ):
        for row, one in zip(rows, stated, strict=True):
            yield row, BrokerFigures(one.proceeds, one.basis, one.disallowed_loss)
        return
    whole = sum((BrokerFigures(one.proceeds, one.basis, one.disallowed_loss) for one in stated), NOTHING_STATED)
    given = NOTHING_STATED
    for row in rows[:-1]:
        figures = whole.part(row.lot.quantity / units)
        given += figures
        yield row, figures
    yield rows[-1], whole + given.part(Decimal(-1))
