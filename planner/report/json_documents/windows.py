"""`harvest.windows/1`: the wash-sale ledger of the contract."""

from __future__ import annotations

from typing import Literal

from planner.ledger.results import Disposition, HouseholdLedger
from planner.report.json_documents.parts import CautionJson, WindowJson, cautions_document, window_document
from planner.report.json_documents.values import CharacterWord, Day, Money, Quantity, TypedDict, in_cents, iso
from rules.ledger.outcomes import HeldLot, ReplacedBy


class ReplacedByJson(TypedDict):
    """A purchase that washed a loss; `lot_id` is null where only the broker's own figure speaks of it."""

    lot_id: str | None
    account: str
    symbol: str
    acquired: Day | None
    quantity: Quantity
    disallowed_loss: Money
    permanently_lost: bool
    rule: str


def _replacement(by: ReplacedBy) -> ReplacedByJson:
    return {
        "lot_id": by.lot_id,
        "account": by.account,
        "symbol": by.symbol,
        "acquired": iso(by.acquired),
        "quantity": by.quantity,
        "disallowed_loss": in_cents(by.disallowed_loss),
        "permanently_lost": by.permanently_lost,
        "rule": by.rule,
    }


class LotSoldJson(TypedDict):
    """What a sale took from a lot."""

    lot_id: str
    quantity: Quantity
    gain_before_wash: Money
    disallowed_loss: Money
    recognized: Money
    character: CharacterWord
    permanently_lost: Money
    replaced_by: list[ReplacedByJson]


class LedgerSaleJson(TypedDict):
    """A sale so far. `gain_before_wash` uses the basis as earlier wash sales adjusted it."""

    id: str
    date: Day
    account: str
    symbol: str
    quantity: Quantity
    gain_before_wash: Money
    disallowed_loss: Money
    permanently_lost: Money
    recognized: Money
    by_lot: list[LotSoldJson]
    reached_by_1091: bool


def _sale(sale: Disposition) -> LedgerSaleJson:
    return {
        "id": sale.disposition_id,
        "date": iso(sale.sold),
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


class HeldLotJson(TypedDict):
    """A lot held, with its basis after § 1091(d). It is washed whole or not at all."""

    lot_id: str
    account: str
    symbol: str
    quantity: Quantity
    basis: Money | None
    acquired: Day | None
    holding_since: Day | None
    washed_quantity: Quantity


def _lot(held: HeldLot) -> HeldLotJson:
    lot = held.lot
    return {
        "lot_id": lot.lot_id,
        "account": held.account,
        "symbol": lot.security.symbol,
        "quantity": held.quantity,
        "basis": in_cents(held.basis),
        "acquired": iso(lot.acquired),
        "holding_since": iso(held.holding_since or lot.acquired),
        "washed_quantity": held.washed_quantity,
    }


class DifferenceJson(TypedDict):
    """Where the broker states another disallowed loss than the ledger."""

    account: str
    symbol: str
    date: Day
    stated_disallowed_loss: Money
    disallowed_loss: Money


class WindowsJson(TypedDict):
    """The ledger so far. A loss is negative; names ending in `_loss`, and `permanently_lost`, are positive."""

    schema: Literal["harvest.windows/1"]
    sales: list[LedgerSaleJson]
    lots: list[HeldLotJson]
    windows: list[WindowJson]
    differences: list[DifferenceJson]
    cautions: list[CautionJson]
    as_of: Day


def windows_document(ledger: HouseholdLedger) -> WindowsJson:
    return {
        "schema": "harvest.windows/1",
        "sales": [_sale(disposition) for disposition in ledger.dispositions],
        "lots": [_lot(held) for held in ledger.lots],
        "windows": [window_document(window) for window in ledger.windows],
        "differences": [
            {
                "account": difference.account,
                "symbol": difference.symbol,
                "date": iso(difference.sold),
                "stated_disallowed_loss": difference.stated_disallowed_loss,
                "disallowed_loss": difference.disallowed_loss,
            }
            for difference in ledger.differences
        ],
        "cautions": cautions_document(ledger.cautions),
        "as_of": iso(ledger.as_of),
    }
