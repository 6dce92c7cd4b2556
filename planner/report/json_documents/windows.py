"""`harvest.windows/1`: the wash-sale ledger of the contract."""

from __future__ import annotations

from planner.ledger.results import Disposition, HouseholdLedger
from planner.report.json_documents.plan import Document, cautions_document, window_document
from rules.ledger.outcomes import HeldLot, ReplacedBy
from rules.terms import to_cents


def windows_document(ledger: HouseholdLedger) -> Document:
    """`harvest.windows/1`. A loss is negative; names ending in `_loss`, and `permanently_lost`, are positive."""
    return {
        "schema": "harvest.windows/1",
        "sales": [_sale(disposition) for disposition in ledger.dispositions],
        "lots": [_lot(held) for held in ledger.lots],
        "windows": [window_document(window) for window in ledger.windows],
        "differences": [
            {
                "account": difference.account,
                "symbol": difference.symbol,
                "date": difference.sold.isoformat(),
                "stated_disallowed_loss": difference.stated_disallowed_loss,
                "disallowed_loss": difference.disallowed_loss,
            }
            for difference in ledger.differences
        ],
        "cautions": cautions_document(ledger.cautions),
        "as_of": ledger.as_of.isoformat(),
    }


def _sale(sale: Disposition) -> Document:
    return {
        "id": sale.disposition_id,
        "date": sale.sold.isoformat(),
        "account": sale.account,
        "symbol": sale.symbol,
        "quantity": sale.quantity,
        "gain_before_wash": sale.gain_before_wash,
        "disallowed_loss": sale.disallowed_loss,
        "permanently_lost": sale.permanently_lost,
        "recognized": sale.recognized,
        "by_lot": [
            {
                "lot_id": lot.lot_id,
                "quantity": lot.quantity,
                "gain_before_wash": lot.gain_before_wash,
                "disallowed_loss": lot.disallowed_loss,
                "recognized": lot.recognized,
                "character": lot.character.value,
                "permanently_lost": lot.permanently_lost,
                "replaced_by": [_replacement(by) for by in lot.replaced_by],
            }
            for lot in sale.by_lot
        ],
        "reached_by_1091": sale.reached,
    }


def _replacement(by: ReplacedBy) -> Document:
    return {
        "lot_id": by.lot_id,
        "account": by.account,
        "symbol": by.symbol,
        "acquired": None if by.acquired is None else by.acquired.isoformat(),
        "quantity": by.quantity,
        "disallowed_loss": to_cents(by.disallowed_loss),
        "permanently_lost": by.permanently_lost,
        "rule": by.rule,
    }


def _lot(held: HeldLot) -> Document:
    lot = held.lot
    since = held.holding_since or lot.acquired
    return {
        "lot_id": lot.lot_id,
        "account": held.account,
        "symbol": lot.security.symbol,
        "quantity": held.quantity,
        "basis": None if held.basis is None else to_cents(held.basis),
        "acquired": None if lot.acquired is None else lot.acquired.isoformat(),
        "holding_since": None if since is None else since.isoformat(),
        "washed_quantity": held.washed_quantity,
    }
