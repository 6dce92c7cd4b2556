"""The open points of § 1091 (C1-C7), each reading by name; and what a broker's own figures add to the ledger."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rules.conventions import Conventions, Tacking
from rules.ledger.history import Chosen, LedgerSale
from rules.ledger.outcomes import Ledger
from tests.ledger_cases import (
    basis,
    bought_lot,
    disallowed,
    held,
    law_case,
    ledger_of,
    replacements,
    row,
    sold,
    two_accounts,
)

OLD_AND_NEW = [
    row("2025-06-02", "buy", "OLD", 100, 6_000),
    row("2026-06-01", "buy", "NEW", 50, 2_500),
]

# --- the conventions ---


def test_c1_shares_already_gone_replace_on_the_literal_reading():
    transactions = [*OLD_AND_NEW, row("2026-06-10", "sell", "S", 150, 6_000, lots={"OLD": 100, "NEW": 50})]
    books = ledger_of(transactions, Conventions(gone_shares_replace=True))
    old, new = sold(books, "S").by_lot
    assert (old.disallowed_loss, old.recognized) == (1_000, -1_000)
    assert (new.basis, new.recognized) == (3_500, -1_500)
    assert old.recognized + new.recognized == -2_500, "what is disallowed comes back with the replacement's own sale"


def test_c2_an_older_recent_lot_washes_the_newer():
    transactions = [
        row("2026-06-01", "buy", "OLDER", 100, 5_000),
        row("2026-06-05", "buy", "NEWER", 100, 6_000),
        row("2026-06-10", "sell", "S", 100, 4_000, lots={"NEWER": 100}),
    ]
    assert disallowed(ledger_of(transactions), "S") == 2_000
    assert disallowed(ledger_of(transactions, Conventions(older_replaces_newer=False)), "S") == 0


def test_c3_gains_use_replacements_up():
    transactions = [
        row("2024-01-02", "buy", "GAIN", 100, 3_500),
        row("2025-01-02", "buy", "LOSS", 100, 5_500),
        row("2026-06-10", "sell", "S", 200, 10_000, lots={"GAIN": 100, "LOSS": 100}),
        row("2026-06-15", "buy", "BACK", 100, 5_000),
    ]
    assert disallowed(ledger_of(transactions), "S") == 500
    assert disallowed(ledger_of(transactions, Conventions(gains_use_up_replacements=True)), "S") == 0


@pytest.mark.parametrize(
    ("tacking", "since"),
    [
        (Tacking.DAYS_HELD, date(2026, 3, 3)),  # 90 days before the purchase
        (Tacking.WITHOUT_OVERLAP, date(2026, 3, 12)),  # both were held for nine days
        (Tacking.OLD_DATE, date(2026, 3, 12)),
    ],
)
def test_c4_tacking_before_the_sale(tacking, since):
    books = ledger_of(
        [
            row("2026-03-12", "buy", "OLD", 100, 5_000),
            row("2026-06-01", "buy", "NEW", 100, 4_500),
            row("2026-06-10", "sell", "S", 100, 4_000, lots={"OLD": 100}),
        ],
        Conventions(tacking=tacking),
    )
    assert [lot.holding_since for lot in held(books, "NEW")] == [since]


@pytest.mark.parametrize(
    ("tacking", "since"),
    [
        (Tacking.DAYS_HELD, date(2026, 3, 22)),  # the ten days between do not count
        (Tacking.WITHOUT_OVERLAP, date(2026, 3, 22)),
        (Tacking.OLD_DATE, date(2026, 3, 12)),
    ],
)
def test_c4_tacking_after_the_sale(tacking, since):
    books = ledger_of(
        [
            row("2026-03-12", "buy", "OLD", 100, 5_000),
            row("2026-06-10", "sell", "S", 100, 4_000),
            row("2026-06-20", "buy", "NEW", 100, 4_500),
        ],
        Conventions(tacking=tacking),
    )
    assert [lot.holding_since for lot in held(books, "NEW")] == [since]


def test_c5_a_spouses_lot_may_be_held_not_to_keep_the_loss():
    transactions = law_case("US-WS-021")["inputs"]["transactions"]
    books = ledger_of(transactions, Conventions(spouse_keeps_the_loss=False))
    assert replacements(books, "S1")[0].permanently_lost
    assert basis(books, "W1") == 3_100


@pytest.mark.parametrize("first", ["buy", "sell"])
def test_c7_bought_and_sold_on_one_day_in_either_order(first):
    rows = [row("2026-06-10", "buy", "NEW", 100, 4_000), row("2026-06-10", "sell", "S", 100, 4_000, lots={"OLD": 100})]
    books = ledger_of([row("2025-01-02", "buy", "OLD", 100, 5_000), *rows[:: 1 if first == "buy" else -1]])
    assert disallowed(books, "S") == 1_000


def test_c7_sold_on_one_day_the_earlier_acquired_first():
    """The old lot goes while NEW is held: its loss moves into NEW, and comes back with NEW's own sale that day."""
    transactions = [*OLD_AND_NEW, row("2026-06-10", "sell", "S", 150, 6_000, lots={"OLD": 100, "NEW": 50})]
    assert disallowed(ledger_of(transactions), "S") == 0
    old, new = sold(ledger_of(transactions, Conventions(days_sales_together=False)), "S").by_lot
    assert (old.disallowed_loss, old.recognized) == (1_000, -1_000)
    assert (new.basis, new.disallowed_loss, new.recognized) == (3_500, 0, -1_500)


def test_c7_what_was_sold_the_day_before_replaces_nothing():
    sales = [
        row("2026-06-10", "sell", "S", 100, 4_000, lots={"OLD": 100}),
        row("2026-06-09", "sell", "N", 50, 2_000, lots={"NEW": 50}),
    ]
    assert disallowed(ledger_of([*OLD_AND_NEW, *sales], Conventions(days_sales_together=False)), "S") == 0


def test_c1_a_raised_basis_is_what_is_washed_next():
    """OLD's loss goes into NEW, sold with it; what NEW then loses is washed by what is left of LAST."""
    transactions = [
        *OLD_AND_NEW,
        row("2026-06-05", "buy", "LAST", 60, 3_000),
        row("2026-06-10", "sell", "S", 150, 7_500, lots={"OLD": 100, "NEW": 50}),
    ]
    books = ledger_of(transactions, Conventions(gone_shares_replace=True))
    old, new = sold(books, "S").by_lot
    assert old.disallowed_loss == 1_000  # 10 a share: 50 shares of NEW, then 50 of LAST
    assert (new.basis, new.disallowed_loss) == (3_000, 100)
    assert sum(lot.basis for lot in held(books, "LAST")) == 3_600


# --- a broker's own figures ---


def test_what_the_broker_has_put_into_a_stated_basis_is_not_added_again():
    books = stated(Decimal(1_000))
    assert disallowed(books, "S") == 1_000
    assert basis(books, "NEW") == 5_000


def test_what_the_broker_has_not_seen_is_added():
    books = stated(Decimal(400))
    assert disallowed(books, "S") == 1_000
    assert basis(books, "NEW") == 5_600


def test_what_only_the_broker_saw_stands():
    books = two_accounts(
        [replace(bought_lot("OLD", date(2025, 1, 2), 100, 5_000), stated=True)],
        [sale_of_old(Decimal(300))],
    )
    (by,) = replacements(books, "S")
    assert (by.lot_id, by.disallowed_loss, by.permanently_lost) == (None, 300, False)
    assert "§ 6045(g)" in by.rule


def sale_of_old(stated_loss: Decimal) -> LedgerSale:
    chosen = (Chosen(Decimal(100), "OLD"),)
    return LedgerSale("S", "A", "X", date(2026, 6, 10), Decimal(100), Decimal(4_000), chosen, stated_loss)


def stated(stated_loss: Decimal) -> Ledger:
    """As brokers' files tell it: the lot sold from the realized file, the replacement among the lots held."""
    new = replace(bought_lot("NEW", date(2026, 6, 20), 100, 5_000), stated=True, held=True)
    return two_accounts(
        [replace(bought_lot("OLD", date(2025, 1, 2), 100, 5_000), stated=True), new], [sale_of_old(stated_loss)]
    )
