"""`harvest.windows/1`: the wash-sale ledger of the contract."""

from __future__ import annotations

from typing import Literal

from planner.ledger.results import HouseholdLedger
from planner.report.json_documents.parts import CautionJson, WindowJson
from planner.report.json_documents.values import CharacterWord, Day, Money, Quantity, TypedDict, filled, table


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
    sales, held = ledger.dispositions, [held.lot for held in ledger.lots]
    return filled(
        WindowsJson,
        ledger,
        schema="harvest.windows/1",
        sales=table(
            LedgerSaleJson,
            sales,
            id=[sale.disposition_id for sale in sales],
            date=[sale.sold for sale in sales],
            reached_by_1091=[sale.reached for sale in sales],
        ),
        lots=table(
            HeldLotJson,
            ledger.lots,
            lot_id=[lot.lot_id for lot in held],
            symbol=[lot.security.symbol for lot in held],
            acquired=[lot.acquired for lot in held],
            holding_since=[each.holding_since or each.lot.acquired for each in ledger.lots],
        ),
        differences=table(DifferenceJson, ledger.differences, date=[each.sold for each in ledger.differences]),
    )
