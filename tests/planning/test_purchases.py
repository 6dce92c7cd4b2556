"""Which purchases are seen: each once, however many files show it, and nothing that was no purchase."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner.domain.case import Case
from planner.domain.household import Account, Household, PlannedPurchase, Taxpayer
from planner.domain.portfolio import Holding, Transaction
from planner.ledger.replacement_purchases import purchases_between
from rules.terms import AccountKind, AssetClass, FilingStatus, Lot

AS_OF = date(2026, 12, 8)
RECENT = date(2026, 11, 25)


def lot(
    lot_id: str, acquired: date, quantity: int = 10, *, symbol: str = "XOM", account: str = "A", **more: object
) -> Holding:
    held = Lot(lot_id, account, symbol, AssetClass.STOCK, Decimal(quantity), acquired, Decimal(100), **more)  # type: ignore[arg-type]
    return Holding(held, Decimal(50), "lots.csv:2")


def row(
    action: str, day: date, quantity: int, *, symbol: str = "XOM", account: str = "A", lot_id: str | None = None
) -> Transaction:
    return Transaction(account, day, action, symbol, Decimal(quantity), Decimal(1), f"tx:{day}", lot_id=lot_id)


def bought(
    *known: Holding | Transaction, planned: tuple[PlannedPurchase, ...] = (), listed: tuple[str, ...] = ("A",)
) -> Decimal:
    accounts = tuple(
        Account(name, AccountKind.TAXABLE, lots=(Path("lots.csv"),) if name in listed else ()) for name in ("A", "B")
    )
    household = Household(
        Path("household.toml"),
        Taxpayer(2026, FilingStatus.SINGLE, Decimal(0)),
        accounts=accounts,
        planned_purchases=planned,
    )
    case = Case(
        household,
        AS_OF,
        tuple(k for k in known if isinstance(k, Holding)),
        tuple(k for k in known if isinstance(k, Transaction)),
    )
    found = purchases_between(case, date(2026, 11, 8), date(2027, 1, 30)).fixed
    return sum((p.quantity for p in found if p.symbol in ("XOM", "BRK.B", "BRK/B")), Decimal(0))


OLD = lot("old", date(2024, 1, 5), 100)


def test_a_purchase_in_both_files_is_one() -> None:
    assert bought(OLD, lot("new", RECENT), row("buy", RECENT, 10)) == 10


def test_a_purchase_that_names_its_lot_is_that_lot_whatever_the_day() -> None:
    assert bought(lot("new", date(2026, 11, 26)), row("buy", RECENT, 10, lot_id="new")) == 10


def test_two_spellings_are_one_security() -> None:
    new = lot("new", RECENT, symbol="BRK.B")
    assert bought(new, row("buy", RECENT, 10, symbol="BRK/B")) == 10


def test_a_purchase_that_no_list_shows_counts() -> None:
    assert bought(OLD, row("buy", RECENT, 10)) == 10
    assert bought(OLD, lot("new", RECENT, 4), row("reinvest", RECENT, 10)) == 10


def test_a_purchase_sold_again_does_not_count() -> None:
    assert bought(OLD, row("buy", RECENT, 10), row("sell", date(2026, 12, 1), 10)) == 0
    assert bought(OLD, row("buy", RECENT, 10, lot_id="x"), row("sell", date(2026, 12, 1), 10, lot_id="x")) == 0


def test_a_history_alone_is_first_in_first_out() -> None:
    older, sale = row("buy", date(2026, 1, 5), 10), row("sell", date(2026, 12, 1), 10)
    assert bought(older, row("buy", RECENT, 10), sale, listed=()) == 10
    assert bought(row("buy", RECENT, 10), sale, listed=()) == 0


@pytest.mark.parametrize("action", ["gift_in", "inherit"])
def test_what_was_given_was_not_bought(action: str) -> None:
    assert bought(lot("given", RECENT), row(action, RECENT, 10, lot_id="given")) == 0
    assert bought(row(action, RECENT, 10)) == 0


def test_a_gift_known_by_its_loss_basis_was_not_bought() -> None:
    assert bought(lot("given", RECENT, loss_basis=Decimal(60))) == 0


def test_a_transfer_between_own_accounts_is_no_purchase_and_hides_none() -> None:
    history = row("buy", RECENT, 10, account="B"), row("transfer_out", date(2026, 11, 28), 10, account="B")
    arrived = row("transfer_in", date(2026, 11, 28), 10)
    assert bought(*history, arrived, lot("moved", RECENT)) == 10
    assert bought(*history, arrived, listed=()) == 10


def test_a_split_restates_the_shares() -> None:
    assert bought(row("buy", RECENT, 100), row("split", date(2026, 11, 28), -90), lot("new", RECENT)) == 10
    assert bought(row("buy", RECENT, 10), row("split", date(2026, 11, 28), 10), listed=()) == 20


def test_a_call_stands_for_a_hundred_shares() -> None:
    assert bought(row("buy", RECENT, 2, symbol="XOM 270115C00120000")) == 200
    assert bought(row("buy", RECENT, 2, symbol="XOM 270115P00120000")) == 0


def test_a_planned_purchase_that_has_happened_is_not_counted_again() -> None:
    today = PlannedPurchase(AS_OF, "A", "XOM", Decimal(5))
    assert bought(OLD, planned=(today,)) == 5
    assert bought(OLD, lot("new", AS_OF, 5), planned=(today,)) == 5
