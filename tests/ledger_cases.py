"""The worked cases on wash sales, put to the ledger: a case's transactions in, its figures compared with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rules.conventions import DEFAULTS, Conventions
from rules.ledger.history import Acquisition, Chosen, LedgerAccount, LedgerSale, Move, Security, Split
from rules.ledger.outcomes import HeldLot, Ledger, ReplacedBy
from rules.ledger.run import keep_ledger
from rules.ledger.sold_rows import SaleOutcome
from rules.terms import ZERO, AccountKind, Owner

CASES = Path(__file__).parent / "cases" / "law.json"
NOT_BOUGHT = {"gift", "inheritance", "split", "transfer"}  # Reg. § 1.1091-1(f)
KINDS = {"ira": AccountKind.IRA, "spouse_ira": AccountKind.IRA, "roth_ira": AccountKind.ROTH_IRA}
TERMS = {"ST": "short", "LT": "long"}


def law_cases(category: str) -> list[dict[str, Any]]:
    """The worked cases of a category, with exact numbers."""
    cases = json.loads(CASES.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)["cases"]
    return [case for case in cases if case["category"] == category]


def law_case(case_id: str) -> dict[str, Any]:
    return next(case for case in law_cases("wash_sale") if case["id"] == case_id)


def row(day: str, kind: str, name: str, quantity: int | str, amount: int | str, **more: object) -> dict[str, Any]:
    """A transaction as the cases write it."""
    return {"date": day, "type": kind, "id": name, "qty": Decimal(quantity), "amount": Decimal(amount), **more}


def ledger_of(transactions: Iterable[Mapping[str, Any]], conventions: Conventions = DEFAULTS) -> Ledger:
    """The ledger of a case's transactions; a `group` is a security, an `account` taxable without a `kind`."""
    transactions = list(transactions)
    bought = {t["id"]: t for t in transactions if t["type"] == "buy"}
    accounts: dict[str, LedgerAccount] = {}
    acquisitions, sales = [], []
    for t in transactions:
        name, kind = t.get("account", "A"), str(t.get("kind", "taxable"))
        spouse = t.get("owner") == "spouse" or kind == "spouse_ira" or name == "W"
        owner = Owner.SPOUSE if spouse else Owner.TAXPAYER
        account = LedgerAccount(name, KINDS.get(kind, AccountKind.TAXABLE), owner)
        assert accounts.setdefault(name, account) == account, "one kind an account"
        day, quantity, amount = date.fromisoformat(t["date"]), Decimal(t["qty"]), Decimal(t["amount"])
        if t["type"] == "buy":
            security = Security(t.get("group", "X"), t.get("group", "X"))
            acquisitions.append(
                Acquisition(t["id"], name, security, day, quantity, amount, t.get("how") not in NOT_BOUGHT)
            )
        else:
            lots = tuple(Chosen(Decimal(units), lot_id) for lot_id, units in t.get("lots", {}).items())
            symbol = bought[lots[0].lot_id].get("group", "X") if lots else t.get("group", "X")
            sales.append(LedgerSale(t["id"], name, symbol, day, quantity, amount, lots))
    return keep_ledger(accounts.values(), acquisitions, sales, conventions=conventions)


def sold(ledger: Ledger, sale_id: str) -> SaleOutcome:
    return next(outcome for outcome in ledger.sales if outcome.sale.sale_id == sale_id)


def held(ledger: Ledger, lot_id: str) -> list[HeldLot]:
    return [lot for lot in ledger.lots if lot.lot.lot_id == lot_id]


def basis(ledger: Ledger, lot_id: str) -> Decimal:
    return sum((lot.basis for lot in held(ledger, lot_id) if lot.basis is not None), ZERO)


def disallowed(ledger: Ledger, sale_id: str) -> Decimal:
    return sum((lot.disallowed_loss for lot in sold(ledger, sale_id).by_lot), ZERO)


def replacements(ledger: Ledger, sale_id: str) -> list[ReplacedBy]:
    """Who replaced what was sold, in the order of matching."""
    return [by for lot in sold(ledger, sale_id).by_lot for by in lot.replaced_by]


STOCK = Security("X", "X")


def bought_lot(lot_id: str, day: date | None, quantity: int, cost: int) -> Acquisition:
    """Stock bought in account A."""
    return Acquisition(lot_id, "A", STOCK, day, Decimal(quantity), Decimal(cost))


def two_accounts(
    lots: Iterable[Acquisition], sales: Iterable[LedgerSale], moves: Iterable[Move] = (), splits: Iterable[Split] = ()
) -> Ledger:
    """The ledger of account A and of a spouse's account B."""
    accounts = [LedgerAccount("A"), LedgerAccount("B", owner=Owner.SPOUSE)]
    return keep_ledger(accounts, lots, sales, moves, splits)


def expect(case: Mapping[str, Any]) -> Ledger:
    """Hold every figure that a case expects against the ledger."""
    ledger = ledger_of(case["inputs"]["transactions"])
    assert not ledger.gaps
    assert {outcome.sale.sale_id for outcome in ledger.sales} == set(case["expected"]["sales"])
    for sale_id, expected in case["expected"]["sales"].items():
        lots = sold(ledger, sale_id).by_lot
        assert sum(lot.gain_before_wash for lot in lots) == expected["gain_before_wash"]
        assert sum(lot.disallowed_loss for lot in lots) == expected["disallowed"]
        assert sum(lot.permanently_lost for lot in lots) == expected["permanently_lost"]
        assert sum(lot.recognized for lot in lots) == expected["recognized"]
        assert {lot.lot_id for lot in lots} == set(expected["by_lot"])
        for lot in lots:
            figures = expected["by_lot"][lot.lot_id]
            assert lot.gain_before_wash == figures["gain_before_wash"]
            assert lot.disallowed_loss == figures["disallowed"]
            assert lot.recognized == figures["recognized"]
            assert lot.character == TERMS[figures["term"]]
    assert {lot.lot.lot_id for lot in ledger.lots} == set(case["expected"]["lots"])
    for lot_id, figures in case["expected"]["lots"].items():
        pieces = held(ledger, lot_id)
        assert sum(piece.quantity for piece in pieces) == figures["qty"]
        assert basis(ledger, lot_id) == figures["basis"]
        assert sum(piece.washed_quantity for piece in pieces) == figures["washed_qty"]
        assert max(_tacked_days(piece) for piece in pieces) == figures["tack_days"]
    return ledger


def _tacked_days(piece: HeldLot) -> int:
    assert piece.lot.acquired is not None
    return 0 if piece.holding_since is None else (piece.lot.acquired - piece.holding_since).days
