"""A small walk through transactions in date order, for tests: each loss sale is put to `disallow`, and what it says is
booked by § 1091(d) and § 1223(3), share for share. Not the ledger: no cents, no symbols but the cases' own groups."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from rules.holding_period import character
from rules.terms import ZERO, AccountKind, ReplacementPurchase
from rules.wash_sale import Disallowance, LossSlice, disallow

CASES = Path(__file__).parent / "cases" / "law.json"
NOT_ACQUIRED = {"gift", "inheritance", "split", "transfer"}  # Reg. § 1.1091-1(f)
KINDS = {"ira": AccountKind.IRA, "spouse_ira": AccountKind.IRA, "roth_ira": AccountKind.ROTH_IRA}


def law_cases(category: str) -> list[dict[str, Any]]:
    """The worked cases of a category, with exact numbers."""
    cases = json.loads(CASES.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)["cases"]
    return [case for case in cases if case["category"] == category]


def law_case(case_id: str) -> dict[str, Any]:
    return next(case for case in law_cases("wash_sale") if case["id"] == case_id)


@dataclass
class Piece:
    """Shares of a lot that are alike: one basis, one holding period."""

    quantity: Decimal
    basis: Decimal
    tacked_days: int = 0
    washed: bool = False

    def split_off(self, quantity: Decimal) -> Piece:
        part = replace(self, quantity=quantity, basis=self.basis * quantity / self.quantity)
        self.quantity -= quantity
        self.basis -= part.basis
        return part


@dataclass
class Walk:
    """The state of the books, and what each sale came to."""

    transactions: list[Mapping[str, Any]]
    pieces: dict[str, list[Piece]] = field(default_factory=dict)
    sales: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    matches: list[Disallowance] = field(default_factory=list)

    def held(self, lot_id: str) -> Decimal:
        return sum((piece.quantity for piece in self.pieces[lot_id]), ZERO)


def walk(transactions: Iterable[Mapping[str, Any]]) -> Walk:
    """Every transaction in order. Later purchases are known from the start, as on a return made after the year."""
    books = Walk(sorted(transactions, key=lambda t: str(t["date"])))
    for bought in _purchases(books):
        books.pieces[bought["id"]] = [Piece(Decimal(bought["qty"]), Decimal(bought["amount"]))]
    for transaction in books.transactions:
        if transaction["type"] == "sell":
            _sell(books, transaction)
    return books


def _purchases(books: Walk) -> list[Mapping[str, Any]]:
    return [t for t in books.transactions if t["type"] == "buy"]


def _sell(books: Walk, sale: Mapping[str, Any]) -> None:
    by_id = {t["id"]: t for t in _purchases(books)}
    sold = date.fromisoformat(sale["date"])
    price = Decimal(sale["amount"]) / Decimal(sale["qty"])
    parts: dict[str, tuple[str, Piece]] = {}
    for lot_id, quantity in sale["lots"].items():
        for n, part in enumerate(_take(books, lot_id, Decimal(quantity))):
            parts[f"{lot_id}/{n}"] = (lot_id, part)
    slices = [
        LossSlice(
            slice_id=slice_id,
            lot_id=lot_id,
            symbol=by_id[lot_id].get("group", "X"),
            sold=sold,
            acquired=date.fromisoformat(by_id[lot_id]["date"]),
            quantity=part.quantity,
            loss=part.basis - part.quantity * price,
        )
        for slice_id, (lot_id, part) in parts.items()
        if part.basis > part.quantity * price
    ]
    found = disallow(slices, list(_still_held(books)), lambda symbol: symbol)
    books.matches.extend(found)
    outcome = books.sales[sale["id"]] = {}
    for slice_id, (lot_id, part) in parts.items():
        mine = [match for match in found if match.slice_id == slice_id]
        gain = part.quantity * price - part.basis
        acquired = date.fromisoformat(by_id[lot_id]["date"])
        row = outcome.setdefault(lot_id, {"gain": ZERO, "disallowed": ZERO, "lost": ZERO})
        row["gain"] += gain
        row["disallowed"] += sum((match.disallowed_loss for match in mine), ZERO)
        row["lost"] += sum((match.disallowed_loss for match in mine if match.permanently_lost), ZERO)
        row["term"] = character(acquired, sold, holding_since=acquired - timedelta(days=part.tacked_days)).value
        days = (sold - acquired).days + part.tacked_days
        for match in mine:
            _book(books, match, days)


def _take(books: Walk, lot_id: str, quantity: Decimal) -> Iterable[Piece]:
    left = quantity
    for piece in list(books.pieces[lot_id]):
        if left == 0:
            break
        if piece.quantity <= left:
            books.pieces[lot_id].remove(piece)
            left -= piece.quantity
            yield piece
        else:
            yield piece.split_off(left)
            left = ZERO
    assert left == 0, f"{lot_id} does not hold {quantity}"


def _still_held(books: Walk) -> Iterable[ReplacementPurchase]:
    for bought in _purchases(books):
        unused = sum((piece.quantity for piece in books.pieces[bought["id"]] if not piece.washed), ZERO)
        if bought.get("how") not in NOT_ACQUIRED and unused > 0:
            yield ReplacementPurchase(
                purchase_id=bought["id"],
                account=bought.get("account", "A"),
                account_kind=KINDS.get(bought.get("kind", "taxable"), AccountKind.TAXABLE),
                symbol=bought.get("group", "X"),
                acquired=date.fromisoformat(bought["date"]),
                quantity=unused,
                lot_id=bought["id"],
            )


def _book(books: Walk, match: Disallowance, days: int) -> None:
    """§ 1091(d): the loss goes into the replacement's basis; § 1223(3): the days held are tacked on (I-13)."""
    left = match.quantity
    for piece in [piece for piece in books.pieces[match.purchase_id] if not piece.washed]:
        if left == 0:
            break
        part = piece if piece.quantity <= left else piece.split_off(left)
        if part is not piece:
            books.pieces[match.purchase_id].append(part)
        left -= part.quantity
        part.washed = True
        if not match.permanently_lost:
            part.basis += match.disallowed_loss * part.quantity / match.quantity
            part.tacked_days = days


def expect(case: Mapping[str, Any]) -> Walk:
    """Walk a case and hold every figure it expects against the books."""
    books = walk(case["inputs"]["transactions"])
    for sale_id, sale in case["expected"]["sales"].items():
        rows = books.sales[sale_id].values()
        assert sum(row["gain"] for row in rows) == sale["gain_before_wash"]
        assert sum(row["disallowed"] for row in rows) == sale["disallowed"]
        assert sum(row["lost"] for row in rows) == sale["permanently_lost"]
        assert sum(row["gain"] + row["disallowed"] for row in rows) == sale["recognized"]
        for lot_id, lot in sale["by_lot"].items():
            row = books.sales[sale_id][lot_id]
            assert row["gain"] == lot["gain_before_wash"]
            assert row["disallowed"] == lot["disallowed"]
            assert row["term"] == {"ST": "short", "LT": "long"}[lot["term"]]
    for lot_id, lot in case["expected"]["lots"].items():
        pieces = books.pieces[lot_id]
        assert books.held(lot_id) == lot["qty"]
        assert sum(piece.basis for piece in pieces) == lot["basis"]
        assert sum(piece.quantity for piece in pieces if piece.washed) == lot["washed_qty"]
        assert max(piece.tacked_days for piece in pieces) == lot["tack_days"]
    return books
