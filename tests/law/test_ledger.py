"""The wash-sale ledger: every worked case, inputs on which public tools go wrong, and what moves lots."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rules.conventions import DEFAULTS, Conventions
from rules.ledger.history import Acquisition, Chosen, LedgerAccount, LedgerSale, Move, Security, Split
from rules.ledger.outcomes import Ledger
from rules.ledger.run import keep_ledger
from rules.terms import Character
from tests.ledger_cases import (
    basis,
    bought_lot,
    disallowed,
    expect,
    held,
    law_case,
    law_cases,
    ledger_of,
    replacements,
    row,
    sold,
    two_accounts,
)


@pytest.mark.parametrize("case", law_cases("wash_sale"), ids=lambda case: case["id"])
def test_worked_case(case):
    expect(case)


def test_the_chain_of_deferrals_is_recognised_at_the_last_sale():
    books = expect(law_case("US-WS-025"))
    assert [by.disallowed_loss for sale in ("S1", "S2") for by in replacements(books, sale)] == [500, 800]


# --- where public tools go wrong ---


def test_one_reinvested_share_does_not_lock_ten_thousand():
    books = ledger_of(
        [
            row("2025-01-02", "buy", "OLD", 10_000, 100_000),
            row("2026-12-05", "buy", "DRIP", 1, 5),
            row("2026-12-15", "sell", "S", 10_000, 50_000, lots={"OLD": 10_000}),
        ]
    )
    assert disallowed(books, "S") == 5
    assert basis(books, "DRIP") == 10


def test_a_call_bought_replaces_a_hundred_shares_and_takes_the_loss():
    """C6, US-AP-003, and row 7 of what other tools get wrong."""
    books = calls_bought(1)
    assert sold_loss(books) == 1_000
    (call,) = held(books, "CALL")
    assert (call.quantity, call.basis, call.washed_quantity) == (1, 1_300, 1)
    (by,) = replacements(books, "S")
    assert (by.symbol, by.quantity) == ("X 2027-01-15 50 C", 100)
    assert "I-09" in by.rule


def test_half_a_contract_replaces_fifty_shares():
    books = calls_bought(1, shares=50)
    assert sold_loss(books) == 500
    assert [(lot.quantity, lot.basis, lot.washed_quantity) for lot in held(books, "CALL")] == [
        (Decimal("0.5"), 650, Decimal("0.5")),
        (Decimal("0.5"), 150, 0),
    ]


def test_a_contract_replaces_once_shares_or_calls():
    """Used for the stock it cannot replace the same call sold at a loss (§ 1091(a), last sentence)."""
    call = Security("C", "C", "X", Decimal(100))
    stock = Security("X", "X")
    books = keep_ledger(
        [LedgerAccount("A")],
        [
            Acquisition("OLD", "A", stock, date(2025, 1, 2), Decimal(100), Decimal(5_000)),
            Acquisition("OLDCALL", "A", call, date(2025, 1, 2), Decimal(1), Decimal(700)),
            Acquisition("CALL", "A", call, date(2026, 6, 15), Decimal(1), Decimal(300)),
        ],
        [
            LedgerSale("S", "A", "X", date(2026, 6, 10), Decimal(100), Decimal(4_000)),
            LedgerSale("T", "A", "C", date(2026, 6, 11), Decimal(1), Decimal(200)),
        ],
    )
    assert (disallowed(books, "S"), disallowed(books, "T")) == (1_000, 0)


def test_a_convention_may_leave_options_out():
    assert sold_loss(calls_bought(1, conventions=Conventions(options_replace=False))) == 0


def test_the_only_lot_bought_ten_days_ago_and_sold_whole_is_not_replaced():
    books = ledger_of(
        [row("2026-12-05", "buy", "L", 100, 5_000), row("2026-12-15", "sell", "S", 100, 4_000, lots={"L": 100})]
    )
    assert disallowed(books, "S") == 0


def test_bought_and_all_sold_within_nine_days():
    books = ledger_of(
        [row("2026-06-01", "buy", "L", 100, 5_000), row("2026-06-10", "sell", "S", 100, 4_000, lots={"L": 100})]
    )
    assert disallowed(books, "S") == 0


OLD_AND_NEW = [
    row("2025-06-02", "buy", "OLD", 100, 6_000),
    row("2026-06-01", "buy", "NEW", 50, 2_500),
]


@pytest.mark.parametrize(
    "sales",
    [
        [row("2026-06-10", "sell", "S", 150, 6_000, lots={"OLD": 100, "NEW": 50})],
        [row("2026-06-10", "sell", "S", 100, 4_000, lots={"OLD": 100}), row("2026-06-10", "sell", "T", 50, 2_000)],
    ],
)
def test_old_and_new_all_sold_together_in_one_order_or_in_two(sales):
    books = ledger_of(OLD_AND_NEW + sales)
    assert sum(disallowed(books, outcome.sale.sale_id) for outcome in books.sales) == 0


def test_an_order_that_is_a_gain_as_a_whole_still_has_a_loss_in_it():
    books = ledger_of(
        [
            row("2024-01-02", "buy", "GAIN", 100, 3_500),
            row("2025-01-02", "buy", "LOSS", 100, 5_500),
            row("2026-06-10", "sell", "S", 200, 10_000, lots={"GAIN": 100, "LOSS": 100}),
            row("2026-06-15", "buy", "BACK", 200, 10_000),
        ]
    )
    gain, loss = sold(books, "S").by_lot
    assert (gain.gain_before_wash, gain.disallowed_loss) == (1_500, 0)
    assert (loss.gain_before_wash, loss.disallowed_loss) == (-500, 500)


@pytest.mark.parametrize("orders", [[{"A": 100, "B": 100}], [{"A": 100}, {"B": 100}], [{"B": 100}, {"A": 100}]])
def test_two_lots_bought_and_sold_on_the_same_days(orders):
    books = ledger_of(
        [
            row("2026-06-01", "buy", "A", 100, 5_000),
            row("2026-06-01", "buy", "B", 100, 5_100),
            *(
                row("2026-06-10", "sell", f"S{n}", 100 * len(lots), 4_000 * len(lots), lots=lots)
                for n, lots in enumerate(orders)
            ),
        ]
    )
    assert sum(disallowed(books, outcome.sale.sale_id) for outcome in books.sales) == 0


def test_one_repurchase_serves_one_of_two_losses():
    books = ledger_of(
        [
            row("2025-01-02", "buy", "A", 100, 5_000),
            row("2025-02-03", "buy", "B", 100, 5_000),
            row("2026-06-01", "sell", "S1", 100, 4_000, lots={"A": 100}),
            row("2026-06-02", "sell", "S2", 100, 4_000, lots={"B": 100}),
            row("2026-06-10", "buy", "BACK", 100, 4_000),
        ]
    )
    assert (disallowed(books, "S1"), disallowed(books, "S2")) == (1_000, 0)


def test_coins_sold_at_a_loss_and_bought_back():
    """Row 13: § 1091 does not reach them (I-10), so their identity is None; the planner says so."""
    coin = Security("BTC", None)
    books = keep_ledger(
        [LedgerAccount("A")],
        [
            Acquisition("OLD", "A", coin, date(2026, 1, 2), Decimal("0.5"), Decimal(60_000)),
            Acquisition("NEW", "A", coin, date(2026, 6, 10), Decimal("0.5"), Decimal(30_000)),
        ],
        [LedgerSale("S", "A", "BTC", date(2026, 6, 10), Decimal("0.5"), Decimal(30_000))],
    )
    (lot,) = sold(books, "S").by_lot
    assert (lot.lot_id, lot.recognized, lot.disallowed_loss) == ("OLD", -30_000, 0)
    assert not sold(books, "S").reached


def test_the_same_rows_in_another_order():
    transactions = law_case("US-WS-019")["inputs"]["transactions"]
    assert ledger_of(transactions[::-1]) == ledger_of(transactions)


def test_a_january_purchase_takes_the_december_loss_into_the_new_year():
    books = ledger_of(
        [
            row("2025-03-03", "buy", "OLD", 10, 1_000),
            row("2026-12-21", "sell", "S", 10, 800),
            row("2027-01-20", "buy", "JAN", 10, 850),
            row("2027-03-01", "sell", "T", 10, 900),
        ]
    )
    assert disallowed(books, "S") == 200
    (lot,) = sold(books, "T").by_lot
    assert (lot.recognized, lot.character) == (-150, Character.LONG)


# --- lots: first in first out, moves, gifts, splits ---


def test_unnamed_shares_are_sold_first_in_first_out_within_the_account():
    books = ledger_of(
        [
            row("2025-01-02", "buy", "ELSEWHERE", 10, 900, account="B"),
            row("2025-02-03", "buy", "FIRST", 10, 1_000),
            row("2025-03-03", "buy", "SECOND", 10, 1_200),
            row("2026-03-10", "sell", "S", 15, 1_800),
        ]
    )
    assert [(lot.lot_id, lot.quantity, lot.basis) for lot in sold(books, "S").by_lot] == [
        ("FIRST", 10, 1_000),
        ("SECOND", 5, 600),
    ]


def test_a_lot_travels_with_a_transfer_and_is_no_purchase():
    books = two_accounts(
        [bought_lot("OLD", date(2025, 1, 2), 100, 5_000), bought_lot("KEPT", date(2025, 2, 3), 100, 5_000)],
        [LedgerSale("S", "B", "X", date(2026, 6, 10), Decimal(50), Decimal(2_000))],
        [Move("M", "A", "X", date(2026, 6, 5), Decimal(150), into="B")],
    )
    (lot,) = sold(books, "S").by_lot
    assert (lot.lot_id, lot.basis, lot.disallowed_loss) == ("OLD", 2_500, 0)
    assert [(lot.lot.lot_id, lot.account, lot.quantity) for lot in books.lots] == [
        ("KEPT", "A", 50),
        ("OLD", "B", 50),
        ("KEPT", "B", 50),
    ]


def test_a_purchase_moved_to_another_account_still_replaces_and_keeps_the_loss_there():
    books = two_accounts(
        [bought_lot("OLD", date(2025, 1, 2), 100, 5_000), bought_lot("NEW", date(2026, 6, 1), 100, 4_000)],
        [LedgerSale("S", "A", "X", date(2026, 6, 10), Decimal(100), Decimal(4_000))],
        [Move("M", "A", "X", date(2026, 6, 5), Decimal(40), "B", (Chosen(Decimal(40), "NEW"),))],
    )
    assert disallowed(books, "S") == 1_000
    assert sorted((lot.account, lot.quantity, lot.basis) for lot in held(books, "NEW")) == [
        ("A", 60, 3_000),
        ("B", 40, 2_000),
    ]


def test_what_was_given_away_replaces_nothing():
    books = two_accounts(
        [bought_lot("OLD", date(2025, 1, 2), 100, 5_000), bought_lot("NEW", date(2026, 6, 1), 100, 4_000)],
        [LedgerSale("S", "A", "X", date(2026, 6, 10), Decimal(100), Decimal(4_000))],
        [Move("M", "A", "X", date(2026, 6, 5), Decimal(60), None, (Chosen(Decimal(60), "NEW"),))],
    )
    assert disallowed(books, "S") == 400


def test_a_split_between_sale_and_purchase_restates_the_shares():
    """100 sold at a loss of 1,000, then two for one, then 100 bought: 50 of the old shares are replaced."""
    books = two_accounts(
        [bought_lot("OLD", date(2025, 1, 2), 120, 6_000), bought_lot("NEW", date(2026, 6, 20), 100, 2_000)],
        [LedgerSale("S", "A", "X", date(2026, 6, 10), Decimal(100), Decimal(4_000))],
        splits=[Split("A", "X", date(2026, 6, 15), Decimal(20), Decimal(40))],
    )
    assert disallowed(books, "S") == 500
    assert replacements(books, "S")[0].quantity == 50
    assert [(lot.lot.lot_id, lot.quantity, lot.basis) for lot in books.lots] == [
        ("OLD", 40, 1_000),
        ("NEW", 100, 2_500),
    ]


def test_a_split_of_three_for_seven_leaves_no_dust():
    books = two_accounts(
        [bought_lot("OLD", date(2025, 1, 2), 70, 7_000), bought_lot("MORE", date(2025, 1, 3), 7, 700)],
        [
            LedgerSale("S", "A", "X", date(2026, 6, 10), Decimal(33), Decimal(3_300)),
            LedgerSale("T", "A", "X", date(2026, 8, 10), Decimal(44) * 3 / 7, Decimal(4_400)),
        ],
        splits=[Split("A", "X", date(2026, 7, 1), Decimal(44), Decimal(44) * 3 / 7)],
    )
    assert not books.gaps
    assert not books.lots


def test_a_gift_has_a_lower_basis_for_losses_and_none_between():
    """§ 1015(a): 40 at a loss basis of 45 is a loss of 5; 47 is neither gain nor loss."""
    gift = replace(bought_lot("GIFT", date(2026, 1, 5), 2, 100), bought=False, loss_basis=Decimal(90))
    books = two_accounts(
        [replace(gift, holding_since=date(2020, 1, 2))],
        [
            LedgerSale("S", "A", "X", date(2026, 6, 10), Decimal(1), Decimal(40)),
            LedgerSale("T", "A", "X", date(2026, 6, 11), Decimal(1), Decimal(47)),
        ],
    )
    (at_a_loss,), (between,) = sold(books, "S").by_lot, sold(books, "T").by_lot
    assert (at_a_loss.recognized, at_a_loss.character) == (-5, Character.SHORT)
    assert (between.recognized, between.character) == (0, Character.LONG)


def test_a_sale_that_the_history_does_not_explain_is_a_gap_and_no_sale():
    books = ledger_of([row("2026-01-02", "buy", "L", 10, 500), row("2026-02-02", "sell", "S", 15, 700)])
    assert not books.sales
    (gap,) = books.gaps
    assert (gap.event_id, gap.missing) == ("S", 5)


def test_a_lot_without_basis_or_day_cannot_be_sold_here_but_held():
    unknown = [
        replace(bought_lot("L", date(2026, 1, 2), 10, 1), basis=None),
        replace(bought_lot("M", None, 10, 1), bought=False),
    ]
    books = two_accounts(unknown, [])
    assert [(lot.lot.lot_id, lot.basis) for lot in books.lots] == [("M", 1), ("L", None)]
    books = two_accounts(unknown, [LedgerSale("S", "A", "X", date(2026, 6, 1), Decimal(20), Decimal(20))])
    assert "lot M was acquired is not known" in books.gaps[0].why


# --- what the tests above build on ---


def calls_bought(contracts: int, shares: int = 100, conventions: Conventions = DEFAULTS) -> Ledger:
    call = Security("X 2027-01-15 50 C", "X 2027-01-15 50 C", "X", Decimal(100))
    return keep_ledger(
        [LedgerAccount("A")],
        [
            bought_lot("OLD", date(2025, 1, 2), shares, shares * 50),
            Acquisition("CALL", "A", call, date(2026, 6, 15), Decimal(contracts), Decimal(300)),
        ],
        [LedgerSale("S", "A", "X", date(2026, 6, 10), Decimal(shares), Decimal(shares * 40))],
        conventions=conventions,
    )


def sold_loss(books: Ledger) -> Decimal:
    return disallowed(books, "S")
