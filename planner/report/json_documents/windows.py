"""`harvest.windows/1`: the wash-sale ledger of the contract."""

from __future__ import annotations

from typing import Literal

from planner.ledger.results import Disposition, HouseholdLedger
from planner.report.json_documents.parts import CautionJson, WindowJson
from planner.report.json_documents.values import CharacterWord, Day, Money, Quantity, TypedDict, filled
from rules.ledger.outcomes import HeldLot


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
    return filled(LedgerSaleJson, sale, id=sale.disposition_id, date=sale.sold, reached_by_1091=sale.reached)


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
    return filled(
        HeldLotJson,
        held,
        lot_id=lot.lot_id,
        symbol=lot.security.symbol,
        acquired=lot.acquired,
        holding_since=held.holding_since or lot.acquired,
    )


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
    return filled(
        WindowsJson,
        ledger,
        schema="harvest.windows/1",
        sales=[_sale(disposition) for disposition in ledger.dispositions],
        lots=[_lot(held) for held in ledger.lots],
        differences=[filled(DifferenceJson, each, date=each.sold) for each in ledger.differences],
    )
