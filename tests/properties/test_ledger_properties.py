"""True of the ledger over any history: shares and basis are conserved, order and division of rows change nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from rules.ledger.history import Acquisition, LedgerAccount, LedgerSale, Move, Security
from rules.ledger.outcomes import Ledger
from rules.ledger.run import keep_ledger
from rules.terms import ZERO, AccountKind, Owner

START = date(2026, 11, 1)
ACCOUNTS = (
    LedgerAccount("A"),
    LedgerAccount("B"),
    LedgerAccount("R", AccountKind.IRA),
    LedgerAccount("S", AccountKind.TAXABLE, Owner.SPOUSE),
)
SECURITIES = (Security("X", "X"), Security("X2", "X"), Security("Y", "Y"), Security("COIN", None))
ALMOST = Decimal("1e-12")


class Told(NamedTuple):
    """A history."""

    acquisitions: list[Acquisition]
    sales: list[LedgerSale]
    moves: list[Move]

    @property
    def ledger(self) -> Ledger:
        return keep_ledger(ACCOUNTS, self.acquisitions, self.sales, self.moves)


@st.composite
def histories(draw: st.DrawFn) -> Told:
    """Buys, gifts, sales and moves over ninety days and a year before; nothing sold or moved that is not there."""
    told = Told([], [], [])
    there: dict[tuple[str, str], int] = defaultdict(int)
    offsets = sorted(draw(st.lists(st.integers(-400, -300) | st.integers(0, 90), min_size=1, max_size=14)))
    for n, offset in enumerate(offsets):
        day = START + timedelta(days=offset)
        account = draw(st.sampled_from(ACCOUNTS)).name
        security = draw(st.sampled_from(SECURITIES))
        place = account, security.symbol
        price = draw(st.integers(1, 3_000).map(lambda cents: Decimal(cents) / 100))
        kind = draw(st.sampled_from(["buy", "buy", "sell", "sell", "gift", "move"])) if there[place] else "buy"
        if kind in ("buy", "gift"):
            units = draw(st.integers(1, 12))
            lot = Acquisition(f"L{n:02}", account, security, day, Decimal(units), units * price, kind == "buy")
            told.acquisitions.append(lot)
            there[place] += units
            continue
        units = draw(st.integers(1, there[place]))
        there[place] -= units
        if kind == "sell":
            sale = LedgerSale(f"S{n:02}", account, security.symbol, day, Decimal(units), units * price)
            told.sales.append(sale)
        else:
            own = [other.name for other in ACCOUNTS[:2] if other.name != account and account != "R"]
            into = draw(st.sampled_from([None, *own]))
            told.moves.append(Move(f"M{n:02}", account, security.symbol, day, Decimal(units), into))
            if into is not None:
                there[into, security.symbol] += units
    return told


def totals(ledger: Ledger) -> list[Decimal]:
    lots = [lot for outcome in ledger.sales for lot in outcome.by_lot]
    return [
        sum((lot.gain_before_wash for lot in lots), ZERO),
        sum((lot.disallowed_loss for lot in lots), ZERO),
        sum((lot.permanently_lost for lot in lots), ZERO),
        sum((lot.quantity for lot in ledger.lots), ZERO),
        sum((lot.basis for lot in ledger.lots if lot.basis is not None), ZERO),
        sum((lot.washed_quantity for lot in ledger.lots), ZERO),
    ]


def same(one: Ledger, other: Ledger) -> bool:
    return all(abs(a - b) <= ALMOST for a, b in zip(totals(one), totals(other), strict=True))


@given(histories())
def test_everything_is_explained_and_shares_are_conserved(told):
    ledger = told.ledger
    assert not ledger.gaps
    for security in SECURITIES:
        symbol = security.symbol
        came = sum(lot.quantity for lot in told.acquisitions if lot.security.symbol == symbol)
        went = sum(sale.quantity for sale in told.sales if sale.symbol == symbol)
        went += sum(move.quantity for move in told.moves if move.symbol == symbol and move.into is None)
        held = sum(lot.quantity for lot in ledger.lots if lot.lot.security.symbol == symbol)
        assert abs(came - went - held) <= ALMOST
    taxable = {account.name for account in ACCOUNTS if account.taxable}
    assert len(ledger.sales) == sum(sale.account in taxable for sale in told.sales)
    for outcome in ledger.sales:
        assert abs(sum(lot.quantity for lot in outcome.by_lot) - outcome.sale.quantity) <= ALMOST
        assert abs(sum(lot.proceeds for lot in outcome.by_lot) - outcome.sale.proceeds) <= ALMOST


@given(histories())
def test_basis_and_disallowed_loss_are_conserved_except_where_lost(told):
    """In taxable accounts what was paid is in the lots held, was recognized or is permanently lost, to the cent."""
    told = told._replace(moves=[move for move in told.moves if move.into is not None])  # nothing given away
    ledger = told.ledger
    paid = sum((lot.basis for lot in told.acquisitions if lot.account != "R" and lot.basis is not None), ZERO)
    proceeds = sum((sale.proceeds for sale in told.sales if sale.account != "R"), ZERO)
    held = sum((lot.basis for lot in ledger.lots if lot.account != "R" and lot.basis is not None), ZERO)
    lots = [lot for outcome in ledger.sales for lot in outcome.by_lot]
    recognized = sum((lot.recognized for lot in lots), ZERO)
    lost = sum((lot.permanently_lost for lot in lots), ZERO)
    assert abs(proceeds - paid - (recognized - held - lost)) <= ALMOST


@given(histories())
def test_what_is_bought_in_a_retirement_account_is_what_may_be_lost(told):
    ledger = told.ledger
    for outcome in ledger.sales:
        for lot in outcome.by_lot:
            assert lot.disallowed_loss <= max(-lot.gain_before_wash, ZERO) + ALMOST
            for by in lot.replaced_by:
                assert by.permanently_lost is (by.account == "R")
                assert by.acquired is not None
                assert abs((by.acquired - outcome.sale.sold).days) <= 30
                assert by.lot_id != lot.lot_id
    assert not any(lot.replaced_by for o in ledger.sales if o.sale.symbol == "COIN" for lot in o.by_lot)


@given(histories())
def test_each_share_is_used_once(told):
    used: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for outcome in told.ledger.sales:
        for lot in outcome.by_lot:
            assert sum((by.quantity for by in lot.replaced_by), ZERO) <= lot.quantity + ALMOST
            for by in lot.replaced_by:
                assert by.lot_id is not None
                used[by.lot_id] += by.quantity
    bought = {lot.lot_id: lot for lot in told.acquisitions}
    for lot_id, quantity in used.items():
        assert bought[lot_id].bought, "gifts replace nothing"
        assert quantity <= bought[lot_id].quantity + ALMOST


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(told, rng):
    before = told.ledger
    for rows in told:
        rng.shuffle(rows)
    assert told.ledger == before


@given(histories(), st.data())
def test_splitting_a_row_in_two_changes_no_total(told, data):
    """Two fills of one purchase under its lot id, and one sale told in two rows."""
    before = told.ledger
    whole = data.draw(st.sampled_from(told.acquisitions))
    part = whole.quantity / 4
    assert whole.basis is not None
    fills = [
        replace(whole, quantity=part, basis=whole.basis / 4),
        replace(whole, quantity=whole.quantity - part, basis=whole.basis * 3 / 4),
    ]
    lots = [lot for lot in told.acquisitions if lot is not whole]
    assert same(told._replace(acquisitions=[*lots, *fills]).ledger, before)
    if told.sales:
        sale = data.draw(st.sampled_from(told.sales))
        halves = [
            replace(sale, sale_id=f"{sale.sale_id}{half}", quantity=sale.quantity / 2, proceeds=sale.proceeds / 2)
            for half in "ab"
        ]
        sales = [other for other in told.sales if other is not sale]
        assert same(told._replace(sales=[*sales, *halves]).ledger, before)
