"""Lots sold in part, moved in part or given: what of basis, loss and holding period each part has.

Reg. §§ 1.1091-1 and 1.1015-1. Each of these tests notices changes of the ledger that no other test did.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules.ledger.history import Acquisition, Chosen, LedgerAccount, LedgerSale, Move, Security
from rules.ledger.outcomes import Ledger
from rules.ledger.run import keep_ledger
from rules.terms import AccountKind, Character, Owner

X = Security("X", "X")
ACCOUNTS = [
    LedgerAccount("A"),
    LedgerAccount("B"),
    LedgerAccount("R", AccountKind.IRA),
    LedgerAccount("W", owner=Owner.SPOUSE),
]


def lot(name: str, day: date, units: int, basis: int, account: str = "A", **more: object) -> Acquisition:
    return Acquisition(name, account, X, day, Decimal(units), Decimal(basis), **more)  # type: ignore[arg-type]


def sale(name: str, day: date, units: int, proceeds: int, lot_id: str | None = None, account: str = "A") -> LedgerSale:
    lots = (Chosen(Decimal(units), lot_id),) if lot_id else ()
    return LedgerSale(name, account, "X", day, Decimal(units), Decimal(proceeds), lots)


def kept(lots: list[Acquisition], sales: list[LedgerSale], moves: list[Move] | None = None, **more: object) -> Ledger:
    return keep_ledger(ACCOUNTS, lots, sales, moves or [], **more)  # type: ignore[arg-type]


# --- a gift's lower basis for losses: § 1015(a) ---

GIFT = {"bought": False, "loss_basis": Decimal(600), "holding_since": date(2024, 3, 1)}


@pytest.mark.parametrize(
    ("units", "proceeds", "gain", "character"),
    [
        (10, 500, -100, Character.SHORT),  # from the lower basis; its holding period begins with the gift
        (5, 250, -50, Character.SHORT),  # half of it, half of the basis
        (10, 600, 0, Character.LONG),  # between the two there is neither, Reg. § 1.1015-1(a)(2)
        (10, 800, 0, Character.LONG),
        (10, 1_000, 0, Character.LONG),
        (10, 1_200, 200, Character.LONG),  # the donor's time is tacked, § 1223(2)
    ],
)
def test_a_gift_sold_whole_and_in_part(units: int, proceeds: int, gain: int, character: Character) -> None:
    books = kept([lot("G", date(2026, 2, 2), 10, 1_000, **GIFT)], [sale("S", date(2026, 11, 2), units, proceeds)])
    (by_lot,) = books.sales[0].by_lot
    assert (by_lot.gain_before_wash, by_lot.character) == (gain, character)


# --- what a further purchase may still disallow: § 1091(a) ---


def test_the_open_loss_is_that_of_the_shares_not_replaced() -> None:
    """100 shares at a loss of $1,000; 30 bought back disallow $300; $700 of 70 shares stays open."""
    old = lot("OLD", date(2025, 1, 2), 100, 5_000, account="W")
    back = lot("BACK", date(2026, 12, 10), 30, 1_200, account="W")
    books = kept([old, back], [sale("S", date(2026, 12, 1), 100, 4_000, account="W")], open_since=date(2026, 11, 1))
    (left,) = books.open_losses
    assert (left.loss.quantity, left.loss.loss) == (70, 700)
    assert (left.account, left.symbol, left.character) == ("W", "X", Character.LONG)
    assert (left.loss.lot_id, left.loss.sold, left.loss.acquired) == ("OLD", date(2026, 12, 1), date(2025, 1, 2))
    assert (left.loss.symbol, left.loss.owner) == ("X", Owner.SPOUSE)


def test_the_open_losses_of_one_sale_are_told_apart() -> None:
    lots = [lot("L1", date(2026, 1, 5), 10, 900), lot("L2", date(2026, 2, 5), 10, 800)]
    books = kept(lots, [sale("S", date(2026, 12, 1), 20, 1_000)], open_since=date(2026, 11, 1))
    assert [(left.loss.lot_id, left.loss.loss) for left in books.open_losses] == [("L1", 400), ("L2", 300)]
    assert len({left.loss.slice_id for left in books.open_losses}) == 2


# --- the order in which losses meet their replacements: Reg. § 1.1091-1(b), I-06 ---


def test_the_earlier_sale_is_replaced_first_whatever_was_acquired_first() -> None:
    lots = [
        lot("OLD", date(2024, 1, 2), 10, 1_000),
        lot("NEW", date(2025, 1, 2), 10, 900),
        lot("BACK", date(2026, 12, 10), 10, 500),
    ]
    books = kept(lots, [sale("S", date(2026, 12, 1), 10, 500, "NEW"), sale("T", date(2026, 12, 2), 10, 500, "OLD")])
    assert [sum(by.disallowed_loss for by in outcome.by_lot) for outcome in books.sales] == [400, 0]


# --- lots moved: Reg. § 1.1091-1(f), § 1091(d) ---


def test_a_lot_moved_in_two_pieces_keeps_each_ones_basis_and_start() -> None:
    """30 of 50 shares took on a loss of $300 of shares held since 2025; all 50 move, replaced ones and others alike."""
    lots = [lot("OLD", date(2025, 1, 2), 30, 1_500), lot("NEW", date(2026, 3, 2), 50, 2_000)]
    sold = sale("S", date(2026, 3, 10), 30, 1_200, "OLD")
    moved = [Move("M", "A", "X", date(2026, 6, 1), Decimal(50), "B")]
    books = kept(lots, [sold], moved)
    assert [(held.account, held.quantity, held.basis, held.washed_quantity) for held in books.lots] == [
        ("B", 30, 1_500, 30),
        ("B", 20, 800, 0),
    ]
    assert books.lots[0].holding_since == date(2024, 12, 25)  # 432 days of the shares sold, before the purchase


def test_the_replaced_shares_of_a_lot_move_without_the_others() -> None:
    """First in first out within the lot, replacements first: what goes to B is washed, what stays is not."""
    lots = [lot("OLD", date(2025, 1, 2), 30, 1_500), lot("NEW", date(2026, 3, 2), 50, 2_000)]
    moves = [Move("M", "A", "X", date(2026, 6, 1), Decimal(30), "B")]
    books = kept(lots, [sale("S", date(2026, 3, 10), 30, 1_200, "OLD")], moves)
    rows = {(held.account, held.quantity, held.basis, held.washed_quantity) for held in books.lots}
    assert rows == {("B", 30, 1_500, 30), ("A", 20, 800, 0)}


def test_a_move_in_two_goes_and_the_sale_of_a_rest_by_its_lot() -> None:
    """What is there is the lot's own part only: 20 stay in A, 30 lie in B, and a gift's basis is of the whole lot."""
    gift = lot("G", date(2025, 1, 2), 50, 5_000, bought=False, loss_basis=Decimal(3_000))
    moves = [
        Move("M1", "A", "X", date(2026, 2, 1), Decimal(10), "B"),
        Move("M2", "A", "X", date(2026, 3, 1), Decimal(20), "B"),
    ]
    sales = [sale("S", date(2026, 6, 1), 30, 900, "G", "B"), sale("T", date(2026, 6, 2), 20, 600, "G")]
    books = kept([gift], sales, moves)
    gains = [sum(by.gain_before_wash for by in outcome.by_lot) for outcome in books.sales]
    assert gains == [-900, -600]  # 60 a share is its basis for losses, wherever it lies
    assert not books.lots
    assert not books.gaps


def test_a_purchase_in_two_accounts_replaces_from_the_first_and_then_from_the_second() -> None:
    """Ten of a purchase lie in A and ten in B: 15 shares sold at a loss are replaced by ten and five of them."""
    lots = [lot("OLD", date(2025, 1, 2), 15, 1_500), lot("NEW", date(2026, 3, 2), 20, 1_000)]
    moves = [Move("M", "A", "X", date(2026, 3, 5), Decimal(10), "B", (Chosen(Decimal(10), "NEW"),))]
    books = kept(lots, [sale("S", date(2026, 3, 10), 15, 750, "OLD")], moves)
    assert sum(by.disallowed_loss for by in books.sales[0].by_lot) == 750
    assert sum(held.washed_quantity for held in books.lots) == 15
    assert sum(held.basis or 0 for held in books.lots) == 1_750
