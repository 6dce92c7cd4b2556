"""Corporate actions on the ledger's lots, by hand: §§ 354 to 358, 301(c), 1015(a), and what § 1091 keeps of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rules.ledger.corporate import GIFT, CashReturned, Exchange
from rules.ledger.history import Acquisition, LedgerAccount, LedgerSale, Move, Security
from rules.ledger.outcomes import HeldLot, Ledger
from rules.ledger.run import keep_ledger
from rules.terms import ZERO, AccountKind

D = Decimal
DAY = date(2026, 6, 1)
X, Y = Security("X", "X"), Security("Y", "Y")


def lot(lot_id: str, basis: int | None, units: int = 50, day: date = date(2024, 1, 2), **given: Any) -> Acquisition:
    return Acquisition(lot_id, "A", X, day, D(units), None if basis is None else D(basis), **given)


def books(*events: Any, kind: AccountKind = AccountKind.TAXABLE) -> Ledger:
    lots = [event for event in events if isinstance(event, Acquisition)]
    sales = [event for event in events if isinstance(event, LedgerSale)]
    actions = [event for event in events if isinstance(event, Exchange | CashReturned)]
    moves = [event for event in events if isinstance(event, Move)]
    return keep_ledger([LedgerAccount("A", kind), LedgerAccount("B")], lots, sales, moves, corporate=actions)


def became(old: int = 100, new: int = 50, **given: Any) -> Exchange:
    amounts = {key: D(value) for key, value in given.items() if key != "keeps"}
    return Exchange("E", "A", "X", Y, DAY, D(old), D(new), keeps=given.get("keeps", False), **amounts)


def paid(amount: int) -> CashReturned:
    return CashReturned("R", "A", "X", DAY, D(amount))


def held(ledger: Ledger) -> dict[str, tuple[str, Decimal, Decimal | None]]:
    return {lot.lot.lot_id: (lot.lot.security.symbol, lot.quantity, lot.basis) for lot in ledger.lots}


def gains(ledger: Ledger) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    return [(row.lot_id, row.quantity, row.proceeds, row.basis) for sale in ledger.sales for row in sale.by_lot]


def why(ledger: Ledger) -> list[str]:
    return [gap.why for gap in ledger.gaps]


def test_354_stock_for_stock_keeps_basis_and_days() -> None:
    ledger = books(lot("a", 600), lot("b", None), became(), LedgerSale("S", "A", "Y", DAY, D(25), D(900)))
    assert gains(ledger) == [("a", 25, 900, 600)]
    assert ledger.sales[0].by_lot[0].character.value == "long"
    assert held(ledger) == {"b": ("Y", 25, None)}


def test_what_an_exchange_brings_can_move_on_its_day() -> None:
    ledger = books(lot("a", 600), became(50), Move("M", "A", "Y", DAY, D(50), "B"))
    assert [(each.account, each.quantity, each.basis) for each in ledger.lots] == [("B", 50, 600)]
    assert why(ledger) == []


@pytest.mark.parametrize(
    ("value", "money", "basis", "recognized"),
    [
        (1_600, 400, {"a": 600, "b": 800}, [("a", 50, 200, 0)]),  # 400 realized on a, nothing on b
        (1_200, 800, {"a": 600, "b": 600}, [("a", 50, 400, 0)]),  # no more than the money
        (500, 300, {"a": 450, "b": 850}, []),  # a loss is none: (c)
    ],
)
def test_356_money_beside_the_stock_lot_by_lot(
    value: int, money: int, basis: dict[str, int], recognized: list[Any]
) -> None:
    """50 units each of a, at 600, and b, at 1,000. § 356(a)(1), (c); § 358(a)(1); Rev. Rul. 68-23."""
    ledger = books(lot("a", 600), lot("b", 1_000), became(value=value, money=money))
    assert held(ledger) == {name: ("Y", 25, left) for name, left in basis.items()}
    assert gains(ledger) == recognized
    assert why(ledger) == []


def test_356_in_an_ira_recognizes_nothing() -> None:
    assert gains(books(lot("a", 600), became(50, value=800, money=200), kind=AccountKind.IRA)) == []


def test_356_of_a_gift_or_without_a_basis_money_is_not_divided() -> None:
    ledger = books(lot("a", 600, loss_basis=D(500)), lot("b", 1_000), became(value=1_600, money=400))
    assert why(ledger) == [GIFT]
    ledger = books(lot("a", None), lot("b", 1_000), became(value=1_600, money=400))
    assert held(ledger) == {"a": ("Y", 25, None), "b": ("Y", 25, 800)}
    (said,) = why(ledger)
    assert "the basis of lot a is not known" in said
    assert why(books(lot("a", None), lot("b", 1_000, loss_basis=D(500)), became())) == []  # no money, no question


def test_358_c_a_spin_off_takes_its_share_of_every_basis() -> None:
    ledger = books(lot("a", 600, loss_basis=D(400)), lot("b", 1_000), became(new=20, keeps=True, basis_share="0.25"))
    assert held(ledger) == {"a": ("X", 50, 450), "a (Y)": ("Y", 10, 150), "b": ("X", 50, 750), "b (Y)": ("Y", 10, 250)}
    assert {each.lot.lot_id: each.loss_basis for each in ledger.lots if each.loss_basis} == {"a": 300, "a (Y)": 100}
    assert gains(ledger) == []


@pytest.mark.parametrize("action", [became(keeps=True, basis_share="0.25"), paid(100)])
def test_what_was_not_held_brings_nothing(action: Any) -> None:
    assert why(books(action)) == ["no X was held"]


def test_301_c_capital_returned_lowers_basis_and_is_gain_beyond_it() -> None:
    """300 on 100 units: 150 of a's 1,000 and of the 900 it has for losses; of b's 100, and 50 beyond."""
    ledger = books(lot("a", 1_000, loss_basis=D(900)), lot("b", 100), paid(300))
    assert held(ledger) == {"a": ("X", 50, 850), "b": ("X", 50, 0)}
    assert [each.loss_basis for each in ledger.lots] == [750, None]
    assert gains(ledger) == [("b", 50, 50, 0)]
    assert gains(books(lot("b", 150), paid(150))) == []


def washed(*actions: Any) -> dict[str, list[HeldLot]]:
    """Four of ten shares sold at a loss of 100 each, six bought ten days before at 80. Then what happens to them."""
    events = [
        lot("old", 2_000, 10),
        lot("new", 480, 6, date(2026, 3, 2)),
        LedgerSale("S", "A", "X", date(2026, 3, 12), D(4), D(400)),
        LedgerSale("T", "A", "X", date(2026, 5, 11), D(6), D(1_200)),
    ]
    ledger = books(*events, *actions)
    found: dict[str, list[HeldLot]] = {}
    for each in ledger.lots:
        found.setdefault(each.lot.lot_id, []).append(each)
    return found


def test_1091_what_has_replaced_others_has_so_after_an_exchange() -> None:
    """Four of six shares bought replaced four sold at a loss of 400: 320 + 400 for them, 160 for the two others."""
    before, after = washed()["new"], washed(became(6, 12))["new"]
    assert [(each.quantity, each.washed_quantity, each.basis, each.moved) for each in before] == [
        (4, 4, 720, 400),
        (2, 0, 160, 0),
    ]
    assert [(each.quantity, each.washed_quantity, each.basis, each.moved) for each in after] == [
        (8, 8, 720, 400),
        (4, 0, 160, 0),
    ]
    assert [each.holding_since for each in after] == [each.holding_since for each in before]


def test_1091_a_spin_off_takes_its_share_of_what_was_moved() -> None:
    found = washed(became(6, 12, keeps=True, basis_share="0.25"))
    assert [(each.basis, each.moved) for each in found["new"]] == [(540, 300), (120, ZERO)]
    assert [(each.basis, each.moved) for each in found["new (Y)"]] == [(180, 100), (40, ZERO)]


def test_1091_shares_received_count_as_bought_with_the_old_ones() -> None:
    """Reg. § 1.1091-1(f): Y received for X bought on 20 May replaces Y sold on 2 June, though it came on 1 June."""
    old = Acquisition("y", "A", Y, date(2024, 1, 2), D(10), D(2_000))
    sold = LedgerSale("S", "A", "Y", date(2026, 6, 2), D(10), D(1_000))
    for day, loss in ((date(2026, 5, 20), 400), (date(2026, 4, 20), 0)):
        ledger = books(old, lot("x", 100, 4, day), became(4, 4), sold)
        assert sum(by.disallowed_loss for by in ledger.sales[0].by_lot[0].replaced_by) == loss


def test_6045_g_a_spin_off_takes_its_share_of_what_the_broker_need_not_know() -> None:
    """Four shares bought in A replace four of B: 400 is moved, which A's broker does not see, and 100 goes with Y."""
    other = Acquisition("old", "B", X, date(2024, 1, 2), D(4), D(800))
    ledger = books(
        other,
        lot("new", 320, 4, date(2026, 3, 2)),
        LedgerSale("S", "B", "X", date(2026, 3, 12), D(4), D(400)),
        became(4, 8, keeps=True, basis_share="0.25"),
        LedgerSale("T", "A", "X", date(2026, 7, 1), D(4), D(900)),
        LedgerSale("U", "A", "Y", date(2026, 7, 1), D(8), D(900)),
    )
    rows = [(row.basis, row.moved, row.elsewhere) for each in ledger.sales[1:] for row in each.by_lot]
    assert rows == [(540, 300, 300), (180, 100, 100)]
